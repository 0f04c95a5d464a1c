"""The numeric search: known maxima, agreement with proved ones and with grids, what is told of every optimum."""

from typing import Any

import numpy as np
import pytest
from tests.problems import FAMILIES, random_problem

import lossbook as lb
from lossbook import multistart

ARCTAN = lb.sigmoids.arctan()
EVEN = lb.ThresholdProblem(0, [4, 8, 12], 16)
SHORT = lb.ThresholdProblem(0, [1, 2], 3)
HIDDEN = lb.ThresholdProblem(0, [2, "21/10"], "41/10")  # its mirror image; both thresholds are best at one end


def free_of(problem: lb.ThresholdProblem, optimum: Any) -> np.ndarray:
    """Tell which thresholds are off the interval's ends."""
    return (optimum.theta != float(problem.a)) & (optimum.theta != float(problem.b))


def eigenvalues(problem: lb.ThresholdProblem, sigma: lb.OddSigmoid, optimum: Any, weights: Any = (1, 1)) -> np.ndarray:
    """Differentiate the gain twice in the thresholds that are off the ends, by its values alone."""
    step = 0.02 * sigma.half_saturation
    axes = step * np.eye(problem.n)[free_of(problem, optimum)]
    shifts = np.array([[[[p * i + q * j for q in (1, -1)] for p in (1, -1)] for j in axes] for i in axes])
    corners = lb.gain(problem, sigma, optimum.theta + shifts, weights)
    signs = np.array([[1, -1], [-1, 1]])
    return np.linalg.eigvalsh((corners * signs).sum(axis=(2, 3)) / (4 * step**2))


def same(first: Any, second: Any) -> bool:
    """Tell whether two results agree in every bit."""
    pairs = zip(first.optima, second.optima, strict=True)
    return all(
        np.array_equal(one.theta, two.theta)
        and {**vars(one), "theta": 0, "optima": 0} == {**vars(two), "theta": 0, "optima": 0}
        for one, two in [(first, second), *pairs]
    )


@pytest.mark.parametrize(
    ("problem", "wanted", "merged"),
    [(EVEN, [4.0706, 8, 11.9294], ()), (SHORT, [1.5, 1.5], ((0, 1),))],
    ids=["a class a threshold", "lost class"],
)
def test_the_book_s_maxima_are_found(problem: lb.ThresholdProblem, wanted: list[float], merged: tuple) -> None:
    found = lb.search_maximum(problem, ARCTAN, starts=8)
    np.testing.assert_allclose(found.theta, wanted, atol=5e-5)
    assert found.merged == merged
    assert found.hessian == "negative definite"
    assert found.gain == pytest.approx(lb.gain(problem, ARCTAN, found.theta), rel=1e-12)
    assert found.risk == pytest.approx(lb.risk(problem, ARCTAN, found.theta, lb.losses.linear()), rel=1e-12)


def test_the_seed_decides_every_bit() -> None:
    problem, sigma, weights = random_problem(3, 4)
    first, again, other = (lb.search_maximum(problem, sigma, weights, starts=12, seed=seed) for seed in (1, 1, 2))
    assert same(first, again)
    assert not same(first, other)
    np.testing.assert_allclose(first.theta, other.theta, atol=1e-6)


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("seed", range(5), ids=FAMILIES)
def test_what_is_told_of_an_optimum_is_so(n: int, seed: int) -> None:
    problem, sigma, weights = random_problem(n, seed)
    found = lb.search_maximum(problem, sigma, weights, starts=6)
    assert sum(optimum.starts for optimum in found.optima) == 6
    gains = [optimum.gain for optimum in found.optima]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] == found.gain
    for optimum in found.optima:
        assert np.all(np.diff(optimum.theta) >= 0)
        equal = [k for k in range(n - 1) if optimum.theta[k] == optimum.theta[k + 1]]
        assert equal == [k for group in optimum.merged for k in group[:-1]]
        assert optimum.gain == pytest.approx(lb.gain(problem, sigma, optimum.theta, weights), abs=1e-10)
        slopes, free = lb.gain_gradient(problem, sigma, optimum.theta, weights), free_of(problem, optimum)
        assert optimum.gradient_norm == pytest.approx(np.abs(slopes[free]).max(initial=0), abs=1e-9)
        assert optimum.gradient_norm < 1e-5
        assert np.all(slopes[optimum.theta == float(problem.a)] <= 0)
        assert np.all(slopes[optimum.theta == float(problem.b)] >= 0)
        assert optimum.hessian in ("negative definite", "none")
        assert not free.any() or np.all(eigenvalues(problem, sigma, optimum, weights) < 0)


@pytest.mark.parametrize("n", [2, 3])
def test_no_random_place_is_better(n: int) -> None:
    for seed in range(3):
        problem, sigma, weights = random_problem(n, seed)
        found = lb.search_maximum(problem, sigma, weights, starts=12)
        places = np.random.default_rng(seed).uniform(0, float(problem.b), (500, n))
        others = lb.gain(problem, sigma, places, weights)
        assert others.max() <= found.gain
        inwards = np.where(found.theta < float(problem.b) / 2, 0.3, -0.3)
        assert lb.gain(problem, sigma, found.theta + inwards, weights) < found.gain


def test_thresholds_are_held_by_the_ends() -> None:
    found = lb.search_maximum(lb.ThresholdProblem(0, [3, 4, 9], 12), ARCTAN, starts=12)
    assert found.theta[1:].tolist() == [12, 12]
    assert 0 < found.theta[0] < 12
    assert (found.merged, found.hessian) == (((1, 2),), "negative definite")
    corner_problem = lb.ThresholdProblem(-1, ["-9/10"], 9)
    corner = lb.search_maximum(corner_problem, ARCTAN, starts=3)
    assert (corner.theta.tolist(), corner.hessian, corner.gradient_norm) == ([-1], "none", 0)
    assert lb.gain_gradient(corner_problem, ARCTAN, corner.theta) < -0.5


@pytest.mark.parametrize("family", FAMILIES)
def test_one_threshold_agrees_with_the_proved_maxima(family: str) -> None:
    problem, sigma = lb.ThresholdProblem("-1/3", [1], 4), getattr(lb.sigmoids, family)()
    best, found = lb.maximize_gain(problem, sigma), lb.search_maximum(problem, sigma, starts=12)
    assert len(best.points) == 1
    assert found.theta[0] == pytest.approx(float(best.points[0][0]), abs=1e-7)
    middles = sorted(float(peak.interval[0]) for peak in best.local)
    np.testing.assert_allclose(sorted(optimum.theta[0] for optimum in found.optima), middles, atol=1e-6)


def test_both_maxima_of_softsign_are_found() -> None:
    found = lb.search_maximum(lb.ThresholdProblem(0, ["1/2"], "204/100"), lb.sigmoids.softsign(), starts=12)
    assert len(found.optima) == 2
    assert found.optima[0].theta[0] > 0
    assert found.optima[1].theta[0] == 0


LOSSES = {"linear": None, "logistic": lb.losses.logistic(), "hinge": lb.losses.hinge(margin="1/2")}


@pytest.mark.parametrize("name", ["logistic", "hinge"])
def test_one_threshold_agrees_with_the_proved_least_risk(name: str) -> None:
    loss, weights = LOSSES[name], (3, 1)
    problem, sigma = lb.ThresholdProblem(0, [2], 8), lb.sigmoids.tanh()
    best = lb.minimize_risk(problem, sigma, loss, weights)
    found = lb.search_maximum(problem, sigma, weights, loss, starts=4)
    assert found.theta[0] == pytest.approx(float(best.points[0][0]), abs=2e-6)
    assert found.risk == pytest.approx(lb.risk(problem, sigma, found.theta, loss, weights), rel=1e-9)
    assert found.theta[0] != pytest.approx(lb.search_maximum(problem, sigma, weights, starts=4).theta[0], abs=1e-3)


@pytest.mark.parametrize("name", LOSSES)
def test_two_thresholds_are_best_on_a_grid(name: str) -> None:
    loss = LOSSES[name]
    problem, sigma, weights = lb.ThresholdProblem(0, [2, "7/2"], 6), lb.sigmoids.erf(), (1, 3, 2)
    found = lb.search_maximum(problem, sigma, weights, loss, starts=6)
    centre, reach = np.array([3.0, 3.0]), 3.0
    for _ in range(5):
        steps = np.linspace(-reach, reach, 9)
        grid = np.clip(centre + np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2), 0, 6)
        risks = lb.risk(problem, sigma, grid, loss or lb.losses.linear(), weights)
        centre, reach = grid[risks.argmin()], reach / 3
        assert found.risk <= risks.min() + 1e-10
    np.testing.assert_allclose(found.theta, np.sort(centre), atol=0.02)


def test_class_weights_are_weights_of_intervals() -> None:
    pair, each, heavy = (lb.search_maximum(EVEN, ARCTAN, w, starts=4) for w in ((2, 1), (2, 1, 2, 1), (2, 1, 3, 1)))
    assert same(pair, each)
    assert np.abs(pair.theta - heavy.theta).max() > 0.01


def test_linear_loss_is_the_default() -> None:
    plain, linear = (lb.search_maximum(SHORT, ARCTAN, loss=loss, starts=4) for loss in (None, lb.losses.linear()))
    assert same(plain, linear)


def test_places_move_with_the_problem() -> None:
    far = lb.search_maximum(lb.ThresholdProblem(1000, [1004, 1008, 1012], 1016), ARCTAN, starts=4)
    np.testing.assert_allclose(far.theta - 1000, lb.search_maximum(EVEN, ARCTAN, starts=4).theta, atol=1e-9)


def test_a_start_on_a_saddle_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The truth and its pure flow are their own mirror image, and the maxima are not."""
    found = lb.search_maximum(HIDDEN, ARCTAN, starts=1)
    assert found.theta.tolist() in ([0, 0], [4.1, 4.1])
    monkeypatch.setattr(multistart, "_MOST_KICKS", 0)
    stuck = lb.search_maximum(HIDDEN, ARCTAN, starts=1)
    np.testing.assert_allclose(stuck.theta, 2.05, atol=1e-6)
    assert stuck.hessian == "indefinite"
    assert stuck.gain < found.gain
    assert eigenvalues(HIDDEN, ARCTAN, stuck)[-1] > 0


def test_sixteen_thresholds() -> None:
    problem = lb.ThresholdProblem(0, list(range(3, 51, 3)), 51)
    found = lb.search_maximum(problem, lb.sigmoids.tanh(), starts=2)
    assert found.theta.shape == (16,)
    assert found.gradient_norm < 1e-5
    assert found.hessian == "negative definite"
    assert np.abs(found.theta - np.arange(3, 51, 3)).max() < 0.5


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"problem": (0, 1, 2)}, TypeError, "problem must be a ThresholdProblem; got \\(0, 1, 2\\)"),
        ({"problem": lb.ThresholdProblem(0, range(1, 18), 18)}, ValueError, "problem must have at most 16 .* got 17"),
        ({"sigma": "arctan"}, TypeError, "sigma must be an OddSigmoid .* got 'arctan'"),
        ({"weights": (1, 0)}, ValueError, r"weights\[1\] must be greater than 0; got 0"),
        ({"weights": (1, 2, 3)}, TypeError, r"weights must be a pair .* or 4 of them, .* got \(1, 2, 3\)"),
        ({"loss": "hinge"}, TypeError, "loss must be a MarginLoss .* got 'hinge'"),
        ({"starts": 0}, ValueError, "starts must be a whole number from 1 to 100000; got 0"),
        ({"starts": 100_001}, ValueError, "starts must be a whole number .* got 100001"),
        ({"starts": 2.0}, TypeError, "starts must be a whole number; got 2.0"),
        ({"seed": -1}, ValueError, "seed must be a whole number .* got -1"),
        ({"seed": True}, TypeError, "seed must be a whole number; got True"),
    ],
    ids=lambda part: "-".join(part) if isinstance(part, dict) else "",
)
def test_a_wrong_argument_is_named(change: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        lb.search_maximum(**{"problem": EVEN, "sigma": ARCTAN, **change})
