"""Derivatives and antiderivatives of odd functions, against mpmath's differences and quadrature; parity and units."""

from collections.abc import Callable
from functools import cache

import pytest
import sympy
import sympy.integrals.manualintegrate as rules
from mpmath import mp, mpf
from tests import reference

from lossbook.patience import OutOfPatienceError, patience
from lossbook.sigmoid import calculus
from lossbook.sigmoid.calculus import even_antiderivative, even_derivative, half_derivative, is_odd, unit

U = sympy.Symbol("u", real=True)
P = sympy.Symbol("p", positive=True)
ODD = {
    "atan": sympy.atan(3 * U),
    "algebraic": U / sympy.sqrt(U**2 + 7),
    "softsign": U / (1 + abs(U)),
    "tanh": sympy.tanh(U / 5),
    "erf": sympy.erf(2 * U),
    "logistic": 2 / (1 + sympy.exp(-U)) - 1,
    "gudermannian": 2 / sympy.pi * sympy.atan(sympy.sinh(U)),
    "asinh": sympy.asinh(U) / (1 + sympy.asinh(abs(U))),
    "mixture": (sympy.tanh(U) + U / (1 + abs(U))) / 2,
    "sine": sympy.sin(U),
    "cube": U**3,
    "small scale": sympy.tanh(10**6 * U),
}
NOT_ODD = {
    "cosh": sympy.cosh(U),
    "shifted": sympy.tanh(U - 1),
    "offset": sympy.tanh(U) + sympy.Rational(1, 10**12),
    "exp": sympy.exp(U),
    "absolute value": abs(U),
}
POINTS = [mpf(-3), mpf(-1) / 7, mpf(2) / 3, mpf(20)]


def near(left: mpf, right: mpf) -> bool:
    """Whether two numbers agree to 25 digits."""
    return abs(left - right) <= mpf(10) ** -25 * (1 + abs(right))


@cache
def antiderivative(name: str) -> sympy.Expr:
    """Integrate once for all tests."""
    return even_antiderivative(ODD[name], U)


def compiled(expression: sympy.Expr):
    """Compile for mpmath."""
    return sympy.lambdify(U, expression, "mpmath")


@pytest.mark.parametrize("name", ODD)
def test_derivative_agrees_with_differences(name: str) -> None:
    found, truth = compiled(even_derivative(ODD[name], U)), compiled(ODD[name])
    for point in POINTS:
        with mp.workdps(60):
            h = mpf(10) ** -22 * abs(point)
            assert near(found(point), (truth(point + h) - truth(point - h)) / (2 * h))


@pytest.mark.parametrize("name", ODD)
def test_antiderivative_agrees_with_quadrature(name: str) -> None:
    expression = antiderivative(name)
    if expression.has(sympy.Integral):
        assert expression.diff(U) == ODD[name]
        return
    found, truth = compiled(expression), compiled(ODD[name])
    for point in POINTS:
        with mp.workdps(40):
            area = reference.integral(truth, mpf(0), abs(point), [mpf(0)], mpf("1e-6" if "scale" in name else "0.1"))
            assert near(found(point), area)


@pytest.mark.parametrize("name", ["atan", "algebraic", "softsign", "tanh", "erf", "small scale"])
def test_the_families_have_closed_antiderivatives(name: str) -> None:
    assert not antiderivative(name).has(sympy.Integral)


@pytest.mark.parametrize("name", ODD)
def test_both_are_even(name: str) -> None:
    for expression in (even_derivative(ODD[name], U), antiderivative(name)):
        if not expression.has(sympy.Integral):
            with mp.workdps(40):
                assert all(near(compiled(expression)(point), compiled(expression)(-point)) for point in POINTS)


def test_wrong_antiderivative_would_be_seen() -> None:
    with mp.workdps(40):
        area = reference.integral(mp.tanh, mpf(0), mpf(2), [mpf(0)], mpf("0.1"))
        assert near(mp.log(mp.cosh(2)), area)
        assert not near(mp.log(mp.cosh(2)) + mpf(10) ** -20, area)


@pytest.mark.parametrize("name", NOT_ODD)
def test_function_that_is_not_odd_is_differentiated_as_it_stands_and_not_integrated(name: str) -> None:
    expression = NOT_ODD[name]
    assert even_derivative(expression, U) == sympy.diff(expression, U)
    assert even_antiderivative(expression, U).has(sympy.Integral)


@pytest.mark.parametrize("name", ODD)
def test_odd_functions_are_proved_odd(name: str) -> None:
    assert is_odd(ODD[name], U)


@pytest.mark.parametrize("name", NOT_ODD)
def test_other_functions_are_not_proved_odd(name: str) -> None:
    assert not is_odd(NOT_ODD[name], U)


@pytest.mark.parametrize(
    ("expression", "length"),
    [
        (sympy.tanh(1000 * U), sympy.Rational(1, 1000)),
        (sympy.tanh(U / 7), 7),
        (sympy.atan(-3 * U), sympy.Rational(1, 3)),
        (sympy.tanh(U) + sympy.tanh(5 * U), sympy.Rational(1, 5)),
        (U / sympy.sqrt(1 + U**2), 1),
        (U, 1),
    ],
    ids=str,
)
def test_unit_is_that_of_the_fastest_part(expression: sympy.Expr, length: sympy.Expr) -> None:
    assert unit(expression, U) == length


@pytest.mark.parametrize("expression", [sympy.tanh(10**6 * P), P / (1 + P), sympy.log(1 + P / 10**6), P**3], ids=str)
def test_derivative_on_the_half_line_is_the_derivative(expression: sympy.Expr) -> None:
    difference = half_derivative(expression, P) - expression.diff(P)
    assert abs(sympy.N(difference.subs(P, sympy.Rational(1, 10**6)), 30)) < 1e-20


def interrupted(integrate: Callable[[sympy.Expr, sympy.Symbol], sympy.Expr], seconds: float) -> bool:
    """Give up an integration in its middle; tell whether an unfinished mark stays in sympy's memory."""
    sympy.core.cache.clear_cache()
    rules._integral_cache.clear()
    half = sympy.Symbol("p", positive=True)
    with pytest.raises(OutOfPatienceError), patience(seconds):
        integrate(half**7 * sympy.atan(half) * sympy.exp(half) * sympy.log(half + 2), half)
    return bool(rules._integral_cache)


def test_an_interrupted_integral_does_not_spoil_the_next() -> None:
    waits = [0.003 * 1.5**n for n in range(9)]  # on a busy machine the first ones end before the integration begins
    assert not any(interrupted(calculus._integrated, wait) for wait in waits)
    assert any(interrupted(rules.manualintegrate, wait) for wait in waits)  # the control: sympy itself keeps the mark
    rules._integral_cache.clear()
