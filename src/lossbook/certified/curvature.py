r"""The Hessian of the gain over a box of thresholds, in ball arithmetic, from $\sigma$ and $\sigma'$ alone.

For $k\ne l$, with labels and weights $s_jw_j$ on the intervals $I_j$,

$$H_{kl}=\sum_js_jw_j\int_{I_j}\sigma'(\theta_k-x)\,\sigma'(\theta_l-x)\prod_{i\ne k,l}\sigma(\theta_i-x)\,dx.$$

On the diagonal, $\sigma''(\theta_k-x)=-\frac{d}{dx}\sigma'(\theta_k-x)$ and integration by parts give

$$H_{kk}=-\sum_js_jw_j\Big[\sigma'(\theta_k-x)\prod_{i\ne k}\sigma(\theta_i-x)\Big]_{a_j}^{a_{j+1}}
-\sum_{l\ne k}H_{kl}.$$

Each integral is a sum over panels of length times range; ranges of $\sigma$ and $\sigma'$ come from values at the ends,
by the proved axioms.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from flint import arb, fmpq

from lossbook.balls import Ball, range_on
from lossbook.certified.slope import Interval
from lossbook.sigmoid import OddSigmoid

_FINENESS = 8  # panels a width at a threshold, and a distance further out


class BoxHessian:
    r"""Encloses the Hessian of one problem over boxes.

    Args:
        sigma: an odd sigmoid with all axioms proved.
        cuts: $a,a_1,\dots,b$.
        factors: $s_jw_j$.
        width: a length on which the sigmoid bends, such as its half-saturation width.
    """

    def __init__(self, sigma: OddSigmoid, cuts: Sequence[fmpq], factors: Sequence[fmpq], width: fmpq) -> None:
        """Keep the problem; see the class."""
        self._value, self._slope = sigma.ball, sigma.ball_derivative
        self.cuts, self.factors, self.width = list(cuts), list(factors), width

    def __call__(self, box: Sequence[Interval], fineness: int = 1) -> list[list[Ball]]:
        """Enclose the Hessian.

        Args:
            box: for each threshold from and to.
            fineness: so many times more panels; a small box needs more for its bounds to be as sharp as it allows.

        Returns:
            rows of balls, at flint's working precision; each contains its entry at every point of the box.
        """
        n = len(box)
        rows = [[arb(0)] * n for _ in range(n)]
        for factor, low, high in self._panels(box, _FINENESS * fineness):
            values, slopes = self._ranges(box, low, high)
            for k, l_ in combinations(range(n), 2):
                part = factor * (high - low) * slopes[k] * slopes[l_]
                for i in range(n):
                    part = part if i in (k, l_) else part * values[i]
                rows[k][l_] += part
        for k, l_ in combinations(range(n), 2):
            rows[l_][k] = rows[k][l_]
        for k in range(n):
            others = sum((rows[k][i] for i in range(n) if i != k), arb(0))
            rows[k][k] = -self._ends(box, k) - others
        return rows

    def _ranges(self, box: Sequence[Interval], low: fmpq, high: fmpq) -> tuple[list[Ball], list[Ball]]:
        """Enclose σ and σ' of every θ_i - x for x in a panel."""
        sides = [(left - high, right - low) for left, right in box]
        values = [range_on(self._value, *side, monotone=True) for side in sides]
        return values, [self._slope_range(*side) for side in sides]

    def _slope_range(self, low: fmpq, high: fmpq) -> Ball:
        """Enclose σ', which falls with the distance from 0."""
        if low < 0 < high:
            far = max(-low, high)
            return self._slope(arb(0)).union(self._slope(arb(far)))
        return range_on(self._slope, low, high, monotone=True)

    def _ends(self, box: Sequence[Interval], k: int) -> Ball:
        """Enclose the boundary terms: each cut counts with the step of the weighted label there."""
        total = arb(0)
        steps: list[Any] = [-self.factors[0]]
        steps += [before - behind for before, behind in zip(self.factors, self.factors[1:], strict=False)]
        steps.append(self.factors[-1])
        for cut, step in zip(self.cuts, steps, strict=True):
            values, slopes = self._ranges(box, cut, cut)
            part = step * slopes[k]
            for i, value in enumerate(values):
                part = part if i == k else part * value
            total += part
        return total

    def _panels(self, box: Sequence[Interval], fineness: int) -> list[tuple[Any, fmpq, fmpq]]:
        """Cut the intervals: fine at the thresholds, coarser with the distance."""
        found, place = [], self.cuts[0]
        for factor, end in zip(self.factors, self.cuts[1:], strict=True):
            while place < end:
                distance = min(max(left - place, place - right, fmpq(0)) for left, right in box)
                stop = min(end, place + max(self.width, 2 * distance) / fineness)
                found.append((factor, place, stop))
                place = stop
        return found


def is_negative_definite(rows: list[list[Ball]], shift: fmpq | int = 0) -> bool:
    r"""Tell whether every symmetric matrix within balls has all eigenvalues below a number.

    Args:
        rows: the matrix, as :class:`BoxHessian` gives it; of one to three rows, or none.
        shift: $-\lambda$: whether $H+\lambda$ is negative definite.

    Returns:
        True if it is proved, by the signs of the leading minors.

    Example:
        >>> is_negative_definite([[arb(-2), arb(1)], [arb(1), arb(-2)]])
        True
        >>> is_negative_definite([[arb(-2), arb(1)], [arb(1), arb(-2)]], fmpq(1))
        False
    """
    shifted = [[-entry - (shift if i == j else 0) for j, entry in enumerate(row)] for i, row in enumerate(rows)]
    return all(_determinant([row[:size] for row in shifted[:size]]) > 0 for size in range(1, len(rows) + 1))


def _determinant(rows: list[list[Ball]]) -> Ball:
    if len(rows) == 1:
        return rows[0][0]
    total = arb(0)
    for j, entry in enumerate(rows[0]):
        minor = [row[:j] + row[j + 1 :] for row in rows[1:]]
        total += (-1) ** j * entry * _determinant(minor)
    return total
