"""The explorer's still picture: the same bytes every time, and the marks where they are said to be."""

import numpy as np
import pytest

from lossbook import figures

X = np.linspace(0, 10, 41)
MARKS = {"truth": (2.0, 1.0), "model": (3.0, 0.5), "best": (1.5, 1.2)}
DRAWINGS = {
    "still": lambda: figures.explorer(
        X, np.where(X < 2, 1, -1), np.tanh(3 - X), X, (-((X - 1.5) ** 2), 3 - 2 * X), MARKS
    )
}


def test_every_mark_stands_where_it_was_given() -> None:
    axes = DRAWINGS["still"]().axes
    singles = [line.get_xydata()[0].tolist() for line in axes[1].lines if len(line.get_xdata()) == 1]
    assert singles == [pytest.approx(MARKS["best"]), pytest.approx(MARKS["model"])]
    assert [line.get_xdata()[0] for axis in axes[1:] for line in axis.lines[-1:]] == [2.0, 2.0]
