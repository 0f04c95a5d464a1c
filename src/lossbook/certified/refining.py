r"""Single boxes of thresholds, settled in ball arithmetic: what branch and bound on a lattice leaves near a maximum.

On a box $X$ with middle $c$, and for a direction $u$ of the thresholds that range over it,

$$u\cdot\nabla G(\theta)\in u\cdot\nabla G(c)+(u^\top H(X))(X-c).$$

If that leaves 0 out, or if $u^\top H(X)\,u>0$, no local maximum lies in the box; nor does the largest gain, if
$G(c)+\nabla G(X)(X-c)$ stays below a gain that is reached. Where a maximum is about to split, the
partial derivatives are small and so are the entries of $u^\top H$, for they cancel in one direction; bounds of sizes,
as :mod:`lossbook.certified.branching` takes them, do not see it. The Hessian's eigenvectors in the middle are the
directions. A threshold that is fixed at an end must not be drawn inwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np
from flint import arb, ctx, fmpq

from lossbook.balls import Ball, exact_ball, interval_ball
from lossbook.certified.branching import Boxes
from lossbook.certified.curvature import BoxHessian
from lossbook.certified.points import PointGain
from lossbook.certified.slope import Interval

_BITS = 64
_FINEST = 64
_DEEPEST = 4  # halvings: further ones seldom help, and are dear
_PANEL = 8  # of that many in a width of the sigmoid one is about as long as a box: finer ones are in vain

Box = Sequence[Interval]


def sides_of(boxes: Boxes, step: fmpq) -> list[list[Interval]]:
    """Take boxes off a lattice.

    Args:
        boxes: on it.
        step: between its places.

    Returns:
        for each box and threshold from and to, exactly.
    """
    return [
        [((int(place) - int(free)) * step, (int(place) + int(free)) * step) for place, free in zip(*rows, strict=True)]
        for rows in zip(*boxes, strict=True)
    ]


class Refinement:
    """Settles boxes one by one; places are counted from a.

    Args:
        points: gain and gradient at points.
        hessian: the Hessian over boxes.
        zones: boxes in which the maximisers are looked after.
        best: a gain that is reached.
    """

    def __init__(self, points: PointGain, hessian: BoxHessian, zones: Sequence[Box], best: float) -> None:
        """Keep what is needed; see the class."""
        self.points, self.hessian, self.zones, self.best = points, hessian, zones, best

    def left(self, boxes: Sequence[Box], most: int) -> tuple[int, int]:
        """Settle boxes, and halve those that are not; give up where a box is halved too often.

        Args:
            boxes: with sorted middles.
            most: at most so many are looked at.

        Returns:
            how many are left, and how many were looked at.
        """
        todo, looked = [(box, 0) for box in boxes], 0
        while todo and looked < most:
            looked += 1
            box, depth = todo.pop()
            if self.settles(box):
                continue
            todo += [(part, depth + 1) for part in halves(box)]
            if depth == _DEEPEST:
                break
        return len(todo), looked

    def settles(self, box: Box) -> bool:
        """Tell whether a box is proved to hold no maximum outside the zones.

        Args:
            box: for each threshold from and to; equal for one that is fixed at an end.

        Returns:
            True if it is proved.
        """
        if any(
            all(a <= low and high <= b for (low, high), (a, b) in zip(box, zone, strict=True)) for zone in self.zones
        ):
            return True
        free = [k for k, (low, high) in enumerate(box) if low < high]
        middle = [(low + high) / 2 for low, high in box]
        with ctx.workprec(_BITS):
            value, slopes = self.points.both(middle)
            rows = self.hessian(box, self._fineness(box))
            moves = [interval_ball(low - place, high - place) for (low, high), place in zip(box, middle, strict=True)]
            ranges = [_sum_of_products(row, moves, slope) for row, slope in zip(rows, slopes, strict=True)]
            for k, place in enumerate(middle):
                if k not in free and (ranges[k] > 0 if place == 0 else ranges[k] < 0):
                    return True
            if _sum_of_products(ranges, moves, value) < exact_ball(self.best):
                return True
            return any(_no_maximum(u, free, slopes, rows, moves) for u in _directions(rows, free))

    def _fineness(self, box: Box) -> int:
        width = max(high - low for low, high in box)
        return min(_FINEST, max(1, int((self.hessian.width / width).floor()) // _PANEL)) if width else 1


def _sum_of_products(first: Sequence[Ball], second: Sequence[Ball], start: Ball) -> Ball:
    return sum((one * two for one, two in zip(first, second, strict=True)), start)


def _directions(rows: Sequence[Sequence[Ball]], free: Sequence[int]) -> list[list[Ball]]:
    """Give the free thresholds' own directions, and the eigenvectors in the middle of the Hessian."""
    if not free:
        return []
    middles = np.array([[float(rows[k][i].mid()) for i in free] for k in free])
    vectors = np.concatenate([np.linalg.eigh(middles)[1].T, np.eye(len(free))])
    return [[exact_ball(part) for part in vector] for vector in vectors.tolist()]


def _no_maximum(
    u: Sequence[Ball],
    free: Sequence[int],
    slopes: Sequence[Ball],
    rows: Sequence[Sequence[Ball]],
    moves: Sequence[Ball],
) -> bool:
    """Tell whether the slope along u has one sign on the box, or the gain is convex along u."""
    bent = [_sum_of_products(u, [rows[k][i] for k in free], arb(0)) for i in range(len(rows))]
    slope = _sum_of_products(bent, moves, _sum_of_products(u, [slopes[k] for k in free], arb(0)))
    return bool(slope > 0 or slope < 0 or _sum_of_products(u, [bent[k] for k in free], arb(0)) > 0)


def halves(box: Box) -> list[list[Interval]]:
    """Halve a box in every free direction.

    Args:
        box: with a sorted middle.

    Returns:
        the parts whose middles are sorted.
    """
    sides = [[(low, (low + high) / 2), ((low + high) / 2, high)] if low < high else [(low, high)] for low, high in box]
    parts = [list(part) for part in product(*sides)]
    return [part for part in parts if all(sum(one) <= sum(two) for one, two in pairwise(part))]
