"""The three routes to the slope agree with the library, and each notices a moved threshold."""

import pytest
import sympy

import lossbook as lb
from lossbook.routes import slope_disagreements

PROBLEM = lb.ThresholdProblem(0, [2], 10)
POINTS = [sympy.Rational(1, 3), sympy.Integer(2), sympy.Rational(37, 5)]


@pytest.mark.parametrize("family", lb.sigmoids.ALL, ids=lambda family: family.__name__)
def test_routes_agree_with_the_library(family: object) -> None:
    assert max(slope_disagreements(PROBLEM, family("7/5"), POINTS)) < 1e-12  # type: ignore[operator]


def test_each_route_notices_a_moved_threshold() -> None:
    moved = lb.ThresholdProblem(0, ["2.000001"], 10)
    assert min(slope_disagreements(PROBLEM, lb.sigmoids.tanh(), POINTS, against=moved)) > 1e-9
