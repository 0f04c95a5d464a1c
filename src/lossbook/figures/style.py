r"""The book's style: vector graphics without a background, so that one picture serves light and dark pages.

Lines are told apart by colour *and* by dash or marker. Fixed salts and dates make the files the same bytes on every
machine.
"""

from __future__ import annotations

import logging
import os
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#C35200", "#00805C", "#AA3377", "#6B6B6B"
LOOKS: tuple[tuple[str, Any], ...] = (
    (BLUE, "-"),
    (ORANGE, "--"),
    (GREEN, "-."),
    (PURPLE, ":"),
    ("#000000", (0, (5, 1, 1, 1, 1, 1))),
)
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "lossbook",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "figure.figsize": (6.4, 3.2),
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "lines.linewidth": 1.8,
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "mathtext.fontset": "dejavusans",
    "legend.frameon": False,
}


def use_style() -> None:
    """Set the book's style; in a notebook also the format, SVG, from which the printed book's figures are made too."""
    mpl.rcdefaults()
    mpl.rcParams.update(_STYLE)
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it finds that date odd, on stderr
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    if get_ipython() is not None:
        set_matplotlib_formats("svg")


def blank(columns: int = 1, rows: int = 1, *, height: float = 3.2) -> tuple[Figure, np.ndarray]:
    """Make a figure with axes.

    Args:
        columns: how many axes stand side by side.
        rows: how many one above the other; they share their abscissa.
        height: inches.

    Returns:
        the figure and its axes, shape ``(rows, columns)``.
    """
    width = 5.6 if columns == 1 else 6.8
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, squeeze=False, sharex=rows > 1)


def mark(axis: Axes, x: float, y: float, text: str, look: tuple[str, str], offset: tuple[float, float]) -> None:
    """Mark a point and name it.

    Args:
        axis: where to draw.
        x: its abscissa.
        y: its ordinate.
        text: its name.
        look: colour and marker.
        offset: of the name from the point, in points.
    """
    colour, marker = look
    axis.plot([x], [y], marker=marker, color=colour, markersize=8, linestyle="none", zorder=5)
    axis.annotate(text, (x, y), xytext=offset, textcoords="offset points", color=colour)
