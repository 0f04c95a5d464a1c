"""What gain and risk share: lengths from the left end, rounded once, and the refusal of wrong arguments."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from lossbook.gain import gain, gain_and_gradient, gain_gradient, interval_gradients, risk, risk_gradient
from lossbook.gain.setting import Setting
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid, families

TANH = families.tanh()
PROBLEM = ThresholdProblem(10, [11, 13], 16)
WEIGHTED = [gain, gain_gradient, gain_and_gradient, risk, risk_gradient]


def test_lengths_count_from_the_left_end() -> None:
    setting = Setting(PROBLEM, TANH, [[11, 13], [10, 20]], (3, "1/2"))
    assert setting.n == 2
    assert setting.shape == (2,)
    assert setting.theta.tolist() == [[1, 3], [0, 10]]
    assert setting.cuts.tolist() == [0, 1, 3, 6]
    assert setting.lengths == [1, 2, 3]
    assert setting.signs.tolist() == [1, -1, 1]
    assert setting.weights.tolist() == [3, 0.5, 3]
    assert Setting(PROBLEM, TANH, [11, 13], (3, 1, 2)).weights.tolist() == [3, 1, 2]


def test_exact_cuts_are_rounded_once() -> None:
    """The ends are no floats, and cancel: what counts is their exact distance."""
    start = Fraction(10**9) + Fraction(1, 3)
    problem = ThresholdProblem(start, [start + Fraction(1, 7)], start + 1)
    setting = Setting(problem, TANH, [float(start)], (1, 1))
    assert setting.cuts.tolist() == [0, float(Fraction(1, 7)), 1]
    assert float(start + Fraction(1, 7)) - float(start) != float(Fraction(1, 7))
    assert setting.theta[0, 0] == float(Fraction(float(start)) - start)


def test_other_parameters_leave_the_first_as_they_are() -> None:
    setting = Setting(PROBLEM, TANH, [11, 13], (1, 1))
    kept = setting.products
    other = setting.at(np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]]))
    assert other.shape == (3,)
    assert setting.shape == ()
    assert setting.theta.tolist() == [[1, 3]]
    assert other.products is kept is not None


def test_points_lie_in_the_intervals_and_partials_are_slopes_of_the_score() -> None:
    setting = Setting(PROBLEM, TANH, [[11.5, 13], [12, 15]], (1, 1))
    assert setting.pieces(np.array([0.5, 1.0, 1.5, 3.5, 6.0])).tolist() == [0, 0, 1, 2, 2]
    x = np.array([[0.2, 2.0], [1.0, 5.5]])
    values = np.tanh(setting.theta[:, :, np.newaxis] - x[:, np.newaxis, :])
    np.testing.assert_allclose(setting.height(x), np.abs(values.prod(axis=1)), rtol=1e-14)
    arguments = np.array([0.3, -0.7])
    first, second = np.tanh(arguments)
    slopes = [(1 - first**2) * second, (1 - second**2) * first]
    np.testing.assert_allclose(setting.partials(arguments), slopes, rtol=1e-14)


def test_integral_of_a_function_of_place_and_arguments() -> None:
    """Of the interval's number, with cuts at 1 and 3, and of the second argument over [0, 6]."""
    setting = Setting(PROBLEM, TANH, [[11, 13], [11, 12]], (1, 1))
    value, error = setting.integral(lambda piece, arguments: piece + 0 * arguments[0])
    assert np.all(np.abs(value - 8) <= error + 1e-15)
    assert np.all(error < 1e-10)
    value, _ = setting.integral(lambda _, arguments: arguments[1])
    np.testing.assert_allclose(value, [0, -6], atol=1e-12)


@pytest.mark.parametrize("shape", [(), (0,), (4,), (2, 3)])
def test_results_have_the_leading_shape(shape: tuple[int, ...]) -> None:
    setting = Setting(PROBLEM, TANH, np.ones((*shape, 2)), (1, 1))
    rows = len(setting.theta)
    assert np.shape(setting.shaped(np.zeros(rows))) == shape
    assert setting.shaped(np.zeros((rows, 2, 3))).shape == (*shape, 2, 3)
    value, error = setting.result(np.zeros(rows), np.ones(rows), True)
    assert np.shape(value) == np.shape(error) == shape
    assert np.shape(setting.result(np.zeros(rows), np.ones(rows), False)) == shape


def test_sigmoid_that_is_not_analytic_has_no_products() -> None:
    assert Setting(PROBLEM, OddSigmoid.parse("(abs(u+1)-abs(u-1))/2"), [11, 13], (1, 1)).products is None


@pytest.mark.parametrize("function", [*WEIGHTED, interval_gradients])
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
    function: Callable, place: int, value: object, kind: type[Exception], name: str
) -> None:
    arguments = [ThresholdProblem(0, [2], 10), TANH, 1.0]
    arguments[place] = value
    with pytest.raises(kind, match=rf"^{name} must"):
        function(*arguments)


@pytest.mark.parametrize("function", WEIGHTED)
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
def test_wrong_weights_are_refused_by_name(function: Callable, weights: object, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^weights"):
        function(ThresholdProblem(0, [2], 10), TANH, 1.0, weights=weights)


@pytest.mark.parametrize("function", WEIGHTED)
@pytest.mark.parametrize("weights", [(1, 1, 1, 1), (1,), "11", {1: 2}], ids=str)
def test_weights_of_another_number_of_intervals_are_refused(function: Callable, weights: object) -> None:
    with pytest.raises(TypeError, match=r"^weights must be a pair .* or 3 of them, one an interval; got"):
        function(PROBLEM, TANH, [11, 13], weights=weights)
