"""Slow reference implementations at 40 digits: the definitions (11) and (14)-(16) as they stand, by mpmath alone.

Nothing here comes from the library: families, labels, quadrature, differences and the search for maxima are written a
second time; so is the learning process (9), in float64 with numpy's own random numbers. Numbers are given as exact as
they are: integers, fractions, or floats taken as the binary numbers they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
from mpmath import mp, mpf
from scipy import optimize, special

DIGITS = 40
Function = Callable[[mpf], mpf]
Quick = Callable[[np.ndarray], np.ndarray]

# The functions of u, for a scale that is as exact as the working precision; what does not depend on u is computed once.
SIGMOIDS: dict[str, Callable[[mpf], Function]] = {
    "arctan": lambda delta: lambda u, factor=2 / mp.pi: factor * mp.atan(u / delta),
    "algebraic": lambda delta: lambda u: u / mp.sqrt(u * u + delta),
    "softsign": lambda delta: lambda u: u / (abs(u) + delta),
    "tanh": lambda delta: lambda u: mp.tanh(u / delta),
    "erf": lambda delta: lambda u: mp.erf(u / delta),
}
SLOPES: dict[str, Callable[[mpf], Function]] = {
    "arctan": lambda delta: lambda u, top=2 / mp.pi * delta, square=delta**2: top / (square + u * u),
    "algebraic": lambda delta: lambda u: delta / mp.sqrt(u * u + delta) ** 3,
    "softsign": lambda delta: lambda u: delta / (abs(u) + delta) ** 2,
    "tanh": lambda delta: lambda u: mp.sech(u / delta) ** 2 / delta,
    "erf": lambda delta: lambda u, top=2 / delta: top / mp.sqrt(mp.pi) * mp.exp(-((u / delta) ** 2)),
}
WIDTHS: dict[str, Callable[[mpf], mpf]] = {"algebraic": mp.sqrt}


def exact(value: Any) -> mpf:
    """Turn an exact number into an mpf, rounded at the working precision."""
    if isinstance(value, str):
        value = Fraction(value)
    numerator, denominator = (value.p, value.q) if hasattr(value, "q") else value.as_integer_ratio()
    return mpf(int(numerator)) / int(denominator)


def _scaled(family: Callable[[mpf], Function], scale: Any) -> Function:
    """Fix the scale, as exact as the working precision of each evaluation."""
    at_precision = cache(lambda precision: family(exact(scale)))
    return lambda u: at_precision(mp.prec)(u)


def sigmoid(family: str, scale: Any) -> Function:
    """Return one family's function of one number."""
    return _scaled(SIGMOIDS[family], scale)


def slope(family: str, scale: Any) -> Function:
    """Return the derivative of one family, differentiated by hand."""
    return _scaled(SLOPES[family], scale)


def label(cuts: Sequence[Any], x: mpf) -> int:
    """Return the true label (10): +1 on the closed intervals of even number, -1 elsewhere."""
    ends = [exact(cut) for cut in cuts]
    return 1 if any(ends[i] <= x <= ends[i + 1] for i in range(0, len(ends) - 1, 2)) else -1


def pieces(low: mpf, high: mpf, centres: Sequence[mpf], width: mpf) -> list[mpf]:
    """Cut an interval at the centres and at distances that grow by 3 from each of them."""
    found = {low, high}
    for centre in centres:
        step = mpf(0)
        while abs(step) <= abs(centre - low) + abs(centre - high):
            found |= {centre - step, centre + step}
            step = 3 * step if step else width / 2
    return sorted(point for point in found if low <= point <= high)


def integral(function: Function, low: mpf, high: mpf, centres: Sequence[mpf], width: mpf) -> mpf:
    """Integrate by Gauss-Legendre rules of 48 nodes on every piece."""
    return _with_size(function, low, high, centres, width)[0]


def _with_size(function: Function, low: mpf, high: mpf, centres: Sequence[mpf], width: mpf) -> tuple[mpf, mpf]:
    """Integrate a function, and its absolute value."""
    total = size = mpf(0)
    for left, right in pairwise(pieces(low, high, centres, width)):
        middle, half = (left + right) / 2, (right - left) / 2
        terms = [weight * function(middle + half * node) for node, weight in _nodes()]
        total += half * mp.fsum(terms)
        size += half * mp.fsum(terms, absolute=True)
    return total, size


_KEPT: dict[tuple[int, int], list[tuple[mpf, mpf]]] = {}


def _nodes(level: int = 5) -> list[tuple[mpf, mpf]]:
    """Return nodes and weights of a rule on [-1, 1]: 48 of them for level 5, half as many a level below."""
    if (level, mp.prec) not in _KEPT:
        _KEPT[level, mp.prec] = mpmath.calculus.quadrature.GaussLegendre(mp).calc_nodes(level, mp.prec + 20)
    return _KEPT[level, mp.prec]


def _over_intervals(
    cuts: Sequence[Any], family: str, scale: Any, theta: Sequence[float], integrand: Callable[[int, mpf], mpf]
) -> tuple[mpf, mpf]:
    """Add up the integrals over the intervals, each with its label +1, -1, +1, ... in turn; and of absolute values."""
    delta = exact(scale)
    width = WIDTHS.get(family, lambda delta: delta)(delta)
    ends, centres = [exact(cut) for cut in cuts], [exact(part) for part in theta]
    parts = [
        _with_size(lambda x, y=(-1) ** j: integrand(y, x), low, high, centres, width)
        for j, (low, high) in enumerate(pairwise(ends))
    ]
    total, size = map(mp.fsum, zip(*parts, strict=True))
    return total, size


def _weighted(
    cuts: Sequence[Any],
    family: str,
    scale: Any,
    theta: Sequence[float],
    weights: Sequence[Any],
    part: Callable[[int, mpf], mpf],
) -> tuple[mpf, mpf]:
    """Integrate w f(y, g) for a function of label and score, and its absolute value."""
    with mp.workdps(DIGITS):
        function, parameters = sigmoid(family, scale), [exact(parameter) for parameter in theta]
        factor = {1: exact(weights[0]), -1: exact(weights[1])}
        return _over_intervals(
            cuts,
            family,
            scale,
            theta,
            lambda y, x: factor[y] * part(y, mp.fprod(function(parameter - x) for parameter in parameters)),
        )


def gain_and_size(
    cuts: Sequence[Any], family: str, scale: Any, theta: Sequence[float], weights: Sequence[Any] = (1, 1)
) -> tuple[mpf, mpf]:
    """Integrate w y g (16), and w |g|: what errors are held against."""
    return _weighted(cuts, family, scale, theta, weights, lambda y, score: y * score)


def gain(cuts: Sequence[Any], family: str, scale: Any, theta: Sequence[float], weights: Sequence[Any] = (1, 1)) -> mpf:
    """Integrate w y g (16)."""
    return gain_and_size(cuts, family, scale, theta, weights)[0]


def gain_partial(
    cuts: Sequence[Any], family: str, scale: Any, theta: Sequence[float], k: int, weights: Sequence[Any] = (1, 1)
) -> tuple[mpf, mpf]:
    """Integrate w y dg/dtheta_k, with k from 0, and its absolute value."""
    with mp.workdps(DIGITS):
        function, bend = sigmoid(family, scale), slope(family, scale)
        parameters = [exact(part) for part in theta]
        factor = {1: exact(weights[0]), -1: -exact(weights[1])}

        def integrand(y: int, x: mpf) -> mpf:
            others = mp.fprod(function(part - x) for i, part in enumerate(parameters) if i != k)
            return factor[y] * bend(parameters[k] - x) * others

        return _over_intervals(cuts, family, scale, theta, integrand)


def risk(
    cuts: Sequence[Any],
    family: str,
    scale: Any,
    theta: Sequence[float],
    loss: Function | tuple[Function, Function],
    weights: Sequence[Any] = (1, 1),
    kinks: Sequence[Function] = (),
) -> mpf:
    """Integrate w phi_y(y g) (14), for one function or a pair; every interval is split where y g is at a kink.

    A kink is a function of the integer 1, so that it is as exact as the working precision.
    """
    sides = loss if isinstance(loss, tuple) else (loss, loss)
    if not kinks:
        return _weighted(cuts, family, scale, theta, weights, lambda y, score: sides[y < 0](y * score))[0]
    with mp.workdps(DIGITS):
        function, centres, width = sigmoid(family, scale), [exact(part) for part in theta], exact(scale)
        total = mpf(0)
        for j, (low, high) in enumerate(pairwise(map(exact, cuts))):
            sign, side, levels = (-1) ** j, sides[j % 2], [kink(mpf(1)) for kink in kinks]

            def margin(x: mpf, sign: int = sign) -> mpf:
                return sign * mp.fprod(function(centre - x) for centre in centres)

            grid = list(pairwise(pieces(low, high, centres, width / 4)))
            places = [_crossing(margin, level, *ends) for level in levels for ends in grid]
            for left, right in pairwise(sorted([low, high, *(place for place in places if place is not None)])):
                part = integral(lambda x, side=side, margin=margin: side(margin(x)), left, right, centres, width)
                total += exact(weights[j % 2]) * part
        return total


def _crossing(function: Function, level: mpf, low: mpf, high: mpf) -> mpf | None:
    """Halve to the place at which a function crosses a level; None if it is on the same side at both ends."""
    sign = mp.sign(function(low) - level)
    if sign * mp.sign(function(high) - level) >= 0:
        return None
    for _ in range(mp.prec):
        middle = (low + high) / 2
        low, high = (middle, high) if mp.sign(function(middle) - level) == sign else (low, middle)
    return low


def central_difference(function: Function, point: Any, step: Any) -> mpf:
    """Differentiate by a symmetric difference at 60 digits; the error is of the order of the step squared."""
    with mp.workdps(60):
        at, width = exact(point), exact(step)
        return (function(at + width) - function(at - width)) / (2 * width)


@dataclass(frozen=True)
class Curve:
    """A sigmoid to be searched: in mpmath, and as functions of u / width for a rough search in float64.

    Where a sigmoid saturates like an exponential, `longest` is the longest piece, in widths, on which a Gauss-Legendre
    rule of 24 nodes is still exact to 25 digits, and beyond `reach` widths it is 1 to 25 digits. Elsewhere the poles
    alone decide, which are further away on further pieces: no limit.
    """

    value: Function
    slope: Function
    width: mpf
    quick_value: Quick
    quick_slope: Quick
    longest: float = float("inf")
    reach: float = float("inf")


_TAILS = {"tanh": (6.0, 32.0), "erf": (1.5, 8.5)}
_QUICK: dict[str, tuple[Quick, Quick]] = {
    "arctan": (lambda v: 2 / np.pi * np.arctan(v), lambda v: 2 / np.pi / (1 + v * v)),
    "algebraic": (lambda v: v / np.hypot(v, 1), lambda v: np.hypot(v, 1) ** -3.0),
    "softsign": (lambda v: v / (abs(v) + 1), lambda v: (abs(v) + 1) ** -2.0),
    "tanh": (np.tanh, lambda v: np.cosh(np.minimum(abs(v), 300)) ** -2.0),
    "erf": (special.erf, lambda v: 2 / np.sqrt(np.pi) * np.exp(-np.minimum(v * v, 700))),
}


def curve(family: str, scale: Any) -> Curve:
    """Return one family with all that a search needs."""
    with mp.workdps(100):
        width = WIDTHS.get(family, lambda delta: delta)(exact(scale))
    return Curve(sigmoid(family, scale), slope(family, scale), width, *_QUICK[family], *_TAILS.get(family, ()))


@dataclass(frozen=True)
class Peak:
    """One local maximum of G_w on [a, b], each number with its error, from the definition's integrals.

    `drop` is what the gain loses at the least within `step` of the place on either side: seen by gain values alone.
    """

    place: Fraction
    error: Fraction
    gain: Fraction
    gain_error: Fraction
    drop: Fraction


@dataclass(frozen=True)
class Maxima:
    """All local maxima in increasing order, and what else the search saw.

    `signs` are those of G_w' across (a, b); `resolved` says whether no two of its zeros can hide in one another;
    `highest` is the highest gain on the grid of the rough search, good to `rough` and of gain values alone.
    """

    peaks: list[Peak]
    signs: str
    resolved: bool
    highest: float
    rough: float

    @property
    def winners(self) -> list[Peak]:
        """The global maximisers: more than one only where their gains cannot be told apart."""
        best = max(peak.gain - peak.gain_error for peak in self.peaks)
        return [peak for peak in self.peaks if peak.gain + peak.gain_error >= best]


def _distances(span: mpf, shape: Curve) -> list[mpf]:
    """Cut a half line into pieces that grow by 3 from the centre, up to the longest; a saturated rest is one piece."""
    found, step = [mpf(0)], shape.width / 2
    while step < span and step < shape.reach * shape.width:
        found.append(step)
        step = min(3 * step, step + shape.longest * shape.width)
    return [*found, span]


class _Search:
    """The gain of one threshold and its slope as integrals over x, measured from a_1: A to the left, B to the right."""

    def __init__(self, cuts: Sequence[Any], shape: Curve, weights: Sequence[Any]) -> None:
        a, middle, b = map(exact, cuts)
        self.left, self.right, self.shape = middle - a, b - middle, shape
        self.weights = [exact(weight) for weight in weights]
        self.distances = _distances(self.left + self.right, shape)
        last, span = self.distances[-2:]
        saturated = span - last > shape.longest * shape.width
        self.missed = sum(self.weights) * (1 - shape.value(last)) if saturated else mpf(0)

    def integral(self, function: Function, offset: mpf, level: int = 4) -> tuple[mpf, mpf]:
        """Integrate w y f(offset - x) over [-A, B], cut at 0 and graded around the offset, and w |f|.

        The function has one sign on either side of 0, hence on each piece.
        """
        nodes, factors = zip(*_nodes(level), strict=True)
        parts = []
        for low, high, weight in ((-self.left, mpf(0), self.weights[0]), (mpf(0), self.right, self.weights[1])):
            ends = {low, high} | {offset + side * step for step in self.distances for side in (-1, 1)}
            total = size = mpf(0)
            for start, end in pairwise(sorted(end for end in ends if low <= end <= high)):
                middle, half = offset - (start + end) / 2, (end - start) / 2
                part = half * mp.fdot(factors, [function(middle - half * node) for node in nodes])
                total += part
                size += abs(part)
            parts.append((weight * total, weight * size))
        return parts[0][0] - parts[1][0], parts[0][1] + parts[1][1]

    def checked(self, function: Function, offset: mpf) -> tuple[mpf, mpf]:
        """Integrate with 48 nodes; the error is what 24 nodes change, what a saturated rest may hide, and rounding."""
        (fine, size), (coarse, _) = self.integral(function, offset, 5), self.integral(function, offset)
        missed = self.missed * (self.shape.width if function is self.shape.value else 1)
        return fine, 2 * abs(fine - coarse) + missed + size * mpf(10) ** (5 - mp.dps)

    def slope(self, offset: mpf) -> mpf:
        """Integrate w y sigma'."""
        return self.integral(self.shape.slope, offset)[0]

    def gain(self, offset: mpf) -> mpf:
        """Integrate w y sigma."""
        return self.integral(self.shape.value, offset)[0]


class _Rough:
    """The same in float64, for many offsets at once, lengths in widths: integrals over u = offset - x."""

    def __init__(self, search: _Search) -> None:
        self.left, self.right = float(search.left / search.shape.width), float(search.right / search.shape.width)
        self.weights = [float(weight) for weight in search.weights]
        self.shape = search.shape
        steps = np.array([float(step / search.shape.width) for step in search.distances])
        self.ends = np.concatenate([-steps[:0:-1], steps])
        self.nodes, self.factors = np.polynomial.legendre.leggauss(16)

    def integral(self, function: Quick, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Integrate w y f and w |f|."""
        parts = []
        for low, high, weight in (
            (offsets, offsets + self.left, self.weights[0]),
            (offsets - self.right, offsets, self.weights[1]),
        ):
            ends = np.clip(self.ends, low[:, np.newaxis], high[:, np.newaxis])
            half, middle = np.diff(ends) / 2, (ends[:, 1:] + ends[:, :-1]) / 2
            values = function(middle[..., np.newaxis] + half[..., np.newaxis] * self.nodes)
            parts.append([weight * np.sum(half * (part @ self.factors), axis=1) for part in (values, abs(values))])
        return parts[0][0] - parts[1][0], parts[0][1] + parts[1][1]

    def slope(self, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The slope, and below which size its sign is not seen."""
        value, size = self.integral(self.shape.quick_slope, offsets)
        return value, 1e-14 * size

    def grid(self) -> np.ndarray:
        """Offsets that crowd at both ends and at the truth, down to a millionth of the shortest length."""
        span = self.left + self.right
        steps = np.geomspace(1e-6 * min(1.0, self.left, self.right), span, 60)
        around = [centre + side * steps for centre in (-self.left, 0.0, self.right) for side in (-1, 1)]
        inner = np.concatenate([*around, np.linspace(-6, 6, 49)])
        return np.unique(np.concatenate([inner[(inner > -self.left) & (inner < self.right)], [0.0]]))


def _signs(search: _Search, rough: _Rough) -> tuple[list[tuple[float, int]], bool]:
    """Return offsets, in widths, with the proved signs of the slope there, and whether close calls are settled."""
    offsets = rough.grid()
    values, noise = rough.slope(offsets)
    settled = True
    for turn in range(4):  # a slope that turns back without changing its sign may hide two zeros: look closer
        size = abs(values)
        dips = 1 + np.flatnonzero(
            (values[1:-1] * values[:-2] > 0)
            & (values[1:-1] * values[2:] > 0)
            & (size[1:-1] < size[:-2])
            & (size[1:-1] < size[2:])
            & (size[1:-1] > noise[1:-1])
        )
        if turn == 3:
            settled = all(size[i] > 1e3 * noise[i] for i in dips)
        elif dips.size:
            closer = [np.linspace(offsets[i - 1], offsets[i + 1], 21) for i in dips]
            offsets = np.unique(np.concatenate([offsets, *closer]))
            values, noise = rough.slope(offsets)
    signs = np.where(abs(values) > noise, np.sign(values), 0).astype(int)
    found = [(float(offset), int(sign)) for offset, sign in zip(offsets, signs, strict=True) if sign]
    ends = _signs_at_ends(search, rough)
    if not found:  # so balanced that float64 sees nothing
        width = search.shape.width
        places = np.concatenate([np.linspace(-rough.left, 0, 9)[1:-1], np.linspace(0, rough.right, 9)[1:-1]])
        found = [(float(place), _sign(search, mpf(float(place)) * width)) for place in places]
        found = [(place, sign) for place, sign in found if sign]
    sequence = [(-rough.left, ends[0]), *found, (rough.right, ends[1])]
    return [(offset, sign) for offset, sign in sequence if sign], settled and 0 not in ends


def _sign(search: _Search, offset: mpf) -> int:
    value, error = search.checked(search.shape.slope, offset)
    return int(mp.sign(value)) if abs(value) > error else 0


def _signs_at_ends(search: _Search, rough: _Rough) -> list[int]:
    """Return the slope's signs at both ends: from float64 where that is plain, as inside, else from 36 digits."""
    values, noise = rough.slope(np.array([-rough.left, rough.right]))
    return [
        int(np.sign(value)) if abs(value) > 1e3 * least else _sign_at_end(search, end, inward)
        for value, least, end, inward in zip(values, noise, (-search.left, search.right), (1, -1), strict=True)
    ]


def _sign_at_end(search: _Search, end: mpf, inward: int) -> int:
    """Return the slope's sign at an end, or where it is 0 there, right inside."""
    unit = min(search.left, search.right, search.shape.width)
    return _sign(search, end) or _sign(search, end + inward * unit / 10**6)


def _fraction(number: mpf) -> Fraction:
    """Turn an mpf into the fraction that it is; what is below 1e-200 becomes 0."""
    if abs(number) < mpf(10) ** -200:
        return Fraction(0)
    sign, mantissa, exponent, _ = number._mpf_
    return Fraction((-1) ** sign * int(mantissa)) * Fraction(2) ** exponent


def _zero(search: _Search, start: mpf) -> tuple[mpf, mpf]:
    """Find where the slope falls through 0: the offset and its error, with both signs seen beyond the noise."""
    _, noise = search.checked(search.shape.slope, start)
    unit = _unit(search, start)
    reach = unit / 10**14
    while True:
        reach *= 10**2
        low, high = search.slope(start - reach), search.slope(start + reach)
        if low > noise and high < -noise:
            break
        if reach > unit:
            raise ArithmeticError("no zero of the slope near the start")
    offset = start - reach + 2 * reach * low / (low - high)
    error = reach / 10**9
    while error < reach:
        if search.slope(offset - error) > noise and search.slope(offset + error) < -noise:
            return offset, error
        error *= 10**3
    return offset, 2 * reach


def _unit(search: _Search, offset: mpf) -> mpf:
    """Return over which length the slope bends: the distance to a cut, but not below the sigmoid's own width."""
    nearest = min(abs(offset), abs(offset + search.left), abs(offset - search.right))
    return min(max(search.shape.width, nearest), search.left + search.right)


def _peak(search: _Search, place: Fraction, offset: mpf, error: mpf, sides: Sequence[int]) -> Peak:
    """Evaluate the gain at a maximum and beside it."""
    gain, noise = search.checked(search.shape.value, offset)
    noise += error * (abs(search.slope(offset - error)) + abs(search.slope(offset + error)))
    step = _unit(search, offset) / 10**7
    drop = min(gain - search.gain(offset + side * step) for side in sides)
    return Peak(place, _fraction(error), *map(_fraction, (gain, noise, drop)))


def maxima(cuts: Sequence[Any], shape: Curve, weights: Sequence[Any] = (1, 1)) -> Maxima:
    """Search all local maxima of the weighted gain of one threshold on [a, b].

    The slope's integral is scanned in float64 on a graded grid; each fall through 0 is refined at 36 digits or more;
    the gain's integral is evaluated there and beside it.
    """
    start, middle, end = (Fraction(str(cut)) if not isinstance(cut, float) else Fraction(cut) for cut in cuts)
    lengths = (float(middle - start), float(end - middle))
    flatness = max(0, int(np.ceil(np.log10(float(shape.width) / min(lengths)))))
    with mp.workdps(36 + 2 * flatness):
        search = _Search((start, middle, end), shape, weights)
        rough = _Rough(search)
        sequence, settled = _signs(search, rough)
        peaks = []
        if sequence[0][1] < 0:
            peaks.append(_peak(search, start, -search.left, mpf(0), [1]))
        for (low, sign), (high, after) in pairwise(sequence):
            if sign > 0 > after:
                root = _rough_zero(rough, low, high)
                offset, error = _zero(search, mpf(root) * shape.width)
                peaks.append(_peak(search, middle + _fraction(offset), offset, error, [-1, 1]))
        if sequence[-1][1] > 0:
            peaks.append(_peak(search, end, search.right, mpf(0), [-1]))
        signs = [sign for _, sign in sequence]
        pattern = "".join("+" if s > 0 else "-" for s, t in zip(signs, [0, *signs], strict=False) if s != t)
        gains, sizes = rough.integral(shape.quick_value, rough.grid())
        length = float(shape.width)
        return Maxima(peaks, pattern, settled, float(gains.max()) * length, 1e-13 * float(sizes.max()) * length)


def _rough_zero(rough: _Rough, low: float, high: float) -> float:
    """Find a zero of the slope in float64; the middle where an end's sign is beyond float64."""

    def value(offset: float) -> float:
        return float(rough.slope(np.array([offset]))[0][0])

    if value(low) > 0 > value(high):
        return float(optimize.brentq(value, low, high, xtol=1e-300, rtol=1e-15))
    return (low + high) / 2


def wrong_shares(cuts: Sequence[float], theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, for places of shape (replicas, n), the shares of all, of the positive and of the negative set."""
    low, *inner, high = cuts
    count = len(theta)
    fixed = np.broadcast_to(np.array(cuts), (count, len(cuts)))
    ends = np.sort(np.concatenate([fixed, np.clip(theta, low, high)], axis=1), axis=1)
    middle, width = (ends[:, 1:] + ends[:, :-1]) / 2, np.diff(ends, axis=1)
    positive = sum(middle > cut for cut in inner) % 2 == 0
    guess = sum(middle > theta[:, k, np.newaxis] for k in range(theta.shape[1])) % 2 == 0
    missed, extra = (width * (positive & ~guess)).sum(axis=1), (width * (~positive & guess)).sum(axis=1)
    positives = sum(right - left for left, right in list(pairwise(cuts))[::2])
    return (missed + extra) / (high - low), missed / positives, extra / (high - low - positives)


def learning(
    cuts: Sequence[float],
    shape: Curve,
    drop: Quick | tuple[Quick, Quick],
    rates: np.ndarray,
    start: np.ndarray,
    *,
    weights: tuple[float, float] = (1, 1),
    batch: int = 1,
    momentum: float = 0.0,
    nesterov: bool = False,
    burn_in: int = 0,
    clip: bool = True,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """Run the learning process (9), one step of all replicas after the other, on points of numpy's own generator.

    `drop` is minus the derivative of the margin loss, a pair of them for a loss with one function for each class,
    `rates` has the learning rate of each step, and `start`, of shape (replicas, n), the places at which the replicas
    start. Gives each replica's statistics by name.
    """
    random, (low, *inner, high), width = np.random.default_rng(seed), cuts, float(shape.width)
    theta, speed = start.astype(np.float64), np.zeros(start.shape)
    places, shares = [], []
    sides = drop if isinstance(drop, tuple) else (drop, drop)
    for step, rate in enumerate(rates):
        x = random.uniform(low, high, (len(theta), batch))
        y = 1 - 2 * (sum(x > cut for cut in inner) % 2)
        distance = ((theta + momentum * speed if nesterov else theta)[:, np.newaxis, :] - x[:, :, np.newaxis]) / width
        values, slopes = shape.quick_value(distance), shape.quick_slope(distance) / width
        drops = [side(y * values.prod(axis=2)) for side in sides]
        pull = np.where(y > 0, *weights) * y * np.where(y > 0, *drops)
        others = np.stack([np.delete(values, k, axis=2).prod(axis=2) for k in range(theta.shape[1])], axis=2)
        gradient = (high - low) * (pull[:, :, np.newaxis] * slopes * others).mean(axis=1)
        speed = momentum * speed + rate * gradient
        theta = np.clip(theta + speed, low, high) if clip else theta + speed
        if step >= burn_in:
            places.append(theta)
            shares.append(wrong_shares(cuts, theta))
    error, missed, extra = np.mean(shares, axis=0)
    found = {"mean": np.mean(places, axis=0), "variance": np.var(places, axis=0), "final": theta}
    return found | {"error_rate": error, "sensitivity": 1 - missed, "specificity": 1 - extra}
