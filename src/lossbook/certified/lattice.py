r"""Values of an odd sigmoid on a lattice, once for all boxes of a branch and bound.

Thresholds and the ends of panels lie on the lattice of places $a+i\,r$, $0\le i\le2m$, so that every argument
$\theta-x$ is a multiple of $r$: one table of $\sigma(dr)$ and $\sigma'(dr)$ serves all. Only the arguments at the cuts
$a_j$, which are panel ends too, need values of their own. All values are computed in ball arithmetic and rounded to the
nearest double; :data:`ROUNDING` allows for that and for the sums that are made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from lossbook.balls import BallFunction
from lossbook.sigmoid import OddSigmoid

_BITS = 70
ROUNDING = 2.0**-34  # of the sum of all sizes: 16,000 terms of a few factors, each wrong by some 2^-52


class Lattice:
    r"""A lattice over the interval, its panels, and the sigmoid's values.

    Args:
        sigma: an odd sigmoid with all axioms proved.
        cuts: $a,a_1,\dots,b$.
        factors: $s_jw_j$, the signed weight of each interval.
        cells: $m$, how many boxes a threshold's range is cut into.

    Attributes:
        cells: $m$.
        radius: $r$, half a cell.
        ends: panel ends from left to right, on the lattice and at the cuts, counted from $a$: shape ``(panels + 1,)``.
        lengths: shape ``(panels,)``.
        factors: the signed weight of each panel.
        values: $\sigma(\theta-x)$ for the lattice's places and the panel ends: shape ``(2m + 1, panels + 1)``.
        slopes: $\sigma'(\theta-x)$, as ``values``.
        steep: $\sigma'(0)$, which no slope exceeds.
        columns: which panel ends are the n + 2 cuts.
        steps: at each cut the size of the step of the signed weight, which is 0 outside.
    """

    def __init__(self, sigma: OddSigmoid, cuts: Sequence[fmpq], factors: Sequence[fmpq], cells: int) -> None:
        """Make the tables; see the class."""
        self.cells, self.radius = cells, (cuts[-1] - cuts[0]) / (2 * cells)
        self.count, self._inner = 2 * cells + 1, [cut - cuts[0] for cut in cuts[1:-1]]
        places = [(i * self.radius, i) for i in range(self.count)]
        places = sorted(places + [(cut, -1 - j) for j, cut in enumerate(self._inner)])
        self._kinds = np.array([kind for _, kind in places])  # index on the lattice, or -1 - j for the j-th cut
        self.ends = np.array([_float(place) for place, _ in places])
        self.lengths = np.diff(self.ends)
        self.columns = np.concatenate([[0], np.flatnonzero(self._kinds < 0), [len(places) - 1]])
        signed = np.array([_float(factor) for factor in factors])
        self.factors = signed[np.cumsum(self._kinds[:-1] < 0)]
        self.steps = np.abs(np.diff(np.concatenate([[0.0], signed, [0.0]])))
        self.values = self._table(sigma.ball, -1)
        self.slopes = self._table(sigma.ball_derivative, 1)
        self.steep = float(self.slopes.max())

    def _table(self, function: BallFunction, parity: int) -> np.ndarray:
        """Evaluate at all differences of places and panel ends."""
        with ctx.workprec(_BITS):
            right = [float(function(arb(d * self.radius)).mid()) for d in range(self.count)]
            cuts = [
                [float(function(arb(i * self.radius - cut)).mid()) for i in range(self.count)] for cut in self._inner
            ]
        both = np.concatenate([parity * np.array(right[:0:-1]), right])
        on = self._kinds >= 0
        table = np.empty((self.count, len(on)))
        table[:, on] = both[np.arange(self.count)[:, np.newaxis] - self._kinds[on] + self.count - 1]
        table[:, ~on] = np.array(cuts)[-1 - self._kinds[~on]].T
        return table

    @cached_property
    def steepest(self) -> np.ndarray:
        r"""Bounds of $\sigma'(\theta-x)$ over a panel, θ a place (0) or its cell (1): shape ``(2, 2m + 1, panels)``."""
        return np.stack([self._steepest(reach, self.ends[:-1], self.ends[1:]) for reach in (0, 1)])

    @cached_property
    def steepest_at_cuts(self) -> np.ndarray:
        """The same at the cuts: shape ``(2, 2m + 1, n + 2)``."""
        cuts = self.ends[self.columns]
        return np.stack([self._steepest(reach, cuts, cuts, self.columns) for reach in (0, 1)])

    @cached_property
    def highest_at_cuts(self) -> np.ndarray:
        r"""Bounds of $|\sigma(\theta-x)|$ at the cuts: shape ``(2, 2m + 1, n + 2)``."""
        sizes = np.abs(self.values[:, self.columns])
        return np.stack([np.maximum(sizes[self._moved(-reach)], sizes[self._moved(reach)]) for reach in (0, 1)])

    def _moved(self, step: int) -> np.ndarray:
        return np.clip(np.arange(self.count) + step, 0, self.count - 1)

    def _steepest(self, reach: int, low: np.ndarray, high: np.ndarray, columns: Any = None) -> np.ndarray:
        """Bound σ' where θ moves by ``reach`` places to either side and x from ``low`` to ``high``."""
        left = (
            self.slopes[self._moved(-reach)][:, 1:] if columns is None else self.slopes[self._moved(-reach)][:, columns]
        )
        right = (
            self.slopes[self._moved(reach)][:, :-1] if columns is None else self.slopes[self._moved(reach)][:, columns]
        )
        places = _float(self.radius) * np.arange(self.count)[:, np.newaxis]
        margin = _float(self.radius) * (reach + 1e-6)  # beyond the rounding of a place
        around = (low <= places + margin) & (high >= places - margin)
        return np.where(around, self.steep, np.maximum(left, right))


def _float(number: fmpq) -> float:
    return int(number.p) / int(number.q)
