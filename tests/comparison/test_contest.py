"""Losses that compete: the same points for all, the measures of a threshold, and thresholds moved after training."""

from dataclasses import replace

import numpy as np
import pytest

import lossbook as lb
from lossbook import comparison
from lossbook.comparison import BUDGETS, BY_NAME, STAGES, Case, Outcome
from lossbook.metrics import exact_confusion

CASE = Case("arctan", 10, 3e-3)
FEW = ("linear", "linear, calibrated", "linear, threshold moved")


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, Outcome]]:
    return comparison.contest(CASE, comparison.shifts_of(CASE), 128, FEW)


def test_measures_are_those_of_a_threshold(found: dict[str, dict[str, Outcome]]) -> None:
    run = lb.simulate(comparison.settings(BY_NAME["linear"], CASE, 128))
    for budget in BUDGETS:
        theta = run.trajectory[budget // BUDGETS[0] - 1]
        truth = exact_confusion(run.settings.problem, theta[:, None])
        outcome = found["linear"][str(budget)]
        np.testing.assert_allclose(outcome.sensitivity, truth.sensitivity, atol=1e-14)
        np.testing.assert_allclose(outcome.specificity, truth.specificity, atol=1e-14)
        np.testing.assert_allclose(outcome.error, 1 - truth.accuracy, atol=1e-14)
        np.testing.assert_allclose(outcome.balanced, 1 - truth.balanced_accuracy, atol=1e-14)
    assert (found["linear"]["stationary"].error == run.error_rate).all()
    assert list(found["linear"]) == list(STAGES)


def test_replicas_are_paired(found: dict[str, dict[str, Outcome]]) -> None:
    first, second = (found[name]["1000"].error for name in FEW[:2])
    paired, apart = (first - second).std(), (first - np.roll(second, 1)).std()
    assert paired < apart / 3


def test_a_moved_threshold_lands_on_the_truth() -> None:
    shift = comparison.shift_of(BY_NAME["linear, threshold moved"], CASE)
    place, sigma = comparison.problem(10), comparison.sigmoid("arctan")
    ((low, high),) = lb.maximize_gain(place, sigma).points
    assert float(low) - 1e-12 <= float(place.thresholds[0]) - shift <= float(high) + 1e-12
    lost = comparison.shift_of(BY_NAME["linear, threshold moved"], replace(CASE, imbalance=1000))
    assert lost == float(comparison.problem(1000).thresholds[0])


def test_moving_is_done_to_every_place(found: dict[str, dict[str, Outcome]]) -> None:
    run = lb.simulate(comparison.settings(BY_NAME["linear"], CASE, 128))
    shift, truth = comparison.shifts_of(CASE)["linear, threshold moved"], float(run.settings.problem.thresholds[0])
    error = np.abs(np.clip(run.trajectory + shift, 0, 1) - truth)
    np.testing.assert_allclose(found["linear, threshold moved"]["1000"].error, error[0], atol=1e-14)
    np.testing.assert_allclose(
        found["linear, threshold moved"]["stationary"].error, error[50:].mean(axis=0), atol=1e-14
    )


def test_a_contender_does_not_depend_on_the_others(found: dict[str, dict[str, Outcome]]) -> None:
    alone = comparison.contest(CASE, {}, 128, ("linear, calibrated",))["linear, calibrated"]["stationary"]
    assert (alone.error == found["linear, calibrated"]["stationary"].error).all()
    other = comparison.contest(replace(CASE, rate=1e-3), {}, 128, ("linear, calibrated",))
    assert not (other["linear, calibrated"]["stationary"].error == alone.error).any()


def test_sizes_of_classes_are_counted_apart() -> None:
    outcome = Outcome(np.array([0.5]), np.array([1.0]), np.array([0.05]))
    assert outcome.balanced == pytest.approx(0.25)
