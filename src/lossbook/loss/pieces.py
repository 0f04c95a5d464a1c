r"""A function with kinks, cut into its smooth pieces on [-1, 1], with exact ends.

Kinks come from ``Max``, ``Min``, ``Abs`` and what derivatives make of them, ``sign`` and ``Heaviside``. Each has a
switch, an expression whose sign decides which branch is taken; its zeros are found exactly. Between two neighbouring
zeros of all switches every sign is constant, so that one branch of each remains. A switch that is not shown to be
defined on all of [-1, 1] could change its sign elsewhere: then no pieces are given.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import combinations, pairwise
from typing import NamedTuple

import sympy
from flint import arb, ctx, fmpq

from lossbook.balls import (
    HIGHEST_PRECISION,
    Ball,
    BallFunction,
    UnresolvedError,
    ball_function,
    ball_sign,
    interval_ball,
)
from lossbook.patience import OutOfPatienceError, patience

_PATIENCE = 3.0  # seconds, for the zeros of one switch
_NARROWEST = fmpq(1, 2**14)  # cell on which a formula is shown to be defined
_BITS = (64, 256, 1024, HIGHEST_PRECISION)
_KINKED = (sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.Heaviside)


class Piece(NamedTuple):
    """A stretch of [-1, 1] on which the function is one smooth formula.

    Attributes:
        low: left end, an exact number.
        high: right end.
        expression: the formula.
    """

    low: sympy.Expr
    high: sympy.Expr
    expression: sympy.Expr


def number_sign(number: sympy.Expr) -> int:
    """Give the sign of an exact number; 0 for 0.

    Args:
        number: an expression without symbols, elementary.

    Returns:
        1, 0 or -1.

    Raises:
        UnresolvedError: where neither balls nor algebra tell.
    """
    if number.is_Rational:
        return int(sympy.sign(number))
    if number.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I):
        raise UnresolvedError(f"{number} is no real number")
    sign = sign_of_ball(ball_function(number, sympy.Dummy()), lambda: arb(0))
    if sign:
        return sign
    with suppress(OutOfPatienceError), patience(_PATIENCE):
        if sympy.simplify(number) == 0:
            return 0
    raise UnresolvedError(f"the sign of {number} is not found")


def sign_of_ball(function: BallFunction, place: Callable[[], Ball]) -> int:
    """Give the sign of a function at one place, at as many bits as it takes.

    Args:
        function: from ball to ball.
        place: gives a narrow ball at the working precision.

    Returns:
        1 or -1; 0 where 8,192 bits do not tell.
    """
    for bits in _BITS:
        with ctx.workprec(bits):
            sign = ball_sign(function(place()))
            if sign:
                return sign
    return 0


def is_defined(expression: sympy.Expr, symbol: sympy.Symbol, low: sympy.Expr, high: sympy.Expr) -> bool:
    """Tell whether an expression is shown to be defined on a closed stretch, by balls that cover it.

    Args:
        expression: an elementary function.
        symbol: its variable.
        low: left end, an exact number.
        high: right end.

    Returns:
        True if it is shown; False says nothing.
    """
    function = ball_function(expression, symbol)
    start, end = (ball_function(number, symbol)(arb(0)) for number in (low, high))
    open_cells = [(fmpq(0), fmpq(1))]
    while open_cells:
        left, right = open_cells.pop()
        if function(start + interval_ball(left, right) * (end - start)).is_finite():
            continue
        if right - left < _NARROWEST:
            return False
        middle = (left + right) / 2
        open_cells += [(middle, right), (left, middle)]
    return True


def _switches(expression: sympy.Expr) -> set[sympy.Expr]:
    """Collect the expressions whose signs decide branches."""
    found = set()
    for part in expression.atoms(*_KINKED):
        if isinstance(part, (sympy.Max, sympy.Min)):
            found |= {left - right for left, right in combinations(part.args, 2)}
        else:
            found.add(part.args[0])
    return {switch for switch in found if switch.free_symbols}


def zeros_of(switch: sympy.Expr, symbol: sympy.Symbol) -> list[sympy.Expr] | None:
    """Find the zeros of an expression inside (-1, 1), whether its sign changes there or not.

    Args:
        switch: an elementary function, with kinks or not.
        symbol: its variable, real.

    Returns:
        exact numbers, among them all zeros; None if they are not all found, or if it is not shown to be defined on
        all of [-1, 1].
    """
    if not is_defined(switch, symbol, sympy.S.NegativeOne, sympy.S.One):
        return None
    inner = _switches(switch)
    if inner:  # a kink within: the zeros of either branch are candidates; one too many does no harm
        branches = [switch.xreplace(choice) for choice in _choices(switch)]
        found = [zeros_of(branch, symbol) for branch in branches if branch.free_symbols]
        return None if any(part is None for part in found) else [zero for part in found for zero in part or []]
    with suppress(OutOfPatienceError, NotImplementedError, UnresolvedError, TypeError, ValueError):
        with patience(_PATIENCE):
            solutions = sympy.solveset(switch, symbol, sympy.Interval(-1, 1))
            if not isinstance(solutions, sympy.FiniteSet) and solutions != sympy.S.EmptySet:
                return None
        return [zero for zero in solutions if number_sign(1 - zero) > 0 < number_sign(1 + zero)]
    return None


def _choices(expression: sympy.Expr) -> list[dict[sympy.Expr, sympy.Expr]]:
    """Replace one kinked function by each of its branches in turn."""
    part = next(iter(sorted(expression.atoms(*_KINKED), key=sympy.default_sort_key)))
    if isinstance(part, (sympy.Max, sympy.Min)):
        return [{part: branch} for branch in part.args]
    if isinstance(part, sympy.Abs):
        return [{part: part.args[0]}, {part: -part.args[0]}]
    values = (1, -1) if isinstance(part, sympy.sign) else (1, 0)
    return [{part: sympy.Integer(value)} for value in values]


def sorted_numbers(numbers: set[sympy.Expr]) -> list[sympy.Expr]:
    """Sort exact numbers, and keep one of those that are equal.

    Args:
        numbers: expressions without symbols.

    Returns:
        the numbers, strictly increasing.
    """
    kept: list[sympy.Expr] = []
    for number in sorted(numbers, key=lambda number: float(sympy.N(number, 30))):
        if not kept or number_sign(number - kept[-1]) > 0:
            kept.append(number)
    return kept


def _between(low: sympy.Expr, high: sympy.Expr) -> sympy.Rational:
    """Give a rational number between two numbers."""
    middle = sympy.Rational(float(sympy.N((low + high) / 2, 30)))
    if not number_sign(middle - low) > 0 < number_sign(high - middle):
        raise UnresolvedError(f"no double lies between {low} and {high}")
    return middle


def _smooth(expression: sympy.Expr, symbol: sympy.Symbol, point: sympy.Rational) -> sympy.Expr:
    """Replace every kinked function by the branch that holds at a point, the innermost first."""
    while kinked := [part for part in expression.atoms(*_KINKED) if not any(a.has(*_KINKED) for a in part.args)]:
        part = min(kinked, key=sympy.default_sort_key)
        expression = expression.xreplace({part: _branch(part, symbol, point)})
    return expression


def _branch(part: sympy.Expr, symbol: sympy.Symbol, point: sympy.Rational) -> sympy.Expr:
    """Give the branch of one function at a point that is no kink."""
    if isinstance(part, (sympy.Max, sympy.Min)):
        side = 1 if isinstance(part, sympy.Max) else -1
        best = part.args[0]
        for other in part.args[1:]:
            best = other if side * number_sign((other - best).subs(symbol, point)) > 0 else best
        return best
    sign = number_sign(part.args[0].subs(symbol, point))
    if isinstance(part, sympy.Abs):
        return sign * part.args[0]
    return sympy.Integer(sign if isinstance(part, sympy.sign) else sign > 0)


def pieces_of(expression: sympy.Expr, symbol: sympy.Symbol) -> tuple[Piece, ...] | None:
    """Cut a function into its smooth pieces on [-1, 1].

    Args:
        expression: an elementary function with kinks.
        symbol: its variable, real.

    Returns:
        the pieces from left to right; neighbours differ. None where a kink is not found exactly.

    Example:
        >>> m = sympy.Symbol("m", real=True)
        >>> [tuple(piece) for piece in pieces_of(sympy.Max(0, sympy.Rational(1, 2) - m), m)]
        [(-1, 1/2, 1/2 - m), (1/2, 1, 0)]
    """
    ends = {sympy.Integer(-1), sympy.Integer(1)}
    for switch in _switches(expression):
        zeros = zeros_of(switch, symbol)
        if zeros is None:
            return None
        ends |= set(zeros)
    found: list[Piece] = []
    with suppress(UnresolvedError):
        for low, high in pairwise(sorted_numbers(ends)):
            smooth = _smooth(expression, symbol, _between(low, high))
            if found and found[-1].expression == smooth:
                low = found.pop().low
            found.append(Piece(low, high, smooth))
        return tuple(found)
    return None
