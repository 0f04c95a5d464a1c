"""The lane loops: single steps against float64 by hand, and their statistics against the recorded path."""

from typing import Any

import numpy as np
import pytest

import lossbook as lb
from lossbook.kernels import lanes
from lossbook.kernels.stream import drawn, first_states

ARCTAN = lb.sigmoids.arctan("1/10")
ONE = lb.ThresholdProblem(-1, ["1/5"], 1)
PROBLEMS = {
    1: ONE,
    2: lb.ThresholdProblem(-1, ["-1/2", "1/3"], 1),
    3: lb.ThresholdProblem(-1, ["-1/2", 0, "1/3"], 1),
    5: lb.ThresholdProblem(-1, ["-3/4", "-1/2", 0, "1/3", "4/5"], 1),
}


def run(problem: lb.ThresholdProblem, **settings: Any) -> lb.Run:
    defaults: dict[str, Any] = {"sigmoid": ARCTAN, "learning_rate": 0.02, "seed": 4}
    return lb.simulate(lb.SGD(problem=problem, **(defaults | settings)))


def points(seed: int, replicas: int, draws: int) -> np.ndarray:
    """Draw the points of [-1, 1] that replicas see: shape (replicas, draws)."""
    words = first_states(seed, range(replicas))
    return np.stack([drawn(words) for _ in range(draws)], axis=1) / 2.0**31


def by_hand(theta: float, seen: np.ndarray, cuts: list[float], weights: tuple[float, float]) -> np.ndarray:
    """Estimate minus the loss's gradient at (theta, theta + 0.1, ...) from points, one after the other."""
    places = theta + 0.1 * np.arange(len(cuts))
    total = np.zeros(len(cuts))
    for x in seen:
        label = (-1) ** sum(x > cut for cut in cuts)
        weight = weights[0] if label > 0 else weights[1]
        values = [2 / np.pi * np.arctan((place - x) / 0.1) for place in places]
        for k, place in enumerate(places):
            slope = 2 / np.pi * 0.1 / (0.1**2 + (place - x) ** 2)
            total[k] += weight * label * slope * np.prod(values[:k] + values[k + 1 :])
    return 2 * total / len(seen)  # 2 is the interval's length


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("batch", [1, 3, 8, 20])
def test_one_step_is_the_one_taken_by_hand(n: int, batch: int) -> None:
    problem, replicas, rate = PROBLEMS[n], 5, 1e-3
    start = 0.05 + 0.1 * np.arange(n)
    settings = {"start": start, "batch": batch, "steps": 1, "replicas": replicas, "weights": (3, "1/2")}
    found = run(problem, learning_rate=rate, **settings).final.reshape(replicas, n) - start
    cuts = [float(cut) for cut in problem.thresholds]
    seen = points(4, replicas, batch)
    wanted = rate * np.array([by_hand(0.05, row, cuts, (3, 0.5)) for row in seen])
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=1e-9)
    swapped = rate * np.array([by_hand(0.05, row, cuts, (0.5, 3)) for row in seen])
    assert np.abs(found - swapped).max() > 1e-4


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("clip", [True, False])
def test_two_steps_carry_the_velocity(nesterov: bool, clip: bool) -> None:
    rate, momentum, replicas = 1e-2, 0.75, 7
    settings = {"start": 0.05, "momentum": momentum, "nesterov": nesterov, "clip": clip, "steps": 2}
    found = run(ONE, learning_rate=rate, replicas=replicas, **settings).final
    for replica, (first, second) in enumerate(points(4, replicas, 2)):
        speed = rate * by_hand(0.05, np.array([first]), [0.2], (1, 1))[0]
        place = 0.05 + speed
        looked_at = place + momentum * speed if nesterov else place
        speed = momentum * speed + rate * by_hand(looked_at, np.array([second]), [0.2], (1, 1))[0]
        assert found[replica] == pytest.approx(place + speed, abs=1e-7)
        assert found[replica] != pytest.approx(place + speed - 0.01 * momentum * (place - 0.05), abs=1e-7)


def of_path(done: lb.Run, burn_in: int) -> dict[str, np.ndarray]:
    """Compute all statistics from the path, which holds every step."""
    problem, path = done.settings.problem, done.trajectory[burn_in:]
    table = lb.metrics.exact_confusion(problem, path[..., np.newaxis] if problem.n == 1 else path)
    return {
        "mean": path.mean(axis=0),
        "variance": path.var(axis=0),
        "error_rate": 1 - table.accuracy.mean(axis=0),
        "sensitivity": table.sensitivity.mean(axis=0),
        "specificity": table.specificity.mean(axis=0),
        "final": path[-1],
    }


def disagreement(done: lb.Run, wanted: dict[str, np.ndarray]) -> float:
    """Give the largest difference of a statistic: of places relative to how far the path goes out."""
    reach = np.maximum(1, np.abs(done.trajectory).max(axis=0))
    scales = {"mean": reach, "variance": reach**2, "final": reach}
    return max(
        float(np.max(np.abs(getattr(done, name) - exact) / scales.get(name, 1))) for name, exact in wanted.items()
    )


@pytest.mark.parametrize(
    ("n", "settings"),
    [
        (1, {"steps": 401, "burn_in": 37}),
        (1, {"steps": 64, "burn_in": 0}),
        (1, {"steps": 130, "burn_in": 129}),
        (1, {"steps": 203, "burn_in": 64, "batch": 11, "momentum": 0.5}),
        (1, {"steps": 203, "burn_in": 5, "clip": False, "learning_rate": 0.2}),
        (1, {"steps": 203, "burn_in": 5, "clip": True, "learning_rate": 0.5}),
        (1, {"steps": 67, "burn_in": 3, "batch": 5, "learning_rate": 0.5, "weights": (1, 40)}),
        (2, {"steps": 203, "burn_in": 10, "batch": 3}),
        (2, {"steps": 131, "burn_in": 0, "clip": False, "learning_rate": 0.3}),
        (3, {"steps": 131, "burn_in": 65, "batch": 9, "nesterov": True, "momentum": 0.5}),
        (3, {"steps": 131, "burn_in": 1, "learning_rate": 0.3}),
        (5, {"steps": 97, "burn_in": 30, "batch": 2}),
        (5, {"steps": 97, "burn_in": 3, "learning_rate": 0.5, "clip": False}),
    ],
    ids=str,
)
def test_statistics_are_those_of_the_recorded_path(n: int, settings: dict[str, Any]) -> None:
    done = run(PROBLEMS[n], replicas=77, record_every=1, **settings)
    assert done.trajectory.shape == (settings["steps"], 77) + ((n,) if n > 1 else ())
    assert disagreement(done, of_path(done, settings["burn_in"])) < 2e-6
    done.trajectory[settings["burn_in"]] += 1e-2
    assert disagreement(done, of_path(done, settings["burn_in"])) > 1e-5, "one place off by 1e-2 must be seen"


def test_thinned_path_holds_every_so_many_steps() -> None:
    whole = run(ONE, steps=100, replicas=70, record_every=1)
    thin = run(ONE, steps=100, replicas=70, record_every=7)
    np.testing.assert_array_equal(thin.trajectory, whole.trajectory[6::7])
    assert run(ONE, steps=100, replicas=70).trajectory.shape == (0, 70)


@pytest.mark.parametrize("batch", [1, 2, 8, 13])
def test_one_threshold_moves_alike_in_the_loops_for_one_and_for_many(batch: int) -> None:
    """Where nothing is clipped, only rounding tells the loops apart."""
    settings: dict[str, Any] = {"steps": 30, "replicas": 65, "batch": batch, "start": 0.2, "momentum": 0.5}
    settings |= {"learning_rate": lb.decay(0.002, 5), "nesterov": True}
    one, many = run(ONE, **settings), run(ONE, clip=False, **settings)
    np.testing.assert_allclose(one.final, many.final, rtol=0, atol=1e-6)
    other = run(ONE, clip=False, **settings | {"learning_rate": lb.decay(0.002, 5.05)})
    assert np.abs(one.final - other.final).max() > 1e-5


def test_evaluate_gives_the_examples_functions() -> None:
    u, margins = np.linspace(-5, 5, 11, dtype=np.float32), np.linspace(-1, 1, 11, dtype=np.float32)
    values, slopes, drops, pulls = (np.empty(shape, np.float32) for shape in (11, 11, (2, 11), (2, 11)))
    lanes.evaluate(u, values, slopes, margins, drops, pulls)
    np.testing.assert_allclose(values, 2 / np.pi * np.arctan(u), atol=1e-6)
    np.testing.assert_allclose(slopes, 1 / (1 + u.astype(float) ** 2), rtol=1e-6)
    np.testing.assert_array_equal(drops, 1)
    np.testing.assert_array_equal(pulls, [slopes, slopes])
