r"""Running the learning process: replicas in chunks, chunks in short calls of a kernel, on one thread or many.

A call takes well below a second, so that an interruption is heeded between calls. What a replica does depends on the
settings and its number alone, never on chunks, threads or calls.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lossbook.arguments import fraction, shown
from lossbook.kernels.network import comparisons
from lossbook.kernels.stream import drawn, first_states
from lossbook.sgd.settings import LONGEST, SGD

if TYPE_CHECKING:
    from lossbook.kernels.build import Kernel

_LANES, _WORDS = 64, 5
_BLOCKS = 16  # in a chunk
_CALL = 2**24  # points times thresholds in one call of a kernel: some ten milliseconds
_LONG = 2**34  # points times thresholds from which a run shows its progress: some seconds
_FAR = 1000.0  # lengths of the interval: a path that goes so far has diverged


class DivergedError(ArithmeticError):
    """A replica's path left the finite numbers, or went 1,000 lengths of the interval away."""


@dataclass(frozen=True)
class Pooled:
    """Mean and variance of the threshold over replicas and steps; for several thresholds, arrays.

    Attributes:
        mean: the mean.
        mean_error: its standard error.
        variance: the variance.
        variance_error: its standard error.
    """

    mean: Any
    mean_error: Any
    variance: Any
    variance_error: Any


@dataclass(frozen=True, eq=False)
class Run:
    r"""What a simulation found, over the steps after the burn-in; shape ``(replicas,)`` unless said otherwise.

    Attributes:
        settings: what was run.
        mean: the mean of $\theta$; for $n\ge2$ of shape ``(replicas, n)``.
        variance: the variance of $\theta$ along the path, with the number of steps as divisor; same shape.
        trajectory: $\theta$ after each ``record_every`` steps: ``(steps // record_every, replicas)``, and one axis more
            for $n\ge2$; no rows without ``record_every``.
        final: $\theta$ after the last step; shape of ``mean``.
        error_rate: the mean share of $[a,b]$ that gets the wrong label.
        sensitivity: the mean share of the positive set that is predicted positive.
        specificity: the mean share of the negative set that is predicted negative.
    """

    settings: SGD
    mean: np.ndarray
    variance: np.ndarray
    trajectory: np.ndarray
    final: np.ndarray
    error_rate: np.ndarray
    sensitivity: np.ndarray
    specificity: np.ndarray

    def pooled(self) -> Pooled:
        r"""Estimate the stationary law's mean and variance from all replicas.

        Returns:
            the mean of $\theta$, and the mean over replicas of the variance within plus the squared distance of the
            replica's mean from the common one, with standard errors.

        Raises:
            ValueError: if there are fewer than two replicas.
        """
        count = self.settings.replicas
        if count < 2:
            raise ValueError(f"replicas must be at least 2 for a standard error; got {count}")
        mean = self.mean.mean(axis=0)
        spread = self.variance + (self.mean - mean) ** 2
        errors = (part.std(axis=0, ddof=1) / np.sqrt(count) for part in (self.mean, spread))
        return Pooled(mean, next(errors), spread.mean(axis=0), next(errors))

    @property
    def balanced_accuracy(self) -> np.ndarray:
        """The mean of sensitivity and specificity."""
        return (self.sensitivity + self.specificity) / 2


class _Machine:
    """The settings in the form that a kernel takes: lengths in the sigmoid's unit, from the middle of the interval."""

    def __init__(self, settings: SGD) -> None:
        from lossbook.kernels.build import kernel  # numba takes half a second to load

        problem = settings.problem
        self.settings, self.n = settings, problem.n
        self.many = problem.n > 1 or not settings.clip  # which loops are used
        self.length, self.middle = float(problem.length), float((problem.a + problem.b) / 2)
        self.made: Kernel = kernel(settings.sigmoid, settings.loss)
        self.unit = self.made.unit
        half = problem.length / 2
        if float(half) / self.unit > LONGEST:
            raise ValueError(
                f"problem must be at most {2 * LONGEST:.0f} units of the sigmoid long, for positions have 24 bits;"
                f" got {self.length / self.unit:.4g}"
            )
        centre = (problem.a + problem.b) / 2
        places = [fraction((cut - centre) / half) for cut in problem.thresholds]
        self.cuts = np.array([round(place * 2**31) for place in places], dtype=np.int32)
        edge = float(half) / self.unit
        self.edges = np.array([float(place) * edge for place in places], dtype=np.float32)
        self.law = self._law(edge)
        self.motion = self._motion(edge)
        self.pairs, self.sorting = comparisons(self.n)
        self.scale = self.middle, self.unit, float(problem.a), float(problem.b)

    def places(self, positions: np.ndarray, rests: np.ndarray) -> np.ndarray:
        """Give theta, the ends of the interval exactly."""
        theta = self.middle + self.unit * (positions + rests.astype(np.float64))
        theta = np.where(positions == self.motion[2], self.scale[2], theta)
        return np.where(positions == self.motion[3], self.scale[3], theta)

    def _law(self, edge: float) -> tuple[Any, ...]:
        """The scale of points, and the pull of a point of either class, for a learning rate in units of theta."""
        settings, parts = self.settings, self.made.formulas
        factor = parts.slope_factor * parts.drop_factor if self.many else parts.pull_factor
        share = self.length / settings.batch * factor / self.unit**2
        plus, minus = (float(weight) * share for weight in settings.weights)
        fastest = max(plus, minus) * settings.batch * settings.rates(0, 1)[0] / (1 - settings.momentum)
        if min(plus, minus) <= 1e-30 or max(plus, minus, fastest) >= 1e30:
            raise ValueError(
                f"learning_rate and weights must keep a step between 1e-30 and 1e30 units of the sigmoid; got steps of"
                f" up to {fastest:.3g} and pulls from {min(plus, minus):.3g}"
            )
        farthest = 2 * edge * (1 if settings.clip else _FAR)
        self.made.check(farthest + (settings.momentum * fastest if settings.nesterov else 0.0))
        return tuple(map(np.float32, (-edge / 2**31, plus, -minus)))

    def _motion(self, edge: float) -> tuple[Any, ...]:
        """Momentum, momentum to look ahead by, limits of theta, ends of the interval, and what the truth is."""
        settings = self.settings
        look = settings.momentum if settings.nesterov else 0.0
        limit = edge if settings.clip else 1e30
        positive = float(settings.problem.positive_length) / self.unit
        truth = positive if self.many else float(self.edges[0])
        return tuple(map(np.float32, (settings.momentum, look, -limit, limit, -edge, edge, truth)))


class _Chunk:
    """Some replicas side by side: their streams, their state, and the sums behind their statistics."""

    def __init__(self, machine: _Machine, results: Run, first: int, count: int) -> None:
        self.machine, self.results, self.first, self.count = machine, results, first, count
        blocks, n = -(-count // _LANES), machine.n
        rows = 13 * n + 5 if machine.many else 9
        self.words = np.zeros((blocks, _WORDS * _LANES), np.uint32)
        self.state = np.zeros((blocks, rows * _LANES), np.float32)
        self.totals = np.zeros((blocks, (2 * n + 2) * _LANES))
        streams = first_states(machine.settings.seed, range(first, first + blocks * _LANES))
        places = self._start(streams)
        for row in range(4):
            self._lanes(self.words, row)[:] = streams[row].reshape(blocks, _LANES)
        for k in range(n):
            place = (places[:, k] - machine.middle) / machine.unit
            near = place.astype(np.float32)
            for row, values in ((k, near), (2 * n + k, place - near), (5 * n + k, near)):
                self._lanes(self.state, row)[:] = values.reshape(blocks, _LANES)

    @staticmethod
    def _lanes(array: np.ndarray, row: int) -> np.ndarray:
        return array[:, row * _LANES : (row + 1) * _LANES]

    def _start(self, streams: np.ndarray) -> np.ndarray:
        """Return where the replicas start, shape ``(lanes, n)``; draw from the streams if that is random."""
        machine, lanes = self.machine, streams.shape[1]
        start = machine.settings.start
        if isinstance(start, str):
            draws = np.stack([drawn(streams) for _ in range(machine.n)], axis=1)
            return machine.middle + machine.length / 2 * (draws / 2.0**31)
        if len(start) == 1:
            return np.broadcast_to(start, (lanes, machine.n))
        own = start[self.first : self.first + self.count]
        return np.concatenate([own, np.broadcast_to(own[-1], (lanes - self.count, machine.n))])

    def calls(self) -> Iterator[Callable[[], int]]:
        """Yield what is to be called one after the other; each returns how many points it drew."""
        settings, machine = self.machine.settings, self.machine
        work = settings.batch * machine.n * self.words.shape[0] * _LANES
        stride = max(1, _CALL // work)
        for first in range(0, settings.steps, stride):
            stop = min(settings.steps, first + stride)
            yield lambda first=first, stop=stop: self._advance(first, stop)  # type: ignore[misc]

    def _advance(self, first: int, stop: int) -> int:
        settings, machine, code = self.machine.settings, self.machine, self.machine.made.code
        rates = settings.rates(first, stop).astype(np.float32)
        span = settings.steps, settings.burn_in, settings.record_every or 0
        common = self.words, self.state, self.totals, rates, first, stop, span
        ending = machine.scale, self.results.trajectory, self.first
        if machine.many:
            network = machine.edges, machine.pairs, machine.sorting
            code.advance_many(*common, settings.batch, machine.law, machine.cuts, machine.motion, network, *ending)
        elif settings.batch > 1:
            code.advance_batch(*common, settings.batch, machine.law, machine.cuts, machine.motion, *ending)
        else:
            code.advance_single(*common, machine.law, machine.cuts, machine.motion, *ending)
        self._refuse_divergence(first, stop)
        if stop == settings.steps:
            self._write()
        return (stop - first) * self.count * settings.batch

    def _row(self, array: np.ndarray, row: int) -> np.ndarray:
        return self._lanes(array, row).reshape(-1)[: self.count]

    def _refuse_divergence(self, first: int, stop: int) -> None:
        machine = self.machine
        limit = _FAR * machine.length / machine.unit
        for k in range(machine.n):
            place, speed = self._row(self.state, k), self._row(self.state, machine.n + k)
            lost = ~(np.abs(place) <= limit) | ~np.isfinite(speed)
            if lost.any():
                at = int(lost.argmax())
                raise DivergedError(
                    f"replica {self.first + at} diverged between steps {first} and {stop}: theta ="
                    f" {machine.middle + machine.unit * float(place[at]):.3g}, moving by"
                    f" {machine.unit * float(speed[at]):.3g} a step; learning_rate ="
                    f" {machine.settings.learning_rate} is too large"
                )

    def _write(self) -> None:
        """Turn the sums into the results of these replicas."""
        machine, settings, results, n = self.machine, self.machine.settings, self.results, self.machine.n
        steps, own = settings.steps - settings.burn_in, slice(self.first, self.first + self.count)
        for k in range(n):
            results.final[own, k] = machine.places(self._row(self.state, k), self._row(self.state, 2 * n + k))
            results.mean[own, k] = machine.middle + machine.unit * self._row(self.totals, k)
            results.variance[own, k] = machine.unit**2 * self._row(self.totals, n + k) / steps
        missed, extra = (machine.unit * self._row(self.totals, 2 * n + row) / steps for row in range(2))
        problem = settings.problem
        results.error_rate[own] = (missed + extra) / machine.length
        results.sensitivity[own] = np.clip(1 - missed / float(problem.positive_length), 0, 1)
        results.specificity[own] = np.clip(1 - extra / float(problem.negative_length), 0, 1)


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


def _empty(settings: SGD) -> Run:
    """Make the arrays of the results; those of the places have an axis of thresholds."""
    replicas, n = settings.replicas, settings.problem.n
    records = settings.steps // settings.record_every if settings.record_every else 0
    mean, variance, final = (np.empty((replicas, n)) for _ in range(3))
    rates = [np.empty(replicas) for _ in range(3)]
    return Run(settings, mean, variance, np.empty((records, replicas, n)), final, *rates)


def _flat(run: Run) -> Run:
    """Drop the axis of thresholds where there is one alone."""
    if run.settings.problem.n > 1:
        return run
    flat = {name: getattr(run, name)[..., 0] for name in ("mean", "variance", "trajectory", "final")}
    return replace(run, **flat)


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
    machine, results = _Machine(settings), _empty(settings)
    size = _LANES * max(1, min(_BLOCKS, _CALL // (_LANES * settings.batch * settings.problem.n)))
    chunks = [(first, min(size, settings.replicas - first)) for first in range(0, settings.replicas, size)]
    points = settings.replicas * settings.steps * settings.batch
    stopped = threading.Event()

    def run_chunk(first: int, replicas: int, moved: Callable[[int], None]) -> None:
        """Run some replicas to the end, or until the run is stopped."""
        for call in _Chunk(machine, results, first, replicas).calls():
            if stopped.is_set():
                return
            moved(call())

    with _shown_progress(points, progress, points * settings.problem.n) as moved:
        if count == 1:
            for chunk in chunks:
                run_chunk(*chunk, moved)
        else:
            _in_threads(run_chunk, chunks, count, stopped, moved)
    return _flat(results)


def _in_threads(
    run_chunk: Callable[..., None],
    chunks: list[tuple[int, int]],
    count: int,
    stopped: threading.Event,
    moved: Callable[[int], None],
) -> None:
    """Run all chunks in a pool of threads; stop them all after the first failure, or when interrupted."""
    with ThreadPoolExecutor(count) as pool:
        waiting = iter(chunks)
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
