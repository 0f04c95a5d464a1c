"""The still picture of the explorer, for whoever reads its page without JavaScript or on paper."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lossbook.figures.style import BLUE, GREEN, GREY, ORANGE, blank, mark


def _truth_line(axis: Axes, truth: float) -> None:
    axis.axvline(truth, color=GREY, linewidth=1, linestyle=(0, (2, 2)))


def explorer(
    x: np.ndarray,
    label: np.ndarray,
    score: np.ndarray,
    theta: np.ndarray,
    values: tuple[np.ndarray, np.ndarray],
    marks: dict[str, tuple[float, float]],
) -> Figure:
    r"""Draw what the explorer shows of one setting: truth and score, gain, and its derivative.

    Args:
        x: inputs, shape ``(m,)``.
        label: the truth there.
        score: the score there.
        theta: thresholds, shape ``(k,)``.
        values: the gain and its derivative there.
        marks: ``"truth"``, ``"model"`` and ``"best"``, each a pair $(\theta,G(\theta))$.

    Returns:
        the figure.
    """
    figure, ((left, middle, right),) = blank(3, height=2.7)
    left.fill_between(x, label, score, color=ORANGE, alpha=0.18, linewidth=0)
    left.plot(x, label, color="black", label="truth $y$")
    left.plot(x, score, color=BLUE, linestyle="--", label="score $g$")
    left.set(xlabel="input $x$", ylim=(-1.12, 1.12), yticks=[-1, 0, 1], title="Truth and score")
    left.legend(loc="upper right", fontsize=8)
    middle.plot(theta, values[0], color=BLUE)
    mark(middle, *marks["best"], "optimum", (ORANGE, "^"), (9, 4))
    mark(middle, *marks["model"], "model", (BLUE, "s"), (9, 0))
    middle.set(xlabel=r"threshold $\theta$", title="Gain $G$")
    middle.margins(y=0.12)
    right.plot(theta, values[1], color=GREEN)
    right.axhline(0, color="black", linewidth=1)
    right.plot([marks["best"][0]], [0], "^", color=ORANGE, markersize=8)
    right.set(xlabel=r"threshold $\theta$", title="Derivative $G'$")
    for axis in (middle, right):
        _truth_line(axis, marks["truth"][0])
    return figure
