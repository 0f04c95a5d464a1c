"""Figures: the same bytes every time, a transparent ground, and the data that they were given."""

import numpy as np
from tests.drawing import is_transparent, svg

from lossbook import figures

X = np.linspace(0, 10, 51)
STEP = np.where(X <= 2, 1, -1)
SCORE = np.tanh(2 - X)
DRAWINGS = {
    "front": lambda: figures.front(X, STEP, SCORE, X, -((X - 1) ** 2), {"truth": (2, -1), "best": (1, 0)}),
    "confidence_map": lambda: figures.confidence_map(
        X / 10, np.outer(X, X) / 100, {"truth": (0.6, 0.5), "model": (0.4, 0.5)}, 0.2, np.full((3, 2), 0.5)
    ),
    "curves": lambda: figures.curves(X, {"a": X, "b": X**2}, labels=("x", "y"), marks={"here": 3.0}),
    "interval_strip": lambda: figures.interval_strip(0.5, np.array([0.5, 0.9]), np.array([[0.4, 0.6], [0.8, 0.95]])),
    "landscape": lambda: figures.landscape((X, X), np.outer(X, X), {"path": np.stack([X, X], axis=1)}),
    "models": lambda: figures.models(X, [STEP, STEP], [SCORE, SCORE], ["n = 1", "n = 2"]),
    "gains": lambda: figures.gains(X, {"one": -((X - 3) ** 2)}, {"one": 2}, {"one": 3}),
}


def test_other_data_give_other_bytes() -> None:
    assert svg(figures.curves(X, {"a": X}, labels=("x", "y"))) != svg(
        figures.curves(X, {"a": X + 0.01}, labels=("x", "y"))
    )


def test_curves_draw_what_they_are_given() -> None:
    axis = figures.curves(X, {"a": X, "b": X**2}, labels=("x", "y"), logarithmic="y").axes[0]
    assert np.array_equal(axis.lines[1].get_ydata(), X**2)
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["a", "b"]
    assert (axis.get_xscale(), axis.get_yscale()) == ("linear", "log")


def test_intervals_that_miss_stand_out() -> None:
    axis = DRAWINGS["interval_strip"]().axes[0]
    held, missed = (line.get_ydata() for line in axis.lines[:2])
    assert list(held) == [0.5]
    assert list(missed) == [0.9]


def test_lines_differ_in_dash_as_well_as_colour() -> None:
    axis = figures.curves(X, dict.fromkeys("abcde", X), labels=("x", "y")).axes[0]
    assert len({str(line.get_linestyle()) + str(line._unscaled_dash_pattern) for line in axis.lines}) == 5


def test_a_ground_would_be_seen() -> None:
    figure = DRAWINGS["curves"]()
    figure.axes[0].set_facecolor("white")
    assert not is_transparent(figure)


def test_contours_do_not_hang_on_the_last_bit() -> None:
    x, y = np.linspace(-2, 2, 41), np.linspace(-1, 1, 21)
    across, up = np.meshgrid(x, y)
    wells = (across**2 - 1) ** 2 + up**2  # its saddle has the value 1
    chance = np.random.default_rng(1).integers(-2, 3, wells.shape)
    path = {"path": np.zeros((2, 2))}
    drawn = [svg(figures.landscape((x, y), wells * (1 + size * chance), path)) for size in (0, 1e-16, 1e-4)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
