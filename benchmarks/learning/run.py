"""The whole benchmark: check, time, and write the results as JSON.

    python -m benchmarks.learning [--quick] [--selftest] [--output FILE]

It pins itself to one core. Peers that are not installed are skipped and named in the results.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.learning import agreement, machine, ours, scaling
from benchmarks.learning.problem import BURN_IN, CASES, RECORD_EVERY, REPLICAS, WANTED, Program, Setting
from benchmarks.learning.timing import Timed, fastest, in_rounds, median_ratio, rate

RESULTS = Path(__file__).resolve().parent.parent / "results"
PEERS = {  # name to module, the slowest last
    "C floor": "floor",
    "numpy, tuned": "numpy_tuned",
    "JAX": "jax_programs",
    "PyTorch": "torch_vectorised",
    "author's loop": "author_loop",
}
DIGITS = 3
ROUNDS, TARGET = 7, 0.3  # rounds, and seconds a call
QUICK = 3, 0.05


def rounded(value: Any) -> Any:
    """Round every number to three significant digits."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def programs(setting: Setting) -> tuple[list[Program], dict[str, str]]:
    """List the peers' programs for a case, and why a peer is skipped."""
    found: list[Program] = []
    skipped = {}
    for peer, module in PEERS.items():
        try:
            found += importlib.import_module(f"benchmarks.learning.{module}").programs(setting)
        except ImportError as error:
            skipped[peer] = "not installed" if isinstance(error, ModuleNotFoundError) else str(error)
    return found, skipped


def timed_case(setting: Setting, others: list[Program], rounds: int, target: float) -> dict[str, Any]:
    """Time one case.

    Args:
        setting: the case.
        others: the peers' programs; of each peer the fastest is timed.
        rounds: how often each is run.
        target: seconds a call.

    Returns:
        rates in points a second, ratios of ours to each peer, and what was chosen.
    """
    chosen, tried = fastest(ours.programs(setting) + others, setting, target)

    def call(timed: Timed) -> Any:
        """Give what runs a program in a round."""
        return lambda number: rate(timed, setting, 10 + number)

    found = in_rounds({peer: call(timed) for peer, timed in chosen.items()}, rounds)
    mine = found["lossbook"]
    return {
        "rates": {peer: statistics.median(rates) for peer, rates in found.items()},
        "ratios": {peer: median_ratio(mine, rates) for peer, rates in found.items() if peer != "lossbook"},
        "variants": tried,
        "chosen": {peer: timed.program.variant for peer, timed in chosen.items()},
        "steps": {peer: timed.steps for peer, timed in chosen.items()},
    }


def report(case: str, results: dict[str, Any]) -> None:
    """Print one case."""
    print(f"{case}, million points a second")
    for peer, found in sorted(results["rates"].items(), key=lambda item: -item[1]):
        ratio = results["ratios"].get(peer)
        times = f"{ratio:10.3g}" if ratio else " " * 10
        print(f"  {peer:20} {found / 1e6:10.4g} {times}  {results['chosen'][peer]}", flush=True)


def measured(available: set[int], rounds: int, target: float) -> dict[str, Any]:
    """Check and time everything.

    Args:
        available: the cores that threads may use.
        rounds: how often each program is run.
        target: seconds a call.

    Returns:
        the results, not yet rounded.
    """
    cases, agreed, skipped = {}, {}, {}
    for case, setting in CASES.items():
        others, missing = programs(setting)
        skipped |= missing
        agreed[case] = agreement.check(setting, *ours.programs(setting), others)
        for program, z in agreed[case].wrong.items():
            print(f"{case}: {program} differs from lossbook by z = {z:.3g} and is left out", flush=True)
    largest = max(max(found.largest_z.values(), default=0) for found in agreed.values())
    print(f"all others agree: largest z {largest:.2f}", flush=True)
    for case, setting in CASES.items():
        cases[case] = timed_case(setting, agreed[case].right, rounds, target)
        report(case, cases[case])
    return {
        "agreement": {
            "bound": agreement.BOUND,
            "largest_z": {case: found.largest_z for case, found in agreed.items()},
            "wrong": {case: found.wrong for case, found in agreed.items() if found.wrong},
        },
        "cases": cases,
        "configuration": {"replicas": REPLICAS, "rounds": rounds, "burn_in": BURN_IN, "record_every": RECORD_EVERY},
        "skipped": skipped,
        "wanted": {peer: dict(zip(CASES, ratios, strict=False)) for peer, ratios in WANTED.items()},
        "threads": scaling.threads(available, rounds),
        "lines": scaling.lines(rounds),
        "first_call": scaling.first_call(),
        "machine": machine.description(available),
    }


def main(available: set[int]) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Time the learning process against other programs.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--selftest", action="store_true", help="only feed the check a wrong variance: it must refuse")
    parser.add_argument("--output", type=Path, default=RESULTS / f"learning-{machine.name()}.json", help="JSON file")
    options = parser.parse_args()
    setting = CASES[scaling.CASE]
    try:
        z = agreement.control(setting, *ours.programs(setting))
        print(f"a variance {agreement.WRONG:g} times the right one is refused: z = {z:.3g}", flush=True)
        if options.selftest:
            return
        results = measured(available, *(QUICK if options.quick else (ROUNDS, TARGET)))
    except agreement.DisagreementError as error:
        sys.exit(str(error))
    for name in ("threads", "first_call"):
        print(name, json.dumps(rounded(results[name])))
    for name, fit in results["lines"].items():
        print(f"seconds against {name}: R^2 {fit['r_squared']:.5f}, within {fit['largest_deviation']:.1%} of the line")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(rounded(results), sort_keys=True, indent=1) + "\n", "utf-8")
    if results["agreement"]["wrong"]:
        sys.exit("programs that do not compute the same were left out; the results name them")
