"""How long a certified maximum takes: 1,000 random problems of all families; run it by `make bench`.

Half-saturation widths and lengths are log-uniform, weights equal, independent or inverse frequencies. Prints quantiles,
the ratio to a plain search in float64 on the same problems (interleaved), and the slowest cases.
"""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from fractions import Fraction
from typing import NamedTuple

from scipy.optimize import minimize_scalar

import lossbook as lb

COUNT, SEED, SLOWEST = 1000, 1, 5
PEERS, PAIRS = 40, 5  # problems that the float64 search solves too, and how often
QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)


class Problem(NamedTuple):
    """What is timed."""

    family: str
    scale: Fraction
    lengths: tuple[Fraction, Fraction]
    weights: tuple[Fraction, Fraction]


def log_uniform(chance: random.Random, low: float, high: float) -> Fraction:
    """Draw a rational number whose decimal logarithm is uniform."""
    return Fraction(f"{10 ** chance.uniform(low, high):.6e}")


def draw(chance: random.Random) -> Problem:
    """Draw a problem: lengths from 1e-3 to 1e6, weights from 1e-3 to 1e3."""
    family = chance.choice([family.__name__ for family in lb.sigmoids.ALL])
    lengths = log_uniform(chance, -3, 6), log_uniform(chance, -3, 6)
    kinds = ((Fraction(1), Fraction(1)), lengths[::-1], (log_uniform(chance, -3, 3), log_uniform(chance, -3, 3)))
    return Problem(family, log_uniform(chance, -2, 2), lengths, chance.choice(kinds))


def prepared(problem: Problem) -> tuple[lb.ThresholdProblem, lb.OddSigmoid]:
    """Make what the problem is given as."""
    first, second = problem.lengths
    return lb.ThresholdProblem(0, [first], first + second), getattr(lb.sigmoids, problem.family)(problem.scale)


def timed(problem: Problem, digits: int) -> tuple[float, str]:
    """Return the seconds of the certified maximum, and the sign pattern."""
    setting, sigma = prepared(problem)
    start = time.perf_counter()
    best = lb.maximize_gain(setting, sigma, problem.weights, digits)
    return time.perf_counter() - start, best.sign_pattern


def ratio(problem: Problem, digits: int) -> float:
    """Return the ratio to a plain search in float64, which finds one local maximum and proves nothing."""
    setting, sigma = prepared(problem)

    def search() -> float:
        """Time the search."""
        start = time.perf_counter()
        minimize_scalar(
            lambda theta: -lb.gain(setting, sigma, theta, problem.weights),
            bounds=(0.0, float(setting.length)),
            method="bounded",
            options={"xatol": 1e-12},
        )
        return time.perf_counter() - start

    search()  # compiles and probes the sigmoid
    return statistics.median(timed(problem, digits)[0] / search() for _ in range(PAIRS))


def report(digits: int) -> None:
    """Time all problems at so many digits, and print."""
    chance = random.Random(SEED)
    for family in lb.sigmoids.ALL:  # what is found once for each family is not counted
        lb.maximize_gain(lb.ThresholdProblem(0, [1], 3), family(), digits=digits)
    problems = [draw(chance) for _ in range(COUNT)]
    results = [(*timed(problem, digits), problem) for problem in problems]
    times = sorted(result[0] for result in results)
    quantiles = [1e3 * times[round(q * (COUNT - 1))] for q in QUANTILES]
    print(f"{digits} digits, {COUNT} problems, milliseconds")
    print("  quantile " + " ".join(f"{q:>8.0%}" for q in QUANTILES))
    print("  time     " + " ".join(f"{value:8.2f}" for value in quantiles))
    ratios = statistics.median(ratio(problem, digits) for problem in problems[:PEERS])
    print(f"  median ratio to a float64 search: {ratios:.2f}")
    print(f"  sign patterns: {dict(Counter(result[1] for result in results).most_common())}")
    for seconds, pattern, problem in sorted(results, key=lambda result: -result[0])[:SLOWEST]:
        lengths, weights = (
            tuple(float(f"{float(x):.3g}") for x in pair) for pair in (problem.lengths, problem.weights)
        )
        print(f"  {1e3 * seconds:8.1f} {problem.family} {float(problem.scale):.3g} {lengths} {weights} {pattern}")


if __name__ == "__main__":
    for wanted in (15, 50):
        report(wanted)
