r"""The birth and the death of an interval for two thresholds, in ball arithmetic.

With outer intervals of equal length $L$ and the middle one of length $M$, the pair of thresholds that is merged in the
middle of $(a,b)$ has $\lambda=2F(L+\frac M2)-4F(\frac M2)$ (:mod:`lossbook.certified.merged_pair`): it holds together
for $\lambda<0$ and parts for $\lambda>0$. $F$ falls, because $\log\sigma$ is concave: to each $M$ there is at most one
critical $L$. If $\sigma''/\sigma$ increases on $(0,\infty)$, $F$ is convex there: each $L$ has one critical $M$, and it
is at most $2L$.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import sympy
from flint import arb, ctx, fmpq

from lossbook.arguments import exact, fraction, shown
from lossbook.balls import Ball, BallFunction, UnresolvedError, exact_rational, interval_ball, rational, whole_power
from lossbook.certified.merged_pair import LONGEST, PairFunctions, outer_pull, pair_functions
from lossbook.certified.search import Bounds, checked_digits
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid

PHASES = ("split", "merged", "merged at an end", "an outer class lost", "both outer classes lost", "undecided")
_BITS = 52
_BITS_A_DIGIT = 3.33
_BITS_LOST = 6
_BITS_FOR_SIGNS = 64
_FAR = 64  # half saturations, from where on the limit is asked
_MOST_CELLS = 2_000
_MOST_STEPS = 400


def _precision(pair: PairFunctions, length: fmpq, digits: int) -> int:
    """Count the bits: short lengths lose some, for there the sigmoid is all but linear and all curves meet."""
    lost = max(0.0, math.log2(float(fraction(pair.width / length))))
    return int(_BITS + _BITS_A_DIGIT * checked_digits(digits) + _BITS_LOST * lost)


def _zero(function: Callable[[fmpq], Ball], low: fmpq, high: fmpq, digits: int) -> tuple[fmpq, fmpq]:
    """Narrow a bracket of a change of sign by the secant, never closer to an end than half of the wanted width."""
    ends, values, moved = [low, high], [function(low), function(high)], 0
    if not values[0] * values[1] < 0:
        raise UnresolvedError(
            f"no change of sign is seen between {float(fraction(low)):g} and {float(fraction(high)):g}"
        )
    for _ in range(_MOST_STEPS):
        width = ends[1] / 10**digits
        if ends[1] - ends[0] <= width:
            return ends[0], ends[1]
        share = exact_rational((values[0] / (values[0] - values[1])).mid())
        place = ends[0] + (ends[1] - ends[0]) * share
        place = exact_rational(arb(min(max(place, ends[0] + width / 2), ends[1] - width / 2)).mid())
        found = function(place)
        if found.overlaps(arb(0)):
            place += width / 4
            found = function(place)
        side = 0 if found * values[0] > 0 else 1
        if not found * values[1 - side] < 0:
            raise UnresolvedError(f"a sign is not seen to {digits} digits")
        if moved == 1 - 2 * side:
            values[1 - side] = values[1 - side] / 2  # so that the other end moves too
        ends[side], values[side], moved = place, found, 1 - 2 * side
    raise UnresolvedError(f"{digits} digits are not reached")


def _one_zero(value: BallFunction, slope: BallFunction, low: fmpq, high: fmpq) -> None:
    """Prove that a function has at most one zero between two places: on each cell it is not 0, or it grows."""
    cells = [(low, high)]
    with ctx.workprec(_BITS_FOR_SIGNS):
        for _ in range(_MOST_CELLS):
            if not cells:
                return
            left, right = cells.pop()
            cell, small = interval_ball(left, right), 32 * (right - left) <= high - low
            if slope(cell) > 0 or (small and not value(cell).overlaps(arb(0))):
                continue
            middle = (left + right) / 2
            cells += [(left, middle), (middle, right)]
    raise UnresolvedError("it is not shown that there is only one")


def _bounds(low: fmpq, high: fmpq) -> Bounds:
    return fraction(2 * low), fraction(2 * high)


def _excess(pair: PairFunctions, half: Ball | fmpq, length: fmpq) -> Ball:
    """F(L + p) - 2F(p), of which the merged pair in the middle has twice as its curvature."""
    p = arb(half)
    return pair.curvature(p + length) - 2 * pair.curvature(p)


def _lead(pair: PairFunctions, half: Ball | fmpq, length: fmpq) -> Ball:
    """D in the middle less D at an end."""
    p, weight = arb(half), pair.weight
    end = 2 * weight(arb(length)) - 2 * weight(length + 2 * p) + weight(2 * (length + p))
    return 2 * weight(length + p) - 4 * weight(p) - end


def critical_middle(sigma: OddSigmoid, outer: Any, digits: int = 15) -> Bounds:
    r"""Enclose the length of the middle interval at which the pair in the middle parts: the birth of the class between.

    It is the zero $M$ of $F(L+\frac M2)-2F(\frac M2)$ on $(0,2L]$, proved to be the only one there.

    Args:
        sigma: an odd sigmoid.
        outer: $L$, the length of both outer intervals, an exact positive number.
        digits: the enclosure is narrower than $10^{-\mathrm{digits}}M$.

    Returns:
        $(l,h)$ with $l\le M\le h$. An ``UnresolvedError`` says so if there is no such zero, or if it is not shown to be
        the only one.

    Example:
        >>> from lossbook.sigmoid.families import tanh
        >>> [round(float(end), 12) for end in critical_middle(tanh(), 1)]
        [1.206795926418, 1.206795926418]
    """
    pair, length = pair_functions(sigma), rational(exact(outer, "outer", positive=True))
    with ctx.workprec(_precision(pair, length, digits)):
        excess = partial(_excess, pair, length=length)
        _one_zero(excess, lambda half: 2 * pair.fall(half) - pair.fall(half + length), fmpq(0), length)
        return _bounds(*_zero(excess, fmpq(0), length, digits))


def critical_outer(sigma: OddSigmoid, middle: Any, digits: int = 15) -> Bounds:
    r"""Enclose the length of both outer intervals beyond which the pair in the middle holds together.

    It is the only zero $L$ of $F(L+\frac M2)-2F(\frac M2)$.

    Args:
        sigma: an odd sigmoid.
        middle: $M$, an exact positive number below :func:`longest_critical_middle`.
        digits: the enclosure is narrower than $10^{-\mathrm{digits}}(L+\frac M2)$.

    Returns:
        $(l,h)$ with $l\le L\le h$.

    Raises:
        ValueError: if the middle is so long that the pair parts whatever the outer lengths.
    """
    pair, half = pair_functions(sigma), rational(exact(middle, "middle", positive=True)) / 2
    with ctx.workprec(_precision(pair, half, digits)):
        wanted = 2 * pair.curvature(arb(half))
        far = half
        while not pair.curvature(arb(far)) < wanted:
            far *= 2
            if far > _FAR * pair.width and (far > LONGEST * pair.width or wanted < pair.least(6)):
                raise ValueError(f"middle must be short enough for a merged pair; got {shown(middle)}")
        low, high = _zero(lambda place: pair.curvature(arb(place)) - wanted, half, far, digits)
        return fraction(low - half), fraction(high - half)


def meeting_outer(sigma: OddSigmoid, low: Any, high: Any, digits: int = 6) -> Bounds:
    r"""Enclose an outer length at which the pair in the middle parts just where it is as good as a pair at an end.

    It is a zero of $D(\frac{a+b}2)-D(a)$ along the curve of :func:`critical_middle`. Beyond it the class between is not
    born by parting: the maximum jumps from an end to a split pair.

    Args:
        sigma: an odd sigmoid.
        low: an exact outer length at which the pair in the middle is better.
        high: a longer one at which the pair at an end is.
        digits: the enclosure is narrower than $10^{-\mathrm{digits}}L$.

    Returns:
        $(l,h)$ with $l\le L\le h$. An ``UnresolvedError`` says so if no change of sign is seen between ``low`` and
        ``high``.
    """
    pair = pair_functions(sigma)
    ends = [rational(exact(end, name, positive=True)) for end, name in ((low, "low"), (high, "high"))]
    with ctx.workprec(_precision(pair, ends[0], 2 * digits)):

        def lead(length: fmpq) -> Ball:
            """D in the middle less D at the end, at the critical middle length."""
            half = _zero(lambda p: _excess(pair, arb(p), length), fmpq(0), length, 2 * digits)
            return _lead(pair, interval_ball(*half), length)

        first, last = _zero(lead, ends[0], ends[1], digits)
        return fraction(first), fraction(last)


def longest_critical_middle(sigma: OddSigmoid, digits: int = 12) -> Bounds:
    r"""Enclose the limit of the critical middle length for long outer intervals: $2p$ with $2F(p)=F(\infty)$.

    Args:
        sigma: an odd sigmoid.
        digits: the relative width of the enclosure, if the sigmoid's tail allows it.

    Returns:
        $(l,h)$ with $l\le2p\le h$.
    """
    pair = pair_functions(sigma)
    with ctx.workprec(_precision(pair, pair.width, digits)):
        half = pair.least(digits + 2) / 2
        far = pair.width
        while not pair.curvature(arb(far)) < half:
            far *= 2
        return _bounds(*_zero(lambda place: pair.curvature(arb(place)) - half, fmpq(0), far, digits))


def centred_middle(sigma: OddSigmoid, outer: Any, digits: int = 15) -> Bounds:
    r"""Enclose the length of the middle interval at which merged pairs in the middle and at an end have equal gains.

    It is the zero $M$ of $D(\frac{a+b}2)-D(a)$ on $(0,2L]$, proved to be the only one there: for shorter middle
    intervals the end is better.

    Args:
        sigma: an odd sigmoid.
        outer: $L$, the length of both outer intervals, an exact positive number.
        digits: the enclosure is narrower than $10^{-\mathrm{digits}}M$.

    Returns:
        $(l,h)$ with $l\le M\le h$. An ``UnresolvedError`` says so if there is no such zero, or if it is not shown to be
        the only one.
    """
    pair, length = pair_functions(sigma), rational(exact(outer, "outer", positive=True))
    square = whole_power(2)

    def slope(p: Ball) -> Ball:
        """Its derivative by p."""
        inner, outer, far, whole = (square(pair.value(u)) for u in (p, p + length, 2 * p + length, 2 * (p + length)))
        return 2 * (outer - 2 * inner + 2 * far - whole)

    with ctx.workprec(_precision(pair, length, digits)):
        lead = partial(_lead, pair, length=length)
        _one_zero(lead, slope, fmpq(0), length)
        return _bounds(*_zero(lead, fmpq(0), length, digits))


def losing_middle(sigma: OddSigmoid, outer: Any, digits: int = 9) -> Bounds | None:
    r"""Enclose a length of the middle interval from which on both outer classes are lost.

    It is a zero $M$ of $\partial_1G(a,b)$, positive before and negative behind.

    Args:
        sigma: an odd sigmoid.
        outer: $L$, the length of both outer intervals, an exact positive number.
        digits: the enclosure is narrower than $10^{-\mathrm{digits}}M$.

    Returns:
        $(l,h)$ with $l\le M\le h$; None if $2\sigma(L)\ge1$, for then $\partial_1G(a,b)>0$ for every $M$.
    """
    length = exact(outer, "outer", positive=True)
    if not 2 * pair_functions(sigma).value(arb(rational(length))) < 1:
        return None

    def pull(middle: fmpq) -> Ball:
        """The derivative at the corner."""
        size = sympy.Rational(int(middle.p), int(middle.q))
        return outer_pull(ThresholdProblem(0, [length, length + size], 2 * length + size), sigma)

    low, high = rational(length), 4 * rational(length)
    while not pull(high) < 0:
        low, high = high, 2 * high
    low, high = _zero(pull, low, high, checked_digits(digits))
    return fraction(low), fraction(high)


def phase_of(problem: ThresholdProblem, intervals: Sequence[tuple[Any, Any]]) -> str:
    r"""Name what a pair of thresholds predicts, from enclosures of both.

    Args:
        problem: two thresholds.
        intervals: an exact enclosure $(l,h)$ of each, in increasing order; of a merged pair the same one twice.

    Returns:
        one of :data:`PHASES`; ``"undecided"`` if the enclosures allow several.

    Raises:
        ValueError: unless both are of two thresholds.

    Example:
        >>> phase_of(ThresholdProblem(0, [1, 2], 3), [("3/2", "3/2")] * 2)
        'merged'
    """
    if not isinstance(problem, ThresholdProblem) or problem.n != 2 or len(intervals) != 2:
        raise ValueError(f"problem and intervals must be of two thresholds; got {shown(problem)}, {shown(intervals)}")
    (low, high), (left, right) = [[fraction(exact(end, "intervals")) for end in one] for one in intervals]
    a, b = fraction(problem.a), fraction(problem.b)
    sides = "".join(
        "a" if y <= a else "b" if x >= b else "i" if a < x and y < b else "?" for x, y in ((low, high), (left, right))
    )
    if sides == "ii":
        return "merged" if (low, high) == (left, right) else "split" if high < left else "undecided"
    names = {"aa": PHASES[2], "bb": PHASES[2], "ai": PHASES[3], "ib": PHASES[3], "ab": PHASES[4]}
    return names.get(sides, "undecided")
