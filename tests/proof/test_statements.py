"""Each numbered statement against numbers: random problems, dense thresholds, and a false neighbour that must fail.

No certificate and nothing of the certified library is used. The gain is followed from threshold to threshold: moving
the threshold moves the ends of the definition's integrals, and what enters and leaves there is integrated by
Gauss-Legendre rules. Two tests hold this against the definition itself at 36 digits or more. Where a statement can be
decided exactly, softsign decides it: its values are fractions and its integral a logarithm, which is enclosed.

Places are measured from the truth: positives fill [-A, 0], negatives [0, B].
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from mpmath import iv, mp, mpf
from scipy import special
from tests import reference

from lossbook.proof.numbered import NUMBERED

FAMILIES = ["arctan", "algebraic", "softsign", "tanh", "erf"]
UNITS = {family: reference.curve(family, 1) for family in FAMILIES}
INVERSES: dict[str, Callable[[Any], Any]] = {
    "arctan": lambda m: np.tan(np.pi / 2 * m),
    "algebraic": lambda m: m / np.sqrt((1 - m) * (1 + m)),
    "softsign": lambda m: m / (1 - m),
    "tanh": np.arctanh,
    "erf": special.erfinv,
}
COUNT = 40
NODES, FACTORS = np.polynomial.legendre.leggauss(8)
each_family = pytest.mark.parametrize("family", FAMILIES)


# ---- problems


@dataclass(frozen=True)
class Sigmoid:
    """A family, stretched; `inverse` takes a number in [0, 1)."""

    family: str
    width: float = 1.0

    def __call__(self, u: Any) -> Any:
        return UNITS[self.family].quick_value(np.asarray(u) / self.width)

    def inverse(self, m: Any) -> Any:
        return self.width * INVERSES[self.family](m)

    @property
    def scale(self) -> float:
        """The scale as the family's formula has it."""
        return self.width**2 if self.family == "algebraic" else self.width


Reward = Callable[[Any], Any]


def linear(weight: float) -> Reward:
    return lambda m: weight * m


UNWEIGHTED = linear(1)


def times(weight: float, reward: Reward) -> Reward:
    return lambda m: weight * reward(m)


@dataclass(frozen=True)
class Problem:
    """What a point of margin m earns: w m for the gain, phi(0) - phi(m) for a loss, whose risk is what is not earned.

    `bends` are the lengths at which a reward of the sigmoid has a kink.
    """

    sigma: Sigmoid
    A: float
    B: float
    plus: Reward = UNWEIGHTED
    minus: Reward = UNWEIGHTED
    bends: tuple[float, ...] = ()

    @property
    def drops(self) -> tuple[float, float]:
        """F_+(A) and F_-(B)."""
        return float(self.plus(self.sigma(self.A))), float(self.minus(self.sigma(self.B)))


def weighted(sigma: Sigmoid, A: float, B: float, ratio: float) -> Problem:
    return Problem(sigma, A, B, linear(ratio))


@dataclass(frozen=True)
class Loss:
    """A margin loss as phi(0) - phi(m), written so that nothing cancels near 0."""

    reward: Reward
    bends: tuple[float, ...] = ()


PLAIN = {
    "linear": lambda m: 1 - m,
    "squared hinge": lambda m: (1 - m) ** 2,
    "logistic": lambda m: mp.log(1 + mp.exp(-4 * m)),
    "exponential": lambda m: mp.exp(-3 * m),
    "cubic": lambda m: 1 - m**3,
    "sigmoid loss": lambda m: 1 / (1 + mp.exp(6 * m)),
}
FALLING = {
    "linear": Loss(lambda m: m),
    "squared hinge": Loss(lambda m: m * (2 - m)),
    "logistic": Loss(lambda m: -np.log1p(np.expm1(-4 * m) / 2)),
    "exponential": Loss(lambda m: -np.expm1(-3 * m)),
    "two slopes": Loss(lambda m: np.minimum(m, m / 10)),
}
CUBIC = Loss(lambda m: m**3)
SIGMOID_LOSS = Loss(lambda m: np.tanh(3 * m) / 2)


def hinge(sigma: Sigmoid, length: float) -> Loss:
    """The loss max(0, sigma(length) - m)."""
    margin = float(sigma(length))
    return Loss(lambda m: np.minimum(m, margin), (length,))


def drawn(seed: int, family: str, count: int = COUNT, decades: float = 2.5) -> Iterator[tuple[Sigmoid, float, float]]:
    """Draw sigmoids and two lengths, each over several decades around the width."""
    chance = np.random.default_rng([seed, FAMILIES.index(family)])
    for _ in range(count):
        width, *lengths = 10 ** chance.uniform([-1, -decades, -decades], [1, decades, decades])
        yield Sigmoid(family, width), width * lengths[0], width * lengths[1]


def imbalanced(seed: int, family: str, count: int = COUNT) -> Iterator[tuple[Sigmoid, float, float]]:
    """The same with A < B, a third of them nearly equal, and no A whose value is 1 but for a millionth."""
    for number, (sigma, first, second) in enumerate(drawn(seed, family, count)):
        short, long = sorted((first, second))
        if sigma(short) < 1 - 1e-6:
            yield sigma, short, short * (1 + 10.0 ** -(1 + number % 4)) if number % 3 == 0 else long


# ---- where it rises


def places(problem: Problem) -> np.ndarray:
    """Thresholds of [-A, B] that crowd at both ends and at the truth; none of the integrals has a kink between two."""
    A, B = problem.A, problem.B
    steps = np.geomspace(1e-6 * min(A, B, problem.sigma.width), A + B, 160)
    around = [centre + side * steps for centre in (-A, 0.0, B) for side in (-1, 1)]
    kinks = [place for u in problem.bends for place in (u, -u, u - A, B - u)]
    inner = np.concatenate([*around, kinks])
    return np.unique(np.concatenate([[-A, 0.0, B], inner[(inner > -A) & (inner < B)]]))


def rises(problem: Problem, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is earned more at each place than at the one before, and what rounding may hide of it.

    In u = theta - x the positives are integrated over [theta, theta + A], in u = x - theta the negatives over
    [-theta, B - theta]: from s to t each integral gains a piece of length t - s at one end and loses one at the other.
    """
    half = np.diff(at)[:, np.newaxis] / 2
    t = at[:-1, np.newaxis] + half * (1 + NODES)
    score = problem.sigma
    parts = [
        problem.plus(score(t + problem.A)),
        -problem.plus(score(t)),
        problem.minus(score(-t)),
        -problem.minus(score(problem.B - t)),
    ]
    rise, size = ((half * part) @ FACTORS for part in (sum(parts), sum(map(abs, parts))))
    return rise, 1e-14 * size


def signs(problem: Problem, at: np.ndarray, level: float = 0.0) -> np.ndarray:
    """Signs of the rises beyond a level's; 0 where rounding may decide."""
    rise, noise = rises(problem, at)
    rise = rise - level * np.diff(at)
    return np.where(abs(rise) > noise, np.sign(rise), 0).astype(int)


Peak = tuple[float, float]


def turns(problem: Problem, at: np.ndarray) -> list[Peak]:
    """Enclose each turn from rising to falling; before the first place it rises, after the last it falls."""
    found = signs(problem, at)
    seen = np.flatnonzero(found)
    starts, ends = (np.concatenate([at[:1], part, at[-1:]]) for part in (at[seen], at[seen + 1]))
    course = np.concatenate([[1], found[seen], [-1]])
    tops = np.flatnonzero((course[:-1] > 0) & (course[1:] < 0))
    return [(float(starts[top]), float(ends[top + 1])) for top in tops]


@cache
def peaks(problem: Problem) -> list[Peak]:
    """Enclose every local maximum on [-A, B]."""
    found = turns(problem, places(problem))
    for _ in range(3):
        found = [finer for low, high in found for finer in turns(problem, np.linspace(low, high, 41))]
    return found


def only_at(problem: Problem, place: float) -> bool:
    """Whether there is one local maximum, and a place may be it, seen to a hundredth of the shorter length."""
    found = peaks(problem)
    assert found[0][1] - found[0][0] < min(problem.A, problem.B) / 100
    return len(found) == 1 and found[0][0] <= place <= found[0][1]


def within(problem: Problem, low: float, high: float) -> bool:
    """Whether every local maximum is seen inside an open interval."""
    return all(low < left and right < high for left, right in peaks(problem))


def only_falls(problem: Problem, start: float) -> bool:
    """Whether it falls from a place on wherever its course is seen, and is seen nearly everywhere."""
    at = places(problem)
    found = signs(problem, np.append(start, at[at > start]))
    return not (found > 0).any() and (found < 0).mean() > 0.9


def gives_up(problem: Problem) -> bool:
    """Whether the left end is the only local maximum."""
    found = peaks(problem)
    return len(found) == 1 and found[0][0] == -problem.A


# ---- softsign without rounding


def primitive(u: Fraction) -> Any:
    """Enclose the integral of softsign, |u| - log(1 + |u|)."""
    whole = 1 + abs(u)
    return iv.mpf(abs(u).numerator) / abs(u).denominator - iv.log(iv.mpf(whole.numerator) / whole.denominator)


def softsign_gain(A: Fraction, B: Fraction, weights: tuple[Any, Any], t: Fraction) -> Any:
    """Enclose the weighted gain."""
    plus, minus = (iv.mpf(Fraction(w).numerator) / Fraction(w).denominator for w in weights)
    return plus * (primitive(t + A) - primitive(t)) - minus * (primitive(t) - primitive(t - B))


def softsign(u: Fraction) -> Fraction:
    return u / (1 + abs(u))


def fractions_between(low: Fraction, high: Fraction, count: int = 60) -> list[Fraction]:
    return [low + (high - low) * Fraction(i, count) for i in range(count + 1)]


def falls_exactly(A: Fraction, B: Fraction, weights: tuple[Any, Any], at: Iterable[Fraction]) -> bool:
    """Whether softsign's gain is less at each place than at the one before; never in doubt."""
    gains = [softsign_gain(A, B, weights, t) for t in at]
    steps = [after - before for before, after in pairwise(gains)]
    assert not any(0 in step for step in steps)
    return all(step < 0 for step in steps)


# ---- the instrument


@each_family
def test_rises_are_those_of_the_definition(family: str) -> None:
    for (sigma, A, B), name in zip(drawn(1, family, 2, decades=0.5), ["logistic", "exponential"], strict=True):
        reward, heavy = FALLING[name].reward, 3.5
        problem = Problem(sigma, A, B, times(heavy, reward), reward)
        at = places(problem)[5:-5]
        ends = [at[0], at[len(at) // 3], at[-1]]
        risks = [reference.risk([-A, 0, B], family, sigma.scale, [t], PLAIN[name], (heavy, 1)) for t in ends]
        for (start, end), (before, after) in zip(pairwise(ends), pairwise(risks), strict=True):
            way, earned = at[(at >= start) & (at <= end)], float(before - after)
            assert rises(problem, way)[0].sum() == pytest.approx(earned, rel=1e-11)
            assert rises(replace(problem, A=1.001 * A), way)[0].sum() != pytest.approx(earned, rel=1e-11)


@pytest.mark.parametrize(("family", "A", "B", "count"), [("softsign", 0.5, 1.51, 2), ("erf", 0.7, 3, 1)])
def test_peaks_are_those_of_the_definition(family: str, A: float, B: float, count: int) -> None:
    truth = [float(peak.place) for peak in reference.maxima([-A, 0, B], UNITS[family]).peaks]
    found = peaks(Problem(Sigmoid(family), A, B))
    assert len(found) == len(truth) == count
    assert all(low <= place <= high < low + 1e-5 for place, (low, high) in zip(truth, found, strict=True))
    assert all(not low <= place + 1e-4 <= high for place, (low, high) in zip(truth, found, strict=True))


# ---- the proposition: L1, C6, C7, T1, C8


@each_family
def test_L1_the_whole_scores_less_than_its_parts(family: str) -> None:
    chance = np.random.default_rng(2)
    with mp.workdps(60):
        sigma = reference.sigmoid(family, 1)
        pairs = [(mpf(float(u)), mpf(float(v))) for u, v in 10 ** chance.uniform(-8, 8, (100, 2))]
        assert all(sigma(u + v) < sigma(u) + sigma(v) for u, v in pairs)
        assert not all(sigma(u + v) < 0.99 * (sigma(u) + sigma(v)) for u, v in pairs)
        assert not any(sigma(max(pair) - min(pair)) < sigma(max(pair)) - sigma(min(pair)) for pair in pairs)


def test_L1_exactly_for_softsign() -> None:
    chance = np.random.default_rng(3)
    for numbers in chance.integers(1, 10**6, (200, 4)).tolist():
        u, v = sorted([Fraction(*numbers[:2]), Fraction(*numbers[2:])])
        assert softsign(u + v) < softsign(u) + softsign(v)
        assert not softsign(v - u) < softsign(v) + softsign(-u)


def keeps_the_level(problem: Problem, lower: float = 0.0) -> bool:
    """Whether the slope is above its value at the truth on the left, and below it (and by how much) on the right."""
    at = places(problem)
    level = np.subtract(*problem.drops)
    left, right = (signs(problem, part, level - size) for part, size in ((at[at <= 0], 0), (at[at >= 0], lower)))
    assert min((left != 0).mean(), (right != 0).mean()) > 0.5
    return bool((left >= 0).all() and (right <= 0).all())


@each_family
def test_L1_slopes_on_both_sides_of_the_level(family: str) -> None:
    ratios = np.geomspace(0.01, 100, COUNT)
    problems = [weighted(*one, ratio) for one, ratio in zip(drawn(4, family), ratios, strict=True)]
    assert all(map(keeps_the_level, problems))
    assert not any(keeps_the_level(problem, 0.01 * sum(problem.drops)) for problem in problems)


@each_family
def test_C6_equal_lengths_leave_the_truth_alone(family: str) -> None:
    problems = [Problem(sigma, A, A) for sigma, A, _ in drawn(5, family)]
    assert all(only_at(problem, 0) for problem in problems)
    assert not any(only_at(Problem(sigma, A, 1.01 * A), 0) for sigma, A, _ in imbalanced(5, family))


@each_family
def test_C7_slight_imbalance_puts_the_maximum_inside(family: str) -> None:
    problems = [Problem(*one) for one in imbalanced(6, family)]
    slight = [p for p in problems if 2 * p.sigma(p.A) > p.sigma(p.A + p.B)]
    assert COUNT / 10 < len(slight) < len(problems)
    assert all(only_falls(problem, 0.0) for problem in problems)
    assert not all(only_falls(problem, -problem.A / 10) for problem in problems)
    assert all(within(problem, -problem.A, 0) for problem in slight)
    assert not any(within(problem, -problem.A, 0) for problem in problems if problem not in slight)


def at_the_border(seed: int, family: str) -> Iterator[Problem]:
    """Problems with sigma(A + B) near 2 sigma(A), on both sides of it."""
    chance = np.random.default_rng([seed, FAMILIES.index(family)])
    for number in range(COUNT):
        sigma = Sigmoid(family, float(10 ** chance.uniform(-1, 1)))
        A = sigma.inverse(chance.uniform(0.02, 0.49))
        B = (sigma.inverse(2 * sigma(A)) - A) * (1 + (-1) ** number * 10 ** chance.uniform(-4, -1))
        if B > A:
            yield Problem(sigma, float(A), float(B))


def near_bound(problem: Problem, factor: float = 2) -> float:
    """The least c of a fine grid with sigma(2 c + B - A) < factor sigma(c)."""
    sigma, A, B = problem.sigma, problem.A, problem.B
    c = sigma.inverse(0.6) * np.geomspace(1e-6, 1, 20000)
    return float(c[np.argmax(sigma(2 * c + B - A) < factor * sigma(c))])


@each_family
def test_T1_the_maximum_is_near_the_truth(family: str) -> None:
    problems = [*at_the_border(7, family), *(Problem(*one) for one in imbalanced(8, family))]
    assert all(within(problem, -near_bound(problem), 0) for problem in problems)
    assert not all(within(problem, -near_bound(problem, 2.02), 0) for problem in problems)


@each_family
def test_T1_half_the_value_bounds_the_bias_of_every_imbalance(family: str) -> None:
    sigma = Sigmoid(family)
    lengths = [(sigma.inverse(half), 10**power) for half in np.linspace(0.3, 0.7, 20) for power in (1, 2, 4)]
    lengths.append((sigma.inverse(0.5), 3))
    problems = [Problem(sigma, float(A), float(A * ratio)) for A, ratio in lengths]
    assert all(within(problem, -sigma.inverse(0.5), 0) for problem in problems)
    assert not all(within(problem, -sigma.inverse(0.48), 0) for problem in problems)
    kept = [peaks(p)[0][0] > -p.A for p in problems]
    values = [float(sigma(p.A)) for p in problems]
    assert all(inside for inside, value in zip(kept, values, strict=True) if value >= 0.5)
    assert not all(inside for inside, value in zip(kept, values, strict=True) if value >= 0.48)


def too_imbalanced(seed: int, family: str, factor: float) -> Iterator[Problem]:
    """Problems with factor sigma(A) <= sigma(B), every fourth with equality."""
    chance = np.random.default_rng([seed, FAMILIES.index(family)])
    for number in range(COUNT):
        sigma = Sigmoid(family, float(10 ** chance.uniform(-1, 1)))
        value = (1 - 10 ** -chance.uniform(0, 2.5)) / factor
        share = 10 ** -chance.uniform(0, 3) if number % 4 else 0
        A, B = sigma.inverse(value), sigma.inverse(factor * value + (1 - factor * value) * 0.99 * share)
        yield Problem(sigma, float(A), float(B))


@each_family
def test_C8_strong_imbalance_leaves_the_end_alone(family: str) -> None:
    assert all(gives_up(problem) and only_falls(problem, -problem.A) for problem in too_imbalanced(9, family, 3))
    assert not all(gives_up(problem) for problem in too_imbalanced(9, family, 1.9))


def test_C8_exactly_for_softsign_where_both_sides_are_equal() -> None:
    A, B = Fraction(1, 3), Fraction(3)
    assert 3 * softsign(A) == softsign(B)
    assert falls_exactly(A, B, (1, 1), fractions_between(-A, B))
    assert not falls_exactly(3 * A, B, (1, 1), fractions_between(-3 * A, B))


def test_C8prime_lengths_do_not_decide() -> None:
    problem = Problem(Sigmoid("arctan"), 2.0, 98.0)
    assert 3 * problem.A < problem.B
    assert not gives_up(problem)
    assert only_at(problem, (np.sqrt(1825) - 1) / 24 - 2)
    assert within(problem, 1.73833 - 2, 1.73834 - 2)
    end, inside = (reference.gain([0, 2, 100], "arctan", 1, [place]) for place in (0, 1.73833))
    assert end < inside
    assert gives_up(Problem(problem.sigma, problem.sigma.inverse(0.33), 98.0))  # the reading by values holds


# ---- equal drops: M, T4, T5, T6, T9, T10, T11


def losses_for(sigma: Sigmoid, length: float) -> list[Loss]:
    """Convex losses, the hinges with a kink before and beyond a length."""
    return [*FALLING.values(), *(hinge(sigma, share * length) for share in (0.1, 0.7, 3))]


def pairs(seed: int, family: str, ratio: float | None = None) -> Iterator[Problem]:
    """Problems with a loss for each class, and the first drop so many times the second; from 0.1 to 10 if not said."""
    chance = np.random.default_rng([seed, FAMILIES.index(family)])
    for sigma, A, B in drawn(seed, family):
        known = losses_for(sigma, min(A, B))
        plus, minus = (known[i] for i in chance.integers(len(known), size=2))
        drops = Problem(sigma, A, B, plus.reward, minus.reward).drops
        heavy = drops[1] / drops[0] * (10 ** chance.uniform(-1, 1) if ratio is None else ratio)
        yield Problem(sigma, A, B, times(heavy, plus.reward), minus.reward, plus.bends + minus.bends)


def on_its_side(problem: Problem, lead: float | None = None) -> bool:
    """Whether all local maxima are seen beyond the truth where the lead is positive, and before it otherwise."""
    lead = np.subtract(*problem.drops) if lead is None else lead
    return all(left > 0 if lead > 0 else right < 0 for left, right in peaks(problem))


@each_family
def test_M_equal_drops_make_the_truth_optimal(family: str) -> None:
    assert all(only_at(problem, 0) for problem in pairs(10, family, 1))
    assert not any(only_at(problem, 0) for problem in pairs(10, family, 1.01))
    cubic = [Problem(sigma, A, A, CUBIC.reward, CUBIC.reward) for sigma, A, _ in drawn(10, family)]
    assert not all(only_at(problem, 0) for problem in cubic)


@each_family
def test_M_the_smaller_drop_is_shrunk(family: str) -> None:
    problems = list(pairs(11, family))
    assert all(on_its_side(problem) for problem in problems)
    assert not all(on_its_side(problem, problem.A - problem.B) for problem in problems)


@each_family
def test_M_slopes_on_both_sides_of_the_level(family: str) -> None:
    problems = list(pairs(12, family))
    assert all(map(keeps_the_level, problems))
    assert not any(keeps_the_level(problem, 0.01 * sum(problem.drops)) for problem in problems)


def test_Mprime_without_convexity_the_truth_can_be_the_worst_place_nearby() -> None:
    def risks(name: str) -> list[mpf]:
        return [reference.risk([0, 1, 2], "softsign", 1, [t], PLAIN[name]) for t in (1, 1.001, 0.999, 1.1, 0.9)]

    truth, *others = risks("cubic")
    assert all(other < truth for other in others)
    assert float((others[0] - 2 * truth + others[1]) / mpf("1e-6")) == pytest.approx(-3 / 8, abs=0.01)
    truth, *others = risks("linear")
    assert all(other > truth for other in others)
    rows = [Problem(Sigmoid("softsign"), 1.0, 1.0, loss.reward, loss.reward) for loss in (CUBIC, FALLING["linear"])]
    assert [len(peaks(problem)) for problem in rows] == [2, 1]


@each_family
def test_T4_calibrated_weights_make_the_truth_optimal(family: str) -> None:
    for sigma, A, B in drawn(13, family):
        right = float(sigma(B) / sigma(A))
        assert only_at(weighted(sigma, A, B, right), 0)
        assert not only_at(weighted(sigma, A, B, 1.01 * right), 0)
        assert not only_at(weighted(sigma, A, B, 0.99 * right), 0)


def test_T4_exactly_for_softsign() -> None:
    for A, B in [(Fraction(1, 100), Fraction(7)), (Fraction(3), Fraction(1, 2)), (Fraction(1), Fraction(10**4))]:
        weights = softsign(B), softsign(A)
        left, right = fractions_between(-A, Fraction(0)), fractions_between(Fraction(0), B)
        assert falls_exactly(A, B, weights, right)
        assert falls_exactly(A, B, weights, left[::-1])
        near = [Fraction(0), min(A, B) / 10**6]
        assert not falls_exactly(A, B, (weights[0] * Fraction("1.01"), weights[1]), near)


def test_T4prime_far_outside_it_can_pay_to_give_a_class_up() -> None:
    A, B, weights = Fraction(1), Fraction(63), (63, 32)
    assert weights[0] * softsign(A) == weights[1] * softsign(B)
    assert not falls_exactly(A, B, weights, [Fraction(0), Fraction(-1999)])
    assert falls_exactly(A, B, weights, [Fraction(0), -A])  # within the interval the truth is better
    assert reference.gain([0, 1, 64], "softsign", 1, [-1998], weights) > 1950 > 1903
    assert reference.gain([0, 1, 64], "softsign", 1, [1], weights) < 1903


@each_family
def test_T4prime_is_about_heavy_tails(family: str) -> None:
    sigma, A, B = Sigmoid(family), 0.1, 100.0
    problem = weighted(sigma, A, B, float(sigma(B) / sigma(A)))
    far = np.geomspace(A, 1e7, 2000)
    outside = signs(problem, -far[::-1])
    assert (outside < 0).any() == (family not in {"tanh", "erf"})
    lead = rises(problem, -far[::-1])[0].sum() + rises(problem, places(problem)[places(problem) <= 0])[0].sum()
    assert (lead < 0) == (family in {"arctan", "softsign"})  # the truth's, over a place far outside


@each_family
def test_T5_the_weights_decide_the_side(family: str) -> None:
    chance = np.random.default_rng(14)
    problems = []
    for sigma, A, B in drawn(14, family):
        off = 1 + chance.choice([-1, 1]) * 10 ** chance.uniform(-3, -0.1)
        problems.append(weighted(sigma, A, B, float(sigma(B) / sigma(A) * off)))
    assert all(on_its_side(problem) for problem in problems)
    assert not all(on_its_side(p, float(p.plus(1)) * p.A - p.B) for p in problems)


@each_family
def test_T6_inverse_frequencies_over_correct(family: str) -> None:
    problems = [weighted(sigma, A, B, B / A) for sigma, A, B in imbalanced(15, family)]
    assert not all(within(problem, 0, problem.B / 4) for problem in problems)
    for problem in problems:
        sigma, A, B = problem.sigma, problem.A, problem.B
        assert 1 < sigma(B) / sigma(A) < B / A
        assert len(peaks(problem)) == 1
        assert within(problem, 0, B / 2)
        assert not within(weighted(sigma, A, B, float(sigma(B) / sigma(A))), 0, B / 2)


@each_family
def test_T6_for_every_convex_loss(family: str) -> None:
    for number, (sigma, A, B) in enumerate(imbalanced(16, family)):
        known = losses_for(sigma, A)
        loss = known[number % len(known)]
        drops = Problem(sigma, A, B, loss.reward, loss.reward).drops
        assert 1 <= drops[1] / drops[0] < B / A
        assert on_its_side(Problem(sigma, A, B, times(B / A, loss.reward), loss.reward, loss.bends), 1)


@each_family
def test_T9_the_slope_at_the_truth_by_the_definition(family: str) -> None:
    name = list(PLAIN)[1 + FAMILIES.index(family)]
    sigma, plain = reference.sigmoid(family, 1), PLAIN[name]
    for A, B in [(Fraction(1, 3), Fraction(2)), (Fraction(1, 3), Fraction(1, 3))]:
        step = Fraction(1, 10**9)
        before, after = (reference.risk([-A, 0, B], family, 1, [place], plain) for place in (-step, step))
        with mp.workdps(30):
            slope = (after - before) / reference.exact(2 * step)
            claimed = plain(sigma(reference.exact(A))) - plain(sigma(reference.exact(B)))
        assert abs(slope - claimed) < 1e-15
        assert (abs(slope) < 1e-15) == (A == B)
        assert abs(slope + claimed) > 0.1 or A == B


@each_family
def test_T9_without_weights_only_equal_lengths_have_the_truth(family: str) -> None:
    known = list(FALLING.values())
    for number, (sigma, A, B) in enumerate(imbalanced(17, family)):
        if sigma(A) > 0.999:  # where the squared hinge is flat to nearly all digits
            continue
        loss = known[number % len(known)]
        assert on_its_side(Problem(sigma, A, B, loss.reward, loss.reward), -1)
        assert only_at(Problem(sigma, A, A, loss.reward, loss.reward), 0)
        small = hinge(sigma, A / 2)  # it does not fall beyond its margin
        assert only_at(Problem(sigma, A, B, small.reward, small.reward, small.bends), 0)


@each_family
def test_T9_needs_no_convexity(family: str) -> None:
    for sigma, A, B in imbalanced(18, family):
        for loss in (CUBIC, SIGMOID_LOSS):
            problem = Problem(sigma, A, B, loss.reward, loss.reward)
            step = np.array([-1, 1]) * 1e-7 * min(A, sigma.width)
            assert signs(problem, step).tolist() == [-1]
            assert signs(replace(problem, B=A), step).tolist() == [0]


@each_family
def test_T10_every_convex_loss_has_its_weights(family: str) -> None:
    other = 0
    for number, (sigma, A, B) in enumerate(drawn(19, family)):
        known = losses_for(sigma, min(A, B))
        loss = known[number % len(known)]
        drops = Problem(sigma, A, B, loss.reward, loss.reward).drops
        calibrated = Problem(sigma, A, B, times(drops[1], loss.reward), times(drops[0], loss.reward), loss.bends)
        assert only_at(calibrated, 0)
        assert not only_at(replace(calibrated, plus=times(1.01 * drops[1], loss.reward)), 0)
        ratio = float(sigma(B) / sigma(A))  # which is right for the linear loss
        other += only_at(replace(calibrated, plus=times(ratio, loss.reward), minus=loss.reward), 0)
    assert other < COUNT / 2


@each_family
def test_T11_a_small_margin_needs_no_weights(family: str) -> None:
    chance = np.random.default_rng(20)
    for number, (sigma, A, B) in enumerate(drawn(20, family)):
        share = 10 ** -chance.uniform(0, 2) if number % 4 else 1.0
        small, large = hinge(sigma, share * min(A, B)), hinge(sigma, 1.1 * min(A, B))
        assert only_at(Problem(sigma, A, B, small.reward, small.reward, small.bends), 0)
        if sigma(min(A, B)) < 0.999 and max(A, B) > 1.1 * min(A, B):
            assert not only_at(Problem(sigma, A, B, large.reward, large.reward, large.bends), 0)


# ---- sharper: T2, T3, T7, T8


def sharper(seed: int, family: str, share: float) -> Iterator[Problem]:
    """Problems with 3 sigma(share A) <= sigma(A + B), every fourth with equality."""
    chance = np.random.default_rng([seed, FAMILIES.index(family)])
    for number in range(COUNT):
        sigma = Sigmoid(family, float(10 ** chance.uniform(-1, 1)))
        value = chance.uniform(0.001, 0.33)
        more = 10 ** -chance.uniform(0, 4) if number % 4 else 0
        A = sigma.inverse(value) / share
        B = sigma.inverse(3 * value + (1 - 3 * value) * 0.99 * more) - A
        yield Problem(sigma, float(A), float(B))


@each_family
def test_T2_the_weaker_condition_is_enough(family: str) -> None:
    for problem in sharper(21, family, 2 / 3):
        assert problem.A < problem.B
        assert gives_up(problem)
        assert only_falls(problem, -problem.A)
    assert not all(gives_up(problem) for problem in sharper(21, family, 0.65) if problem.B > 0)


def test_T2_exactly_for_softsign_where_both_sides_are_equal() -> None:
    A, B = Fraction(1, 2), Fraction(5, 2)
    assert 3 * softsign(A * 2 / 3) == softsign(A + B)
    assert falls_exactly(A, B, (1, 1), fractions_between(-A, B, 300))
    assert not falls_exactly(A, B / 2, (1, 1), fractions_between(-A, B / 2))


@each_family
def test_T3_criterion_holds_but_for_softsign(family: str) -> None:
    shape, inverse = UNITS[family], INVERSES[family]
    beta = np.linspace(0.001, 0.4999, 5000)
    left = shape.quick_slope(inverse(0 * beta)) + shape.quick_slope(inverse(2 * beta))
    right = 2 * shape.quick_slope(inverse(beta))
    assert (left < right).all() == (family != "softsign")
    assert (left > right).all() == (family == "softsign")


def keeps_the_border(problem: Problem, factor: float = 2) -> bool:
    """Whether there is one maximum, and it is the left end exactly where factor sigma(A) <= sigma(A + B)."""
    end = factor * problem.sigma(problem.A) <= problem.sigma(problem.A + problem.B)
    return len(peaks(problem)) == 1 and gives_up(problem) == end


@each_family
def test_T3_the_border_is_exact(family: str) -> None:
    problems = [*at_the_border(22, family), *(Problem(*one) for one in imbalanced(23, family))]
    assert all(map(keeps_the_border, problems)) == (family != "softsign")
    assert not all(keeps_the_border(problem, 2.005) for problem in problems)
    assert not all(keeps_the_border(problem, 1.995) for problem in problems)


def test_T3prime_softsign_leaves_the_end_for_a_place_inside() -> None:
    A, B = Fraction(1, 2), Fraction("1.51")
    assert 2 * softsign(A) < softsign(A + B)
    assert not falls_exactly(A, B, (1, 1), [-A, -A + Fraction(1, 10)])
    assert falls_exactly(A, B, (1, 1), [-A, -A + Fraction(1, 1000)])  # and yet the end is a local maximum
    (first, second) = peaks(Problem(Sigmoid("softsign"), float(A), float(B)))
    assert first[0] == -A
    assert second[0] <= 0.143334 - 0.5 <= second[1] < second[0] + 1e-5
    assert keeps_the_border(Problem(Sigmoid("arctan"), float(A), float(B)))


def test_T3prime_two_global_maximisers() -> None:
    def lead(B: Fraction) -> tuple[bool, bool]:
        gains = [softsign_gain(Fraction(1, 2), B, (1, 1), t) for t in fractions_between(Fraction(-1, 2), Fraction(0))]
        return any(gain > gains[0] for gain in gains[1:]), all(gain < gains[0] for gain in gains[1:])

    assert lead(Fraction("1.553")) == (True, False)
    assert lead(Fraction("1.555")) == (False, True)  # so in between both are equal
    assert len(peaks(Problem(Sigmoid("softsign"), 0.5, 1.554024))) == 2
    assert len(peaks(Problem(Sigmoid("softsign"), 0.5, 1.58))) == 1


def all_weights(seed: int, family: str) -> Iterator[Problem]:
    """Weights over several decades, half of them near the border at which an end is reached."""
    chance = np.random.default_rng([seed, FAMILIES.index(family)])
    for number, (sigma, A, B) in enumerate(drawn(seed, family, 2 * COUNT, 1.5)):
        if sigma(A + B) < 1 - 1e-6:
            border = float(sigma(A + B) / sigma(A)) - 1
            near = border * (1 + chance.choice([-1, 1]) * 10 ** chance.uniform(-3, -1))
            yield weighted(sigma, A, B, near if number % 2 else 10 ** chance.uniform(-3, 3))


@pytest.mark.parametrize("family", ["tanh", "erf"])
def test_T7_one_maximum_for_all_weights(family: str) -> None:
    problems = list(all_weights(24, family))
    ends = [p.plus(p.sigma(p.A)) <= p.sigma(p.A + p.B) - p.sigma(p.A) for p in problems]
    assert len(ends) / 8 < sum(ends) < len(ends) * 7 / 8
    assert all(len(peaks(problem)) == 1 for problem in problems)
    assert [gives_up(problem) for problem in problems] == ends
    off = [1.01 * p.plus(p.sigma(p.A)) <= p.sigma(p.A + p.B) - p.sigma(p.A) for p in problems]
    assert off != ends


@each_family
def test_T7_slopes_that_are_log_concave(family: str) -> None:
    with mp.workdps(40):
        slope, step = reference.slope(family, 1), mpf(1) / 100
        bent = [slope(u) ** 2 - slope(u - step) * slope(u + step) for u in map(mpf, np.linspace(-9, 9, 181).tolist())]
    assert all(one > 0 for one in bent) == (family in {"tanh", "erf"})


def several(sigma: Sigmoid, A: float, B: float, ratios: Iterable[float]) -> bool:
    return any(len(peaks(weighted(sigma, A, B, float(ratio)))) > 1 for ratio in ratios)


@each_family
def test_T7prime_weights_can_make_two_maxima(family: str) -> None:
    found = several(Sigmoid(family), 1.0, 20.0, np.geomspace(1, 1e5, 100))
    assert found == (family not in {"tanh", "erf"})


def test_T7prime_exactly_for_softsign() -> None:
    A, B = Fraction(1), Fraction(5)
    rise, fall, last = [Fraction(0), Fraction(1)], [Fraction(4), Fraction("4.5")], [B - Fraction(1, 100), B]

    def course(weights: tuple[int, int]) -> list[bool]:
        return [falls_exactly(A, B, weights, pair) for pair in (rise, fall, last)]

    assert course((36, 1)) == [False, True, False]
    assert course((30, 1)) == [False, True, True]


def arctan_place(sigma: Sigmoid, A: float, B: float) -> float:
    E = A * B / (sigma.width * (B - A))
    assert E > 1
    return -sigma.width / (E + np.sqrt((E - 1) * (E + 1)))  # E - sqrt(E^2 - 1), without its cancellation


def tanh_place(sigma: Sigmoid, A: float, B: float, ratio: float) -> float:
    r = (ratio / np.tanh(B / sigma.width) - 1 / np.tanh(A / sigma.width)) / (ratio + 1)
    if -np.tanh(A / sigma.width) < r < np.tanh(B / sigma.width):
        return float(sigma.width * np.arctanh(r))
    return B if r > 0 else -A


def hold_formula(problem: Problem, place: float) -> None:
    """One maximum, there, and not beside it."""
    assert only_at(problem, place)
    ((low, high),) = peaks(problem)
    least = min(problem.A, problem.B)
    assert high - low < 1e-3 * least
    assert not low <= place + 2e-3 * least <= high
    assert not low <= place - 2e-3 * least <= high


def test_T8_the_formula_for_arctan() -> None:
    done = 0
    for sigma, A, B in imbalanced(25, "arctan", 2 * COUNT):
        if 2 * sigma(A) > sigma(A + B):
            done += 1
            hold_formula(Problem(sigma, A, B), arctan_place(sigma, A, B))
    assert done > COUNT / 2


def test_T8_the_formula_for_tanh() -> None:
    problems = list(all_weights(26, "tanh"))
    formulas = [tanh_place(p.sigma, p.A, p.B, float(p.plus(1))) for p in problems]
    ends = [place in {-p.A, p.B} for p, place in zip(problems, formulas, strict=True)]
    assert len(ends) / 8 < sum(ends) < len(ends) * 7 / 8
    for problem, place in zip(problems, formulas, strict=True):
        hold_formula(problem, place)


@pytest.mark.parametrize("family", ["arctan", "tanh"])
def test_T8_the_formula_is_critical_to_24_digits(family: str) -> None:
    with mp.workdps(40):
        A, B, ratio = mpf(2), mpf(7), 1 if family == "arctan" else 3
        E = A * B / (B - A)
        r = (ratio * mp.coth(B) - mp.coth(A)) / (ratio + 1)
        place = mp.sqrt(E**2 - 1) - E if family == "arctan" else mp.atanh(r)
        shifted = [mp.nstr(place * (1 + off), 40) for off in (0, mpf(10) ** -24)]
        (there, size), (beside, _) = (
            reference.gain_partial([-2, 0, 7], family, 1, [text], 0, (ratio, 1)) for text in shifted
        )
        assert abs(there) < size * mpf(10) ** -25 < abs(beside)


# ---- none is left out


def without_test(names: Iterable[str]) -> list[str]:
    """Return the ids of numbered statements that no test is named after."""
    heads = {name.split("_")[1] for name in names if name.startswith("test_")}
    return [one.id for one in NUMBERED.values() if one.slug not in heads]


def test_every_numbered_statement_has_a_test() -> None:
    assert without_test(globals()) == []
    named = {match[1] for name in globals() if (match := re.match(r"test_([A-Z]\d*(?:prime)?)_", name))}
    assert named == {one.slug for one in NUMBERED.values()}
    for one in NUMBERED.values():
        assert without_test(name for name in globals() if not name.startswith(f"test_{one.slug}_")) == [one.id]
