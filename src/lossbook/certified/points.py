r"""Gain and gradient of many thresholds at one exact point, in ball arithmetic.

The integrals over panels are those of :mod:`lossbook.gain.products`, with exact ends: Gauss-Legendre's rule with balls
for nodes and weights, and the truncation error that :mod:`lossbook.gain.ellipses` proves. Halving the wanted width
takes more nodes, not more panels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from lossbook.arguments import exact, fraction, interval_weights, shown, whole
from lossbook.balls import Ball, UnresolvedError, exact_ball, exact_rational, rational
from lossbook.gain.ellipses import ellipse_bounds
from lossbook.gain.products import enclosed_rule
from lossbook.problem import ThresholdProblem, checked_problem
from lossbook.sigmoid import OddSigmoid, checked_sigmoid

Bounds = tuple[Fraction, Fraction]
_BITS_A_DIGIT = 3.33
_SPARE_BITS = 40
MOST_DIGITS = 100
_MINUS_TO_ONE = arb(-1).union(arb(1))


class PointGain:
    r"""The gain of one problem and its gradient at exact points.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        weights: class weights, or one weight an interval.
        digits: wanted, after the point in units of the interval's length times the largest weight.

    Raises:
        UnresolvedError: if no ellipses are known on which the sigmoid is analytic.
    """

    def __init__(self, problem: ThresholdProblem, sigma: OddSigmoid, weights: Any, digits: int = 15) -> None:
        """Choose precision and number of nodes; see the class."""
        bounds = ellipse_bounds(sigma)
        if bounds is None:
            raise UnresolvedError(f"{sigma.name} is not shown to be analytic off 0: its products are not enclosed")
        self.sigma, self.bounds = sigma, bounds
        self.weights = [rational(weight) for weight in interval_weights(weights, problem.n)]
        self.cuts = [rational(cut) for cut in problem.cuts]
        self.width = bounds.widths * fmpq(*sigma.half_saturation.as_integer_ratio())
        length = float(problem.length)
        self.bits = _SPARE_BITS + int(digits * _BITS_A_DIGIT) + max(0, int(math.log2(length / sigma.half_saturation)))
        per_node = 2 * math.log10(bounds.inner)
        self.nodes = math.ceil((digits + 2 + problem.n * math.log10(2.5)) / per_node) + 2

    def panels(self, theta: Sequence[fmpq]) -> Iterator[tuple[int, fmpq, fmpq]]:
        """Cut the interval: the number of the interval of one label, left end and right end."""
        place = self.cuts[0]
        for piece, end in enumerate(self.cuts[1:]):
            while place < end:
                stop = end
                for threshold in theta:
                    ahead = threshold - place
                    if ahead <= 0:
                        stop = min(stop, place + max(self.width, -ahead))
                    else:
                        stop = min(stop, threshold if ahead <= self.width else place + ahead / 2)
                yield piece, place, stop
                place = stop

    def both(self, theta: Sequence[fmpq]) -> tuple[Ball, list[Ball]]:
        """Enclose the gain and its partial derivatives.

        Args:
            theta: n exact numbers.

        Returns:
            the gain's ball, and n balls.
        """
        with ctx.workprec(self.bits):
            n = len(theta)
            total, slopes = arb(0), [arb(0)] * n
            for piece, low, high in self.panels(theta):
                factor = self.weights[piece] * (1 - 2 * (piece % 2))
                value, parts = self._panel(theta, low, high)
                total += factor * value
                slopes = [slope + factor * part for slope, part in zip(slopes, parts, strict=True)]
            return total, slopes

    def _panel(self, theta: Sequence[fmpq], low: fmpq, high: fmpq) -> tuple[Ball, list[Ball]]:
        """Enclose the integrals of the score and of its partial derivatives over one panel."""
        length, n = high - low, len(theta)
        value, slopes = arb(0), [arb(0)] * n
        for node, weight in enclosed_rule(self.nodes, self.bits):
            offset = length * node
            arguments = [(threshold - low) - offset for threshold in theta]
            factors = [self.sigma.ball(argument) for argument in arguments]
            before = [weight]
            for factor in factors:
                before.append(before[-1] * factor)
            value += before.pop()
            behind: Any = 1
            for k in reversed(range(n)):
                slopes[k] += before[k] * self.sigma.ball_derivative(arguments[k]) * behind
                behind = behind * factors[k]
        inner, outer = self._truncation(theta, low, high)
        return length * (value + outer * _MINUS_TO_ONE), [length * slope + inner * _MINUS_TO_ONE for slope in slopes]

    def _truncation(self, theta: Sequence[fmpq], low: fmpq, high: fmpq) -> tuple[Ball, Ball]:
        """Bound the rule's error of the derivatives, and of the score over the length."""
        largest = arb(1)
        for threshold in theta:
            distance = max(low - threshold, threshold - high) / self.width
            level = 0
            while fmpq(2) ** level < distance:
                level += 1
            largest *= exact_ball(self.bounds(level))
        if not largest.is_finite():
            raise UnresolvedError(f"{self.sigma.name} is not bounded on the ellipses of a panel: no error is proved")
        inner, outer = (_constant(part, self.nodes) for part in (self.bounds.inner, self.bounds.parameter))
        return largest * inner / exact_ball(self.bounds.gap), largest * outer


def _constant(parameter: float, nodes: int) -> Ball:
    inverse = 1 / exact_ball(parameter)
    return arb(32) / 15 * inverse ** (2 * nodes) / (1 - inverse * inverse)


def outer_bounds(ball: Ball) -> Bounds:
    """Give a ball's ends as fractions, exactly, whatever the working precision."""
    middle, radius = exact_rational(ball.mid()), exact_rational(ball.rad())
    return fraction(middle - radius), fraction(middle + radius)


def enclose_gradient(
    problem: ThresholdProblem, sigma: OddSigmoid, theta: Sequence[Any], weights: Any = (1, 1), digits: int = 15
) -> list[Bounds]:
    r"""Enclose the gradient of the gain at one exact point.

    Args:
        problem: the interval and its true thresholds.
        sigma: an odd sigmoid that is analytic off 0.
        theta: n exact numbers, in any order; ``problem.thresholds`` for the truth.
        weights: class weights $(w_+,w_-)$, or $n+1$ weights, one an interval; positive.
        digits: from 1 to 100: wanted, after the point.

    Returns:
        for each threshold lower and upper bound of $\partial G_w/\partial\theta_k$. An ``UnresolvedError`` is raised
        where the sigmoid is not shown to be analytic.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if ``theta`` does not hold n numbers.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> problem = ThresholdProblem(0, [4, 8, 12], 16)
        >>> [low > 0 or high < 0 for low, high in enclose_gradient(problem, arctan(), problem.thresholds)]
        [True, False, True]
    """
    checked_problem(problem)
    checked_sigmoid(sigma)
    if isinstance(theta, str) or not isinstance(theta, (Sequence, np.ndarray)):
        raise TypeError(f"theta must hold {problem.n} exact numbers; got {shown(theta)}")
    if len(theta) != problem.n:
        raise ValueError(f"theta must hold {problem.n} exact numbers; got {shown(theta)}")
    point = [rational(exact(part, f"theta[{k}]")) for k, part in enumerate(theta)]
    wanted = whole(digits, "digits", 1, MOST_DIGITS)
    return [outer_bounds(slope) for slope in PointGain(problem, sigma, weights, wanted).both(point)[1]]
