"""A merged pair: gain, curvature and quartic coefficient against integrals of the model, to 30 digits."""

from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb

import lossbook as lb
from lossbook.certified.merged_pair import merged_curvature, merged_gain, merged_quartic, outer_pull
from lossbook.sigmoid import families

UNEVEN = lb.ThresholdProblem(0, ["3/2", "9/4"], 3)
EVEN = lb.ThresholdProblem(-1, ["-1/2", "1/2"], 1)


def gain_apart(problem: lb.ThresholdProblem, sigma: lb.OddSigmoid, place: float, apart: float) -> mpmath.mpf:
    """Return G(c + s, c - s) by quadrature, cut at all kinks."""
    value = sympy.lambdify(sigma.symbol, sigma.expression, "mpmath")
    cuts = [mpmath.mpf(cut.p) / cut.q for cut in problem.cuts]
    first, second = place + apart, place - apart
    total = mpmath.mpf(0)
    for sign, (low, high) in zip((1, -1, 1), pairwise(cuts), strict=True):
        ends = [low, *sorted(x for x in (first, second) if low < x < high), high]
        total += sign * mpmath.quad(lambda x: value(first - x) * value(second - x), ends)
    return total


def taylor(problem: lb.ThresholdProblem, sigma: lb.OddSigmoid, place: float) -> list[mpmath.mpf]:
    """Return D, λ and β from four distances, whose sixth and eighth powers are eliminated."""
    with mpmath.workdps(30):
        steps = [mpmath.mpf(k) / 500 for k in (1, 2, 3, 4)]
        centre = gain_apart(problem, sigma, place, mpmath.mpf(0))
        rows = mpmath.matrix([[s**power for power in (2, 4, 5, 6)] for s in steps])
        found = mpmath.lu_solve(rows, mpmath.matrix([gain_apart(problem, sigma, place, s) - centre for s in steps]))
        return [centre, found[0], found[1]]


@pytest.mark.parametrize("family", families.ALL)
def test_pair_has_the_models_taylor_series(family: object) -> None:
    problem, place = (EVEN, 0.0) if family is families.tanh else (UNEVEN, 1.875)
    sigma = family("3/4")
    wanted = taylor(problem, sigma, mpmath.mpf(place))
    found = [f(problem, sigma, place) for f in (merged_gain, merged_curvature, merged_quartic)]
    for ball, number, error in zip(found, wanted, (1e-14, 1e-9, 2e-4), strict=True):
        assert ball.is_finite()
        assert ball.rad() < 1e-13
        assert float(ball.mid()) == pytest.approx(float(number), rel=error)
        assert float(ball.mid()) != pytest.approx(1.001 * float(number), rel=error)


def test_middle_is_the_default_place() -> None:
    sigma = lb.sigmoids.tanh()
    assert merged_gain(UNEVEN, sigma).overlaps(merged_gain(UNEVEN, sigma, "3/2"))
    assert not merged_gain(UNEVEN, sigma).overlaps(merged_gain(UNEVEN, sigma, "4/3"))


@pytest.mark.parametrize("family", families.ALL)
def test_scale_is_the_unit_of_length(family: object) -> None:
    far = lb.ThresholdProblem(0, [15, "45/2"], 30)
    wide = family(100 if family is families.algebraic else 10)
    for function, power in ((merged_gain, 1), (merged_curvature, -1), (merged_quartic, -3), (outer_pull, 0)):
        assert function(far, wide).overlaps(function(UNEVEN, family()) * arb(10) ** power)


@pytest.mark.parametrize("family", families.ALL)
def test_pull_is_the_gradient_at_the_corner(family: object) -> None:
    pull = float(outer_pull(UNEVEN, family()).mid())
    first, second = lb.gain_gradient(UNEVEN, family(), [0, 3])
    assert pull == pytest.approx(first, abs=1e-10)
    assert pull != pytest.approx(-second, abs=1e-3)


@pytest.mark.parametrize("family", [families.arctan, families.softsign, families.erf])
def test_outer_class_that_is_half_saturated_is_never_lost(family: object) -> None:
    sigma, random = family(), np.random.default_rng(3)
    pulled = {True: [], False: []}
    for outer, middle, right in 10 ** random.uniform(-1.5, 0.5, (16, 3)):
        problem = lb.ThresholdProblem(0, [outer, outer + middle], outer + middle + right)
        safe = 2 * sigma(outer) >= sigma(outer + middle)
        pulled[bool(safe)].append(outer_pull(problem, sigma) > 0)
    assert all(pulled[True])
    assert not all(pulled[False])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: merged_gain(lb.ThresholdProblem(0, [1], 2), lb.sigmoids.tanh()), "two thresholds"),
        (lambda: merged_gain(UNEVEN, lb.sigmoids.tanh(), 4), r"\[0, 3\]"),
        (lambda: outer_pull(UNEVEN, lb.OddSigmoid.parse("u**3")), "refuted"),
    ],
)
def test_wrong_values_are_named(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_wrong_kinds_are_named() -> None:
    with pytest.raises(TypeError, match="problem"):
        merged_curvature((0, 1, 2, 3), lb.sigmoids.tanh())
    with pytest.raises(TypeError, match="sigma"):
        merged_curvature(UNEVEN, "tanh")


def test_what_cannot_be_enclosed_is_an_error_and_not_a_nan() -> None:
    near, far = (lb.ThresholdProblem(0, ["1/2", length], length + 1) for length in (400, 1000))
    assert outer_pull(near, lb.sigmoids.tanh()) < 0
    with pytest.raises(ArithmeticError, match=r"the pull on the ends of ThresholdProblem.* cannot be enclosed"):
        outer_pull(far, lb.sigmoids.tanh())
