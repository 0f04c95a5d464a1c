r"""Certified maxima along a line of problems: how the optimum moves as one class grows.

All problems are laid so that the truth is 0: $a=-A$, $a_1=0$, $b=A\cdot\text{imbalance}$. The maximiser is then itself
the bias $\theta^*-a_1$.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from lossbook.arguments import exact, fraction
from lossbook.certified.maximum import LocalMaximum, maximize_gain
from lossbook.certified.search import Certified
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid

_DIGITS = 12


def centred(positive: Any, imbalance: Any) -> ThresholdProblem:
    r"""Make the problem with truth 0, $A$ and $B=A\cdot\text{imbalance}$.

    Args:
        positive: $A$, an exact positive number.
        imbalance: $B/A$, an exact positive number.

    Returns:
        the problem.

    Example:
        >>> centred("1/2", 3).cuts
        (-1/2, 0, 3/2)
    """
    length = exact(positive, "positive", positive=True)
    return ThresholdProblem(-length, [0], length * exact(imbalance, "imbalance", positive=True))


def follow(
    sigma: OddSigmoid, positive: Any, imbalances: Iterable[Any], weights: Any = (1, 1)
) -> list[Certified[LocalMaximum]]:
    r"""Enclose the maximum at each of a row of imbalances.

    Args:
        sigma: the odd sigmoid.
        positive: $A$, an exact positive number.
        imbalances: $B/A$, exact positive numbers.
        weights: class weights $(w_+,w_-)$.

    Returns:
        one result an imbalance, twelve digits each.
    """
    return [maximize_gain(centred(positive, ratio), sigma, weights, _DIGITS) for ratio in imbalances]


def biases(results: Sequence[Certified]) -> np.ndarray:
    """Give the middle of the first global maximiser of each result, as a float.

    Args:
        results: of problems whose truth is 0.

    Returns:
        shape ``(len(results),)``.
    """
    return np.array([_middle(best.points[0]) for best in results])


def branches(results: Sequence[Certified]) -> tuple[np.ndarray, np.ndarray]:
    """Tell the global maximiser from the other local one.

    Args:
        results: as :func:`follow` gives them.

    Returns:
        the global maximiser, and the last other local one or NaN where there is none; shape ``(len(results),)`` each.
    """
    others = [[_middle(one.interval) for one in best.local if one.interval not in best.points] for best in results]
    return biases(results), np.array([places[-1] if places else np.nan for places in others])


def jump(sigma: OddSigmoid, positive: Any, low: Any, high: Any, steps: int = 40) -> tuple[Fraction, Fraction]:
    r"""Enclose the imbalance at which $a$ becomes the global maximiser, by bisection with certified results.

    Args:
        sigma: the odd sigmoid.
        positive: $A$, an exact positive number.
        low: an imbalance at which $a$ is not the global maximiser.
        high: a larger one at which it is.
        steps: how often the interval is halved.

    Returns:
        the ends of an interval in which the change happens.

    Raises:
        ValueError: if ``low`` and ``high`` are not such.
    """
    ends = [exact(low, "low", positive=True), exact(high, "high", positive=True)]
    if not _ends_at_a(sigma, positive, ends[1]) or _ends_at_a(sigma, positive, ends[0]):
        raise ValueError(f"the maximiser must reach a between low and high; got {low} and {high}")
    for _ in range(steps):
        middle = sum(ends) / 2
        ends[_ends_at_a(sigma, positive, middle)] = middle
    return fraction(ends[0]), fraction(ends[1])


def _ends_at_a(sigma: OddSigmoid, positive: Any, imbalance: Any) -> bool:
    problem = centred(positive, imbalance)
    points = maximize_gain(problem, sigma, digits=_DIGITS).points
    return all(low == problem.a for low, _ in points)


def _middle(bounds: tuple[Fraction, Fraction]) -> float:
    return float((bounds[0] + bounds[1]) / 2)
