"""Pictures of learners with many thresholds: their paths on what they predict, and how often they succeed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import NullFormatter

from lossbook.figures.style import BLUE, GREY, LOOKS, ORANGE, blank

_MARKERS = "os^Dv"
Counts = tuple[Sequence[float], Sequence[float], Sequence[tuple[float, float]]]


def learning_paths(steps: np.ndarray, panels: Mapping[str, np.ndarray], cuts: Sequence[float]) -> Figure:
    """Draw all thresholds over time, on the class that is predicted between them.

    Args:
        steps: at which the thresholds are known, increasing and above 0, shape ``(m,)``.
        panels: title to the thresholds of one path, in increasing order at each step, shape ``(m, n)``.
        cuts: the ends of the true intervals, in increasing order.

    Returns:
        the figure: time runs to the right, on a logarithmic axis; positions upwards. Positive predictions are hatched.
    """
    figure = Figure(figsize=(6.8, 3.6))
    axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)
    for axis, (title, paths) in zip(axes[0], panels.items(), strict=True):
        _predictions(axis, steps, paths, cuts[0], cuts[-1])
        for path in paths.T:
            axis.plot(steps, path, color="black", linewidth=1)
        for cut in cuts[1:-1]:
            axis.axhline(cut, color=GREY, linewidth=1.3, linestyle=(0, (4, 2)))
        axis.set(title=title, xlabel="step", xscale="log", xlim=(steps[0], steps[-1]), ylim=(cuts[0], cuts[-1]))
        axis.set_yticks(list(cuts))
        axis.grid(False)
    axes[0, 0].set_ylabel("position")
    keys = [Patch(facecolor=BLUE, alpha=0.3, hatch="///", label="predicted +1")]
    keys.append(Patch(facecolor=ORANGE, alpha=0.3, label="predicted -1"))
    figure.legend(handles=keys, loc="outside lower center", ncols=2, fontsize=8.5)
    return figure


def _predictions(axis: Axes, steps: np.ndarray, paths: np.ndarray, low: float, high: float) -> None:
    """Colour what lies between neighbouring thresholds by the class that is predicted there."""
    borders = [np.full(len(steps), low), *paths.T, np.full(len(steps), high)]
    for i, (below, above) in enumerate(pairwise(borders)):
        if i % 2:
            axis.fill_between(steps, below, above, color=ORANGE, alpha=0.3, linewidth=0)
        else:
            axis.fill_between(
                steps, below, above, facecolor=BLUE, alpha=0.3, linewidth=0, hatch="///", edgecolor="white"
            )


def success_shares(
    panels: Mapping[str, Mapping[str, Counts]], *, label: str, scales: Sequence[str] = (), columns: int = 2
) -> Figure:
    """Draw shares with their confidence intervals, against several settings.

    Args:
        panels: label of the abscissa to name to abscissae, shares and intervals, at most five names a panel.
        label: of the ordinate, which runs from 0 to 1.
        scales: of the abscissae, as matplotlib names them; linear where there are fewer than panels.
        columns: how many panels stand side by side.

    Returns:
        the figure.
    """
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(6.8, 2.7 * rows))
    axes = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    for i, (axis, (title, groups)) in enumerate(zip(axes.flat, panels.items(), strict=False)):
        for (name, (x, shares, intervals)), (colour, dash), sign in zip(groups.items(), LOOKS, _MARKERS, strict=False):
            bars = np.abs(np.array(intervals).T - np.array(shares))
            axis.errorbar(
                x,
                shares,
                bars,
                color=colour,
                linestyle=dash,
                marker=sign,
                markersize=4,
                elinewidth=1,
                label=name or None,
            )
        axis.set(xlabel=title, ylim=(-0.03, 1.03), xscale=scales[i] if i < len(scales) else "linear")
        axis.xaxis.set_minor_formatter(NullFormatter())
        if any(groups):
            axis.legend(fontsize=8, loc="best")
    for axis in axes[:, 0]:
        axis.set_ylabel(label)
    return figure


def exponents(
    panels: Mapping[str, tuple[np.ndarray, Mapping[str, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]],
) -> Figure:
    r"""Draw how fast two equal thresholds part against the learning rate.

    Args:
        panels: title to the rates of the predictions, to name to prediction, at most four of the shape of the rates,
            and to rates, measurements and their standard errors.

    Returns:
        the figure; bars are two standard errors, and 0 is marked.
    """
    figure, axes = blank(len(panels), height=3.3)
    for axis, (title, (rates, lines, (places, measured, errors))) in zip(axes[0], panels.items(), strict=True):
        for (name, line), (colour, dash) in zip(lines.items(), LOOKS[1:], strict=False):
            axis.plot(rates, line, color=colour, linestyle=dash, label=name)
        axis.errorbar(places, measured, 2 * errors, fmt="o", color=BLUE, markersize=4, elinewidth=1, label="measured")
        axis.axhline(0, color="black", linewidth=1)
        axis.set(title=title, xlabel=r"learning rate $\gamma$")
        axis.legend(fontsize=8, loc="best")
    axes[0, 0].set_ylabel(r"exponent $\Lambda$ a step")
    return figure
