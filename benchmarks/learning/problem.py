r"""What all programs run, and what they give back.

The learning process of equation (9) for n thresholds, the linear loss and arctan: heavy ball on batches of uniform
points. Peers measure lengths in units of the interval, $t=(\theta-a)/(b-a)$, so that a point is what their random
numbers give, uniform on $[0,1)$.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

REPLICAS = 10_240
RECORD_EVERY = BURN_IN = 100  # steps: the burn-in is whole windows of the trajectory
BATCHES = (1, 8, 64)
WANTED = {  # ratio of samples per second that is wanted, for batches of 1, 8 and 64
    "PyTorch": (30, 50, 60),
    "JAX": (7, 18, 25),
    "numpy, tuned": (14, 20, 22),
    "C floor": (0.65, 0.75, 0.75),
}


@dataclass(frozen=True)
class Setting:
    """One case of the benchmark.

    Attributes:
        batch: points a step.
        thresholds: the true ones, in order.
        interval: its ends.
        scale: of arctan.
        start: where each parameter starts.
    """

    batch: int
    thresholds: tuple[float, ...] = (0.2,)
    interval: tuple[float, float] = (-1.0, 1.0)
    scale: float = 0.1
    start: tuple[float, ...] = (0.0,)
    learning_rate: float = 0.002
    momentum: float = 0.9

    @property
    def n(self) -> int:
        """How many thresholds there are."""
        return len(self.thresholds)

    @property
    def length(self) -> float:
        """The interval's length."""
        return self.interval[1] - self.interval[0]

    @property
    def width(self) -> float:
        """The scale of arctan in units of the interval."""
        return self.scale / self.length

    @property
    def cuts(self) -> tuple[float, ...]:
        """The true thresholds in units of the interval."""
        return tuple((place - self.interval[0]) / self.length for place in self.thresholds)

    @property
    def starts(self) -> tuple[float, ...]:
        """The places of start in units of the interval."""
        return tuple((place - self.interval[0]) / self.length for place in self.start)

    @property
    def pull(self) -> float:
        r"""The step $\gamma\,\frac{b-a}N\,\sigma'(0)$ of a point at its threshold, in units of the interval."""
        return self.learning_rate / self.batch * 2 / (math.pi * self.scale)


def several(n: int, batch: int = 8) -> Setting:
    """Make the case of n thresholds: 4 apart on [0, 4 (n + 1)], scale 1/2; the start is the truth."""
    places = tuple(4.0 * (k + 1) for k in range(n))
    return Setting(batch, places, (0.0, 4.0 * (n + 1)), 0.5, places)


CASES = {f"batch {batch}": Setting(batch) for batch in BATCHES} | {"8 thresholds, batch 8": several(8)}


class Statistics(NamedTuple):
    """What every program gives back.

    Attributes:
        mean: of the path after the burn-in, shape ``(replicas, n)``.
        variance: the same shape.
        trajectory: the path after each 100 steps, shape ``(steps // 100, n, replicas)`` or as the program keeps it.
    """

    mean: np.ndarray
    variance: np.ndarray
    trajectory: Any


class Program(NamedTuple):
    """One program: whose it is, what it is called, and how it is run.

    Attributes:
        peer: the name in the tables; of the programs of one peer the fastest is timed.
        variant: what tells it from others of that peer.
        run: called with the setting, the number of replicas, of steps, and a seed.
        replicas: how many it is given when timed.
    """

    peer: str
    variant: str
    run: Callable[[Setting, int, int, int], Statistics]
    replicas: int = REPLICAS


def joined(setting: Setting, origin: Any, first: Any, second: Any, trajectory: Any) -> Statistics:
    r"""Join the sums of windows of 100 steps.

    Args:
        setting: what was run.
        origin: $t$ when a window began; shape ``(windows, n, replicas)``.
        first: sums of $t$ less origin, the same shape.
        second: sums of squares of the same.
        trajectory: $t$ at the ends, the same shape.

    Returns:
        the statistics over the windows after the burn-in.
    """
    skipped = BURN_IN // RECORD_EVERY
    steps = RECORD_EVERY * (len(origin) - skipped)
    truth = np.array(setting.cuts)[:, np.newaxis]
    shift = np.asarray(origin, np.float64)[skipped:] - truth
    one, two = np.asarray(first, np.float64)[skipped:], np.asarray(second, np.float64)[skipped:]
    mean = (one + RECORD_EVERY * shift).sum(axis=0) / steps
    square = (two + 2 * shift * one + RECORD_EVERY * shift**2).sum(axis=0) / steps
    places = setting.interval[0] + setting.length * (truth + mean)
    return Statistics(places.T, setting.length**2 * (square - mean**2).T, trajectory)
