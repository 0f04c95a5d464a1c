r"""A run on a cluster, rehearsed: a discrete-event simulation of driver, scheduler and workers.

Nothing is computed and no clock is read; seconds are those of :class:`lossbook.sweep.scale.Costs`, and chance comes
from a seed. The rules are those of :mod:`lossbook.sweep.executors` and :mod:`lossbook.sweep.running`: how many tasks
travel together, how many batches are out, when a part is written, what becomes of a batch that loses workers.

The driver and the scheduler each do one thing at a time, in the order in which it comes. A worker that is free takes
the oldest batch that the scheduler has handed out. Every worker lives for an exponential time; what it computes when it
is lost is begun anew by another, and a batch that waits at it shares the blame, as it does in Dask.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lossbook.sweep.batches import RULES, Rules, batch_size, followed
from lossbook.sweep.executors import GIVE_UP, SUSPECTS
from lossbook.sweep.running import part_is_due
from lossbook.sweep.scale import INDEX_BYTES, Cores, Costs, Work, task_seconds

ALLOWED = 3  # workers that a batch may lose before Dask gives it up: distributed.scheduler.allowed-failures
BUSY = 0.75  # what computes for that share of the time is not waiting for anything else


@dataclass
class Rehearsal:
    """What a rehearsed run has shown.

    Attributes:
        cores: how many.
        wall: seconds until the last row is stored.
        busy: seconds of work of cores, scheduler, driver, disk (a part of the driver's), check and start.
        done: tasks that are stored.
        given_up: tasks that lost every worker.
        losses: how many batches were lost while they were computed.
        lost: core-seconds that went with them.
        batches: that were sent, again or for the first time.
        parts: files.
        memory: bytes of the driver, at most.
    """

    cores: int
    wall: float = 0.0
    busy: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("cores", "scheduler", "driver", "disk", "check", "start"), 0.0)
    )
    done: int = 0
    given_up: int = 0
    losses: int = 0
    lost: float = 0.0
    batches: int = 0
    parts: int = 0
    memory: float = 0.0

    @property
    def shares(self) -> dict[str, float]:
        """The share of the whole time in which each was at work; of the cores, on what was kept."""
        return {name: one / self.wall / (self.cores if name == "cores" else 1) for name, one in self.busy.items()}

    @property
    def limit(self) -> str:
        """What was at work for the largest share; ``tail`` if nothing was for long: cores wait for the last batches."""
        shares = self.shares
        name = max(shares, key=lambda one: shares[one])
        if name == "driver" and shares["disk"] > shares["driver"] / 2:
            return "disk"
        return "tail" if name == "cores" and shares[name] < BUSY else name


class _Batch:
    """Tasks that travel together."""

    __slots__ = ("failures", "losses", "suspect", "tasks")

    def __init__(self, tasks: int, suspect: bool = False, failures: int = 0) -> None:
        self.tasks, self.suspect, self.failures, self.losses = tasks, suspect, failures, 0


class _Worker:
    """A worker: how much slower it is, when it will be lost, and whether it has started."""

    __slots__ = ("dies", "fresh", "slow")

    def __init__(self, slow: float) -> None:
        self.slow, self.dies, self.fresh = slow, math.inf, True


class _Play:
    """The state of a rehearsal, and what happens to it."""

    def __init__(self, costs: Costs, work: Work, cores: Cores, seed: int, rules: Rules) -> None:
        self.costs, self.cores, self.rules, self.chance = costs, cores, rules, random.Random(seed)
        self.found = Rehearsal(cores.count)
        self.seconds = task_seconds(costs, work)
        self.now, self.events, self.order = 0.0, list[tuple[float, int, Callable[..., None], tuple[Any, ...]]](), 0
        self.left, self.all = work.tasks, work.tasks
        self.out, self.tasks_out, self.suspects_out = 0, 0, 0
        self.suspects, self.pool = deque[_Batch](), deque[_Batch]()
        self.per_task, self.rows = 0.0, 0
        self.driver_free = self.started = self.written = work.tasks * costs.check
        self.scheduler_free = 0.0
        slow = round(cores.slow_share * cores.count)
        self.free = deque(_Worker(cores.slow_factor if i < slow else 1.0) for i in range(cores.count))
        self.chance.shuffle(self.free)
        for worker in self.free:
            worker.dies = self._life()

    def _life(self) -> float:
        """Draw the time at which a worker that starts now will be lost."""
        life = self.cores.life
        return math.inf if life == math.inf else self.now + self.chance.expovariate(1 / life)

    def _at(self, time: float, act: Callable[..., None], *what: Any) -> None:
        """Let something happen later."""
        self.order += 1
        heapq.heappush(self.events, (time, self.order, act, what))

    def _drive(self, seconds: float) -> float:
        """Let the driver do something as soon as it is free, and say when it is done."""
        self.driver_free = max(self.now, self.driver_free) + seconds
        self.found.busy["driver"] += seconds
        return self.driver_free

    def _schedule(self) -> float:
        """Let the scheduler take a message, the half of what it does for a batch, and say when it is done."""
        seconds = self.costs.schedule / 2
        self.scheduler_free = max(self.now, self.scheduler_free) + seconds
        self.found.busy["scheduler"] += seconds
        return self.scheduler_free

    def play(self) -> Rehearsal:
        """Play all of it."""
        self._fill()
        while self.events:
            self.now, _, act, what = heapq.heappop(self.events)
            act(*what)
        self._write()
        found = self.found
        found.wall = self.driver_free
        found.busy["check"], found.busy["start"] = self.all * self.costs.check, self.costs.start
        return found

    def _fill(self) -> None:
        """Send batches, until so many are out as the driver wants."""
        while self.out < 2 * self.cores.count + 2 and (batch := self._next()) is not None:
            self.out += 1
            self.tasks_out += batch.tasks
            self.suspects_out += batch.suspect
            self.found.batches += 1
            self._at(self._drive(self.costs.send / 2), self._sent, batch)
        self._weigh()

    def _next(self) -> _Batch | None:
        """Take a batch that came back, or the next tasks."""
        if self.suspects and self.suspects_out < max(1, self.cores.count // SUSPECTS):
            return self.suspects.popleft()
        if not self.left:
            return None
        size = min(self.left, batch_size(self.per_task, self.cores.count, self.rules))
        self.left -= size
        return _Batch(size)

    def _weigh(self) -> None:
        """See how much memory the driver takes."""
        costs = self.costs
        now = self.all * INDEX_BYTES + self.tasks_out * costs.task_memory + self.rows * costs.row_memory
        self.found.memory = max(self.found.memory, costs.memory + now)

    def _sent(self, batch: _Batch) -> None:
        """Let a batch arrive at the scheduler."""
        self._at(self._schedule(), self._handed, batch)

    def _handed(self, batch: _Batch) -> None:
        """Hand a batch out."""
        self.pool.append(batch)
        self._match()

    def _match(self) -> None:
        """Give free workers what waits."""
        while self.pool and self.free:
            worker = self.free.popleft()
            if worker.dies <= self.now:  # it was lost while it waited
                self._at(max(self.now, worker.dies + self.cores.restart), self._back, worker)
                continue
            self._begin(worker, self.pool.popleft())

    def _begin(self, worker: _Worker, batch: _Batch) -> None:
        """Let a worker compute."""
        seconds = batch.tasks * self.seconds * worker.slow + worker.fresh * self.costs.start
        held = seconds + self.costs.batch
        worker.fresh = False
        if worker.dies < self.now + held:
            self._at(worker.dies, self._lose, worker, batch, self.now)
        else:
            self._at(self.now + held, self._end, worker, batch, seconds)

    def _end(self, worker: _Worker, batch: _Batch, seconds: float) -> None:
        """Let a worker be done; its result goes to the driver by the scheduler."""
        self.found.busy["cores"] += batch.tasks * self.seconds * worker.slow
        self.free.append(worker)
        self._at(self._schedule(), self._collect, batch, seconds)
        self._match()

    def _lose(self, worker: _Worker, batch: _Batch, begun: float) -> None:
        """Lose a worker, with what it computed."""
        self.found.losses += 1
        self.found.lost += self.now - begun
        self._at(self.now + self.cores.restart, self._back, worker)
        self._blame(batch)
        place = self.chance.randrange(self.cores.count) if self.pool else 0
        if place < len(self.pool):  # what waits is spread over the workers
            self.pool.rotate(-place)
            self._blame(self.pool.popleft())
            self.pool.rotate(place)

    def _blame(self, batch: _Batch) -> None:
        """Count a loss against a batch; it goes to another worker, or back to the driver if it has lost too many."""
        batch.losses += 1
        if batch.losses > ALLOWED:
            self._at(self._schedule(), self._return, batch)
        else:
            self._at(self._schedule(), self._again, batch)

    def _again(self, batch: _Batch) -> None:
        """Hand a batch out before all others."""
        self.pool.appendleft(batch)
        self._match()

    def _back(self, worker: _Worker) -> None:
        """Let a worker take the place of one that was lost."""
        worker.dies, worker.fresh = self._life(), True
        self.free.append(worker)
        self._match()

    def _take(self, batch: _Batch) -> None:
        """Let the driver take note that a batch is no longer out."""
        self.out -= 1
        self.tasks_out -= batch.tasks
        self.suspects_out -= batch.suspect

    def _collect(self, batch: _Batch, seconds: float) -> None:
        """Let the driver take results, write a part if it is time, and send the next batch."""
        self._take(batch)
        self.per_task = followed(self.per_task, seconds / batch.tasks)
        self.rows += batch.tasks
        time = self._drive(self.costs.send / 2 + batch.tasks * self.costs.row)
        self._weigh()
        if part_is_due(self.rows, time - self.written, time - self.started):
            self._write()
        self._fill()

    def _write(self) -> None:
        """Write a part."""
        if self.rows:
            seconds = self.rows * self.costs.row_bytes / self.costs.disk
            self.found.busy["disk"] += seconds
            self.written = self._drive(seconds)
            self.found.parts += 1
            self.found.done += self.rows
            self.rows = 0

    def _return(self, batch: _Batch) -> None:
        """Let the driver divide a batch that has lost too many workers, try a task again, or give it up."""
        self._take(batch)
        self._drive(self.costs.send / 2)
        if batch.tasks > 1 or not batch.suspect:
            self.suspects.extend(_Batch(1, suspect=True) for _ in range(batch.tasks))
        elif batch.failures + 1 < GIVE_UP:
            self.suspects.append(_Batch(1, suspect=True, failures=batch.failures + 1))
        else:
            self.found.given_up += 1
        self._fill()


def rehearse(costs: Costs, work: Work, cores: Cores, seed: int = 0, rules: Rules = RULES) -> Rehearsal:
    """Play a run out.

    Args:
        costs: measured.
        work: what is computed; each batch is a handful of events, a million of them some seconds.
        cores: on what.
        seed: of the lives of workers, and of which are slow.
        rules: of the executor.

    Returns:
        what it has shown; the same for the same arguments.

    Example:
        >>> from lossbook.sweep.scale import Cores, Costs, Work
        >>> run = rehearse(Costs(1e9), Work(30, 2e9), Cores(10))
        >>> run.wall, run.limit
        (6.0, 'cores')
    """
    return _Play(costs, work, cores, seed, rules).play()
