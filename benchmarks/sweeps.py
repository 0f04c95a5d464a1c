"""What a sweep costs beside its computations, what two workers gain, and whether memory grows; about ten minutes.

    python -m benchmarks.sweeps [--quick] [--only PART] [--output FILE]

An overhead is the time of a whole run, from the design to the last row on the disk, less that of its computations
alone, over the number of tasks. With two workers half of the computations is taken away, and their start counts. What
is compared is run in turn, round after round, and medians are taken. Memory is what the system says is resident.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import psutil

from benchmarks.learning import machine
from benchmarks.learning.run import rounded
from lossbook.sweep import Design, run, running
from lossbook.sweep.measures import read_configuration, rows
from lossbook.sweep.tasks import Task, Tasks

TARGET = Path(__file__).resolve().parent / "results" / "sweeps.json"
TINY = {"imbalance": 3, "learning_rate": 0.01, "steps": 4, "replicas": 2}
LONG = {"imbalance": 3, "learning_rate": 0.01, "replicas": 1024, "batch": 8}
BATCHES = (1, 8, 64)
WANTED = {"in_process": 0.002, "two_workers": 0.010, "speed_up": 1.7, "growth": 0.1}
Seconds = Callable[[], float]


def tiny(count: int) -> Design:
    """Make a design of so many tasks that are hardly any work."""
    return Design(fixed=TINY, grid={"seed": list(range(count))})


def seconds(act: Callable[[], object]) -> float:
    """Time a call."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def whole_run(design: Design, workers: int | None) -> tuple[float, float]:
    """Run a sweep into a folder that is new.

    Args:
        design: what is run.
        workers: how many processes; None for this one.

    Returns:
        the seconds that it takes, and those that its workers take to start.

    Raises:
        RuntimeError: if not every task gave a result.
    """
    ready: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        found = run(design, folder, workers=workers, progress=False, say=lambda line: ready.append(time.perf_counter()))
        spent = time.perf_counter() - start
    if not found.complete or found.failed:
        raise RuntimeError(f"the sweep must be complete and free of errors; got {found}")
    return spent, ready[0] - start if ready else 0.0


def overheads(count: int, rounds: int) -> dict[str, Any]:
    """Measure what a task costs beside its computation.

    Args:
        count: how many tasks.
        rounds: how often.

    Returns:
        seconds a task: of the computation alone, and beside it in this process and on two workers.
    """
    design = tiny(count)
    prepared = [
        measure.prepare(values) for measure, values in (read_configuration(t.configuration) for t in Tasks(design))
    ]
    found: dict[str, list[float]] = {"computation": [], "in_process": [], "two_workers": [], "start": []}
    for number in range(rounds + 1):
        bare = seconds(lambda: [compute() for compute in prepared])
        here, _ = whole_run(design, None)
        there, start = whole_run(design, 2)
        if number:  # the first is for the compilers
            found["computation"].append(bare / count)
            found["in_process"].append((here - bare) / count)
            found["two_workers"].append((there - bare / 2) / count)
            found["start"].append(start)
    return {name: statistics.median(times) for name, times in found.items()} | {"tasks": count}


def speed_up(tasks: int, work: float, rounds: int) -> dict[str, Any]:
    """Measure what two workers gain over one.

    Args:
        tasks: how many.
        work: about how many seconds one takes.
        rounds: pairs of runs.

    Returns:
        times of the pairs, and the medians of their ratios: of the whole runs, and without the start of the workers.
    """
    text = Tasks(Design(fixed={**LONG, "steps": 20_000}))[0].configuration
    rows([text])
    steps = max(1, round(20_000 * work / seconds(lambda: rows([text]))))
    design = Design(fixed={**LONG, "steps": steps}, grid={"seed": list(range(tasks))})
    pairs = [(whole_run(design, 1), whole_run(design, 2)) for _ in range(rounds)]
    whole = [one[0] / two[0] for one, two in pairs]
    computing = [(one[0] - one[1]) / (two[0] - two[1]) for one, two in pairs]
    return {
        "tasks": tasks,
        "one": [one[0] for one, _ in pairs],
        "two": [two[0] for _, two in pairs],
        "whole": statistics.median(whole),
        "speed_up": statistics.median(computing),
    }


def throughput(points: int, rounds: int) -> dict[str, float]:
    """Measure how many points a second a task of the measure `learning` draws, by its batch."""
    found = {}
    for batch in BATCHES:
        design = Design(fixed={**LONG, "batch": batch, "steps": points // 1024 // batch})
        text = Tasks(design)[0].configuration
        rows([text])
        found[str(batch)] = points / statistics.median(seconds(lambda text=text: rows([text])) for _ in range(rounds))
    return found


class Watch:
    """Notes what memory is resident while a run goes on."""

    def __init__(self, every: int) -> None:
        """Prepare to note it each time that so many tasks more are done."""
        self.every, self.done = every, 0
        self.driver: list[int] = []
        self.workers: list[int] = []

    def advance(self, tasks: Sequence[Task]) -> None:
        """Count tasks."""
        before, self.done = self.done, self.done + len(tasks)
        if self.done // self.every > before // self.every:
            process = psutil.Process()
            self.driver.append(process.memory_info().rss)
            children = [one for one in process.children(recursive=True) if "spawn_main" in " ".join(one.cmdline())]
            self.workers.append(max((one.memory_info().rss for one in children), default=0))

    def note(self, workers: int) -> None:
        """Nothing."""


def memory(count: int, workers: int | None) -> dict[str, list[int]]:
    """Watch the memory of a run.

    Args:
        count: how many tasks.
        workers: how many processes; None for this one.

    Returns:
        bytes of the driver, and of the largest worker, after each tenth of the tasks.
    """
    watch = Watch(count // 10)

    @contextmanager
    def watched(*_: object) -> Iterator[Watch]:
        """Stand in for the progress bar."""
        yield watch

    with mock.patch.object(running, "progress_bar", watched):
        whole_run(tiny(count), workers)
    return {"driver": watch.driver, "worker": watch.workers}


def growth(resident: list[int]) -> float:
    """Return by what share memory has grown from the first tenth of a run to its end."""
    return resident[-1] / resident[0] - 1


def of_memory(count: int) -> dict[str, Any]:
    """Watch the memory of runs in this process and on two workers."""
    here, there = memory(count, None), memory(count, 2)
    resident = {"in_process": here["driver"], "driver": there["driver"], "worker": there["worker"]}
    return {"tasks": count, "bytes": resident, "growth": {name: growth(noted) for name, noted in resident.items()}}


PARTS: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {  # whole, and quick
    "memory": (lambda: of_memory(100_000), lambda: of_memory(5_000)),
    "overheads": (lambda: overheads(10_000, 3), lambda: overheads(1_000, 1)),
    "points_per_second": (lambda: throughput(2**28, 3), lambda: throughput(2**25, 1)),
    "speed_up": (lambda: speed_up(96, 0.5, 3), lambda: speed_up(48, 0.05, 1)),
}


def report(found: dict[str, Any]) -> None:
    """Print the table."""
    beside, gained, kept = found["overheads"], found["speed_up"], found["memory"]
    print(f"{beside['tasks']:,} tiny tasks, milliseconds a task; {1e3 * beside['computation']:.3g} of computation")
    print(f"  overhead in this process {1e3 * beside['in_process']:8.3g}   at most {1e3 * WANTED['in_process']:g}")
    print(f"  overhead on two workers  {1e3 * beside['two_workers']:8.3g}   at most {1e3 * WANTED['two_workers']:g}")
    print(f"two workers are {gained['speed_up']:.3g} times one (at least {WANTED['speed_up']:g}); with their start")
    print(f"and end {gained['whole']:.3g} times, in runs of {statistics.median(gained['one']):.3g} s")
    for batch, rate in found["points_per_second"].items():
        print(f"batch {batch:>3}: {rate / 1e6:,.4g} million points a second")
    print(f"memory in MB after a tenth of {kept['tasks']:,} tasks and after all; at most {WANTED['growth']:.0%} more")
    for name, resident in kept["bytes"].items():
        first, last = resident[0] / 1e6, resident[-1] / 1e6
        print(f"  {name:12} {first:8.4g} {last:8.4g}   {kept['growth'][name]:+.1%}")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure what sweeps cost beside their computations.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs, a minute")
    parser.add_argument("--only", choices=PARTS, help="measure this again, and keep the rest of the file")
    parser.add_argument("--output", type=Path, default=TARGET, help="JSON file")
    options = parser.parse_args()
    found = json.loads(options.output.read_text("utf-8")) if options.only else {}
    for name in [options.only] if options.only else PARTS:
        found[name] = PARTS[name][options.quick]()
    found |= {"wanted": WANTED, "machine": machine.description(machine.cores())}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(rounded(found), sort_keys=True, indent=1) + "\n", "utf-8")
    report(rounded(found))


if __name__ == "__main__":
    main()
