r"""The search that the certified maximum of a gain and the certified minimum of a risk have in common.

What is sought are the local maximisers of a function $f$ of one threshold (the gain, or minus the risk) on $[a,b]$,
from its slope $h=f'/(w_++w_-)$ in ball arithmetic. The slope is covered by cells of one sign or one trend
(:mod:`lossbook.certified.cover`); each zero at which it falls is narrowed by interval Newton steps; an end of the
interval is a maximiser if the slope points out of it there. The values of $f$ are compared by enclosures, refined until
one is larger or the precision is spent.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Generic, TypeVar

import numpy as np
import sympy
from flint import arb, ctx, fmpq

from lossbook.arguments import class_weights, fraction, shown
from lossbook.balls import Ball, UnresolvedError, exact_rational, rational
from lossbook.certified.cover import Stretch, cells, stretches
from lossbook.certified.exactness import is_zero
from lossbook.certified.slope import Place, SlopeFunction
from lossbook.certified.zeros import Candidate, candidates, narrowed, sign_pattern
from lossbook.problem import checked_problem
from lossbook.sigmoid import checked_sigmoid

Bounds = tuple[Fraction, Fraction]
Local = TypeVar("Local")
MOST_DIGITS = 1000
_BITS_A_DIGIT = 3.33
_SPARE_BITS = 40
_FINER = 64  # times smaller than the wanted width: the smallest cells
_CUTS = (300, 4_000, 4_000)  # in each of the rounds; the precision doubles from one to the next
LAST = len(_CUTS) - 1
_COMPARISONS = 4  # of values, each with twice the digits of the one before
_MINUS_TO_ONE = arb(-1).union(arb(1))


@dataclass(frozen=True)
class Certified(Generic[Local]):
    r"""What is proved of the maximum of a gain, or of the minimum of a risk.

    Attributes:
        points: one enclosure a global optimum; several if there is a tie, or if the values could not be told apart.
        local: every local optimum on $[a,b]$, in increasing order.
        sign_pattern: the signs of $G_w'$ or $L_w'$ across $(a,b)$, such as ``"+-"``; ``"?"`` for an undecided stretch.
        warnings: what the answer rests on without proof; empty if nothing.
    """

    points: list[Bounds]
    local: list[Local]
    sign_pattern: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        points: as :class:`Certified` has them.
        local: for each local maximiser its interval, bounds of the value there, and whether it is certain.
        sign_pattern: the signs of the slope.
    """

    points: list[Bounds]
    local: list[tuple[Bounds, Bounds, bool]]
    sign_pattern: str


def checked_digits(digits: Any) -> int:
    """Refuse a number of digits out of range.

    Args:
        digits: what was given.

    Returns:
        the number.

    Raises:
        TypeError: if it is not a whole number.
        ValueError: if it is not from 1 to 1000.
    """
    if isinstance(digits, bool) or not isinstance(digits, (int, np.integer)):
        raise TypeError(f"digits must be an integer; got {shown(digits)}")
    if not 1 <= digits <= MOST_DIGITS:
        raise ValueError(f"digits must be from 1 to {MOST_DIGITS}; got {shown(digits)}")
    return int(digits)


def sigmoid_warnings(sigma: Any) -> tuple[str, ...]:
    """Refuse a sigmoid that is none; give a warning for each axiom that is not proved.

    Args:
        sigma: what was given.

    Returns:
        one sentence an undecided axiom; a ``TypeError`` is raised if it is no sigmoid.
    """
    checked_sigmoid(sigma)
    report = sigma.unrefuted("sigma")
    return tuple(
        f"the axiom {axiom!r} of {sigma.name} is undecided: the bounds hold without it, statements about every odd"
        " sigmoid may not"
        for axiom, verdict in report.items()
        if verdict != "proved"
    )


def _lost_bits(length: float, half_saturation: float) -> float:
    """Count the bits that long intervals need, and those that cancel where the sigmoid is all but linear."""
    short = 2 * math.log2(half_saturation / length) if half_saturation > length else 0.0
    return max(0.0, math.log2(length)) + short


def bounds_of(ball: Ball) -> Bounds:
    """Return the ends of a ball, exactly.

    Args:
        ball: a finite ball.

    Returns:
        both ends.
    """
    return fraction(exact_rational(ball.lower())), fraction(exact_rational(ball.upper()))


class Search(ABC):
    """One problem with its sigmoid, weights and wanted digits, and the function whose maximisers are sought.

    Args:
        problem: the interval and its one true threshold.
        sigma: an odd sigmoid, none of whose axioms is refuted.
        weights: class weights.
        digits: checked already.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if the problem has several thresholds, a weight is not positive, or an axiom is refuted.
    """

    slope: SlopeFunction

    def __init__(self, problem: Any, sigma: Any, weights: Any, digits: int) -> None:
        """Check the arguments, and choose the working precision."""
        checked_problem(problem)
        if problem.n != 1:
            raise ValueError(
                f"problem must have one threshold; got {problem.n}: {shown(problem.thresholds)}"
                " (enclose_maximum takes up to four)"
            )
        self.warnings = sigmoid_warnings(sigma)
        self.problem, self.sigma, self.digits = problem, sigma, digits
        self.weights = tuple(map(rational, class_weights(weights)))
        self.positive, self.negative = rational(problem.positive_length), rational(problem.negative_length)
        length = self.positive + self.negative
        self.width = min(fmpq(1), length) / fmpq(10) ** digits
        report = sigma.check()
        self.shaped = all(report[axiom] == "proved" for axiom in ("odd", "increasing", "concave"))
        self.bits = _SPARE_BITS + int(digits * _BITS_A_DIGIT + _lost_bits(float(length), sigma.half_saturation))

    @abstractmethod
    def slope_of(self, attempt: int) -> SlopeFunction:
        """Give the slope for a round of the cover, 0 to 2; from the second round on it may cost more."""

    @abstractmethod
    def slope_at(self, place: Place) -> sympy.Expr:
        """Write the slope at a place, up to a positive factor, as an exact number."""

    @abstractmethod
    def value_at(self, place: Place) -> Ball:
        """Enclose the function at a place."""

    @abstractmethod
    def zero_by_symmetry(self) -> bool:
        """Tell whether the slope is 0 at the truth because both classes are alike."""

    def known(self) -> Ball:
        """Enclose the function's values on all of the interval, before any is computed."""
        return arb(0).pos_inf()

    @property
    def balanced(self) -> bool:
        """Whether the lengths are equal and the weights too."""
        return bool(self.positive == self.negative and self.weights[0] == self.weights[1])

    def found(self) -> Found:
        """Find the maximisers; the result keeps what is proved."""
        with ctx.workprec(self.bits):
            places, pattern = self.maxima()
            values = [self.value(one) for one in places]
            local = [
                (self.bounds(one), bounds_of(value), one.certain) for one, value in zip(places, values, strict=True)
            ]
            winners = [self.bounds(one) for one in self.winners(places, values)]
        return Found(winners, local, pattern)

    def maxima(self) -> tuple[list[Candidate], str]:
        """Find the local maximisers and the signs of the slope."""
        pieces, zeros = self.cover()
        found = [self.enclosed(candidate) for candidate in candidates(pieces, zeros)]
        return found, sign_pattern(pieces, zeros)

    def cover(self) -> tuple[list[Stretch], frozenset[Place]]:
        """Cover the interval; while something is undecided, with more bits and with a sharper slope."""
        places, zeros = (-self.positive, fmpq(0), self.negative), frozenset[Place]()
        for attempt in range(len(_CUTS)):
            with ctx.workprec(self.bits << attempt):
                self.slope = self.slope_of(attempt)
                unknown = [place for place in places if self.slope.node(place).sign == 0]
                zeros = frozenset(place for place in unknown if self.vanishes(place, attempt))
                cover = cells(self.slope, places, self.width / _FINER, strict=attempt > 1, most=_CUTS[attempt])
                pieces = stretches(list(cover), zeros)
            if "?" not in sign_pattern(pieces, zeros):
                break
        for piece in pieces:
            if piece.open > self.width:
                place = float(self.theta(piece.left.place))
                raise UnresolvedError(
                    f"digits = {self.digits} cannot be reached: around theta = {place} a stretch of width"
                    f" {float(piece.open):.1e} stays undecided"
                )
        return pieces, zeros

    def vanishes(self, place: Place, attempt: int) -> bool:
        """Tell whether the slope is exactly 0 at an end or at the truth, as far as balls and algebra see it."""
        if place == 0 and self.zero_by_symmetry():
            return True
        if self.slope.node(place).slope.is_zero():
            return True
        with suppress(ValueError):  # sympy may fail on roots of very long numbers
            return is_zero(self.slope_at(place), thorough=attempt == LAST and place != 0)
        return False

    def exact_theta(self, place: Place) -> sympy.Rational:
        """Give the threshold at an end or at the truth."""
        return self.problem.cuts[1 + (place > 0) - (place < 0)]

    def theta(self, place: Place) -> Fraction:
        """Give the threshold at a place."""
        return fraction(self.problem.thresholds[0]) + fraction(place)

    def bounds(self, candidate: Candidate) -> Bounds:
        """Give a candidate's thresholds."""
        return self.theta(candidate.low), self.theta(candidate.high)

    def enclosed(self, candidate: Candidate, width: Place | None = None) -> Candidate:
        """Narrow a candidate to the wanted width, or to another one."""
        if candidate.bracket is None:
            return candidate
        low, high = narrowed(self.slope, candidate.bracket, self.width if width is None else width)
        return replace(candidate, low=low, high=high)

    def value(self, candidate: Candidate) -> Ball:
        """Enclose the function at a candidate to the wanted digits, as far as the candidate's own width allows."""
        precision, found = ctx.prec, self.known()
        for attempt in range(_COMPARISONS):
            with ctx.workprec(precision << attempt):
                sharper = self._value(candidate)
                gained = not found.is_finite() or 2 * sharper.rad() < found.rad()
                if sharper.is_finite():
                    found = found.intersection(sharper) if found.is_finite() else sharper
            if not gained or found.rel_accuracy_bits() >= self.digits * _BITS_A_DIGIT:
                break
        if not found.is_finite():
            place = float(self.theta(candidate.low))
            raise UnresolvedError(f"the value at theta = {place} is not enclosed: its integral has no finite bounds")
        return found

    def _value(self, candidate: Candidate) -> Ball:
        r"""Enclose the function: in the middle $m$, and $|f(\theta)-f(m)|\le|\theta-m|\sup|f'|$ around."""
        total = self.value_at((candidate.low + candidate.high) / 2)
        if candidate.low == candidate.high:
            return total
        left, right = self.slope.node(candidate.low), self.slope.node(candidate.high)
        half_width = (right.place - left.place) / 2
        return total + sum(self.weights) * half_width * self.slope.value_on(left, right) * _MINUS_TO_ONE

    def mirrored(self, found: list[Candidate]) -> bool:
        """Tell whether two candidates are mirror images under a symmetry of the function: a tie for ever."""
        if len(found) != 2 or not self.zero_by_symmetry():
            return False
        left, right = found
        return bool(left.low <= -right.low and -right.high <= left.high)

    def winners(self, found: list[Candidate], values: list[Ball]) -> list[Candidate]:
        """Drop the candidates whose value is less than another's; look closer while several are left."""
        originals = list(found)
        for attempt in range(1, _COMPARISONS + 1):
            with ctx.workprec(self.bits << attempt):
                kept = [index for index, value in enumerate(values) if not any(value < other for other in values)]
            originals, found = [originals[i] for i in kept], [found[i] for i in kept]
            if len(kept) == 1 or attempt == _COMPARISONS or self.mirrored(found):
                break
            with ctx.workprec(self.bits << attempt):
                found = [self.enclosed(one, self.width ** (1 << attempt)) for one in found]
                values = [self.value(one) for one in found]
        return originals
