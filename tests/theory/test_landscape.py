"""The risk as a learner meets it: slope, bends, noise and minima against differences, quadrature and closed forms."""

import math
from dataclasses import replace

import numpy as np
import pytest
import sympy
from tests.theory.processes import (
    BASE,
    CASES,
    HINGE,
    IDS,
    PAIR,
    PROBLEM,
    SWAPPED,
    by_quadrature,
    optimum,
)

import lossbook as lb
from lossbook import theory
from lossbook.loss import M


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
