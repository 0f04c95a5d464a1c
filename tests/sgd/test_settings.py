"""Settings: what each accepts, and for each wrong value an error that names it, the value and what is wanted."""

import copy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import lossbook as lb
from lossbook import SGD, decay
from lossbook.sgd.settings import LARGEST_BATCH, MOST_STEPS

ONE = lb.ThresholdProblem(-1, ["1/5"], 1)
TWO = lb.ThresholdProblem(0, [1, 3], 5)
ARCTAN = lb.sigmoids.arctan("1/10")


def settings(**changed: Any) -> SGD:
    defaults: dict[str, Any] = {"problem": ONE, "sigmoid": ARCTAN, "learning_rate": 0.02, "steps": 100}
    return SGD(**(defaults | changed))


def test_defaults_are_the_papers_plain_process() -> None:
    made = settings()
    assert made.loss == lb.losses.linear()
    assert made.weights == (1, 1)
    assert (made.batch, made.momentum, made.nesterov, made.burn_in, made.replicas, made.seed) == (1, 0, False, 0, 1, 0)
    assert (made.start, made.record_every, made.clip) == ("random", None, True)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("learning_rate", 1, 1.0),
        ("learning_rate", Fraction(1, 8), 0.125),
        ("learning_rate", np.float32(0.5), 0.5),
        ("steps", np.int64(7), 7),
        ("steps", MOST_STEPS, MOST_STEPS),
        ("loss", lb.MarginLoss((1 - lb.losses.M) ** 2), lb.MarginLoss((1 - lb.losses.M) ** 2)),
        ("loss", None, lb.losses.linear()),
        ("weights", ("1/2", 3), (sympy.Rational(1, 2), 3)),
        ("weights", np.array([1.0, 0.25]), (1, sympy.Rational(1, 4))),
        ("batch", LARGEST_BATCH, LARGEST_BATCH),
        ("momentum", 0, 0.0),
        ("momentum", 0.999, 0.999),
        ("nesterov", np.True_, True),
        ("burn_in", 99, 99),
        ("replicas", 2**40, 2**40),
        ("seed", 2**64 - 1, 2**64 - 1),
        ("record_every", 100, 100),
        ("record_every", None, None),
        ("clip", False, False),
    ],
    ids=str,
)
def test_accepted_form_is_brought_to_one(name: str, value: Any, kept: Any) -> None:
    found = getattr(settings(**{name: value}), name)
    assert found == kept
    assert type(found) is type(kept) or name == "weights"


WRONG = [
    ("problem", (0, [2], 10), TypeError, "a ThresholdProblem such as"),
    ("sigmoid", "arctan", TypeError, "an OddSigmoid such as"),
    ("sigmoid", lb.losses.linear(), TypeError, "an OddSigmoid such as"),
    ("loss", "linear", TypeError, "a MarginLoss such as"),
    ("learning_rate", 0, ValueError, "greater than 0"),
    ("learning_rate", -0.5, ValueError, "greater than 0"),
    ("learning_rate", float("inf"), ValueError, "finite"),
    ("learning_rate", float("nan"), ValueError, "finite"),
    ("learning_rate", "0.1", TypeError, "a real number"),
    ("learning_rate", True, TypeError, "a real number"),
    ("learning_rate", [0.1, 0.2], TypeError, "a real number"),
    ("learning_rate", None, TypeError, "a real number"),
    ("steps", 0, ValueError, "a whole number from 1 to"),
    ("steps", -3, ValueError, "a whole number from 1 to"),
    ("steps", MOST_STEPS + 1, ValueError, "a whole number from 1 to"),
    ("steps", 10.0, TypeError, "a whole number"),
    ("steps", True, TypeError, "a whole number"),
    ("steps", "10", TypeError, "a whole number"),
    ("weights", 2, TypeError, "a pair"),
    ("weights", (1, 2, 3), TypeError, "a pair"),
    ("batch", 0, ValueError, "a whole number from 1 to 65536"),
    ("batch", LARGEST_BATCH + 1, ValueError, "a whole number from 1 to 65536"),
    ("batch", 2.5, TypeError, "a whole number"),
    ("momentum", 1, ValueError, "at least 0 and below 1"),
    ("momentum", -0.1, ValueError, "at least 0 and below 1"),
    ("momentum", float("nan"), ValueError, "finite"),
    ("momentum", False, TypeError, "a real number"),
    ("nesterov", 1, TypeError, "True or False"),
    ("nesterov", "yes", TypeError, "True or False"),
    ("burn_in", -1, ValueError, "a whole number from 0 to 99"),
    ("burn_in", 100, ValueError, "a whole number from 0 to 99"),
    ("burn_in", 1.0, TypeError, "a whole number"),
    ("replicas", 0, ValueError, "a whole number from 1 to"),
    ("replicas", 2**40 + 1, ValueError, "a whole number from 1 to"),
    ("replicas", "all", TypeError, "a whole number"),
    ("seed", -1, ValueError, "a whole number from 0 to"),
    ("seed", 2**64, ValueError, "a whole number from 0 to"),
    ("seed", 0.5, TypeError, "a whole number"),
    ("record_every", 0, ValueError, "a whole number from 1 to 100"),
    ("record_every", 101, ValueError, "a whole number from 1 to 100"),
    ("record_every", -1, ValueError, "a whole number from 1 to 100"),
    ("record_every", 1.5, TypeError, "a whole number"),
    ("record_every", True, TypeError, "a whole number"),
    ("clip", 0, TypeError, "True or False"),
    ("clip", None, TypeError, "True or False"),
    ("start", "zero", ValueError, 'a number, an array or "random"'),
]


@pytest.mark.parametrize(("name", "value", "kind", "wanted"), WRONG, ids=str)
def test_wrong_value_is_refused_by_name(name: str, value: Any, kind: type[Exception], wanted: str) -> None:
    with pytest.raises(kind, match=rf"^{name} must ") as refused:
        settings(**{name: value})
    message = str(refused.value)
    assert wanted in message
    assert "; got " in message
    assert repr(value)[:30] in message


@pytest.mark.parametrize("value", [False, 0.0, ""])
def test_false_zero_and_empty_text_do_not_pass_for_none(value: Any) -> None:
    with pytest.raises(TypeError, match=r"^record_every must be a whole number"):
        settings(record_every=value)


@pytest.mark.parametrize("name", ["learning_rate", "momentum"])
def test_whole_number_beyond_float64_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must be "):
        settings(**{name: 10**400})


@pytest.mark.parametrize(
    ("weights", "kind", "named"),
    [
        ((0, 1), ValueError, r"weights\[0\]"),
        ((1, -1), ValueError, r"weights\[1\]"),
        (("1", "x"), ValueError, r"weights\[1\]"),
        ((float("nan"), 1), ValueError, r"weights\[0\]"),
        ((None, 1), TypeError, r"weights\[0\]"),
    ],
    ids=str,
)
def test_wrong_weight_is_refused_by_its_place(weights: tuple, kind: type[Exception], named: str) -> None:
    with pytest.raises(kind, match=rf"^{named} must be "):
        settings(weights=weights)


def test_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"no setting 'learning_rates' \(got 0.1\): it has problem, .*learning_rate, "):
        settings(learning_rates=0.1)


def test_settings_can_be_copied_and_changed() -> None:
    given = settings(steps=50)
    assert given.sigmoid.check().proved  # a sigmoid keeps its verdicts, and a copy takes them with it
    assert copy.copy(given).steps == copy.deepcopy(given).steps == 50
    assert replace(given, steps=60).steps == 60
    with pytest.raises(TypeError, match="no setting 'step'"):
        replace(given, step=60)


def test_settings_are_given_by_name_alone() -> None:
    with pytest.raises(TypeError, match="positional"):
        SGD(ONE, ARCTAN, 0.02, 100)  # type: ignore[misc]


@pytest.mark.parametrize("name", ["problem", "sigmoid", "learning_rate", "steps"])
def test_setting_without_a_default_must_be_given(name: str) -> None:
    given = {"problem": ONE, "sigmoid": ARCTAN, "learning_rate": 0.02, "steps": 100}
    del given[name]
    with pytest.raises(TypeError, match=rf"missing .*'{name}'"):
        SGD(**given)


def test_settings_do_not_change() -> None:
    with pytest.raises(AttributeError, match="steps"):
        settings().steps = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("formula", "axiom"), [("tanh(u)**3", "concave"), ("2*tanh(u)", "limit"), ("tanh(u)+exp(-u**2)", "odd")]
)
def test_refuted_sigmoid_is_refused_with_its_axiom(formula: str, axiom: str) -> None:
    sigma = lb.OddSigmoid.parse(formula)
    with pytest.raises(ValueError, match=r"^sigmoid must be an odd sigmoid; .* is refuted: \w+ fails at u = ") as found:
        settings(sigmoid=sigma)
    assert formula in str(found.value)
    assert axiom in [verdict.axiom for verdict in sigma.check().refuted]


def test_sixteen_thresholds_are_the_most() -> None:
    assert settings(problem=lb.ThresholdProblem(0, range(1, 17), 17)).problem.n == 16
    with pytest.raises(ValueError, match=r"^problem must have at most 16 thresholds; got 17$"):
        settings(problem=lb.ThresholdProblem(0, range(1, 18), 18))


def test_interval_too_short_to_be_drawn_from_is_refused() -> None:
    assert settings(problem=lb.ThresholdProblem(0, ["2e-6"], 1)).problem.n == 1
    with pytest.raises(ValueError, match=r"^problem must have intervals of at least 1e-06 .*; got one of 5e-07$"):
        settings(problem=lb.ThresholdProblem(0, ["5e-7"], 1))


@pytest.mark.parametrize(
    ("problem", "start", "places"),
    [
        (ONE, 0.5, [[0.5]]),
        (ONE, -1, [[-1.0]]),
        (ONE, Fraction(1, 4), [[0.25]]),
        (ONE, [0.5], [[0.5]]),
        (ONE, [0.1, 0.2, 0.3], [[0.1], [0.2], [0.3]]),
        (ONE, [[0.1], [0.2], [0.3]], [[0.1], [0.2], [0.3]]),
        (TWO, 2, [[2.0, 2.0]]),
        (TWO, [1, 4], [[1.0, 4.0]]),
        (TWO, [[1, 4], [0, 5], [3, 2]], [[1.0, 4.0], [0.0, 5.0], [3.0, 2.0]]),
    ],
    ids=str,
)
def test_start_is_brought_to_one_row_for_all_or_one_for_each(problem: Any, start: Any, places: list) -> None:
    np.testing.assert_array_equal(settings(problem=problem, start=start, replicas=3).start, places)


@pytest.mark.parametrize(
    ("problem", "start"),
    [
        (ONE, [0.1, 0.2]),
        (ONE, [[0.1, 0.2, 0.3]]),
        (ONE, [[0.1], [0.2]]),
        (ONE, [[[0.1]]]),
        (TWO, [1, 2, 3]),
        (TWO, [1]),
        (TWO, [[1, 2], [3, 4]]),
        (TWO, [[1], [2], [3]]),
    ],
    ids=str,
)
def test_start_of_another_shape_is_refused(problem: Any, start: Any) -> None:
    with pytest.raises(ValueError, match=r"^start must have the shape of a number, \(\d,\) or \(3, \d\)") as refused:
        settings(problem=problem, start=start, replicas=3)
    assert f"got shape {np.shape(start)}" in str(refused.value)


@pytest.mark.parametrize(("start", "kind"), [([None], TypeError), ({}, TypeError), ([float("nan")], ValueError)])
def test_start_that_is_no_place_is_refused(start: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^start must "):
        settings(start=start)


@pytest.mark.parametrize("start", [1.0001, -2, [0, 0, -1.5]])
def test_start_outside_is_refused_only_while_theta_is_kept_inside(start: Any) -> None:
    with pytest.raises(ValueError, match=r"^start must lie in \[-1, 1\] while clip is True; got -?[12]\."):
        settings(start=start, replicas=3)
    assert settings(start=start, replicas=3, clip=False).start.shape in {(1, 1), (3, 1)}


def test_rates_are_constant_or_decay() -> None:
    np.testing.assert_array_equal(settings(learning_rate=0.25).rates(5, 8), [0.25] * 3)
    falling = settings(learning_rate=decay(0.6, 20))
    np.testing.assert_allclose(falling.rates(0, 41)[[0, 20, 40]], [0.6, 0.3, 0.2], rtol=1e-15)
    np.testing.assert_array_equal(falling.rates(7, 19), falling.rates(0, 100)[7:19])
    assert falling.rates(20, 21)[0] != pytest.approx(0.6 / (1 + 19 / 20))


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ((0, 10), ValueError, "initial must be greater than 0; got 0"),
        ((0.1, -1), ValueError, "half_life must be greater than 0; got -1"),
        ((0.1, float("inf")), ValueError, "half_life must be finite; got inf"),
        (("0.1", 10), TypeError, "initial must be a real number; got '0.1'"),
        ((0.1, True), TypeError, "half_life must be a real number; got True"),
    ],
)
def test_wrong_decay_is_refused(arguments: tuple, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=rf"^{message}$"):
        decay(*arguments)
