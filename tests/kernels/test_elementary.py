"""Elementary functions against float64 and mpmath: errors on dense grids, extreme arguments, the fits, and the bits."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp
from numba import njit
from scipy import special

from lossbook.kernels.arithmetic import COMPILED
from lossbook.kernels.elementary import (
    FITS,
    FUNCTIONS,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
)
from tools.chapters import ROOT

NAMES = ("exp", "log", "atan", "tanh", "sinh", "cosh", "asinh", "sin", "cos", "erf", "erfc", "sqrt", "sign")
NUMPY = {"atan": "arctan", "asinh": "arcsinh"}
EXPONENTIAL, POSITIVE, PERIODIC = ("exp", "sinh", "cosh"), ("log", "sqrt"), ("sin", "cos")
BOUND = 2.0**-21
GOLDEN = "b31a9a31bbea0a1ce63d1ffa66ec16b9bed1737cda26c57de6a8c9c9cd508b8e"


@njit(**COMPILED)
def every_function(points: Any, values: Any) -> None:
    for i in range(len(points)):
        x = points[i]
        values[0, i], values[1, i], values[2, i], values[3, i] = exp(x), log(x), atan(x), tanh(x)
        values[4, i], values[5, i], values[6, i], values[7, i] = sinh(x), cosh(x), asinh(x), sin(x)
        values[8, i], values[9, i], values[10, i], values[11, i] = cos(x), erf(x), erfc(x), sqrt(x)
        values[12, i] = sign(x)


def computed(points: np.ndarray) -> dict[str, np.ndarray]:
    """Give the values of every function at points, each where it promises one."""
    single = points.astype(np.float32)
    values = np.empty((len(NAMES), len(single)), np.float32)
    every_function(single, values)
    return dict(zip(NAMES, values, strict=True))


def domain(name: str, points: np.ndarray) -> np.ndarray:
    """Say where a function promises its accuracy."""
    if name in POSITIVE:
        return points >= 2.0**-126
    return np.abs(points) <= (85 if name in EXPONENTIAL else 1e4)


def truth(name: str, points: np.ndarray) -> np.ndarray:
    """Evaluate in float64."""
    function = getattr(special, name) if name in ("erf", "erfc") else getattr(np, NUMPY.get(name, name))
    return function(points.astype(np.float64))


def error(values: np.ndarray, exact: np.ndarray) -> float:
    """Give the largest error, of numbers above 1 the relative one."""
    return float(np.max(np.abs(values - exact) / np.maximum(1, np.abs(exact))))


RIGHT = np.concatenate([np.geomspace(1e-30, 1e4, 60_001), np.linspace(0, 12, 60_001), np.linspace(0, 1e4, 40_001)])
GRID = np.concatenate([-RIGHT, RIGHT]).astype(np.float32)


@pytest.fixture(scope="module")
def on_grid() -> dict[str, np.ndarray]:
    return computed(GRID)


def test_every_function_is_tested() -> None:
    assert set(NAMES) == set(FUNCTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_error_is_at_most_what_is_promised(on_grid: dict[str, np.ndarray], name: str) -> None:
    where = domain(name, GRID)
    points, values = GRID[where], on_grid[name][where]
    assert error(values, truth(name, points)) <= BOUND
    assert error(values, truth(name, points) + 2 * BOUND) > BOUND, "a wrong constant must be seen"
    assert error(values * np.float32(1 + 2 * BOUND), truth(name, points)) > BOUND, "a wrong factor must be seen"


@pytest.mark.parametrize("name", NAMES)
def test_float64_is_a_fair_judge(name: str) -> None:
    points = GRID[domain(name, GRID)][::4001].astype(np.float64)
    function = getattr(mp, name)
    with mp.workdps(30):
        exact = np.array([float(function(mp.mpf(float(point)))) for point in points])
    assert error(truth(name, points), exact) < 2.0**-44


@pytest.mark.parametrize("name", [name for name in NAMES if name not in (*EXPONENTIAL, *POSITIVE, *PERIODIC)])
def test_extreme_arguments_give_the_limit(name: str) -> None:
    values = computed(np.array([1e30, -1e30, 3e38, -3e38]))[name]
    assert np.isfinite(values).all()
    limits = {"atan": np.pi / 2, "tanh": 1, "erf": 1, "sign": 1}
    if name in limits:
        assert np.abs(values - limits[name] * np.array([1, -1, 1, -1])).max() <= BOUND
    if name == "erfc":
        np.testing.assert_array_equal(values, [0, 2, 0, 2])


@pytest.mark.parametrize("name", PERIODIC)
@pytest.mark.parametrize("point", [1e5, 1e6, 1e30])
def test_sine_and_cosine_of_large_arguments_stay_small(name: str, point: float) -> None:
    assert np.abs(computed(np.array([point, -point]))[name]).max() <= 1 + BOUND


@pytest.mark.parametrize("name", EXPONENTIAL)
def test_exponentials_stop_before_they_overflow(name: str) -> None:
    largest, smallest, end = computed(np.array([1e30, -1e30, 88]))[name]
    assert np.isfinite([largest, smallest]).all()
    assert largest == end
    assert largest > 8e37
    if name == "exp":
        assert smallest == pytest.approx(np.exp(-87), rel=BOUND)
        assert smallest >= 2.0**-126, "the smallest value must not be subnormal"
    else:
        assert abs(smallest) == largest


@pytest.mark.parametrize("name", NAMES)
def test_zero_and_subnormal_arguments(name: str) -> None:
    if name == "log":
        return
    points = np.array([0.0, -0.0, 1e-45, 1e-40, 1e-38] + ([] if name == "sqrt" else [-1e-45, -1e-40, -1e-38]))
    values = computed(points)[name]
    np.testing.assert_allclose(values, truth(name, points.astype(np.float32)), rtol=0, atol=BOUND)


@pytest.mark.parametrize("name", POSITIVE)
@pytest.mark.parametrize("point", [2.0**-126, 1e-30, 1e30, 3e38])
def test_log_and_root_of_extreme_numbers(name: str, point: float) -> None:
    points = np.array([point], np.float32)
    assert error(computed(points)[name], truth(name, points)) <= BOUND


@pytest.mark.parametrize("name", ["atan", "tanh", "sinh", "asinh", "sin", "erf", "sign"])
def test_odd_functions_are_odd_to_the_last_bit(on_grid: dict[str, np.ndarray], name: str) -> None:
    left, right = np.split(on_grid[name], 2)
    np.testing.assert_array_equal(left, -right)


@pytest.mark.parametrize("name", ["cosh", "cos"])
def test_even_functions_are_even_to_the_last_bit(on_grid: dict[str, np.ndarray], name: str) -> None:
    left, right = np.split(on_grid[name], 2)
    np.testing.assert_array_equal(left, right)


def fitted(name: str) -> list[str]:
    """Fit a recorded function on its interval again; the coefficients to ten digits, the constant first."""
    words, ends, recorded = FITS[name]
    names = {word: getattr(mpmath, word) for word in ("exp", "log", "sqrt", "atan", "atanh", "tanh", "sinh", "asinh")}
    names |= {word: getattr(mpmath, word) for word in ("sin", "cos", "erf", "erfc")}
    function: Callable[[Any], Any] = eval(f"lambda x: {words}", names)
    with mp.workdps(40):
        fit = mpmath.chebyfit(function, [mp.mpf(end) for end in ends], len(recorded))
        return [mpmath.nstr(coefficient, 10) for coefficient in reversed(fit)]


def recorded_digits(coefficients: tuple[float, ...]) -> list[str]:
    """Write recorded coefficients in the same way."""
    return [mpmath.nstr(mp.mpf(repr(coefficient)), 10) for coefficient in coefficients]


@pytest.mark.parametrize("name", FITS)
def test_coefficients_are_the_chebyshev_fit_of_the_recorded_function(name: str) -> None:
    found = fitted(name)
    assert recorded_digits(FITS[name][2]) == found
    changed = (*FITS[name][2][:-1], FITS[name][2][-1] * (1 + 1e-9))
    assert recorded_digits(changed) != found, "a changed coefficient must be seen"


def digest(points: np.ndarray) -> str:
    """Hash the bits of every function, each on its domain."""
    values = computed(points)
    parts = [values[name][domain(name, points)].astype("<f4").tobytes() for name in NAMES]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def fixed_grid() -> np.ndarray:
    """Give points by whole-number arithmetic alone: every 65,537th float32 of either sign up to 1e4."""
    right = np.arange(0, int(np.float32(1e4).view(np.int32)), 65_537, dtype=np.int32).view(np.float32)
    return np.concatenate([-right, right])


def test_bits_are_the_same_on_every_machine() -> None:
    assert digest(fixed_grid()) == GOLDEN
    assert digest(np.nextafter(fixed_grid(), np.float32(0))) != GOLDEN, "other points must have other bits"


def test_bits_are_the_same_without_vector_instructions() -> None:
    asked = "from tests.kernels.test_elementary import digest, fixed_grid; print(digest(fixed_grid()))"
    environment = os.environ | {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    answer = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == GOLDEN
