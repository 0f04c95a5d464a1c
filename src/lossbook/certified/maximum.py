r"""Where the gain of one threshold is largest, with guaranteed bounds.

The slope $G_w'$ is a sum of three values of the sigmoid (:mod:`lossbook.certified.slope`); the search for its zeros is
that of :mod:`lossbook.certified.search`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy
from flint import arb, fmpq

from lossbook.balls import Ball
from lossbook.certified.search import Bounds, Certified, Search, checked_digits
from lossbook.certified.slope import Box, PairedSlope, Place, Slope
from lossbook.certified.zeros import Candidate
from lossbook.problem import ThresholdProblem
from lossbook.series import Primitive
from lossbook.sigmoid import OddSigmoid
from lossbook.sigmoid.odd_sigmoid import U


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


def maximize_gain(
    problem: ThresholdProblem, sigma: OddSigmoid, weights: Any = (1, 1), digits: int = 15
) -> Certified[LocalMaximum]:
    r"""Enclose every local and global maximiser of the gain of one threshold on $[a,b]$.

    $$G_w(\theta)=w_+\int_a^{a_1}\sigma(\theta-x)\,dx-w_-\int_{a_1}^b\sigma(\theta-x)\,dx.$$

    Args:
        problem: the interval and its one true threshold.
        sigma: an odd sigmoid, none of whose axioms is refuted.
        weights: class weights $(w_+,w_-)$, exact positive numbers.
        digits: maximisers are enclosed to a width of at most $10^{-\mathrm{digits}}\min(1,b-a)$; 1 to 1000.

    Returns:
        the enclosures, which hold with certainty: ball arithmetic with exact input, no rounding left out. Where the
        width cannot be reached, an ``UnresolvedError`` says what was. A ``TypeError`` or ``ValueError`` names the
        argument that is not of its kind, or of a wrong value: several thresholds, digits out of range, a sigmoid of
        which an axiom is refuted.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> best = maximize_gain(ThresholdProblem(0, [2], 100), arctan())
        >>> best.sign_pattern, [round(float(low), 12) for low, high in best.points]
        ('+-', [1.738334113608])

    References:
        Paper, proposition after equation (19); Arb: :cite:`johansson2016`.
    """
    found = _Gain(problem, sigma, weights, checked_digits(digits))
    result = found.found()
    local = [LocalMaximum(*one) for one in result.local]
    return Certified(result.points, local, result.sign_pattern, found.warnings)


class _Gain(Search):
    """The gain as the function whose maximisers are sought."""

    def __init__(self, problem: Any, sigma: Any, weights: Any, digits: int) -> None:
        super().__init__(problem, sigma, weights, digits)
        self.box = Box.point(self.positive, self.negative, self.weights[0] / self.weights[1])
        self.slope: Slope = self.slope_of(0)
        self.antiderivative = sigma.ball_antiderivative or Primitive(
            sigma.expression, sigma.symbol, increasing=sigma.check()["increasing"] == "proved"
        )

    def maxima(self) -> tuple[list[Candidate], str]:
        """Find the local maximisers and the signs of the slope."""
        if self.balanced and self.shaped:
            return [Candidate(fmpq(0), fmpq(0), True)], "+-"  # case 1 of the proposition
        return super().maxima()

    def slope_of(self, attempt: int) -> Slope:
        """Give the slope; from the second round on with terms that cancel paired."""
        return (PairedSlope if attempt else Slope)(self.sigma, self.box)

    def zero_by_symmetry(self) -> bool:
        """Tell whether the slope is 0 at the truth because both classes are alike."""
        return self.balanced and self.sigma.check()["odd"] == "proved"

    def slope_at(self, place: Place) -> sympy.Expr:
        """Write the slope at an end or at the truth, up to a positive factor, as an exact number."""
        theta = self.exact_theta(place)
        positive, negative = (sympy.Rational(int(weight.p), int(weight.q)) for weight in self.weights)
        factors = (positive, -positive - negative, negative)
        values = [self.sigma.expression.subs(U, theta - cut) for cut in self.problem.cuts]
        return sympy.Add(*(factor * value for factor, value in zip(factors, values, strict=True)))

    def known(self) -> Ball:
        """Bound the gain by the weighted lengths."""
        bound = self.weights[0] * self.positive + self.weights[1] * self.negative
        return arb(0, arb(bound)) if self.shaped else super().known()

    def value_at(self, place: Place) -> Ball:
        """Enclose the gain at a place."""
        positive, negative = self.weights
        return (
            positive * self.antiderivative(arb(place + self.positive))
            + negative * self.antiderivative(arb(place - self.negative))
            - (positive + negative) * self.antiderivative(arb(place))
        )
