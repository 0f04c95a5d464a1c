r"""Comparisons that sort n numbers and then merge them with n sorted ones, the same for all data (Batcher 1968).

Truth and prediction alternate at their own thresholds. With all $2n$ places in order they differ in every other gap:
the error of n thresholds is an alternating sum, for which the places must be sorted without branches.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def _merge(first: int, count: int, stride: int) -> Iterator[tuple[int, int]]:
    """Yield the comparisons that merge two sorted halves of `count` places, `stride` apart."""
    double = 2 * stride
    if double >= count:
        yield first, first + stride
        return
    yield from _merge(first, count, double)
    yield from _merge(first + stride, count, double)
    for low in range(first + stride, first + count - stride, double):
        yield low, low + stride


def _sort(first: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield the comparisons that sort `count` places, a power of two."""
    if count > 1:
        half = count // 2
        yield from _sort(first, half)
        yield from _sort(first + half, half)
        yield from _merge(first, count, 1)


def comparisons(n: int) -> tuple[np.ndarray, int]:
    r"""List the comparisons for n unsorted numbers at places 0 to n - 1 and n sorted ones at n to 2n - 1.

    Each pair $(i,j)$, $i<j$, puts the smaller number at $i$ and the larger at $j$.

    Args:
        n: at least 1.

    Returns:
        the pairs in order, ``int64`` of shape ``(m, 2)``, and how many of them sort the first n numbers.

    Example:
        >>> comparisons(2)[0].tolist()
        [[0, 1], [0, 2], [1, 3], [1, 2]]
    """
    padded = 1 << (n - 1).bit_length()
    before = padded - n  # so many places hold -infinity in front, and +infinity behind: comparing those does nothing
    inside = range(before, before + 2 * n)
    sort = [pair for pair in _sort(0, padded) if set(pair) <= set(inside)]
    merge = [pair for pair in _merge(0, 2 * padded, 1) if set(pair) <= set(inside)]
    return np.array(sort + merge, dtype=np.int64).reshape(-1, 2) - before, len(sort)
