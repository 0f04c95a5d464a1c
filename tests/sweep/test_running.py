"""Runs in this process: what is stored when, what a second run does, and what becomes of damaged files."""

import errno
import os
import pickle
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.sweep.examples import Sweep, bits, counted, sweep, undisturbed

from lossbook.sweep import DamageWarning, Design, DesignError, Outcome, SweepError, load_sweep, running
from lossbook.sweep.executors import Done, InProcess
from lossbook.sweep.measures import rows
from lossbook.sweep.storage import PARTS, Store
from lossbook.sweep.tasks import Task, Tasks

EXAMPLE = sweep(12)
DESIGN = Design.parse(EXAMPLE.text)


def run(folder: Path, **settings: Any) -> Outcome:
    return running.run(DESIGN, folder, **settings)


def parts(folder: Path) -> list[Path]:
    return sorted((folder / PARTS).iterdir())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete sweep of two parts, not to be changed."""
    folder = tmp_path_factory.mktemp("made") / "sweep"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(running, "LARGEST_PART", 6)
        assert run(folder).complete
    assert len(parts(folder)) == 2
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "copy"))


def test_a_run_stores_every_task_once(tmp_path: Path) -> None:
    found = run(tmp_path / "new")
    assert found == Outcome(tmp_path / "new", 12, 0, 12)
    assert found.complete
    assert counted(tmp_path / "new", EXAMPLE) == (12, 0, 0, 0)


def test_a_second_run_computes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossbook.sweep.executors.rows", lambda texts: pytest.fail("it computed"))
    before = [path.read_bytes() for path in parts(folder)]
    assert run(folder) == Outcome(folder, 12, 12, 0)
    assert [path.read_bytes() for path in parts(folder)] == before


def test_rows_do_not_depend_on_how_they_are_divided(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = bits(made)
    for largest in (1, 5, 100):
        monkeypatch.setattr(running, "LARGEST_PART", largest)
        run(tmp_path / str(largest))
        assert len(parts(tmp_path / str(largest))) == -(-12 // largest)
        assert bits(tmp_path / str(largest)) == wanted == undisturbed(EXAMPLE)


def test_a_design_may_be_a_file_and_a_folder_text(tmp_path: Path) -> None:
    found = running.run(str(EXAMPLE.write(tmp_path)), str(tmp_path / "deep" / "out"))
    assert (found.computed, found.folder) == (12, tmp_path / "deep" / "out")


def test_parts_are_written_after_a_time_that_grows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The clock is the test's own; after a day a part takes half an hour."""
    now = [0.0]
    monkeypatch.setattr(running.time, "monotonic", lambda: now[0])
    writer = running._Writer(Store.create(tmp_path, EXAMPLE.tasks), Outcome(tmp_path, 12))
    waits = []
    for _ in range(200):
        last = now[0]
        while not writer.due():
            now[0] += 1.0
        waits.append(now[0] - last)
        writer.last = now[0]
    assert waits[:3] == [6, 6, 6]
    assert waits == sorted(waits)
    assert waits[-1] == pytest.approx(0.02 * now[0], abs=1.1)


class Failing(InProcess):
    """Computes some tasks, then fails."""

    def __init__(self, count: int, error: BaseException) -> None:
        self.count, self.error = count, error

    def run(self, tasks: Iterator[Task]) -> Iterator[Done | None]:
        for task in tasks:
            if not self.count:
                raise self.error
            self.count -= 1
            yield Done([task], rows([task.configuration]))


def failing(monkeypatch: pytest.MonkeyPatch, count: int, error: BaseException) -> None:
    monkeypatch.setattr(running, "InProcess", lambda: Failing(count, error))


@pytest.mark.parametrize(
    "error",
    [KeyboardInterrupt(), SystemExit(143), RuntimeError("a fault of ours")],
    ids=lambda error: type(error).__name__,
)
def test_whatever_ends_a_run_it_stores_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    failing(monkeypatch, 5, error)
    with pytest.raises(type(error)) as raised:
        run(tmp_path)
    assert raised.value is error
    assert counted(tmp_path, EXAMPLE) == (5, 7, 0, 0)


def test_what_stops_a_run_is_told_with_what_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, 5, SweepError("the scheduler at x is gone"))
    line = "^the scheduler at x is gone; 5 of 12 tasks are stored: the same command goes on$"
    with pytest.raises(SweepError, match=line):
        run(tmp_path)
    monkeypatch.undo()
    assert run(tmp_path) == Outcome(tmp_path, 12, 5, 7)
    assert bits(tmp_path) == undisturbed(EXAMPLE)


def test_an_interruption_while_a_part_is_written_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes when the part has its name already, and nobody has noted it."""
    real = os.replace

    def interrupted(old: Any, new: Any) -> None:
        real(old, new)
        if "part-" in str(new):
            monkeypatch.setattr(os, "replace", real)
            raise KeyboardInterrupt

    Store.create(tmp_path, EXAMPLE.tasks)
    monkeypatch.setattr(running, "LARGEST_PART", 4)
    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path)
    assert counted(tmp_path, EXAMPLE) == (4, 8, 0, 0)


def test_a_disk_that_is_full_for_a_while_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.create(tmp_path, EXAMPLE.tasks)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        patched.setattr(running, "LARGEST_PART", 4)
        line = f"^{tmp_path} could not be used: No space left on device; 0 of 12 tasks are stored: the same command"
        with pytest.raises(SweepError, match=line):
            run(tmp_path)
    assert parts(tmp_path) == []
    assert run(tmp_path).complete
    assert bits(tmp_path) == undisturbed(EXAMPLE)


def test_given_up_and_failed_tasks_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Losing(InProcess):
        def run(self, tasks: Iterator[Task]) -> Iterator[Done | None]:
            yield None
            for task in tasks:
                fates = {3: None, 4: ['{"error": "DivergedError: away"}']}
                yield Done([task], fates.get(task.index, rows([task.configuration])))

    monkeypatch.setattr(running, "InProcess", Losing)
    found = run(tmp_path)
    assert (found.given_up, found.failed, found.computed) == ([EXAMPLE.names[3]], 1, 11)
    assert not found.complete
    monkeypatch.undo()
    assert run(tmp_path) == Outcome(tmp_path, 12, 11, 1)


def foreign_table() -> bytes:
    target = pa.BufferOutputStream()
    pq.write_table(pa.table({"task": ["a"], "index": [0]}), target)
    return bytes(target.getvalue())


def flipped(place: float) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        number = int(place * (len(content) - 1))
        return content[:number] + bytes([content[number] ^ 16]) + content[number + 1 :]

    return change


@pytest.mark.parametrize(
    "change",
    [
        *map(flipped, (0, 0.1, 0.3, 0.6, 0.9, 1)), lambda content: content[:-1], lambda content: b"",
        lambda content: foreign_table(), lambda content: b"text\n", pickle.dumps,
    ],
    ids=[
        "bit in the head", "bit in a page", "bit further on", "bit in the design", "bit in the footer",
        "bit in the tail", "cut", "empty", "foreign table", "text", "pickle",
    ],
)  # fmt: skip
def test_a_damaged_part_is_left_alone_and_its_tasks_are_computed_again(
    folder: Path, change: Callable[[bytes], bytes]
) -> None:
    path = parts(folder)[0]
    damaged = change(path.read_bytes())
    path.write_bytes(damaged)
    said: list[str] = []
    found = run(folder, say=said.append)
    assert (found.before, found.computed) == (6, 6)
    assert said == found.damaged
    assert [line.split(" is ")[0] for line in said] == [str(path)]
    assert path.read_bytes() == damaged
    assert counted(folder, EXAMPLE) == (12, 0, 0, 1)
    with pytest.warns(DamageWarning, match=f"^left out: {path} is ") as warned:
        table = load_sweep(folder)
    assert len(warned) == 1
    assert len(table) == 12
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DamageWarning)
        assert bits(folder) == undisturbed(EXAMPLE)
    assert run(folder).computed == 0


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "foreign"])
def test_other_things_among_the_parts_are_named_and_left_alone(folder: Path, kind: str) -> None:
    path = folder / PARTS / "other.parquet"
    if kind == "folder":
        shutil.copytree(folder / PARTS, path)  # whole parts, but not in their place
    elif kind == "link":
        path.symlink_to(parts(folder)[0])
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.write_bytes(foreign_table())
    found = run(folder)
    assert (found.before, found.computed) == (12, 0)
    assert [line.split(" is ")[0] for line in found.damaged] == [str(path)]
    assert os.path.lexists(path)
    with pytest.warns(DamageWarning, match=f"^left out: {path} is "):
        assert len(load_sweep(folder)) == 12


def test_a_part_of_tasks_that_are_none_of_the_design_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = Tasks(DESIGN)
    monkeypatch.setattr(tasks, "identity", lambda index: "0" * 32)
    flags, damaged = running.stored(Store(folder), tasks)
    assert sum(flags) == 0
    assert len(damaged) == 2
    assert "that is no task of this design" in damaged[0]


def test_a_lost_part_is_computed_again(folder: Path) -> None:
    parts(folder)[1].unlink()
    assert run(folder) == Outcome(folder, 12, 6, 6)
    assert bits(folder) == undisturbed(EXAMPLE)


def test_the_counts_of_the_tests_can_fail(folder: Path) -> None:
    """The control of `counted`: lost and doubled rows are seen."""
    first = parts(folder)[0]
    store = Store(folder)
    store.write(pq.read_table(first).to_pylist()[:2])
    assert counted(folder, EXAMPLE) == (14, 0, 2, 0)
    first.unlink()
    assert counted(folder, EXAMPLE) == (8, 4, 0, 0)
    assert bits_of_known(folder, EXAMPLE) != undisturbed(EXAMPLE)


def bits_of_known(folder: Path, example: Sweep) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DamageWarning)
        return bits(folder)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"workers": 2, "scheduler": "tcp://x"}, "workers must be left out where scheduler is given"),
        ({"workers": 0}, "workers must be a whole number from 1 to 1024"),
        ({"scheduler": "tls://x"}, "tls must hold the paths ca_file, cert and key for a scheduler at tls://"),
        (
            {"scheduler": "tls://x", "tls": {"cert": "x"}},
            r"tls must hold the paths ca_file, cert and key; got \['cert'\]",
        ),
    ],
    ids=["two places", "no workers", "no tls", "half of tls"],
)
def test_wrong_places_are_refused_before_anything_is_made(tmp_path: Path, settings: dict[str, Any], line: str) -> None:
    with pytest.raises(ValueError, match=line):
        run(tmp_path / "out", **settings)
    assert not (tmp_path / "out").exists()


def test_wrong_designs_and_folders_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(DesignError):
        running.run(tmp_path / "none.toml", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(SweepError, match=r"it holds 'thesis.tex'"):
        run(tmp_path)
    assert os.listdir(tmp_path) == ["thesis.tex"]
    with pytest.raises(SweepError, match="must be a folder; it is a file"):
        run(tmp_path / "thesis.tex")


def test_memory_does_not_grow_with_the_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last six hundred tasks of a process take next to no more memory than those before."""
    monkeypatch.setattr(running, "LARGEST_PART", 100)
    process, resident = psutil.Process(), []
    for number in range(3):
        fixed = {"imbalance": 3, "learning_rate": 0.01, "steps": 4, "replicas": 2}
        design = Design(fixed=fixed, grid={"seed": list(range(600 * number, 600 * (number + 1)))})
        assert running.run(design, tmp_path / str(number)).computed == 600
        resident.append(process.memory_info().rss)
    assert resident[2] - resident[1] < 2**23
