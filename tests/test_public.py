"""The public face: the names that readers' notebooks call are there, with the meaning that the book gives them."""

from pathlib import Path

import numpy as np
import pytest
import sympy

import lossbook as lb

NAMES = {
    "SGD",
    "AxiomReport",
    "DivergedError",
    "MarginLoss",
    "OddSigmoid",
    "Run",
    "ThresholdProblem",
    "Verdict",
    "VerdictCard",
    "decay",
    "enclose_gradient",
    "enclose_maximum",
    "gain",
    "gain_and_gradient",
    "gain_gradient",
    "interval_gradients",
    "load_sweep",
    "losses",
    "maximize_gain",
    "metrics",
    "minimize_risk",
    "predict",
    "risk",
    "risk_gradient",
    "search_maximum",
    "sigmoids",
    "simulate",
    "sweep",
    "verdict_card",
}


def test_public_names_are_those_of_the_book() -> None:
    assert set(lb.__all__) >= NAMES
    assert all(hasattr(lb, name) for name in lb.__all__)
    assert lb.__version__


def test_readers_first_notebook_runs() -> None:
    sigma = lb.sigmoids.arctan(scale="1/10")
    assert sigma.expression == 2 * sympy.atan(10 * sigma.symbol) / sympy.pi
    assert sympy.simplify(sigma.derivative - sigma.expression.diff(sigma.symbol)) == 0
    assert sigma.check().proved
    assert sigma(np.array([0.1])) == pytest.approx(0.5)
    problem = lb.ThresholdProblem(0, [2], 100)
    assert problem.label(2) == 1
    assert problem.label(2.5) == -1
    assert np.ndim(lb.gain(problem, sigma, 1.0, weights=(1, 1))) == 0
    assert lb.gain_gradient(problem, sigma, [1.0], weights=(1, 1)).shape == (1,)
    loss = lb.losses.linear()
    total = lb.risk(problem, sigma, [1.0], loss, weights=(1, 1)) + lb.gain(problem, sigma, [1.0])
    assert total == pytest.approx(100, rel=1e-13)


def test_readers_own_formula_and_the_five_families() -> None:
    assert lb.OddSigmoid.parse("u/sqrt(1+u**2)") == lb.sigmoids.algebraic(delta=1)
    for make in (lb.sigmoids.arctan, lb.sigmoids.softsign, lb.sigmoids.tanh, lb.sigmoids.erf):
        assert make(scale=2)(0.0) == 0


def test_counterexample_of_the_length_reading() -> None:
    """arctan, scale 1, (0, 2, 100): 3 A < B, and yet the gain rises at the left end."""
    slope = lb.gain_gradient(lb.ThresholdProblem(0, [2], 100), lb.sigmoids.arctan(), 0.0)
    assert slope[0] > 0


def test_every_public_thing_has_a_docstring() -> None:
    assert all((getattr(lb, name).__doc__ or "").strip() for name in lb.__all__)


def test_readers_first_simulation_runs() -> None:
    problem, sigma = lb.ThresholdProblem(0, [2], 100), lb.sigmoids.arctan()
    run = lb.simulate(
        lb.SGD(
            problem=problem, sigmoid=sigma, loss=lb.losses.linear(), weights=(1, 1), learning_rate=2e-3, batch=8,
            momentum=0.9, steps=1000, burn_in=200, start=0.0, replicas=100, seed=1, record_every=100,
        )
    )  # fmt: skip
    assert run.mean.shape == run.variance.shape == run.error_rate.shape == (100,)
    assert run.trajectory.shape == (10, 100)
    assert 0 < run.sensitivity.mean() < 1
    two = lb.SGD(
        problem=lb.ThresholdProblem(0, [2, 5], 9), sigmoid=sigma, learning_rate=lb.decay(0.1, 10), steps=100,
        replicas=7, record_every=30,
    )  # fmt: skip
    assert lb.simulate(two).trajectory.shape == (3, 7, 2)
    assert lb.simulate(two).mean.shape == (7, 2)


def test_readers_first_sweep_runs(tmp_path: Path) -> None:
    design = lb.sweep.Design(
        title="Two imbalances",
        fixed={"learning_rate": 0.01, "steps": 200, "replicas": 8, "loss": "hinge", "scale": "1/10"},
        grid={"imbalance": [1, 10]},
    )
    planned = lb.sweep.plan(design)
    assert (planned.tasks, planned.samples) == (2, 3200)
    assert lb.sweep.run(design, tmp_path).complete
    table = lb.load_sweep(tmp_path)
    assert table["imbalance"].to_list() == [1, 10]
    assert 0 < table["mean"][1] < table["mean"][0] < 1
    assert lb.sweep.verify(tmp_path, 1).good
    assert next(lb.sweep.summary(tmp_path)) == "Two imbalances: learning"
    with pytest.raises(lb.sweep.DesignError, match=r"^grid\.batch\[0\]: batch must be a whole number"):
        lb.sweep.Design(grid={"batch": [0]})


def test_every_public_thing_of_sweeps_has_a_docstring() -> None:
    assert all(hasattr(lb.sweep, name) for name in lb.sweep.__all__)
    things = [getattr(lb.sweep, name) for name in lb.sweep.__all__ if name != "MEASURES"]
    assert all((thing.__doc__ or "").strip() for thing in things)
