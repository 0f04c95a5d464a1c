"""Plans: tasks and points exactly, bytes within a factor of 2, and a time that grows with the work."""

import itertools
import random
import re
from pathlib import Path
from typing import Any

import pytest

from lossbook.sweep import Design, DesignError, planning
from lossbook.sweep.planning import Plan, plan
from lossbook.sweep.running import LARGEST_PART, run
from lossbook.sweep.tasks import Tasks

SHORT: dict[str, Any] = {"learning_rate": 0.01, "steps": 20, "replicas": 2}
DESIGNS: dict[str, dict[str, Any]] = {
    "grid": {"fixed": SHORT, "grid": {"imbalance": range(1, 41), "batch": range(1, 31)}},
    "lengths": {"fixed": SHORT, "random": {"draws": 300, "lengths": {"log_uniform": [1, 100], "count": 4}}},
    "fates": {"measure": "fates", "fixed": {"n": 2, "steps": 20, "replicas": 2}, "grid": {"seed": range(500)}},
    "one": {"fixed": {**SHORT, "imbalance": 3}},
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second goes by whenever the time is asked for."""
    seconds = itertools.count()
    monkeypatch.setattr(planning.time, "perf_counter", lambda: float(next(seconds)))


@pytest.mark.parametrize("name", DESIGNS)
def test_bytes_are_about_those_of_the_folder(name: str, tmp_path: Path) -> None:
    design = Design(**DESIGNS[name])
    found = plan(design)
    run(design, tmp_path)
    there = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert there / 2 < found.bytes < 2 * there
    assert found.tasks == len(Tasks(design))
    assert found.samples == Tasks(design).samples
    assert found.seconds > 0


def test_results_of_pilots_get_other_digits() -> None:
    """Repeated results would compress to nothing."""
    given = {"mean": 0.123, "low": "12/345", "n": 3, "places": [0.5], "points": [{"phase": "1/7", "at": 0.25}]}
    first, second = (planning._filled(given, random.Random(seed)) for seed in (0, 1))
    assert first != second != given
    assert first["n"] == 3
    assert re.fullmatch(r"\d\d/\d{3}", first["low"])
    assert first["low"] != "12/345"
    assert [type(value) for value in first.values()] == [type(value) for value in given.values()]


def test_time_is_linear_in_the_points(clock: None) -> None:
    """Pilots of 2^24 points take a second each: the rest is exact."""
    long = {"learning_rate": 0.01, "steps": 2**20, "imbalance": 3}
    first, second = (plan(Design(fixed={**long, "replicas": replicas})) for replicas in (2**14, 2**15))
    assert (first.samples, second.samples) == (2**34, 2**35)
    assert first.seconds == pytest.approx(2**34 / 2**24 + planning.OVERHEAD)
    assert second.seconds == pytest.approx(2 * first.seconds, rel=1e-4)


def test_measure_without_points_takes_the_mean_of_its_tasks(clock: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(planning, "results", lambda text: asked.append(text) or {"theta": 0.5, "error": None})
    found = plan(Design(measure="optimum", grid={"imbalance": range(1, 101)}))
    assert (found.tasks, found.samples, found.seconds) == (100, 0, 100.0)
    assert len(set(asked)) == len(asked) == planning.PILOTS
    monkeypatch.setattr(planning, "PILOT_SECONDS", 1.5)
    asked.clear()
    assert plan(Design(measure="optimum", grid={"imbalance": range(1, 101)})).seconds == 100.0
    assert len(asked) == 2


def test_whole_design_is_checked_before_anything_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "results", lambda text: pytest.fail("a task was run"))
    design = Design(fixed={**SHORT, "imbalance": 1}, grid={"burn_in": [*range(20), 20]})
    with pytest.raises(DesignError, match=r"^grid\.burn_in\[20\]: burn_in must be a whole number from 0 to 19; got 20"):
        plan(design)


def test_pilot_that_ends_with_an_error_is_a_pilot() -> None:
    fixed = {**SHORT, "learning_rate": 1e6, "clip": False, "imbalance": 3}
    found = plan(Design(fixed=fixed, grid={"seed": range(10)}))
    assert found.tasks == 10
    assert found.bytes > 1000


@pytest.mark.parametrize(
    ("rows", "seconds", "parts"),
    [(1, 0.001, 1), (10_000, 0.5, 1), (10**6, 0.5, 10**6 // LARGEST_PART), (10**6, 240.0, 50), (5, 1e9, 5)],
)
def test_number_of_files(rows: int, seconds: float, parts: int) -> None:
    assert planning._parts(rows, seconds) == parts


def test_long_run_has_few_files() -> None:
    """One a fiftieth of the time so far: another 50 whenever the time is e-fold."""
    day, week = (planning._parts(10**6, hours * 3600.0) for hours in (24, 24 * 7))
    assert 300 < day < week < day + 110


@pytest.mark.parametrize(
    ("found", "workers", "lines"),
    [
        (
            Plan(1, 0, 999, 0.1),
            1,
            ["1 tasks", "about 999 bytes of results", "about 1 s on one core, as fast as this one"],
        ),
        (
            Plan(12_345, 10**15, 1_000_000, 86400.0),
            1000,
            [
                "12,345 tasks",
                "1,000,000,000,000,000 samples, points drawn (1e+15)",
                "about 1 MB of results",
                "about 1 min 26 s on 1,000 cores, as fast as this one",
            ],
        ),
    ],
    ids=["small", "large"],
)
def test_plan_is_written_for_people(found: Plan, workers: int, lines: list[str]) -> None:
    assert found.lines(workers) == lines


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999.4, "999 bytes"), (999.6, "1 kB"), (12_345, "12.3 kB"), (999_999, "1 MB"), (1e15, "1,000 TB")],
)
def test_sizes_have_three_digits(count: float, text: str) -> None:
    assert planning._size(count) == text
