r"""Ball arithmetic of a sympy expression: rigorous enclosures, made from the expression alone.

A *ball* is a midpoint with a radius; a function of a ball encloses every value that the function takes on it, rounding
included. The arithmetic is Arb's (Johansson 2016), through python-flint. An expression of one variable
becomes a function from ball to ball; where it is undefined somewhere on the ball, the answer is a ball that is not
finite.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from itertools import takewhile
from math import isfinite
from operator import add, mul
from typing import Any

import sympy
from flint import arb, ctx, fmpq

Ball = arb
BallFunction = Callable[[arb], arb]

_METHODS: dict[type, Callable[[arb], arb]] = {
    sympy.exp: arb.exp,
    sympy.log: arb.log,
    sympy.atan: arb.atan,
    sympy.tanh: arb.tanh,
    sympy.sinh: arb.sinh,
    sympy.cosh: arb.cosh,
    sympy.asinh: arb.asinh,
    sympy.erf: arb.erf,
    sympy.erfc: arb.erfc,
    sympy.sin: arb.sin,
    sympy.cos: arb.cos,
    sympy.Abs: abs,
    sympy.sign: lambda x: x.sgn() if x.is_finite() else x,  # flint's own is finite everywhere
}
_OPERATIONS: dict[type, Callable[[arb, arb], arb]] = {
    sympy.Add: add,
    sympy.Mul: mul,
    sympy.Max: arb.max,
    sympy.Min: arb.min,
}
_ZERO_TO_ONE = arb(0.5, 0.5)
_LARGEST_ROOT = 64
_FLOAT_BITS = 53
HIGHEST_PRECISION = 2**13  # bits; a double at 1e300 needs about 2,100 of them in exp(u) - 1


class UnresolvedError(ArithmeticError):
    """No enclosure narrow enough was found: the expression is undefined there, or too much cancels."""


def rational(number: sympy.Rational) -> fmpq:
    """Give an exact number to flint.

    Args:
        number: a sympy rational number.

    Returns:
        the same number.
    """
    return fmpq(int(number.p), int(number.q))


def ball_sign(ball: arb) -> int:
    """Give the sign of every number in a ball.

    Args:
        ball: any ball.

    Returns:
        1, -1, or 0 where it is not known.
    """
    return 1 if ball > 0 else -1 if ball < 0 else 0


def exact_ball(number: Fraction | sympy.Rational | fmpq | float | int) -> arb:
    """Enclose one exact number at the working precision.

    Args:
        number: a rational number, or a float as the binary number it is.

    Returns:
        a ball that contains it, of radius 0 where the precision allows.
    """
    if isinstance(number, fmpq) or (isinstance(number, float) and ctx.prec >= _FLOAT_BITS and isfinite(number)):
        return arb(number)
    numerator, denominator = (number.p, number.q) if isinstance(number, sympy.Rational) else number.as_integer_ratio()
    return arb(fmpq(int(numerator), int(denominator)))


def interval_ball(low: Fraction | fmpq | float, high: Fraction | fmpq | float) -> arb:
    """Enclose the interval from ``low`` to ``high``.

    Args:
        low: its left end.
        high: its right end, not below ``low``.

    Returns:
        a ball that contains both ends and all between.
    """
    return exact_ball(low) if low == high else exact_ball(low).union(exact_ball(high))


def range_on(function: BallFunction, low: fmpq, high: fmpq, *, monotone: bool) -> arb:
    """Enclose a function's values on an interval.

    Args:
        function: as :func:`ball_function` makes it.
        low: left end.
        high: right end, not below ``low``.
        monotone: whether the function is known to be so there; then its values at the ends are enough.

    Returns:
        a ball that contains them.
    """
    if low == high:
        return function(exact_ball(low))
    if monotone:
        return function(arb(low)).union(function(arb(high)))
    return function(interval_ball(low, high))


def exact_rational(ball: arb) -> fmpq:
    """Give the rational number that a ball of radius 0 is.

    Args:
        ball: as ``mid()``, ``lower()`` and ``upper()`` make it.

    Returns:
        the number.
    """
    mantissa, exponent = map(int, ball.man_exp())
    return fmpq(mantissa << exponent) if exponent >= 0 else fmpq(mantissa, 1 << -exponent)


def _square(base: arb) -> arb:
    """Square, and cut off what is below 0."""
    result = base * base
    return result.nonnegative_part() if result.is_finite() else result


def _not_negative(base: arb) -> arb:
    """Cut off what a ball holds below 0, of a quantity that is not negative."""
    return base.nonnegative_part() if base.is_finite() and not base < 0 else base


def whole_power(exponent: int) -> BallFunction:
    """Raise to a whole power by squaring; even powers are not negative.

    Flint's own power has no value where the ball holds 0.

    Args:
        exponent: any whole number but 0.

    Returns:
        the function from ball to ball.
    """
    if exponent < 0:
        inverse = whole_power(-exponent)
        return lambda base: 1 / inverse(base)
    digits = f"{exponent:b}"[1:]

    def raised(base: arb) -> arb:
        """Square for each binary digit, and multiply for each that is 1."""
        result = base
        for digit in digits:
            result = _square(result) * base if digit == "1" else _square(result)
        return result

    return _square if exponent == 2 else raised


def _power(exponent: sympy.Rational) -> BallFunction:
    """Raise to a rational power."""
    numerator, denominator = int(exponent.p), int(exponent.q)
    if denominator > 1 and max(abs(numerator), denominator) > _LARGEST_ROOT:
        return _by_logarithm(rational(exponent))
    whole = whole_power(numerator)
    if denominator == 1:
        return whole
    if denominator == 2:
        return lambda base: whole(base.sqrt())
    return lambda base: whole(base.root(denominator))


def _by_logarithm(exponent: fmpq) -> BallFunction:
    """Raise to a power such as that of a float, which flint's roots do not reach."""

    def raised(base: arb) -> arb:
        """At 0 by continuity."""
        if base.is_zero() and exponent > 0:
            return arb(0)
        if base >= 0 and not base > 0 and exponent > 0:
            return arb(0).union((base.upper().log() * exponent).exp())
        return (base.log() * exponent).exp()

    return raised


def _step(x: arb, at_zero: arb) -> arb:
    """The step function: 0 below 0, 1 above, anything between where the sign is not known."""
    if x > 0 or x < 0:
        return arb(1 if x > 0 else 0)
    return at_zero if x.is_zero() else _ZERO_TO_ONE.union(at_zero) if x.is_finite() else x


class _Constant(dict[int, arb]):
    """The value of a function that does not depend on its argument, at each working precision that occurs."""

    def __init__(self, function: BallFunction) -> None:
        super().__init__()
        self.function = function

    def __missing__(self, precision: int) -> arb:
        """Evaluate at the working precision, which this must be."""
        value = self[precision] = self.function(arb(0))
        return value

    def __call__(self, x: arb) -> arb:
        """The value, whatever the argument."""
        return self[ctx.prec]

    def __deepcopy__(self, memo: Any) -> _Constant:
        """Copies share it, as they share any function; balls cannot be copied."""
        return self


def _joined(parts: list[BallFunction], operation: Callable[[arb, arb], arb]) -> BallFunction:
    """Add up, or multiply, what several functions give, from left to right: constants that lead only once."""
    leading = list(takewhile(lambda part: isinstance(part, _Constant), parts))
    if len(leading) > 1:
        constants = _Constant(lambda x: reduce(operation, [part(x) for part in leading]))
        return _joined([constants, *parts[len(leading) :]], operation) if leading != parts else constants
    if len(parts) == 2:
        first, second = parts
        return lambda x: operation(first(x), second(x))
    return lambda x: reduce(operation, [part(x) for part in parts])


def _compiled(expression: sympy.Expr, symbol: sympy.Symbol) -> BallFunction:
    if expression == symbol:
        return lambda x: x
    if isinstance(expression, sympy.Rational):
        value = rational(expression)
        return _Constant(lambda x: arb(value))
    if expression is sympy.pi:
        return _Constant(lambda x: arb.pi())
    if expression is sympy.E:
        return _Constant(lambda x: arb.const_e())
    function = _applied(expression, symbol)
    return function if expression.has(symbol) else _Constant(function)


def _applied(expression: sympy.Expr, symbol: sympy.Symbol) -> BallFunction:
    """Compile an operation or a function with its arguments."""
    parts = [_compiled(part, symbol) for part in expression.args]
    if type(expression) in _OPERATIONS:
        return _joined(parts, _OPERATIONS[type(expression)])
    if isinstance(expression, sympy.Pow):
        base, exponent = parts
        if isinstance(expression.exp, sympy.Rational):
            raised = _power(expression.exp)
            if not expression.exp.is_integer and expression.base.is_nonnegative:
                return lambda x: raised(_not_negative(base(x)))
            return raised if expression.base == symbol else lambda x: raised(base(x))
        return lambda x: (base(x).log() * exponent(x)).exp()
    if type(expression) in _METHODS:
        method, (inner,) = _METHODS[type(expression)], parts
        return method if expression.args[0] == symbol else lambda x: method(inner(x))
    if isinstance(expression, sympy.Heaviside):
        return lambda x: _step(parts[0](x), parts[1](x))
    raise TypeError(f"expression must be made of elementary functions of {symbol}; got {expression.func} in it")


def ball_function(expression: sympy.Expr, symbol: sympy.Symbol) -> BallFunction:
    r"""Compile an expression to ball arithmetic.

    Args:
        expression: made of rational numbers, $\pi$, $e$, ``symbol``, sums, products, powers, extrema, steps
            (``Heaviside``) and the functions of :mod:`lossbook.formula`.
        symbol: its variable.

    Returns:
        a function $f$ from ball to ball with $\{f(x):x\in X\}\subseteq f(X)$ at flint's working precision; its value is
        not finite where the expression is undefined on part of $X$.

    Raises:
        TypeError: if another function, number or symbol occurs.

    Example:
        >>> u = sympy.Symbol("u", real=True)
        >>> ball_function(sympy.atan(u), u)(interval_ball(0, 1)).contains(arb("0.7"))
        True
    """
    other = expression.free_symbols - {symbol}
    if other:
        raise TypeError(f"expression must be one of {symbol} alone; got {expression} with {sorted(map(str, other))}")
    return _compiled(sympy.sympify(expression), symbol)


def enclose(function: BallFunction, point: Fraction | sympy.Rational | float, bits: int = 60) -> arb:
    """Enclose a function's value at one exact point, to a wanted relative accuracy.

    Args:
        function: as :func:`ball_function` makes it.
        point: the exact point.
        bits: how many leading bits of the value are wanted.

    Returns:
        a ball of that relative accuracy, or one inside ±1e-330 (0 for ``float64``).

    Raises:
        UnresolvedError: if 8,192 bits of working precision do not give it.
    """
    precision = bits + 20
    while precision <= HIGHEST_PRECISION:
        with ctx.workprec(precision):
            value = function(exact_ball(point))
            if value.is_finite() and (value.rel_accuracy_bits() >= bits or abs(value) < _TINY):
                return value
        precision *= 2
    raise UnresolvedError(
        f"no value at {point!s:.40} within {HIGHEST_PRECISION} bits: undefined there, or too much cancels"
    )


_TINY = arb(2) ** -1100
