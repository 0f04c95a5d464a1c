r"""When equal thresholds part: the curvature across the set where they are equal, and how noise slows the parting.

Let k parameters be equal to $c$, and let $Q(x)$ be the product of the other factors of the score. By symmetry the
Hessian of the gain, on the directions that change the differences of the k alone, is $\lambda$ times the identity:

$$\lambda=\int_a^bw_yy\,(\sigma\sigma''-\sigma'^2)(c-x)\,\sigma(c-x)^{k-2}Q(x)\,dx=-\int_a^bw_y\,y\,g(x)\,W(c-x)\,dx$$

with $W=(\sigma'^2-\sigma\sigma'')/\sigma^2=-(\log|\sigma|)''>0$. So they part where the model is wrong around $c$, and
are drawn together where it is right.

On single points, without momentum, a small difference d of two obeys $d'=d\,(1+\gamma\hat\lambda)$ with $\hat\lambda=
(b-a)\,y\,(\sigma\sigma''-\sigma'^2)(c-x)$ for $n=2$, while the place c that they share moves as a chain of its own,
$c'=c+\gamma\,(b-a)\,y\,\sigma\sigma'(c-x)$. Hence $d$ grows like $e^{\Lambda k}$ with the *exponent*
$\Lambda=\operatorname{E}\log|1+\gamma\hat\lambda|$, about $\gamma\lambda-\frac12\gamma^2\operatorname{E}\hat\lambda^2$:
noise slows the parting, and at a large rate ends it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy

from lossbook.arguments import class_weights, parameter_array, shown, whole
from lossbook.loss import linear
from lossbook.numeric import NumericFunction
from lossbook.problem import ThresholdProblem
from lossbook.quadrature import graded_cuts, integrate
from lossbook.sgd import SGD
from lossbook.sgd.settings import Decay
from lossbook.sigmoid import OddSigmoid
from lossbook.sigmoid.odd_sigmoid import U

_POINTS, _MOST_CELLS = 2000, 3000
_REACH = 8.0  # standard deviations of the linearised place that the cells cover either way
_DOUBLINGS = 24  # of the number of steps after which the law is taken


@lru_cache(maxsize=64)
def _second(sigma: OddSigmoid) -> NumericFunction:
    r"""Derive $\sigma''$, where it is defined."""
    return NumericFunction(sigma.derivative.diff(U).replace(sympy.DiracDelta, lambda *_: sympy.S.Zero), U)


def _pull_apart(sigma: OddSigmoid, u: np.ndarray) -> np.ndarray:
    r"""Give $\sigma\sigma''-\sigma'^2$, which is negative."""
    slope = sigma.numeric_derivative(u)
    return sigma.numeric(u) * np.where(u == 0, 0.0, _second(sigma)(np.where(u == 0, 1.0, u))) - slope * slope


def parting_curvature(
    problem: ThresholdProblem, sigma: OddSigmoid, theta: Any, pair: tuple[int, int] = (0, 1), weights: Any = (1, 1)
) -> float:
    r"""Evaluate the curvature of the gain along the difference of two equal parameters.

    Under the pure flow $\dot\theta=\nabla G$ a small difference grows like $e^{\lambda t}$.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)``, of which two are equal.
        pair: their places in ``theta``.
        weights: class weights $(w_+,w_-)$, positive.

    Returns:
        $\lambda=\partial_i^2G-\partial_i\partial_jG$: negative where the two are drawn together.

    Raises:
        ValueError: if the two are the same one, or not equal.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> thirds, narrow = ThresholdProblem(0, [4, 8], 12), ThresholdProblem(0, [1, 2], 3)
        >>> round(parting_curvature(thirds, arctan(), [6, 6]), 4), parting_curvature(narrow, arctan(), [1.5, 1.5]) < 0
        (0.8443, True)
    """
    places = parameter_array(theta, problem.n)[np.newaxis]
    one, other = (whole(place, f"pair[{i}]", 0, problem.n - 1) for i, place in enumerate(pair))
    if places.ndim != 2 or one == other or places[0, one] != places[0, other]:
        raise ValueError(f"pair must be the places of two equal parameters; got {pair} of theta = {shown(theta)}")
    rest = np.delete(np.arange(problem.n), [one, other])
    start, cuts = float(problem.a), np.array([float(cut - problem.a) for cut in problem.cuts])
    centres = places - start
    plus, minus = map(float, class_weights(weights))
    signed = np.where(np.array(problem.signs) > 0, plus, -minus)

    def integrand(anchor: np.ndarray, offset: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The signed pull apart of one point."""
        u = (centres[rows].T[..., np.newaxis] - anchor) - offset
        piece = np.searchsorted(cuts[1:-1], anchor + offset, side="left")
        return signed[piece] * _pull_apart(sigma, u[one]) * np.prod(sigma.numeric(u[rest]), axis=0)

    width = sigma.half_saturation
    width = min(width, cuts[-1]) if width > 0 else cuts[-1]
    value, _ = integrate(integrand, graded_cuts(centres, cuts, width), centres)
    return float(value[0])


@dataclass(frozen=True)
class Parting:
    r"""How two equal thresholds part on single points.

    Attributes:
        rate: $\gamma$.
        exponent: $\Lambda=\operatorname{E}\log|1+\gamma\hat\lambda|$ a step: the difference grows like $e^{\Lambda k}$.
        curvature: $\operatorname{E}\hat\lambda$.
        square: $\operatorname{E}\hat\lambda^2$.
        mean: of the place that the two share.
        deviation: its standard deviation.
        leak: the chance a step that the two leave the cells, or come to an end where they become exactly equal.
    """

    rate: float
    exponent: float
    curvature: float
    square: float
    mean: float
    deviation: float
    leak: float

    @property
    def second_order(self) -> float:
        r"""To second order: $\gamma\operatorname{E}\hat\lambda-\frac12\gamma^2\operatorname{E}\hat\lambda^2$."""
        return self.rate * self.curvature - self.rate**2 * self.square / 2


def _refuse(settings: SGD, place: float) -> None:
    """Refuse a process whose differences are not known to grow by independent factors."""
    if not isinstance(settings, SGD):
        raise TypeError(f"settings must be an SGD; got {shown(settings)}")
    wanted = {
        "two thresholds": settings.problem.n == 2,
        "the linear loss": settings.loss == linear(),
        "batch 1": settings.batch == 1,
        "momentum 0": settings.momentum == 0,
        "a constant learning rate": not isinstance(settings.learning_rate, Decay),
    }
    missing = [name for name, there in wanted.items() if not there]
    if missing:
        raise ValueError(f"settings must have {', '.join(missing)} for the exponent to be known")
    if not settings.problem.a < place < settings.problem.b:
        raise ValueError(f"place must lie inside ({settings.problem.a}, {settings.problem.b}); got {shown(place)}")


class _Pair:
    """Two equal thresholds, and what one point does to them."""

    def __init__(self, settings: SGD) -> None:
        """Spread points over all intervals, each with its chance."""
        self.cuts = np.array([float(cut) for cut in settings.problem.cuts])
        self.length = float(settings.problem.length)
        self.sigma, self.rate = settings.sigmoid, float(settings.rates(0, 1)[0])
        plus, minus = map(float, settings.weights)
        parts = []
        for low, high, sign in zip(self.cuts[:-1], self.cuts[1:], settings.problem.signs, strict=True):
            count = max(_POINTS // 10, round(_POINTS * (high - low) / self.length))
            x = low + (high - low) * (np.arange(count) + 0.5) / count
            chance = (high - low) / self.length / count
            parts.append((x, np.full(count, chance), np.full(count, self.length * (plus if sign > 0 else -minus))))
        self.x, self.chances, self.scale = (np.concatenate(part) for part in zip(*parts, strict=True))

    def pull(self, places: np.ndarray) -> np.ndarray:
        """What each point moves both by, for a rate of 1; shape (places, points)."""
        u = places[:, np.newaxis] - self.x
        return self.scale * self.sigma.numeric(u) * self.sigma.numeric_derivative(u)

    def apart(self, places: np.ndarray) -> np.ndarray:
        """What each point multiplies the difference by, less 1, for a rate of 1; shape (places, points)."""
        return self.scale * _pull_apart(self.sigma, places[:, np.newaxis] - self.x)

    def window(self, place: float, cells: int) -> np.ndarray:
        """The edges of cells that hold the linearised law around a place, cut off at the ends."""
        near = place + self.sigma.half_saturation * np.array([-0.01, 0.0, 0.01])
        pulls = self.pull(near)
        means = pulls @ self.chances
        stiffness = -(means[2] - means[0]) / (near[2] - near[0])
        variance = self.rate * float(pulls[1] ** 2 @ self.chances) / 2 / max(stiffness, 1e-300)
        reach = min(_REACH * math.sqrt(variance), self.length)
        largest = self.rate * float(np.abs(pulls).max())
        low, high = max(place - reach, self.cuts[0]), min(place + reach, self.cuts[-1])
        if largest * cells < 4 * (high - low):
            raise ValueError(
                f"cells must be at least {math.ceil(4 * (high - low) / largest)}, four to the largest step; got {cells}"
            )
        return np.linspace(low, high, cells + 1)


def parting(settings: SGD, place: float, cells: int = 400) -> Parting:
    r"""Predict how a small difference of two thresholds grows on single points without momentum.

    The law of the place that they share is that of a chain on cells around ``place``, given that it has not left them
    (Ulam's method); the mean over the point is a midpoint sum.

    Args:
        settings: two thresholds, the linear loss, batch 1, no momentum, constant rate.
        place: where the two are, a maximum of the gain along $\theta_1=\theta_2$.
        cells: how many, 20 to 3,000, and at least four to the largest step.

    Returns:
        the exponent and what it is made of. A ``TypeError`` is raised if ``settings`` is not an SGD, a ``ValueError``
        if a setting is not of these or cells are too wide.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> made = {"problem": ThresholdProblem(0, [4, 6], 10), "sigmoid": arctan(), "steps": 1}
        >>> [round(parting(SGD(learning_rate=rate, **made), 5.0).exponent, 3) for rate in (0.03, 0.1, 0.2)]
        [0.005, 0.004, -0.029]
    """
    _refuse(settings, place)
    count = whole(cells, "cells", 20, _MOST_CELLS)
    pair = _Pair(settings)
    edges = pair.window(place, count)
    middles = (edges[1:] + edges[:-1]) / 2
    law, leak = _law(pair, edges, middles, place)
    apart = pair.apart(middles)
    with np.errstate(divide="ignore"):
        growth = np.log(np.maximum(np.abs(1 + pair.rate * apart), 1e-300)) @ pair.chances
    mean = float(law @ middles)
    return Parting(
        rate=pair.rate,
        exponent=float(law @ growth),
        curvature=float(law @ (apart @ pair.chances)),
        square=float(law @ (apart**2 @ pair.chances)),
        mean=mean,
        deviation=math.sqrt(float(law @ (middles - mean) ** 2)),
        leak=leak,
    )


def _law(pair: _Pair, edges: np.ndarray, middles: np.ndarray, place: float) -> tuple[np.ndarray, float]:
    """Return the law of the place given that it stayed within the cells, and the chance a step that it leaves."""
    cells, width = len(middles), edges[1] - edges[0]
    starts = np.arange(cells)[:, np.newaxis] + pair.rate * pair.pull(middles) / width
    left = np.floor(starts)
    matrix = np.zeros((cells, cells + 2))
    for target, share in ((left, left + 1 - starts), (left + 1, starts - left)):
        index = np.clip(target.astype(np.int64) + 1, 0, cells + 1)
        flat = (np.arange(cells)[:, np.newaxis] * (cells + 2) + index).ravel()
        found = np.bincount(flat, (share * pair.chances).ravel(), minlength=cells * (cells + 2))
        matrix += found.reshape(cells, cells + 2)
    power = matrix[:, 1:-1]
    for _ in range(_DOUBLINGS):
        power = power @ power
        power /= power.max()
    law = power[int(np.argmin(np.abs(middles - place)))]
    law = law / law.sum()
    return law, float(law @ (matrix[:, 0] + matrix[:, -1]))
