"""How the time of `simulate` grows: with threads, replicas, steps and thresholds; and how long the first call takes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks.learning import ours
from benchmarks.learning.machine import use_cores
from benchmarks.learning.problem import CASES, REPLICAS, several
from benchmarks.learning.timing import in_rounds, median_ratio, seconds
from lossbook.sgd import simulate

CASE = "batch 8"
LINES = {
    "replicas": ((1024, 2048, 4096, 8192, 12288, 16384), {"steps": 4000}),
    "steps": ((500, 1000, 2000, 4000, 6000, 8000), {"replicas": REPLICAS}),
    "thresholds": (tuple(range(2, 17)), {"replicas": 2048, "steps": 200}),
}
FIRST_CALL = """
import time
start = time.perf_counter()
import lossbook as lb
from lossbook.sgd import SGD, simulate
imported = time.perf_counter()
problem = lb.ThresholdProblem(-1, ["1/5"], 1)
settings = dict(learning_rate=0.002, steps=200, batch=8, momentum=0.9, replicas=64, record_every=100)
simulate(SGD(problem=problem, sigmoid=lb.sigmoids.arctan("1/10"), **settings))
print(imported - start, time.perf_counter() - imported)
"""


def _simulated(setting: Any, threads: int = 1, **size: int) -> Callable[[int], float]:
    """Make a call that times a simulation; it gets the seed."""
    return lambda seed: seconds(
        lambda: simulate(ours.settings(setting, seed=seed, **size), threads=threads, progress=False)
    )


def threads(available: set[int], rounds: int, steps: int = 4000) -> dict[str, Any] | None:
    """Time one thread against two, on all cores that there are.

    Args:
        available: the cores.
        rounds: how many.
        steps: of each replica.

    Returns:
        how many times as fast two are, and the rates; None on a machine of one core.
    """
    if len(available) < 2:
        return None
    pinned = {max(available)}
    use_cores(available)
    try:
        size = {"replicas": REPLICAS, "steps": steps}
        found = in_rounds({str(count): _simulated(CASES[CASE], count, **size) for count in (1, 2)}, rounds)
    finally:
        use_cores(pinned)
    points = REPLICAS * steps * CASES[CASE].batch
    rates = {count: points / statistics.median(times) for count, times in found.items()}
    return {"ratio": median_ratio(found["1"], found["2"]), "rates": rates, "steps": steps}


def line(x: Any, y: Any) -> dict[str, Any]:
    r"""Fit a straight line by least squares of the distances in parts of the ordinates: small ones count as large ones.

    Args:
        x: abscissas.
        y: ordinates.

    Returns:
        slope and intercept, $R^2$, and the largest distance from the line in parts of the line's own value.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    slope, intercept = np.polyfit(x, y, 1, w=1 / y)
    fitted = intercept + slope * x
    squared = 1 - ((y - fitted) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    deviation = np.abs(y / fitted - 1).max()
    return {"slope": slope, "intercept": intercept, "r_squared": squared, "largest_deviation": deviation}


def _timed_line(calls: Mapping[int, Callable[[int], float]], rounds: int) -> dict[str, Any]:
    """Time the calls, in rounds, and fit a line to the least times: other work on the machine can only add to them."""
    for call in calls.values():
        call(0)
    found = in_rounds({str(x): call for x, call in calls.items()}, rounds)
    least = [min(times) for times in found.values()]
    return {"x": list(calls), "seconds": least} | line(list(calls), least)


def lines(rounds: int) -> dict[str, Any]:
    """Time against replicas, steps and thresholds; for these each point is a product of n factors and n slopes."""
    fits = {}
    for name in ("replicas", "steps"):
        values, size = LINES[name]
        fits[name] = size | _timed_line({x: _simulated(CASES[CASE], **size, **{name: x}) for x in values}, rounds)
    values, size = LINES["thresholds"]
    calls = {n: _simulated(several(n), **size) for n in (1, *values)}
    found = _timed_line(calls, rounds)
    x, times = found["x"], found["seconds"]
    points = several(1).batch * size["replicas"] * size["steps"]
    each = {str(n): 1e9 * spent / points for n, spent in zip(x, times, strict=True)}
    many = {"x": x[1:], "seconds": times[1:], "nanoseconds_a_point": each}  # one threshold has loops of its own
    fits["thresholds"] = size | many | line(x[1:], times[1:])
    return fits


def first_call(times: int = 5) -> dict[str, float]:
    """Time, in fresh processes, the import and the first simulation: once with an empty cache, then with that cache."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"LOSSBOOK_CACHE": folder}

        def measured() -> list[float]:
            """Start one process."""
            command = [sys.executable, "-c", FIRST_CALL]
            run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            return [float(word) for word in run.stdout.split()]

        cold = measured()
        warm = [measured() for _ in range(times)]
    imported, called = (statistics.median(column) for column in zip(*warm, strict=True))
    total = statistics.median(map(sum, warm))
    return {"import": imported, "call": called, "import_and_call": total, "call_without_cache": cold[1]}
