"""The public face: the names that readers' notebooks call are there, with the meaning that the book gives them."""

import numpy as np
import pytest
import sympy

import lossbook as lb

NAMES = {
    "AxiomReport",
    "MarginLoss",
    "OddSigmoid",
    "ThresholdProblem",
    "Verdict",
    "gain",
    "gain_gradient",
    "losses",
    "metrics",
    "predict",
    "risk",
    "sigmoids",
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
