"""Branch and bound: its covers, its stated errors and bounds, and that no box of a maximiser is dropped."""

from fractions import Fraction
from functools import cache
from math import comb

import numpy as np
import pytest
from flint import fmpq
from tests.problems import FAMILIES, random_problem

import lossbook as lb
from lossbook.balls import rational
from lossbook.certified import branching
from lossbook.certified.branching import Boxes, Pruning, Zone, first_boxes, halved
from lossbook.certified.lattice import Lattice
from lossbook.multistart import Search


def lattice_of(problem: lb.ThresholdProblem, sigma: lb.OddSigmoid, weights: tuple, cells: int) -> Lattice:
    each = (weights * problem.n)[: problem.n + 1] if len(weights) == 2 else weights
    parts = [sign * Fraction(weight) for sign, weight in zip(problem.signs, each, strict=True)]
    factors = [fmpq(part.numerator, part.denominator) for part in parts]
    return Lattice(sigma, [rational(cut) for cut in problem.cuts], factors, cells)


def holding(boxes: Boxes, theta: np.ndarray, cells: int, length: float) -> np.ndarray:
    """Tell which boxes hold a point; a threshold at an end must be fixed there."""
    places = theta / (length / (2 * cells))
    held = (theta == 0) | (theta == length)
    near = np.abs(boxes.places - places) <= boxes.free + 1e-9
    return np.all(near & (boxes.free == ~held), axis=1)


def draw(n: int, chance: np.random.Generator, length: float = 1.0) -> np.ndarray:
    """Draw sorted thresholds, some of them at an end."""
    theta = np.sort(chance.uniform(0, length, n))
    return np.where(theta < 0.1 * length, 0.0, np.where(theta > 0.9 * length, length, theta))


@cache
def searched(n: int, seed: int) -> Search:
    problem, sigma, weights = random_problem(n, seed, (3, 8))
    return lb.search_maximum(problem, sigma, weights, starts=6)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("cells", [2, 5])
def test_first_boxes_cover_all_sorted_thresholds(n: int, cells: int) -> None:
    boxes, chance = first_boxes(n, cells), np.random.default_rng(n)
    assert np.all(np.diff(boxes.places, axis=1) >= 0)
    assert len(boxes.places) == sum((n - m + 1) * comb(cells + m - 1, m) for m in range(n + 1))
    assert len(np.unique(boxes.places, axis=0)) == len(boxes.places)
    assert np.all((boxes.places % 2 == 1) == (boxes.free == 1))
    for _ in range(100):
        assert holding(boxes, draw(n, chance), cells, 1.0).any()
    assert not holding(boxes, draw(n, chance) + 2, cells, 1.0).any()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_halves_cover_their_parent_and_no_more(n: int) -> None:
    cells, chance = 4, np.random.default_rng(n)
    boxes = first_boxes(n, cells)
    chosen = chance.random(len(boxes.places)) < 0.3
    some = Boxes(boxes.places[chosen], boxes.free[chosen])
    halves = halved(some, cells)
    both = np.concatenate(halves, axis=1)
    assert len(np.unique(both, axis=0)) == len(both)
    seen = []
    for _ in range(300):
        theta = draw(n, chance)
        seen.append(holding(some, theta, cells, 1.0).any())
        assert holding(halves, theta, 2 * cells, 1.0).any() == seen[-1]
    assert any(seen)
    assert not all(seen)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("cells", [3, 8])
def test_errors_in_the_middles_are_as_stated(n: int, cells: int) -> None:
    """Against the quadratures of the library; a fiftieth of what is stated would not do."""
    exceeded = []
    for seed in range(2 if n == 1 else 5):
        problem, sigma, weights = random_problem(n, seed, (3, 8))
        lattice = lattice_of(problem, sigma, weights, cells)
        boxes = first_boxes(n, cells)
        middle = branching._Middle(lattice, boxes)
        theta = boxes.places * float(problem.length) / (2 * cells)
        value = np.abs(middle.value - lb.gain(problem, sigma, theta, weights))
        slopes = np.abs(middle.slopes - lb.gain_gradient(problem, sigma, theta, weights))
        assert np.all(value <= middle.value_error + 1e-11)
        assert np.all(slopes <= middle.slope_errors + 1e-11)
        exceeded += [np.any(value > middle.value_error / 50), n == 1 or np.any(slopes > middle.slope_errors / 50)]
    assert all(exceeded)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_bends_bound_the_hessian_over_the_boxes(n: int) -> None:
    """Against differences of the gradient at random points; a tenth of the bound would not do."""
    cells, exceeded = 6, []
    for seed in range(5):
        problem, sigma, weights = random_problem(n, seed, (3, 8))
        lattice, boxes = lattice_of(problem, sigma, weights, cells), first_boxes(n, cells)
        chance, radius = np.random.default_rng(seed), float(problem.length) / (2 * cells)
        chosen = chance.choice(len(boxes.places), 20)
        boxes = Boxes(boxes.places[chosen], boxes.free[chosen])
        bends = Pruning(lattice, -np.inf, [])._bends(boxes)
        theta = radius * (boxes.places + boxes.free * chance.uniform(-1, 1, boxes.places.shape))
        shifts = 1e-5 * np.eye(n)
        points = theta[:, np.newaxis] + shifts, theta[:, np.newaxis] - shifts
        forth, back = (lb.gain_gradient(problem, sigma, point, weights) for point in points)
        hessian = np.abs(forth - back) / 2e-5
        assert np.all(hessian <= bends + 1e-5)
        exceeded.append(np.any(hessian > bends / 10))
    assert all(exceeded)


def survivors(n: int, seed: int, levels: int = 3) -> list[bool]:
    """Prune for some levels; tell of each local maximiser found by the search whether its box is left."""
    problem, sigma, weights = random_problem(n, seed, (3, 8))
    found, length = searched(n, seed), float(problem.length)
    kept = []
    for best, optima in ((-np.inf, found.optima), (found.gain - 1e-9, found.optima[:1])):
        cells = max(2, round(length / sigma.half_saturation))
        boxes, alive = first_boxes(n, cells), [True] * len(optima)
        for _ in range(levels):
            boxes = Pruning(lattice_of(problem, sigma, weights, cells), best, []).kept(boxes)
            alive = [ok and holding(boxes, o.theta, cells, length).any() for ok, o in zip(alive, optima, strict=True)]
            boxes, cells = halved(boxes, cells), 2 * cells
        kept += alive
    return kept


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("seed", range(6), ids=lambda seed: f"{FAMILIES[seed % 5]} {seed}")
def test_no_box_of_a_maximiser_is_dropped(n: int, seed: int) -> None:
    assert all(survivors(n, seed))


def test_maximisers_in_the_faces_are_among_them() -> None:
    thetas = [optimum.theta for n in (2, 3) for seed in range(6) for optimum in searched(n, seed).optima]
    assert any(np.any(theta == 0) for theta in thetas)
    assert any(np.all(theta > 0) for theta in thetas)


def test_wrong_bounds_drop_a_maximiser(monkeypatch: pytest.MonkeyPatch) -> None:
    bends, middle = Pruning._bends, branching._Middle.__init__

    def exact_middle(self: object, *arguments: object) -> None:
        middle(self, *arguments)
        self.value_error, self.slope_errors = 0 * self.value_error, 0 * self.slope_errors

    monkeypatch.setattr(branching._Middle, "__init__", exact_middle)
    monkeypatch.setattr(Pruning, "_bends", lambda self, boxes: bends(self, boxes) / 10)
    assert not all(all(survivors(2, seed, 2)) for seed in range(6))


def test_boxes_are_dropped_by_slope_by_value_and_in_zones() -> None:
    problem, sigma = lb.ThresholdProblem(0, [2, 4], 6), lb.sigmoids.arctan()
    lattice, boxes = lattice_of(problem, sigma, (1, 1), 12), first_boxes(2, 12)
    best = lb.search_maximum(problem, sigma, starts=4).gain
    everything = Zone(np.full(2, -np.inf), np.full(2, np.inf))
    small = Zone(np.array([2.0, 3.0]), np.array([3.0, 4.0]))
    whole, by_slope, by_both, zoned = (
        len(Pruning(lattice, least, zones).kept(boxes).places)
        for least, zones in ((np.inf, []), (-np.inf, []), (best, []), (best, [small]))
    )
    assert whole == 0
    assert 0 < by_both < by_slope < len(boxes.places)
    assert zoned == by_both - 4  # all boxes of two cells each way, which hold the maximiser
    assert len(Pruning(lattice, -np.inf, [everything]).kept(boxes).places) == 0
