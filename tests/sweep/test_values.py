"""The one form of a value: whatever way a number is written, the same number is the same text or the same double."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from lossbook.arguments import exact
from lossbook.sweep.values import READERS, WEIGHT_RULES, entries_of, text_of, whole_within

TENTH = "3602879701896397/36028797018963968"  # the double next to 1/10
HUGE = [10**400, Decimal("1e99999999"), Decimal("1e-99999999"), Decimal("-1e401")]
NO_NUMBERS = [None, True, np.True_, {}, [1], 1j, b"1", sympy.pi]
NOT_FINITE = [math.nan, math.inf, -math.inf, Decimal("nan"), Decimal("-inf"), Decimal("sNaN"), np.float64("nan")]


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (Decimal("0.1"), "1/10"),
        (Decimal("1e-1"), "1/10"),
        (Decimal("0.10"), "1/10"),
        ("0.1", "1/10"),
        ("1/10", "1/10"),
        ("10e-2", "1/10"),
        (" 2/20 ", "1/10"),
        (Fraction(1, 10), "1/10"),
        (sympy.Rational(1, 10), "1/10"),
        (0.1, TENTH),
        (np.float64(0.1), TENTH),
        (2.0, "2"),
        (2, "2"),
        (np.int8(2), "2"),
        (Decimal("2.00"), "2"),
    ],
    ids=repr,
)
def test_exact_number_has_one_form(value: Any, form: str) -> None:
    assert READERS["positive"](value, "x") == form


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (1, 1.0),
        (1.0, 1.0),
        (Decimal(1), 1.0),
        ("1", 1.0),
        (np.float32(1), 1.0),
        (Decimal("0.1"), 0.1),
        ("1/10", 0.1),
        ("0.10", 0.1),
        (0.1, 0.1),
        (Fraction(1, 10), 0.1),
        ("1e-300", 1e-300),
    ],
    ids=repr,
)
def test_other_number_is_the_nearest_double(value: Any, form: float) -> None:
    found = READERS["rate"](value, "x")
    assert type(found) is float
    assert found == form


@given(st.decimals(min_value=Decimal("1e-30"), max_value=Decimal("1e30")))
def test_text_and_decimal_are_the_same_number(number: Decimal) -> None:
    assert READERS["positive"](number, "x") == READERS["positive"](str(number), "x") == str(Fraction(number))
    assert READERS["rate"](number, "x") == READERS["rate"](str(Fraction(number)), "x") == float(number)


def test_zero_has_no_sign() -> None:
    for kind in ("share", "start"):
        assert [math.copysign(1, READERS[kind](zero, "x")) for zero in (-0.0, Decimal("-0.0"), 0, "-0")] == [1] * 4
    assert str(exact(-0.0, "x")) == "0"


@pytest.mark.parametrize("kind", ["positive", "rate", "share", "start"])
@pytest.mark.parametrize("value", [*HUGE[:2], *NOT_FINITE, *NO_NUMBERS[:4], "fast", ""], ids=lambda v: ascii(v)[:20])
def test_what_is_no_number_is_refused_by_name(kind: str, value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^x must be "):
        READERS[kind](value, "x")
    assert READERS[kind](Decimal("0.5"), "x") in (0.5, "1/2")


@pytest.mark.parametrize("value", [0, -1, "-1/10", Decimal("-0.0")], ids=str)
@pytest.mark.parametrize("kind", ["positive", "rate"])
def test_number_that_must_be_positive(kind: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^x must be greater than 0; got"):
        READERS[kind](value, "x")


@pytest.mark.parametrize("value", HUGE[1:], ids=str)
def test_number_of_a_million_places_is_refused_before_it_is_written_out(value: Decimal) -> None:
    with pytest.raises(ValueError, match=r"^x must be 0 or of a size between 1e-300 and 1e300; got|^x must be finite"):
        exact(value, "x")
    assert exact(Decimal("0e-99999999"), "x") == 0


@pytest.mark.parametrize("value", [1, -0.1, "1", Decimal("1.0"), 2])
def test_share_is_at_least_0_and_below_1(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^x must be at least 0 and below 1; got"):
        READERS["share"](value, "x")
    assert READERS["share"](0.999, "x") == 0.999


@pytest.mark.parametrize(
    "value", [8, np.int64(8), Decimal(8), Decimal("8.0"), Decimal("8e0"), Decimal("0.8e1")], ids=repr
)
def test_whole_number_is_an_int_however_a_file_writes_it(value: Any) -> None:
    found = whole_within(1, 8)(value, "x")
    assert (found, type(found)) == (8, int)
    with pytest.raises(ValueError, match=r"^x must be a whole number from 1 to 7; got "):
        whole_within(1, 7)(value, "x")


@pytest.mark.parametrize(
    "value", [8.0, Decimal("8.5"), "8", *NO_NUMBERS, *NOT_FINITE[:5], *HUGE[1:]], ids=lambda v: ascii(v)[:20]
)
def test_what_is_no_whole_number_is_refused_by_name(value: Any) -> None:
    with pytest.raises(TypeError, match=r"^x must be a whole number; got "):
        whole_within(0, 10)(value, "x")


@pytest.mark.parametrize(
    "value", [[1, 2], (1, 2), range(1, 3), np.array([1, 2]), np.arange(1, 3, dtype=np.int8)], ids=repr
)
def test_lists_of_all_kinds_are_lists(value: Any) -> None:
    assert list(entries_of(value) or ()) == [1, 2]


@pytest.mark.parametrize(
    "value",
    ["12", b"12", bytearray(2), {1: 2}, {1, 2}, 12, None, np.array(1), iter([1, 2])],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_list(value: Any) -> None:
    assert entries_of(value) is None


def test_interval_and_lengths() -> None:
    assert READERS["interval"]([-1, "0.2", Decimal("3.50")], "x") == ["-1", "1/5", "7/2"]
    assert READERS["interval"](np.array([0.0, 0.5, 1.0]), "x") == ["0", "1/2", "1"]
    assert READERS["lengths"]((1, "1/3"), "x") == ["1", "1/3"]


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("interval", [0, 1], "x must be a list of at least 3 exact numbers; got [0, 1]"),
        ("interval", "0 1 2", "x must be a list of at least 3 exact numbers; got '0 1 2'"),
        ("interval", [0, 1, 1], "x must be a, a_1, ..., a_n, b in increasing order; got 1, 1"),
        ("interval", [0, 2, "1/2"], "x must be a, a_1, ..., a_n, b in increasing order; got 2, 1/2"),
        ("interval", [0, [1], 2], "x[1] must be an exact number"),
        ("interval", [0, True, 2], "x[1] must be an exact number"),
        ("interval", [0, 1, math.inf], "x[2] must be finite; got inf"),
        ("lengths", [1], "x must be a list of at least 2 exact numbers; got [1]"),
        ("lengths", [1, 0], "x[1] must be greater than 0; got 0"),
        ("weights", "balanced", "x must be a pair [w_plus, w_minus], or one of 'equal', 'calibrated', "),
        ("weights", [1, 2, 3], "x must be a pair [w_plus, w_minus], or one of"),
        ("weights", 1, "x must be a pair [w_plus, w_minus], or one of"),
        ("weights", [1, -1], "x[1] must be greater than 0; got -1"),
        ("start", "randm", "x must be a number, a list of numbers, or \"random\"; got 'randm'"),
        ("start", None, 'x must be a number, a list of numbers, or "random"; got None'),
        ("start", [[1.0]], "x[0] must be a real number; got [1.0]"),
        ("rates", [], "x must be a list of at least one real number; got []"),
        ("rates", [0.1, 0], "x[1] must be greater than 0; got 0"),
        ("truth", 1, "x must be true or false; got 1"),
        ("truth", "yes", "x must be true or false; got 'yes'"),
        ("text", 1, "x must be text; got 1"),
        ("text", "\ud800", "x must be text that can be written in UTF-8; got '\\ud800'"),
        ("processes", 1, "x must be a list of pairs [batch, momentum]; got 1"),
        ("processes", [[1]], "x[0] must be a pair [batch, momentum]; got [1]"),
        ("processes", [[1, 1]], "x[0] must be at least 0 and below 1; got 1"),
    ],
    ids=lambda value: ascii(value)[:25],
)
def test_wrong_value_is_refused_by_name(kind: str, value: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        READERS[kind](value, "x")
    assert str(caught.value).startswith(message)


def test_weights_are_a_pair_or_a_rule() -> None:
    assert READERS["weights"]((1, Decimal("0.5")), "x") == ["1", "1/2"]
    assert READERS["weights"]("equal", "x") == READERS["weights"]([1, 1], "x") == ["1", "1"]
    assert [READERS["weights"](rule, "x") for rule in WEIGHT_RULES[1:]] == list(WEIGHT_RULES[1:])


def test_start_is_a_place_places_or_random() -> None:
    assert READERS["start"]("random", "x") == "random"
    assert READERS["start"]("1/4", "x") == READERS["start"](Decimal("0.25"), "x") == 0.25
    assert READERS["start"]([0, "1/4"], "x") == [0.0, 0.25]


def test_spaces_of_text_are_single() -> None:
    assert text_of(" u /\n sqrt(1 + u**2) ", "x") == "u / sqrt(1 + u**2)"
    assert READERS["truth"](np.True_, "x") is True
