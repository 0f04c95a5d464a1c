"""The stored searches of two thresholds: parts of them computed again, and that the tool writes what it is given."""

import csv
from pathlib import Path

import numpy as np
import pytest

from lossbook.comparison import Changes, best_pair, certified_phase, searched_phase
from lossbook.comparison.births import PHASES
from lossbook.sigmoid import families
from tools import births


def stored(path: Path, columns: tuple[str, ...]) -> list[list[str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as source:
        names, *rows = csv.reader(source)
    assert tuple(names) == columns
    return rows


@pytest.mark.parametrize(("name", "outer", "longest"), births.LINES)
def test_best_pairs_are_the_stored_ones(name: str, outer: float, longest: float) -> None:
    rows = [row for row in stored(births.PATHS, births.PATH_COLUMNS) if row[0] == name and float(row[1]) == outer]
    assert len(rows) == 80
    assert float(rows[-1][2]) == longest
    for row in rows[5::25]:
        found = best_pair(getattr(families, name)(), outer, row[2])
        assert [f"{place:.4f}" for place in found] == row[3:]
    assert [f"{place:.4f}" for place in found] != rows[0][3:]  # the control


@pytest.mark.parametrize(("family", "outer"), [(families.tanh, 0.169), (families.softsign, 4.82)])
def test_phases_change_where_the_table_says(family: object, outer: float) -> None:
    rows = stored(births.TABLE, births.COLUMNS)
    row = next(row for row in rows if row[:2] == [family.__name__, f"{outer:g}"])
    for wanted, middle in enumerate(map(float, row[2:5]), start=1):
        if np.isfinite(middle):
            assert PHASES.index(searched_phase(family(), outer, middle * 0.999)) < wanted
            assert PHASES.index(searched_phase(family(), outer, middle * 1.001)) >= wanted


def test_stored_points_are_certified_again() -> None:
    for name, outer, middle, phase in stored(births.POINTS, births.POINT_COLUMNS)[:4]:
        assert certified_phase(getattr(families, name)(), outer, middle) == phase


def test_rows_are_written_as_they_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    first = stored(births.TABLE, births.COLUMNS)[11]
    assert first[4] == first[7] == "inf"
    monkeypatch.setattr(births, "OUTERS", (float(first[1]),))
    monkeypatch.setattr(births.families, "ALL", (families.arctan,))
    assert births.rows() == [first]
    monkeypatch.setattr(births, "changes", lambda sigma, outer: Changes(*map(float, range(6))))
    assert births.rows()[0][2:] == ["0", "1", "2", "3", "4", "5"]
