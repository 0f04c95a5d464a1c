"""The tables of the book's maps: those of their designs, consistent, and the same when a part is computed again."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from lossbook import comparison, sweep
from lossbook.comparison import BY_NAME, REPLICAS, STAGES, Case, Gap, Group, Mean, Trial, searched_phase
from lossbook.comparison.births import PHASES
from lossbook.comparison.standings import mean_row
from lossbook.reading import FAMILIES
from lossbook.sweep import maps, measures, parts
from lossbook.sweep.parts import columns_of
from lossbook.sweep.tasks import Tasks
from tools import results

MEANS, GAPS = comparison.stored_means(results.RESULTS), comparison.stored_gaps(results.RESULTS)
SHARES = comparison.stored_shares(results.RESULTS)
SAMPLE = [
    ("arctan", 10, 3e-4, ("linear, calibrated", "linear, inverse frequency")),
    ("arctan", 300, 1e-3, ("hinge 1/20", "linear, threshold moved")),
]
# Which tasks are computed again; a whole group of contests takes minutes, so a part of two of them is, below.
AGAIN = {"starts": (46,), "births-paths": (5, 30, 55, 79, 85, 110, 135, 165, 190, 214, 239), "births-points": (0,)}
AGAIN["births"] = (11,)


def tasks(name: str) -> Tasks:
    """Return the tasks of a committed design."""
    return Tasks(sweep.Design.read(results.DESIGNS / f"{name}.toml"))


def groups() -> list[Group]:
    """Return the groups of contests."""
    return [maps.group(json.loads(task.configuration)) for task in tasks("losses")]


def test_every_design_has_its_tables_and_every_table_its_design() -> None:
    named = {path.stem for path in results.DESIGNS.glob("*.toml")}
    assert set(results.TABLES) <= named
    files = [file for tables in results.TABLES.values() for file in tables]
    assert sorted(files) == sorted(path.name for path in results.RESULTS.glob("*.csv"))
    for name, tables in results.TABLES.items():
        for file, (head, _) in tables.items():
            assert (results.RESULTS / file).read_text("utf-8").partition("\n")[0] == ",".join(head), name


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("starts", ("n", "scale", "learning_rate", "batch", "momentum", "steps", "replicas")),
        ("births", ("sigmoid", "outer")),
        ("births-paths", ("sigmoid", "outer", "middle")),
    ],
)
def test_rows_are_the_tasks_of_the_design_in_order(name: str, settings: tuple[str, ...]) -> None:
    made = tasks(name)
    columns, (file,) = columns_of(made), results.TABLES[name]
    lines = []
    for task in made:
        empty = dict.fromkeys(made.design.definition.columns, 0.0) | {"error": None}
        lines += results.TABLES[name][file][1](parts.row(task, json.dumps(empty), columns))
    keys = [[str(value) for value in line][: len(settings)] for line in lines]
    assert keys == [line[: len(settings)] for line in results.read(file)]
    assert keys[::-1] != keys


@pytest.mark.parametrize(("name", "index"), [(name, index) for name in AGAIN for index in AGAIN[name]])
def test_a_task_computed_again_gives_the_stored_lines(name: str, index: int) -> None:
    made = tasks(name)
    task, (file,) = made[index], results.TABLES[name]
    again = parts.row(task, measures.rows([task.configuration])[0], columns_of(made))
    lines = [[str(value) for value in line] for line in results.TABLES[name][file][1](again)]
    there = results.read(file)
    first = index if len(there) == len(made) else 0
    assert lines == there[first : first + len(lines)]
    assert lines != there[first + 1 : first + 1 + len(lines)]  # the control


def test_every_replica_ends_in_one_way() -> None:
    for share in SHARES:
        assert share.replicas == sum(share[7:]) == comparison.REPLICAS
        assert min(share[7:]) >= 0


def test_another_seed_gives_other_ends() -> None:
    share = SHARES[46]
    assert comparison.share(share.trial, share.replicas, seed=2) != share


def test_one_threshold_is_always_found_and_more_of_them_more_seldom() -> None:
    found = [share.found for share in SHARES if share.trial in {Trial(n) for n in range(1, 9)}]
    assert found[0] == REPLICAS
    assert found == sorted(found, reverse=True)
    assert len(found) == 8


@pytest.mark.parametrize(("name", "outer"), [("tanh", "0.169"), ("softsign", "4.82")])
def test_phases_change_where_the_table_says(name: str, outer: str) -> None:
    line = next(line for line in results.read("births.csv") if line[:2] == [name, outer])
    for wanted, middle in enumerate(map(float, line[2:5]), start=1):
        if np.isfinite(middle):
            assert PHASES.index(searched_phase(FAMILIES[name](), outer, middle * 0.999)) < wanted
            assert PHASES.index(searched_phase(FAMILIES[name](), outer, middle * 1.001)) >= wanted


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small design of random starts, and folders of its own."""
    (tmp_path / "starts.toml").write_text(
        'measure = "fates"\nfixed = {steps = 20, replicas = 64}\ngrid.n = [1, 2]\n', "utf-8"
    )
    monkeypatch.setattr(results, "DESIGNS", tmp_path)
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(results, "SWEEPS", tmp_path / "sweeps")
    return tmp_path


def test_a_table_is_written_from_its_sweep(small: Path) -> None:
    results.make("starts", None)
    assert [share[:7] for share in comparison.stored_shares(small / "results")] == [
        (n, "1", 0.1, 16, 0.0, 20, 64) for n in (1, 2)
    ]
    assert not list(small.rglob("*.partly"))


def test_an_interrupted_run_goes_on_and_writes_no_table_before_its_end(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, made = measures.rows, []

    def interrupted(texts: list[str]) -> list[str]:
        made.extend(texts)
        if len(made) == 2:
            raise KeyboardInterrupt
        return rows(texts)

    monkeypatch.setattr("lossbook.sweep.executors.rows", interrupted)
    with pytest.raises(KeyboardInterrupt):
        results.make("starts", None)
    assert not (small / "results").exists()
    results.make("starts", None)
    assert len(made) == 3  # the first is not made again
    assert len(comparison.stored_shares(small / "results")) == 2


def test_a_sweep_with_an_error_writes_no_table(small: Path) -> None:
    design = (small / "starts.toml").read_text("utf-8")
    (small / "starts.toml").write_text(design + "grid.learning_rate = [0.1, 1e33]\n", "utf-8")
    with pytest.raises(SystemExit, match="did not give every row"):
        results.make("starts", None)
    assert not (small / "results").exists()


def key(row: Mean) -> tuple[object, ...]:
    return row[:7]


def test_every_row_is_there_once() -> None:
    wanted = {
        (group.sigmoid, group.imbalance, 10, 0.0, rate, name, stage)
        for group in groups()
        for rate, name, stage in product(group.rates, BY_NAME, STAGES)
    }
    plain = [key(row) for row in MEANS if (row.batch, row.momentum) == (10, 0.0)]
    assert set(plain) == wanted
    assert len(plain) == len(wanted)
    others = {(row.imbalance, row.batch, row.momentum) for row in MEANS} - {
        (group.imbalance, 10, 0.0) for group in groups()
    }
    assert others == {(group.imbalance, *process) for group in groups() for process in group.processes}
    assert len(others) == 10
    assert len({row[:6] for row in GAPS}) == len(GAPS) == len(groups()) * 4 * 2 * 2 * len(BY_NAME)


def test_measures_agree_with_each_other() -> None:
    for row in MEANS:
        share = 1 / (1 + row.imbalance)
        wrong = (1 - row.sensitivity) * share + (1 - row.specificity) * (1 - share)
        assert wrong == pytest.approx(row.error, abs=2e-6)
        assert 1 - (row.sensitivity + row.specificity) / 2 == pytest.approx(row.balanced, abs=2e-6)
        assert 0 <= row.error < 1


def test_the_best_has_no_gap_and_no_one_is_better() -> None:
    for gap in GAPS:
        assert gap.gap >= 0 <= gap.gap_error
        assert gap.p_value == 1 if gap.gap_error == 0 else 0 <= gap.p_value <= 1
    cells = {gap[:5] for gap in GAPS}
    best = [gap[:5] for gap in GAPS if gap.gap == 0]
    assert set(best) == cells


def test_gaps_are_between_the_means() -> None:
    means = {key(row): row for row in MEANS}
    for gap in GAPS:
        row = means[gap.sigmoid, gap.imbalance, 10, 0.0, gap.rate, gap.loss, gap.stage]
        assert getattr(row, gap.measure) == gap.mean
        if gap.rates == "common":
            assert gap.rate == Group("arctan", 1, (3e-4,)).common_rate


@pytest.mark.parametrize(("sigmoid", "imbalance", "rate", "names"), SAMPLE, ids=lambda value: f"{value}"[:20])
def test_a_part_computed_again_is_the_same(sigmoid: str, imbalance: int, rate: float, names: tuple[str, ...]) -> None:
    case = Case(sigmoid, imbalance, rate)
    again = comparison.contest(case, comparison.shifts_of(case), REPLICAS, names)
    stored = {row[5:7]: row for row in MEANS if row[:5] == (sigmoid, imbalance, 10, 0.0, rate)}
    for name, stage in product(names, STAGES):
        row = stored[name, stage]
        found = mean_row(case, name, stage, again[name][stage])
        assert results.text(found) == results.text(row)
        assert found == row
    other = stored[names[0], "1000"].error
    assert other != pytest.approx(again[names[1]]["1000"].error.mean(), rel=6e-6)  # the control


def test_a_p_value_is_that_of_the_normal_law() -> None:
    row = Gap("arctan", 1, "1000", "error", "own", "x", 1.0, 1.0, 1.959963984540054, 1.0)
    assert row.p_value == pytest.approx(0.05)


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make results"):
        comparison.stored_means(tmp_path)
    (tmp_path / "losses-gaps.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ValueError, match="must have the columns sigmoid, imbalance"):
        comparison.stored_gaps(tmp_path)
