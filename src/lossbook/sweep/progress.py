"""How far a sweep is: a bar on a terminal, a line now and then elsewhere; with rate and time left."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from lossbook.sweep.tasks import Task, Tasks

LINE_SECONDS, BAR_SECONDS = 10.0, 0.2


def spoken(seconds: float) -> str:
    """Write a time for people.

    Args:
        seconds: how long, at least 0.

    Returns:
        two units at most.

    Example:
        >>> [spoken(seconds) for seconds in (0.4, 75, 7260, 400_000, 7e8)]
        ['1 s', '1 min 15 s', '2 h 1 min', '4 d 15 h', '22 years']
    """
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    if whole < 2 * 365 * 86400:
        return f"{whole // 86400} d {whole % 86400 // 3600} h"
    return f"{whole / 365.25 / 86400:,.0f} years"


class Progress(Protocol):
    """Something that shows how far a run is."""

    def advance(self, tasks: Sequence[Task]) -> None:
        """Take note of finished tasks."""

    def note(self, workers: int) -> None:
        """Take note of how many workers there are; called often."""


class _Counted(ABC):
    """Counts tasks and points, and gives rate and time left.

    The rate is taken from the first results on: what comes before them is the start of workers and compilers.
    """

    def __init__(self, tasks: Tasks, flags: bytearray) -> None:
        self.total, self.before = len(tasks), sum(flags)
        self.done, self.points = 0, 0
        self.first: tuple[float, int, int] | None = None
        self.workers: int | None = None

    def advance(self, tasks: Sequence[Task]) -> None:
        """Take note of finished tasks."""
        self.done += len(tasks)
        self.points += sum(task.samples for task in tasks)
        if self.first is None:
            self.first = time.monotonic(), self.done, self.points

    def note(self, workers: int) -> None:
        """Take note of how many workers there are."""
        came_or_went = bool(workers) != (self.workers != 0)
        self.workers = workers
        self.show(at_once=came_or_went)

    @abstractmethod
    def show(self, *, at_once: bool) -> None:
        """Show how far it is, at once or when it is time to."""

    def __str__(self) -> str:
        """Rate and time left."""
        if self.workers == 0:
            return f"no worker {'left' if self.done else 'yet'}: waiting for one"
        start, done, points = self.first or (0.0, 0, 0)
        if self.done == done:
            return "starting"
        seconds = max(time.monotonic() - start, 1e-6)
        rate = (self.done - done) / seconds
        words = [f"{rate:,.3g} tasks/s"]
        if self.points > points:
            words.append(f"{(self.points - points) / seconds / 1e6:,.3g} million points/s")
        words.append(f"{spoken((self.total - self.before - self.done) / rate)} left")
        return ", ".join(words)


class _Lines(_Counted):
    """Writes a line now and then."""

    def __init__(self, tasks: Tasks, flags: bytearray) -> None:
        super().__init__(tasks, flags)
        self.last = time.monotonic()

    def show(self, *, at_once: bool) -> None:
        """Write a line, if the last is some seconds old."""
        if at_once or time.monotonic() - self.last > LINE_SECONDS:
            self.last = time.monotonic()
            with suppress(OSError, ValueError):  # nobody reads it: the run goes on
                print(f"{self.before + self.done:,} of {self.total:,} tasks, {self}", file=sys.stderr, flush=True)


class _Bar(_Counted):
    """Moves a bar."""

    def __init__(self, tasks: Tasks, flags: bytearray, bar: Any) -> None:
        super().__init__(tasks, flags)
        self.bar, self.task = bar, bar.add_task("", total=self.total, completed=self.before, told="")
        self.last = float("-inf")

    def show(self, *, at_once: bool) -> None:
        """Move the bar, if it has stood for a while or is at its end."""
        now, so_far = time.monotonic(), self.before + self.done
        if at_once or now - self.last > BAR_SECONDS or so_far == self.total:
            self.last = now
            self.bar.update(self.task, completed=so_far, told=str(self))


class _Nothing:
    """Shows nothing."""

    def advance(self, tasks: Sequence[Task]) -> None:
        """Nothing."""

    def note(self, workers: int) -> None:
        """Nothing."""


@contextmanager
def progress_bar(tasks: Tasks, flags: bytearray, wanted: bool | None) -> Iterator[Progress]:
    """Show how far a run is, on standard error.

    Args:
        tasks: all of them.
        flags: which are stored already.
        wanted: False for nothing; None for a bar on a terminal and nothing elsewhere; True for lines elsewhere.

    Yields:
        what is to be told of the progress.
    """
    if wanted is False or (wanted is None and not sys.stderr.isatty()):
        yield _Nothing()
    elif not sys.stderr.isatty():
        yield _Lines(tasks, flags)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        columns = BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[told]}")
        with Bar(*columns, console=Console(stderr=True), refresh_per_second=4) as bar:
            yield _Bar(tasks, flags, bar)
