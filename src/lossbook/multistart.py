r"""Where the gain of many thresholds is largest, or a risk least: a numeric search from many starts.

Each start is followed uphill by L-BFGS-B (Byrd et al. 1995, scipy's) with exact gradients, within $[a,b]^n$. The score
does not change when thresholds are exchanged, so that places are sorted; two thresholds that end at one point, where
$\sigma(\theta_i-x)\,\sigma(\theta_j-x)\ge0$ tells no class apart, are reported as merged. Ends that agree are one
optimum. Where the Hessian shows a saddle, the search goes on along its rising direction.

Nothing here is proved: :mod:`lossbook.certified` does that for one to three thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from lossbook.arguments import shown, whole
from lossbook.gain.numeric import values_and_slopes
from lossbook.gain.risks import risk_slopes, risks
from lossbook.gain.setting import Setting
from lossbook.loss import MarginLoss, linear
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid

MOST_THRESHOLDS = 16
_TOUCHING = 1e-4  # thresholds so near, in half-saturation widths, are tried as one
_SAME = 1e-5  # ends so near, in parts of the interval, are one optimum
_STEP = 1e-4  # of the Hessian's differences, in half-saturation widths
_FLAT = 1e-6  # eigenvalues so small against the largest have no sign
_KICK = 1e-2  # along a rising direction, in half-saturation widths
_MOST_KICKS = 3


@dataclass(frozen=True, eq=False)
class Optimum:
    r"""One place where starts ended.

    Attributes:
        theta: the thresholds in increasing order, shape ``(n,)``; merged ones are equal.
        gain: the weighted gain there.
        risk: the risk there, of the loss that was searched with.
        gradient_norm: the largest partial derivative of what was searched, of those thresholds that are not held by an
            end of the interval.
        hessian: ``"negative definite"`` (a strict maximum), ``"indefinite"`` (a saddle) or ``"semidefinite"`` (as far
            as differences tell), of the gain or of minus the risk, in the free thresholds; ``"none"`` if none is free.
        merged: the groups of equal thresholds, as indices from 0; empty if all are apart.
        starts: how many starts ended there.
    """

    theta: np.ndarray
    gain: float
    risk: float
    gradient_norm: float
    hessian: str
    merged: tuple[tuple[int, ...], ...]
    starts: int


@dataclass(frozen=True, eq=False)
class Search(Optimum):
    """The best place that was found, and all others.

    Attributes:
        optima: every place where a start ended, best first.
    """

    optima: tuple[Optimum, ...] = ()


class _Objective:
    """What is made large, in units of the interval, with its gradient."""

    def __init__(self, problem: Any, sigma: Any, weights: Any, loss: MarginLoss | None) -> None:
        """Check the arguments and prepare what does not depend on θ."""
        if not (loss is None or isinstance(loss, MarginLoss)):
            raise TypeError(f"loss must be a MarginLoss such as lossbook.losses.linear(), or None; got {shown(loss)}")
        n = problem.n if isinstance(problem, ThresholdProblem) else 1
        self.setting = Setting(problem, sigma, np.zeros(n), weights)
        if n > MOST_THRESHOLDS:
            raise ValueError(f"problem must have at most {MOST_THRESHOLDS} thresholds; got {n}")
        self.loss = None if loss == linear() else loss
        self.products = self.setting.products if self.loss is None and n > 1 else None  # found before it is copied
        self.n, self.span = n, float(self.setting.cuts[-1])
        width = sigma.half_saturation
        self.width = min(width, self.span) if width > 0 else self.span
        self.total = float(self.setting.weights @ np.diff(self.setting.cuts))

    def both(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give values and gradients of rows."""
        setting = self.setting.at(theta)
        if self.loss is None:
            return values_and_slopes(setting)
        return -risks(setting, self.loss)[0], -risk_slopes(setting, self.loss)[0]

    def down(self, part: np.ndarray) -> tuple[float, np.ndarray]:
        """Give what scipy makes small, of thresholds in units of the interval."""
        value, slope = self.both(part[np.newaxis] * self.span)
        return -float(value[0]) / self.total, -slope[0] * self.span / self.total

    def free(self, theta: np.ndarray, slope: np.ndarray) -> np.ndarray:
        """Tell which thresholds no end of the interval holds."""
        return ~(((theta <= 0) & (slope <= 0)) | ((theta >= self.span) & (slope >= 0)))

    def curvature(self, theta: np.ndarray, free: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the Hessian's eigenvalues and eigenvectors in the free thresholds, from differences of the gradient."""
        step = _STEP * self.width
        shifts = step * np.eye(self.n)[free]
        slopes = self.both(np.concatenate([theta + shifts, theta - shifts]))[1][:, free]
        rows = (slopes[: len(shifts)] - slopes[len(shifts) :]) / (2 * step)
        values, vectors = np.linalg.eigh((rows + rows.T) / 2)
        return values, vectors.T @ np.eye(self.n)[free]


def _climbed(objective: _Objective, start: np.ndarray) -> np.ndarray:
    """Follow one start uphill."""
    from scipy.optimize import minimize  # half a second to load, needed by few

    options = {"maxiter": 1000, "maxfun": 5000, "ftol": 1e-15, "gtol": 1e-10, "maxcor": 10}
    found = minimize(
        objective.down,
        start / objective.span,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, 1)] * objective.n,
        options=options,
    )
    return np.sort(np.clip(found.x, 0, 1) * objective.span)


def _joined(objective: _Objective, theta: np.ndarray) -> np.ndarray:
    """Make touching thresholds equal where that costs nothing."""
    near = np.diff(theta) <= _TOUCHING * objective.width
    if not near.any():
        return theta
    groups = np.concatenate([[0], np.cumsum(~near)])
    means = np.bincount(groups, theta) / np.bincount(groups)
    joined = means[groups]
    value, merged = objective.both(np.stack([theta, joined]))[0]
    return joined if merged >= value - 1e-12 * objective.total else theta


def _settled(objective: _Objective, start: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Follow a start, and go on from saddles; give the place, its gradient and its free eigenvalues."""
    theta = _joined(objective, _climbed(objective, start))
    for attempt in range(_MOST_KICKS + 1):
        slope = objective.both(theta[np.newaxis])[1][0]
        free = objective.free(theta, slope)
        if not free.any():
            return theta, np.zeros(objective.n), np.zeros(0)
        values, vectors = objective.curvature(theta, free)
        if attempt == _MOST_KICKS or values[-1] <= _FLAT * np.abs(values).max():
            break
        kick = _KICK * objective.width * vectors[-1]
        theta = _joined(objective, _climbed(objective, np.clip(theta + kick, 0, objective.span)))
    return theta, np.where(free, slope, 0.0), values


def _kind(values: np.ndarray) -> str:
    """Name the Hessian by its eigenvalues."""
    if not values.size:
        return "none"
    flat = _FLAT * np.abs(values).max()
    if (values < -flat).all():
        return "negative definite"
    return "indefinite" if values[-1] > flat else "semidefinite"


def _merged(theta: np.ndarray) -> tuple[tuple[int, ...], ...]:
    groups = [tuple(group) for _, group in groupby(range(len(theta)), key=lambda i: theta[i])]
    return tuple(group for group in groups if len(group) > 1)


def _starts(objective: _Objective, count: int, seed: int) -> np.ndarray:
    """Give the truth first, then uniform random places."""
    chance = np.random.default_rng(seed)
    places = np.sort(chance.uniform(0, objective.span, (count - 1, objective.n)), axis=1)
    return np.concatenate([objective.setting.cuts[np.newaxis, 1:-1], places])


def search_maximum(
    problem: ThresholdProblem,
    sigma: OddSigmoid,
    weights: Any = (1, 1),
    loss: MarginLoss | None = None,
    starts: int = 64,
    seed: int = 0,
) -> Search:
    r"""Search for the largest weighted gain, or the least risk, over $\theta\in[a,b]^n$ from many starts.

    Args:
        problem: the interval and its true thresholds, n from 1 to 16.
        sigma: the odd sigmoid.
        weights: class weights $(w_+,w_-)$, or $n+1$ weights, one an interval; positive.
        loss: the margin loss whose risk is made small; None for the paper's linear one, whose risk is least where the
            gain is largest.
        starts: how many, from 1 to 100,000: the truth, and then uniform random ones.
        seed: from 0 to 2^64 - 1; decides the random starts, and so the whole result.

    Returns:
        the best place and all others; see :class:`Search`.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> found = search_maximum(ThresholdProblem(0, [4, 8, 12], 16), arctan(), starts=8)
        >>> found.theta.round(4).tolist(), found.hessian
        ([4.0706, 8.0, 11.9294], 'negative definite')
    """
    objective = _Objective(problem, sigma, weights, loss)
    count, number = whole(starts, "starts", 1, 100_000), whole(seed, "seed", 0, 2**64 - 1)
    with threadpool_limits(1, user_api="blas"):  # L-BFGS-B's matrices are tiny: threads only wait for each other
        ends = [_settled(objective, start) for start in _starts(objective, count, number)]
    values = objective.both(np.array([theta for theta, _, _ in ends]))[0]
    found: list[tuple[int, int]] = []
    for i in np.argsort(-values, kind="stable"):
        same = [j for j, (first, _) in enumerate(found) if _near(objective, ends[first][0], ends[i][0])]
        if same:
            found[same[0]] = (found[same[0]][0], found[same[0]][1] + 1)
        else:
            found.append((int(i), 1))
    optima = tuple(_optimum(problem, objective, *ends[first], starts=number) for first, number in found)
    return Search(**vars(optima[0]), optima=optima)


def _near(objective: _Objective, first: np.ndarray, second: np.ndarray) -> bool:
    return bool(np.abs(first - second).max() <= _SAME * objective.span)


def _optimum(
    problem: ThresholdProblem,
    objective: _Objective,
    theta: np.ndarray,
    slope: np.ndarray,
    values: np.ndarray,
    starts: int,
) -> Optimum:
    """Describe a place, in the problem's own coordinates."""
    gain = float(values_and_slopes(objective.setting.at(theta[np.newaxis]))[0][0])
    value = float(objective.both(theta[np.newaxis])[0][0])
    return Optimum(
        theta=np.clip(theta + float(problem.a), float(problem.a), float(problem.b)),
        gain=gain,
        risk=objective.total - value if objective.loss is None else -value,
        gradient_norm=float(np.abs(slope).max()),
        hessian=_kind(values),
        merged=_merged(theta),
        starts=starts,
    )
