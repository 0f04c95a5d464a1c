"""Fast numeric functions: every value within the stated 2^-43 of the truth, between the probes as well as at them."""

from functools import cache

import numpy as np
import pytest
import sympy
from mpmath import mp, mpf

from lossbook.balls import UnresolvedError
from lossbook.numeric import _PROBES, TOLERANCE, NumericFunction

U = sympy.Symbol("u", real=True)
SMALLEST = 1e-307

FORMULAS = {
    "atan": (sympy.atan(U), mp.atan),
    "tanh": (sympy.tanh(U), mp.tanh),
    "erf": (sympy.erf(U), mp.erf),
    "hypot": (U / sympy.sqrt(U**2 + 7), lambda u: u / mp.sqrt(u**2 + 7)),
    "hypot of power": ((3 * U**4 + 7) ** sympy.Rational(-3, 2), lambda u: (3 * u**4 + 7) ** mpf("-1.5")),
    "log1p": (sympy.log(1 + abs(U)), lambda u: mp.log(1 + abs(u))),
    "log of 5 + u": (sympy.log(5 + U**2) - sympy.log(5), lambda u: mp.log(5 + u**2) - mp.log(5)),
    "expm1": (sympy.exp(-abs(U)) - 1, lambda u: mp.expm1(-abs(u))),
    "three terms": (3 * sympy.exp(-(U**2)) - 3 + U, lambda u: 3 * mp.expm1(-(u**2)) + u),
    "logistic": (2 / (1 + sympy.exp(-U)) - 1, lambda u: mp.tanh(u / 2)),
    "quotient": (
        (sympy.exp(U) - sympy.exp(-U)) / (sympy.exp(U) + sympy.exp(-U)),
        mp.tanh,
    ),
    "cancelling": (sympy.sqrt(1 + U**2) - 1, lambda u: u**2 / (mp.sqrt(1 + u**2) + 1)),
    "cancelling log": (abs(U) - sympy.log(1 + abs(U)), lambda u: abs(u) - mp.log(1 + abs(u))),
    "scaled cancelling log": (
        abs(U) - sympy.log(1 + 10**6 * abs(U)) / 10**6,
        lambda u: abs(u) - mp.log(1 + 10**6 * abs(u)) / 10**6,
    ),
    "bump far out": (sympy.exp(-((U - 300) ** 2)) + 1, lambda u: mp.exp(-((u - 300) ** 2)) + 1),
    "erfc": (sympy.erfc(U), mp.erfc),
    "kink": (abs(U - 1) + 1, lambda u: abs(u - 1) + 1),
    "log of 1 + exp": (sympy.log(1 + sympy.exp(-1000 * U)), lambda u: mp.log(1 + mp.exp(-1000 * u))),
    "log of 3 + 7 exp": (sympy.log(3 + 7 * sympy.exp(U)), lambda u: mp.log(3 + 7 * mp.exp(u))),
    "cancelling log of exp": (sympy.log((1 + sympy.exp(U)) / 2), lambda u: mp.log((1 + mp.exp(u)) / 2)),
    "positive part": (sympy.Max(0, 1 - U) + 1, lambda u: max(mpf(0), 1 - u) + 1),
    "constant": (sympy.Integer(1) + 0 * U, lambda u: mpf(1)),
}


def points(seed: int, count: int, low: float = -300, high: float = 300) -> np.ndarray:
    """Random points of either sign, log-uniform over the decades, half of them between 1e-9 and 1e4."""
    generator = np.random.default_rng(seed)
    sizes = np.concatenate([generator.uniform(low, high, count // 2), generator.uniform(-9, 4, count - count // 2)])
    return generator.choice([-1.0, 1.0], count) * 10.0**sizes


def worst_error(function, truth, where: np.ndarray) -> tuple[float, float]:
    """The largest error, in units of what is allowed, and where."""
    found, worst = function(where), (0.0, 0.0)
    with mp.workdps(700):
        for point, value in zip(where, found, strict=True):
            exact = truth(mpf(float(point)))
            allowed = 1.01 * TOLERANCE * abs(exact) + SMALLEST
            if abs(exact) < 1e308:
                worst = max(worst, (float(abs(mpf(float(value)) - exact) / allowed), float(point)))
    return worst


@pytest.mark.parametrize("name", FORMULAS)
def test_values_are_within_the_stated_error(name: str) -> None:
    expression, truth = FORMULAS[name]
    where = points(1, 80)
    if name in ("quotient", "logistic", "erfc", "log of 1 + exp", "log of 3 + 7 exp", "cancelling log of exp"):
        where = where[np.abs(where) < 1e3]
    if name == "hypot of power":
        where = where[np.abs(where) < 1e70]
    error, place = worst_error(NumericFunction(expression, U), truth, where)
    assert error <= 1, f"{error:.3g} times the allowed error at u = {place!r}"


def test_wrong_value_would_be_seen() -> None:
    wrong = NumericFunction(sympy.tanh(U) * (1 + sympy.Rational(1, 2**42)), U)
    assert worst_error(wrong, mp.tanh, points(1, 50))[0] > 1


@pytest.mark.parametrize("exponent", [-6, 0, 6])
def test_cancelling_antiderivative_is_right_everywhere(exponent: int) -> None:
    """The softsign's u - d log(1 + u/d): the code cancels near 0 and must not be trusted there by luck."""
    scale = sympy.Integer(10) ** exponent
    function = NumericFunction(abs(U) - scale * sympy.log(1 + abs(U) / scale), U)
    delta = mpf(10) ** exponent
    error, place = worst_error(function, lambda u: abs(u) - delta * mp.log(1 + abs(u) / delta), points(4, 400, -300, 3))
    assert error <= 1, f"{error:.3g} times the allowed error at u = {place!r}"


def test_code_that_cancels_is_not_trusted() -> None:
    function = NumericFunction(sympy.sqrt(1 + U**2) - 1, U)
    point = np.array([1e-9])
    assert function.quick(point)[0] == 0
    assert function(point)[0] == pytest.approx(5e-19, rel=1e-15)


def test_code_that_is_right_is_trusted() -> None:
    assert NumericFunction(sympy.atan(U), U)._trusted.mean() > 0.99


def test_plain_formula_overflows_without_its_rewriting() -> None:
    function = NumericFunction(U / sympy.sqrt(U**2 + 1), U)
    assert function(np.array([1e300]))[0] == 1
    with np.errstate(over="ignore"):
        assert np.float64(1e300) / np.sqrt(np.float64(1e300) ** 2 + 1) == 0


@pytest.mark.parametrize("rate", [1, 30, 1000])
def test_log_of_one_plus_exponential_does_not_overflow(rate: int) -> None:
    function = NumericFunction(sympy.log(1 + sympy.exp(-rate * U)), U)
    assert function.quick(np.array([-1.0, -300.0])).tolist() == pytest.approx([np.logaddexp(0, rate), 300.0 * rate])
    near = (np.abs(_PROBES) < 1).nonzero()[0]
    assert function._trusted[near].all()
    with np.errstate(over="ignore"):
        assert np.isinf(np.log(1 + np.exp(np.float64(1000))))


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 3)])
def test_shape_is_kept(shape: tuple[int, ...]) -> None:
    values = np.full(shape, 0.25)
    for function in (NumericFunction(sympy.tanh(U), U), NumericFunction(sympy.Integer(2), U)):
        assert function(values).shape == shape
        assert function(values).dtype == np.float64


@pytest.mark.parametrize("expression", [1 / U, sympy.log(U), sympy.sqrt(U - 1), sympy.exp(sympy.exp(U))], ids=str)
def test_missing_value_is_an_error_that_names_the_place(expression: sympy.Expr) -> None:
    bad = 1e300 if expression.has(sympy.exp) else 0.0
    with pytest.raises(UnresolvedError, match=rf"no finite value at u = {bad}".replace("+", r"\+")):
        NumericFunction(expression, U)([2.0, bad])


def test_partial_gives_not_a_number_where_there_is_no_value() -> None:
    assert np.isnan(NumericFunction(sympy.log(U), U).partial([-1.0, 1.0])).tolist() == [True, False]


@pytest.mark.parametrize("value", [-1e300, -1.7e308, 5e-324, 1e-310, 1e301, 1.7e308])
def test_values_beyond_the_probes_are_right(value: float) -> None:
    with mp.workdps(700):
        truth = float(mp.tanh(mpf(value)))
    assert NumericFunction(sympy.tanh(U), U)([value])[0] == pytest.approx(truth, rel=1e-15, abs=5e-324)


SIGMOIDS = {
    "arctan": sympy.atan(U / 3),
    "algebraic": U / sympy.sqrt(U**2 + 3),
    "slope of the algebraic": 3 / (U**2 + 3) ** sympy.Rational(3, 2),
    "softsign": U / (abs(U) + 3),
    "slope of the softsign": 3 / (abs(U) + 3) ** 2,
    "tanh": sympy.tanh(U),
    "slope of tanh": 1 / sympy.cosh(U) ** 2,
    "erf": sympy.erf(U),
    "bell": sympy.exp(-(U**2)),
    "half powers": (U**2 + 1) ** sympy.Rational(5, 2) + (U**2 + 2) ** -3 + U**7,
    "constant": sympy.Integer(2) + 0 * U,
}


@pytest.mark.parametrize("name", SIGMOIDS)
@pytest.mark.parametrize("reach", [1e-200, 1e-3, 1.0, 300.0, 1e9, 1e60, 1e300])
def test_fast_values_are_those_of_a_call(name: str, reach: float) -> None:
    function = numeric_of(SIGMOIDS[name])
    values = reach * np.concatenate([np.linspace(-1, 1, 41), 10.0 ** -np.arange(1.0, 40)]).reshape(5, 16)
    if name == "half powers":
        values = values[:, np.abs(values).max(axis=0) < 1e40]
    if values.size:
        found = function.fast(values)
        assert found.shape == values.shape
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, function(values), rtol=2 * TOLERANCE, atol=2 * SMALLEST)


@cache
def numeric_of(expression: sympy.Expr) -> NumericFunction:
    return NumericFunction(expression, U)


@pytest.mark.parametrize("name", ["arctan", "algebraic", "softsign", "tanh", "erf", "slope of the softsign"])
def test_plain_code_serves_near_0(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    function = numeric_of(SIGMOIDS[name])
    assert function._reach > 1e9
    monkeypatch.setattr(NumericFunction, "__call__", lambda *_: pytest.fail("the careful code was called"))
    assert function.fast(np.array([-1e9, 0.0, 1e9])).shape == (3,)


def test_fast_falls_back_where_the_plain_code_overflows() -> None:
    function = numeric_of(SIGMOIDS["algebraic"])
    far = np.array([1.0, -1e200])
    with np.errstate(over="ignore"):
        assert function._plain(far)[1] == 0
    assert function._reach < 1e155
    assert function.fast(far).tolist() == [0.5, -1.0]


@pytest.mark.parametrize(
    ("expression", "place", "value"),
    [
        (sympy.sqrt(1 + U**2) - 1, 1e-9, 5e-19),
        (sympy.exp(U) - 1, 1e-12, 1.0000000000005e-12),
        (abs(U) - sympy.log(1 + abs(U)), 1e-9, 4.999999996666667e-19),
        (sympy.exp(U) / (1 + sympy.exp(U)), 1e3, 1.0),
    ],
    ids=str,
)
def test_fast_falls_back_where_the_plain_code_is_wrong(expression: sympy.Expr, place: float, value: float) -> None:
    function = NumericFunction(expression, U)
    with np.errstate(all="ignore"):
        assert not abs(function._plain(np.array([place]))[0] / value - 1) < 1e-10
    assert function._reach < place
    assert function.fast(np.array([place]))[0] == pytest.approx(value, rel=1e-14)


def test_one_far_number_sends_all_to_the_careful_code() -> None:
    function = NumericFunction(U / sympy.sqrt(U**2 + 1), U)
    function.__dict__["_plain"] = lambda values: np.full_like(values, 7.0)
    function.__dict__["_reach"] = 1.0
    assert function.fast(np.array([0.5, -1.0])).tolist() == [7, 7]
    for far in (1.5, -1.5):
        np.testing.assert_array_equal(function.fast(np.array([0.5, far])), function(np.array([0.5, far])))


def test_missing_value_is_an_error_of_fast_too() -> None:
    with pytest.raises(UnresolvedError, match=r"no finite value at u = 0\.0"):
        NumericFunction(1 / U, U).fast(np.array([1.0, 0.0]))
