"""The certified maximum against a search by quadrature of the definition, and against closed forms, on random cases."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp, mpf
from tests import reference
from tests.agreement import Case, computed, encloses, faults, searched

FAMILIES = ["arctan", "algebraic", "softsign", "tanh", "erf"]
BLOCKS, SIZE = 20, 26


def rounded(value: float) -> Fraction:
    return Fraction(f"{value:.6e}")


def random_lengths(chance: np.random.Generator) -> tuple[Fraction, Fraction]:
    """Two lengths, a tenth of them equal and a fifth of them nearly equal."""
    first, second = (rounded(10.0 ** chance.uniform(-3, 6)) for _ in range(2))
    kind = chance.random()
    if kind < 0.1:
        return first, first
    if kind < 0.3:
        near = first * (1 + Fraction(1, 10 ** int(chance.integers(1, 9))))
        return (first, near) if chance.random() < 0.5 else (near, first)
    return first, second


def random_weights(
    chance: np.random.Generator, family: str, scale: Fraction, lengths: tuple[Fraction, Fraction]
) -> tuple[Fraction, Fraction]:
    """A third are equal, a quarter independent; others calibrated, inverse frequencies, or of a slope near 0 at an end.

    Those last ones, slightly too light for the end to be left, are where two local maxima may be found.
    """
    kind = chance.integers(12)
    if kind < 4:
        equal = rounded(10.0 ** chance.uniform(-3, 3))
        return equal, equal
    if kind < 7:
        return rounded(10.0 ** chance.uniform(-3, 3)), rounded(10.0 ** chance.uniform(-3, 3))
    if kind < 9:
        return sum(lengths) / (2 * lengths[0]), sum(lengths) / (2 * lengths[1])
    delta = scale**2 if family == "algebraic" else scale
    positive, negative, both = (
        float(reference.sigmoid(family, delta)(reference.exact(length))) for length in (*lengths, sum(lengths))
    )
    if kind < 10 or both - positive < 1e-9 or both - negative < 1e-9:
        return rounded(negative), rounded(positive)
    short = 1 - 10.0 ** chance.uniform(-5, -1)
    if kind < 11:
        return rounded((both - positive) * short), rounded(positive)
    return rounded(negative), rounded((both - negative) * short)


def random_case(block: int, number: int) -> Case:
    chance = np.random.default_rng([block, number, 4])
    family = FAMILIES[number % 5]
    scale = rounded(10.0 ** chance.uniform(-2, 2))
    positive, negative = random_lengths(chance)
    start = rounded(float(chance.choice([-1, 1])) * 10.0 ** chance.uniform(-3, 4))
    weights = random_weights(chance, family, scale, (positive, negative))
    cuts = [start, start + positive, start + positive + negative]
    return cuts, family, scale**2 if family == "algebraic" else scale, weights


@pytest.mark.parametrize("block", range(BLOCKS))
def test_random_problems_agree_with_the_search(block: int) -> None:
    for number in range(SIZE):
        case = random_case(block, number)
        best, truth = computed(case), searched(case)
        assert faults(best, truth, case[0]) == [], case
        assert best.warnings == ()


def bistable(number: int) -> Case:
    """A short rare class under softsign, B right above the border 2 sigma(A) = sigma(A + B): there are two maxima."""
    chance = np.random.default_rng([number, 5])
    scale, short = rounded(10.0 ** chance.uniform(-2, 2)), chance.uniform(0.1, 0.9)
    border = 2 * short / (1 + short) / (1 - 2 * short / (1 + short)) - short
    cuts = [Fraction(3), 3 + rounded(short) * scale, 3 + rounded(short + border * 1.01) * scale]
    return cuts, "softsign", scale, (Fraction(1), Fraction(1))


@pytest.mark.parametrize("number", range(10))
def test_two_maxima_agree_with_the_search(number: int) -> None:
    case = bistable(number)
    best, truth = computed(case), searched(case)
    assert truth.signs == "-+-"
    assert faults(best, truth, case[0]) == []


def shifted(bounds: tuple[Fraction, Fraction], by: Fraction) -> tuple[Fraction, Fraction]:
    return bounds[0] + by, bounds[1] + by


@pytest.mark.parametrize(
    "case", [random_case(0, 0), random_case(1, 3), bistable(1)], ids=["arctan", "tanh", "softsign"]
)
def test_every_kind_of_fault_is_caught(case: Case) -> None:
    best, truth, cuts = computed(case), searched(case), case[0]
    assert faults(best, truth, cuts) == []
    widest = Fraction(1, 10**15) * min(1, cuts[-1] - cuts[0])
    for by in (10 * widest, -10 * widest, (cuts[-1] - cuts[0]) / 3):
        points = [shifted(point, by) for point in best.points]
        local = [dataclasses.replace(peak, interval=shifted(peak.interval, by)) for peak in best.local]
        assert any("a point at" in line for line in faults(dataclasses.replace(best, points=points), truth, cuts))
        assert any("local maximum" in line for line in faults(dataclasses.replace(best, local=local), truth, cuts))
    wide = (best.points[0][0] - widest, best.points[0][1] + widest)
    assert any("width of" in line for line in faults(dataclasses.replace(best, points=[wide]), truth, cuts))
    fewer, more = best.local[1:], [*best.local, best.local[-1]]
    assert any("local maxima, not" in line for line in faults(dataclasses.replace(best, local=fewer), truth, cuts))
    assert any("local maxima, not" in line for line in faults(dataclasses.replace(best, local=more), truth, cuts))
    for by in (Fraction(1, 10**9), Fraction(-1, 10**9)):
        local = [dataclasses.replace(peak, gain=shifted(peak.gain, by * (peak.gain[1] or 1))) for peak in best.local]
        assert any("gain" in line for line in faults(dataclasses.replace(best, local=local), truth, cuts))
    for pattern in ("", "?", best.sign_pattern[::-1], best.sign_pattern + "+"):
        if pattern != best.sign_pattern:
            changed = dataclasses.replace(best, sign_pattern=pattern)
            assert any("sign pattern" in line for line in faults(changed, truth, cuts)) == (pattern != truth.signs)


def test_the_lower_of_two_maxima_is_caught() -> None:
    case = bistable(1)
    best, truth = computed(case), searched(case)
    lower = [peak.interval for peak in best.local if peak.interval not in best.points]
    assert len(lower) == 1
    found = faults(dataclasses.replace(best, points=lower), truth, case[0])
    assert any("no point at" in line for line in found)
    assert any("a point at" in line for line in found)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_search_itself_keeps_the_definition(family: str) -> None:
    """Its gain is that of the other reference; its slope is the paper's (18), weighted; its zero is one of (18)."""
    cuts, weights, scale = [Fraction(-1, 3), Fraction(2), Fraction(50)], (Fraction(3), Fraction(1, 2)), Fraction(7, 5)
    (peak,) = reference.maxima(cuts, reference.curve(family, scale), weights).peaks
    with mp.workdps(40):
        truth = reference.gain(cuts, family, scale, [peak.place], weights)
        assert abs(truth - reference.exact(peak.gain)) <= reference.exact(peak.gain_error)
        assert peak.gain_error < Fraction(1, 10**22)

        def slope(place: Fraction) -> mpf:
            left, middle, right = (reference.sigmoid(family, scale)(reference.exact(place - cut)) for cut in cuts)
            return 3 * (left - middle) - (middle - right) / 2

        assert slope(peak.place - peak.error) > 0 > slope(peak.place + peak.error)
        assert peak.error < Fraction(1, 10**16)
        far = reference.gain(cuts, family, scale, [peak.place + Fraction(1, 1000)], weights)
        assert abs(far - reference.exact(peak.gain)) > 1000 * reference.exact(peak.gain_error)


def test_the_search_sees_both_maxima_where_there_are_two() -> None:
    """T3': bistable for B between 1.5 and 1.5714."""
    shape = reference.curve("softsign", 1)
    found = reference.maxima([0, "1/2", "2.01"], shape)
    assert (found.signs, len(found.peaks), found.resolved) == ("-+-", 2, True)
    assert found.peaks[0].place == 0
    assert [peak.place > 0 for peak in found.winners] == [True]
    assert reference.maxima([0, "1/2", "2.06"], shape).signs == "-+-"
    assert reference.maxima([0, "1/2", "2.0715"], shape).signs == "-"


Closed = tuple[list[Fraction], Fraction, tuple[Fraction, Fraction], mpf]


def arctan_maximiser(positive: Fraction, negative: Fraction, scale: Fraction) -> mpf | None:
    """T8 without weights, measured from the truth: None outside its domain; mirrored where negatives are rare."""
    short, long, delta = map(reference.exact, (min(positive, negative), max(positive, negative), scale))
    if not 2 * mp.atan(short / delta) > mp.atan((short + long) / delta):
        return None
    if short == long:
        return mpf(0)
    steep = short * long / (delta * (long - short))
    return (delta if positive > negative else -delta) * (steep - mp.sqrt(steep**2 - 1))


def tanh_maximiser(positive: Fraction, negative: Fraction, scale: Fraction, weights: tuple[Fraction, Fraction]) -> mpf:
    """T8 with weights, measured from the truth and clipped to [-A, B]."""
    left, right, delta, heavy, light = map(reference.exact, (positive, negative, scale, *weights))
    value = (heavy * mp.coth(right / delta) - light * mp.coth(left / delta)) / (heavy + light)
    if abs(value) >= 1:
        return right if value > 0 else -left
    return min(max(delta * mp.atanh(value), -left), right)


def random_closed(family: str, seed: int) -> Closed | None:
    chance = np.random.default_rng([seed, 6])
    scale, (positive, negative) = rounded(10.0 ** chance.uniform(-2, 2)), random_lengths(chance)
    start = rounded(chance.uniform(-10, 10))
    cuts = [start, start + positive, start + positive + negative]
    with mp.workdps(120):  # E - sqrt(E^2 - 1) may lose 50 of them
        if family == "tanh":
            weights = random_weights(chance, "tanh", scale, (positive, negative))
            return cuts, scale, weights, tanh_maximiser(positive, negative, scale, weights)
        place = arctan_maximiser(positive, negative, scale)
    return None if place is None else (cuts, scale, (Fraction(1), Fraction(1)), place)


def hold_closed_form(family: str, seed: int, digits: int) -> bool:
    """Hold one random problem against the closed form and, as a control, against one that is a little off."""
    closed = random_closed(family, seed)
    if closed is None:
        return False
    cuts, scale, weights, place = closed
    best = computed((cuts, family, scale, weights), digits)
    assert len(best.points) == len(best.local) == 1
    assert best.local[0].interval == best.points[0]
    widest = Fraction(1, 10**digits) * min(1, cuts[-1] - cuts[0])
    assert best.points[0][1] - best.points[0][0] <= widest
    assert encloses(best.points[0], cuts[1], place, digits), closed
    for sign in (-1, 1):
        with mp.workdps(120):
            off = place + sign * 100 * reference.exact(widest)
        assert not encloses(best.points[0], cuts[1], off, digits)
    return True


@pytest.mark.parametrize("family", ["arctan", "tanh"])
@pytest.mark.parametrize("block", range(5))
def test_closed_form_to_30_digits(family: str, block: int) -> None:
    done = sum(hold_closed_form(family, seed, 30) for seed in range(100 * block, 100 * block + 80))
    assert done >= (20 if family == "arctan" else 80)


@pytest.mark.parametrize("family", ["arctan", "tanh"])
def test_closed_form_to_50_digits(family: str) -> None:
    assert sum(hold_closed_form(family, seed, 50) for seed in range(700, 720)) >= 5


@pytest.mark.parametrize("family", ["arctan", "tanh"])
def test_closed_form_that_is_off_by_a_relative_1e_28_is_caught(family: str) -> None:
    with mp.workdps(120):
        place = arctan_maximiser(2, 100, 1) if family == "arctan" else tanh_maximiser(2, 100, 1, (50, 1))
        truth = 2 + place
        (bounds,) = computed(([0, 2, 102], family, 1, (1, 1) if family == "arctan" else (50, 1)), 30).points
        assert encloses(bounds, 0, truth, 30)
        assert not encloses(bounds, 0, truth * (1 + mpf(10) ** -28), 30)
        assert not encloses(bounds, 0, truth * (1 - mpf(10) ** -28), 30)
