"""The stored search of two thresholds: parts of it computed again, and held against the library's gain."""

import csv
from fractions import Fraction

import numpy as np
import pytest

import lossbook as lb
from lossbook.sigmoid import families
from tools import births


def stored() -> list[list[str]]:
    """Return the rows of the best pairs."""
    with births.PATHS.open(encoding="utf-8", newline="") as source:
        names, *rows = csv.reader(source)
    assert tuple(names) == births.PATH_COLUMNS
    return rows


@pytest.mark.parametrize(("name", "outer", "longest"), births.LINES)
def test_best_pairs_are_the_stored_ones(name: str, outer: float, longest: float) -> None:
    rows = [row for row in stored() if row[0] == name and float(row[1]) == outer]
    assert len(rows) == 80
    assert float(rows[-1][2]) == longest
    for row in rows[5::25]:
        found = births.maximum(getattr(families, name)().numeric, outer, float(row[2]))
        wanted = [float(place) for place in row[3:]]
        ends = [2 * outer + float(row[2])] * 2
        assert found == pytest.approx(wanted, abs=2e-3) or found == pytest.approx(ends, abs=2e-3)
        assert found != pytest.approx([wanted[0], wanted[1] + 0.01], abs=2e-3)


@pytest.mark.parametrize(("family", "outer"), [(families.tanh, 0.169), (families.softsign, 4.82)])
def test_phases_change_where_the_table_says(family: object, outer: float) -> None:
    with births.TABLE.open(encoding="utf-8", newline="") as source:
        row = next(row for row in csv.reader(source) if row[:2] == [family.__name__, f"{outer:g}"])
    changes = [float(number) for number in row[2:5]]
    for wanted, middle in enumerate(changes, start=1):
        if np.isfinite(middle):
            assert births.phase(family().numeric, outer, middle * 0.999) < wanted
            assert births.phase(family().numeric, outer, middle * 1.001) >= wanted


@pytest.mark.parametrize("family", [families.softsign, families.tanh])
def test_quadrature_gives_the_librarys_gain(family: object) -> None:
    x, weights = births.quadrature(0.7, 3.0)
    value, pair = family().numeric, [0.9, 3.5]
    found = float(np.sum(weights * value(pair[0] - x) * value(pair[1] - x)))
    problem = lb.ThresholdProblem(0, [0.7, 3.7], 0.7 + 3.0 + 0.7)
    assert found == pytest.approx(lb.gain(problem, family(), pair), abs=2e-4)
    assert found != pytest.approx(lb.gain(problem, family(), [0.9, 3.6]), abs=2e-4)


def test_best_pair_beats_random_pairs() -> None:
    value, random = families.arctan().numeric, np.random.default_rng(5)
    for outer, middle in 10 ** random.uniform(-1, 1, (4, 2)):
        x, weights = births.quadrature(outer, middle)
        gains = lambda pairs, x=x, w=weights: (w * value(pairs[:, :1] - x) * value(pairs[:, 1:] - x)).sum(axis=1)  # noqa: E731
        best = gains(np.array([births.maximum(value, outer, middle)]))[0]
        others = gains(random.uniform(0, 2 * outer + middle, (4000, 2)))
        assert best >= others.max()
        assert others.max() > 0.8 * best


def test_one_lost_class_of_two_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(births, "maximum", lambda value, outer, middle: (0.0, 1.0))
    with pytest.raises(ArithmeticError, match="one outer class"):
        births.phase(families.tanh().numeric, 1.0, 1.0)


def test_phases_out_of_order_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(births, "phase", lambda value, outer, middle: 2 if middle < 1 else 1)
    with pytest.raises(ArithmeticError, match="follow each other"):
        births.changes(families.tanh().numeric, 1.0)


def test_points_lie_between_the_changes() -> None:
    chosen = [float(Fraction(middle)) for middle in births.sides(families.tanh(), "1/2")]
    equal, parts, corner = births.proved(families.tanh(), "1/2")
    assert chosen[0] < equal < chosen[1] < parts < chosen[2] < chosen[3] < corner < chosen[4]
    assert len(births.sides(families.tanh(), "1")) == 4
