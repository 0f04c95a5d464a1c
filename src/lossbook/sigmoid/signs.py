r"""The sign of an expression on the open half line $(0,\infty)$, decided or left open, never guessed.

Four ways, the cheapest first; each is a proof:

1. *assumptions*: sympy knows the sign from that of the parts, after factoring;
2. *roots*: a polynomial in $p$, or in $e^{cp}$, has no root there (Sturm's count), so one value tells its sign;
3. *derivative*: $h(0)\ge0$ and $h'>0$ on $(0,\infty)$ give $h>0$ there, and so with the signs reversed;
4. *balls*: a cover of $[0,\infty]$ by balls on each of which ball arithmetic shows the sign: near 0 by the first
   derivative that does not vanish there, near $\infty$ in $t=1/p$ after a power of $t$ is divided out.
"""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import arb, ctx

from lossbook.balls import ball_function, ball_sign, exact_ball, interval_ball

DEEPEST = 4  # derivatives taken in a row
LARGEST = 150  # operations in an expression that is still worked on
MOST_BALLS = 4000
LARGEST_DEGREE = 60  # of a polynomial in exponentials
_NEAR, _FAR = Fraction(1, 64), Fraction(64)


def sign_on_half_line(expression: sympy.Expr, variable: sympy.Symbol, depth: int = 0) -> int:
    r"""Decide the sign of an expression on $(0,\infty)$.

    Args:
        expression: smooth and defined for every value of the variable above 0.
        variable: a *positive* sympy symbol.
        depth: how many derivatives were taken before; for the recursion.

    Returns:
        1 if it is positive on all of $(0,\infty)$, -1 if it is negative on all of it, 0 if that is not decided.

    Example:
        >>> p = sympy.Symbol("p", positive=True)
        >>> sign_on_half_line(1 - sympy.exp(2 * p), p), sign_on_half_line(p**2 - p + 1, p), sign_on_half_line(p - 1, p)
        (-1, 1, 0)
    """
    if sympy.count_ops(expression) > LARGEST or _steepness(expression, variable) > LARGEST_DEGREE:
        return _by_assumptions(expression)
    sign = 1
    for factor in sympy.Mul.make_args(sympy.factor(expression)):
        sign *= _by_assumptions(factor) or _of_power(factor, variable, depth) or _of_factor(factor, variable, depth)
        if sign == 0:
            return 0
    return sign


def _steepness(expression: sympy.Expr, variable: sympy.Symbol) -> sympy.Rational:
    """The degree that the expression would have as a polynomial in one exponential."""
    calls = expression.atoms(sympy.exp, sympy.tanh, sympy.sinh, sympy.cosh)
    rates = [rate for rate in {abs(call.args[0].coeff(variable)) for call in calls} if rate.is_Rational and rate > 0]
    if not rates:
        return sympy.S.Zero
    unit = sympy.Rational(sympy.igcd(0, *[rate.p for rate in rates]), sympy.ilcm(1, *[rate.q for rate in rates]))
    return max(rates) / unit


def _of_power(factor: sympy.Expr, variable: sympy.Symbol, depth: int) -> int:
    if not isinstance(factor, sympy.Pow) or not isinstance(factor.exp, sympy.Rational):
        return 0
    base = sign_on_half_line(factor.base, variable, depth)
    if factor.exp.is_integer:
        return base ** int(abs(factor.exp))
    return max(base, 0)


def _of_factor(factor: sympy.Expr, variable: sympy.Symbol, depth: int) -> int:
    plain = sympy.factor(factor.rewrite(sympy.exp)) if factor.has(sympy.tanh, sympy.sinh, sympy.cosh) else factor
    if isinstance(plain, (sympy.Mul, sympy.Pow)) and plain != factor and depth < DEEPEST:
        return sign_on_half_line(plain, variable, depth + 1)
    return (
        _by_roots(plain, variable)
        or _by_derivative(plain, variable, depth)
        or (_by_balls(plain, variable) if depth == 0 else 0)
    )


def _by_assumptions(expression: sympy.Expr) -> int:
    return 1 if expression.is_positive else -1 if expression.is_negative else 0


def _by_roots(expression: sympy.Expr, variable: sympy.Symbol) -> int:
    rates = {power.args[0] / variable for power in expression.atoms(sympy.exp)}
    if not all(isinstance(rate, sympy.Rational) for rate in rates):
        return 0
    start, generator = (1, sympy.Dummy("q", positive=True)) if rates else (0, variable)
    if rates:
        unit = sympy.Rational(1, sympy.ilcm(1, *[rate.q for rate in rates]))
        if max(abs(rate) for rate in rates) / unit > LARGEST_DEGREE:
            return 0
        expression = expression.subs({sympy.exp(rate * variable): generator ** (rate / unit) for rate in rates})
        if variable in expression.free_symbols:
            return 0
    polynomial = sympy.together(expression).as_numer_denom()[0].as_poly(generator)
    if polynomial is None or not (polynomial.domain.is_ZZ or polynomial.domain.is_QQ):
        return 0
    if polynomial.count_roots(start, sympy.oo) != (polynomial.eval(start) == 0):
        return 0
    return int(sympy.sign(expression.subs(generator, start + 1)))


def _by_derivative(expression: sympy.Expr, variable: sympy.Symbol, depth: int) -> int:
    start = expression.subs(variable, 0)
    if depth >= DEEPEST or not start.is_number or start.is_finite is not True:
        return 0
    slope = sign_on_half_line(expression.diff(variable), variable, depth + 1)
    if slope > 0 and start.is_nonnegative:
        return 1
    return -1 if slope < 0 and start.is_nonpositive else 0


def _by_balls(expression: sympy.Expr, variable: sympy.Symbol) -> int:
    try:
        with ctx.workprec(80):
            middle = _between(expression, variable)
            signs = (
                {middle}
                if middle == 0
                else {middle, _near_zero(expression, variable), _near_infinity(expression, variable)}
            )
    except TypeError:
        return 0
    return signs.pop() if len(signs) == 1 else 0


def _ball_sign(value: arb) -> int:
    return ball_sign(value) if value.is_finite() else 0


def _between(expression: sympy.Expr, variable: sympy.Symbol) -> int:
    """The sign on the closed interval from _NEAR to _FAR, by bisection of balls."""
    function = ball_function(expression, variable)
    sign = _ball_sign(function(interval_ball(1, 1)))
    waiting = [(_NEAR, Fraction(1)), (Fraction(1), _FAR)]
    for _ in range(MOST_BALLS):
        if not waiting or sign == 0:
            return sign
        low, high = waiting.pop()
        found = _ball_sign(function(interval_ball(low, high)))
        if found == -sign:
            return 0
        if found == 0:
            waiting += [(low, (low + high) / 2), ((low + high) / 2, high)]
    return 0


def _near_zero(expression: sympy.Expr, variable: sympy.Symbol) -> int:
    """The sign on the interval from 0 to _NEAR without 0 itself."""
    for _ in range(DEEPEST):
        sign = _ball_sign(ball_function(expression, variable)(interval_ball(0, _NEAR)))
        if sign or expression.subs(variable, 0) != 0:
            return sign
        expression = expression.diff(variable)
    return 0


def _near_infinity(expression: sympy.Expr, variable: sympy.Symbol) -> int:
    """The sign from _FAR on: in t = 1/p, after the power of t that the values suggest is divided out."""
    far = [abs(ball_function(expression, variable)(exact_ball(place)).mid()) for place in (10**8, 10**12)]
    if not all(value.is_finite() and value > 0 for value in far):
        return 0
    growth = round(float((far[1] / far[0]).log() / arb(10**4).log()) * 4) / sympy.Integer(4)
    inverse = sympy.powsimp(sympy.simplify(sympy.together(expression.subs(variable, 1 / variable)) * variable**growth))
    return _ball_sign(ball_function(inverse, variable)(interval_ball(0, 1 / _FAR)))
