r"""Gradient descent with momentum on a given loss, one path at a time (equation (9)).

$$\theta_{i+1}=\theta_i-\gamma\,\nabla L(\theta_i)+m\,(\theta_i-\theta_{i-1}),\qquad\theta_{-1}=\theta_0.$$

The loss is a sympy expression and its gradient is derived by sympy. This is the small, exact-to-read version for one or
two parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy

from lossbook.arguments import real_array, shown

Gradient = Callable[[np.ndarray], np.ndarray]


def gradient_of(loss: sympy.Expr, parameters: Sequence[sympy.Symbol]) -> Gradient:
    r"""Derive $\nabla L$ and compile it.

    Args:
        loss: a sympy expression in the parameters alone.
        parameters: $\theta_1,\dots,\theta_n$ in order.

    Returns:
        a function from an array of shape ``(n,)`` to one of shape ``(n,)``.

    Raises:
        ValueError: if the loss has another symbol.

    Example:
        >>> x, y = sympy.symbols("x y", real=True)
        >>> gradient_of(x**2 + 3 * y, (x, y))(np.array([1.0, 2.0]))
        array([2., 3.])
    """
    foreign = loss.free_symbols - set(parameters)
    if foreign:
        raise ValueError(f"loss must depend on {list(parameters)} alone; got {sorted(map(str, foreign))} in it")
    compiled = sympy.lambdify(
        list(parameters), [loss.diff(parameter) for parameter in parameters], modules=["scipy", "numpy"]
    )
    return lambda theta: np.array(compiled(*theta), dtype=np.float64)


def descend(
    gradient: Gradient,
    start: Any,
    *,
    learning_rate: float,
    momentum: float = 0.0,
    steps: int = 1000,
    interval: tuple[float, float] | None = None,
) -> np.ndarray:
    r"""Follow equation (9) from a start at rest.

    Args:
        gradient: $\theta\mapsto\nabla L(\theta)$, exact or estimated on a batch.
        start: $\theta_0$, shape ``(n,)``.
        learning_rate: $\gamma>0$.
        momentum: $m$, at least 0 and below 1.
        steps: how many, at least 1.
        interval: where each parameter is kept; None for the whole line. The velocity is not cut off.

    Returns:
        the path $\theta_0,\dots,\theta_{steps}$, shape ``(steps + 1, n)``.

    Raises:
        ValueError: if a setting is out of its range.
        ArithmeticError: if the path leaves the finite numbers; the message says at which step.

    Example:
        >>> descend(lambda theta: theta, [1.0], learning_rate=0.5, steps=3).ravel()
        array([1.   , 0.5  , 0.25 , 0.125])

    References:
        Paper, equation (9).
    """
    position = real_array(start, "start")
    if position.ndim != 1:
        raise ValueError(f"start must have shape (n,); got shape {position.shape}")
    if not 0 < learning_rate < np.inf:
        raise ValueError(f"learning_rate must be greater than 0 and finite; got {shown(learning_rate)}")
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum must be at least 0 and below 1; got {shown(momentum)}")
    if not isinstance(steps, int) or isinstance(steps, bool) or steps < 1:
        raise ValueError(f"steps must be a positive integer; got {shown(steps)}")
    low, high = (-np.inf, np.inf) if interval is None else interval
    if not low < high:
        raise ValueError(f"interval must be a pair of increasing numbers; got {shown(interval)}")
    path, velocity = [position], np.zeros_like(position)
    for step in range(1, steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            velocity = momentum * velocity - learning_rate * gradient(path[-1])
            following = np.clip(path[-1] + velocity, low, high)
        if not np.isfinite(following).all():
            raise ArithmeticError(
                f"the path diverged at step {step}: learning_rate = {learning_rate} is too large for this loss"
            )
        path.append(following)
    return np.array(path)


def batch_gradient(
    pointwise: sympy.Expr,
    parameters: Sequence[sympy.Symbol],
    inputs: Sequence[sympy.Symbol],
    sample: Callable[[int, np.random.Generator], np.ndarray],
    *,
    batch: int,
    seed: int,
) -> Gradient:
    r"""Estimate $\nabla L(\theta)$ on a fresh batch at every call: $\frac1N\sum_{j=1}^N\nabla_\theta\ell(\theta,x_j)$.

    Args:
        pointwise: $\ell(\theta,x)$, a sympy expression.
        parameters: $\theta_1,\dots,\theta_n$ in order.
        inputs: $x_1,\dots,x_d$ in order.
        sample: maps a count and a random generator to inputs of shape ``(count, d)``, drawn from P.
        batch: N, at least 1.
        seed: decides every bit of what is drawn.

    Returns:
        a function from an array of shape ``(n,)`` to one of shape ``(n,)``; unbiased.

    Raises:
        ValueError: if ``batch`` is not a positive integer.
    """
    if not isinstance(batch, int) or isinstance(batch, bool) or batch < 1:
        raise ValueError(f"batch must be a positive integer; got {shown(batch)}")
    generator = np.random.default_rng(seed)
    slopes = [pointwise.diff(parameter) for parameter in parameters]
    compiled = sympy.lambdify([*parameters, *inputs], slopes, modules=["scipy", "numpy"])
    ones = np.ones(batch)

    def estimate(theta: np.ndarray) -> np.ndarray:
        """The mean gradient over a fresh batch."""
        parts = compiled(*(theta[:, np.newaxis] * ones), *sample(batch, generator).T)
        return np.array([np.mean(part * ones) for part in parts])

    return estimate
