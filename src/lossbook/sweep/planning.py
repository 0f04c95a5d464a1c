"""What a sweep will cost: tasks, points, bytes, and about how long, from a few short tasks run now."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from lossbook.sweep.design import Design
from lossbook.sweep.measures import read_configuration, results
from lossbook.sweep.progress import spoken
from lossbook.sweep.storage import bytes_of, row
from lossbook.sweep.storage import columns_of as _columns
from lossbook.sweep.tasks import Task, Tasks, written

PILOTS = 5  # tasks that are timed, spread over the design
OVERHEAD = 0.002  # seconds a task, beside its points
_ROWS = 200  # of which the bytes are taken


@dataclass(frozen=True)
class Plan:
    """What a sweep will cost.

    Attributes:
        tasks: how many.
        samples: how many points are drawn in all; 0 for a measure that draws none.
        bytes: about how many the results take.
        seconds: about how long one core takes.
    """

    tasks: int
    samples: int
    bytes: int
    seconds: float

    def lines(self, workers: int = 1) -> list[str]:
        """Write it for people.

        Args:
            workers: how many cores compute.

        Returns:
            a line each for tasks, points, bytes and time.
        """
        on = "one core" if workers == 1 else f"{workers:,} cores"
        points = [f"{self.samples:,} points ({self.samples:.3g})"] if self.samples else []
        return [
            f"{self.tasks:,} tasks",
            *points,
            f"about {_size(self.bytes)} of results",
            f"about {spoken(self.seconds / workers)} on {on}, as fast as this one",
        ]


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:,.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} TB"


def plan(design: Design) -> Plan:
    """Estimate what a sweep will cost; a few short tasks are run for it, in some seconds.

    Args:
        design: the design; a :class:`DesignError` is raised if it cannot be run.

    Returns:
        the estimate.
    """
    tasks = Tasks(design)
    chosen = sorted({(len(tasks) - 1) * i // max(1, PILOTS - 1) for i in range(PILOTS)})
    if not design.definition.pilot:
        chosen = chosen[:1]
    timed = [_timed(design, tasks[index]) for index in chosen]
    seconds = sum(entry[0] for entry in timed)
    if tasks.samples:
        total = tasks.samples * seconds / sum(entry[1] for entry in timed) + OVERHEAD * len(tasks)
    else:
        total = len(tasks) * seconds / len(timed)
    columns = _columns(tasks)
    few = [row(tasks[index], timed[index % len(timed)][2], columns) for index in range(min(_ROWS, len(tasks)))]
    return Plan(len(tasks), tasks.samples, round(bytes_of(few, columns) * len(tasks) / len(few)), total)


def _timed(design: Design, task: Task) -> tuple[float, int, str]:
    """Time one task, shortened if that can be: seconds, points and results. It is run twice, to compile at first."""
    measure, values = read_configuration(task.configuration)
    if measure.pilot:
        values = measure.pilot(values)
    text = written(design.measure, values)
    if measure.pilot:
        results(text)
    start = time.perf_counter()
    found = results(text)
    return time.perf_counter() - start, measure.samples(values) if measure.samples else 0, json.dumps(found)
