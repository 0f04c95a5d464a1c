r"""The slope of the gain by routes that share no step with the library: how far do they disagree?

For one threshold and a given sigmoid, $G'(\theta)$ is computed from formula (18) to 30 digits, from the integral
$\int_a^by\,\sigma'(\theta-x)\,dx$ by mpmath's quadrature, and from differences of the definition (16), to 40 digits.
Each is held against the double-precision value of :func:`lossbook.gain.gain_gradient`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import mpmath
import numpy as np
import sympy

from lossbook.gain import gain_gradient
from lossbook.gain.symbolic import closed_slope
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid

_DIGITS = 40
_STEP = "1e-10"


def _integral(problem: ThresholdProblem, function: Callable[[Any], Any], theta: Any) -> Any:
    """Integrate y(x) f(θ - x) over [a, b], split at the threshold, at θ and around it."""
    a, a_1, b = (mpmath.mpf(cut.p) / cut.q for cut in problem.cuts)
    inner = [theta + sign * mpmath.mpf(2) ** k for k in range(-2, 5) for sign in (-1, 1)]
    total = mpmath.mpf(0)
    for low, high, label in ((a, a_1, 1), (a_1, b, -1)):
        ends = sorted({low, high, *(point for point in (theta, *inner) if low < point < high)})
        total += label * mpmath.quad(lambda x: function(theta - x), ends)
    return total


def slope_disagreements(
    problem: ThresholdProblem,
    sigma: OddSigmoid,
    points: Sequence[sympy.Rational],
    *,
    against: ThresholdProblem | None = None,
) -> tuple[float, float, float]:
    r"""Compare three routes to $G'(\theta)$ with the library's numeric value.

    Args:
        problem: an interval with one threshold.
        sigma: a given odd sigmoid.
        points: parameters, exact.
        against: the problem of which the library's value is taken; ``problem`` itself unless a mistake is to be staged.

    Returns:
        the largest absolute difference over the points for the symbolic route, the quadrature of the derivative under
            the integral, and the differences of the definition.
    """
    formula, theta = closed_slope(problem, sigma), sympy.Symbol("theta", real=True)
    value = sympy.lambdify(sigma.symbol, sigma.expression, "mpmath")
    slope = sympy.lambdify(sigma.symbol, sigma.derivative, "mpmath")
    gaps = []
    with mpmath.workdps(_DIGITS):
        step = mpmath.mpf(_STEP)
        for point in points:
            place = mpmath.mpf(point.p) / point.q
            routes = (
                mpmath.mpf(str(formula.subs(theta, point).evalf(30))),
                _integral(problem, slope, place),
                (_integral(problem, value, place + step) - _integral(problem, value, place - step)) / (2 * step),
            )
            library = mpmath.mpf(float(gain_gradient(against or problem, sigma, float(point))[0]))
            gaps.append([float(abs(route - library)) for route in routes])
    symbolic, quadrature, differences = (max(column) for column in zip(*gaps, strict=True))
    return symbolic, quadrature, differences


def grid_signs(problem: ThresholdProblem, sigma: OddSigmoid, weights: Any = (1, 1), points: int = 150) -> str:
    r"""Read the signs of $G_w'$ off a grid in ``float64``: a quick look, which proves nothing between its points.

    Args:
        problem: an interval with one threshold.
        sigma: an odd sigmoid.
        weights: class weights $(w_+,w_-)$.
        points: how many thresholds lie beside each end and on either side of the truth, graded towards them.

    Returns:
        the signs from left to right without repetition, such as ``"+-"``; values within their error of 0 are left out.
    """
    a, a_1, b = map(float, problem.cuts)
    part = np.geomspace(1e-9, 1 - 1e-9, points)
    sides = [(a, a_1 - a), (a_1, a - a_1), (a_1, b - a_1), (b, a_1 - b)]
    theta = np.unique(np.concatenate([anchor + part * length for anchor, length in sides]))
    slope, error = gain_gradient(problem, sigma, theta[:, np.newaxis], weights, with_error=True)
    known = np.abs(slope[:, 0]) > error[:, 0]
    return "".join(sign for sign, _ in groupby(np.where(slope[known, 0] > 0, "+", "-").tolist()))
