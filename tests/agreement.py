"""How the certified maximum is held against a search by quadrature, and against a closed form."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mpmath import mp, mpf
from tests import reference

import lossbook as lb

Case = tuple[list[Fraction], str, Fraction, tuple[Fraction, Fraction]]


def computed(case: Case, digits: int = 15) -> Any:
    """Ask the library."""
    cuts, family, scale, weights = case
    problem = lb.ThresholdProblem(cuts[0], cuts[1:-1], cuts[-1])
    return lb.maximize_gain(problem, getattr(lb.sigmoids, family)(scale), weights, digits)


def searched(case: Case) -> reference.Maxima:
    """Ask the reference."""
    cuts, family, scale, weights = case
    return reference.maxima(cuts, reference.curve(family, scale), weights)


def apart(bounds: tuple[Fraction, Fraction], value: Fraction, error: Fraction) -> bool:
    """Whether a value lies outside bounds that are widened by its error."""
    return not bounds[0] - error <= value <= bounds[1] + error


def faults(best: Any, truth: reference.Maxima, cuts: list[Fraction], digits: int = 15) -> list[str]:
    """List every way in which a certified maximum disagrees with the search; nothing if it does not."""
    widest = Fraction(1, 10**digits) * min(1, cuts[-1] - cuts[0])
    enclosures = [*best.points, *(peak.interval for peak in best.local)]
    found = [f"width of {low}, {high}" for low, high in enclosures if not 0 <= high - low <= widest]
    for point in best.points:
        if all(apart(point, peak.place, peak.error) for peak in truth.winners):
            found.append(f"a point at {float(point[0])}")
    if len(truth.winners) == 1:
        peak = truth.winners[0]
        if all(apart(point, peak.place, peak.error) for point in best.points):
            found.append(f"no point at {float(peak.place)}")
    tops = [peak for peak in best.local if peak.interval in best.points]
    if len(tops) != len(best.points):
        found.append("a point that is not among the local maxima")
    if any(float(top.gain[1]) < truth.highest - truth.rough for top in tops):
        found.append("a gain below that of the grid")
    if not truth.resolved:
        return found
    if best.sign_pattern != truth.signs:
        found.append(f"sign pattern {best.sign_pattern}, not {truth.signs}")
    if len(best.local) != len(truth.peaks):
        return [*found, f"{len(best.local)} local maxima, not {len(truth.peaks)}"]
    pairs = zip(best.local, truth.peaks, strict=True)
    return found + [line for local, peak in pairs for line in _faults_of_one(local, peak)]


def _faults_of_one(local: Any, peak: reference.Peak) -> Iterator[str]:
    if apart(local.interval, peak.place, peak.error):
        yield f"local maximum {float(local.interval[0])}, not {float(peak.place)}"
    if apart(local.gain, peak.gain, peak.gain_error):
        yield f"gain {float(local.gain[0])}, not {float(peak.gain)}"
    if not 0 <= local.gain[1] - local.gain[0] <= abs(peak.gain) / 10**9 + peak.gain_error:
        yield f"gain too wide: {float(local.gain[1] - local.gain[0])}"
    if peak.drop <= 2 * peak.gain_error:
        yield f"the search's own gains do not show a maximum at {float(peak.place)}"
    if not local.certain:
        yield "an uncertain local maximum"


def encloses(bounds: tuple[Fraction, Fraction], middle: Fraction, place: mpf, digits: int) -> bool:
    """Whether bounds hold a closed form's place, which is measured from the truth and rounded beyond the digits."""
    with mp.workdps(digits + 90):
        low, high = (reference.exact(bound - middle) for bound in bounds)
        slack = mpf(10) ** (-digits - 10) * min(1, abs(place) or 1)
        return bool(low - slack <= place <= high + slack)
