r"""The slope of the weighted risk in ball arithmetic, for any margin loss: smooth or with kinks, convex or not.

For one threshold, with $A=a_1-a$, $B=b-a_1$, $H_\pm=\varphi_\pm\circ\sigma$, the weights divided by their sum ($p+q=1$)
and the *place* $t=\theta-a_1$,

$$h(t)=-\frac{L_w'(\theta)}{w_++w_-}=p\,[H_+(t)-H_+(t+A)]+q\,[H_-(B-t)-H_-(-t)].$$

Between two nodes a value $H(u)$ is enclosed three ways, and what they share is kept: by the range of $\varphi$ on the
margins; by its two ends, where $\varphi'$ has one sign on the margins; else by the mean value theorem,
$\varphi(m)\in\varphi(m_0)+\varphi'(\text{margins})(m-m_0)$. At a kink $\varphi'$ stands for all slopes between those of
both sides, with which the theorem holds. A kink at the margin 0 lies at an end of the cells: on either side only the
formula of that side is taken.
"""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import sympy
from flint import arb, fmpq

from lossbook.balls import Ball, BallFunction, ball_function, ball_sign, interval_ball, range_on
from lossbook.certified.slope import Interval, Node, Place, meet
from lossbook.loss import MarginFunction, MarginLoss
from lossbook.loss.margin_loss import M
from lossbook.sigmoid import OddSigmoid

_BOUNDED = (sympy.atan, sympy.tanh, sympy.erf, sympy.erfc, sympy.sin, sympy.cos)
_ZERO = arb(0)


class Part:
    """One smooth formula of the loss, and the margins from one kink to the next on which it holds.

    Args:
        function: the formula.
        low: the kink at which it begins, an exact number; None for the first.
        high: the kink at which it ends; None for the last.
    """

    def __init__(self, function: MarginFunction, low: sympy.Expr | None = None, high: sympy.Expr | None = None) -> None:
        """Compile the ends, and what must be finite where the formula is to be continuous."""
        self._function, self._inner = function, _inner(function.expression)
        self._low, self._high = (None if end is None else ball_function(end, M) for end in (low, high))
        self.sides = {side for side, end in ((1, high), (-1, low)) if end != 0}

    def holds(self, margin: Ball) -> bool:
        """Tell whether some of the margins may be its own."""
        below = self._low is not None and margin < self._low(_ZERO)
        return not (below or (self._high is not None and margin > self._high(_ZERO)))

    def value(self, margin: Ball) -> Ball:
        """Enclose the values; not finite where the formula is not seen to be defined and continuous."""
        inner = self._inner(margin) if self._inner else _ZERO
        return self._function.ball(margin) if inner.is_finite() else inner

    def rate(self, margin: Ball) -> Ball:
        """Enclose the derivatives."""
        return self._function.ball_derivative(margin)


def _inner(expression: sympy.Expr) -> BallFunction | None:
    """Compile what may be infinite inside a bounded function, which would hide it, as in atan(1/m)."""
    parts = {part for outer in expression.atoms(*_BOUNDED) for part in outer.atoms(sympy.Pow, sympy.log)}
    parts = {part for part in parts if part.free_symbols}
    return ball_function(sympy.Add(*(sympy.Abs(part) for part in parts)), M) if parts else None


class Parts:
    r"""One function $\varphi$ of the margin by its smooth formulas, where its kinks are known exactly.

    Args:
        function: $\varphi$.
        signed: whether margins are known to have the sign of their arguments.

    Raises:
        ValueError: if the function is not seen to be continuous at a kink.
    """

    def __init__(self, function: MarginFunction, *, signed: bool) -> None:
        """Compile the formulas, and see that they meet at the kinks."""
        pieces = function.pieces or ()
        self._signed, self._all = signed, [Part(function)]
        if len(pieces) > 1:
            ends = [None, *(piece.low for piece in pieces[1:]), None]
            formulas = [MarginFunction(piece.expression) for piece in pieces]
            self._all = [Part(*both) for both in zip(formulas, ends[:-1], ends[1:], strict=True)]
        for (left, right), kink in zip(pairwise(self._all), function.kinks, strict=True):
            margin = ball_function(kink, M)(_ZERO)
            met = left.value(margin), right.value(margin)
            if not (met[0].is_finite() and met[1].is_finite() and met[0].overlaps(met[1])):
                raise ValueError(f"loss must be continuous; got {function.expression}, which is not so at m = {kink}")

    def on(self, side: int, margin: Ball) -> tuple[Ball, Ball]:
        """Enclose the values and the derivatives on margins.

        Args:
            side: the sign of the arguments, 0 if they have none.
            margin: the margins.

        Returns:
            both; the derivatives are not finite where the function is not seen to be defined and continuous.
        """
        parts = self._of(side, margin)
        value, rate = (
            reduce(arb.union, balls) for balls in zip(*((p.value(margin), p.rate(margin)) for p in parts), strict=True)
        )
        return value, rate if value.is_finite() else arb.nan()

    def value(self, margin: Ball) -> Ball:
        """Enclose the values on margins."""
        return reduce(arb.union, (part.value(margin) for part in self._of(0, margin)))

    def _of(self, side: int, margin: Ball) -> list[Part]:
        """Choose the formulas that may hold; there is always one, unless the margin is not finite."""
        if len(self._all) == 1:
            return self._all
        sided = [part for part in self._all if not (side and self._signed) or side in part.sides]
        return [part for part in sided if part.holds(margin)] or sided


class Term(NamedTuple):
    r"""One of the four terms of the slope, $c\,H(\pm t+\text{offset})$.

    Attributes:
        factor: $c$.
        loss: the $\varphi$ of its $H$.
        direction: 1 or -1, the sign of $t$.
        offset: what is added.
    """

    factor: Place
    loss: Parts
    direction: int
    offset: Place


class Piece(NamedTuple):
    """What is known of one term on a cell.

    Attributes:
        side: the sign of the argument, 0 if it has none.
        margin: the margins.
        value: the values of the loss.
        rate: the derivatives of the loss; not finite where the loss is not seen to be defined and continuous.
    """

    side: int
    margin: Ball
    value: Ball
    rate: Ball


class RiskNode(Node):
    """A place with the margins and the values of the loss of its four terms."""

    __slots__ = ("margins",)

    def __init__(
        self, place: Place, arguments: tuple[Interval, ...], margins: list[Ball], terms: list[Ball], slope: Ball
    ) -> None:
        """Keep what is known at the place."""
        super().__init__(place, arguments, terms, slope)
        self.margins = margins


class RiskSlope:
    r"""The function $h$ of one problem; see the module.

    Args:
        sigma: the odd sigmoid.
        loss: the margin loss.
        lengths: $A$ and $B$.
        share: $p$.
    """

    def __init__(self, sigma: OddSigmoid, loss: MarginLoss, lengths: tuple[Place, Place], share: Place) -> None:
        """Write down the four terms, and see which axioms are proved."""
        report = sigma.check()
        self.grows = report["odd"] == "proved" and report["increasing"] == "proved"
        self.unimodal = report["odd"] == "proved" and report["concave"] == "proved"
        self._sigmoid, self._derivative = sigma.ball, sigma.ball_derivative
        positive = Parts(loss.positive, signed=self.grows)
        negative = positive if loss.symmetric else Parts(loss.negative, signed=self.grows)
        self._terms = (
            Term(share, positive, 1, fmpq(0)),
            Term(-share, positive, 1, lengths[0]),
            Term(1 - share, negative, -1, lengths[1]),
            Term(share - 1, negative, -1, fmpq(0)),
        )
        self._last: tuple[Node, Node, list[Piece]] | None = None

    def node(self, place: Place) -> RiskNode:
        """Evaluate the slope at a place."""
        places = [term.direction * place + term.offset for term in self._terms]
        margins = [self._sigmoid(arb(u)) for u in places]
        values = [term.loss.value(m) for term, m in zip(self._terms, margins, strict=True)]
        return RiskNode(place, tuple((u, u) for u in places), margins, values, self._combined(values))

    def _combined(self, values: list[Ball]) -> Ball:
        """Weight the terms, each pair of a class by itself, so that what is equal cancels."""
        first, second, third, fourth = values
        return self._terms[0].factor * (first - second) + self._terms[2].factor * (third - fourth)

    def value_on(self, left: RiskNode, right: RiskNode) -> Ball:
        """Enclose the slope between two nodes."""
        pieces = self._pieces(left, right)
        values = [piece.value for piece in pieces]
        for first in (0, 2):
            if self._level(first, pieces):
                values[first] = values[first + 1] = _ZERO
        return self._combined(values)

    def derivative_on(self, left: RiskNode, right: RiskNode) -> Ball:
        r"""Enclose the derivative of the slope, minus the second of the risk, between two nodes on one side of 0."""
        total = _ZERO
        for number, (term, piece) in enumerate(zip(self._terms, self._pieces(left, right), strict=True)):
            if not piece.rate.is_zero():
                total += term.factor * term.direction * piece.rate * self._falls_on(left, right, number, piece.side)
        return total

    def _pieces(self, left: RiskNode, right: RiskNode) -> list[Piece]:
        """Enclose every term between two nodes; the last answer is kept, for the value and the derivative."""
        if self._last is None or self._last[0] is not left or self._last[1] is not right:
            self._last = left, right, [self._piece(left, right, number) for number in range(len(self._terms))]
        return self._last[2]

    def _piece(self, left: RiskNode, right: RiskNode, number: int) -> Piece:
        """Enclose one term between two nodes."""
        loss, (low, high) = self._terms[number].loss, _span(left, right, number)
        side = _side(low, high)
        ends = left.margins[number], right.margins[number]
        margin = ends[0].union(ends[1]) if self.grows else self._sigmoid(interval_ball(low, high))
        value, rate = loss.on(side, margin)
        if not rate.is_finite():
            return Piece(side, margin, value, rate)
        if self.grows and (rate >= 0 or rate <= 0):
            return Piece(side, margin, meet(value, left.terms[number].union(right.terms[number])), rate)
        return Piece(side, margin, meet(value, left.terms[number] + rate * (margin - ends[0])), rate)

    def _level(self, first: int, pieces: list[Piece]) -> bool:
        """Tell whether a class's loss is constant from the argument of one of its terms to that of the other."""
        pair = pieces[first : first + 2]
        if not all(piece.rate.is_zero() for piece in pair):
            return False
        margin, side = pair[0].margin.union(pair[1].margin), pair[0].side if pair[0].side == pair[1].side else 0
        _, rate = self._terms[first].loss.on(side, margin)
        return bool(rate.is_zero())

    def _falls_on(self, left: RiskNode, right: RiskNode, number: int, side: int) -> Ball:
        r"""Enclose $\sigma'$ at the argument of one term."""
        return range_on(self._derivative, *_span(left, right, number), monotone=self.unimodal and side != 0)


def _span(left: Node, right: Node, number: int) -> Interval:
    """Give the least and the largest argument of a term between two nodes."""
    first, second = left.arguments[number][0], right.arguments[number][0]
    return (first, second) if first <= second else (second, first)


def _side(low: Place, high: Place) -> int:
    """Tell on which side of 0 an interval lies."""
    return ball_sign(arb(low + high)) if low >= 0 or high <= 0 else 0
