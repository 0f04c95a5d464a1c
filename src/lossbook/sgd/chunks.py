r"""Some replicas side by side: from the settings to what a kernel takes, and from its sums to the results.

A chunk is run by short calls, each well below a second. What a replica does depends on the settings and its number
alone, never on the chunk that it is in or on how its steps are divided into calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from lossbook.arguments import fraction
from lossbook.kernels.network import comparisons
from lossbook.kernels.stream import drawn, first_states
from lossbook.sgd.results import Run
from lossbook.sgd.settings import LONGEST, SGD

if TYPE_CHECKING:
    from lossbook.kernels.build import Kernel

LANES = 64
_WORDS = 5
_BLOCKS = 16  # in a chunk
_CALL = 2**24  # points times thresholds in one call of a kernel: some ten milliseconds
_FAR = 1000.0  # lengths of the interval: a path that goes so far has diverged


class DivergedError(ArithmeticError):
    """A replica's path left the finite numbers, or went 1,000 lengths of the interval away."""


class Machine:
    """The settings in the form that a kernel takes: lengths in the sigmoid's unit, from the middle of the interval.

    Args:
        settings: what is run. A ``ValueError`` is raised where lengths or formulas do not suit single precision.
    """

    def __init__(self, settings: SGD) -> None:
        """Measure everything, and make the kernel; see the class."""
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
        strongest = self.length * float(max(settings.weights)) * parts.steepest / self.unit**2
        fastest = strongest * settings.rates(0, 1)[0] / (1 - settings.momentum)
        weakest = min(abs(plus), abs(minus))
        if weakest <= 1e-30 or max(abs(plus), abs(minus), fastest) >= 1e30:
            raise ValueError(
                f"learning_rate and weights must keep a step between 1e-30 and 1e30 units of the sigmoid; got steps of"
                f" up to {fastest:.3g} and pulls from {weakest:.3g}"
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


class Chunk:
    """Some replicas side by side: their streams, their state, and the sums behind their statistics.

    Args:
        machine: the settings in the kernel's form.
        results: where the results go.
        first: the number of the first replica.
        count: how many there are.
    """

    def __init__(self, machine: Machine, results: Run, first: int, count: int) -> None:
        """Put every replica at its start; see the class."""
        self.machine, self.results, self.first, self.count = machine, results, first, count
        blocks, n = -(-count // LANES), machine.n
        rows = 13 * n + 5 if machine.many else 9
        self.words = np.zeros((blocks, _WORDS * LANES), np.uint32)
        self.state = np.zeros((blocks, rows * LANES), np.float32)
        self.totals = np.zeros((blocks, (2 * n + 2) * LANES))
        streams = first_states(machine.settings.seed, range(first, first + blocks * LANES))
        places = self._start(streams)
        for row in range(4):
            self._lanes(self.words, row)[:] = streams[row].reshape(blocks, LANES)
        for k in range(n):
            place = (places[:, k] - machine.middle) / machine.unit
            near = place.astype(np.float32)
            for row, values in ((k, near), (2 * n + k, place - near), (5 * n + k, near)):
                self._lanes(self.state, row)[:] = values.reshape(blocks, LANES)

    @staticmethod
    def _lanes(array: np.ndarray, row: int) -> np.ndarray:
        return array[:, row * LANES : (row + 1) * LANES]

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
        """Divide the work.

        Yields:
            what is to be called one after the other; each returns how many points it drew.
        """
        settings, machine = self.machine.settings, self.machine
        work = settings.batch * machine.n * self.words.shape[0] * LANES
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


def chunks(settings: SGD) -> list[tuple[int, int]]:
    """Divide the replicas.

    Args:
        settings: what is run.

    Returns:
        first replica and count of each chunk.
    """
    size = LANES * max(1, min(_BLOCKS, _CALL // (LANES * settings.batch * settings.problem.n)))
    return [(first, min(size, settings.replicas - first)) for first in range(0, settings.replicas, size)]
