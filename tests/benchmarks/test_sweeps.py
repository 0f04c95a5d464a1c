"""The benchmark of sweeps: its own parts, and what is stored. Nothing is timed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.benchmarks.test_learning import names_somebody

from benchmarks import sweeps
from benchmarks.sweeps import BATCHES, TARGET, WANTED, Watch, growth, tiny, whole_run
from lossbook.sweep import Outcome
from lossbook.sweep.tasks import Tasks


def test_growth_is_a_share_of_what_was_there() -> None:
    assert growth([200, 900, 210]) == pytest.approx(0.05)
    assert growth([200, 100]) == -0.5


def test_memory_is_noted_each_time_so_many_tasks_are_done() -> None:
    watch, tasks = Watch(10), list(Tasks(tiny(25)))
    for batch in (tasks[:9], tasks[9:10], tasks[10:11], tasks[:25]):
        watch.advance(batch)
    assert watch.done == 36
    assert len(watch.driver) == len(watch.workers) == 2
    assert min(watch.driver) > 10**7
    assert watch.workers == [0, 0]


def test_memory_of_a_small_run_is_noted() -> None:
    found = sweeps.memory(40, None)
    assert [len(noted) for noted in found.values()] == [10, 10]


def test_a_run_that_is_not_complete_is_no_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    spent, start = whole_run(tiny(3), None)
    assert spent > start == 0
    for outcome in (Outcome(Path("x"), 3, 0, 2), Outcome(Path("x"), 3, 0, 3, failed=1)):
        monkeypatch.setattr(sweeps, "run", lambda *given, outcome=outcome, **more: outcome)
        with pytest.raises(RuntimeError, match="must be complete and free of errors"):
            whole_run(tiny(3), None)


def faults(found: dict[str, Any]) -> list[str]:
    """Name what is not as the project asks for."""
    beside, gained = found["overheads"], found["speed_up"]["speed_up"]
    grown = max(found["memory"]["growth"].values())
    kept = {
        "in_process": 0 < beside["in_process"] <= WANTED["in_process"],
        "two_workers": 0 < beside["two_workers"] <= WANTED["two_workers"],
        "speed_up": WANTED["speed_up"] <= gained < 2.5,
        "growth": grown <= WANTED["growth"],
    }
    return [name for name, good in kept.items() if not good]


def stored() -> dict[str, Any]:
    """Read what is stored."""
    return json.loads(TARGET.read_text("utf-8"))


def test_stored_results_are_what_is_asked_for() -> None:
    found = stored()
    assert TARGET.read_text("utf-8") == json.dumps(found, sort_keys=True, indent=1) + "\n"
    assert not names_somebody(json.dumps(found))
    assert found["overheads"]["tasks"] == 10_000
    assert found["memory"]["tasks"] == 100_000
    assert {name: len(noted) for name, noted in found["memory"]["bytes"].items()} == {
        "in_process": 10,
        "driver": 10,
        "worker": 10,
    }
    assert list(found["points_per_second"]) == sorted(map(str, BATCHES))
    assert found["wanted"] == WANTED
    assert faults(found) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("overheads", "in_process"), 0.0021),
        (("overheads", "two_workers"), 0.011),
        (("speed_up", "speed_up"), 1.69),
        (("memory", "growth", "worker"), 0.11),
    ],
    ids=lambda value: re.sub(r"\W+", " ", str(value)),
)
def test_results_that_are_not_what_is_asked_for_are_named(place: tuple[str, ...], value: float) -> None:
    found = stored()
    inner = found
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert len(faults(found)) == 1
