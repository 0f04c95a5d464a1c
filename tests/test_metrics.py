"""Metrics: exact confusions against dense counting, Wilson's interval against its definition, absent classes."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from lossbook.metrics import (
    Confusion,
    confusion,
    exact_confusion,
    holm,
    intervals_found,
    wilson_coverage,
    wilson_interval,
)
from lossbook.problem import ThresholdProblem, predict

PARTS = ("true_positive", "false_negative", "true_negative", "false_positive")


def test_four_metrics_of_a_small_table() -> None:
    table = Confusion(3, 1, 90, 6)
    assert (table.positive, table.negative) == (4, 96)
    assert table.accuracy == 93 / 100
    assert table.sensitivity == 3 / 4
    assert table.specificity == 90 / 96
    assert table.balanced_accuracy == (3 / 4 + 90 / 96) / 2


def test_metrics_of_fractions_are_exact() -> None:
    table = Confusion(Fraction(1, 3), Fraction(1, 6), Fraction(1, 7), Fraction(5, 14))
    assert table.sensitivity == Fraction(2, 3)
    assert table.specificity == Fraction(2, 7)
    assert table.accuracy == Fraction(10, 21)
    assert table.balanced_accuracy == Fraction(10, 21)
    assert isinstance(table.balanced_accuracy, Fraction)


@pytest.mark.parametrize("bad", [-1, float("nan"), float("inf"), -Fraction(1, 10**30)])
@pytest.mark.parametrize("place", range(4))
def test_part_that_is_no_size_is_refused_by_name(bad: object, place: int) -> None:
    parts = [1, 1, 1, 1]
    parts[place] = bad
    with pytest.raises(ValueError, match=rf"^{PARTS[place]} must be"):
        Confusion(*parts)


def test_empty_table_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one point"):
        Confusion(0, 0, 0, 0)


def test_measures_are_the_four_metrics_by_name() -> None:
    table = Confusion(3, 1, 90, 6)
    assert table.measures == {
        "accuracy": table.accuracy,
        "sensitivity": table.sensitivity,
        "specificity": table.specificity,
        "balanced accuracy": table.balanced_accuracy,
    }


@pytest.mark.parametrize(
    ("labels", "absent", "present", "missing"),
    [([1, 1], "specificity", "sensitivity", "negative"), ([-1, -1], "sensitivity", "specificity", "positive")],
)
def test_absent_class_is_an_error_not_a_nan(labels: list[int], absent: str, present: str, missing: str) -> None:
    table = confusion(labels, [1, -1])
    for metric in (absent, "balanced_accuracy"):
        with pytest.raises(ValueError, match=rf"^{absent} needs at least one {missing} point; got none$"):
            getattr(table, metric)
    assert table.accuracy == getattr(table, present) == 0.5


@given(st.lists(st.tuples(st.sampled_from([1, -1]), st.sampled_from([1, -1])), min_size=1, max_size=30))
def test_counts_agree_with_counting_one_by_one(pairs: list[tuple[int, int]]) -> None:
    table = confusion([truth for truth, _ in pairs], [guess for _, guess in pairs])
    counted = [pairs.count(kind) for kind in ((1, 1), (1, -1), (-1, -1), (-1, 1))]
    assert [getattr(table, part) for part in PARTS] == counted
    assert table.accuracy == sum(truth == guess for truth, guess in pairs) / len(pairs)


@pytest.mark.parametrize(
    ("labels", "predictions", "message"),
    [
        ([], [], "labels must be a list of at least one"),
        ([1], [], "predictions must be a list of at least one"),
        ([1, -1], [1], r"predictions must have the shape of labels, \(2,\); got \(1,\)"),
        ([0, 1], [1, 1], "labels must hold labels .* got 0"),
        ([1, 1], [1, 2], "predictions must hold labels .* got 2"),
        ([1, float("nan")], [1, 1], "labels must hold finite"),
        ([[1]], [[1]], "labels must be a list"),
    ],
)
def test_wrong_labels_are_refused_by_name(labels: list, predictions: list, message: str) -> None:
    with pytest.raises(ValueError, match=rf"^{message}"):
        confusion(labels, predictions)


@pytest.mark.parametrize(
    ("labels", "name"), [((["a"], [1]), "labels"), (([1], [None]), "predictions"), (([True], [1]), "labels")]
)
def test_labels_that_are_no_numbers_are_refused(labels: tuple[list, list], name: str) -> None:
    with pytest.raises(TypeError, match=rf"^{name} must be"):
        confusion(*labels)


def cases() -> st.SearchStrategy[tuple[list[int], list[int]]]:
    """Cuts and parameters among the integers, with ties, coincidences and parameters outside."""
    return st.integers(1, 4).flatmap(
        lambda n: st.tuples(
            st.lists(st.integers(0, 12), min_size=n + 2, max_size=n + 2, unique=True).map(sorted),
            st.lists(st.integers(-3, 15), min_size=n, max_size=n),
        )
    )


@given(cases())
def test_exact_confusion_agrees_with_dense_counting(case: tuple[list[int], list[int]]) -> None:
    """Between integers nothing changes, so counting the middles of unit steps is exact."""
    (low, *inner, high), theta = case
    problem = ThresholdProblem(low, inner, high)
    middles = np.arange(low, high) + 0.5
    counted = confusion(problem.label(middles), predict(theta, middles))
    for table in (exact_confusion(problem, theta), exact_confusion(problem, np.array(theta, dtype=np.float64))):
        assert [getattr(table, part) for part in PARTS] == [getattr(counted, part) for part in PARTS]


def test_counting_would_tell_another_parameter() -> None:
    problem = ThresholdProblem(0, [2], 10)
    assert exact_confusion(problem, [3]) != exact_confusion(problem, [2])
    assert exact_confusion(problem, [2]).accuracy == 1


@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3)])
def test_arrays_of_parameters_give_arrays_of_lengths(shape: tuple[int, ...]) -> None:
    problem = ThresholdProblem(0, ["1/3", 2], 7)
    theta = np.random.default_rng(1).uniform(-1, 8, (*shape, 2))
    table = exact_confusion(problem, theta)
    assert all(np.shape(getattr(table, part)) == shape for part in PARTS)
    for index in np.ndindex(shape):
        single = exact_confusion(problem, [float(part) for part in theta[index]])
        for part in PARTS:
            assert np.asarray(getattr(table, part))[index] == pytest.approx(float(getattr(single, part)), abs=1e-14)


def test_list_of_exact_numbers_gives_fractions() -> None:
    table = exact_confusion(ThresholdProblem(0, ["1/3"], 1), ["1/7"])
    assert table.true_positive == Fraction(1, 7)
    assert table.sensitivity == Fraction(3, 7)
    assert table.specificity == 1
    assert table.balanced_accuracy == Fraction(5, 7)


@pytest.mark.parametrize("theta", [[], [1, 2], "1", None, (1, 2)])
def test_parameters_of_wrong_number_are_refused(theta: object) -> None:
    with pytest.raises(ValueError, match=r"^theta must be a list of 1 exact numbers"):
        exact_confusion(ThresholdProblem(0, [2], 10), theta)


@pytest.mark.parametrize("theta", [3, 3.0, Fraction(3)])
def test_single_number_serves_for_one_threshold(theta: object) -> None:
    assert exact_confusion(ThresholdProblem(0, [2], 10), theta) == exact_confusion(ThresholdProblem(0, [2], 10), [3])
    with pytest.raises(ValueError, match=r"^theta must be a list of 2"):
        exact_confusion(ThresholdProblem(0, [2, 4], 10), theta)


def test_array_of_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^theta must have shape"):
        exact_confusion(ThresholdProblem(0, [2], 10), np.array([1.0, 2.0]))


@given(cases())
def test_intervals_found_are_those_whose_middle_is_predicted_right(case: tuple[list[int], list[int]]) -> None:
    (low, *inner, high), theta = case
    problem = ThresholdProblem(low, inner, high)
    middles = np.array([(p + q) / 2 for p, q in zip([low, *inner], [*inner, high], strict=True)])
    counted = int(np.sum(predict(theta, middles) == problem.signs))
    assert intervals_found(problem, theta) == counted
    assert intervals_found(problem, np.array(theta, dtype=np.float64)) == counted
    assert intervals_found(problem, theta[::-1]) == counted


def test_the_truth_finds_all_and_merged_or_lost_parameters_do_not() -> None:
    problem = ThresholdProblem(0, [4, 8, 12], 16)
    assert intervals_found(problem, [4, 8, 12]) == intervals_found(problem, [3, 9, 11]) == 4
    assert intervals_found(problem, [4, 4, 4]) == intervals_found(problem, [0, 0, 4]) == 3
    assert intervals_found(problem, ["21/2", "21/2", "21/2"]) == 3


def test_a_middle_is_exact_and_not_its_nearest_double() -> None:
    third = ThresholdProblem(0, ["2/3"], 1)  # the first middle is 1/3, above its nearest double
    assert float(Fraction(1, 3)) < Fraction(1, 3)
    assert intervals_found(third, ["1/3"]) == 2  # at a parameter the score is 0 and the prediction +1
    for theta in (np.array([1 / 3]), [1 / 3]):
        assert intervals_found(third, theta) == 1
    above = np.array([np.nextafter(1 / 3, 1)])
    assert intervals_found(third, above) == 2
    fifth = ThresholdProblem(0, ["2/5"], 1)  # 1/5 is below its nearest double
    assert float(Fraction(1, 5)) > Fraction(1, 5)
    assert intervals_found(fifth, np.array([1 / 5])) == intervals_found(fifth, [1 / 5]) == 2
    assert intervals_found(ThresholdProblem(0, [1], 2), np.array([0.5])) == 2


@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3)])
def test_intervals_found_keep_the_leading_shape(shape: tuple[int, ...]) -> None:
    problem = ThresholdProblem(0, ["1/3", 2], 7)
    theta = np.random.default_rng(1).uniform(-1, 8, (*shape, 2))
    found = intervals_found(problem, theta)
    assert np.shape(found) == shape
    for index in np.ndindex(shape):
        assert np.asarray(found)[index] == intervals_found(problem, [float(part) for part in theta[index]])


@pytest.mark.parametrize("theta", [[], [1], "12", None, np.array([1.0]), np.ones((2, 3))])
def test_intervals_found_refuse_a_wrong_number_of_parameters(theta: object) -> None:
    with pytest.raises(ValueError, match=r"^theta must"):
        intervals_found(ThresholdProblem(0, [2, 4], 10), theta)


def wilson(successes: int, trials: int, confidence: float) -> tuple[mpf, mpf]:
    """Solve |k/N - p| = z sqrt(p (1 - p) / N) for p, at 30 digits."""
    z = mp.sqrt(2) * mp.erfinv(mpf(confidence))
    share, n = mpf(successes) / trials, mpf(trials)
    a, b, c = 1 + z**2 / n, -(2 * share + z**2 / n), share**2
    root = mp.sqrt(b**2 - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize(
    ("successes", "trials"), [(0, 1), (1, 1), (0, 10), (10, 10), (3, 10), (5, 10), (81, 263), (15, 148), (1, 10**9)]
)
def test_wilson_interval_solves_its_equation(successes: int, trials: int, confidence: float) -> None:
    low, high = wilson(successes, trials, confidence)
    assert wilson_interval(successes, trials, confidence) == pytest.approx(
        (float(low), float(high)), rel=1e-9, abs=1e-15
    )


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_of_newcombes_table(successes: int, trials: int, low: float, high: float) -> None:
    """R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3."""
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5.1e-5)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_is_inside_0_1_holds_the_share_and_is_symmetric(case: tuple[int, int]) -> None:
    successes, trials = case
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    mirrored = wilson_interval(trials - successes, trials)
    assert (low, high) == pytest.approx((1 - mirrored[1], 1 - mirrored[0]), abs=1e-12)


def test_wilson_interval_shrinks_with_the_root_of_the_number() -> None:
    widths = [high - low for low, high in (wilson_interval(n // 2, n) for n in (100, 10_000, 1_000_000))]
    assert widths[0] / widths[1] == pytest.approx(10, rel=0.03)
    assert widths[1] / widths[2] == pytest.approx(10, rel=0.001)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ((1, 0), ValueError, "trials must be at least 1"),
        ((-1, 5), ValueError, "successes must lie"),
        ((6, 5), ValueError, "successes must lie"),
        ((1.0, 5), TypeError, "successes must be an integer"),
        ((1, 5.0), TypeError, "trials must be an integer"),
        ((True, 5), TypeError, "successes must be an integer"),
        ((1, 5, 0), ValueError, "confidence must lie"),
        ((1, 5, 1), ValueError, "confidence must lie"),
        ((1, 5, float("nan")), ValueError, "confidence must lie"),
        ((1, 5, "0.9"), ValueError, "confidence must lie"),
    ],
)
def test_wrong_wilson_arguments_are_refused(arguments: tuple, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=rf"^{message}"):
        wilson_interval(*arguments)


@pytest.mark.parametrize(("probability", "trials"), [(0.5, 10), (0.1, 20), (0.02, 60), (0.9, 33)])
def test_coverage_agrees_with_the_sum_written_out(probability: float, trials: int) -> None:
    held = 0.0
    for k in range(trials + 1):
        low, high = wilson(k, trials, 0.95)
        if low <= probability <= high:
            held += math.comb(trials, k) * probability**k * (1 - probability) ** (trials - k)
    assert wilson_coverage(probability, trials) == pytest.approx(held, abs=1e-12)


@pytest.mark.parametrize("probability", [0, 1])
def test_coverage_at_a_certain_outcome_is_1(probability: float) -> None:
    assert wilson_coverage(probability, 25) == pytest.approx(1)


def test_coverage_is_near_the_nominal_one() -> None:
    assert np.mean([wilson_coverage(p, 50) for p in np.linspace(0.05, 0.95, 37)]) == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_coverage_of_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match=r"^probability must lie"):
        wilson_coverage(probability, 10)


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_holm_rejects_step_by_step(count: int) -> None:
    values = np.random.default_rng(count).random(count) ** 4
    left, rejected = dict(enumerate(values)), set()
    while left and min(left.values()) <= 0.05 / len(left):
        rejected.add(min(left, key=left.__getitem__))
        left.pop(min(left, key=left.__getitem__))
    assert set(np.flatnonzero(holm(values))) == rejected


def test_holm_keeps_its_level_where_single_tests_do_not() -> None:
    chance = np.random.default_rng(7).random((2000, 20))
    assert np.mean([holm(row).any() for row in chance]) == pytest.approx(0.05, abs=0.015)
    assert np.mean((chance <= 0.05).any(axis=1)) > 0.5


def test_holm_keeps_the_shape_and_treats_equal_values_in_order() -> None:
    assert holm([[0.001, 1.0], [0.5, 0.002]]).tolist() == [[True, False], [False, True]]
    assert holm([]).shape == (0,)


@pytest.mark.parametrize(
    ("values", "level", "message"),
    [([1.5], 0.05, "p_values must lie"), ([-0.1], 0.05, "p_values must lie"), ([0.5], 1, "level must lie")],
)
def test_wrong_arguments_of_holm_are_refused(values: list[float], level: float, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        holm(values, level)
