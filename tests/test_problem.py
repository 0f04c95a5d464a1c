"""Threshold problems: exact numbers, labels at thresholds and ends, predictions by the sign of the score, bad input."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from lossbook.problem import ThresholdProblem, checked_problem, predict

BELOW, ABOVE = np.nextafter(2.0, 0.0), np.nextafter(2.0, 3.0)


def test_numbers_are_kept_unrounded() -> None:
    problem = ThresholdProblem("0.1", [0.2, Fraction(1, 3)], sympy.Rational(1, 2))
    assert problem.a == sympy.Rational(1, 10)
    assert problem.thresholds == (sympy.Rational(*(0.2).as_integer_ratio()), sympy.Rational(1, 3))
    assert problem.thresholds[0] != sympy.Rational(1, 5)
    assert problem.b == sympy.Rational(1, 2)


def test_sizes_of_two_thresholds() -> None:
    problem = ThresholdProblem(-1, ["1/2", 2], 10)
    assert problem.n == 2
    assert problem.cuts == (-1, sympy.Rational(1, 2), 2, 10)
    assert problem.lengths == (sympy.Rational(3, 2), sympy.Rational(3, 2), 8)
    assert problem.signs == (1, -1, 1)
    assert (problem.length, problem.positive_length, problem.negative_length) == (
        11,
        sympy.Rational(19, 2),
        sympy.Rational(3, 2),
    )
    assert problem.imbalance == sympy.Rational(3, 19)


@given(st.lists(st.fractions(-100, 100, max_denominator=1000), min_size=3, max_size=8, unique=True))
def test_classes_share_the_interval(cuts: list[Fraction]) -> None:
    low, *inner, high = sorted(cuts)
    problem = ThresholdProblem(low, inner, high)
    assert problem.positive_length + problem.negative_length == problem.length == sum(problem.lengths)
    assert problem.imbalance * problem.positive_length == problem.negative_length
    assert problem.signs == tuple((-1) ** i for i in range(len(inner) + 1))


@pytest.mark.parametrize(
    ("x", "label"),
    [
        (0.0, 1),
        (1.0, 1),
        (BELOW, 1),
        (2.0, 1),
        (ABOVE, -1),
        (3.0, -1),
        (np.nextafter(5.0, 0.0), -1),
        (5.0, 1),
        (7.0, 1),
    ],
)
def test_label_at_thresholds_ends_and_their_neighbours(x: float, label: int) -> None:
    """The positive intervals are closed: both thresholds and both ends of three intervals are positive."""
    assert ThresholdProblem(0, [2, 5], 7).label(x) == label


@pytest.mark.parametrize(("n", "label"), [(1, -1), (2, 1), (3, -1), (4, 1)])
def test_label_of_the_right_end_is_that_of_its_interval(n: int, label: int) -> None:
    problem = ThresholdProblem(0, list(range(1, n + 1)), n + 1)
    assert problem.label(n + 1) == problem.label(float(n + 1)) == label
    assert problem.label(list(range(1, n + 1))).tolist() == [1] * n


@pytest.mark.parametrize("third", [Fraction(1, 3), sympy.Rational(1, 3)])
def test_exact_number_is_held_against_the_exact_threshold(third: object) -> None:
    problem = ThresholdProblem(0, ["1/3"], 1)
    assert problem.label(third) == 1
    assert problem.label(third + Fraction(1, 10**30)) == -1
    assert problem.label(1 / 3) == 1


def test_float_is_held_against_the_nearest_double() -> None:
    problem = ThresholdProblem(0, ["0.3"], 1)
    assert problem.label(0.3) == 1
    assert problem.label(np.nextafter(0.3, 1.0)) == -1


@pytest.mark.parametrize("shape", [(), (0,), (4,), (2, 3)])
def test_labels_keep_the_shape(shape: tuple[int, ...]) -> None:
    labels = ThresholdProblem(0, [1], 3).label(np.full(shape, 2.0))
    assert np.shape(labels) == shape
    assert np.all(np.asarray(labels) == -1)
    assert np.asarray(labels).dtype.kind == "i"


@given(st.lists(st.integers(-50, 50), min_size=3, max_size=7, unique=True), st.integers(-50, 50))
def test_labels_agree_with_the_definition(cuts: list[int], x: int) -> None:
    low, *inner, high = sorted(cuts)
    x = min(max(x, low), high)
    ends = [low, *inner, high]
    truth = 1 if any(ends[i] <= x <= ends[i + 1] for i in range(0, len(ends) - 1, 2)) else -1
    problem = ThresholdProblem(low, inner, high)
    assert problem.label(x) == problem.label(float(x)) == problem.label([x])[0] == truth


@pytest.mark.parametrize("x", [-1e-9, 10.0001, [1, 11], Fraction(-1, 10**20), 10 + Fraction(1, 10**20)])
def test_point_outside_is_refused(x: object) -> None:
    with pytest.raises(ValueError, match=r"^x must lie in \[0, 10\]; got"):
        ThresholdProblem(0, [2], 10).label(x)


@pytest.mark.parametrize(
    ("x", "kind"),
    [
        (float("nan"), ValueError),
        ([np.inf], ValueError),
        ("1", TypeError),
        (1j, TypeError),
        (None, TypeError),
        (True, TypeError),
    ],
)
def test_label_of_no_number_is_refused_by_name(x: object, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^x must"):
        ThresholdProblem(0, [2], 10).label(x)


@pytest.mark.parametrize(
    ("a", "thresholds", "b", "message"),
    [
        (0, [], 1, "thresholds must hold at least one"),
        (0, [0], 1, r"a = 0, thresholds\[0\] = 0"),
        (0, [1], 1, r"thresholds\[0\] = 1, b = 1"),
        (0, [2], 1, r"thresholds\[0\] = 2, b = 1"),
        (1, [0], 2, r"a = 1, thresholds\[0\] = 0"),
        (0, [2, 1], 3, r"thresholds\[0\] = 2, thresholds\[1\] = 1"),
        (0, [1, 1], 3, r"thresholds\[0\] = 1, thresholds\[1\] = 1"),
        (3, [2], 1, "a = 3"),
        (0, [0.1], "1/10", r"thresholds\[0\] = 3602879701896397/36028797018963968, b = 1/10"),
        (0, [float("nan")], 1, r"thresholds\[0\] must be finite"),
        (float("inf"), [1], 2, "a must be finite"),
        (0, [1], float("inf"), "b must be finite"),
        (0, ["x"], 2, r"thresholds\[0\] must be"),
        ("", [1], 2, "a must be"),
    ],
)
def test_wrong_values_are_refused_by_name(a: object, thresholds: list, b: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ThresholdProblem(a, thresholds, b)


@pytest.mark.parametrize(
    ("a", "thresholds", "b", "message"),
    [
        (0, 1, 2, "thresholds must be a list"),
        (0, "1", 2, "thresholds must be a list"),
        (0, None, 2, "thresholds must be a list"),
        (0, [[1]], 2, "thresholds must be a list"),
        (0, [None], 2, r"thresholds\[0\] must be"),
        (0, [1j], 2, r"thresholds\[0\] must be"),
        (None, [1], 2, "a must be"),
        (0, [1], True, "b must be"),
        (0, [1], [2], "b must be"),
    ],
)
def test_wrong_kinds_are_refused_by_name(a: object, thresholds: object, b: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        ThresholdProblem(a, thresholds, b)


def test_problem_cannot_be_changed_and_compares_by_value() -> None:
    problem = ThresholdProblem(0, [2], 10)
    with pytest.raises(AttributeError):
        problem.a = 1
    assert problem == ThresholdProblem("0", (2.0,), Fraction(10)) != ThresholdProblem(0, [3], 10)
    assert len({problem, ThresholdProblem(0, [2], 10)}) == 1


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=5), st.integers(-10, 10))
def test_prediction_is_the_sign_of_the_score(theta: list[int], x: int) -> None:
    score = np.prod([np.tanh(part - x) for part in theta])
    assert predict(theta, x) == (1 if score >= 0 else -1)
    assert predict(theta[::-1], [x, x]).tolist() == [predict(theta, x)] * 2


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_perfect_parameters_predict_every_label(n: int) -> None:
    problem = ThresholdProblem(0, list(range(1, n + 1)), n + 1)
    x = np.linspace(0, n + 1, 997)
    cuts = list(map(float, problem.thresholds))
    np.testing.assert_array_equal(predict(cuts, x), problem.label(x))
    assert (predict([cut + 0.1 for cut in cuts], x) != problem.label(x)).any()


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e300])
def test_prediction_does_not_underflow(scale: float) -> None:
    assert predict([1 * scale] * 5, [0.5 * scale, 1.5 * scale]).tolist() == [1, -1]


@pytest.mark.parametrize("theta", [[], [[1.0]], 1.0])
def test_prediction_with_parameters_of_wrong_shape(theta: object) -> None:
    with pytest.raises(ValueError, match=r"^theta must have shape"):
        predict(theta, 1)


@pytest.mark.parametrize(("theta", "x", "name"), [(["a"], 1, "theta"), ([1], "a", "x"), ([1j], 1, "theta")])
def test_prediction_of_no_numbers(theta: object, x: object, name: str) -> None:
    with pytest.raises(TypeError, match=rf"^{name} must be"):
        predict(theta, x)


def test_what_is_no_problem_is_refused() -> None:
    problem = ThresholdProblem(0, [1], 2)
    assert checked_problem(problem) is problem
    with pytest.raises(TypeError, match=r"^problem must be a ThresholdProblem; got \[0, 1\]$"):
        checked_problem([0, 1])
