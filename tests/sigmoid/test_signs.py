"""Signs on the half line: never wrong (held against dense sampling), and found where they should be."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from tests import within

from lossbook.sigmoid.signs import sign_on_half_line

P = sympy.Symbol("p", positive=True)
Q = sympy.Rational

DECIDED = {
    "1 - exp(2p)": (1 - sympy.exp(2 * P), -1),
    "no real root": (P**2 - P + 1, 1),
    "square with offset": ((P - 3) ** 2 + Q(1, 10**9), 1),
    "polynomial in exp": (sympy.exp(2 * P) - 3 * sympy.exp(P) + 2 + 2 * sympy.exp(P) - 1, 1),
    "exp - 1 - p": (sympy.exp(P) - 1 - P, 1),
    "p - tanh": (P - sympy.tanh(P), 1),
    "p - log(1 + p)": (P - sympy.log(1 + P), 1),
    "atan - p": (sympy.atan(P) - P, -1),
    "rational": (P / (1 + P**2) ** 2, 1),
    "negative rational": (-1 / (1 + P) ** 3, -1),
}
SIGNED_BOTH_WAYS = {
    "p - 1": P - 1,
    "close roots": (P - 1) * (P - 1 - Q(1, 10**12)),
    "far root": P - 10**9,
    "root near 0": P - Q(1, 10**9),
    "square of pole's neighbour": P - 1 / P,
    "touches 0": (P - 1) ** 2,
    "exp root": sympy.exp(P) - 3,
    "slow exp root": sympy.exp(-P / 100) - Q(1, 2),
    "sin": sympy.sin(P),
    "sin with offset below 1": sympy.sin(P) + 1 - Q(1, 10**9),
    "tiny bump": sympy.exp(-((P - 2) ** 2)) - Q(1, 10**6) - P / 10**6,
    "log": sympy.log(P),
    "p log p": P * sympy.log(P),
    "1 - p exp(-p) e": 1 - P * sympy.exp(1 - P),
    "oscillation that dies": sympy.exp(-P) * sympy.sin(P),
    "cubic with two roots": P**3 - 3 * P + Q(19, 10),
    "zero": sympy.Integer(0) * P,
    "tanh minus most of it": sympy.tanh(P) - Q(999999, 1000000),
    "late crossing": 1 - P / 10**6 + sympy.atan(P),
    "early crossing": P - 10**-3 * sympy.Integer(1) + P**2,
}


@pytest.mark.parametrize("name", DECIDED)
def test_sign_is_found(name: str) -> None:
    expression, sign = DECIDED[name]
    assert sign_on_half_line(expression, P) == sign
    assert sign_on_half_line(-expression, P) == -sign


@pytest.mark.parametrize("name", SIGNED_BOTH_WAYS)
def test_expression_without_one_sign_is_left_open(name: str) -> None:
    with within.seconds(20):
        assert sign_on_half_line(SIGNED_BOTH_WAYS[name], P) == 0
        assert sign_on_half_line(-SIGNED_BOTH_WAYS[name], P) == 0


def sampled_signs(expression: sympy.Expr) -> set[int]:
    """The signs at points of all sizes."""
    function = sympy.lambdify(P, expression, "mpmath")
    with mp.workdps(60):
        points = [mpf(10) ** (mpf(k) / 8) for k in range(-64, 65)]
        return {int(mp.sign(function(point))) for point in points}


@settings(max_examples=60)
@given(st.lists(st.integers(-5, 5), min_size=2, max_size=5))
def test_polynomials_are_never_signed_wrongly(coefficients: list[int]) -> None:
    polynomial = sympy.Poly(coefficients, P).as_expr() + 0 * P
    sign = sign_on_half_line(polynomial, P)
    assert sign == 0 or sampled_signs(polynomial) == {sign}


ATOMS = [
    P,
    sympy.exp(-P),
    sympy.tanh(P),
    sympy.atan(P),
    1 / (1 + P),
    sympy.log(1 + P),
    sympy.sqrt(1 + P**2),
    sympy.erf(P),
]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-3, 3), st.sampled_from(ATOMS)), min_size=1, max_size=3), st.integers(-2, 2))
def test_mixtures_are_never_signed_wrongly(terms: list[tuple[int, sympy.Expr]], constant: int) -> None:
    expression = sympy.Add(constant, *[factor * atom for factor, atom in terms])
    with within.seconds(20):
        sign = sign_on_half_line(expression, P)
    assert sign == 0 or sampled_signs(expression) == {sign}


def test_sampling_would_tell_a_wrong_sign() -> None:
    assert sampled_signs(P - 1) == {-1, 0, 1}
    assert sampled_signs(P**2 + 1) == {1}


@pytest.mark.parametrize("scale", [10**3, 10**6])
def test_fast_and_slow_exponentials_together_do_not_take_long(scale: int) -> None:
    with within.seconds(10):
        assert sign_on_half_line(sympy.exp(scale * P - 1) + sympy.exp(P), P) in (0, 1)
        assert sign_on_half_line(sympy.exp(scale * P) - sympy.exp(P), P) in (0, 1)
