"""Rational bounds hold the true values, shrink with the number of terms, and decide signs."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossbook.proof.rational import arctan_bounds, pi_bounds, slope_bounds


def inside(value: mpmath.mpf, bounds: tuple[Fraction, Fraction]) -> bool:
    low, high = (mpmath.mpf(bound.numerator) / bound.denominator for bound in bounds)
    return bool(low <= value <= high)


@given(st.fractions(-1000, 1000, max_denominator=1000))
def test_arctan_lies_between_its_bounds(x: Fraction) -> None:
    with mpmath.workdps(120):
        assert inside(mpmath.atan(mpmath.mpf(x.numerator) / x.denominator), arctan_bounds(x))


@pytest.mark.parametrize("x", [0, 1, -1, Fraction(1, 2), 10**9])
def test_bounds_are_narrow_and_even_so_not_too_narrow(x: Fraction | int) -> None:
    low, high = arctan_bounds(x)
    assert high - low < Fraction(1, 10**20)
    with mpmath.workdps(120):
        value = mpmath.atan(mpmath.mpf(Fraction(x).numerator) / Fraction(x).denominator)
        shifted = low + Fraction(1, 10**15), high + Fraction(1, 10**15)
        assert not inside(value, shifted)


@pytest.mark.parametrize("terms", [1, 2, 5, 30])
def test_pi_lies_between_its_bounds(terms: int) -> None:
    with mpmath.workdps(120):
        assert inside(+mpmath.pi, pi_bounds(terms))


def test_more_terms_bring_the_bounds_together() -> None:
    widths = [high - low for low, high in (arctan_bounds(Fraction(1, 2), terms) for terms in (2, 5, 20))]
    assert widths == sorted(widths, reverse=True)


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match=r"x must be an int or a Fraction; got 0\.5"):
        arctan_bounds(0.5)  # type: ignore[arg-type]


def test_the_slope_changes_its_sign_where_the_closed_form_says() -> None:
    place = (Fraction(1738, 1000), Fraction(1739, 1000))
    assert slope_bounds(0, 0, 2, 100)[0] > 0
    assert slope_bounds(place[0], 0, 2, 100)[0] > 0 > slope_bounds(place[1], 0, 2, 100)[1]
