r"""The asymmetric loss (ASL) as some programs train it: the gradient stops at the focusing weight.

ASL is a product $\varphi=w\,\ell$ of a focusing weight and a cross-entropy. With the probability $q=1/(1+e^{m/T})$ of
the wrong class and $s=\max(0,q-c)$,

$$w_+=q^{\gamma_+},\quad\ell_+=-\log(1-q),\qquad w_-=s^{\gamma_-},\quad\ell_-=-\log(1-s).$$

The authors' program can treat $w$ as a constant when it differentiates. What it then follows, $w\,\ell'$, is not the
derivative $w\,\ell'+w'\,\ell$ of the loss. With $s=q$ for positive points, their quotient is

$$\frac{w\,\ell'}{(w\,\ell)'}=\frac1{1+\gamma\,h(s)},\qquad h(s)=\frac{(1-s)\,(-\log(1-s))}s,$$

where $h$ falls from 1 at $s=0$ to 0 at $s=1$: both have the same sign, and the stopped gradient is smaller by a factor
between 1 and $1+\gamma$, the more so the better the point is classified. It is the derivative of another loss,

$$-\log(1-s)-\sum_{k=1}^{\gamma}\frac{s^k}k=\sum_{k>\gamma}\frac{s^k}k$$

for a whole $\gamma$: the cross-entropy without the first $\gamma$ terms of its series.
"""

from __future__ import annotations

from typing import Any

import sympy

from lossbook.loss.families import asl, asl_sides
from lossbook.loss.margin_loss import MarginLoss, derivative_of


def stopped_asl_derivative(
    gamma_positive: Any = 0, gamma_negative: Any = 4, clip: Any = "1/20", temperature: Any = 1
) -> tuple[sympy.Expr, sympy.Expr]:
    r"""Differentiate the asymmetric loss as if its focusing weights were constants, $w\,\ell'$.

    Args:
        gamma_positive: $\gamma_+\ge0$, exact.
        gamma_negative: $\gamma_-\ge0$, exact.
        clip: $c$, at least 0 and below 1, exact.
        temperature: $T>0$, exact.

    Returns:
        the two gradients by $m$, for positive and for negative points; a setting that :func:`~lossbook.losses.asl`
        refuses raises its ``ValueError``.

    Example:
        >>> from lossbook.loss import M
        >>> plus, minus = stopped_asl_derivative(gamma_positive=1, clip=0)
        >>> sympy.simplify(plus + 1 / (1 + sympy.exp(M)) ** 2)
        0

    References:
        The option ``disable_torch_grad_focal_loss`` of the program that T. Ridnik et al. published with Asymmetric loss
        for multi-label classification, 2021. Its training script sets it; the article leaves it out, as they say.
    """
    first, second = (
        side.miss**side.power * derivative_of(side.entropy)
        for side in asl_sides(gamma_positive, gamma_negative, clip, temperature)
    )
    return first, second


def stopped_asl(
    gamma_positive: Any = 0, gamma_negative: Any = 4, clip: Any = "1/20", temperature: Any = 1
) -> MarginLoss:
    r"""Make the loss whose derivative is the stopped gradient of the asymmetric loss, $\sum_{k>\gamma}s^k/k$.

    Args:
        gamma_positive: $\gamma_+\ge0$, a whole number.
        gamma_negative: $\gamma_-\ge0$, a whole number.
        clip: $c$, at least 0 and below 1, exact.
        temperature: $T>0$, exact.

    Returns:
        the loss, a pair unless both exponents are the same and nothing is clipped.

    Raises:
        ValueError: if an exponent is no whole number, for then the sum is not elementary; or if
            :func:`~lossbook.losses.asl` refuses a setting.

    Example:
        >>> stopped_asl(gamma_positive=1, gamma_negative=1, clip=0).expression
        log(1 + exp(-m)) - 1/(exp(m) + 1)
    """
    sides = asl_sides(gamma_positive, gamma_negative, clip, temperature)
    for side, name in zip(sides, ("gamma_positive", "gamma_negative"), strict=True):
        if not side.power.is_Integer:
            raise ValueError(f"{name} must be a whole number; got {side.power}")
    first, second = (side.entropy - sum(side.miss**k / k for k in range(1, int(side.power) + 1)) for side in sides)
    return MarginLoss(first, f"stopped {asl(gamma_positive, gamma_negative, clip, temperature).name}", second)
