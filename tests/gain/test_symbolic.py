"""Symbolic gain: Leibniz's rule and the sum rule agree, (18) by substitution, oddness, closed forms against numbers."""

from itertools import pairwise

import numpy as np
import pytest
import sympy
from mpmath import mp

from lossbook.gain import gain, gain_gradient
from lossbook.gain.symbolic import (
    closed_gain,
    closed_slope,
    gain_integral,
    gain_partial,
    loss_integral,
    score,
    shift_variable,
    sigma,
    slope,
    slope_formula,
    symbols,
)
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import families

PLAIN = sympy.Function("sigma")
W = sympy.symbols("w_p w_m", positive=True)
PROBLEM = ThresholdProblem("-1/2", ["1/3"], 4)


def test_oddness_is_built_in() -> None:
    u, v = sympy.symbols("u v")
    assert sigma(-u) == -sigma(u)
    assert sigma(u - v) + sigma(v - u) == 0
    assert sigma(0) == sigma(u - u) == 0
    assert slope(-u) == slope(u)
    assert slope(0) != 0
    assert sigma(u).diff(u) == slope(u)
    assert sigma(2 * u - v).diff(v) == -slope(2 * u - v)


def test_nothing_else_is_built_in() -> None:
    u, v = sympy.symbols("u v", positive=True)
    assert sigma(u + v) != sigma(u) + sigma(v)
    assert sigma(2 * u) != 2 * sigma(u)
    assert PLAIN(-u) != -PLAIN(u)
    assert not sigma(u).is_positive


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_symbols_and_score(n: int) -> None:
    names = symbols(n)
    assert len(names.cuts) == n + 2
    assert len(names.parameters) == n
    assert len({*names.cuts, *names.parameters, names.x}) == 2 * n + 3
    product = sympy.Integer(1)
    for parameter in names.parameters:
        product *= PLAIN(parameter - names.x)
    assert score(n, PLAIN) == product


@pytest.mark.parametrize("n", [0, -1, 1.0, True, "1", None])
def test_wrong_number_of_thresholds_is_refused(n: object) -> None:
    with pytest.raises(ValueError, match=r"^n must be a positive integer"):
        symbols(n)


@pytest.mark.parametrize("k", [0, 3, -1, "1", None])
def test_wrong_parameter_is_refused(k: object) -> None:
    with pytest.raises(ValueError, match=r"^k must be an integer from 1 to 2"):
        gain_partial(2, k)


def integrated(integral: sympy.Integral) -> sympy.Float:
    """Integrate numerically, cut at the parameters' places."""
    x, low, high = integral.limits[0]
    integrand = sympy.lambdify(x, integral.function, "mpmath")
    places = [low, *[place for place in (sympy.Rational(4, 5), sympy.Integer(2)) if low < place < high], high]
    return sympy.Float(mp.quad(integrand, [mp.mpf(place.p) / place.q for place in places]), 20)


def numbers(expression: sympy.Expr, function: sympy.Expr, derivative: sympy.Expr) -> float:
    """Put a given function for the unknown one, numbers for the symbols of two thresholds, and integrate."""
    names, u = symbols(2), sympy.Symbol("u", real=True)
    places = (0, 1, sympy.Rational(5, 2), 6, sympy.Rational(4, 5), 2)
    values = dict(zip((*names.cuts, *names.parameters, *W), (*places, 2, 3), strict=True))
    given = expression.replace(sigma, lambda part: function.subs(u, part))
    given = given.replace(slope, lambda part: derivative.subs(u, part)).subs(values)
    with mp.workdps(25):
        return float(given.xreplace({part: integrated(part) for part in given.atoms(sympy.Integral)}))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_derivative_under_the_integral_equals_the_sum_rule(n: int) -> None:
    """Differentiate the integrand by hand: replace one factor of the product by its slope."""
    names = symbols(n)
    for k in range(1, n + 1):
        factors = [slope(p - names.x) if i == k else sigma(p - names.x) for i, p in enumerate(names.parameters, 1)]
        byhand = sympy.Add(
            *[
                (-1) ** j * W[j % 2] * sympy.Integral(sympy.Mul(*factors), (names.x, low, high))
                for j, (low, high) in enumerate(pairwise(names.cuts))
            ]
        )
        assert sympy.simplify(gain_partial(n, k, weights=W) - byhand) == 0


@pytest.mark.parametrize("n", [1, 2, 3])
def test_derivative_under_the_integral_is_the_derivative_for_a_given_function(n: int) -> None:
    u = sympy.Symbol("u", real=True)
    cubic = (u - u**3 / 300, 1 - u**2 / 100)
    names = symbols(n)
    whole = gain_integral(n, weights=W).replace(sigma, lambda part: cubic[0].subs(u, part)).doit()
    for k in range(1, n + 1):
        partial = gain_partial(n, k, weights=W).replace(sigma, lambda part: cubic[0].subs(u, part))
        partial = partial.replace(slope, lambda part: cubic[1].subs(u, part)).doit()
        assert sympy.expand(whole.diff(names.parameters[k - 1]) - partial) == 0


def test_wrong_partial_would_be_seen() -> None:
    assert sympy.simplify(gain_partial(2, 1) - gain_partial(2, 2)) != 0
    assert sympy.simplify(gain_partial(1, 1, weights=(1, 2)) - gain_partial(1, 1)) != 0


@pytest.mark.parametrize("function", [sigma, PLAIN])
@pytest.mark.parametrize("weights", [(1, 1), W])
def test_equation_18_by_substitution_and_leibniz(function, weights: tuple) -> None:
    """After u = theta - x the parameter stands in the limits alone; their derivative gives sigma at the limits."""
    theta = symbols(1).parameters[0]
    shifted = shift_variable(gain_integral(1, function, weights))
    assert all(theta not in part.function.free_symbols for part in shifted.atoms(sympy.Integral))
    derived = shifted.diff(theta).doit()
    assert not derived.has(sympy.Integral)
    assert sympy.expand(derived - slope_formula(function, weights)) == 0


def test_slope_formula_needs_its_factor_two() -> None:
    (a, a_1, b), theta = symbols(1).cuts, symbols(1).parameters[0]
    assert sympy.expand(slope_formula() - (sigma(theta - a) + sigma(theta - b) - 2 * sigma(theta - a_1))) == 0
    assert sympy.expand(slope_formula() - (sigma(theta - a) + sigma(theta - b) - sigma(theta - a_1))) != 0
    assert sympy.expand(slope_formula() - (sigma(theta - a) - sigma(b - theta) - 2 * sigma(theta - a_1))) == 0


@pytest.mark.parametrize("n", [1, 2, 3])
def test_loss_and_gain_add_up_to_the_length(n: int) -> None:
    names = symbols(n)
    cubic = lambda part: part - part**3 / 300  # noqa: E731 - one line is clearer
    total = (loss_integral(n) + gain_integral(n)).replace(sigma, cubic).doit()
    assert sympy.expand(total - (names.cuts[-1] - names.cuts[0])) == 0


@pytest.mark.parametrize("name", ["arctan", "algebraic", "softsign", "tanh", "erf"])
@pytest.mark.parametrize("weights", [(1, 1), (3, "1/7")])
def test_closed_forms_agree_with_numbers(name: str, weights: tuple) -> None:
    sigmoid = getattr(families, name)("2/5")
    theta = symbols(1).parameters[0]
    whole, steep = closed_gain(PROBLEM, sigmoid, weights), closed_slope(PROBLEM, sigmoid, weights)
    for point in (-2.0, -0.5, 0.25, 1 / 3, 1.75, 4.0, 9.0):
        at = {theta: sympy.Rational(point)}
        assert gain(PROBLEM, sigmoid, point, weights) == pytest.approx(float(sympy.N(whole.subs(at), 30)), rel=1e-12)
        assert gain_gradient(PROBLEM, sigmoid, point, weights)[0] == pytest.approx(
            float(sympy.N(steep.subs(at), 30)), rel=1e-12, abs=1e-15
        )


@pytest.mark.parametrize("name", ["arctan", "algebraic", "softsign", "tanh", "erf"])
def test_closed_slope_is_the_derivative_of_the_closed_gain(name: str) -> None:
    sigmoid, theta = getattr(families, name)("2/5"), symbols(1).parameters[0]
    difference = closed_gain(PROBLEM, sigmoid, (2, 3)).diff(theta) - closed_slope(PROBLEM, sigmoid, (2, 3))
    for point in ("-7/5", "1/7", "9/4", "19/3"):
        assert abs(sympy.N(difference.subs(theta, sympy.Rational(point)), 30)) < 1e-20


def test_integrals_agree_with_the_numeric_gain_for_a_given_function() -> None:
    u = sympy.Symbol("u", real=True)
    value = numbers(gain_integral(2, weights=W), sympy.tanh(u), 1 - sympy.tanh(u) ** 2)
    problem = ThresholdProblem(0, [1, "5/2"], 6)
    assert gain(problem, families.tanh(), [0.8, 2], (2, 3)) == pytest.approx(float(value), rel=1e-13)
    for k in (1, 2):
        part = numbers(gain_partial(2, k, weights=W), sympy.tanh(u), 1 - sympy.tanh(u) ** 2)
        assert gain_gradient(problem, families.tanh(), [0.8, 2], (2, 3))[k - 1] == pytest.approx(float(part), rel=1e-12)


@pytest.mark.parametrize("function", [closed_gain, closed_slope])
def test_closed_forms_are_for_one_threshold(function) -> None:
    with pytest.raises(ValueError, match=r"^problem must have one threshold for a closed form; got n = 2"):
        function(ThresholdProblem(0, [1, 2], 3), families.tanh())


def test_unknown_functions_print_with_their_symbol() -> None:
    u = sympy.Symbol("u")
    assert r"\sigma\left(u\right)" in sympy.latex(2 * sigma(u))
    assert r"\sigma'\left(u\right)" in sympy.latex(slope(u))
    assert sympy.latex(sigma(u) ** 2).endswith("^{2}")
    assert np.isfinite(float(sympy.N(sigma(u).subs(u, 0))))
