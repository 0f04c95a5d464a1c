"""Pictures of many thresholds: the data that they were given."""

import numpy as np

from lossbook import figures

X = np.array([0.1, 0.2, 0.4])
SHIFTS = {"heavy": {"arctan": (X, np.array([-1e-3, 2e-3, 5e-3]), X / 50)}, "light": {"tanh": (X, X**2, X**2)}}
WEIGHTS = {"a": (np.array([0.0, 1, 3, 4]), np.array([0.5, 1.5, 1.0]))}
BIASES = {"by n": {f"$n={n}$": (X, n * X**2, n * X**2 / 2) for n in range(2, 9)}}
DRAWINGS = {
    "shifts": lambda: figures.shift_laws(SHIFTS, labels=("scale", "shift")),
    "weights": lambda: figures.interval_weights(WEIGHTS),
    "biases": lambda: figures.margin_biases(BIASES),
}


def test_shifts_have_sizes_and_open_markers_where_negative() -> None:
    left, right = DRAWINGS["shifts"]().axes
    law, positive, negative = left.lines
    np.testing.assert_array_equal(law.get_ydata(), X / 50)
    np.testing.assert_array_equal(positive.get_ydata(), [2e-3, 5e-3])
    np.testing.assert_array_equal(negative.get_ydata(), [1e-3])
    assert negative.get_markerfacecolor() == "none" != positive.get_markerfacecolor()
    assert len(right.lines[2].get_xdata()) == 0


def test_bars_are_as_wide_as_the_intervals_and_told_apart_by_class() -> None:
    bars = DRAWINGS["weights"]().axes[0].patches
    assert [(bar.get_x(), bar.get_width(), bar.get_height()) for bar in bars] == [(0, 1, 0.5), (1, 2, 1.5), (3, 1, 1)]
    assert bars[0].get_facecolor() == bars[2].get_facecolor() != bars[1].get_facecolor()
    assert [bar.get_hatch() for bar in bars] == [None, "///", None]


def test_biases_are_markers_and_predictions_lines() -> None:
    axis = DRAWINGS["biases"]().axes[0]
    np.testing.assert_array_equal(axis.lines[0].get_ydata(), X**2)
    np.testing.assert_array_equal(axis.lines[1].get_ydata(), 2 * X**2)
    looks = [(line.get_color(), line.get_marker()) for line in axis.lines[1::2]]
    assert len(set(looks)) == 7
    assert [text.get_text() for text in axis.get_legend().get_texts()] == [f"$n={n}$" for n in range(2, 9)]
