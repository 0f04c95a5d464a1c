r"""Where the risk of one threshold is least, with guaranteed bounds, for any margin loss.

The slope $L_w'$ is a sum of four values of the losses on the sigmoid (:mod:`lossbook.certified.risk_slope`); the search
for its zeros is that of :mod:`lossbook.certified.search`, for the maximum of $-L_w$. A loss that is linear on all
margins, $\varphi_\pm(m)=c_\pm-s_\pm m$, has the risk $w_+c_+A+w_-c_-B-G$, where $G$ is the gain with the weights
$w_\pm s_\pm$, and is left to :mod:`lossbook.certified.maximum`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy
from flint import arb, fmpq

from lossbook.arguments import class_weights, fraction
from lossbook.balls import Ball, BallFunction, ball_function, ball_sign
from lossbook.certified.maximum import maximize_gain
from lossbook.certified.risk_slope import RiskSlope
from lossbook.certified.search import Bounds, Certified, Search, checked_digits
from lossbook.certified.slope import Place
from lossbook.loss import MarginFunction, MarginLoss, checked_loss
from lossbook.loss.margin_loss import M
from lossbook.loss.pieces import pieces_of
from lossbook.problem import ThresholdProblem
from lossbook.series import Bends, Primitive
from lossbook.sigmoid import OddSigmoid
from lossbook.sigmoid.odd_sigmoid import U

_MIRRORED = str.maketrans("+-", "-+")
Line = tuple[sympy.Rational, sympy.Rational]


@dataclass(frozen=True)
class LocalMinimum:
    r"""One local minimiser of the risk on $[a,b]$.

    Attributes:
        interval: $(l,h)$ with $l\le\theta^*\le h$; equal where it is known exactly.
        risk: bounds of $L_w(\theta^*)$.
        certain: False if the interval may hold none or several, because the slope vanishes there to all digits tried.
            A stretch on which the risk is constant is given whole, however wide, and is never certain.
    """

    interval: Bounds
    risk: Bounds
    certain: bool = True


def minimize_risk(
    problem: ThresholdProblem, sigma: OddSigmoid, loss: Any = None, weights: Any = (1, 1), digits: int = 12
) -> Certified[LocalMinimum]:
    r"""Enclose every local and global minimiser of the risk of one threshold on $[a,b]$.

    $$L_w(\theta)=w_+\int_a^{a_1}\varphi_+(\sigma(\theta-x))\,dx+w_-\int_{a_1}^b\varphi_-(\sigma(x-\theta))\,dx.$$

    With $H_\pm=\varphi_\pm\circ\sigma$ its slope is

    $$L_w'(\theta)=w_+[H_+(\theta-a)-H_+(\theta-a_1)]+w_-[H_-(a_1-\theta)-H_-(b-\theta)].$$

    Args:
        problem: the interval and its one true threshold.
        sigma: an odd sigmoid, none of whose axioms is refuted.
        loss: the margin loss, a pair too, convex or not, with kinks or not; the paper's linear one by default.
        weights: class weights $(w_+,w_-)$, exact positive numbers.
        digits: minimisers are enclosed to a width of at most $10^{-\mathrm{digits}}\min(1,b-a)$; 1 to 1000.

    Returns:
        the enclosures, which hold with certainty: ball arithmetic with exact input, no rounding left out. Where the
        width cannot be reached, an ``UnresolvedError`` says what was. A ``TypeError`` or ``ValueError`` names the
        argument that is not of its kind, or of a wrong value: several thresholds, digits out of range, a sigmoid of
        which an axiom is refuted, a loss that jumps.

    Example:
        >>> from lossbook.loss.families import hinge
        >>> from lossbook.sigmoid.families import arctan
        >>> best = minimize_risk(ThresholdProblem(0, [2], 100), arctan(), hinge("1/2"))
        >>> best.sign_pattern, [(float(low), float(high)) for low, high in best.points]
        ('-+', [(2.0, 2.0)])

    References:
        T9, T11 and Theorem M of this book; Arb: :cite:`johansson2016`.
    """
    count, loss = checked_digits(digits), _checked_loss(loss)
    lines = [_line(side) for side in loss.sides]
    if None not in lines:
        return _by_gain(problem, sigma, weights, count, lines)
    search = _Risk(problem, sigma, loss, weights, count)
    found = search.found()
    local = [LocalMinimum(interval, _negative(value), certain) for interval, value, certain in found.local]
    return Certified(found.points, local, found.sign_pattern.translate(_MIRRORED), search.warnings)


def _checked_loss(loss: Any) -> MarginLoss:
    """Refuse a loss that is none, or that jumps; the slope of the risk would jump with it."""
    loss = checked_loss(loss)
    for side in loss.sides:
        if side.expression.has(sympy.sign, sympy.Heaviside):
            raise ValueError(f"loss must be continuous; got {loss.name}, with a function that jumps")
    return loss


def _line(side: MarginFunction) -> Line | None:
    r"""Give $c$ and $s$ of a function that is $c-sm$ on all margins with $s>0$; None for another one."""
    expression = side.expression
    if expression.has(sympy.Max, sympy.Min, sympy.Abs):
        pieces = side.pieces or ()
        expression = pieces[0].expression if len(pieces) == 1 else expression
    slope = -expression.diff(M)
    start = expression.subs(M, 0)
    return (start, slope) if slope.is_Rational and slope > 0 and start.is_Rational else None


def _by_gain(problem: Any, sigma: Any, weights: Any, digits: int, lines: Any) -> Certified[LocalMinimum]:
    """Minimise the risk of a linear loss, or of a pair of them, by the gain."""
    pair = class_weights(weights)
    slopes = tuple(weight * slope for weight, (_, slope) in zip(pair, lines, strict=True))
    best = maximize_gain(problem, sigma, slopes, digits)
    lengths = problem.positive_length, problem.negative_length
    total = fraction(sum(w * start * size for w, (start, _), size in zip(pair, lines, lengths, strict=True)))
    local = [LocalMinimum(one.interval, (total - one.gain[1], total - one.gain[0]), one.certain) for one in best.local]
    return Certified(best.points, local, best.sign_pattern.translate(_MIRRORED), best.warnings)


def _negative(bounds: Bounds) -> Bounds:
    return -bounds[1], -bounds[0]


def _on_margins(expression: sympy.Expr) -> sympy.Expr:
    """Take the one branch of every extremum that has no kink on (-1, 1), lest the sigmoid's limit look like one."""

    def branch(part: sympy.Expr) -> sympy.Expr:
        """Give the branch, or the part itself."""
        pieces = pieces_of(part, M) or ()
        return pieces[0].expression if len(pieces) == 1 else part

    return expression.replace(lambda part: isinstance(part, (sympy.Max, sympy.Min, sympy.Abs)), branch)


def _argument(sigmoid: BallFunction, kink: Ball, longest: Place, width: Place) -> list[Place]:
    r"""Find the left end of an interval of that width that holds $\sigma^{-1}$ of a number, by bisection; [] for 0."""
    side = ball_sign(kink)
    low, high = fmpq(0), longest
    if not side or not sigmoid(arb(high)) > side * kink:
        return []
    while high - low > width:
        middle = (low + high) / 2
        sign = ball_sign(sigmoid(arb(middle)) - side * kink)
        if not sign:
            low = middle - width / 2
            break
        low, high = (low, middle) if sign > 0 else (middle, high)
    return [low if side > 0 else -low - width]


class _Risk(Search):
    """Minus the risk as the function whose maximisers are sought."""

    def __init__(self, problem: Any, sigma: Any, loss: MarginLoss, weights: Any, digits: int) -> None:
        super().__init__(problem, sigma, weights, digits)
        self.loss = loss
        share = self.weights[0] / (self.weights[0] + self.weights[1])
        self.slope: RiskSlope = RiskSlope(sigma, loss, (self.positive, self.negative), share)
        self.composed = [_on_margins(side.expression).subs(M, sigma.expression) for side in loss.sides]
        first = Primitive(self.composed[0], U, bends=self._bends(loss.positive))
        second = first if loss.symmetric else Primitive(self.composed[1], U, bends=self._bends(loss.negative))
        self.primitives = first, second

    def _bends(self, side: MarginFunction) -> Bends | None:
        r"""Tell how to find the arguments $u$ other than 0, up to $A+B$, with $\sigma(u)$ at a kink."""
        if not side.kinks or not (self.slope.grows and self.sigma.check().proved):
            return None
        kinks, longest = [ball_function(kink, M) for kink in side.kinks], self.positive + self.negative

        def bends(width: fmpq) -> list[fmpq]:
            """Find them at the working precision."""
            return [end for kink in kinks for end in _argument(self.sigma.ball, kink(arb(0)), longest, width)]

        return bends

    def slope_of(self, attempt: int) -> RiskSlope:
        """Give the slope, the same in every round."""
        return self.slope

    def zero_by_symmetry(self) -> bool:
        """Tell whether the slope is 0 at the truth because both classes are alike."""
        return self.balanced and self.loss.symmetric

    def slope_at(self, place: Place) -> sympy.Expr:
        """Write the slope at an end or at the truth, up to a positive factor, as an exact number."""
        theta, (a, truth, b) = self.exact_theta(place), self.problem.cuts
        positive, negative = (sympy.Rational(int(weight.p), int(weight.q)) for weight in self.weights)
        plus, minus = self.composed
        first = plus.subs(U, theta - truth) - plus.subs(U, theta - a)
        second = minus.subs(U, b - theta) - minus.subs(U, truth - theta)
        return positive * first + negative * second

    def value_at(self, place: Place) -> Ball:
        """Enclose minus the risk at a place."""
        plus, minus = self.primitives
        first = plus(arb(place + self.positive)) - plus(arb(place))
        second = minus(arb(self.negative - place)) - minus(arb(-place))
        return -(self.weights[0] * first + self.weights[1] * second)
