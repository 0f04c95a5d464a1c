"""What a sweep costs driver, scheduler and workers; run it by `make bench`, or `python -m benchmarks.scale`.

Processor time is counted, so that what else the machine does matters little; each cost is the least of some rounds.
Only how many batches driver and scheduler get through is timed by the clock, with workers that sleep: run it on a
machine that does nothing else. Written is `benchmarks/results/scale.json`, which the chapter *At scale* reads.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.learning.run import rounded
from lossbook import sweep
from lossbook.sweep import executors
from lossbook.sweep.measures import rows
from lossbook.sweep.parts import row
from lossbook.sweep.tasks import Tasks

TARGET = Path(__file__).parent / "results" / "scale.json"
ROUNDS, TASKS, SAMPLES = 3, 2000, 2**27
SLEEPERS, NAPS, NAP = 60, 2000, 0.05  # how many, tasks, and seconds that one takes
ANSWER = json.dumps(dict.fromkeys(["mean", "variance", "error_rate", "sensitivity", "specificity"], 0.123456789))
BATCHES = (1, 8, 64)
TINY = {"learning_rate": 0.01, "scale": "1/10", "steps": 1, "replicas": 2}
Costs = dict[str, float]


def design(tasks: int = TASKS) -> sweep.Design:
    """Return a design of tasks that are hardly any work."""
    return sweep.Design(fixed=TINY, random={"draws": tasks, "imbalance": {"log_uniform": [1, 1000], "digits": 12}})


def least(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least processor time of some calls."""
    clocks = [time.process_time()]
    for _ in range(rounds):
        act()
        clocks.append(time.process_time())
    return min(after - before for before, after in pairwise(clocks))


def samples_per_second() -> Costs:
    """Time one task of many samples, for each batch."""
    speeds = {}
    for batch in BATCHES:
        work = {**TINY, "replicas": 1024, "batch": batch, "steps": SAMPLES // 1024 // batch, "imbalance": 10}
        text = Tasks(sweep.Design(fixed=work))[0].configuration
        speeds[str(batch)] = SAMPLES / least(lambda text=text: rows([text]))
    return speeds


def of_driver() -> Costs:
    """Time what the driver does for a task: a run in which nothing is computed, over many tasks."""
    made = design()
    texts = [task.configuration for task in Tasks(made)]
    task = least(lambda: rows(texts)) / len(texts)
    answers = dict(zip(texts, rows(texts), strict=True))

    def pretend(wanted: list[str]) -> list[str]:
        """Give what was computed before."""
        return [answers[text] for text in wanted]

    check = least(lambda: Tasks(made)) / TASKS
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(executors, "rows", pretend):
        names = iter(range(ROUNDS))
        both = least(lambda: sweep.run(made, Path(folder) / str(next(names)), progress=False)) / TASKS
        stored = sum(path.stat().st_size for path in (Path(folder) / "0" / "parts").iterdir())
    return {"task": task, "check": check, "row": both - check, "row_bytes": stored / TASKS}


def of_memory() -> Costs:
    """Weigh tasks that are out, and rows that are not stored yet."""
    tasks = Tasks(design(500))
    store = sweep.storage.Store
    answer = rows([tasks[0].configuration])[0]
    with tempfile.TemporaryDirectory() as folder:
        columns = store.create(Path(folder) / "out", tasks).columns
    tracemalloc.start()
    marks, kept = [tracemalloc.get_traced_memory()[0]], []
    kept.append([tasks[i] for i in range(len(tasks))])
    marks.append(tracemalloc.get_traced_memory()[0])
    kept.append([row(task, answer, columns) for task in kept[0]])
    marks.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    task, waiting = ((after - before) / len(tasks) for before, after in pairwise(marks))
    return {
        "task_memory": task,
        "row_memory": waiting,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def of_start() -> Costs:
    """Time a worker's first task in a process of its own, which loads everything and compiles the loops."""
    text = Tasks(sweep.Design(fixed={**TINY, "imbalance": 10}))[0].configuration
    code = f"import distributed.worker; from lossbook.sweep.measures import rows; rows([{text!r}])"
    spent = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as cache:
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            subprocess.run([sys.executable, "-c", code], env={**os.environ, "LOSSBOOK_CACHE": cache}, check=True)
            spent.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    return {"start": min(spent)}


@contextmanager
def sleeping(workers: int, threads: int) -> Iterator[tuple[str, Any, Any]]:
    """Start a scheduler and workers that sleep, each in a process, and yield its address and both."""
    import psutil

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        words = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
        quiet: dict[str, Any] = {"stderr": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        scheduler = subprocess.Popen([sys.executable, "-m", "dask", *words], **quiet)
        while not (file.is_file() and file.stat().st_size):
            time.sleep(0.1)
        address = json.loads(file.read_text("utf-8"))["address"]
        command = [sys.executable, "-m", "benchmarks.sleepers", address, str(workers), str(threads)]
        sleepers = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert sleepers.stdout is not None
            sleepers.stdout.readline()
            yield address, psutil.Process(scheduler.pid), psutil.Process(sleepers.pid)
        finally:
            for process in (sleepers, scheduler):
                process.kill()
                process.wait()


def nap(texts: list[str], wanted: dict[str, str]) -> executors.Answer:
    """Sleep instead of computing, and say that it took long, so that the next batches are single tasks too."""
    time.sleep(NAP)
    return executors.Answer(wanted, [ANSWER] * len(texts), 10.0)


def spent(process: Any) -> float:
    """Return a process's processor time."""
    return sum(process.cpu_times()[:2])


def of_batches() -> Costs:
    """Let many threads sleep so shortly that driver and scheduler are never without work, a task in each batch."""
    with sleeping(1, SLEEPERS) as (address, scheduler, workers), tempfile.TemporaryDirectory() as folder:
        others = {"schedule": scheduler, "batch": workers}
        before, start = {name: spent(one) for name, one in others.items()}, time.perf_counter()
        with mock.patch.object(executors, "compute", nap):
            sweep.run(design(NAPS), Path(folder) / "out", scheduler=address, progress=False)
        wall = time.perf_counter() - start
        costs = {name: (spent(one) - before[name]) / NAPS for name, one in others.items()}
        return {**costs, "send": wall / NAPS}


def sockets() -> float:
    """Count the sockets of a scheduler for a worker that has computed something."""
    with sleeping(SLEEPERS, 1) as (address, scheduler, _), tempfile.TemporaryDirectory() as folder:
        with mock.patch.object(executors, "compute", nap):
            sweep.run(design(3 * SLEEPERS), Path(folder) / "out", scheduler=address, progress=False)
        return scheduler.num_fds() / SLEEPERS


def measure() -> dict[str, Any]:
    """Measure everything."""
    rounds = [of_batches() for _ in range(ROUNDS)]
    batches = {name: min(one[name] for one in rounds) for name in rounds[0]}
    costs = {**of_driver(), **of_memory(), **of_start()}
    costs |= {**batches, "send": batches["send"] - costs["check"] - costs["row"]}
    return {"samples_per_second": samples_per_second(), "sockets": round(sockets()), "costs": costs}


def main() -> None:
    """Measure, print, and write."""
    text = json.dumps(rounded(measure()), indent=1) + "\n"
    TARGET.write_text(text, "utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
