"""The asymmetric loss with a stopped gradient: its formulas, how far it is from the derivative, where it leads."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy
from mpmath import mp
from scipy.optimize import brentq

from lossbook import ThresholdProblem, sigmoids
from lossbook.loss import M, MarginLoss, asl, calibrated_ratio, logistic
from lossbook.loss.stopped import stopped_asl, stopped_asl_derivative

POINTS = np.array([-1, -0.7, -0.2, 0, 0.3, 0.65, 1])
SETTINGS = [(0, 4, "1/20", 1), (2, 3, "1/5", "1/3"), (1, 1, 0, "1/10"), (0, 0, "1/20", "1/10")]


def fast(formula: sympy.Expr) -> Callable[[Any], Any]:
    return sympy.lambdify(M, formula, "numpy")


def shifted(points: np.ndarray, clip: float, scale: float) -> np.ndarray:
    """Give s, of negative points if it is clipped."""
    return np.maximum(0, 1 / (1 + np.exp(points / scale)) - clip)


def share(gamma: float, s: np.ndarray) -> np.ndarray:
    """Give the stopped gradient in units of the derivative, by the formula at the head of the module."""
    return 1 / (1 + gamma * (1 - s) * -np.log1p(-s) / s)


@pytest.mark.parametrize("settings", SETTINGS)
def test_formulas_are_weight_times_slope_by_hand(settings: tuple[Any, ...]) -> None:
    plus, minus, clip, scale = (float(sympy.Rational(value)) for value in settings)
    miss, s = shifted(POINTS, 0, scale), shifted(POINTS, clip, scale)
    truth = -(miss ** (plus + 1)) / scale, -(s**minus) * miss * (1 - miss) / (1 - s) / scale * (miss > clip)
    for formula, values in zip(stopped_asl_derivative(*settings), truth, strict=True):
        np.testing.assert_allclose(fast(formula)(POINTS), values, rtol=1e-11)


@pytest.mark.parametrize("settings", SETTINGS)
def test_stopped_gradient_is_the_derivative_of_another_loss(settings: tuple[Any, ...]) -> None:
    for formula, side in zip(stopped_asl_derivative(*settings), stopped_asl(*settings).sides, strict=True):
        with mp.workdps(50):
            stopped, slope = (sympy.lambdify(M, each, "mpmath") for each in (formula, side.derivative))
            assert all(abs(stopped(mp.mpf(point)) - slope(mp.mpf(point))) < 1e-40 for point in POINTS.tolist())


def test_other_loss_is_the_rest_of_the_series() -> None:
    """Another route to its values: the sum of s^k / k over all k beyond the exponent."""
    loss = stopped_asl(1, 4, "1/20", "1/2")
    for label, gamma, clip in ((1, 1, 0.0), (-1, 4, 0.05)):
        powers = np.arange(gamma + 1, 400)[:, None]
        np.testing.assert_allclose(loss(POINTS, label), np.sum(shifted(POINTS, clip, 0.5) ** powers / powers, 0), 1e-10)


def test_quotient_follows_its_formula_and_keeps_the_sign() -> None:
    points = np.linspace(-12, 2.9, 300)  # where the point is not clipped
    stopped, true = fast(stopped_asl_derivative()[1])(points), fast(asl().negative.derivative)(points)
    found = stopped / true
    np.testing.assert_allclose(found, share(4, shifted(points, 0.05, 1)), rtol=1e-10)
    assert (found > 0).all()
    assert (np.diff(found) < 0).all(), "the better the point is classified, the less is left"
    assert 1 / 5 < found.min() < 0.2002
    assert 0.613 < found.max() < share(4, np.array(0.95)) < 0.6133


def test_quotient_for_margins_within_one() -> None:
    points = np.linspace(-1, 1, 1001)
    found = fast(stopped_asl_derivative()[1])(points) / fast(asl().negative.derivative)(points)
    assert [round(float(value), 4) for value in (found.min(), np.median(found), found.max())] == [
        0.2209,
        0.2549,
        0.3184,
    ]


def test_gradient_without_focusing_is_the_derivative() -> None:
    loss = asl(0, 0, 0)
    assert loss == logistic()
    for formula in stopped_asl_derivative(0, 0, 0):
        np.testing.assert_allclose(fast(formula)(POINTS), fast(loss.derivative)(POINTS), rtol=1e-14)
    assert stopped_asl(0, 0, 0) == loss
    assert stopped_asl(0, 0, "1/20") == asl(0, 0, "1/20")


@pytest.mark.parametrize(("chance", "true", "stopped"), [("1/2", 0.7709, 1.3790), ("1/100", -0.7576, -0.3812)])
def test_best_logit_moves(chance: str, true: float, stopped: float) -> None:
    """The logit z at which the mean of both classes' gradients is 0, positives having that chance."""
    share_of_positives = float(sympy.Rational(chance))

    def rest(formulas: tuple[sympy.Expr, ...]) -> float:
        plus, minus = map(fast, formulas)
        return brentq(lambda z: share_of_positives * plus(z) - (1 - share_of_positives) * minus(-z), -2.5, 8)

    assert rest(tuple(side.derivative for side in asl().sides)) == pytest.approx(true, abs=1e-4)
    assert rest(stopped_asl_derivative()) == pytest.approx(stopped, abs=1e-4)


def test_best_threshold_and_calibrated_ratio_move() -> None:
    """Positives on [0, 2], negatives on (2, 10], arctan: the stopped gradient rests twice as far beyond the truth."""
    problem, sigma = ThresholdProblem(0, [2], 10), sigmoids.arctan()

    def slope(theta: float, loss: MarginLoss) -> float:
        """The slope of the risk: each class contributes the difference at its ends."""
        ends = sigma([theta, theta - 2, theta - 10])
        plus, minus = loss(ends[:2], 1), loss(-ends[1:], -1)
        return float(plus[0] - plus[1] + minus[0] - minus[1])

    for loss, theta, ratio in ((asl(), 3.0686, 0.08129), (stopped_asl(), 4.1381, 0.01983)):
        assert brentq(slope, 2.1, 8, args=(loss,), xtol=1e-6) == pytest.approx(theta, abs=1e-4)
        assert float(calibrated_ratio(problem, sigma, loss).mid()) == pytest.approx(ratio, abs=1e-5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gamma_positive": "1/2"}, "gamma_positive must be a whole number"),
        ({"gamma_negative": "7/2"}, "gamma_negative must be a whole number"),
        ({"clip": 1}, "clip must be"),
        ({"temperature": 0}, "temperature must be"),
    ],
)
def test_what_has_no_elementary_loss_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stopped_asl(**settings)


def test_gradient_alone_takes_any_exponent() -> None:
    values = fast(stopped_asl_derivative(gamma_negative="1/2", clip=0)[1])(POINTS)
    np.testing.assert_allclose(values, -(shifted(POINTS, 0, 1) ** 1.5), rtol=1e-12)
