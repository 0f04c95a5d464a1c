r"""Certified results in words: one line for a reader, a record for JSON.

An enclosure $[l,h]$ is written as a decimal number and a radius, whose interval contains it; a size with only the
digits that both ends share; in a record, exactly, and as decimal numbers rounded outwards.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from typing import Any

from lossbook.arguments import fraction
from lossbook.certified import Certified, LocalMaximum
from lossbook.certified.search import Bounds
from lossbook.problem import ThresholdProblem

_AT_CUTS = (
    "the end a: the positive class is given up",
    "exactly the truth",
    "the end b: the negative class is given up",
)
Texts = tuple[str, str, str]


def decimal_places(problem: ThresholdProblem, digits: int) -> int:
    r"""Count the places behind the point that an enclosure of width $10^{-\mathrm{digits}}\min(1,b-a)$ deserves.

    Args:
        problem: the interval $[a,b]$.
        digits: as :func:`lossbook.certified.maximize_gain` takes it.

    Returns:
        the largest $k$ with $10^{-k}$ at least that width.
    """
    length, more = fraction(problem.length), 0
    while length * 10 ** (more + 1) <= 1:
        more += 1
    return digits + more


def approximation(low: Fraction, high: Fraction, places: int) -> str:
    r"""Write an enclosure as a decimal number and a radius.

    Args:
        low: left end.
        high: right end.
        places: digits behind the point.

    Returns:
        text such as ``"1.738334113607819 +/- 1e-15"``, which contains $[l,h]$.

    Example:
        >>> approximation(Fraction(1, 3), Fraction(1, 3), 4)
        '0.3333 +/- 0.0001'
    """
    unit = 10**places
    middle = round((low + high) * unit / 2)
    radius = max(1, math.ceil(high * unit) - middle, middle - math.floor(low * unit))
    return f"{_decimal(middle, places)} +/- {_decimal(radius, places)}"


def record(result: Certified[LocalMaximum], places: int) -> dict[str, Any]:
    """Put a result into a form that JSON keeps without loss.

    Args:
        result: what :func:`lossbook.certified.maximize_gain` found.
        places: digits behind the point of the decimal numbers.

    Returns:
        points, local maxima, signs and warnings; each pair of bounds both exactly, as text ``"p/q"``, and as decimal
        numbers rounded outwards.
    """
    local = [
        {"interval": _pair(one.interval, places), "gain": _pair(one.gain, places), "certain": one.certain}
        for one in result.local
    ]
    points = [_pair(point, places) for point in result.points]
    return {"points": points, "local": local, "sign_pattern": result.sign_pattern, "warnings": list(result.warnings)}


def answer(result: Certified[LocalMaximum], problem: ThresholdProblem, cuts: Texts, places: int) -> str:
    """Say in one line where the maximum is.

    Args:
        result: what :func:`lossbook.certified.maximize_gain` found.
        problem: the interval and its truth.
        cuts: its three numbers as they were written.
        places: digits behind the point.

    Returns:
        the maximisers, each with its place among the three numbers; other local maxima; the signs of the slope.
    """
    spots = {one.interval: _spot(one, problem, cuts, places) for one in result.local}
    best = [spots[point] for point in result.points]
    others = [spot for interval, spot in spots.items() if interval not in result.points]
    parts = [f"theta* = {best[0]}"]
    if len(best) > 1:
        parts = [f"theta* is one of {_joined(best)}: their gains agree in all digits tried"]
    if others:
        parts.append(f"{'a lower local maximum' if len(others) == 1 else 'lower local maxima'} at {_joined(others)}")
    return "; ".join([*parts, f"G' has signs {result.sign_pattern}"])


def calibration(ratio: Bounds, weights: tuple[float, float], frequency: Fraction, verdict: tuple[str, str]) -> str:
    r"""Say in one line which class weights are calibrated.

    Args:
        ratio: bounds of $w_+/w_-$.
        weights: the weights of mean 1.
        frequency: the ratio of the inverse frequencies, $B/A$.
        verdict: whether equal drops decide, and why.

    Returns:
        the ratio, beside it that of the inverse frequencies; the weights; what Theorem M says.
    """
    outcome, reason = verdict
    theorem = "the truth is then the unique minimiser (Theorem M)"
    if outcome != "proved":
        theorem = f"that the truth is then the unique minimiser is not proved ({outcome}: {reason})"
    number = approximation(*ratio, _places(ratio[0]))
    beside = f"{Decimal(frequency.numerator) / Decimal(frequency.denominator):.6g}"
    pair = f"{weights[0]!r} {weights[1]!r}"
    return f"w+/w- = {number} (inverse frequency: {beside}); weights of mean 1: {pair}; {theorem}"


def calibration_record(
    ratio: Bounds, weights: tuple[float, float], frequency: Fraction, verdict: tuple[str, str]
) -> dict[str, Any]:
    r"""Put calibrated weights into a form that JSON keeps without loss.

    Args:
        ratio: bounds of $w_+/w_-$.
        weights: the weights of mean 1.
        frequency: the ratio of the inverse frequencies, $B/A$.
        verdict: whether equal drops decide, and why.

    Returns:
        the numbers exactly, as text ``"p/q"``, and as decimal numbers, those of bounds rounded outwards.
    """
    numbers = [Fraction(weight) for weight in weights]
    return {
        "ratio": _pair(ratio, _places(ratio[0])),
        "weights": {"exact": [*map(_exact, numbers)], "decimal": [*map(repr, weights)]},
        "inverse_frequency": _pair((frequency, frequency), _places(frequency)),
        "unique_minimiser": {"verdict": verdict[0], "reason": verdict[1]},
    }


def _places(number: Fraction) -> int:
    """Count the places behind the point of a positive number with 16 digits in all."""
    return max(0, 15 - Decimal(number.numerator / Decimal(number.denominator)).adjusted())


def _spot(one: LocalMaximum, problem: ThresholdProblem, cuts: Texts, places: int) -> str:
    """Write one maximiser, and where it lies."""
    low, high = one.interval
    a, truth, b = map(fraction, problem.cuts)
    doubt = "" if one.certain else "; it may be none or several: the sign of G' around it was not decided"
    for cut, text, remark in zip((a, truth, b), cuts, _AT_CUTS, strict=True):
        if low == high == cut:
            return f"{text} ({remark}{doubt})"
    if high < truth:
        remark = f"truth {cuts[1]}, pulled {shared_digits(truth - high, truth - low)} towards a"
    elif low > truth:
        remark = f"truth {cuts[1]}, pulled {shared_digits(low - truth, high - truth)} towards b"
    else:
        remark = f"the truth {cuts[1]} within"
    return f"{approximation(low, high, places)} ({remark}{doubt})"


def shared_digits(low: Fraction, high: Fraction) -> str:
    """Write a positive number between two bounds, rounded to as many digits as both bounds share, four at most.

    Args:
        low: lower bound, above 0.
        high: upper bound.

    Returns:
        the digits; ``"at most"`` and a number where not even one is shared.

    Example:
        >>> shared_digits(Fraction("0.2610"), Fraction("0.2622")), shared_digits(Fraction("0.21"), Fraction("0.41"))
        ('0.26', 'at most 0.5')
    """
    for digits in (4, 3, 2, 1):
        context = Context(prec=digits)
        smallest, largest = (context.divide(Decimal(x.numerator), Decimal(x.denominator)) for x in (low, high))
        if smallest == largest:
            return _compact(smallest)
    context = Context(prec=1, rounding=ROUND_CEILING)
    return f"at most {_compact(context.divide(Decimal(high.numerator), Decimal(high.denominator)))}"


def _pair(bounds: Bounds, places: int) -> dict[str, list[str]]:
    """Write two bounds exactly, and as decimal numbers around them."""
    low, high = bounds
    outward = (math.floor(low * 10**places), math.ceil(high * 10**places))
    return {"exact": [_exact(low), _exact(high)], "decimal": [_decimal(whole, places) for whole in outward]}


def _whole(number: int) -> str:
    return f"{Decimal(number):f}"  # str() refuses an integer of more than 4,300 digits


def _exact(number: Fraction) -> str:
    return f"{_whole(number.numerator)}/{_whole(number.denominator)}"


def _decimal(whole: int, places: int) -> str:
    return _compact(Decimal(f"{_whole(whole)}E-{places}"))


def _compact(number: Decimal) -> str:
    return str(number).lower() if number else "0"


def _joined(texts: list[str]) -> str:
    return " or ".join(texts) if len(texts) < 3 else ", ".join(texts[:-1]) + " or " + texts[-1]
