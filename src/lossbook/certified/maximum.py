r"""Where the gain of one threshold is largest, with guaranteed bounds.

The slope $G_w'$ is covered by cells of one sign or one trend (:mod:`lossbook.certified.cover`); each zero at which it
falls is a local maximiser and is narrowed by interval Newton steps; an end of the interval is one if the slope points
out of it there. Their gains are compared by enclosures, refined until one is larger or the precision is spent.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from flint import arb, ctx, fmpq

from lossbook.arguments import class_weights, fraction, shown
from lossbook.balls import Ball, UnresolvedError, exact_rational, rational
from lossbook.certified.cover import Stretch, cells, stretches
from lossbook.certified.exactness import is_zero
from lossbook.certified.slope import Box, PairedSlope, Place, Slope
from lossbook.certified.zeros import Candidate, candidates, narrowed, sign_pattern
from lossbook.problem import ThresholdProblem
from lossbook.series import Primitive
from lossbook.sigmoid import OddSigmoid
from lossbook.sigmoid.odd_sigmoid import U

Bounds = tuple[Fraction, Fraction]
MOST_DIGITS = 1000
_BITS_A_DIGIT = 3.33
_SPARE_BITS = 40
_FINER = 64  # times smaller than the wanted width: the smallest cells
_CUTS = (300, 4_000, 4_000)  # in each of the rounds; the precision doubles from one to the next
_COMPARISONS = 4  # of gains, each with twice the digits of the one before
_MINUS_TO_ONE = arb(-1).union(arb(1))


@dataclass(frozen=True)
class LocalMaximum:
    r"""One local maximiser of the gain on $[a,b]$.

    Attributes:
        interval: $(l,h)$ with $l\le\theta^*\le h$; equal where it is known exactly.
        gain: bounds of $G_w(\theta^*)$.
        certain: False if the interval may hold none or several, because the slope vanishes there to all digits tried.
    """

    interval: Bounds
    gain: Bounds
    certain: bool = True


@dataclass(frozen=True)
class Certified:
    r"""What is proved of the maximum of a gain.

    Attributes:
        points: one enclosure a global maximiser; several if there is a tie, or if the gains could not be told apart.
        local: every local maximiser on $[a,b]$, in increasing order.
        sign_pattern: the signs of $G_w'$ across $(a,b)$, such as ``"+-"``; ``"?"`` for an undecided stretch.
        warnings: what the answer rests on without proof; empty if nothing.
    """

    points: list[Bounds]
    local: list[LocalMaximum]
    sign_pattern: str
    warnings: tuple[str, ...] = ()


def maximize_gain(problem: ThresholdProblem, sigma: OddSigmoid, weights: Any = (1, 1), digits: int = 15) -> Certified:
    r"""Enclose every local and global maximiser of the gain of one threshold on $[a,b]$.

    $$G_w(\theta)=w_+\int_a^{a_1}\sigma(\theta-x)\,dx-w_-\int_{a_1}^b\sigma(\theta-x)\,dx.$$

    Args:
        problem: the interval and its one true threshold.
        sigma: an odd sigmoid, none of whose axioms is refuted.
        weights: class weights $(w_+,w_-)$, exact positive numbers.
        digits: maximisers are enclosed to a width of at most $10^{-\mathrm{digits}}\min(1,b-a)$; 1 to 1000.

    Returns:
        the enclosures, which hold with certainty: ball arithmetic with exact input, no rounding left out. Where the
        width cannot be reached, an ``UnresolvedError`` says what was.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if the problem has several thresholds, ``digits`` is out of range, or an axiom of the sigmoid is
            refuted.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> best = maximize_gain(ThresholdProblem(0, [2], 100), arctan())
        >>> best.sign_pattern, [round(float(low), 12) for low, high in best.points]
        ('+-', [1.738334113608])

    References:
        Paper, proposition after equation (19); Arb: :cite:`johansson2016`.
    """
    if isinstance(digits, bool) or not isinstance(digits, (int, np.integer)):
        raise TypeError(f"digits must be an integer; got {shown(digits)}")
    if not 1 <= digits <= MOST_DIGITS:
        raise ValueError(f"digits must be from 1 to {MOST_DIGITS}; got {shown(digits)}")
    case = _Case(problem, sigma, weights, int(digits))
    with ctx.workprec(case.bits):
        found, pattern = case.maxima()
        gains = [case.gain(one) for one in found]
        local = [
            LocalMaximum(case.bounds(one), _bounds(gain), one.certain) for one, gain in zip(found, gains, strict=True)
        ]
        winners = case.winners(found, gains)
        points = [case.bounds(one) for one in winners]
    return Certified(points, local, pattern, case.warnings)


def _checked_sigma(sigma: Any) -> tuple[str, ...]:
    """Refuse a sigmoid that is none; give a warning for each axiom that is not proved."""
    if not isinstance(sigma, OddSigmoid):
        raise TypeError(f"sigma must be an OddSigmoid such as lossbook.sigmoids.arctan(); got {shown(sigma)}")
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


def _bounds(ball: Ball) -> Bounds:
    return fraction(exact_rational(ball.lower())), fraction(exact_rational(ball.upper()))


class _Case:
    """One problem with its sigmoid, weights and wanted digits."""

    def __init__(self, problem: Any, sigma: Any, weights: Any, digits: int) -> None:
        if not isinstance(problem, ThresholdProblem):
            raise TypeError(f"problem must be a ThresholdProblem; got {shown(problem)}")
        if problem.n != 1:
            raise ValueError(f"problem must have one threshold; got {problem.n}: {shown(problem.thresholds)}")
        self.warnings = _checked_sigma(sigma)
        self.problem, self.sigma, self.digits = problem, sigma, digits
        self.weights = tuple(map(rational, class_weights(weights)))
        self.positive, self.negative = rational(problem.positive_length), rational(problem.negative_length)
        length = self.positive + self.negative
        self.width = min(fmpq(1), length) / fmpq(10) ** digits
        self.box = Box.point(self.positive, self.negative, self.weights[0] / self.weights[1])
        self.slope = Slope(sigma, self.box)
        report = sigma.check()
        self.shaped = all(report[axiom] == "proved" for axiom in ("odd", "increasing", "concave"))
        self.bits = _SPARE_BITS + int(digits * _BITS_A_DIGIT + _lost_bits(float(length), sigma.half_saturation))
        self.antiderivative = sigma.ball_antiderivative or Primitive(
            sigma.expression, sigma.symbol, increasing=report["increasing"] == "proved"
        )

    def maxima(self) -> tuple[list[Candidate], str]:
        """Find the local maximisers and the signs of the slope."""
        if self.balanced and self.shaped:
            return [Candidate(fmpq(0), fmpq(0), True)], "+-"  # case 1 of the proposition
        pieces, zeros = self.cover()
        found = [self.enclosed(candidate) for candidate in candidates(pieces, zeros)]
        return found, sign_pattern(pieces, zeros)

    @property
    def balanced(self) -> bool:
        """Whether the lengths are equal and the weights too."""
        return bool(self.positive == self.negative and self.weights[0] == self.weights[1])

    def cover(self) -> tuple[list[Stretch], frozenset[Place]]:
        """Cover the interval; while something is undecided, with more bits and with terms that cancel paired."""
        places, zeros = (-self.positive, fmpq(0), self.negative), frozenset[Place]()
        for attempt in range(len(_CUTS)):
            with ctx.workprec(self.bits << attempt):
                if attempt == 1:
                    self.slope = PairedSlope(self.sigma, self.box)
                cover = cells(self.slope, places, self.width / _FINER, strict=attempt > 1, most=_CUTS[attempt])
                pieces = stretches(list(cover))
                ends = (pieces[0].left, self.slope.node(fmpq(0)), pieces[-1].right)
                unknown = [node.place for node in ends if node.sign == 0]
                zeros = frozenset(place for place in unknown if self.vanishes(place, attempt))
            if "?" not in sign_pattern(pieces, zeros):
                break
        for piece in pieces:
            reached = piece.right.place - piece.left.place
            if piece.kind == "?" and reached > self.width:
                place = float(self.theta(piece.left.place))
                raise UnresolvedError(
                    f"digits = {self.digits} cannot be reached: around theta = {place} a stretch of width"
                    f" {float(reached):.1e} stays undecided"
                )
        return pieces, zeros

    def vanishes(self, place: Place, attempt: int) -> bool:
        """Tell whether the slope is exactly 0 at an end or at the truth, as far as sympy sees it."""
        if place == 0 and self.balanced:
            return self.sigma.check()["odd"] == "proved"
        theta = self.problem.cuts[1 + (place > 0) - (place < 0)]
        positive, negative = (sympy.Rational(int(weight.p), int(weight.q)) for weight in self.weights)
        factors = (positive, -positive - negative, negative)
        with suppress(ValueError):  # sympy may fail on roots of very long numbers
            values = [self.sigma.expression.subs(U, theta - cut) for cut in self.problem.cuts]
            total = sympy.Add(*(factor * value for factor, value in zip(factors, values, strict=True)))
            return is_zero(total, thorough=attempt + 1 == len(_CUTS) and place != 0)
        return False

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

    def gain(self, candidate: Candidate) -> Ball:
        """Enclose the gain at a candidate to the wanted digits, as far as the candidate's own width allows."""
        bound = self.weights[0] * self.positive + self.weights[1] * self.negative
        precision, found = ctx.prec, arb(0, arb(bound)) if self.shaped else arb(0).pos_inf()
        for attempt in range(_COMPARISONS):
            with ctx.workprec(precision << attempt):
                sharper = self._gain(candidate)
                gained = not found.is_finite() or 2 * sharper.rad() < found.rad()
                if sharper.is_finite():
                    found = found.intersection(sharper) if found.is_finite() else sharper
            if not gained or found.rel_accuracy_bits() >= self.digits * _BITS_A_DIGIT:
                break
        if not found.is_finite():
            place = float(self.theta(candidate.low))
            raise UnresolvedError(f"the gain at theta = {place} is not enclosed: its integral has no finite bounds")
        return found

    def _gain(self, candidate: Candidate) -> Ball:
        r"""Enclose the gain: in the middle $m$, and $|G(\theta)-G(m)|\le|\theta-m|\sup|G'|$ around."""
        middle = (candidate.low + candidate.high) / 2
        positive, negative = self.weights
        total = (
            positive * self.antiderivative(arb(middle + self.positive))
            + negative * self.antiderivative(arb(middle - self.negative))
            - (positive + negative) * self.antiderivative(arb(middle))
        )
        if candidate.low == candidate.high:
            return total
        left, right = self.slope.node(candidate.low), self.slope.node(candidate.high)
        half_width = (right.place - left.place) / 2
        return total + (positive + negative) * half_width * self.slope.value_on(left, right) * _MINUS_TO_ONE

    def winners(self, found: list[Candidate], gains: list[Ball]) -> list[Candidate]:
        """Drop the candidates whose gain is less than another's; look closer while several are left."""
        originals = list(found)
        for attempt in range(1, _COMPARISONS + 1):
            with ctx.workprec(self.bits << attempt):
                kept = [index for index, gain in enumerate(gains) if not any(gain < other for other in gains)]
            originals, found = [originals[i] for i in kept], [found[i] for i in kept]
            if len(kept) == 1 or attempt == _COMPARISONS:
                break
            with ctx.workprec(self.bits << attempt):
                found = [self.enclosed(one, self.width ** (1 << attempt)) for one in found]
                gains = [self.gain(one) for one in found]
        return originals
