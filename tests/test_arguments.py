"""Arguments: exact numbers are read unrounded; everything else is refused with the argument's name and what it got."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from lossbook.arguments import class_weights, exact, interval_weights, parameter_array, real_array, shown, whole

HUGE = 10**400


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, Fraction(3)),
        (-7, Fraction(-7)),
        (0, Fraction(0)),
        (-0.0, Fraction(0)),
        (0.1, Fraction(3602879701896397, 36028797018963968)),
        (0.5, Fraction(1, 2)),
        (Fraction(1, 3), Fraction(1, 3)),
        (Decimal("0.1"), Fraction(1, 10)),
        (sympy.Rational(2, 7), Fraction(2, 7)),
        (sympy.Float(0.1), Fraction(3602879701896397, 36028797018963968)),
        (np.float64(0.1), Fraction(3602879701896397, 36028797018963968)),
        (np.float32(0.5), Fraction(1, 2)),
        (np.int64(4), Fraction(4)),
        ("1/10", Fraction(1, 10)),
        ("-1/10", Fraction(-1, 10)),
        ("0.1", Fraction(1, 10)),
        ("+.5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        ("1e-3", Fraction(1, 1000)),
        ("1.5E+2", Fraction(150)),
        (" 2/6 ", Fraction(1, 3)),
        ("1e300", Fraction(10**300)),
        (1e-300, Fraction(*(1e-300).as_integer_ratio())),
    ],
)
def test_exact_number_is_read_unrounded(value: object, number: Fraction) -> None:
    found = exact(value, "scale")
    assert isinstance(found, sympy.Rational)
    assert Fraction(int(found.p), int(found.q)) == number


def test_text_and_float_of_the_same_digits_are_different_numbers() -> None:
    assert exact("0.1", "scale") != exact(0.1, "scale")


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_every_float_is_the_binary_number_it_is(value: float) -> None:
    assert Fraction(*map(int, exact(value, "x").as_numer_denom())) == Fraction(value)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        -float("inf"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e-99999999"),
        Decimal("1e99999"),
        np.float64("nan"),
        "nan",
        "inf",
        "",
        " ",
        "x",
        "1/0",
        "1//2",
        "1/2/3",
        " 1 / 2",
        "--1",
        "1_000",
        "0x10",
        "1e",
        "1e9999",
        "1e-400",
        "\N{ARABIC-INDIC DIGIT THREE}",
        "9" * 500,
        "__import__('os')",
        "1+1",
        5e-324,
        1e301,
        HUGE,
        Fraction(1, HUGE),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_wrong_number_is_refused_by_name(value: object) -> None:
    with pytest.raises(ValueError, match=r"^scale must be"):
        exact(value, "scale")


def test_number_too_long_to_be_written_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"^scale must be"):
        exact(10**5000, "scale")


@pytest.mark.parametrize(
    "value",
    [None, True, np.True_, 1j, [1], {}, sympy.pi, sympy.Symbol("x"), sympy.oo, sympy.nan, b"1", np.array(1)],
    ids=ascii,
)
def test_wrong_kind_is_refused_by_name_and_kind(value: object) -> None:
    with pytest.raises(TypeError, match=r"^scale must be an exact number"):
        exact(value, "scale")


@pytest.mark.parametrize("value", [0, -1, "-1/10", -1e-300])
def test_number_that_must_be_positive(value: object) -> None:
    with pytest.raises(ValueError, match=r"^scale must be greater than 0; got"):
        exact(value, "scale", positive=True)
    assert exact(value, "scale") <= 0


@pytest.mark.parametrize("value", [1, 10, np.int8(7), np.uint64(10), sympy.Integer(3)], ids=repr)
def test_whole_number_is_read_as_an_int(value: object) -> None:
    found = whole(value, "batch", 1, 10)
    assert type(found) is int
    assert found == value


@pytest.mark.parametrize(
    "value", [None, True, np.True_, 3.0, np.float64(3), "3", [3], Fraction(3), np.array(3)], ids=repr
)
def test_what_is_no_whole_number_is_refused_by_name(value: object) -> None:
    with pytest.raises(TypeError, match=r"^batch must be a whole number; got "):
        whole(value, "batch", 1, 10)


@pytest.mark.parametrize("value", [0, 11, -(10**30), np.int64(-3)], ids=str)
def test_whole_number_out_of_bounds_is_refused_by_name(value: int) -> None:
    with pytest.raises(ValueError, match=r"^batch must be a whole number from 1 to 10; got "):
        whole(value, "batch", 1, 10)


@pytest.mark.parametrize("pair", [(1, 2), [1, "1/2"], np.array([0.5, 2.0]), (Fraction(1, 3), Decimal("0.1"))], ids=str)
def test_class_weights_are_read_unrounded(pair: object) -> None:
    assert class_weights(pair) == tuple(exact(part, "w") for part in pair)


@pytest.mark.parametrize(
    "pair", [None, 5, "12", (1,), (1, 2, 3), {1: 2, 3: 4}, np.float64(1), (1, True), ([1], 2)], ids=str
)
def test_weights_that_are_no_pair_of_numbers(pair: object) -> None:
    with pytest.raises(TypeError, match=r"^weights(\[[01]\])? must be"):
        class_weights(pair)


@pytest.mark.parametrize("n", [1, 2, 3, 16])
@pytest.mark.parametrize("pair", [(3, "1/2"), [3, 0.5], np.array([3.0, 0.5])], ids=str)
def test_class_weights_are_the_intervals_weights_in_turn(pair: object, n: int) -> None:
    assert interval_weights(pair, n) == tuple([3, Fraction(1, 2)] * 9)[: n + 1]


@pytest.mark.parametrize("weights", [(3, "1/2", 7), [3, 0.5, Decimal(7)], np.array([3.0, 0.5, 7.0])], ids=str)
def test_weights_of_all_intervals_are_read_unrounded(weights: object) -> None:
    assert interval_weights(weights, 2) == (3, Fraction(1, 2), 7)
    assert interval_weights((0.1, "1/10", 1, 2), 3)[:2] == (Fraction(0.1), Fraction(1, 10))


@pytest.mark.parametrize(
    ("weights", "n"),
    [(1, 2), (None, 2), ("11", 2), ("111", 2), ((1,), 2), ((1, 1, 1, 1), 2), ((1, 1, 1), 3), ({1: 1, 2: 2, 3: 3}, 2)],
    ids=str,
)
def test_weights_of_another_number_of_intervals_are_refused(weights: object, n: int) -> None:
    wanted = (
        rf"^weights must be a pair \(w_plus, w_minus\) of positive numbers, or {n + 1} of them, one an interval; got"
    )
    with pytest.raises(TypeError, match=wanted):
        interval_weights(weights, n)


@pytest.mark.parametrize("weights", [(1,), (1, 1, 1), 1, None], ids=str)
def test_one_threshold_takes_a_pair_alone(weights: object) -> None:
    with pytest.raises(TypeError, match=r"^weights must be a pair \(w_plus, w_minus\) of positive numbers; got"):
        interval_weights(weights, 1)


@pytest.mark.parametrize(
    ("weights", "kind", "place"),
    [
        ((1, 2, 0), ValueError, 2),
        ((1, -2, 1), ValueError, 1),
        ((float("nan"), 1), ValueError, 0),
        ((1, None, 1), TypeError, 1),
    ],
    ids=str,
)
def test_wrong_weight_of_an_interval_is_refused_by_its_place(weights: tuple, kind: type[Exception], place: int) -> None:
    with pytest.raises(kind, match=rf"^weights\[{place}\] must be"):
        interval_weights(weights, 2)


@pytest.mark.parametrize("pair", [(1, 0), (-1, 1), (1, float("nan")), (float("inf"), 1), ("a", 1)], ids=str)
def test_weights_out_of_range(pair: object) -> None:
    with pytest.raises(ValueError, match=r"^weights\[[01]\] must be"):
        class_weights(pair)


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (1, ()),
        (np.float32(1), ()),
        ([1, 2.5], (2,)),
        ([[1], [2]], (2, 1)),
        ([], (0,)),
        ([Fraction(1, 3), 2], (2,)),
        ([sympy.Rational(1, 3), Decimal("0.5")], (2,)),
        (range(3), (3,)),
        (np.zeros((2, 3, 4), dtype=np.int8), (2, 3, 4)),
    ],
    ids=str,
)
def test_arrays_keep_their_shape_in_float64(values: object, shape: tuple) -> None:
    array = real_array(values, "u")
    assert array.shape == shape
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array, np.asarray(values).astype(np.float64))


def test_array_is_a_copy() -> None:
    given_array = np.zeros(2)
    real_array(given_array, "u")[0] = 1
    assert given_array[0] == 0


@pytest.mark.parametrize(
    "values", [None, "1", ["a"], 1j, [1j], True, [True], [None], {}, [sympy.pi], np.array(["1"])], ids=str
)
def test_array_of_other_things_is_refused_by_name(values: object) -> None:
    with pytest.raises(TypeError, match=r"^u must be a real number or an array of real numbers; got"):
        real_array(values, "u")


@pytest.mark.parametrize(
    "values",
    [float("nan"), [1, float("inf")], [[1], [1, 2]], HUGE, [HUGE], np.array([np.nan, 1])],
    ids=lambda v: str(v)[:20],
)
def test_array_of_wrong_numbers_is_refused_by_name(values: object) -> None:
    with pytest.raises(ValueError, match=r"^u must"):
        real_array(values, "u")


@pytest.mark.parametrize(
    ("theta", "n", "shape"),
    [(1, 1, (1,)), ([1], 1, (1,)), ([1, 2], 2, (2,)), ([[1, 2]] * 3, 2, (3, 2)), (np.zeros((2, 3, 1)), 1, (2, 3, 1))],
)
def test_parameters_of_the_right_shape(theta: object, n: int, shape: tuple) -> None:
    assert parameter_array(theta, n).shape == shape


@pytest.mark.parametrize(
    ("theta", "n"), [(1, 2), ([1], 2), ([1, 2], 1), ([1, 2, 3], 2), (np.zeros((2, 3)), 2), ([], 1)]
)
def test_parameters_of_the_wrong_shape(theta: object, n: int) -> None:
    with pytest.raises(ValueError, match=rf"^theta must have shape \({n},\) or \(\.\.\., {n}\); got shape"):
        parameter_array(theta, n)


def test_hint_for_many_values_of_one_threshold() -> None:
    with pytest.raises(ValueError, match=r"theta\[:, None\]"):
        parameter_array([1, 2, 3], 1)


def test_pictures_of_values_are_short_lines() -> None:
    assert shown([1, 2]) == "[1, 2]"
    assert shown("a\nb") == r"'a\nb'"
    assert len(shown(list(range(1000)))) == 80
    assert "\n" not in shown(np.zeros((3, 3)))
