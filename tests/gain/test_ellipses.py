"""Bounds of sigmoids on ellipses: the ellipses are covered, and what is bounded stays below its bound."""

import cmath
import math
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from mpmath import mp, mpc

from lossbook.gain import gain
from lossbook.gain.ellipses import EllipseBounds, ellipse_bounds
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid, families

HALVES: dict[str, Callable[[mpc], mpc]] = {
    "arctan": lambda z: 2 / mp.pi * mp.atan(z),
    "algebraic": lambda z: z / mp.sqrt(z**2 + 1),
    "softsign": lambda z: z / (z + 1),
    "tanh": mp.tanh,
    "erf": mp.erf,
}
ROUNDED = 1 + 2.0**-12  # so much longer than wanted a panel may be


def unit_bounds(family: str) -> EllipseBounds:
    bounds = ellipse_bounds(getattr(families, family)())
    assert bounds is not None
    return bounds


def width_of(family: str, bounds: EllipseBounds) -> float:
    return bounds.widths * getattr(families, family)().half_saturation


def places(level: int, width: float, parameter: float, count: int) -> Iterator[complex]:
    """Random points of ellipses of random panels of a level, most of them on the border of the largest."""
    chance = np.random.default_rng(level)
    for i in range(count):
        nearest, furthest = (0.0, width) if level == 0 else (2.0 ** (level - 1) * width, 2.0**level * width)
        near = chance.choice([nearest, furthest, chance.uniform(nearest, furthest)])
        length = max(width, near) * (chance.random() if i % 4 == 0 else ROUNDED)
        size = chance.uniform(1, parameter) if i % 5 == 0 else parameter
        turn = cmath.exp(1j * chance.choice([0.0, math.pi, chance.uniform(0, 2 * math.pi)]))
        yield near + length / 2 + length / 4 * (size * turn + 1 / (size * turn))


@pytest.mark.parametrize("family", HALVES)
def test_bound_holds_on_the_ellipses(family: str) -> None:
    bounds = unit_bounds(family)
    width, function = width_of(family, bounds), HALVES[family]
    for level in (*range(6), 9, 22, 41, 300):
        bound = bounds(level)
        sizes = [float(abs(function(mpc(place)))) for place in places(level, width, bounds.parameter, 25)]
        assert max(sizes) <= bound
        assert 1 <= bound <= max(2.6, 1.1 * max(sizes))


@pytest.mark.parametrize("family", HALVES)
def test_smaller_bound_would_be_exceeded(family: str) -> None:
    bounds = unit_bounds(family)
    width, function = width_of(family, bounds), HALVES[family]
    sizes = [float(abs(function(mpc(place)))) for place in places(0, width, bounds.parameter, 200)]
    assert max(sizes) > 0.5 * bounds(0)


def is_covered(bounds: EllipseBounds, level: int, place: complex) -> bool:
    real, height = Fraction(place.real), abs(Fraction(place.imag))
    boxes = ([Fraction(str(side)) for side in box] for box in bounds._cover(level))
    return any(left <= real <= right and bottom <= height <= top for left, right, bottom, top in boxes)


@pytest.mark.parametrize("family", ["arctan", "algebraic", "erf"])
def test_rectangles_cover_the_ellipses(family: str) -> None:
    bounds = unit_bounds(family)
    width = width_of(family, bounds)
    for level in (0, 1, 2, 9, 40):
        assert all(is_covered(bounds, level, place) for place in places(level, width, bounds.parameter, 40))


def test_rectangles_would_not_cover_larger_ellipses() -> None:
    bounds = unit_bounds("tanh")
    width = width_of("tanh", bounds)
    for level in (0, 1, 9):
        assert not all(is_covered(bounds, level, place) for place in places(level, width, bounds.parameter + 0.1, 40))


@pytest.mark.parametrize("family", HALVES)
def test_gap_is_the_least_distance_between_the_ellipses(family: str) -> None:
    bounds = unit_bounds(family)
    turns = np.exp(1j * np.linspace(0, 2 * np.pi, 2001))
    outer, inner = (part * turns / 4 + 1 / (4 * part * turns) for part in (bounds.parameter, bounds.inner))
    distance = np.abs(outer[:, np.newaxis] - inner[::20]).min()
    assert bounds.gap <= distance * (1 + 1e-14)
    assert bounds.gap == pytest.approx(distance, rel=1e-12)
    assert 1 < bounds.inner < bounds.parameter


@pytest.mark.parametrize(("family", "parameter"), list(zip(HALVES, (5, 5, 6, 6, 5), strict=True)))
def test_no_bound_where_a_singularity_or_too_large_a_value_lies_inside(family: str, parameter: int) -> None:
    """The poles and branch points lie at -1, at ±i and at ±iπ/2; erf, which has none, grows too large."""
    bounds = EllipseBounds(getattr(families, family)(), fmpq(parameter), unit_bounds(family).widths)
    assert bounds(0) == math.inf


def test_levels_are_bounded_one_by_one() -> None:
    bounds = EllipseBounds(families.softsign(), fmpq(7, 2))
    alone = bounds(5)
    table = bounds.table(5)
    assert table.shape == (6,)
    assert table[5] == alone == bounds(5)
    assert table.tolist() == [bounds(level) for level in range(6)]


def test_one_search_serves_all_scales() -> None:
    assert ellipse_bounds(families.arctan("1/10")) is ellipse_bounds(families.arctan(7))
    assert ellipse_bounds(families.arctan()) is not ellipse_bounds(families.tanh())


LARGE_FAR_OUT = OddSigmoid.parse("atan(u) + u**3/10**9")


def test_far_level_of_too_large_values_has_no_bound() -> None:
    """What was looked at before the bound became useless is no bound of the rest."""
    bounds = ellipse_bounds(LARGE_FAR_OUT)
    assert bounds is not None
    assert max(bounds.table(8)) < 4
    assert bounds(16) == math.inf


NOT_SHOWN = {
    "quotient of exponentials": OddSigmoid.parse("(exp(u)-1)/(exp(u)+1)"),
    "ramp": OddSigmoid.parse("(abs(u+1)-abs(u-1))/2"),
    "never at one half": OddSigmoid.parse("u/(3+3*abs(u))"),
}


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_sigmoid_that_is_not_shown_to_be_analytic_has_no_bounds(name: str) -> None:
    assert ellipse_bounds(NOT_SHOWN[name]) is None


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("quotient of exponentials", mp.tanh),
        ("ramp", lambda u: max(-1, min(1, 2 * u))),
        ("never at one half", lambda u: 2 * u / (3 + 6 * abs(u))),
    ],
)
def test_gain_without_bounds_is_integrated_adaptively(name: str, truth: Callable) -> None:
    """The truth is written for u / 2: the first sigmoid is tanh(u/2)."""
    value, error = gain(ThresholdProblem(0, [1, 3], 5), NOT_SHOWN[name], [1.5, 2.5], (1, 2), with_error=True)
    parts = [mp.quad(lambda x: truth((1.5 - x) / 2) * truth((2.5 - x) / 2), ends) for ends in PIECES]
    assert abs(float(parts[0] - 2 * parts[1] + parts[2]) - value) <= error + 1e-15
    assert error <= 1e-9


PIECES = ([0, 0.5, 1], [1, 1.5, 2, 2.5, 3], [3, 3.5, 4, 5])


def test_gain_beyond_the_last_bounded_level_is_integrated_adaptively() -> None:
    near, far = ThresholdProblem(0, [1, 3], 5), ThresholdProblem(0, [1, 3], 500_000)
    for problem, limit in ((near, 1e-12), (far, 1e-6)):
        value, error = gain(problem, LARGE_FAR_OUT, [1.0, 3.0], with_error=True)
        assert error <= limit * abs(value)
