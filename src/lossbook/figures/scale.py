"""Pictures of sweeps on clusters: what points cost, and how many cores a design keeps at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from lossbook.figures.style import GREY, LOOKS, blank

_SIGNS = {"cores": "o", "tail": "s", "driver": "D", "scheduler": "^", "check": "v", "start": "P", "disk": "X"}
_SAID = {
    "cores": "cores at work",
    "tail": "waiting for the last",
    "driver": "the driver",
    "scheduler": "the scheduler",
    "check": "checking the design",
    "start": "starting",
    "disk": "the disk",
}
Points = Sequence[tuple[float, float, str]]


def cost_lines(
    panels: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray, Points]]], *, labels: tuple[str, str]
) -> Figure:
    """Draw the time of a sweep against its points, for several numbers of cores.

    Args:
        panels: title to name of a line to abscissae, times as they are estimated, shape ``(k,)`` each, and rehearsed
            points: abscissa, time, and what limited it; at most five lines a panel.
        labels: of the axes.

    Returns:
        the figure: estimates as lines, rehearsals as markers that tell the limits apart.
    """
    return _panels(panels, labels)


def cores_at_work(
    panels: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray, Points]]], *, labels: tuple[str, str]
) -> Figure:
    """Draw how many cores compute at a time, against how many there are.

    Args:
        panels: as :func:`cost_lines` takes them.
        labels: of the axes.

    Returns:
        the figure; a thin line is where all are at work.
    """
    figure = _panels(panels, labels)
    for axis in figure.axes:
        ends = np.array(axis.get_xlim())
        axis.plot(ends, ends, color=GREY, linewidth=0.8, zorder=0)
        axis.set_xlim(*ends)
    return figure


def _panels(panels: Mapping[str, Any], labels: tuple[str, str]) -> Figure:
    """Draw lines and marked points, with one legend for the lines and one for the marks."""
    figure, axes = blank(len(panels), height=3.9)
    seen: set[str] = set()
    for axis, (title, lines) in zip(axes[0], panels.items(), strict=True):
        for (name, (x, y, points)), (colour, dash) in zip(lines.items(), LOOKS, strict=False):
            axis.plot(x, y, color=colour, linestyle=dash, linewidth=1.4, label=name)
            seen |= _mark(axis, points, colour)
        axis.set(xscale="log", yscale="log", title=title, xlabel=labels[0])
        for one in (axis.xaxis, axis.yaxis):
            one.set_major_locator(LogLocator(numticks=8))
            one.set_minor_formatter(NullFormatter())
        if axis is not axes[0, 0]:
            axis.sharey(axes[0, 0])
            axis.tick_params(labelleft=False)
    axes[0, 0].set_ylabel(labels[1])
    handles = axes[0, 0].get_legend_handles_labels()[0]
    style: dict[str, Any] = {"color": "black", "linestyle": "none", "markerfacecolor": "none", "markersize": 5.5}
    handles += [
        Line2D([], [], marker=sign, label=_SAID[name], **style) for name, sign in _SIGNS.items() if name in seen
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=8.5)
    return figure


def _mark(axis: Axes, points: Points, colour: str) -> set[str]:
    """Draw rehearsed points by what limited them, and say what that was."""
    for x, y, limit in points:
        axis.plot([x], [y], _SIGNS[limit], color=colour, markerfacecolor="none", markersize=5.5)
    return {limit for _, _, limit in points}
