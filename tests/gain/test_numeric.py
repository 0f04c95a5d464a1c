"""Gain, gradient and risk in float64 against the definitions at 40 digits, on all families and at the extremes."""

from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp, mpf
from tests import reference

from lossbook.gain import gain, gain_gradient, risk
from lossbook.gain.kinks import bends
from lossbook.loss import MarginLoss, asl, hinge, linear, logistic, ramp
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
    truth = reference.gain(cuts, family, scale, theta, weights)
    assert abs(mpf(float(value)) - truth) <= error
    assert error <= 1e-12 * reference.gain_size(cuts, family, scale, theta, weights)
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
    for function, tail in ((gain, ()), (risk, ()), (gain_gradient, (n,))):
        values, errors = function(problem, TANH, theta, with_error=True)
        assert np.shape(values) == np.shape(errors) == shape + tail
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
    problem, sigma = ThresholdProblem(cuts[0], cuts[1:-1], cuts[-1]), getattr(families, family)("1/4")
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


@pytest.mark.parametrize("loss", [linear(), STEEP, hinge(), hinge(3), ramp(1, 0)], ids=lambda loss: loss.name)
def test_no_bends_without_kinks_between_0_and_1(loss: MarginLoss) -> None:
    assert bends(families.arctan(), loss) == ()


def test_kink_that_both_classes_have_bends_once() -> None:
    both = MarginLoss(hinge("1/2").expression, "", 2 * hinge("1/2").expression)
    assert bends(families.softsign(3), both) == (3, -3)


@pytest.mark.parametrize("function", [gain, gain_gradient, risk])
@pytest.mark.parametrize(
    ("place", "value", "kind", "name"),
    [
        (0, None, TypeError, "problem"),
        (0, (0, [2], 10), TypeError, "problem"),
        (1, "tanh(u)", TypeError, "sigma"),
        (1, np.tanh, TypeError, "sigma"),
        (2, [1, 2], ValueError, "theta"),
        (2, [[1, 2]], ValueError, "theta"),
        (2, float("nan"), ValueError, "theta"),
        (2, [float("inf")], ValueError, "theta"),
        (2, "1", TypeError, "theta"),
        (2, None, TypeError, "theta"),
        (2, 1j, TypeError, "theta"),
    ],
)
def test_wrong_argument_is_refused_by_name(
    function, place: int, value: object, kind: type[Exception], name: str
) -> None:
    arguments = [ThresholdProblem(0, [2], 10), TANH, 1.0]
    arguments[place] = value
    with pytest.raises(kind, match=rf"^{name} must"):
        function(*arguments)


@pytest.mark.parametrize("function", [gain, gain_gradient, risk])
@pytest.mark.parametrize(
    ("weights", "kind"),
    [
        ((1,), TypeError),
        (1, TypeError),
        ((1, 0), ValueError),
        ((1, -1), ValueError),
        ((1, float("nan")), ValueError),
        (None, TypeError),
    ],
)
def test_wrong_weights_are_refused_by_name(function, weights: object, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^weights"):
        function(ThresholdProblem(0, [2], 10), TANH, 1.0, weights=weights)


def test_loss_that_is_no_margin_loss_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^loss must be a MarginLoss"):
        risk(ThresholdProblem(0, [2], 10), TANH, 1.0, "linear")
