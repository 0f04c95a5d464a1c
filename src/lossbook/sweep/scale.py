r"""What a sweep costs on a cluster, in closed form: core-seconds, wall clock, memory and bytes, from measured costs.

A task of $n$ samples keeps a core busy for $t=o+\frac np$ seconds: $p$ samples a second, and $o$ that every task takes.
Tasks travel in batches of $b$, which last $T=h+bt$. If a worker lives for an exponential time of mean $\ell$, and
another takes its place after $R$ seconds, a batch takes on average

$$T'=(\ell+R)\,(e^{T/\ell}-1)$$

seconds of a core: it is begun $e^{T/\ell}$ times on average, and a time that ends by a loss or by $T$, whichever comes
first, has the mean $\ell(1-e^{-T/\ell})$. So $K=\lceil N/b\rceil$ batches take $\lceil K/C\rceil\,T'$ on $C$ cores. Two
processes there are only once: the scheduler takes $s$ seconds a batch, and the driver, which makes the tasks and stores
the rows, $d$ a batch and $r$ a row. All three work side by side; the slowest decides. Before them the driver checks
every task, and each worker starts. :mod:`lossbook.sweep.rehearsal` plays the same out, event by event.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from pathlib import Path

from lossbook.arguments import shown
from lossbook.sweep.batches import RULES, Rules, batch_size
from lossbook.sweep.running import LARGEST_PART

INDEX_BYTES = 24  # that the driver keeps of every task
DISK = 1e8  # bytes a second that a common disk takes


@dataclass(frozen=True)
class Costs:
    """What was measured, in seconds and bytes.

    Attributes:
        samples_per_second: of one core.
        task: of a core for a task, beside its samples.
        batch: of a core for a batch, beside its tasks.
        start: of a worker, before its first task.
        check: of the driver for a task, before anything runs.
        row: of the driver for a task: to make it, and to store its row.
        send: of the driver for a batch.
        schedule: of the scheduler for a batch.
        task_memory: of the driver for a task that is out.
        row_memory: of the driver for a row that is not stored yet.
        memory: of the driver beside these.
        row_bytes: on the disk.
        disk: bytes a second that the disk takes.
    """

    samples_per_second: float
    task: float = 0.0
    batch: float = 0.0
    start: float = 0.0
    check: float = 0.0
    row: float = 0.0
    send: float = 0.0
    schedule: float = 0.0
    task_memory: float = 0.0
    row_memory: float = 0.0
    memory: float = 0.0
    row_bytes: float = 0.0
    disk: float = DISK

    def __post_init__(self) -> None:
        """Refuse costs that are none."""
        for field in fields(self):
            value = getattr(self, field.name)
            least = "above" if field.name in ("samples_per_second", "disk") else "at least"
            if not math.isfinite(value) or value < 0 or (least == "above" and not value):
                raise ValueError(f"{field.name} must be finite and {least} 0; got {shown(value)}")

    @classmethod
    def read(cls, path: Path | str, batch: int = 64) -> Costs:
        """Read what the benchmark has stored.

        Args:
            path: of the JSON file.
            batch: samples a step, one for which the speed was measured.

        Returns:
            the costs.

        Raises:
            ValueError: if the speed was not measured for that batch.
        """
        found = json.loads(Path(path).read_text("utf-8"))
        speeds = found["samples_per_second"]
        if str(batch) not in speeds:
            raise ValueError(f"batch must be one of {', '.join(speeds)}; got {shown(batch)}")
        return cls(speeds[str(batch)], **found["costs"])


@dataclass(frozen=True)
class Work:
    """What is to be computed: so many tasks, each of so many samples."""

    tasks: int
    samples: float

    def __post_init__(self) -> None:
        """Refuse what is no work."""
        for name, least in (("tasks", 1), ("samples", 0)):
            if not getattr(self, name) >= least:
                raise ValueError(f"{name} must be at least {least}; got {shown(getattr(self, name))}")


@dataclass(frozen=True)
class Cores:
    """What computes it.

    Attributes:
        count: of cores, each with a worker of one thread.
        life: seconds after which a worker is lost, on average; infinite for never.
        restart: seconds until another takes its place.
        slow_share: of the workers, which are slower.
        slow_factor: times as long as the others take.
    """

    count: int
    life: float = math.inf
    restart: float = 0.0
    slow_share: float = 0.0
    slow_factor: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no cluster."""
        for name, good, wanted in (
            ("count", self.count >= 1, "at least 1"),
            ("life", self.life > 0, "above 0"),
            ("restart", 0 <= self.restart < math.inf, "at least 0"),
            ("slow_share", 0 <= self.slow_share <= 1, "from 0 to 1"),
            ("slow_factor", 1 <= self.slow_factor < math.inf, "at least 1"),
        ):
            if not good:
                raise ValueError(f"{name} must be {wanted}; got {shown(getattr(self, name))}")


def task_seconds(costs: Costs, work: Work) -> float:
    """Say how long a task keeps a core busy.

    Args:
        costs: measured.
        work: the tasks.

    Returns:
        seconds.
    """
    return costs.task + work.samples / costs.samples_per_second


def with_losses(seconds: float, cores: Cores) -> float:
    """Say how long a core is taken by a batch that begins anew whenever its worker is lost.

    Args:
        seconds: that it takes without a loss.
        cores: how long a worker lives, and when another takes its place.

    Returns:
        seconds on average, lost work and restarts among them; infinite where a double cannot hold them.
    """
    if cores.life == math.inf:
        return seconds
    exponent = seconds / cores.life
    return (cores.life + cores.restart) * math.expm1(exponent) if exponent < 700 else math.inf


@dataclass(frozen=True)
class Estimate:
    """What a sweep costs.

    Attributes:
        cores: how many.
        batch: tasks that travel together.
        core_seconds: that computing takes, without any waiting or loss.
        parts: seconds of the wall clock by what needs them: check, start, cores, tail, scheduler, driver.
        memory: bytes of the driver, at most.
        bytes: on the disk.
    """

    cores: int
    batch: int
    core_seconds: float
    parts: dict[str, float]
    memory: float
    bytes: float

    @property
    def wall(self) -> float:
        """Seconds of the wall clock."""
        at_once = max(self.parts["cores"] + self.parts["tail"], self.parts["scheduler"], self.parts["driver"])
        return self.parts["check"] + self.parts["start"] + at_once

    @property
    def limit(self) -> str:
        """What needs most of the wall clock."""
        return max(self.parts, key=lambda name: self.parts[name])

    @property
    def utilisation(self) -> float:
        """The share of the cores' time in which they compute what is kept."""
        return self.core_seconds / (self.cores * self.wall)


def _groups(costs: Costs, work: Work, cores: Cores, rules: Rules) -> list[tuple[int, int, float]]:
    """Give batches, tasks in each, and seconds of a core for one, of the first batches and of all others."""
    per_task = task_seconds(costs, work)
    size = batch_size(per_task, cores.count, rules)
    first = work.tasks if size == 1 else min(work.tasks, 2 * cores.count + 2)
    groups = [(first, 1), (-(-(work.tasks - first) // size), size)]  # the first are single: nothing is known yet
    return [(count, b, with_losses(costs.batch + b * per_task, cores)) for count, b in groups if count]


def estimate(costs: Costs, work: Work, cores: Cores, rules: Rules = RULES) -> Estimate:
    """Estimate what a sweep costs, in closed form; that some workers are slow is not looked at.

    Args:
        costs: measured.
        work: what is computed.
        cores: on what.
        rules: of the executor.

    Returns:
        the estimate.
    """
    groups = _groups(costs, work, cores, rules)
    batches = sum(count for count, _, _ in groups)
    last, size, seconds = groups[-1]
    out = min(work.tasks, (2 * cores.count + 2) * size)
    parts = {
        "check": work.tasks * costs.check,
        "start": costs.start,
        "cores": sum(count * held for count, _, held in groups) / cores.count,
        "tail": (-(-last // cores.count) - last / cores.count) * seconds,
        "scheduler": batches * costs.schedule,
        "driver": batches * costs.send + work.tasks * (costs.row + costs.row_bytes / costs.disk),
    }
    memory = costs.memory + work.tasks * INDEX_BYTES
    memory += out * costs.task_memory + min(work.tasks, LARGEST_PART) * costs.row_memory
    core_seconds = work.tasks * task_seconds(costs, work)
    return Estimate(cores.count, size, core_seconds, parts, memory, work.tasks * costs.row_bytes)
