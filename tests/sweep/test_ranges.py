"""Ranges of a grid: both ends included, equal steps or ratios, few digits."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from lossbook.sweep.errors import DesignError
from lossbook.sweep.ranges import read_range


@pytest.mark.parametrize(
    ("kind", "low", "high", "count", "spaced"),
    [
        ("linear", -1, 2, 7, np.linspace),
        ("geometric", "0.05", 30, 22, np.geomspace),
        ("linear", "1/3", 1, 3, np.linspace),
    ],
)
def test_range_is_that_of_numpy_with_few_digits(kind: str, low: Any, high: Any, count: int, spaced: Any) -> None:
    numbers = read_range("x", {kind: [low, high, count], "digits": 5})
    ends = [float(Fraction(end)) for end in (low, high)]
    assert [float(number) for number in numbers] == pytest.approx(spaced(*ends, count), rel=1e-4, abs=1e-12)
    assert all(len(number.as_tuple().digits) <= 5 for number in numbers)
    other = {"linear": "geometric", "geometric": "linear"}[kind]
    if ends[0] > 0:
        assert read_range("x", {other: [low, high, count]})[1] != numbers[1]


def test_digits_are_six_unless_said() -> None:
    assert read_range("x", {"linear": [0, 1, 4]})[1] == Decimal("0.333333")
    assert read_range("x", {"linear": [0, 1, 4], "digits": 3})[1] == Decimal("0.333")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "x must be a list, or a table with one of linear, geometric, and digits if wanted; got {}"),
        ({"linear": [0, 1, 3], "geometric": [1, 2, 3]}, "x must be a list, or a table with one of"),
        ({"linear": [0, 1, 3], "count": 3}, "and digits if wanted; got"),
        ({"linear": [0, 1]}, "linear must be \\[low, high, count\\]; got \\[0, 1\\]"),
        ({"linear": "0 1 3"}, "linear must be \\[low, high, count\\]; got '0 1 3'"),
        ({"linear": [0, 1, 1]}, "linear\\[2\\] must be a whole number from 2 to 1000000; got 1"),
        ({"linear": [0, 1, 2.5]}, "linear\\[2\\] must be a whole number; got 2.5"),
        ({"linear": [1, 0, 3]}, "linear must be a pair \\[low, high\\] with low < high; got \\[1, 0\\]"),
        ({"linear": [0, float("nan"), 3]}, "linear\\[1\\] must be finite; got nan"),
        ({"geometric": [0, 1, 3]}, "geometric\\[0\\] must be greater than 0; got 0"),
        ({"linear": [0, 1, 3], "digits": 0}, "digits must be a whole number from 1 to 30; got 0"),
        ({"linear": [1, 2, 100], "digits": 1}, "digits must be enough to tell the 100 numbers of x apart; got 1"),
    ],
    ids=str,
)
def test_wrong_range_is_refused(table: dict[str, Any], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        read_range("x", table)
