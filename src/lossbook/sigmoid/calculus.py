r"""Derivatives and antiderivatives of odd functions, taken on the half line $(0,\infty)$ and continued by parity.

If $f$ is odd, then $f'$ and the antiderivative $F(u)=\int_0^uf$ are even: both are known from the half line, where
$|u|=u$ and sympy may simplify with a positive variable. The variable is first measured in the formula's own unit, so
that a scale of $10^{-6}$ costs no more than a scale of 1.
"""

from __future__ import annotations

from contextlib import suppress

import sympy
import sympy.integrals.manualintegrate as rules

from lossbook.balls import UnresolvedError, ball_function, enclose
from lossbook.patience import OutOfPatienceError, patience

PATIENCE = 2.5  # seconds for one symbolic attempt


def is_odd(expression: sympy.Expr, variable: sympy.Symbol) -> bool:
    """Tell whether sympy proves $f(-u)=-f(u)$.

    Args:
        expression: the formula of f.
        variable: its real variable.

    Returns:
        True if it is proved; False says nothing.
    """
    total = expression + expression.subs(variable, -variable)
    return bool(total == 0 or sympy.simplify(total) == 0 or sympy.simplify(total.rewrite(sympy.exp)) == 0)


def unit(expression: sympy.Expr, variable: sympy.Symbol) -> sympy.Rational:
    """Find the formula's own unit of length.

    Args:
        expression: a formula.
        variable: its variable.

    Returns:
        $1/c$ if $c$ is the largest rational factor with which the variable stands inside a function, else 1.

    Example:
        >>> u = sympy.Symbol("u", real=True)
        >>> unit(sympy.tanh(1000 * u), u)
        1/1000
    """
    found = [sympy.S.One]
    for call in expression.atoms(sympy.Function):
        factor, rest = call.args[0].as_independent(variable, as_Add=False)
        if rest == variable and isinstance(factor, sympy.Rational):
            found.append(abs(factor))
    return 1 / max(found[1:], default=found[0])


def half_derivative(half: sympy.Expr, variable: sympy.Symbol) -> sympy.Expr:
    """Differentiate on the half line, and simplify.

    Args:
        half: the formula, for a positive variable.
        variable: the positive variable.

    Returns:
        the derivative.
    """
    length = unit(half, variable)
    slope = half.subs(variable, variable * length).diff(variable) / length
    return sympy.simplify(slope).subs(variable, variable / length)


def even_derivative(expression: sympy.Expr, variable: sympy.Symbol, limit: float = PATIENCE) -> sympy.Expr:
    r"""Differentiate an odd function; the derivative is even.

    Args:
        expression: a formula; odd, or else it is differentiated as it stands.
        variable: its real variable.
        limit: seconds after which the plain derivative must do.

    Returns:
        $f'(u)$, written in $|u|$ where needed.

    Example:
        >>> u = sympy.Symbol("u", real=True)
        >>> even_derivative(u / (1 + sympy.Abs(u)), u)
        (Abs(u) + 1)**(-2)
    """
    half = sympy.Symbol("p", positive=True)
    right = expression.subs(variable, half)
    with suppress(OutOfPatienceError), patience(limit):
        if not right.has(sympy.Abs) and is_odd(expression, variable):
            return half_derivative(right, half).subs(half, sympy.Abs(variable))
    return sympy.diff(expression, variable)


def even_antiderivative(expression: sympy.Expr, variable: sympy.Symbol, limit: float = PATIENCE) -> sympy.Expr:
    r"""Integrate an odd function from 0; the integral is even.

    Args:
        expression: a formula; odd, or else no closed form is tried.
        variable: its real variable.
        limit: seconds after which the integral is left as it is.

    Returns:
        $\int_0^uf(t)\,dt$ in closed form where sympy's rules find one that passes a check to 30 digits, else as an
        unevaluated ``Integral``.

    Example:
        >>> u = sympy.Symbol("u", real=True)
        >>> even_antiderivative(u / (1 + sympy.Abs(u)), u)
        -log(Abs(u) + 1) + Abs(u)
    """
    half, dummy = sympy.Symbol("p", positive=True), sympy.Symbol("t", real=True)
    open_form = sympy.Integral(expression.subs(variable, dummy), (dummy, 0, variable))
    right = expression.subs(variable, half)
    length = unit(right, half)
    closed = None
    with suppress(OutOfPatienceError), patience(limit):
        if not right.has(sympy.Abs) and is_odd(expression, variable):
            closed = _closed_form(right.subs(half, half * length), half)
    if closed is None:
        return open_form
    return (length * closed).subs(half, half / length).subs(half, sympy.Abs(variable))


def _closed_form(right: sympy.Expr, half: sympy.Symbol) -> sympy.Expr | None:
    """Integrate by sympy's rules, else by parts with the factor 1; keep what passes the check."""
    routes = (
        lambda: _integrated(right, half),
        lambda: half * right - _integrated(sympy.simplify(half * right.diff(half)), half),
    )
    for route in routes:
        found = route()
        if found.has(sympy.Integral):
            continue
        found = found.replace(sympy.log, lambda inner: _bounded_log(inner, half))
        closed = sympy.expand(found - found.subs(half, 0))
        if _is_antiderivative(closed, right, half):
            return closed
    return None


def _integrated(integrand: sympy.Expr, half: sympy.Symbol) -> sympy.Expr:
    """Integrate by sympy's rules, and leave nothing of an attempt that was given up in their memory."""
    try:
        return rules.manualintegrate(integrand, half)
    finally:  # a mark of an unfinished integral would make the same integral fail from then on
        rules._integral_cache.clear()
        rules._parts_u_cache.clear()


def _bounded_log(inner: sympy.Expr, half: sympy.Symbol) -> sympy.Expr:
    """Write the log of a sum of exponentials with the fastest taken out, so that nothing overflows."""
    sum_of_powers = sympy.expand(inner.rewrite(sympy.exp))
    rates = [power.args[0] / half for power in sum_of_powers.atoms(sympy.exp)]
    if not rates or not all(isinstance(rate, sympy.Rational) for rate in rates):
        return sympy.log(inner)
    fastest = max(rates)
    rest = sympy.expand(sum_of_powers * sympy.exp(-fastest * half))
    factor = rest.subs(half, sympy.oo)
    if not factor.is_positive:
        return sympy.log(inner)
    return fastest * half + sympy.log(factor) + sympy.log(sympy.expand(rest / factor))


def _is_antiderivative(closed: sympy.Expr, right: sympy.Expr, half: sympy.Symbol) -> bool:
    """Whether the formula vanishes at 0 and its derivative equals the integrand to 30 digits at seven points."""
    difference = closed.diff(half) - right
    try:
        if sympy.simplify(difference) == 0:
            return sympy.simplify(closed.subs(half, 0)) == 0
        points = [sympy.Rational(point) for point in ("1/100", "1/7", "1/2", "1", "3", "11", "50")]
        slope, truth = ball_function(closed.diff(half), half), ball_function(right, half)
        balls = [(enclose(slope, point, 110), enclose(truth, point, 110)) for point in points]
    except (UnresolvedError, TypeError):
        return False
    return all(abs(left - exact).upper() < 1e-30 for left, exact in balls) and sympy.simplify(closed.subs(half, 0)) == 0
