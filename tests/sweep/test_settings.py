"""Settings: every one has its defaults, its column and its line of reference; a problem has one form."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossbook.sgd import SGD
from lossbook.sweep.errors import DesignError
from lossbook.sweep.measures import MEASURES
from lossbook.sweep.settings import REQUIRED, SETTINGS, column, complete, read_value, reference

KNOWN = MEASURES["learning"].settings
LEARNED = {"learning_rate": 0.01, "steps": 100}


def completed(**given_values: Any) -> dict[str, Any]:
    """Return the settings of a task of the measure learning."""
    values = {**LEARNED, **given_values}
    return complete({name: read_value(name, value, KNOWN) for name, value in values.items()}, KNOWN, {})


@pytest.mark.parametrize("name", SETTINGS)
def test_default_is_in_the_one_form_that_reading_gives(name: str) -> None:
    default = SETTINGS[name].default
    if default is not REQUIRED and default is not None:
        assert read_value(name, default, [name]) == default
    with pytest.raises(DesignError, match=f"^{name} must be "):
        read_value(name, {"a": 1}, [name])


def test_defaults_are_those_of_the_learning_process() -> None:
    found = completed(imbalance=10)
    for name in ("batch", "momentum", "nesterov", "burn_in", "start", "seed", "clip"):
        assert found[name] == SGD.__dataclass_fields__[name].default
    assert list(found) == [name for name in SETTINGS if name in KNOWN and name not in ("lengths", "imbalance")]


def test_what_is_given_stands_before_the_measures_default_and_that_before_the_settings() -> None:
    assert complete({}, ["batch"], {}) == {"batch": SETTINGS["batch"].default}
    assert complete({}, ["batch"], {"batch": 16}) == {"batch": 16}
    assert complete({"batch": 3}, ["batch"], {"batch": 16}) == {"batch": 3}


@given(
    st.lists(st.fractions(min_value=Fraction(1, 50), max_value=100, max_denominator=50), min_size=2, max_size=6),
    st.fractions(min_value=Fraction(1, 50), max_value=1000, max_denominator=50),
)
def test_problem_has_one_form_however_it_is_written(lengths: list[Fraction], ratio: Fraction) -> None:
    ends = [sum(lengths[:i], Fraction(0)) for i in range(len(lengths) + 1)]
    assert completed(lengths=lengths) == completed(interval=ends) == completed(interval=[str(end) for end in ends])
    positive = 1 / (1 + ratio)
    by_ratio = completed(imbalance=ratio)
    assert by_ratio == completed(lengths=[positive, 1 - positive]) == completed(interval=[0, positive, 1])
    assert by_ratio != completed(imbalance=2 * ratio)


@pytest.mark.parametrize("sigmoid", ["arctan", "tanh"])
def test_scale_of_a_family_is_1(sigmoid: str) -> None:
    assert completed(imbalance=1, sigmoid=sigmoid) == completed(imbalance=1, sigmoid=sigmoid, scale=Decimal("1.0"))
    assert completed(imbalance=1, sigmoid=sigmoid) != completed(imbalance=1, sigmoid=sigmoid, scale=2)


@pytest.mark.parametrize("sigmoid", ["tanh(u)", "u"])
def test_formula_has_no_scale(sigmoid: str) -> None:
    assert completed(imbalance=1, sigmoid=sigmoid)["scale"] is None


def test_equal_starts_are_one_start() -> None:
    for interval, starts in (([0, 1, 2], [0.5]), ([0, 1, 2, 3], [0.5, 0.5])):
        assert completed(interval=interval, start=starts) == completed(interval=interval, start="1/2")
    assert completed(interval=[0, 1, 2, 3], start=[0.5, 1.5])["start"] == [0.5, 1.5]
    assert completed(interval=[0, 1, 2, 3], start=[0.5])["start"] == [0.5]  # too few: the measure refuses it


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "interval, lengths or imbalance must be given: the problem that is learned"),
        ({"imbalance": 1, "interval": [0, 1, 2]}, "imbalance must be left out where interval is given"),
        ({"imbalance": 1, "lengths": [1, 2]}, "imbalance must be left out where lengths is given"),
        ({"lengths": [1, 2], "interval": [0, 1, 2]}, "lengths must be left out where interval is given"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_problem_is_given_once(values: dict[str, Any], message: str) -> None:
    with pytest.raises(DesignError) as caught:
        completed(**values)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["learning_rate", "steps"])
def test_required_setting_is_asked_for_by_its_meaning(name: str) -> None:
    values = {key: value for key, value in {**LEARNED, "interval": ["0", "1", "2"]}.items() if key != name}
    with pytest.raises(DesignError, match=f"^{name} must be given: {SETTINGS[name].meaning}"):
        complete(values, KNOWN, {})


def test_unknown_setting_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(DesignError, match=r"^unknown setting 'learningrate': this measure takes sigmoid, .*, clip$"):
        read_value("learningrate", 1, KNOWN)
    with pytest.raises(DesignError, match=r"^unknown setting 'steps': this measure takes sigmoid, "):
        read_value("steps", 1, MEASURES["optimum"].settings)


def test_message_says_numbers_as_one_writes_them() -> None:
    with pytest.raises(DesignError, match=r"^batch must be a whole number; got 0\.5$"):
        read_value("batch", Decimal("0.5"), KNOWN)
    with pytest.raises(DesignError, match=r"^scale must be an exact number; got the text 'wide', wanted one such as"):
        read_value("scale", "wide", KNOWN)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("scale", "1/10", 0.1),
        ("scale", None, None),
        ("learning_rate", 0.1, 0.1),
        ("interval", ["0", "1/3", "1"], [0.0, 1 / 3, 1.0]),
        ("rates", [0.1], [0.1]),
        ("batch", 8, 8),
        ("clip", True, True),
        ("sigmoid", "tanh(u)", "tanh(u)"),
        ("weights", ["1", "1/2"], '["1", "1/2"]'),
        ("weights", "calibrated", "calibrated"),
        ("start", 0.5, "0.5"),
        ("start", [0.5, 1.0], "[0.5, 1.0]"),
    ],
    ids=str,
)
def test_table_shows_numbers_as_doubles(name: str, value: Any, shown: Any) -> None:
    found = column(name, value)
    assert found == shown
    assert type(found) is type(shown)


def test_reference_has_every_setting_with_its_default_in_every_measure() -> None:
    rows = reference()
    assert list(dict.fromkeys(row.name for row in rows)) == list(SETTINGS)
    for measure, definition in MEASURES.items():
        assert sorted(definition.settings) == sorted(row.name for row in rows if measure in row.measures)
    defaults = {(row.name, measure): row.default for row in rows for measure in row.measures}
    assert defaults["steps", "learning"] == "required"
    assert defaults["steps", "fates"] == "2000"
    assert defaults["half_life", "learning"] == "none"
    assert defaults["weights", "optimum"] == "[1, 1]"
    assert defaults["clip", "learning"] == "true"
    assert all(row.meaning and row.default for row in rows)
