r"""Gain, gradient and risk of a threshold model in ``float64``.

With class weights $w_\pm$, label $y$ and score $g(x)=\prod_i\sigma(\theta_i-x)$ (equations (11), (14)-(16)):

$$G_w(\theta)=\int_a^bw_{y(x)}\,y(x)\,g(x)\,dx,\qquad
\frac{\partial G_w}{\partial\theta_k}=\int_a^bw_{y(x)}\,y(x)\,\sigma'(\theta_k-x)\prod_{i\ne k}\sigma(\theta_i-x)\,dx.$$

For one threshold both are differences of values, of $\int\sigma$ and of $\sigma$; for more they are integrated
numerically. Lengths are measured from $a$, with the exact cuts rounded once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lossbook.arguments import class_weights, exact, parameter_array, shown
from lossbook.loss import MarginLoss, linear
from lossbook.problem import ThresholdProblem
from lossbook.quadrature import difference, graded_cuts, integrate
from lossbook.sigmoid import OddSigmoid

Result = Any  # a float or an array of the leading shape of theta; with its error a pair of them


class _Setting:
    """One problem, sigmoid and list of parameters, with lengths measured from the left end."""

    def __init__(self, problem: ThresholdProblem, sigma: OddSigmoid, theta: Any, weights: Any) -> None:
        if not isinstance(problem, ThresholdProblem):
            raise TypeError(f"problem must be a ThresholdProblem; got {shown(problem)}")
        if not isinstance(sigma, OddSigmoid):
            raise TypeError(f"sigma must be an OddSigmoid such as lossbook.sigmoids.arctan(); got {shown(sigma)}")
        parameters = parameter_array(theta, problem.n)
        start = float(problem.a)
        rest = float(problem.a - exact(start, "a"))
        self.sigma, self.n, self.shape = sigma, problem.n, parameters.shape[:-1]
        self.theta = ((parameters - start) - rest).reshape(-1, problem.n)
        self.cuts = np.array([float(cut - problem.a) for cut in problem.cuts])
        self.lengths = [float(length) for length in problem.lengths]
        positive, negative = map(float, class_weights(weights))
        self.signs = np.array(problem.signs, dtype=np.float64)
        self.weights = np.where(self.signs > 0, positive, negative)

    def pieces(self, x: np.ndarray) -> np.ndarray:
        """The number of the interval that holds each point."""
        return np.searchsorted(self.cuts[1:-1], x, side="left")

    def height(self, x: np.ndarray) -> np.ndarray:
        """The size of the score, of each row at places of its own: shape of x, (rows, places)."""
        return np.abs(np.prod(self.sigma.numeric(self.theta[:, :, np.newaxis] - x[:, np.newaxis, :]), axis=1))

    def integral(
        self, function: Callable[[np.ndarray, np.ndarray], np.ndarray], kinks: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Integrate a function, with kinks at places, of the interval's number and of all θ_i - x (n, rows, points)."""
        span = self.cuts[-1]
        width = self.sigma.half_saturation
        width = span if not width > 0 else max(width, 1e-280)
        cuts = graded_cuts(self.theta, self.cuts, min(width, span), kinks)

        def integrand(anchor: np.ndarray, offset: np.ndarray, rows: np.ndarray) -> np.ndarray:
            """Hand on where a point lies and how far each parameter is from it."""
            arguments = (self.theta[rows].T[..., np.newaxis] - anchor) - offset
            return function(self.pieces(anchor + offset), arguments)

        return integrate(integrand, cuts, self.theta)

    def shaped(self, value: np.ndarray, error: np.ndarray, with_error: bool) -> Result:
        """Give results the leading shape of theta."""
        tail = value.shape[1:]
        value, error = value.reshape(self.shape + tail)[()], error.reshape(self.shape + tail)[()]
        return (value, error) if with_error else value


def _one_threshold(setting: _Setting, antiderivative: Any, integrand: Any) -> tuple[np.ndarray, np.ndarray]:
    """Add up the two intervals' differences, with signs and weights."""
    ends = setting.theta - setting.cuts
    parts = [difference(antiderivative, integrand, (ends[:, i + 1], ends[:, i]), setting.lengths[i]) for i in range(2)]
    factors = setting.signs * setting.weights
    value = factors[0] * parts[0][0] + factors[1] * parts[1][0]
    error = setting.weights[0] * parts[0][1] + setting.weights[1] * parts[1][1]
    return value, error


def gain(
    problem: ThresholdProblem, sigma: OddSigmoid, theta: Any, weights: Any = (1, 1), *, with_error: bool = False
) -> Result:
    r"""Evaluate the gain $G_w(\theta)$ (equation (16), with class weights).

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)`` or ``(..., n)``; for $n=1$ a single number too.
        weights: class weights $(w_+,w_-)$, positive.
        with_error: whether to return the error bound too.

    Returns:
        a float, or an array of the leading shape of ``theta``, through the antiderivative for $n=1$ where it has a
        closed form and by quadrature otherwise; with ``with_error`` the pair of it and its estimated absolute error, on
        smooth families at most 1e-12 of $\int w|g|$.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> problem = ThresholdProblem(0, [2], 100)
        >>> round(gain(problem, arctan(), 1.738), 6) > round(gain(problem, arctan(), 2), 6)
        np.True_

    References:
        Paper, equations (16) and (17).
    """
    setting = _Setting(problem, sigma, theta, weights)
    if setting.n == 1 and sigma.numeric_antiderivative is not None:
        return setting.shaped(*_one_threshold(setting, sigma.numeric_antiderivative, sigma.numeric), with_error)

    def integrand(piece: np.ndarray, arguments: np.ndarray) -> np.ndarray:
        """The signed and weighted score."""
        return (setting.signs * setting.weights)[piece] * np.prod(sigma.numeric(arguments), axis=0)

    return setting.shaped(*setting.integral(integrand), with_error)


def gain_gradient(
    problem: ThresholdProblem, sigma: OddSigmoid, theta: Any, weights: Any = (1, 1), *, with_error: bool = False
) -> Result:
    r"""Evaluate the gradient of the gain, $(\partial G_w/\partial\theta_k)_k$.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)`` or ``(..., n)``; for $n=1$ a single number too.
        weights: class weights $(w_+,w_-)$, positive.
        with_error: whether to return the error bounds too.

    Returns:
        an array of the shape of ``theta`` (of ``(1,)`` for a single number); with ``with_error`` the pair of it and its
        estimated absolute error.

    References:
        Paper, equations (18) and (19) for $n=1$.
    """
    setting = _Setting(problem, sigma, theta, weights)
    if setting.n == 1:
        value, error = _one_threshold(setting, sigma.numeric, sigma.numeric_derivative)
        return setting.shaped(value[:, np.newaxis], error[:, np.newaxis], with_error)

    def integrand(piece: np.ndarray, arguments: np.ndarray) -> np.ndarray:
        """The signed and weighted partial derivatives of the score."""
        values, slopes = sigma.numeric(arguments), sigma.numeric_derivative(arguments)
        others = np.array([np.prod(np.delete(values, k, axis=0), axis=0) for k in range(setting.n)])
        return np.moveaxis((setting.signs * setting.weights)[piece] * slopes * others, 0, 1)

    return setting.shaped(*setting.integral(integrand), with_error)


def risk(
    problem: ThresholdProblem,
    sigma: OddSigmoid,
    theta: Any,
    loss: MarginLoss | None = None,
    weights: Any = (1, 1),
    *,
    with_error: bool = False,
) -> Result:
    r"""Evaluate the risk $L_w(\theta)=\int_a^bw_{y}\,\varphi(y\,g)\,dx$ (equation (14), with class weights).

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)`` or ``(..., n)``; for $n=1$ a single number too.
        loss: the margin loss, a pair too; the paper's linear one by default, for which
            $L_w=w_+|\Omega_+|+w_-|\Omega_-|-G_w$.
        weights: class weights $(w_+,w_-)$, positive.
        with_error: whether to return the error bound too.

    Returns:
        a float, or an array of the leading shape of ``theta``; with ``with_error`` the pair of it and its estimated
        absolute error.

    Raises:
        TypeError: if ``loss`` is not a margin loss.
    """
    loss = linear() if loss is None else loss
    if not isinstance(loss, MarginLoss):
        raise TypeError(f"loss must be a MarginLoss such as lossbook.losses.linear(); got {shown(loss)}")
    setting = _Setting(problem, sigma, theta, weights)
    if loss == linear():
        value, error = gain(problem, sigma, theta, weights, with_error=True)
        total = float(setting.weights @ np.diff(setting.cuts))
        return (total - value, error + 2.0**-50 * total) if with_error else total - value

    def integrand(piece: np.ndarray, arguments: np.ndarray) -> np.ndarray:
        """The weighted pointwise loss."""
        margin = setting.signs[piece] * np.prod(sigma.numeric(arguments), axis=0)
        return setting.weights[piece] * loss.numeric(margin, setting.signs[piece] > 0)

    return setting.shaped(*setting.integral(integrand, _kinks(setting, loss)), with_error)


def _sizes(loss: MarginLoss) -> list[float]:
    """The sizes of the margins, other than 0, at which a loss has a kink."""
    return sorted({abs(float(kink)) for side in loss.sides for kink in side.kinks} - {0.0})


def _kinks(setting: _Setting, loss: MarginLoss) -> np.ndarray | None:
    """Find where the pointwise loss has its kinks, shape (rows, places)."""
    sizes = np.array(_sizes(loss))
    if setting.n == 1 or not sizes.size:
        return setting.theta - np.array(bends(setting.sigma, loss)) if sizes.size else None
    turns = _turns(setting)
    left, right = np.tile(turns[:, :-1], len(sizes)), np.tile(turns[:, 1:], len(sizes))
    level = np.repeat(sizes, turns.shape[1] - 1)
    rises = setting.height(left) < setting.height(right)
    for _ in range(60):
        middle = (left + right) / 2
        ahead = (setting.height(middle) < level) == rises
        left, right = np.where(ahead, middle, left), np.where(ahead, right, middle)
    return left


def _turns(setting: _Setting) -> np.ndarray:
    """Cut the interval where the score's size turns; between two parameters once, for log σ is concave for u > 0."""
    ends = np.sort(setting.theta, axis=1)
    low, high = ends[:, :-1], ends[:, 1:]
    for _ in range(80):
        left, right = (2 * low + high) / 3, (low + 2 * high) / 3
        rises = setting.height(left) < setting.height(right)
        low, high = np.where(rises, left, low), np.where(rises, high, right)
    borders = np.broadcast_to(setting.cuts[[0, -1]], (len(ends), 2))
    return np.sort(np.clip(np.concatenate([borders, ends, low], axis=1), *setting.cuts[[0, -1]]), axis=1)


def bends(sigma: OddSigmoid, loss: MarginLoss) -> tuple[float, ...]:
    r"""Find the arguments $u$ with $\sigma(u)$ or $-\sigma(u)$ a kink of the loss.

    Args:
        sigma: the odd sigmoid.
        loss: the margin loss.

    Returns:
        $\pm\sigma^{-1}(|m|)$ for every kink $m\ne0$, as precise as $\sigma$ is there; those whose size is not between
        1e-300 and 1e300 are left out.

    Example:
        >>> from lossbook.loss import hinge
        >>> from lossbook.sigmoid.families import softsign
        >>> bends(softsign(), hinge("1/2"))
        (1.0, -1.0)
    """
    places = [_place_of(sigma, size) for size in _sizes(loss)]
    return tuple(sign * place for place in places if place is not None for sign in (1, -1))


def _place_of(sigma: OddSigmoid, size: float) -> float | None:
    """Find the argument at which a sigmoid has a value between 0 and 1."""
    from scipy.optimize import brentq  # needed by few

    def excess(u: float) -> float:
        """How much too large the value is."""
        return float(sigma.numeric.partial(np.array(u))) - size

    low = high = sigma.half_saturation
    while excess(high) < 0 and high < 1e300:
        high *= 2
    while excess(low) > 0 and low > 1e-300:
        low /= 2
    if not excess(low) <= 0 <= excess(high):
        return None
    return float(brentq(excess, low, high, xtol=1e-300)) if low < high else low
