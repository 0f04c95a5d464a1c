r"""Five families of odd sigmoids, each with a scale $\delta>0$ in units of $u$ (of $u^2$ for the algebraic one).

The paper's own examples are $\frac2\pi\arctan u$ and, as reconstructed, $u/\sqrt{u^2+\delta}$.
"""

from __future__ import annotations

from typing import Any

import sympy

from lossbook.arguments import exact
from lossbook.sigmoid.odd_sigmoid import OddSigmoid, U


def arctan(scale: Any = 1) -> OddSigmoid:
    r"""Make $\sigma(u)=\frac2\pi\arctan(u/\delta)$.

    Args:
        scale: $\delta>0$, exact.

    Returns:
        the sigmoid; half saturated at $u=\delta$.

    Example:
        >>> arctan(scale="1/10").expression
        2*atan(10*u)/pi
    """
    delta = exact(scale, "scale", positive=True)
    return OddSigmoid(2 / sympy.pi * sympy.atan(U / delta), "arctan")


def algebraic(delta: Any = 1) -> OddSigmoid:
    r"""Make $\sigma(u)=u/\sqrt{u^2+\delta}$, the paper's second example.

    Args:
        delta: $\delta>0$, exact; the square of a length.

    Returns:
        the sigmoid; half saturated at $u=\sqrt{\delta/3}$.
    """
    delta = exact(delta, "delta", positive=True)
    return OddSigmoid(U / sympy.sqrt(U**2 + delta), "algebraic")


def softsign(scale: Any = 1) -> OddSigmoid:
    r"""Make $\sigma(u)=u/(|u|+\delta)$; once, not twice differentiable at 0.

    Args:
        scale: $\delta>0$, exact.

    Returns:
        the sigmoid; half saturated at $u=\delta$.
    """
    delta = exact(scale, "scale", positive=True)
    return OddSigmoid(U / (sympy.Abs(U) + delta), "softsign")


def tanh(scale: Any = 1) -> OddSigmoid:
    r"""Make $\sigma(u)=\tanh(u/\delta)$.

    Args:
        scale: $\delta>0$, exact.

    Returns:
        the sigmoid; half saturated at $u=\frac{\ln3}2\delta$.
    """
    delta = exact(scale, "scale", positive=True)
    return OddSigmoid(sympy.tanh(U / delta), "tanh")


def erf(scale: Any = 1) -> OddSigmoid:
    r"""Make $\sigma(u)=\operatorname{erf}(u/\delta)$.

    Args:
        scale: $\delta>0$, exact.

    Returns:
        the sigmoid; half saturated at $u\approx0.4769\,\delta$.
    """
    delta = exact(scale, "scale", positive=True)
    return OddSigmoid(sympy.erf(U / delta), "erf")


ALL = (arctan, algebraic, softsign, tanh, erf)
