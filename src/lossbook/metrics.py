r"""How well a model does: accuracy, sensitivity, specificity, balanced accuracy (equations (5) and (6)).

All four are made from a *confusion*: how much of the positive and of the negative set is predicted right and wrong. For
a threshold model the confusion is known exactly, as lengths of intervals; on test points it is counted, and a Wilson
interval (Wilson 1927) says how far the estimate may be off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import sympy

from lossbook.arguments import exact, fraction, parameter_array, real_array, shown
from lossbook.problem import ThresholdProblem


@dataclass(frozen=True)
class Confusion:
    """How much of each class is predicted as what: counts of points, or lengths.

    Args:
        true_positive: positives predicted +1.
        false_negative: positives predicted -1.
        true_negative: negatives predicted -1.
        false_positive: negatives predicted +1.

    Raises:
        ValueError: if one of them is negative or not finite, or if all are 0.

    Example:
        >>> confusion = Confusion(true_positive=3, false_negative=1, true_negative=90, false_positive=6)
        >>> confusion.accuracy, confusion.sensitivity, confusion.specificity
        (0.93, 0.75, 0.9375)
    """

    true_positive: Any
    false_negative: Any
    true_negative: Any
    false_positive: Any

    def __post_init__(self) -> None:
        """Check that the four parts are sizes."""
        for name, part in vars(self).items():
            if not np.all(np.isfinite(np.asarray(part, dtype=np.float64))) or np.any(np.asarray(part) < 0):
                raise ValueError(f"{name} must be a finite number, at least 0; got {shown(part)}")
        if np.any(np.asarray(self.positive + self.negative) <= 0):
            raise ValueError("a confusion must hold at least one point; got four parts equal to 0")

    @property
    def positive(self) -> Any:
        """The size of the positive set."""
        return self.true_positive + self.false_negative

    @property
    def negative(self) -> Any:
        """The size of the negative set."""
        return self.true_negative + self.false_positive

    @property
    def accuracy(self) -> Any:
        """The share of everything that is predicted right."""
        return (self.true_positive + self.true_negative) / (self.positive + self.negative)

    @property
    def sensitivity(self) -> Any:
        """The share of the positives that is predicted right.

        Raises:
            ValueError: if there are no positives.
        """
        if np.any(np.asarray(self.positive) == 0):
            raise ValueError("sensitivity needs at least one positive point; got none")
        return self.true_positive / self.positive

    @property
    def specificity(self) -> Any:
        """The share of the negatives that is predicted right.

        Raises:
            ValueError: if there are no negatives.
        """
        if np.any(np.asarray(self.negative) == 0):
            raise ValueError("specificity needs at least one negative point; got none")
        return self.true_negative / self.negative

    @property
    def balanced_accuracy(self) -> Any:
        """The mean of sensitivity and specificity."""
        return (self.sensitivity + self.specificity) / 2

    @property
    def measures(self) -> dict[str, Any]:
        """Accuracy, sensitivity, specificity and balanced accuracy, by name."""
        names = ("accuracy", "sensitivity", "specificity", "balanced_accuracy")
        return {name.replace("_", " "): getattr(self, name) for name in names}


def _labels(labels: Any, name: str) -> np.ndarray:
    values = real_array(labels, name)
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"{name} must be a list of at least one label; got shape {values.shape}")
    foreign = values[(values != 1) & (values != -1)]
    if foreign.size:
        raise ValueError(f"{name} must hold labels +1 and -1 only; got {foreign[0]:g}")
    return values > 0


def confusion(labels: Any, predictions: Any) -> Confusion:
    """Count predictions against labels on test points.

    Args:
        labels: true labels, +1 or -1, shape ``(N,)``.
        predictions: predicted labels, +1 or -1, shape ``(N,)``.

    Returns:
        the counts.

    Raises:
        ValueError: if the shapes differ, nothing is given, or a label is neither +1 nor -1.

    Example:
        >>> confusion([1, 1, -1, -1], [1, -1, -1, -1]).balanced_accuracy
        0.75

    References:
        Paper, equation (6).
    """
    truth, predicted = _labels(labels, "labels"), _labels(predictions, "predictions")
    if truth.shape != predicted.shape:
        raise ValueError(f"predictions must have the shape of labels, {truth.shape}; got {predicted.shape}")
    counts = [
        int(np.sum((truth == kind) & (predicted == (kind == right))))
        for kind in (True, False)
        for right in (True, False)
    ]
    return Confusion(*counts)


def exact_confusion(problem: ThresholdProblem, theta: Any) -> Confusion:
    r"""Measure a threshold model against the truth, by lengths of intervals.

    The model predicts $+1$ where $g\ge0$, that is left of its smallest parameter, and then alternately.

    Args:
        problem: the interval and its true thresholds.
        theta: parameters, in any order: a list of n exact numbers, or a ``float64`` array of shape ``(n,)`` or ``(...,
            n)``.

    Returns:
        the lengths: exact Fractions for a list of exact numbers (floats taken as the binary numbers they are),
        ``float64`` arrays of the leading shape for an array. A ``ValueError`` is raised if there are not n parameters.

    Example:
        >>> exact_confusion(ThresholdProblem(0, [2], 100), ["3/2"]).sensitivity
        Fraction(3, 4)

    References:
        Paper, equation (5), with P the uniform measure on $[a,b]$.
    """
    if isinstance(theta, np.ndarray):
        return _float_confusion(problem, parameter_array(theta, problem.n))
    parameters = _exact_parameters(problem, theta)
    low, *inner, high = map(fraction, problem.cuts)
    cuts = sorted({low, high, *inner, *(min(max(part, low), high) for part in parameters)})
    parts = {(truth, guess): Fraction(0) for truth in (True, False) for guess in (True, False)}
    for left, right in pairwise(cuts):
        truth, guess = (sum(cut <= left for cut in kind) % 2 == 0 for kind in (inner, parameters))
        parts[truth, guess] += right - left
    return Confusion(parts[True, True], parts[True, False], parts[False, False], parts[False, True])


def _exact_parameters(problem: ThresholdProblem, theta: Any) -> list[Fraction]:
    """Read n parameters as exact numbers."""
    if problem.n == 1 and isinstance(theta, (int, float, Fraction, sympy.Rational)):
        theta = [theta]
    if isinstance(theta, str) or not isinstance(theta, Sequence) or len(theta) != problem.n:
        raise ValueError(f"theta must be a list of {problem.n} exact numbers, or an array; got {shown(theta)}")
    return [fraction(exact(part, f"theta[{i}]")) for i, part in enumerate(theta)]


def _float_confusion(problem: ThresholdProblem, theta: np.ndarray) -> Confusion:
    low, *inner, high = map(float, problem.cuts)
    fixed = np.broadcast_to(np.array([low, *inner, high]), (*theta.shape[:-1], len(inner) + 2))
    cuts = np.sort(np.concatenate([fixed, np.clip(theta, low, high)], axis=-1), axis=-1)
    left, lengths = cuts[..., :-1], np.diff(cuts, axis=-1)
    truth = np.sum(left[..., np.newaxis] >= np.array(inner), axis=-1) % 2 == 0
    guess = np.sum(left[..., np.newaxis] >= theta[..., np.newaxis, :], axis=-1) % 2 == 0
    parts = [
        np.sum(lengths, axis=-1, where=(truth == kind) & (guess == (kind == right)))
        for kind in (True, False)
        for right in (True, False)
    ]
    return Confusion(*parts)


def intervals_found(problem: ThresholdProblem, theta: Any) -> Any:
    r"""Count the true intervals that a threshold model finds: those whose middle it predicts right.

    The count does not ask how precisely an interval's ends are found, and does not change when parameters change
    places. All $n+1$ are found exactly if the parameters, in order, part the middles one by one.

    Args:
        problem: the interval and its true thresholds.
        theta: parameters, in any order: a list of n exact numbers, or a ``float64`` array of shape ``(n,)`` or ``(...,
            n)``.

    Returns:
        the number, 0 to $n+1$: an integer, or an integer array of the leading shape. A middle is an exact number, not
        its nearest double; a parameter that is the middle predicts it positive. A ``ValueError`` is raised if there are
        not n parameters.

    Example:
        >>> problem = ThresholdProblem(0, [4, 8], 12)
        >>> intervals_found(problem, [5, 7]), intervals_found(problem, [6, 6]), intervals_found(problem, [0, 0])
        (3, 2, 2)

    References:
        Paper, equation (13): the model's prediction.
    """
    middles = [(low + high) / 2 for low, high in pairwise(map(fraction, problem.cuts))]
    if not isinstance(theta, np.ndarray):
        exactly = _exact_parameters(problem, theta)
        guesses: Any = [middle in exactly or sum(part < middle for part in exactly) % 2 == 0 for middle in middles]
        return sum(guess == (i % 2 == 0) for i, guess in enumerate(guesses))
    parameters = parameter_array(theta, problem.n)
    guesses = np.stack([_positive_at(parameters, middle) for middle in middles], axis=-1)
    found = np.sum(guesses == (np.arange(problem.n + 1) % 2 == 0), axis=-1)
    return found if found.ndim else int(found)


def _positive_at(parameters: np.ndarray, place: Fraction) -> np.ndarray:
    """Tell whether models predict +1 at an exact place."""
    nearest = float(place)
    below = parameters <= nearest if nearest < place else parameters < nearest
    hit = np.any(parameters == nearest, axis=-1) & (nearest == place)
    return hit | (np.sum(below, axis=-1) % 2 == 0)


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    r"""Give Wilson's score interval for a probability.

    It holds every $p$ with $|\hat p-p|\le z\sqrt{p(1-p)/N}$, where $\hat p=k/N$ and $z$ is the normal quantile; it
    never leaves [0, 1].

    Args:
        successes: k, an integer from 0 to ``trials``.
        trials: N, at least 1.
        confidence: the nominal coverage, between 0 and 1 exclusively.

    Returns:
        the lower and the upper end.

    Raises:
        TypeError: if ``successes`` or ``trials`` is not an integer.
        ValueError: if a value is out of its range.

    Example:
        >>> tuple(round(end, 4) for end in wilson_interval(9, 10))
        (0.5958, 0.9821)

    References:
        E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    for name, value in (("successes", successes), ("trials", trials)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{name} must be an integer; got {shown(value)}")
    if trials < 1:
        raise ValueError(f"trials must be at least 1; got {trials}")
    if not 0 <= successes <= trials:
        raise ValueError(f"successes must lie between 0 and trials = {trials}; got {successes}")
    if not isinstance(confidence, (int, float)) or not math.isfinite(confidence) or not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1; got {shown(confidence)}")
    from scipy import stats  # half a second to load, and needed by few

    interval = stats.binomtest(int(successes), int(trials)).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)


def wilson_coverage(probability: float, trials: int, confidence: float = 0.95) -> float:
    r"""Compute the true coverage of Wilson's interval: $\sum_k\binom Nkp^k(1-p)^{N-k}\,[p\in I_k]$.

    Args:
        probability: the true p, between 0 and 1.
        trials: N, at least 1.
        confidence: the nominal coverage.

    Returns:
        the probability that the interval holds ``probability``.

    Raises:
        ValueError: if ``probability`` is not between 0 and 1.
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie between 0 and 1; got {shown(probability)}")
    intervals = np.array([wilson_interval(k, trials, confidence) for k in range(trials + 1)])
    from scipy import stats  # half a second to load, and needed by few

    chances = stats.binom.pmf(np.arange(trials + 1), trials, probability)
    return float(np.sum(chances, where=(intervals[:, 0] <= probability) & (probability <= intervals[:, 1])))


def holm(p_values: Any, level: float = 0.05) -> np.ndarray:
    r"""Reject hypotheses so that the chance of any false rejection is at most a level, however many there are.

    The smallest of $k$ p-values must be at most $\alpha/k$, the next $\alpha/(k-1)$, and so on, up to the first that is
    too large.

    Args:
        p_values: from 0 to 1, any shape.
        level: $\alpha$, between 0 and 1 exclusively.

    Returns:
        which are rejected, of the same shape.

    Raises:
        ValueError: if a p-value or the level is out of its range.

    Example:
        >>> holm([0.01, 0.04, 0.02]).tolist(), holm([0.03, 0.03]).tolist()
        ([True, True, True], [False, False])

    References:
        S. Holm, A simple sequentially rejective multiple test procedure, 1979.
    """
    values = real_array(p_values, "p_values")
    outside = values[(values < 0) | (values > 1)]
    if outside.size:
        raise ValueError(f"p_values must lie between 0 and 1; got {outside.flat[0]}")
    if not isinstance(level, (int, float)) or not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; got {shown(level)}")
    order = np.argsort(values, axis=None, kind="stable")
    allowed = values.ravel()[order] <= level / np.arange(values.size, 0, -1)
    rejected = np.zeros(values.size, dtype=bool)
    rejected[order] = np.logical_and.accumulate(allowed)
    return rejected.reshape(values.shape)
