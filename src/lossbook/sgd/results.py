"""What a simulation gives back: statistics of every replica, and what all replicas say together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossbook.sgd.settings import SGD


@dataclass(frozen=True)
class Pooled:
    """Mean and variance of the threshold over replicas and steps; for several thresholds, arrays.

    Attributes:
        mean: the mean.
        mean_error: its standard error.
        variance: the variance.
        variance_error: its standard error.
    """

    mean: Any
    mean_error: Any
    variance: Any
    variance_error: Any


@dataclass(frozen=True, eq=False)
class Run:
    r"""What a simulation found, over the steps after the burn-in; shape ``(replicas,)`` unless said otherwise.

    Attributes:
        settings: what was run.
        mean: the mean of $\theta$; for $n\ge2$ of shape ``(replicas, n)``.
        variance: the variance of $\theta$ along the path, with the number of steps as divisor; same shape.
        trajectory: $\theta$ after each ``record_every`` steps: ``(steps // record_every, replicas)``, and one axis more
            for $n\ge2$; no rows without ``record_every``.
        final: $\theta$ after the last step; shape of ``mean``.
        error_rate: the mean share of $[a,b]$ that gets the wrong label.
        sensitivity: the mean share of the positive set that is predicted positive.
        specificity: the mean share of the negative set that is predicted negative.
    """

    settings: SGD
    mean: np.ndarray
    variance: np.ndarray
    trajectory: np.ndarray
    final: np.ndarray
    error_rate: np.ndarray
    sensitivity: np.ndarray
    specificity: np.ndarray

    def pooled(self) -> Pooled:
        r"""Estimate the stationary law's mean and variance from all replicas.

        Returns:
            the mean of $\theta$, and the mean over replicas of the variance within plus the squared distance of the
            replica's mean from the common one, with standard errors.

        Raises:
            ValueError: if there are fewer than two replicas.
        """
        count = self.settings.replicas
        if count < 2:
            raise ValueError(f"replicas must be at least 2 for a standard error; got {count}")
        mean = self.mean.mean(axis=0)
        spread = self.variance + (self.mean - mean) ** 2
        errors = (part.std(axis=0, ddof=1) / np.sqrt(count) for part in (self.mean, spread))
        return Pooled(mean, next(errors), spread.mean(axis=0), next(errors))

    @property
    def balanced_accuracy(self) -> np.ndarray:
        """The mean of sensitivity and specificity."""
        return (self.sensitivity + self.specificity) / 2


def empty_results(settings: SGD) -> Run:
    """Make the arrays of the results, to be filled.

    Args:
        settings: what is run.

    Returns:
        results in which the arrays of places have an axis of thresholds even where there is one alone.
    """
    replicas, n = settings.replicas, settings.problem.n
    records = settings.steps // settings.record_every if settings.record_every else 0
    mean, variance, final = (np.empty((replicas, n)) for _ in range(3))
    rates = [np.empty(replicas) for _ in range(3)]
    return Run(settings, mean, variance, np.empty((records, replicas, n)), final, *rates)


def flat(run: Run) -> Run:
    """Drop the axis of thresholds where there is one alone.

    Args:
        run: results as :func:`empty_results` shapes them.

    Returns:
        the results in the shapes that the reader sees.
    """
    if run.settings.problem.n > 1:
        return run
    flat = {name: getattr(run, name)[..., 0] for name in ("mean", "variance", "trajectory", "final")}
    return replace(run, **flat)
