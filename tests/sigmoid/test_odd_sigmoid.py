"""The class: readers' formulas from parsing to values at every size, argument checks, equality, what is made once."""

import numpy as np
import pytest
import sympy
from mpmath import mp, mpf
from tests import within

from lossbook.balls import UnresolvedError
from lossbook.sigmoid import OddSigmoid, checked_sigmoid

U = sympy.Symbol("u", real=True)
OWN = {
    "(exp(u)-exp(-u))/(exp(u)+exp(-u))": mp.tanh,
    "(exp(2*u)-1)/(exp(2*u)+1)": mp.tanh,
    "2/(1+exp(-u))-1": lambda u: mp.tanh(u / 2),
    "1-2/(1+exp(u))": lambda u: mp.tanh(u / 2),
    "2/pi*atan(sinh(u))": lambda u: 2 / mp.pi * mp.atan(mp.sinh(u)),
    "u/sqrt(1+u**2)": lambda u: u / mp.sqrt(1 + u * u),
    "u/(1+abs(u))": lambda u: u / (1 + abs(u)),
    "u/(1+u**4)**(1/4)": lambda u: u / mp.root(1 + u**4, 4),
    "tanh(u)*(sin(u)**2+cos(u)**2)": mp.tanh,
}
SIZES = 10.0 ** np.concatenate([np.linspace(-300, 300, 41), np.linspace(-3, 2.5, 30)])


@pytest.mark.parametrize("formula", OWN)
def test_readers_formula_is_right_at_every_size(formula: str) -> None:
    with within.seconds(20):
        values = OddSigmoid.parse(formula)(np.concatenate([SIZES, -SIZES]))
    with mp.workdps(360):
        for u, value in zip([*SIZES, *-SIZES], values, strict=True):
            point = mpf(float(u))
            truth = OWN[formula](point) if abs(point) < 1e5 or "u/" in formula else mp.sign(point)
            assert abs(mpf(float(value)) - truth) <= mpf("1e-12") * abs(truth) + mpf("1e-307"), u


def test_naive_evaluation_would_overflow() -> None:
    with np.errstate(all="ignore"):
        u = np.float64(1000)
        assert np.isnan((np.exp(u) - np.exp(-u)) / (np.exp(u) + np.exp(-u)))
    assert OddSigmoid.parse("(exp(u)-exp(-u))/(exp(u)+exp(-u))")(1000.0) == 1


@pytest.mark.parametrize(
    ("formula", "u"),
    [("log(u)", -1.0), ("1/u", 0.0), ("u/abs(u)", 0.0), ("exp(u)", 1e300), ("sinh(u)", 1e300), ("sqrt(u)", -4.0)],
)
def test_missing_value_is_an_error_not_a_nan(formula: str, u: float) -> None:
    with pytest.raises(UnresolvedError):
        OddSigmoid.parse(formula)([2.0, u])


@pytest.mark.parametrize(
    ("u", "kind"),
    [
        (float("nan"), ValueError),
        (float("inf"), ValueError),
        ([1.0, -np.inf], ValueError),
        (10**400, ValueError),
        ([[1], [1, 2]], ValueError),
        (1j, TypeError),
        ("1", TypeError),
        (["1"], TypeError),
        (None, TypeError),
        (True, TypeError),
        (sympy.Symbol("u"), TypeError),
        ({}, TypeError),
    ],
    ids=lambda value: str(value)[:20],
)
def test_argument_that_is_no_real_number_is_refused_by_name(u: object, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^u must"):
        OddSigmoid.parse("tanh(u)")(u)


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_shape_is_kept(shape: tuple[int, ...]) -> None:
    value = OddSigmoid.parse("tanh(u)")(np.zeros(shape))
    assert np.shape(value) == shape
    assert np.asarray(value).dtype == np.float64


def test_integers_and_exact_numbers_are_accepted() -> None:
    sigma = OddSigmoid.parse("u/(1+abs(u))")
    np.testing.assert_array_equal(sigma([1, 3]), [0.5, 0.75])
    assert sigma(sympy.Rational(1, 3)) == pytest.approx(0.25, rel=1e-15)


def test_formula_and_expression_of_the_same_function_are_equal() -> None:
    x = sympy.Symbol("x")
    parsed = OddSigmoid.parse(" u / sqrt(1 +  u**2) ")
    assert parsed == OddSigmoid(x / sympy.sqrt(1 + x**2)) != OddSigmoid(sympy.tanh(U))
    assert hash(parsed) == hash(OddSigmoid(U / sympy.sqrt(1 + U**2), "name"))
    assert parsed.symbol == U
    assert parsed.name == "u / sqrt(1 + u**2)"
    assert OddSigmoid.parse("tanh(u)", "mine").name == "mine"
    assert repr(OddSigmoid.parse("tanh(u)")) == "OddSigmoid(tanh(u))"


def test_sigmoid_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        OddSigmoid.parse("tanh(u)").expression = U


@pytest.mark.parametrize("formula", ["1", "2+3", "u-u", "0*u", "pi"])
def test_formula_without_u_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match=r"^formula must contain u; got"):
        OddSigmoid.parse(formula)


@pytest.mark.parametrize("expression", [None, "tanh(u)", 1, [U], U < 1, sympy.Matrix([U])], ids=str)
def test_what_is_no_expression_is_refused(expression: object) -> None:
    with pytest.raises(TypeError, match=r"^expression must be a sympy expression in u"):
        OddSigmoid(expression)


@pytest.mark.parametrize("expression", [sympy.Integer(1), U + sympy.Symbol("v"), 0.5 * U], ids=str)
def test_expression_with_other_symbols_or_floats_is_refused(expression: sympy.Expr) -> None:
    with pytest.raises(ValueError, match=r"^expression must have exact"):
        OddSigmoid(expression)


@pytest.mark.parametrize(
    "expression", [sympy.gamma(U), sympy.Function("f")(U), sympy.I * U, sympy.Piecewise((U, U > 0), (0, True))], ids=str
)
def test_expression_that_is_not_elementary_is_refused(expression: sympy.Expr) -> None:
    with pytest.raises(TypeError, match=r"^expression must be made of elementary functions of u; got"):
        OddSigmoid(expression)


@pytest.mark.parametrize("formula", ["sqrt(-abs(u))", "log(-exp(-abs(u))*u**2)"])
def test_formula_that_is_nowhere_real_is_a_value_error(formula: str) -> None:
    with pytest.raises(ValueError, match="formula"):
        OddSigmoid.parse(formula)


def test_derived_things_are_made_once() -> None:
    sigma = OddSigmoid.parse("tanh(u)")
    assert sigma.check() is sigma.check()
    assert sigma.derivative is sigma.derivative
    assert sigma.numeric is sigma.numeric


@pytest.mark.parametrize(
    ("formula", "width"),
    [("tanh(u)", 0.5493), ("u/(1+abs(u))", 1.0), ("tanh(u/1e100)", 0.5493e100), ("2*tanh(u)", 0.2554)],
)
def test_half_saturation(formula: str, width: float) -> None:
    assert OddSigmoid.parse(formula).half_saturation == pytest.approx(width, rel=0.02)


def test_half_saturation_that_does_not_exist_is_not_a_number() -> None:
    assert np.isnan(OddSigmoid.parse("tanh(u)/3").half_saturation)


def test_formula_without_closed_antiderivative_has_no_numeric_one() -> None:
    assert OddSigmoid.parse("asinh(u)/(1+asinh(abs(u)))").numeric_antiderivative is None


def test_what_is_no_sigmoid_is_refused() -> None:
    sigma = OddSigmoid.parse("tanh(u)")
    assert checked_sigmoid(sigma) is sigma
    with pytest.raises(
        TypeError, match=r"^sigma must be an OddSigmoid such as lossbook.sigmoids.arctan\(\); got 'tanh'$"
    ):
        checked_sigmoid("tanh")
