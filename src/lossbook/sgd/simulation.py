r"""Running the learning process: chunk after chunk on one thread or many, interruptible, with a progress bar."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import numpy as np

from lossbook.arguments import shown
from lossbook.sgd.chunks import Chunk, Machine, chunks
from lossbook.sgd.results import Run, empty_results, flat
from lossbook.sgd.settings import SGD

_LONG = 2**34  # points times thresholds from which a run shows its progress: some seconds


def _threads(threads: Any) -> int:
    """Read how many threads are asked for."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if threads == "all":
        return available
    if isinstance(threads, bool) or not isinstance(threads, (int, np.integer)):
        raise TypeError(f'threads must be a whole number or "all"; got {shown(threads)}')
    if not 1 <= threads <= 1024:
        raise ValueError(f'threads must be a whole number from 1 to 1024, or "all"; got {shown(threads)}')
    return int(threads)


@contextmanager
def _shown_progress(total: int, wanted: bool | None, work: int) -> Iterator[Callable[[int], None]]:
    """Give what to call with how many points were drawn: it moves a bar, or nothing."""
    if wanted is False or not sys.stderr.isatty() or (wanted is None and work < _LONG):
        yield lambda points: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    speed = TextColumn("{task.fields[speed]}")
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), speed
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulating", total=total, speed="")

        def moved(points: int) -> None:
            """Move the bar, and say how fast it goes."""
            bar.advance(task, points)
            rate = bar.tasks[task].speed
            bar.update(task, speed=f"{rate / 1e6:,.0f} million points/s" if rate else "")

        yield moved


def simulate(settings: SGD, *, threads: int | str = 1, progress: bool | None = None) -> Run:
    r"""Run the learning process of equation (9) over many replicas.

    Args:
        settings: what to run.
        threads: how many threads, or ``"all"`` for one on each core; no bit of the result depends on it.
        progress: whether to show a bar on standard error, if that is a terminal; None shows one for a long run.

    Returns:
        the statistics and the trajectory. A ``ValueError`` is raised first if formulas or lengths do not suit single
        precision; a :class:`DivergedError` as soon as a path leaves the finite numbers or goes 1,000 lengths away.

    Raises:
        TypeError: if an argument is not of its kind.

    Example:
        >>> from lossbook.problem import ThresholdProblem
        >>> from lossbook.sigmoid.families import arctan
        >>> problem = ThresholdProblem(-1, ["1/5"], 1)
        >>> run = simulate(SGD(problem=problem, sigmoid=arctan("1/10"), learning_rate=0.002, steps=4000, burn_in=1000,
        ...                    batch=8, momentum=0.9, replicas=64))
        >>> round(float(run.mean.mean()), 1)
        0.2

    References:
        Paper, equation (9).
    """
    if not isinstance(settings, SGD):
        raise TypeError(f"settings must be an SGD; got {shown(settings)}")
    count = _threads(threads)
    machine, results = Machine(settings), empty_results(settings)
    points = settings.replicas * settings.steps * settings.batch
    stopped = threading.Event()

    def run_chunk(first: int, replicas: int, moved: Callable[[int], None]) -> None:
        """Run some replicas to the end, or until the run is stopped."""
        for call in Chunk(machine, results, first, replicas).calls():
            if stopped.is_set():
                return
            moved(call())

    with _shown_progress(points, progress, points * settings.problem.n) as moved:
        if count == 1:
            for chunk in chunks(settings):
                run_chunk(*chunk, moved)
        else:
            _in_threads(run_chunk, chunks(settings), count, stopped, moved)
    return flat(results)


def _in_threads(
    run_chunk: Callable[..., None],
    todo: list[tuple[int, int]],
    count: int,
    stopped: threading.Event,
    moved: Callable[[int], None],
) -> None:
    """Run all chunks in a pool of threads; stop them all after the first failure, or when interrupted."""
    with ThreadPoolExecutor(count) as pool:
        waiting = iter(todo)
        running: set[Future[None]] = set()
        try:
            while True:
                while len(running) < 2 * count and (chunk := next(waiting, None)) is not None:
                    running.add(pool.submit(run_chunk, *chunk, moved))
                if not running:
                    return
                done, running = wait(running, timeout=0.1, return_when=FIRST_COMPLETED)
                for task in done:
                    task.result()
        except BaseException:
            stopped.set()
            pool.shutdown(cancel_futures=True)
            raise
