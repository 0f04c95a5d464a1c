r"""Which boxes of thresholds cannot hold the largest gain: branch and bound on a lattice.

A *box* is a product of cells, one a threshold, or with some thresholds fixed at $a$ or $b$: the faces. It is dropped if

- a partial derivative has one sign on all of it, which at a face must be the one that leads inwards: then no local
  maximum is there;
- or the gain stays below a value that is reached elsewhere;
- or it lies in a zone that is looked after.

Bounds over a box of half-width $r$ come from its middle $c$ and from bounds $B_{kl}\ge|H_{kl}|$ over the box (see
:mod:`lossbook.certified.curvature`): $|\partial_kG(\theta)-\partial_kG(c)|\le\sum_lB_{kl}r$. In the middle each panel's
integral is the trapezoidal value, with $f=\prod_{i\ne k}\sigma(c_i-x)$, $\Delta$ the change over the panel and $\ell$
its length:

$$\Big|\int\sigma'(c_k-x)\,f\,dx-|\Delta\sigma|\,\bar f\Big|\le\tfrac18|\Delta\sigma|\,\ell\operatorname{osc}f'
+\tfrac12\ell\,|\Delta\sigma'|\operatorname{osc}f,\qquad
\Big|\int F\,dx-\ell\bar F\Big|\le\tfrac18\ell^2\operatorname{osc}F'.$$

What is left is halved in every free direction, on a lattice of half the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import NamedTuple

import numpy as np
from flint import fmpq

from lossbook.certified.lattice import ROUNDING, Lattice
from lossbook.certified.slope import Interval

_CHUNK = 2_000_000  # numbers worked on at once


class Boxes(NamedTuple):
    """Boxes with sorted middles.

    Attributes:
        places: the middles' indices on the lattice, shape ``(boxes, n)``.
        free: 1 where a threshold ranges over its cell, 0 where it is fixed at an end; same shape.
    """

    places: np.ndarray
    free: np.ndarray


@dataclass(frozen=True)
class Zone:
    """A box in which the maximisers are looked after.

    Attributes:
        low: left ends, counted from a, shape ``(n,)``.
        high: right ends.
    """

    low: np.ndarray
    high: np.ndarray


def zone_of(sides: Sequence[Interval], length: fmpq) -> Zone:
    """Round a zone inwards; at an end of the interval it reaches beyond, as a box may do by a rounding.

    Args:
        sides: for each threshold from and to, counted from a.
        length: of the interval.

    Returns:
        the zone.
    """
    margin = 2.0**-40 * float(length)  # beyond the rounding of places
    low, high = (np.array([float(side[end]) for side in sides]) for end in (0, 1))
    return Zone(np.where(low > 0, low + margin, -np.inf), np.where(high < float(length), high - margin, np.inf))


def first_boxes(n: int, cells: int) -> Boxes:
    """Cover all sorted thresholds, faces included.

    Args:
        n: how many thresholds.
        cells: of the lattice.

    Returns:
        the boxes.
    """
    places, free = [], []
    middles = range(1, 2 * cells, 2)
    for left, right in product(range(n + 1), repeat=2):
        inner = n - left - right
        if inner < 0:
            continue
        for chosen in combinations_with_replacement(middles, inner):
            places.append((0,) * left + chosen + (2 * cells,) * right)
            free.append((0,) * left + (1,) * inner + (0,) * right)
    return Boxes(np.array(places), np.array(free))


def halved(boxes: Boxes, cells: int) -> Boxes:
    """Halve boxes in every free direction.

    Args:
        boxes: on a lattice.
        cells: of that lattice.

    Returns:
        the boxes on the lattice of twice as many cells, without those whose middles are not sorted.
    """
    n = boxes.places.shape[1]
    shifts = np.array(list(product((-1, 1), repeat=n)))
    places = (2 * boxes.places)[:, np.newaxis] + shifts * boxes.free[:, np.newaxis]
    free = np.broadcast_to(boxes.free[:, np.newaxis], places.shape).reshape(-1, n)
    places = places.reshape(-1, n)
    wanted = np.all(np.diff(places, axis=1) >= 0, axis=1)
    both = np.unique(np.concatenate([places[wanted], free[wanted]], axis=1), axis=0)
    return Boxes(both[:, :n], both[:, n:])


class Pruning:
    """Drops boxes of one lattice.

    Args:
        lattice: the lattice.
        best: a gain that is reached.
        zones: where the maximisers are looked after.
    """

    def __init__(self, lattice: Lattice, best: float, zones: Sequence[Zone]) -> None:
        """Keep what is needed; see the class."""
        self.lattice, self.best, self.zones = lattice, best, zones
        self.step = lattice.ends[-1] / (2 * lattice.cells)
        weight = float(np.abs(lattice.factors).max())
        self.value_slack = ROUNDING * weight * float(lattice.ends[-1])
        self.slope_slack = ROUNDING * weight * 4

    def kept(self, boxes: Boxes) -> Boxes:
        """Return the boxes that no test drops."""
        parts = [Boxes(*(part[self._stays(chunk)] for part in chunk)) for chunk in self._chunks(boxes)]
        return Boxes(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def _chunks(self, boxes: Boxes) -> Iterator[Boxes]:
        size = max(1, _CHUNK // len(self.lattice.lengths))
        for start in range(0, max(len(boxes.places), 1), size):
            yield Boxes(boxes.places[start : start + size], boxes.free[start : start + size])

    def _stays(self, boxes: Boxes) -> np.ndarray:
        middle = _Middle(self.lattice, boxes)
        bends = self._bends(boxes)
        reach = self.step * boxes.free
        slack = middle.slope_errors + np.einsum("bkl,bl->bk", bends, reach) + self.slope_slack
        rises, falls = middle.slopes > slack, middle.slopes < -slack
        at_left = (boxes.free == 0) & (boxes.places == 0)
        at_right = (boxes.free == 0) & ~at_left
        settled = np.where(at_left, rises, np.where(at_right, falls, rises | falls)).any(axis=1)
        upper = middle.value + middle.value_error + self.value_slack
        upper += ((np.abs(middle.slopes) + middle.slope_errors + self.slope_slack) * reach).sum(axis=1)
        upper += 0.5 * np.einsum("bk,bkl,bl->b", reach, bends, reach)
        return np.asarray(~settled & ~(upper < self.best) & ~self._inside(boxes, reach))

    def _inside(self, boxes: Boxes, reach: np.ndarray) -> np.ndarray:
        """Tell which boxes lie in a zone."""
        low, high = self.step * boxes.places - reach, self.step * boxes.places + reach
        inside = [np.all((low >= zone.low) & (high <= zone.high), axis=1) for zone in self.zones]
        return np.any([np.zeros(len(low), dtype=bool), *inside], axis=0)

    def _bends(self, boxes: Boxes) -> np.ndarray:
        r"""Bound $|H_{kl}|$ over each box, shape ``(boxes, n, n)``."""
        lattice, n = self.lattice, boxes.places.shape[1]
        steepest = lattice.steepest[boxes.free, boxes.places]
        weight = np.abs(lattice.factors) * lattice.lengths
        bends = np.einsum("bkq,blq,q->bkl", steepest, steepest, weight)
        at_cuts = lattice.steepest_at_cuts[boxes.free, boxes.places]
        highest = lattice.highest_at_cuts[boxes.free, boxes.places]
        for k in range(n):
            others = np.prod(np.delete(highest, k, axis=1), axis=1)
            ends = (at_cuts[:, k] * others) @ lattice.steps
            bends[:, k, k] = ends + bends[:, k].sum(axis=1) - bends[:, k, k]
        return np.asarray(bends * (1 + ROUNDING))


class _Middle:
    """Gain and gradient in the middles of boxes, with bounds of the errors."""

    def __init__(self, lattice: Lattice, boxes: Boxes) -> None:
        """Add up the panels."""
        self.values, self.derivatives = lattice.values[boxes.places], lattice.slopes[boxes.places]
        self.falls = -np.diff(self.values)  # of σ over a panel: positive
        self.turns = np.abs(np.diff(self.derivatives))
        self.high = np.maximum(np.abs(self.values[..., :-1]), np.abs(self.values[..., 1:]))
        self.steep = np.maximum(self.derivatives[..., :-1], self.derivatives[..., 1:])
        n, signed, size = boxes.places.shape[1], lattice.factors, np.abs(lattice.factors)
        length = lattice.lengths
        slopes, errors = [], []
        bend = np.zeros(self.falls[:, 0].shape)
        for k in range(n):
            others = [i for i in range(n) if i != k]
            f = np.prod(self.values[:, others], axis=1)
            change, slope_change = self._oscillations(others)
            mass = self.falls[:, k]
            slopes.append((mass * (f[:, :-1] + f[:, 1:]) / 2) @ signed)
            errors.append((mass * length * slope_change / 8 + length * self.turns[:, k] * change / 2) @ size)
            bend += self.turns[:, k] * np.prod(self.high[:, others], axis=1) + self.steep[:, k] * change
        total = np.prod(self.values, axis=1)
        self.slopes, self.slope_errors = np.stack(slopes, axis=1), np.stack(errors, axis=1)
        self.value = ((total[:, :-1] + total[:, 1:]) / 2) @ (signed * length)
        self.value_error = bend @ (size * length**2) / 8

    def _oscillations(self, others: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Bound the oscillations of the product of some factors and of its derivative over each panel."""
        change, slope_change = np.zeros((2, *self.falls[:, 0].shape))
        for i in others:
            rest = [j for j in others if j != i]
            high = np.prod(self.high[:, rest], axis=1)
            change = change + self.falls[:, i] * high
            slope_change = slope_change + self.turns[:, i] * high
            for j in rest:
                more = np.prod(self.high[:, [m for m in rest if m != j]], axis=1)
                slope_change = slope_change + self.steep[:, i] * self.falls[:, j] * more
        return change, slope_change
