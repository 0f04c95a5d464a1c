"""The Hessian over boxes against differences of the definition, and the test for definiteness against eigenvalues."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq
from mpmath import mp, mpf
from tests.problems import FAMILIES, definition, random_problem

import lossbook as lb
from lossbook.balls import Ball, exact_ball, rational
from lossbook.certified.curvature import BoxHessian, is_negative_definite

Box = list[tuple[fmpq, fmpq]]


def hessian_of(problem: lb.ThresholdProblem, sigma: lb.OddSigmoid, weights: tuple) -> BoxHessian:
    each = weights if len(weights) == problem.n + 1 else [weights[j % 2] for j in range(problem.n + 1)]
    factors = [sign * fmpq(Fraction(w).numerator, Fraction(w).denominator) for sign, w in zip(problem.signs, each)]  # noqa: B905
    cuts = [rational(cut) for cut in problem.cuts]
    return BoxHessian(sigma, cuts, factors, fmpq(*float(sigma.half_saturation).as_integer_ratio()))


def draw_box(problem: lb.ThresholdProblem, chance: np.random.Generator) -> Box:
    """Draw a box of sides from 0 to some widths, each from an end of the interval or from anywhere."""
    length = rational(problem.length)
    parts = [sorted(fmpq(int(part), 64) for part in chance.integers(0, 65, 2)) for _ in range(problem.n)]
    shrunk = fmpq(1, int(chance.choice([1, 4, 16])))
    return [(low * length, (low + (high - low) * shrunk) * length) for low, high in parts]


def point_of(box: Box, chance: np.random.Generator) -> list[Fraction]:
    parts = [low + fmpq(int(chance.integers(0, 65)), 64) * (high - low) for low, high in box]
    return [Fraction(int(part.p), int(part.q)) for part in parts]


def holds(ball: Ball, number: float, error: float) -> bool:
    return ball.overlaps(exact_ball(float(number)) + error * arb(-1).union(arb(1)))


def differences(problem: lb.ThresholdProblem, sigma: lb.OddSigmoid, theta: list, weights: tuple) -> np.ndarray:
    """Differentiate the library's gradient."""
    step, point = 1e-5, np.array(theta, dtype=float)
    shifts = step * np.eye(problem.n)
    forth, back = (lb.gain_gradient(problem, sigma, point + sign * shifts, weights) for sign in (1, -1))
    return (forth - back) / (2 * step)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n", [2, 3])
def test_balls_hold_the_second_derivatives_of_the_definition(family: str, n: int) -> None:
    seed = FAMILIES.index(family)
    problem, sigma, weights = random_problem(n, seed)
    chance = np.random.default_rng(seed)
    box = draw_box(problem, chance)
    each, theta, k = (weights * 2)[: n + 1], point_of(box, chance), seed % n
    row = hessian_of(problem, sigma, weights)(box)[k]
    step = Fraction(1, 10**9)
    for i in range(n):
        sides = [[part + sign * step * (i == j) for j, part in enumerate(theta)] for sign in (1, -1)]
        with mp.workdps(40):
            forth, back = (definition(family, list(problem.cuts), side, each, k) for side in sides)
            second = (forth - back) / mpf("2e-9")
        assert holds(row[i], float(second), 1e-7)
        assert not holds(row[i] + 2 * row[i].rad() + 1e-6, float(second), 1e-7)


def test_balls_hold_the_hessian_all_over_random_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = []
    for dropped in (False, True):
        if dropped:
            monkeypatch.setattr(BoxHessian, "_ends", lambda self, box, k: arb(0))
        for seed in range(6):
            problem, sigma, weights = random_problem(2 + seed % 2, seed)
            chance = np.random.default_rng(seed)
            box = draw_box(problem, chance)
            rows = hessian_of(problem, sigma, weights)(box)
            for _ in range(2):
                found = differences(problem, sigma, point_of(box, chance), weights)
                pairs = [
                    (ball, x) for row, xs in zip(rows, found, strict=True) for ball, x in zip(row, xs, strict=True)
                ]
                good = all(holds(ball, x, 1e-5) for ball, x in pairs)
                assert good or dropped
                wrong += [not good]
    assert any(wrong)  # without the boundary terms


@pytest.mark.parametrize("family", FAMILIES)
def test_finer_panels_and_smaller_boxes_give_narrower_balls(family: str) -> None:
    problem, sigma, weights = random_problem(3, FAMILIES.index(family))
    hessian, chance = hessian_of(problem, sigma, weights), np.random.default_rng(5)
    box = draw_box(problem, chance)
    middle = [((low + high) / 2, (low + high) / 2) for low, high in box]
    widest = [max(float(ball.rad()) for row in hessian(middle, fineness) for ball in row) for fineness in (1, 4, 16)]
    assert widest[2] < 0.4 * widest[1] < 0.16 * widest[0]
    for whole, part in zip(hessian(box, 4), hessian(middle, 4), strict=True):
        assert all(one.rad() >= other.rad() and one.overlaps(other) for one, other in zip(whole, part, strict=True))


def test_rows_are_symmetric_and_follow_the_order_of_the_thresholds() -> None:
    problem = lb.ThresholdProblem(0, [1, 3], 4)
    hessian = hessian_of(problem, lb.sigmoids.tanh(), (1, 1))
    left, right = (fmpq(1, 2), fmpq(1, 2)), (fmpq(2), fmpq(2))
    forth, back = hessian([left, right], 8), hessian([right, left], 8)
    assert forth[0][1].overlaps(forth[1][0])
    assert forth[0][0].overlaps(back[1][1])
    assert not forth[0][0].overlaps(forth[1][1])


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_definiteness_is_that_of_the_eigenvalues(n: int) -> None:
    chance, verdicts = np.random.default_rng(n), []
    for _ in range(30):
        rows = chance.normal(size=(n, n))
        rows = (rows + rows.T) / 2 - 1.2 * np.eye(n)
        largest = float(np.linalg.eigvalsh(rows)[-1])
        balls = [[exact_ball(float(entry)) for entry in row] for row in rows]
        verdicts.append(is_negative_definite(balls))
        assert verdicts[-1] == (largest < 0)
        assert is_negative_definite(balls, fmpq(*float(-largest - 1e-3).as_integer_ratio()))
        assert not is_negative_definite(balls, fmpq(*float(-largest + 1e-3).as_integer_ratio()))
    assert any(verdicts)
    assert not all(verdicts)


def test_definiteness_is_not_claimed_of_a_ball_that_straddles() -> None:
    assert is_negative_definite([[arb(-1, 0.5)]])
    assert not is_negative_definite([[arb(-1, 1.5)]])
    assert not is_negative_definite([[arb(-2), arb(1.9, 0.2)], [arb(1.9, 0.2), arb(-2)]])
    assert is_negative_definite([[arb(-2), arb(1.7, 0.2)], [arb(1.7, 0.2), arb(-2)]])
    assert not is_negative_definite([[arb("nan")]])
    assert is_negative_definite([])
