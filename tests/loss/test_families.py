"""The losses of practice: limits, identities, values and slopes against the articles' formulas by mpmath, extremes.

In the formulas below p is the probability of the positive class, or of the true one, as the article has it.
"""

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from tests import reference

import lossbook as lb
from lossbook.balls import UnresolvedError
from lossbook.loss import M, MarginLoss, families

SIDES = (1, -1)
MARGINS = [-1.0, -0.9, -0.5, -1e-3, -1e-300, 0.0, 1e-300, 1e-9, 0.1, 0.3, 0.5, 0.77, 0.999, 1.0]


def probability(score: mpf, temperature: object) -> mpf:
    """1 / (1 + exp(-g/T))."""
    return 1 / (1 + mp.exp(-score / reference.exact(temperature)))


def focal(m: mpf, y: int, gamma: object, temperature: object) -> mpf:
    p = probability(m, temperature)
    return -(probability(-m, temperature) ** reference.exact(gamma)) * mp.log(p)


def asl(m: mpf, y: int, plus: object, minus: object, clip: object, temperature: object) -> mpf:
    p = probability(y * m, temperature)
    if y == 1:
        return -((1 - p) ** reference.exact(plus)) * mp.log(p)
    shifted = max(p - reference.exact(clip), mpf(0))
    return -(shifted ** reference.exact(minus)) * mp.log(1 - shifted)


def ldam(m: mpf, y: int, sizes: tuple, largest: object, temperature: object) -> mpf:
    inverse = [1 / mp.root(reference.exact(size), 4) for size in sizes]
    margin = reference.exact(largest) * inverse[0 if y == 1 else 1] / max(inverse)
    z, s = y * m, 1 / reference.exact(temperature)  # the score; logits of both classes are z/2 and -z/2
    own, other = s * (y * z - margin), mpf(0)
    return -mp.log(mp.exp(own) / (mp.exp(own) + mp.exp(other)))


def logit_adjusted(m: mpf, y: int, sizes: tuple, tau: object, temperature: object) -> mpf:
    own, other = sizes if y == 1 else sizes[::-1]
    odds = (reference.exact(other) / reference.exact(own)) ** reference.exact(tau)
    return mp.log(1 + odds * mp.exp(-m / reference.exact(temperature)))


T = ["1e-3", "1/4", "1", "1e3"]
# name: (the library's function, the article's formula, choices of arguments)
FAMILIES = {
    "linear": (families.linear, lambda m, y: 1 - m, [()]),
    "hinge": (
        families.hinge,
        lambda m, y, edge: max(mpf(0), reference.exact(edge) - m),
        [("1",), ("1/2",), ("1e-6",), ("3",)],
    ),
    "squared_hinge": (
        families.squared_hinge,
        lambda m, y, edge: max(mpf(0), reference.exact(edge) - m) ** 2,
        [("1",), ("1/2",), ("1e-6",), ("3",)],
    ),
    "squared": (families.squared, lambda m, y: (y - y * m) ** 2, [()]),
    "logistic": (families.logistic, lambda m, y, t: -mp.log(probability(m, t)), [(t,) for t in T]),
    "exponential": (
        families.exponential,
        lambda m, y, t: mp.exp(-m / reference.exact(t)),
        [("1/4",), ("1",), ("1e3",)],
    ),
    "ramp": (
        families.ramp,
        lambda m, y, edge, s: max(mpf(0), reference.exact(edge) - m) - max(mpf(0), reference.exact(s) - m),
        [("1", "-1/2"), ("1/2", "0"), ("1/2", "1/4"), ("1/10", "-2")],
    ),
    "focal": (
        families.focal,
        focal,
        [("1/2", "1"), ("2", "1e-3"), ("2", "1"), ("20", "1/4"), ("20", "1e3"), (0.3, "1")],
    ),
    "asl": (
        families.asl,
        asl,
        [
            ("0", "4", "1/20", "1"),
            ("1", "4", "1/20", "1/4"),
            ("0", "0", "0", "1"),
            ("2", "2", "0", "1/4"),
            ("0", "1/2", "1/20", "1/4"),
            ("20", "20", "999/1000", "1/4"),
            ("1/2", "1", "1/20", "1e-3"),
            ("1", "2", "1/20", "1e3"),
        ],
    ),
    "ldam": (
        families.ldam,
        ldam,
        [((1, 100), "1/2", "1/30"), ((1, 10**6), "1/2", "1"), ((10**6, 1), "2", "1e-3"), ((5, 5), "1/2", "1e3")],
    ),
    "logit_adjusted": (
        families.logit_adjusted,
        logit_adjusted,
        [((1, 100), "1", "1"), ((1, 10**6), "1", "1e-3"), ((10**6, 1), "1/2", "1/30"), ((3, 7), "2", "1e3")],
    ),
}
CASES = [
    pytest.param(name, settings, id=f"{name}-{number}")
    for name, (_, _, choices) in FAMILIES.items()
    for number, settings in enumerate(choices)
]


@cache
def case(name: str, chosen: tuple) -> tuple[MarginLoss, object]:
    """Make one loss and its formula phi(m, y)."""
    make, formula, _ = FAMILIES[name]
    return make(*chosen), lambda m, y: formula(m, y, *chosen)


def same(found: float, truth: mpf, size: mpf, relative: float = 1e-11) -> bool:
    """Whether a float agrees with a number, up to a part of the size of the terms that cancel in it."""
    return abs(mpf(float(found)) - truth) <= relative * (abs(truth) + size * mpf("1e-5")) + mpf("1e-300")


@pytest.mark.parametrize(("name", "chosen"), CASES)
@pytest.mark.parametrize("label", SIDES)
def test_values_are_those_of_the_article(name: str, chosen: tuple, label: int) -> None:
    loss, formula = case(name, chosen)
    side = loss.positive if label == 1 else loss.negative
    values = [side.numeric.exactly(m) for m in MARGINS]
    assert np.isfinite(values).all()
    with mp.workdps(900):
        assert all(same(value, formula(mpf(m), label), mpf(0)) for m, value in zip(MARGINS, values, strict=True))


@pytest.mark.parametrize("name", FAMILIES)
def test_calls_give_the_same_values(name: str) -> None:
    loss, _ = case(name, FAMILIES[name][2][0])
    for label, side in zip(SIDES, loss.sides, strict=True):
        np.testing.assert_allclose(loss(MARGINS, label), [side.numeric.exactly(m) for m in MARGINS], rtol=1e-12)


def test_wrong_value_would_be_seen() -> None:
    assert same(1 + 1e-12, mpf(1), mpf(0))
    assert not same(1 + 1e-10, mpf(1), mpf(0))
    assert not same(1e-290, mpf(0), mpf(0))
    with mp.workdps(50):
        assert not same(families.focal(2)(0.5), focal(mpf("0.5"), 1, "2.0001", "1"), mpf(0))
        assert not same(families.ldam((1, 100))(0.5, 1), ldam(mpf("0.5"), -1, (1, 100), "1/2", "1/30"), mpf(0))


def differences(formula, label: int, point: mpf, step: mpf) -> tuple[mpf, mpf]:
    """The first and the second derivative by symmetric differences."""
    low, here, high = (formula(point + side * step, label) for side in (-1, 0, 1))
    return (high - low) / (2 * step), (high - 2 * here + low) / step**2


@pytest.mark.parametrize(("name", "chosen"), CASES)
@pytest.mark.parametrize("label", SIDES)
def test_derivatives_are_those_of_the_formula(name: str, chosen: tuple, label: int) -> None:
    loss, formula = case(name, chosen)
    side = loss.positive if label == 1 else loss.negative
    points = [-0.75, -0.3125, 0.0625, 0.4375, 0.875]  # none of them a kink
    slopes = [side.numeric_derivative.exactly(point) for point in points]
    bends = [side.numeric_second_derivative.exactly(point) for point in points]
    with mp.workdps(700):
        for point, slope, bend in zip(points, slopes, bends, strict=True):
            truth, second = differences(formula, label, mpf(point), mpf(10) ** -40)
            assert same(slope, truth, abs(truth))
            assert same(bend, second, abs(second))


@pytest.mark.parametrize(("name", "chosen"), CASES)
def test_derivatives_on_either_side_of_a_kink(name: str, chosen: tuple) -> None:
    loss, formula = case(name, chosen)
    for label, side in zip(SIDES, loss.sides, strict=True):
        derivative = sympy.lambdify(M, side.derivative, "mpmath")
        for kink in side.kinks:
            with mp.workdps(120):
                place = mpf(str(sympy.N(kink, 120)))
                left, right = (differences(formula, label, place + s * mpf("1e-20"), mpf("1e-60"))[0] for s in (-1, 1))
                for sign, truth in ((-1, left), (1, right)):
                    assert abs(derivative(place + sign * mpf("1e-20")) - truth) < mpf("1e-25") * (1 + abs(truth))
                ball = side.ball_derivative(
                    lb.balls.interval_ball(Fraction(float(kink)) - 1, Fraction(float(kink)) + 1)
                )
                assert ball.contains(float(left)) or not ball.is_finite()
                assert ball.contains(float(right)) or not ball.is_finite()


def test_kinks_are_where_they_must_be() -> None:
    assert families.hinge("1/2").positive.kinks == (sympy.Rational(1, 2),)
    assert families.hinge(1).positive.kinks == ()
    assert families.ramp("1/2", "-1/4").positive.kinks == (sympy.Rational(-1, 4), sympy.Rational(1, 2))
    assert families.asl(temperature="1/4").negative.kinks == (sympy.log(19) / 4,)
    assert families.asl(temperature="1").negative.kinks == ()
    assert families.logistic().positive.kinks == ()


def equal(first: MarginLoss, second: MarginLoss) -> bool:
    """Whether two losses agree to 40 digits for both classes."""
    for left, right in zip(first.sides, second.sides, strict=True):
        for point in ("-1", "-1/3", "0", "1/7", "1/2", "1"):
            values = [sympy.N(side.expression.subs(M, sympy.Rational(point)), 40) for side in (left, right)]
            if abs(values[0] - values[1]) > 1e-35 * abs(values[1]):
                return False
    return True


@pytest.mark.parametrize("temperature", ["1", "1/10", "7"])
def test_special_cases(temperature: str) -> None:
    logistic, two = families.logistic(temperature), families.focal(2, temperature)
    assert families.focal(0, temperature) == logistic
    assert families.asl(0, 0, 0, temperature) == logistic
    assert families.asl(2, 2, 0, temperature) == two
    assert families.logit_adjusted((1, 50), 0, temperature) == logistic
    assert families.logit_adjusted((8, 8), 1, temperature) == logistic
    assert families.ldam((3, 3), "1/2", temperature).symmetric
    assert not families.ldam((3, 4), "1/2", temperature).symmetric
    assert not equal(two, logistic)
    assert equal(families.ldam((3, 3), "1/2", 1), MarginLoss(logistic_at(M - sympy.Rational(1, 2))))


def logistic_at(margin: sympy.Expr) -> sympy.Expr:
    """log(1 + exp(-margin))."""
    return sympy.log(1 + sympy.exp(-margin))


@pytest.mark.parametrize("exponent", [3, 6, 9])
def test_ldam_tends_to_the_logistic_loss_as_its_margin_does_to_0(exponent: int) -> None:
    size = 10.0**-exponent
    for label in SIDES:
        near, limit = families.ldam((1, 100), f"1e-{exponent}", 1), families.logistic()
        side = near.positive if label == 1 else near.negative
        difference = np.array([side.numeric.exactly(m) - limit.positive.numeric.exactly(m) for m in MARGINS])
        assert (np.abs(difference) < size).all()
        assert (difference > size / 1000).all() or exponent > 6


@pytest.mark.parametrize("margin", ["1", "3/2", "10"])
def test_hinge_of_a_large_margin_is_linear_but_for_a_constant(margin: str) -> None:
    gap = families.hinge(margin)(MARGINS) - families.linear()(MARGINS)
    np.testing.assert_allclose(gap, float(Fraction(margin)) - 1, atol=1e-14)
    assert len(families.hinge(margin).positive.pieces) == 1


@pytest.mark.parametrize("margin", ["1/2", "1"])
@pytest.mark.parametrize("s", ["-1", "-2"])
def test_ramp_that_is_never_cut_is_the_hinge(margin: str, s: str) -> None:
    np.testing.assert_array_equal(families.ramp(margin, s)(MARGINS), families.hinge(margin)(MARGINS))
    assert (families.ramp(margin, "-1/2")(MARGINS) != families.hinge(margin)(MARGINS)).any()


def test_squares() -> None:
    half = families.hinge("1/2").expression
    assert families.squared_hinge("1/2") == MarginLoss(half**2)
    np.testing.assert_array_equal(families.squared()(MARGINS), families.squared_hinge(1)(MARGINS))
    assert families.squared_hinge(1).positive.pieces[0].expression == families.squared().expression


TEMPERED = {
    "logistic": families.logistic,
    "exponential": families.exponential,
    "focal": lambda t: families.focal(2, t),
    "asl": lambda t: families.asl(1, 4, "1/20", t),
    "logit_adjusted": lambda t: families.logit_adjusted((1, 9), 1, t),
}


@pytest.mark.parametrize("name", TEMPERED)
@pytest.mark.parametrize("temperature", ["1/4", "3"])
def test_temperature_rescales_the_margin(name: str, temperature: str) -> None:
    scaled, plain = TEMPERED[name](temperature), TEMPERED[name](1)
    for left, right in zip(scaled.sides, plain.sides, strict=True):
        moved = right.expression.subs(M, M / sympy.Rational(temperature))
        assert all(
            abs(sympy.N((left.expression - moved).subs(M, sympy.Rational(point)), 40)) < 1e-35
            for point in ("-1", "-1/3", "0", "1/7", "9/10")
        )


@settings(max_examples=15)
@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.floats(-1, 1))
def test_swapping_the_sizes_swaps_the_classes(plus: float, minus: float, margin: float) -> None:
    for make in (families.logit_adjusted, families.ldam):
        first, second = make((plus, minus)), make((minus, plus))
        assert first.positive.expression == second.negative.expression
        assert first.negative.expression == second.positive.expression
    assert margin <= 1


def test_rare_class_has_the_larger_loss() -> None:
    for loss in (families.ldam((1, 10**6)), families.logit_adjusted((1, 10**6))):
        assert (loss(MARGINS, 1) > loss(MARGINS, -1)).all()


def test_sizes_may_be_a_problem() -> None:
    problem = lb.ThresholdProblem(0, [2], 100)
    assert families.ldam(problem) == families.ldam((2, 98))
    assert families.logit_adjusted(problem) == families.logit_adjusted((2, 98))


def test_values_beyond_float64_are_an_error() -> None:
    with pytest.raises(UnresolvedError, match=r"exp\(-1000\*m\) has no finite value at m = -1"):
        families.exponential("1/1000")([0.5, -1])
    assert families.exponential("1/1000")([0.0, 0.5]) == pytest.approx([1, np.exp(-500.0)], rel=1e-12)


def test_steep_logistic_loss_is_computed_by_its_code_alone() -> None:
    function = families.logistic("1/1000").positive.numeric
    values = function.quick(np.linspace(-1, 1, 9))
    assert np.isfinite(values).all()
    np.testing.assert_array_equal(values, function(np.linspace(-1, 1, 9)))
    assert values[0] == 1000


@pytest.mark.parametrize(
    ("make", "arguments", "kind", "words"),
    [
        ("hinge", {"margin": 0}, ValueError, "margin must be greater than 0; got 0"),
        ("hinge", {"margin": "-1"}, ValueError, "margin must be greater than 0; got '-1'"),
        ("squared_hinge", {"margin": None}, TypeError, "margin must be an exact number"),
        ("logistic", {"temperature": 0}, ValueError, "temperature must be greater than 0; got 0"),
        ("logistic", {"temperature": float("nan")}, ValueError, "temperature must be finite; got nan"),
        ("exponential", {"temperature": True}, TypeError, "temperature must be an exact number.*got the truth value"),
        ("ramp", {"margin": 1, "s": 1}, ValueError, "s must be below margin = 1; got 1"),
        ("ramp", {"margin": 1, "s": "2"}, ValueError, "s must be below margin = 1; got 2"),
        ("ramp", {"s": "x"}, ValueError, "s must be an exact number"),
        ("focal", {"gamma": -1}, ValueError, "gamma must be at least 0; got -1"),
        ("focal", {"temperature": -1}, ValueError, "temperature must be greater than 0; got -1"),
        ("asl", {"gamma_positive": "-1/2"}, ValueError, "gamma_positive must be at least 0; got -1/2"),
        ("asl", {"gamma_negative": -2}, ValueError, "gamma_negative must be at least 0; got -2"),
        ("asl", {"clip": 1}, ValueError, "clip must be at least 0 and below 1; got 1"),
        ("asl", {"clip": -1}, ValueError, "clip must be at least 0.*; got -1"),
        ("ldam", {"sizes": (1, 2), "max_margin": 0}, ValueError, "max_margin must be greater than 0; got 0"),
        ("ldam", {"sizes": 3}, TypeError, "sizes must be a ThresholdProblem or a pair"),
        ("ldam", {"sizes": (0, 3)}, ValueError, r"sizes\[0\] must be greater than 0; got 0"),
        ("logit_adjusted", {"sizes": (1, 2), "tau": -1}, ValueError, "tau must be at least 0; got -1"),
        ("logit_adjusted", {"sizes": (1, -2)}, ValueError, r"sizes\[1\] must be greater than 0; got -2"),
    ],
)
def test_wrong_parameter_is_refused_by_name(make: str, arguments: dict, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=f"^{words}"):
        getattr(families, make)(**arguments)


@pytest.mark.parametrize("name", FAMILIES)
def test_public_name_makes_a_named_loss(name: str) -> None:
    assert getattr(lb.losses, name) is FAMILIES[name][0]
    loss = FAMILIES[name][0](*FAMILIES[name][2][0])
    assert loss.name
    assert loss.name.isprintable()
