"""Gain and gradient at exact points: the balls against the definitions at 40 digits, and the book's statements."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from mpmath import mp, mpf
from tests import reference
from tests.problems import FAMILIES, definition

import lossbook as lb
from lossbook.balls import UnresolvedError
from lossbook.certified.points import PointGain, enclose_gradient, outer_bounds

Q = Fraction
ARCTAN = lb.sigmoids.arctan()
EVEN = lb.ThresholdProblem(0, [4, 8, 12], 16)
_REFERENCE = mpf("1e-28")  # what the reference's quadrature may be off by, of a problem a few widths long


def case(n: int, turn: int) -> tuple[list[Fraction], list[Fraction], tuple[int, ...]]:
    """Draw exact cuts, an exact point and weights: a point anywhere, one with equal parts and outside, the truth."""
    chance = np.random.default_rng([n, turn])
    cuts = [Q(0), *(Q(int(part), 7) for part in np.sort(chance.choice(np.arange(1, 40), n + 1, replace=False)))]
    anywhere = [Q(int(part), 11) for part in chance.integers(0, 50, n)]
    equal = [anywhere[0]] * (n - 1) + [cuts[-1] + Q(5, 3)]
    weights = tuple(int(part) for part in chance.integers(1, 5, n + 1))
    return cuts, [anywhere, equal, cuts[1:-1]][turn % 3], weights


def inside(bounds: tuple[Fraction, Fraction], value: mpf, error: mpf = _REFERENCE) -> bool:
    with mp.workdps(70):
        low, high = map(reference.exact, bounds)
        return low - error <= value <= high + error


def overlap(first: tuple[Fraction, Fraction], second: tuple[Fraction, Fraction]) -> bool:
    return first[0] <= second[1] and second[0] <= first[1]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_balls_hold_the_definition(family: str, n: int) -> None:
    sigma, turn = getattr(lb.sigmoids, family)(), n + FAMILIES.index(family)
    cuts, theta, weights = case(n, turn)
    weights = weights[:2] if n == 1 else weights
    problem = lb.ThresholdProblem(cuts[0], cuts[1:-1], cuts[-1])
    point = [fmpq(part.numerator, part.denominator) for part in theta]
    total, slopes = PointGain(problem, sigma, weights, 15).both(point)
    k = turn % n
    for ball, which in ((total, None), (slopes[k], k)):
        bounds, value = outer_bounds(ball), definition(family, cuts, theta, weights, which)
        width = bounds[1] - bounds[0]
        assert 0 < width < Q(1, 10**13)
        assert inside(bounds, value)
        assert not inside((bounds[0] + 2 * width, bounds[1] + 2 * width), value)
        assert not inside((bounds[0] - 2 * width, bounds[1] - 2 * width), value)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("digits", [5, 15, 40])
def test_enclosures_are_as_narrow_as_asked(family: str, digits: int) -> None:
    """A finer enclosure lies in a coarser one but for the coarse one's width."""
    problem, sigma = lb.ThresholdProblem(0, [1, "5/2"], 4), getattr(lb.sigmoids, family)()
    theta = ["1/3", "17/7"]
    coarse, fine = (enclose_gradient(problem, sigma, theta, (2, 1), d) for d in (digits, digits + 25))
    for (low, high), (least, most) in zip(coarse, fine, strict=True):
        assert type(low) is type(high) is Fraction
        assert high - low <= Q(1, 10**digits)
        assert most - least <= Q(1, 10 ** (digits + 25))
        assert low <= least <= most <= high


@pytest.mark.parametrize("family", FAMILIES)
def test_one_threshold_has_the_closed_form(family: str) -> None:
    """Equation (18): a difference of sigmoids, to 45 digits."""
    problem, sigma = lb.ThresholdProblem("-1/2", ["3/2"], 5), getattr(lb.sigmoids, family)("2/3")
    (bounds,) = enclose_gradient(problem, sigma, ["8/7"], (3, "1/7"), 45)
    with mp.workdps(60):
        value, place = reference.sigmoid(family, Q(2, 3)), mpf(8) / 7
        left, truth, right = (value(place - mpf(cut)) for cut in ("-0.5", "1.5", "5"))
        wanted = 3 * (left - truth) - (truth - right) / 7
        width = reference.exact(bounds[1] - bounds[0])
        assert width <= mpf("1e-45")
        assert inside(bounds, wanted, mpf("1e-57"))
        assert not inside(bounds, wanted + 2 * width, mpf("1e-57"))


def test_truth_of_equal_lengths_is_critical_in_the_middle_alone() -> None:
    """C4 for three thresholds, proved: the outer ones are pulled inwards, and the middle one is held by symmetry."""
    left, middle, right = enclose_gradient(EVEN, ARCTAN, EVEN.thresholds)
    assert left[0] > 0
    assert middle[0] <= 0 <= middle[1]
    assert middle[1] - middle[0] < Q(1, 10**15)
    assert right[1] < 0
    moved = enclose_gradient(EVEN, ARCTAN, [4, "8000001/1000000", 12])[1]
    assert not moved[0] <= 0 <= moved[1]


@pytest.mark.parametrize("family", FAMILIES)
def test_truth_of_a_short_middle_class_is_not_critical(family: str) -> None:
    problem = lb.ThresholdProblem(0, [1, 2], 3)
    first, second = enclose_gradient(problem, getattr(lb.sigmoids, family)(), problem.thresholds)
    assert first[0] > 0
    assert second[1] < 0


def test_order_and_equal_thresholds() -> None:
    problem = lb.ThresholdProblem(0, [1, 2], 4)
    sigma = lb.sigmoids.softsign()
    forth, back = enclose_gradient(problem, sigma, [1, 3]), enclose_gradient(problem, sigma, [3, 1])
    assert all(overlap(one, two) for one, two in zip(forth, back[::-1], strict=True))
    assert not overlap(*forth)
    first, second = enclose_gradient(problem, sigma, ["1/3", "1/3"])
    assert overlap(first, second)
    floats = lb.gain_gradient(problem, sigma, [1 / 3, 1 / 3])
    assert float(first[0]) == pytest.approx(floats[0], abs=1e-12)


@pytest.mark.parametrize("family", FAMILIES)
def test_scale_and_origin(family: str) -> None:
    wide = getattr(lb.sigmoids, family)(100 if family == "algebraic" else 10)
    near = enclose_gradient(lb.ThresholdProblem(0, [1, 2], 4), getattr(lb.sigmoids, family)(), ["1/3", 2])
    far = enclose_gradient(lb.ThresholdProblem(1000, [1010, 1020], 1040), wide, [Q(3010, 3), 1020])
    for one, two in zip(near, far, strict=True):
        assert overlap(one, two)


def test_sigmoid_that_is_not_analytic_is_refused() -> None:
    problem, kinked = lb.ThresholdProblem(0, [1], 3), lb.OddSigmoid.parse("(abs(u+1)-abs(u-1))/2")
    with pytest.raises(UnresolvedError, match="not shown to be analytic"):
        enclose_gradient(problem, kinked, [1])
    assert enclose_gradient(problem, lb.OddSigmoid.parse("u/(1+abs(u))"), [1])


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"problem": "even"}, TypeError, "problem must be a ThresholdProblem; got 'even'"),
        ({"sigma": None}, TypeError, "sigma must be an OddSigmoid .* got None"),
        ({"theta": [4, 8]}, ValueError, r"theta must hold 3 exact numbers; got \[4, 8\]"),
        ({"theta": [4, 8, "x"]}, ValueError, r"theta\[2\] must be an exact number.*'x'"),
        ({"theta": 4}, TypeError, "theta must hold 3 exact numbers; got 4"),
        ({"weights": (1, -1)}, ValueError, r"weights\[1\] must be greater than 0; got -1"),
        ({"digits": 0}, ValueError, "digits must be a whole number from 1 to 100; got 0"),
        ({"digits": 101}, ValueError, "digits must be a whole number from 1 to 100; got 101"),
        ({"digits": "5"}, TypeError, "digits must be a whole number; got '5'"),
    ],
    ids=lambda part: "-".join(part) if isinstance(part, dict) else "",
)
def test_a_wrong_argument_is_named(change: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        enclose_gradient(**{"problem": EVEN, "sigma": ARCTAN, "theta": [4, 8, 12], **change})
