"""Rigorous integrals by Taylor series."""

import mpmath
import pytest
import sympy
from flint import arb, arb_series, ctx, fmpq

from lossbook.formula import FUNCTIONS
from lossbook.series import NotAnalyticError, Primitive, series_function
from lossbook.sigmoid.odd_sigmoid import OddSigmoid, U

CASES = {
    "tanh(u+u**3/10)": lambda x: mpmath.tanh(x + x**3 / 10),
    "u/(1+abs(u)**3)**(1/3)": lambda x: x / (1 + abs(x) ** 3) ** (mpmath.mpf(1) / 3),
    "2/pi*atan(pi/2*tanh(u))": lambda x: 2 / mpmath.pi * mpmath.atan(mpmath.pi / 2 * mpmath.tanh(x)),
    "erf(u)": mpmath.erf,
    "u/(1+abs(u))": lambda x: x / (1 + abs(x)),
}


def holds(ball: arb, number: mpmath.mpf, digits: int) -> bool:
    """Tell whether a ball contains a number that is known to so many digits."""
    return bool(abs(ball - arb(mpmath.nstr(number, digits + 10))) <= arb(10) ** -digits + ball.rad())


@pytest.mark.parametrize("formula", CASES)
@pytest.mark.parametrize("x", ["-3", "0", "1/1000", "2", "40"])
def test_integral_agrees_with_mpmath(formula: str, x: str) -> None:
    primitive = Primitive(OddSigmoid.parse(formula).expression, U)
    numerator, denominator = sympy.Rational(x).as_numer_denom()
    with ctx.workprec(100), mpmath.workdps(40):
        ball = primitive(arb(int(numerator)) / int(denominator))
        end = mpmath.mpf(int(numerator)) / int(denominator)
        truth = mpmath.quad(CASES[formula], [end * k / 20 for k in range(21)])
        assert holds(ball, truth, 27)
        assert ball.rad() < 1e-26
        assert not holds(ball, truth + mpmath.mpf(10) ** -25, 27)


def test_wide_ball_is_enclosed() -> None:
    primitive = Primitive(U / (1 + sympy.Abs(U)), U)
    for middle in ("-1", "0.05", "7"):
        wide = primitive(arb(middle, 0.1))
        for shift in ("-0.099", "0", "0.099"):
            assert wide.contains(primitive(arb(middle) + arb(shift)))
        assert not wide.contains(primitive(arb(middle) * 9))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_each_function_has_its_series(name: str) -> None:
    expression = FUNCTIONS[name](1 + U / 3)
    with ctx.workprec(120), mpmath.workdps(40):
        series = series_function(expression, U)(arb_series([arb("0.25"), 1]))
        for k in range(5):
            truth = sympy.N(expression.diff(U, k).subs(U, sympy.Rational(1, 4)) / sympy.factorial(k), 40)
            assert holds(series[k], mpmath.mpf(str(truth)), 25), k
        assert not holds(series[0], mpmath.mpf(str(sympy.N(expression.subs(U, 1)))) + 1, 25)


KINKED = {
    "max(0, u)": (sympy.Max(0, U), 1),
    "max(0, u - 1)": (sympy.Max(0, U - 1), -1),
    "max of three": (sympy.Max(U, U**2, sympy.Rational(1, 8)), 1),
    "min": (sympy.Min(1, U**3), 1),
    "step": (U * sympy.Heaviside(U - 1) + U, -1),
    "seventh power": (U**7, 1),
    "large power": ((1 + U / 100) ** 1000, 1),
    "negative power": ((1 + U) ** -7, 1),
    "power of a float": (U ** sympy.Rational(0.3), 1),
    "inverse power of a float": (U ** sympy.Rational(-0.3), 1),
}


@pytest.mark.parametrize("name", KINKED)
def test_kinks_and_powers_have_their_series(name: str) -> None:
    expression, _ = KINKED[name]
    with ctx.workprec(150), mpmath.workdps(40):
        series = series_function(expression, U)(arb_series([arb("0.25"), 1]))
        plain = expression.diff(U, 0)
        for k in range(5):
            derivative = plain.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
            truth = sympy.N(derivative.subs(U, sympy.Rational(1, 4)) / sympy.factorial(k), 40)
            assert holds(series[k], mpmath.mpf(str(truth)), 25), k
            plain = derivative.diff(U)


@pytest.mark.parametrize(
    "expression",
    [sympy.Max(0, U), sympy.Min(0, U), sympy.Heaviside(U), abs(U), sympy.sign(U), sympy.Max(U, U**2)],
    ids=["max", "min", "step", "abs", "sign", "max of two"],
)
def test_series_across_a_kink_is_refused(expression: sympy.Expr) -> None:
    function = series_function(expression, U)
    with pytest.raises(NotAnalyticError):
        function(arb_series([arb(0, 0.1), 1]))
    function(arb_series([arb("0.5", 0.1), 1]))


def test_power_of_a_series_that_begins_with_0() -> None:
    former, ctx.cap = ctx.cap, 6
    try:
        series = series_function(U**3, U)(arb_series([arb(0), 1]))
        assert [float(series[k].mid()) for k in range(6)] == [0, 0, 0, 1, 0, 0]
    finally:
        ctx.cap = former


def test_unknown_function_is_named() -> None:
    with pytest.raises(TypeError, match="gamma"):
        series_function(sympy.gamma(U), U)


def test_bends_save_cells_and_change_nothing() -> None:
    """A kink at 1/3 and one at -2, with the cells that its shrinking would take."""
    expression = sympy.Max(0, sympy.Rational(1, 3) - U) + sympy.Abs(U + 2)
    asked = []

    def bends(width: fmpq) -> list[fmpq]:
        asked.append(width)
        return [fmpq(1, 3) - width / 2, fmpq(-2) - width / 2]

    with ctx.workprec(100):
        for x, truth in ((arb(1), arb(1) / 18 + arb(5) / 2), (arb(-3), -arb(1) - arb(9) / 2 - arb(2) - arb(1) / 2)):
            plain, cut = Primitive(expression, U)(x), Primitive(expression, U, bends=bends)(x)
            assert plain.overlaps(truth)
            assert cut.overlaps(truth)
            assert cut.rad() < 1e-26
    assert asked
