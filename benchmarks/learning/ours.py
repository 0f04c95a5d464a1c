"""This project's program: `lossbook.simulate`, on one thread."""

from __future__ import annotations

from fractions import Fraction

import lossbook as lb
from benchmarks.learning.problem import BURN_IN, RECORD_EVERY, Program, Setting, Statistics
from lossbook.sgd import SGD, simulate


def settings(setting: Setting, replicas: int, steps: int, seed: int) -> SGD:
    """Write a case as the settings of a simulation."""
    a, b, scale, *cuts = (Fraction(str(x)) for x in (*setting.interval, setting.scale, *setting.thresholds))
    return SGD(
        problem=lb.ThresholdProblem(a, cuts, b),
        sigmoid=lb.sigmoids.arctan(scale),
        learning_rate=setting.learning_rate,
        steps=steps,
        batch=setting.batch,
        momentum=setting.momentum,
        burn_in=BURN_IN,
        start=setting.start,
        replicas=replicas,
        seed=seed,
        record_every=RECORD_EVERY,
    )


def run(setting: Setting, replicas: int, steps: int, seed: int) -> Statistics:
    """Run the simulation."""
    found = simulate(settings(setting, replicas, steps, seed), progress=False)
    shape = replicas, setting.n
    return Statistics(found.mean.reshape(shape), found.variance.reshape(shape), found.trajectory)


def programs(setting: Setting) -> list[Program]:
    """List the programs."""
    return [Program("lossbook", "64 lanes", run)]
