"""Random starts: what counts as merged, where paths end, and that the flow rests there."""

from pathlib import Path

import numpy as np
import pytest

import lossbook as lb
from lossbook import comparison, gain_gradient
from lossbook.comparison import FATES, Share, Trial, clusters, equal_intervals, fate, share, standstill, trial_settings
from lossbook.theory import parting_curvature

SIGMA = lb.sigmoids.arctan()


def test_equal_intervals_are_equal() -> None:
    assert equal_intervals(1).lengths == (4, 4)
    assert equal_intervals(8).lengths == (4,) * 9
    with pytest.raises(ValueError, match=r"^n must be a whole number from 1 to 16; got 17"):
        equal_intervals(17)


def test_a_trial_is_the_process_that_it_says() -> None:
    made = trial_settings(Trial(3, "1/2", 0.05, 4, 0.9, 70), replicas=5, seed=9, record_every=7)
    assert (made.problem, made.sigmoid) == (equal_intervals(3), lb.sigmoids.arctan("1/2"))
    assert (made.learning_rate, made.batch, made.momentum, made.steps) == (0.05, 4, 0.9, 70)
    assert (made.replicas, made.seed, made.record_every, made.start) == (5, 9, 7, "random")
    assert Trial(3, rate=0.05, batch=4, momentum=0.9).noise == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("theta", "groups"),
    [
        ([5.0], [[5.0]]),
        ([3, 1, 2], [[1], [2], [3]]),
        ([5.03, 5, 9, 5.06], [[5, 5.03, 5.06], [9]]),
        ([0, 12, 0, 12], [[0, 0], [12, 12]]),
    ],
)
def test_neighbours_that_are_near_have_merged(theta: list[float], groups: list[list[float]]) -> None:
    assert clusters(theta) == groups


@pytest.mark.parametrize(
    ("theta", "expected"),
    [
        ([4, 8, 12, 16], "found"),
        ([15, 11, 5, 7], "found"),
        ([0, 0, 12, 16], "at an end"),
        ([0.03, 0, 20, 19.99], "at an end"),
        ([4, 14, 14, 14.01], "odd merged"),
        ([4, 9, 9, 16], "pair inside"),
        ([10, 10, 10, 10], "pair inside"),
        ([0, 0, 10, 10], "several"),
        ([0, 4, 4, 4], "odd merged"),
        ([1, 2, 3, 5], "apart"),
    ],
)
def test_a_path_ends_in_one_way(theta: list[float], expected: str) -> None:
    assert fate(equal_intervals(4), theta) == expected
    assert expected in FATES


@pytest.mark.parametrize(
    ("theta", "kind", "rests"),
    [
        ([4, 8, 12], "maximum", [4.0706, 8, 11.9294]),
        ([5.3, 5.31, 5.3], "maximum", [5.3711] * 3),
        ([0, 0.01, 12], "maximum", [0, 0, 11.9383]),
        ([6, 6, 12], "saddle", [6.0133, 6.0133, 11.9306]),
    ],
)
def test_the_flow_rests_where_paths_end(theta: list[float], kind: str, rests: list[float]) -> None:
    problem = equal_intervals(3)
    found = standstill(problem, SIGMA, theta)
    assert found.kind == kind
    assert found.theta == pytest.approx(rests, abs=1e-4)
    gradient = gain_gradient(problem, SIGMA, found.theta)
    assert np.abs(gradient[found.theta > 0]).max() < 1e-9
    assert np.all(gradient[found.theta == 0] < -0.1)
    assert np.abs(gain_gradient(problem, SIGMA, np.array(theta, float))).max() > 1e-3  # where it started, it does not


def test_the_flow_near_a_maximum_comes_back_and_near_a_saddle_does_not() -> None:
    """Euler's method with exact gradients: another route than eigenvalues."""
    problem = equal_intervals(3)
    for start, comes_back in (([5.3711] * 3, True), ([6.0133, 6.0133, 11.9306], False)):
        theta = np.array(start) + np.array([-0.01, 0.01, 0.0])
        for _ in range(200):
            theta = theta + 0.1 * gain_gradient(problem, SIGMA, theta)
        gap = abs(theta[1] - theta[0])
        assert bool(gap < 0.01) is comes_back


def test_the_curvatures_of_three_as_one_hold_the_parting_curvature_twice() -> None:
    found = standstill(equal_intervals(3), SIGMA, [5.37] * 3)
    apart = parting_curvature(equal_intervals(3), SIGMA, found.theta)
    assert found.curvatures[:2] == pytest.approx([apart, apart], abs=1e-6)
    assert found.curvatures[2] != pytest.approx(apart, abs=1e-2)


def test_a_place_on_a_slope_is_not_at_rest() -> None:
    far = comparison.random_starts._at(equal_intervals(2), SIGMA, np.array([3.0, 7.0]), np.array([True, True]))
    assert far.kind == "not at rest"
    inward = comparison.random_starts._at(equal_intervals(2), SIGMA, np.array([0.0, 7.0]), np.array([False, True]))
    assert inward.outward < 0
    assert inward.kind == "not at rest"


def test_replicas_are_counted_once_and_noise_loses_them() -> None:
    quiet, loud = (share(Trial(2, rate=rate, batch=1, steps=1500), 256) for rate in (0.1, 1.0))
    for row in (quiet, loud):
        assert sum(row[7:]) == row.replicas == 256
        assert row.trial == Trial(*row[:6])
    assert quiet.found > 0.8 * 256
    assert loud.found < 0.1 * 256


def test_a_table_is_read_back(tmp_path: Path) -> None:
    row = Share(2, "1/2", 0.1, 16, 0.9, 2000, 100, 60, 30, 5, 3, 1, 1)
    (tmp_path / "starts.csv").write_text(f"{','.join(Share._fields)}\n{','.join(map(str, row))}\n", "utf-8")
    assert comparison.stored_shares(tmp_path) == [row]
    with pytest.raises(FileNotFoundError, match=r"starts\.csv"):
        comparison.stored_shares(tmp_path / "none")
