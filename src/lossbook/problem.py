r"""The imbalance model's truth: an interval cut at thresholds, with labels that alternate (equation (10)).

$\Omega=[a,b]$ with $a=a_0<a_1<\dots<a_n<a_{n+1}=b$; the label is $+1$ on $[a_{2i},a_{2i+1}]$ and $-1$ on
$(a_{2i+1},a_{2i+2})$. Each threshold itself is positive; the end $b$, if its interval is negative, is negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import sympy

from lossbook.arguments import exact, instance, parameter_array, real_array, shown


@dataclass(frozen=True, init=False)
class ThresholdProblem:
    r"""An interval with its true thresholds.

    Args:
        a: left end, an exact number.
        thresholds: $a_1,\dots,a_n$ in increasing order, exact numbers.
        b: right end, an exact number.

    Raises:
        TypeError: if an argument is not of these kinds.
        ValueError: unless $a<a_1<\dots<a_n<b$ with $n\ge1$.

    Example:
        >>> problem = ThresholdProblem(0, [2], 100)
        >>> problem.positive_length, problem.negative_length, problem.imbalance
        (2, 98, 49)
        >>> problem.label([0, 2, 2.5])
        array([ 1,  1, -1])
    """

    a: sympy.Rational
    thresholds: tuple[sympy.Rational, ...]
    b: sympy.Rational

    def __init__(self, a: Any, thresholds: Sequence[Any], b: Any) -> None:
        """Read and check the numbers; see the class for the arguments."""
        if (
            isinstance(thresholds, str)
            or not isinstance(thresholds, Iterable)
            or np.ndim(np.asarray(thresholds, dtype=object)) != 1
        ):
            raise TypeError(f"thresholds must be a list of exact numbers such as [2]; got {shown(thresholds)}")
        cuts = tuple(exact(threshold, f"thresholds[{i}]") for i, threshold in enumerate(thresholds))
        if not cuts:
            raise ValueError("thresholds must hold at least one number; got an empty list")
        object.__setattr__(self, "a", exact(a, "a"))
        object.__setattr__(self, "thresholds", cuts)
        object.__setattr__(self, "b", exact(b, "b"))
        names = ["a", *(f"thresholds[{i}]" for i in range(len(cuts))), "b"]
        for (left, low), (right, high) in pairwise(zip(names, self.cuts, strict=True)):
            if not low < high:
                raise ValueError(f"a < thresholds[0] < ... < b must hold; got {left} = {low}, {right} = {high}")

    @property
    def n(self) -> int:
        """The number of thresholds."""
        return len(self.thresholds)

    @property
    def cuts(self) -> tuple[sympy.Rational, ...]:
        r"""$a,a_1,\dots,a_n,b$: the ends of the intervals."""
        return (self.a, *self.thresholds, self.b)

    @property
    def signs(self) -> tuple[int, ...]:
        """The label of each of the n + 1 intervals, +1 and -1 in turn."""
        return tuple(1 - 2 * (i % 2) for i in range(self.n + 1))

    @property
    def lengths(self) -> tuple[sympy.Rational, ...]:
        """The length of each of the n + 1 intervals."""
        return tuple(high - low for low, high in pairwise(self.cuts))

    @property
    def length(self) -> sympy.Rational:
        """$b-a$."""
        return self.b - self.a

    @property
    def positive_length(self) -> sympy.Rational:
        """The size of the positive set; $A=a_1-a$ for one threshold."""
        return sympy.Add(*self.lengths[::2])

    @property
    def negative_length(self) -> sympy.Rational:
        """The size of the negative set; $B=b-a_1$ for one threshold."""
        return sympy.Add(*self.lengths[1::2])

    @property
    def imbalance(self) -> sympy.Rational:
        """Negative length over positive length ($B/A$ for one threshold): above 1 if positives are rare."""
        return self.negative_length / self.positive_length

    def label(self, x: Any) -> Any:
        """Give the true label.

        Args:
            x: points of [a, b]: ``float64`` of any shape, held against the thresholds' nearest doubles; or one exact
                number (Fraction, sympy Rational, int), held against the thresholds themselves.

        Returns:
            +1 or -1: an integer array of the same shape, a scalar for a scalar.

        Raises:
            ValueError: if a point lies outside [a, b].
        """
        one_exact = isinstance(x, (int, Fraction, sympy.Rational)) and not isinstance(x, bool)
        points = np.asarray(exact(x, "x"), dtype=object) if one_exact else real_array(x, "x")
        a, *cuts, b = self.cuts if one_exact else map(float, self.cuts)
        outside = (points < a) | (points > b)
        if np.any(outside):
            raise ValueError(
                f"x must lie in [{self.a}, {self.b}]; got {np.atleast_1d(points)[np.atleast_1d(outside)][0]}"
            )
        below = sum((points > cut).astype(np.int64) if points.ndim else np.int64(bool(points > cut)) for cut in cuts)
        at_cut = np.any([points == cut for cut in cuts], axis=0)
        return np.where(at_cut, 1, 1 - 2 * (below % 2))[()]


def checked_problem(problem: Any) -> ThresholdProblem:
    """Refuse what is not a problem.

    Args:
        problem: what was given for an argument of this name.

    Returns:
        the same; a ``TypeError`` is raised if it is none.
    """
    return instance(problem, ThresholdProblem, "problem", "a ThresholdProblem")


def predict(theta: Any, x: Any) -> Any:
    r"""Predict by the sign of the score: +1 where $g\ge0$, -1 where $g<0$ (equations (12), (13)).

    The sign of $g(x)=\prod_i\sigma(\theta_i-x)$ is the same for every odd sigmoid: that of $\prod_i(\theta_i-x)$.

    Args:
        theta: parameters, shape ``(n,)``, in any order.
        x: points, any shape.

    Returns:
        +1 or -1: an integer array of the shape of ``x``, a scalar for a scalar.

    Raises:
        ValueError: if ``theta`` is not a list of at least one number.

    Example:
        >>> predict([1, 3], [0, 1, 2, 3, 4])
        array([ 1,  1, -1,  1,  1])
    """
    parameters = real_array(theta, "theta")
    if parameters.ndim != 1 or parameters.size == 0:
        raise ValueError(f"theta must have shape (n,) with n at least 1; got shape {parameters.shape}")
    parameters, points = parameter_array(parameters, parameters.size), real_array(x, "x")
    factors = np.sign(parameters - points[..., np.newaxis]).astype(np.int64)
    return np.where(np.prod(factors, axis=-1) >= 0, 1, -1)[()]
