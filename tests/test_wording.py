"""Results in words: every decimal number really encloses, every exact number loses nothing, every case has words."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossbook.certified import Certified, LocalMaximum, maximize_gain
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid.families import arctan
from lossbook.wording import (
    Bounds,
    answer,
    approximation,
    calibration,
    calibration_record,
    decimal_places,
    record,
    shared_digits,
)

CUTS = ("0", "2", "1e2")
PROBLEM = ThresholdProblem(0, [2], 100)
FRACTIONS = st.fractions(max_denominator=10**30)


def read(text: str) -> Bounds:
    """The ends of what a text such as ``1.5 +/- 0.1`` encloses."""
    middle, radius = map(Fraction, text.split(" +/- "))
    return middle - radius, middle + radius


def encloses(text: str, low: Fraction, high: Fraction) -> bool:
    left, right = read(text)
    return left <= low <= high <= right


def whole(text: str) -> Fraction:
    numerator, denominator = text.split("/")
    return Fraction(int(numerator), int(denominator))


def said(*found: tuple[object, object, bool], best: tuple[int, ...] = (0,), pattern: str = "+-") -> str:
    """The line for made-up local maxima ``(low, high, certain)``, those numbered in ``best`` being global."""
    local = [
        LocalMaximum((Fraction(low), Fraction(high)), (Fraction(1), Fraction(2)), sure) for low, high, sure in found
    ]
    return answer(Certified([local[i].interval for i in best], local, pattern), PROBLEM, CUTS, 3)


@given(FRACTIONS, st.fractions(min_value=0, max_value=1), st.integers(0, 40), st.integers(0, 40))
def test_decimal_number_encloses_and_is_not_much_wider(low: Fraction, width: Fraction, small: int, places: int) -> None:
    high = low + width / 10**small
    text = approximation(low, high, places)
    assert encloses(text, low, high)
    left, right = read(text)
    assert right - left <= high - low + Fraction(3, 10**places)


@given(FRACTIONS, st.integers(1, 20))
def test_a_last_digit_that_is_off_is_noticed(low: Fraction, places: int) -> None:
    middle, radius = approximation(low, low, places).split(" +/- ")
    off = Fraction(middle) + 2 * Fraction(radius)
    left, right = off - Fraction(radius), off + Fraction(radius)
    assert not left <= low <= right


@pytest.mark.parametrize(
    ("low", "high", "places", "text"),
    [
        ("1/3", "1/3", 4, "0.3333 +/- 0.0001"),
        ("-1/3", "-1/3", 4, "-0.3333 +/- 0.0001"),
        ("0.9999", "1.0001", 3, "1.000 +/- 0.001"),
        ("0", "1e-20", 15, "0 +/- 1e-15"),
        ("1.23e-20", "1.24e-20", 23, "1.235e-20 +/- 5e-23"),
        ("1e300", "1e300", 1, "1" + "0" * 300 + ".0 +/- 0.1"),
        ("0", "1", 2, "0.50 +/- 0.50"),
    ],
)
def test_enclosures_as_they_are_written(low: str, high: str, places: int, text: str) -> None:
    assert approximation(Fraction(low), Fraction(high), places) == text


@given(FRACTIONS, FRACTIONS, st.integers(0, 40))
def test_record_is_exact_and_rounds_outwards(one: Fraction, two: Fraction, places: int) -> None:
    low, high = sorted((one, two))
    kept = record(Certified([(low, high)], [LocalMaximum((low, high), (two, two), False)], "+-", ("why",)), places)
    assert [whole(text) for text in kept["points"][0]["exact"]] == [low, high]
    left, right = map(Fraction, kept["points"][0]["decimal"])
    assert low - Fraction(1, 10**places) < left <= low <= high <= right < high + Fraction(1, 10**places)
    assert kept["local"][0]["interval"] == kept["points"][0]
    assert [whole(text) for text in kept["local"][0]["gain"]["exact"]] == [two, two]
    assert kept["local"][0]["certain"] is False
    assert (kept["sign_pattern"], kept["warnings"]) == ("+-", ["why"])


def test_number_too_long_for_python_to_write_is_kept() -> None:
    low = Fraction(1, 3**10000)
    with pytest.raises(ValueError, match="4300 digits"):
        str(low)
    texts = record(Certified([(low, low)], [], "+-"), 3)["points"][0]["exact"]
    assert texts[0].startswith("1/16313501853426258743")  # the first digits of 3**10000
    assert len(texts[0]) == 2 + 4772


@given(st.fractions(min_value="1e-20", max_value="1e20"), st.fractions(min_value=0, max_value=1), st.integers(0, 12))
def test_size_has_only_digits_that_both_ends_share(low: Fraction, width: Fraction, small: int) -> None:
    high = low * (1 + width / 10**small)
    text = shared_digits(low, high)
    if text.startswith("at most "):
        assert high <= Fraction(text.removeprefix("at most ")) <= 10 * high
        return
    mantissa, _, exponent = text.partition("e")
    digits = re.sub(r"^[0.]+", "", mantissa).replace(".", "")
    last = Fraction(Fraction(text), Fraction(digits) if Fraction(digits) else 1)
    assert 1 <= len(digits) <= 4 or exponent
    assert abs(Fraction(text) - low) <= last / 2
    assert abs(Fraction(text) - high) <= last / 2


def test_size_of_a_wide_enclosure_has_fewer_digits_than_that_of_a_narrow_one() -> None:
    assert shared_digits(Fraction("0.26166"), Fraction("0.26167")) == "0.2617"
    assert shared_digits(Fraction("0.2610"), Fraction("0.2622")) == "0.26"
    assert shared_digits(Fraction("0.21"), Fraction("0.41")) == "at most 0.5"


@pytest.mark.parametrize(
    ("b", "digits", "places"),
    [(100, 15, 15), ("2.1", 3, 3), ("11/5", 15, 15), ("2.00001", 15, 15)],
)
def test_places_on_a_long_interval_are_the_digits(b: object, digits: int, places: int) -> None:
    assert decimal_places(ThresholdProblem(0, [2], b), digits) == places


@given(st.fractions(min_value="1e-30", max_value=10), st.integers(1, 30))
def test_places_are_the_most_that_the_width_deserves(length: Fraction, digits: int) -> None:
    places = decimal_places(ThresholdProblem(0, [length / 2], length), digits)
    width = Fraction(min(length, 1)) / 10**digits
    assert Fraction(1, 10 ** (places + 1)) < width <= Fraction(1, 10**places)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ((0, 0, True), "theta* = 0 (the end a: the positive class is given up); G' has signs +-"),
        ((2, 2, True), "theta* = 2 (exactly the truth); G' has signs +-"),
        ((100, 100, True), "theta* = 1e2 (the end b: the negative class is given up); G' has signs +-"),
        (("1.73833", "1.73834", True), "theta* = 1.738 +/- 0.001 (truth 2, pulled 0.2617 towards a); G' has signs +-"),
        (("2.5", "2.5", True), "theta* = 2.500 +/- 0.001 (truth 2, pulled 0.5 towards b); G' has signs +-"),
        (("1.9999", "2.0001", True), "theta* = 2.000 +/- 0.001 (the truth 2 within); G' has signs +-"),
        (
            ("1.9999", "2.0001", False),
            "theta* = 2.000 +/- 0.001 (the truth 2 within; it may be none or several: the sign of G' around it was not"
            " decided); G' has signs +-",
        ),
    ],
    ids=lambda value: str(value)[:24],
)
def test_one_maximum_in_words(found: tuple[object, object, bool], line: str) -> None:
    assert said(found) == line


def test_two_maxima_in_words() -> None:
    end, inside = (0, 0, True), (1, 1, True)
    first, second = "0 (the end a: the positive class is given up)", "1.000 +/- 0.001 (truth 2, pulled 1 towards a)"
    signs = "G' has signs -+-"
    assert said(end, inside, pattern="-+-") == f"theta* = {first}; a lower local maximum at {second}; {signs}"
    assert (
        said(end, inside, best=(1,), pattern="-+-") == f"theta* = {second}; a lower local maximum at {first}; {signs}"
    )
    assert (
        said(end, inside, best=(0, 1), pattern="-+-")
        == f"theta* is one of {first} or {second}: their gains agree in all digits tried; {signs}"
    )


def test_three_maxima_in_words() -> None:
    found = [(0, 0, True), (1, 1, True), (100, 100, True)]
    assert ", 1.000 +/- 0.001 (truth 2, pulled 1 towards a) or 1e2 (" in said(*found, best=(0, 1, 2))
    assert "; lower local maxima at 0 (the end a: the positive class is given up) or 1e2 (" in said(*found, best=(1,))


def test_words_and_record_of_a_real_result() -> None:
    best = maximize_gain(PROBLEM, arctan(), digits=6)
    low, high = best.points[0]
    line = answer(best, PROBLEM, CUTS, 6)
    assert line == "theta* = 1.738334 +/- 0.000001 (truth 2, pulled 0.2617 towards a); G' has signs +-"
    assert encloses(line.removeprefix("theta* = ").partition(" (")[0], low, high)
    assert [whole(text) for text in record(best, 6)["points"][0]["exact"]] == [low, high]


RATIO = (Fraction("1.25"), Fraction("1.25") + Fraction(1, 10**20))


def test_calibrated_weights_in_words() -> None:
    line = calibration(RATIO, (1.2, 0.96), Fraction(50), ("proved", "convex"))
    assert line == (
        "w+/w- = 1.250000000000000 +/- 1e-15 (inverse frequency: 50); weights of mean 1: 1.2 0.96;"
        " the truth is then the unique minimiser (Theorem M)"
    )
    other = calibration(RATIO, (1.2, 0.96), Fraction(1, 3), ("refuted", "not convex"))
    assert "(inverse frequency: 0.333333)" in other
    assert other.endswith("; that the truth is then the unique minimiser is not proved (refuted: not convex)")


@given(st.fractions(min_value="1e-30", max_value="1e30"), st.integers(17, 30))
def test_ratio_of_any_size_is_enclosed_with_16_digits(low: Fraction, digits: int) -> None:
    high = low + low / 10**digits
    line = calibration((low, high), (1.0, 1.0), low, ("proved", ""))
    text = line.removeprefix("w+/w- = ").partition(" (")[0]
    assert encloses(text, low, high)
    left, right = read(text)
    assert right - left <= max(low / 10**14, 2)
    kept = calibration_record((low, high), (0.1, 1.0), low, ("proved", ""))
    assert [whole(end) for end in kept["ratio"]["exact"]] == [low, high]
    left, right = map(Fraction, kept["ratio"]["decimal"])
    assert left <= low <= high <= right
    assert whole(kept["inverse_frequency"]["exact"][0]) == low


def test_record_of_calibrated_weights_is_exact() -> None:
    kept = calibration_record(RATIO, (0.1, 1.0), Fraction(50), ("undecided", "why"))
    assert [whole(text) for text in kept["weights"]["exact"]] == [Fraction(0.1), 1]
    assert kept["weights"]["decimal"] == ["0.1", "1.0"]
    assert kept["unique_minimiser"] == {"verdict": "undecided", "reason": "why"}
