"""What theory says of a contender in the long run: its bias, and the noise around it."""

from __future__ import annotations

import math
from typing import NamedTuple

from lossbook.comparison.contenders import Contender
from lossbook.comparison.contest import Case, settings
from lossbook.theory import linearise, minima


class Prediction(NamedTuple):
    r"""What theory says of a contender in the long run.

    Attributes:
        bias: $\theta^*-a_1$, of a moved threshold 0.
        shift: the mean shift by the noise (N3).
        deviation: the standard deviation (N2).
        error: the error rate of a normal law with this mean and deviation.
    """

    bias: float
    shift: float
    deviation: float
    error: float


def predicted(contender: Contender, case: Case) -> Prediction | None:
    r"""Predict the error rate in the long run: bias, and noise around it.

    For $X$ normal with mean $\mu=\theta^*-a_1+\text{shift}$ and deviation $s$,
    $\operatorname{E}|X|=s\sqrt{2/\pi}\,e^{-\mu^2/2s^2}+\mu\operatorname{erf}(\mu/s\sqrt2)$.

    Args:
        contender: the contender.
        case: the problem and the process.

    Returns:
        the prediction; None where the risk has no minimum inside the interval, or more than one.
    """
    made = settings(contender, case, 1)
    places = minima(made)
    if len(places) != 1:
        return None
    local = linearise(made, places[0])
    bias = 0.0 if contender.moved else places[0] - float(made.problem.thresholds[0])
    mean, spread = bias + local.mean_shift, math.sqrt(local.variance)
    error = spread * math.sqrt(2 / math.pi) * math.exp(-(mean**2) / (2 * spread**2))
    error += mean * math.erf(mean / spread / math.sqrt(2))
    return Prediction(bias, local.mean_shift, spread, error)
