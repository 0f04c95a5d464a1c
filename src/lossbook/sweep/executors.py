"""Where tasks are computed: in this process, on processes of this machine, or on a Dask cluster.

An executor takes tasks and gives back their results in any order. On a cluster several tasks travel together, so many
that a batch takes about half a second, longer where there are so many processes that the scheduler would not keep up.
When a worker is lost, Dask computes its batches elsewhere. A batch that has lost several workers is divided; a single
task that goes on losing them is given up, by name.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Any, NamedTuple, Protocol

from lossbook.sweep.errors import SweepError
from lossbook.sweep.measures import rows
from lossbook.sweep.tasks import Task

BATCH_SECONDS = 0.5
SCHEDULER_SECONDS = 0.004  # of the scheduler and the driver for one batch, with room
LARGEST_BATCH = 1000
GIVE_UP = 3  # times that Dask gives up a single task, each after four lost workers
_SETTINGS = {
    "distributed.scheduler.worker-ttl": None,  # a jump of the clock is no lost worker
    "distributed.worker.memory.target": False,  # nothing is spilled to the disk and unpickled from it
    "distributed.worker.memory.spill": False,
    "distributed.worker.daemon": True,
    "distributed.nanny.environ": {"LOSSBOOK_SWEEP_WORKER": "1"},
}


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


def compute(texts: Sequence[str]) -> tuple[str, list[str], float]:
    """Compute a batch on a worker.

    Args:
        texts: configurations.

    Returns:
        the version of lossbook there, the results, and the seconds that they took.
    """
    start = time.perf_counter()
    with _alone():
        return version("lossbook"), rows(texts), time.perf_counter() - start


def _alone() -> Any:
    """Give this process's one lock: the precision of ball arithmetic belongs to the whole process."""
    import threading

    return _LOCKS.setdefault("compute", threading.Lock())


_LOCKS: dict[str, Any] = {}


class OnDask:
    """Computes tasks on a Dask cluster.

    Args:
        client: of the cluster.
        address: what to call it.
    """

    def __init__(self, client: Any, address: str) -> None:
        """Prepare to hand out batches; see the class."""
        self.client, self.address = client, address
        self.losses = 0  # how often Dask gave a batch up
        self._per_task, self._counted = 0.0, 0.0
        self._known, self._asked = 0, float("-inf")

    @property
    def workers(self) -> int:
        """How many threads the cluster has at the moment."""
        now = time.monotonic()
        if now - self._asked > 1:
            self._known, self._asked = sum(self.client.nthreads().values()), now
        return self._known

    def _size(self) -> int:
        """How many tasks to put into the next batch."""
        if not self._per_task:
            return 1
        seconds = max(BATCH_SECONDS, self._known * SCHEDULER_SECONDS)
        return max(1, min(LARGEST_BATCH, int(seconds / self._per_task)))

    def run(self, tasks: Iterable[Task]) -> Iterator[Done | None]:
        """Compute tasks; each batch is sent again until it is done or given up.

        Args:
            tasks: which.

        Yields:
            batches with their results, in any order, and None each second in which nothing is done. A
            :class:`SweepError` is raised if the scheduler is gone, or a worker has another lossbook.
        """
        waiting, again = iter(tasks), deque[tuple[list[Task], int]]()
        done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        running: dict[str, tuple[Any, list[Task], int]] = {}
        while True:
            self._refuse_dead()
            while len(running) < 2 * max(1, self.workers) + 2:
                batch, lost = again.popleft() if again else (self._next(waiting), 0)
                if not batch:
                    break
                future = self.client.submit(compute, [task.configuration for task in batch], pure=False)
                running[future.key] = future, batch, lost
                future.add_done_callback(lambda ended: done.put(ended.key))
            if not running:
                return
            try:
                future, batch, lost = running.pop(done.get(timeout=1))
            except queue.Empty:
                yield None
                continue
            yield from self._ended(future, batch, lost, again)

    def _next(self, waiting: Iterator[Task]) -> list[Task]:
        """Take the tasks of the next batch."""
        batch = []
        for task in waiting:
            batch.append(task)
            if len(batch) >= self._size():
                break
        return batch

    def _refuse_dead(self) -> None:
        if self.client.status not in ("running", "newer-connecting"):
            raise SweepError(f"the scheduler at {self.address} is gone")

    def _ended(self, future: Any, batch: list[Task], lost: int, again: deque[tuple[list[Task], int]]) -> Iterator[Done]:
        """Take what a batch gave, or send it again."""
        from distributed.scheduler import KilledWorker

        if future.status == "finished":
            theirs, found, seconds = future.result()
            if theirs != version("lossbook"):
                raise SweepError(f"a worker at {self.address} has lossbook {theirs}, this is {version('lossbook')}")
            per_task = seconds / len(batch)
            self._per_task = per_task if not self._per_task else 0.7 * self._per_task + 0.3 * per_task
            future.release()
            yield Done(batch, found)
            return
        error = future.exception() if future.status == "error" else None
        if error is None:  # cancelled or lost: so it ends when the scheduler goes
            time.sleep(0.1)
            self._refuse_dead()
            again.append((batch, lost))
        elif isinstance(error, KilledWorker):
            self.losses += 1
            if len(batch) > 1:
                again.extend(([task], 0) for task in batch)
            elif lost + 1 < GIVE_UP:
                again.append((batch, lost + 1))
            else:
                yield Done(batch, None)
        else:
            raise error


class Local:
    """A context with an executor on processes of this machine.

    Args:
        workers: how many.
        say: takes a line for people: where the dashboard is.
    """

    def __init__(self, workers: int, say: Callable[[str], None]) -> None:
        """Keep what is wanted; see the class."""
        self.count, self.say = workers, say

    def __enter__(self) -> OnDask:
        """Start scheduler and workers."""
        import logging

        import dask
        from distributed import Client, LocalCluster

        self.former = dask.config.set(_SETTINGS)
        self.cluster = LocalCluster(
            n_workers=self.count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )
        self.client = Client(self.cluster)
        self.say(f"{self.count} workers; dashboard: {self.cluster.dashboard_link}")
        return OnDask(self.client, self.cluster.scheduler_address)

    def __exit__(self, *_: object) -> None:
        """Stop them."""
        with suppress(Exception):  # what is computed is stored; an end that is not clean takes nothing from it
            self.client.close(timeout=5)
        with suppress(Exception):
            self.cluster.close(timeout=20)
        self.former.__exit__(None, None, None)


class Remote:
    """A context with an executor on a Dask cluster that runs already.

    Args:
        address: of the scheduler, such as ``tcp://10.0.0.1:8786`` or ``tls://10.0.0.1:8786``.
        tls: paths ``ca_file``, ``cert`` and ``key``, or none of them.
        say: takes a line for people: where the dashboard is.
        timeout: seconds to wait for the scheduler.
    """

    def __init__(self, address: str, tls: dict[str, str], say: Callable[[str], None], timeout: float = 20) -> None:
        """Keep what is wanted; see the class."""
        self.address, self.tls, self.say, self.timeout = address, tls, say, timeout

    def __enter__(self) -> OnDask:
        """Connect, or raise a :class:`SweepError` that says why not."""
        import logging

        from distributed import Client
        from distributed.security import Security

        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        security = None
        if self.tls:
            ca, cert, key = (self.tls[name] for name in ("ca_file", "cert", "key"))
            security = Security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)
        try:
            self.client = Client(self.address, security=security, timeout=self.timeout, name="lossbook")
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise SweepError(f"the scheduler at {self.address} could not be reached: {error}") from error
        self.say(f"scheduler at {self.address}; dashboard: {self.client.dashboard_link}")
        return OnDask(self.client, self.address)

    def __exit__(self, *_: object) -> None:
        """Leave the cluster as it was."""
        with suppress(Exception):
            self.client.close(timeout=5)
