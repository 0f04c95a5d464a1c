"""The stored tables of the competition: complete, consistent, and the same when a part is computed again."""

from itertools import product
from pathlib import Path

import pytest

from lossbook import comparison
from lossbook.comparison import BY_NAME, REPLICAS, STAGES, Case, Gap, Group, Mean
from lossbook.comparison.standings import mean_row
from tools import results

MEANS, GAPS = comparison.stored_means(results.RESULTS), comparison.stored_gaps(results.RESULTS)
SAMPLE = [
    ("arctan", 10, 3e-4, ("linear, calibrated", "linear, inverse frequency")),
    ("arctan", 300, 1e-3, ("hinge 1/20", "linear, threshold moved")),
]


def key(row: Mean) -> tuple[object, ...]:
    return row[:7]


def test_every_row_is_there_once() -> None:
    wanted = {
        (group.sigmoid, group.imbalance, 10, 0.0, rate, name, stage)
        for group in results.groups()
        for rate, name, stage in product(group.rates, BY_NAME, STAGES)
    }
    plain = [key(row) for row in MEANS if (row.batch, row.momentum) == (10, 0.0)]
    assert set(plain) == wanted
    assert len(plain) == len(wanted)
    others = {(row.imbalance, row.batch, row.momentum) for row in MEANS} - {(r, 10, 0.0) for r in results.IMBALANCES}
    assert others == {(r, *process) for r in (10, 100) for process in results.PROCESSES}
    assert len({row[:6] for row in GAPS}) == len(GAPS) == len(results.groups()) * 4 * 2 * 2 * len(BY_NAME)


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
            assert gap.rate == results.groups()[0].common_rate


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


def test_an_interrupted_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Group] = []
    rows = lambda group: ([["mean", group.sigmoid]], [["gap", group.sigmoid]])  # noqa: E731

    def standings(group: Group) -> tuple[list[list[str]], list[list[str]]]:
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(group)
        return rows(group)

    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(results, "PARTS", tmp_path / "parts")
    monkeypatch.setattr(results, "groups", lambda: [Group("arctan", 1, (3e-4,)), Group("tanh", 1, (3e-4,))])
    monkeypatch.setattr(results, "standings", standings)
    with pytest.raises(KeyboardInterrupt):
        results.main()
    assert not (tmp_path / "results").exists()
    monkeypatch.setattr(results, "standings", rows)
    results.main()
    assert results.read(tmp_path / "results" / "losses-means.csv") == [["mean", "arctan"], ["mean", "tanh"]]
    assert not list(tmp_path.rglob("*.partly"))


def test_a_p_value_is_that_of_the_normal_law() -> None:
    row = Gap("arctan", 1, "1000", "error", "own", "x", 1.0, 1.0, 1.959963984540054, 1.0)
    assert row.p_value == pytest.approx(0.05)


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make results"):
        comparison.stored_means(tmp_path)
    (tmp_path / "losses-gaps.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ValueError, match="must have the columns sigmoid, imbalance"):
        comparison.stored_gaps(tmp_path)
