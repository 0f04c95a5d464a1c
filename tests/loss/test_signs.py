"""Signs of derivatives on a stretch: proved only where they hold, by each of the ways."""

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from lossbook.loss import M
from lossbook.loss.pieces import Piece
from lossbook.loss.signs import Signed, sign_at, signs_of

ONE, THIRD = sympy.S.One, sympy.Rational(1, 3)
SIGNS = {
    "constant": (1 - M, 1, -1),
    "linear function": (M, 2, 0),
    "by cells": (sympy.exp(-M) + sympy.sin(M) / 10, 1, -1),
    "steep": (sympy.log(1 + sympy.exp(-1000 * M)), 1, -1),
    "zero at an end": ((1 - M) ** 3, 1, -1),
    "high zero at an end": ((1 - M) ** 64, 2, 1),
    "two signs": (M**3, 2, None),
    "zero inside": (M**3, 1, None),
    "pole": (1 / (M - THIRD), 1, None),
    "hole": (-(M**2 - THIRD**2) / (M - THIRD), 1, None),
    "identity": (sympy.sin(M) ** 2 + sympy.cos(M) ** 2, 1, 0),
    "root at an end": (-sympy.sqrt(1 + M), 1, None),
}


@pytest.mark.parametrize("name", SIGNS)
def test_sign_on_the_whole_stretch(name: str) -> None:
    expression, order, sign = SIGNS[name]
    assert Signed(expression, -ONE, ONE, order).sign == sign


@pytest.mark.parametrize("name", SIGNS)
def test_points_that_were_looked_up_have_their_signs(name: str) -> None:
    expression, order, _ = SIGNS[name]
    derivative = sympy.diff(expression, M, order)
    for point, sign in Signed(expression, -ONE, ONE, order).seen.items():
        value = sympy.N(derivative.subs(M, point), 30)
        assert value * sign > 0


def test_zero_inside_is_a_cut_where_the_sign_stays() -> None:
    parts = signs_of([Piece(-ONE, ONE, M**3)], 1)
    assert [(part.low, part.high, part.sign) for part in parts] == [(-1, 0, 1), (0, 1, 1)]
    assert [part.sign for part in signs_of([Piece(-ONE, ONE, M**4 - M**3)], 1)] == [None]


@settings(max_examples=40)
@given(st.lists(st.fractions(-2, 2, max_denominator=12), min_size=1, max_size=3), st.sampled_from([-1, 1]))
def test_sign_of_a_polynomial_is_that_of_its_roots(roots: list, factor: int) -> None:
    numbers = [sympy.Rational(root.numerator, root.denominator) for root in roots]
    expression = factor * sympy.Mul(*[M - number for number in numbers])
    found = Signed(expression, -ONE, ONE).sign
    if any(-1 < number < 1 for number in numbers):
        assert found is None
    else:
        assert found in (sympy.sign(expression.subs(M, 0)), None)
        assert found is not None


def test_sign_at_a_point_is_exact_or_unknown() -> None:
    assert sign_at(M - THIRD, THIRD) == 0
    assert sign_at(sympy.exp(4 * M) - 19, sympy.log(19) / 4) == 0
    assert sign_at(sympy.exp(4 * M) - 19, sympy.Rational(3, 4)) == 1
    assert sign_at(1 / M, sympy.S.Zero) is None
    assert sign_at(sympy.sqrt(M), -ONE) is None
