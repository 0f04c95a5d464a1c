r"""Five families of odd sigmoids, each with a scale $\delta>0$ in units of $u$ (of $u^2$ for the algebraic one).

The paper's own examples are $\frac2\pi\arctan u$ and, as reconstructed, $u/\sqrt{u^2+\delta}$.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import sympy

from lossbook.arguments import exact
from lossbook.sigmoid.odd_sigmoid import OddSigmoid, U


@cache
def _unit(expression: sympy.Expr, name: str) -> OddSigmoid:
    """The member of a family with scale 1: one object, so that its verdicts are found once."""
    return OddSigmoid(expression, name)


@lru_cache(maxsize=64)
def _member(expression: sympy.Expr, unit: sympy.Expr, length: sympy.Expr, name: str) -> OddSigmoid:
    """A member of a family: the same object for the same scale, so that what is made from its formula is made once."""
    return OddSigmoid(expression, name, _unit(unit, name), length)


def _scaled(unit: sympy.Expr, length: sympy.Rational, name: str) -> OddSigmoid:
    return _member(unit.subs(U, U / length), unit, length, name)


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
    return _scaled(2 / sympy.pi * sympy.atan(U), exact(scale, "scale", positive=True), "arctan")


def algebraic(delta: Any = 1) -> OddSigmoid:
    r"""Make $\sigma(u)=u/\sqrt{u^2+\delta}$, the paper's second example.

    Args:
        delta: $\delta>0$, exact; the square of a length.

    Returns:
        the sigmoid; half saturated at $u=\sqrt{\delta/3}$.
    """
    square = exact(delta, "delta", positive=True)
    return _member(U / sympy.sqrt(U**2 + square), U / sympy.sqrt(U**2 + 1), sympy.sqrt(square), "algebraic")


def softsign(scale: Any = 1) -> OddSigmoid:
    r"""Make $\sigma(u)=u/(|u|+\delta)$; once, not twice differentiable at 0.

    Args:
        scale: $\delta>0$, exact.

    Returns:
        the sigmoid; half saturated at $u=\delta$.
    """
    length = exact(scale, "scale", positive=True)
    return _member(U / (sympy.Abs(U) + length), U / (sympy.Abs(U) + 1), length, "softsign")


def tanh(scale: Any = 1) -> OddSigmoid:
    r"""Make $\sigma(u)=\tanh(u/\delta)$.

    Args:
        scale: $\delta>0$, exact.

    Returns:
        the sigmoid; half saturated at $u=\frac{\ln3}2\delta$.
    """
    return _scaled(sympy.tanh(U), exact(scale, "scale", positive=True), "tanh")


def erf(scale: Any = 1) -> OddSigmoid:
    r"""Make $\sigma(u)=\operatorname{erf}(u/\delta)$.

    Args:
        scale: $\delta>0$, exact.

    Returns:
        the sigmoid; half saturated at $u\approx0.4769\,\delta$.
    """
    return _scaled(sympy.erf(U), exact(scale, "scale", positive=True), "erf")


ALL = (arctan, algebraic, softsign, tanh, erf)
