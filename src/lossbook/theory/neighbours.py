r"""Why the thresholds of a many-threshold model leave the truth: their neighbours' confidence.

The *confidence of the others* at $x$ is $W_k(x)=\prod_{i\ne k}|\sigma(a_i-x)|$ on $[a,b]$, and 0 outside. At the truth

$$\frac{\partial G}{\partial\theta_k}=\int_0^\infty\sigma'(t)\,\bigl[W_k(a_k-t)-W_k(a_k+t)\bigr]\,dt,$$

for $y\prod_{i\ne k}\sigma(a_i-x)$ is $W_k$ with the sign of $a_k-x$. With one weight $w_j$ an interval $I_j$ the
Hessian at the truth has, off its diagonal, $H_{kl}=\sum_jw_j\int_{I_j}P\,L(a_k-x)\,L(a_l-x)\,dx$ with
$P=\prod_i|\sigma(a_i-x)|$ and $L=\sigma'/\sigma$. Integration by parts gives the sums of its rows,

$$\sum_lH_{kl}=-(w_{k-1}+w_k)\,\sigma'(0)\,W_k(a_k)+w_0\,\sigma'(a_k-a)\,W_k(a)+w_n\,\sigma'(b-a_k)\,W_k(b),$$

so no second derivative is needed. Its first term is the largest for a small scale; with it alone Newton's step is the
*first-order shift* $\dfrac{\partial G/\partial\theta_k}{(w_{k-1}+w_k)\,\sigma'(0)\,W_k(a_k)}$. Lengths are measured in
units of the sigmoid's own length.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import root
from scipy.special import erfc

from lossbook.arguments import interval_weights, real_array
from lossbook.gain import gain_gradient
from lossbook.problem import ThresholdProblem, checked_problem
from lossbook.quadrature import graded_cuts, integrate
from lossbook.sigmoid import OddSigmoid, checked_sigmoid

Integrand = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]

_FLOOR = 1e-270  # added to integrands, so that what underflows does not count in relative errors


class Truth:
    r"""A problem at its truth, for one sigmoid, with lengths in units of the sigmoid's own.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.

    Attributes:
        unit: the sigmoid's length $\delta$.
        cuts: $(a_j-a)/\delta$, shape ``(n + 2,)``.
        signs: the label of each interval.

    Raises:
        TypeError: if an argument is not of these kinds.
    """

    def __init__(self, problem: ThresholdProblem, sigma: OddSigmoid) -> None:
        """Measure the problem; see the class for the arguments."""
        checked_problem(problem)
        checked_sigmoid(sigma)
        base = sigma if sigma.unit is None else sigma.unit
        self.unit = 1.0 if sigma.unit is None else float(sigma.length)
        self.name, self.n = sigma.name, problem.n
        self.value, self.slope, self._half = base.numeric, base.numeric_derivative, base.half_saturation
        self.cuts = np.array([float(cut - problem.a) / self.unit for cut in problem.cuts])
        self.signs = np.array(problem.signs, dtype=np.float64)

    @property
    def thresholds(self) -> np.ndarray:
        """The true thresholds, shape ``(n,)``."""
        return self.cuts[1:-1]

    @property
    def slope_at_0(self) -> float:
        r"""$\sigma'(0)$."""
        return float(self.slope(np.zeros(1))[0])

    def weights(self, weights: Any) -> np.ndarray:
        """Read a pair of class weights or n + 1 weights: one an interval, shape ``(n + 1,)``."""
        return np.array([float(weight) for weight in interval_weights(weights, self.n)])

    def confidence(self, places: np.ndarray) -> np.ndarray:
        """Evaluate $W_k$ at places inside the interval: shape ``(n, places)``."""
        scores = np.abs(self.value(self.thresholds[:, np.newaxis] - places))
        return np.array([np.prod(np.delete(scores, k, axis=0), axis=0) for k in range(self.n)])

    @property
    def own_confidence(self) -> np.ndarray:
        """$W_k(a_k)$, shape ``(n,)``."""
        return np.diag(self.confidence(self.thresholds))

    def integrals(self, function: Integrand) -> tuple[np.ndarray, np.ndarray]:
        r"""Integrate functions of $P$, $L(a_i-x)$ and the interval's number over each interval.

        Args:
            function: maps $P$ of shape ``(rows, m)``, $L$ of shape ``(n, rows, m)`` and the numbers ``(rows,)`` to
                values of shape ``(rows, components, m)``.

        Returns:
            the integrals, shape ``(n + 1, components)``, and their estimated errors.
        """
        width = min(self._half, self.cuts[-1]) if self._half > 0 else self.cuts[-1]
        grid = graded_cuts(self.thresholds[np.newaxis], self.cuts, width)[0]
        inside = [grid[(grid >= low) & (grid <= high)] for low, high in zip(self.cuts, self.cuts[1:], strict=False)]
        longest = max(map(len, inside))
        panels = np.array([np.pad(part, (0, longest - len(part)), mode="edge") for part in inside])

        def integrand(anchor: np.ndarray, offset: np.ndarray, rows: np.ndarray) -> np.ndarray:
            """Hand on the size of the score and the logarithmic slopes."""
            arguments = (self.thresholds[:, np.newaxis, np.newaxis] - anchor) - offset
            values, slopes = self.value.fast(arguments), self.slope.fast(arguments)
            ratios = np.divide(slopes, values, out=np.zeros_like(slopes), where=values != 0)  # 0: on empty panels
            return function(np.abs(np.prod(values, axis=0)), ratios, rows) + _FLOOR

        values, errors = integrate(integrand, panels, np.tile(self.thresholds, (self.n + 1, 1)))
        return values - _FLOOR * np.diff(self.cuts)[:, np.newaxis], errors


def confidence(problem: ThresholdProblem, sigma: OddSigmoid, x: Any) -> np.ndarray:
    r"""Evaluate the confidence of the others, $W_k(x)=\prod_{i\ne k}|\sigma(a_i-x)|$, and 0 outside $[a,b]$.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        x: points, any shape.

    Returns:
        an array of the shape of ``x`` with a last axis of length n.

    Example:
        >>> from lossbook.sigmoid.families import softsign
        >>> confidence(ThresholdProblem(0, [1, 2], 3), softsign(), [1, 4])
        array([[0.5, 0. ],
               [0. , 0. ]])
    """
    truth, places = Truth(problem, sigma), real_array(x, "x")
    measured = (places.ravel() - float(problem.a)) / truth.unit
    inside = (measured >= 0) & (measured <= truth.cuts[-1])
    return np.moveaxis(np.where(inside, truth.confidence(measured), 0.0).reshape(truth.n, *places.shape), 0, -1)


def interval_slopes(truth: Truth) -> tuple[np.ndarray, np.ndarray]:
    r"""Integrate what each interval, unweighted, adds to each partial derivative at the truth, in units of length 1.

    Args:
        truth: the problem.

    Returns:
        $C_{kj}=\int_{I_j}P\,L(a_k-x)\,dx$, shape ``(n, n + 1)``, positive for $j<k$ and negative from $j=k$ on; and the
        estimated errors.
    """
    values, errors = truth.integrals(lambda size, ratios, _: np.moveaxis(size * ratios, 0, 1))
    return values.T, errors.T


def hessian(problem: ThresholdProblem, sigma: OddSigmoid, weights: Any = (1, 1)) -> np.ndarray:
    r"""Compute the Hessian of the gain at the truth.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        weights: two or n + 1 positive numbers.

    Returns:
        a symmetric matrix, shape ``(n, n)``; by the sums of its rows, see the module.

    Example:
        >>> from lossbook.sigmoid.families import tanh
        >>> import math
        >>> found = hessian(ThresholdProblem(-1, [0], 1), tanh())
        >>> float(found[0, 0].round(9)) == round(2 / math.cosh(1) ** 2 - 2, 9)
        True
    """
    truth = Truth(problem, sigma)
    each = truth.weights(weights)
    first, second = np.triu_indices(truth.n, 1)
    result = np.zeros((truth.n, truth.n))
    if len(first):
        values, _ = truth.integrals(lambda size, ratios, _: np.moveaxis(size * ratios[first] * ratios[second], 0, 1))
        result[first, second] = result[second, first] = each @ values
    ends = truth.confidence(truth.cuts[[0, -1]])
    tails = truth.slope(np.abs(truth.thresholds[:, np.newaxis] - truth.cuts[[0, -1]]))
    rows = (ends * tails) @ each[[0, -1]] - _own_curvature(truth, each)
    return (result + np.diag(rows - result.sum(axis=1))) / truth.unit


def _own_curvature(truth: Truth, each: np.ndarray) -> np.ndarray:
    """The leading part of the diagonal, its sign turned."""
    return np.asarray((each[:-1] + each[1:]) * truth.slope_at_0 * truth.own_confidence)


@dataclass(frozen=True)
class Shifts:
    r"""Where the optimum near the truth is expected.

    Attributes:
        gradient: of the gain at the truth, shape ``(n,)``.
        first_order: the first-order shift, see the module.
        newton: $-H^{-1}\nabla G$, with the full Hessian.
    """

    gradient: np.ndarray
    first_order: np.ndarray
    newton: np.ndarray


def shifts(problem: ThresholdProblem, sigma: OddSigmoid, weights: Any = (1, 1)) -> Shifts:
    r"""Predict by how much the optimum near the truth differs from it.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        weights: two or n + 1 positive numbers.

    Returns:
        the gradient and two predictions of $\theta^*-(a_1,\dots,a_n)$.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> shifts(ThresholdProblem(0, [4, 8, 12], 16), arctan()).first_order.round(3) + 0.0
        array([ 0.064,  0.   , -0.064])
    """
    truth = Truth(problem, sigma)
    each = truth.weights(weights)
    gradient = interval_slopes(truth)[0] @ each
    first = truth.unit * gradient / _own_curvature(truth, each)
    return Shifts(gradient, first, -np.linalg.solve(hessian(problem, sigma, weights), gradient))


def nearest_optimum(problem: ThresholdProblem, sigma: OddSigmoid, weights: Any = (1, 1)) -> np.ndarray:
    r"""Solve $\nabla G=0$ from Newton's prediction on.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        weights: as :func:`lossbook.gain_gradient` takes them.

    Returns:
        $\theta^*-(a_1,\dots,a_n)$, shape ``(n,)``.

    Raises:
        ArithmeticError: if the root finder fails.
    """
    truth, curvature = np.array([float(cut) for cut in problem.thresholds]), hessian(problem, sigma, weights)
    found = root(
        lambda place: gain_gradient(problem, sigma, place, weights),
        truth + shifts(problem, sigma, weights).newton,
        jac=lambda _: curvature,
        options={"xtol": 1e-14},
    )
    size = np.abs(np.diag(curvature)) * np.spacing(np.abs(truth).max())
    if not found.success and np.any(np.abs(found.fun) > 64 * size):
        raise ArithmeticError(f"no critical point found next to the truth: {found.message}")
    return found.x - truth


_HEAVY = {"arctan": (2 / np.pi, 1, 2 / np.pi), "softsign": (1.0, 1, 1.0), "algebraic": (0.5, 2, 1.0)}


def small_scale_law(problem: ThresholdProblem, sigma: OddSigmoid) -> np.ndarray:
    r"""Give the leading law of the unweighted shift as the scale tends to 0.

    With $A=a_k-a$, $B=b-a_k$ and $d_i=|a_i-a_k|$, $\delta$ the scale (its root for the algebraic family):

    - tails $1-\sigma(u)\sim c\,(\delta/u)^p$: the ends decide, $-\dfrac{c\,\delta^{p+1}}{2s}(A^{-p}-B^{-p})$ with
      $s=\delta\sigma'(0)$; neighbours add terms smaller by $\delta\log\frac1\delta$ ($p=1$) or $\delta$ ($p=2$);
    - tanh: $\delta\sum_i\pm(4d_i/\delta+2-8\ln2)\,e^{-2d_i/\delta}-\delta(e^{-2A/\delta}-e^{-2B/\delta})$, with $+$ for
      neighbours on the right;
    - erf: $\frac{\sqrt\pi}2\delta\bigl[\sum_i\pm\operatorname{erfc}\frac{d_i}{\sqrt2\,\delta}
      -\frac12(\operatorname{erfc}\frac A\delta-\operatorname{erfc}\frac B\delta)\bigr]$.

    Args:
        problem: the interval and its true thresholds.
        sigma: one of the five families.

    Returns:
        the law's value for each threshold, shape ``(n,)``; for heavy tails it is 0 where $A=B$ and says nothing there.

    Raises:
        ValueError: if the sigmoid is not of the five families.
    """
    truth = Truth(problem, sigma)
    if sigma.unit is None or sigma.name not in (*_HEAVY, "tanh", "erf"):
        raise ValueError(f"sigma must be of one of the five families, for its tails are needed; got {sigma.name}")
    left, right = truth.thresholds, truth.cuts[-1] - truth.thresholds
    if sigma.name in _HEAVY:
        factor, power, slope = _HEAVY[sigma.name]
        return -truth.unit * factor / (2 * slope) * (left**-power - right**-power)
    gaps = truth.thresholds - truth.thresholds[:, np.newaxis]
    sides, gaps = np.sign(gaps), np.abs(gaps)
    if sigma.name == "tanh":
        near = (sides * (4 * gaps + 2 - 8 * np.log(2)) * np.exp(-2 * gaps)).sum(axis=1)
        return truth.unit * (near - np.exp(-2 * left) + np.exp(-2 * right))
    near = (sides * erfc(gaps / np.sqrt(2))).sum(axis=1)
    return np.sqrt(np.pi) / 2 * truth.unit * (near - (erfc(left) - erfc(right)) / 2)
