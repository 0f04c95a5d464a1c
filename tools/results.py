"""Make `results/`: all contenders of `lossbook.comparison` on all problems, hours of one core.

A group is one sigmoid and one imbalance; its tables are kept in `_build/results` until all groups are there, so that
an interrupted run goes on where it stopped. Two tables come out: the mean of every measure, and, for every stage, the
gap of each contender to the best, replica by replica.
"""

import csv
import sys
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

from lossbook.comparison import Gap, Group, Mean, standings
from tools.chapters import ROOT

RESULTS, PARTS = ROOT / "results", ROOT / "_build" / "results"
IMBALANCES, FEW_IMBALANCES = (1, 3, 10, 30, 100, 300, 1000), (10, 100, 1000)
RATES, FEW_RATES = (1e-4, 3e-4, 1e-3, 3e-3), (3e-4, 1e-3)
PROCESSES = ((1, 0.0), (100, 0.0), (1, 0.9), (10, 0.9), (100, 0.9))  # batch and momentum, beside (10, 0)


def groups() -> list[Group]:
    """Return all sigmoids with their imbalances."""
    first = [Group("arctan", r, RATES, processes=PROCESSES if r in (10, 100) else ()) for r in IMBALANCES]
    others = product(("tanh", "softsign", "algebraic", "erf"), FEW_IMBALANCES)
    return first + [Group(name, imbalance, FEW_RATES) for name, imbalance in others]


def text(row: Iterable[Any]) -> list[str]:
    """Write the numbers and words of a row; its numbers are rounded already."""
    return [f"{value:.8g}" if isinstance(value, float) else str(value) for value in row]


def write(path: Path, head: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> None:
    """Write a table, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partly = path.with_suffix(".partly")
    with partly.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([list(head), *rows])
    partly.replace(path)


def read(path: Path) -> list[list[str]]:
    """Read the rows of a table, without its head."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def part(group: Group, table: str) -> Path:
    """Return where a group's table is kept."""
    return PARTS / f"{group.sigmoid}-{group.imbalance}-{table}.csv"


def main(share: str = "1/1") -> None:
    """Run from the command line; of several processes each may take a share, such as 1/2 and 2/2."""
    mine, of = map(int, share.split("/"))
    heads = {"means": Mean._fields, "gaps": Gap._fields}
    for group in groups()[mine - 1 :: of]:
        if not part(group, "gaps").is_file():
            for table, rows in zip(heads, standings(group), strict=True):
                write(part(group, table), heads[table], [text(row) for row in rows])
            print(group.sigmoid, group.imbalance, flush=True)
    for table, head in heads.items():
        if all(part(group, table).is_file() for group in groups()):
            rows = [row for group in groups() for row in read(part(group, table))]
            write(RESULTS / f"losses-{table}.csv", head, rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
