"""Single boxes: none that holds a maximiser is settled, others are, and halves cover their box."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq
from tests.problems import FAMILIES, random_problem

import lossbook as lb
from lossbook.balls import rational
from lossbook.certified import refining
from lossbook.certified.branching import first_boxes
from lossbook.certified.curvature import BoxHessian
from lossbook.certified.points import PointGain
from lossbook.certified.refining import Refinement, halves, sides_of

Problem = tuple[lb.ThresholdProblem, lb.OddSigmoid, tuple]
SHORT: Problem = (lb.ThresholdProblem(0, [1, 2], 3), lb.sigmoids.algebraic(), (1, 1))


def refinement_of(case: Problem, zones: list, best: float = -1e6) -> Refinement:
    problem, sigma, weights = case
    points = PointGain(problem, sigma, weights)
    factors = [sign * weight for sign, weight in zip(problem.signs, points.weights, strict=True)]
    width = fmpq(*float(sigma.half_saturation).as_integer_ratio())
    return Refinement(points, BoxHessian(sigma, points.cuts, factors, width), zones, best)


def round_about(theta: np.ndarray, case: Problem, chance: np.random.Generator, size: float) -> list:
    """Draw a box of some width that holds a place; a threshold at an end is fixed there."""
    sides, length = [], rational(case[0].b)
    for place in theta:
        exact = fmpq(*float(place).as_integer_ratio())
        below, above = (fmpq(int(part), 64) * fmpq(round(1024 * size), 1024) for part in chance.integers(1, 64, 2))
        fixed = exact in (0, length)
        sides.append((exact, exact) if fixed else (max(fmpq(0), exact - below), min(length, exact + above)))
    return sides


@pytest.mark.parametrize("family", FAMILIES)
def test_no_box_that_holds_a_maximiser_is_settled(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes from a hundredth of a width to all of it; if the box's extent is forgotten, some are."""
    seed, boxes = FAMILIES.index(family), []
    chance = np.random.default_rng(seed)
    for n in (2, 3):
        case = random_problem(n, seed, (3, 6))
        for optimum in lb.search_maximum(*case, starts=4).optima[:2]:
            boxes += [(refinement_of(case, []), round_about(optimum.theta, case, chance, s)) for s in (0.01, 0.1, 1)]
    assert not any(work.settles(box) for work, box in boxes)
    monkeypatch.setattr(refining, "interval_ball", lambda low, high: arb(0))
    inner = [(work, box) for work, box in boxes if any(low < high for low, high in box)]
    assert any(work.settles(box) for work, box in inner) == bool(inner)


def test_boxes_beside_a_maximum_about_to_split_are_settled() -> None:
    """Its partial derivatives are below the size of what the Hessian's entries could add to them."""
    work, step = refinement_of(SHORT, []), fmpq(1, 64)
    beside = [(fmpq(3, 2) - 10 * step, fmpq(3, 2) - 8 * step), (fmpq(3, 2) + 8 * step, fmpq(3, 2) + 10 * step)]
    assert work.settles(beside)
    slopes = lb.gain_gradient(SHORT[0], SHORT[1], [float(low + high) / 2 for low, high in map(as_fractions, beside)])
    entries = work.hessian([((low + high) / 2,) * 2 for low, high in beside])
    assert np.abs(slopes).max() < float(step) * sum(abs(float(entry.mid())) for entry in entries[0])


def as_fractions(side: tuple[fmpq, fmpq]) -> tuple[Fraction, Fraction]:
    low, high = (Fraction(int(part.p), int(part.q)) for part in side)
    return low, high


def test_faces_are_settled_by_the_slope_that_leads_inwards() -> None:
    work = refinement_of(SHORT, [])
    assert work.settles([(fmpq(0), fmpq(0)), (fmpq(3), fmpq(3))])
    hidden = refinement_of((lb.ThresholdProblem(0, ["1/10", 2], 3), lb.sigmoids.tanh(), (1, 1)), [])
    assert not hidden.settles([(fmpq(0), fmpq(0)), (fmpq(3, 2), fmpq(5, 2))])


def test_what_stays_below_a_gain_that_is_reached_is_settled() -> None:
    box = [(fmpq(47, 32), fmpq(49, 32))] * 2
    gain = lb.gain(SHORT[0], SHORT[1], [1.5, 1.5])
    assert refinement_of(SHORT, [], gain + 0.01).settles(box)
    assert not refinement_of(SHORT, [], gain).settles(box)


def test_what_is_in_a_zone_is_settled_and_the_rest_is_halved() -> None:
    zone = [(fmpq(11, 8), fmpq(13, 8))] * 2
    whole = [(fmpq(5, 4), fmpq(7, 4))] * 2
    without, within = refinement_of(SHORT, []), refinement_of(SHORT, [zone])
    assert not without.settles(zone)
    assert within.settles(zone)
    assert not within.settles(whole)
    assert within.left([[(fmpq(21, 16), fmpq(27, 16))] * 2], 400)[0] == 0
    left, looked = without.left([whole], 400)
    assert left > 0
    assert looked < 40  # it gives up in time


def test_boxes_are_taken_off_a_lattice_exactly() -> None:
    found = sides_of(first_boxes(2, 2), fmpq(1, 12))
    assert [(0, fmpq(1, 6)), (fmpq(1, 6), fmpq(1, 3))] in found
    assert [(0, 0), (fmpq(1, 3), fmpq(1, 3))] in found
    assert len(found) == len(first_boxes(2, 2).places)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_halves_cover_a_box(n: int) -> None:
    sides = [(fmpq(0), fmpq(2))] * n
    chance = np.random.default_rng(n)
    parts = [[as_fractions(side) for side in part] for part in halves(sides)]
    assert len(parts) == n + 1
    for _ in range(50):
        theta = np.sort(chance.uniform(0, 2, n))
        assert any(all(low <= x <= high for (low, high), x in zip(part, theta, strict=True)) for part in parts)
    fixed = halves([(fmpq(0), fmpq(0)), (fmpq(1), fmpq(2))])
    assert fixed == [[(0, 0), (1, fmpq(3, 2))], [(0, 0), (fmpq(3, 2), 2)]]
