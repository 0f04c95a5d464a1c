"""The five families: axioms proved at every scale; limits, oddness, identities; values, slopes, integrals by mpmath."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from tests import reference

from lossbook.sigmoid import OddSigmoid, families

NAMES = ["arctan", "algebraic", "softsign", "tanh", "erf"]
SCALES = ["1e-6", "1/10", "1", "7/3", "1e6"]
BOTH = [(name, scale) for name in NAMES for scale in SCALES]
INTEGRALS = {
    "arctan": lambda u, d: 2 / mp.pi * (u * mp.atan(u / d) - d * mp.log1p((u / d) ** 2) / 2),
    "algebraic": lambda u, d: mp.sqrt(u**2 + d) - mp.sqrt(d),
    "softsign": lambda u, d: abs(u) - d * mp.log1p(abs(u) / d),
    "tanh": lambda u, d: abs(u) + d * (mp.log1p(mp.exp(-2 * abs(u) / d)) - mp.log(2)),
    "erf": lambda u, d: u * mp.erf(u / d) + d * mp.expm1(-((u / d) ** 2)) / mp.sqrt(mp.pi),
}
SIZES = 10.0 ** np.random.default_rng(5).uniform(-300, 300, 20)
EXTREME = np.concatenate(
    [[0.0, 1e-300, 1e-9, 0.1, 1.0, 3.0, 1e3, 1e9, 1e300], SIZES, 10.0 ** np.random.default_rng(6).uniform(-9, 9, 30)]
)
POINTS = np.concatenate([EXTREME, -EXTREME])


def family(name: str, scale: str) -> OddSigmoid:
    """Make one sigmoid."""
    return getattr(families, name)(scale)


SEVEN_THIRDS = {name: family(name, "7/3") for name in NAMES}


def same(value: float, truth: mpf, relative: float = 1e-12, smallest: float = 1e-300) -> bool:
    """Whether a float agrees with a number of high precision."""
    return abs(mpf(float(value)) - truth) <= relative * abs(truth) + smallest


@pytest.mark.parametrize(("name", "scale"), BOTH)
def test_values_are_right_to_twelve_digits_at_every_size(name: str, scale: str) -> None:
    values, truth = family(name, scale)(POINTS), reference.sigmoid(name, scale)
    with mp.workdps(350):
        assert all(same(value, truth(mpf(float(u)))) for u, value in zip(POINTS, values, strict=True))
    assert np.isfinite(values).all()


@pytest.mark.parametrize(("name", "scale"), BOTH)
def test_slopes_are_right_to_twelve_digits_at_every_size(name: str, scale: str) -> None:
    values, truth = family(name, scale).numeric_derivative(POINTS), reference.slope(name, scale)
    with mp.workdps(350):
        assert all(same(value, truth(mpf(float(u)))) for u, value in zip(POINTS, values, strict=True))


@pytest.mark.parametrize(("name", "scale"), BOTH)
def test_integrals_are_right_to_twelve_digits_at_every_size(name: str, scale: str) -> None:
    function = family(name, scale).numeric_antiderivative
    assert function is not None
    values = function(POINTS)
    with mp.workdps(1300):
        delta = reference.exact(scale)
        assert all(same(value, INTEGRALS[name](mpf(float(u)), delta)) for u, value in zip(POINTS, values, strict=True))


def test_error_in_the_twelfth_digit_would_be_seen() -> None:
    assert same(1 + 1e-13, mpf(1))
    assert not same(1 + 2e-12, mpf(1))
    assert not same(1e-290, mpf(0))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("point", [0.125, 0.75, 2.0, 20.0])
def test_reference_slopes_and_integrals_fit_the_reference_values(name: str, point: float) -> None:
    """The oracles among themselves: differences and quadrature in high precision."""
    truth, delta = reference.sigmoid(name, "7/3"), mpf(7) / 3
    with mp.workdps(60):
        difference = reference.central_difference(truth, point, 1e-20)
        assert abs(difference - reference.slope(name, "7/3")(mpf(point))) < mpf("1e-35")
        area = reference.integral(truth, mpf(0), mpf(point), [mpf(0)], mpf(1))
        assert abs(area - INTEGRALS[name](mpf(point), mpf(7) / 3)) < mpf("1e-35")
    assert delta


@pytest.mark.parametrize(("name", "scale"), BOTH)
def test_symbolic_derivative_and_antiderivative_fit_the_expression(name: str, scale: str) -> None:
    sigma = family(name, scale)
    u, point = sigma.symbol, sympy.Rational(scale) * sympy.Rational(3, 7)
    slope = sympy.diff(sigma.expression.subs(sympy.Abs(u), u), u)
    back = sympy.diff(sigma.antiderivative.subs(sympy.Abs(u), u), u)
    for left, right in ((sigma.derivative, slope), (sigma.expression, back)):
        assert abs(sympy.N((left - right).subs(u, point), 40)) < 1e-30 * max(1, abs(sympy.N(right.subs(u, point))))
    assert sympy.simplify(sigma.antiderivative.subs(u, 0)) == 0


@pytest.mark.parametrize(("name", "scale"), BOTH)
def test_limits_and_oddness(name: str, scale: str) -> None:
    sigma = family(name, scale)
    assert sigma(1e300) == -sigma(-1e300) == 1
    assert sigma(0.0) == 0
    np.testing.assert_array_equal(sigma(-EXTREME), -sigma(EXTREME))
    np.testing.assert_array_equal(sigma.numeric_derivative(-EXTREME), sigma.numeric_derivative(EXTREME))


@pytest.mark.parametrize(("name", "scale"), BOTH)
def test_every_axiom_is_proved(name: str, scale: str) -> None:
    report = family(name, scale).check()
    assert dict(report) == dict.fromkeys(("odd", "increasing", "concave", "limit"), "proved")
    assert report.proved
    assert report.refuted == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("exponent", [-5, -3, 2, 5])
def test_axioms_are_proved_at_every_decade(name: str, exponent: int) -> None:
    assert family(name, f"{10.0**exponent:.0e}").check().proved


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(u=st.floats(1e-6, 1e6), v=st.floats(1e-6, 1e6))
def test_values_grow_and_are_subadditive(name: str, u: float, v: float) -> None:
    sigma = SEVEN_THIRDS[name]
    low, high = sorted((u, v))
    assert sigma(low) <= sigma(high)
    assert sigma(u + v) <= (sigma(u) + sigma(v)) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("name", "value"),
    [("arctan", 1), ("softsign", 1), ("tanh", mp.log(3) / 2), ("erf", mp.erfinv(0.5)), ("algebraic", 1 / mp.sqrt(3))],
)
@pytest.mark.parametrize("scale", ["1e-6", "1", "1e6"])
def test_half_saturation_is_the_stated_width(name: str, value: mpf, scale: str) -> None:
    factor = float(scale) ** (0.5 if name == "algebraic" else 1)
    assert family(name, scale).half_saturation == pytest.approx(float(value) * factor, rel=0.02)


@pytest.mark.parametrize("scale", ["1/10", "3"])
def test_identities_between_the_families_hold(scale: str) -> None:
    """tanh(2v) = 2 tanh v / (1 + tanh^2 v); the algebraic one is the sine of an arctangent."""
    delta, v = float(sympy.Rational(scale)), np.linspace(-5, 5, 101)
    single = families.tanh(scale)(v)
    np.testing.assert_allclose(families.tanh(scale)(2 * v), 2 * single / (1 + single**2), rtol=1e-12)
    np.testing.assert_allclose(
        families.algebraic(scale)(v), np.sin(np.arctan(v / np.sqrt(delta))), rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("scale", "kind"),
    [
        (0, ValueError),
        (-1, ValueError),
        (float("nan"), ValueError),
        (float("inf"), ValueError),
        ("x", ValueError),
        (None, TypeError),
        (1j, TypeError),
        (True, TypeError),
        ([1], TypeError),
    ],
)
def test_wrong_scale_is_refused_by_name(name: str, scale: object, kind: type[Exception]) -> None:
    argument = "delta" if name == "algebraic" else "scale"
    with pytest.raises(kind, match=rf"^{argument} must be"):
        getattr(families, name)(scale)


def test_float_scale_is_the_binary_number_it_is() -> None:
    assert families.tanh(0.1) != families.tanh("0.1")
    assert families.tanh(0.5) == families.tanh("1/2") == families.tanh(scale=sympy.Rational(1, 2))


def test_list_of_all_families_is_complete() -> None:
    assert [make.__name__ for make in families.ALL] == NAMES
