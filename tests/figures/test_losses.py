"""Pictures of losses: the same bytes every time, and the data that they were given."""

import numpy as np
import pytest

from lossbook import figures

M = np.linspace(-1, 1, 5)
R = np.array([1.0, 10.0, 100.0])
CELLS = [[("linear", 0), ("hinge", 2)], [("hinge", 0), ("hinge", 0)]]
DRAWINGS = {
    "curves": lambda: figures.loss_curves(M, {"convex": {"linear": 1 - M}, "not": {"cubic": 1 - M**3, "b": M}}),
    "biases": lambda: figures.biases(
        R, {"a": {"x": -R, "y": 0 * R}, "b": {"x": R / 1000}}, label="bias", smallest=1e-3
    ),
    "risks": lambda: figures.risks({"a": (M, M**2), "b": (M, -M)}, 0.5, {"a": [0.0], "b": [1.0]}),
    "winners": lambda: figures.winners(["1", "10"], ["1e3", "1e4"], {"error": CELLS}),
    "standings": lambda: figures.standings(
        ["a", "b", "c"], {"error": {"early": (R, R / 10), "late": (2 * R, R / 10)}}, label="error"
    ),
}


def test_curves_and_biases_are_the_given_ones() -> None:
    line, zero = DRAWINGS["curves"]().axes[0].lines
    np.testing.assert_array_equal(line.get_ydata(), 1 - M)
    np.testing.assert_array_equal(zero.get_xdata(), 0)
    left, right = DRAWINGS["biases"]().axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), -R)
    assert left.get_ylim() == right.get_ylim()


def test_minimisers_stand_on_the_risk() -> None:
    stars = [axis.lines[-1] for axis in DRAWINGS["risks"]().axes]
    assert [(star.get_xdata()[0], star.get_ydata()[0]) for star in stars] == [(0, 0), (1, -1)]


def test_winners_are_named_with_their_draws_and_tinted_alike() -> None:
    axis = DRAWINGS["winners"]().axes[0]
    assert [text.get_text() for text in axis.texts] == ["linear", "hinge\nand 2 more", "hinge", "hinge"]
    tints = [bar.get_facecolor() for bar in axis.patches]
    assert tints[0] != tints[1] == tints[2] == tints[3]


def test_intervals_are_the_given_ones() -> None:
    axis = DRAWINGS["standings"]().axes[0]
    points, _, (bars,) = axis.containers[0]
    np.testing.assert_array_equal(points.get_xdata(), R)
    low, high = bars.get_segments()[0][:, 0]
    assert (low, high) == pytest.approx((0.9, 1.1))
