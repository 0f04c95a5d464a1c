r"""Before anything is timed: all programs must compute the same.

With independent streams the mean over replicas of a statistic differs from program to program by its Monte-Carlo error
alone. Each difference is divided by its standard error, estimated from the spread over replicas:
$$z=\frac{|\bar x-\bar y|}{\sqrt{s_x^2/R_x+s_y^2/R_y}}.$$
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.learning.problem import Program, Setting, Statistics

BOUND = 5.0
REPLICAS, STEPS = 2048, 600
WRONG = 1.2  # the control's variance is so many times the right one


class DisagreementError(Exception):
    """Two programs do not compute the same."""


def largest_z(one: Statistics, other: Statistics) -> float:
    """Return the largest z of means and variances over the thresholds.

    Args:
        one: what one program found.
        other: what another found, on independent streams.

    Returns:
        z; infinite if a statistic is not a number.
    """
    found = 0.0
    for x, y in ((one.mean, other.mean), (one.variance, other.variance)):
        error = np.sqrt(x.var(axis=0, ddof=1) / len(x) + y.var(axis=0, ddof=1) / len(y))
        z = np.abs(x.mean(axis=0) - y.mean(axis=0)) / error
        found = max(found, float(np.where(np.isfinite(z), z, np.inf).max()))
    return found


class Agreement(NamedTuple):
    """What the check of one case found.

    Attributes:
        largest_z: of each peer, over those of its programs that agree.
        right: the programs that agree; only their times mean anything.
        wrong: peer and variant of those that do not, with their z.
    """

    largest_z: dict[str, float]
    right: list[Program]
    wrong: dict[str, float]


def check(setting: Setting, reference: Program, others: list[Program]) -> Agreement:
    """Hold all programs against one.

    Args:
        setting: what is run.
        reference: the program that the others are held against.
        others: those.

    Returns:
        which of them agree.
    """
    truth = reference.run(setting, REPLICAS, STEPS, 1)
    found = Agreement({}, [], {})
    for seed, program in enumerate(others, 2):
        z = largest_z(truth, program.run(setting, REPLICAS, STEPS, seed))
        if z < BOUND:
            found.right.append(program)
            found.largest_z[program.peer] = max(found.largest_z.get(program.peer, 0.0), z)
        else:
            found.wrong[f"{program.peer} ({program.variant})"] = z
    return found


def control(setting: Setting, reference: Program) -> float:
    """Check that a program with a wrong variance is refused.

    Args:
        setting: what is run.
        reference: a right program.

    Returns:
        the z of the wrong one.

    Raises:
        DisagreementError: if it passes.
    """

    def wrong(*order: object) -> Statistics:
        """Run the right program, and spoil the variance."""
        found = reference.run(*order)
        return found._replace(variance=WRONG * found.variance)

    z = largest_z(reference.run(setting, REPLICAS, STEPS, 1), wrong(setting, REPLICAS, STEPS, 2))
    if z < BOUND:
        raise DisagreementError(f"a variance {WRONG:g} times the right one passed with z = {z:.3g}: the check is blind")
    return z
