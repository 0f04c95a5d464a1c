r"""Is a formula an odd sigmoid? A verdict for each axiom: proved, refuted with a point, or undecided.

The axioms, of $\sigma:\mathbb R\to\mathbb R$:

- *odd*: $\sigma(-u)=-\sigma(u)$, so that $\sigma(0)=0$;
- *increasing*: strictly, on $\mathbb R$;
- *concave*: strictly, on the half line $[0,\infty)$;
- *limit*: $\sigma(u)\to1$ as $u\to\infty$.

Proofs are symbolic (:mod:`lossbook.sigmoid.signs` for signs of derivatives); a formula is proved from its derivatives
only where every part of it is shown to be defined and smooth on $(0,\infty)$. Refutations are exact: at a rational
point, by ball arithmetic or by an identity. What neither settles, or takes too long, is undecided; nothing is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from itertools import pairwise

import sympy
from flint import ctx

from lossbook.balls import Ball, UnresolvedError, ball_function, enclose, exact_ball
from lossbook.patience import OutOfPatienceError, patience
from lossbook.sigmoid.calculus import PATIENCE, half_derivative, is_odd, unit
from lossbook.sigmoid.signs import sign_on_half_line
from lossbook.verdict import Report, Verdict

AXIOMS = ("odd", "increasing", "concave", "limit")
_NO_LIMIT = (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError, OutOfPatienceError)
_NICEST_FIRST = "1 2 1/2 3 1/10 5 3/2 5/2 10 1/5 3/4 5/4 4 7 1/100 20 50 100 1/1000 1000 100000"
_POINTS = tuple(map(sympy.Rational, _NICEST_FIRST.split()))
_PAIRS = sorted(pairwise((sympy.S.Zero, *sorted(_POINTS))), key=lambda pair: abs(pair[0] - 1) + abs(pair[1] - 1))


class AxiomReport(Report):
    """The verdicts by axiom; prints as a table."""

    kind = "axiom"


def _exact_sign(number: sympy.Expr) -> int | None:
    """Give the proved sign of a number (0 only for an exact zero), or None."""
    if number.has(sympy.nan, sympy.zoo) or number.is_number is not True:
        return None
    try:
        ball = enclose(ball_function(number, sympy.Dummy()), 0)
    except (UnresolvedError, TypeError):
        with suppress(OutOfPatienceError), patience(PATIENCE / 10):
            return 0 if sympy.simplify(number) == 0 else None
        return None
    return 1 if ball > 0 else -1 if ball < 0 else 0 if ball.is_zero() else None


def _first_point(
    expression: sympy.Expr, variable: sympy.Symbol, points: Iterable[sympy.Rational], sign: int
) -> sympy.Rational | None:
    """Give the first point at which ball arithmetic proves that sign, or None."""
    try:
        function = ball_function(expression, variable)
    except TypeError:
        return None
    for point in points:
        try:
            ball = enclose(function, point, 20)
        except UnresolvedError:
            continue
        if (ball > 0) if sign > 0 else (ball < 0):
            return point
    return None


def _delicate(expression: sympy.Expr) -> tuple[set[sympy.Expr], set[sympy.Expr]]:
    """Collect what must not vanish (bases of negative powers) and what must be positive (of roots and logarithms)."""
    powers = [part for part in expression.atoms(sympy.Pow) if part.base is not sympy.E]
    inverted = {part.base for part in powers if part.exp.is_integer and part.exp.is_negative}
    positive = {part.base for part in powers if not part.exp.is_integer} | {
        part.args[0] for part in expression.atoms(sympy.log)
    }
    return {base for base in inverted if not base.is_number}, {base for base in positive if not base.is_number}


def _roots(expression: sympy.Expr) -> set[sympy.Expr]:
    """Collect what may vanish but not be negative: the bases that stand under roots alone."""
    powers = [part for part in expression.atoms(sympy.Pow) if not part.base.is_number]
    harmless = {part.base for part in powers if part.exp.is_Rational and part.exp > 0}
    others = {part.base for part in powers if not (part.exp.is_Rational and part.exp > 0)}
    return harmless - others - {part.args[0] for part in expression.atoms(sympy.log)}


class _Formula:
    """One formula, measured in its own unit, with what the proofs of its axioms share."""

    def __init__(self, expression: sympy.Expr, variable: sympy.Symbol) -> None:
        self.unit = unit(expression, variable)
        self.expression, self.variable = expression.subs(variable, variable * self.unit), variable
        self.half_variable = sympy.Symbol("p", positive=True)
        self.right = self.expression.subs(variable, self.half_variable)
        self.left = self.expression.subs(variable, -self.half_variable)

    def defined(self, half: sympy.Expr) -> bool:
        """Whether every part of the expression is shown to be defined on the open half line."""
        inverted, positive = _delicate(half)
        return all(sign_on_half_line(base, self.half_variable) for base in inverted) and all(
            sign_on_half_line(base, self.half_variable) > 0 for base in positive
        )

    @cached_property
    def hole(self) -> sympy.Rational | None:
        """A point at which some part of the formula is proved to be undefined, or None."""
        inverted, positive = _delicate(self.expression)
        at_zero = [base.subs(self.variable, 0) for base in inverted | (positive - _roots(self.expression))]
        if any(value.is_zero or value.has(sympy.nan, sympy.zoo) for value in at_zero):
            return sympy.S.Zero
        for base in positive:
            point = _first_point(base, self.variable, (*_POINTS, *(-point for point in _POINTS)), -1)
            if point is not None:
                return point
        return None

    @cached_property
    def everywhere(self) -> bool:
        """Whether the formula is shown to be defined, hence continuous, on the whole line."""
        with suppress(OutOfPatienceError), patience(PATIENCE):
            inverted, positive = _delicate(self.expression)
            roots = _roots(self.expression)
            return (
                self.hole is None
                and all(base.subs(self.variable, 0).is_nonzero for base in inverted | (positive - roots))
                and all(base.subs(self.variable, 0).is_nonnegative for base in roots)
                and self.defined(self.right)
                and self.defined(self.left)
            )
        return False

    def derivative_sign(self, half: sympy.Expr, order: int) -> int:
        """The sign of a derivative on the open half line, term by term or as a whole; 0 if it is open."""
        with suppress(OutOfPatienceError), patience(PATIENCE):
            if half.has(sympy.Abs, sympy.sign, sympy.DiracDelta) or not self.everywhere:
                return 0
            signs = {self._whole_sign(term, order) for term in sympy.Add.make_args(half) if not term.is_number}
            return signs.pop() if len(signs) == 1 and 0 not in signs else self._whole_sign(half, order)
        return 0

    def _whole_sign(self, half: sympy.Expr, order: int) -> int:
        for _ in range(order):
            half = half_derivative(half, self.half_variable)
        return sign_on_half_line(half, self.half_variable)

    def value(self, point: sympy.Expr) -> sympy.Expr:
        """The formula at an exact point."""
        return self.expression.subs(self.variable, point)

    def combined(self, factors: dict[sympy.Rational, int]) -> int | None:
        """The proved sign of a combination of values; by balls, and as a number only where those cancel."""
        function = ball_function(self.expression, self.variable)
        try:
            with ctx.workprec(200):
                ball = sum((factor * function(exact_ball(point)) for point, factor in factors.items()), Ball(0))
        except UnresolvedError:
            return None
        if not ball.is_finite():
            return None
        if ball > 0 or ball < 0:
            return 1 if ball > 0 else -1
        if any(power.exp.free_symbols for power in self.expression.atoms(sympy.Pow) if power.base is not sympy.E):
            return None  # the exact value may be a number of millions of digits
        return _exact_sign(sympy.Add(*[factor * self.value(point) for point, factor in factors.items()]))

    def refuted(self, axiom: str, reason: str, point: sympy.Expr) -> Verdict:
        """A refutation, its point measured in the reader's unit again."""
        point = point * self.unit
        return Verdict("refuted", axiom, reason.format(u=point), point)


def _check_odd(formula: _Formula) -> Verdict:
    if formula.hole is not None:
        return formula.refuted("odd", "not a real number at u = {u}", formula.hole)
    total = formula.expression + formula.value(-formula.variable)
    for sign in (1, -1):
        point = _first_point(total, formula.variable, (sympy.S.Zero, *_POINTS), sign)
        if point is not None:
            return formula.refuted("odd", "sigma(u) + sigma(-u) is not 0 at u = {u}", point)
    with suppress(OutOfPatienceError), patience(PATIENCE):
        if is_odd(formula.expression, formula.variable) and formula.everywhere:
            return Verdict("proved", "odd", "sigma(u) + sigma(-u) simplifies to 0")
    return Verdict(
        "undecided", "odd", "sigma(u) + sigma(-u) is not shown to be 0, nor to differ from it at the points tried"
    )


def _check_limit(formula: _Formula) -> Verdict:
    limit = sympy.nan
    with suppress(*_NO_LIMIT), patience(PATIENCE):
        limit = sympy.limit(formula.right, formula.half_variable, sympy.oo)
    if isinstance(limit, sympy.AccumBounds):
        return _check_period(formula)
    if limit in (sympy.oo, -sympy.oo):
        return Verdict("refuted", "limit", f"sigma(u) does not tend to 1 but to {limit} as u grows", sympy.oo)
    sign = _exact_sign(limit - 1) if limit.is_number else None
    if sign == 0:
        return Verdict("proved", "limit", "sympy's limit is 1")
    if sign is not None:
        return Verdict("refuted", "limit", f"sigma(u) tends to {limit} as u grows", sympy.oo)
    return Verdict("undecided", "limit", "sympy finds no limit")


def _check_period(formula: _Formula) -> Verdict:
    """Refute the limit of what converges but for a periodic part that varies; sympy's bounds alone prove nothing."""
    u = formula.variable
    with suppress(*_NO_LIMIT), patience(PATIENCE):
        waves = [term for term in sympy.Add.make_args(formula.expression) if term.has(sympy.sin, sympy.cos)]
        wave, rest = sympy.Add(*waves), formula.expression - sympy.Add(*waves)
        settled = sympy.limit(rest.subs(u, formula.half_variable), formula.half_variable, sympy.oo)
        period = sympy.periodicity(wave, u) or sympy.S.Zero
        shift = wave - wave.subs(u, 0)
        moves = [_first_point(shift, u, _POINTS, sign) for sign in (1, -1)]
        recurs = period.is_positive and sympy.simplify(wave.subs(u, u + period) - wave) == 0
        if settled.is_finite and not settled.has(sympy.AccumBounds) and recurs and moves != [None, None]:
            return Verdict("refuted", "limit", f"a part of sigma has the period {period * formula.unit}", sympy.oo)
    return Verdict("undecided", "limit", "sympy finds no limit")


def _check_concave(formula: _Formula) -> Verdict:
    curvature = formula.expression.diff(formula.variable, 2)
    point = _first_point(curvature, formula.variable, _POINTS, 1)
    if point is not None:
        return formula.refuted("concave", "the second derivative is positive at u = {u}", point)
    if formula.derivative_sign(formula.right, 2) < 0:
        return Verdict("proved", "concave", "the second derivative is negative for u > 0")
    for low, high in _PAIRS:
        middle = (low + high) / 2
        if formula.combined({middle: 2, low: -1, high: -1}) in (0, -1):
            reason = f"at u = {{u}} it is not above the chord from {low * formula.unit} to {high * formula.unit}"
            return formula.refuted("concave", reason, middle)
    return Verdict("undecided", "concave", "the sign of the second derivative on the half line is open")


def _check_increasing(formula: _Formula, others: dict[str, Verdict]) -> Verdict:
    if others["odd"] == others["concave"] == others["limit"] == "proved":
        return Verdict("proved", "increasing", "concave with a finite limit, and odd")
    both_sides = (*_POINTS, *(-point for point in _POINTS))
    point = _first_point(formula.expression.diff(formula.variable), formula.variable, both_sides, -1)
    if point is not None:
        return formula.refuted("increasing", "the derivative is negative at u = {u}", point)
    left = 1 if others["odd"] == "proved" else -formula.derivative_sign(formula.left, 1)
    if left > 0 and formula.derivative_sign(formula.right, 1) > 0:
        return Verdict("proved", "increasing", "the derivative is positive for u > 0 and for u < 0")
    for low, high in (*_PAIRS, *((-high, -low) for low, high in _PAIRS)):
        if formula.combined({high: 1, low: -1}) in (0, -1):
            return formula.refuted(
                "increasing", f"sigma({high * formula.unit}) is not above sigma({low * formula.unit})", high
            )
    return Verdict("undecided", "increasing", "the sign of the derivative is open")


def check_axioms(expression: sympy.Expr, variable: sympy.Symbol) -> AxiomReport:
    r"""Decide, as far as possible, whether an expression is an odd sigmoid.

    Args:
        expression: the formula, in one real variable.
        variable: its variable.

    Returns:
        a mapping from each of :data:`AXIOMS` to its verdict.

    Example:
        >>> u = sympy.Symbol("u", real=True)
        >>> {axiom: str(verdict) for axiom, verdict in check_axioms(2 * sympy.tanh(u), u).items()}
        {'odd': 'proved', 'increasing': 'proved', 'concave': 'proved', 'limit': 'refuted'}
    """
    formula = _Formula(expression, variable)
    found = {"odd": _check_odd(formula), "concave": _check_concave(formula), "limit": _check_limit(formula)}
    found["increasing"] = _check_increasing(formula, found)
    return AxiomReport({axiom: found[axiom] for axiom in AXIOMS})
