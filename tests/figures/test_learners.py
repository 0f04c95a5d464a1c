"""Pictures of learners with many thresholds: the same bytes every time, and the data that they were given."""

import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from lossbook import figures

STEPS = np.array([1.0, 10.0, 100.0])
PATHS = np.array([[1.0, 2.0], [3.0, 5.0], [4.0, 8.0]])
SHARES = ([1.0, 2.0], [0.5, 0.75], [(0.4, 0.6), (0.7, 0.85)])
RATES = np.geomspace(0.01, 1, 4)
DRAWINGS = {
    "paths": lambda: figures.learning_paths(STEPS, {"a": PATHS, "b": PATHS[:, :1]}, (0, 4, 8, 12)),
    "shares": lambda: figures.success_shares(
        {"n": {"": SHARES}, "rate": {"x": SHARES, "y": SHARES}, "m": {"x": SHARES}},
        label="share",
        scales=("linear", "log"),
    ),
    "exponents": lambda: figures.exponents(
        {"a": (RATES, {"exact": RATES, "rough": 2 * RATES}, (RATES, RATES, RATES / 9))}
    ),
}


def test_thresholds_run_over_what_is_predicted_between_them() -> None:
    axis, other = DRAWINGS["paths"]().axes
    below, above, *cuts = axis.lines
    np.testing.assert_array_equal(below.get_ydata(), PATHS[:, 0])
    np.testing.assert_array_equal(above.get_ydata(), PATHS[:, 1])
    assert [cut.get_ydata()[0] for cut in cuts] == [4, 8]
    bands = [one for one in axis.collections if isinstance(one, PolyCollection)]
    spans = [(band.get_paths()[0].vertices[:, 1].min(), band.get_paths()[0].vertices[:, 1].max()) for band in bands]
    assert spans == [(0, 4), (1, 8), (2, 12)]
    assert [bool(band.get_hatch()) for band in bands] == [True, False, True]
    assert len(other.collections) == 2


def test_shares_have_their_intervals_and_empty_places_are_hidden() -> None:
    figure = DRAWINGS["shares"]()
    points, _, (bars,) = figure.axes[0].containers[0]
    np.testing.assert_array_equal(points.get_ydata(), SHARES[1])
    assert [segment[:, 1].tolist() for segment in bars.get_segments()] == [
        pytest.approx(interval) for interval in SHARES[2]
    ]
    assert [axis.get_visible() for axis in figure.axes] == [True, True, True, False]
    assert [axis.get_xscale() for axis in figure.axes[:3]] == ["linear", "log", "linear"]


def test_measured_exponents_stand_on_the_lines() -> None:
    (axis,) = DRAWINGS["exponents"]().axes
    np.testing.assert_array_equal(axis.lines[1].get_ydata(), 2 * RATES)
    points, _, (bars,) = axis.containers[0]
    np.testing.assert_array_equal(points.get_ydata(), RATES)
    low, high = bars.get_segments()[0][:, 1]
    assert high - low == pytest.approx(4 * RATES[0] / 9)
