"""The benchmark's own parts: its check can fail, its ratios are medians, its results name nobody. Nothing is timed."""

import getpass
import json
import os
import platform
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.learning import agreement, machine, numpy_tuned, ours, scaling, timing
from benchmarks.learning.problem import BATCHES, CASES, RECORD_EVERY, WANTED, Program, Setting, Statistics, joined
from benchmarks.learning.run import RESULTS, rounded

STORED = sorted(RESULTS.glob("learning-*.json"))


def drawn(seed: int, spread: float = 1.0) -> Statistics:
    """Statistics of 4,000 made-up replicas of two thresholds."""
    chance = np.random.default_rng(seed)
    return Statistics(chance.normal(size=(4000, 2)), spread * chance.exponential(size=(4000, 2)), None)


def made_up(peer: str, spread: float) -> Program:
    return Program(peer, "made up", lambda setting, replicas, steps, seed: drawn(seed, spread))


def test_equal_programs_agree() -> None:
    assert agreement.largest_z(drawn(1), drawn(2)) < agreement.BOUND


def test_a_wrong_variance_is_refused() -> None:
    assert agreement.largest_z(drawn(1), drawn(2, 1.5)) > agreement.BOUND
    found = agreement.check(Setting(8), made_up("right", 1), [made_up("right too", 1), made_up("wrong", 1.5)])
    assert [program.peer for program in found.right] == list(found.largest_z) == ["right too"]
    assert list(found.wrong) == ["wrong (made up)"]
    assert found.wrong["wrong (made up)"] > agreement.BOUND > found.largest_z["right too"]


def test_a_statistic_that_is_no_number_is_refused() -> None:
    broken = drawn(2)
    broken.mean[3, 0] = np.nan
    assert agreement.largest_z(drawn(1), broken) == np.inf


def test_a_check_that_is_blind_is_noticed() -> None:
    assert agreement.control(Setting(8), made_up("ours", 1)) > agreement.BOUND
    same = Statistics(np.arange(3.0)[:, None], np.arange(3.0)[:, None], None)
    blind = Program("ours", "says the same of everything", lambda *order: same)
    with pytest.raises(agreement.DisagreementError, match="blind"):
        agreement.control(Setting(8), blind)


@pytest.mark.parametrize("case", ["batch 8", "8 thresholds, batch 8"])
def test_numpy_and_the_library_agree_on_a_small_run(case: str) -> None:
    setting, steps = CASES[case], 2 * RECORD_EVERY
    program = numpy_tuned.programs(setting)[0]
    found = ours.run(setting, 128, steps, 1), program.run(setting, 128, steps, 2)
    assert agreement.largest_z(*found) < agreement.BOUND


def test_windows_join_to_mean_and_variance() -> None:
    setting = CASES["batch 1"]
    path = np.random.default_rng(1).random((5 * RECORD_EVERY, 1, 3))
    windows = path.reshape(5, RECORD_EVERY, 1, 3)
    origin = windows[:, 0]
    shift = windows - origin[:, None]
    found = joined(setting, origin, shift.sum(axis=1), (shift**2).sum(axis=1), None)
    theta = setting.interval[0] + setting.length * path[RECORD_EVERY:]
    assert found.mean == pytest.approx(theta.mean(axis=0).T)
    assert found.variance == pytest.approx(theta.var(axis=0).T)


def test_a_ratio_is_the_median_within_rounds() -> None:
    assert timing.median_ratio([2.0, 40.0, 6.0], [1.0, 10.0, 2.0]) == 3.0


def test_rounds_are_interleaved() -> None:
    order: list[str] = []
    calls = {name: lambda number, name=name: order.append(f"{name}{number}") or 1.0 for name in "ab"}
    assert timing.in_rounds(calls, 2) == {"a": [1.0, 1.0], "b": [1.0, 1.0]}
    assert order == ["a0", "b0", "a1", "b1"]


def test_a_straight_line_is_found_straight_and_a_bent_one_bent() -> None:
    x = np.arange(1, 7)
    straight, bent = scaling.line(x, 3 * x + 1), scaling.line(x, x**2)
    assert straight["slope"] == pytest.approx(3)
    assert straight["intercept"] == pytest.approx(1)
    assert straight["largest_deviation"] < 1e-12
    assert straight["r_squared"] == pytest.approx(1)
    assert bent["largest_deviation"] > 0.1
    assert bent["r_squared"] < 0.99


def test_numbers_are_rounded_wherever_they_stand() -> None:
    assert rounded({"a": [1.23456, 7], "b": {"c": 123456.0}}) == {"a": [1.23, 7], "b": {"c": 123000.0}}


def private_words() -> set[str]:
    return {word for word in (platform.node(), getpass.getuser(), Path.home().name) if len(word) > 2}


def names_somebody(text: str) -> bool:
    return bool(re.search(r'"[^"]*[/\\][\w.]+[/\\]', text)) or any(word in text for word in private_words())


def test_the_description_names_nobody() -> None:
    said = machine.description(machine.cores())
    assert not names_somebody(json.dumps(said))
    assert {"processor", "avx2", "avx512f", "cores", "python", "numpy", "numba", "torch", "jax", "gcc"} <= set(said)


def test_a_path_in_a_description_would_be_noticed() -> None:
    assert names_somebody(json.dumps({"gcc": os.path.join(os.sep, "somewhere", "bin", "gcc")}))


def test_results_are_stored() -> None:
    assert STORED


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_stored_results_hold_all_that_is_wanted(path: Path) -> None:
    text = path.read_text("utf-8")
    found = json.loads(text)
    assert text == json.dumps(found, sort_keys=True, indent=1) + "\n"
    assert not names_somebody(text)
    assert list(found["cases"]) == sorted(CASES)
    assert found["configuration"]["rounds"] >= 7
    for case, results in found["cases"].items():
        peers = {*WANTED, "author's loop"} - set(found["skipped"]) - ({"author's loop"} if case[0] == "8" else set())
        wrong = found["agreement"]["wrong"].get(case, {})
        assert peers - {program.split(" (")[0] for program in wrong} <= set(results["ratios"])
        assert all(z >= found["agreement"]["bound"] for z in wrong.values())
        assert set(results["rates"]) == {*results["ratios"], "lossbook"}
        assert max(found["agreement"]["largest_z"][case].values()) < found["agreement"]["bound"]
    for peer, wanted in WANTED.items():
        assert found["wanted"][peer] == dict(zip((f"batch {batch}" for batch in BATCHES), wanted, strict=True))
    assert all(len(fit["x"]) >= 5 for fit in found["lines"].values())
    assert len(found["lines"]["thresholds"]["nanoseconds_a_point"]) == 16
    assert {"import", "call", "import_and_call", "call_without_cache"} == set(found["first_call"])
