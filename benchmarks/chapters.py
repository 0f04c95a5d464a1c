"""Time how long each chapter takes to run, from an empty kernel to its last cell, one after the other.

    python -m benchmarks.chapters [--rounds N]

Processor time is counted, so that what else the machine does matters little. The line under each chapter's title says
what stands in `benchmarks/results/chapters.json`: the least of the rounds, with the compiled kernels of the library
kept from before.
"""

import argparse
import json
import os
import resource
from pathlib import Path

from tools.chapters import ROOT, notebooks
from tools.execute import FIXED, executed

RESULTS = ROOT / "benchmarks" / "results" / "chapters.json"


def spent() -> float:
    """Return the processor time of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds(path: Path) -> float:
    """Return how long a chapter takes."""
    start = spent()
    executed(path)
    return spent() - start


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Time how long each chapter takes to run.")
    parser.add_argument("--rounds", type=int, default=2, help="of all chapters; the first may compile (2)")
    options = parser.parse_args()
    os.environ.update(FIXED)
    paths = notebooks(ROOT)
    found: dict[str, float] = {}
    for count in range(1, options.rounds + 1):
        for path in paths:
            taken = seconds(path)
            found[path.stem] = round(min(taken, found.get(path.stem, taken)), 1)
            print(f"round {count}, {path.stem}: {taken:.1f} s", flush=True)
    RESULTS.write_text(json.dumps({"seconds": found}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
