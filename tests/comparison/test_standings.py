"""Standings: means with their errors, gaps to the best replica by replica, and what a group refuses."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from lossbook import comparison
from lossbook.comparison import STAGES, Case, Gap, Group, Mean, Outcome, mean_and_error, standings
from lossbook.comparison.standings import MEASURES, gap_rows, mean_row

NAMES, FEW = ("linear", "linear, calibrated", "linear, threshold moved", "hinge 1/20"), ("linear", "hinge 1/20")
GROUP = Group("arctan", 10, (1e-3, 3e-3), 1e-3, ((100, 0.9),), contenders=NAMES, few=FEW, replicas=16)


def outcome(*errors: float) -> Outcome:
    """Make up how well replicas do."""
    wrong = np.array(errors)
    return Outcome(1 - wrong, 1 - wrong / 2, wrong)


@pytest.fixture(scope="module")
def rows() -> tuple[list[Mean], list[Gap]]:
    return standings(GROUP)


def test_a_mean_has_the_error_of_the_textbook() -> None:
    values = np.random.default_rng(1).normal(3, 2, 1000)
    mean, error = mean_and_error(values)
    assert mean == pytest.approx(values.mean(), rel=1e-14)
    assert error == pytest.approx(values.std(ddof=1) / math.sqrt(1000), rel=1e-14)
    assert error != pytest.approx(values.std() / math.sqrt(1000), rel=1e-5)


def test_a_mean_does_not_depend_on_the_order() -> None:
    values = np.random.default_rng(1).normal(0, 1, 10_000) ** 9
    shuffled = np.random.default_rng(2).permutation(values)
    assert mean_and_error(values) == mean_and_error(shuffled)
    assert sum(values.tolist()) != sum(shuffled.tolist())  # the control: plain sums do


def test_a_row_of_means_is_rounded() -> None:
    case = Case("tanh", 3, 1e-3 * (1 - 0.9) / 10, 1, 0.9)
    row = mean_row(case, "ramp", "1000", outcome(0.1, 0.2, 0.3, 0.1234567))
    assert row[:7] == ("tanh", 3, 1, 0.9, 1e-5, "ramp", "1000")
    assert (row.error, row.error_error) == (0.180864, 0.0451)
    assert (row.balanced, row.sensitivity, row.specificity) == (0.135648, 0.819136, 0.909568)


def test_every_row_is_there_once(rows: tuple[list[Mean], list[Gap]]) -> None:
    means, gaps = rows
    wanted = [(10, 0.0, rate, name, stage) for rate, name, stage in product(GROUP.rates, NAMES, STAGES)]
    wanted += [(100, 0.9, 1e-3, name, stage) for name, stage in product(FEW, STAGES)]
    assert [row[2:7] for row in means] == wanted
    assert len({gap[2:6] for gap in gaps}) == len(gaps) == len(STAGES) * 2 * 2 * len(NAMES)
    assert {row[:2] for row in [*means, *gaps]} == {("arctan", 10)}


def test_gaps_are_between_the_means(rows: tuple[list[Mean], list[Gap]]) -> None:
    means = {(row.rate, row.loss, row.stage): row for row in rows[0] if row.batch == 10}
    for gap in rows[1]:
        mean = getattr(means[gap.rate, gap.loss, gap.stage], gap.measure)
        best = min(other.mean for other in rows[1] if other[:5] == gap[:5])
        assert gap.mean == mean
        assert gap.gap == pytest.approx(mean - best, abs=2e-6)
        assert gap.rates == "own" or gap.rate == GROUP.common_rate
        others = [getattr(means[rate, gap.loss, gap.stage], gap.measure) for rate in GROUP.rates]
        assert gap.rates == "common" or gap.mean == min(others)


def test_gaps_are_measured_replica_by_replica() -> None:
    errors = {"linear": (0.1, 0.3), "ramp": (0.2, 0.4), "squared": (0.5, 0.9)}
    made = {name: dict.fromkeys(STAGES, outcome(*pair)) for name, pair in errors.items()}
    rows = gap_rows(replace(GROUP, rates=(1e-3,), contenders=tuple(errors)), {1e-3: made})
    found = {gap.loss: gap for gap in rows if gap[2:5] == ("1000", "error", "own")}
    assert (found["linear"].gap, found["linear"].gap_error) == (0, 0)
    assert (found["ramp"].gap, found["ramp"].gap_error) == (0.1, pytest.approx(0, abs=1e-16))
    assert (found["squared"].gap, found["squared"].gap_error) == (0.5, 0.1)
    assert mean_and_error(made["ramp"]["1000"].error)[1] == pytest.approx(0.1)  # alone it has an error


def test_few_replicas_are_the_first_of_many(rows: tuple[list[Mean], list[Gap]]) -> None:
    case = Case("arctan", 10, 1e-3)
    first = comparison.contest(case, {}, 32, ("hinge 1/20",))["hinge 1/20"]["10000"]
    (row,) = (row for row in rows[0] if row[2:7] == (10, 0.0, 1e-3, "hinge 1/20", "10000"))
    for measure in MEASURES:
        values = getattr(first, measure)
        assert getattr(row, measure) == pytest.approx(values[:16].mean(), rel=1e-5)
    assert row.error != pytest.approx(first.error.mean(), rel=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sigmoid": "atan"}, r"^sigmoid must be one of arctan, .*; got 'atan'"),
        ({"common_rate": 0.5}, r"^common_rate must be one of the rates \(0.001, 0.003\); got 0.5"),
        ({"few": ("linear", "cubic")}, r"^few must be among linear, .*; got 'cubic'"),
        ({"contenders": ("Linear",)}, r"^contenders must be among linear, .*; got 'Linear'"),
        ({"processes": ((3, 0.0),)}, r"^processes must have batches that divide 1000; got 3"),
        ({"processes": ((0, 0.0),)}, r"^processes must be a whole number from 1 to 1000; got 0"),
        ({"rates": (1e-3, -3e-3)}, r"^learning_rate must be .*-0.003"),
        ({"processes": ((10, -0.5),)}, r"^momentum must be"),
        ({"imbalance": 0}, r"^imbalance must be greater than 0; got 0"),
        ({"replicas": 1}, r"^replicas must be a whole number from 2"),
    ],
)
def test_what_cannot_run_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(GROUP, **changes)
