"""Pictures of the speed: the same bytes every time, and the numbers that they were given."""

import numpy as np
import pytest

from lossbook.figures import speed

RATES = {"batch 1": {"ours": 4e9, "theirs": 1e8, "slow": 1e5}, "batch 8": {"ours": 8e9, "theirs": 2e8}}
LINE = {"x": [100, 200, 400], "seconds": [0.11, 0.21, 0.41], "slope": 0.001, "intercept": 0.01}
DRAWINGS = {
    "throughput": lambda: speed.throughput(RATES),
    "growth": lambda: speed.growth({"steps": LINE, "replicas": LINE}),
}


def test_programs_stand_in_the_order_of_their_speed() -> None:
    (axis,) = DRAWINGS["throughput"]().axes
    assert [text.get_text() for text in axis.get_yticklabels()] == ["slow", "theirs", "ours"]
    points = {line.get_label(): line.get_xydata() for line in axis.lines if line.get_label().startswith("batch")}
    assert points["batch 1"].tolist() == [[1e5, 0], [1e8, 1], [4e9, 2]]
    assert points["batch 8"].tolist() == [[2e8, 1], [8e9, 2]]


def test_a_line_is_drawn_through_its_points() -> None:
    axis = DRAWINGS["growth"]().axes[0]
    line, points = (some.get_xydata() for some in axis.lines)
    assert points[:, 1].tolist() == LINE["seconds"]
    assert np.interp(points[:, 0], line[:, 0], line[:, 1]) == pytest.approx(points[:, 1])
