r"""What a sigmoid and a loss put into the lane loops: four functions, written by sympy.

Lengths are in the sigmoid's unit $\delta$, $\sigma(u)=\sigma_1(u/\delta)$. With $D_y(m)=-\varphi_y'(m)$, one point $x$
of label $y$ and weight $w$ pulls the parameter $\theta_k$ of the score $g=\prod_i\sigma(\theta_i-x)$ by

$$w\,y\,D_y(y\,g)\;\sigma'(\theta_k-x)\prod_{i\ne k}\sigma(\theta_i-x).$$

The functions are ``value`` $=\sigma_1$, ``slope`` $=\sigma_1'$, ``drop`` $=D_y$ and, for one threshold, ``pull``
$=w\,D_y(y\,\sigma_1)\,\sigma_1'$ with the label's sign inside $w$. Constant factors are taken out of slope, drop and
pull, and multiplied into the weights. Of an asymmetric loss both sides are computed, and the label selects one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import sympy

from lossbook.kernels.printer import function_source
from lossbook.loss import M, MarginFunction, MarginLoss
from lossbook.loss.margin_loss import derivative_of
from lossbook.sigmoid import OddSigmoid
from lossbook.sigmoid.odd_sigmoid import U

W, Y = sympy.symbols("w y", real=True)
_SIMPLIFIED = 60  # operations: a longer derivative is taken as it is, lest simplifying it take minutes


@dataclass(frozen=True)
class Formulas:
    r"""The four functions of a configuration.

    Attributes:
        value: $\sigma_1(u)$.
        slope: $\sigma_1'(u)$.
        drops: $D_+(m)$ and $D_-(m)$; the same for a symmetric loss.
        source: the functions as numba source, without their factors.
        slope_factor: what to multiply ``slope`` by.
        drop_factor: what to multiply ``drop`` by.
        pull_factor: what to multiply ``pull`` by.
        steepest: a bound of $|D_\pm(m)|\,\sigma_1'(u)$, which is largest at $u=0$.
    """

    value: sympy.Expr
    slope: sympy.Expr
    drops: tuple[sympy.Expr, sympy.Expr]
    source: str
    slope_factor: float
    drop_factor: float
    pull_factor: float
    steepest: float


def unit_of(sigma: OddSigmoid) -> tuple[sympy.Expr, float]:
    r"""Measure a sigmoid in a unit of its own.

    Args:
        sigma: any odd sigmoid.

    Returns:
        $\sigma_1$ and $\delta$ with $\sigma(u)=\sigma_1(u/\delta)$: for a family its member of scale 1, for a reader's
        formula the power of 2 next to where it is half saturated.
    """
    if sigma.unit is not None:
        return sigma.unit.expression, float(sigma.length)
    width = sigma.half_saturation
    power = round(math.log2(width)) if math.isfinite(width) else 0
    return sigma.expression.subs(U, U * sympy.Integer(2) ** power), 2.0**power


def slope_of(expression: sympy.Expr) -> sympy.Expr:
    """Differentiate an odd function of u, on the half line and continued as an even one.

    Args:
        expression: the function, odd; the kernels are checked on both sides, so that another is found out.

    Returns:
        the derivative; the same form on every machine, for no time limit is involved.
    """
    half = sympy.Symbol("p", positive=True)
    slope = expression.subs(U, half).diff(half)
    if slope.count_ops() <= _SIMPLIFIED:
        slope = sympy.simplify(slope)
    return slope.subs(half, sympy.Abs(U))


def drop_of(side: MarginFunction) -> sympy.Expr:
    r"""Give $D(m)=-\varphi'(m)$.

    Args:
        side: the loss of one class.

    Returns:
        the expression, simplified as one with its sign, and under no time limit.
    """
    return derivative_of(-side.expression)


def _by_label(positive: sympy.Expr, negative: sympy.Expr) -> sympy.Expr:
    """Select one of two expressions by the label; one alone if they are the same."""
    return positive if positive == negative else sympy.Piecewise((positive, Y > 0), (negative, True))


def formulas(unit: sympy.Expr, loss: MarginLoss) -> Formulas:
    r"""Write the functions of a sigmoid and a loss.

    Args:
        unit: $\sigma_1$, an expression in ``u``.
        loss: the margin loss.

    Returns:
        expressions, source and factors.

    Example:
        >>> from lossbook.loss import linear
        >>> formulas(2 / sympy.pi * sympy.atan(U), linear()).slope
        2/(pi*(u**2 + 1))
    """
    slope, drops = slope_of(unit), (drop_of(loss.positive), drop_of(loss.negative))
    if loss.symmetric:
        drop, pull = drops[0], W * drops[0].subs(M, Y * unit) * slope
    else:
        drop = _by_label(*drops)
        pull = _by_label(*(W * side.subs(M, sign * unit) * slope for side, sign in zip(drops, (1, -1), strict=True)))
    slope_factor, slope_rest = slope.as_independent(U, as_Add=False)
    drop_factor, drop_rest = drop.as_independent(M, Y, as_Add=False)
    pull_factor, pull_rest = pull.as_independent(U, W, Y, as_Add=False)
    parts = [
        function_source("value", (U,), unit),
        function_source("slope", (U,), slope_rest),
        function_source("drop", (M, Y), drop_rest),
        function_source("pull", (U, W, Y), pull_rest),
    ]
    outside = (float(sympy.N(factor, 30)) for factor in (slope_factor, drop_factor, pull_factor))
    with np.errstate(all="ignore"):
        margins = np.linspace(-1, 1, 201)
        steepness = [np.max(np.abs(sympy.lambdify(M, drop, ["scipy", "numpy"])(margins))) for drop in drops]
    steepest = float(max(steepness)) * float(sympy.N(slope.subs(U, 0), 30))
    return Formulas(unit, slope, drops, "\n\n".join(parts), next(outside), next(outside), next(outside), steepest)
