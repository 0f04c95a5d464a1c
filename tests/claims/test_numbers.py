"""Statements of the ledger that no other test checks by numbers; each with its control."""

from dataclasses import replace

import numpy as np
import pytest

import lossbook as lb

PROBLEM = lb.ThresholdProblem(-1, ["1/5"], 1)
SIGMA = lb.sigmoids.arctan(scale="1/10")
STRAYING = lb.SGD(
    problem=PROBLEM, sigmoid=SIGMA, learning_rate=0.2, steps=4000, start=0.2, replicas=512, seed=3, record_every=1
)


def lowest_mean_square(settings: lb.SGD, place: float) -> float:
    return float(((lb.simulate(settings).trajectory - place) ** 2).mean(axis=1).min())


def test_N1_the_mean_square_stays_above_the_bound_unless_the_rate_decays() -> None:
    """The bound of the proof: min(q) min(d, rate (c_+ + c_-) / 2)^2, with the weakest pull of one point."""
    pull = 2 * float(SIGMA.numeric_derivative(2.0))
    for place in (-0.5, 0.2, 0.9):
        distance = min(place + 1, 1 - place)
        bound = 0.4 * min(distance, 0.2 * pull) ** 2
        assert lowest_mean_square(STRAYING, place) > bound
    falling = replace(STRAYING, learning_rate=lb.decay(0.2, 0.8), steps=20_000, record_every=1000)
    assert lowest_mean_square(falling, 0.202084) < 0.4 * (0.2 * pull) ** 2


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("loss", ["linear", "hinge"])
def test_N6_equal_thresholds_stay_equal_to_the_last_bit(momentum: float, loss: str) -> None:
    settings = lb.SGD(
        problem=lb.ThresholdProblem(0, [4, 8, 12], 16), sigmoid=lb.sigmoids.arctan(), loss=getattr(lb.losses, loss)(),
        weights=(2, 1), learning_rate=0.05, batch=4, momentum=momentum, steps=500, start=[5, 5, 13], replicas=256,
        seed=1,
    )  # fmt: skip
    final = lb.simulate(settings).final
    assert (final[:, 0] == final[:, 1]).all()
    assert (final[:, 0] != final[:, 2]).any()
    apart = lb.simulate(replace(settings, start=[5, 5 + 1e-6, 13])).final
    assert (apart[:, 0] != apart[:, 1]).any()


def test_N8_two_thresholds_are_equal_in_the_end() -> None:
    short = lb.ThresholdProblem(0, [1, 2], 3)
    settings = lb.SGD(
        problem=short, sigmoid=lb.sigmoids.arctan(), learning_rate=2, steps=4000, start=[1, 2], replicas=256, seed=2,
        record_every=400,
    )  # fmt: skip
    paths = lb.simulate(settings).trajectory
    equal = (paths[..., 0] == paths[..., 1]).mean(axis=1)
    assert equal[-1] == 1
    assert (np.diff(equal) >= 0).all()  # what is equal stays equal
    free = lb.simulate(replace(settings, clip=False, steps=400)).final
    assert (free[:, 0] != free[:, 1]).any()


def excess(loss: lb.MarginLoss, sigma: lb.OddSigmoid, t: float, densities: list[np.ndarray]) -> float:
    """Return L'(a_1 + t) - L'(a_1) by sums over thin cells, for step densities on [-1, 0] and [0, 2]."""
    slopes = []
    for theta in (t, 0.0):
        slope = 0.0
        for side, density in zip((-1, 1), densities, strict=True):
            edges = np.linspace(0, 1 if side < 0 else 2, len(density) + 1)
            ends = np.sort(side * edges)
            values = loss.positive.numeric(sigma.numeric(side * (ends - theta)))
            pieces = np.diff(values) * -1.0
            slope += float(pieces @ (density[::-1] if side < 0 else density))
        slopes.append(slope)
    return slopes[0] - slopes[1]


@pytest.mark.parametrize("loss", ["linear", "logistic", "squared"])
@pytest.mark.parametrize("family", ["arctan", "softsign", "erf"])
def test_T13_averaged_drops_decide_where_the_density_does_not_fall(family: str, loss: str) -> None:
    sigma, phi = getattr(lb.sigmoids, family)(), getattr(lb.losses, loss)()
    chance, wrong = np.random.default_rng(5), 0
    for _ in range(150):
        rising = [np.sort(10 ** chance.uniform(-2, 2, 5)) for _ in range(2)]
        t = chance.uniform(-1, 2)
        assert excess(phi, sigma, t, rising) * t > -1e-10
        wrong += excess(phi, sigma, t, [one[::-1] for one in rising]) * t < 0
    assert wrong > 0  # densities that fall away from the truth break it
