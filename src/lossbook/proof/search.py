r"""The untrusted helper: finds the multipliers of side conditions, and certificates of simple claims.

A side condition $f\ge0$ follows from facts $f_i\ge0$ if $f=\lambda_0+\sum_i\lambda_if_i$ with $\lambda\ge0$ (Farkas). A
linear programme in floating point proposes which multipliers are needed; their values are then solved for in fractions.
What comes out is handed to :mod:`lossbook.proof.kernel`, which checks it; a mistake here can only lose a proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from flint import fmpq, fmpq_mat
from scipy.optimize import linprog

from lossbook.proof import kernel
from lossbook.proof.kernel import Fact, Location, Rejected, Statement, Step, Theorem

_TINY = 1e-9


def _columns(expressions: Sequence[sympy.Expr]) -> list[list[sympy.Rational]]:
    """Write expressions as columns of coefficients over their common monomials."""
    parts = [expression.as_coefficients_dict() for expression in expressions]
    monomials = sorted({monomial for part in parts for monomial in part}, key=sympy.default_sort_key)
    return [[sympy.Rational(part.get(monomial, 0)) for part in parts] for monomial in monomials]


def combination(
    target: sympy.Expr, candidates: Sequence[sympy.Expr], preferred: Iterable[int] = ()
) -> list[sympy.Rational] | None:
    r"""Write an expression as a sum of non-negative multiples of others, exactly.

    Args:
        target: the expression.
        candidates: what may be added up.
        preferred: numbers of candidates of which at least one should be used, if that is possible.

    Returns:
        the multipliers, one for each candidate; ``None`` if there are none.
    """
    rows = _columns([target, *candidates])
    return nonnegative([row[0] for row in rows], [row[1:] for row in rows], preferred)


def nonnegative(sides: Sequence[Any], matrix: Sequence[Sequence[Any]], preferred: Iterable[int] = ()) -> Any:
    """Solve linear equations in non-negative numbers, exactly.

    Args:
        sides: the right sides, fractions.
        matrix: the coefficients, a row for each equation.
        preferred: numbers of unknowns of which at least one should not be 0, if that is possible.

    Returns:
        a list of sympy rational numbers; ``None`` if no solution is found.
    """
    count = len(matrix[0]) if matrix else 0
    rounded = np.array(matrix, dtype=float).reshape(len(sides), count)
    wish = np.isin(np.arange(count), list(preferred)).astype(float)
    # One more unknown, at most 1 and at most the preferred multipliers' sum, is made as large as it can be.
    cost = np.append(np.full(count, 1e-3), -1.0)
    found = linprog(
        cost,
        A_ub=np.append(-wish, 1.0)[None, :],
        b_ub=[0.0],
        A_eq=np.column_stack([rounded, np.zeros(len(sides))]),
        b_eq=np.array(sides, dtype=float),
        bounds=[(0, None)] * count + [(0, 1)],
        method="highs-ds",
    )
    if found.x is None:
        return None
    support = [i for i, value in enumerate(found.x[:-1]) if value > _TINY]
    return _solve(sides, matrix, support, found.x)


def _exact(number: Any) -> fmpq:
    return fmpq(int(number.numerator), int(number.denominator))


def _solve(sides: Any, matrix: Any, support: list[int], guess: np.ndarray) -> list[sympy.Rational] | None:
    """Solve for the multipliers in the support in fractions; free ones keep the value that was proposed, rounded."""
    table = fmpq_mat(
        len(sides),
        len(support) + 1,
        [_exact(x) for row, side in zip(matrix, sides, strict=True) for x in [*(row[i] for i in support), side]],
    )
    reduced, rank = table.rref()
    values, pivots = [fmpq(0)] * len(support), []
    for row in range(rank):
        pivot = next(j for j in range(len(support) + 1) if reduced[row, j] != 0)
        if pivot == len(support):
            return None
        pivots.append(pivot)
    for j in range(len(support)):
        if j not in pivots:
            values[j] = _exact(Fraction(float(guess[support[j]])).limit_denominator(64))
    for row, pivot in enumerate(pivots):
        free = sum((reduced[row, j] * values[j] for j in range(len(support)) if j not in pivots), fmpq(0))
        values[pivot] = reduced[row, len(support)] - free
    if any(value < 0 for value in values):
        return None
    numbers = dict(zip(support, values, strict=True))
    return [sympy.Rational(int(n.p), int(n.q)) for n in (numbers.get(i, fmpq(0)) for i in range(len(matrix[0])))]


def shown(form: sympy.Expr, facts: Sequence[Fact]) -> tuple[tuple[sympy.Rational, ...], bool] | None:
    """Find multipliers that show form >= 0, and form > 0 if there are such.

    Args:
        form: an expression.
        facts: what is known.

    Returns:
        the constant with one multiplier for each fact, and whether they show form > 0; ``None`` if none are found.
    """
    strict = [0, *(i for i, (_, strictly) in enumerate(facts, 1) if strictly)]
    found = combination(sympy.expand(form), [sympy.S.One, *(part for part, _ in facts)], strict)
    return None if found is None else (tuple(found), any(found[i] for i in strict))


def farkas(form: sympy.Expr, facts: Sequence[Fact]) -> tuple[sympy.Rational, ...]:
    """Find multipliers that show form >= 0, and form > 0 if there are such.

    Args:
        form: an expression.
        facts: what is known.

    Returns:
        the constant, then one multiplier for each fact.

    Raises:
        Rejected: if none are found.
    """
    found = shown(form, facts)
    if found is None:
        raise Rejected(f"{form} >= 0 does not follow from the facts")
    return found[0]


def _filled(step: Step, statement: Statement, facts: Sequence[Fact]) -> Step:
    """Fill in the number of a fact and the multipliers of a step's side conditions."""
    if step.rule == "given" and not isinstance(step.source, int):
        if step.source not in statement.where:
            raise Rejected(f"{step.source} is not among the facts")
        before = statement.where[: statement.where.index(step.source)]
        number = sum(len(kernel.sides(relation)) for relation in before)
        turned = bool(step.scale < 0) and isinstance(step.source, sympy.Eq)
        step = replace(step, source=number + turned, scale=-step.scale if turned else step.scale)
    _, _, conditions = kernel.instance(step, statement, facts)
    return replace(step, because=tuple(farkas(statement.normal(part), facts) for part, _ in conditions))


def prove(name: str, statement: Statement, steps: Iterable[Step]) -> Theorem:
    """Fill in the side conditions of a certificate, and have it checked.

    Args:
        name: how the theorem is called.
        statement: what it says.
        steps: the certificate, with or without the multipliers of the side conditions.

    Returns:
        the theorem. If a side condition does not follow, or the steps do not prove the statement, it is rejected with
        the step and the reason.
    """
    facts, filled = statement.facts(), []
    for number, step in enumerate(steps, 1):
        with kernel.blaming(f"{name}, step {number} ({step.rule})"):
            filled.append(_filled(step, statement, facts))
    return kernel.check(name, statement, filled)


def _closed(name: str, outer: Statement, regions: Sequence[Sequence[Fact]]) -> list[tuple[sympy.Rational, ...]]:
    """Find a contradiction in every gap between the regions."""
    facts, reasons = outer.facts(), []
    for negated in kernel.gaps(regions):
        reason, contradicts = shown(sympy.S.Zero, [*facts, *negated]) or ((), False)
        if not contradicts:
            gap = ", ".join(f"{part} {'>' if strictly else '>='} 0" for part, strictly in negated)
            raise Rejected(f"{name}: the cover has a gap at {gap}")
        reasons.append(reason)
    return reasons


def cases(name: str, statement: Statement, parts: Sequence[Theorem]) -> Theorem:
    """Prove a statement from theorems on regions that cover where it is made.

    Args:
        name: how the theorem is called.
        statement: what it says.
        parts: theorems with the same claim, each with the facts of its region.

    Returns:
        the theorem.
    """
    with kernel.blaming(name):
        regions = [kernel.region(part, statement) for part in parts]
    return kernel.join(name, statement, parts, _closed(name, statement, regions))


def locate(name: str, location: Location, parts: Sequence[Theorem]) -> Theorem:
    """Prove where the local maximisers lie, from signs of the slope.

    Args:
        name: how the theorem is called.
        location: what it says.
        parts: theorems that claim a sign of the slope, each on a region.

    Returns:
        the theorem.
    """
    with kernel.blaming(name):
        regions = [*(location.without(part) for part in parts), location.outer().facts(location.target)]
    return kernel.locate(name, location, parts, _closed(name, location.outer(), regions))
