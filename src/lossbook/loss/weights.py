r"""Class weights: from the class sizes, as practice chooses them, and calibrated to the loss and the sigmoid (T10).

Every function here returns a pair of floats $(w_+,w_-)$, scaled so that the weights of all points have the mean 1:
$w_+N_++w_-N_-=N_++N_-$. Only their ratio decides where the risk is least.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy
from flint import ctx
from mpmath import mp

from lossbook.arguments import exact, instance, shown
from lossbook.balls import Ball, enclose, exact_ball
from lossbook.loss.margin_loss import MarginFunction, MarginLoss
from lossbook.problem import ThresholdProblem, checked_problem
from lossbook.sigmoid import OddSigmoid, checked_sigmoid

Weights = tuple[float, float]
_BITS = 70


def sizes_of(sizes: Any) -> tuple[sympy.Rational, sympy.Rational]:
    """Read the sizes of both classes.

    Args:
        sizes: a problem, whose lengths are taken, or the pair $(N_+,N_-)$ of exact positive numbers.

    Returns:
        the pair, unrounded.

    Raises:
        TypeError: if it is neither.

    Example:
        >>> sizes_of(ThresholdProblem(0, [2], 10)), sizes_of((30, "1/2"))
        ((2, 8), (30, 1/2))
    """
    if isinstance(sizes, ThresholdProblem):
        return sizes.positive_length, sizes.negative_length
    if isinstance(sizes, str) or not isinstance(sizes, (Sequence, np.ndarray)) or len(sizes) != 2:
        raise TypeError(f"sizes must be a ThresholdProblem or a pair (N_plus, N_minus); got {shown(sizes)}")
    return exact(sizes[0], "sizes[0]", positive=True), exact(sizes[1], "sizes[1]", positive=True)


def _scaled(ratio: float, plus: sympy.Rational, minus: sympy.Rational) -> Weights:
    """Give weights of that ratio and of mean 1."""
    shares = float(plus / (plus + minus)), float(minus / (plus + minus))
    smaller = 1 / (ratio * shares[0] + shares[1])
    return ratio * smaller, smaller


def inverse_frequency(sizes: Any) -> Weights:
    r"""Weigh each class by the inverse of its size, $w_y\propto1/N_y$: ``class_weight="balanced"`` of scikit-learn.

    Args:
        sizes: a problem, whose lengths are taken, or the pair $(N_+,N_-)$ of exact positive numbers.

    Returns:
        the weights.

    Example:
        >>> inverse_frequency((1, 3))
        (2.0, 0.6666666666666666)

    References:
        G. King and L. Zeng, Logistic regression in rare events data, 2001.
    """
    plus, minus = sizes_of(sizes)
    return float((plus + minus) / (2 * plus)), float((plus + minus) / (2 * minus))


def inverse_square_root(sizes: Any) -> Weights:
    r"""Weigh each class by the inverse of the square root of its size, $w_y\propto N_y^{-1/2}$.

    Args:
        sizes: a problem, whose lengths are taken, or the pair $(N_+,N_-)$ of exact positive numbers.

    Returns:
        the weights.
    """
    plus, minus = sizes_of(sizes)
    return _scaled(float(sympy.sqrt(minus / plus)), plus, minus)


def effective_number(sizes: Any, beta: Any = "0.9999", samples: Any = 10_000) -> Weights:
    r"""Weigh each class by the inverse of its effective number, $w_y\propto(1-\beta)/(1-\beta^{n_y})$.

    Args:
        sizes: a problem, whose lengths are taken, or the pair $(N_+,N_-)$ of exact positive numbers.
        beta: $\beta$, at least 0 and below 1, exact; 0 gives equal weights, 1 would give the inverse frequency.
        samples: how many points there are in all: $n_y$ is the class's share of them.

    Returns:
        the weights.

    Raises:
        ValueError: if ``beta`` is not at least 0 and below 1.

    References:
        Y. Cui, M. Jia, T.-Y. Lin, Y. Song and S. Belongie, Class-balanced loss based on effective number of samples,
        2019.
    """
    plus, minus = sizes_of(sizes)
    kept, count = exact(beta, "beta"), exact(samples, "samples", positive=True)
    if not 0 <= kept < 1:
        raise ValueError(f"beta must be at least 0 and below 1; got {shown(beta)}")
    if kept == 0:
        return 1.0, 1.0
    with mp.workprec(_BITS):  # numpy's logarithm and exponential differ between processors in the last bit
        fade = (mp.log(_mpf(kept)) if 2 * kept < 1 else mp.log1p(_mpf(kept - 1))) * _mpf(count)
        seen = [-mp.expm1(fade * _mpf(size / (plus + minus))) for size in (plus, minus)]
        return _scaled(float(seen[1] / seen[0]), plus, minus)


def _mpf(number: sympy.Rational) -> Any:
    """Round an exact number to the working precision."""
    return mp.mpf(number.p) / number.q


def drop(side: MarginFunction, sigma: OddSigmoid, length: sympy.Rational) -> Ball:
    r"""Enclose the drop $F(A)=\varphi(0)-\varphi(\sigma(A))$ of one class.

    Args:
        side: $\varphi$.
        sigma: $\sigma$.
        length: $A>0$.

    Returns:
        a ball of 70 leading bits, or one inside ±1e-330; an ``UnresolvedError`` where the loss has no finite value.
    """
    start = exact_ball(0)

    def difference(u: Ball) -> Ball:
        """The drop at the working precision."""
        return side.ball(start) - side.ball(sigma.ball(u))

    return enclose(difference, length, _BITS)


def calibrated_ratio(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Ball:
    r"""Enclose the ratio $\rho^*=F_-(B)/F_+(A)$ at which both classes drop equally (T10).

    Args:
        problem: the interval and its one true threshold, $A=a_1-a$, $B=b-a_1$.
        sigma: the odd sigmoid.
        loss: the margin loss.

    Returns:
        a ball of about 20 digits; a ``TypeError`` is raised if an argument is not of its kind.

    Raises:
        ValueError: if the problem has several thresholds, or if a class does not drop at all: then no weights exist.
    """
    checked_problem(problem)
    if problem.n != 1:
        raise ValueError(f"problem must have one threshold; got {problem.n}: {shown(problem.thresholds)}")
    checked_sigmoid(sigma)
    instance(loss, MarginLoss, "loss", "a MarginLoss such as lossbook.losses.linear()")
    sigma.unrefuted("sigma")
    lengths = problem.positive_length, problem.negative_length
    drops = [drop(side, sigma, length) for side, length in zip(loss.sides, lengths, strict=True)]
    for name, found in zip(("positive", "negative"), drops, strict=True):
        if not found > 0:
            raise ValueError(
                f"loss must fall from the margin 0 to the largest margin of each class, or no weights make the truth"
                f" critical; {loss.name} drops by {float(found.mid()):.3g} on the {name} class"
            )
    with ctx.workprec(_BITS):
        return drops[1] / drops[0]


def calibrated_weights(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Weights:
    r"""Weigh the classes so that both drop equally, $w_+F_+(A)=w_-F_-(B)$ (T10).

    The truth is then critical; for a convex loss it is the unique minimiser of the risk (Theorem M).

    Args:
        problem: the interval and its one true threshold, $A=a_1-a$, $B=b-a_1$.
        sigma: the odd sigmoid.
        loss: the margin loss; a pair too.

    Returns:
        the weights, to be passed on as ``weights``; their ratio is $\rho^*$ to the last bit or two.

    Example:
        >>> from lossbook.loss.families import linear
        >>> from lossbook.sigmoid.families import softsign
        >>> plus, minus = calibrated_weights(ThresholdProblem(0, [1], 4), softsign(), linear())
        >>> round(plus / minus, 12)  # (3/4) / (1/2)
        1.5

    References:
        T10 and Theorem M of this book.
    """
    ratio = calibrated_ratio(problem, sigma, loss)
    return _scaled(float(ratio.mid()), problem.positive_length, problem.negative_length)
