"""Pictures of the optimum: the same bytes every time, and the data that they were given."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from lossbook import figures
from lossbook.certified.phase import Diagram, lengths_plane
from lossbook.figures import optimum

X = np.geomspace(1, 100, 13)
CLASSES = ("undecided", "end a", "interior", "end b", "bistable")
LABELS = np.array([[1, 1, 2, 2], [1, 0, 2, 2], [3, 3, 4, 2], [3, 3, 2, 2]])
LINE = {"case 2": (np.array([-1.0, 1.0]), np.array([-1.0, 2.0]))}
PLANE = lengths_plane()
ONE = Diagram(PLANE, LABELS, CLASSES)
FIVE = dict.fromkeys(("one", "two", "three", "four", "five"), ONE)
DRAWINGS = {
    "bias": lambda: figures.bias(X, {"A": {"arctan": -X / 100}}, {"A": {"arctan": -X / 100}}, {"A": {"T1": 0 * X - 1}}),
    "deaths": lambda: figures.deaths(
        X, {"slow": (1 / X, np.nan * X), "fast": (1 / X, 0 * X)}, {"fast": 3.0}, (X, -((X - 3) ** 2), [3.0])
    ),
    "phases": lambda: figures.phases(FIVE, dict.fromkeys(FIVE, LINE)),
    "one phase": lambda: figures.phases({"one": ONE}, {}),
    "shares": lambda: figures.shares({"arctan": {"case 3": 60.0, "T2": 10.0}, "tanh": {"case 3": 50.0, "T2": 20.0}}),
    "criterion": lambda: figures.criterion(X / 200, {"arctan": -X / 200, "softsign": X / 200}),
}


def test_phases_name_only_what_they_show() -> None:
    figure = figures.phases({"one": Diagram(PLANE, np.where(LABELS == 4, 2, LABELS), CLASSES)}, {"one": LINE})
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "two local maxima" not in names
    assert {"maximum inside", "undecided", "case 2"} <= set(names)


def filled(path: Path, x: float, y: float) -> bool:
    """Tell whether a point lies inside, by the rule that crossing a border an odd number of times means inside."""
    crossings = 0
    for loop in path.to_polygons(closed_only=True):
        for (x0, y0), (x1, y1) in pairwise(loop):
            crossings += (y0 > y) != (y1 > y) and x0 == x1 and x0 > x
    return crossings % 2 == 1


@pytest.mark.parametrize("seed", range(5))
def test_outline_holds_exactly_the_marked_cells(seed: int) -> None:
    mask = np.random.default_rng(seed).random((9, 7)) < 0.5
    path = optimum.outline(mask, (0, 14), (10, 19))
    for row, column in np.ndindex(mask.shape):
        assert filled(path, 2 * column + 1, 10.5 + row) == mask[row, column]
    loops = path.to_polygons(closed_only=True)
    steps = np.concatenate([np.abs(np.diff(loop, axis=0)) for loop in loops])
    assert np.all(np.min(steps, axis=1) == 0)  # along the grid


def test_outline_of_a_block_is_its_four_corners() -> None:
    path = optimum.outline(np.ones((50, 80), dtype=bool), (0, 1), (0, 1))
    assert len(path.vertices) == 5


def test_classes_are_painted_where_they_are() -> None:
    axis = DRAWINGS["one phase"]().axes[0]
    patches = [patch for patch in axis.patches if isinstance(patch, PathPatch)]
    assert len(patches) == 5
    ends_b = next(
        patch for patch in patches if patch.get_facecolor()[:3] == pytest.approx((203 / 255, 230 / 255, 214 / 255))
    )
    assert filled(ends_b.get_path(), -2.0, 1.0)
    assert not filled(ends_b.get_path(), 2.0, 1.0)
