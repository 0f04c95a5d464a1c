r"""The best pair of two thresholds by a search of the whole square, in plain ``float64``, with no use of the theory.

The outer intervals have the length $L$, the middle one $M$, and the pair is sought on $[0,2L+M]^2$. The gain of every
pair of a grid is a sum over the nodes $x_k$ of one Gauss-Legendre rule, with weights $w_k$ of the intervals' signs:
$G(\theta_1,\theta_2)=\sum_kw_k\,\sigma(\theta_1-x_k)\,\sigma(\theta_2-x_k)$. Around the best of the grid's local maxima
finer grids close in.

The sum is taken node by node, so that a gain is the same bits whatever the number of threads. The sigmoid's values may
differ in the last bit from machine to machine; :func:`best_pair` rounds this away.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

from lossbook.arguments import exact, fraction
from lossbook.sigmoid import OddSigmoid, checked_sigmoid

DIGITS = 4  # places behind the point of the best pair
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_LONGEST_PANEL, _FEWEST_PANELS = 0.8, 4
_GRID, _MIDDLE_GRID, _NEAR_GRID = 121, 31, 31  # places on all of the interval, on the middle one, around each cut
_NEAR = 2.0  # how far the last ones go, but never further than L
_TIE = 1e-14  # of the largest gain: a place lower by so little is a local maximum too
_TOPS, _ROUNDS, _FINE_GRID = 4, 5, 17  # the best local maxima, and the finer grids around each
Pair = tuple[float, float]


def length_of(value: Any, name: str) -> float:
    """Read the length of an interval.

    Args:
        value: an exact positive number.
        name: the argument's name, for messages.

    Returns:
        the nearest double.
    """
    return float(fraction(exact(value, name, positive=True)))


def signed_rule(outer: float, middle: float) -> tuple[np.ndarray, np.ndarray]:
    """Make the quadrature rule of the gain: eight nodes on each of at least four panels of every interval.

    Args:
        outer: $L$.
        middle: $M$.

    Returns:
        nodes and weights, shape ``(nodes,)`` each; the weights of the middle interval are negative.
    """
    nodes, weights = [], []
    cuts = (0.0, outer, outer + middle, 2 * outer + middle)
    for sign, low, high in zip((1, -1, 1), cuts[:-1], cuts[1:], strict=True):
        ends = np.linspace(low, high, 1 + math.ceil(max((high - low) / _LONGEST_PANEL, _FEWEST_PANELS)))
        half = np.diff(ends)[:, np.newaxis] / 2
        nodes.append((ends[:-1, np.newaxis] + half * (1 + _NODES)).ravel())
        weights.append((sign * half * _WEIGHTS).ravel())
    return np.concatenate(nodes), np.concatenate(weights)


class Square:
    """The gain of all pairs of one problem.

    Args:
        sigma: an odd sigmoid.
        outer: $L$, the length of both outer intervals.
        middle: $M$, the length of the middle one.
    """

    def __init__(self, sigma: OddSigmoid, outer: float, middle: float) -> None:
        """Keep the problem and its rule; see the class for the arguments."""
        self.sigma = checked_sigmoid(sigma)
        self.outer, self.middle, self.whole = outer, middle, 2 * outer + middle
        self.nodes, self.weights = signed_rule(outer, middle)

    def gains(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Give the gain of every pair.

        Args:
            first: values of one threshold, shape ``(k,)``.
            second: of the other, shape ``(l,)``.

        Returns:
            gains, shape ``(k, l)``.
        """
        left = self.sigma.numeric(first - self.nodes[:, np.newaxis]) * self.weights[:, np.newaxis]
        right = self.sigma.numeric(second - self.nodes[:, np.newaxis])
        total, product = np.zeros((2, len(first), len(second)))
        for row, column in zip(left, right, strict=True):  # a matrix product would sum in an order of its own
            total += np.multiply(row[:, np.newaxis], column, out=product)
        return total

    def _places(self) -> np.ndarray:
        """The grid's places: on the whole interval, on the middle one, and around each of the four cuts."""
        cuts, reach = (0.0, self.outer, self.outer + self.middle, self.whole), min(_NEAR, self.outer)
        near = [cut + reach * np.linspace(-1, 1, _NEAR_GRID) for cut in cuts]
        inner = self.outer + self.middle * np.linspace(0, 1, _MIDDLE_GRID)
        places = np.concatenate([np.linspace(0, self.whole, _GRID), inner, *near])
        return np.unique(np.clip(places, 0, self.whole))

    def _closing_in(self, ends: list[Pair]) -> tuple[float, float, float]:
        """The best gain between ends of both thresholds, and its pair in increasing order."""
        for _ in range(_ROUNDS):
            grids = [np.linspace(*pair, _FINE_GRID) for pair in ends]
            table = self.gains(*grids)
            best = divmod(int(np.argmax(table)), _FINE_GRID)
            ends = [_around(grid, i) for grid, i in zip(grids, best, strict=True)]
        first, second = sorted(float(grid[i]) for grid, i in zip(grids, best, strict=True))
        return float(table.max()), first, second

    def best(self) -> Pair:
        """Search the square.

        Returns:
            the best pair, in increasing order.
        """
        places = self._places()
        table = self.gains(places, places)
        padded = np.pad(table, 1, constant_values=-np.inf)
        around = [padded[i : i + len(table), j : j + len(table)] for i in range(3) for j in range(3)]
        tops = np.argwhere(np.triu(table >= np.max(around, axis=0) - _TIE * np.abs(table).max()))
        best = sorted(tops, key=lambda top: -float(table[tuple(top)]))[:_TOPS]
        return max(self._closing_in([_around(places, i) for i in top]) for top in best)[1:]


def _around(grid: np.ndarray, i: int) -> Pair:
    """The neighbours of a place of a grid; at its end, the end itself."""
    return float(grid[max(i - 1, 0)]), float(grid[min(i + 1, len(grid) - 1)])


def _rounded(place: float) -> float:
    """Round to DIGITS places, a tie up: also one that the search meets only to its last place but two."""
    near = Decimal(repr(round(place, DIGITS + 2)))
    return float(near.quantize(Decimal(1).scaleb(-DIGITS), ROUND_HALF_UP))


def best_pair(sigma: OddSigmoid, outer: Any, middle: Any) -> Pair:
    r"""Search all pairs of thresholds for the best.

    Args:
        sigma: an odd sigmoid.
        outer: $L$, the length of both outer intervals, an exact positive number.
        middle: $M$, the length of the middle one, an exact positive number.

    Returns:
        the pair in increasing order, rounded to :data:`DIGITS` places; of a pair at the right end, which is as good,
        the one at the left end.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> best_pair(arctan(), 1, "1/10"), best_pair(arctan(), 1, 2)
        ((0.0, 0.0), (0.9349, 3.0651))
    """
    square = Square(sigma, length_of(outer, "outer"), length_of(middle, "middle"))
    first, second, end = map(_rounded, (*square.best(), square.whole))
    return (0.0, 0.0) if first == second == end else (first, second)
