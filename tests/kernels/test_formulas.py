"""What goes into the lane loops: slope, drop and pull against differences, and each sigmoid in a unit of its own."""

import numpy as np
import pytest
import sympy
from mpmath import mp
from tests import reference

from lossbook.kernels.formulas import Formulas, W, Y, drop_of, formulas, slope_of, unit_of
from lossbook.loss import M, MarginLoss, asl, linear
from lossbook.sigmoid import OddSigmoid, families
from lossbook.sigmoid.odd_sigmoid import U

LOSSES = {
    "linear": linear(),
    "logistic": MarginLoss(sympy.log(1 + sympy.exp(-4 * M))),
    "squared": MarginLoss((1 - M) ** 2),
    "exponential": MarginLoss(sympy.exp(-3 * M)),
}
READERS = ("sinh(u)/sqrt(1+sinh(u)**2)", "u/(1+abs(u)**3)**(1/3)", "atan(5*u)*2/pi", "2/pi*atan(sinh(u))")
SIGMOIDS = {family.__name__: family("1/7") for family in families.ALL} | {
    text: OddSigmoid.parse(text) for text in READERS
}
POINTS = np.array([-7.3, -1.1, -0.2, 0.15, 0.9, 4.7])


def number(expression: sympy.Expr, **values: float) -> float:
    """Evaluate an expression at 30 digits."""
    places = {symbol: sympy.Float(values[symbol.name], 30) for symbol in expression.free_symbols}
    return float(sympy.N(expression.subs(places), 30))


def difference(expression: sympy.Expr, symbol: sympy.Symbol, point: float) -> float:
    """Differentiate by a central difference at many digits."""
    function = sympy.lambdify(symbol, expression, "mpmath")
    with mp.workdps(40):
        return float(reference.central_difference(function, point, 1e-12))


@pytest.mark.parametrize("name", SIGMOIDS)
def test_slope_is_the_derivative_on_both_sides(name: str) -> None:
    unit, _ = unit_of(SIGMOIDS[name])
    slope = slope_of(unit)
    found = [number(slope, u=point) for point in POINTS]
    np.testing.assert_allclose(found, [difference(unit, U, point) for point in POINTS], rtol=1e-12)
    stretched = unit.subs(U, U * sympy.Rational(101, 100))
    assert np.abs(found - np.array([difference(stretched, U, point) for point in POINTS])).max() > 1e-4


@pytest.mark.parametrize("name", LOSSES)
def test_drop_is_minus_the_derivative(name: str) -> None:
    loss = LOSSES[name]
    for margin in (-0.9, -0.3, 0.0, 0.4, 1.0):
        drop = number(drop_of(loss.positive), m=margin)
        assert drop == pytest.approx(-difference(loss.expression, M, margin), rel=1e-12)
        assert drop >= 0, "the sign is part of the definition"


def namespace(parts: Formulas) -> dict:
    """Run the functions in float64, as plain Python."""
    names = {name: getattr(np, name) for name in ("exp", "log", "sqrt", "tanh", "sinh", "cosh", "sign")}
    names |= {"atan": np.arctan, "asinh": np.arcsinh, "erf": np.vectorize(lambda x: float(mp.erf(x)))}
    names |= {"inlined": lambda function: function, "f32": float, "fma": lambda x, y, z: x * y + z}
    exec(parts.source, names)
    return names


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", SIGMOIDS)
def test_written_functions_have_the_values_of_the_formulas(name: str, loss: str) -> None:
    unit, _ = unit_of(SIGMOIDS[name])
    parts = formulas(unit, LOSSES[loss])
    written = namespace(parts)
    (drop, other_drop), margins = parts.drops, (-0.9, 0.0, 0.6)
    assert drop == other_drop
    for point in POINTS:
        sigma, slope = number(unit, u=point), difference(unit, U, point)
        assert written["value"](point) == pytest.approx(sigma, rel=1e-9)
        assert parts.slope_factor * written["slope"](point) == pytest.approx(slope, rel=1e-9)
        for weight, label in ((2.5, 1.0), (-0.75, -1.0)):
            wanted = weight * number(drop, m=label * sigma) * slope
            found, other = (parts.pull_factor * written["pull"](point, weight, y) for y in (label, -label))
            assert found == pytest.approx(wanted, rel=1e-9)
            assert loss == "linear" or other != pytest.approx(wanted, rel=1e-3, abs=0), "the label must matter"
    for margin in margins:
        for label in (1.0, -1.0):
            found = parts.drop_factor * written["drop"](margin, label)
            assert found == pytest.approx(number(drop, m=margin), rel=1e-9)


PAIRS = {
    "logistic and squared": MarginLoss(LOSSES["logistic"].expression, "", LOSSES["squared"].expression),
    "linear, weighted": linear().weighted((3, "1/2")),
    "ASL": asl(1, "5/2", temperature="1/4"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_label_selects_the_side_of_a_pair(name: str) -> None:
    unit, loss = unit_of(families.tanh())[0], PAIRS[name]
    parts = formulas(unit, loss)
    written = namespace(parts)
    slopes = [difference(side.expression, M, 0.3) for side in loss.sides]
    assert slopes[0] != pytest.approx(slopes[1], rel=0.01), "the sides must differ"
    for label, side in zip((1.0, -1.0), loss.sides, strict=True):
        for margin in (-0.9, 0.0, 0.3, 0.6):
            wanted = -difference(side.expression, M, margin)
            assert parts.drop_factor * written["drop"](margin, label) == pytest.approx(wanted, rel=1e-9)
        for point in POINTS[1:5]:
            score, slope = number(unit, u=point), difference(unit, U, point)
            wanted = -0.7 * -difference(side.expression, M, label * score) * slope
            assert parts.pull_factor * written["pull"](point, -0.7, label) == pytest.approx(wanted, rel=1e-9)


def test_sides_with_the_same_slope_are_written_once() -> None:
    pair = MarginLoss(1 - M, "", 2 - M)
    assert not pair.symmetric
    unit = unit_of(families.arctan())[0]
    assert formulas(unit, pair) == formulas(unit, linear())
    assert " if y > " not in formulas(unit, pair).source
    assert " if y > " in formulas(unit, PAIRS["linear, weighted"]).source


def test_steepest_slope_is_that_of_the_steeper_side() -> None:
    parts = formulas(unit_of(families.tanh())[0], MarginLoss(-M, "", -5 * M))
    assert parts.steepest == 5


def test_pull_of_the_paper_is_weight_times_slope() -> None:
    parts = formulas(unit_of(families.arctan(3))[0], linear())
    assert (parts.slope_factor, parts.drop_factor, parts.pull_factor) == pytest.approx((2 / np.pi, 1, 2 / np.pi))
    assert sympy.simplify(parts.slope - 2 / sympy.pi / (1 + U**2)) == 0
    assert parts.drops == (1, 1)
    assert {W.name, Y.name} == {"w", "y"}


@pytest.mark.parametrize("family", families.ALL, ids=lambda family: family.__name__)
@pytest.mark.parametrize("scale", ["1/100", "3", "1000000"])
def test_family_is_measured_by_its_scale(family, scale: str) -> None:
    unit, length = unit_of(family(scale))
    assert unit == unit_of(family("7"))[0], "one kernel serves for all scales"
    exact = sympy.Rational(scale)
    assert length == pytest.approx(float(sympy.sqrt(exact) if family is families.algebraic else exact), rel=1e-15)


@pytest.mark.parametrize("text", [*READERS, "atan(1e20*u)*2/pi", "tanh(u/1e30)", "u/(abs(u)+1e-7)"])
def test_readers_formula_is_measured_by_a_power_of_two(text: str) -> None:
    sigma = OddSigmoid.parse(text)
    unit, length = unit_of(sigma)
    assert np.log2(length) == round(np.log2(length))
    for point in (-2.0, 0.5, 1.0):
        assert number(unit, u=point) == pytest.approx(number(sigma.expression, u=point * length), rel=1e-14)
    assert 0.3 < number(unit, u=1.0) < 0.7, "it is half saturated near 1"
