r"""The phase diagram: regions of problems, each certified as a whole.

A *cell* is a box of problems: intervals of lengths and weight ratios. Its class is proved for every problem in it by a
sign cover of the slope whose lengths and weights are intervals (:mod:`lossbook.certified.slope`):

- ``"end a"``, ``"end b"``: the gain falls, or rises, on all of $[a,b]$; a class is given up;
- ``"interior"``: one local maximiser, inside;
- ``"bistable"``: at least two local maximisers, and their number is the same all over the cell;
- ``"undecided"``: none of these is shown.

An undecided cell is cut into four, down to a smallest size.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import ctx, fmpq

from lossbook.arguments import exact
from lossbook.balls import rational
from lossbook.certified.cover import Cell, cells, stretches
from lossbook.certified.slope import Box, Interval, PairedSlope, Place
from lossbook.certified.zeros import sign_pattern
from lossbook.sigmoid import OddSigmoid

CLASSES = ("undecided", "end a", "interior", "end b", "bistable")
_BITS = 60
_MOST_CUTS = 150
_FINEST = fmpq(1, 1 << 24)  # of the shorter length
_JUNCTIONS = (fmpq(1, 2), fmpq(7, 8), fmpq(1, 8))

Decision = Callable[[Box], str]


def classify(sigma: OddSigmoid, box: Box) -> str:
    """Find the class of all problems in a box.

    The cover has three parts: in the frame of a, of the truth, and of b. For problems of different lengths neighbouring
    parts overlap; the overlap must have one known sign, so that no zero is lost or counted twice.

    Args:
        sigma: the odd sigmoid.
        box: the problems.

    Returns:
        one of :data:`CLASSES`.
    """
    if not all(PairedSlope(sigma, box, end).node(fmpq(0)).sign for end in ("a", "b")):
        return "undecided"
    for part in _JUNCTIONS:
        with suppress(_OverlapError), ctx.workprec(_BITS):
            pieces = stretches(_cover(sigma, box, part))
            pattern = sign_pattern(pieces)
            if "?" in pattern:
                return "undecided"
            one = {"-": "end a", "+-": "interior", "+": "end b"}
            return one.get(pattern, "bistable")
    return "undecided"


class _OverlapError(ArithmeticError):
    """The sign is not known where two parts overlap."""


def _cover(sigma: OddSigmoid, box: Box, part: Place) -> list[Cell]:
    """Cover all problems of a box; the parts meet at this part of the lengths, counted from the truth."""
    (a_low, a_high), (b_low, b_high) = box.positive, box.negative
    left, right = a_low * part, b_low * part
    if a_high - a_low > left or b_high - b_low > right:
        raise _OverlapError
    finest, zero = min(a_low, b_low) * _FINEST, fmpq(0)
    found: list[Cell] = []
    for frame, places in (
        ("a", (zero, a_low - left, a_high - left)),
        ("truth", (-left, zero, right)),
        ("b", (right - b_high, right - b_low, zero)),
    ):
        slope = PairedSlope(sigma, box, frame)
        overlap = {"a": (places[1], places[2]), "b": (places[0], places[1])}.get(frame, (zero, zero))
        for cell in cells(slope, sorted(set(places)), finest, most=_MOST_CUTS):
            found.append(cell)
            if cell.sign:
                continue
            if overlap[0] <= cell.left.place < overlap[1]:
                raise _OverlapError
            if not cell.trend:
                return [cell]
    return found


@dataclass(frozen=True)
class Plane:
    r"""A plane of problems over decimal logarithms.

    Attributes:
        x: from and to, decades.
        y: from and to, decades.
        box: makes the problems from an interval of $10^x$ and one of $10^y$, exact numbers.
        mirror: whether exchanging x and y exchanges the ends a and b, so that half the plane is enough.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    box: Callable[[Interval, Interval], Box]
    mirror: bool = False


def lengths_plane(low: float = -3, high: float = 3) -> Plane:
    r"""Make the plane of $A$ and $B$, equal weights.

    Args:
        low: the smallest exponent of ten.
        high: the largest.

    Returns:
        the plane; lengths in the unit of the sigmoid that is classified on it.
    """
    return Plane((low, high), (low, high), lambda x, y: Box.around(x, y, (fmpq(1), fmpq(1))), mirror=True)


def weights_plane(positive: Any, x: tuple[float, float], y: tuple[float, float]) -> Plane:
    r"""Make the plane of imbalance $B/A$ and weight ratio $\rho$ at one length $A$.

    Args:
        positive: $A$, an exact positive number.
        x: exponents of ten of $B/A$.
        y: exponents of ten of $\rho$.

    Returns:
        the plane.
    """
    size = rational(exact(positive, "positive", positive=True))
    return Plane(x, y, lambda x, y: Box.around((size, size), (size * x[0], size * x[1]), y))


@dataclass(frozen=True)
class Diagram:
    """A plane cut into certified cells.

    Attributes:
        plane: what it shows.
        labels: for each of the smallest cells the number of its class in ``classes``, shape ``(rows, columns)``, first
            index along y.
        classes: the names; the first means undecided.
    """

    plane: Plane
    labels: np.ndarray
    classes: tuple[str, ...]

    def share(self, name: str) -> float:
        """Give the part of the plane's area that a class covers."""
        return float(np.mean(self.labels == self.classes.index(name)))

    @property
    def shares(self) -> dict[str, float]:
        """The part of the area that each class covers, in per cent."""
        return {name: 100 * self.share(name) for name in self.classes}

    def at(self, x: float, y: float) -> str:
        """Give the class of the cell that holds a point of the plane.

        Args:
            x: abscissa, not its logarithm.
            y: ordinate, not its logarithm.

        Returns:
            one of ``classes``.

        Raises:
            ValueError: if the point lies outside.
        """
        size, indices = len(self.labels), []
        for name, value, (low, high) in (("y", y, self.plane.y), ("x", x, self.plane.x)):
            if not 10.0**low <= value <= 10.0**high:
                raise ValueError(f"{name} must lie between {10.0**low:g} and {10.0**high:g}; got {value}")
            indices.append(min(int((np.log10(value) - low) / (high - low) * size), size - 1))
        return self.classes[int(self.labels[tuple(indices)])]


def diagram(plane: Plane, decide: Decision, classes: tuple[str, ...] = CLASSES, depth: int = 9) -> Diagram:
    r"""Cut a plane into cells of known class.

    Args:
        plane: the problems.
        decide: gives the class that holds on all of a box, or ``classes[0]``.
        classes: the names of the classes, undecided first; with ``plane.mirror`` "end a" and "end b" change places.
        depth: cells have $2^{-\mathrm{depth}}$ of the plane's width at least.

    Returns:
        the diagram.
    """
    edges = [_edges(interval, 1 << depth) for interval in (plane.x, plane.y)]
    labels = np.zeros((1 << depth, 1 << depth), dtype=np.uint8)
    open_cells = [(0, 0, 1 << depth)]
    while open_cells:
        column, row, size = open_cells.pop()
        if plane.mirror and column >= row + size:
            continue
        sides = [(edge[start], edge[start + size]) for edge, start in zip(edges, (column, row), strict=True)]
        label = classes.index(decide(plane.box(*sides)))
        if label == 0 and size > 1:
            half = size // 2
            open_cells += [(column + i, row + j, half) for i in (0, half) for j in (0, half)]
        else:
            labels[row : row + size, column : column + size] = label
    return Diagram(plane, _mirrored(labels, classes) if plane.mirror else labels, classes)


def classified(sigma: OddSigmoid, plane: Plane, depth: int = 9) -> Diagram:
    """Cut a plane into cells of problems that are all of one class, as :func:`classify` proves it.

    Args:
        sigma: the odd sigmoid.
        plane: the problems.
        depth: see :func:`diagram`.

    Returns:
        the phase diagram.
    """
    return diagram(plane, lambda box: classify(sigma, box), CLASSES, depth)


def _edges(decades: tuple[float, float], count: int) -> list[Place]:
    """Give the exact values of the cells' edges: decimals near equal steps of the logarithm, the same everywhere."""
    decimals = (Fraction(f"{value:.12e}") for value in np.logspace(*decades, count + 1).tolist())
    return [fmpq(edge.numerator, edge.denominator) for edge in decimals]


def _mirrored(labels: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """Fill the half with x > y from the half with x < y."""
    swap = {"end a": "end b", "end b": "end a"}
    other = np.array([classes.index(swap.get(name, name)) for name in classes], dtype=np.uint8)
    return np.where(np.tri(len(labels), dtype=bool), labels, other[labels.T])
