"""How equal thresholds part: the curvature against differences of gradients, the exponent against simulation."""

from dataclasses import replace

import numpy as np
import pytest

import lossbook as lb
from lossbook import gain_gradient
from lossbook.theory import parting, parting_curvature

NARROW = lb.ThresholdProblem(0, [4, 6], 10)
FAMILIES = {
    "arctan": lb.sigmoids.arctan(),
    "algebraic": lb.sigmoids.algebraic("1/2"),
    "softsign": lb.sigmoids.softsign(),
    "tanh": lb.sigmoids.tanh("3/2"),
    "erf": lb.sigmoids.erf(2),
}
BASE = lb.SGD(
    problem=NARROW, sigmoid=FAMILIES["arctan"], learning_rate=0.1, steps=100, record_every=1, replicas=4096, seed=3,
    start=[4.9995, 5.0005],
)  # fmt: skip


def across(problem: lb.ThresholdProblem, sigma: lb.OddSigmoid, theta: list[float], pair: tuple[int, int]) -> float:
    """The second derivative along a difference, by differences of the gradient."""
    direction = np.zeros(problem.n)
    direction[list(pair)] = 1, -1
    ahead, behind = (gain_gradient(problem, sigma, np.array(theta) + h * direction, (2, 1)) for h in (1e-4, -1e-4))
    return float((ahead - behind) @ direction / 2 / 2e-4)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("cuts", "theta", "pair"),
    [
        ([4, 8], [6, 6], (0, 1)),
        ([4, 8], [3, 3], (1, 0)),
        ([1, 2, 3], [1.2, 2.5, 1.2], (0, 2)),
        ([4, 8, 12], [5.37, 5.37, 5.37], (1, 2)),
        ([4, 8, 12, 16], [3, 10, 10, 0], (1, 2)),
    ],
)
def test_curvature_is_that_of_the_gain(family: str, cuts: list[int], theta: list[float], pair: tuple[int, int]) -> None:
    problem, sigma = lb.ThresholdProblem(0, cuts, cuts[-1] + 4), FAMILIES[family]
    value = parting_curvature(problem, sigma, theta, pair, (2, 1))
    assert value == pytest.approx(across(problem, sigma, theta, pair), abs=2e-3 if family == "softsign" else 1e-6)
    assert abs(value - parting_curvature(problem, sigma, theta, pair)) > 1e-3  # the control: other weights


@pytest.mark.parametrize("family", FAMILIES)
def test_equal_thresholds_part_where_the_model_is_wrong(family: str) -> None:
    """Labels of one class only, as far as the sigmoid sees: two inside a wrong class part, inside a right one not."""
    problem, sigma = lb.ThresholdProblem(0, [400, 800], 1200), FAMILIES[family]
    assert parting_curvature(problem, sigma, [600, 600]) > 0
    assert parting_curvature(problem, sigma, [200, 200]) < 0
    three = lb.ThresholdProblem(0, [400, 800, 1200], 1600)
    assert parting_curvature(three, sigma, [400, 400, 400]) < 0  # three on one cut: right on both sides
    assert parting_curvature(three, sigma, [800, 800, 800]) > 0  # wrong on both sides


@pytest.mark.parametrize(
    ("theta", "pair"), [([5, 5.1], (0, 1)), ([5, 5], (0, 0)), ([[5, 5]], (0, 1)), ([5, 5], (0, 2)), ([5], (0, 1))]
)
def test_what_are_no_two_equal_parameters_is_refused(theta: list, pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"^(pair|theta)"):
        parting_curvature(NARROW, FAMILIES["arctan"], theta, pair)


def growth(settings: lb.SGD, burn_in: int) -> tuple[float, float]:
    """The mean growth a step of the logarithm of the gap, and its standard error."""
    path = lb.simulate(settings).trajectory
    gaps = np.log(np.abs(path[..., 1] - path[..., 0]))
    rates = (gaps[-1] - gaps[burn_in - 1]) / (settings.steps - burn_in)
    return float(rates.mean()), float(rates.std() / np.sqrt(len(rates)))


@pytest.mark.parametrize(("rate", "burn_in", "steps"), [(0.03, 100, 250), (0.1, 40, 100), (0.15, 30, 70)])
def test_the_gap_grows_as_predicted(rate: float, burn_in: int, steps: int) -> None:
    settings = replace(BASE, learning_rate=rate, steps=steps)
    measured, error = growth(settings, burn_in)
    law = parting(settings, 5.0)
    assert abs(measured - law.exponent) < 4 * error
    assert abs(measured - rate * law.curvature) > 10 * error  # the control: as if there were no noise
    assert np.sign(law.exponent) == (1 if rate < 0.12 else -1)


def test_the_exponent_is_that_of_the_second_order_for_small_rates() -> None:
    gaps = []
    for rate in (0.04, 0.01):
        law = parting(replace(BASE, learning_rate=rate), 5.0)
        gaps.append(abs(law.exponent - law.second_order) / rate**2)
        assert abs(law.exponent - rate * law.curvature) / rate**2 > 1  # of the first order it is not
    assert gaps[0] > gaps[1]
    assert law.curvature == pytest.approx(parting_curvature(NARROW, BASE.sigmoid, [5, 5]), rel=0.03)


def test_cells_hardly_matter() -> None:
    rough, fine = (parting(BASE, 5.0, cells) for cells in (150, 400))
    assert rough.exponent == pytest.approx(fine.exponent, abs=1e-4)
    assert rough.deviation == pytest.approx(fine.deviation, rel=0.02)
    assert fine.mean == pytest.approx(5, abs=1e-9)
    assert 0 <= fine.leak < 1e-9


@pytest.mark.parametrize(
    ("changes", "place", "kind", "message"),
    [
        ({"batch": 2}, 5.0, ValueError, "settings must have batch 1"),
        ({"momentum": 0.5}, 5.0, ValueError, "settings must have momentum 0"),
        ({"loss": lb.losses.hinge("1/2")}, 5.0, ValueError, "settings must have the linear loss"),
        ({"learning_rate": lb.decay(1, 1)}, 5.0, ValueError, "settings must have a constant learning rate"),
        (
            {"problem": lb.ThresholdProblem(0, [4], 10), "start": 5.0},
            5.0,
            ValueError,
            "settings must have two thresholds",
        ),
        ({}, 0.0, ValueError, "place must lie inside"),
        ({"learning_rate": 1e-6}, 5.0, ValueError, "cells must be at least"),
    ],
)
def test_a_process_whose_exponent_is_not_known_is_refused(
    changes: dict, place: float, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=f"^{message}"):
        parting(replace(BASE, **changes), place)


def test_what_are_no_settings_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^settings must be an SGD"):
        parting(NARROW, 5.0)  # type: ignore[arg-type]
