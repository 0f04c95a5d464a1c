"""What the maximum and the minimum share: digits, candidates that tie, the choice of the best."""

from dataclasses import replace
from typing import Any

import pytest
import sympy
from flint import arb, ctx, fmpq

import lossbook as lb
from lossbook.balls import UnresolvedError
from lossbook.certified.search import MOST_DIGITS, Search, checked_digits
from lossbook.certified.slope import Node
from lossbook.certified.zeros import Candidate

PROBLEM = lb.ThresholdProblem(0, [2], 5)


class Line:
    """The slope of a polynomial, by its ball function."""

    def __init__(self, slope: Any, rate: Any) -> None:
        self.slope, self.rate = slope, rate

    def node(self, place: Any) -> Node:
        return Node(place, (), [], self.slope(arb(place)))

    def value_on(self, left: Node, right: Node) -> arb:
        return self.slope(arb(left.place).union(arb(right.place)))

    def derivative_on(self, left: Node, right: Node) -> arb:
        return self.rate(arb(left.place).union(arb(right.place)))


class Made(Search):
    """A made-up function of t = theta - 2 on [-2, 3], symmetric or not."""

    def __init__(self, value: Any, slope: Any, rate: Any, *, symmetric: bool = False) -> None:
        super().__init__(PROBLEM, lb.sigmoids.tanh(), (1, 1), 10)
        self.made, self.line, self.symmetric = value, Line(slope, rate), symmetric
        self.slope = self.line

    def slope_of(self, attempt: int) -> Line:
        return self.line

    def slope_at(self, place: Any) -> sympy.Expr:
        return sympy.Integer(1)

    def value_at(self, place: Any) -> arb:
        return self.made(arb(place))

    def zero_by_symmetry(self) -> bool:
        return self.symmetric


def test_two_peaks_of_which_one_is_higher() -> None:
    """The function is -(t^2 - 1)^2 + t/100."""
    tilt = arb(1) / 100
    made = Made(
        lambda t: -((t * t - 1) * (t * t - 1)) + tilt * t,
        lambda t: -4 * t * (t * t - 1) + tilt,
        lambda t: 4 - 12 * t * t,
    )
    found = made.found()
    assert (found.sign_pattern, len(found.local), len(found.points)) == ("+-+-", 2, 1)
    assert [certain for _, _, certain in found.local] == [True, True]
    ((low, high),) = found.points
    assert 3 < low <= high < 3.01
    assert high - low <= 1e-10


def test_zero_at_the_truth_that_only_touches_is_passed_over() -> None:
    """The slope 3|t|: strictly monotone on either side of a known zero."""
    made = Made(
        lambda t: t * abs(t) * 3 / 2, lambda t: 3 * abs(t), lambda t: arb(3 if t.mid() > 0 else -3), symmetric=True
    )
    found = made.found()
    assert (found.sign_pattern, found.points) == ("+", [(5, 5)])


def test_mirror_images_are_a_tie_and_others_are_looked_at() -> None:
    made = Made(lambda t: t, lambda t: t, lambda t: t, symmetric=True)
    pair = [Candidate(fmpq(-1), fmpq(-1), True), Candidate(fmpq(1), fmpq(1), True)]
    assert made.mirrored(pair)
    assert not made.mirrored([pair[0], replace(pair[1], low=fmpq(2), high=fmpq(2))])
    assert not made.mirrored(pair[:1])
    made.symmetric = False
    assert not made.mirrored(pair)


def test_value_without_bounds_is_no_answer() -> None:
    made = Made(lambda t: arb.nan(), lambda t: 1 - t, lambda t: arb(-1))
    with pytest.raises(UnresolvedError, match=r"the value at theta = 3.0 is not enclosed"):
        made.found()


@pytest.mark.parametrize("digits", [1, MOST_DIGITS])
def test_digits_in_range_are_taken(digits: int) -> None:
    assert checked_digits(digits) == digits


@pytest.mark.parametrize(("digits", "kind"), [(0, ValueError), (1001, ValueError), (1.0, TypeError), (True, TypeError)])
def test_other_digits_are_refused(digits: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^digits must be"):
        checked_digits(digits)


def test_precision_is_left_as_it_was() -> None:
    before = ctx.prec
    Made(lambda t: -t * t, lambda t: -2 * t, lambda t: arb(-2)).found()
    assert ctx.prec == before
