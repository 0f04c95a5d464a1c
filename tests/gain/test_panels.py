"""Panels: from left to right without gaps, none too long, in exact arithmetic."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from lossbook.gain.panels import Panels, cut

ROUNDED = Fraction(1, 2**12)


def faults(panels: Panels, theta: np.ndarray, cuts: np.ndarray, width: float) -> Iterator[str]:
    """Say in what a cut is not as it must be, in exact arithmetic."""
    for row, thresholds in enumerate(theta):
        mine = np.flatnonzero(panels.row == row)
        lows = [Fraction(low) for low in panels.low[mine]]
        stops = [*lows[1:], Fraction(cuts[-1])]
        if lows[0] != cuts[0] or any(low >= stop for low, stop in pairwise([*lows, stops[-1]])):
            yield "not from left to right"
        if not {Fraction(place) for place in (*cuts[:-1], *thresholds) if cuts[0] <= place < cuts[-1]} <= set(lows):
            yield "a threshold or cut inside"
        for k, low, stop in zip(mine, lows, stops, strict=True):
            length, piece = Fraction(panels.length[k]), panels.piece[k]
            if abs(length - (stop - low)) > (stop - low) / 2**52:
                yield "a gap"
            if not cuts[piece] <= low < stop <= cuts[piece + 1]:
                yield "in the wrong interval"
            for threshold in map(Fraction, thresholds):
                distance = max(low - threshold, threshold - stop)
                if length > max(Fraction(width), distance) * (1 + ROUNDED):
                    yield "too long"


def most(cuts: np.ndarray, width: float) -> float:
    """How many panels there may be."""
    return (2 * len(cuts) - 2) * (4 + 2 * np.log2(max(1, cuts[-1] / width)))


def random_theta(chance: np.random.Generator, cuts: np.ndarray, rows: int) -> np.ndarray:
    """Rows of thresholds inside, outside, equal, at the cuts, close to each other, far away."""
    n, length = len(cuts) - 2, cuts[-1]
    theta = chance.uniform(0, length, (rows, n))
    theta[1::7] = chance.uniform(-length, 2 * length, theta[1::7].shape)
    theta[2::7] = theta[2::7, :1]
    theta[3::7] = chance.choice(cuts, theta[3::7].shape)
    theta[4::7] = theta[4::7, :1] * (1 + 10.0 ** chance.uniform(-16, -3, theta[4::7].shape))
    theta[5::7] = length * 10.0 ** chance.uniform(-300, 300, theta[5::7].shape)
    return theta


@pytest.mark.parametrize("n", [1, 2, 5, 16])
@pytest.mark.parametrize("ratio", [1e-12, 1e-3, 0.4, 1e3, 2.0**40])
def test_panels_are_as_they_must_be(n: int, ratio: float) -> None:
    chance = np.random.default_rng(n)
    length = 10.0 ** chance.uniform(-9, 9)
    cuts = np.array([0, *np.sort(chance.uniform(0, length, n)), length])
    theta = random_theta(chance, cuts, 7)
    panels = cut(theta, cuts, length / ratio)
    assert list(faults(panels, theta, cuts, length / ratio)) == []
    assert np.bincount(panels.row).max() <= most(cuts, length / ratio)


def test_many_rows_are_cut_as_each_alone() -> None:
    chance = np.random.default_rng(3)
    cuts = np.array([0.0, 1.0, 1.5, 4.0])
    theta = random_theta(chance, cuts, 500)
    panels = cut(theta, cuts, 1e-3)
    assert np.all(np.diff(panels.row) >= 0)
    for row in (0, 123, 499):
        alone, mine = cut(theta[row : row + 1], cuts, 1e-3), panels.row == row
        for name in ("piece", "low", "length"):
            np.testing.assert_array_equal(getattr(panels, name)[mine], getattr(alone, name))


def test_no_row_has_no_panels() -> None:
    assert len(cut(np.empty((0, 2)), np.array([0.0, 1.0, 2.0, 3.0]), 0.1).row) == 0


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda p: Panels(p.row[1:], p.piece[1:], p.low[1:], p.length[1:]), "not from left to right"),
        (lambda p: Panels(p.row, p.piece, p.low, p.length * (1 - 1e-9)), "a gap"),
        (lambda p: Panels(p.row, p.piece + (p.low > 0.9), p.low, p.length), "in the wrong interval"),
        (lambda p: Panels(p.row[::2], p.piece[::2], p.low[::2], p.length[::2]), "a gap"),
    ],
)
def test_wrong_panels_would_be_seen(change: Callable[[Panels], Panels], fault: str) -> None:
    theta, cuts = np.array([[0.7, 1.6]]), np.array([0.0, 1.0, 2.0, 3.0])
    assert fault in faults(change(cut(theta, cuts, 0.1)), theta, cuts, 0.1)


def test_too_long_panels_and_missed_thresholds_would_be_seen() -> None:
    theta, cuts = np.array([[0.7, 1.6]]), np.array([0.0, 1.0, 2.0, 3.0])
    assert "too long" in faults(cut(theta, cuts, 0.1), theta, cuts, 0.01)
    assert "a threshold or cut inside" in faults(cut(theta, cuts, 0.1), theta + 1e-9, cuts, 0.1)
