r"""What decides a run of the learning process: the settings, checked before anything runs.

$$v_{k+1}=m\,v_k+\gamma_k\,\hat g_k,\qquad\theta_{k+1}=\theta_k+v_{k+1},$$

the form of equation (9) with $v_k=\theta_k-\theta_{k-1}$; $\hat g_k$ estimates $-\nabla L$ on a batch of N points drawn
uniformly from $[a,b]$. Heavy ball takes the batch's gradient at $\theta_k$, Nesterov's method at $\theta_k+m\,v_k$.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from numbers import Real
from typing import Any

import numpy as np

from lossbook.arguments import class_weights, instance, real_array, shown, whole
from lossbook.loss import MarginLoss, checked_loss, linear
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid

MOST_THRESHOLDS, LARGEST_BATCH, MOST_STEPS = 16, 65_536, 2**40
SHORTEST = 1e-6  # of an interval of one label, in units of the whole: 2^32 places are drawn from
LONGEST = 2.0**17  # of half the interval, in the sigmoid's units: positions have 24 bits


@dataclass(frozen=True)
class Decay:
    r"""A learning rate that decays as $\gamma_k=\gamma_0/(1+k/\tau)$, in step $k$ from 0 on.

    Args:
        initial: $\gamma_0>0$.
        half_life: $\tau>0$, in steps: after so many the rate is half.
    """

    initial: float
    half_life: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        _positive(self.initial, "initial")
        _positive(self.half_life, "half_life")


def decay(initial: float, half_life: float) -> Decay:
    r"""Make a learning rate that decays, $\gamma_k=\gamma_0/(1+k/\tau)$.

    Args:
        initial: $\gamma_0>0$.
        half_life: $\tau>0$, in steps: after so many the rate is half.

    Returns:
        the schedule, to be given as ``learning_rate``.
    """
    return Decay(initial, half_life)


def _real(value: Any, name: str) -> float:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a real number; got {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = np.inf
    if not np.isfinite(number):
        raise ValueError(f"{name} must be finite; got {shown(value)}")
    return number


def _positive(value: Any, name: str) -> float:
    number = _real(value, name)
    if number <= 0:
        raise ValueError(f"{name} must be greater than 0; got {shown(value)}")
    return number


def _truth(value: Any, name: str) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False; got {shown(value)}")
    return bool(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class SGD:
    r"""The settings of a learning process. Seed and settings together decide every bit of every replica's path.

    Args:
        problem: the interval and its n true thresholds, n from 1 to 16.
        sigmoid: $\sigma$; none of its axioms may be refuted.
        learning_rate: $\gamma>0$, or a schedule made by :func:`decay`; in units of $\theta$ per unit of $\nabla L$.
        steps: how many steps each replica takes.
        loss: the margin loss $\varphi$; the paper's linear one by default.
        weights: class weights $(w_+,w_-)$, exact positive numbers.
        batch: points a step, N, from 1 to 65,536.
        momentum: $m$, at least 0 and below 1.
        nesterov: whether the gradient is taken at $\theta+m\,v$.
        burn_in: so many first steps do not count for mean, variance and error rates; below ``steps``.
        start: $\theta_0$: a number for all thresholds; an array of shape ``(n,)``, ``(replicas,)`` for $n=1$, or
            ``(replicas, n)``; or ``"random"``, uniform on $[a,b]$ and drawn from the replica's own stream.
        replicas: how many independent runs.
        seed: from 0 to 2^64 - 1. Replica r of a seed is the same however many there are.
        record_every: the trajectory holds the place after each so many steps; None for no trajectory.
        clip: whether $\theta$ is kept within $[a,b]$. If not, rates count what lies outside as at the end.

    Raises:
        TypeError: if a setting is unknown or not of its kind.
        ValueError: if it is out of its range; the message names it, its value and what is wanted.

    References:
        Paper, equation (9).
    """

    problem: ThresholdProblem
    sigmoid: OddSigmoid
    learning_rate: float | Decay
    steps: int
    loss: MarginLoss = field(default_factory=linear)
    weights: Any = (1, 1)
    batch: int = 1
    momentum: float = 0.0
    nesterov: bool = False
    burn_in: int = 0
    start: Any = "random"
    replicas: int = 1
    seed: int = 0
    record_every: int | None = None
    clip: bool = True

    def __new__(cls, **settings: Any) -> SGD:
        """Refuse a setting that there is not, before anything else; see the class."""
        names = [setting.name for setting in fields(cls)]
        for name, value in settings.items():
            if name not in names:
                raise TypeError(f"an SGD has no setting {name!r} (got {shown(value)}): it has {', '.join(names)}")
        return super().__new__(cls)

    def __post_init__(self) -> None:
        """Check every setting, and bring it to its one form; see the class."""
        instance(self.problem, ThresholdProblem, "problem", "a ThresholdProblem such as ThresholdProblem(0, [2], 10)")
        instance(self.sigmoid, OddSigmoid, "sigmoid", "an OddSigmoid such as lossbook.sigmoids.arctan()")
        loss = checked_loss(self.loss)
        rate, every = self.learning_rate, self.record_every
        steps = whole(self.steps, "steps", 1, MOST_STEPS)
        settled = {
            "loss": loss,
            "learning_rate": rate if isinstance(rate, Decay) else _positive(rate, "learning_rate"),
            "steps": steps,
            "weights": class_weights(self.weights),
            "batch": whole(self.batch, "batch", 1, LARGEST_BATCH),
            "momentum": _real(self.momentum, "momentum"),
            "nesterov": _truth(self.nesterov, "nesterov"),
            "burn_in": whole(self.burn_in, "burn_in", 0, steps - 1),
            "replicas": whole(self.replicas, "replicas", 1, 2**40),
            "seed": whole(self.seed, "seed", 0, 2**64 - 1),
            "record_every": every if every is None else whole(every, "record_every", 1, steps),
            "clip": _truth(self.clip, "clip"),
        }
        for name, value in settled.items():
            object.__setattr__(self, name, value)
        self._check_together()
        object.__setattr__(self, "start", self._read_start())

    def _check_together(self) -> None:
        """Check what no setting decides alone."""
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum must be at least 0 and below 1; got {shown(self.momentum)}")
        if self.problem.n > MOST_THRESHOLDS:
            raise ValueError(f"problem must have at most {MOST_THRESHOLDS} thresholds; got {self.problem.n}")
        shortest = min(self.problem.lengths) / self.problem.length
        if shortest < SHORTEST:
            raise ValueError(
                f"problem must have intervals of at least {SHORTEST} of [a, b], for points are drawn from 2^32 places;"
                f" got one of {float(shortest):.3g}"
            )
        if self.sigmoid.unit is None:  # not of a family, whose axioms are proved: that takes a third of a second
            self.sigmoid.unrefuted("sigmoid")

    def _read_start(self) -> Any:
        """Check the start; return ``"random"`` or an array of shape ``(1 or replicas, n)``."""
        if isinstance(self.start, str):
            if self.start != "random":
                raise ValueError(f'start must be a number, an array or "random"; got {shown(self.start)}')
            return self.start
        n, places = self.problem.n, real_array(self.start, "start")
        if places.ndim == 0:
            places = np.full((1, n), float(places))
        elif places.ndim == 1 and n == 1:
            places = places[:, np.newaxis]
        elif places.ndim == 1:
            places = places[np.newaxis, :]
        if places.ndim != 2 or places.shape[1] != n or places.shape[0] not in (1, self.replicas):
            wanted = f"a number, ({n},) or ({self.replicas}, {n})" + (f" or ({self.replicas},)" if n == 1 else "")
            raise ValueError(f"start must have the shape of {wanted}; got shape {np.shape(self.start)}")
        outside = (places < float(self.problem.a)) | (places > float(self.problem.b))
        if self.clip and outside.any():
            where = f"[{self.problem.a}, {self.problem.b}]"
            raise ValueError(f"start must lie in {where} while clip is True; got {places[outside][0]}")
        return places

    def rates(self, first: int, stop: int) -> np.ndarray:
        r"""Give the learning rates of some steps.

        Args:
            first: the first step, from 0.
            stop: one past the last.

        Returns:
            $\gamma_k$, ``float64`` of shape ``(stop - first,)``.
        """
        if isinstance(self.learning_rate, Decay):
            return self.learning_rate.initial / (1 + np.arange(first, stop) / self.learning_rate.half_life)
        return np.full(stop - first, self.learning_rate)
