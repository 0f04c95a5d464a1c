r"""Complex ball arithmetic of a sympy expression: enclosures that are finite only where the expression is analytic.

A value is finite only if the expression, as composed of its elementary functions, is analytic on the whole ball: what
has a branch cut (logarithm, root, arctangent, area sine) or a kink (absolute value, sign, extrema, step) there gives a
ball that is not finite. So a finite answer proves two things at once, a bound and that Cauchy's estimates may be used.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add, mul

import sympy
from flint import acb, arb, fmpq

from lossbook.balls import ball_function

ComplexBallFunction = Callable[[acb], acb]
_I = acb(0, 1)


def _arctangent(z: acb) -> acb:
    r"""$\frac1{2i}(\log(1+iz)-\log(1-iz))$: cut along the imaginary axis beyond $\pm i$."""
    return ((1 + _I * z).log(analytic=True) - (1 - _I * z).log(analytic=True)) / (2 * _I)


def _area_sine(z: acb) -> acb:
    return (z + (z * z + 1).sqrt(analytic=True)).log(analytic=True)


def _hyperbolic_tangent(z: acb) -> acb:
    r"""$(1-w)/(1+w)$ with $w=e^{\mp2z}$, whichever is small: flint's own is not finite on a wide ball."""
    sign = 1 if z.real.mid() >= 0 else -1
    power = (-2 * sign * z).exp()
    return sign * (1 - power) / (1 + power)


_METHODS: dict[type, ComplexBallFunction] = {
    sympy.exp: acb.exp,
    sympy.log: lambda z: z.log(analytic=True),
    sympy.atan: _arctangent,
    sympy.tanh: _hyperbolic_tangent,
    sympy.sinh: acb.sinh,
    sympy.cosh: acb.cosh,
    sympy.asinh: _area_sine,
    sympy.erf: acb.erf,
    sympy.erfc: acb.erfc,
    sympy.sin: acb.sin,
    sympy.cos: acb.cos,
    sympy.Abs: lambda z: z.real_abs(analytic=True),
    sympy.sign: lambda z: z.real_sgn(analytic=True),
}
_OPERATIONS: dict[type, Callable[[acb, acb], acb]] = {
    sympy.Add: add,
    sympy.Mul: mul,
    sympy.Max: lambda z, w: z.real_max(w, analytic=True),
    sympy.Min: lambda z, w: z.real_min(w, analytic=True),
}


def _power(exponent: sympy.Rational) -> ComplexBallFunction:
    numerator, denominator = abs(int(exponent.p)), int(exponent.q)

    def raised(base: acb) -> acb:
        """A whole power of the base or of its root, or through the logarithm; inverted for a negative exponent."""
        if denominator == 1:
            value = base**numerator
        elif denominator == 2:
            value = base.sqrt(analytic=True) ** numerator
        else:
            value = (base.log(analytic=True) * arb(fmpq(numerator, denominator))).exp()
        return value if exponent > 0 else 1 / value

    return raised


def complex_ball_function(expression: sympy.Expr, symbol: sympy.Symbol) -> ComplexBallFunction:
    r"""Compile an expression to complex ball arithmetic.

    Args:
        expression: as :func:`lossbook.balls.ball_function` takes it.
        symbol: its variable.

    Returns:
        a function $f$ from complex ball to complex ball with $\{f(z):z\in Z\}\subseteq f(Z)$; its value is finite only
        if $f$ is shown to be analytic on all of $Z$.

    Raises:
        TypeError: if another function, number or symbol occurs.

    Example:
        >>> u = sympy.Symbol("u", real=True)
        >>> arctangent = complex_ball_function(sympy.atan(u), u)
        >>> arctangent(acb(0.5, 1)).is_finite(), arctangent(acb(arb(0, 0.1), 1)).is_finite()
        (True, False)
    """
    if expression == symbol:
        return lambda z: z
    if not expression.has(symbol):
        constant = ball_function(expression, symbol)
        return lambda z: acb(constant(arb(0)))
    if isinstance(expression, sympy.Pow) and isinstance(expression.exp, sympy.Rational):
        base, raised = complex_ball_function(expression.base, symbol), _power(expression.exp)
        return lambda z: raised(base(z))
    parts = [complex_ball_function(part, symbol) for part in expression.args]
    if type(expression) in _OPERATIONS:
        operation = _OPERATIONS[type(expression)]
        return lambda z: reduce(operation, [part(z) for part in parts])
    if isinstance(expression, sympy.Pow):
        return lambda z: (parts[0](z).log(analytic=True) * parts[1](z)).exp()
    if isinstance(expression, sympy.Heaviside):
        return lambda z: parts[0](z).real_heaviside(analytic=True)
    if type(expression) in _METHODS:
        method = _METHODS[type(expression)]
        return lambda z: method(parts[0](z))
    raise TypeError(f"expression must be made of elementary functions of {symbol}; got {expression.func} in it")


def rectangle(real: tuple[fmpq, fmpq], imaginary: tuple[fmpq, fmpq]) -> acb:
    """Enclose a rectangle of the complex plane.

    Args:
        real: from and to along the real axis.
        imaginary: from and to along the imaginary axis.

    Returns:
        the ball.
    """
    sides = [arb(low).union(arb(high)) for low, high in (real, imaginary)]
    return acb(*sides)
