"""Printed functions by their values: compiled ones in float32, and random expressions as plain Python in float64."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp
from numba import njit
from scipy import special

from lossbook.kernels import arithmetic, elementary
from lossbook.kernels.arithmetic import COMPILED, f32
from lossbook.kernels.printer import function_source

u, w = sympy.symbols("u w", real=True)
half, third, pi = sympy.Rational(1, 2), sympy.Rational(1, 3), sympy.pi
POINTS = np.array([(0.3, 1.7), (1.0, 0.6), (2.25, -1.2), (0.01, 3.5), (5.5, -0.4), (1e-3, 1.0)], np.float32)

EXPRESSIONS = [
    u + w,
    u - w,
    -u,
    u * w + 3,
    2 * u * w - u * pi + w / 7,
    u**2 + w**2 + u * w,
    u**3 - u**4 + u**5,
    u**7 / (1 + u**6),
    u**11 * sympy.exp(-(u**2)),
    1 / u,
    -1 / u**2,
    w / (u**2 + 1),
    -w / (u**2 + 1) ** 2,
    3 * w / (2 * u * (u + 1)),
    sympy.sqrt(u),
    1 / sympy.sqrt(u**2 + 1),
    u / sympy.sqrt(u**2 + 1),
    (u**2 + 1) ** (-3 * half),
    (u**2 + 1) ** (5 * half) / 100,
    (u + 1) ** third,
    (u**2 + 1) ** (-2 * third) * w,
    (1 + u) ** w,
    (1 + u) ** (-w),
    sympy.Integer(2) ** w,
    sympy.exp(w) * sympy.exp(-u),
    3 * sympy.exp(-2 * u) * w,
    sympy.exp(-(w**2)) / (1 + sympy.exp(-u)) ** 2,
    sympy.log(1 + sympy.exp(-4 * w)),
    sympy.Abs(w) * u,
    sympy.Abs(w - u) ** 3,
    sympy.Max(u, w, 1),
    sympy.Min(u, w) - sympy.Max(0, 1 - w),
    sympy.Heaviside(w) * u,
    sympy.Heaviside(w - 1) - 2,
    sympy.sign(w) * u,
    sympy.tanh(w) + sympy.atan(u) - sympy.asinh(w),
    sympy.sinh(w) / sympy.cosh(u),
    sympy.sin(w) * sympy.cos(u),
    sympy.erf(w) * sympy.erfc(u / 4),
    2 / sympy.sqrt(pi) * sympy.exp(-(u**2)),
    (sympy.tanh(u) + 1) ** 2 - sympy.tanh(u) ** 2,
    -(u + w) / (u + 10),
    -3 * (u + w) * (u - w),
    (1 + sympy.sqrt(2)) * u / pi**2,
    sympy.Rational(5, 3) + 0 * u,
    pi + 0 * u,
    u,
    w,
    sympy.Piecewise((u * w, w > 0), (sympy.exp(-u) - 2, True)),
    3 * sympy.Piecewise((u, w > 0), (w, True)) - u**2,
    sympy.Piecewise((2, w > 0), (third, True)),
]
SOME = EXPRESSIONS[::3]


def exact(expression: sympy.Expr, x: float, y: float) -> float:
    """Evaluate at 40 digits, from the two numbers as they are."""
    own: dict[str, Callable] = {"Heaviside": lambda t, _=None: mp.mpf(t > 0), "Max": max, "Min": min, "Abs": abs}
    with mp.workdps(40):
        modules = [own, "mpmath"]
        return float(sympy.lambdify((u, w), expression, modules)(mp.mpf(x), mp.mpf(y)))


PYTHON: dict[str, Any] = {
    **{name: getattr(np, name) for name in ("exp", "log", "tanh", "sinh", "cosh", "sin", "cos", "sqrt", "sign")},
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "erf": special.erf,
    "erfc": special.erfc,
    "f32": float,
    "fma": lambda x, y, z: x * y + z,
    "inlined": lambda function: function,
}


def as_python(source: str, x: float, y: float) -> float:
    """Run a printed function in float64."""
    names = dict(PYTHON)
    exec(source, names)
    return float(names["f"](x, y))


def everywhere(expression: sympy.Expr) -> np.ndarray:
    """Give the exact values at all points."""
    return np.array([exact(expression, float(x), float(y)) for x, y in POINTS])


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_printed_function_has_the_value_of_the_expression(expression: sympy.Expr) -> None:
    source = function_source("f", (u, w), expression)
    found = [as_python(source, float(x), float(y)) for x, y in POINTS]
    np.testing.assert_allclose(found, everywhere(expression), rtol=1e-12, atol=1e-12)
    assert np.abs(found - everywhere(expression + u / 1000)).max() > 1e-4, "another expression must be seen"


@pytest.fixture(scope="module")
def compiled() -> np.ndarray:
    """The values of every third expression, compiled together in float32: a row for each."""
    names: dict[str, Any] = {"f32": f32, "fma": arithmetic.fma, "inlined": arithmetic.inlined, **elementary.FUNCTIONS}
    functions = [function_source(f"value{i}", (u, w), expression) for i, expression in enumerate(SOME)]
    lines = [f"        values[{i}, k] = value{i}(points[k, 0], points[k, 1])" for i in range(len(SOME))]
    loop = "\n".join(["def loop(points, values):", "    for k in range(len(points)):", *lines])
    exec("\n\n".join([*functions, loop]), names)
    values = np.empty((len(SOME), len(POINTS)))
    njit(**COMPILED)(names["loop"])(POINTS, values)
    return values


@pytest.mark.parametrize("place", range(len(SOME)), ids=lambda place: str(SOME[place]))
def test_compiled_function_has_the_value_in_single_precision(compiled: np.ndarray, place: int) -> None:
    wanted = everywhere(SOME[place])
    tolerance = 2.0**-19 * np.maximum(1, np.abs(wanted))
    assert (np.abs(compiled[place] - wanted) <= tolerance).all()
    assert (np.abs(compiled[place] - everywhere(SOME[place] + u / 1000)) > tolerance).any()
    np.testing.assert_array_equal(compiled[place], compiled[place].astype(np.float32))


def positive(part: sympy.Expr) -> sympy.Expr:
    return 1 + part**2


def grown(parts: st.SearchStrategy[sympy.Expr]) -> st.SearchStrategy[sympy.Expr]:
    """Make larger expressions of small ones; what is divided by or rooted is at least 1, and exponents are tame."""
    exponents = st.sampled_from([half, -half, 3 * half, -3 * half, -1, -2, third, -2 * third])
    bounded = [sympy.tanh, sympy.atan, sympy.asinh, sympy.erf, sympy.sin, sympy.cos, sympy.Abs, sympy.sign]
    return st.one_of(
        st.lists(parts, min_size=2, max_size=4).map(lambda terms: sympy.Add(*terms)),
        st.lists(parts, min_size=2, max_size=3).map(lambda terms: sympy.Mul(*terms)),
        st.tuples(parts, st.integers(2, 5)).map(lambda pair: sympy.tanh(pair[0]) ** pair[1]),
        st.tuples(parts, exponents).map(lambda pair: positive(pair[0]) ** pair[1]),
        st.tuples(parts, parts).map(lambda pair: positive(pair[0]) ** sympy.sin(pair[1])),
        st.tuples(parts, parts).map(lambda pair: pair[0] / positive(pair[1])),
        st.tuples(st.sampled_from(bounded), parts).map(lambda pair: pair[0](pair[1])),
        parts.map(lambda part: sympy.exp(-sympy.Abs(part))),
        parts.map(lambda part: sympy.log(positive(part))),
        st.tuples(st.sampled_from([sympy.Max, sympy.Min]), parts, parts).map(lambda three: three[0](*three[1:])),
    )


numbers = st.sampled_from([sympy.Integer(2), sympy.Integer(-1), half, sympy.Rational(-7, 3), pi, sympy.sqrt(2)])
leaves = st.one_of(st.sampled_from([u, w]), numbers)
expressions = st.recursive(leaves, grown, max_leaves=6).filter(lambda expression: bool(expression.free_symbols))
steady = st.floats(-2, 2).filter(lambda number: abs(number) > 1e-3)


def has_kink(expression: sympy.Expr, x: float, y: float) -> bool:
    """Whether a sign is taken of what is almost 0."""
    return any(abs(exact(part.args[0], x, y)) < 1e-9 for part in expression.atoms(sympy.sign))


@given(expressions, steady, steady)
def test_random_expression_keeps_its_value(expression: sympy.Expr, x: float, y: float) -> None:
    if has_kink(expression, x, y):
        return
    wanted = exact(expression, x, y)
    found = as_python(function_source("f", (u, w), expression), x, y)
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9 * (1 + abs(wanted)))


def test_a_lost_sign_would_be_seen() -> None:
    source = function_source("f", (u, w), -3 * w / (u**2 + 1))
    wanted = exact(-3 * w / (u**2 + 1), 0.5, 2.0)
    assert as_python(source, 0.5, 2.0) == pytest.approx(wanted)
    assert as_python(source.replace("-(", "("), 0.5, 2.0) != pytest.approx(wanted)


def test_common_parts_are_computed_once() -> None:
    source = function_source("f", (u, w), sympy.tanh(u) ** 2 + w * sympy.tanh(u))
    assert source.count("= tanh(") == 1


def test_source_does_not_depend_on_the_order_of_making() -> None:
    parts = [u * w, sympy.tanh(u), w**2, pi, sympy.exp(-u)]
    sources = {
        function_source("f", (u, w), reduce(lambda left, right: left + right, order)) for order in (parts, parts[::-1])
    }
    assert len(sources) == 1


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        (sympy.gamma(u), "gamma"),
        (sympy.tan(u) + 1, "tan"),
        (sympy.floor(u), "floor"),
        (w * sympy.besselj(0, u), "besselj"),
    ],
    ids=str,
)
def test_unknown_function_is_refused_by_name(expression: sympy.Expr, named: str) -> None:
    with pytest.raises(TypeError, match=rf"^a formula must be made of exp, log, .* and powers; got {named} in it"):
        function_source("f", (u, w), expression)


@pytest.mark.parametrize(
    "conditions",
    [(w > 1, True), (u * w > 0, True), (w < 0, True), (w >= 0, True), (w > u, True), (w > 0, w < -1), (w > 0,)],
    ids=str,
)
def test_selection_by_anything_but_a_symbol_above_0_is_refused(conditions: tuple) -> None:
    values = (u, sympy.exp(w))[: len(conditions)]
    selection = sympy.Piecewise(*zip(values, conditions, strict=True))
    with pytest.raises(TypeError, match=r"^a selection must be between two values, by a symbol above 0; got Piecewise"):
        function_source("f", (u, w), 1 + selection)


def test_selection_between_three_values_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^a selection must be between two values"):
        function_source("f", (u, w), sympy.Piecewise((u, w > 0), (2 * u, w > -1), (1, True)))


def test_other_symbol_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"^expression must depend on \[u\] alone; got \['w'\] in it$"):
        function_source("f", (u,), u + w)


@pytest.mark.parametrize("size", [10**39, sympy.Rational(1, 10**38), -(10**60)], ids=str)
def test_number_that_single_precision_does_not_hold_is_refused(size: Any) -> None:
    with pytest.raises(ValueError, match=r"^a number in a formula must have a size of 2e-38 to 3e\+38; got "):
        function_source("f", (u,), size * sympy.tanh(u))


@pytest.mark.parametrize("size", [10**38, sympy.Rational(1, 10**37)], ids=str)
def test_large_and_small_numbers_that_it_holds_are_kept(size: Any) -> None:
    found = as_python(function_source("f", (u, w), size * u), 1.5, 0.0)
    assert found == pytest.approx(1.5 * float(size))
