r"""The learning process near an optimum, linearised: its variance, its mean shift, its decay (N2-N4).

Let $x_k=\theta_k-\theta^*$ and $h=L''(\theta^*)>0$, and let the batch's gradient have the variance
$s^2=V(\theta^*)/N$. To first order each step is

$$x_{k+1}=(1+\mu-\gamma h)\,x_k-\mu\,x_{k-1}+\gamma\,\xi_k$$

with independent $\xi_k$ of variance $s^2$, where $\mu=m$ for heavy ball and $\mu=m(1-\gamma h)$ for Nesterov's method:
an autoregression of order 2.

The stationary law of such processes near an optimum: S. Mandt, M. D. Hoffman and D. M. Blei (2017).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from lossbook.arguments import shown
from lossbook.sgd import SGD
from lossbook.sgd.settings import Decay
from lossbook.theory.landscape import Landscape


@dataclass(frozen=True)
class Linearised:
    r"""The process of some settings near an optimum.

    Attributes:
        settings: the process.
        theta: $\theta^*$, a zero of $L'$ inside the interval.
        curvature: $h=L''(\theta^*)>0$.
        third: $L'''(\theta^*)$; the mean of both sides where it jumps.
        noise: $s^2=V(\theta^*)/N$.
    """

    settings: SGD
    theta: float
    curvature: float
    third: float
    noise: float

    def _autoregression(self, rate: float) -> tuple[float, float]:
        """The two numbers of the autoregression: what is taken from the last move, and from the place."""
        pull = rate * self.curvature
        momentum = self.settings.momentum
        return momentum * (1 - pull) if self.settings.nesterov else momentum, pull

    @property
    def rate(self) -> float:
        """The constant learning rate.

        Raises:
            ValueError: if the settings' rate decays.
        """
        if isinstance(self.settings.learning_rate, Decay):
            raise ValueError(f"learning_rate must be constant for a stationary law; got {self.settings.learning_rate}")
        return float(self.settings.learning_rate)

    @property
    def variance(self) -> float:
        r"""The stationary variance of $\theta$ (N2).

        $$\operatorname{Var}\theta=\frac{\gamma s^2(1+\mu)}{(1-\mu)\,h\,(2(1+\mu)-\gamma h)}.$$

        Raises:
            ValueError: if the linearised process is unstable, $\gamma h\ge2(1+\mu)$.
        """
        kept, pull = self._autoregression(self.rate)
        if not pull < 2 * (1 + kept):
            raise ValueError(
                f"learning_rate must be below {2 * (1 + self.settings.momentum) / self.curvature:.4g}, where the"
                f" linearised process becomes unstable; got {self.rate}"
            )
        return self.rate * self.noise * (1 + kept) / ((1 - kept) * self.curvature * (2 * (1 + kept) - pull))

    @property
    def mean_shift(self) -> float:
        r"""The stationary mean less the optimum (N3): minus Var times the third derivative over twice the curvature."""
        return -self.third / (2 * self.curvature) * self.variance

    def variances(self, steps: Iterable[int], initial: float = 0.0) -> np.ndarray:
        r"""Follow the variance of $\theta_k$ through all steps, for any schedule of rates (N4).

        Args:
            steps: increasing numbers of steps at which it is wanted.
            initial: $\operatorname{E}(\theta_0-\theta^*)^2$; all replicas start at rest.

        Returns:
            $\operatorname{E}(\theta_k-\theta^*)^2$ of the linearised process, one for each.
        """
        wanted = list(steps)
        rates = self.settings.rates(0, max(wanted)).tolist()
        place, both, speed, found, step = initial, 0.0, 0.0, [], 0
        for stop in wanted:
            for rate in rates[step:stop]:
                kept, pull = self._autoregression(rate)
                speed = kept**2 * speed - 2 * kept * pull * both + pull**2 * place + rate**2 * self.noise
                joint = kept * both - pull * place  # of the place before with the move
                place, both = place + 2 * joint + speed, joint + speed
            found.append(place)
            step = stop
        return np.array(found)

    @property
    def decay_constant(self) -> float:
        r"""The limit of $k\operatorname{Var}\theta_k$ for a rate $\gamma_0/(1+k/\tau)$ (N4).

        With $c=\gamma_0\tau/(1-m)$ it is $c^2s^2/(2ch-1)$ if $ch>\frac12$, and infinite otherwise.

        Raises:
            ValueError: if the rate does not decay.
        """
        schedule = self.settings.learning_rate
        if not isinstance(schedule, Decay):
            raise ValueError(f"learning_rate must decay; got {schedule}")
        gain = schedule.initial * schedule.half_life / (1 - self.settings.momentum)
        excess = 2 * gain * self.curvature - 1
        return gain**2 * self.noise / excess if excess > 0 else math.inf


def linearise(settings: SGD, theta: float) -> Linearised:
    r"""Linearise the learning process at an optimum.

    Args:
        settings: the process, with one threshold.
        theta: $\theta^*$, as :func:`lossbook.maximize_gain` finds it for the linear loss.

    Returns:
        the numbers that N2, N3 and N4 need.

    Raises:
        ValueError: if ``theta`` is not inside the interval, or not a minimum of the risk.

    Example:
        >>> from lossbook.problem import ThresholdProblem
        >>> from lossbook.sigmoid.families import tanh
        >>> settings = SGD(problem=ThresholdProblem(-1, [0], 1), sigmoid=tanh(), learning_rate=0.01, steps=1)
        >>> round(linearise(settings, 0.0).curvature, 6) == round(2 - 2 / math.cosh(1) ** 2, 6)
        True
    """
    land = Landscape(settings)
    if not land.cuts[0] < theta < land.cuts[-1]:
        raise ValueError(f"theta must lie inside ({land.cuts[0]}, {land.cuts[-1]}); got {shown(theta)}")
    curvature, force = land.curvature(theta), land.force(theta)
    reach = float(land.cuts[-1] - land.cuts[0])
    if not curvature > 0 or abs(force / curvature) > 1e-6 * reach:
        raise ValueError(
            f"theta must be a minimum of the risk; at {shown(theta)} its slope is {-force:.3g}, its curvature"
            f" {curvature:.3g}"
        )
    return Linearised(settings, float(theta), curvature, land.third(theta), float(land.noise(theta)) / settings.batch)


def settled(settings: SGD, theta: float, before: float = 10.0, after: float = 40.0) -> SGD:
    r"""Make the same process start at an optimum and last long enough to forget it.

    Args:
        settings: the process, with one threshold and a constant rate.
        theta: $\theta^*$.
        before: the burn-in, in relaxation times $1+(1-m)/(\gamma h)+m/(1-m)$.
        after: the steps after it, likewise.

    Returns:
        the settings with another start, burn-in and number of steps.
    """
    local = linearise(settings, theta)
    momentum = settings.momentum
    time = 1 + (1 - momentum) / (local.rate * local.curvature) + momentum / (1 - momentum)
    return replace(settings, start=theta, burn_in=math.ceil(before * time), steps=math.ceil((before + after) * time))
