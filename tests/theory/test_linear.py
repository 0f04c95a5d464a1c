"""The linearised process: its numbers against differences, quadrature and plain recursions, each beside a wrong one."""

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import sympy
from scipy import linalg

import lossbook as lb
from lossbook import theory
from lossbook.loss import M

PROBLEM = lb.ThresholdProblem(-1, ["1/5"], 1)
BASE = lb.SGD(problem=PROBLEM, sigmoid=lb.sigmoids.arctan("1/10"), learning_rate=0.002, steps=10)
LOGISTIC = lb.MarginLoss(sympy.log(1 + sympy.exp(-4 * M)), "logistic")
SQUARED = lb.MarginLoss((1 - M) ** 2, "squared")
HINGE = lb.losses.hinge("1/2")
PAIR = lb.MarginLoss(LOGISTIC.expression, "logistic | hinge", HINGE.expression)
SWAPPED = lb.MarginLoss(HINGE.expression, "hinge | logistic", LOGISTIC.expression)
CASES = [
    BASE,
    replace(BASE, weights=(3, 1)),
    replace(BASE, loss=LOGISTIC, weights=(1, 2)),
    replace(BASE, sigmoid=lb.sigmoids.tanh("1/3"), loss=SQUARED),
    replace(BASE, sigmoid=lb.sigmoids.softsign("1/4"), problem=lb.ThresholdProblem(0, [1], 7)),
    replace(BASE, loss=HINGE, weights=(2, 1)),
    replace(BASE, loss=PAIR),
]
IDS = ["linear", "weighted", "logistic", "squared", "softsign", "hinge", "pair"]


def optimum(settings: lb.SGD) -> float:
    """The first minimum of the risk."""
    return float(theory.minima(settings)[0])


def pointwise(settings: lb.SGD, theta: float, x: np.ndarray) -> np.ndarray:
    """One point's gradient by the chain rule in numpy, times the length: a route of its own."""
    cut, length = float(settings.problem.thresholds[0]), float(settings.problem.length)
    label = np.where(x <= cut, 1.0, -1.0)
    weight = np.where(x <= cut, *map(float, settings.weights))
    drops = [sympy.lambdify(M, -side.expression.diff(M), "numpy") for side in settings.loss.sides]
    u = theta - x
    margin = label * settings.sigmoid(u)
    drop = np.where(x <= cut, *(side(margin) for side in drops))
    return length * weight * label * drop * settings.sigmoid.numeric_derivative(u)


def by_quadrature(settings: lb.SGD, theta: float, power: int) -> float:
    """The mean of a power of one point's gradient; the kinks of the hinge are 0.1 away from theta."""
    a, cut, b = map(float, settings.problem.cuts)
    near = sorted({a, cut, b, *(point for point in (theta - 0.1, theta, theta + 0.1) if a < point < b)})
    nodes, factors = np.polynomial.legendre.leggauss(200)
    total = 0.0
    for low, high in pairwise(near):
        values = pointwise(settings, theta, (low + high) / 2 + (high - low) / 2 * nodes)
        total += (high - low) / 2 * float(factors @ values**power)
    return total / (b - a)


@pytest.mark.parametrize("settings", CASES, ids=IDS)
def test_force_is_the_mean_gradient(settings: lb.SGD) -> None:
    land = theory.Landscape(settings)
    for theta in (-0.5, 0.1, 0.6) if settings.problem == PROBLEM else (0.3, 1.2, 4.0):
        assert land.force(theta) == pytest.approx(by_quadrature(settings, theta, 1), rel=1e-7, abs=1e-9)
        assert land.force(theta + 0.01) != pytest.approx(by_quadrature(settings, theta, 1), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("settings", CASES, ids=IDS)
def test_noise_is_the_variance_of_one_gradient(settings: lb.SGD) -> None:
    land = theory.Landscape(settings)
    places = np.array([-0.5, 0.25]) if settings.problem == PROBLEM else np.array([0.5, 3.0])
    truth = [by_quadrature(settings, t, 2) - by_quadrature(settings, t, 1) ** 2 for t in places]
    np.testing.assert_allclose(land.noise(places), truth, rtol=1e-7)
    assert land.noise(places[0]) == pytest.approx(truth[0], rel=1e-7)
    assert not np.allclose(land.noise(places + 0.01), truth, rtol=1e-7)


@pytest.mark.parametrize("settings", CASES, ids=IDS)
def test_curvature_and_third_derivative_are_differences_of_the_force(settings: lb.SGD) -> None:
    land, theta, step = theory.Landscape(settings), optimum(settings), 1e-4
    forces = [land.force(theta + k * step) for k in (-1, 0, 1)]
    assert land.curvature(theta) == pytest.approx((forces[0] - forces[2]) / (2 * step), rel=1e-4)
    second = -(forces[0] - 2 * forces[1] + forces[2]) / step**2
    assert land.third(theta) == pytest.approx(second, rel=2e-3, abs=1e-3 * land.curvature(theta))
    assert -land.third(theta) != pytest.approx(second, rel=2e-3)


def test_minimum_is_the_certified_maximum_of_the_gain() -> None:
    best = lb.maximize_gain(PROBLEM, BASE.sigmoid).points[0]
    assert optimum(BASE) == pytest.approx(float(best[0]), abs=1e-12)
    trap = replace(BASE, problem=lb.ThresholdProblem(0, [1], 6), sigmoid=lb.sigmoids.softsign(), weights=(36, 1))
    inside = [one for one in lb.maximize_gain(trap.problem, trap.sigmoid, (36, 1)).local if float(one.interval[0]) < 6]
    assert theory.minima(trap) == pytest.approx([float(one.interval[0]) for one in inside], abs=1e-10)


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


@pytest.mark.parametrize("loss", [HINGE, PAIR, SWAPPED, lb.losses.ramp("1/2", "-1/2")], ids=lambda loss: loss.name)
def test_minimum_for_pairs_and_kinks_is_the_lowest_risk(loss: lb.MarginLoss) -> None:
    settings = replace(BASE, loss=loss, weights=(2, 1))
    (theta,) = theory.minima(settings, 401)
    places = theta + np.array([-0.5, -0.1, -1e-3, 0.0, 1e-3, 0.1, 0.5])
    risks = lb.risk(PROBLEM, BASE.sigmoid, places[:, np.newaxis], loss, (2, 1))
    assert np.argmin(risks) == 3
    assert np.all(np.diff(risks[:4]) < 0)
    assert np.all(np.diff(risks[3:]) > 0)


def test_minimum_of_the_hinge_is_where_both_classes_balance() -> None:
    """2 max(0, 1/2 - s) = max(0, 1/2 + s) at s = 1/6, the score at the truth."""
    (theta,) = theory.minima(replace(BASE, loss=HINGE, weights=(2, 1)), 401)
    assert theta == pytest.approx(0.2 + 0.1 * math.tan(math.pi / 12), abs=1e-12)


HALF, QUARTER = sympy.Rational(1, 2), sympy.Rational(1, 4)
FLAT = lb.MarginLoss(sympy.Max(0, -HALF - M), "", sympy.Max(0, -3 * QUARTER - M))


@pytest.mark.parametrize("count", [40, 401, 4001])
def test_middle_stands_for_a_flat_minimum(count: int) -> None:
    """No point costs anything while the score at the truth lies between -1/2 and 3/4."""
    settings = replace(BASE, loss=FLAT)
    (theta,) = theory.minima(settings, count)
    low, high = (0.2 + 0.1 * math.tan(math.pi / 2 * score) for score in (-0.5, 0.75))
    assert theta == pytest.approx((low + high) / 2, abs=1e-6)
    with pytest.raises(ValueError, match=r"theta must be a minimum of the risk; at 0\.27.* its curvature 0$"):
        theory.linearise(settings, theta)


def test_flat_stretch_on_a_slope_is_no_minimum() -> None:
    """The force is 0 from 0.3 to 0.1 left of the truth, and positive on both sides of that."""
    negative = sympy.Min(1, sympy.Max(0, 9 - 10 * M)) - 3 * sympy.Max(0, HALF - M)
    settings = replace(BASE, loss=lb.MarginLoss(sympy.Min(1, sympy.Max(0, HALF - M)), "", negative))
    land = theory.Landscape(settings)
    assert [np.sign(np.round(land.force(theta), 9)) for theta in (-0.2, -0.05, 0.05, 0.12)] == [1, 0, 0, 1]
    assert not [theta for theta in theory.minima(settings, 401) if -0.2 < theta < 0.12]


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
