"""Pictures of losses: their curves, the bias of each, which one wins where, and how far the others are behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lossbook.figures.style import BLUE, GREEN, GREY, LOOKS, ORANGE, PURPLE, blank

_TINTS = ("#CFE3F3", "#F6C9A8", "#CBE6D6", "#E6CFDF", "#E3E3E3", "#F2E7B6", "#BFE3E8", "#E8D8C8", "#D5D5F0", "#F3D3D3")


def _legend(axis: Axes, columns: int) -> None:
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=columns, fontsize=8)


def loss_curves(margin: np.ndarray, panels: Mapping[str, Mapping[str, np.ndarray]]) -> Figure:
    r"""Draw losses against the margin.

    Args:
        margin: $m\in[-1,1]$, shape ``(k,)``.
        panels: title to name to $\varphi(m)$, shape ``(k,)``, at most five a panel.

    Returns:
        the figure.
    """
    figure, axes = blank(len(panels), height=3.6)
    for axis, (title, losses) in zip(axes[0], panels.items(), strict=True):
        for (name, values), (colour, dash) in zip(losses.items(), LOOKS, strict=False):
            axis.plot(margin, values, color=colour, linestyle=dash, label=name)
        axis.axvline(0, color=GREY, linewidth=1)
        axis.set(title=title, xlabel="margin $m$", xlim=(-1, 1))
        _legend(axis, 1)
    axes[0, 0].set_ylabel(r"loss $\varphi(m)$")
    return figure


def biases(
    imbalance: np.ndarray,
    panels: Mapping[str, Mapping[str, np.ndarray]],
    *,
    label: str,
    smallest: float,
) -> Figure:
    r"""Draw the bias of several losses against the imbalance.

    Args:
        imbalance: $B/A$, shape ``(k,)``.
        panels: title to name to bias, shape ``(k,)``, at most five a panel.
        label: of the ordinate.
        smallest: below this size the ordinate is linear, above it logarithmic.

    Returns:
        the figure; the panels share their ordinate.
    """
    figure, axes = blank(len(panels), height=3.7)
    for axis, (title, lines) in zip(axes[0], panels.items(), strict=True):
        for (name, values), (colour, dash), sign in zip(lines.items(), LOOKS, "os^Dv", strict=False):
            axis.plot(imbalance, values, color=colour, linestyle=dash, marker=sign, markersize=4, label=name)
        axis.axhline(0, color="black", linewidth=1)
        axis.set(xscale="log", title=title, xlabel="imbalance $B/A$")
        axis.set_yscale("symlog", linthresh=smallest)
        _legend(axis, 1)
    values = np.concatenate([line for lines in panels.values() for line in lines.values()])
    for axis in axes[0]:
        axis.set_ylim(min(2 * values.min(), -smallest), max(2 * values.max(), smallest))
    axes[0, 0].set_ylabel(label)
    return figure


def risks(
    panels: Mapping[str, tuple[np.ndarray, np.ndarray]], truth: float, minima: Mapping[str, Sequence[float]]
) -> Figure:
    r"""Draw risks over the threshold, with the truth and the certified minimisers.

    Args:
        panels: title to thresholds and to the risk less that at the truth.
        truth: $a_1$.
        minima: title to the global minimisers.

    Returns:
        the figure.
    """
    figure, axes = blank(len(panels), height=2.9)
    for axis, (title, (theta, risk)) in zip(axes[0], panels.items(), strict=True):
        axis.plot(theta, risk, color=BLUE)
        axis.axvline(truth, color=GREY, linestyle="--", linewidth=1.2)
        for place in minima[title]:
            height = float(np.interp(place, theta, risk))
            axis.plot(place, height, "*", color=ORANGE, markersize=11, clip_on=False, zorder=5)
        axis.set(title=title, xlabel=r"threshold $\theta$")
    axes[0, 0].set_ylabel("risk above the truth's")
    return figure


def winners(
    rows: Sequence[str], columns: Sequence[str], panels: Mapping[str, Sequence[Sequence[tuple[str, int]]]]
) -> Figure:
    """Draw which contender is best in each cell of a table.

    Args:
        rows: their names.
        columns: their names.
        panels: title to the cells by row and column: the best contender, and how many others are not told apart from
            it.

    Returns:
        the figure; equal contenders have equal tints.
    """
    names = list(dict.fromkeys(name for cells in panels.values() for row in cells for name, _ in row))
    figure = Figure(figsize=(6.8, len(panels) * (0.55 + 0.36 * len(rows))))
    axes = figure.subplots(len(panels), 1, squeeze=False)
    for axis, (title, cells) in zip(axes[:, 0], panels.items(), strict=True):
        for i, row in enumerate(cells):
            for j, (name, draws) in enumerate(row):
                tint = _TINTS[names.index(name) % len(_TINTS)]
                axis.barh(i, 1, left=j, height=1, color=tint, edgecolor="white", linewidth=1.5)
                text = f"{name}\nand {draws} more" if draws else name
                axis.text(j + 0.5, i, text, ha="center", va="center", fontsize=7, linespacing=1.1, color="black")
        axis.set(xlim=(0, len(columns)), ylim=(len(rows) - 0.5, -0.5), title=title, ylabel="imbalance")
        axis.set_xticks(np.arange(len(columns)) + 0.5, columns)
        axis.set_yticks(range(len(rows)), rows)
        axis.tick_params(length=0)
        axis.grid(False)
        axis.spines[:].set_visible(False)
    return figure


def standings(
    names: Sequence[str], panels: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray]]], *, label: str
) -> Figure:
    """Draw a number for every contender, with its interval, in several settings.

    Args:
        names: the contenders, from top to bottom.
        panels: title to setting to values and half widths of their intervals, shape ``(contenders,)`` each, at most
            four settings a panel.
        label: of the abscissa.

    Returns:
        the figure; the abscissa is logarithmic.
    """
    figure = Figure(figsize=(6.8, 1.1 + 0.21 * len(names)))
    axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)
    places = np.arange(len(names))
    for axis, (title, settings) in zip(axes[0], panels.items(), strict=True):
        looks = zip(settings.items(), (BLUE, ORANGE, GREEN, PURPLE), "os^D", strict=False)
        for (name, (values, widths)), colour, sign in looks:
            axis.errorbar(
                values, places, xerr=widths, fmt=sign, color=colour, markersize=4, elinewidth=1, label=name, capsize=2
            )
        axis.set(xscale="log", title=title, xlabel=label, ylim=(len(names) - 0.5, -0.5))
        axis.set_yticks(places, names, fontsize=8)
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=4, fontsize=8)
    return figure
