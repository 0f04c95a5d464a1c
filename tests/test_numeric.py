"""Fast numeric functions: every value within the stated 2^-43 of the truth, between the probes as well as at them."""

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
