"""The process that drives a run is killed at random moments, and the same command is given again."""

import os
import random
import signal
import time
from pathlib import Path

import pytest
from tests.sweep.examples import bits, counted, sweep, undisturbed
from tests.sweep.faults.processes import QUICK, Starter, alive, until

EXAMPLE = sweep(400)
SPAWN: dict[str, str] = {}


def parts(folder: Path) -> int:
    return len(list(folder.glob("parts/part-*")))


@pytest.mark.parametrize(
    ("where", "ways"),
    [
        pytest.param([], [SPAWN] * 7, id="in-process"),
        pytest.param(["--workers", 2], [SPAWN, QUICK, QUICK], id="workers"),
    ],
)
def test_a_killed_run_goes_on(
    tmp_path: Path, starter: Starter, where: list[str], ways: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    chance, out = random.Random(8), tmp_path / "out"
    words = "sweep", "run", EXAMPLE.write(tmp_path), "--out", out, *where
    planned, stored, half = {"part_seconds": 0, "batch_seconds": 0.01}, 0, 0
    for way in ways:
        process = starter.lossbook(*words, faults=planned, **way)
        wanted = parts(out) + chance.randint(10, 25)
        process.meets(lambda wanted=wanted: parts(out) >= wanted, "some more parts")
        workers = process.workers()
        time.sleep(chance.uniform(0, 0.01))
        os.kill(process.pid, signal.SIGKILL)
        assert process.ended() == -signal.SIGKILL
        assert len(workers) == (2 if where else 0)
        until(lambda workers=workers: not any(map(alive, workers)), "the workers end with their driver")
        found = counted(out, EXAMPLE)
        half += len(list(out.glob("**/*.partly")))
        assert (found.doubled, found.foreign) == (0, 0)
        assert stored < found.rows < 400
        stored = found.rows
    process = starter.lossbook(*words, **QUICK)
    assert process.ended() == 0, process.err
    assert process.out == f"400 of 400 tasks are stored in {out}, {400 - stored} of them new\n"
    with capsys.disabled():
        print(f"\n{len(ways)} drivers killed, all runs went on; half-written files {half}, rows lost 0, doubled 0")
    assert counted(out, EXAMPLE) == (400, 0, 0, 0)
    assert not list(out.glob("**/*.partly"))
    assert bits(out) == undisturbed(EXAMPLE)
    assert process.said == ""
