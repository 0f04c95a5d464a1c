"""Many thresholds from random starts: how often all intervals are found, and where the other paths end (C1, C4).

The true intervals are equally long, four units each. A path has found them all if the middle of each is predicted
right. Where it has not, thresholds have merged: at an end of the interval, three or another odd number of them on one
true cut, or two inside a class.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lossbook.arguments import exact, parameter_array, whole
from lossbook.comparison.tables import read_table
from lossbook.gain.numeric import gain_gradient
from lossbook.metrics import intervals_found
from lossbook.problem import ThresholdProblem
from lossbook.sgd import SGD, Run, simulate
from lossbook.sigmoid import OddSigmoid
from lossbook.sigmoid.families import arctan

LENGTH = 4  # of each interval
NEAR = 0.04  # apart by less, thresholds count as merged: a hundredth of an interval
FATES = ("found", "at an end", "odd merged", "pair inside", "several", "apart")
_MOST_MOVES = 60  # of Newton's method, each at most NEAR
_CLOSE = 1e-14  # a move of so little of the interval is the last
_STEP = 1e-4  # of the differences that give the Hessian, in half-saturations of the sigmoid


class Trial(NamedTuple):
    """A process that starts at random: the number of thresholds, the scale of arctan, and how it learns."""

    n: int
    scale: str = "1"
    rate: float = 0.1
    batch: int = 16
    momentum: float = 0.0
    steps: int = 2000

    @property
    def noise(self) -> float:
        r"""$\frac\gamma{N(1-m)}$, what the variance is proportional to."""
        return self.rate / self.batch / (1 - self.momentum)


class Share(NamedTuple):
    """A row of the stored table: a trial, how many replicas it had, and how many of them ended in which way."""

    n: int
    scale: str
    rate: float
    batch: int
    momentum: float
    steps: int
    replicas: int
    found: int
    at_an_end: int
    odd_merged: int
    pair_inside: int
    several: int
    apart: int

    @property
    def trial(self) -> Trial:
        """What was tried."""
        return Trial(*self[:6])


def equal_intervals(n: int) -> ThresholdProblem:
    """Cut an interval into n + 1 of the length 4.

    Args:
        n: how many true thresholds, 1 to 16.

    Returns:
        the problem.
    """
    count = whole(n, "n", 1, 16)
    return ThresholdProblem(0, [LENGTH * (i + 1) for i in range(count)], LENGTH * (count + 1))


def trial_settings(trial: Trial, replicas: int = 1024, seed: int = 1, **changes: Any) -> SGD:
    """Write down the settings of a trial.

    Args:
        trial: the trial.
        replicas: how many.
        seed: of the random numbers.
        changes: further settings of :class:`lossbook.SGD`.

    Returns:
        the settings; every threshold of every replica starts anywhere on the interval, with equal chance.
    """
    made: dict[str, Any] = {
        "problem": equal_intervals(trial.n),
        "sigmoid": arctan(exact(trial.scale, "scale", positive=True)),
        "learning_rate": trial.rate,
        "batch": trial.batch,
        "momentum": trial.momentum,
        "steps": trial.steps,
        "start": "random",
        "replicas": replicas,
        "seed": seed,
    }
    return SGD(**made | changes)


def clusters(theta: Any, near: float = NEAR) -> list[list[float]]:
    """Group thresholds that have merged.

    Args:
        theta: thresholds, shape ``(n,)``.
        near: neighbours that are at most so far apart have merged.

    Returns:
        the groups, in increasing order.
    """
    places = np.sort(parameter_array(theta, np.size(theta)))
    return [members.tolist() for members in np.split(places, np.flatnonzero(np.diff(places) > near) + 1)]


def fate(problem: ThresholdProblem, theta: Any, near: float = NEAR) -> str:
    """Say how a path has ended.

    Args:
        problem: what was to be learned.
        theta: its thresholds, shape ``(n,)``.
        near: neighbours that are at most so far apart have merged.

    Returns:
        one of :data:`FATES`: all intervals are found; or the only merged thresholds stand at an end of the interval,
        or are an odd number (three, five, ...) inside, or an even number inside; or there are several of these kinds;
        or none has merged.

    Example:
        >>> [fate(equal_intervals(3), ends) for ends in ([4, 8, 12], [0, 0, 4], [5, 5, 5], [6, 6, 12])]
        ['found', 'at an end', 'odd merged', 'pair inside']
    """
    places = parameter_array(theta, problem.n)
    if intervals_found(problem, places) == problem.n + 1:
        return FATES[0]
    low, high = float(problem.a) + near, float(problem.b) - near
    kinds = set()
    for members in clusters(places, near):
        at_an_end = members[-1] <= low or members[0] >= high
        if len(members) > 1:
            kinds.add(FATES[1] if at_an_end else FATES[2] if len(members) % 2 else FATES[3])
    return FATES[5] if not kinds else FATES[4] if len(kinds) > 1 else kinds.pop()


def fates(run: Run) -> dict[str, int]:
    """Count how the replicas of a run have ended.

    Args:
        run: the run.

    Returns:
        how many of each of :data:`FATES`.
    """
    problem = run.settings.problem
    ends = run.final.reshape(-1, problem.n)
    all_found = intervals_found(problem, ends) == problem.n + 1
    lost = [fate(problem, theta) for theta in ends[~all_found]]
    return {kind: lost.count(kind) for kind in FATES} | {FATES[0]: int(all_found.sum())}


def share(trial: Trial, replicas: int = 1024, seed: int = 1) -> Share:
    """Run a trial, and count how its replicas end.

    Args:
        trial: the trial.
        replicas: how many.
        seed: of the random numbers.

    Returns:
        a row of the table.
    """
    return Share(*trial, replicas, *fates(simulate(trial_settings(trial, replicas, seed))).values())


def stored_shares(folder: Path | str) -> list[Share]:
    """Read the table that `make results` has stored.

    Args:
        folder: where the tables are; a missing one is a ``FileNotFoundError``, one with other columns a
            ``ValueError``.

    Returns:
        one row a trial.
    """
    return read_table(Path(folder) / "starts.csv", Share)


@dataclass(frozen=True)
class Standstill:
    """A place where the pure flow rests.

    Attributes:
        theta: the thresholds, shape ``(n,)``; those at an end of the interval are held there.
        slope: the largest partial derivative of the gain among those that are not held.
        outward: the smallest slope towards the end among those that are held; infinite if none is.
        curvatures: the eigenvalues of the Hessian among those that are not held, increasing, shape ``(free,)``.
    """

    theta: np.ndarray
    slope: float
    outward: float
    curvatures: np.ndarray

    @property
    def kind(self) -> str:
        """``"maximum"`` of the gain on the interval, ``"saddle"`` (or minimum), or ``"not at rest"``."""
        if self.slope > 1e-9 or self.outward <= 0:
            return "not at rest"
        return "maximum" if np.all(self.curvatures < 0) else "saddle"


def standstill(problem: ThresholdProblem, sigma: OddSigmoid, theta: Any, near: float = NEAR) -> Standstill:
    """Find where the pure flow rests next to where a path has ended.

    Merged thresholds are set equal, and those at an end of the interval onto it; then Newton's method, on exact
    gradients and on differences of them, moves each group as one.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: thresholds, shape ``(n,)``.
        near: neighbours that are at most so far apart have merged.

    Returns:
        the place, with the slope and the curvatures of the gain there.
    """
    low, high = float(problem.a), float(problem.b)
    groups = clusters(parameter_array(theta, problem.n), near)
    centres = np.array([np.mean(members) for members in groups])
    centres = np.where(centres <= low + near, low, np.where(centres >= high - near, high, centres))
    member = np.repeat(np.arange(len(groups)), [len(members) for members in groups])
    inside = (centres > low) & (centres < high)
    one = (member[:, np.newaxis] == np.flatnonzero(inside)).astype(np.float64)  # of each group that moves
    for _ in range(_MOST_MOVES):
        if not inside.any():
            break
        gradient, hessian = _derivatives(problem, sigma, centres[member])
        move = -np.linalg.solve(one.T @ hessian @ one, one.T @ gradient)
        centres[inside] += np.clip(move, -near, near)
        if np.abs(move).max() < _CLOSE * (high - low):
            break
    return _at(problem, sigma, centres[member], inside[member])


def _at(problem: ThresholdProblem, sigma: OddSigmoid, theta: np.ndarray, free: np.ndarray) -> Standstill:
    """Describe a place."""
    gradient, hessian = _derivatives(problem, sigma, theta)
    outward = np.where(theta == float(problem.a), -gradient, gradient)[~free]
    return Standstill(
        theta=theta,
        slope=float(np.max(np.abs(gradient[free]), initial=0.0)),
        outward=float(np.min(outward, initial=np.inf)),
        curvatures=np.linalg.eigvalsh(hessian[np.ix_(free, free)]),
    )


def _derivatives(problem: ThresholdProblem, sigma: OddSigmoid, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradient of the gain, and its Hessian by central differences."""
    step = _STEP * sigma.half_saturation
    moved = theta + step * np.concatenate([np.zeros((1, theta.size)), np.eye(theta.size), -np.eye(theta.size)])
    slopes = gain_gradient(problem, sigma, moved)
    hessian = (slopes[1 : theta.size + 1] - slopes[theta.size + 1 :]) / (2 * step)
    return slopes[0], (hessian + hessian.T) / 2
