r"""Panels: pieces of the interval as long as the thresholds near them allow.

A panel ends at every threshold $\theta_i$ and every cut $a_j$. From a threshold at distance $u$ it is no longer than
$\max(h,u)$ with a width $h$; so there are about $2\log_2(\text{gap}/h)$ of them between neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np


@dataclass(frozen=True)
class Panels:
    """All panels of all rows, one after another.

    Attributes:
        row: to which θ a panel belongs, shape ``(panels,)``.
        piece: in which interval it lies.
        low: its left end.
        length: its length.
    """

    row: np.ndarray
    piece: np.ndarray
    low: np.ndarray
    length: np.ndarray


def _march(
    theta: np.ndarray, cuts: np.ndarray, width: float, found: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
) -> int:
    """Count the panels of all rows, and write down as many as there is room for; compiled by numba."""
    rows, pieces, lows, lengths = found
    count = 0
    for row in range(len(theta)):
        place, piece = cuts[0], 0
        while piece < len(cuts) - 1:
            stop = cuts[piece + 1]
            for threshold in theta[row]:
                ahead = threshold - place
                if ahead <= 0:
                    stop = min(stop, place + max(width, -ahead))
                elif ahead <= width:
                    stop = min(stop, threshold)
                else:
                    stop = min(stop, place + ahead / 2)
            if count < len(rows):
                rows[count], pieces[count], lows[count], lengths[count] = row, piece, place, stop - place
            count += 1
            place = stop
            while piece < len(cuts) - 1 and place >= cuts[piece + 1]:
                piece += 1
    return count


@cache
def _compiled() -> Callable[..., int]:
    from numba import njit  # half a second to load

    return cast("Callable[..., int]", njit(cache=True, nogil=True)(_march))


def cut(theta: np.ndarray, cuts: np.ndarray, width: float) -> Panels:
    r"""Cut the interval into panels, from left to right, as long as the thresholds allow.

    Args:
        theta: shape ``(rows, n)``.
        cuts: $a,a_1,\dots,b$, not decreasing, shape ``(n + 2,)``.
        width: $h>0$, at least $2^{-40}$ of the interval.

    Returns:
        the panels.
    """
    march, room = _compiled(), 32 * len(theta)
    while True:
        whole, real = np.empty((2, room), np.int64), np.empty((2, room))
        count = march(theta, cuts, width, (whole[0], whole[1], real[0], real[1]))
        if count <= room:
            return Panels(*(part[:count] for part in (*whole, *real)))
        room = count
