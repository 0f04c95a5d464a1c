"""Pictures of births and partings: the data that they were given, in either view."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from lossbook.figures import births as drawn

TABLE = np.array([[0.1, 0.18, 0.2, 0.21], [1, 0.5, 1.2, np.inf], [20, 0.5, 1.4, np.inf]])
CURVES = {"it parts": np.array([[0.1, 0.2], [1, 1.2], [20, 1.4]]), "equal": np.array([[0.1, 0.1], [1, 0.5]])}
POINTS = {"one": {"split": np.array([[1, 1.5]]), "merged": np.array([[1, 1.0]])}}
MIDDLE = np.linspace(0.1, 1, 10)
PAIRS = np.column_stack([1 + 0 * MIDDLE, 1 + MIDDLE])
DRAWINGS = {
    "births": lambda: drawn.birth_planes({"one": TABLE, "two": TABLE}, {"one": CURVES, "two": CURVES}, POINTS),
    "births, outer": lambda: drawn.birth_planes({"one": TABLE}, {"one": CURVES}, view="outer"),
    "partings": lambda: drawn.partings({"one": (MIDDLE, PAIRS)}, {"one": 1.0}, {"one": {"it parts": 0.5}}),
}


def fill_at(axis: Axes, x: float, y: float) -> int | None:
    """Return which of the phases is painted at a point."""
    for number, patch in enumerate(axis.patches):
        if patch.get_path().contains_point((x, y)):
            return number
    return None


@pytest.mark.parametrize(("outer", "middle"), [(0.5, 0.1), (1, 0.9), (1, 1.3), (0.11, 0.3), (0.11, 0.205)])
@pytest.mark.parametrize("view", ["middle", "outer"])
def test_phases_are_painted_where_they_are(outer: float, middle: float, view: str) -> None:
    axis = drawn.birth_planes({"one": TABLE}, {"one": CURVES}, view=view).axes[0]
    edges = [np.interp(outer, TABLE[:2, 0], np.minimum(TABLE[:2, k], 1e6)) for k in (1, 2, 3)]
    (x,), (y,) = drawn._seen(np.array([outer, middle]), view)
    assert fill_at(axis, x, y) == sum(middle > edge for edge in edges)


def test_views_are_two_pictures_of_one_plane() -> None:
    assert [float(v[0]) for v in drawn._seen(np.array([2.0, 3.0]), "middle")] == [1.5, 0.5]
    assert [float(v[0]) for v in drawn._seen(np.array([2.0, 4.0]), "outer")] == [0.5, 0.25]
    with pytest.raises(ValueError, match="view"):
        drawn.birth_planes({"one": TABLE}, {"one": CURVES}, view="both")


def test_only_what_is_shown_is_named() -> None:
    figure = DRAWINGS["births"]()
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert {"certified: split", "certified: merged"} <= set(names)
    assert "certified: undecided" not in names
    assert len(names) == len(set(names))


def test_thresholds_are_drawn_as_they_are() -> None:
    axis = DRAWINGS["partings"]().axes[0]
    lines = {line.get_label(): line for line in axis.lines}
    assert lines[r"$\theta_2$"].get_ydata() == pytest.approx(PAIRS[:, 1])
    assert lines[r"$\theta_1$"].get_ydata() != pytest.approx(PAIRS[:, 1])
    assert list(lines["it parts"].get_xdata()) == [0.5, 0.5]
