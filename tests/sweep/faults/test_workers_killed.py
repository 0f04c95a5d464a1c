"""Workers of this machine that are killed, and tasks that kill them."""

import os
import random
import signal
from pathlib import Path

import pytest
from tests.sweep.examples import bits, counted, sweep, undisturbed
from tests.sweep.faults.processes import QUICK, Process, Starter, alive, until

KILLS_AT_TASKS, KILLS_FROM_OUTSIDE = 18, 4
EXAMPLE = sweep(240)


def kill_one(process: Process, chance: random.Random) -> None:
    """Kill a worker from outside, whatever it does, and wait until it is gone."""
    victim = chance.choice(sorted(process.meets(process.workers, "a worker is there")))
    os.kill(victim, signal.SIGKILL)
    until(lambda: not alive(victim), "the killed worker is gone")


def test_a_run_outlives_its_workers(
    tmp_path: Path, starter: Starter, faults: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(8)
    for name in chance.sample(EXAMPLE.names, KILLS_AT_TASKS):
        (faults / f"bomb-{name}").touch()
    planned = {"folder": str(faults), "batch_seconds": 0.02, "part_seconds": 0.2}
    design, out = EXAMPLE.write(tmp_path), tmp_path / "out"
    process = starter.lossbook("sweep", "run", design, "--out", out, "--workers", 2, faults=planned, **QUICK)
    exploded = lambda: len(list(faults.glob("exploded-*")))  # noqa: E731
    for number in range(KILLS_FROM_OUTSIDE):
        process.meets(lambda number=number: exploded() > number * 4, "some more workers are killed at their tasks")
        kill_one(process, chance)
    assert process.ended() == 0, process.err
    injected = exploded() + KILLS_FROM_OUTSIDE
    found = counted(out, EXAMPLE)
    with capsys.disabled():
        print(f"\n{injected} workers killed, all survived; rows lost {found.lost}, doubled {found.doubled}")
    assert injected >= 20
    assert found == (240, 0, 0, 0)
    assert bits(out) == undisturbed(EXAMPLE)
    assert process.said == ""


def test_a_task_that_kills_every_worker_is_given_up_by_name(tmp_path: Path, starter: Starter, faults: Path) -> None:
    example, few = sweep(60), {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    deadly, out = example.names[17], tmp_path / "out"
    (faults / f"poison-{deadly}").touch()
    words = "sweep", "run", example.write(tmp_path), "--out", out, "--workers", 2
    process = starter.lossbook(*words, faults={"folder": str(faults)}, **few, **QUICK)
    assert process.ended() == 1
    assert process.said == f"error: 1 tasks lost every worker, such as {deadly}\n"
    assert (faults / f"poison-{deadly}").read_text() == "xxx"
    assert counted(out, example) == (59, 1, 0, 0)
    process = starter.lossbook("sweep", "run", words[2], "--out", out)
    assert process.ended() == 0, process.err
    assert bits(out) == undisturbed(example)


def test_a_worker_that_does_not_come_back_is_replaced(tmp_path: Path, starter: Starter, faults: Path) -> None:
    """Dask itself would wait for it for ever."""
    example, out, soon = sweep(40), tmp_path / "out", {"DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT": "1s"}
    (faults / f"bomb-{example.names[20]}").touch()
    words = "sweep", "run", example.write(tmp_path), "--out", out, "--workers", 1
    process = starter.lossbook(*words, faults={"folder": str(faults), "no_return": True}, **soon)
    process.meets(lambda: "no worker left: waiting for one\n" in process.err, "it says that it waits")
    assert process.ended() == 0, process.err
    assert process.said == ""
    assert bits(out) == undisturbed(example)
