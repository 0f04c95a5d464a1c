"""Write the still picture of the explorer, with the setting it starts with: `python -m tools.still`."""

import io
from pathlib import Path

import numpy as np

import lossbook as lb
from lossbook import figures
from tools.chapters import ROOT

PICTURE = ROOT / "book" / "_static" / "explorer.svg"
TRUTH, MODEL, RIGHT = 2, 3, 10
DIGITS = 9  # kept of what is drawn: processors differ in the last


def picture() -> str:
    """Return the picture as SVG."""
    figures.use_style()
    problem, sigma = lb.ThresholdProblem(0, [TRUTH], RIGHT), lb.sigmoids.arctan()
    low, high = lb.maximize_gain(problem, sigma).points[0]
    best = float(low + high) / 2
    x, theta = np.linspace(0, RIGHT, 401), np.linspace(0, RIGHT, 101)
    gains = [lb.gain(problem, sigma, place) for place in (TRUTH, MODEL, best)]
    marks = dict(zip(("truth", "model", "best"), zip((TRUTH, MODEL, best), gains, strict=True), strict=True))
    column = theta[:, np.newaxis]
    values = lb.gain(problem, sigma, column), lb.gain_gradient(problem, sigma, column)[:, 0]
    figure = figures.explorer(
        x,
        problem.label(x),
        sigma(MODEL - x).round(DIGITS),
        theta,
        (values[0].round(DIGITS), values[1].round(DIGITS)),
        marks,
    )
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def write(path: Path = PICTURE) -> None:
    """Write the picture."""
    path.write_text(picture(), "utf-8")


if __name__ == "__main__":
    write()
