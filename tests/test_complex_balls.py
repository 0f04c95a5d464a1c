"""Complex balls: they hold the values that mpmath finds, and are finite only where the function is analytic."""

import random

import pytest
import sympy
from flint import acb, arb, fmpq
from mpmath import mp, mpc, mpf

from lossbook.complex_balls import complex_ball_function, rectangle

U = sympy.Symbol("u", real=True)
EXPRESSIONS = {
    "symbol": (U, lambda z: z),
    "constant": (sympy.sqrt(2) + sympy.pi, lambda z: mp.sqrt(2) + mp.pi),
    "exp": (sympy.exp(U), mp.exp),
    "log": (sympy.log(U), mp.log),
    "atan": (sympy.atan(U), mp.atan),
    "tanh": (sympy.tanh(U), mp.tanh),
    "sinh": (sympy.sinh(U), mp.sinh),
    "cosh": (sympy.cosh(U), mp.cosh),
    "asinh": (sympy.asinh(U), mp.asinh),
    "erf": (sympy.erf(U), mp.erf),
    "erfc": (sympy.erfc(U), mp.erfc),
    "sin": (sympy.sin(U), mp.sin),
    "cos": (sympy.cos(U), mp.cos),
    "abs": (abs(U - 1), lambda z: z - 1 if z.real > 1 else 1 - z),
    "sign": (sympy.sign(U), lambda z: mp.sign(z.real)),
    "step": (sympy.Heaviside(U - 1), lambda z: mpf(z.real > 1)),
    "maximum": (sympy.Max(0, 1 - U), lambda z: 1 - z if z.real < 1 else mpf(0)),
    "minimum": (sympy.Min(U, 2 - U), lambda z: z if z.real < 1 else 2 - z),
    "sqrt": (sympy.sqrt(U), mp.sqrt),
    "inverse root": ((U**2 + 1) ** sympy.Rational(-3, 2), lambda z: mp.sqrt(z**2 + 1) ** -3),
    "third root": (U ** sympy.Rational(2, 3), lambda z: mp.exp(mp.log(z) * 2 / 3)),
    "inverse third root": (U ** sympy.Rational(-1, 3), lambda z: mp.exp(-mp.log(z) / 3)),
    "power": (U**5, lambda z: z**5),
    "negative power": (U**-3, lambda z: z**-3),
    "general power": ((U**2 + 2) ** U, lambda z: mp.exp(z * mp.log(z**2 + 2))),
    "three terms": (3 * U * sympy.exp(-U) + U**2 - sympy.sqrt(5), lambda z: 3 * z * mp.exp(-z) + z**2 - mp.sqrt(5)),
}


def random_ball(chance: random.Random) -> tuple[acb, mpc]:
    """A ball and a random point of it; half of them wide, half of them narrow."""
    corners = [chance.uniform(-3, 3) for _ in range(2)]
    sizes = [10 ** chance.uniform(-8, 0.3) for _ in range(2)]
    parts = [chance.random() for _ in range(2)]
    ball = acb(*(arb(corner).union(arb(corner + size)) for corner, size in zip(corners, sizes, strict=True)))
    return ball, mpc(*(corner + size * part for corner, size, part in zip(corners, sizes, parts, strict=True)))


def holds(ball: acb, value: mpc) -> bool:
    """Whether a ball holds a number of 60 digits."""
    point = acb(*(arb(mp.nstr(part, 60)) for part in (mp.re(value), mp.im(value))))
    return bool((ball - point).contains(0))


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_finite_ball_holds_the_values(name: str) -> None:
    expression, truth = EXPRESSIONS[name]
    function, chance, finite = complex_ball_function(expression, U), random.Random(name), 0
    with mp.workdps(70):
        for _ in range(60):
            ball, point = random_ball(chance)
            found = function(ball)
            finite += found.is_finite()
            assert not found.is_finite() or holds(found, truth(point)), f"value at {point} is not in {found}"
    assert finite >= 15


def test_ball_would_not_hold_another_value() -> None:
    function = complex_ball_function(sympy.tanh(U), U)
    ball = function(acb(arb(1).union(arb(1.5)), arb(0).union(arb(0.25))))
    with mp.workdps(70):
        assert holds(ball, mp.tanh(mpc(1.2, 0.1)))
        assert not holds(ball, mp.tanh(mpc(0.6, 0.1)))
        assert not holds(ball, mp.tanh(mpc(1.2, -0.2)))


WIDE = arb(0, 0.25)
SINGULAR = {
    "cut of the logarithm": (sympy.log(U), acb(-1, WIDE)),
    "pole of the logarithm": (sympy.log(U), acb(WIDE, WIDE)),
    "cut of the root": (sympy.sqrt(U), acb(-2, WIDE)),
    "branch point of the root": (sympy.sqrt(U), acb(WIDE, 0)),
    "cut of the inverse root": (1 / sympy.sqrt(U**2 + 1), acb(WIDE, 2)),
    "cut of the third root": (U ** sympy.Rational(1, 3), acb(-1, WIDE)),
    "cut of the upper arctangent": (sympy.atan(U), acb(WIDE, 2)),
    "cut of the lower arctangent": (sympy.atan(U), acb(WIDE, -3)),
    "branch point of the arctangent": (sympy.atan(U), acb(WIDE, arb(1, 0.1))),
    "cut of the area sine": (sympy.asinh(U), acb(WIDE, 2)),
    "pole of the hyperbolic tangent": (sympy.tanh(U), acb(WIDE, arb("1.5707963267948966", 0.01))),
    "pole beside the axis of the hyperbolic tangent": (sympy.tanh(U), acb(arb(0.2, 0.25), arb(1.6, 0.1))),
    "pole": (1 / U, acb(WIDE, WIDE)),
    "double pole": (1 / (1 + U**2), acb(WIDE, arb(1, 0.25))),
    "kink of the size": (abs(U), acb(WIDE, 1)),
    "jump of the sign": (sympy.sign(U), acb(WIDE, 1)),
    "jump of the step": (sympy.Heaviside(U), acb(WIDE, 0)),
    "kink of the maximum": (sympy.Max(0, U), acb(WIDE, 0)),
    "kink of the minimum": (sympy.Min(1, U), acb(arb(1, 0.25), 0)),
    "cut of the general power": (U**U, acb(-1, WIDE)),
    "inside another function": (sympy.exp(sympy.atan(U)), acb(WIDE, 2)),
    "inside a sum": (U + abs(U), acb(WIDE, 0)),
    "inside a bounded function": (sympy.tanh(1 / U), acb(WIDE, WIDE)),
    "under a whole power": (sympy.sqrt(U) ** 3, acb(-1, WIDE)),
    "beyond all bounds": (sympy.exp(U), acb(arb("inf"), 0)),
}


@pytest.mark.parametrize("name", SINGULAR)
def test_ball_is_not_finite_where_the_function_is_not_analytic(name: str) -> None:
    expression, ball = SINGULAR[name]
    assert not complex_ball_function(expression, U)(ball).is_finite()


@pytest.mark.parametrize("name", [name for name in SINGULAR if name not in ("beyond all bounds", "inside a sum")])
def test_ball_is_finite_beside_the_singularity(name: str) -> None:
    """The control of the test above: the same function, a place a little further."""
    expression, _ = SINGULAR[name]
    assert complex_ball_function(expression, U)(acb(arb(0.7, 0.05), arb(0.5, 0.05))).is_finite()


def test_written_apart_removable_singularity_is_not_seen() -> None:
    """What counts is the expression as composed, not the function: sin(u)/u is analytic at 0."""
    assert not complex_ball_function(sympy.sin(U) / U, U)(acb(WIDE, WIDE)).is_finite()


def test_hyperbolic_tangent_is_finite_on_wide_balls() -> None:
    function, wide = complex_ball_function(sympy.tanh(U), U), acb(arb(100, 90), arb(0, 100))
    for ball in (wide, -wide):
        assert function(ball).is_finite()
        assert abs(function(ball)) < arb(1.001)


@pytest.mark.parametrize(
    "expression", [sympy.gamma(U), sympy.Function("f")(U), sympy.tan(U), U + sympy.Symbol("v"), sympy.I * U], ids=str
)
def test_other_function_or_number_is_refused(expression: sympy.Expr) -> None:
    with pytest.raises(TypeError, match=r"^expression must be"):
        complex_ball_function(expression, U)


def test_rectangle_holds_its_corners_and_no_more_than_it_must() -> None:
    ball = rectangle((fmpq(1, 3), fmpq(1, 2)), (fmpq(0), fmpq(1, 7)))
    for real in (fmpq(1, 3), fmpq(1, 2)):
        for imaginary in (fmpq(0), fmpq(1, 7)):
            assert (ball - acb(arb(real), arb(imaginary))).contains(0)
    assert not ball.real.contains(fmpq(1, 3) - fmpq(1, 10**6))
    assert not ball.imag.contains(fmpq(1, 7) + fmpq(1, 10**6))
