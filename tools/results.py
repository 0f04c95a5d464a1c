"""Make `results/`: all contenders of `lossbook.comparison` on all problems, hours of one core.

A group is one sigmoid and one imbalance; its tables are kept in `_build/results` until all groups are there, so that
an interrupted run goes on where it stopped. Two tables come out: the mean of every measure, and, for every stage, the
gap of each contender to the best, replica by replica.
"""

import csv
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np

from lossbook.comparison import BY_NAME, STAGES, Case, Gap, Mean, Outcome, contest, shifts_of
from tools.chapters import ROOT

RESULTS, PARTS = ROOT / "results", ROOT / "_build" / "results"
IMBALANCES, FEW_IMBALANCES = (1, 3, 10, 30, 100, 300, 1000), (10, 100, 1000)
RATES, FEW_RATES = (1e-4, 3e-4, 1e-3, 3e-3), (3e-4, 1e-3)
COMMON_RATE, EFFECTIVE = 3e-4, 1e-3  # the second: gamma/(1-m) for a batch of 10, where batch and momentum vary
PROCESSES = ((1, 0.0), (100, 0.0), (1, 0.9), (10, 0.9), (100, 0.9))  # batch and momentum, beside (10, 0)
FEW = ("linear", "linear, calibrated", "logistic", "hinge 1/20")
MEASURES = ("error", "balanced", "sensitivity", "specificity")
Group = tuple[str, int]


def groups() -> list[Group]:
    """Return all sigmoids with their imbalances."""
    first = [("arctan", imbalance) for imbalance in IMBALANCES]
    return first + list(product(("tanh", "softsign", "algebraic", "erf"), FEW_IMBALANCES))


def rates(group: Group) -> tuple[float, ...]:
    """Return the learning rates of a group."""
    return RATES if group[0] == "arctan" else FEW_RATES


def spread(values: np.ndarray) -> float:
    """Return the standard error of a mean."""
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def mean_row(case: Case, name: str, stage: str, outcome: Outcome) -> list[str]:
    """Write the means of one contender at one stage, each with its standard error."""
    head = [case.sigmoid, str(case.imbalance), str(case.batch), f"{case.momentum:g}", f"{case.rate:g}", name, stage]
    for measure in MEASURES:
        values = getattr(outcome, measure)
        head += [f"{values.mean():.6g}", f"{spread(values):.3g}"]
    return head


Found = dict[float, dict[str, dict[str, Outcome]]]


def gap_rows(group: Group, found: Found) -> Iterator[list[str]]:
    """Compare all contenders with the best: at one common rate, and each at its own best rate."""
    for stage, measure in product(STAGES, MEASURES[:2]):
        values = {(name, rate): getattr(found[rate][name][stage], measure) for rate, name in product(found, BY_NAME)}
        own = {name: min(found, key=lambda rate, name=name: values[name, rate].mean()) for name in BY_NAME}
        for kind, chosen in (("common", dict.fromkeys(BY_NAME, COMMON_RATE)), ("own", own)):
            winner = min(BY_NAME, key=lambda name: values[name, chosen[name]].mean())
            for name, rate in chosen.items():
                gap = values[name, rate] - values[winner, chosen[winner]]
                numbers = [f"{values[name, rate].mean():.6g}", f"{gap.mean():.6g}", f"{spread(gap):.3g}"]
                yield [group[0], str(group[1]), stage, measure, kind, name, f"{rate:g}", *numbers]


def run(group: Group) -> tuple[list[list[str]], list[list[str]]]:
    """Let all contenders of a group learn."""
    sigmoid, imbalance = group
    shifts, found, means = shifts_of(Case(sigmoid, imbalance, COMMON_RATE)), Found(), []
    for rate in rates(group):
        case = Case(sigmoid, imbalance, rate)
        found[rate] = contest(case, shifts)
        means += [mean_row(case, name, stage, found[rate][name][stage]) for name, stage in product(BY_NAME, STAGES)]
    gaps = list(gap_rows(group, found))
    if sigmoid == "arctan" and imbalance in (10, 100):
        for batch, momentum in PROCESSES:
            case = Case(sigmoid, imbalance, EFFECTIVE * (1 - momentum) * batch / 10, batch, momentum)
            outcomes = contest(case, shifts, names=FEW)
            means += [mean_row(case, name, stage, outcomes[name][stage]) for name, stage in product(FEW, STAGES)]
    return means, gaps


def write(path: Path, head: tuple[str, ...], rows: list[list[str]]) -> None:
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
    return PARTS / f"{group[0]}-{group[1]}-{table}.csv"


def main(share: str = "1/1") -> None:
    """Run from the command line; of several processes each may take a share, such as 1/2 and 2/2."""
    mine, of = map(int, share.split("/"))
    heads = {"means": Mean._fields, "gaps": Gap._fields}
    for group in groups()[mine - 1 :: of]:
        if not part(group, "gaps").is_file():
            for table, rows in zip(heads, run(group), strict=True):
                write(part(group, table), heads[table], rows)
            print(*group, flush=True)
    for table, head in heads.items():
        if all(part(group, table).is_file() for group in groups()):
            rows = [row for group in groups() for row in read(part(group, table))]
            write(RESULTS / f"losses-{table}.csv", head, rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
