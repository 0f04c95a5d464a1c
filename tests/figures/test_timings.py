"""Tables of stored timings: one machine or two, peers that are missing, and verdicts that can be either."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from lossbook.figures import timings

CASE = {
    "rates": {"lossbook": 4e9, "JAX": 1e9, "JAX, xoshiro128++": 2e9, "PyTorch": 1.234e7},
    "ratios": {"JAX": 4.0, "JAX, xoshiro128++": 2.0, "PyTorch": 324.0},
    "variants": {"lossbook": {"64 lanes": 4e9}, "JAX": {"one": 1e9, "two": 1e8}}
    | {"JAX, xoshiro128++": {"three": 2e9}, "PyTorch": {"four": 1e7}},
    "chosen": {"lossbook": "64 lanes", "JAX": "one", "JAX, xoshiro128++": "three", "PyTorch": "four"},
}
FIT = {"x": [1000, 2000], "seconds": [1.0, 2.0], "slope": 0.001, "intercept": 0.0}
ONE: dict[str, Any] = {
    "cases": {"batch 1": CASE},
    "wanted": {"PyTorch": {"batch 1": 30}, "JAX": {"batch 1": 3}, "C floor": {"batch 1": 0.65}},
    "lines": {"steps": FIT | {"r_squared": 0.99991, "largest_deviation": 0.012}},
    "first_call": {"import": 0.3, "call": 0.4, "import_and_call": 0.7, "call_without_cache": 3.0},
    "threads": {"ratio": 1.9},
    "machine": {"processor": "Made-up 1", "avx2": True, "avx512f": False, "torch": None},
    "skipped": {"C floor": "gcc was not found"},
}
TWO = copy.deepcopy(ONE) | {"machine": ONE["machine"] | {"processor": "Made-up 2", "avx512f": True}, "threads": None}
BOTH = {timings.machine_name(some): some for some in (ONE, TWO)}
WRITERS = [
    *(timings.rates, timings.ratios, timings.verdicts, timings.chosen, timings.growth),
    *(timings.first_call, timings.machines),
]


def cells(text: str) -> dict[str, list[str]]:
    """The rows of a table by their first cell."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("write", WRITERS)
def test_tables_are_rectangular(write: Any) -> None:
    for machines in ({"Made-up 1, AVX2": ONE}, BOTH):
        for block in write(machines).split("\n\n"):
            widths = {line.count("|") for line in block.splitlines() if line.startswith("|")}
            assert len(widths) <= 1
        for name in machines:
            assert name in write(machines)


def test_results_are_read_in_order(tmp_path: Path) -> None:
    for name, some in (("learning-avx512", TWO), ("learning-avx2", ONE)):
        (tmp_path / f"{name}.json").write_text(json.dumps(some), "utf-8")
    assert timings.stored(tmp_path) == BOTH
    assert list(timings.stored(tmp_path)) == ["Made-up 1, AVX2", "Made-up 2, AVX-512"]


def test_no_results_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make bench"):
        timings.stored(tmp_path)


@pytest.mark.parametrize(
    ("value", "text"),
    [(16234.0, "16,200"), (99.96, "100"), (12.34, "12.3"), (0.6571, "0.657"), (0.000012345, "1.2e-05")],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert timings.number(value) == text


def test_the_fastest_of_several_programs_counts_too() -> None:
    verdict = timings.judged(ONE)
    assert verdict["PyTorch"] == {"batch 1": (324.0, 30)}
    assert verdict["JAX"] == {"batch 1": (4.0, 3)}
    assert verdict["the fastest JAX"] == {"batch 1": (2.0, 3)}
    assert "C floor" not in verdict  # it was skipped


def test_cases_stand_by_the_size_of_the_batch() -> None:
    found = ONE | {"cases": dict.fromkeys(("8 thresholds, batch 8", "batch 1", "batch 64", "batch 8"), CASE)}
    assert list(timings.cases(found)) == ["batch 1", "batch 8", "batch 64", "8 thresholds, batch 8"]


def test_verdicts_are_given_both_ways() -> None:
    found = cells(timings.verdicts({"x": ONE}))
    assert found["PyTorch"] == ["324 of 30: reached"]
    assert found["the fastest JAX"] == ["2 of 3: not reached"]


def test_rates_are_in_millions_and_in_order() -> None:
    found = cells(timings.rates({"x": ONE}))
    assert list(found)[2:] == ["lossbook", "JAX, xoshiro128++", "JAX", "PyTorch"]
    assert found["PyTorch"] == ["12.3"]


def test_one_core_has_no_row_of_threads() -> None:
    assert "two threads" in timings.first_call({"x": ONE})
    assert "two threads" not in timings.first_call({"x": TWO})
