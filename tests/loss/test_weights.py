"""Class weights against their formulas at 50 digits, and calibrated weights against the drops by mpmath."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from tests import reference

import lossbook as lb
from lossbook.loss import (
    MarginLoss,
    calibrated_ratio,
    calibrated_weights,
    effective_number,
    families,
    inverse_frequency,
    inverse_square_root,
    sizes_of,
)

M = sympy.Symbol("m", real=True)
SIZES = [(1, 1), (1, 3), (30, "1/2"), (1, 10**6), (10**6, 1), ("1e-6", "1e6"), ("1e6", "1e-6"), (0.1, 0.3)]
SCHEMES = {
    "inverse frequency": inverse_frequency,
    "inverse square root": inverse_square_root,
    "effective number": effective_number,
    "effective number, few samples": lambda sizes: effective_number(sizes, "0.9", 10),
}
LOSSES = {
    "linear": (families.linear, lambda m: 1 - m),
    "logistic": (lambda: families.logistic("1/10"), lambda m: mp.log(1 + mp.exp(-10 * m))),
    "hinge": (lambda: families.hinge("1/10"), lambda m: max(mpf(0), mpf(1) / 10 - m)),
    "squared hinge": (lambda: families.squared_hinge("1/2"), lambda m: max(mpf(0), mpf(1) / 2 - m) ** 2),
    "ramp": (lambda: families.ramp("1/2", "-1/2"), lambda m: min(mpf(1), max(mpf(0), mpf(1) / 2 - m))),
}
PAIRS = {
    "asl": (
        lambda: families.asl(1, 4, "1/20", "1/4"),
        lambda m: mp.log(1 + mp.exp(-4 * m)) / (1 + mp.exp(4 * m)),
        lambda m: (
            -(max(mpf(0), 1 / (1 + mp.exp(4 * m)) - mpf(1) / 20) ** 4)
            * mp.log(1 - max(mpf(0), 1 / (1 + mp.exp(4 * m)) - mpf(1) / 20))
        ),
    ),
    "logit adjusted": (
        lambda: families.logit_adjusted((1, 9), 1, "1/2"),
        lambda m: mp.log(1 + 9 * mp.exp(-2 * m)),
        lambda m: mp.log(1 + mp.exp(-2 * m) / 9),
    ),
    "weighted": (lambda: families.linear().weighted((3, "1/2")), lambda m: 3 * (1 - m), lambda m: (1 - m) / 2),
}
SIGMOIDS = ["arctan", "tanh", "softsign", "algebraic", "erf"]
LENGTHS = [("1", "3"), ("1/2", "50"), ("1e-6", "1e6"), ("1e-6", "1e-5"), ("1e6", "1e6")]


def problem_of(left: str, right: str) -> lb.ThresholdProblem:
    """One threshold at 0 with the lengths A and B."""
    return lb.ThresholdProblem(-sympy.Rational(left), [0], sympy.Rational(right))


def pair_of(sizes: tuple) -> tuple[mpf, mpf]:
    """Both sizes in high precision."""
    return tuple(reference.exact(size) for size in sizes)


def same(found: float, truth: mpf, relative: float = 1e-14) -> bool:
    """Whether a float agrees with a number of high precision."""
    return abs(mpf(float(found)) - truth) <= relative * abs(truth)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_weights_of_all_points_have_the_mean_1(scheme: str, sizes: tuple) -> None:
    plus, minus = SCHEMES[scheme](sizes)
    with mp.workdps(50):
        n_plus, n_minus = pair_of(sizes)
        assert same((n_plus * mpf(plus) + n_minus * mpf(minus)) / (n_plus + n_minus), mpf(1))
    assert isinstance(plus, float)
    assert isinstance(minus, float)
    assert plus > 0 < minus


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_inverse_frequency_is_that_of_scikit_learn(sizes: tuple) -> None:
    """w_j = n / (2 n_j)."""
    with mp.workdps(50):
        counts = pair_of(sizes)
        for weight, count in zip(inverse_frequency(sizes), counts, strict=True):
            assert same(weight, sum(counts) / (2 * count))


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_inverse_square_root_has_its_ratio(sizes: tuple) -> None:
    plus, minus = inverse_square_root(sizes)
    with mp.workdps(50):
        n_plus, n_minus = pair_of(sizes)
        assert same(plus / minus, mp.sqrt(n_minus / n_plus))


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("beta", ["0.9999", "0.99", "1/2", "0.3", "1e-10", "1e-200", Fraction(10**15 - 1, 10**15)])
@pytest.mark.parametrize("samples", [10_000, 1, "1/10"])
def test_effective_number_is_its_formula(sizes: tuple, beta: str | Fraction, samples: int | str) -> None:
    """w_y proportional to (1 - beta) / (1 - beta^n_y)."""
    plus, minus = effective_number(sizes, beta, samples)
    with mp.workdps(50):
        counts = pair_of(sizes)
        shares = [reference.exact(samples) * count / sum(counts) for count in counts]
        seen = [-mp.expm1(share * mp.log(reference.exact(beta))) for share in shares]
        assert same(plus / minus, seen[1] / seen[0], 1e-13)


def test_effective_number_lies_between_equal_weights_and_the_inverse_frequency() -> None:
    assert effective_number((1, 99), 0) == (1, 1)
    near = effective_number((1, 99), Fraction(10**14 - 1, 10**14), 100)
    assert near == pytest.approx(inverse_frequency((1, 99)), rel=1e-11)
    ratios = [np.divide(*effective_number((1, 99), beta, 100)) for beta in ("0", "0.1", "0.9", "0.99", "0.9999")]
    assert ratios == sorted(ratios)
    assert ratios[0] == 1 < ratios[-1] < 99


@pytest.mark.parametrize("beta", [1, "1.5", -1, "-1e-9"])
def test_beta_out_of_range_is_refused(beta: object) -> None:
    with pytest.raises(ValueError, match=rf"^beta must be at least 0 and below 1; got {beta!r}"):
        effective_number((1, 2), beta)


@pytest.mark.parametrize(
    ("sizes", "kind", "words"),
    [
        (None, TypeError, "sizes must be a ThresholdProblem or a pair"),
        ("12", TypeError, "sizes must be a ThresholdProblem or a pair"),
        ((1, 2, 3), TypeError, "sizes must be a ThresholdProblem or a pair"),
        (5, TypeError, "sizes must be a ThresholdProblem or a pair"),
        ((0, 1), ValueError, r"sizes\[0\] must be greater than 0; got 0"),
        ((1, -2), ValueError, r"sizes\[1\] must be greater than 0; got -2"),
        ((1, "x"), ValueError, r"sizes\[1\] must be"),
        ((1, float("nan")), ValueError, r"sizes\[1\] must be finite"),
    ],
)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_wrong_sizes_are_refused_by_name(scheme: str, sizes: object, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=f"^{words}"):
        SCHEMES[scheme](sizes)


def test_sizes_of_a_problem_are_its_lengths() -> None:
    problem = lb.ThresholdProblem(0, [2, 5, 6], 10)
    assert sizes_of(problem) == (3, 7) == sizes_of((3, 7)) == sizes_of(np.array([3, 7]))
    assert inverse_frequency(problem) == inverse_frequency((3, 7))


def drop(function, sigmoid: str, length: str) -> mpf:
    """phi(0) - phi(sigma(A)) by mpmath."""
    return function(mpf(0)) - function(reference.sigmoid(sigmoid, 1)(reference.exact(length)))


@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
@pytest.mark.parametrize("sigmoid", SIGMOIDS)
@pytest.mark.parametrize("name", [*LOSSES, *PAIRS])
def test_ratio_is_that_of_the_drops(name: str, sigmoid: str, lengths: tuple[str, str]) -> None:
    make, plus, minus = PAIRS[name] if name in PAIRS else (*LOSSES[name], LOSSES[name][1])
    problem, sigma = problem_of(*lengths), getattr(lb.sigmoids, sigmoid)()
    found = calibrated_ratio(problem, sigma, make())
    with mp.workdps(80):
        truth = drop(minus, sigmoid, lengths[1]) / drop(plus, sigmoid, lengths[0])
        assert abs(mpf(found.mid().str(40, radius=False)) / truth - 1) < mpf("1e-19")
        weights = calibrated_weights(problem, sigma, make())
        assert same(weights[0] / weights[1], truth)
        n_plus, n_minus = pair_of(lengths)
        assert same((n_plus * mpf(weights[0]) + n_minus * mpf(weights[1])) / (n_plus + n_minus), mpf(1))


def test_wrong_ratio_would_be_seen() -> None:
    found = calibrated_ratio(problem_of("1", "3"), lb.sigmoids.arctan(), families.linear())
    with mp.workdps(80):
        wrong = drop(LOSSES["linear"][1], "arctan", "3.000001") / drop(LOSSES["linear"][1], "arctan", "1")
        assert abs(mpf(found.mid().str(40, radius=False)) / wrong - 1) > mpf("1e-9")


CONVEX = [
    families.linear(),
    families.hinge("1/10"),
    families.squared_hinge("1/2"),
    families.squared(),
    families.logistic(),
    families.logistic("1/30"),
    families.exponential(),
]


@settings(max_examples=60)
@given(
    st.sampled_from(range(len(CONVEX))),
    st.sampled_from(SIGMOIDS),
    st.floats(1e-3, 1e3),
    st.floats(1.001, 1e4),
)
def test_ratio_lies_between_1_and_the_ratio_of_the_lengths(
    index: int, sigmoid: str, left: float, factor: float
) -> None:
    """Theorem M: 1 <= rho* < B/A for A < B and a convex loss."""
    problem = lb.ThresholdProblem(-left, [0], left * factor)
    ratio = calibrated_ratio(problem, getattr(lb.sigmoids, sigmoid)(), CONVEX[index])
    lengths = problem.negative_length / problem.positive_length
    assert ratio.upper() >= 1
    assert ratio < float(lengths) * (1 - 1e-12)


def test_loss_that_is_not_convex_may_leave_these_bounds() -> None:
    """The control: a loss that first falls slowly, then fast."""
    steep = calibrated_ratio(problem_of("1/10", "1"), lb.sigmoids.softsign(), MarginLoss(-(M**3)))
    assert steep > 10


@pytest.mark.parametrize("margin", ["1/10", "1/3", "1e-9"])
@pytest.mark.parametrize("sigmoid", SIGMOIDS)
def test_hinge_that_both_classes_pass_has_the_ratio_1(margin: str, sigmoid: str) -> None:
    ratio = calibrated_ratio(problem_of("1", "1000"), getattr(lb.sigmoids, sigmoid)(), families.hinge(margin))
    assert ratio.contains(1)
    assert ratio.rad() < 1e-20
    assert calibrated_weights(problem_of("1", "1000"), lb.sigmoids.erf(), families.hinge(margin)) == (1, 1)


@pytest.mark.parametrize(
    ("loss", "side"),
    [
        (MarginLoss(sympy.Max(0, -M)), "positive"),
        (MarginLoss(1 + M), "positive"),
        (MarginLoss(1 - M, "pair", 1 + M), "negative"),
        (MarginLoss(sympy.Max(sympy.Rational(1, 3), sympy.Rational(1, 3) - M)), "positive"),
    ],
    ids=["flat", "rising", "pair", "flat at a third"],
)
def test_loss_that_does_not_drop_is_refused(loss: MarginLoss, side: str) -> None:
    with pytest.raises(ValueError, match=rf"^loss must fall from the margin 0 .* drops by .* on the {side} class"):
        calibrated_weights(problem_of("1", "3"), lb.sigmoids.arctan(), loss)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"problem": 3}, TypeError, "problem must be a ThresholdProblem; got 3"),
        ({"problem": lb.ThresholdProblem(0, [1, 2], 3)}, ValueError, "problem must have one threshold; got 2"),
        ({"sigma": "tanh"}, TypeError, "sigma must be an OddSigmoid"),
        ({"sigma": lb.OddSigmoid.parse("2*tanh(u)")}, ValueError, "sigma must be an odd sigmoid"),
        ({"loss": "linear"}, TypeError, "loss must be a MarginLoss"),
    ],
    ids=["problem", "thresholds", "sigma", "refuted sigma", "loss"],
)
def test_wrong_argument_is_refused_by_name(change: dict, kind: type[Exception], words: str) -> None:
    arguments = {"problem": problem_of("1", "3"), "sigma": lb.sigmoids.arctan(), "loss": families.linear(), **change}
    for function in (calibrated_ratio, calibrated_weights):
        with pytest.raises(kind, match=f"^{words}"):
            function(**arguments)
