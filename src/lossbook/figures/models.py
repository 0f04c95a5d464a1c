"""Pictures of models, scores and losses; every one is drawn from results, and nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from lossbook.figures.style import BLUE, GREY, LOOKS, ORANGE, blank, mark


def _draw_label(axis: Axes, x: np.ndarray, label: np.ndarray) -> None:
    jumps = np.flatnonzero(np.diff(label)) + 1
    axis.plot(
        np.insert(x, jumps, np.nan), np.insert(label.astype(float), jumps, np.nan), color="black", label="truth $y$"
    )


def _draw_score(axis: Axes, x: np.ndarray, label: np.ndarray, score: np.ndarray) -> None:
    axis.fill_between(x, label * score, 1, color=ORANGE, alpha=0.18, linewidth=0, label="loss $1-y\\,g$, above $y\\,g$")
    _draw_label(axis, x, label)
    axis.plot(x, score, color=BLUE, linestyle="--", label="score $g$")
    axis.set(xlabel="input $x$", ylim=(-1.12, 1.12), yticks=[-1, 0, 1])


def front(
    x: np.ndarray,
    label: np.ndarray,
    score: np.ndarray,
    theta: np.ndarray,
    gain: np.ndarray,
    marks: Mapping[str, tuple[float, float]],
) -> Figure:
    r"""Draw the picture that says it all: truth and score, and beside them the gain with two marked points.

    Args:
        x: inputs, shape ``(m,)``.
        label: the truth there.
        score: the score of the perfect parameter there.
        theta: parameters, shape ``(k,)``.
        gain: the gain there.
        marks: ``"truth"`` and ``"best"``, each a pair $(\theta,G(\theta))$.

    Returns:
        the figure.
    """
    figure, ((left, right),) = blank(2, height=3.0)
    _draw_score(left, x, label, score)
    left.legend(loc="lower left", fontsize=8, bbox_to_anchor=(0.3, 0.4))
    left.set_title("A smooth score for a sharp truth")
    right.plot(theta, gain, color=BLUE)
    mark(right, *marks["truth"], "the perfect model", ("black", "o"), (9, 2))
    mark(right, *marks["best"], "what learning\naims at", (ORANGE, "*"), (-26, -32))
    right.set(xlabel=r"threshold $\theta$ of the model", ylabel="gain $G$", title="The gain peaks elsewhere")
    return figure


def confidence_map(
    grid: np.ndarray,
    confidence: np.ndarray,
    centres: Mapping[str, tuple[float, float]],
    radius: float,
    points: np.ndarray,
) -> Figure:
    """Draw a model's confidence over the unit square, with the true and the model's disc and test points.

    Args:
        grid: coordinates along each axis, shape ``(k,)``.
        confidence: values on the grid, shape ``(k, k)``, first index along y.
        centres: ``"truth"`` and ``"model"``.
        radius: of both discs.
        points: test points, shape ``(N, 2)``.

    Returns:
        the figure.
    """
    figure, ((axis,),) = blank(height=4.2)
    levels = axis.contourf(grid, grid, confidence, levels=np.linspace(0, 1, 11), cmap="Blues", alpha=0.85)
    axis.plot(*points.T, ".", color=GREY, markersize=3, label="test points")
    axis.add_patch(Circle(centres["truth"], radius, fill=False, linewidth=2, color="black", label="truth"))
    axis.add_patch(
        Circle(centres["model"], radius, fill=False, linewidth=2, linestyle="--", color=ORANGE, label="model")
    )
    axis.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$", xlim=(0, 1), ylim=(0, 1))
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3)
    figure.colorbar(levels, ax=axis, label="confidence")
    return figure


def curves(
    x: np.ndarray,
    values: Mapping[str, np.ndarray],
    *,
    labels: tuple[str, str],
    marks: Mapping[str, float] | None = None,
    logarithmic: str = "",
) -> Figure:
    """Draw named curves over one axis.

    Args:
        x: abscissae, shape ``(m,)``.
        values: name to ordinates, at most five.
        labels: of the two axes.
        marks: name to abscissa of vertical lines.
        logarithmic: which axes are logarithmic: ``""``, ``"x"``, ``"y"`` or ``"xy"``.

    Returns:
        the figure.
    """
    figure, ((axis,),) = blank()
    for (name, ordinates), (colour, dash) in zip(values.items(), LOOKS, strict=False):
        axis.plot(x, ordinates, color=colour, linestyle=dash, label=name)
    for name, place in (marks or {}).items():
        axis.axvline(place, color=GREY, linewidth=1, linestyle=(0, (2, 2)))
        axis.annotate(name, (place, 1), xycoords=("data", "axes fraction"), xytext=(3, -10), textcoords="offset points")
    axis.set(xlabel=labels[0], ylabel=labels[1])
    axis.set_xscale("log" if "x" in logarithmic else "linear")
    axis.set_yscale("log" if "y" in logarithmic else "linear")
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def interval_strip(truth: float, estimates: np.ndarray, intervals: np.ndarray) -> Figure:
    """Draw estimates with their intervals side by side; those that miss the truth stand out.

    Args:
        truth: the true value.
        estimates: shape ``(k,)``.
        intervals: lower and upper ends, shape ``(k, 2)``.

    Returns:
        the figure.
    """
    figure, ((axis,),) = blank(height=2.8)
    numbers = np.arange(1, len(estimates) + 1)
    holds = (intervals[:, 0] <= truth) & (truth <= intervals[:, 1])
    for kind, colour, marker, name in ((holds, BLUE, "o", "holds the truth"), (~holds, ORANGE, "X", "misses it")):
        axis.vlines(numbers[kind], *intervals[kind].T, color=colour, linewidth=1.2)
        axis.plot(numbers[kind], estimates[kind], marker, color=colour, markersize=4, label=f"interval {name}")
    axis.axhline(truth, color="black", linewidth=1.2, label="true accuracy")
    axis.set(xlabel="test set", ylabel="accuracy")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)
    return figure


def landscape(grids: Sequence[np.ndarray], loss: np.ndarray, paths: Mapping[str, np.ndarray]) -> Figure:
    """Draw a loss over the plane with paths of gradient descent.

    Args:
        grids: coordinates along x and along y.
        loss: values, shape ``(len(y), len(x))``.
        paths: name to path of shape ``(steps, 2)``, at most five.

    Returns:
        the figure.
    """
    figure, ((axis,),) = blank(height=3.6)
    # Contours hang on the last bit of a value next to a level, which is not the same on every machine.
    rounded = np.round(loss, 12)
    levels = np.linspace(rounded.min(), rounded.max(), 20)[1:-1]
    axis.contour(*grids, rounded, levels=levels, colors=GREY, linewidths=0.6, alpha=0.8)
    for (name, path), (colour, dash), marker in zip(paths.items(), LOOKS, "os^Dv", strict=False):
        axis.plot(*path.T, color=colour, linestyle=dash, label=name)
        axis.plot(*path[0], marker=marker, color=colour, markersize=6, fillstyle="none")
        axis.plot(*path[-1], marker=marker, color=colour, markersize=7)
    axis.set(aspect="equal", xlabel=r"$\theta_1$", ylabel=r"$\theta_2$")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, fontsize=8.5)
    return figure


def models(x: np.ndarray, labels: Sequence[np.ndarray], scores: Sequence[np.ndarray], titles: Sequence[str]) -> Figure:
    """Draw truth, score and pointwise loss of several models, one above the other.

    Args:
        x: inputs, shape ``(m,)``.
        labels: the truth of each model.
        scores: the score of each model.
        titles: one for each.

    Returns:
        the figure.
    """
    figure, axes = blank(rows=len(labels), height=1.75 * len(labels) + 0.6)
    for axis, label, score, title in zip(axes[:, 0], labels, scores, titles, strict=True):
        _draw_score(axis, x, label, score)
        axis.set_title(title, loc="left", fontsize=9.5)
        axis.set_xlabel("")
    axes[-1, 0].set_xlabel("input $x$")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def gains(
    theta: np.ndarray, values: Mapping[str, np.ndarray], truth: Mapping[str, float], best: Mapping[str, float]
) -> Figure:
    r"""Draw gain curves side by side, each with the true threshold and its maximiser.

    Args:
        theta: parameters, shape ``(k,)``.
        values: title to gains, shape ``(k,)`` each.
        truth: title to the true threshold.
        best: title to the maximiser.

    Returns:
        the figure.
    """
    figure, axes = blank(len(values), height=2.9)
    for axis, (title, gain) in zip(axes[0], values.items(), strict=True):
        axis.plot(theta, gain, color=BLUE)
        top = float(np.interp(best[title], theta, gain))
        place = truth[title]
        mark(axis, place, float(np.interp(place, theta, gain)), "truth", ("black", "o"), (8, -14))
        mark(axis, best[title], top, "maximum", (ORANGE, "*"), (-24, 9))
        axis.set(xlabel=r"$\theta$", ylabel="gain $G$", title=title)
        axis.margins(y=0.15)
    return figure
