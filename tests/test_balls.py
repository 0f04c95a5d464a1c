"""Balls: they enclose the values that mpmath finds, and are not finite where the expression is undefined."""

import random
from fractions import Fraction

import pytest
import sympy
from flint import arb, ctx
from mpmath import mp, mpf

from lossbook.balls import UnresolvedError, ball_function, enclose, exact_ball, interval_ball

U = sympy.Symbol("u", real=True)
EXPRESSIONS = {
    "exp": (sympy.exp(U), mp.exp),
    "log": (sympy.log(U**2 + 1), lambda u: mp.log(u**2 + 1)),
    "atan": (sympy.atan(U), mp.atan),
    "tanh": (sympy.tanh(U), mp.tanh),
    "sinh": (sympy.sinh(U), mp.sinh),
    "cosh": (sympy.cosh(U), mp.cosh),
    "asinh": (sympy.asinh(U), mp.asinh),
    "erf": (sympy.erf(U), mp.erf),
    "erfc": (sympy.erfc(U), mp.erfc),
    "sin": (sympy.sin(U), mp.sin),
    "cos": (sympy.cos(U), mp.cos),
    "abs": (abs(U - 1), lambda u: abs(u - 1)),
    "sign": (sympy.sign(U - 1), lambda u: mp.sign(u - 1)),
    "sqrt": (sympy.sqrt(U**2 + 3), lambda u: mp.sqrt(u**2 + 3)),
    "root": ((U**2 + 1) ** sympy.Rational(2, 3), lambda u: mp.cbrt(u**2 + 1) ** 2),
    "inverse root": ((U**2 + 1) ** sympy.Rational(-3, 2), lambda u: (u**2 + 1) ** mpf("-1.5")),
    "negative power": ((U**2 + 1) ** -3, lambda u: (u**2 + 1) ** -3),
    "odd power": (U**5, lambda u: u**5),
    "even power": (U**6, lambda u: u**6),
    "inner power": ((U**3 - U) ** 4, lambda u: (u**3 - u) ** 4),
    "maximum": (sympy.Max(0, 1 - U, U**2 - 2), lambda u: max(mpf(0), 1 - u, u**2 - 2)),
    "minimum": (sympy.Min(1, 1 - U), lambda u: min(mpf(1), 1 - u)),
    "step": (sympy.Heaviside(U - 1), lambda u: mpf(u > 1) if u != 1 else mpf("0.5")),
    "root of a maximum": (sympy.sqrt(sympy.Max(0, 1 - U)), lambda u: mp.sqrt(max(mpf(0), 1 - u))),
    "power of a float": (sympy.Max(0, U) ** sympy.Rational(0.3), lambda u: max(mpf(0), u) ** mpf(0.3)),
    "general power": ((U**2 + 1) ** U, lambda u: (u**2 + 1) ** u),
    "constants": (sympy.pi * U + sympy.E + sympy.sqrt(2), lambda u: mp.pi * u + mp.e + mp.sqrt(2)),
}


def within_ball(value: mpf, ball: arb) -> bool:
    """Whether a number of 100 digits lies in a ball."""
    return bool((ball - arb(mp.nstr(value, 100))).contains(0))


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_ball_of_an_interval_encloses_the_values_on_it(name: str) -> None:
    expression, truth = EXPRESSIONS[name]
    function, chance = ball_function(expression, U), random.Random(1)
    for _ in range(40):
        low, width = Fraction(chance.uniform(-5, 5)), Fraction(10 ** chance.uniform(-6, 0.5))
        part = Fraction(chance.random())
        ball = function(interval_ball(low, low + width))
        point = low + part * width
        with mp.workdps(110):
            assert within_ball(truth(mpf(point.numerator) / point.denominator), ball)


def test_ball_would_not_hold_another_value() -> None:
    ball = ball_function(sympy.tanh(U), U)(interval_ball(1, 2))
    assert not within_ball(mp.tanh(mpf("2.001")), ball)
    assert not within_ball(mp.tanh(mpf("0.999")), ball)


@pytest.mark.parametrize(
    "expression",
    [
        1 / U,
        sympy.log(U),
        sympy.log(abs(U)),
        sympy.sqrt(U),
        U ** sympy.Rational(1, 3),
        U**-2,
        U**-3,
        U**U,
        1 / sympy.sin(U),
        sympy.sign(1 / U),
        sympy.Max(0, 1 / U),
        sympy.Min(0, sympy.log(U)),
        sympy.Heaviside(1 / U),
        sympy.atan(1 / U),
        U ** sympy.Rational(0.3),
        U ** sympy.Rational(-0.3),
    ],
    ids=str,
)
def test_ball_over_an_undefined_place_is_not_finite(expression: sympy.Expr) -> None:
    function = ball_function(expression, U)
    assert not function(interval_ball(-1, 1)).is_finite()
    assert not function(interval_ball(-1, 0)).is_finite()
    assert function(interval_ball(Fraction(7, 8), 1)).is_finite()


def test_even_power_is_not_negative() -> None:
    assert ball_function(U**2, U)(interval_ball(-1, 2)) >= 0
    assert not ball_function(U**3, U)(interval_ball(-1, 2)) >= 0


@pytest.mark.parametrize("power", [2, 3, 4, 7, 64])
def test_whole_power_of_a_ball_that_holds_0_is_finite_and_narrow(power: int) -> None:
    ball = ball_function(U**power, U)(interval_ball(-0.5, 0.25))
    assert ball.contains(0)
    assert ball.contains(arb(-0.5) ** power)
    assert abs(ball) <= arb(0.5) ** power * arb("1.01") * 2
    assert not ball.contains(arb(0.6) ** power * 2)


def test_maximum_and_minimum_of_overlapping_balls_hold_both() -> None:
    function = ball_function(sympy.Max(U, -U), U)
    ball = function(interval_ball(-1, 2))
    assert ball.contains(2)
    assert ball.contains(0)
    assert not ball.contains(3)
    assert ball_function(sympy.Min(U, -U), U)(arb(2)) == -2


def test_step_is_anything_between_where_the_sign_is_not_known() -> None:
    for value, at_zero in ((sympy.Heaviside(U), 0.5), (sympy.Heaviside(U, 1), 1), (sympy.Heaviside(U, 3), 3)):
        step = ball_function(value, U)
        assert step(arb(-1)) == 0
        assert step(arb(2)) == 1
        assert step(arb(0)) == at_zero
        wide = step(interval_ball(-1, 1))
        assert all(wide.contains(number) for number in (0, 1, at_zero))
        assert not wide.contains(4)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_enclosure_of_a_value_has_the_accuracy_asked_for(name: str) -> None:
    expression, truth = EXPRESSIONS[name]
    point = Fraction(7, 3)
    for bits in (53, 200):
        ball = enclose(ball_function(expression, U), point, bits)
        with mp.workdps(110), ctx.workprec(400):
            assert within_ball(truth(mpf(7) / 3), ball)
        assert ball.rel_accuracy_bits() >= bits or ball.is_exact()


@pytest.mark.parametrize("power", [-1000, -300, -17, 17, 300])
def test_cancellation_is_overcome(power: int) -> None:
    """sqrt(1 + v) - 1 for v = 2^power: all leading bits cancel for small v."""
    ball = enclose(ball_function(sympy.sqrt(1 + U) - 1, U), Fraction(2) ** power)
    with mp.workprec(3000):
        v = mpf(2) ** power
        assert abs(mpf(ball.mid().str(40, radius=False)) / (v / (mp.sqrt(1 + v) + 1)) - 1) < mpf(10) ** -17


@pytest.mark.parametrize(
    ("expression", "point"),
    [(1 / U, 0), (sympy.log(U), -1), (sympy.sqrt(U), -1), (sympy.exp(sympy.exp(U)), 1e300)],
    ids=str,
)
def test_value_that_does_not_exist_is_unresolved(expression: sympy.Expr, point: float) -> None:
    with pytest.raises(UnresolvedError, match="no value at"):
        enclose(ball_function(expression, U), point)


def test_value_too_small_for_float64_is_resolved() -> None:
    ball = enclose(ball_function(sympy.exp(-U), U), 1e6)
    assert abs(ball) < arb(2) ** -1000


@pytest.mark.parametrize(
    "expression",
    [sympy.gamma(U), sympy.Function("f")(U), U * sympy.I, sympy.oo * sympy.cos(U), sympy.tan(U), U * 0.5],
    ids=str,
)
def test_what_is_not_elementary_is_refused(expression: sympy.Expr) -> None:
    with pytest.raises(TypeError, match="expression must be made of elementary functions of u; got"):
        ball_function(expression, U)


def test_second_symbol_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"got .* with \['v'\]"):
        ball_function(U + sympy.Symbol("v"), U)


@pytest.mark.parametrize("number", [Fraction(1, 3), sympy.Rational(1, 3), 0.1, 1e300, 5e-324, 7])
def test_exact_number_lies_in_its_ball(number: object) -> None:
    ball = exact_ball(number)
    truth = Fraction(int(number.p), int(number.q)) if isinstance(number, sympy.Rational) else Fraction(number)
    assert (ball * truth.denominator).contains(arb(truth.numerator))
    assert ball.rad() <= abs(ball) * arb(2) ** -50
