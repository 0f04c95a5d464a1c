r"""What a sweep will cost: tasks, points, bytes, and about how long, from a few short tasks run now.

Time is taken for linear in the points that are drawn: $t=n\,t_0+p\,\tau$ with n tasks, p points, $t_0$ an allowance for
each task, and $\tau$ from the short tasks. Where none are drawn, every task takes the mean time of those that were run.
Bytes are linear in the rows: those of some rows whose numbers have all their digits, and of each file.
"""

from __future__ import annotations

import json
import math
import random
import re
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

from lossbook.sweep.design import Design
from lossbook.sweep.measures import read_configuration, results
from lossbook.sweep.parts import bytes_of, columns_of, row
from lossbook.sweep.progress import spoken
from lossbook.sweep.running import LARGEST_PART, PART_SECONDS, PART_SHARE
from lossbook.sweep.tasks import Task, Tasks, written

PILOTS, PILOT_SECONDS = 5, 5.0  # tasks that are timed, spread over the design; no further one after so long
OVERHEAD = 0.002  # seconds a task, beside its points
_ROWS = 1000  # of which the bytes are taken
_ABOUT = 2000  # bytes that a part says of the sweep, beside its design


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

        Example:
            >>> for line in Plan(4, 8_000_000, 12_345, 75.0).lines(2):
            ...     print(line)
            4 tasks
            8,000,000 samples, points drawn (8e+06)
            about 12.3 kB of results
            about 38 s on 2 cores, as fast as this one
        """
        on = "one core" if workers == 1 else f"{workers:,} cores"
        points = [f"{self.samples:,} samples, points drawn ({self.samples:.3g})"] if self.samples else []
        return [
            f"{self.tasks:,} tasks",
            *points,
            f"about {_size(self.bytes)} of results",
            f"about {spoken(self.seconds / workers)} on {on}, as fast as this one",
        ]


class _Pilot(NamedTuple):
    """A task that was run: how long it took, how many points it drew, and its results as JSON."""

    seconds: float
    points: int
    results: str


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if round(count) < 1000:
            return f"{count:,.3g} {unit}"
        count /= 1000
    return f"{1000 * count:,.0f} TB"


def plan(design: Design) -> Plan:
    """Estimate what a sweep will cost; a few short tasks are run for it, in some seconds.

    Args:
        design: the design; a :class:`DesignError` is raised if it cannot be run.

    Returns:
        the estimate.

    Example:
        >>> found = plan(Design(fixed={"learning_rate": 0.01, "steps": 100}, grid={"imbalance": [1, 10]}))
        >>> found.tasks, found.samples
        (2, 204800)
    """
    tasks = Tasks(design)
    pilots = _pilots(tasks)
    warm = pilots[1:] or pilots  # the first may have loaded something
    seconds = sum(pilot.seconds for pilot in warm)
    if points := sum(pilot.points for pilot in warm):
        total = tasks.samples * seconds / points + OVERHEAD * len(tasks)
    else:
        total = len(tasks) * seconds / len(warm)
    return Plan(len(tasks), tasks.samples, _bytes(tasks, pilots, _parts(len(tasks), total)), total)


def _pilots(tasks: Tasks) -> list[_Pilot]:
    """Run a few tasks, spread over the design."""
    found: list[_Pilot] = []
    for index in sorted({(len(tasks) - 1) * i // (PILOTS - 1) for i in range(PILOTS)}):
        found.append(_pilot(tasks.design, tasks[index]))
        if sum(pilot.seconds for pilot in found) > PILOT_SECONDS:
            break
    return found


def _pilot(design: Design, task: Task) -> _Pilot:
    """Time one task; a short one in its place, if there is one, and that twice, to compile at first."""
    measure, values = read_configuration(task.configuration)
    if measure.pilot:
        values = measure.pilot(values)
    text = written(design.measure, values)
    if measure.pilot:
        results(text)
    start = time.perf_counter()
    found = results(text)
    return _Pilot(time.perf_counter() - start, measure.points(values), json.dumps(found))


def _parts(rows: int, seconds: float) -> int:
    """Estimate how many files there will be: one a time that is constant at first, and then a share of the run."""
    constant = PART_SECONDS / PART_SHARE
    in_time = seconds / PART_SECONDS if seconds < constant else (1 + math.log(seconds / constant)) / PART_SHARE
    return min(rows, max(math.ceil(in_time), math.ceil(rows / LARGEST_PART)))


def _bytes(tasks: Tasks, pilots: list[_Pilot], parts: int) -> int:
    """Estimate how many bytes the results take."""
    columns, chance = columns_of(tasks), random.Random(0)
    rows = []
    for index in range(min(_ROWS, len(tasks))):
        found = _filled(json.loads(pilots[index % len(pilots)].results), chance)
        rows.append(row(tasks[index], json.dumps(found), columns))
    one, all_of_them = bytes_of(rows[:1], columns), bytes_of(rows, columns)
    each = (all_of_them - one) / max(1, len(rows) - 1)
    about = _ABOUT + len(json.dumps(tasks.design.parts))
    return round(each * (len(tasks) - parts) + (one + about) * parts + about)


def _filled(value: Any, chance: random.Random) -> Any:
    """Give results with other digits, for repeated ones would take less space than those of different tasks."""
    if isinstance(value, dict):
        return {name: _filled(entry, chance) for name, entry in value.items()}
    if isinstance(value, list):
        return [_filled(entry, chance) for entry in value]
    if isinstance(value, float):
        return value * chance.uniform(0.9, 1.1)
    return re.sub(r"\d", lambda digit: str(chance.randrange(10)), value) if isinstance(value, str) else value
