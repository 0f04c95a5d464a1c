"""Pictures of sweeps on clusters: the numbers that they were given, and a mark for each limit."""

import numpy as np
import pytest

from lossbook.figures import scale

X = np.array([1.0, 10, 100])
POINTS = [(1.0, 1.0, "start"), (100.0, 40.0, "driver")]
PANELS = {
    "short": {"1 core": (X, X, []), "10 cores": (X, X / 2, POINTS)},
    "long": {"1 core": (X, X, [(10.0, 10.0, "cores")])},
}
LABELS = ("points", "hours")
DRAWINGS = {
    "cost_lines": lambda: scale.cost_lines(PANELS, labels=LABELS),
    "cores_at_work": lambda: scale.cores_at_work(PANELS, labels=LABELS),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_lines_and_points_are_those_that_were_given(name: str) -> None:
    axis = DRAWINGS[name]().axes[0]
    lines = {line.get_label(): line.get_xydata().tolist() for line in axis.lines}
    assert lines["10 cores"] == np.column_stack([X, X / 2]).tolist()
    marks = [line for line in axis.lines if line.get_marker() not in (None, "None", "")]
    assert [line.get_xydata().tolist() for line in marks] == [[[1.0, 1.0]], [[100.0, 40.0]]]
    assert len({line.get_marker() for line in marks}) == 2


def test_the_legend_names_lines_and_the_limits_that_occur() -> None:
    (legend,) = DRAWINGS["cost_lines"]().legends
    said = [text.get_text() for text in legend.get_texts()]
    assert said == ["1 core", "10 cores", "cores at work", "the driver", "starting"]


def test_where_all_cores_work_there_is_a_line() -> None:
    (line,) = [line for line in DRAWINGS["cores_at_work"]().axes[0].lines if line.get_linewidth() == 0.8]
    assert line.get_xdata().tolist() == line.get_ydata().tolist()


def test_every_limit_of_a_rehearsal_has_a_mark_of_its_own() -> None:
    from lossbook.sweep.rehearsal import Rehearsal

    assert {*Rehearsal(1).busy, "tail"} <= set(scale._SIGNS)
    assert len(set(scale._SIGNS.values())) == len(scale._SIGNS) == len(scale._SAID)
