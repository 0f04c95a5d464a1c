r"""The risk of a threshold model and its gradient in ``float64``, for any margin loss.

With weights as in :mod:`lossbook.gain.numeric` and a loss $\varphi_\pm$ of the margin $m=y\,g$ (equation (14)):

$$L_w(\theta)=\sum_jw_j\int_{I_j}\varphi_y(y\,g)\,dx,\qquad
\frac{\partial L_w}{\partial\theta_k}
=\sum_jw_j\int_{I_j}\varphi_y'(y\,g)\,y\,\sigma'(\theta_k-x)\prod_{i\ne k}\sigma(\theta_i-x)\,dx.$$

The linear loss goes through the gain. Others are integrated adaptively, cut where the loss has a kink.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lossbook.gain.kinks import kinks
from lossbook.gain.numeric import gain, gain_gradient
from lossbook.gain.setting import Result, Setting
from lossbook.loss import MarginLoss, checked_loss, linear
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid


def risk(
    problem: ThresholdProblem,
    sigma: OddSigmoid,
    theta: Any,
    loss: MarginLoss | None = None,
    weights: Any = (1, 1),
    *,
    with_error: bool = False,
) -> Result:
    r"""Evaluate the risk $L_w(\theta)=\int_a^bw_{y}\,\varphi(y\,g)\,dx$ (equation (14), with weights).

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)`` or ``(..., n)``; for $n=1$ a single number too.
        loss: the margin loss, a pair too; the paper's linear one by default, for which
            $L_w=\sum_jw_j|I_j|-G_w$.
        weights: class weights $(w_+,w_-)$, or $n+1$ weights, one an interval; positive.
        with_error: whether to return the error bound too.

    Returns:
        a float, or an array of the leading shape of ``theta``; with ``with_error`` the pair of it and its estimated
        absolute error.
    """
    loss = checked_loss(loss)
    setting = Setting(problem, sigma, theta, weights)
    if loss == linear():
        value, error = gain(problem, sigma, theta, weights, with_error=True)
        total = float(setting.weights @ np.diff(setting.cuts))
        return (total - value, error + 2.0**-50 * total) if with_error else total - value
    return setting.result(*risks(setting, loss), with_error)


def risks(setting: Setting, loss: MarginLoss) -> tuple[np.ndarray, np.ndarray]:
    """Evaluate the risk of each row of a setting.

    Args:
        setting: one problem with many parameters.
        loss: the margin loss.

    Returns:
        the risks and their errors, shape ``(rows,)`` each.
    """

    def integrand(piece: np.ndarray, arguments: np.ndarray) -> np.ndarray:
        """The weighted pointwise loss."""
        margin = setting.signs[piece] * np.prod(setting.sigma.numeric(arguments), axis=0)
        return setting.weights[piece] * loss.numeric(margin, setting.signs[piece] > 0)

    return setting.integral(integrand, kinks(setting, loss))


def risk_gradient(
    problem: ThresholdProblem,
    sigma: OddSigmoid,
    theta: Any,
    loss: MarginLoss | None = None,
    weights: Any = (1, 1),
    *,
    with_error: bool = False,
) -> Result:
    r"""Evaluate the gradient of the risk, $(\partial L_w/\partial\theta_k)_k$.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)`` or ``(..., n)``; for $n=1$ a single number too.
        loss: the margin loss, a pair too; the paper's linear one by default, for which it is the gain's with the other
            sign.
        weights: class weights $(w_+,w_-)$, or $n+1$ weights, one an interval; positive.
        with_error: whether to return the error bounds too.

    Returns:
        an array of the shape of ``theta`` (of ``(1,)`` for a single number); with ``with_error`` the pair of it and its
        estimated absolute error.

    Example:
        >>> from lossbook.loss import logistic
        >>> from lossbook.sigmoid.families import tanh
        >>> risk_gradient(ThresholdProblem(0, [1, 2], 3), tanh(), [1, 2], logistic()).round(6).tolist()
        [-0.076433, 0.076433]
    """
    loss = checked_loss(loss)
    if loss == linear():
        found = gain_gradient(problem, sigma, theta, weights, with_error=with_error)
        return (-found[0], found[1]) if with_error else -found
    setting = Setting(problem, sigma, theta, weights)
    return setting.result(*risk_slopes(setting, loss), with_error)


def risk_slopes(setting: Setting, loss: MarginLoss) -> tuple[np.ndarray, np.ndarray]:
    """Evaluate the risk's gradient of each row of a setting.

    Args:
        setting: one problem with many parameters.
        loss: the margin loss.

    Returns:
        the gradients and their errors, shape ``(rows, n)`` each.
    """

    def integrand(piece: np.ndarray, arguments: np.ndarray) -> np.ndarray:
        """The weighted partial derivatives of the pointwise loss."""
        signs = setting.signs[piece]
        margin = signs * np.prod(setting.sigma.numeric(arguments), axis=0)
        outer = setting.weights[piece] * signs * loss.numeric_derivative(margin, signs > 0)
        return np.moveaxis(outer * setting.partials(arguments), 0, 1)

    return setting.integral(integrand, kinks(setting, loss))
