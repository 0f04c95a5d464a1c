"""A Dask cluster that runs already: without workers, with wrong ones, with a scheduler that is killed."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sweep.examples import bits, counted, sweep, undisturbed
from tests.sweep.faults.dask_processes import Scheduler
from tests.sweep.faults.processes import Starter

EXAMPLE = sweep(60)
HELD = EXAMPLE.names[40]


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    starter = Starter(tmp_path_factory.mktemp("scheduler"))
    yield Scheduler(starter, starter.folder)
    starter.close()


def test_a_run_waits_for_a_worker_and_says_so(tmp_path: Path, starter: Starter, scheduler: Scheduler) -> None:
    words = "--out", tmp_path / "out", "--scheduler", scheduler.address
    process = starter.lossbook("sweep", "run", EXAMPLE.write(tmp_path), *words)
    process.meets(lambda: "0 of 60 tasks, no worker yet: waiting for one\n" in process.err, "it says that it waits")
    scheduler.worker(starter)
    assert process.ended() == 0, process.err
    assert process.said == ""
    assert process.err.startswith(f"scheduler at {scheduler.address}; dashboard: ")
    assert bits(tmp_path / "out") == undisturbed(EXAMPLE)


def test_a_worker_with_another_version_is_refused(tmp_path: Path, starter: Starter, scheduler: Scheduler) -> None:
    scheduler.worker(starter, {"version": "9.9"})
    words = "--out", tmp_path / "out", "--scheduler", scheduler.address
    process = starter.lossbook("sweep", "run", EXAMPLE.write(tmp_path), *words)
    assert process.ended() == 1
    assert re.fullmatch(
        rf"error: workers of the scheduler at {scheduler.address} must have the same packages; got lossbook 9\.9 "
        r"\(here \S+\); 0 of 60 tasks are stored: the same command goes on\n",
        process.said,
    )
    assert counted(tmp_path / "out", EXAMPLE).rows == 0


def test_a_killed_scheduler_ends_the_run_and_a_new_one_completes_it(
    tmp_path: Path, starter: Starter, scheduler: Scheduler, faults: Path
) -> None:
    (faults / f"hold-{HELD}").touch()
    worker, out = scheduler.worker(starter, {"folder": str(faults)}), tmp_path / "out"
    words = "sweep", "run", EXAMPLE.write(tmp_path), "--out", out, "--scheduler"
    process = starter.lossbook(*words, scheduler.address, faults={"batch_seconds": 0.001})
    process.meets((faults / f"held-{HELD}").exists, "the run comes to the task at which it waits")
    scheduler.process.send(signal.SIGKILL)
    assert process.ended() == 1
    found = counted(out, EXAMPLE)
    assert (found.rows > 0, found.doubled, found.foreign) == (True, 0, 0)
    assert process.said == (
        f"error: the scheduler at {scheduler.address} is gone; {found.rows} of 60 tasks are stored: "
        "the same command goes on\n"
    )
    worker.stop()
    again = starter.lossbook(*words, scheduler.address, DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="1s")
    assert again.ended() == 1
    assert re.fullmatch(rf"error: the scheduler at {scheduler.address} could not be reached: [^\n]+\n", again.said)
    scheduler = Scheduler(starter, tmp_path)
    scheduler.worker(starter)
    last = starter.lossbook(*words, scheduler.address)
    assert last.ended() == 0, last.err
    assert last.out == f"60 of 60 tasks are stored in {out}, {60 - found.rows} of them new\n"
    assert counted(out, EXAMPLE) == (60, 0, 0, 0)
    assert bits(out) == undisturbed(EXAMPLE)
