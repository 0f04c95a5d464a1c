"""The linearised process: its numbers against differences, quadrature and plain recursions, each beside a wrong one."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import linalg
from tests.theory.processes import (
    BASE,
    LOGISTIC,
    PAIR,
    SWAPPED,
    optimum,
)

import lossbook as lb
from lossbook import theory


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize(("rate", "momentum"), [(1e-3, 0.0), (1e-2, 0.5), (3e-2, 0.9), (0.1, 0.3)])
def test_variance_solves_the_lyapunov_equation(rate: float, momentum: float, nesterov: bool) -> None:
    settings = replace(BASE, learning_rate=rate, momentum=momentum, nesterov=nesterov, batch=3)
    local = theory.linearise(settings, optimum(settings))
    pull = rate * local.curvature
    kept = momentum * (1 - pull) if nesterov else momentum
    matrix = np.array([[1 - pull, kept], [-pull, kept]])  # of the place and the last move
    noise = rate**2 * local.noise * np.ones((2, 2))
    exact = linalg.solve_discrete_lyapunov(matrix, noise)[0, 0]
    assert local.variance == pytest.approx(exact, rel=1e-9)
    assert replace(local, settings=replace(settings, learning_rate=1.01 * rate)).variance != pytest.approx(exact, 1e-4)


@pytest.mark.parametrize("nesterov", [False, True])
def test_variances_follow_a_decaying_rate(nesterov: bool) -> None:
    schedule = lb.decay(0.02, 30)
    settings = replace(BASE, learning_rate=schedule, momentum=0.6, nesterov=nesterov, steps=300)
    local = theory.linearise(settings, optimum(settings))
    covariance = np.diag([0.01, 0.0])
    for rate in settings.rates(0, 300):
        pull = rate * local.curvature
        kept = 0.6 * (1 - pull) if nesterov else 0.6
        matrix = np.array([[1 - pull, kept], [-pull, kept]])
        covariance = matrix @ covariance @ matrix.T + rate**2 * local.noise
    found = local.variances([100, 300], initial=0.01)
    assert found[1] == pytest.approx(covariance[0, 0], rel=1e-9)
    assert local.variances([1])[0] < 0.9 * local.variances([1], initial=0.01)[0]


def test_variances_settle_at_the_stationary_one() -> None:
    local = theory.linearise(replace(BASE, momentum=0.8, steps=4000), optimum(BASE))
    assert local.variances([4000])[0] == pytest.approx(local.variance, rel=1e-9)


@pytest.mark.parametrize(("gain", "finite"), [(0.3, False), (0.8, True), (3.0, True)])
def test_decay_constant_is_the_limit(gain: float, finite: bool) -> None:
    theta = optimum(BASE)
    h = theory.linearise(BASE, theta).curvature
    settings = replace(BASE, learning_rate=lb.decay(0.4 * gain / h / 20, 20), momentum=0.6, steps=200_000)
    local = theory.linearise(settings, theta)
    half, whole = (k * v for k, v in zip((100_000, 200_000), local.variances([100_000, 200_000]), strict=True))
    assert math.isfinite(local.decay_constant) == finite
    if finite:
        assert whole == pytest.approx(local.decay_constant, rel=0.02)
    else:
        assert whole > 1.2 * half


@pytest.mark.parametrize(
    "change", [{"loss": LOGISTIC, "weights": (1, 3)}, {"loss": PAIR}], ids=["logistic, weighted", "pair"]
)
def test_simulation_has_variance_and_shift_of_the_theory(change: dict[str, Any]) -> None:
    settings = replace(BASE, batch=16, replicas=4096, seed=5, momentum=0.5, learning_rate=2e-4, **change)
    theta = optimum(settings)
    run = lb.simulate(theory.settled(settings, theta)).pooled()
    local = theory.linearise(settings, theta)
    assert abs(run.variance / local.variance - 1) < 0.02 + 5 * run.variance_error / local.variance
    assert abs(run.mean - theta - local.mean_shift) < 5 * run.mean_error
    other = theory.linearise(replace(settings, momentum=0.6), theta).variance
    assert abs(run.variance / other - 1) > 0.1
    if not settings.loss.symmetric:
        swapped = replace(settings, loss=SWAPPED)
        wrong = theory.linearise(swapped, optimum(swapped))
        assert abs(run.mean - wrong.theta - wrong.mean_shift) > 10 * run.mean_error


def test_settled_counts_relaxation_times() -> None:
    theta = optimum(BASE)
    short = theory.settled(BASE, theta, 2, 3)
    time = 1 + 1 / (0.002 * theory.linearise(BASE, theta).curvature)
    assert (short.burn_in, short.steps) == (math.ceil(2 * time), math.ceil(5 * time))
    assert short.start == theta
    slow = theory.settled(replace(BASE, momentum=0.99, learning_rate=1.0), theta, 2, 3)
    assert slow.burn_in >= 198


@pytest.mark.parametrize(
    ("settings", "theta", "words"),
    [
        (replace(BASE, problem=lb.ThresholdProblem(0, [1, 2], 3)), 1.0, "one threshold; got n = 2"),
        (BASE, 1.0, "theta must lie inside"),
        (BASE, 0.5, "theta must be a minimum of the risk; at 0.5"),
    ],
)
def test_wrong_place_or_problem_is_refused(settings: lb.SGD, theta: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        theory.linearise(settings, theta)


def test_what_is_no_setting_is_refused() -> None:
    with pytest.raises(TypeError, match="settings must be an SGD; got 'x'"):
        theory.linearise("x", 0.0)  # type: ignore[arg-type]


def test_unstable_and_decaying_rates_are_refused() -> None:
    theta = optimum(BASE)
    fast = theory.linearise(replace(BASE, learning_rate=0.2), theta)
    with pytest.raises(ValueError, match=r"learning_rate must be below 0\.1589.* got 0\.2"):
        _ = fast.variance
    with pytest.raises(ValueError, match="learning_rate must be constant"):
        _ = theory.linearise(replace(BASE, learning_rate=lb.decay(1, 2)), theta).variance
    with pytest.raises(ValueError, match=r"learning_rate must decay; got 0\.2"):
        _ = fast.decay_constant
