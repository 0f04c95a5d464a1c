"""Pictures of where the optimum lies: its bias, how it leaves, and the phase diagrams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from lossbook.certified.phase import Diagram
from lossbook.figures.style import BLUE, GREEN, GREY, LOOKS, ORANGE, PURPLE, blank

FILLS = {"end a": "#F6C9A8", "interior": "#CFE3F3", "end b": "#CBE6D6", "bistable": "#8E3A70", "undecided": "#222222"}
_NAMES = {
    "end a": "maximum at $a$: positives given up",
    "interior": "maximum inside",
    "end b": "maximum at $b$: negatives given up",
    "bistable": "two local maxima",
    "undecided": "undecided",
}
_DASHES: dict[str, Any] = {"solid": "-", "dashed": (0, (4, 2)), "dotted": (0, (1, 1.5))}


def bias(
    imbalance: np.ndarray,
    panels: Mapping[str, Mapping[str, np.ndarray]],
    closed: Mapping[str, Mapping[str, np.ndarray]],
    bounds: Mapping[str, Mapping[str, np.ndarray]],
) -> Figure:
    r"""Draw the bias of the maximiser against the imbalance.

    Args:
        imbalance: $B/A$, shape ``(m,)``.
        panels: title to name to $\theta^*-a_1$, shape ``(m,)`` each, at most five a panel.
        closed: title to name to the same by a closed form; drawn as points.
        bounds: title to name to lower bounds, drawn in grey.

    Returns:
        the figure.
    """
    figure, axes = blank(len(panels), height=3.6)
    for axis, (title, biases) in zip(axes[0], panels.items(), strict=True):
        for (name, values), (colour, dash) in zip(biases.items(), LOOKS, strict=False):
            axis.plot(imbalance, values, color=colour, linestyle=dash, label=name)
        for (name, values), marker in zip(closed[title].items(), "os^Dv", strict=False):
            look = {"color": LOOKS[list(biases).index(name)][0], "markersize": 5, "fillstyle": "none"}
            axis.plot(imbalance, values, marker, markevery=6, label=f"{name}, closed form", **look)
        for (name, values), dash in zip(bounds[title].items(), _DASHES.values(), strict=False):
            axis.plot(imbalance, values, color=GREY, linestyle=dash, linewidth=1.2, label=name)
        axis.axhline(0, color="black", linewidth=1)
        axis.annotate("the truth", (imbalance[-1], 0), xytext=(-4, 3), textcoords="offset points", ha="right")
        axis.set(xscale="log", xlabel="imbalance $B/A$", title=title, ylim=(-1.06, 0.1))
    axes[0, 0].set_ylabel(r"bias $\theta^*-a_1$")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8.5)
    return figure


def deaths(
    imbalance: np.ndarray,
    branches: Mapping[str, Sequence[np.ndarray]],
    ties: Mapping[str, float],
    landscape: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> Figure:
    r"""Draw how the maximum reaches the end: by sliding or by a jump; and the gain where two maxima tie.

    Args:
        imbalance: $B/A$, shape ``(m,)``.
        branches: name to the global maximiser and to the other local one, each as $(\theta-a)/A$, shape ``(m,)`` with
            NaN where there is none.
        ties: name to the imbalance of a jump, for those that have one.
        landscape: thresholds, the gain there less that at $a$, and the maximisers that tie.

    Returns:
        the figure.
    """
    figure, axes = blank(len(branches) + 1, height=3.0)
    for axis, (name, (best, other)) in zip(axes[0], branches.items(), strict=False):
        axis.plot(imbalance, best, color=BLUE, label="global maximum")
        axis.plot(imbalance, other, color=ORANGE, linestyle="--", label="other local maximum")
        if name in ties:
            axis.axvline(ties[name], color=GREY, linewidth=1, linestyle=(0, (2, 2)))
        how = "jumps" if name in ties else "slides"
        axis.set(title=f"{name}: it {how}", xlabel="imbalance $B/A$", ylim=(-0.04, 1.04))
    axes[0, 0].set_ylabel(r"place of the maximum, 0 at $a$, 1 at $a_1$")
    theta, gain, tops = landscape
    axis = axes[0, -1]
    axis.plot(theta, gain, color=BLUE)
    for top in tops:
        axis.plot(top, np.interp(top, theta, gain), "*", color=ORANGE, markersize=10, clip_on=False, zorder=5)
    axis.set(title="two equal tops", xlabel=r"threshold $\theta$", ylabel="gain above that at $a$")
    figure.legend(*axes[0, -2].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def outline(mask: np.ndarray, x: tuple[float, float], y: tuple[float, float]) -> Path:
    """Trace the border of the marked cells of a grid, with holes, as one path.

    Args:
        mask: true where marked, shape ``(rows, columns)``.
        x: the grid's left and right edge.
        y: its lower and upper edge.

    Returns:
        a path of closed loops with corners only.
    """
    padded = np.pad(mask, 1).astype(np.int8)
    ahead: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row, column in np.argwhere(np.diff(padded, axis=0)):  # horizontal edges, marked cells on their left hand
        start, end = (column - 1, row), (column, row)
        up = padded[row + 1, column] > padded[row, column]
        ahead.setdefault(start if up else end, []).append(end if up else start)
    for row, column in np.argwhere(np.diff(padded, axis=1)):
        start, end = (column, row - 1), (column, row)
        up = padded[row, column] > padded[row, column + 1]
        ahead.setdefault(start if up else end, []).append(end if up else start)
    vertices, codes = _loops(ahead)
    scale = np.array([x[1] - x[0], y[1] - y[0]]) / np.array(mask.shape[::-1])
    return Path(np.array([x[0], y[0]]) + vertices * scale, codes)


def _loops(ahead: dict[tuple[int, int], list[tuple[int, int]]]) -> tuple[np.ndarray, list[Any]]:
    """Walk along directed edges until none is left; keep corners."""
    vertices: list[tuple[int, int]] = []
    codes: list[Any] = []
    while ahead:
        start = point = next(iter(ahead))
        loop = [point]
        while point in ahead:
            after = ahead[point].pop()
            if not ahead[point]:
                del ahead[point]
            if len(loop) > 1 and (loop[-1][0] == loop[-2][0] == after[0] or loop[-1][1] == loop[-2][1] == after[1]):
                loop.pop()
            loop.append(after)
            point = after
        vertices += loop
        codes += [Path.MOVETO, *[Path.LINETO] * (len(loop) - 2), Path.CLOSEPOLY]
        assert loop[-1] == start, "the border of a region is closed"
    return np.array(vertices, dtype=np.float64).reshape(-1, 2), codes


def _draw_diagram(axis: Axes, diagram: Diagram) -> None:
    """Fill each class of a diagram, the commonest as the ground."""
    x, y = diagram.plane.x, diagram.plane.y
    names = sorted((name for name in diagram.classes if diagram.share(name)), key=diagram.share, reverse=True)
    axis.add_patch(PathPatch(outline(np.ones((1, 1), dtype=bool), x, y), facecolor=FILLS[names[0]], linewidth=0))
    for name in names[1:]:
        path = outline(diagram.labels == diagram.classes.index(name), x, y)
        axis.add_patch(PathPatch(path, facecolor=FILLS[name], linewidth=0))
    axis.set(xlim=x, ylim=y)
    axis.grid(False)


def _powers(axis: Axes) -> None:
    """Write the ticks of logarithms as powers of ten, or as plain numbers where the axis has no two decades."""
    for ticks in (axis.xaxis, axis.yaxis):
        low, high = sorted(ticks.get_view_interval())
        shown = {decade: f"$10^{{{decade}}}$" for decade in (-2, 0, 2)}
        if high - low < 2:
            shown = {np.log10(number): f"{number:g}" for number in (0.1, 0.2, 0.4, 0.6, 1, 2, 4, 10)}
        seen = {place: text for place, text in shown.items() if low - 1e-9 <= place <= high + 1e-9}
        ticks.set_ticks(list(seen), list(seen.values()))


def _draw_lines(axis: Axes, lines: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    for (_, (x, y)), dash in zip(lines.items(), _DASHES.values(), strict=False):
        axis.plot(x, y, color="black", linestyle=dash, linewidth=1.3, scalex=False, scaley=False)


def _key(classes: Sequence[str], lines: Sequence[str]) -> list[Any]:
    fills = [Patch(facecolor=FILLS[name], label=_NAMES[name]) for name in classes]
    dashes = [
        Line2D([], [], color="black", linestyle=dash, linewidth=1.3, label=name)
        for name, dash in zip(lines, _DASHES.values(), strict=False)
    ]
    return [*fills, *dashes]


def phases(
    diagrams: Mapping[str, Diagram],
    lines: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray]]],
    *,
    labels: tuple[str, str] = (r"$A/\delta$", r"$B/\delta$"),
) -> Figure:
    r"""Draw phase diagrams side by side, with lines laid over.

    Args:
        diagrams: title to diagram.
        lines: title to name to coordinates in decades; the same three names at most in each.
        labels: of the axes.

    Returns:
        the figure; in a grid of five the sixth place holds the key.
    """
    columns = min(3, len(diagrams))
    rows = -(-len(diagrams) // columns)
    figure = Figure(figsize=(6.8 if columns > 1 else 4.6, {1: 3.2, 2: 5.0}[rows] if columns > 1 else 3.9))
    axes = figure.subplots(rows, columns, squeeze=False)
    for axis, (title, diagram) in zip(axes.flat, diagrams.items(), strict=False):
        _draw_diagram(axis, diagram)
        _draw_lines(axis, lines.get(title, {}))
        axis.set_title(title, fontsize=9.5)
        _powers(axis)
        axis.set_box_aspect(1)
        if axis.get_subplotspec().is_first_col():
            axis.set_ylabel(labels[1])
        if axis.get_subplotspec().is_last_row() or axis is axes.flat[columns - 1]:
            axis.set_xlabel(labels[0])
    present = [name for name in FILLS if any(diagram.share(name) for diagram in diagrams.values())]
    handles = _key(present, list(dict.fromkeys(name for some in lines.values() for name in some)))
    if len(diagrams) < axes.size:
        axes.flat[-1].axis("off")
        axes.flat[-1].legend(handles=handles, loc="center", fontsize=8, borderpad=0)
    else:
        figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=8)
    return figure


def shares(decided: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw which part of the plane each statement decides.

    Args:
        decided: family to statement to percentage, drawn one after another as they add up.

    Returns:
        the figure.
    """
    figure, ((axis,),) = blank(height=2.9)
    left = np.zeros(len(decided))
    rows = np.arange(len(decided))[::-1]
    statements = list(next(iter(decided.values())))
    for statement, colour, hatch in zip(
        statements, (BLUE, ORANGE, GREEN, PURPLE), ("", "//", "..", "xx"), strict=False
    ):
        widths = np.array([some[statement] for some in decided.values()])
        bars = axis.barh(rows, widths, left=left, color=colour, alpha=0.55, hatch=hatch, label=statement, height=0.62)
        axis.bar_label(bars, [f"{width:.1f}" if width > 4 else "" for width in widths], label_type="center", fontsize=8)
        left += widths
    axis.set(yticks=rows, yticklabels=list(decided), xlim=(0, 100), xlabel="per cent of the plane")
    axis.legend(loc="upper center", bbox_to_anchor=(0.45, -0.2), ncols=2)
    axis.grid(False)
    return figure


def criterion(beta: np.ndarray, values: Mapping[str, np.ndarray]) -> Figure:
    r"""Draw the criterion (C): where a curve is above 0, two maxima can occur.

    Args:
        beta: shape ``(m,)``.
        values: name to $(\phi(0)+\phi(2\beta)-2\phi(\beta))/\phi(0)$, at most five.

    Returns:
        the figure.
    """
    figure, ((axis,),) = blank(height=3.2)
    for (name, ordinates), (colour, dash) in zip(values.items(), LOOKS, strict=False):
        axis.plot(beta, ordinates, color=colour, linestyle=dash, label=name)
    axis.axhspan(0, 0.6, color=PURPLE, alpha=0.12, linewidth=0)
    axis.axhline(0, color="black", linewidth=1)
    axis.annotate("above 0: two maxima occur", (0.01, 0.52), color=PURPLE)
    axis.annotate("below 0: never more than one", (0.01, -0.55))
    axis.set(
        xlabel=r"$\beta$", ylabel=r"$(\phi(0)+\phi(2\beta)-2\phi(\beta))/\phi(0)$", ylim=(-0.62, 0.6), xlim=(0, 0.5)
    )
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure
