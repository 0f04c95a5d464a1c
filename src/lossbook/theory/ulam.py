r"""The exact stationary law of one threshold that follows single points without momentum, by Ulam's method (N5).

The chain is $\theta'=\operatorname{clip}(\theta+\gamma\,\hat g(\theta,x),a,b)$ with $x$ uniform on $[a,b]$, for any
sigmoid, margin loss and class weights. Clipping puts atoms on the two ends; the interval between is cut into equal
cells. A point $x$ moves a cell as a whole, by the step of its middle, onto parts of two cells or over an end; the
points are the middles of some thousand short intervals on either side of the truth. The fixed vector of this transition
matrix is the law. Its moments have an error of second order in the width of the cells, and are extrapolated.

Source: T.-Y. Li (1976) proves that Ulam's method converges, for maps of an interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lossbook.arguments import real_array, shown, whole
from lossbook.sgd import SGD
from lossbook.sgd.settings import Decay
from lossbook.theory.landscape import Landscape

_POINTS = 4000  # on the whole interval, and at least a tenth of that in either class
_ROWS = 250  # of the matrix that are made at once


@dataclass(frozen=True)
class StationaryLaw:
    r"""The stationary law of a learning process.

    Attributes:
        edges: of the cells, shape ``(cells + 1,)``.
        chances: of the cells, shape ``(cells,)``; with the atoms they add up to 1.
        at_a: the atom at $a$: how often the threshold lies on that end; extrapolated.
        at_b: the atom at $b$, likewise.
        mean: of $\theta$, extrapolated.
        variance: of $\theta$, extrapolated.
        errors: how far mean and variance moved when the cells were halved: estimates of their errors from above.
    """

    edges: np.ndarray
    chances: np.ndarray
    at_a: float
    at_b: float
    mean: float
    variance: float
    errors: tuple[float, float]

    def density(self, edges: np.ndarray) -> np.ndarray:
        """Average the density over the bins of a histogram, the atoms in the bins at the ends.

        Args:
            edges: increasing, from a to b, shape ``(m + 1,)``.

        Returns:
            shape ``(m,)``.
        """
        bins = real_array(edges, "edges")
        below = np.concatenate([[0.0], np.cumsum(self.chances)])
        shares = np.diff(np.interp(bins, self.edges, below))
        shares[0] += self.at_a
        shares[-1] += self.at_b
        return shares / np.diff(bins)


def stationary_law(settings: SGD, cells: int = 1000) -> StationaryLaw:
    r"""Find the stationary law of a threshold that follows single points without momentum.

    Args:
        settings: one threshold, batch 1, no momentum, constant rate, clipped.
        cells: how many cells the finer of the two partitions has; even, 20 to 6,000, and at least four to the largest
            step.

    Returns:
        the law.

    Raises:
        ValueError: if ``cells`` is not even; so is one out of range, or a setting that is not of these.

    Example:
        >>> from lossbook.problem import ThresholdProblem
        >>> from lossbook.sigmoid.families import arctan
        >>> problem = ThresholdProblem(-1, ["1/5"], 1)
        >>> settings = SGD(problem=problem, sigmoid=arctan("1/10"), learning_rate=0.02, steps=1)
        >>> law = stationary_law(settings)
        >>> round(law.mean, 4), round(law.variance, 5)
        (0.204, 0.0168)
    """
    _refuse(settings)
    count = whole(cells, "cells", 20, 6000)
    if count % 2:
        raise ValueError(f"cells must be an even whole number from 20 to 6000; got {count}")
    land = Landscape(settings)
    _refuse_short_steps(land, count)
    (coarse, _), (fine, chances) = (_law(land, part) for part in (count // 2, count))
    best = fine + (fine - coarse) / 3
    mean, variance, at_a, at_b = (float(value) for value in best)
    errors = np.abs(fine - coarse)
    edges = np.linspace(land.cuts[0], land.cuts[-1], count + 1)
    return StationaryLaw(edges, chances[1:-1], at_a, at_b, mean, variance, (float(errors[0]), float(errors[1])))


def _refuse(settings: SGD) -> None:
    """Refuse a process that is not a Markov chain on the interval."""
    if not isinstance(settings, SGD):
        raise TypeError(f"settings must be an SGD; got {shown(settings)}")
    wanted = {
        "one threshold": settings.problem.n == 1,
        "batch 1": settings.batch == 1,
        "momentum 0": settings.momentum == 0,
        "a constant learning rate": not isinstance(settings.learning_rate, Decay),
        "clip True": settings.clip,
    }
    missing = [name for name, there in wanted.items() if not there]
    if missing:
        raise ValueError(f"settings must have {', '.join(missing)} for the stationary law to be known exactly")


def _refuse_short_steps(land: Landscape, cells: int) -> None:
    """Refuse cells so wide that no step leads out of them."""
    length = land.cuts[-1] - land.cuts[0]
    u = np.linspace(-length, length, _POINTS + 1)
    pulls = [
        weight * float(np.abs(land.slope(u, positive)).max())
        for weight, positive in ((land.plus, True), (land.minus, False))
    ]
    largest = land.settings.rates(0, 1)[0] * max(pulls)  # in lengths
    if largest * cells < 4:
        raise ValueError(f"cells must be at least {math.ceil(4 / largest)}, four to the largest step; got {cells}")


def _points(land: Landscape) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points of both classes, their chances, and 1 or -1 for the class."""
    a, middle, b = land.cuts
    parts = []
    for low, high, label in ((a, middle, 1.0), (middle, b, -1.0)):
        count = max(_POINTS // 10, round(_POINTS * (high - low) / (b - a)))
        x = low + (high - low) * (np.arange(count) + 0.5) / count
        parts.append((x, np.full(count, (high - low) / (b - a) / count), np.full(count, label)))
    x, chances, labels = (np.concatenate(part) for part in zip(*parts, strict=True))
    return x, chances, labels


def _law(land: Landscape, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean, variance and atoms, and the chances of the end a, of the cells and of the end b."""
    a, middle, b = land.cuts
    width = (b - a) / cells
    places = np.concatenate([[a], a + width * (np.arange(cells) + 0.5), [b]])
    system = _transitions(land, places, cells).T - np.eye(cells + 2)
    system[-1] = 1.0
    chances = np.maximum(np.linalg.solve(system, np.eye(1, cells + 2, cells + 1)[0]), 0.0)
    spread = np.concatenate([[0.0], np.full(cells, width**2 / 12), [0.0]])
    mean = float(chances @ (places - middle))
    variance = float(chances @ ((places - middle - mean) ** 2 + spread))
    return np.array([middle + mean, variance, chances[0], chances[-1]]), chances


def _transitions(land: Landscape, places: np.ndarray, cells: int) -> np.ndarray:
    """Return the chances to move between the ends and the cells, shape ``(cells + 2, cells + 2)``."""
    x, chances, labels = _points(land)
    width = (land.cuts[-1] - land.cuts[0]) / cells
    weights = np.where(labels > 0, land.plus, land.minus)
    scale = -labels * weights * land.settings.rates(0, 1)[0] * (land.cuts[-1] - land.cuts[0]) / width
    matrix = np.zeros((len(places), cells + 2))
    for first in range(0, len(places), _ROWS):
        rows = np.arange(first, min(first + _ROWS, len(places)))
        steps = scale * land.slope(labels * (places[rows, np.newaxis] - x), labels > 0)  # in widths
        inside = (rows > 0) & (rows <= cells)
        starts = np.where(inside, rows - 1.0, np.where(rows == 0, 0.0, float(cells)))[:, np.newaxis] + steps
        left = np.floor(starts)
        right_share = np.where(inside[:, np.newaxis], starts - left, 0.0)
        left = np.where(inside[:, np.newaxis] | (starts != left), left, left - (starts <= 0))  # on an end: the atom
        for target, share in ((left, 1 - right_share), (left + 1, right_share)):
            index = np.clip(target.astype(np.int64) + 1, 0, cells + 1)
            flat = (np.arange(len(rows))[:, np.newaxis] * (cells + 2) + index).ravel()
            found = np.bincount(flat, (share * chances).ravel(), minlength=len(rows) * (cells + 2))
            matrix[rows] += found.reshape(len(rows), cells + 2)
    return matrix
