r"""The largest gain of a few thresholds, with proved bounds of where it is.

A numeric search proposes; three proofs decide.

1. *A zone* is a box round a proposed maximiser on which the Hessian is negative definite in the thresholds that no end
   of the interval holds, and the partial derivatives of the held ones lead outwards. So it holds at most one local
   maximiser, and with $H\le-\lambda$ and a middle $c$ that one is at most $|\nabla G(c)|/\lambda$ away from $c$.
2. *Branch and bound* (:mod:`lossbook.certified.branching`, and :mod:`lossbook.certified.refining` for the last few)
   drops every box of $[a,b]^n$ outside the zones.
3. Where several zones are left, their gains are enclosed and compared.

If two proposed thresholds are equal, the zone is symmetric in them. So is the gain: its only maximiser there has them
exactly equal, and the class between them is never predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from lossbook.arguments import fraction, whole
from lossbook.balls import Ball, UnresolvedError, exact_rational
from lossbook.certified.branching import Boxes, Pruning, Zone, first_boxes, halved, zone_of
from lossbook.certified.curvature import BoxHessian, is_negative_definite
from lossbook.certified.lattice import Lattice
from lossbook.certified.points import Bounds, PointGain, outer_bounds
from lossbook.certified.refining import Refinement, sides_of
from lossbook.certified.slope import Interval
from lossbook.multistart import Optimum, search_maximum
from lossbook.problem import ThresholdProblem, checked_problem
from lossbook.sigmoid import OddSigmoid, checked_sigmoid

MOST_THRESHOLDS = 4
_STARTS = 32
_ZONES = 8  # sizes tried
_LEVELS = 10
_REFINED, _FEW = (3, 6), 60  # at these levels so few boxes are looked at one by one
_MOST_REFINED = 500
_MOST_BOXES = 200_000
_MOST_CELLS = 2048  # of a lattice, whose tables have four numbers a pair of cells
_CLOSE = 1e-6  # gains so near, in parts of the largest possible, are proposed too
_NEWTON_STEPS = 40
_BITS = 64
_MODULI = (fmpq(3, 4), fmpq(1, 2), fmpq(1, 8))  # of the middle's smallest curvature: proved on a zone


@dataclass(frozen=True)
class GlobalMaximum:
    """What is proved of the largest gain.

    Attributes:
        points: for each global maximiser, up to the order of its thresholds, an enclosure of each threshold; several if
            there is a tie, or if the gains could not be told apart.
        gain: bounds of the largest gain.
        merged: of the first point: groups of thresholds that are proved to be equal, as indices from 0.
        held: of the first point: the thresholds that are proved to be at an end of the interval.
        boxes: how many boxes were looked at.
    """

    points: list[tuple[Bounds, ...]]
    gain: Bounds
    merged: tuple[tuple[int, ...], ...]
    held: tuple[int, ...]
    boxes: int


@dataclass
class _Peak:
    """One proposed maximiser with its zone; places are counted from a."""

    middle: list[fmpq]
    held: tuple[int, ...]
    merged: tuple[tuple[int, ...], ...]
    zone: list[Interval]
    modulus: Ball

    @property
    def free(self) -> list[int]:
        """The thresholds that no end holds."""
        return [k for k in range(len(self.middle)) if k not in self.held]


class _Certification:
    """One problem, with all that its proofs need; lengths are counted from a."""

    def __init__(self, problem: ThresholdProblem, sigma: OddSigmoid, weights: Any, digits: int) -> None:
        moved = ThresholdProblem(0, [cut - problem.a for cut in problem.thresholds], problem.b - problem.a)
        self.problem, self.sigma, self.weights, self.digits = moved, sigma, weights, digits
        self.points = PointGain(moved, sigma, weights, digits + 3)
        self.length = self.points.cuts[-1]
        self.factors = [weight * (1 - 2 * (j % 2)) for j, weight in enumerate(self.points.weights)]
        self.scale = fmpq(*sigma.half_saturation.as_integer_ratio())
        self.hessian = BoxHessian(sigma, self.points.cuts, self.factors, self.scale)

    def peaks(self) -> list[_Peak]:
        """Propose maximisers and prove their zones."""
        found = search_maximum(self.problem, self.sigma, self.weights, starts=_STARTS)
        total = float(sum(abs(factor) * length for factor, length in zip(self.factors, self._lengths(), strict=True)))
        near = [optimum for optimum in found.optima if optimum.gain >= found.gain - _CLOSE * total]
        return [self.peak(optimum) for optimum in near]

    def _lengths(self) -> list[fmpq]:
        return [high - low for low, high in zip(self.points.cuts, self.points.cuts[1:], strict=False)]

    def peak(self, optimum: Optimum) -> _Peak:
        """Prove a zone round one proposed maximiser."""
        end = float(self.problem.b)  # the exact end need not be a double
        middle = [self.length if place == end else _near(float(place)) for place in optimum.theta]
        held = tuple(k for k, place in enumerate(middle) if place in (0, self.length))
        for size in range(_ZONES):
            radius = self.scale / 2**size
            zone = [(max(fmpq(0), place - radius), min(self.length, place + radius)) for place in middle]
            with ctx.workprec(_BITS):
                modulus = self._modulus(middle, zone, held, 2**size)
            if modulus is not None:
                peak = _Peak(middle, held, optimum.merged, zone, modulus)
                self._polish(peak)
                return peak
        raise UnresolvedError(
            f"the Hessian is not shown to be negative definite round theta = {[float(place) for place in middle]}:"
            " a maximum that is flat, or about to split, is not enclosed"
        )

    def _modulus(self, middle: list[fmpq], zone: list[Interval], held: tuple[int, ...], fineness: int) -> Ball | None:
        """Prove that the zone holds at most one maximiser; give how strongly the gain is concave there."""
        box = self.hessian(zone, fineness)
        if held:
            slopes = self.points.both(middle)[1]
            reach = max(high - low for low, high in zone)
            for k in held:
                outwards = slopes[k] if middle[k] == self.length else -slopes[k]
                if not outwards - sum(map(abs, box[k]), arb(0)) * reach > 0:
                    return None
            face = [(middle[k], middle[k]) if k in held else side for k, side in enumerate(zone)]
            box = self.hessian(face, fineness)  # the held thresholds stay at their ends
        free = [k for k in range(len(zone)) if k not in held]
        if not free:
            return arb(1)
        rows = [[box[k][i] for i in free] for k in free]
        if not is_negative_definite(rows):
            return None
        values = np.linalg.eigvalsh([[float(entry.mid()) for entry in row] for row in rows])
        for part in _MODULI:
            modulus = part * fmpq(*float(-values[-1]).as_integer_ratio()) if values[-1] < 0 else fmpq(0)
            if modulus > 0 and is_negative_definite(rows, modulus):
                return arb(modulus)
        return None

    def _polish(self, peak: _Peak) -> None:
        """Move the middle to the maximiser by Newton's method with one approximate Hessian."""
        if not peak.free:
            return
        with ctx.workprec(_BITS):
            box = self.hessian([(place, place) for place in peak.middle])
        rows = [[float(box[k][i].mid()) for i in peak.free] for k in peak.free]
        inverse = np.linalg.inv(np.array(rows))
        wanted = fmpq(1, 10) ** (self.digits + 1) * self.length
        for _ in range(_NEWTON_STEPS):
            slopes = self.points.both(peak.middle)[1]
            size = max(float(abs(slopes[k].mid())) for k in peak.free)
            if size == 0:
                return
            parts = np.array([float(slopes[k].mid()) / size for k in peak.free])
            moves = [_near(move) * _near(size) for move in (inverse @ parts).tolist()]
            for k, move in zip(peak.free, moves, strict=True):
                peak.middle[k] -= move
            self._tidy(peak, wanted)
            if max(abs(move) for move in moves) < wanted / 16:
                return

    def _tidy(self, peak: _Peak, wanted: fmpq) -> None:
        """Keep merged thresholds equal, within the zone, and the fractions short."""
        for group in peak.merged:
            mean = sum((peak.middle[k] for k in group), fmpq(0)) / len(group)
            for k in group:
                peak.middle[k] = mean
        grid = wanted / 64
        for k in peak.free:
            low, high = peak.zone[k]
            peak.middle[k] = min(max((peak.middle[k] / grid).floor() * grid, low), high)

    def radius(self, peak: _Peak) -> fmpq:
        """Bound how far the zone's maximiser is from its middle; it must be inside."""
        if not peak.free:
            return fmpq(0)
        slopes = self.points.both(peak.middle)[1]
        with ctx.workprec(self.points.bits):
            norm = sum((abs(slopes[k]) for k in peak.free), arb(0))
            radius = exact_rational((norm / peak.modulus).upper())
        for k in peak.free:
            low, high = peak.zone[k]
            if not low < peak.middle[k] - radius or not peak.middle[k] + radius < high:
                raise UnresolvedError(f"no maximum is shown to lie near theta = {[float(p) for p in peak.middle]}")
        return radius

    def drop_the_rest(self, peaks: Sequence[_Peak], best: float) -> int:
        """Drop every box outside the zones; give how many there were."""
        zones = [zone_of(peak.zone, self.length) for peak in peaks]
        refinement = Refinement(self.points, self.hessian, [peak.zone for peak in peaks], best)
        cells = max(2, int(np.ceil(float(self.length / self.scale))))
        boxes, looked = first_boxes(self.problem.n, cells), 0
        for level in range(_LEVELS):
            looked += len(boxes.places)
            if looked > _MOST_BOXES or cells > _MOST_CELLS:
                break
            boxes = self._kept(boxes, cells, best, zones)
            if not len(boxes.places):
                return looked
            if level in _REFINED and len(boxes.places) <= _FEW:
                left, more = refinement.left(sides_of(boxes, self.length / (2 * cells)), _MOST_REFINED)
                looked += more
                if not left:
                    return looked
            boxes, cells = halved(boxes, cells), 2 * cells
        raise UnresolvedError(
            f"{len(boxes.places)} boxes are left after {looked}: the gain is too flat, or the interval too long against"
            f" the sigmoid's width ({float(self.length / self.scale):.3g} of them)"
        )

    def _kept(self, boxes: Boxes, cells: int, best: float, zones: Sequence[Zone]) -> Boxes:
        lattice = Lattice(self.sigma, self.points.cuts, self.factors, cells)
        return Pruning(lattice, best, zones).kept(boxes)


def _near(number: float) -> fmpq:
    return fmpq(*number.as_integer_ratio())


def enclose_maximum(
    problem: ThresholdProblem, sigma: OddSigmoid, weights: Any = (1, 1), digits: int = 12
) -> GlobalMaximum:
    r"""Enclose every global maximiser of the weighted gain over $\theta\in[a,b]^n$, rigorously.

    Args:
        problem: the interval and its true thresholds, n from 1 to 4.
        sigma: an odd sigmoid with all axioms proved, analytic off 0.
        weights: class weights $(w_+,w_-)$, or $n+1$ weights, one an interval; positive.
        digits: from 1 to 50: the thresholds' wanted width, as a part of the interval.

    Returns:
        enclosures; an ``UnresolvedError`` is raised where the proof fails: at a flat maximum, or on an interval of
        thousands of widths, a ``TypeError`` if an argument is not of its kind.

    Raises:
        ValueError: if a number is out of range, or an axiom of the sigmoid is not proved.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> best = enclose_maximum(ThresholdProblem(0, [1, 2], 3), arctan())
        >>> best.merged, [round(float(low), 9) for low, high in best.points[0]]
        (((0, 1),), [1.5, 1.5])
    """
    checked_problem(problem)
    checked_sigmoid(sigma)
    if problem.n > MOST_THRESHOLDS:
        raise ValueError(f"problem must have at most {MOST_THRESHOLDS} thresholds; got {problem.n}")
    wanted = whole(digits, "digits", 1, 50)
    report = sigma.unrefuted("sigma")
    for axiom, verdict in report.items():
        if axiom != "limit" and verdict != "proved":
            raise ValueError(f"sigma must have its axioms proved; {axiom!r} of {sigma.name} is {verdict}")
    work = _Certification(problem, sigma, weights, wanted)
    peaks = work.peaks()
    radii = [work.radius(peak) for peak in peaks]
    gains = [_risen(work, peak, radius) for peak, radius in zip(peaks, radii, strict=True)]
    lowest = max(low for low, _ in gains)
    looked = work.drop_the_rest(peaks, float(np.nextafter(float(lowest), -np.inf)))
    winners = [i for i, (_, high) in enumerate(gains) if high >= lowest]
    winners.sort(key=lambda i: -sum(gains[i]))
    start = fraction(problem.a)
    points = [_bounds(start, peaks[i], radii[i]) for i in winners]
    first = peaks[winners[0]]
    largest = lowest, max(gains[i][1] for i in winners)
    return GlobalMaximum(points, largest, first.merged, first.held, looked)


def _risen(work: _Certification, peak: _Peak, radius: fmpq) -> Bounds:
    """Enclose the gain at a zone's maximiser: at least that in the middle, and hardly more."""
    value, slopes = work.points.both(peak.middle)
    with ctx.workprec(work.points.bits):
        rise = sum((abs(slopes[k]) for k in peak.free), arb(0)) * radius
        return outer_bounds(value + rise * arb(0).union(arb(1)))


def _bounds(start: Fraction, peak: _Peak, radius: fmpq) -> tuple[Bounds, ...]:
    """Give a point's thresholds in the problem's own coordinates."""
    found = []
    for k, place in enumerate(peak.middle):
        width = fmpq(0) if k in peak.held else radius
        low, high = place - width, place + width
        found.append((start + fraction(low), start + fraction(high)))
    return tuple(found)
