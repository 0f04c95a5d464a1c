r"""The slope of the weighted gain in ball arithmetic: at points and on cells, for one problem or a whole box of them.

For one threshold, with $A=a_1-a$, $B=b-a_1$ and the weights divided by their sum ($p+q=1$),

$$h(\theta)=\frac{G_w'(\theta)}{w_++w_-}=p\,\sigma(\theta-a)+q\,\sigma(\theta-b)-\sigma(\theta-a_1).$$

A *place* is the exact number $\theta$ counted from $a$, from $a_1$ or from $b$: the *frame*. The lengths and weights
may be intervals: what is then proved holds for every problem in the box, and near an end it is sharpest in that end's
frame. Where the axioms of the sigmoid are proved, values on a cell are enclosed by those at its ends ($\sigma$ grows,
$\sigma'$ falls with $|u|$); where not, by the ball version of the formula itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from flint import arb, fmpq

from lossbook.balls import Ball, ball_sign, interval_ball, range_on
from lossbook.sigmoid import OddSigmoid

Place = Any  # flint.fmpq: an exact rational number
Interval = tuple[Place, Place]


class Box(NamedTuple):
    r"""A set of problems and weights: exact intervals for both lengths and for the share $p=w_+/(w_++w_-)$."""

    positive: Interval
    negative: Interval
    share: Interval

    @classmethod
    def point(cls, positive: Place, negative: Place, ratio: Place) -> Box:
        r"""Make the box of one problem with lengths $A$, $B$ and weight ratio $\rho=w_+/w_-$."""
        return cls.around((positive, positive), (negative, negative), (ratio, ratio))

    @classmethod
    def around(cls, positive: Interval, negative: Interval, ratio: Interval) -> Box:
        r"""Make the box of all problems with lengths and ratio in these intervals; $p=\rho/(1+\rho)$."""
        low, high = ratio
        return cls(positive, negative, (low / (1 + low), high / (1 + high)))

    def offsets(self, frame: str) -> tuple[Interval, Interval, Interval]:
        """Give what is added to a place for θ - a, θ - b and θ - a_1.

        Args:
            frame: ``"a"``, ``"truth"`` or ``"b"``: whence places are counted.

        Returns:
            three intervals.
        """
        zero, (a_low, a_high), (b_low, b_high) = (fmpq(0), fmpq(0)), self.positive, self.negative
        return {
            "a": (zero, (-a_high - b_high, -a_low - b_low), (-a_high, -a_low)),
            "truth": (self.positive, (-b_high, -b_low), zero),
            "b": ((a_low + b_low, a_high + b_high), zero, self.negative),
        }[frame]


class Node:
    """A place with the enclosures of the slope's three terms there; second derivatives are made when asked for."""

    __slots__ = ("_falls", "arguments", "pairs", "place", "slope", "terms")

    def __init__(self, place: Place, arguments: tuple[Interval, ...], terms: list[Ball], slope: Ball) -> None:
        """Keep what is known at the place."""
        self.place, self.arguments, self.terms, self.slope = place, arguments, terms, slope
        self.pairs: dict[int, Ball] | None = None
        self._falls: list[Ball] | None = None

    @property
    def sign(self) -> int:
        """The proved sign of the slope: 1, -1, or 0 where it is not known."""
        return ball_sign(self.slope)


class SlopeFunction(Protocol):
    """A slope as the cover and the narrowing take it: at nodes, and between two of them."""

    def node(self, place: Place) -> Node:
        """Evaluate the slope at a place."""

    def value_on(self, left: Any, right: Any) -> Ball:
        """Enclose the slope between two nodes."""

    def derivative_on(self, left: Any, right: Any) -> Ball:
        """Enclose the derivative of the slope between two nodes on one side of the truth."""


class Slope:
    r"""The function $h$ of one box; see the module.

    Args:
        sigma: the odd sigmoid.
        box: the problems.
        frame: whence places are counted.
    """

    def __init__(self, sigma: OddSigmoid, box: Box, frame: str = "truth") -> None:
        """Fetch the ball versions and see which axioms are proved."""
        report = sigma.check()
        self.share, self._offsets = box.share, box.offsets(frame)
        self.grows = report["odd"] == "proved" and report["increasing"] == "proved"
        self.unimodal = report["odd"] == "proved" and report["concave"] == "proved"
        self._value, self._derivative = sigma.ball, sigma.ball_derivative

    def node(self, place: Place) -> Node:
        """Evaluate the slope at a place."""
        arguments = tuple((place + low, place + high) for low, high in self._offsets)
        terms = [self._value_on(low, high) for low, high in arguments]
        return Node(place, arguments, terms, self._combined(terms))

    def _value_on(self, low: Place, high: Place) -> Ball:
        return range_on(self._value, low, high, monotone=self.grows)

    def _derivative_on(self, low: Place, high: Place) -> Ball:
        return range_on(self._derivative, low, high, monotone=self.unimodal)

    def _combined(self, terms: list[Ball]) -> Ball:
        """Weight the terms; over an interval of shares the extremes lie at its ends."""
        low, high = self.share
        value = low * terms[0] + (1 - low) * terms[1]
        return (value if low == high else value.union(high * terms[0] + (1 - high) * terms[1])) - terms[2]

    def _falls_at(self, node: Node) -> list[Ball]:
        if node._falls is None:
            node._falls = [self._derivative_on(low, high) for low, high in node.arguments]
        return node._falls

    def value_on(self, left: Node, right: Node) -> Ball:
        """Enclose the slope between two nodes."""
        if self.grows:
            return self._combined([low.union(high) for low, high in zip(left.terms, right.terms, strict=True)])
        return self._combined([self._value_on(*ends) for ends in _spans(left, right)])

    def derivative_on(self, left: Node, right: Node) -> Ball:
        r"""Enclose the second derivative of the gain, $dh/d\theta$, between two nodes on one side of the truth."""
        if self.unimodal:
            pairs = zip(self._falls_at(left), self._falls_at(right), strict=True)
            return self._combined([low.union(high) for low, high in pairs])
        return self._combined([self._derivative_on(*ends) for ends in _spans(left, right)])


def _spans(left: Node, right: Node) -> list[Interval]:
    return [(low, high) for (low, _), (_, high) in zip(left.arguments, right.arguments, strict=True)]


class PairedSlope(Slope):
    r"""The slope over a box, with two of its terms taken together, because they nearly cancel far from an end.

    On the right of the truth, with $x=\theta-a_1$ and $d_A(x)=\sigma(x+A)-\sigma(x)$, which falls in $x$ and grows with
    $A$, $h=d_A(x)-q\,(\sigma(\theta-a)+\sigma(b-\theta))$, and $d_A'(x)=A\,\sigma''(\xi)$; the left mirrors it.

    Args:
        sigma: the odd sigmoid, its axioms proved.
        box: the problems.
        frame: whence places are counted.
    """

    def __init__(self, sigma: OddSigmoid, box: Box, frame: str = "truth") -> None:
        """Keep the lengths, and fetch the second derivative."""
        super().__init__(sigma, box, frame)
        self._lengths = {1: box.positive, -1: box.negative}
        self._bend = sigma.ball_second_derivative

    def node(self, place: Place) -> Node:
        """Evaluate the slope at a place."""
        node = super().node(place)
        if node.sign == 0:
            for side, pair in self._pairs_at(node).items():
                node.slope = meet(node.slope, self._paired(side, pair, node.terms))
        return node

    def _pairs_at(self, node: Node) -> dict[int, Ball]:
        """Give the difference on the node's side of the truth, on both at the truth itself."""
        if node.pairs is None:
            low, high = node.arguments[2]
            node.pairs = {}
            if self.grows and self.unimodal and low >= 0:
                node.pairs[1] = self._difference(1, low, high)
            if self.grows and self.unimodal and high <= 0:
                node.pairs[-1] = self._difference(-1, -high, -low)
        return node.pairs

    def _common_pairs(self, left: Node, right: Node) -> dict[int, Ball]:
        first, second = self._pairs_at(left), self._pairs_at(right)
        return {side: pair.union(second[side]) for side, pair in first.items() if side in second}

    def _difference(self, side: int, near: Place, far: Place) -> Ball:
        """Enclose σ(x + length) - σ(x) for the lengths of one side and the distances x between these."""
        low, high = self._lengths[side]
        least, most = (self._value(arb(x + length)) - self._value(arb(x)) for x, length in ((far, low), (near, high)))
        return least.union(most)

    def _paired(self, side: int, pair: Ball, terms: list[Ball]) -> Ball:
        low, high = self.share if side < 0 else (1 - self.share[1], 1 - self.share[0])
        return side * (pair - interval_ball(low, high) * (terms[0] - terms[1]))

    def value_on(self, left: Node, right: Node) -> Ball:
        """Enclose the slope between two nodes on one side of the truth."""
        value = super().value_on(left, right)
        if value > 0 or value < 0:
            return value
        terms = [low.union(high) for low, high in zip(left.terms, right.terms, strict=True)]
        for side, pair in self._common_pairs(left, right).items():
            value = meet(value, self._paired(side, pair, terms))
        return value

    def derivative_on(self, left: Node, right: Node) -> Ball:
        r"""Enclose the second derivative of the gain, $dh/d\theta$, between two nodes on one side of the truth."""
        value = super().derivative_on(left, right)
        if self._bend is None or value > 0 or value < 0:
            return value
        for side in self._common_pairs(left, right):
            low, high = left.arguments[2][0], right.arguments[2][1]
            near, far = (low, high) if side > 0 else (-high, -low)
            length = self._lengths[side]
            pair = interval_ball(*length) * self._bend(interval_ball(near, far + length[1]))
            falls = [one.union(other) for one, other in zip(self._falls_at(left), self._falls_at(right), strict=True)]
            value = meet(value, self._paired(side, side * pair, falls))
        return value


def meet(first: Ball, second: Ball) -> Ball:
    """Intersect two enclosures of the same numbers; one that is not finite says nothing.

    Args:
        first: an enclosure.
        second: another one.

    Returns:
        a ball that holds what both hold.
    """
    if not second.is_finite():
        return first
    return first.intersection(second) if first.is_finite() else second
