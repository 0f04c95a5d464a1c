"""Descent with momentum: the closed form on a quadratic, derived gradients against differences, divergence is said."""

import numpy as np
import pytest
import sympy
from mpmath import mp, mpf
from tests import reference

from lossbook.descent import descend, gradient_of

X, Y = sympy.symbols("x y", real=True)
SETTINGS = [(0.1, 0.0), (0.5, 0.0), (0.1, 0.5), (0.3, 0.9), (1.5, 0.3), (0.04, 0.64)]


def closed_form(rate: float, momentum: float, curvature: float, steps: int) -> np.ndarray:
    """Raise the matrix of (theta, former theta) on the loss c theta^2 / 2 to its powers, from a start at rest in 1."""
    step = np.array([[1 + momentum - rate * curvature, -momentum], [1.0, 0.0]])
    return np.array([(np.linalg.matrix_power(step, k) @ [1.0, 1.0])[0] for k in range(steps + 1)])


@pytest.mark.parametrize(("rate", "momentum"), SETTINGS)
@pytest.mark.parametrize("curvature", [0.25, 1.0])
def test_path_on_a_quadratic_is_the_closed_form(rate: float, momentum: float, curvature: float) -> None:
    path = descend(lambda theta: curvature * theta, [1.0], learning_rate=rate, momentum=momentum, steps=60)
    np.testing.assert_allclose(path[:, 0], closed_form(rate, momentum, curvature, 60), rtol=0, atol=1e-12)


def test_other_momentum_would_be_seen() -> None:
    path = descend(lambda theta: theta, [1.0], learning_rate=0.1, momentum=0.5, steps=60)[:, 0]
    assert np.abs(path - closed_form(0.1, 0.51, 1.0, 60)).max() > 1e-3


def test_path_is_kept_within_an_interval() -> None:
    free = descend(lambda theta: theta, [1.0, 0.1], learning_rate=1.5, momentum=0.3, steps=30)
    kept = descend(lambda theta: theta, [1.0, 0.1], learning_rate=1.5, momentum=0.3, steps=30, interval=(-0.2, 1.0))
    wide = descend(lambda theta: theta, [1.0, 0.1], learning_rate=1.5, momentum=0.3, steps=30, interval=(-9.0, 9.0))
    assert free.min() < -0.2
    assert kept.min() == -0.2
    assert kept[1, 0] == -0.2
    np.testing.assert_array_equal(wide, free)


def test_empty_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="interval must be a pair of increasing numbers; got"):
        descend(lambda theta: theta, [0.0], learning_rate=0.1, interval=(1.0, 1.0))


def test_path_starts_at_rest_and_has_one_row_a_step() -> None:
    path = descend(lambda theta: theta, [1.0, -2.0], learning_rate=0.1, momentum=0.9, steps=7)
    assert path.shape == (8, 2)
    np.testing.assert_array_equal(path[0], [1.0, -2.0])
    np.testing.assert_allclose(path[1], [0.9, -1.8])
    np.testing.assert_allclose(path[2], path[1] - 0.1 * path[1] + 0.9 * (path[1] - path[0]))


def test_start_is_not_changed() -> None:
    start = np.array([1.0])
    descend(lambda theta: theta, start, learning_rate=0.5, steps=3)
    assert start[0] == 1


@pytest.mark.parametrize(
    ("rate", "momentum", "converges"), [(1.99, 0.0, True), (2.01, 0.0, False), (3.79, 0.9, True), (3.81, 0.9, False)]
)
def test_border_of_stability_is_at_twice_one_plus_momentum(rate: float, momentum: float, converges: bool) -> None:
    path = descend(lambda theta: theta, [1.0], learning_rate=rate, momentum=momentum, steps=2000)
    assert (abs(path[-1, 0]) < 1e-3) == converges


@pytest.mark.parametrize(
    "gradient", [lambda theta: theta, lambda theta: theta**3, lambda theta: np.exp(theta**2) * theta]
)
def test_divergence_is_said_with_its_step(gradient) -> None:
    with pytest.raises(ArithmeticError, match=r"^the path diverged at step \d+: learning_rate = 50"):
        descend(gradient, [3.0], learning_rate=50, steps=2000)


def test_gradient_that_is_no_number_is_said() -> None:
    with pytest.raises(ArithmeticError, match="step 1"):
        descend(lambda theta: theta * np.nan, [1.0], learning_rate=0.1)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"learning_rate": 0}, "learning_rate"),
        ({"learning_rate": -1}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"learning_rate": float("inf")}, "learning_rate"),
        ({"momentum": 1}, "momentum"),
        ({"momentum": -0.1}, "momentum"),
        ({"momentum": float("nan")}, "momentum"),
        ({"steps": 0}, "steps"),
        ({"steps": 1.5}, "steps"),
        ({"steps": True}, "steps"),
        ({"start": [[1.0]]}, "start"),
        ({"start": 1.0}, "start"),
        ({"start": [float("nan")]}, "start"),
    ],
    ids=str,
)
def test_wrong_setting_is_refused_by_name(settings: dict, name: str) -> None:
    arguments = {"start": [1.0], "learning_rate": 0.1} | settings
    with pytest.raises(ValueError, match=rf"^{name} must"):
        descend(lambda theta: theta, arguments.pop("start"), **arguments)


LOSSES = {
    "saddle": (X**2 - Y**2 + X * Y**3, lambda x, y: x**2 - y**2 + x * y**3),
    "waves": (sympy.sin(X) * sympy.exp(-(Y**2)), lambda x, y: mp.sin(x) * mp.exp(-(y**2))),
    "error function": (sympy.erf(X - Y) + X, lambda x, y: mp.erf(x - y) + x),
    "one of them alone": (X**4, lambda x, y: x**4),
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("point", [(0.3, -0.7), (1.5, 0.0), (-2.0, 1.25)])
def test_derived_gradient_agrees_with_differences(name: str, point: tuple[float, float]) -> None:
    expression, truth = LOSSES[name]
    x, y = map(mpf, point)
    differences = [
        reference.central_difference(lambda t: truth(t, y), point[0], 1e-20),
        reference.central_difference(lambda t: truth(x, t), point[1], 1e-20),
    ]
    found = gradient_of(expression, (X, Y))(np.array(point))
    assert found.shape == (2,)
    np.testing.assert_allclose(found, [float(part) for part in differences], rtol=1e-13, atol=1e-14)


def test_loss_with_another_symbol_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"^loss must depend on \[x\] alone; got \['y'\]"):
        gradient_of(X * Y, (X,))
