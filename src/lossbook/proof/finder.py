r"""The untrusted finder: looks for a certificate among the instances of the axioms at a statement's own points.

A step contributes a sum of function values whose coefficients are fractions of forms: concavity at $x\le m\le y$ gives
$F(m)-\frac{y-m}{y-x}F(x)-\frac{m-x}{y-x}F(y)$. Which non-negative multiples add up to the claim is asked at random
numbers for the symbols, where the coefficients are numbers too: a linear programme, solved in fractions. What comes out
is handed to :mod:`lossbook.proof.kernel`, which checks it; a mistake here can only lose a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations
from random import Random
from typing import Any

import sympy

from lossbook.proof import kernel, terms
from lossbook.proof.kernel import Rejected, Statement, Step, Theorem
from lossbook.proof.search import nonnegative, prove, shown

Part = tuple[sympy.Expr, Fraction]  # a product of function values, and its coefficient
_NO, _WEAK, _STRICT = range(3)


class _Place:
    """Random numbers for the symbols; forms are evaluated there, each once."""

    def __init__(self, symbols: Iterable[sympy.Symbol], random: Random) -> None:
        self._numbers = {s: sympy.Rational(random.randint(1, 10**6), 10**4) for s in symbols}
        self._known: dict[sympy.Expr, Fraction] = {}

    def __call__(self, form: sympy.Expr) -> Fraction:
        if form not in self._known:
            number = form.xreplace(self._numbers)
            self._known[form] = Fraction(int(number.p), int(number.q))
        return self._known[form]


@dataclass(frozen=True)
class _Candidate:
    """A step for every multiplier; what it contributes at a place; whether that is positive."""

    step: Callable[[Any], Step]
    parts: Callable[[_Place], Iterable[Part]]
    strict: bool


class _Pool:
    """The points and multipliers of a statement, what is known about them, and the steps that they make."""

    def __init__(self, statement: Statement, points: Iterable[Any]) -> None:
        self.statement = statement
        facts = statement.facts()
        (claim, self.strict), *more = kernel.sides(statement.claim)
        if more:
            raise Rejected("an equation needs no steps")
        self.claim = statement.normal(claim)
        self._linear = [(part, strict) for part, strict in facts if not part.atoms(sympy.Function)]
        self._signs: dict[sympy.Expr, int] = {}
        wholes = [self.claim, *(part for part, _ in facts)]
        self.symbols = sorted({symbol for whole in wholes for symbol in whole.free_symbols}, key=str)
        arguments = [call.args[0] for whole in wholes for call in whole.atoms(sympy.Function)]
        given = [statement.normal(point) for point in points]
        self.points = self._ordered([sympy.S.Zero, *given, *arguments, *(-argument for argument in arguments)])
        self.anywhere = sorted({*self.points, *given, *arguments}, key=_simplicity)
        factors = [factor for whole in wholes for factor in _factors(whole)]
        self.multipliers = self._ordered([sympy.S.One, *factors, *(-factor for factor in factors)])

    def sign(self, form: sympy.Expr) -> int:
        """Return whether a form is known to be at least 0, or more than 0."""
        form = sympy.expand(form)
        if form not in self._signs:
            found = shown(form, self._linear)
            self._signs[form] = _NO if found is None else _STRICT if found[1] else _WEAK
        return self._signs[form]

    def _ordered(self, forms: Iterable[sympy.Expr]) -> list[sympy.Expr]:
        """Keep the forms that are known not to be negative, each once, short ones first."""
        known = {sympy.expand(form) for form in forms}
        return sorted(filter(self.sign, known), key=_simplicity)

    def farther(self, size: int) -> list[sympy.Expr]:
        """Return sums and differences of two points, the shortest ones."""
        forms = [form for p, q in combinations(self.points, 2) for form in (p + q, p - q, q - p)]
        return [form for form in self._ordered(forms) if form not in self.points][:size]

    def _call(self, function: Any, point: sympy.Expr, coefficient: int = 1) -> Part:
        """Return a function's value in normal form, and its coefficient."""
        number, value = self.statement.normal(function(point)).as_coeff_Mul()
        return value, coefficient * Fraction(int(number.p), int(number.q))

    def candidates(self, more: Sequence[sympy.Expr]) -> Iterator[_Candidate]:
        """Yield every step; of the points in addition, one at most takes part in each."""
        yield from self._given()
        for function, axioms in self.statement.functions.items():
            points = [*self.points, *more]
            if "increasing" in axioms.names:
                yield from self._increasing(function, points, "strictly increasing" in axioms.names)
            if "concave" in axioms.names:
                yield from self._concave(function, more, "strictly concave" in axioms.names)
            if "bounded" in axioms.names:
                yield from (self._bounded(function, point) for point in [*self.anywhere, *more])
            if "reflected" in axioms.names and "odd" not in axioms.names:
                yield from (self._reflected(function, point) for point in points)

    def _given(self) -> Iterator[_Candidate]:
        for fact in self.statement.where:
            yield from (self._side(fact, *side) for side in zip((1, -1), kernel.sides(fact), strict=False))

    def _side(self, fact: Any, turn: int, side: kernel.Fact) -> _Candidate:
        products = _products(self.statement.normal(side[0]))
        return _Candidate(lambda times: terms.given(fact, turn * times), lambda at: _evaluated(products, at), side[1])

    def _increasing(self, function: Any, points: Sequence[sympy.Expr], strict: bool) -> Iterator[_Candidate]:
        for low, high in permutations(points, 2):
            if known := self.sign(high - low):
                yield self._rise(function, low, high, strict and known == _STRICT)

    def _rise(self, function: Any, low: sympy.Expr, high: sympy.Expr, strict: bool) -> _Candidate:
        parts = [self._call(function, high), self._call(function, low, -1)]
        return _Candidate(lambda times: terms.increasing(low, high, function, times), lambda _: parts, strict)

    def _concave(self, function: Any, more: Sequence[sympy.Expr], strict: bool) -> Iterator[_Candidate]:
        for low, high in permutations([*self.points, *more], 2):
            added = [point for point in (low, high) if point in more]
            if len(added) < 2 and self.sign(high - low) == _STRICT:
                for middle in [*self.points, *([] if added else more)]:
                    rise, fall = self.sign(middle - low), self.sign(high - middle)
                    if rise and fall and middle not in {low, high}:
                        yield self._bent(function, (low, middle, high), strict, rise == fall == _STRICT)

    def _bent(self, function: Any, points: tuple[sympy.Expr, ...], strict: bool, apart: bool) -> _Candidate:
        low, middle, high = points
        reach = self.statement.functions[function].reach
        near = not strict and reach is not None and bool(self.sign(self.statement.normal(reach) - high))
        calls = [self._call(function, point) for point in points]

        def parts(at: _Place) -> Iterator[Part]:
            """Give the values with their weights, the middle one with 1."""
            x, m, y = map(at, points)
            weights = ((m - y) / (y - x), Fraction(1), (x - m) / (y - x))
            return ((value, weight * number) for weight, (value, number) in zip(weights, calls, strict=True))

        def step(times: Any) -> Step:
            """Divide by the length of the chord."""
            return terms.concave(low, middle, high, function, times / (high - low), near)

        return _Candidate(step, parts, apart and (strict or near))

    def _bounded(self, function: Any, point: sympy.Expr) -> _Candidate:
        parts = [(sympy.S.One, Fraction(1)), self._call(function, point, -1)]
        return _Candidate(lambda times: terms.bounded(point, function, times), lambda _: parts, True)

    def _reflected(self, function: Any, point: sympy.Expr) -> _Candidate:
        parts = [self._call(function, form, -1) for form in (point, -point)]
        return _Candidate(lambda times: terms.reflected(point, function, times), lambda _: parts, False)


def _simplicity(form: sympy.Expr) -> tuple[int, str]:
    return len(sympy.Add.make_args(form)), str(form)


def _products(whole: sympy.Expr) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """Split a polynomial into products of function values and their coefficients."""
    parts = [part.as_independent(sympy.Function, as_Add=False) for part in sympy.Add.make_args(whole)]
    return [(value, coefficient) for coefficient, value in parts]


def _evaluated(products: Iterable[tuple[sympy.Expr, sympy.Expr]], at: _Place) -> Iterator[Part]:
    return ((value, at(coefficient)) for value, coefficient in products)


def _factors(whole: sympy.Expr) -> Iterator[sympy.Expr]:
    """Yield the factors of the coefficients of function values."""
    values = sorted({value for value, _ in _products(whole)} - {sympy.S.One}, key=str)
    for value in values:
        coefficient = sympy.Add(*(factor for other, factor in _products(whole) if other == value))
        yield from (factor for factor, _ in sympy.factor_list(coefficient)[1])


def _row_of(parts: Iterable[Part], times: Fraction) -> dict[sympy.Expr, Fraction]:
    """Add up the coefficients of each product of function values."""
    row: dict[sympy.Expr, Fraction] = {}
    for value, number in parts:
        row[value] = row.get(value, Fraction(0)) + times * number
    return row


def _equations(pool: _Pool, offers: Sequence[tuple[_Candidate, Any]], at: _Place) -> list[list[Fraction]]:
    """Write claim and candidates as numbers: a row, the claim's number first, for each product of function values."""
    claim = _row_of(_evaluated(_products(pool.claim), at), Fraction(1))
    columns = [claim, *(_row_of(candidate.parts(at), at(times)) for candidate, times in offers)]
    values = dict.fromkeys(value for column in columns for value in column)
    return [[column.get(value, Fraction(0)) for column in columns] for value in values]


def _holds(row: Sequence[Fraction], numbers: Sequence[sympy.Rational]) -> bool:
    return row[0] == sum(Fraction(int(n.p), int(n.q)) * x for n, x in zip(numbers, row[1:], strict=True) if n)


def _steps(pool: _Pool, more: Sequence[sympy.Expr]) -> tuple[list[Step], int]:
    """Return steps that add up to the claim, if there are any, and how many were tried."""
    offers = [(candidate, times) for candidate in pool.candidates(more) for times in pool.multipliers]
    strict = [i for i, (candidate, times) in enumerate(offers) if candidate.strict and pool.sign(times) == _STRICT]
    random = Random(0)
    for count in (2, 4, 12):  # what holds at few places may be no identity
        *rows, last = [_equations(pool, offers, _Place(pool.symbols, random)) for _ in range(count + 1)]
        table = [row for some in rows for row in some]
        numbers = nonnegative([row[0] for row in table], [row[1:] for row in table], strict)
        if numbers is None:
            break
        if all(_holds(row, numbers) for row in last):
            chosen = zip(offers, numbers, strict=True)
            return [candidate.step(n * times) for (candidate, times), n in chosen if n], len(offers)
    return [], len(offers)


def find(name: str, statement: Statement, points: Iterable[Any] = (), size: int = 30) -> Theorem:
    """Look for a certificate, and have it checked.

    Tried are the facts and the axioms at the arguments that occur in claim and facts, then at their sums and
    differences too; multiplied by the coefficients of function values that occur.

    Args:
        name: how the theorem is called.
        statement: what it says.
        points: arguments to be tried besides.
        size: how many sums and differences are tried.

    Returns:
        the theorem.

    Raises:
        Rejected: if nothing is found; the statement may be true all the same.
    """
    with kernel.blaming(name):
        pool, tried = _Pool(statement, points), 0
        for more in ([], pool.farther(size)):
            steps, tried = _steps(pool, more)
            if steps:
                try:
                    return prove(name, statement, steps)
                except Rejected:
                    continue
        raise Rejected(f"no certificate among {tried} candidates; that does not show that the claim is false")
