"""Kinks of the pointwise loss: bends against inverses in closed form, places against crossings of the score."""

import numpy as np
import pytest
from mpmath import mp, mpf

from lossbook.gain.kinks import bends, kinks
from lossbook.gain.setting import Setting
from lossbook.loss import MarginLoss, hinge, linear, logistic, ramp
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import families

FAMILIES = ["arctan", "algebraic", "softsign", "tanh", "erf"]

INVERSES = {
    "arctan": lambda m, scale: scale * mp.tan(mp.pi * m / 2),
    "algebraic": lambda m, scale: m * mp.sqrt(scale / (1 - m**2)),
    "softsign": lambda m, scale: scale * m / (1 - m),
    "tanh": lambda m, scale: scale * mp.atanh(m),
    "erf": lambda m, scale: scale * mp.erfinv(m),
}


@pytest.mark.parametrize("scale", ["1e-9", "1/10", "1e9"])
@pytest.mark.parametrize("family", FAMILIES)
def test_bends_are_the_inverse_of_the_sigmoid(family: str, scale: str) -> None:
    found = bends(
        getattr(families, family)(scale), MarginLoss(hinge("1/20").expression, "", ramp("3/4", "-1/4").expression)
    )
    with mp.workdps(30):
        truth = [float(INVERSES[family](mpf(m), mpf(scale))) for m in (mpf(1) / 20, mpf(1) / 4, mpf(3) / 4)]
    np.testing.assert_allclose(found[::2], truth, rtol=1e-12)
    np.testing.assert_array_equal(found[1::2], -np.array(found[::2]))
    assert len(found) == 6
    other = bends(getattr(families, family)(scale), hinge("501/10000"))
    assert abs(other[0] / truth[0] - 1) > 1e-3


@pytest.mark.parametrize("loss", [linear(), logistic("1/4"), hinge(), hinge(3), ramp(1, 0)], ids=lambda loss: loss.name)
def test_no_bends_without_kinks_between_0_and_1(loss: MarginLoss) -> None:
    assert bends(families.arctan(), loss) == ()


def test_kink_that_both_classes_have_bends_once() -> None:
    both = MarginLoss(hinge("1/2").expression, "", 2 * hinge("1/2").expression)
    assert bends(families.softsign(3), both) == (3, -3)


TWO_LEVELS = MarginLoss(hinge("1/10").expression, "", ramp("1/2", 0).expression)
THETA = {
    1: [[1.0], [-0.2], [4.1]],
    2: [[1.0, 2.5], [2.5, 1.0], [2.0, 2.0], [2.0, 2.0 + 1e-9], [-1.0, 9.0], [-3.0, -2.0], [0.0, 4.0]],
    3: [[0.5, 1.5, 3.0], [1.0, 1.0, 1.0], [3.5, -5.0, 0.2]],
}


def crossings(theta: list[float], level: float, scale: float) -> list[float]:
    """Where a softsign score's size crosses a level, by a grid and chords."""
    x = np.linspace(0, 4, 4001)
    size = np.abs(np.prod([(part - x) / (np.abs(part - x) + scale) for part in theta], axis=0))
    places = np.flatnonzero((size[1:] - level) * (size[:-1] - level) < 0)
    shares = (level - size[places]) / (size[places + 1] - size[places])
    return list(x[places] + 1e-3 * shares)


@pytest.mark.parametrize("scale", ["1/4", "1/50"])
@pytest.mark.parametrize("n", THETA)
def test_every_crossing_is_found(n: int, scale: str) -> None:
    problem = ThresholdProblem(0, [1, 2, 3][:n], 4)
    found = kinks(Setting(problem, families.softsign(scale), THETA[n], (1, 1)), TWO_LEVELS)
    assert found is not None
    seen = 0
    for places, theta in zip(found, THETA[n], strict=True):
        for level in (0.1, 0.5):
            for crossing in crossings(theta, level, float(mpf(1) / int(scale[2:]))):
                assert np.abs(places - crossing).min() < 2e-4
                seen += 1
    assert seen >= 3


def test_places_are_exact_and_inside() -> None:
    """Two softsigns of scale 1 around a gap of 2 d have the size 1/10 at known places."""
    problem, level = ThresholdProblem(0, [1, 2], 4), MarginLoss(hinge("1/10").expression)
    found = kinks(Setting(problem, families.softsign(), [[1.0, 3.0]], (1, 1)), level)
    assert found is not None
    assert found.min() >= 0
    assert found.max() <= 4
    with mp.workdps(30):
        # inside: (1 - t)(1 + t) / ((2 - t)(2 + t)) = 1/10, t from the middle; outside: (t - 1)(t + 1) / (t (t + 2))
        inner = mp.sqrt(mpf(2) / 3)
        outer = (mpf(2) / 10 + mp.sqrt(mpf(4) / 100 + 4 * mpf(9) / 10)) / (2 * mpf(9) / 10)
        for place in (2 - inner, 2 + inner, 2 - outer, 2 + outer):
            assert np.abs(found - float(place)).min() < 1e-15
        assert np.abs(found - float(2 + inner + mpf("1e-9"))).min() > 1e-10


@pytest.mark.parametrize(
    "loss", [linear(), logistic("1/4"), MarginLoss.parse("max(0, -m)")], ids=lambda loss: loss.name
)
@pytest.mark.parametrize("n", [1, 2])
def test_no_kinks_off_0_give_no_places(n: int, loss: MarginLoss) -> None:
    problem = ThresholdProblem(0, [1, 2][:n], 4)
    assert kinks(Setting(problem, families.tanh(), np.ones(n), (1, 1)), loss) is None


def test_one_threshold_bends_at_both_sides() -> None:
    setting = Setting(ThresholdProblem(0, [1], 4), families.softsign(), [[1.0], [2.5]], (1, 1))
    np.testing.assert_allclose(kinks(setting, hinge("1/2")), [[0.0, 2.0], [1.5, 3.5]])
