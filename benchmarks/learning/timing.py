"""Timing: every program once in turn, round after round, and medians over the rounds.

What slows the machine for a while slows the neighbours in a round alike, so that ratios within a round stay.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from benchmarks.learning.problem import RECORD_EVERY, Program, Setting

FEWEST, MOST = 2 * RECORD_EVERY, 400 * RECORD_EVERY  # steps: one window of burn-in, one that counts


class Timed(NamedTuple):
    """A program with the number of steps that takes it about as long as the others."""

    program: Program
    steps: int


def seconds(call: Callable[[], object]) -> float:
    """Time a call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def rate(timed: Timed, setting: Setting, seed: int) -> float:
    """Run once; return the points drawn in a second."""
    program, steps = timed
    spent = seconds(lambda: program.run(setting, program.replicas, steps, seed))
    return program.replicas * steps * setting.batch / spent


def sized(program: Program, setting: Setting, target: float) -> Timed:
    """Choose the number of steps so that a call takes some time, and run once: what is compiled is compiled.

    Args:
        program: the program.
        setting: what it runs.
        target: seconds.

    Returns:
        the program and its steps, whole windows, at least two.
    """
    timed = Timed(program, FEWEST)
    rate(timed, setting, 1)
    windows = round(target * rate(timed, setting, 1) / (program.replicas * setting.batch * RECORD_EVERY))
    timed = Timed(program, min(MOST, max(FEWEST, windows * RECORD_EVERY)))
    if timed.steps != FEWEST:
        rate(timed, setting, 1)
    return timed


def fastest(programs: list[Program], setting: Setting, target: float) -> tuple[dict[str, Timed], dict[str, dict]]:
    """Choose the fastest program of each peer.

    Args:
        programs: all of them.
        setting: what they run.
        target: seconds a call.

    Returns:
        the chosen ones by peer, and the rates of all variants by peer.
    """
    chosen: dict[str, Timed] = {}
    rates: dict[str, dict] = {}
    for program in programs:
        timed = sized(program, setting, target)
        tried = rates.setdefault(program.peer, {})
        tried[program.variant] = max(rate(timed, setting, seed) for seed in (1, 2, 3))
        if tried[program.variant] == max(tried.values()):
            chosen[program.peer] = timed
    return chosen, rates


def in_rounds(calls: Mapping[str, Callable[[int], float]], rounds: int) -> dict[str, list[float]]:
    """Make every call once in turn, in so many rounds; a call gets the number of its round."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds):
        for name, call in calls.items():
            found[name].append(call(number))
    return found


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median over the rounds of the ratio within a round."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
