"""What many thresholds cost: a gain with its gradient, a step of learning, a search, a proof; run it by `make bench`.

Equal intervals of four half-saturation widths. Every size is timed once in turn, round after round: what slows the
machine for a while slows all sizes alike, and the ratios to the smallest stay. Medians over the rounds are printed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

import lossbook as lb

ROUNDS = 7
LENGTH = 4  # of every interval, in half-saturation widths of arctan
ROWS = 2000  # parameters evaluated together
REPLICAS, STEPS, BATCH = 1024, 500, 8
STARTS = 16
FAMILIES = {family.__name__: family for family in lb.sigmoids.ALL}
Timer = Callable[[], float]  # runs once, gives microseconds for one unit of work


def problem(n: int) -> lb.ThresholdProblem:
    """Return n + 1 equal intervals."""
    return lb.ThresholdProblem(0, [LENGTH * (i + 1) for i in range(n)], LENGTH * (n + 1))


def seconds(call: Callable[[], object]) -> float:
    """Time a call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def evaluation(family: str, n: int, rows: int) -> Timer:
    """Time one gain with its gradient, of many evaluated together."""
    setting, sigma = problem(n), FAMILIES[family]()
    theta = np.random.default_rng(n).uniform(0, float(setting.length), (rows, n))
    return lambda: 1e6 * seconds(lambda: lb.gain_and_gradient(setting, sigma, theta)) / rows


def step(n: int) -> Timer:
    """Time one step of one replica's learning."""
    settings = lb.SGD(
        problem=problem(n),
        sigmoid=lb.sigmoids.arctan(),
        learning_rate=0.01,
        steps=STEPS,
        batch=BATCH,
        replicas=REPLICAS,
        record_every=STEPS,
    )
    return lambda: 1e6 * seconds(lambda: lb.simulate(settings)) / (REPLICAS * STEPS)


def search(n: int) -> Timer:
    """Time one start of a search."""
    setting, sigma = problem(n), lb.sigmoids.arctan()
    return lambda: 1e6 * seconds(lambda: lb.search_maximum(setting, sigma, starts=STARTS)) / STARTS


def proof(n: int) -> Timer:
    """Time one certified maximum."""
    setting, sigma = problem(n), lb.sigmoids.arctan()
    return lambda: 1e6 * seconds(lambda: lb.enclose_maximum(setting, sigma))


def compare(title: str, timers: dict[object, Timer], rounds: int = ROUNDS) -> None:
    """Time all in turn, and print medians and ratios to the first."""
    for timer in timers.values():
        timer()  # compiles, probes, fills caches
    table = [[timer() for timer in timers.values()] for _ in range(rounds)]
    print(f"{title}, microseconds (ratio to the first)")
    for i, name in enumerate(timers):
        times, ratios = [row[i] for row in table], [row[i] / row[0] for row in table]
        print(f"  {name!s:>12} {statistics.median(times):12.2f}  ({statistics.median(ratios):.2f})")
    sys.stdout.flush()


if __name__ == "__main__":
    sizes = (1, 2, 4, 8, 16)
    compare("gain and gradient, arctan, 2000 together, by n", {n: evaluation("arctan", n, ROWS) for n in sizes})
    compare("gain and gradient, n = 4, 2000 together", {name: evaluation(name, 4, ROWS) for name in FAMILIES})
    compare("gain and gradient, arctan, one alone, by n", {n: evaluation("arctan", n, 1) for n in sizes})
    compare("one step of one replica, batch 8, by n", {n: step(n) for n in sizes})
    compare("one start of a search, by n", {n: search(n) for n in sizes}, 3)
    compare("one certified maximum, by n", {n: proof(n) for n in (1, 2, 3)}, 3)
