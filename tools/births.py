"""Make `results/births*.csv`: what two thresholds predict, by a search of the whole square, and by proof.

Each row of the first is a sigmoid of scale 1 and a length of both outer intervals, with the changes that
`lossbook.comparison.changes` finds. The second table has the best pair itself along lines on which only the middle
length changes; the third, points on both sides of all changes with the phase of the certified global maximum. All
together take about half an hour.
"""

import sys
from itertools import product

import numpy as np

from lossbook.comparison import Changes, best_pair, certified_phases, changes
from lossbook.sigmoid import families
from tools.chapters import ROOT
from tools.results import text, write

TABLE = ROOT / "results" / "births.csv"
COLUMNS = ("sigmoid", "outer", *Changes._fields)
OUTERS = tuple(float(f"{outer:.3g}") for outer in np.geomspace(0.05, 30, 22))
PATHS = ROOT / "results" / "births-paths.csv"
PATH_COLUMNS = ("sigmoid", "outer", "middle", "first", "second")
LINES = (("arctan", 1.0, 2.0), ("softsign", 5.0, 4.0), ("tanh", 0.3, 1.0))  # sigmoid, outer and longest middle length
POINTS = ROOT / "results" / "births-points.csv"
POINT_COLUMNS = ("sigmoid", "outer", "middle", "phase")
POINT_FAMILIES, POINT_OUTERS = ("tanh", "arctan", "softsign"), ("1/2", "1", "2", "4")


def rows() -> list[list[str]]:
    """Compute the table."""
    table = []
    for family, outer in product(families.ALL, map("{:g}".format, OUTERS)):
        table.append([family.__name__, outer, *text(changes(family(), outer))])
        print(*table[-1], file=sys.stderr, flush=True)
    return table


def point_rows() -> list[list[str]]:
    """Certify the global maximum at points of the plane."""
    table = []
    for name, outer in product(POINT_FAMILIES, POINT_OUTERS):
        table += [[name, outer, *point] for point in certified_phases(getattr(families, name)(), outer)]
        print(name, outer, file=sys.stderr, flush=True)
    return table


def path_rows() -> list[list[str]]:
    """Compute the best pairs."""
    table = []
    for name, outer, longest in LINES:
        sigma = getattr(families, name)()
        for middle in np.linspace(0, longest, 81)[1:].tolist():
            best = best_pair(sigma, outer, middle)
            table.append([name, f"{outer:g}", f"{middle:.6g}", *(f"{place:.4f}" for place in best)])
    return table


def main() -> None:
    """Write the tables."""
    write(PATHS, PATH_COLUMNS, path_rows())
    write(TABLE, COLUMNS, rows())
    write(POINTS, POINT_COLUMNS, point_rows())


if __name__ == "__main__":
    main()
