r"""Gain and gradient of a threshold model in ``float64``.

With label $y$, score $g(x)=\prod_i\sigma(\theta_i-x)$ and a weight $w_j$ for each of the intervals
$I_j=[a_j,a_{j+1}]$, which is $w_+$ or $w_-$ by its label for class weights (equations (11), (14)-(16)):

$$G_w(\theta)=\sum_{j=0}^nw_j\int_{I_j}y\,g\,dx,\qquad\frac{\partial G_w}{\partial\theta_k}=\sum_{j=0}^nw_jC_{kj},\quad
C_{kj}=\int_{I_j}y\,\sigma'(\theta_k-x)\prod_{i\ne k}\sigma(\theta_i-x)\,dx.$$

For one threshold both are differences of values, of $\int\sigma$ and of $\sigma$. For more they are integrated panel by
panel with a proved bound of the error (:mod:`lossbook.gain.products`), or adaptively with an estimated one where the
sigmoid is not shown to be analytic.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lossbook.gain.setting import Result, Setting
from lossbook.problem import ThresholdProblem
from lossbook.quadrature import difference
from lossbook.sigmoid import OddSigmoid


def _one_threshold(setting: Setting, antiderivative: Any, integrand: Any) -> tuple[np.ndarray, np.ndarray]:
    """Integrate over the two intervals: differences of an antiderivative, shape (rows, 2), and their errors."""
    ends = setting.theta - setting.cuts
    parts = [difference(antiderivative, integrand, (ends[:, i + 1], ends[:, i]), setting.lengths[i]) for i in range(2)]
    values, errors = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
    return values, errors


def _values(setting: Setting, errors: bool) -> tuple[np.ndarray, np.ndarray]:
    """Integrate the score over each interval, shape (rows, n + 1); with bounds of the errors if they are wanted."""
    sigma = setting.sigma
    if setting.n == 1 and sigma.numeric_antiderivative is not None:
        return _one_threshold(setting, sigma.numeric_antiderivative, sigma.numeric)
    if setting.products is not None:
        found = setting.products.sums(setting.theta, slopes=False, errors=errors)
        return found.values, found.value_errors
    kinds = np.eye(setting.n + 1)

    def integrand(piece: np.ndarray, arguments: np.ndarray) -> np.ndarray:
        """The score, in the component of its interval."""
        return np.moveaxis(kinds[piece], -1, 1) * np.prod(sigma.numeric(arguments), axis=0)[:, np.newaxis]

    return setting.integral(integrand)


def _partials(setting: Setting, errors: bool) -> tuple[np.ndarray, np.ndarray]:
    """Integrate the score's partial derivatives over each interval, shape (rows, n, n + 1); errors as for the score."""
    if setting.n == 1:
        value, error = _one_threshold(setting, setting.sigma.numeric, setting.sigma.numeric_derivative)
        return value[:, np.newaxis], error[:, np.newaxis]
    if setting.products is not None:
        found = setting.products.sums(setting.theta, errors=errors)
        return found.slopes, found.slope_errors
    kinds = np.eye(setting.n + 1)

    def integrand(piece: np.ndarray, arguments: np.ndarray) -> np.ndarray:
        """The partial derivatives, each in the component of its interval."""
        parts = setting.partials(arguments)[:, np.newaxis] * np.moveaxis(kinds[piece], -1, 0)
        return np.moveaxis(parts.reshape(-1, *piece.shape), 0, 1)

    value, error = setting.integral(integrand)
    shape = len(value), setting.n, setting.n + 1
    return value.reshape(shape), error.reshape(shape)


def gain(
    problem: ThresholdProblem, sigma: OddSigmoid, theta: Any, weights: Any = (1, 1), *, with_error: bool = False
) -> Result:
    r"""Evaluate the gain $G_w(\theta)$ (equation (16), with weights).

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)`` or ``(..., n)``; for $n=1$ a single number too.
        weights: class weights $(w_+,w_-)$, or $n+1$ weights, one an interval; positive.
        with_error: whether to return the error bound too.

    Returns:
        a float, or an array of the leading shape of ``theta``; with ``with_error`` the pair of it and its absolute
        error, on smooth families at most 1e-12 of $\int w|g|$, and 2e-12 for $n>8$. For $n=1$ with a closed
        antiderivative there is no truncation; for an analytic sigmoid the truncation error is proved; else it is
        estimated.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> problem = ThresholdProblem(0, [2], 100)
        >>> round(gain(problem, arctan(), 1.738), 6) > round(gain(problem, arctan(), 2), 6)
        np.True_

    References:
        Paper, equations (16) and (17).
    """
    setting = Setting(problem, sigma, theta, weights)
    values, errors = _values(setting, with_error)
    return setting.result(values @ (setting.signs * setting.weights), errors @ setting.weights, with_error)


def gain_gradient(
    problem: ThresholdProblem, sigma: OddSigmoid, theta: Any, weights: Any = (1, 1), *, with_error: bool = False
) -> Result:
    r"""Evaluate the gradient of the gain, $(\partial G_w/\partial\theta_k)_k$.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)`` or ``(..., n)``; for $n=1$ a single number too.
        weights: class weights $(w_+,w_-)$, or $n+1$ weights, one an interval; positive.
        with_error: whether to return the error bounds too.

    Returns:
        an array of the shape of ``theta`` (of ``(1,)`` for a single number); with ``with_error`` the pair of it and its
        absolute error, as :func:`gain` has it.

    References:
        Paper, equations (18) and (19) for $n=1$.
    """
    setting = Setting(problem, sigma, theta, weights)
    values, errors = _partials(setting, with_error)
    return setting.result(values @ (setting.signs * setting.weights), errors @ setting.weights, with_error)


def gain_and_gradient(
    problem: ThresholdProblem, sigma: OddSigmoid, theta: Any, weights: Any = (1, 1)
) -> tuple[Any, np.ndarray]:
    """Evaluate gain and gradient together, which costs hardly more than the gradient.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)`` or ``(..., n)``; for $n=1$ a single number too.
        weights: as for :func:`gain`.

    Returns:
        what :func:`gain` and :func:`gain_gradient` return.

    Example:
        >>> from lossbook.sigmoid.families import softsign
        >>> value, slopes = gain_and_gradient(ThresholdProblem(0, [1, 2], 3), softsign(), [[1, 2], [1.5, 1.5]])
        >>> value.shape, slopes.shape
        ((2,), (2, 2))
    """
    setting = Setting(problem, sigma, theta, weights)
    value, slopes = values_and_slopes(setting)
    return setting.shaped(value), setting.shaped(slopes)


def values_and_slopes(setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Evaluate gain and gradient of each row of a setting.

    Args:
        setting: one problem with many parameters.

    Returns:
        the gains, shape ``(rows,)``, and the gradients, shape ``(rows, n)``.
    """
    factors = setting.signs * setting.weights
    if setting.n == 1 or setting.products is None:
        return _values(setting, errors=False)[0] @ factors, _partials(setting, errors=False)[0] @ factors
    found = setting.products.sums(setting.theta)
    return found.values @ factors, found.slopes @ factors


def interval_gradients(problem: ThresholdProblem, sigma: OddSigmoid, theta: Any, *, with_error: bool = False) -> Result:
    r"""Evaluate what each interval contributes to the gradient of the gain.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)`` or ``(..., n)``; for $n=1$ a single number too.
        with_error: whether to return the error bounds too.

    Returns:
        $C_{kj}$, shape ``(n, n + 1)`` or ``(..., n, n + 1)``, such that
        $\partial G_w/\partial\theta_k=\sum_jw_jC_{kj}$ for any weights of the intervals.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> parts = interval_gradients(ThresholdProblem(0, [1, 2], 3), arctan(), [1, 2])
        >>> np.sign(parts).astype(int)
        array([[ 1, -1, -1],
               [ 1,  1, -1]])
    """
    setting = Setting(problem, sigma, theta, (1, 1))
    values, errors = _partials(setting, with_error)
    return setting.result(values * setting.signs, errors, with_error)
