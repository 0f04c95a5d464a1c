"""Small learning processes that the tests share."""

import hashlib
from typing import Any

import numpy as np
import sympy

import lossbook as lb
from lossbook import SGD, Run, decay, simulate

M = lb.losses.M


def logistic_drop(m: np.ndarray) -> np.ndarray:
    return 4 / (1 + np.exp(4 * m))


def hinge_drop(m: np.ndarray) -> np.ndarray:
    return np.where(m < 0.5, 1.0, 0.0)


def negative_asl_drop(m: np.ndarray) -> np.ndarray:
    miss = 1 / (1 + np.exp(4 * m))
    shifted = np.maximum(miss - 0.05, 0)
    return 4 * miss * (1 - miss) * (shifted**4 / (1 - shifted) - 4 * shifted**3 * np.log(1 - shifted))


LOGISTIC, HINGE = sympy.log(1 + sympy.exp(-4 * M)), sympy.Max(0, sympy.Rational(1, 2) - M)
PAIR = lb.MarginLoss(LOGISTIC, "logistic | hinge", HINGE)
ASL = lb.losses.asl(temperature="1/4")
# Minus the derivative beside each loss, written by hand; of a pair one for each class.
LOSSES: dict[str, tuple[lb.MarginLoss, Any]] = {
    "linear": (lb.losses.linear(), np.ones_like),
    "logistic": (lb.MarginLoss(LOGISTIC), logistic_drop),
    "squared": (lb.MarginLoss((1 - M) ** 2), lambda m: 2 * (1 - m)),
    "pair": (PAIR, (logistic_drop, hinge_drop)),
    "pair, swapped": (lb.MarginLoss(HINGE, "hinge | logistic", LOGISTIC), (hinge_drop, logistic_drop)),
    "ASL": (ASL, (logistic_drop, negative_asl_drop)),
    "ASL, swapped": (lb.MarginLoss(ASL.negative.expression, "", ASL.expression), (negative_asl_drop, logistic_drop)),
    "ASL, weighted": (ASL.weighted((3, "1/2")), (logistic_drop, negative_asl_drop)),
}
CUTS = {
    1: (-1.0, 0.25, 1.0),
    2: (0.0, 1.0, 3.0, 5.0),
    3: (0.0, 4.0, 8.0, 12.0, 16.0),
    5: (0.0, 1.0, 2.0, 4.0, 5.0, 8.0, 10.0),
}
NAMES = ("mean", "variance", "final", "error_rate", "sensitivity", "specificity")
FIELDS = (*NAMES, "trajectory")


def problem_of(n: int) -> lb.ThresholdProblem:
    low, *inner, high = CUTS[n]
    return lb.ThresholdProblem(low, inner, high)


def plain_run(**changed: Any) -> Run:
    given: dict[str, Any] = {"problem": problem_of(1), "sigmoid": lb.sigmoids.arctan("1/10"), "learning_rate": 0.02}
    return simulate(SGD(**(given | {"steps": 150, "burn_in": 20, "seed": 11} | changed)))


def digest(run: Run) -> str:
    """Hash every bit of the results."""
    parts = [np.ascontiguousarray(getattr(run, name), dtype="<f8").tobytes() for name in FIELDS]
    return hashlib.sha256(b"".join(parts)).hexdigest()


# One for each of the loops: a batch of one point, larger batches, several thresholds.
THREE_LOOPS: list[dict[str, Any]] = [
    {"record_every": 7},
    {"record_every": 50, "batch": 11, "momentum": 0.5},
    {"record_every": 7, "problem": problem_of(3), "sigmoid": lb.sigmoids.arctan(), "learning_rate": 0.2, "batch": 3},
]
STREAMS: list[dict[str, Any]] = [
    {"record_every": 10},
    {
        "sigmoid": lb.sigmoids.tanh("1/5"),
        "loss": LOSSES["logistic"][0],
        "batch": 20,
        "momentum": 0.5,
        "nesterov": True,
        "learning_rate": decay(0.05, 100),
        "weights": (2, 1),
    },
    {"problem": problem_of(3), "sigmoid": lb.sigmoids.erf(2), "learning_rate": 0.5, "batch": 2, "start": [5, 8, 11]},
]
