r"""The birth and the death of an interval for two thresholds: the search of the whole square against the proofs.

The outer intervals have the length $L$; as the middle one gets longer, the best pair of thresholds passes through the
four :data:`PHASES`, in this order. So there are three lengths at which a phase begins. They are *searched*, by
bisection on what :class:`lossbook.comparison.whole_square.Square` finds; and three lengths of
:mod:`lossbook.certified.merging` are *proved*: where merged pairs in the middle and at an end are equal, where the pair
in the middle parts, and from where on both thresholds stay at the ends. Where the pair in the middle parts before it is
as good as one at an end, the class between is born by a jump, and the first two searched lengths are one.

Numbers are rounded to as many digits as they are known to, so that a row is the same on every machine.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from lossbook.arguments import exact
from lossbook.balls import UnresolvedError
from lossbook.certified import merging
from lossbook.certified.global_maximum import enclose_maximum
from lossbook.comparison.tables import rounded
from lossbook.comparison.whole_square import Square, length_of
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid

_SPLIT, _LOST = merging.PHASES[0], merging.PHASES[4]
PHASES = (merging.PHASES[2], merging.PHASES[1], _SPLIT, _LOST)  # as the middle interval gets longer
SEARCHED_DIGITS, PROVED_DIGITS = 5, 8
_AT_AN_END, _APART = 1e-4, 1e-2  # of min(1, L): nearer to an end is at it, and nearer to each other is merged
_LOOKS, _MORE_LOOKS = np.geomspace(0.1, 20, 16), (0.3, 1.0, 3.0)  # middle lengths; the first in units of min(L, 2)
_GRAIN = 256  # middle lengths between the changes are whole multiples of 1/256


class Changes(NamedTuple):
    """Lengths of the middle interval at which the best pair of thresholds changes, for one outer length.

    Attributes:
        leaves: from where on the best pair is not merged at an end; searched.
        born: from where on it is split, and the class between is predicted; searched.
        lost: from where on both outer classes are lost; searched, infinite if they are not up to the longest looked at.
        equal: where merged pairs in the middle and at an end have equal gains; proved.
        parts: where the merged pair in the middle parts; proved.
        corner: from where on both thresholds stay at the ends; proved, infinite if there is no such length.
    """

    leaves: float
    born: float
    lost: float
    equal: float
    parts: float
    corner: float


def searched_phase(sigma: OddSigmoid, outer: Any, middle: Any) -> str:
    """Say what the best pair of the whole square predicts.

    Args:
        sigma: an odd sigmoid of a scale near 1.
        outer: $L$, the length of both outer intervals, an exact positive number.
        middle: $M$, the length of the middle one, an exact positive number.

    Returns:
        one of :data:`PHASES`.

    Raises:
        ArithmeticError: if only one threshold stands at an end, for the theory has no such phase.

    Example:
        >>> from lossbook.sigmoid.families import tanh
        >>> [searched_phase(tanh(), "1/2", middle) for middle in ("1/4", 3)]
        ['merged at an end', 'both outer classes lost']
    """
    square = Square(sigma, length_of(outer, "outer"), length_of(middle, "middle"))
    first, second = square.best()
    unit = min(1.0, square.outer)
    at_ends = (first < _AT_AN_END * unit, second > square.whole - _AT_AN_END * unit)
    if second - first < _APART * unit:
        return PHASES[0] if any(at_ends) else PHASES[1]
    if any(at_ends) and not all(at_ends):
        raise ArithmeticError(f"one outer class of two is lost at L = {square.outer:g}, M = {square.middle:g}")
    return _LOST if all(at_ends) else _SPLIT


def _looks(sigma: OddSigmoid, outer: float) -> list[tuple[float, int]]:
    """Middle lengths in increasing order with the places of their phases in PHASES, which increase too."""
    middles = sorted([*(_LOOKS * min(outer, 2.0)).tolist(), *_MORE_LOOKS])
    seen = [(0.0, 0), *((middle, PHASES.index(searched_phase(sigma, outer, middle))) for middle in middles)]
    order = [place for _, place in seen]
    if order != sorted(order):
        raise ArithmeticError(f"the phases do not follow each other at L = {outer:g}: {order}")
    return seen


def searched_changes(sigma: OddSigmoid, outer: Any) -> tuple[float, float, float]:
    """Search for the middle lengths at which the phases change, of which up to 20 min(L, 2), and 3, are looked at.

    Args:
        sigma: an odd sigmoid of a scale near 1.
        outer: $L$, the length of both outer intervals, an exact positive number.

    Returns:
        where the second, the third and the fourth of :data:`PHASES` begins, to five digits; infinite if it does not.
        An ``ArithmeticError`` says so if the phases are not seen to follow each other in order.
    """
    length = length_of(outer, "outer")
    seen, found = _looks(sigma, length), []
    for wanted in (1, 2, 3):
        low = max(middle for middle, place in seen if place < wanted)
        high = min((middle for middle, place in seen if place >= wanted), default=math.inf)
        while math.isfinite(high) and high - low > 10**-SEARCHED_DIGITS * high:
            half = (low + high) / 2
            before = PHASES.index(searched_phase(sigma, length, half)) < wanted
            low, high = (half, high) if before else (low, half)
        found.append(rounded(high, SEARCHED_DIGITS))
    leaves, born, lost = found
    return leaves, born, lost


def proved_changes(sigma: OddSigmoid, outer: Any) -> tuple[float, float, float]:
    """Enclose the middle lengths at which theory sees a change.

    Args:
        sigma: an odd sigmoid.
        outer: $L$, the length of both outer intervals, an exact positive number.

    Returns:
        :func:`~lossbook.certified.merging.centred_middle`, :func:`~lossbook.certified.merging.critical_middle` and
        :func:`~lossbook.certified.merging.losing_middle`, to eight digits; the last is infinite where there is none.

    Example:
        >>> from lossbook.sigmoid.families import tanh
        >>> proved_changes(tanh(), 1)
        (0.51371896, 1.2067959, inf)
    """
    functions = merging.centred_middle, merging.critical_middle, merging.losing_middle
    bounds = [function(sigma, outer, digits=PROVED_DIGITS + 1) for function in functions]
    equal, parts, corner = (rounded(float(one[0]), PROVED_DIGITS) if one else math.inf for one in bounds)
    return equal, parts, corner


def changes(sigma: OddSigmoid, outer: Any) -> Changes:
    """Find all changes for one outer length, searched and proved.

    Args:
        sigma: an odd sigmoid of a scale near 1.
        outer: $L$, the length of both outer intervals, an exact positive number.

    Returns:
        the middle lengths.
    """
    return Changes(*searched_changes(sigma, outer), *proved_changes(sigma, outer))


def middles_between(sigma: OddSigmoid, outer: Any) -> list[str]:
    r"""Choose middle lengths in every phase, from the proved changes.

    They are $\frac45$ of the first change, half-way to the second, $\frac{11}{10}$ of the second, half-way from it to
    the third (or to four times it, if that is less), and $\frac{23}{20}$ of the third, if there is one.

    Args:
        sigma: an odd sigmoid.
        outer: $L$, the length of both outer intervals, an exact positive number.

    Returns:
        the lengths, each rounded to a whole multiple of 1/256 and written as an exact fraction.
    """
    equal, parts, corner = proved_changes(sigma, outer)
    chosen = [0.8 * equal, (equal + parts) / 2, 1.1 * parts, (parts + min(corner, 4 * parts)) / 2, 1.15 * corner]
    return [str(Fraction(round(_GRAIN * middle), _GRAIN)) for middle in chosen if math.isfinite(middle)]


def certified_phase(sigma: OddSigmoid, outer: Any, middle: Any) -> str:
    """Certify what the best pair predicts, by branch and bound.

    Args:
        sigma: an odd sigmoid.
        outer: $L$, the length of both outer intervals, an exact positive number.
        middle: $M$, the length of the middle one, an exact positive number.

    Returns:
        one of :data:`lossbook.certified.merging.PHASES`, of the first of the certified points.
    """
    length, inner = (exact(value, name, positive=True) for value, name in ((outer, "outer"), (middle, "middle")))
    problem = ThresholdProblem(0, [length, length + inner], 2 * length + inner)
    try:
        return merging.phase_of(problem, enclose_maximum(problem, sigma).points[0])
    except UnresolvedError:
        return merging.PHASES[-1]


def certified_phases(sigma: OddSigmoid, outer: Any) -> list[tuple[str, str]]:
    """Certify the phases on both sides of all changes for one outer length.

    Args:
        sigma: an odd sigmoid.
        outer: $L$, the length of both outer intervals, an exact positive number.

    Returns:
        for each of :func:`middles_between` the length, and the phase.
    """
    return [(middle, certified_phase(sigma, outer, middle)) for middle in middles_between(sigma, outer)]
