r"""Rigorous integrals of expressions without a closed antiderivative, by Taylor series in ball arithmetic.

On a cell $[c-r,c+r]$ with Taylor coefficients $f_k$ at $c$ and an enclosure $F_n$ of the $n$-th coefficient over the
whole cell,

$$\int_{c-r}^{c+r}f=\sum_{k<n,\ k\text{ even}}\frac{2f_kr^{k+1}}{k+1}+\varepsilon,\qquad
|\varepsilon|\le\frac{2r^{n+1}}{n+1}\,|F_n|.$$

Cells are halved until the remainder is small; near a point where the function is not analytic they shrink towards it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from operator import add, mul

import sympy
from flint import arb, arb_series, ctx, fmpq

from lossbook.balls import Ball, ball_function, exact_rational, interval_ball, range_on

SeriesFunction = Callable[[arb_series], arb_series]
Bends = Callable[[fmpq], Sequence[fmpq]]
_MOST_CELLS = 2_000
_SPARE_BITS = 32


class NotAnalyticError(ArithmeticError):
    """The function is not shown to be analytic on the ball."""


def _absolute(x: arb_series) -> arb_series:
    constant = x[0]
    if constant > 0:
        return x
    if constant < 0:
        return -x
    raise NotAnalyticError


def _signum(x: arb_series) -> arb_series:
    return arb_series([1 if _absolute(x) is x else -1])


def _step(x: arb_series) -> arb_series:
    return arb_series([1 if _absolute(x) is x else 0])


def _larger(x: arb_series, y: arb_series) -> arb_series:
    gap = x - y
    return x if _absolute(gap) is gap else y


def _smaller(x: arb_series, y: arb_series) -> arb_series:
    gap = y - x
    return x if _absolute(gap) is gap else y


def _tanh(x: arb_series) -> arb_series:
    return 1 - 2 / ((2 * x).exp() + 1)


_METHODS: dict[type, SeriesFunction] = {
    sympy.exp: lambda x: x.exp(),
    sympy.log: lambda x: x.log(),
    sympy.atan: lambda x: x.atan(),
    sympy.tanh: _tanh,
    sympy.sinh: lambda x: (x.exp() - (-x).exp()) / 2,
    sympy.cosh: lambda x: (x.exp() + (-x).exp()) / 2,
    sympy.asinh: lambda x: (x + (x * x + 1).sqrt()).log(),
    sympy.erf: lambda x: x.erf(),
    sympy.erfc: lambda x: x.erfc(),
    sympy.sin: lambda x: x.sin(),
    sympy.cos: lambda x: x.cos(),
    sympy.Abs: _absolute,
    sympy.sign: _signum,
}


_OPERATIONS: dict[type, Callable[[arb_series, arb_series], arb_series]] = {
    sympy.Add: add,
    sympy.Mul: mul,
    sympy.Max: _larger,
    sympy.Min: _smaller,
}


def _power(base: arb_series, exponent: sympy.Rational) -> arb_series:
    numerator, denominator = abs(int(exponent.p)), int(exponent.q)
    if denominator <= 2:
        raised = _repeated(base if denominator == 1 else base.sqrt(), numerator)
    else:
        raised = (base.log() * arb(fmpq(numerator, denominator))).exp()
    return 1 / raised if exponent.p < 0 else raised


def _repeated(base: arb_series, exponent: int) -> arb_series:
    """Multiply by squaring."""
    result = base
    for digit in f"{exponent:b}"[1:]:
        result = result * result * base if digit == "1" else result * result
    return result


def series_function(expression: sympy.Expr, symbol: sympy.Symbol) -> SeriesFunction:
    """Compile an expression to power series with ball coefficients.

    Args:
        expression: as :func:`lossbook.balls.ball_function` takes it.
        symbol: its variable.

    Returns:
        a function from the series of the variable to the series of the value, to flint's working length; it raises
        :class:`NotAnalyticError`, or has coefficients that are not finite, where the expression is not analytic.

    Raises:
        TypeError: if another function occurs.
    """
    if expression == symbol:
        return lambda x: x
    if not expression.has(symbol):
        constant = ball_function(expression, symbol)
        return lambda x: arb_series([constant(arb(0))])
    parts = [series_function(part, symbol) for part in expression.args]
    if type(expression) in _OPERATIONS:
        operation = _OPERATIONS[type(expression)]
        return lambda x: reduce(operation, [part(x) for part in parts])
    if isinstance(expression, sympy.Pow):
        if isinstance(expression.exp, sympy.Rational):
            return lambda x: _power(parts[0](x), expression.exp)
        return lambda x: (parts[0](x).log() * parts[1](x)).exp()
    if isinstance(expression, sympy.Heaviside):
        return lambda x: _step(parts[0](x))
    if type(expression) in _METHODS:
        method = _METHODS[type(expression)]
        return lambda x: method(parts[0](x))
    raise TypeError(f"expression must be made of elementary functions of {symbol}; got {expression.func} in it")


class Primitive:
    r"""The integral $F(x)=\int_0^xf$ in ball arithmetic.

    Args:
        expression: the formula of $f$; defined on the real line.
        symbol: its variable, real.
        increasing: whether $f$ is known to grow; then a cell on which it hardly does needs no series.
        bends: gives, for a width, the left ends of intervals of that width around the points other than 0 at which $f$
            is not smooth; cut there, the other cells need not shrink towards them. None if there are no such points, or
            they are not known.

    Example:
        >>> u = sympy.Symbol("u", real=True)
        >>> print(Primitive(u / (1 + sympy.Abs(u)), u)(arb(-1)).str(12, radius=False))
        0.306852819440
    """

    def __init__(
        self, expression: sympy.Expr, symbol: sympy.Symbol, *, increasing: bool = False, bends: Bends | None = None
    ) -> None:
        """Compile the formula on either half line, as a function of the distance from 0."""
        distance = sympy.Symbol("distance", positive=True)
        halves = [expression.subs(symbol, sign * distance) for sign in (1, -1)]
        self._series = [series_function(half, distance) for half in halves]
        self._balls = [ball_function(half, distance) for half in halves]
        self._ball, self._increasing = ball_function(expression, symbol), increasing
        self._bends = bends

    def __call__(self, x: Ball) -> Ball:
        """Enclose the integral from 0 to every number of a (narrow) ball."""
        middle = exact_rational(x.mid())
        half, size = (0, middle) if middle >= 0 else (1, -middle)
        rest = (x - arb(middle)) * self._ball(x) if x.rad() != 0 else arb(0)
        with ctx.workprec(ctx.prec + _SPARE_BITS):
            integral = self._integral(half, size, fmpq(1, 1 << (ctx.prec - _SPARE_BITS)))
        return (1 - 2 * half) * integral + rest

    def _integral(self, half: int, size: fmpq, allowed: fmpq) -> Ball:
        """Add up cells from 0 to a distance, with an error that is a fraction of it."""
        total, cells = arb(0), _MOST_CELLS
        open_cells = list(pairwise(self._cuts(half, size, allowed * size)))[::-1] if size else []
        while open_cells:
            low, high = open_cells.pop()
            cells -= 1
            plain = self._plainly(half, low, high)
            if cells <= 0 or high - low <= allowed * size or plain.rad() <= arb(allowed * (high - low)):
                total += plain
                continue
            part = self._by_series(half, low, high, allowed)
            if part is None:
                middle = (low + high) / 2
                open_cells += [(middle, high), (low, middle)]
            else:
                total += part
        return total

    def _cuts(self, half: int, size: fmpq, width: fmpq) -> list[fmpq]:
        """Give the ends of the first cells: each bend has a cell that is narrow enough to be left as it is."""
        places = [] if self._bends is None else [(1 - 2 * half) * low - half * width for low in self._bends(width)]
        inner = sorted(end for place in places for end in (place, place + width) if 0 < end < size)
        return [fmpq(0), *inner, size]

    def _plainly(self, half: int, low: fmpq, high: fmpq) -> Ball:
        """Enclose the integral over one cell by its length times the range."""
        return range_on(self._balls[half], low, high, monotone=self._increasing) * (high - low)

    def _by_series(self, half: int, low: fmpq, high: fmpq, allowed: fmpq) -> Ball | None:
        """Integrate one cell by its Taylor series; None where that is not analytic there or not accurate enough."""
        order = 2 * (ctx.prec // 8) + 8
        radius, former = (high - low) / 2, ctx.cap
        ctx.cap = order + 1
        try:
            remainder = self._series[half](arb_series([interval_ball(low, high), 1]))[order]
            point = self._series[half](arb_series([arb(low + radius), 1]))
        except (NotAnalyticError, ValueError):  # flint's word for a series that begins with a 0 where it must not
            return None
        finally:
            ctx.cap = former
        total = sum((point[k] * arb(radius) ** (k + 1) / (k + 1) for k in range(0, order, 2)), arb(0))
        total = 2 * (total + arb(radius) ** (order + 1) / (order + 1) * remainder)
        return total if total.is_finite() and total.rad() <= arb(2 * radius * allowed) else None
