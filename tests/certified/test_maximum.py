"""The certified maximum: what is promised of the result, the book's theorems, symmetries, extremes, refusals."""

from contextlib import suppress
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from tests import reference, within
from tests.agreement import computed, encloses, faults, searched

import lossbook as lb
from lossbook.balls import UnresolvedError

FAMILIES = ["arctan", "algebraic", "softsign", "tanh", "erf"]
ONE_CHANGE = ["arctan", "algebraic", "tanh", "erf"]  # those that satisfy criterion (C) of T3
Q = Fraction
HALF_SATURATION = {
    "arctan": lambda delta: delta,
    "algebraic": lambda delta: mp.sqrt(delta / 3),
    "softsign": lambda delta: delta,
    "tanh": lambda delta: delta * mp.log(3) / 2,
    "erf": lambda delta: delta * mp.erfinv(mpf(1) / 2),
}


def solved(
    cuts: list[Any], family: str = "arctan", scale: Any = 1, weights: tuple[Any, Any] = (1, 1), digits: int = 15
) -> Any:
    return computed(([*map(Q, cuts)], family, Q(scale), (Q(weights[0]), Q(weights[1]))), digits)


def agree(
    cuts: list[Any], family: str, scale: Any = 1, weights: tuple[Any, Any] = (1, 1), digits: int = 15
) -> list[str]:
    """List the disagreements with the search."""
    case = ([*map(Q, cuts)], family, Q(scale), (Q(weights[0]), Q(weights[1])))
    return faults(computed(case, digits), searched(case), case[0], digits)


def overlap(first: tuple[Fraction, Fraction], second: tuple[Fraction, Fraction]) -> bool:
    return first[0] <= second[1] and second[0] <= first[1]


# What the result is.


def test_the_result_holds_exact_fractions_and_the_book_s_counterexample() -> None:
    """C8': 3 A < B, and yet the maximum is not at the end."""
    best = lb.maximize_gain(lb.ThresholdProblem(0, [2], 100), lb.sigmoids.arctan())
    assert isinstance(best.points, list)
    assert len(best.points) == len(best.local) == 1
    (low, high), (peak,) = best.points[0], best.local
    assert all(type(bound) is Fraction for bound in (low, high, *peak.interval, *peak.gain))
    assert peak.interval == (low, high)
    assert peak.certain is True
    assert best.sign_pattern == "+-"
    assert best.warnings == ()
    with mp.workdps(60):
        steep = mpf(2 * 98) / 96
        place = -(steep - mp.sqrt(steep**2 - 1))
        assert encloses((low, high), Q(2), place, 15)
        assert str(2 + place).startswith("1.73833")
        gain = reference.gain([0, 2, 100], "arctan", 1, [low])
        assert reference.exact(peak.gain[0]) < gain + mpf("1e-25")
        assert reference.exact(peak.gain[1]) > gain - mpf("1e-25")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("digits", [1, 2, 15, 50, 200])
@pytest.mark.parametrize("length", [Q(1, 1000), Q(50)])
def test_enclosures_are_as_narrow_as_asked_and_hold_the_finer_ones(family: str, digits: int, length: Fraction) -> None:
    scale = length**2 / 100 if family == "algebraic" else length / 10
    cuts, weights = [Q(1, 3), Q(1, 3) + length / 3, Q(1, 3) + length], (Q(2), Q(3, 2))
    best, finer = (solved(cuts, family, scale, weights, n) for n in (digits, digits + 30))
    assert len(best.points) == len(finer.points) == 1
    (low, high), (finer_low, finer_high) = best.points[0], finer.points[0]
    assert 0 < high - low <= Q(1, 10**digits) * min(1, length)
    assert finer_high - finer_low <= Q(1, 10 ** (digits + 30)) * min(1, length)
    assert overlap((low, high), (finer_low, finer_high))
    assert overlap(best.local[0].gain, finer.local[0].gain)
    assert best.sign_pattern == finer.sign_pattern == "+-"


@pytest.mark.parametrize("digits", [1, 50, 200, 1000])
def test_closed_forms_to_any_number_of_digits(digits: int) -> None:
    with mp.workdps(digits + 90):
        steep, ratio = mpf(2 * 3) / (3 - 2), mpf(5)
        forms = {
            "arctan": (-(steep - mp.sqrt(steep**2 - 1)), (1, 1)),
            "tanh": (mp.atanh((ratio * mp.coth(3) - mp.coth(2)) / (ratio + 1)), (5, 1)),
        }
        for family, (place, weights) in forms.items():
            (bounds,) = solved([-2, 0, 3], family, 1, weights, digits).points
            assert encloses(bounds, Q(0), place, digits)
            assert not encloses(bounds, Q(0), place + mpf(10) ** (2 - digits), digits)


@pytest.mark.parametrize("family", FAMILIES)
def test_maximum_at_an_end_is_exact(family: str) -> None:
    """C8 on the left; its mirror image on the right."""
    left = solved(["1/7", "2/7", "72/7"], family)
    assert left.points == [(Q(1, 7), Q(1, 7))] == [peak.interval for peak in left.local]
    assert left.sign_pattern == "-"
    right = solved(["1/7", "71/7", "72/7"], family)
    assert right.points == [(Q(72, 7), Q(72, 7))] == [peak.interval for peak in right.local]
    assert right.sign_pattern == "+"
    with mp.workdps(40):
        gain = reference.gain([Q(1, 7), Q(2, 7), Q(72, 7)], family, 1, [Q(1, 7)])
        for (peak,) in (left.local, right.local):
            assert peak.certain
            low, high = map(reference.exact, peak.gain)
            assert low - mpf("1e-30") <= gain <= high + mpf("1e-30")
            assert high - low < mpf("1e-10")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("weight", ["1", "7/3", "1e-3"])
@pytest.mark.parametrize("length", ["1/3", "1e5", "1e-5"])
def test_exact_balance_returns_the_truth_exactly(family: str, weight: str, length: str) -> None:
    best = solved([Q(1, 7) - Q(length), Q(1, 7), Q(1, 7) + Q(length)], family, "1/10", (weight, weight))
    assert best.points == [(Q(1, 7), Q(1, 7))]
    assert len(best.local) == 1
    assert best.local[0].interval == (Q(1, 7), Q(1, 7))
    assert best.local[0].certain
    assert best.sign_pattern == "+-"


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("scale", ["1e-50", "1e50"])
def test_exact_balance_needs_no_precision(family: str, scale: str) -> None:
    best = solved([0, 1, 2], family, Q(scale) ** 2 if family == "algebraic" else scale, (1, 1), 2)
    assert best.points == [(1, 1)]


@pytest.mark.parametrize("family", FAMILIES)
def test_all_but_balance_does_not_return_the_truth(family: str) -> None:
    tiny = Q(1, 10**20)
    for cuts, weights in (([-1, 0, 1 + tiny], (1, 1)), ([-1, 0, 1], (1, 1 + tiny))):
        ((low, high),) = solved(cuts, family, 1, weights, 30).points
        assert low <= high < 0
        assert high > -1000 * tiny


# Two maxima: softsign, scale 1, a = 0, with a short rare class.


def lead(short: mpf, long: mpf) -> mpf:
    """Return by how much the gain of the maximum inside exceeds that at the left end; -1 where none is inside."""

    def slope(x: mpf) -> mpf:
        return x / (1 + x) - (short + long - x) / (1 + short + long - x) + 2 * (short - x) / (1 + short - x)

    def gain(x: mpf) -> mpf:
        area = [u - mp.log(1 + u) for u in (x, short + long - x, short - x)]
        return area[0] + area[1] - 2 * area[2]

    low, high = max((short * i / 64 for i in range(64)), key=slope), short
    if slope(low) <= 0:
        return mpf(-1)
    for _ in range(mp.prec):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return gain(low) - gain(mpf(0))


def tie(short: Fraction) -> Fraction:
    """Return the length B at which both maxima have the same gain, to 60 digits."""
    with mp.workdps(70):
        rare = reference.exact(short)
        low = 2 * rare**2 / (1 - rare) + rare  # where 2 sigma(A) = sigma(A + B)
        high = low * mpf("1.5")
        for _ in range(mp.prec):
            middle = (low + high) / 2
            low, high = (middle, high) if lead(rare, middle) > 0 else (low, middle)
        return Q(mp.nstr(low, 60))


@pytest.mark.parametrize(
    ("length", "pattern"),
    [("1.49", "+-"), ("1.4999", "+-"), ("1.5001", "-+-"), ("1.51", "-+-"), ("1.57", "-+-"), ("1.5714", "-+-")],
)
def test_softsign_is_bistable_between_its_borders(length: str, pattern: str) -> None:
    best = solved([0, "1/2", Q(1, 2) + Q(length)], "softsign")
    assert best.sign_pattern == pattern
    assert [peak.interval == (0, 0) for peak in best.local] == [True, False][-len(best.local) :]
    assert len(best.local) == pattern.count("-")
    assert all(peak.certain for peak in best.local)
    assert agree([0, "1/2", Q(1, 2) + Q(length)], "softsign") == []


def test_softsign_has_one_maximum_again_beyond_them() -> None:
    best = solved([0, "1/2", "2.0715"], "softsign")
    assert (best.points, best.sign_pattern) == ([(0, 0)], "-")


def test_book_s_example_has_its_second_maximum_inside() -> None:
    """T3': the paper's condition for the end to be the maximiser holds, and it is not."""
    best = solved([0, "1/2", "2.01"], "softsign")
    assert best.sign_pattern == "-+-"
    first, second = best.local
    assert first.interval == (0, 0)
    assert second.interval == best.points[0]
    assert Q("0.143") < second.interval[0] <= second.interval[1] < Q("0.144")
    assert first.gain[1] < second.gain[0]
    assert agree([0, "1/2", "2.01"], "softsign") == []


@pytest.mark.parametrize("short", [Q(1, 2), Q(3, 10), Q(4, 5)])
def test_winner_flips_at_the_tie(short: Fraction) -> None:
    both = tie(short)
    if short == Q(1, 2):
        assert abs(both - Q("1.554024")) < Q(1, 10**6)
    for shift, digits in ((Q(1, 10**6), 15), (Q(1, 10**20), 15), (Q(1, 10**40), 50)):
        inside, at_end = (
            solved([0, short, short + both + by], "softsign", 1, (1, 1), digits) for by in (-shift, shift)
        )
        assert at_end.points == [(0, 0)]
        assert len(inside.points) == 1
        assert inside.points[0][0] > 0
        assert at_end.sign_pattern == inside.sign_pattern == "-+-"


def test_at_the_tie_both_are_returned_or_one() -> None:
    best = solved([0, "1/2", Q(1, 2) + tie(Q(1, 2))], "softsign")
    intervals = [peak.interval for peak in best.local]
    assert len(intervals) == 2
    assert 1 <= len(best.points) <= 2
    assert all(point in intervals for point in best.points)
    assert overlap(best.local[0].gain, best.local[1].gain) or len(best.points) == 1


@pytest.mark.parametrize("by", [Q(-1, 10**40), Q(1, 10**40)])
def test_close_gains_are_compared_with_more_digits_than_were_asked(by: Fraction) -> None:
    best = solved([0, "1/2", Q(1, 2) + tie(Q(1, 2)) + by], "softsign", 1, (1, 1), 15)
    assert len(best.points) == 1
    assert (best.points == [(0, 0)]) == (by > 0)


def test_mirrored_tie_flips_too() -> None:
    both = tie(Q(1, 2))
    for shift, at_end in ((Q(-1, 10**20), False), (Q(1, 10**20), True)):
        best = solved([0, both + shift, both + shift + Q(1, 2)], "softsign")
        end = both + shift + Q(1, 2)
        assert (best.points == [(end, end)]) == at_end
        assert best.sign_pattern == "+-+"


# Slopes that vanish where it matters.


def test_slope_of_exactly_0_at_an_end_from_which_it_rises() -> None:
    """2 sigma(A) = sigma(A + B) in rational numbers, for softsign: the end is no maximum."""
    for cuts in (["0", "1/2", "2"], ["0", "3/2", "2"]):
        best = solved(cuts, "softsign")
        assert best.sign_pattern == "+-"
        assert len(best.points) == len(best.local) == 1
        assert Q(1, 10) < best.points[0][0] <= best.points[0][1] < Q(19, 10)


def test_slope_of_exactly_0_at_an_end_from_which_it_falls() -> None:
    """2 atan(1/2) = atan(4/3): the end is the maximum; an undecided sign right beside it would be honest."""
    left, right = solved(["0", "1/2", "4/3"], "arctan"), solved(["0", "5/6", "4/3"], "arctan")
    assert left.sign_pattern in {"-", "?-"}
    assert right.sign_pattern in {"+", "+?"}
    assert [low == 0 and high <= Q(1, 10**15) for low, high in left.points] == [True]
    assert [high == Q(4, 3) and high - low <= Q(1, 10**15) for low, high in right.points] == [True]


@pytest.mark.parametrize(("by", "pattern"), [("-1e-30", "+-"), ("1e-30", "-")])
def test_arctan_next_to_that_border(by: str, pattern: str) -> None:
    best = solved([0, "1/2", Q(4, 3) + Q(by)], "arctan")
    assert best.sign_pattern == pattern
    (point,) = best.points
    assert point == (0, 0) if pattern == "-" else 0 <= point[0] <= point[1] < Q(1, 10**15)


def test_slope_that_touches_0_without_a_change_of_sign_is_not_called_a_certain_maximum() -> None:
    """With 1/(1 + u) = 31/32, 17/32 and 25/32 at the three arguments, G' and G'' vanish together at 1/31."""
    short, long = Q(242, 775), Q(482, 527) - Q(242, 775)
    touch = Q(1, 31)
    arguments = [touch, short + long - touch, short - touch]
    assert [1 / (1 + u) for u in arguments] == [Q(31, 32), Q(17, 32), Q(25, 32)]
    best = solved([0, short, short + long], "softsign")
    assert best.points == [(0, 0)]
    assert best.sign_pattern in {"-", "-?-"}
    for peak in best.local[1:]:
        assert not peak.certain
        assert peak.interval[0] <= touch <= peak.interval[1]
        assert peak.gain[1] < best.local[0].gain[0]


FLAT = "(abs(u+1/1000000)-abs(u-1/1000000))/2"
PARTLY_LINEAR = f"{FLAT}+(u-{FLAT})/(1+abs(u-{FLAT})*1000000/999999)"


def test_slope_that_is_0_everywhere_cannot_be_resolved_and_says_so() -> None:
    """Odd and concave but not strictly: linear next to 0, so that two short equal classes leave no trace of theta."""
    sigma = lb.OddSigmoid.parse(PARTLY_LINEAR)
    assert sigma.check().refuted == []
    short = Q(1, 10**7)
    with pytest.raises(UnresolvedError, match=r"^digits = 1 cannot be reached.*\d"):
        lb.maximize_gain(lb.ThresholdProblem(0, [short], 2 * short), sigma, digits=1)
    best = lb.maximize_gain(lb.ThresholdProblem(0, [short], 3 * short), sigma)
    assert best.points == [(0, 0)]
    assert any("concave" in line for line in best.warnings)


# The theorems, on random problems.

sizes = st.builds(
    lambda digits, power: Q(digits, 100) * Q(10) ** power, st.integers(100, 999), st.sampled_from([-3, -2, -1, 0, 1, 2])
)
ratios = st.builds(
    lambda digits, power: Q(digits, 100) * Q(10) ** power, st.integers(100, 999), st.sampled_from([-3, -1, 0, 0, 1, 2])
)
families = st.sampled_from(FAMILIES)
THEOREM = settings(max_examples=30)


class Values:
    """The numbers that a theorem's condition speaks of, at 60 digits."""

    def __init__(self, family: str, *lengths: Fraction) -> None:
        self.family, self.lengths = family, lengths

    def at(self, length: Fraction | mpf) -> mpf:
        u = length if isinstance(length, mpf) else reference.exact(length)
        return reference.sigmoid(self.family, 1)(u)


def holds(difference: mpf) -> bool:
    """Decide a condition; not asked where it is too close to call."""
    assume(abs(difference) > mpf("1e-40"))
    return bool(difference > 0)


@THEOREM
@given(families, sizes, sizes)
def test_c7_t1_the_maximum_is_near_the_truth_on_the_side_of_the_rare_class(
    family: str, one: Fraction, other: Fraction
) -> None:
    assume(one != other)
    short, long = sorted((one, other))
    best = solved([0, short, short + long], family)
    assert best.sign_pattern.endswith("-")
    assert all(peak.interval[0] < short for peak in best.local)
    with mp.workdps(60):
        at = Values(family).at
        if holds(2 * at(short) - at(short + long)):
            assert all(low > 0 for low, _ in best.points)
        if holds(at(short) - mpf(1) / 2):
            assert all(low > 0 for low, _ in best.points)
        nearest = HALF_SATURATION[family](mpf(1))
        for c in [nearest, *(nearest * part / 10 for part in range(1, 10))]:
            if c == nearest or holds(2 * at(c) - at(2 * c + reference.exact(long - short))):
                assert all(reference.exact(short - low) < c for low, _ in best.points)


@THEOREM
@given(families, sizes, sizes)
def test_c8_t2_too_rare_a_class_is_lost(family: str, one: Fraction, other: Fraction) -> None:
    assume(one != other)
    short, long = sorted((one / 10, other))
    best = solved([0, short, short + long], family)
    with mp.workdps(60):
        at = Values(family).at
        if holds(at(long) - 3 * at(short)) or holds(at(short + long) - 3 * at(2 * short / 3)):
            assert best.points == [(0, 0)]
            assert best.sign_pattern == "-"
        if family != "softsign":  # T3
            lost = not holds(2 * at(short) - at(short + long))
            assert (best.points == [(0, 0)]) == lost
            assert best.sign_pattern == ("-" if lost else "+-")


@THEOREM
@given(families, sizes, sizes)
def test_t4_calibrated_weights_put_the_maximum_at_the_truth(
    family: str, positive: Fraction, negative: Fraction
) -> None:
    with mp.workdps(80):
        at = Values(family).at
        weights = tuple(Q(mp.nstr(at(length), 60)) for length in (negative, positive))
    best = solved([0, positive, positive + negative], family, 1, weights, 30)
    assert len(best.points) == 1
    low, high = best.points[0]
    # Of heavy tails G'' may be small at the truth, so that the last digit of the weights moves the maximum by more.
    assert positive - Q(1, 10**28) < low <= high < positive + Q(1, 10**28)
    off = solved([0, positive, positive + negative], family, 1, (weights[0] * Q("1.001"), weights[1]), 30)
    assert off.points[0][0] > positive


@THEOREM
@given(families, sizes, sizes, ratios)
def test_t5_every_local_maximum_lies_on_the_side_of_the_heavier_drop(
    family: str, positive: Fraction, negative: Fraction, ratio: Fraction
) -> None:
    best = solved([0, positive, positive + negative], family, 1, (ratio, 1))
    with mp.workdps(60):
        at = Values(family).at
        right = holds(reference.exact(ratio) * at(positive) - at(negative))
    # The maximum may lie nearer to the truth than the enclosure is wide: tanh saturates.
    assert all((high > positive) if right else (low < positive) for low, high in (p.interval for p in best.local))
    assert best.sign_pattern.startswith("+") if right else best.sign_pattern.endswith("-")


@THEOREM
@given(families, sizes, sizes)
def test_t6_inverse_frequency_weights_over_correct(family: str, one: Fraction, other: Fraction) -> None:
    assume(one != other)
    short, long = sorted((one, other))
    best = solved([0, short, short + long], family, 1, (long / short, 1))
    assert len(best.local) == len(best.points) == 1
    low, high = best.points[0]
    assert short < low <= high < short + long / 2
    assert best.sign_pattern == "+-"


@THEOREM
@given(st.sampled_from(["tanh", "erf"]), sizes, sizes, ratios)
def test_t7_thin_tails_have_one_maximum_for_all_weights(
    family: str, positive: Fraction, negative: Fraction, ratio: Fraction
) -> None:
    best = solved([0, positive, positive + negative], family, 1, (ratio, 1))
    assert len(best.local) == len(best.points) == 1
    with mp.workdps(60):
        at = Values(family).at
        gap = at(positive + negative) - at(positive) - reference.exact(ratio) * at(positive)
        assert (best.points == [(0, 0)]) == holds(gap)


@pytest.mark.parametrize("case", [(["0", "2", "102"], ("2/5", "1")), (["0", "4", "34"], ("3/20", "1"))], ids=str)
def test_t7_heavy_tails_have_two_maxima_for_some_weights(case: tuple[list[str], tuple[str, str]]) -> None:
    cuts, weights = case
    assert solved(cuts, "arctan", 1, weights).sign_pattern == "-+-"
    assert agree(cuts, "arctan", 1, weights) == []


# Symmetries.


def same(first: Any, second: Any, move: Any, factor: Fraction | int = 1) -> bool:
    """Whether a moved result agrees: every enclosure overlaps, gains up to a factor, and the pattern is the same."""
    pairs = list(zip(first.local, second.local, strict=True))
    return (
        len(first.points) == len(second.points)
        and all(overlap(tuple(map(move, x)), y) for x, y in zip(first.points, second.points, strict=True))
        and all(overlap(tuple(map(move, x.interval)), y.interval) for x, y in pairs)
        and all(overlap(tuple(factor * bound for bound in x.gain), y.gain) for x, y in pairs)
        and first.sign_pattern == second.sign_pattern
    )


@THEOREM
@given(families, sizes, sizes, ratios, st.fractions(-(10**6), 10**6, max_denominator=10**6))
def test_shift(family: str, positive: Fraction, negative: Fraction, ratio: Fraction, by: Fraction) -> None:
    first = solved([0, positive, positive + negative], family, 1, (ratio, 1))
    second = solved([by, by + positive, by + positive + negative], family, 1, (ratio, 1))
    assert same(first, second, lambda x: x + by)
    assert not same(first, second, lambda x: x + by + Q(1, 10**13))


@THEOREM
@given(families, sizes, sizes, ratios, sizes)
def test_unit_of_length(family: str, positive: Fraction, negative: Fraction, ratio: Fraction, unit: Fraction) -> None:
    first = solved([0, positive, positive + negative], family, 1, (ratio, 1))
    scale = unit**2 if family == "algebraic" else unit
    second = solved([0, unit * positive, unit * (positive + negative)], family, scale, (ratio, 1))
    assert same(first, second, lambda x: x * unit, unit)
    assert not same(first, second, lambda x: x * unit, unit * Q("1.0001"))


@THEOREM
@given(families, sizes, sizes, ratios)
def test_mirror(family: str, positive: Fraction, negative: Fraction, ratio: Fraction) -> None:
    first = solved([0, positive, positive + negative], family, 1, (ratio, 1))
    mirror = solved([-positive - negative, -positive, 0], family, 1, (1, ratio))
    assert mirror.sign_pattern == first.sign_pattern[::-1].translate(str.maketrans("+-", "-+"))
    pairs = zip(first.local, mirror.local[::-1], strict=True)
    for x, y in pairs:
        assert overlap(x.interval, (-y.interval[1], -y.interval[0]))
        assert overlap(x.gain, y.gain)
    wrong = solved([-positive - negative, -positive, 0], family, 1, (1, ratio * Q("1.01")))
    assert not all(overlap(x.gain, y.gain) for x, y in zip(first.local, wrong.local[::-1], strict=False))


@THEOREM
@given(families, sizes, sizes, ratios, sizes)
def test_common_factor_of_the_weights_changes_gains_alone(
    family: str, positive: Fraction, negative: Fraction, ratio: Fraction, factor: Fraction
) -> None:
    first = solved([0, positive, positive + negative], family, 1, (ratio, 1))
    second = solved([0, positive, positive + negative], family, 1, (ratio * factor, factor))
    assert first.points == second.points
    assert [peak.interval for peak in first.local] == [peak.interval for peak in second.local]
    assert same(first, second, lambda x: x, factor)
    assert not same(first, second, lambda x: x, factor * Q("1.0001"))


# Extremes, against the search.

EXTREMES: dict[str, tuple[list[Any], Any, tuple[Any, Any]]] = {
    "short, inverse frequencies": ([0, "1/1000", "3/1000"], 1, (2, 1)),
    "short and rare, inverse frequencies": ([0, "1e-3", "0.101"], 1, (100, 1)),
    "weights 1e-3 to 1e3": ([0, 2, 10], 1, ("1e-3", "1e3")),
    "weights 1e3 to 1e-3": ([0, 2, 10], 1, ("1e3", "1e-3")),
    "light, long": ([0, 10**6, 2 * 10**6], 1, ("1e-3", "1e3")),
    "1e9 widths": ([0, 4 * 10**8, 10**9], 1, (1, 1)),
    "1e9 widths, weighted": ([0, 4 * 10**8, 10**9], 1, (3, 1)),
    "1e9 widths, one class short": ([0, 2, 10**9], 1, (1, 1)),
    "1e-6 widths": ([0, "4e-7", "1e-6"], 1, (1, 1)),
    "1e-6 widths, inverse frequencies": ([0, "4e-7", "1e-6"], 1, (3, 2)),
    "1e-6 widths, long": ([0, 4, 10], 10**7, (3, 2)),
    "far to the right": ([10**9, 10**9 + 2, 10**9 + 10], 1, (1, 1)),
    "far to the left": ([-(10**9), 2 - 10**9, 10 - 10**9], 1, (3, 1)),
    "nearly equal": ([0, 1, Q(2) + Q(1, 10**12)], "1/10", (1, 1)),
    "nearly calibrated": ([0, 1, 101], 1, (1, Q(1) + Q(1, 10**9))),
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_problem_agrees_with_the_search(family: str, name: str) -> None:
    cuts, scale, weights = EXTREMES[name]
    scale = Q(scale) ** 2 if family == "algebraic" else Q(scale)
    assert agree(cuts, family, scale, weights) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_few_digits_are_enough_to_compare_gains(family: str) -> None:
    assert [line for line in agree([0, 2, 100], family, 1, (1, 1), 1) if "too wide" not in line] == []
    best = solved([0, "1/2", "2.0540"], "softsign", 1, (1, 1), 1)
    assert [point[0] > 0 for point in best.points] == [True]
    assert solved([0, "1/2", "2.0541"], "softsign", 1, (1, 1), 1).points == [(0, 0)]


@pytest.mark.parametrize("scale", ["1e-9", "1e9"])
@pytest.mark.parametrize("family", FAMILIES)
def test_lengths_of_a_thousand_millionth_and_of_a_thousand_million_widths(family: str, scale: str) -> None:
    """C6 and T6, which need no search."""
    delta = Q(scale) ** 2 if family == "algebraic" else Q(scale)
    assert solved([0, 1, 2], family, delta).points == [(1, 1)]
    best = solved([0, 1, 3], family, delta, (2, 1))
    ((low, high),) = best.points
    assert 1 < low <= high < 2
    (peak,) = best.local
    assert 0 < peak.gain[0] < peak.gain[1] < peak.gain[0] * (1 + Q(1, 10**6))


def test_what_cannot_be_told_raises_no_error_of_the_machinery() -> None:
    """Inverse frequencies on 1e-290 widths: the slope is the 580th digit of its terms."""
    with suppress(UnresolvedError):
        assert len(solved([0, "1e-290", "3e-290"], "algebraic", 1, (2, 1), 1).points) == 1


# Readers' own sigmoids.


@cache
def read(formula: str) -> lb.OddSigmoid:
    """One object a formula, so that its axioms are decided once."""
    return lb.OddSigmoid.parse(formula)


def parsed(formula: str, cuts: list[Any], weights: tuple[Any, Any] = (1, 1), digits: int = 15) -> Any:
    return lb.maximize_gain(lb.ThresholdProblem(cuts[0], cuts[1:-1], cuts[-1]), read(formula), weights, digits)


@pytest.mark.parametrize(
    ("formula", "family"),
    [
        ("u/sqrt(1+u**2)", "algebraic"),
        ("u/(1+abs(u))", "softsign"),
        ("2/pi*atan(u)", "arctan"),
        ("1-2/(1+exp(2*u))", "tanh"),
        ("(exp(u)-exp(-u))/(exp(u)+exp(-u))", "tanh"),
    ],
)
def test_readers_formula_of_a_family_gives_the_family_s_result(formula: str, family: str) -> None:
    for cuts, weights in (([0, 2, 50], (1, 1)), ([0, 2, 3], (2, 3)), ([0, 1, 2], (1, 1)), ([0, "1/100", 3], (1, 2))):
        first, second = parsed(formula, cuts, weights), solved(cuts, family, 1, weights)
        assert same(first, second, lambda x: x)
        assert len(first.points) == 1
        assert not same(first, second, lambda x: x + Q(1, 10**12))


GUDERMANNIAN = reference.Curve(
    lambda u: 2 / mp.pi * mp.atan(mp.sinh(u)),
    lambda u: 2 / mp.pi * mp.sech(u),
    mpf(1),
    lambda v: np.arctan(np.sinh(np.clip(v, -300, 300))) * 2 / np.pi,
    lambda v: 2 / np.pi / np.cosh(np.clip(v, -300, 300)),
    6.0,
    64.0,
)
BENT = reference.Curve(
    lambda u: mp.tanh(u + u**3 / 10),
    lambda u: mp.sech(u + u**3 / 10) ** 2 * (1 + 3 * u**2 / 10),
    mpf(1),
    lambda v: np.tanh(v + v**3 / 10),
    lambda v: (1 + 0.3 * v**2) / np.cosh(np.clip(v + v**3 / 10, -300, 300)) ** 2,
    0.5,
    8.0,
)
SLOW = reference.Curve(
    lambda u: mp.asinh(u) / (1 + mp.asinh(abs(u))),
    lambda u: 1 / ((1 + mp.asinh(abs(u))) ** 2 * mp.sqrt(1 + u**2)),
    mpf(1),
    lambda v: np.arcsinh(v) / (1 + np.arcsinh(abs(v))),
    lambda v: 1 / ((1 + np.arcsinh(abs(v))) ** 2 * np.hypot(v, 1)),
)
OWN = {
    "2/pi*atan(sinh(u))": (GUDERMANNIAN, None),
    "tanh(u+u**3/10)": (BENT, "concave"),
    "asinh(u)/(1+asinh(abs(u)))": (SLOW, "concave"),
}


@pytest.mark.parametrize("formula", OWN)
@pytest.mark.parametrize(
    ("cuts", "weights"),
    [
        (["0", "2", "6"], ("1", "1")),
        (["-1", "1/2", "1"], ("3", "2")),
        (["0", "1/10", "5"], ("1", "1")),
        (["0", "2", "1000"], ("1", "1")),
    ],
)
def test_formula_without_closed_antiderivative_agrees_with_the_search(
    formula: str, cuts: list[str], weights: tuple[str, str]
) -> None:
    shape, undecided = OWN[formula]
    with within.seconds(15):
        best = parsed(formula, cuts, weights)
    truth = reference.maxima(cuts, shape, weights)
    assert faults(best, truth, [*map(Q, cuts)]) == []
    assert isinstance(best.warnings, tuple)
    assert bool(best.warnings) == bool(undecided)
    assert all(isinstance(line, str) and undecided in line for line in best.warnings)


@pytest.mark.parametrize("formula", OWN)
def test_search_with_another_formula_would_be_told_apart(formula: str) -> None:
    best = parsed(formula, [0, 2, 6])
    for other, (shape, _) in OWN.items():
        assert (faults(best, reference.maxima([0, 2, 6], shape), [Q(0), Q(2), Q(6)]) == []) == (other == formula)


@pytest.mark.parametrize("formula", OWN)
def test_balance_of_a_formula_proved_odd_is_exact(formula: str) -> None:
    assert parsed(formula, [0, "1/3", "2/3"]).points == [(Q(1, 3), Q(1, 3))]


@pytest.mark.parametrize(
    ("formula", "axiom", "point"),
    [
        ("sin(u)", "increasing", "2"),
        ("u", "concave", "7/8"),
        ("2*tanh(u)", "limit", "oo"),
        ("erf(u)+1", "odd", "0"),
        ("tanh(u)**3", "concave", "1/2"),
        ("-tanh(u)", "increasing", "1"),
        ("tanh(u)/2", "limit", "oo"),
    ],
)
def test_refuted_sigmoid_is_refused_with_axiom_and_point(formula: str, axiom: str, point: str) -> None:
    sigma = lb.OddSigmoid.parse(formula)
    assert (axiom, point) in [(verdict.axiom, str(verdict.point)) for verdict in sigma.check().refuted]
    with pytest.raises(ValueError, match=rf"^sigma must be an odd sigmoid.*{axiom}.* u = {point}\b"):
        lb.maximize_gain(lb.ThresholdProblem(0, [2], 10), sigma)


# Arguments.

PROBLEM = lb.ThresholdProblem(0, [2], 10)
TANH = lb.sigmoids.tanh()


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ((None, TANH), TypeError, r"^problem must be a ThresholdProblem; got None"),
        (((0, [2], 10), TANH), TypeError, r"^problem must"),
        (("tanh(u)", TANH), TypeError, r"^problem must"),
        ((lb.ThresholdProblem(0, [1, 2], 3), TANH), ValueError, r"^problem must have one threshold; got 2"),
        ((lb.ThresholdProblem(0, [1, 2, 3], 4), TANH), ValueError, r"^problem must have one threshold; got 3"),
        ((PROBLEM, "tanh(u)"), TypeError, r"^sigma must be an OddSigmoid"),
        ((PROBLEM, None), TypeError, r"^sigma must"),
        ((PROBLEM, lb.sigmoids.tanh), TypeError, r"^sigma must"),
        ((PROBLEM, TANH, 1), TypeError, r"^weights must be a pair"),
        ((PROBLEM, TANH, (1,)), TypeError, r"^weights must be a pair"),
        ((PROBLEM, TANH, (1, 2, 3)), TypeError, r"^weights must be a pair"),
        ((PROBLEM, TANH, None), TypeError, r"^weights must be a pair"),
        ((PROBLEM, TANH, "11"), TypeError, r"^weights must be a pair"),
        ((PROBLEM, TANH, (0, 1)), ValueError, r"^weights\[0\] must be greater than 0"),
        ((PROBLEM, TANH, (1, -1)), ValueError, r"^weights\[1\] must be greater than 0"),
        ((PROBLEM, TANH, (1, float("nan"))), ValueError, r"^weights\[1\] must be finite"),
        ((PROBLEM, TANH, (float("inf"), 1)), ValueError, r"^weights\[0\] must be finite"),
        ((PROBLEM, TANH, (True, 1)), TypeError, r"^weights\[0\] must be"),
        ((PROBLEM, TANH, (1, 1j)), TypeError, r"^weights\[1\] must be"),
        ((PROBLEM, TANH, (1, "x")), ValueError, r"^weights\[1\] must be"),
        ((PROBLEM, TANH, (1, 1), 0), ValueError, r"^digits must be from 1 to 1000; got 0"),
        ((PROBLEM, TANH, (1, 1), -5), ValueError, r"^digits must be from 1 to 1000; got -5"),
        ((PROBLEM, TANH, (1, 1), 1001), ValueError, r"^digits must be from 1 to 1000; got 1001"),
        ((PROBLEM, TANH, (1, 1), 10**5000), ValueError, r"^digits must be from 1 to 1000"),
        ((PROBLEM, TANH, (1, 1), 15.0), TypeError, r"^digits must be an integer; got 15.0"),
        ((PROBLEM, TANH, (1, 1), "15"), TypeError, r"^digits must be an integer"),
        ((PROBLEM, TANH, (1, 1), None), TypeError, r"^digits must be an integer"),
        ((PROBLEM, TANH, (1, 1), True), TypeError, r"^digits must be an integer; got True"),
        ((PROBLEM, TANH, (1, 1), Q(15)), TypeError, r"^digits must be an integer"),
    ],
)
def test_wrong_argument_is_refused_by_name(arguments: tuple, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        lb.maximize_gain(*arguments)


def test_names_and_defaults_of_the_arguments() -> None:
    plain = lb.maximize_gain(PROBLEM, TANH)
    assert plain == lb.maximize_gain(problem=PROBLEM, sigma=TANH, weights=(1, 1), digits=15)
    assert plain.points != lb.maximize_gain(PROBLEM, TANH, digits=16).points


@pytest.mark.parametrize("weights", [(3, "1/2"), [3, 0.5], (3.0, Q(1, 2)), (sympy.Integer(3), sympy.Rational(1, 2))])
def test_every_kind_of_exact_number_is_taken(weights: Any) -> None:
    best = lb.maximize_gain(lb.ThresholdProblem(0.5, ["5/2"], sympy.Rational(21, 2)), TANH, weights)
    assert best == lb.maximize_gain(lb.ThresholdProblem("1/2", [2.5], Q(21, 2)), TANH, (Q(3), Q(1, 2)))
    assert best != lb.maximize_gain(lb.ThresholdProblem("1/2", [2.5], Q(21, 2)), TANH, (Q(3), Q(1, 3)))


@pytest.mark.parametrize(
    ("family", "scale", "lengths", "weights"),
    [
        ("arctan", "33.42069", ("0.007105658", "392468.6"), ("392468.6", "0.007105658")),
        ("arctan", "18.68829", ("26978.27", "0.001349433"), ("0.001349433", "26978.27")),
        ("softsign", "16.54571", ("725260.7", "0.00668793"), ("0.00668793", "725260.7")),
    ],
)
def test_inverse_frequencies_of_extreme_imbalance(
    family: str, scale: str, lengths: tuple[str, str], weights: tuple[str, str]
) -> None:
    """Here the two large terms of the slope cancel to one part in 10^8 over most of the interval."""
    first, second = map(Fraction, lengths)
    sigma = getattr(lb.sigmoids, family)(scale)
    best = lb.maximize_gain(lb.ThresholdProblem(0, [first], first + second), sigma, weights)
    assert best.sign_pattern == "+-"
    ((low, high),) = best.points
    assert high - low <= Fraction(1, 10**15)
    middle = (first, first + second / 2) if first < second else (first / 2, first)
    assert middle[0] < low < high < middle[1]  # T6, and its mirror image
    assert not middle[0] < low - second - first
