"""Pictures of many thresholds near the truth: shifts and biases on logarithmic axes, and weights of intervals."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter

from lossbook.figures.style import BLUE, GREEN, GREY, LOOKS, ORANGE, PURPLE, blank

_TONES = (BLUE, ORANGE, GREEN, PURPLE, "#000000")


def shift_laws(
    panels: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]], *, labels: tuple[str, str]
) -> Figure:
    """Draw shifts with their signs on logarithmic axes, and predictions of them.

    Args:
        panels: title to name to abscissae, shifts and predictions, shape ``(k,)`` each, at most five names a panel.
        labels: of the axes.

    Returns:
        the figure: a full marker where a shift is positive, an open one where it is negative; predictions as lines.
    """
    figure, axes = blank(len(panels), height=3.8)
    for axis, (title, lines) in zip(axes[0], panels.items(), strict=True):
        handles = []
        for (name, (x, shift, law)), (colour, dash), sign in zip(lines.items(), LOOKS, "os^Dv", strict=False):
            axis.plot(x, np.abs(law), color=colour, linestyle=dash, linewidth=1.2)
            for chosen, face in ((shift > 0, colour), (shift < 0, "none")):
                style = {"color": colour, "markerfacecolor": face, "linestyle": "none", "markersize": 5}
                axis.plot(x[chosen], np.abs(shift[chosen]), marker=sign, **style)
            handles.append(Line2D([], [], color=colour, linestyle=dash, marker=sign, markersize=5, label=name))
        axis.set(xscale="log", yscale="log", title=title, xlabel=labels[0])
        axis.xaxis.set_minor_formatter(NullFormatter())
        axis.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3, fontsize=8)
    axes[0, 0].set_ylabel(labels[1])
    return figure


def interval_weights(panels: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Figure:
    """Draw one weight an interval as a bar as wide as the interval, in the colour of its class.

    Args:
        panels: title to cuts, shape ``(n + 2,)``, and weights, shape ``(n + 1,)``.

    Returns:
        the figure; positive intervals are plain, negative ones hatched.
    """
    figure, axes = blank(len(panels), height=2.8)
    for axis, (title, (cuts, weights)) in zip(axes[0], panels.items(), strict=True):
        for j, (low, high, weight) in enumerate(zip(cuts[:-1], cuts[1:], weights, strict=True)):
            look = {"color": ORANGE, "hatch": "///"} if j % 2 else {"color": BLUE}
            axis.bar(low, weight, width=high - low, align="edge", alpha=0.75, edgecolor="white", **look)
        axis.axhline(1, color=GREY, linestyle="--", linewidth=1.2)
        axis.set(title=title, xlabel="$x$", xlim=(cuts[0], cuts[-1]))
        axis.grid(False)
    axes[0, 0].set_ylabel("weight")
    return figure


def margin_biases(panels: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]]) -> Figure:
    r"""Draw the bias of the hinge against its margin, with the predicted law.

    Args:
        panels: title to name to margins, biases and predictions, shape ``(k,)`` each, all positive.

    Returns:
        the figure: biases as markers, predictions as lines.
    """
    figure, axes = blank(len(panels), height=3.8)
    for axis, (title, lines) in zip(axes[0], panels.items(), strict=True):
        for (name, (margin, bias, law)), colour, sign in zip(lines.items(), cycle(_TONES), cycle("os^DvPX")):
            axis.plot(margin, law, color=colour, linewidth=1.2)
            axis.plot(margin, bias, color=colour, marker=sign, linestyle="none", markersize=4.5, label=name)
        axis.set(xscale="log", yscale="log", title=title, xlabel="margin $m_0$")
        axis.xaxis.set_minor_formatter(NullFormatter())
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=4, fontsize=8, columnspacing=1)
    axes[0, 0].set_ylabel("largest bias")
    return figure
