"""Sorting networks by the 0-1 principle: what sorts every row of zeros and ones sorts everything (Knuth 1973)."""

import itertools

import numpy as np
import pytest

from lossbook.kernels.network import comparisons

SORTING = {1: 0, 2: 1, 4: 5, 8: 19, 16: 63}  # Batcher's odd-even merge sort
MERGING = {1: 1, 2: 3, 4: 9, 8: 25, 16: 65}
EVERY = range(1, 17)


def passed(rows: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Send rows through a network."""
    rows = rows.copy()
    for low, high in pairs:
        rows[:, low], rows[:, high] = np.minimum(rows[:, low], rows[:, high]), np.maximum(rows[:, low], rows[:, high])
    return rows


def zeros_and_ones(n: int) -> np.ndarray:
    """Give every row of n free places and n sorted ones; for many places a random choice of rows."""
    if n <= 8:
        free = np.array(list(itertools.product((0, 1), repeat=n)))
    else:
        free = np.random.default_rng(n).integers(0, 2, (2000, n))
    ordered = np.tri(n + 1, n, -1, dtype=int)[:, ::-1]
    return np.concatenate([np.repeat(free, n + 1, axis=0), np.tile(ordered, (len(free), 1))], axis=1)


def is_sorted(rows: np.ndarray) -> bool:
    return bool((np.diff(rows, axis=1) >= 0).all())


@pytest.mark.parametrize("n", EVERY)
def test_network_sorts_and_then_merges(n: int) -> None:
    pairs, sorting = comparisons(n)
    rows = zeros_and_ones(n)
    assert is_sorted(rows[:, n:])
    assert is_sorted(passed(rows, pairs[:sorting])[:, :n])
    np.testing.assert_array_equal(passed(rows, pairs[:sorting])[:, n:], rows[:, n:])
    assert is_sorted(passed(rows, pairs))


@pytest.mark.parametrize("n", EVERY)
def test_network_orders_random_numbers_with_ties(n: int) -> None:
    random = np.random.default_rng(n)
    rows = random.integers(0, 3 * n, (500, 2 * n)).astype(np.float32)
    rows[:, n:].sort(axis=1)
    np.testing.assert_array_equal(passed(rows, comparisons(n)[0]), np.sort(rows, axis=1))


@pytest.mark.parametrize("n", range(1, 6))
def test_no_comparison_can_be_spared(n: int) -> None:
    pairs, _ = comparisons(n)
    for spared in range(len(pairs)):
        assert not is_sorted(passed(zeros_and_ones(n), np.delete(pairs, spared, axis=0))), pairs[spared]


@pytest.mark.parametrize("n", EVERY)
def test_pairs_are_ascending_places_and_the_first_stay_among_the_unsorted(n: int) -> None:
    pairs, sorting = comparisons(n)
    assert pairs.dtype == np.int64
    assert pairs.shape[1:] == (2,)
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert pairs.min(initial=0) >= 0
    assert pairs.max(initial=0) < 2 * n
    assert (pairs[:sorting] < n).all()


@pytest.mark.parametrize("n", SORTING)
def test_numbers_of_comparisons_are_batchers(n: int) -> None:
    pairs, sorting = comparisons(n)
    assert (sorting, len(pairs) - sorting) == (SORTING[n], MERGING[n])
