"""The loop that the author of a paper writes: one replica after another, one step after another, in float64."""

from __future__ import annotations

import numpy as np

from benchmarks.learning.problem import BURN_IN, RECORD_EVERY, Program, Setting, Statistics

REPLICAS = 8  # the samples per second do not depend on how many there are


def run(setting: Setting, replicas: int, steps: int, seed: int) -> Statistics:
    """Run at most 64 replicas."""
    np.random.seed(seed)  # noqa: NPY002, as in a paper's script
    (a, b), (truth,), scale = setting.interval, setting.thresholds, setting.scale
    means, variances, trajectories = [], [], []
    for _ in range(min(replicas, 64)):
        theta, velocity, path = setting.start[0], 0.0, []
        for _ in range(steps):
            x = np.random.uniform(a, b, setting.batch)  # noqa: NPY002
            y = np.where(x < truth, 1.0, -1.0)
            slope = 2 / np.pi / scale / (1 + ((theta - x) / scale) ** 2)
            velocity = setting.momentum * velocity + setting.learning_rate * (b - a) * np.mean(y * slope)
            theta = min(max(theta + velocity, a), b)
            path.append(theta)
        means.append(np.mean(path[BURN_IN:]))
        variances.append(np.var(path[BURN_IN:]))
        trajectories.append(path[RECORD_EVERY - 1 :: RECORD_EVERY])
    return Statistics(np.array(means)[:, np.newaxis], np.array(variances)[:, np.newaxis], np.array(trajectories))


def programs(setting: Setting) -> list[Program]:
    """List the programs: one, for one threshold."""
    return [Program("author's loop", "float64", run, REPLICAS)] if setting.n == 1 else []
