"""Ulam's stationary law against simulation, against a random-walk case known in closed form, and its own refinement."""

from dataclasses import replace

import numpy as np
import pytest
import sympy

import lossbook as lb
from lossbook import theory
from lossbook.loss import M

PROBLEM = lb.ThresholdProblem(-1, ["1/5"], 1)
BASE = lb.SGD(
    problem=PROBLEM, sigmoid=lb.sigmoids.arctan("1/10"), learning_rate=0.02, steps=1500, burn_in=300, start=0.2, seed=4,
    replicas=4096,
)  # fmt: skip
LOGISTIC = lb.MarginLoss(sympy.log(1 + sympy.exp(-4 * M)), "logistic")
PAIR = lb.MarginLoss(LOGISTIC.expression, "logistic | hinge", sympy.Max(0, sympy.Rational(1, 2) - M))
CASES = {
    "the book's": BASE,
    "atoms on both ends": replace(BASE, learning_rate=0.2),
    "weighted, end a": replace(BASE, problem=lb.ThresholdProblem(0, ["1/4"], 2), weights=(2, 3), start=0.25),
    "another loss": replace(BASE, loss=LOGISTIC),
    "another sigmoid": replace(BASE, sigmoid=lb.sigmoids.softsign("1/5")),
    "a pair": replace(BASE, loss=PAIR),
}


def scores(settings: lb.SGD, law: theory.StationaryLaw) -> np.ndarray:
    """How far simulated mean, variance and atoms are from a law, in standard errors (with the law's own)."""
    run = lb.simulate(settings)
    pooled = run.pooled()
    distance = [pooled.mean - law.mean, pooled.variance - law.variance]
    error = [np.hypot(pooled.mean_error, law.errors[0]), np.hypot(pooled.variance_error, law.errors[1])]
    for end, chance in ((settings.problem.a, law.at_a), (settings.problem.b, law.at_b)):
        share = float(np.mean(run.final == float(end)))
        distance.append(share - chance)
        error.append(np.sqrt(max(chance, 1e-6) / settings.replicas))
    return np.abs(distance) / np.array(error)


@pytest.mark.parametrize("name", CASES)
def test_simulation_has_the_law(name: str) -> None:
    law = theory.stationary_law(CASES[name], 600)
    assert np.all(scores(CASES[name], law) < 5)
    faster = replace(CASES[name], learning_rate=1.1 * float(CASES[name].learning_rate))
    assert np.any(scores(CASES[name], theory.stationary_law(faster, 600)) > 10)


def test_law_of_a_pair_is_not_that_of_its_sides_swapped() -> None:
    swapped = lb.MarginLoss(PAIR.negative.expression, "", PAIR.expression)
    law = theory.stationary_law(replace(BASE, loss=swapped), 600)
    assert np.any(scores(replace(BASE, loss=PAIR), law) > 20)


def test_book_example_has_the_known_moments() -> None:
    law = theory.stationary_law(BASE)
    assert law.mean == pytest.approx(0.2040, abs=5e-5)
    assert law.variance == pytest.approx(0.016797, abs=1e-6)
    assert law.at_a < 1e-12 > law.at_b


@pytest.mark.parametrize("name", CASES)
def test_errors_hold_what_more_cells_change(name: str) -> None:
    rough, fine = (theory.stationary_law(CASES[name], cells) for cells in (300, 1200))
    assert abs(rough.mean - fine.mean) <= rough.errors[0] + 2e-5
    assert abs(rough.variance - fine.variance) <= rough.errors[1] + 2e-5
    assert max(rough.errors) < 1e-3


def test_law_is_a_law() -> None:
    law = theory.stationary_law(CASES["atoms on both ends"], 600)
    edges = np.linspace(-1, 1, 41)
    assert law.density(edges) @ np.diff(edges) == pytest.approx(1, abs=2e-4)
    assert np.all(law.density(edges) >= 0)
    assert law.at_a > 0.05 < law.at_b
    assert law.density(edges)[0] > 3 * law.density(edges)[1]
    assert law.density(edges)[-1] > 3 * law.density(edges)[-2]


def test_symmetric_problem_has_a_symmetric_law() -> None:
    law = theory.stationary_law(replace(BASE, problem=lb.ThresholdProblem(-1, [0], 1), learning_rate=0.1), 400)
    assert law.mean == pytest.approx(0, abs=1e-9)
    assert law.at_a == pytest.approx(law.at_b, abs=1e-9)
    np.testing.assert_allclose(law.chances, law.chances[::-1], atol=1e-9)


def test_small_rates_have_the_linear_law() -> None:
    settings = replace(BASE, learning_rate=0.0005)
    law, local = theory.stationary_law(settings, 3000), theory.linearise(settings, theory.minima(settings)[0])
    assert law.variance / local.variance == pytest.approx(1, abs=0.03)
    assert law.mean - local.theta == pytest.approx(local.mean_shift, rel=0.1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"batch": 2}, "batch 1"),
        ({"momentum": 0.1}, "momentum 0"),
        ({"learning_rate": lb.decay(0.1, 10)}, "a constant learning rate"),
        ({"clip": False}, "clip True"),
        ({"problem": lb.ThresholdProblem(0, [1, 2], 3), "start": 1.0}, "one threshold"),
    ],
)
def test_other_processes_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=f"settings must have {words} for the stationary law"):
        theory.stationary_law(replace(BASE, **change))


@pytest.mark.parametrize(
    ("cells", "kind", "words"),
    [
        (7, ValueError, "a whole number from 20 to 6000; got 7"),
        (21, ValueError, "an even whole number from 20 to 6000; got 21"),
        (2.0, TypeError, "got 2.0"),
        (True, TypeError, "True"),
    ],
)
def test_wrong_counts_of_cells_are_refused(cells: object, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        theory.stationary_law(BASE, cells)  # type: ignore[arg-type]


def test_cells_that_no_step_passes_are_refused() -> None:
    with pytest.raises(ValueError, match="cells must be at least 6284, four to the largest step; got 100"):
        theory.stationary_law(replace(BASE, learning_rate=1e-4), 100)


def test_what_is_no_setting_is_refused() -> None:
    with pytest.raises(TypeError, match="settings must be an SGD"):
        theory.stationary_law(3)  # type: ignore[arg-type]
