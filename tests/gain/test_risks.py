"""Risk and its gradient in float64 for all kinds of losses and weights: definition, closed form, differences."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp, mpf
from tests import reference

from lossbook.gain import gain, gain_gradient, risk, risk_gradient
from lossbook.loss import MarginLoss, asl, hinge, linear, logistic, ramp
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import families

FAMILIES = ["arctan", "algebraic", "softsign", "tanh", "erf"]
SIGMAS = {name: getattr(families, name)("1/4") for name in ("arctan", "tanh", "softsign")}


@pytest.mark.parametrize("n", [1, 2, 3])
def test_linear_risk_is_the_length_minus_the_gain(n: int) -> None:
    problem, theta = ThresholdProblem(0, list(range(1, n + 1)), n + 2), np.arange(1, n + 1) - 0.4
    for weights in ((1, 1), (3, "1/7")):
        total = float(problem.positive_length) * weights[0] + float(problem.negative_length) * float(
            Fraction(weights[1])
        )
        value, error = risk(problem, families.erf(), theta, weights=weights, with_error=True)
        assert value == pytest.approx(total - gain(problem, families.erf(), theta, weights), rel=1e-13)
        assert 0 <= error <= 1e-11 * total


LOSSES = {
    "linear": (linear(), lambda m: 1 - m),
    "squared": (MarginLoss((1 - linear().symbol) ** 2), lambda m: (1 - m) ** 2),
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("n", [1, 2])
def test_risk_agrees_with_the_definition(family: str, name: str, n: int) -> None:
    cuts, theta, weights = list(range(n + 2)), [0.9, 1.7][:n], (2, 0.5)
    problem = ThresholdProblem(cuts[0], cuts[1:-1], cuts[-1])
    loss, function = LOSSES[name]
    value, error = risk(problem, getattr(families, family)("1/10"), theta, loss, weights, with_error=True)
    truth = reference.risk(cuts, family, "1/10", theta, function, weights)
    assert abs(mpf(float(value)) - truth) <= error <= 1e-11 * abs(truth)


def half_hinge(m: mpf) -> mpf:
    return max(mpf(0), mpf("0.5") - m)


def steep_logistic(m: mpf) -> mpf:
    return mp.log(1 + mp.exp(-4 * m))


def negative_asl(m: mpf) -> mpf:
    shifted = max(mpf(0), 1 / (1 + mp.exp(4 * m)) - mpf("0.05"))
    return -(shifted**4) * mp.log(1 - shifted)


STEEP = logistic("1/4")
KINKED: dict[str, tuple[MarginLoss, tuple, list]] = {
    "hinge": (hinge("1/2"), (half_hinge, half_hinge), [lambda one: one / 2]),
    "ramp": (ramp("3/4", 0), 2 * (lambda m: min(mpf("0.75"), max(mpf(0), mpf("0.75") - m)),), [
        lambda one: 3 * one / 4, lambda one: 0 * one,
    ]),
    "logistic and hinge": (
        MarginLoss(STEEP.expression, "", hinge("1/2").expression), (steep_logistic, half_hinge), [lambda one: one / 2],
    ),
    "ASL": (asl(temperature="1/4"), (steep_logistic, negative_asl), [lambda one: mp.log(19 * one) / 4]),
    "smooth": (MarginLoss(STEEP.expression, "", (1 - STEEP.symbol) ** 2), (steep_logistic, lambda m: (1 - m) ** 2), []),
}  # fmt: skip


@pytest.mark.parametrize("family", ["arctan", "tanh"])
@pytest.mark.parametrize("name", KINKED)
@pytest.mark.parametrize("n", [1, 2])
def test_risk_of_pairs_and_kinks_agrees_with_the_definition(family: str, name: str, n: int) -> None:
    cuts, theta, weights = list(range(n + 2)), [0.9, 1.7][:n], (2, 0.5)
    problem, sigma = ThresholdProblem(cuts[0], cuts[1:-1], cuts[-1]), SIGMAS[family]
    loss, sides, kinks = KINKED[name]
    value, error = risk(problem, sigma, theta, loss, weights, with_error=True)
    truth = reference.risk(cuts, family, "1/4", theta, sides, weights, kinks)
    assert abs(mpf(float(value)) - truth) <= 1e-10 * abs(truth)
    assert 0 <= error <= 1e-10 * abs(truth)
    if not loss.symmetric:
        swapped = MarginLoss(loss.negative.expression, "", loss.expression)
        assert abs(mpf(float(risk(problem, sigma, theta, swapped, weights))) - truth) > 1e-3 * abs(truth)


@pytest.mark.parametrize("name", ["hinge", "ASL"])
def test_risk_with_kinks_anywhere_agrees_with_the_definition(name: str) -> None:
    """Kinks outside the interval, at its ends, at the truth; many parameters at once."""
    loss, sides, kinks = KINKED[name]
    theta = np.array([-0.5, 0.0, 0.1, 0.9, 1.0, 1.1, 1.9, 2.0, 3.5])
    values = risk(ThresholdProblem(0, [1], 2), families.arctan("1/10"), theta[:, np.newaxis], loss)
    for place, value in zip(theta, values, strict=True):
        truth = reference.risk([0, 1, 2], "arctan", "1/10", [float(place)], sides, kinks=kinks)
        assert abs(mpf(float(value)) - truth) <= 1e-10 * abs(truth)


def by_interval(n: int, sides: tuple, theta: list[float], weights: list, k: int | None = None) -> mpf:
    """Integrate the definition for tanh of scale 1/4 on intervals of length 1, each with its weight, or the partial."""
    total = mpf(0)
    with mp.workdps(20):
        for j in range(n + 1):
            y, side = (-1) ** j, sides[j % 2]

            def integrand(x: mpf, y: int = y, side: Callable[[mpf], mpf] = side) -> mpf:
                factors = [mp.tanh(4 * (part - x)) for part in theta]
                margin = y * mp.fprod(factors)
                if k is None:
                    return side(margin)
                others = mp.fprod(factor for i, factor in enumerate(factors) if i != k)
                return mp.diff(side, margin) * y * 4 * mp.sech(4 * (theta[k] - x)) ** 2 * others

            ends = sorted({mpf(j), mpf(j + 0.5), mpf(j + 1), *(mpf(part) for part in theta if j < part < j + 1)})
            total += weights[j] * mp.quad(integrand, ends, maxdegree=5)
    return total


@pytest.mark.parametrize(("n", "theta"), [(2, [0.9, 1.7]), (3, [0.9, 1.7, 2.2])])
def test_interval_weights_agree_with_the_definition(n: int, theta: list[float]) -> None:
    loss, sides, _ = KINKED["smooth"]
    problem, weights = ThresholdProblem(0, list(range(1, n + 1)), n + 1), [3, 0.5, 2, 7][: n + 1]
    value, error = risk(problem, SIGMAS["tanh"], theta, loss, weights, with_error=True)
    assert abs(by_interval(n, sides, theta, weights) - value) <= error
    slopes, errors = risk_gradient(problem, SIGMAS["tanh"], theta, loss, weights, with_error=True)
    assert abs(by_interval(n, sides, theta, weights, k=n - 1) - slopes[-1]) <= errors[-1] + 1e-14
    turned = risk_gradient(problem, SIGMAS["tanh"], theta, loss, weights[::-1])
    assert abs(turned[-1] - slopes[-1]) > 0.01


WEIGHTS = {"none": lambda n: (1, 1), "classes": lambda n: (3, "1/7"), "intervals": lambda n: [2, "1/2", 5, 1][: n + 1]}
DIFFERENT = {
    "logistic": STEEP,
    "hinge": hinge("1/2"),
    "ramp": ramp("3/4", 0),
    "pair with a kink": KINKED["logistic and hinge"][0],
    "ASL": asl(temperature="1/4"),
}


@pytest.mark.parametrize(
    ("name", "weights"), [*((name, "intervals") for name in DIFFERENT), ("logistic", "none"), ("ASL", "classes")]
)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_gradient_agrees_with_differences_of_the_risk(n: int, name: str, weights: str) -> None:
    problem = ThresholdProblem(0, list(range(1, n + 1)), n + 1)
    arguments = DIFFERENT[name], WEIGHTS[weights](n)
    sigma = SIGMAS[["arctan", "tanh", "softsign"][n - 1]]
    theta = np.array([0.8, 2.15, 2.9])[:n]
    slopes, errors = risk_gradient(problem, sigma, theta, *arguments, with_error=True)
    assert slopes.shape == errors.shape == (n,)
    assert np.all(errors <= 1e-9)
    ahead, behind = (risk(problem, sigma, theta + step * np.eye(n), *arguments) for step in (1e-5, -1e-5))
    np.testing.assert_allclose(slopes, (ahead - behind) / 2e-5, rtol=1e-7, atol=1e-7)
    other = risk_gradient(problem, sigma, theta + 1e-3, *arguments)
    assert np.abs(other - slopes).max() > 1e-5


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_gradient_of_linear_loss_is_that_of_the_gain_with_the_other_sign(n: int, weights: str) -> None:
    """By the gain for the linear loss itself, and by integration of the loss for twice of it."""
    problem, factors = ThresholdProblem(0, list(range(1, n + 1)), n + 1), WEIGHTS[weights](n)
    theta = np.random.default_rng(n).uniform(-1, n + 2, (4, n))
    truth = gain_gradient(problem, SIGMAS["arctan"], theta, factors)
    for loss in (None, linear()):
        slopes, errors = risk_gradient(problem, SIGMAS["arctan"], theta, loss, factors, with_error=True)
        np.testing.assert_array_equal(slopes, -truth)
        assert np.all(errors <= 1e-11 * sum(float(Fraction(factor)) for factor in factors))
    twice = MarginLoss(2 - 2 * linear().symbol)
    np.testing.assert_allclose(
        risk_gradient(problem, SIGMAS["arctan"], theta, twice, factors), -2 * truth, rtol=1e-10, atol=1e-12
    )
    np.testing.assert_array_equal(risk_gradient(problem, SIGMAS["arctan"], theta, weights=factors), -truth)


@pytest.mark.parametrize("family", SIGMAS)
@pytest.mark.parametrize("name", KINKED)
def test_gradient_of_one_threshold_is_a_sum_of_four_values_of_the_loss(family: str, name: str) -> None:
    """Each interval's risk is an integral of the loss over u = theta - x: only its ends move."""
    loss, (positive, negative), _ = KINKED[name]
    sigma, theta = reference.sigmoid(family, "1/4"), [-0.3, 0.0, 0.6, 1.0, 1.9, 3.2]
    problem = ThresholdProblem(0, [1], 3)
    slopes, errors = risk_gradient(
        problem, SIGMAS[family], np.array(theta)[:, np.newaxis], loss, (2, 0.5), with_error=True
    )
    wrong = 0
    for place, (slope,), (error,) in zip(map(mpf, theta), slopes, errors, strict=True):
        plus = positive(sigma(place)) - positive(sigma(place - 1))
        minus = negative(-sigma(place - 1)) - negative(-sigma(place - 3))
        assert abs(2 * plus + minus / 2 - slope) <= error + 1e-11
        wrong = max(wrong, abs(plus + minus / 2 - slope))
    assert wrong > 1e-3


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 3)])
def test_shapes(n: int, shape: tuple[int, ...]) -> None:
    problem = ThresholdProblem(0, list(range(1, n + 1)), n + 1)
    theta = np.random.default_rng(1).uniform(0, n + 1, (*shape, n))
    for loss in (None, STEEP):
        for function, tail in ((risk, ()), (risk_gradient, (n,))):
            values, errors = function(problem, SIGMAS["tanh"], theta, loss, with_error=True)
            assert np.shape(values) == np.shape(errors) == shape + tail
            for index in np.ndindex(shape):
                single = function(problem, SIGMAS["tanh"], theta[index], loss)
                np.testing.assert_allclose(values[index], single, rtol=1e-11, atol=1e-13)


def test_single_number_serves_for_one_threshold() -> None:
    problem = ThresholdProblem(0, [2], 10)
    assert risk_gradient(problem, SIGMAS["tanh"], 1.5, STEEP).shape == (1,)
    assert risk(problem, SIGMAS["tanh"], 1.5, STEEP) == risk(problem, SIGMAS["tanh"], [1.5], STEEP)


@pytest.mark.parametrize("function", [risk, risk_gradient])
@pytest.mark.parametrize("loss", ["linear", 1, lambda m: 1 - m, linear], ids=["text", "number", "function", "family"])
def test_loss_that_is_no_margin_loss_is_refused(function: Callable, loss: object) -> None:
    with pytest.raises(TypeError, match=r"^loss must be a MarginLoss"):
        function(ThresholdProblem(0, [2], 10), SIGMAS["tanh"], 1.0, loss)
