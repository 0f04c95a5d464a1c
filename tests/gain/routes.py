"""Integrals of products of sigmoids by other routes: partial fractions, and quadrature of the definition, by mpmath.

Softsign and tanh have closed forms for any number of different thresholds. Between two neighbouring thresholds the
softsign is s - d / (p - x) with the side s = ±1 and the pole p = theta + s d. The tanh is (A - w) / (A + w) in
w = exp(2 x / d), A = exp(2 theta / d), and dx = d dw / (2 w).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mpmath import mp, mpf
from tests import reference
from tests.reference import exact

DIGITS = 300


@dataclass(frozen=True)
class Integrals:
    """Over each interval: of the product, and of its partial derivatives for some k."""

    values: list[mpf]
    slopes: dict[int, list[mpf]]


def softsign(cuts: Sequence[Any], theta: Sequence[float], scale: Any, partials: Sequence[int] = ()) -> Integrals:
    """Integrate by partial fractions in x, between neighbouring thresholds and cuts."""
    with mp.workdps(DIGITS):
        delta, centres = exact(scale), [exact(part) for part in theta]
        values, slopes = [], {k: [] for k in partials}
        for low, high in pairwise(map(exact, cuts)):
            inner = sorted({low, high, *(centre for centre in centres if low < centre < high)})
            pieces = [_SoftsignPiece(delta, centres, *ends) for ends in pairwise(inner)]
            values.append(mp.fsum(piece.value() for piece in pieces))
            for k, found in slopes.items():
                found.append(mp.fsum(piece.slope(k) for piece in pieces))
        return Integrals(values, slopes)


class _SoftsignPiece:
    def __init__(self, delta: mpf, centres: list[mpf], low: mpf, high: mpf) -> None:
        self.delta, self.low, self.high = delta, low, high
        self.sides = [1 if low + high < 2 * centre else -1 for centre in centres]
        self.poles = [centre + side * delta for centre, side in zip(centres, self.sides, strict=True)]

    def fractions(self, chosen: Sequence[int]) -> tuple[int, dict[int, mpf]]:
        """Write the product of the chosen factors as a constant and a sum of c_i / (x - p_i)."""
        residues = {
            i: self.delta
            * mp.fprod(self.sides[j] + self.delta / (self.poles[i] - self.poles[j]) for j in chosen if j != i)
            for i in chosen
        }
        return int(mp.fprod(self.sides[i] for i in chosen)), residues

    def logarithm(self, pole: mpf) -> mpf:
        return mp.log((self.high - pole) / (self.low - pole))

    def value(self) -> mpf:
        constant, residues = self.fractions(range(len(self.poles)))
        return constant * (self.high - self.low) + mp.fsum(
            c * self.logarithm(self.poles[i]) for i, c in residues.items()
        )

    def slope(self, k: int) -> mpf:
        """Integrate d / (x - q)^2 times the others, q the pole of number k."""
        q = self.poles[k]
        constant, residues = self.fractions([i for i in range(len(self.poles)) if i != k])
        square = 1 / (self.low - q) - 1 / (self.high - q)
        total = constant * square
        for i, residue in residues.items():
            apart = self.poles[i] - q
            total += residue * ((self.logarithm(self.poles[i]) - self.logarithm(q)) / apart**2 - square / apart)
        return self.delta * total


def tanh(cuts: Sequence[Any], theta: Sequence[float], scale: Any, partials: Sequence[int] = ()) -> Integrals:
    """Integrate by partial fractions in w = exp(2 x / d)."""
    with mp.workdps(DIGITS):
        delta = exact(scale)
        roots = [mp.exp(2 * exact(part) / delta) for part in theta]
        count = range(len(roots))
        residues = [
            -2 * mp.fprod((a + b) / (a - b) for j, a in enumerate(roots) if j != i) for i, b in enumerate(roots)
        ]

        def value(x: mpf) -> mpf:
            w = mp.exp(2 * x / delta)
            return x + delta / 2 * mp.fsum(residues[i] * mp.log(w + roots[i]) for i in count)

        def slope(x: mpf, k: int) -> mpf:
            w, a = mp.exp(2 * x / delta), roots[k]
            others = [(i, b) for i, b in enumerate(roots) if i != k]
            terms = [
                (1 / (a + b) - 1 / (a - b)) * (residues[i] * mp.log(w + b) + residues[k] * mp.log(w + a))
                for i, b in others
            ]
            return a * (mp.fsum(terms) + residues[k] / (w + a))

        ends = list(pairwise(map(exact, cuts)))
        values = [value(high) - value(low) for low, high in ends]
        return Integrals(values, {k: [slope(high, k) - slope(low, k) for low, high in ends] for k in partials})


INTEGRALS = {"softsign": softsign, "tanh": tanh}


def quadrature(
    family: str, cuts: Sequence[Any], theta: Sequence[float], scale: Any, partials: Sequence[int] = (), digits: int = 25
) -> Integrals:
    """Integrate the definition by a rule of 24 nodes on pieces that are halved until they are short."""
    with mp.workdps(digits):
        delta, centres = exact(scale), [exact(part) for part in theta]
        width = reference.WIDTHS.get(family, lambda delta: delta)(delta)
        found: list[list[mpf]] = []
        for low, high in pairwise(map(exact, cuts)):
            inner = sorted({low, high, *(centre for centre in centres if low < centre < high)})
            pieces = [piece for ends in pairwise(inner) for piece in _halved(*ends, centres, width)]
            parts = [_rule(family, delta, centres, partials, *piece) for piece in pieces]
            found.append([mp.fsum(part) for part in zip(*parts, strict=True)])
        values, *slopes = map(list, zip(*found, strict=True))
        return Integrals(values, dict(zip(partials, slopes, strict=True)))


def _halved(low: mpf, high: mpf, centres: list[mpf], width: mpf) -> list[tuple[mpf, mpf]]:
    nearest = min(max(low - centre, centre - high) for centre in centres)
    if high - low <= max(width, nearest) / 2:
        return [(low, high)]
    middle = (low + high) / 2
    return _halved(low, middle, centres, width) + _halved(middle, high, centres, width)


def _rule(family: str, delta: mpf, centres: list[mpf], partials: Sequence[int], low: mpf, high: mpf) -> list[mpf]:
    middle, half = (low + high) / 2, (high - low) / 2
    sigma, slope = reference.SIGMOIDS[family](delta), reference.SLOPES[family](delta)
    totals = [mpf(0)] * (1 + len(partials))
    for node, weight in reference._nodes(4):
        x = middle + half * node
        factors = [sigma(centre - x) for centre in centres]
        totals[0] += half * weight * mp.fprod(factors)
        for place, k in enumerate(partials, 1):
            others = mp.fprod(factor for i, factor in enumerate(factors) if i != k)
            totals[place] += half * weight * others * slope(centres[k] - x)
    return totals
