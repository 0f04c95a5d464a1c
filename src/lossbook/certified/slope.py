r"""The slope of the weighted gain in ball arithmetic: at points and on cells, for one problem or a whole box of them.

For one threshold, with $A=a_1-a$, $B=b-a_1$ and the weights divided by their sum ($p+q=1$),

$$h(\theta)=\frac{G_w'(\theta)}{w_++w_-}=p\,\sigma(\theta-a)+q\,\sigma(\theta-b)-\sigma(\theta-a_1).$$

A *place* $s\in[0,2]$ stands for $\theta=a+sA$ up to $s=1$ and for $\theta=a_1+(s-1)B$ from there on, so that the three
arguments are bilinear in place and lengths and none of them changes its sign within $[0,1]$ or $[1,2]$. The lengths and
weights may be intervals: what is then proved holds for every problem in the box. Where the axioms of the sigmoid are
proved, values on a cell are enclosed by those at its ends ($\sigma$ grows, $\sigma'$ falls with $|u|$); where not, by
the ball version of the formula itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flint import arb

from lossbook.balls import Ball
from lossbook.sigmoid import OddSigmoid

Place = Any  # flint.fmpq: an exact rational number
Interval = tuple[Place, Place]


class Box(NamedTuple):
    """A set of problems and weights: exact intervals for both lengths and for the two shares of the weights."""

    positive: Interval
    negative: Interval
    positive_share: Interval
    negative_share: Interval

    @classmethod
    def point(cls, positive: Place, negative: Place, ratio: Place) -> Box:
        r"""Make the box of one problem with lengths $A$, $B$ and weight ratio $\rho=w_+/w_-$."""
        return cls.around((positive, positive), (negative, negative), (ratio, ratio))

    @classmethod
    def around(cls, positive: Interval, negative: Interval, ratio: Interval) -> Box:
        r"""Make the box of all problems with lengths and ratio in these intervals; $p=\rho/(1+\rho)$ and $q=1-p$."""
        low, high = ratio
        return cls(positive, negative, (low / (1 + low), high / (1 + high)), (1 / (1 + high), 1 / (1 + low)))


def hull(interval: Interval) -> Ball:
    """Enclose an exact interval."""
    low, high = interval
    return arb(low) if low == high else arb(low).union(arb(high))


class Node:
    """A place with the enclosures of the slope's three terms there; second derivatives are made when asked for."""

    __slots__ = ("_falls", "arguments", "place", "slope", "terms")

    def __init__(self, place: Place, arguments: tuple[Interval, ...], terms: list[Ball], slope: Ball) -> None:
        """Keep what is known at the place."""
        self.place, self.arguments, self.terms, self.slope = place, arguments, terms, slope
        self._falls: list[Ball] | None = None

    @property
    def sign(self) -> int:
        """The proved sign of the slope: 1, -1, or 0 where it is not known."""
        return 1 if self.slope > 0 else -1 if self.slope < 0 else 0


class Slope:
    r"""The function $h$ of one box; see the module.

    Args:
        sigma: the odd sigmoid.
        box: the problems.
    """

    def __init__(self, sigma: OddSigmoid, box: Box) -> None:
        """Fetch the ball versions and see which axioms are proved."""
        report = sigma.check()
        self.sigma, self.box = sigma, box
        self.grows = report["odd"] == "proved" and report["increasing"] == "proved"
        self.unimodal = report["odd"] == "proved" and report["concave"] == "proved"
        self._value, self._derivative = sigma.ball, sigma.ball_derivative

    def node(self, place: Place) -> Node:
        """Evaluate the slope at a place."""
        arguments = self._arguments(place)
        terms = [self._value_on(low, high) for low, high in arguments]
        return Node(place, arguments, terms, self._combined(terms))

    def _arguments(self, place: Place) -> tuple[Interval, ...]:
        """Give θ - a, θ - b and θ - a_1 at a place, each over the box."""
        (a_low, a_high), (b_low, b_high) = self.box.positive, self.box.negative
        if place <= 1:
            rest = 1 - place
            return (
                (place * a_low, place * a_high),
                (-b_high - rest * a_high, -b_low - rest * a_low),
                (-rest * a_high, -rest * a_low),
            )
        part, rest = place - 1, 2 - place
        return (
            (a_low + part * b_low, a_high + part * b_high),
            (-rest * b_high, -rest * b_low),
            (part * b_low, part * b_high),
        )

    def _value_on(self, low: Place, high: Place) -> Ball:
        if low == high:
            return self._value(arb(low))
        if self.grows:
            return self._value(arb(low)).union(self._value(arb(high)))
        return self._value(hull((low, high)))

    def _derivative_on(self, low: Place, high: Place) -> Ball:
        if low == high:
            return self._derivative(arb(low))
        if self.unimodal:
            return self._derivative(arb(low)).union(self._derivative(arb(high)))
        return self._derivative(hull((low, high)))

    def _combined(self, terms: list[Ball]) -> Ball:
        return hull(self.box.positive_share) * terms[0] + hull(self.box.negative_share) * terms[1] - terms[2]

    def _falls_at(self, node: Node) -> list[Ball]:
        if node._falls is None:
            node._falls = [self._derivative_on(low, high) for low, high in node.arguments]
        return node._falls

    def value_on(self, left: Node, right: Node) -> Ball:
        """Enclose the slope between two nodes of one side."""
        if self.grows:
            return self._combined([low.union(high) for low, high in zip(left.terms, right.terms, strict=True)])
        return self._combined([self._value_on(*ends) for ends in _spans(left, right)])

    def derivative_on(self, left: Node, right: Node) -> Ball:
        r"""Enclose the second derivative of the gain, $dh/d\theta$, between two nodes of one side."""
        if self.unimodal:
            pairs = zip(self._falls_at(left), self._falls_at(right), strict=True)
            return self._combined([low.union(high) for low, high in pairs])
        return self._combined([self._derivative_on(*ends) for ends in _spans(left, right)])

    def distance(self, left: Node, right: Node) -> Ball:
        r"""Enclose the difference of $\theta$ between two nodes of one side."""
        side = self.box.positive if right.place <= 1 else self.box.negative
        return hull(side) * (right.place - left.place)

    def threshold(self, place: Place) -> Place:
        r"""Give $\theta-a$ exactly; for a box that is one problem."""
        (positive, _), (negative, _) = self.box.positive, self.box.negative
        return place * positive if place <= 1 else positive + (place - 1) * negative


def _spans(left: Node, right: Node) -> list[Interval]:
    return [(low, high) for (low, _), (_, high) in zip(left.arguments, right.arguments, strict=True)]
