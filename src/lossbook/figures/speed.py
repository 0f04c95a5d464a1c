"""Pictures of the speed: points a second of every program, and the straight lines of time against size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from lossbook.figures.style import BLUE, GREY, LOOKS, ORANGE, blank

_MARKERS = "osD^v"


def throughput(rates: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw how many points a second each program draws.

    Args:
        rates: case to program to points a second, at most five cases; a program may be missing in a case.

    Returns:
        the figure: programs one above the other, the fastest of the first case on top.
    """
    first = next(iter(rates.values()))
    programs = sorted(first, key=lambda program: first[program])
    figure, ((axis,),) = blank(height=0.9 + 0.32 * len(programs))
    for row in range(len(programs)):
        axis.axhline(row, color=GREY, linewidth=0.5, alpha=0.5)
    for (case, found), (colour, _), marker in zip(rates.items(), LOOKS, _MARKERS, strict=False):
        there = [(found[program], row) for row, program in enumerate(programs) if program in found]
        axis.plot(*zip(*there, strict=True), marker, color=colour, label=case, markersize=6, fillstyle="none")
    axis.set(xscale="log", xlabel="points drawn in a second", yticks=range(len(programs)), yticklabels=programs)
    axis.grid(False, axis="y")
    figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def growth(lines: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw measured times against size, with the straight lines that fit them.

    Args:
        lines: what grows, to abscissas ``x``, ``seconds``, ``slope`` and ``intercept``.

    Returns:
        the figure, one panel for each.
    """
    figure, axes = blank(len(lines), height=2.6)
    for axis, (name, line) in zip(axes[0], lines.items(), strict=True):
        _draw_line(axis, line["x"], line["seconds"], (line["slope"], line["intercept"]))
        axis.set(xlabel=name, ylim=(0, None), xlim=(0, None))
        axis.locator_params(axis="x", nbins=4)
    axes[0, 0].set_ylabel("seconds")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _draw_line(axis: Any, x: Sequence[float], seconds: Sequence[float], line: tuple[float, float]) -> None:
    """Draw times as points over their line."""
    ends = np.array([0, max(x)])
    axis.plot(ends, line[1] + line[0] * ends, color=ORANGE, linestyle="--", label="straight line")
    axis.plot(x, seconds, "o", color=BLUE, markersize=5, fillstyle="none", label="measured")
