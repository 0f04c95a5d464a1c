"""Runs that are interrupted, ended by a signal, stopped for a while, or started twice."""

import signal
from pathlib import Path

import pytest
from tests.sweep.examples import bits, counted, sweep, undisturbed
from tests.sweep.faults.processes import QUICK, Process, Starter, alive, until

EXAMPLE = sweep(40)
HELD = EXAMPLE.names[25]


def held(starter: Starter, folder: Path, faults: Path, *where: object, **more: str) -> Process:
    """A run that waits at its 26th task."""
    (faults / f"hold-{HELD}").touch()
    words = "sweep", "run", EXAMPLE.write(folder), "--out", folder / "out"
    planned = {"folder": str(faults), "batch_seconds": 0.01}
    process = starter.lossbook(*words, *where, faults=planned, **more)
    process.meets((faults / f"held-{HELD}").exists, "the run comes to the task at which it waits")
    return process


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=["interrupted", "terminated", "terminal closed"],
)
def test_what_is_computed_is_stored_before_the_end(
    tmp_path: Path, starter: Starter, faults: Path, number: signal.Signals, status: int
) -> None:
    process = held(starter, tmp_path, faults)
    process.send(number, group=True)
    assert process.ended() == status
    assert (process.out, process.said) == ("", "")
    assert counted(tmp_path / "out", EXAMPLE) == (25, 15, 0, 0)


@pytest.mark.parametrize(
    ("number", "status", "group", "way"),
    [(signal.SIGINT, 130, True, {}), (signal.SIGTERM, 143, False, QUICK)],
    ids=["interrupted", "terminated"],
)
def test_workers_end_with_the_run(
    tmp_path: Path,
    starter: Starter,
    faults: Path,
    number: signal.Signals,
    status: int,
    group: bool,
    way: dict[str, str],
) -> None:
    process = held(starter, tmp_path, faults, "--workers", 2, **way)
    workers = process.workers()
    process.send(number, group=group)
    assert process.ended() == status
    assert (process.out, process.said) == ("", "")
    assert len(workers) == 2
    until(lambda: not any(map(alive, workers)), "the workers end")
    found = counted(tmp_path / "out", EXAMPLE)
    assert found.rows > 0
    assert (found.doubled, found.foreign) == (0, 0)


def test_two_runs_keep_out_of_one_folder(tmp_path: Path, starter: Starter, faults: Path) -> None:
    first = held(starter, tmp_path, faults)
    words = "sweep", "run", tmp_path / "design.toml", "--out", tmp_path / "out"
    for number in (None, signal.SIGSTOP):  # while the first runs, and while it is stopped
        if number:
            first.send(number)
        second = starter.lossbook(*words)
        assert second.ended() == 1
        assert second.out == ""
        assert second.said == (
            f"error: another run writes into {tmp_path / 'out'}: wait for its end, or name another folder\n"
        )
    first.send(signal.SIGCONT)
    (faults / f"hold-{HELD}").unlink()
    assert first.ended() == 0
    assert counted(tmp_path / "out", EXAMPLE) == (40, 0, 0, 0)
    assert bits(tmp_path / "out") == undisturbed(EXAMPLE)


def test_a_run_in_another_folder_is_let_in(tmp_path: Path, starter: Starter, faults: Path) -> None:
    held(starter, tmp_path, faults)
    second = starter.lossbook("sweep", "run", tmp_path / "design.toml", "--out", tmp_path / "other")
    assert second.ended() == 0, second.err


def test_jumps_of_the_clock_change_nothing(tmp_path: Path, starter: Starter) -> None:
    example, clock, out = sweep(1000), tmp_path / "clock", tmp_path / "out"
    clock.write_text("0")
    words = "sweep", "run", example.write(tmp_path), "--out", out, "--workers", 2
    planned = {"clock": str(clock), "batch_seconds": 0.002, "part_seconds": 0}
    process = starter.installed(*words, faults=planned, **QUICK)
    parts = lambda: len(list(out.glob("parts/part-*")))  # noqa: E731
    for hours in (5, -4, 100, 0):  # where Dask's clock goes back, Dask may stand still for so long
        before = parts()
        process.meets(lambda before=before: parts() > before + 4, "some more parts")
        replacement = tmp_path / "clock.new"
        replacement.write_text(str(hours))
        replacement.rename(clock)
    assert process.ended() == 0, process.err
    assert process.err.count("dashboard") == 3  # it begins anew where the clock went back
    assert process.said == ""
    assert counted(out, example) == (1000, 0, 0, 0)
    assert bits(out) == undisturbed(example)
