"""The words of a proof: symbols, unknown functions, steps."""

from random import Random
from typing import Any

import pytest
import sympy
from tests.proof.worlds import World, exact_sigmoid, value

from lossbook.gain.symbolic import slope_formula, symbols
from lossbook.proof import terms as w
from lossbook.proof.kernel import SIGMOID, Axioms, Rejected, Step
from lossbook.proof.search import prove
from lossbook.proof.terms import a, a_1, b, eta, sigma, statement, theta, u, v, x

HALF = sympy.Rational(1, 2)


def test_symbols_are_those_of_the_book() -> None:
    assert symbols(1).cuts == (a, a_1, b)
    assert (w.A, w.B, w.t, w.z, w.k) == (a_1 - a, b - a_1, theta - a_1, a_1 - theta, theta - a)
    assert w.slope() == slope_formula(sigma)
    assert all(symbol == sympy.Symbol(symbol.name, real=True) for symbol in (*w.WEIGHTS, u, v, eta))


def test_slopes_are_derivatives_of_the_integrals() -> None:
    curve = exact_sigmoid(Random(3))
    points = dict(zip((a, a_1, b, theta), map(sympy.Integer, (-1, 2, 7, 3)), strict=True))
    here = {symbol: int(number) for symbol, number in points.items()}
    assert value(w.slope((2, 5)), World({**here}, {sigma: curve})) == (
        2 * (curve.value(4) - curve.value(1)) - 5 * (curve.value(4) + curve.value(1))
    )
    risk = value(w.risk_slope(), World(here, {w.F_plus: curve, w.F_minus: curve}))
    assert risk == -value(w.slope(), World(here, {sigma: curve}))


def test_statement_brings_the_axioms_of_its_functions_alone() -> None:
    claim = statement(w.F_plus(u) >= sigma(v), u >= 0)
    assert dict(claim.functions) == {sigma: SIGMOID, w.F_plus: w.drop(w.eta_plus)}
    mine = sympy.Function("mine")
    axioms = {mine: Axioms(frozenset({"zero"}))}
    assert dict(statement(mine(u) >= 0, axioms=axioms).functions) == axioms


def test_function_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Rejected, match=r"unknown\(u\)"):
        prove("unknown", statement(sympy.Function("unknown")(u) >= 0), [])


@pytest.mark.parametrize(
    ("times", "scale", "above", "below"),
    [
        (1, 1, (), ()),
        (sympy.Rational(3, 7), sympy.Rational(3, 7), (), ()),
        ((v - u) * x / u / 3, sympy.Rational(1, 3), (x, v - u), (u,)),
        (1 / (u + v), 1, (), (u + v,)),
        (u**2 / v**3 / 5, sympy.Rational(1, 5), (u, u), (v, v, v)),
        (-2, -2, (), ()),
    ],
)
def test_multiplier_is_split(times: Any, scale: Any, above: tuple[Any, ...], below: tuple[Any, ...]) -> None:
    step = w.bounded(x, times=times)
    assert (step.scale, step.times, step.over) == (scale, above, below)


@pytest.mark.parametrize(
    ("step", "rule", "source", "arguments"),
    [
        (w.increasing(0, u), "increasing", sigma, (0, u)),
        (w.concave(0, u / 2, u, w.F), "concave", w.F, (0, u / 2, u)),
        (w.concave(0, u / 2, u, w.F, near=True), "bent", w.F, (0, u / 2, u)),
        (w.bounded(2 * u), "bounded", sigma, (2 * u,)),
        (w.reflected(u), "reflected", w.F, (u,)),
        (w.given(u >= 0), "given", u >= 0, ()),
    ],
)
def test_step_names_its_rule(step: Step, rule: str, source: Any, arguments: tuple[Any, ...]) -> None:
    assert (step.rule, step.source, step.arguments, step.because) == (rule, source, arguments, ())


def test_theorem_is_used_with_forms_and_multiples_of_functions() -> None:
    theorem = prove("rises", statement(w.F(v) >= w.F(u), u >= 0, v >= u), [w.increasing(u, v, w.F)])
    step = w.use(theorem, {u: 0, w.F: sigma, eta: 1}, times=HALF)
    assert step.source is theorem
    assert step.arguments == ((u, 0), (w.F, (1, sigma)), (eta, 1))
    assert w.use(theorem, {w.F: (x, sigma)}).arguments == ((w.F, (x, sigma)),)
    assert step.scale == HALF
