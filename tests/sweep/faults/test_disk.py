"""A disk that is full, and a folder that may no longer be written."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sweep.examples import bits, counted, sweep, undisturbed
from tests.sweep.faults.processes import Process, Starter

EXAMPLE = sweep(200)
GOES_ON = r"{} of 200 tasks are stored: the same command goes on"
RIGHTS = "-dac_override,-dac_read_search"  # by which root writes where nobody may


def mount(*words: object) -> bool:
    command = ["mount", *map(str, words)]
    return (
        shutil.which("mount") is not None and not subprocess.run(command, capture_output=True, check=False).returncode
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 96 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=96k", "tmpfs", folder):
        pytest.skip("a disk of its own can only be mounted by root; a limit for files stands in for it")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def refused(process: Process, out: Path, why: str) -> int:
    """A run ends with one line that says why; give how many rows are stored, all of them whole."""
    assert process.ended() == 1
    found = counted(out, EXAMPLE)
    assert (found.doubled, found.foreign) == (0, 0)
    assert process.out == ""
    assert process.said == f"error: {out} could not be used: {why}; {GOES_ON.format(found.rows)}\n"
    assert not list(out.glob("**/*.partly"))
    return found.rows


def completed(process: Process, out: Path, before: int) -> None:
    """The same command has computed the rest."""
    assert process.ended() == 0, process.err
    assert process.out == f"200 of 200 tasks are stored in {out}, {200 - before} of them new\n"
    assert process.said == ""
    assert counted(out, EXAMPLE) == (200, 0, 0, 0)
    assert bits(out) == undisturbed(EXAMPLE)


def test_a_full_disk_and_one_that_may_only_be_read(tmp_path: Path, starter: Starter, small_disk: Path) -> None:
    out, disk = small_disk / "out", small_disk
    words = "sweep", "run", EXAMPLE.write(tmp_path), "--out", out
    stored = refused(starter.lossbook(*words, faults={"part_seconds": 0}), out, "No space left on device")
    assert 0 < stored < 200
    assert mount("-o", "remount,ro", disk)
    process = starter.lossbook(*words)
    assert process.ended() == 1
    assert process.said == f"error: {out} could not be used: Read-only file system\n"
    assert mount("-o", "remount,rw,size=8m", disk)
    completed(starter.lossbook(*words), out, stored)


def test_a_limit_for_files(tmp_path: Path, starter: Starter) -> None:
    out = tmp_path / "out"
    words = "sweep", "run", EXAMPLE.write(tmp_path), "--out", out
    assert refused(starter.lossbook(*words, faults={"largest_file": 10_000}), out, "File too large") == 0
    completed(starter.lossbook(*words), out, 0)


def test_a_full_disk_at_the_first_step(tmp_path: Path, starter: Starter) -> None:
    out = tmp_path / "out"
    process = starter.lossbook("sweep", "run", EXAMPLE.write(tmp_path), "--out", out, faults={"largest_file": 1000})
    assert process.ended() == 1
    assert process.said == f"error: {out} could not be used: File too large\n"
    assert sorted(path.name for path in out.iterdir()) == ["parts", "sweep.lock"]
    completed(starter.lossbook("sweep", "run", tmp_path / "design.toml", "--out", out), out, 0)


def test_lost_permission(tmp_path: Path, starter: Starter, faults: Path) -> None:
    before = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere, and there is no setpriv to take that from it")
        before = ["setpriv", "--bounding-set", RIGHTS, "--inh-caps", RIGHTS]
    out, held = tmp_path / "out", EXAMPLE.names[150]
    (faults / f"hold-{held}").touch()
    words = "sweep", "run", EXAMPLE.write(tmp_path), "--out", out
    planned = {"folder": str(faults), "part_seconds": 0}
    process = starter.installed(*words, before=before, faults=planned)
    process.meets((faults / f"held-{held}").exists, "the run comes to the task at which it waits")
    (out / "parts").chmod(0o555)
    (faults / f"hold-{held}").unlink()
    assert refused(process, out, "Permission denied") == 150
    (out / "parts").chmod(0o755)
    completed(starter.lossbook(*words), out, 150)
