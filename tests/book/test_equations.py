"""One named test for each numbered equation of the paper; the pages show their outcomes beside the equations.

Each test takes another route than the library (mpmath's quadrature, grids, closed forms, differences) and holds a wrong
variant of the equation against the same check, which must refuse it.
"""

from collections.abc import Callable
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy

import lossbook as lb
from lossbook.descent import descend
from lossbook.detection import DiscDetection
from lossbook.gain.symbolic import gain_integral, gain_partial, score, shift_variable, sigma, slope_formula, symbols

DETECTION = DiscDetection(centre=(0.6, 0.5), radius=0.2)
SIGMA = lb.sigmoids.arctan()
PROBLEMS = {
    1: lb.ThresholdProblem(0, [2], 7),
    2: lb.ThresholdProblem(0, [2, "7/2"], 7),
    3: lb.ThresholdProblem(-1, [0, 2, 3], 4),
}
PARAMETERS = {1: [1.4], 2: [1.4, 4.0], 3: [0.2, 1.7, 3.1]}


def square_grid(count: int) -> np.ndarray:
    """Midpoints of a grid over the unit square, shape (count², 2)."""
    middle = (np.arange(count) + 0.5) / count
    return np.stack(np.meshgrid(middle, middle), axis=-1).reshape(-1, 2)


def reference_score(theta: list[float], x: mpmath.mpf) -> mpmath.mpf:
    """The score for the arctan sigmoid, straight from its definition."""
    return mpmath.fprod(2 / mpmath.pi * mpmath.atan(mpmath.mpf(part) - x) for part in theta)


def integral_over(n: int, integrand: Callable[[int, mpmath.mpf], mpmath.mpf]) -> float:
    """Add up the integrals of integrand(label, x) over the intervals of a problem, by mpmath."""
    total = mpmath.mpf(0)
    for number, (low, high) in enumerate(pairwise(PROBLEMS[n].cuts)):
        ends = [mpmath.mpf(cut.p) / cut.q for cut in (low, high)]
        label = (-1) ** number
        total += mpmath.quad(lambda x, label=label: integrand(label, x), np.linspace(*ends, 9).tolist())
    return float(total)


@pytest.mark.equation(1)
def test_equation_1_a_model_answers_0_or_1() -> None:
    points = square_grid(40)
    for theta in [(0.2, 0.2), (0.6, 0.5), (0.8, 0.75)]:
        answers = DETECTION.predict(theta, points)
        assert set(np.unique(answers)) == {0, 1}
        assert answers.shape == (1600,)
    assert not set(np.unique(DETECTION.confidence((0.6, 0.5), points))) <= {0, 1}, "a confidence is not an answer"


@pytest.mark.equation(2)
def test_equation_2_the_prediction_is_the_model() -> None:
    points = square_grid(50)
    inside = np.hypot(*(points - (0.3, 0.6)).T) < 0.2
    assert np.array_equal(DETECTION.predict((0.3, 0.6), points) == 1, inside)
    assert not np.array_equal(DETECTION.predict((0.32, 0.6), points) == 1, inside), (
        "another parameter, another prediction"
    )


@pytest.mark.equation(3)
def test_equation_3_confidence_in_0_1() -> None:
    points = square_grid(50)
    confidence = DETECTION.confidence((0.3, 0.6), points)
    assert np.all((confidence >= 0) & (confidence <= 1))
    assert np.array_equal(confidence > 0.5, DETECTION.predict((0.3, 0.6), points) == 1)
    assert not np.array_equal(confidence > 0.4, DETECTION.predict((0.3, 0.6), points) == 1), "another threshold"


@pytest.mark.equation(4)
def test_equation_4_learning_is_a_path() -> None:
    settings = {"learning_rate": 0.1, "momentum": 0.0}
    path = descend(lambda theta: np.sin(theta), [2.0, 1.0], steps=20, **settings)
    assert path.shape == (21, 2)
    assert np.array_equal(path[8:], descend(lambda theta: np.sin(theta), path[8], steps=12, **settings))
    assert not np.array_equal(path[8:], descend(lambda theta: np.cos(theta), path[8], steps=12, **settings))


@pytest.mark.equation(5)
def test_equation_5_accuracy_is_a_measure() -> None:
    points = square_grid(1500)
    for theta in [(0.6, 0.5), (0.5, 0.45), (0.25, 0.25)]:
        right = np.mean(DETECTION.predict(theta, points) == DETECTION.label(points))
        assert DETECTION.exact_confusion(theta).accuracy == pytest.approx(right, abs=2e-4)
    assert DETECTION.exact_confusion((0.52, 0.45)).accuracy != pytest.approx(right, abs=2e-4)


@pytest.mark.equation(6)
def test_equation_6_estimate_counts_right_answers() -> None:
    points = DETECTION.sample(40_000, seed=3)
    truth, guess = (2 * kind - 1 for kind in (DETECTION.label(points), DETECTION.predict((0.5, 0.45), points)))
    estimate = lb.metrics.confusion(truth, guess).accuracy
    exact = DETECTION.exact_confusion((0.5, 0.45)).accuracy
    error = np.sqrt(exact * (1 - exact) / 40_000)
    assert estimate == np.count_nonzero(truth == guess) / 40_000
    assert abs(estimate - exact) < 4 * error
    assert abs(lb.metrics.confusion(truth, -guess).accuracy - exact) > 100 * error, "inverted answers are noticed"


@pytest.mark.equation(7)
def test_equation_7_loss_is_real_with_a_gradient() -> None:
    for n, problem in PROBLEMS.items():
        theta, step = np.array(PARAMETERS[n]), 1e-5
        slope = [
            (lb.risk(problem, SIGMA, theta + step * unit) - lb.risk(problem, SIGMA, theta - step * unit)) / (2 * step)
            for unit in np.eye(n)
        ]
        gradient = -lb.gain_gradient(problem, SIGMA, theta)
        assert np.isfinite(lb.risk(problem, SIGMA, theta))
        assert np.allclose(slope, gradient, atol=1e-8)
        assert not np.allclose(slope, -gradient, atol=1e-8)


@pytest.mark.equation(8)
def test_equation_8_loss_is_an_integral() -> None:
    problem, count = PROBLEMS[3], 200_000
    x = -1 + 5 * (np.arange(count) + 0.5) / count
    score_there = np.prod([2 / np.pi * np.arctan(theta - x) for theta in PARAMETERS[3]], axis=0)
    pointwise = 1 - problem.label(x) * score_there
    assert lb.risk(problem, SIGMA, PARAMETERS[3]) == pytest.approx(5 * pointwise.mean(), abs=1e-6)
    assert lb.risk(problem, SIGMA, PARAMETERS[3]) != pytest.approx(5 * (2 - pointwise).mean(), abs=1e-6)


@pytest.mark.equation(9)
def test_equation_9_momentum_steps() -> None:
    rate, momentum, curvature = 0.1, 0.6, 1.5
    path = descend(lambda theta: curvature * theta, [1.0], learning_rate=rate, momentum=momentum, steps=40).ravel()
    roots = np.roots([1, -(1 + momentum - rate * curvature), momentum])
    weights = np.linalg.solve([[1, 1], roots], [1, 1 - rate * curvature])
    closed = np.real(weights @ roots[:, np.newaxis] ** np.arange(41))
    assert np.allclose(path, closed, atol=1e-13)
    assert not np.allclose(path, 0.85 ** np.arange(41), atol=1e-3), "without momentum it is another path"


@pytest.mark.equation(10)
def test_equation_10_labels_alternate() -> None:
    problem = lb.ThresholdProblem(0, [1, 3, 4], 6)
    assert [problem.label(x) for x in (0.5, 2, 3.5, 5)] == [1, -1, 1, -1]
    assert [problem.label(x) for x in (0, 1, 3, 4, 6)] == [1, 1, 1, 1, -1], "thresholds belong to the positive side"


@pytest.mark.equation(11)
def test_equation_11_score_is_a_product() -> None:
    for n, theta in PARAMETERS.items():
        names = symbols(n)
        factors = [sympy.Function("s")(part - names.x) for part in names.parameters]
        assert score(n, sympy.Function("s")) == sympy.prod(factors)
        given = score(n, lambda u: SIGMA.expression.subs(SIGMA.symbol, u))
        value = given.subs(dict(zip(names.parameters, theta, strict=True))).subs(names.x, sympy.Rational(1, 3))
        assert float(value) == pytest.approx(float(reference_score(theta, mpmath.mpf(1) / 3)), rel=1e-12)
        assert float(value) != pytest.approx(float(reference_score(theta, mpmath.mpf(1) / 2)), rel=1e-12)


@pytest.mark.equation(12)
def test_equation_12_score_at_least_0_is_positive() -> None:
    for theta in PARAMETERS.values():
        x = np.linspace(-1, 7, 801)
        scores = np.array([float(reference_score(theta, mpmath.mpf(float(point)))) for point in x])
        assert np.all(lb.predict(theta, x)[scores >= 0] == 1)
        assert lb.predict(theta, theta[0]) == 1, "a score of exactly 0 counts as positive"
        assert not np.all(lb.predict([theta[0] - 0.5, *theta[1:]], x)[scores >= 0] == 1)


@pytest.mark.equation(13)
def test_equation_13_score_below_0_is_negative() -> None:
    for theta in PARAMETERS.values():
        x = np.linspace(-1, 7, 801)
        scores = np.array([float(reference_score(theta, mpmath.mpf(float(point)))) for point in x])
        assert np.any(scores < 0)
        assert np.all(lb.predict(theta, x)[scores < 0] == -1)
        assert not np.all(lb.predict([theta[0] + 0.5, *theta[1:]], x)[scores < 0] == -1)


@pytest.mark.equation(14)
def test_equation_14_loss_by_quadrature() -> None:
    for n, problem in PROBLEMS.items():
        value = lb.risk(problem, SIGMA, PARAMETERS[n])
        assert value == pytest.approx(integral_over(n, lambda y, x, n=n: 1 - y * reference_score(PARAMETERS[n], x)))
        assert value != pytest.approx(integral_over(n, lambda y, x, n=n: 1 + y * reference_score(PARAMETERS[n], x)))


@pytest.mark.equation(15)
def test_equation_15_pointwise_loss_in_0_2() -> None:
    for n, problem in PROBLEMS.items():
        x = np.linspace(float(problem.a), float(problem.b), 2001)
        margin = problem.label(x) * np.prod([SIGMA(theta - x) for theta in PARAMETERS[n]], axis=0)
        pointwise = lb.losses.linear()(margin)
        assert np.all((pointwise > 0) & (pointwise < 2))
        assert np.array_equal(pointwise < 1, margin > 0)
        assert not np.array_equal(pointwise < 1.1, margin > 0)


@pytest.mark.equation(16)
def test_equation_16_gain_is_length_minus_loss() -> None:
    for n, problem in PROBLEMS.items():
        value = lb.gain(problem, SIGMA, PARAMETERS[n])
        assert value == pytest.approx(integral_over(n, lambda y, x, n=n: y * reference_score(PARAMETERS[n], x)))
        assert value == pytest.approx(float(problem.length) - lb.risk(problem, SIGMA, PARAMETERS[n]))
        assert value != pytest.approx(integral_over(n, lambda y, x, n=n: reference_score(PARAMETERS[n], x)))


@pytest.mark.equation(17)
def test_equation_17_gain_of_one_threshold() -> None:
    names = symbols(1)
    (a, a_1, b), (theta,), x = names.cuts, names.parameters, names.x
    s = sympy.Function("s")
    assert gain_integral(1, s) == sympy.Integral(s(theta - x), (x, a, a_1)) - sympy.Integral(s(theta - x), (x, a_1, b))
    given = gain_integral(1, sympy.tanh).subs({a: 0, a_1: 2, b: 7, theta: 1})
    value = lb.gain(PROBLEMS[1], lb.sigmoids.tanh(), 1.0)
    assert float(given.evalf(20)) == pytest.approx(value, rel=1e-12)
    assert float(given.evalf(20)) != pytest.approx(lb.gain(PROBLEMS[1], lb.sigmoids.tanh(), 1.01), rel=1e-12)


@pytest.mark.equation(18)
def test_equation_18_slope() -> None:
    theta, s = symbols(1).parameters[0], sympy.Function("s")
    substituted = shift_variable(gain_integral(1, s)).diff(theta)
    assert substituted - slope_formula(s) == 0
    assert substituted - slope_formula(s, (1, 2)) != 0
    derivative_under_the_integral = gain_partial(1, 1, sympy.tanh).subs(
        dict(zip(symbols(1).cuts, (0, 2, 7), strict=True))
    )
    value = float(derivative_under_the_integral.subs(theta, 1).evalf(20))
    assert value == pytest.approx(float(lb.gain_gradient(PROBLEMS[1], lb.sigmoids.tanh(), 1.0)[0]), rel=1e-12)


@pytest.mark.equation(19)
def test_equation_19_slope_by_oddness() -> None:
    (a, a_1, b), (theta,) = symbols(1).cuts, symbols(1).parameters
    paper = -2 * sigma(theta - a_1) + sigma(theta - a) - sigma(b - theta)
    assert slope_formula() - paper == 0
    assert slope_formula() - (-2 * sigma(theta - a_1) + sigma(theta - a) + sigma(b - theta)) != 0
    even = sympy.Function("even")
    assert slope_formula(even) - (-2 * even(theta - a_1) + even(theta - a) - even(b - theta)) != 0, "oddness is needed"
