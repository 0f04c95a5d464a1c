"""The enclosed maximum: against the search, the proved maximum of one threshold, ties, symmetries, refusals."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.problems import FAMILIES, random_problem

import lossbook as lb
from lossbook.balls import UnresolvedError
from lossbook.certified import global_maximum
from lossbook.certified.global_maximum import GlobalMaximum, enclose_maximum
from lossbook.certified.merged_pair import merged_curvature

Q = Fraction
ARCTAN, SOFTSIGN = lb.sigmoids.arctan(), lb.sigmoids.softsign()
EVEN = lb.ThresholdProblem(0, [2, 4], 6)
TIED = lb.ThresholdProblem(0, [2, "21/10"], "41/10")
TWICE = lb.ThresholdProblem(0, ["1/2"], "204/100")  # softsign has a local maximum at 0 too
_FOUND = 1e-6  # what the search's thresholds may be off by: it knows the gain to some 1e-13


def apart(best: GlobalMaximum, theta: np.ndarray) -> float:
    """Give how far a place is from the nearest enclosure."""
    return min(
        max(max(float(low) - x, x - float(high)) for (low, high), x in zip(point, theta, strict=True))
        for point in best.points
    )


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("seed", range(5), ids=FAMILIES)
def test_random_problem_has_the_maximum_that_many_starts_find(n: int, seed: int) -> None:
    problem, sigma, weights = random_problem(n, seed, (4, 8))
    best = enclose_maximum(problem, sigma, weights)
    found = lb.search_maximum(problem, sigma, weights, starts=256 if (n, seed) == (2, 3) else 24, seed=7)
    assert len(best.points) == 1
    (point,) = best.points
    assert apart(best, found.theta) < _FOUND
    assert apart(best, found.theta + 1e-4) > _FOUND
    assert best.merged == found.merged
    assert best.held == tuple(k for k, x in enumerate(found.theta) if x in (0, float(problem.b)))
    assert all(type(bound) is Fraction for pair in (*point, best.gain) for bound in pair)
    assert all(high - low <= problem.length / 10**12 for low, high in point)
    assert all((low == high) == (k in best.held) for k, (low, high) in enumerate(point))
    assert float(best.gain[0]) - 1e-10 <= found.gain <= float(best.gain[1]) + 1e-10
    assert best.gain[1] - best.gain[0] < Q(1, 10**10)
    for others in found.optima[1:]:
        assert apart(best, others.theta) > 1e-3


@pytest.mark.parametrize("family", ["arctan", "softsign", "erf"])
def test_one_threshold_agrees_with_the_other_proof(family: str) -> None:
    problem, sigma = lb.ThresholdProblem("-1/3", [1], 4), getattr(lb.sigmoids, family)()
    one, other = enclose_maximum(problem, sigma), lb.maximize_gain(problem, sigma)
    ((low, high),) = one.points[0]
    (least, most) = other.points[0]
    assert low <= most
    assert least <= high
    gain = max(peak.gain for peak in other.local)
    assert one.gain[0] <= gain[1]
    assert gain[0] <= one.gain[1]


def test_more_digits_are_inside_fewer() -> None:
    coarse, fine = (enclose_maximum(EVEN, ARCTAN, digits=digits) for digits in (6, 20))
    for (low, high), (least, most) in zip(coarse.points[0], fine.points[0], strict=True):
        assert most - least <= Q(6, 10**20)
        assert high - low > 10 * (most - least)
        assert low <= most
        assert least <= high
    assert fine.gain[1] - fine.gain[0] < Q(1, 10**18)
    assert coarse.gain[0] <= fine.gain[1]
    assert fine.gain[0] <= coarse.gain[1]


def test_lost_class_is_reported_as_merged_and_exactly_equal() -> None:
    best = enclose_maximum(lb.ThresholdProblem(0, [1, 2], 3), lb.sigmoids.tanh())
    assert best.merged == ((0, 1),)
    assert best.points[0][0] == best.points[0][1]
    assert best.points[0][0][0] <= Q(3, 2) <= best.points[0][0][1]
    wide = enclose_maximum(EVEN, ARCTAN)
    assert (wide.merged, wide.held) == ((), ())


def test_a_maximum_about_to_split_is_enclosed() -> None:
    best = enclose_maximum(lb.ThresholdProblem(0, [1, 2], 3), lb.sigmoids.tanh("41/50"))
    assert best.merged == ((0, 1),)
    assert best.points[0][0][0] < Q(3, 2) < best.points[0][1][1]


def test_both_of_two_tied_maximisers_are_returned() -> None:
    """The problem is its own mirror image, and its maxima are not; a little more weight on the left breaks the tie."""
    best = enclose_maximum(TIED, ARCTAN)
    assert sorted(best.points) == [((0, 0), (0, 0)), ((Q(41, 10), Q(41, 10)),) * 2]
    assert (best.merged, best.held) == (((0, 1),), (0, 1))
    left, right = (enclose_maximum(TIED, ARCTAN, weights) for weights in ((1001, 1000, 1000), (1000, 1000, 1001)))
    assert left.points == [((Q(41, 10), Q(41, 10)),) * 2]
    assert right.points == [((0, 0), (0, 0))]


def test_class_weights_are_weights_of_intervals() -> None:
    problem = lb.ThresholdProblem(0, [3, 6], 9)
    pair, each, heavy = (enclose_maximum(problem, SOFTSIGN, w, 6) for w in ((2, 1), (2, 1, 2), (2, 1, 3)))
    assert pair == each
    assert pair.points != heavy.points


@pytest.mark.parametrize("start", ["1000", "-7/3"])
def test_places_move_with_the_problem(start: Any) -> None:
    start = Q(start)
    moved = lb.ThresholdProblem(start, [start + 2, start + 4], start + 6)
    here, there = enclose_maximum(EVEN, ARCTAN), enclose_maximum(moved, ARCTAN)
    assert [[(low + start, high + start) for low, high in point] for point in here.points] == [
        list(point) for point in there.points
    ]
    assert here.gain == there.gain


@pytest.mark.parametrize("family", ["softsign", "algebraic"])
def test_places_and_gain_scale_with_the_problem(family: str) -> None:
    small = getattr(lb.sigmoids, family)("1/100" if family == "algebraic" else "1/10")
    one = enclose_maximum(EVEN, getattr(lb.sigmoids, family)())
    tenth = enclose_maximum(lb.ThresholdProblem(0, ["1/5", "2/5"], "3/5"), small)
    pairs = zip((*one.points[0], one.gain), (*tenth.points[0], tenth.gain), strict=True)
    assert all(low <= 10 * most and 10 * least <= high for (low, high), (least, most) in pairs)
    assert not one.points[0][0][0] <= 10 * tenth.points[0][1][1] <= one.points[0][0][1]


@pytest.mark.parametrize(
    ("problem", "sigma"),
    [(TWICE, SOFTSIGN), (lb.ThresholdProblem(0, [1, 2], 3), lb.sigmoids.tanh())],
    ids=["one threshold", "two thresholds"],
)
def test_a_worse_local_maximum_is_not_certified(
    problem: lb.ThresholdProblem, sigma: lb.OddSigmoid, monkeypatch: pytest.MonkeyPatch
) -> None:
    search: Callable[..., Any] = lb.search_maximum
    assert len(enclose_maximum(problem, sigma).points) == 1

    def misled(*arguments: Any, **options: Any) -> Any:
        """Hide the best of the places that are found."""
        found = search(*arguments, **options)
        assert len(found.optima) > 1
        rest = found.optima[1:]
        return replace(found, **{**vars(rest[0]), "optima": rest})

    monkeypatch.setattr(global_maximum, "search_maximum", misled)
    monkeypatch.setattr(global_maximum, "_LEVELS", 6)
    with pytest.raises(UnresolvedError, match="boxes are left"):
        enclose_maximum(problem, sigma)


def test_a_wrong_zone_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A place that is no maximum has no zone, or its zone holds none."""
    search: Callable[..., Any] = lb.search_maximum

    def misled(*arguments: Any, **options: Any) -> Any:
        found = search(*arguments, **options)
        beside = replace(found.optima[0], theta=found.theta + 0.4)
        return replace(found, **{**vars(beside), "optima": (beside,)})

    monkeypatch.setattr(global_maximum, "search_maximum", misled)
    with pytest.raises(UnresolvedError):
        enclose_maximum(EVEN, lb.sigmoids.tanh("1/4"))


def test_a_flat_maximum_is_not_enclosed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Near the scale where two merged thresholds part, their curvature against each other is hardly felt."""
    problem, sigma = lb.ThresholdProblem(0, [1, 2], 3), lb.sigmoids.tanh("0.78039")
    assert abs(merged_curvature(problem, sigma)) < 1e-3
    monkeypatch.setattr(global_maximum, "_ZONES", 4)
    with pytest.raises(UnresolvedError, match="a maximum that is flat, or about to split, is not enclosed"):
        enclose_maximum(problem, sigma)


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"problem": [0, 1, 2]}, TypeError, r"problem must be a ThresholdProblem; got \[0, 1, 2\]"),
        ({"problem": lb.ThresholdProblem(0, range(1, 6), 6)}, ValueError, "problem must have at most 4 .* got 5"),
        ({"sigma": "tanh"}, TypeError, "sigma must be an OddSigmoid .* got 'tanh'"),
        ({"sigma": lb.OddSigmoid.parse("u**3")}, ValueError, "sigma"),
        ({"sigma": lb.OddSigmoid.parse("(abs(u+1)-abs(u-1))/2")}, ValueError, "sigma"),
        ({"weights": (1,)}, TypeError, r"weights must be a pair .* got \(1,\)"),
        ({"weights": (1, 0)}, ValueError, r"weights\[1\] must be greater than 0; got 0"),
        ({"digits": 51}, ValueError, "digits must be a whole number from 1 to 50; got 51"),
        ({"digits": 3.0}, TypeError, "digits must be a whole number; got 3.0"),
    ],
    ids=lambda part: "-".join(part) if isinstance(part, dict) else "",
)
def test_a_wrong_argument_is_named(change: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        enclose_maximum(**{"problem": EVEN, "sigma": ARCTAN, **change})
