"""Make `results/births*.csv`: what two thresholds predict, by a search of the whole square, and by proof.

Each row of the first is a sigmoid of scale 1 and a length of both outer intervals. Its numbers are lengths of the
middle interval. Three are searched: where the maximum leaves the ends, where the class between is born, and where the
outer classes are lost (`inf`: never, up to 20 times the outer length, or 40). The search is plain float64 on a grid
that closes in on the best cells, with no use of the theory. Three are proved by `lossbook.certified.merging`: where
merged pairs in the middle and at an end are equal, where the pair in the middle parts, and from where on both
thresholds stay at the ends. The second table has the best pair itself along lines on which only the middle length
changes; the third, points on both sides of all changes with the phase of the certified global maximum. All together
take about half an hour.
"""

import csv
import math
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np

import lossbook as lb
from lossbook.balls import UnresolvedError
from lossbook.certified import merging
from lossbook.certified.global_maximum import enclose_maximum
from lossbook.sigmoid import families
from tools.chapters import ROOT

TABLE = ROOT / "results" / "births.csv"
PATHS = ROOT / "results" / "births-paths.csv"
PATH_COLUMNS = ("sigmoid", "outer", "middle", "first", "second")
LINES = (("arctan", 1.0, 2.0), ("softsign", 5.0, 4.0), ("tanh", 0.3, 1.0))  # sigmoid, outer and longest middle length
POINTS = ROOT / "results" / "births-points.csv"
POINT_COLUMNS = ("sigmoid", "outer", "middle", "phase")
POINT_FAMILIES, POINT_OUTERS = ("tanh", "arctan", "softsign"), ("1/2", "1", "2", "4")
COLUMNS = ("sigmoid", "outer", "leaves", "born", "lost", "equal", "parts", "corner")
OUTERS = tuple(float(f"{outer:.3g}") for outer in np.geomspace(0.05, 30, 22))
_NODES, _FACTORS = np.polynomial.legendre.leggauss(8)
_PHASES = "emso"  # merged at an end, merged inside, split, outer classes lost


def quadrature(outer: float, middle: float) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes with signed weights."""
    nodes, weights = [], []
    cuts = (0.0, outer, outer + middle, 2 * outer + middle)
    for sign, low, high in zip((1, -1, 1), cuts[:-1], cuts[1:], strict=True):
        ends = np.linspace(low, high, 1 + math.ceil(max((high - low) / 0.8, 4)))
        half = np.diff(ends)[:, np.newaxis] / 2
        nodes.append((ends[:-1, np.newaxis] + half * (1 + _NODES)).ravel())
        weights.append((sign * half * _FACTORS).ravel())
    return np.concatenate(nodes), np.concatenate(weights)


def maximum(value: Callable[[np.ndarray], np.ndarray], outer: float, middle: float) -> tuple[float, float]:
    """Return the best pair of thresholds of the whole square, in increasing order."""
    x, weights = quadrature(outer, middle)
    whole = 2 * outer + middle

    def gains(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """The gain of every pair."""
        return (value(first[:, np.newaxis] - x) * weights) @ value(second[:, np.newaxis] - x).T

    near = [cut + min(2, outer) * np.linspace(-1, 1, 31) for cut in (0, outer, outer + middle, whole)]
    places = np.concatenate([np.linspace(0, whole, 121), outer + middle * np.linspace(0, 1, 31), *near])
    places = np.unique(np.clip(places, 0, whole))
    table = gains(places, places)
    padded = np.pad(table, 1, constant_values=-np.inf)
    around = [padded[i : i + len(table), j : j + len(table)] for i in range(3) for j in range(3)]
    tops = np.argwhere(np.triu(table >= np.max(around, axis=0) - 1e-14 * np.abs(table).max()))
    found = []
    for top in sorted(tops, key=lambda top: -float(table[tuple(top)]))[:4]:
        ends = [(places[max(i - 1, 0)], places[min(i + 1, len(places) - 1)]) for i in top]
        for _ in range(5):
            grids = [np.linspace(*pair, 17) for pair in ends]
            closer = gains(*grids)
            best = divmod(int(np.argmax(closer)), 17)
            ends = [(grid[max(i - 1, 0)], grid[min(i + 1, 16)]) for grid, i in zip(grids, best, strict=True)]
        first, second = sorted(float(grid[i]) for grid, i in zip(grids, best, strict=True))
        found.append((float(closer.max()), first, second))
    return max(found)[1:]


def phase(value: Callable[[np.ndarray], np.ndarray], outer: float, middle: float) -> int:
    """Return the index in _PHASES of what the best pair predicts."""
    first, second = maximum(value, outer, middle)
    whole, unit = 2 * outer + middle, min(1.0, outer)
    ends = (first < 1e-4 * unit) + 2 * (second > whole - 1e-4 * unit)
    if second - first < 1e-2 * unit:
        return 0 if ends else 1
    if ends in (1, 2):
        raise ArithmeticError(f"one outer class of two is lost at L = {outer}, M = {middle}")
    return 3 if ends else 2


def changes(value: Callable[[np.ndarray], np.ndarray], outer: float) -> list[float]:
    """Return the three middle lengths, to five digits; the phases are seen to follow each other in order."""
    seen = [(middle, phase(value, outer, middle)) for middle in np.geomspace(0.1, 20, 16) * min(outer, 2.0)]
    seen = [(0.0, 0), *((m, p) for m, p in seen), *((m, phase(value, outer, m)) for m in (0.3, 1.0, 3.0))]
    seen.sort()
    order = [number for _, number in seen]
    if order != sorted(order):
        raise ArithmeticError(f"the phases do not follow each other at L = {outer}: {order}")
    found = []
    for wanted in (1, 2, 3):
        low = max(middle for middle, number in seen if number < wanted)
        high = min((middle for middle, number in seen if number >= wanted), default=math.inf)
        while math.isfinite(high) and high - low > 1e-5 * high:
            half = (low + high) / 2
            low, high = (half, high) if phase(value, outer, half) < wanted else (low, half)
        found.append(high)
    return found


def proved(sigma: lb.OddSigmoid, outer: str) -> list[float]:
    """Return the three certified middle lengths; infinite where there is none."""
    found = [
        merging.centred_middle(sigma, outer, digits=9),
        merging.critical_middle(sigma, outer, digits=9),
        merging.losing_middle(sigma, outer, digits=9),
    ]
    return [float(bounds[0]) if bounds else math.inf for bounds in found]


def rows() -> list[list[str]]:
    """Compute the table."""
    table = []
    for family in families.ALL:
        sigma: lb.OddSigmoid = family()
        for outer in OUTERS:
            seen = [f"{middle:.5g}" for middle in changes(sigma.numeric, outer)]
            certain = [f"{middle:.8g}" for middle in proved(sigma, f"{outer:g}")]
            table.append([sigma.name, f"{outer:g}", *seen, *certain])
            print(*table[-1], file=sys.stderr, flush=True)
    return table


def sides(sigma: lb.OddSigmoid, outer: str) -> list[str]:
    """Choose middle lengths, short binary fractions, between the certified changes."""
    equal, parts, corner = proved(sigma, outer)
    chosen = [0.8 * equal, (equal + parts) / 2, 1.1 * parts, (parts + min(corner, 4 * parts)) / 2, 1.15 * corner]
    return [str(Fraction(round(256 * middle), 256)) for middle in chosen if math.isfinite(middle)]


def point_rows() -> list[list[str]]:
    """Certify the global maximum at points of the plane; the phase is that of its first point."""
    table = []
    for name, outer in product(POINT_FAMILIES, POINT_OUTERS):
        sigma, length = getattr(families, name)(), Fraction(outer)
        for middle in sides(sigma, outer):
            cuts = [length, length + Fraction(middle), 2 * length + Fraction(middle)]
            problem = lb.ThresholdProblem(0, cuts[:2], cuts[2])
            try:
                named = merging.phase_of(problem, enclose_maximum(problem, sigma).points[0])
            except UnresolvedError:
                named = "undecided"
            table.append([name, outer, middle, named])
            print(*table[-1], file=sys.stderr, flush=True)
    return table


def path_rows() -> list[list[str]]:
    """Compute the best pairs."""
    table = []
    for name, outer, longest in LINES:
        value = getattr(families, name)().numeric
        for middle in np.linspace(0, longest, 81)[1:].tolist():
            best = maximum(value, outer, middle)
            if best == (2 * outer + middle,) * 2:
                best = (0.0, 0.0)  # either end is as good
            table.append([name, f"{outer:g}", f"{middle:.6g}", *(f"{place:.4f}" for place in best)])
    return table


def write(path: Path, columns: tuple[str, ...], table: list[list[str]]) -> None:
    """Write one table."""
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows([columns, *table])


def main() -> None:
    """Write the tables."""
    write(PATHS, PATH_COLUMNS, path_rows())
    write(TABLE, COLUMNS, rows())
    write(POINTS, POINT_COLUMNS, point_rows())


if __name__ == "__main__":
    main()
