"""Pictures of learning under noise: the same bytes every time, and the data that they were given."""

import numpy as np
import pytest

from lossbook import figures
from lossbook.figures import Series

X = np.geomspace(1e-3, 1, 7)
EDGES = np.linspace(-1, 1, 9)
SERIES = Series(X, 2 * X, 0.1 * X, (X, 1.9 * X))
DRAWINGS = {
    "paths": lambda: figures.noisy_paths(np.arange(5), {"a": np.eye(5), "b": -np.eye(5)}, 0.1, 0.2),
    "laws": lambda: figures.stationary_laws({"a": ((EDGES, np.arange(8.0)), (EDGES, np.ones(8)))}, 0.1),
    "on theory": lambda: figures.on_theory({"a": {"x": SERIES}, "b": {"": SERIES}}, labels=["u", "v", "w"]),
    "linear": lambda: figures.on_theory(
        {"": {"x": Series(X, X), "y": SERIES}}, labels=["u", "w"], scales=("log", "linear")
    ),
}


def test_points_bars_and_lines_are_the_given_ones() -> None:
    axis = DRAWINGS["on theory"]().axes[0]
    (container,) = axis.containers
    points, _, bars = container
    np.testing.assert_array_equal(points.get_ydata(), 2 * X)
    low, high = bars[0].get_segments()[0][:, 1]
    assert high - low == pytest.approx(4 * 0.1 * X[0])  # two standard errors either way
    np.testing.assert_array_equal(axis.lines[-1].get_ydata(), 1.9 * X)


def test_panels_share_their_ordinate_unless_told_otherwise() -> None:
    panels = {"a": {"x": Series(X, X)}, "b": {"x": Series(X, 100 * X)}}
    left, right = figures.on_theory(panels, labels=["u", "v", "w"]).axes
    assert left.get_ylim() == right.get_ylim()
    left, right = figures.on_theory(panels, labels=["u", "v", "w"], share_y=False).axes
    assert left.get_ylim() != right.get_ylim()


def test_only_some_paths_are_drawn() -> None:
    axis = figures.noisy_paths(np.arange(5), {"a": np.eye(5)}, 0.1, 0.2, shown=2).axes[0]
    assert len(axis.lines) == 2 + 2  # and the optimum and the truth
