"""Zeros that algebra can see, and small numbers that are none."""

import pytest
import sympy

import lossbook as lb
from lossbook.certified.exactness import is_zero

R = sympy.Rational
ATAN = sympy.atan


@pytest.mark.parametrize(
    "number",
    [
        2 * ATAN(R(1, 2)) - ATAN(R(4, 3)),
        (2 * ATAN(R(1, 2)) - ATAN(R(4, 3))) * 2 / sympy.pi,
        ATAN(R(1, 2)) + ATAN(R(1, 3)) - ATAN(R(1, 7)) / 1 - (ATAN(R(1, 2)) + ATAN(R(1, 3)) - ATAN(R(1, 7))),
        4 * ATAN(R(1, 5)) - ATAN(R(1, 239)) - ATAN(R(1, 2)) - ATAN(R(1, 3)),  # Machin: both are a quarter of pi
        R(3, 2) * ATAN(R(1, 2)) - R(3, 4) * ATAN(R(4, 3)),
        sympy.sqrt(2) * sympy.sqrt(3) - sympy.sqrt(6),
    ],
)
def test_zeros_are_seen(number: sympy.Expr) -> None:
    assert is_zero(number, thorough=True)
    assert not is_zero(number + R(1, 10**30), thorough=True)


@pytest.mark.parametrize(
    "number",
    [
        2 * ATAN(R(1, 2)) - ATAN(R(4, 3) + R(1, 10**12)),
        sympy.tanh(R(1, 10**9)) - R(1, 10**9),
        ATAN(R(1, 10**9)),
        10**6 * (2 * ATAN(R(1, 2)) - ATAN(R(4, 3) + R(1, 10**15))),
    ],
)
def test_small_numbers_are_no_zeros(number: sympy.Expr) -> None:
    assert not is_zero(number, thorough=True)


def test_a_quick_look_sees_only_what_is_written() -> None:
    assert is_zero(sympy.S.Zero)
    assert not is_zero(2 * ATAN(R(1, 2)) - ATAN(R(4, 3)))


@pytest.mark.parametrize(
    ("family", "length"), [("arctan", "4/3"), ("softsign", 2), ("algebraic", 2)]
)  # A = 1/2 and 2 sigma(A) = sigma(A + B) exactly: the slope at the end a is 0
def test_exact_borders_are_exact(family: str, length: str | int) -> None:
    sigma = getattr(lb.sigmoids, family)()
    best = lb.maximize_gain(lb.ThresholdProblem(0, ["1/2"], length), sigma)
    if family == "softsign":  # there the end is a local minimum, and the maximum inside
        assert best.sign_pattern == "+-"
        assert len(best.local) == 1
        assert best.points[0][0] > 0
    else:
        assert best.sign_pattern == "-"
        assert best.points == [(0, 0)]
