"""Certified maxima along a line of problems."""

from fractions import Fraction

import numpy as np
import pytest

import lossbook as lb
from lossbook.certified.paths import biases, branches, centred, follow, jump
from lossbook.certified.statements import farthest_bias
from lossbook.sigmoid import families

RATIOS = [1, 2, 10, 100]


def test_problems_have_their_truth_at_0() -> None:
    problem = centred("1/2", 3)
    assert problem.cuts == lb.ThresholdProblem("-1/2", [0], "3/2").cuts
    assert problem.imbalance == 3


@pytest.mark.parametrize(("name", "value"), [("positive", 0), ("imbalance", -1)])
def test_lengths_must_be_positive(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{name} must be greater than 0; got {value}"):
        centred(**{"positive": 1, "imbalance": 1, name: value})


def test_biases_are_those_of_the_problem_elsewhere() -> None:
    found = biases(follow(families.arctan(), 2, RATIOS))
    assert found[0] == 0
    assert np.all(np.diff(found) < 0)
    for ratio, bias in zip(RATIOS, found, strict=True):
        elsewhere = lb.maximize_gain(lb.ThresholdProblem(5, [7], 7 + 2 * ratio), families.arctan())
        assert float(elsewhere.points[0][0] - 7) == pytest.approx(bias, abs=1e-11)
        assert float(elsewhere.points[0][0] - 7) != pytest.approx(bias + 1e-9, abs=1e-11)


def test_biases_stay_within_the_bound() -> None:
    for family in families.ALL:
        sigma = family()
        found = biases(follow(sigma, 2, RATIOS[1:]))
        bound = farthest_bias(sigma, 2.0 * (np.array(RATIOS[1:]) - 1))
        assert np.all(-found < bound)
        assert np.all(bound <= sigma.half_saturation * 1.02)
        assert not np.all(-found < bound / 1000)


def test_the_bound_is_the_least() -> None:
    sigma, difference = families.arctan(), np.array([0.5, 3.0, 50.0])
    bound = farthest_bias(sigma, difference)
    for shift, holds in ((1.0001, True), (0.9999, False)):
        c = bound * shift
        assert np.all((sigma(2 * c + difference) < 2 * sigma(c)) == holds)


def test_branches_of_two_maxima() -> None:
    best, other = branches(follow(families.softsign(), "1/2", ["2.9", "3.05", "3.13", "3.2"]))
    assert np.isnan(other[[0, 3]]).all()
    assert other[1] == -0.5
    assert best[1] > -0.4
    assert best[2] == best[3] == -0.5
    assert other[2] > -0.45


def test_jump_of_softsign() -> None:
    low, high = jump(families.softsign(), "1/2", 3, 4)
    assert isinstance(low, Fraction)
    assert 0 < high - low < Fraction(1, 10**11)
    assert float(low) / 2 == pytest.approx(1.554024, abs=1e-6)  # mathematics: both maxima tie at this B
    problem = centred("1/2", low)
    tops = [one.interval[0] for one in lb.maximize_gain(problem, families.softsign()).local]
    gains = lb.gain(problem, families.softsign(), np.array(tops, dtype=float)[:, None])
    assert gains[0] == pytest.approx(gains[1], abs=1e-11)
    off = lb.gain(centred("1/2", "3.2"), families.softsign(), np.array(tops, dtype=float)[:, None])
    assert off[0] != pytest.approx(off[1], abs=1e-4)


@pytest.mark.parametrize(("low", "high"), [(1, 2), (4, 5), (4, 3)])
def test_jump_needs_a_change(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="the maximiser must reach a between low and high"):
        jump(families.softsign(), "1/2", low, high)
