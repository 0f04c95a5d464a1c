"""Why thresholds move: the gradient and Hessian at the truth, the predicted shift, and its law for small scales."""

import numpy as np
import pytest

import lossbook as lb
from lossbook.quadrature import graded_cuts, integrate
from lossbook.theory import neighbours
from lossbook.theory.neighbours import Truth

SIGMAS = {family.__name__: family() for family in lb.sigmoids.ALL}
FAMILIES = [pytest.param(sigma, id=name) for name, sigma in SIGMAS.items()]
UNEVEN = lb.ThresholdProblem(0, [6, 14, 16], 24)
WEIGHTS = (2, 1, "1/2", 3)


def equal(length: int | str, n: int = 3) -> lb.ThresholdProblem:
    """Equal lengths: n thresholds."""
    step = lb.ThresholdProblem(0, [length], 10**9).thresholds[0]
    return lb.ThresholdProblem(0, [step * (k + 1) for k in range(n)], step * (n + 1))


@pytest.mark.parametrize("sigma", FAMILIES)
def test_gradient_is_the_imbalance_of_the_others_confidence(sigma) -> None:
    """The integral over the distance t on both sides, by quadrature of its own."""
    cuts = np.unique(np.abs(graded_cuts(np.array([[6.0, 14.0, 16.0]]), np.array([0.0, 24.0]), 0.6) - 14.0))

    def integrand(anchor: np.ndarray, offset: np.ndarray, _: np.ndarray) -> np.ndarray:
        t = anchor + offset
        sides = [neighbours.confidence(UNEVEN, sigma, 14.0 + sign * t)[..., 1] for sign in (-1, 1)]
        return sigma.numeric_derivative(t) * (sides[0] - sides[1])

    wanted = integrate(integrand, cuts[np.newaxis], np.zeros((1, 1)))[0][0]
    found = neighbours.shifts(UNEVEN, sigma).gradient
    assert found[1] == pytest.approx(wanted, rel=1e-9, abs=1e-11)
    assert found[2] != pytest.approx(wanted, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("sigma", FAMILIES)
def test_gradient_is_that_of_the_gain(sigma) -> None:
    found = neighbours.shifts(UNEVEN, sigma, WEIGHTS).gradient
    wanted = lb.gain_gradient(UNEVEN, sigma, [6, 14, 16], WEIGHTS)
    np.testing.assert_allclose(found, wanted, atol=1e-11)
    assert not np.allclose(found, lb.gain_gradient(UNEVEN, sigma, [6, 14, 16]), atol=1e-3)


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), WEIGHTS], ids=["equal", "class", "interval"])
@pytest.mark.parametrize("sigma", FAMILIES)
def test_hessian_is_the_difference_of_gradients(sigma, weights) -> None:
    step, truth = 1e-5, np.array([6.0, 14.0, 16.0])
    moves = step * np.eye(3)
    rows = lb.gain_gradient(UNEVEN, sigma, np.concatenate([truth + moves, truth - moves]), weights)
    wanted = (rows[:3] - rows[3:]) / (2 * step)
    found = neighbours.hessian(UNEVEN, sigma, weights)
    np.testing.assert_array_equal(found, found.T)
    assert np.abs(found - wanted).max() < (1e-4 if sigma is SIGMAS["softsign"] else 1e-7) * np.abs(wanted).max()
    assert np.abs(np.diag(np.diag(found)) - wanted).max() > 1e-3 * np.abs(wanted).max()


def test_the_books_example_moves_the_outer_thresholds_inwards() -> None:
    """The maximiser of arctan with cuts 0, 4, 8, 12, 16."""
    found = neighbours.nearest_optimum(equal(4), SIGMAS["arctan"])
    assert found == pytest.approx([0.07057, 0, -0.07057], abs=1e-5)
    predicted = neighbours.shifts(equal(4), SIGMAS["arctan"])
    assert np.abs(predicted.newton - found).max() < 0.01 * 0.0706
    assert np.abs(predicted.first_order - found).max() < 0.1 * 0.0706
    assert np.abs(-predicted.first_order - found).max() > 0.1  # the wrong sign


@pytest.mark.parametrize("sigma", FAMILIES)
@pytest.mark.parametrize("n", [3, 5])
def test_the_symmetric_middle_stays(sigma, n) -> None:
    assert abs(neighbours.shifts(equal(2, n), sigma).gradient[n // 2]) < 1e-13
    assert abs(neighbours.shifts(equal(2, n), sigma, (2, 1)).gradient[n // 2]) > 1e-3


@pytest.mark.parametrize("name", ["arctan", "algebraic", "softsign"])
def test_heavy_tails_turn_the_direction(name) -> None:
    """Inwards at a scale of a quarter of the length, outwards at one of a sixteenth."""
    sigma = SIGMAS[name]
    near, far = (neighbours.nearest_optimum(equal(length), sigma)[0] for length in (4, 16))
    assert near > 1e-3
    assert far < -1e-4


LAWS = [("arctan", 64, 2), ("softsign", 64, 2), ("algebraic", 32, 2), ("tanh", 4, "3/2"), ("erf", 4, "5/4")]


@pytest.mark.parametrize(("name", "length", "factor"), LAWS, ids=[name for name, *_ in LAWS])
def test_prediction_and_law_draw_near_the_shift_as_the_scale_falls(name, length, factor) -> None:
    """Lengths grow instead: only their quotient with the scale counts."""
    sigma, errors = SIGMAS[name], []
    for problem in (equal(length), equal(lb.ThresholdProblem(0, [factor], 99).thresholds[0] * length)):
        shift = neighbours.nearest_optimum(problem, sigma)[0]
        predicted = neighbours.shifts(problem, sigma).first_order[0]
        law = neighbours.small_scale_law(problem, sigma)[0]
        errors.append(np.abs([predicted / shift - 1, law / shift - 1]))
    assert np.all(errors[1] < 0.8 * errors[0])
    assert errors[1][0] < 3e-3
    assert errors[1][1] < (0.4 if name in ("arctan", "softsign", "algebraic") else 1e-2)


def test_neighbours_add_a_logarithm_to_the_law_of_arctan() -> None:
    r"""The gradient less that of the ends is $4c^2\delta^2\log(1/\delta)\sum\pm d^{-2}$ to leading order."""
    rest = []
    for size in (512, 1024):
        problem = lb.ThresholdProblem(0, [4 * size, 7 * size, 12 * size], 18 * size)
        left = np.array([4.0, 7.0, 12.0]) * size
        ends = -2 / np.pi * (1 / left - 1 / (18 * size - left))
        rest.append((neighbours.shifts(problem, SIGMAS["arctan"]).gradient - ends) * size**2)
    pairs = np.array([1 / 9 + 1 / 64, 1 / 25 - 1 / 9, -1 / 25 - 1 / 64])
    wanted = 4 * (2 / np.pi) ** 2 * np.log(2) * pairs
    np.testing.assert_allclose(rest[1] - rest[0], wanted, rtol=3e-3)
    assert not np.allclose(rest[1] - rest[0], wanted / 2, rtol=0.1)


@pytest.mark.parametrize("sigma", FAMILIES)
def test_units_do_not_matter(sigma) -> None:
    """A length scale of 1/2 on half the problem."""
    scale = "1/4" if sigma is SIGMAS["algebraic"] else "1/2"
    scaled = getattr(lb.sigmoids, sigma.name)(scale)
    half = lb.ThresholdProblem(0, [3, 7, 8], 12)
    one, two = neighbours.shifts(UNEVEN, sigma), neighbours.shifts(half, scaled)
    np.testing.assert_allclose(two.gradient, one.gradient, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(2 * two.first_order, one.first_order, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(2 * two.newton, one.newton, rtol=1e-10, atol=1e-15)
    moved = lb.ThresholdProblem(-5, [-2, 2, 3], 7)
    np.testing.assert_allclose(neighbours.shifts(moved, scaled).newton, two.newton, rtol=1e-12)


def test_confidence_is_the_product_over_the_others() -> None:
    sigma, x = SIGMAS["tanh"], np.array([[1.0, 5.0], [24.5, -1.0]])
    found = neighbours.confidence(UNEVEN, sigma, x)
    assert found.shape == (2, 2, 3)
    assert found[0, 1, 0] == pytest.approx(np.tanh(9) * np.tanh(11), rel=1e-12)
    np.testing.assert_array_equal(found[1], 0)
    one = lb.ThresholdProblem(0, [1], 3)
    np.testing.assert_array_equal(neighbours.confidence(one, sigma, [0.5, 4]), [[1], [0]])


def test_a_formula_of_ones_own_is_taken_in_its_own_units() -> None:
    own, family = lb.OddSigmoid.parse("tanh(2*u)"), lb.sigmoids.tanh("1/2")
    np.testing.assert_allclose(
        neighbours.shifts(UNEVEN, own).newton, neighbours.shifts(UNEVEN, family).newton, rtol=1e-9, atol=1e-14
    )
    with pytest.raises(ValueError, match=r"sigma must be of one of the five families, .* got tanh\(2\*u\)$"):
        neighbours.small_scale_law(UNEVEN, own)


def test_arguments_are_checked() -> None:
    with pytest.raises(TypeError, match=r"problem must be a ThresholdProblem; got 3"):
        Truth(3, SIGMAS["tanh"])
    with pytest.raises(TypeError, match=r"sigma must be an OddSigmoid .* got 'tanh'"):
        Truth(UNEVEN, "tanh")
    with pytest.raises(TypeError, match=r"weights must be .* 4 of them"):
        neighbours.shifts(UNEVEN, SIGMAS["tanh"], (1, 2, 3))
    with pytest.raises(ValueError, match=r"weights\[1\] must be greater than 0"):
        neighbours.hessian(UNEVEN, SIGMAS["tanh"], (1, -2))
