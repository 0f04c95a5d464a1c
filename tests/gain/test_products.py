"""Integrals of products: values by two other routes, errors below what is proved, few nodes and far tails included."""

from itertools import pairwise

import numpy as np
import pytest
from mpmath import mp, mpf
from tests.gain import routes

from lossbook.gain.ellipses import ellipse_bounds
from lossbook.gain.products import Products, Sums, rule
from lossbook.sigmoid import OddSigmoid, families

FAMILIES = ["arctan", "algebraic", "softsign", "tanh", "erf"]
SIGMAS = {family: getattr(families, family)() for family in FAMILIES}
NOISE = mpf("1e-290")  # what underflows is not counted


def test_rule_is_exact_for_polynomials() -> None:
    nodes, weights = rule(4)
    for power in range(8):
        assert weights @ nodes**power == pytest.approx(1 / (power + 1), rel=1e-14)
    assert abs(weights @ nodes**8 - 1 / 9) > 1e-6


@pytest.mark.parametrize("count", [4, 33, 256])
def test_rule_is_right_to_the_last_bit_at_the_ends_too(count: int) -> None:
    """A weight is 2 / ((1 - x^2) P'(x)^2); numpy's own are off by up to 2e-11 at the ends."""
    nodes, weights = rule(count)
    assert np.all(np.diff(nodes) > 0)
    with mp.workdps(60):
        for k in (0, 1, count // 2):
            x = mp.findroot(lambda z: mp.legendre(count, z), 2 * mpf(float(nodes[k])) - 1)
            slope = count * (x * mp.legendre(count, x) - mp.legendre(count - 1, x)) / (x**2 - 1)
            assert float((1 + x) / 2) == nodes[k]
            assert float(1 / ((1 - x**2) * slope**2)) == weights[k]
    assert weights.sum() == pytest.approx(1, rel=1e-14)


def test_far_tail_of_a_long_panel_keeps_its_stated_error() -> None:
    """The derivative's integral is 4e-180, all of it at the end of a panel of 207 widths: the first weights count."""
    cuts, theta = [0.0, 1378.0, 2473.0, 4422.0], [-206.9, 3403.25]
    found = computed(SIGMAS["tanh"], cuts, [theta])
    truth = routes.tanh(cuts, theta, 1, [0])
    assert 0 < truth.slopes[0][0] < mpf("1e-170")
    assert max(ratios(found, 0, truth)) <= 1


def computed(sigma: OddSigmoid, cuts: list, theta: list) -> Sums:
    products = Products.of(sigma, np.array(cuts, dtype=np.float64))
    assert products is not None
    return products.sums(np.array(theta, dtype=np.float64), errors=True)


def ratios(found: Sums, row: int, truth: routes.Integrals) -> list[float]:
    """True errors over stated ones."""
    pairs = list(zip(found.values[row], found.value_errors[row], truth.values, strict=True))
    for k, parts in truth.slopes.items():
        pairs += zip(found.slopes[row, k], found.slope_errors[row, k], parts, strict=True)
    return [float(abs(mpf(float(value)) - exact) / (mpf(float(error)) + NOISE)) for value, error, exact in pairs]


def case(n: int, length: float, seed: int) -> tuple[list[float], list[list[float]]]:
    """Cuts, and rows of different thresholds: inside, some outside, some very close, one out of order."""
    chance = np.random.default_rng([n, seed])
    cuts = [0.0, *map(float, np.sort(chance.uniform(0, length, n))), length]
    inside = chance.uniform(0, length, n)
    outside = chance.uniform(-2 * length, 3 * length, n)
    close = float(inside[0]) + length * 1e-9 * np.arange(n)
    return cuts, [list(map(float, row)) for row in (inside, outside, close)]


LENGTHS = [1e-6, 3.0, 1e9]


@pytest.mark.parametrize("n", [2, 3, 16])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("family", ["softsign", "tanh"])
def test_sums_agree_with_partial_fractions(family: str, length: float, n: int) -> None:
    cuts, theta = case(n, length, 1)
    found = computed(SIGMAS[family], cuts, theta)
    for row, thresholds in enumerate(theta if n == 3 else theta[:1]):
        truth = routes.INTEGRALS[family](cuts, thresholds, 1, [0, n - 1])
        assert max(ratios(found, row, truth)) <= 1


QUADRATURE = [(2, 5.0), (3, 1e-6), (3, 300.0), (16, 8.0)]


@pytest.mark.parametrize(("n", "length"), QUADRATURE)
@pytest.mark.parametrize("family", ["arctan", "algebraic", "erf"])
def test_sums_agree_with_quadrature(family: str, n: int, length: float) -> None:
    cuts, theta = case(n, length, 2)
    theta[1][-1] = theta[1][0]
    found = computed(SIGMAS[family], cuts, theta)
    for row in (0, 1) if n == 2 else (0,):
        truth = routes.quadrature(family, cuts, theta[row], 1, [n - 1], digits=20)
        assert max(ratios(found, row, truth)) <= 1


@pytest.mark.parametrize("family", ["softsign", "tanh"])
def test_partial_fractions_agree_with_quadrature(family: str) -> None:
    cuts, theta = [0, 1, 2, 4, 5], [0.7, 2.6, 2.5]
    exact = routes.INTEGRALS[family](cuts, theta, "1/3", range(3))
    other = routes.quadrature(family, cuts, theta, "1/3", range(3))
    for parts, others in zip(
        (exact.values, *exact.slopes.values()), (other.values, *other.slopes.values()), strict=True
    ):
        assert max(abs(part - same) for part, same in zip(parts, others, strict=True)) < mpf("1e-22")
    moved = routes.quadrature(family, cuts, [0.7, 2.6, 2.5 + 1e-15], "1/3")
    assert max(abs(part - same) for part, same in zip(exact.values, moved.values, strict=True)) > mpf("1e-17")


@pytest.mark.parametrize("theta", [(1.2, 2.9), (2.9, 0.4), (1.5, 1.5 + 2.0**-30), (-1.0, 7.0)], ids=str)
def test_pair_of_hyperbolic_tangents_obeys_its_identity(theta: tuple[float, float]) -> None:
    """It is tanh u tanh v = 1 - coth(u - v) (tanh u - tanh v): the integral of one tanh is a log cosh."""
    cuts, found = [0, 1, 3, 4], computed(families.tanh("1/2"), [0, 1, 3, 4], [theta])
    with mp.workdps(50):
        first, second = (2 * mpf(part) for part in theta)

        def value(x: mpf) -> mpf:
            logarithms = mp.log(mp.cosh(first - 2 * x)) - mp.log(mp.cosh(second - 2 * x))
            return x + mp.coth(first - second) * logarithms / 2

        truth = routes.Integrals([value(mpf(high)) - value(mpf(low)) for low, high in pairwise(cuts)], {})
        assert max(ratios(found, 0, truth)) <= 1
        truth.values[1] *= 1 + mpf("1e-11")
        assert max(ratios(found, 0, truth)) > 1


def test_equal_thresholds_have_the_integrals_of_a_square() -> None:
    """The integral of tanh^2 is x - tanh, that of its derivative 2 tanh sech^2 is tanh^2: half of it for each."""
    found = computed(families.tanh(), [0, 1, 3, 4], [[1.5, 1.5]])
    for j, (low, high) in enumerate(pairwise([0, 1, 3, 4])):
        ends = np.tanh(1.5 - np.array([low, high]))
        assert found.values[0, j] == pytest.approx(high - low + ends[1] - ends[0], rel=1e-13)
        np.testing.assert_allclose(found.slopes[0, :, j], (ends[0] ** 2 - ends[1] ** 2) / 2, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("family", FAMILIES)
def test_far_thresholds_saturate(family: str) -> None:
    """Far outside a factor is ±1, and its slope the family's tail; far levels have proved bounds too."""
    found = computed(SIGMAS[family], [0, 1, 3, 4], [[1e9, 1.2], [-1e280, 1.2], [1e15, -1e200]])
    assert np.isfinite(found.value_errors).all()
    alone = computed(SIGMAS[family], [0, 1, 4], [[1.2]])
    total = alone.values.sum()
    assert found.values.sum(axis=1) == pytest.approx([total, -total, -4], rel=1e-8)
    assert np.all(found.value_errors <= 1e-12)
    assert np.all(np.abs(found.slopes[1:, 0]) <= 1e-12)


def few_nodes_cases(width: float) -> list[tuple[list[float], list[float]]]:
    """Whole panels at thresholds, panels of all levels, thresholds closer than a panel, and outside."""
    return [
        ([0, width, 3 * width], [0.0]),
        ([0, width, 2 * width, 3 * width], [width, 2 * width]),
        ([0, 1, 3, 4], [1.0, 2.5]),
        ([0, 20, 30, 60], [18.0, 33.0]),
        ([0, 0.3, 0.5, 0.9, 1.5], [0.3, 0.9, 0.9]),
        ([0, 9, 20, 30, 50], [-4.0, 18.0, 18.5]),
    ]


@pytest.mark.parametrize("family", FAMILIES)
def test_truncation_stays_below_its_bound_with_few_nodes(monkeypatch: pytest.MonkeyPatch, family: str) -> None:
    """With few nodes truncation is all that is left of the error; a bound 1000 times smaller would be false."""
    sigma = SIGMAS[family]
    largest = [0.0, 0.0]
    bounds = ellipse_bounds(sigma)
    assert bounds is not None
    for cuts, theta in few_nodes_cases(bounds.widths * sigma.half_saturation):
        truth = routes.quadrature(family, cuts, theta, 1, range(len(theta)), digits=20)
        for nodes in (4, 6, 8):
            monkeypatch.setattr(Products, "nodes_for", lambda *_, nodes=nodes: nodes)
            both = ratios(computed(sigma, cuts, [theta]), 0, truth)
            assert max(both) <= 1
            values, slopes = both[: len(cuts) - 1], both[len(cuts) - 1 :]
            largest = [max(old, *new) for old, new in zip(largest, (values, slopes), strict=True)]
    assert min(largest) > 1e-3


@pytest.mark.parametrize("family", ["softsign", "tanh"])
def test_truncation_of_many_factors_stays_below_its_bound(monkeypatch: pytest.MonkeyPatch, family: str) -> None:
    monkeypatch.setattr(Products, "nodes_for", lambda *_: 4)
    for n, length in ((7, 20.0), (16, 100.0)):
        cuts, theta = case(n, length, 3)
        found = computed(SIGMAS[family], cuts, theta[:1])
        both = ratios(found, 0, routes.INTEGRALS[family](cuts, theta[0], 1, [0, n - 1]))
        assert 1e-12 < max(both) <= 1


@pytest.mark.parametrize("family", FAMILIES)
def test_small_integrals_get_more_nodes(family: str) -> None:
    """On intervals of 10^-3 widths the product of three factors is of the order of 10^-9 of the length."""
    found = computed(SIGMAS[family], [0, 1e-3, 2e-3, 3e-3, 4e-3], [[1e-3, 2e-3, 3e-3], [0.0, 9.0, 1e-3]])
    assert np.all(found.value_errors <= 2e-12 * np.abs(found.values).sum(axis=1, keepdims=True))
    assert np.all(np.abs(found.values[0]) < 1e-11)


def test_what_is_not_wanted_is_not_computed() -> None:
    products = Products.of(families.arctan(), np.array([0.0, 1.0, 2.0, 3.0]))
    assert products is not None
    theta = np.array([[1.0, 2.0], [0.5, 0.5]])
    whole, part = products.sums(theta, errors=True), products.sums(theta, slopes=False)
    np.testing.assert_allclose(part.values, whole.values, rtol=1e-14)
    assert part.slopes.shape == (2, 0, 3)
    assert whole.slopes.shape == whole.slope_errors.shape == (2, 2, 3)
    assert not part.value_errors.any()
    assert whole.value_errors.all()


def test_rows_of_different_difficulty_do_not_disturb_each_other() -> None:
    products = Products.of(families.tanh("1/100"), np.array([0.0, 1.0, 2.0, 3.0]))
    assert products is not None
    theta = np.array([[1.0, 2.0], [1.5, 1.5], [40.0, 2.0], [-3.0, -50.0], [0.0, 3.0]])
    together = products.sums(theta, errors=True)
    for row in range(5):
        alone = products.sums(theta[row : row + 1], errors=True)
        values, slopes = (
            together.value_errors[row] + alone.value_errors,
            together.slope_errors[row] + alone.slope_errors,
        )
        assert np.all(np.abs(together.values[row] - alone.values[0]) <= values)
        assert np.all(np.abs(together.slopes[row] - alone.slopes[0]) <= slopes + 1e-290)


@pytest.mark.parametrize(
    ("sigma", "length"),
    [(families.tanh(), 2.0**41), (OddSigmoid.parse("(abs(u+1)-abs(u-1))/2"), 3.0)],
    ids=["too long", "not analytic"],
)
def test_no_products_where_no_error_is_proved(sigma: OddSigmoid, length: float) -> None:
    assert Products.of(sigma, np.array([0.0, length / 2, length])) is None
    assert Products.of(families.tanh(), np.array([0.0, 1.0, 2.0])) is not None
