"""Weights of intervals that make the truth critical: positive, unique, precise; and what class weights can do."""

import itertools
import math

import numpy as np
import pytest
import sympy
from scipy.integrate import quad

import lossbook as lb
from lossbook.gain import interval_gradients
from lossbook.theory import neighbours
from lossbook.theory.interval_weights import best_class_weights, critical_weights, curvature_kernel, stationary
from lossbook.theory.neighbours import Truth, interval_slopes

SIGMAS = {family.__name__: family() for family in lb.sigmoids.ALL}
FAMILIES = [pytest.param(sigma, id=name) for name, sigma in SIGMAS.items()]
UNEVEN = lb.ThresholdProblem(0, [1, 3, 4], 8)
LOSSES = {
    "hinge": lb.losses.hinge("1/10"),
    "squared": lb.losses.squared(),
    "logistic": lb.losses.logistic("1/4"),
    "ASL": lb.losses.asl(),
}


def drawn(count: int, seed: int, most: int = 8) -> list[lb.ThresholdProblem]:
    """Draw problems with lengths from thousandths to hundreds, n from 2 to ``most``."""
    rng, problems = np.random.default_rng(seed), []
    for _ in range(count):
        lengths = np.exp(rng.normal(scale=rng.choice([0.2, 1, 2]), size=rng.integers(3, most + 2)))
        cuts = np.cumsum(np.append(0.0, lengths * math.exp(rng.uniform(-2, 1))))
        problems.append(lb.ThresholdProblem(0, [float(cut) for cut in cuts[1:-1]], float(cuts[-1])))
    return problems


def by_trees(rates: np.ndarray) -> np.ndarray:
    """The stationary law by the matrix-tree theorem: sums over the trees that lead to each state."""
    states, law = range(len(rates)), np.zeros(len(rates))
    for end in states:
        rest = [state for state in states if state != end]
        for targets in itertools.product(states, repeat=len(rest)):
            step = dict(zip(rest, targets, strict=True))
            place = {state: state for state in rest}
            for _ in states:
                place = {state: step.get(here, here) for state, here in place.items()}
            if all(here == end for here in place.values()):
                law[end] += np.prod([rates[state, target] for state, target in step.items()])
    return law / law.sum()


@pytest.mark.parametrize("sigma", FAMILIES)
def test_weights_are_positive_and_make_the_truth_critical(sigma) -> None:
    light = sigma is SIGMAS["erf"]  # whose tails leave the range of float64 at 27
    for problem in [one for one in drawn(16, 1) if not light or one.length < 20]:
        found, slopes = critical_weights(problem, sigma), interval_slopes(Truth(problem, sigma))[0]
        assert found.weights.min() > 0
        assert found.weights.mean() == pytest.approx(1)
        size = np.abs(slopes) @ found.weights
        assert np.all(np.abs(slopes @ found.weights) <= 1e-11 * size)
        wrong = found.weights * np.append(1.01, np.ones(problem.n))
        assert np.abs(slopes @ wrong / size).max() > 1e-4


@pytest.mark.parametrize("sigma", FAMILIES)
def test_slopes_are_those_of_the_gain_by_interval(sigma) -> None:
    values, errors = interval_slopes(Truth(UNEVEN, sigma))
    np.testing.assert_allclose(values, interval_gradients(UNEVEN, sigma, [1, 3, 4]), atol=1e-11)
    assert np.all(errors < 1e-11)
    for k, j in itertools.product(range(3), range(4)):
        assert (values[k, j] > 0) == (j <= k)


def test_rates_are_positive_apart_and_their_rows_sum_to_0() -> None:
    rates = critical_weights(UNEVEN, SIGMAS["erf"]).rates
    assert np.all(rates[~np.eye(4, dtype=bool)] > 0)
    assert np.abs(rates.sum(axis=1)).max() < 1e-15
    padded = np.pad(interval_slopes(Truth(UNEVEN, SIGMAS["erf"]))[0], ((1, 1), (0, 0)))
    np.testing.assert_allclose(rates.T, padded[:-1] - padded[1:], atol=1e-12)


@pytest.mark.parametrize("states", [2, 3, 4, 5])
def test_stationary_law_by_trees(states) -> None:
    rates = np.exp(np.random.default_rng(states).normal(scale=6, size=(states, states)))
    np.testing.assert_allclose(stationary(rates), by_trees(rates), rtol=1e-12)
    assert not np.allclose(stationary(rates.T), by_trees(rates), rtol=0.1)


def test_a_null_vector_of_another_matrix_need_not_be_positive() -> None:
    """The signs of the entries alone do not do it: rows that grow with the distance."""
    slopes = np.array([[1.0, -3.0, -1.0], [3.0, 1.0, -1.0]])
    minors = [(-1) ** j * np.linalg.det(np.delete(slopes, j, axis=1)) for j in range(3)]
    assert min(minors) < 0 < max(minors)


def test_weights_of_the_linear_limit_are_exact() -> None:
    r"""For a huge scale the score is a polynomial, $C_{kj}=\int_{I_j}|\prod_i(a_i-x)|/(a_k-x)\,dx$."""
    found = critical_weights(lb.ThresholdProblem(0, [1, 2], 3), lb.OddSigmoid.parse("tanh(u/100000)"))
    assert found.weights == pytest.approx([0.75, 1.5, 0.75], rel=1e-8)


@pytest.mark.parametrize("name", LOSSES)
def test_weights_for_other_losses_make_the_risk_critical(name) -> None:
    loss, sigma, step, truth = LOSSES[name], SIGMAS["arctan"], 1e-4, np.array([1.0, 3.0, 4.0])
    weights = critical_weights(UNEVEN, sigma, loss).weights
    assert weights.min() > 0
    places = np.concatenate([truth + step * np.eye(3), truth - step * np.eye(3)])
    risks = [lb.risk(UNEVEN, sigma, places, loss, pair) for pair in (weights, np.ones(4))]
    critical, equal = (np.abs(one[:3] - one[3:]) / (2 * step) for one in risks)
    assert critical.max() < 1e-6 < 1e-3 * equal.max()


def test_one_threshold_has_calibrated_weights() -> None:
    problem, sigma = lb.ThresholdProblem(0, [1], 10), SIGMAS["softsign"]
    plus, minus = lb.losses.calibrated_weights(problem, sigma, lb.losses.linear())
    found = critical_weights(problem, sigma)
    assert found.weights[0] / found.weights[1] == pytest.approx(float(plus / minus), rel=1e-12)
    assert found.by_class
    assert best_class_weights(problem, sigma).share < 1e-12


@pytest.mark.parametrize("sigma", FAMILIES)
def test_weights_are_the_minors_within_their_stated_error(sigma) -> None:
    found = critical_weights(UNEVEN, sigma)
    assert 0 < found.error < 1e-9
    values, _ = interval_slopes(Truth(UNEVEN, sigma))
    minors = np.array([(-1) ** j * np.linalg.det(np.delete(values, j, axis=1)) for j in range(4)])
    np.testing.assert_allclose(found.weights, minors / minors.mean(), rtol=2 * found.error)


def test_symmetric_problem_with_two_thresholds_needs_class_weights_only() -> None:
    problem = lb.ThresholdProblem(0, [2, 3], 5)
    for sigma in SIGMAS.values():
        best, found = best_class_weights(problem, sigma), critical_weights(problem, sigma)
        assert found.by_class
        assert best.share < 1e-10 < 1e-3 < np.abs(best.equal).max()
        assert best.weights[0] / best.weights[1] == pytest.approx(found.weights[0] / found.weights[1], rel=1e-9)


@pytest.mark.parametrize("n", [3, 5])
def test_symmetric_problem_with_an_odd_number_gains_nothing_from_class_weights(n) -> None:
    problem = lb.ThresholdProblem(0, [2 * k for k in range(1, n + 1)], 2 * n + 2)
    for sigma in SIGMAS.values():
        best = best_class_weights(problem, sigma)
        assert best.weights == pytest.approx((1, 1), abs=1e-10)
        assert best.share == pytest.approx(1)
        assert not critical_weights(problem, sigma).by_class


def test_best_class_weights_are_the_least_squares() -> None:
    best = best_class_weights(UNEVEN, SIGMAS["tanh"])
    assert 0.01 < best.share < 1
    lengths = []
    for turn in (-0.01, 0, 0.01):
        weights = (best.weights[0] + turn, best.weights[1] - turn)
        shift = neighbours.shifts(UNEVEN, SIGMAS["tanh"], weights).first_order
        lengths.append(np.linalg.norm(shift))
        if not turn:
            np.testing.assert_allclose(shift, best.left, rtol=1e-9)
    assert lengths[1] < min(lengths[0], lengths[2])


def test_best_class_weights_may_not_be_positive() -> None:
    bad = next(p for p in drawn(300, 5, 4) if _leans_too_far(p))
    assert critical_weights(bad, SIGMAS["softsign"]).weights.min() > 0
    with pytest.raises(ValueError, match=r"problem must have a best pair of positive class weights; got 1 \+ t"):
        best_class_weights(bad, SIGMAS["softsign"])


def _leans_too_far(problem: lb.ThresholdProblem) -> bool:
    """Whether the least squares ask for a weight that is not positive."""
    truth = Truth(problem, SIGMAS["softsign"])
    parts = interval_slopes(truth)[0] / truth.own_confidence[:, np.newaxis]
    turn = parts @ truth.signs
    return bool(abs(parts.sum(axis=1) @ turn) > turn @ turn)


def largest(problem: lb.ThresholdProblem, sigma: lb.OddSigmoid) -> float:
    """The largest eigenvalue of the Hessian under critical weights, over the size of the smallest."""
    values = np.linalg.eigvalsh(neighbours.hessian(problem, sigma, critical_weights(problem, sigma).weights))
    return float(values[-1] / -values[0])


def test_the_truth_is_a_maximum_but_for_erf() -> None:
    """With critical weights and six equal lengths of two thirds of the scale."""
    equal = lb.ThresholdProblem(0, ["2/3", "4/3", 2, "8/3", "10/3"], 4)
    assert largest(equal, SIGMAS["erf"]) > 1e-3
    for name in ("arctan", "algebraic", "softsign", "tanh"):
        assert largest(equal, SIGMAS[name]) < -1e-3


def in_pairs(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of points."""
    return points[:, np.newaxis], points


def softsign_kernel(points: np.ndarray) -> np.ndarray:
    """The closed form of the module."""
    u, v = in_pairs(points)
    sizes = np.where(u * v > 0, np.maximum(abs(u), abs(v)), abs(u) + abs(v))
    return 2 / (sizes * (1 + abs(u)) * (1 + abs(v)) * (1 + abs(v - u)))


def algebraic_kernel(points: np.ndarray) -> np.ndarray:
    """The closed form of the module."""
    u, v = in_pairs(points)
    return 3 / ((1 + u**2) * (1 + v**2) * (1 + (v - u) ** 2))


def tanh_kernel(points: np.ndarray) -> np.ndarray:
    """The closed form of the module, at the scale 1."""
    u, v = in_pairs(points)
    return 2 / (np.cosh(u) * np.cosh(v) * np.cosh(v - u))


CLOSED = {"softsign": softsign_kernel, "algebraic": algebraic_kernel, "tanh": tanh_kernel}
POINTS = np.array([-2.5, -0.75, -0.01, 0.3, 0.4, 1.1, 3.0])


@pytest.mark.parametrize("name", CLOSED)
def test_kernel_has_its_closed_form(name) -> None:
    found = curvature_kernel(SIGMAS[name], POINTS)
    np.testing.assert_allclose(found, CLOSED[name](POINTS), rtol=1e-12)
    assert not np.allclose(curvature_kernel(SIGMAS["arctan"], POINTS), found, rtol=0.1)


def mixture(sigma: lb.OddSigmoid, u: float) -> float:
    """The logarithmic slope as a mean over Z, for the scale 1."""
    part = {
        "arctan": lambda h: 1 / (u * (u**2 * math.tanh(h) ** 2 + 1) * (math.pi**2 / 4 + h**2)),
        "softsign": lambda z: 2 / math.pi / (1 + z**2) * z**2 / (u * (u**2 + z**2)),
    }[sigma.name]
    return quad(part, 0, math.inf, epsabs=1e-13)[0]


@pytest.mark.parametrize("name", ["arctan", "softsign"])
def test_slopes_are_mixtures(name) -> None:
    sigma = SIGMAS[name]
    for u in (0.1, 1.0, 7.0):
        wanted = float(sigma.numeric_derivative(np.array([u]))[0] / sigma(u))
        assert mixture(sigma, u) == pytest.approx(wanted, rel=1e-8)
        assert mixture(sigma, 1.01 * u) != pytest.approx(wanted, rel=1e-3)


def test_kernel_of_a_mixture_of_two() -> None:
    """The closed form of the module, for Z = 1 or 2 with equal chances; and the inequality of its proof."""
    u, v, t = sympy.symbols("u v t")
    copies = {1: sympy.Rational(1, 2), 2: sympy.Rational(1, 2)}
    slope = sum(chance * z**2 / (t * (t**2 + z**2)) for z, chance in copies.items())
    at = lambda value: slope.subs(t, value)  # noqa: E731
    kernel, mean = at(v - u) * (at(u) - at(v)) - at(u) * at(v), 0
    for (x, one), (y, two) in itertools.product(copies.items(), repeat=2):
        x2, y2, d, gap = x**2, y**2, y**2 - x**2, (v - u) ** 2
        bracket = 3 * (x2 + y2) + 2 * d * x2 / (gap + x2) - 2 * d * y2 / (gap + y2)
        bracket += u * v * ((5 * x2 + y2) / (gap + x2) + (x2 + 5 * y2) / (gap + y2))
        bracket += u**2 * v**2 * (3 / (gap + x2) + 3 / (gap + y2))
        places = (u**2 + x2) * (u**2 + y2) * (v**2 + x2) * (v**2 + y2)
        mean += one * two * x2 * y2 * bracket / (2 * places)
    assert sympy.cancel(sympy.together(kernel - mean)) == 0
    assert sympy.cancel(sympy.together(kernel - 2 * mean)) != 0


def least(sigma: lb.OddSigmoid, points: np.ndarray) -> float:
    """The least eigenvalue of the kernel, scaled to a diagonal of 1."""
    kernel = curvature_kernel(sigma, points)
    scale = np.sqrt(np.abs(np.diag(kernel)))
    return float(np.linalg.eigvalsh(kernel / np.outer(scale, scale))[0])


def test_kernel_is_positive_definite_but_for_erf() -> None:
    rng, worst = np.random.default_rng(7), dict.fromkeys(SIGMAS, 1.0)
    for _ in range(30):
        points = rng.normal(scale=10 ** rng.uniform(-0.5, 0.5), size=rng.integers(2, 7))
        for name, sigma in SIGMAS.items():
            worst[name] = min(worst[name], least(sigma, points))
    assert worst.pop("erf") < -1e-3
    assert min(worst.values()) > -1e-12


@pytest.mark.parametrize(("power", "wrong"), [("3/2", False), (2, False), ("9/4", True), (3, True)])
def test_kernel_of_powers_is_positive_definite_up_to_2(power, wrong) -> None:
    """With sharper turns two points are enough for an exception, and two thresholds for a truth that is no maximum."""
    sigma = lb.OddSigmoid.parse(f"u/(1+abs(u)**({power}))**(1/({power}))")
    rng = np.random.default_rng(2)
    found = min(least(sigma, rng.normal(scale=2, size=2)) for _ in range(40))
    assert (found < -1e-3) == wrong
    assert (largest(lb.ThresholdProblem(0, ["1/4", "1/2"], "3/4"), sigma) > 1e-3) == wrong


def test_a_critical_truth_need_not_be_the_best() -> None:
    """Softsign: all thresholds at the left end, one class alone, gain more."""
    problem = lb.ThresholdProblem(0, [1, 5, "21/4"], "29/4")
    weights = critical_weights(problem, SIGMAS["softsign"]).weights
    assert largest(problem, SIGMAS["softsign"]) < -0.01
    truth, left = lb.gain(problem, SIGMAS["softsign"], [[1, 5, 5.25], [0, 0, 0]], weights)
    assert left > 1.2 * truth
    weights = critical_weights(problem, SIGMAS["tanh"]).weights
    truth, left = lb.gain(problem, SIGMAS["tanh"], [[1, 5, 5.25], [0, 0, 0]], weights)
    assert left < truth


def test_arguments_are_checked() -> None:
    with pytest.raises(TypeError, match=r"loss must be a MarginLoss .* got 'hinge'"):
        critical_weights(UNEVEN, SIGMAS["tanh"], "hinge")
    with pytest.raises(ValueError, match=r"positive rates between all intervals; the smallest, for linear and erf, is"):
        critical_weights(lb.ThresholdProblem(0, [100, 200], 300), SIGMAS["erf"])
    rising = lb.MarginLoss.parse("m")
    with pytest.raises(ValueError, match=r"positive rates .* for m and tanh, is -"):
        critical_weights(UNEVEN, SIGMAS["tanh"], rising)
    for points in ([1, 1], [0, 1], 3):
        with pytest.raises(ValueError, match=r"points must be a list of distinct numbers other than 0; got"):
            curvature_kernel(SIGMAS["tanh"], points)
    with pytest.raises(ValueError, match=r"rates must be a square matrix; got shape \(2,\)"):
        stationary(np.ones(2))
    with pytest.raises(ValueError, match=r"rates must not be negative; got -1"):
        stationary(np.array([[0, -1], [1, 0]]))
    with pytest.raises(ValueError, match=r"rates must lead from every state to every other; got none from state 1"):
        stationary(np.array([[0, 1], [0, 0]]))
