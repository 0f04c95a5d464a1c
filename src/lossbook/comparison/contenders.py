r"""The contenders: losses with class weights, or with a decision threshold that is moved after training.

The problem is $[0,1]$ with the truth at $1/(1+r)$, where $r$ is the imbalance, and a sigmoid of scale 1/100.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from lossbook import loss as losses
from lossbook.arguments import exact
from lossbook.loss import MarginLoss
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid, families

SCALE = sympy.Rational(1, 100)
TEMPERATURE = sympy.Rational(1, 4)  # of every loss that is made for logits
Weights = tuple[Any, Any]


@dataclass(frozen=True)
class Contender:
    """A loss with its class weights, or with a threshold moved after training.

    Attributes:
        name: what the tables call it.
        loss: makes the loss for a problem; some depend on the class sizes.
        weights: makes the class weights for a problem, a sigmoid and the loss.
        moved: whether the decision threshold is moved so that the optimum lands on the truth.
    """

    name: str
    loss: Callable[[ThresholdProblem], MarginLoss]
    weights: Callable[[ThresholdProblem, OddSigmoid, MarginLoss], Weights] = lambda problem, sigma, loss: (1, 1)
    moved: bool = False


def _inverse(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Weights:
    return losses.inverse_frequency(problem)


def _root(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Weights:
    return losses.inverse_square_root(problem)


def _effective(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Weights:
    return losses.effective_number(problem)


def _linear(problem: ThresholdProblem) -> MarginLoss:
    return losses.linear()


def _logistic(problem: ThresholdProblem) -> MarginLoss:
    return losses.logistic(TEMPERATURE)


def _focal(problem: ThresholdProblem) -> MarginLoss:
    return losses.focal(2, TEMPERATURE)


def _asl(problem: ThresholdProblem) -> MarginLoss:
    return losses.asl(temperature=TEMPERATURE)


CONTENDERS = (
    Contender("linear", _linear),
    Contender("linear, calibrated", _linear, losses.calibrated_weights),
    Contender("linear, inverse frequency", _linear, _inverse),
    Contender("linear, square root", _linear, _root),
    Contender("linear, effective number", _linear, _effective),
    Contender("linear, threshold moved", _linear, moved=True),
    Contender("squared", lambda problem: losses.squared()),
    Contender("logistic", _logistic),
    Contender("logistic, calibrated", _logistic, losses.calibrated_weights),
    Contender("logistic, inverse frequency", _logistic, _inverse),
    Contender("logistic, threshold moved", _logistic, moved=True),
    Contender("exponential", lambda problem: losses.exponential(TEMPERATURE)),
    Contender("hinge 1/2", lambda problem: losses.hinge("1/2")),
    Contender("hinge 1/20", lambda problem: losses.hinge("1/20")),
    Contender("squared hinge 1/2", lambda problem: losses.squared_hinge("1/2")),
    Contender("ramp", lambda problem: losses.ramp()),
    Contender("focal", _focal),
    Contender("focal, calibrated", _focal, losses.calibrated_weights),
    Contender("ASL", _asl),
    Contender("ASL, calibrated", _asl, losses.calibrated_weights),
    Contender("LDAM", lambda problem: losses.ldam(problem, temperature=TEMPERATURE)),
    Contender("logit adjusted", lambda problem: losses.logit_adjusted(problem, temperature=TEMPERATURE)),
)
BY_NAME = {contender.name: contender for contender in CONTENDERS}


def sigmoid(name: str) -> OddSigmoid:
    """Make the sigmoid of a family whose length is 1/100.

    Args:
        name: of the family.

    Returns:
        the sigmoid.
    """
    made: OddSigmoid = getattr(families, name)(SCALE**2 if name == "algebraic" else SCALE)
    return made


def problem(imbalance: Any) -> ThresholdProblem:
    r"""Make the problem of an imbalance.

    Args:
        imbalance: $r=B/A$, exact.

    Returns:
        the interval [0, 1] with the truth at $1/(1+r)$.
    """
    return ThresholdProblem(0, [1 / (1 + exact(imbalance, "imbalance", positive=True))], 1)
