"""Running a sweep: every task that is not stored yet is computed, and stored part by part.

A part is written when some seconds have gone by, more of them the longer the run lasts: so a killed run loses little,
and a long one does not leave thousands of files. Whatever ends a run, what it has computed is stored first if the disk
takes it; the same call goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lossbook.arguments import shown, whole
from lossbook.sweep.clusters import local, remote
from lossbook.sweep.design import Design
from lossbook.sweep.errors import SweepError
from lossbook.sweep.executors import Done, Executor, InProcess
from lossbook.sweep.files import named
from lossbook.sweep.lock import held
from lossbook.sweep.parts import row
from lossbook.sweep.progress import Progress, progress_bar
from lossbook.sweep.signals import ending_softly
from lossbook.sweep.storage import Store, refuse_strangers
from lossbook.sweep.tasks import Task, Tasks

PART_SECONDS, PART_SHARE = 5.0, 0.02  # a part is written after so long, or after that share of the run so far
LARGEST_PART = 20_000  # rows


@dataclass
class Outcome:
    """What a run has done.

    Attributes:
        folder: where the rows are.
        tasks: how many the design has.
        before: how many were stored already.
        computed: how many this run has stored.
        failed: of these, how many ended with an error of their own, which stands in their row.
        given_up: identities of tasks that lost every worker that computed them.
        damaged: a line for each file that was left alone.
    """

    folder: Path
    tasks: int
    before: int = 0
    computed: int = 0
    failed: int = 0
    given_up: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every task is stored."""
        return self.before + self.computed == self.tasks


def stored(store: Store, tasks: Tasks) -> tuple[bytearray, list[str]]:
    """See which tasks are stored.

    Args:
        store: the folder.
        tasks: of its design.

    Returns:
        a flag for each task, and a line for each file that is left alone.
    """
    flags, damaged = bytearray(len(tasks)), []
    for part in store.parts():
        if isinstance(part, str):
            damaged.append(part)
            continue
        for index, name in zip(part.table["index"].to_pylist(), part.table["task"].to_pylist(), strict=True):
            if not (0 <= index < len(tasks) and tasks.identity(index) == name):
                damaged.append(f"{part.path} has a row {name} that is no task of this design")
                break
            flags[index] = 1
    return flags, damaged


def part_is_due(rows: int, since: float, elapsed: float) -> bool:
    """Say whether a part should be written.

    Args:
        rows: that wait.
        since: seconds since the last part.
        elapsed: seconds since the run began.

    Returns:
        whether it should.
    """
    return rows >= LARGEST_PART or since > max(PART_SECONDS, PART_SHARE * elapsed)


class _Writer:
    """Collects rows, and stores them now and then."""

    def __init__(self, store: Store, outcome: Outcome) -> None:
        self.store, self.outcome = store, outcome
        self.rows: list[dict[str, Any]] = []
        self.start = self.last = time.monotonic()

    def add(self, done: Done) -> None:
        """Take what was computed."""
        if done.results is None:
            self.outcome.given_up += [task.identity for task in done.tasks]
            return
        self.rows += [row(task, text, self.store.columns) for task, text in zip(done.tasks, done.results, strict=True)]

    def due(self) -> bool:
        """Whether a part should be written."""
        now = time.monotonic()
        return part_is_due(len(self.rows), now - self.last, now - self.start)

    def write(self) -> None:
        """Store what is there."""
        self.store.write(self.rows)
        self.outcome.computed += len(self.rows)
        self.outcome.failed += sum(one["error"] is not None for one in self.rows)
        self.rows, self.last = [], time.monotonic()


def run(
    design: Design | Path | str,
    folder: Path | str,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    tls: dict[str, str] | None = None,
    progress: bool | None = None,
    say: Callable[[str], None] | None = None,
) -> Outcome:
    """Run a sweep, or go on with it.

    Args:
        design: the design, or the path of its TOML file.
        folder: where the rows go; it must be empty, new, or hold this design's results.
        workers: how many processes of this machine compute; None for this process alone.
        scheduler: the address of a Dask scheduler whose workers compute, instead.
        tls: for a scheduler at ``tls://``: the paths ``ca_file``, ``cert`` and ``key``.
        progress: whether to show how far the run is, on standard error; None shows it there if that is a terminal.
        say: takes lines for people: where the dashboard is, which files are left alone.

    Returns:
        what was done. A :class:`DesignError` is raised before anything runs if the design is wrong, a
        :class:`SweepError` if the folder cannot be used or the run could not go on, such as when the disk is full; what
        is stored then is complete, and the same call goes on. So it does after a signal: SIGTERM and SIGHUP raise
        ``SystemExit`` during a run, unless they are handled or ignored already.

    Example:
        >>> import tempfile
        >>> design = Design(fixed={"learning_rate": 0.01, "steps": 100}, grid={"imbalance": [1, 10]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run(design, folder).computed, run(design, folder).computed
        (2, 0)
    """
    read = design if isinstance(design, Design) else Design.read(design)
    executor = _executor(workers, scheduler, tls, say or _silent)
    tasks, place = Tasks(read), Path(folder)
    with named(place):
        refuse_strangers(place)
    with held(place):
        store = Store.create(place, tasks)
        store.clear()
        flags, damaged = stored(store, tasks)
        outcome = Outcome(place, len(tasks), sum(flags), damaged=damaged)
        for line in damaged:
            (say or _silent)(line)
        if outcome.before < outcome.tasks:
            todo = (tasks[index] for index in range(len(tasks)) if not flags[index])
            with ending_softly(), executor as made, progress_bar(tasks, flags, progress) as bar:
                _run(made, todo, _Writer(store, outcome), bar)
    return outcome


def _silent(line: str) -> None:
    """Say nothing."""


def _executor(
    workers: int | None, scheduler: str | None, tls: dict[str, str] | None, say: Callable[[str], None]
) -> AbstractContextManager[Executor]:
    """Choose where tasks are computed."""
    if workers is not None and scheduler is not None:
        raise ValueError(f"workers must be left out where scheduler is given; got {workers} and {shown(scheduler)}")
    if workers is not None:
        return local(whole(workers, "workers", 1, 1024), say)
    if scheduler is None:
        return nullcontext(InProcess())
    wanted = {"ca_file", "cert", "key"}
    if tls and set(tls) != wanted:
        raise ValueError(f"tls must hold the paths ca_file, cert and key; got {shown(sorted(tls))}")
    if scheduler.startswith("tls://") and not tls:
        raise ValueError(f"tls must hold the paths ca_file, cert and key for a scheduler at tls://; got {shown(tls)}")
    return remote(scheduler, dict(tls or {}), say)


def _run(executor: Executor, todo: Iterator[Task], writer: _Writer, bar: Progress) -> None:
    """Compute what is left to do."""
    try:
        for done in executor.run(todo):
            if done is not None:
                writer.add(done)
                bar.advance(done.tasks)
            bar.note(executor.workers)
            if writer.rows and writer.due():
                writer.write()
        writer.write()
    except BaseException as error:
        with suppress(SweepError):  # the first error is the one to tell
            writer.write()
        if isinstance(error, SweepError):
            outcome = writer.outcome
            here = f"{outcome.before + outcome.computed:,} of {outcome.tasks:,} tasks are stored"
            raise SweepError(f"{error}; {here}: the same command goes on") from error
        raise
