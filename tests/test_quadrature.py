"""Quadrature: values within the stated error of closed forms, cuts that are where they should be, rough integrands."""

from collections.abc import Callable

import numpy as np
import pytest
from mpmath import mp, mpf

from lossbook import quadrature
from lossbook.quadrature import Integrand, QuadratureError, difference, graded_cuts


def integrate(function: Callable[[np.ndarray, np.ndarray], np.ndarray], cuts: np.ndarray) -> tuple[np.ndarray, ...]:
    """Integrate a function of points and rows, with the first cut as the centre of each row."""
    bent: Integrand = lambda centre, offset, rows: function(centre + offset, rows)  # noqa: E731
    return quadrature.integrate(bent, cuts, cuts[:, :1])


def interval(low: float, high: float, rows: int = 1) -> np.ndarray:
    """One interval for each row."""
    return np.tile([low, high], (rows, 1)).astype(np.float64)


CLOSED = {
    "exp": (np.exp, 0, 1, lambda: mp.e - 1),
    "cos": (np.cos, 0, 30, lambda: mp.sin(30)),
    "runge": (lambda x: 1 / (1 + 25 * x**2), -1, 1, lambda: 2 * mp.atan(5) / 5),
    "degree 39": (lambda x: x**39, 0, 1, lambda: mpf(1) / 40),
    "odd": (lambda x: x**3, -1, 1, lambda: mpf(0)),
    "constant": (np.ones_like, 0, 1e9, lambda: mpf(10) ** 9),
}


@pytest.mark.parametrize("name", CLOSED)
def test_error_stays_within_what_is_stated(name: str) -> None:
    function, low, high, truth = CLOSED[name]
    value, error = integrate(lambda x, _rows: function(x), interval(low, high))
    assert value.shape == error.shape == (1,)
    assert abs(mpf(float(value[0])) - truth()) <= error[0]


@pytest.mark.parametrize("name", ["exp", "cos", "runge", "degree 39"])
def test_smooth_integrals_reach_thirteen_digits(name: str) -> None:
    function, low, high, truth = CLOSED[name]
    value, error = integrate(lambda x, _rows: function(x), interval(low, high))
    assert abs(float(value[0]) / float(truth()) - 1) < 1e-13
    assert error[0] < 1e-12 * (high - low)


def test_cut_at_a_kink_restores_full_accuracy() -> None:
    cuts = np.array([[0, 1 / 3, 1]])
    value, error = integrate(lambda x, _rows: np.abs(x - 1 / 3), cuts)
    assert abs(value[0] - 5 / 18) < 1e-15
    assert error[0] < 5e-13


@pytest.mark.parametrize(
    ("function", "truth"),
    [(lambda x: np.abs(x - 1 / 3), 5 / 18), (lambda x: np.sign(x - 0.3), 0.4), (np.sqrt, 2 / 3)],
    ids=["kink", "jump", "vertical slope"],
)
def test_rough_place_between_cuts_is_found_or_the_integral_refused(function, truth: float) -> None:
    try:
        value, error = integrate(lambda x, _rows: function(x), interval(0, 1))
    except QuadratureError:
        return
    assert abs(value[0] - truth) <= error[0] <= 1e-9


@pytest.mark.parametrize("function", [lambda x: np.sin(1 / (x + 1e-9)), lambda x: np.sin(1e9 * x)])
def test_integrand_that_is_too_rough_is_refused(function) -> None:
    with pytest.raises(QuadratureError, match="relative error stays at"):
        integrate(lambda x, _rows: function(x), interval(0, 1))


@pytest.mark.parametrize("count", [1, 7, 5000])
def test_rows_are_integrated_each_by_itself(count: int) -> None:
    rates = np.linspace(0.1, 5, count)
    value, error = integrate(lambda x, rows: np.exp(-rates[rows, np.newaxis] * x), interval(0, 2, count))
    np.testing.assert_allclose(value, -np.expm1(-2 * rates) / rates, rtol=1e-13)
    assert (error <= 1e-12 * value).all()


def test_components_are_integrated_together() -> None:
    def powers(x: np.ndarray, _rows: np.ndarray) -> np.ndarray:
        return np.stack([x, x**2, x**3], axis=1)

    value, error = integrate(powers, np.array([[0.0, 1, 2], [0, 0.5, 1]]))
    np.testing.assert_allclose(value, [[2, 8 / 3, 4], [1 / 2, 1 / 3, 1 / 4]], rtol=1e-14)
    assert error.shape == (2, 3)


def test_empty_intervals_and_zero_integrands_are_zero() -> None:
    value, error = integrate(lambda x, _rows: x, np.array([[1.0, 1.0, 1.0]]))
    assert value[0] == error[0] == 0
    value, error = integrate(lambda x, _rows: 0 * x, interval(0, 1))
    assert value[0] == error[0] == 0


@pytest.mark.parametrize("width", [1e-9, 1e-3, 0.4, 1.0, 50.0])
def test_graded_cuts_are_at_the_centres_and_double_away_from_them(width: float) -> None:
    centres, fixed = np.array([[0.25, 0.7], [-3.0, 5.0], [0.5, 0.5]]), np.array([0.0, 0.5, 1.0])
    cuts = graded_cuts(centres, fixed, width)
    assert (np.diff(cuts, axis=1) >= 0).all()
    assert (cuts[:, 0] == 0).all()
    assert (cuts[:, -1] == 1).all()
    for row, wanted in zip(cuts, ([0.25, 0.5, 0.7], [0.5], [0.5]), strict=True):
        assert set(wanted) <= set(row)
    if width <= 0.25:
        assert {0.25 + width, 0.25 - width} <= set(cuts[0])


@pytest.mark.parametrize("width", [1e-9, 1e-4, 0.1])
def test_no_interval_is_wider_than_its_distance_from_a_centre(width: float) -> None:
    """So the singularities near a centre stay three half-widths from the middle of every interval."""
    (cuts,) = graded_cuts(np.array([[0.3]]), np.array([0.0, 1.0]), width)
    widths, nearest = np.diff(cuts), np.minimum(np.abs(cuts[:-1] - 0.3), np.abs(cuts[1:] - 0.3))
    far = widths > 1.001 * width
    assert (widths[far] <= 1.001 * nearest[far]).all()


@pytest.mark.parametrize(
    ("low", "high"), [(1.0, 2.0), (-1.0, 3.0), (0.0, 1e-9), (1e9, 1e9 + 1), (-1e-9, 1e-9), (5.0, 5.0 + 2**-30)]
)
def test_difference_of_an_antiderivative_does_not_cancel(low: float, high: float) -> None:
    """F = u^2 / 2: the difference is (high - low) (high + low) / 2."""
    ends = (np.array([low]), np.array([high]))
    value, error = difference(lambda u: u**2 / 2, lambda u: u, ends, high - low)
    truth = (mpf(high) - mpf(low)) * (mpf(high) + mpf(low)) / 2
    assert abs(mpf(float(value[0])) - truth) <= error[0]
    assert error[0] <= 1e-12 * max(abs(float(truth)), max(low**2, high**2) if low * high <= 0 else 0)


def test_plain_subtraction_would_cancel() -> None:
    low, high = 1e9, 1e9 + 2**-10
    plain = high**2 / 2 - low**2 / 2
    value, _ = difference(lambda u: u**2 / 2, lambda u: u, (np.array([low]), np.array([high])), 2**-10)
    assert value[0] == pytest.approx(976562.5, rel=1e-12)
    assert plain != pytest.approx(976562.5, rel=1e-6)


@pytest.mark.parametrize("distance", [1.0, 1e3, 1e9, 1e15])
def test_width_may_be_smaller_than_the_spacing_of_floats(distance: float) -> None:
    width = 1e-6
    ends = (np.array([distance]), np.array([distance + width]))
    value, error = difference(np.log, lambda u: 1 / u, ends, width)
    with mp.workdps(50):
        truth = mp.log1p(mpf(width) / mpf(distance))
        assert abs(mpf(float(value[0])) / truth - 1) < 1e-12
    assert error[0] <= 1e-12 * value[0]
