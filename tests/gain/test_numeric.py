"""Gain and gradient in float64 against the definitions at 40 digits, on all families and at the extremes."""

from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp, mpf
from tests import reference
from tests.gain import routes

from lossbook.gain import gain, gain_and_gradient, gain_gradient, interval_gradients
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid, families

FAMILIES = ["arctan", "algebraic", "softsign", "tanh", "erf"]
TANH = families.tanh()
Case = tuple[str, object, list, list[float], tuple]


def random_case(family: str, n: int, seed: int) -> Case:
    """A random problem with random parameters: some equal, some at the ends or outside, some at the thresholds."""
    chance = np.random.default_rng([seed, n, FAMILIES.index(family)])
    length, ratio = 10.0 ** chance.uniform(-6, 9), 10.0 ** chance.uniform(-4, 4)
    scale = (length * ratio) ** (2 if family == "algebraic" else 1)
    start = float(chance.choice([0.0, 1.0, -length / 2, 100 * length]))
    inner = start + length * np.sort(chance.random(n))
    theta = [
        start + length * chance.random(n),
        start + length * np.full(n, chance.random()),
        start + length * chance.uniform(-2, 3, n),
        chance.choice([start, start + length, *inner], n),
        inner + length * 10.0 ** chance.uniform(-12, -3, n),
    ][seed % 5]
    weights = (1, 1) if seed % 2 else tuple(map(float, 10.0 ** chance.uniform(-3, 3, 2)))
    return family, scale, [start, *map(float, inner), start + length], list(map(float, theta)), weights


def computed(case: Case) -> tuple:
    """Make problem, sigmoid, parameters and weights of the library."""
    family, scale, cuts, theta, weights = case
    return ThresholdProblem(cuts[0], cuts[1:-1], cuts[-1]), getattr(families, family)(scale), theta, weights


def hold(case: Case) -> None:
    """Hold gain and gradient against the definition: errors as stated, and at most 1e-12 of the size's integral."""
    family, scale, cuts, theta, weights = case
    value, error = gain(*computed(case), with_error=True)
    truth, size = reference.gain_and_size(cuts, family, scale, theta, weights)
    assert abs(mpf(float(value)) - truth) <= error
    assert error <= 1e-12 * size
    partials, errors = gain_gradient(*computed(case), with_error=True)
    k = len(theta) // 2
    truth, size = reference.gain_partial(cuts, family, scale, theta, k, weights)
    difference = abs(mpf(float(partials[k])) - truth)
    assert difference <= errors[k] + 1e-300
    assert difference <= 1e-11 * size + 1e-300 or len(theta) == 1


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("turn", [0, 1, 2])
def test_random_problem(family: str, n: int, turn: int) -> None:
    hold(random_case(family, n, (n + 2 * turn + FAMILIES.index(family)) % 5))


EXTREMES: dict[str, tuple[list, list[float]]] = {
    "tiny length": ([0, 1e-6], [3e-7]),
    "huge length": ([0, 1, 1e9], [2.0]),
    "tiny positive class": ([0, 1e-9, 1e9], [0.0]),
    "both lengths far from 0": ([1e6, 1e6 + 1, 1e6 + 3], [1e6 + 1]),
    "at the truth": ([0, 2, 100], [2.0]),
    "at the left end": ([0, 2, 100], [0.0]),
    "at the right end": ([0, 2, 100], [100.0]),
    "far outside": ([0, 2, 100], [1e6]),
    "equal parameters": ([0, 1, 2, 3], [1.5, 1.5]),
    "all at one threshold": ([0, 1, 2, 3, 4], [1.0, 1.0, 1.0]),
    "swapped parameters": ([0, 1, 2, 3], [2.0, 1.0]),
    "parameters at both ends": ([0, 1, 2, 3], [0.0, 3.0]),
    "close parameters": ([0, 1, 2, 3], [1.0, 1.0 + 1e-12]),
    "short middle interval": ([0, 1, 1 + 1e-9, 3], [1.0, 1.0 + 1e-9]),
    "exact fractions": ([0, Fraction(1, 3), Fraction(2, 3), 1], [1 / 3, 2 / 3]),
}
EXTREMES["tiny length"] = ([0, 5e-7, 1e-6], [3e-7])


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_problem(family: str, name: str) -> None:
    cuts, theta = EXTREMES[name]
    hold((family, "1/10", cuts, theta, (3, Fraction(1, 7))))


@pytest.mark.parametrize(
    ("family", "n", "seed"), [("tanh", 2, 14), ("tanh", 2, 19), ("tanh", 3, 37), ("softsign", 2, 4)]
)
def test_gradient_on_long_intervals_keeps_its_stated_error(family: str, n: int, seed: int) -> None:
    """Lengths of hundreds of widths: the rounding of the nodes' places is felt, and must be within what is stated."""
    hold(random_case(family, n, seed))


def test_error_beyond_the_stated_would_be_seen() -> None:
    case = ("tanh", 1, [0, 2, 10], [1.5], (1, 1))
    value, error = gain(*computed(case), with_error=True)
    truth = reference.gain(*[case[2], case[0], case[1], case[3]])
    assert abs(mpf(float(value)) * (1 + mpf("1e-11")) - truth) > error


@pytest.mark.parametrize("family", FAMILIES)
def test_reference_gradient_is_the_difference_of_the_reference_gain(family: str) -> None:
    cuts, theta = [0, 1, 2, 4], [0.8, 2.3]
    for k in range(2):

        def along(t: mpf, k: int = k) -> mpf:
            return reference.gain(cuts, family, 1, [t if i == k else part for i, part in enumerate(theta)])

        with mp.workdps(40):
            h = mpf(10) ** -12
            difference = (along_exact(along, theta[k], h) - along_exact(along, theta[k], -h)) / (2 * h)
            truth, _ = reference.gain_partial(cuts, family, 1, theta, k)
            assert abs(difference - truth) < mpf("1e-20")


def along_exact(function, point: float, step: mpf) -> mpf:
    """Evaluate beside a point, the sum kept as an exact fraction."""
    return function(Fraction(point) + Fraction(int(mp.nint(step * mpf(10) ** 30)), 10**30))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_gradient_agrees_with_differences_of_the_gain(family: str, n: int) -> None:
    problem = ThresholdProblem(0, list(range(1, n + 1)), n + 2)
    sigma, theta = getattr(families, family)("1/2"), np.arange(1, n + 1) - 0.3
    partials = gain_gradient(problem, sigma, theta, (2, 3))
    for k in range(n):
        step = 1e-5 * np.eye(n)[k]
        difference = (gain(problem, sigma, theta + step, (2, 3)) - gain(problem, sigma, theta - step, (2, 3))) / 2e-5
        assert partials[k] == pytest.approx(difference, abs=1e-7)


def test_readers_formula_without_closed_antiderivative_is_integrated() -> None:
    sigma = OddSigmoid.parse("asinh(u)/(1+asinh(abs(u)))")
    problem = ThresholdProblem(0, [2], 10)
    value, error = gain(problem, sigma, 1.5, with_error=True)
    with mp.workdps(30):

        def score(x: mpf) -> mpf:
            return mp.asinh(1.5 - x) / (1 + mp.asinh(abs(1.5 - x)))

        truth = mp.quad(score, [0, 1.5, 2]) - mp.quad(score, [2, 3, 5, 10])
    assert abs(mpf(float(value)) - truth) <= error <= 1e-11


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("shape", [(), (0,), (1,), (4,), (2, 3)])
def test_shapes(n: int, shape: tuple[int, ...]) -> None:
    problem = ThresholdProblem(0, list(range(1, n + 1)), n + 1)
    theta = np.random.default_rng(1).uniform(0, n + 1, (*shape, n))
    for function, tail in ((gain, ()), (gain_gradient, (n,)), (interval_gradients, (n, n + 1))):
        values, errors = function(problem, TANH, theta, with_error=True)
        assert np.shape(values) == np.shape(errors) == shape + tail
        assert np.shape(function(problem, TANH, theta)) == shape + tail
        for index in np.ndindex(shape):
            single = function(problem, TANH, theta[index])
            np.testing.assert_allclose(values[index], single, rtol=1e-12, atol=1e-14)


def test_single_number_serves_for_one_threshold() -> None:
    problem = ThresholdProblem(0, [2], 10)
    assert gain(problem, families.tanh(), 1.5) == gain(problem, families.tanh(), [1.5])
    assert np.ndim(gain(problem, families.tanh(), 1.5)) == 0
    assert gain_gradient(problem, families.tanh(), 1.5).shape == (1,)


def test_many_rows_are_worked_on_in_chunks() -> None:
    problem, theta = ThresholdProblem(0, [1, 2], 3), np.random.default_rng(2).uniform(0, 3, (1500, 2))
    values = gain(problem, families.arctan("1/10"), theta)
    for i in (0, 700, 1499):
        assert values[i] == pytest.approx(gain(problem, families.arctan("1/10"), theta[i]), rel=1e-13)


@pytest.mark.parametrize("family", FAMILIES)
def test_order_of_the_parameters_does_not_matter(family: str) -> None:
    problem, sigma = ThresholdProblem(0, [1, 2, 4], 7), getattr(families, family)()
    forward, back = gain(problem, sigma, [1, 2, 5]), gain(problem, sigma, [5, 2, 1])
    assert forward == pytest.approx(back, rel=1e-13)


@pytest.mark.parametrize("family", FAMILIES)
def test_paper_equation_18_and_mirror_symmetry(family: str) -> None:
    problem, sigma, theta = ThresholdProblem(0, [2], 10), getattr(families, family)("1/2"), np.linspace(-3, 13, 33)
    slope = sigma(theta - 0) + sigma(theta - 10) - 2 * sigma(theta - 2)
    np.testing.assert_allclose(gain_gradient(problem, sigma, theta[:, None])[:, 0], slope, atol=1e-14)
    mirrored = ThresholdProblem(-10, [-2], 0)
    np.testing.assert_allclose(
        gain(problem, sigma, theta[:, None], (2, 3)),
        gain(mirrored, sigma, -theta[:, None], (3, 2)),
        rtol=1e-12,
        atol=1e-13,
    )


KINKED = OddSigmoid.parse("(abs(u+1)-abs(u-1))/2")
OTHER = {"tanh": TANH, "arctan": families.arctan("1/10"), "not analytic": KINKED}


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_gain_and_gradient_are_what_both_functions_give(name: str, n: int) -> None:
    problem, theta = (
        ThresholdProblem(0, list(range(1, n + 1)), n + 2),
        np.random.default_rng(n).uniform(0, n + 2, (2, n)),
    )
    for weights in ((1, 1), (3, "1/7"), [2, 1, "1/3", 4][: n + 1]):
        value, slopes = gain_and_gradient(problem, OTHER[name], theta, weights)
        values, errors = gain(problem, OTHER[name], theta, weights, with_error=True)
        partials, partial_errors = gain_gradient(problem, OTHER[name], theta, weights, with_error=True)
        assert np.all(np.abs(value - values) <= errors + 1e-14)
        assert np.all(np.abs(slopes - partials) <= partial_errors + 1e-14)
    value, slopes = gain_and_gradient(problem, TANH, theta[0])
    assert np.ndim(value) == 0
    assert slopes.shape == (n,)


def test_gain_and_gradient_of_a_single_number() -> None:
    value, slopes = gain_and_gradient(ThresholdProblem(0, [2], 10), TANH, 1.5)
    assert value == gain(ThresholdProblem(0, [2], 10), TANH, 1.5)
    assert slopes.shape == (1,)


@pytest.mark.parametrize("family", ["softsign", "tanh"])
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_weights_of_intervals_agree_with_partial_fractions(family: str, n: int) -> None:
    cuts, theta = list(range(n + 2)), [0.8, 2.3, 1.1, 6.5, 3.9][:n]
    problem, sigma = ThresholdProblem(0, cuts[1:-1], cuts[-1]), getattr(families, family)("1/3")
    weights = [2, 0.25, 3, 1, 7, 0.5][: n + 1]
    truth = routes.INTEGRALS[family](cuts, theta, "1/3", range(n))
    signed = [(-1) ** j * mpf(weight) for j, weight in enumerate(weights)]
    value, error = gain(problem, sigma, theta, weights, with_error=True)
    assert abs(mp.fdot(signed, truth.values) - value) <= error + 1e-15
    slopes, errors = gain_gradient(problem, sigma, theta, weights, with_error=True)
    parts, part_errors = interval_gradients(problem, sigma, theta, with_error=True)
    for k in range(n):
        assert abs(mp.fdot(signed, truth.slopes[k]) - slopes[k]) <= errors[k] + 1e-15
        for j, part in enumerate(truth.slopes[k]):
            assert abs((-1) ** j * part - parts[k, j]) <= part_errors[k, j] + 1e-15
    turned = gain(problem, sigma, theta, weights[::-1], with_error=True)
    assert abs(turned[0] - value) > 1e-3


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_interval_gradients_add_up_to_the_gradient(name: str, n: int) -> None:
    problem, theta = (
        ThresholdProblem(0, list(range(1, n + 1)), n + 2),
        np.random.default_rng(n).uniform(0, n + 2, (3, n)),
    )
    parts = interval_gradients(problem, OTHER[name], theta)
    assert parts.shape == (3, n, n + 1)
    for weights in ([1] * (n + 1), [3.0, 0.5, 2.0, 5.0][: n + 1]):
        total = gain_gradient(problem, OTHER[name], theta, weights)
        np.testing.assert_allclose(parts @ weights, total, rtol=1e-10, atol=1e-11)
    assert np.abs(parts.sum(axis=-1) - total).max() > 1e-3


def test_error_of_many_factors_counts_the_rounding_of_each() -> None:
    problem = ThresholdProblem(0, list(range(1, 17)), 17)
    value, error = gain(problem, families.tanh("1/10"), list(range(1, 17)), with_error=True)
    assert 16 * 2.0**-43 * abs(value) <= error <= 2e-12 * 17
