"""Pieces of functions with kinks: exact ends, the right branch on each, and none where a kink could be missed."""

from itertools import pairwise

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from lossbook.balls import UnresolvedError
from lossbook.loss.pieces import is_defined, number_sign, pieces_of, sorted_numbers, zeros_of

M = sympy.Symbol("m", real=True)
ONE, HALF = sympy.S.One, sympy.Rational(1, 2)
MISS = 1 / (1 + sympy.exp(4 * M))
CUT = {
    "smooth": (sympy.exp(-M), []),
    "hinge": (sympy.Max(0, HALF - M), [HALF]),
    "kink at the end": (sympy.Max(0, 1 - M), []),
    "kink outside": (sympy.Max(0, 2 - M), []),
    "absolute": (abs(abs(M) - HALF), [-HALF, 0, HALF]),
    "ramp": (sympy.Min(1, sympy.Max(0, HALF - M)), [-HALF, HALF]),
    "three": (sympy.Max(-M, M / 2, HALF), [-HALF]),
    "irrational": (sympy.Max(0, MISS - sympy.Rational(1, 20)), [sympy.log(19) / 4]),
    "touching": (sympy.Max(0, M**2), []),
    "nested": (sympy.Max(0, sympy.Max(0, HALF - M) - HALF), [0]),
    "step": (sympy.Heaviside(HALF - M) + sympy.sign(M), [0, HALF]),
    "waves": (abs(sympy.sin(4 * M)), [-sympy.pi / 4, 0, sympy.pi / 4]),
}


@pytest.mark.parametrize("name", CUT)
def test_kinks_are_found_exactly(name: str) -> None:
    expression, kinks = CUT[name]
    pieces = pieces_of(expression, M)
    assert pieces is not None
    assert [sympy.simplify(piece.low - kink) for piece, kink in zip(pieces, [-1, *kinks], strict=True)] == [0] * len(
        pieces
    )
    assert pieces[-1].high == 1
    assert all(left.high == right.low for left, right in pairwise(pieces))


@pytest.mark.parametrize("name", CUT)
def test_each_piece_is_smooth_and_equals_the_function(name: str) -> None:
    expression, _ = CUT[name]
    for low, high, smooth in pieces_of(expression, M):
        assert not smooth.has(sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.Heaviside)
        for part in ("1/1000", "1/3", "1/2", "6/7", "999/1000"):
            point = low + (high - low) * sympy.Rational(part)
            assert abs(sympy.N((smooth - expression).subs(M, point), 40)) < 1e-35


def test_wrong_branch_would_be_seen() -> None:
    (_, _, left), (_, _, right) = pieces_of(CUT["hinge"][0], M)
    assert (left, right) == (HALF - M, 0)
    assert left.subs(M, sympy.Rational(9, 10)) != CUT["hinge"][0].subs(M, sympy.Rational(9, 10))


@pytest.mark.parametrize(
    "expression",
    [
        sympy.Max(0, 1 / (M - sympy.Rational(1, 3))),
        sympy.Max(0, 1 / M),
        sympy.Max(0, sympy.log(M)),
        sympy.Max(1 - M, sympy.exp(M) - 2 + sympy.atan(M)),
        abs(sympy.sin(1 / M)),
        sympy.Max(sympy.cos(M) - M, sympy.sin(M), 0),
    ],
    ids=["pole", "pole at 0", "logarithm", "no closed zero", "infinitely many", "three without closed zero"],
)
def test_no_pieces_where_a_kink_could_be_missed(expression: sympy.Expr) -> None:
    assert pieces_of(expression, M) is None


@settings(max_examples=30)
@given(st.lists(st.fractions(-1, 1, max_denominator=50), min_size=1, max_size=3), st.integers(-3, 3))
def test_sums_of_kinks_have_all_kinks(kinks: list, slope: int) -> None:
    numbers = sorted({sympy.Rational(kink.numerator, kink.denominator) for kink in kinks})
    expression = sympy.Add(*[abs(M - number) for number in numbers], slope * M)
    inside = [number for number in numbers if -1 < number < 1]
    pieces = pieces_of(expression, M)
    assert [piece.low for piece in pieces] == [-1, *inside]
    for piece in pieces:
        assert sympy.simplify(piece.expression.diff(M, 2)) == 0
        middle = (piece.low + piece.high) / 2
        assert piece.expression.subs(M, middle) == expression.subs(M, middle)


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        (sympy.Integer(0), 0),
        (sympy.Rational(-1, 7), -1),
        (sympy.sqrt(2) - sympy.Rational(141421356237, 10**11), 1),
        (sympy.exp(-10000), 1),
        (sympy.exp(-sympy.Integer(2000)) - 2 * sympy.exp(-sympy.Integer(2000)), -1),
        (sympy.log(19) - sympy.log(38) + sympy.log(2), 0),
        (sympy.sqrt(2) * sympy.sqrt(3) - sympy.sqrt(6), 0),
        (sympy.pi - 3, 1),
    ],
    ids=["zero", "rational", "close", "tiny", "tiny difference", "logarithms", "roots", "pi"],
)
def test_sign_of_a_number(number: sympy.Expr, sign: int) -> None:
    assert number_sign(number) == sign
    assert number_sign(-number) == -sign


@pytest.mark.parametrize(
    "number",
    [sympy.zoo, sympy.nan, sympy.oo, sympy.I, sympy.sqrt(-2) * sympy.pi, sympy.log(-2)],
    ids=["zoo", "nan", "oo", "i", "root", "logarithm"],
)
def test_what_is_no_real_number_has_no_sign(number: sympy.Expr) -> None:
    with pytest.raises(UnresolvedError, match="is no real number"):
        number_sign(number)


def test_numbers_are_sorted_and_equal_ones_kept_once() -> None:
    numbers = {sympy.log(4), 2 * sympy.log(2), sympy.S.One, sympy.Rational(1, 2), sympy.sqrt(2)}
    assert [float(number) for number in sorted_numbers(numbers)] == pytest.approx([0.5, 1, 1.3862943611, 2**0.5])


def test_zeros_on_the_ends_are_left_out() -> None:
    assert zeros_of(M**2 - 1, M) == []
    assert set(zeros_of(M * (M - HALF) ** 2, M)) == {0, HALF}
    assert zeros_of(sympy.exp(M), M) == []


@pytest.mark.parametrize(
    ("expression", "defined"),
    [
        (sympy.exp(-1000 * M), True),
        (1 / (1 + sympy.exp(-1000 * M)), True),
        (1 / (M - sympy.Rational(1, 3)), False),
        (sympy.log(M + 2), True),
        (sympy.log(M), False),
        (sympy.sign(1 / M), False),
        (sympy.Heaviside(M), True),
        ((M**2 - HALF**2) / (M - HALF), False),
    ],
    ids=["steep", "steep quotient", "pole", "logarithm", "undefined half", "sign of a pole", "step", "hole"],
)
def test_definedness(expression: sympy.Expr, defined: bool) -> None:
    assert is_defined(expression, M, -ONE, ONE) is defined


def test_definedness_speaks_of_its_stretch_alone() -> None:
    assert is_defined(1 / M, M, sympy.Rational(1, 1000), ONE)
    assert is_defined(sympy.log(M), M, sympy.exp(-5), sympy.sqrt(2))
    assert not is_defined(1 / M, M, sympy.S.Zero, ONE)
