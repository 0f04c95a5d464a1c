"""Random draws: the same for ever and everywhere, with the laws that they are named after."""

import decimal
import hashlib
import math
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lossbook.sweep.draws import read_law, unit
from lossbook.sweep.errors import DesignError

DRAWS = 2000
LAWS: dict[str, tuple[dict[str, Any], Any]] = {
    "uniform": ({"uniform": [-1, "1/2"]}, stats.uniform(-1, 1.5).cdf),
    "log_uniform": ({"log_uniform": [1, 1000]}, stats.loguniform(1, 1000).cdf),
    "narrow": ({"uniform": [100, 101], "digits": 12}, stats.uniform(100, 1).cdf),
}
STORED = {
    "uniform": ["0.108637", "0.466745", "0.320100", "0.466489"],
    "log_uniform": ["164.921", "858.005", "436.717", "856.993"],
    "integers": [5, 6, 6, 6, 1, 3, 2, 2],
    "choice": ["c", "c", "c", "c", "a", "b", "a", "a"],
}


def drawn(table: dict[str, Any], count: int = DRAWS, seed: int = 1, name: str = "x") -> list[Any]:
    """Return so many draws."""
    law = read_law(name, table)
    return [law(seed, number) for number in range(count)]


def test_stored_draws_never_change() -> None:
    tables = {"integers": {"integers": [1, 6]}, "choice": {"choice": list("abc")}}
    for kind, stored in STORED.items():
        found = drawn(tables[kind] if kind in tables else LAWS[kind][0], len(stored))
        assert [str(value) if isinstance(value, Decimal) else value for value in found] == stored


def test_uniform_number_is_that_of_the_hash() -> None:
    digest = hashlib.sha256(b"lossbook draw\n7\n3\nmomentum\n0").digest()
    exact = Fraction(int.from_bytes(digest[:16], "big"), 2**128)
    assert abs(Fraction(unit(7, 3, "momentum")) - exact) < Fraction(1, 10**40)
    assert 0 <= unit(7, 3, "momentum") < 1


def test_every_part_of_a_draw_matters() -> None:
    numbers = [unit(*key) for key in ((1, 2, "x"), (2, 2, "x"), (1, 1, "x"), (1, 2, "y"), (1, 2, "x", 1), (12, 0, "x"))]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("kind", LAWS)
def test_draws_have_their_law(kind: str) -> None:
    table, law = LAWS[kind]
    values = [float(value) for value in drawn(table)]
    assert stats.kstest(values, law).pvalue > 0.01
    wrong = {"uniform": stats.uniform(-1, 1.6).cdf, "log_uniform": stats.uniform(1, 999).cdf}
    assert stats.kstest(values, wrong.get(kind, stats.loguniform(90, 110).cdf)).pvalue < 1e-4


def test_whole_numbers_and_choices_come_equally_often() -> None:
    dice = Counter(drawn({"integers": [1, 6]}))
    assert sorted(dice) == [1, 2, 3, 4, 5, 6]
    assert stats.chisquare(list(dice.values())).pvalue > 0.01
    letters = Counter(drawn({"choice": ["a", "b", "b"]}))
    assert stats.chisquare([letters["a"], letters["b"]], [DRAWS / 3, 2 * DRAWS / 3]).pvalue > 0.01
    assert stats.chisquare([letters["a"], letters["b"]]).pvalue < 1e-6


def test_settings_and_positions_are_drawn_apart() -> None:
    table = {"uniform": [0, 1], "count": 2}
    first, second = np.array(drawn(table), dtype=float).T
    other = np.array(drawn(table, name="y"), dtype=float)[:, 0]
    shifted = np.array(drawn(table, seed=2), dtype=float)[:, 0]
    for values in (second, other, shifted, np.roll(first, 1)):
        assert abs(np.corrcoef(first, values)[0, 1]) < 4 / math.sqrt(DRAWS)
    assert abs(np.corrcoef(first, first + 0.5 * second)[0, 1]) > 0.5


def test_list_begins_with_the_single_draw() -> None:
    one, many = drawn({"uniform": [0, 1]}, 5), drawn({"uniform": [0, 1], "count": 3}, 5)
    assert [values[0] for values in many] == one
    assert {len(values) for values in many} == {3}


@pytest.mark.parametrize("digits", [1, 3, 30])
def test_values_have_so_many_digits_and_stay_between_the_ends(digits: int) -> None:
    for kind, low, high in (("uniform", "0.12345678", "0.6"), ("log_uniform", "0.12345678", "0.6")):
        values = drawn({kind: [low, high], "digits": digits}, 200)
        inner = [value for value in values if value not in (Decimal(low), Decimal(high))]
        assert all(Decimal(low) <= value <= Decimal(high) for value in values)
        assert all(len(value.as_tuple().digits) <= digits for value in inner)
        assert inner


@given(st.integers(1, 60), st.sampled_from([decimal.ROUND_UP, decimal.ROUND_FLOOR, decimal.ROUND_HALF_EVEN]))
def test_no_setting_of_the_process_changes_a_draw(precision: int, rounding: str) -> None:
    tables: list[dict[str, Any]] = [
        {"uniform": ["1/3", "2/3"], "digits": 30},
        {"log_uniform": ["1/3", 7], "digits": 30},
        {"integers": [-(10**18), 10**18]},
    ]
    plain = [drawn(table, 3) for table in tables]
    with decimal.localcontext(prec=precision, rounding=rounding):
        assert [drawn(table, 3) for table in tables] == plain
        assert Decimal(2) / 3 != Decimal("0.6666666666666666666666666667") or (precision, rounding) == (28, rounding)


@pytest.mark.parametrize("kind", ["uniform", "log_uniform"])
def test_values_are_correctly_rounded(kind: str) -> None:
    """Another route: 60 digits and the rounding of fractions."""
    law = read_law("x", {kind: ["1/3", 7], "digits": 8})
    for number in range(20):
        with decimal.localcontext(prec=60):
            u, low, high = unit(1, number, "x"), Decimal(1) / 3, Decimal(7)
            exact = low + u * (high - low) if kind == "uniform" else (low.ln() + u * (high.ln() - low.ln())).exp()
            assert abs(law(1, number) - exact) <= Decimal("0.50001") * Decimal(1).scaleb(exact.adjusted() - 7)
            assert law(1, number) != exact


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (3, "x must be a table with one of uniform, log_uniform, integers, choice; got 3"),
        ([1, 2], "x must be a table with one of uniform, log_uniform, integers, choice; got [1, 2]"),
        ({}, "x must be a table with one of uniform, log_uniform, integers, choice; got {}"),
        ({"normal": [0, 1]}, "x must be a table with one of uniform, log_uniform, integers, choice; got"),
        ({"uniform": [0, 1], "choice": [1]}, "x must be a table with one of uniform, log_uniform, integers, choice"),
        ({"uniform": [0, 1], "n": 3}, "unknown key 'n': x takes uniform, digits and count"),
        ({"uniform": [0, 1], "digits": 31}, "digits must be a whole number from 1 to 30; got 31"),
        ({"uniform": [0, 1], "digits": True}, "digits must be a whole number; got True"),
        ({"uniform": [0, 1], "count": 0}, "count must be a whole number from 1 to 17; got 0"),
        ({"uniform": [0, 1], "count": 2.5}, "count must be a whole number; got 2.5"),
        ({"uniform": 1}, "uniform must be a pair [low, high]; got 1"),
        ({"uniform": "01"}, "uniform must be a pair [low, high]; got '01'"),
        ({"uniform": [0, 1, 2]}, "uniform must be a pair [low, high]; got [0, 1, 2]"),
        ({"uniform": [1, 0]}, "uniform must be a pair [low, high] with low < high; got [1, 0]"),
        ({"uniform": [1, 1.0]}, "uniform must be a pair [low, high] with low < high; got [1, 1.0]"),
        ({"uniform": [0, math.nan]}, "uniform[1] must be finite; got nan"),
        ({"uniform": [0, Decimal("inf")]}, "uniform[1] must be finite; got Infinity"),
        ({"uniform": [0, Decimal("1e99999999")]}, "uniform[1] must be 0 or of a size between 1e-300 and 1e300"),
        ({"uniform": [True, 2]}, "uniform[0] must be an exact number; got the truth value True"),
        ({"log_uniform": [0, 1]}, "log_uniform[0] must be greater than 0; got 0"),
        ({"log_uniform": [-1, 1]}, "log_uniform[0] must be greater than 0; got -1"),
        ({"integers": [1, 2.5]}, "integers[1] must be a whole number; got 2.5"),
        ({"integers": [2, 1]}, "integers must be a pair [low, high] with low <= high; got [2, 1]"),
        ({"integers": [1]}, "integers must be a pair [low, high], both included; got [1]"),
        ({"integers": [0, 2**63]}, "integers[1] must be a whole number from -9223372036854775808 to"),
        ({"choice": []}, "choice must be a list of at least one value; got []"),
        ({"choice": "abc"}, "choice must be a list of at least one value; got 'abc'"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_wrong_law_is_refused(table: Any, message: str) -> None:
    with pytest.raises(DesignError) as caught:
        read_law("x", table)
    assert str(caught.value).startswith(message)


def test_single_whole_number_may_be_drawn() -> None:
    assert set(drawn({"integers": [5, 5]}, 20)) == {5}
    assert set(drawn({"choice": np.array([1, 2])}, 50)) == {1, 2}
