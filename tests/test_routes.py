"""The three routes to the slope agree with the library, and each notices a moved threshold."""

import pytest
import sympy

import lossbook as lb
from lossbook.routes import grid_signs, slope_disagreements

PROBLEM = lb.ThresholdProblem(0, [2], 10)
POINTS = [sympy.Rational(1, 3), sympy.Integer(2), sympy.Rational(37, 5)]


@pytest.mark.parametrize("family", lb.sigmoids.ALL, ids=lambda family: family.__name__)
def test_routes_agree_with_the_library(family: object) -> None:
    assert max(slope_disagreements(PROBLEM, family("7/5"), POINTS)) < 1e-12  # type: ignore[operator]


def test_each_route_notices_a_moved_threshold() -> None:
    moved = lb.ThresholdProblem(0, ["2.000001"], 10)
    assert min(slope_disagreements(PROBLEM, lb.sigmoids.tanh(), POINTS, against=moved)) > 1e-9


@pytest.mark.parametrize(
    ("cuts", "family", "weights", "pattern"),
    [
        ((0, 2, 100), "arctan", (1, 1), "+-"),
        ((0, "1/10", 3), "arctan", (1, 1), "-"),
        ((-3, "-1/10", 0), "arctan", (1, 1), "+"),
        ((0, "1/2", "2.02"), "softsign", (1, 1), "-+-"),
        ((0, 1, 3), "erf", (2000, 1), "+"),
    ],
)
def test_signs_on_a_grid_are_the_certified_ones(cuts: tuple, family: str, weights: tuple, pattern: str) -> None:
    problem = lb.ThresholdProblem(cuts[0], [cuts[1]], cuts[2])
    sigma = getattr(lb.sigmoids, family)()
    assert grid_signs(problem, sigma, weights) == pattern
    assert lb.maximize_gain(problem, sigma, weights).sign_pattern == pattern


def test_a_coarse_grid_misses_a_narrow_top() -> None:
    problem = lb.ThresholdProblem(0, ["1/2"], "2.07143")  # two zeros of the slope close together
    assert lb.maximize_gain(problem, lb.sigmoids.softsign()).sign_pattern == "-+-"
    assert grid_signs(problem, lb.sigmoids.softsign(), points=5) == "-"
