"""Where tasks are computed: in this process, or on the workers of a Dask cluster.

An executor takes tasks and gives back their results in any order. On a cluster several tasks travel together, so many
that a batch takes about half a second, longer where there are so many workers that the scheduler would not keep up.
When a worker is lost, Dask computes its batches elsewhere. A batch that has lost several workers is divided; a single
task that goes on losing them is given up, by name.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple, Protocol

from lossbook.sweep.batches import RULES, batch_size, followed
from lossbook.sweep.errors import SweepError
from lossbook.sweep.measures import rows
from lossbook.sweep.parts import versions
from lossbook.sweep.tasks import Task

GIVE_UP = 2  # times that Dask gives up a single task, each after several lost workers
SUSPECTS = 8  # one batch that has lost workers may be out for so many workers
ANSWER_SECONDS = 2.0  # to wait for the scheduler, and for results that are ready: of a dead worker Dask waits for long
SET_BACK_SECONDS = 1.0
_LOCK = threading.Lock()  # the precision of ball arithmetic belongs to the whole process


class Done(NamedTuple):
    """Tasks that were computed together, with their results as JSON; none where the task was given up."""

    tasks: Sequence[Task]
    results: Sequence[str] | None


class Executor(Protocol):
    """Something that computes tasks."""

    @property
    def workers(self) -> int:
        """How many tasks are computed at once."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Done | None]:
        """Compute tasks; None now and then while nothing is done."""


class InProcess:
    """Computes one task after the other in this process."""

    workers = 1

    def run(self, tasks: Iterable[Task]) -> Iterator[Done | None]:
        """Compute tasks.

        Args:
            tasks: which.

        Yields:
            each with its results.
        """
        for task in tasks:
            yield Done([task], rows([task.configuration]))


class Answer(NamedTuple):
    """What a worker gives back: the results of a batch, and their seconds; none if its packages are others."""

    versions: dict[str, str]
    results: list[str]
    seconds: float


def compute(texts: Sequence[str], wanted: dict[str, str]) -> Answer:
    """Compute a batch on a worker.

    Args:
        texts: configurations.
        wanted: the versions that the worker must have; Python's own is not looked at.

    Returns:
        the results, or nothing but the versions if they are others.
    """
    ours = versions()
    if _differing(ours, wanted):
        return Answer(ours, [], 0.0)
    start = time.perf_counter()
    with _LOCK:
        return Answer(ours, rows(texts), time.perf_counter() - start)


def _differing(theirs: dict[str, str], ours: dict[str, str]) -> list[str]:
    """Name the packages that are not the same."""
    return [name for name in ours if name != "python" and theirs.get(name) != ours[name]]


class _Batch(NamedTuple):
    """Tasks that travel together.

    Attributes:
        tasks: those.
        suspect: whether workers were lost with them; then few such batches are out at a time, else those that wait at
            a worker behind the culprit would share its blame.
        failures: how often it came back as a suspect.
        missed: how often its results were ready and could not be fetched; each time they are waited for twice as long.
    """

    tasks: list[Task]
    suspect: bool = False
    failures: int = 0
    missed: int = 0


class _Clock:
    """Notices that the system's clock was set back: then Dask sends nothing until it has come to where it was."""

    def __init__(self) -> None:
        self.ahead = self.read()

    def read(self) -> float:
        """How far the system's clock is ahead of one that is never set."""
        return time.time() - time.monotonic()

    def set_back(self) -> bool:
        """Tell whether it was set back since the last call."""
        before, self.ahead = self.ahead, self.read()
        return self.ahead < before - SET_BACK_SECONDS


class OnDask:
    """Computes tasks on a Dask cluster.

    Args:
        connect: gives a client of the cluster, and the address of its scheduler; called again, new ones.
        mend: starts workers in the place of those that do not come back, if there are any; takes the client, and is
            called often.
    """

    def __init__(self, connect: Callable[[], tuple[Any, str]], mend: Callable[[Any], None] | None = None) -> None:
        """Prepare to hand out batches; see the class."""
        self._connect, self._mend, self._clock = connect, mend, _Clock()
        self.client, self.address = connect()
        self._again, self._suspects = deque[_Batch](), deque[_Batch]()
        self._running: dict[str, tuple[Any, _Batch]] = {}
        self._per_task = 0.0
        self._threads, self._asked = 0, float("-inf")

    @property
    def workers(self) -> int:
        """How many tasks the cluster computes at once, as of a second ago at most."""
        now = time.monotonic()
        if now - self._asked > 1:
            self._asked = now
            if self._mend:
                self._mend(self.client)
            with suppress(OSError):  # the scheduler is gone, or busy: what was known stays
                found = self.client.sync(self.client.scheduler.identity, n_workers=0, callback_timeout=ANSWER_SECONDS)
                self._threads = int(found["total_threads"])
        return self._threads

    def run(self, tasks: Iterable[Task]) -> Iterator[Done | None]:
        """Compute tasks; each batch is sent again until it is done or given up.

        Args:
            tasks: which.

        Yields:
            batches with their results, in any order, and None each second in which nothing is done. A
            :class:`SweepError` is raised if the scheduler is gone, or a worker cannot compute.
        """
        waiting, ended = iter(tasks), queue.SimpleQueue[str]()
        while True:
            if self._clock.set_back():
                self._renew()
            self._refuse_dead()
            while len(self._running) < 2 * max(1, self.workers) + 2 and (batch := self._next(waiting)).tasks:
                texts = [task.configuration for task in batch.tasks]
                future = self.client.submit(compute, texts, versions(), pure=False)
                self._running[future.key] = future, batch
                future.add_done_callback(lambda one: ended.put(one.key))
            if not self._running:
                return
            yield from self._finished(ended)

    def _finished(self, ended: queue.SimpleQueue[str]) -> Iterator[Done | None]:
        """Wait a second for a batch that has ended, and take all that have by then."""
        keys = []
        with suppress(queue.Empty):
            keys.append(ended.get(timeout=1))
            while True:
                keys.append(ended.get_nowait())
        pairs = [self._running.pop(key) for key in keys if key in self._running]  # others: the clock was set back
        answers = self._answers([future for future, _ in pairs if future.status == "finished"])
        for future, batch in pairs:
            answer = answers.get(future.key)
            done = self._ended(future, batch) if answer is None else self._taken(answer, batch)
            future.release()
            yield done
        if not pairs:
            yield None

    def _answers(self, futures: list[Any]) -> dict[str, Answer]:
        """Fetch several answers in one round trip; none if one of them was lost: each is then asked for alone."""
        if len(futures) < 2:
            return {}
        with suppress(Exception):
            found = self.client.sync(self.client._gather, futures, callback_timeout=ANSWER_SECONDS)
            return {future.key: answer for future, answer in zip(futures, found, strict=True)}
        return {}

    def _renew(self) -> None:
        """Connect again, and send again what is out."""
        self._again.extend(batch for _, batch in self._running.values())
        self._running.clear()
        self.client, self.address = self._connect()

    def _next(self, waiting: Iterator[Task]) -> _Batch:
        """Take a batch that came back, or the next tasks."""
        if self._again:
            return self._again.popleft()
        if self._suspects:
            out = sum(batch.suspect for _, batch in self._running.values())
            if out < max(1, self.workers // SUSPECTS):
                return self._suspects.popleft()
        return _Batch(list(islice(waiting, batch_size(self._per_task, self._threads, RULES))))

    def _refuse_dead(self) -> None:
        """Refuse to go on without a scheduler."""
        if self.client.status != "running":
            raise SweepError(f"the scheduler at {self.address} is gone")

    def _ended(self, future: Any, batch: _Batch) -> Done | None:
        """Take what a batch gave, or see to it that it is sent again."""
        answer, error = None, None
        if future.status == "finished":
            with suppress(Exception):  # it was lost on its way: what has become of the future tells the rest
                answer = future.result(timeout=ANSWER_SECONDS * 2 ** min(batch.missed, 5))
        if answer is not None:
            return self._taken(answer, batch)
        if future.status == "error":
            error = future.exception(timeout=ANSWER_SECONDS)
        if error is not None:
            return self._failed(error, batch)
        time.sleep(0.1)
        self._refuse_dead()  # so futures end when the scheduler goes
        self._again.append(batch._replace(missed=batch.missed + 1))
        return None

    def _taken(self, answer: Answer, batch: _Batch) -> Done:
        """Take results, and see how long they took."""
        ours = versions()
        if differing := _differing(answer.versions, ours):
            theirs = ", ".join(f"{name} {answer.versions.get(name)} (here {ours[name]})" for name in differing)
            raise SweepError(f"workers of the scheduler at {self.address} must have the same packages; got {theirs}")
        self._per_task = followed(self._per_task, answer.seconds / len(batch.tasks))
        return Done(batch.tasks, answer.results)

    def _failed(self, error: BaseException, batch: _Batch) -> Done | None:
        """Divide a batch that failed; send a single task again, or give it up if it has lost too many workers."""
        from distributed.scheduler import KilledWorker

        if len(batch.tasks) > 1 or not batch.suspect:
            self._suspects.extend(_Batch([task], suspect=True) for task in batch.tasks)
        elif batch.failures + 1 < GIVE_UP:
            self._suspects.append(batch._replace(failures=batch.failures + 1))
        elif isinstance(error, KilledWorker):
            return Done(batch.tasks, None)
        else:
            kind = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            line = f"a worker of the scheduler at {self.address} could not compute"
            raise SweepError(f"{line} the task {batch.tasks[0].identity}: {kind}") from error
        return None
