"""Pictures of what two thresholds predict: the planes of lengths and scale, and how a pair parts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import NullFormatter

from lossbook.figures.style import BLUE, GREY, ORANGE, PURPLE, blank

_FILLS = ("#E3E3E3", "#F6C9A8", "#CFE3F3", "#E6CFDF")
_NAMES = (
    "merged at an end: all predicted +",
    "merged in the middle: all predicted +",
    "split: three classes",
    "at the ends: all predicted -",
)
_MARKS = {
    "split": (BLUE, "o"),
    "merged": (ORANGE, "s"),
    "merged at an end": (GREY, "^"),
    "both outer classes lost": (PURPLE, "D"),
    "undecided": ("black", "x"),
}
_SHORT, _FAR = 1e-6, 1e6


def birth_planes(
    panels: Mapping[str, np.ndarray],
    curves: Mapping[str, Mapping[str, np.ndarray]],
    points: Mapping[str, Mapping[str, np.ndarray]] | None = None,
    *,
    view: str = "middle",
) -> Figure:
    r"""Draw which phases the plane of length and scale has.

    Args:
        panels: title to rows of the outer length $L$ and the three middle lengths $M$ at which the phase changes, in
            units of the scale, shape ``(k, 4)``; infinite where it does not change.
        curves: title to name to points $(L,M)$ of a certified curve, shape ``(j, 2)``; three names at most.
        points: title to phase to points $(L,M)$ where it is certified, shape ``(i, 2)``.
        view: ``"middle"`` has $M/L$ and $\delta/L$ as axes, ``"outer"`` has $L/M$ and $\delta/M$.

    Returns:
        the figure.

    Raises:
        ValueError: if the view is another.
    """
    if view not in ("middle", "outer"):
        raise ValueError(f'view must be "middle" or "outer"; got {view!r}')
    figure, axes = blank(len(panels), height=4.3)
    for axis, (title, table) in zip(axes[0], panels.items(), strict=True):
        _draw_regions(axis, table, view)
        for (name, places), dash in zip(curves[title].items(), ("-", (0, (4, 2)), (0, (1, 1.5))), strict=False):
            axis.plot(*_seen(places, view), color="black", linewidth=1.4, linestyle=dash, label=name)
        for phase, places in (points or {}).get(title, {}).items():
            colour, marker = _MARKS[phase]
            edge = colour if marker == "x" else "white"
            look = {"color": colour, "markersize": 5, "markeredgecolor": edge, "linestyle": "none"}
            axis.plot(*_seen(places, view), marker, label=f"certified: {phase}", **look)
        axis.set(yscale="log", title=title, **_axes_of(view))
        axis.grid(False)
        if view == "outer":
            for ticks in (axis.xaxis, axis.yaxis):
                ticks.set_ticks([0.2, 0.5, 1, 2, 4], ["0.2", "0.5", "1", "2", "4"])
                ticks.set_minor_formatter(NullFormatter())
    axes[0, 0].set_ylabel(r"scale $\delta/L$" if view == "middle" else r"scale $\delta/M$")
    figure.legend(handles=_key(axes[0]), loc="outside lower center", ncols=2, fontsize=8)
    return figure


def _axes_of(view: str) -> dict[str, Any]:
    """Give limits and label."""
    if view == "middle":
        return {"xlim": (0, 3), "ylim": (1 / 30, 20), "xlabel": "middle length $M/L$"}
    return {"xlim": (0.2, 6), "ylim": (0.2, 4), "xscale": "log", "xlabel": "outer length $L/M$"}


def _seen(places: np.ndarray, view: str) -> tuple[np.ndarray, np.ndarray]:
    """Give the coordinates in a view of points (L, M)."""
    outer, middle = np.asarray(places, dtype=np.float64).reshape(-1, 2).T
    unit, other = (outer, middle) if view == "middle" else (middle, outer)
    return other / unit, 1 / unit


def _draw_regions(axis: Axes, table: np.ndarray, view: str) -> None:
    """Fill each phase between the curves at which it begins and ends."""
    outer = table[:, 0]
    edges = [np.full(len(outer), _SHORT), *table[:, 1:].T, np.full(len(outer), _FAR)]
    edges = [np.where(np.isfinite(edge), edge, _FAR) for edge in edges]
    for (low, high), fill in zip(pairwise(edges), _FILLS, strict=True):
        there = np.column_stack([outer, low])
        back = np.column_stack([outer, high])[::-1]
        axis.fill(*_seen(np.concatenate([there, back]), view), facecolor=fill, linewidth=0)


def _key(axes: np.ndarray) -> list[Any]:
    """Collect what the panels show, once each."""
    found = {label: handle for axis in axes for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)}
    return [*(Patch(facecolor=fill, label=name) for fill, name in zip(_FILLS, _NAMES, strict=True)), *found.values()]


def partings(
    panels: Mapping[str, tuple[np.ndarray, np.ndarray]],
    outer: Mapping[str, float],
    changes: Mapping[str, Mapping[str, float]],
) -> Figure:
    r"""Draw both thresholds of the maximum against the middle length.

    Args:
        panels: title to middle lengths, shape ``(k,)``, and the best pairs, shape ``(k, 2)``, measured from $a$.
        outer: title to the outer length.
        changes: title to name to certified middle length at which something changes; three names at most.

    Returns:
        the figure; the cuts are grey.
    """
    figure, axes = blank(len(panels), height=3.4)
    for axis, (title, (middle, pairs)) in zip(axes[0], panels.items(), strict=True):
        cuts = outer[title] + np.outer(middle, [0, 1])
        ends = np.outer(middle, [0, 1]) + np.array([0, 2 * outer[title]])
        axis.plot(middle, cuts, color=GREY, linewidth=1.2, linestyle=(0, (4, 2)), label="true thresholds")
        axis.plot(middle, ends, color=GREY, linewidth=1.2, label="ends of the interval")
        for number, (colour, marker) in enumerate(((BLUE, "o"), (ORANGE, "x"))):
            look = {"color": colour, "marker": marker, "markersize": 3.5, "linestyle": "none"}
            axis.plot(middle, pairs[:, number], label=rf"$\theta_{number + 1}$", **look)
        for (name, place), dash in zip(changes[title].items(), ("-", (0, (4, 2)), (0, (1, 1.5))), strict=False):
            axis.axvline(place, color="black", linewidth=1, linestyle=dash, label=name)
        axis.set(title=title, xlabel="middle length $M$", xlim=(0, middle[-1]))
        axis.grid(False)
    axes[0, 0].set_ylabel("place, from $a$")
    found = {label: handle for axis in axes[0] for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)}
    figure.legend(found.values(), found.keys(), loc="outside lower center", ncols=4, fontsize=8)
    return figure
