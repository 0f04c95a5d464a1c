"""The measures: what the library itself computes of the same settings, to the last bit the same in every run."""

import json
import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import lossbook as lb
from lossbook import comparison
from lossbook.reading import loss_from
from lossbook.sgd.settings import LONGEST
from lossbook.sweep import MEASURES, Design, DesignError, measures
from lossbook.sweep.tasks import Tasks

LEARNED: dict[str, Any] = {
    "interval": [0, 2, 10], "learning_rate": 0.05, "steps": 300, "burn_in": 100, "batch": 4, "momentum": 0.5,
    "start": 1, "replicas": 66, "seed": 3,
}  # fmt: skip
PLACES = ("mean", "mean_error", "variance", "variance_error")
RATES = ("error_rate", "sensitivity", "specificity")


def configured(measure: str, **given: Any) -> str:
    """Return the configuration of one task."""
    (task,) = Tasks(Design(measure=measure, fixed=given))
    return task.configuration


def computed(measure: str, **given: Any) -> dict[str, Any]:
    """Return the results of one task, as they are stored."""
    (text,) = measures.rows([configured(measure, **given)])
    return json.loads(text)


def simulated(**changes: Any) -> lb.Run:
    """Let the library learn with the settings of LEARNED and some changes."""
    given = {name: value for name, value in {**LEARNED, **changes}.items() if name != "interval"}
    return lb.simulate(lb.SGD(problem=lb.ThresholdProblem(0, [2], 10), sigmoid=lb.sigmoids.arctan(), **given))


@pytest.mark.parametrize(
    ("given", "changes"),
    [
        ({}, {}),
        ({"half_life": 50}, {"learning_rate": lb.decay(0.05, 50)}),
        ({"loss": "hinge:margin=1/2", "weights": [3, "1/2"]}, {"loss": lb.losses.hinge("1/2"), "weights": (3, 0.5)}),
        ({"nesterov": True, "clip": False, "start": "random"}, {"nesterov": True, "clip": False, "start": "random"}),
    ],
    ids=["plain", "decay", "hinge", "nesterov"],
)
def test_learning_is_the_librarys(given: dict[str, Any], changes: dict[str, Any]) -> None:
    found, run = computed("learning", **{**LEARNED, **given}), simulated(**changes)
    pooled = run.pooled()
    assert found["error"] is None
    for name in PLACES:
        assert found[name] == pytest.approx(getattr(pooled, name), rel=1e-12)
    for name in RATES:
        values = getattr(run, name)
        assert found[name] == pytest.approx(values.mean(), rel=1e-12)
        assert found[name + "_error"] == pytest.approx(values.std(ddof=1) / math.sqrt(len(values)), rel=1e-9)
    other = simulated(**{**changes, "seed": 4})
    assert found["mean"] != pytest.approx(other.pooled().mean, rel=1e-6)


def test_variance_is_that_of_all_places_and_not_the_mean_of_the_replicas() -> None:
    given = {**LEARNED, "start": "random", "steps": 20, "burn_in": 0, "learning_rate": 1e-4}
    found, run = computed("learning", **given), simulated(**{name: given[name] for name in given if name != "interval"})
    assert found["variance"] == pytest.approx(run.pooled().variance, rel=1e-12)
    assert run.variance.mean() < 0.01 * found["variance"]


def test_several_thresholds_give_lists() -> None:
    given = {**LEARNED, "interval": [0, 2, 5, 9], "start": [1, 6]}
    settings = {name: value for name, value in given.items() if name != "interval"}
    problem = lb.ThresholdProblem(0, [2, 5], 9)
    run = lb.simulate(lb.SGD(problem=problem, sigmoid=lb.sigmoids.arctan(), **settings))
    found = computed("learning", **given)
    for name in PLACES:
        assert found[name] == pytest.approx(list(getattr(run.pooled(), name)), rel=1e-12)
        assert len(found[name]) == 2
    assert isinstance(found["sensitivity"], float)


@pytest.mark.parametrize("measure", ["learning", "optimum", "fates"])
def test_results_are_the_same_in_every_run(measure: str) -> None:
    given = {"learning": LEARNED, "optimum": {"imbalance": 10}, "fates": {"n": 2, "steps": 50, "replicas": 64}}
    texts = [configured(measure, **given[measure])] * 2
    first, second = measures.rows(texts)
    assert first == second == measures.rows(texts[:1])[0]
    assert set(json.loads(first)) == {*MEASURES[measure].columns, "error"}


def test_order_of_the_replicas_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {**LEARNED, "replicas": 200, "start": "random"}
    plain, run = computed("learning", **given), simulated(replicas=200, start="random")
    chance, naive = np.random.default_rng(0), {sum(run.mean.tolist())}
    for _ in range(20):
        order = chance.permutation(200)
        arrays = {name: getattr(run, name)[order] for name in ("mean", "variance", *RATES)}
        monkeypatch.setattr(measures, "simulate", lambda settings, progress, arrays=arrays: replace(run, **arrays))
        assert computed("learning", **given) == plain
        naive.add(sum(arrays["mean"].tolist()))
    assert len(naive) > 1  # a plain sum does depend on the order


def test_mean_is_rounded_once() -> None:
    mean, error = measures.mean_and_error(np.array([1e16, 1.0, -1e16, 1.0]))
    assert mean == 0.5
    assert np.mean([1e16, 1.0, -1e16, 1.0]) != 0.5
    exact = sum((Fraction(value) - Fraction(1, 2)) ** 2 for value in (1e16, 1.0, -1e16, 1.0)) / 12
    assert error == pytest.approx(math.sqrt(exact), rel=1e-15)


@pytest.mark.parametrize("loss", ["linear", "logistic:temperature=1/4", "hinge:margin=1/20", "ldam", "exp(-m)"])
def test_optimum_is_the_librarys(loss: str) -> None:
    problem, sigma = lb.ThresholdProblem(0, ["1/11"], 1), lb.sigmoids.arctan("1/10")
    best = lb.minimize_risk(problem, sigma, loss_from(loss, problem), (3, 1), 9)
    found = computed("optimum", imbalance=10, scale="0.1", loss=loss, weights=[3, 1], digits=9)
    low, high = best.points[0]
    assert (Fraction(found["low"]), Fraction(found["high"])) == (low, high)
    assert low <= Fraction(found["theta"]) <= high or high - low < Fraction(1, 10**15)
    assert found["bias"] == pytest.approx(float(low) - 1 / 11, abs=1e-9)
    assert (found["minimisers"], found["local_minimisers"]) == (len(best.points), len(best.local))
    assert found["sign_pattern"] == best.sign_pattern
    assert found != computed("optimum", imbalance=10, scale="0.2", loss=loss, weights=[3, 1], digits=9)


def test_fates_are_those_of_the_librarys_trial() -> None:
    trial = comparison.Trial(3, "1/2", 0.2, 4, 0.5, 400)
    row = comparison.share(trial, replicas=128, seed=2)
    given = {"n": 3, "scale": "0.5", "learning_rate": 0.2, "batch": 4, "momentum": 0.5, "steps": 400, "replicas": 128}
    found = computed("fates", **given, seed=2)
    assert found.pop("error") is None
    assert tuple(found.values()) == row[7:]
    assert list(found) == list(row._fields[7:])
    assert sum(found.values()) == 128
    assert found != computed("fates", **given, seed=3)


def test_defaults_of_fates_are_those_of_a_trial() -> None:
    given = json.loads(configured("fates", n=2))
    trial = comparison.Trial(2)
    assert given == {
        "measure": "fates", "n": 2, "scale": trial.scale, "learning_rate": trial.rate, "batch": trial.batch,
        "momentum": trial.momentum, "steps": trial.steps, "replicas": 1024, "seed": 1,
    }  # fmt: skip


def test_path_that_diverges_is_a_result_and_the_same_one_every_time() -> None:
    given = {**LEARNED, "learning_rate": 1e6, "clip": False}
    first, second = (computed("learning", **given) for _ in range(2))
    assert first == second
    assert list(first) == ["error"]
    assert first["error"].startswith("DivergedError: ")
    assert "\n" not in first["error"]
    assert computed("learning", **{**given, "clip": True})["error"] is None


@pytest.mark.parametrize("value", [math.nan, [1.0, math.nan]], ids=str)
def test_no_result_is_silently_not_a_number(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    measure = replace(MEASURES["optimum"], prepare=lambda values: lambda: {"theta": 1.0, "bias": value})
    monkeypatch.setitem(measures.MEASURES, "optimum", measure)
    assert computed("optimum", imbalance=2) == {"error": "ArithmeticError: bias is not a number"}
    good = replace(measure, prepare=lambda values: lambda: {"bias": [1.0, math.inf], "low": "nan"})
    monkeypatch.setitem(measures.MEASURES, "optimum", good)
    assert computed("optimum", imbalance=2) == {"bias": [1.0, math.inf], "low": "nan", "error": None}


def test_fault_of_the_program_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(values: Any) -> Any:
        raise KeyError("a fault")

    text = configured("optimum", imbalance=2)
    monkeypatch.setitem(measures.MEASURES, "optimum", replace(MEASURES["optimum"], prepare=fail))
    with pytest.raises(KeyError, match="a fault"):
        measures.rows([text])


@pytest.mark.parametrize("measure", ["learning", "fates"])
def test_longest_interval_is_what_the_kernels_take(measure: str) -> None:
    def given(length: int) -> dict[str, Any]:
        own = {
            "learning": {**LEARNED, "interval": [0, 2, length], "burn_in": 0},
            "fates": {"n": 1, "scale": Fraction(8, length)},
        }
        return {**own[measure], "steps": 2, "replicas": 2}

    longest = int(2 * LONGEST)
    assert computed(measure, **given(longest))["error"] is None
    with pytest.raises(DesignError, match=r"interval must be at most 262144 units of the sigmoid long; got 2.621e\+05"):
        configured(measure, **given(longest + 1))


@pytest.mark.parametrize(
    ("replicas", "steps", "batch"),
    [(2, 1, 1), (10**6, 10**6, 1), (2, 10**9, 1), (2**40, 2**40, 65_536), (5, 7, 65_536)],
)
def test_pilot_is_a_short_task_that_can_be_run(replicas: int, steps: int, batch: int) -> None:
    measure = MEASURES["learning"]
    changes = {"replicas": replicas, "steps": steps, "batch": batch, "burn_in": steps - 1}
    values = json.loads(configured("learning", **{**LEARNED, **changes}))
    del values["measure"]
    assert measure.samples
    assert measure.pilot
    assert measure.samples(values) == replicas * steps * batch
    short = measure.pilot(values)
    assert measure.samples(short) <= max(2**26, 2 * batch)
    measure.prepare(short)
    assert {name for name in short if short[name] != values[name]} <= {"replicas", "steps", "burn_in"}
    assert short == values if replicas * steps * batch < 2**24 else short != values


def test_configuration_is_read_back() -> None:
    text = configured("fates", n=2, seed=5)
    measure, values = measures.read_configuration(text)
    assert measure is MEASURES["fates"]
    assert values == {name: value for name, value in json.loads(text).items() if name != "measure"}
