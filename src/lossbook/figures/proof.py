"""Pictures of the proof: the three cases, equal and unequal drops, and what rests on what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lossbook.figures.style import BLUE, GREY, LOOKS, ORANGE, blank
from lossbook.proof.graph import Graph

_WIDTH = 7.2  # inches


@dataclass(frozen=True)
class Case:
    r"""One problem on its interval.

    Attributes:
        theta: thresholds, shape ``(m,)``.
        slope: $G'$ there.
        gain: $G$ there.
        truth: $a_1$.
        best: the maximiser.
    """

    theta: np.ndarray
    slope: np.ndarray
    gain: np.ndarray
    truth: float
    best: float


def three_cases(cases: Mapping[str, Case]) -> Figure:
    """Draw the slope over the gain, one column a case.

    Args:
        cases: title to case.

    Returns:
        the figure.
    """
    figure = Figure(figsize=(6.8, 4.2))
    axes = figure.subplots(2, len(cases), squeeze=False, sharex="col")
    for (above, below), (title, case) in zip(axes.T, cases.items(), strict=True):
        above.plot(case.theta, case.slope, color=BLUE)
        above.fill_between(case.theta, 0, case.slope, where=case.slope > 0, color=BLUE, alpha=0.18, linewidth=0)
        above.axhline(0, color="black", linewidth=1)
        below.plot(case.theta, case.gain, color=BLUE)
        for axis in (above, below):
            axis.axvline(case.truth, color=GREY, linewidth=1, linestyle=(0, (2, 2)), label="the truth $a_1$")
        top = np.interp(case.best, case.theta, case.gain)
        below.plot(case.best, top, "*", color=ORANGE, markersize=11, clip_on=False, zorder=5, label="the maximum")
        above.set_title(title)
        below.set_xlabel(r"threshold $\theta$")
    axes[0, 0].set_ylabel("slope $G'$")
    axes[1, 0].set_ylabel("gain $G$")
    figure.legend(*axes[1, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _draw_drop(axis: Axes, u: np.ndarray, drop: np.ndarray, length: float, name: str, look: int) -> None:
    """Draw one class's drop function, with its drop as a height."""
    colour, dash = LOOKS[look]
    height = float(np.interp(length, u, drop))
    axis.plot(u, drop, color=colour, linestyle=dash, linewidth=1.6)
    axis.plot([length, length, 0], [0, height, height], color=colour, linewidth=1, linestyle=(0, (1, 1.5)))
    axis.plot(length, height, "os"[look], color=colour, label=name, zorder=5)


def two_drops(
    u: np.ndarray, panels: Mapping[str, tuple[np.ndarray, np.ndarray]], lengths: tuple[float, float]
) -> Figure:
    """Draw the drop functions of both classes, with their drops as heights on the ordinate.

    Args:
        u: lengths from 0 on, shape ``(m,)``.
        panels: title to the drop functions of the positive and the negative class, shape ``(m,)`` each.
        lengths: A and B.

    Returns:
        the figure.
    """
    figure, axes = blank(len(panels), height=3.0)
    for axis, (title, drops) in zip(axes[0], panels.items(), strict=True):
        for look, (name, drop, length) in enumerate(zip(("$F_+(A)$", "$F_-(B)$"), drops, lengths, strict=True)):
            _draw_drop(axis, u, drop, length, name, look)
        axis.set(title=title, xlabel="length $u$", xlim=(0, u[-1]), ylim=(0, None))
    axes[0, 0].set_ylabel("drop $F(u)$")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _half_width(name: str, inches: float) -> float:
    """Return half the width of a name's box, in columns."""
    return (0.032 * len(name) + 0.07) / inches


def dependencies(graph: Graph, first: str) -> Figure:
    """Draw what rests on what, from left to right.

    Args:
        graph: without shortcuts; each kind of node has its own look.
        first: what stands in the first column.

    Returns:
        the figure.
    """
    columns = graph.layers()
    most = max(len(column) for column in columns)
    figure = Figure(figsize=(_WIDTH, 0.34 * most + 0.9))
    axis = figure.subplots()
    inches = _WIDTH / (len(columns) - 0.2)  # a column's
    places = {
        name: (x, most / 2 - (row - (len(column) - 1) / 2))
        for x, column in enumerate(columns)
        for row, name in enumerate(column)
    }
    for source, target in sorted(graph.edges):
        (x, y), (x_to, y_to) = places[source], places[target]
        style = {"arrowstyle": "-|>", "color": GREY, "linewidth": 0.7, "connectionstyle": "arc3,rad=0.08"}
        start, end = (x + _half_width(source, inches), y), (x_to - _half_width(target, inches), y_to)
        axis.annotate("", end, start, arrowprops={**style, "shrinkA": 0, "shrinkB": 0})
    looks = dict(zip(sorted(set(graph.kinds.values())), LOOKS, strict=False))
    for name, (x, y) in places.items():
        colour, dash = looks[graph.kinds[name]]
        box = {"boxstyle": "round,pad=0.25", "edgecolor": colour, "linestyle": dash, "facecolor": "none"}
        axis.text(x, y, name, ha="center", va="center", fontsize=7.5, bbox=box)
    axis.text(0, (most + 1 + len(columns[0])) / 2 + 0.2, first, ha="center", va="bottom", fontsize=9)
    axis.set(xlim=(-0.4, len(columns) - 0.6), ylim=(0, most + 1.2))
    axis.axis("off")
    return figure
