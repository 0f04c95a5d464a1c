"""Make the tables of `results/`: run the committed designs, and write what the chapters read.

    python -m tools.results [NAME ...] [--workers N]

The sweeps lie in `_build/sweeps`, one folder a design; an interrupted run goes on where it stopped. A table is written
when its sweep is complete. All together take some two hours of one core; by default every core is used.
"""

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from lossbook import sweep
from lossbook.comparison import Changes, Gap, Mean, Share
from tools.chapters import ROOT

DESIGNS, RESULTS, SWEEPS = ROOT / "designs", ROOT / "results", ROOT / "_build" / "sweeps"
Row = dict[str, Any]
Lines = Iterator[Iterable[Any]]


def text(row: Iterable[Any]) -> list[str]:
    """Write the numbers and words of a row; its numbers are rounded already."""
    return [f"{value:.8g}" if isinstance(value, float) else str(value) for value in row]


def means(row: Row) -> Lines:
    """The means of one group of contests."""
    return (text(mean.values()) for mean in row["means"])


def gaps(row: Row) -> Lines:
    """The gaps of one group of contests."""
    return (text(gap.values()) for gap in row["gaps"])


def shares(row: Row) -> Lines:
    """How the replicas of one trial have ended."""
    given = json.loads(row["configuration"])
    names = ("n", "scale", "learning_rate", "batch", "momentum", "steps", "replicas")
    yield [*(given[name] for name in names), *(row[name] for name in Share._fields[7:])]


def changes(row: Row) -> Lines:
    """At which lengths the best pair changes, for one outer length."""
    yield [row["sigmoid"], f"{row['outer']:g}", *text(row[name] for name in Changes._fields)]


def pair(row: Row) -> Lines:
    """The best pair at one point of a line."""
    places = (f"{row[name]:.4f}" for name in ("first", "second"))
    yield [row["sigmoid"], f"{row['outer']:g}", f"{row['middle']:.6g}", *places]


def phases(row: Row) -> Lines:
    """The certified phases for one outer length."""
    outer = json.loads(row["configuration"])["outer"]
    return ([row["sigmoid"], outer, point["middle"], point["phase"]] for point in row["points"])


TABLES: dict[str, dict[str, tuple[tuple[str, ...], Callable[[Row], Lines]]]] = {
    "starts": {"starts.csv": (Share._fields, shares)},
    "births-paths": {"births-paths.csv": (("sigmoid", "outer", "middle", "first", "second"), pair)},
    "births-points": {"births-points.csv": (("sigmoid", "outer", "middle", "phase"), phases)},
    "births": {"births.csv": (("sigmoid", "outer", *Changes._fields), changes)},
    "losses": {"losses-means.csv": (Mean._fields, means), "losses-gaps.csv": (Gap._fields, gaps)},
}


def write(path: Path, head: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> None:
    """Write a table, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partly = path.with_suffix(".partly")
    with partly.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    partly.replace(path)


def read(file: str) -> list[list[str]]:
    """Read the rows of a stored table, without its head."""
    with (RESULTS / file).open(encoding="utf-8", newline="") as source:
        return list(csv.reader(source))[1:]


def make(name: str, workers: int | None) -> None:
    """Run one design, and write its tables."""
    print(name, file=sys.stderr, flush=True)
    say = lambda line: print(line, file=sys.stderr, flush=True)  # noqa: E731
    outcome = sweep.run(DESIGNS / f"{name}.toml", SWEEPS / name, workers=workers, progress=True, say=say)
    table = sweep.load_sweep(outcome.folder)
    if not outcome.complete or table["error"].null_count() < len(table):
        sys.exit(f"the sweep of {name} did not give every row: see lossbook sweep show {outcome.folder}")
    for file, (head, lines) in TABLES[name].items():
        write(RESULTS / file, head, (line for row in table.iter_rows(named=True) for line in lines(row)))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Make the tables of results/ again.")
    parser.add_argument("names", nargs="*", help=f"which designs, of {', '.join(TABLES)}; all by default")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes; 0 for this one alone")
    given = parser.parse_args()
    if unknown := set(given.names) - set(TABLES):
        parser.error(f"there is no table for {', '.join(sorted(unknown))}")
    for name in given.names or TABLES:
        make(name, given.workers or None)


if __name__ == "__main__":
    main()
