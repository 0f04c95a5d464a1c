"""Pictures of learning under noise: paths, stationary laws, and measurements laid on predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from lossbook.figures.style import BLUE, GREY, LOOKS, ORANGE, blank

_MARKERS = "os^Dv"
Curve = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Series:
    """Measurements of one kind, and what is predicted of them.

    Attributes:
        x: abscissae, shape ``(m,)``.
        measured: shape ``(m,)``.
        error: standard errors, shape ``(m,)``; None for none.
        curve: abscissae and ordinates of the prediction; None for none.
    """

    x: Any
    measured: Any
    error: Any = None
    curve: Curve | None = field(default=None)


def noisy_paths(
    steps: np.ndarray, panels: Mapping[str, np.ndarray], optimum: float, truth: float, shown: int = 4
) -> Figure:
    """Draw paths of a few replicas, one panel for each setting.

    Args:
        steps: at which the paths are known, shape ``(m,)``.
        panels: title to thresholds, shape ``(m, replicas)``.
        optimum: where the risk is least.
        truth: the true threshold.
        shown: how many replicas are drawn.

    Returns:
        the figure.
    """
    figure, axes = blank(len(panels), height=2.9)
    for axis, (title, paths) in zip(axes[0], panels.items(), strict=True):
        for path, (colour, _) in zip(paths.T[:shown], LOOKS, strict=False):
            axis.plot(steps, path, color=colour, linewidth=0.8, alpha=0.85)
        axis.axhline(optimum, color="black", linewidth=1.2)
        axis.axhline(truth, color=GREY, linewidth=1.2, linestyle=(0, (4, 2)))
        axis.set(title=title, xlabel="step", ylim=(-1.03, 1.03))
    axes[0, 0].set_ylabel(r"threshold $\theta$")
    return figure


def stationary_laws(panels: Mapping[str, tuple[Curve, Curve]], optimum: float) -> Figure:
    """Draw histograms of the threshold on the law that theory gives.

    Args:
        panels: title to edges and heights of a histogram, and to those of the law.
        optimum: where the risk is least.

    Returns:
        the figure.
    """
    figure, axes = blank(len(panels), height=2.9)
    for axis, (title, ((edges, heights), (cells, density))) in zip(axes[0], panels.items(), strict=True):
        axis.stairs(heights, edges, fill=True, color=BLUE, alpha=0.35, label="simulated")
        axis.stairs(density, cells, color=ORANGE, linewidth=1.3, baseline=None, label="Ulam's law")
        axis.axvline(optimum, color="black", linewidth=1)
        axis.set(title=title, xlabel=r"threshold $\theta$")
    axes[0, 0].set_ylabel("density")
    axes[0, 0].legend(loc="upper left", fontsize=8.5)
    return figure


def on_theory(
    panels: Mapping[str, Mapping[str, Series]],
    *,
    labels: Sequence[str],
    scales: tuple[str, str] = ("log", "log"),
    share_y: bool = True,
) -> Figure:
    """Lay measurements, with two standard errors, on the lines that theory draws.

    Args:
        panels: title to name to series, at most five a panel.
        labels: of the abscissae, one for each panel, and of the ordinate.
        scales: of the axes, as matplotlib names them.
        share_y: whether all panels have the ordinate of the first.

    Returns:
        the figure.
    """
    figure, axes = blank(len(panels), height=3.3)
    for axis, (title, group), label in zip(axes[0], panels.items(), labels, strict=False):
        for (name, series), marker, look in zip(group.items(), _MARKERS, LOOKS, strict=False):
            _draw(axis, name, series, marker, look)
        axis.set(title=title, xlabel=label, xscale=scales[0], yscale=scales[1])
        for part, scale in zip((axis.xaxis, axis.yaxis), scales, strict=True):
            if scale == "log":
                part.set_minor_formatter(NullFormatter())
    if share_y:
        low, high = zip(*(axis.get_ylim() for axis in axes[0]), strict=True)
        for axis in axes[0]:
            axis.set_ylim(min(low), max(high))
    axes[0, 0].set_ylabel(labels[-1])
    for axis in axes[0]:
        if axis.get_legend_handles_labels()[0]:
            axis.legend(fontsize=8, loc="best")
    return figure


def _draw(axis: Axes, name: str, series: Series, marker: str, look: tuple[str, Any]) -> None:
    """Draw the points of one series with their bars, and its line."""
    colour, dash = look
    bars = None if series.error is None else 2 * np.asarray(series.error)
    axis.errorbar(
        series.x, series.measured, bars, fmt=marker, color=colour, markersize=4, elinewidth=1, label=name or None
    )
    if series.curve is not None:
        axis.plot(*series.curve, color=colour, linestyle=dash, linewidth=1.3)
