"""Time how long each chapter takes to run, from an empty kernel to its last cell, one after the other.

    python -m benchmarks.chapters [--rounds N]

The line under each chapter's title says what stands in `benchmarks/results/chapters.json`: the median over the rounds,
with the compiled kernels of the library kept from before.
"""

import argparse
import json
import os
from pathlib import Path
from statistics import median
from time import perf_counter

from tools.chapters import ROOT, notebooks
from tools.execute import FIXED, executed

RESULTS = ROOT / "benchmarks" / "results" / "chapters.json"


def seconds(path: Path) -> float:
    """Return how long a chapter takes."""
    start = perf_counter()
    executed(path)
    return perf_counter() - start


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Time how long each chapter takes to run.")
    parser.add_argument("--rounds", type=int, default=3, help="of all chapters, after one that compiles (3)")
    options = parser.parse_args()
    os.environ.update(FIXED)
    paths = notebooks(ROOT)
    times: dict[str, list[float]] = {path.stem: [] for path in paths}
    for count in range(options.rounds + 1):
        for path in paths:
            taken = seconds(path)
            print(f"round {count}, {path.stem}: {taken:.1f} s", flush=True)
            if count:
                times[path.stem].append(taken)
    found = {page: round(median(taken), 1) for page, taken in times.items()}
    RESULTS.write_text(json.dumps({"seconds": found}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
