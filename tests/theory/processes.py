"""The processes whose landscape and linearisation are tested, and one point's gradient by a route of its own."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import sympy

import lossbook as lb
from lossbook import theory
from lossbook.loss import M

PROBLEM = lb.ThresholdProblem(-1, ["1/5"], 1)
BASE = lb.SGD(problem=PROBLEM, sigmoid=lb.sigmoids.arctan("1/10"), learning_rate=0.002, steps=10)
LOGISTIC = lb.MarginLoss(sympy.log(1 + sympy.exp(-4 * M)), "logistic")
SQUARED = lb.MarginLoss((1 - M) ** 2, "squared")
HINGE = lb.losses.hinge("1/2")
PAIR = lb.MarginLoss(LOGISTIC.expression, "logistic | hinge", HINGE.expression)
SWAPPED = lb.MarginLoss(HINGE.expression, "hinge | logistic", LOGISTIC.expression)
CASES = [
    BASE,
    replace(BASE, weights=(3, 1)),
    replace(BASE, loss=LOGISTIC, weights=(1, 2)),
    replace(BASE, sigmoid=lb.sigmoids.tanh("1/3"), loss=SQUARED),
    replace(BASE, sigmoid=lb.sigmoids.softsign("1/4"), problem=lb.ThresholdProblem(0, [1], 7)),
    replace(BASE, loss=HINGE, weights=(2, 1)),
    replace(BASE, loss=PAIR),
]
IDS = ["linear", "weighted", "logistic", "squared", "softsign", "hinge", "pair"]


def optimum(settings: lb.SGD) -> float:
    """The first minimum of the risk."""
    return float(theory.minima(settings)[0])


def pointwise(settings: lb.SGD, theta: float, x: np.ndarray) -> np.ndarray:
    """One point's gradient by the chain rule in numpy, times the length: a route of its own."""
    cut, length = float(settings.problem.thresholds[0]), float(settings.problem.length)
    label = np.where(x <= cut, 1.0, -1.0)
    weight = np.where(x <= cut, *map(float, settings.weights))
    drops = [sympy.lambdify(M, -side.expression.diff(M), "numpy") for side in settings.loss.sides]
    u = theta - x
    margin = label * settings.sigmoid(u)
    drop = np.where(x <= cut, *(side(margin) for side in drops))
    return length * weight * label * drop * settings.sigmoid.numeric_derivative(u)


def by_quadrature(settings: lb.SGD, theta: float, power: int) -> float:
    """The mean of a power of one point's gradient; the kinks of the hinge are 0.1 away from theta."""
    a, cut, b = map(float, settings.problem.cuts)
    near = sorted({a, cut, b, *(point for point in (theta - 0.1, theta, theta + 0.1) if a < point < b)})
    nodes, factors = np.polynomial.legendre.leggauss(200)
    total = 0.0
    for low, high in pairwise(near):
        values = pointwise(settings, theta, (low + high) / 2 + (high - low) / 2 * nodes)
        total += (high - low) / 2 * float(factors @ values**power)
    return total / (b - a)
