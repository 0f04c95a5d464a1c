"""Verdicts on the shape of losses: what is proved holds on a dense grid, and the point of a refutation refutes."""

import time
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import sympy
from mpmath import mp, mpf
from tests import within

from lossbook.loss import M, MarginLoss, families
from lossbook.loss.shape import PROPERTIES, ShapeReport, _saturating, check_shape

STEEP = families.asl(temperature="1/4")  # checked once
# the family: outcomes in the order of PROPERTIES, as initials
EXPECTED = {
    "linear": (families.linear, "ppprrp"),
    "hinge 1": (families.hinge, "ppprrp"),
    "hinge 1/2": (lambda: families.hinge("1/2"), "prpprp"),
    "squared hinge": (lambda: families.squared_hinge("1/2"), "prpprp"),
    "squared": (families.squared, "ppprrp"),
    "logistic": (families.logistic, "ppprrp"),
    "steep exponential": (lambda: families.exponential("1/1000"), "ppprrp"),
    "ramp": (families.ramp, "prrrpr"),
    "short ramp": (lambda: families.ramp("1/2", "-1/2"), "prrppp"),
    "focal": (families.focal, "ppprrp"),
    "focal, float gamma": (lambda: families.focal(0.3), "ppprrp"),
    "steep focal": (lambda: families.focal(2, "1/10"), "pprrrp"),
    "asl": (families.asl, "ppprrp"),
    "steep asl": (lambda: STEEP, "?rrrrp"),
    "asl, flat negatives": (lambda: families.asl(clip="999/1000"), "prprrr"),
    "ldam": (lambda: families.ldam((1, 100), temperature="1/4"), "ppprrp"),
    "logit adjusted": (lambda: families.logit_adjusted((1, 9)), "ppprrp"),
}
# a reader's formula: the function, and the initials of what holds on [-1, 1] (of the whole line for bounded)
N, D, C, S, B, E = PROPERTIES
FORMULAS: dict[str, tuple[Callable[[mpf], mpf], set[str]]] = {
    "1-m**3": (lambda m: 1 - m**3, {N, D}),
    "abs(m-1/2)": (lambda m: abs(m - 0.5), {C}),
    "1/(1+exp(3*m))": (lambda m: 1 / (1 + mp.exp(3 * m)), {N, D, B, E}),
    "sin(100*m)": (lambda m: mp.sin(100 * m), {B}),
    "1-m+m**2": (lambda m: 1 - m + m**2, {C}),
    "1-m+m**2/2": (lambda m: 1 - m + m**2 / 2, {N, D, C, E}),
    "-m**5": (lambda m: -(m**5), {N, D}),
    "exp(-m**2)": (lambda m: mp.exp(-m * m), {B}),
    "erfc(m)": (mp.erfc, {N, D, B, E}),
    "max(0,-m)": (lambda m: max(mpf(0), -m), {N, C, S}),
    "max(0,1/2-m)**3": (lambda m: max(mpf(0), mpf(0.5) - m) ** 3, {N, C, S, E}),
    "max(m**2-1/4,0)": (lambda m: max(m * m - 0.25, mpf(0)), {C}),
    "min(1,max(0,1/2-m))": (lambda m: min(mpf(1), max(mpf(0), 0.5 - m)), {N, S, B, E}),
    "max(0,sin(3*m))": (lambda m: max(mpf(0), mp.sin(3 * m)), {B}),
    "(1-m)**64": (lambda m: (1 - m) ** 64, {N, D, C, E}),
    "1-m+sin(20*m)/20": (lambda m: 1 - m + mp.sin(20 * m) / 20, {N, D}),
    "1e-9*m**2-m": (lambda m: mpf(10) ** -9 * m * m - m, {N, D, C, E}),
    "exp(-m)*max(0,1-m)": (lambda m: mp.exp(-m) * max(mpf(0), 1 - m), {N, D, C, E}),
    "abs(m)**3-3*m": (lambda m: abs(m) ** 3 - 3 * m, {N, D, C, E}),
    "1-m-m**2/10": (lambda m: 1 - m - m * m / 10, {N, D}),
    "max(1-m,exp(m)-2)": (lambda m: max(1 - m, mp.exp(m) - 2), {C}),
    "(1-m)**(3/2)": (lambda m: (1 - m) ** mpf(1.5), {N, D, C, E}),
}
# not defined everywhere, or with jumps: nothing may be proved but this
HOLES = {
    "1/m": set(),
    "abs(m)/m": {S},
    "-abs(m)/m": {S},
    "abs(m)/m-2*m": set(),
    "max(0,1/(m-1/3))": set(),
    "-(m**2-1/9)/(m-1/3)": set(),
    "1/(m-1/3)": set(),
    "sqrt(m)": set(),
    "log(m)": set(),
    "m**m": set(),
    "tanh(1/m)-m": set(),
    "-((m-1/3)**2)**(1/3)": set(),
}


@cache
def verdicts(formula: str) -> ShapeReport:
    """Check a formula once."""
    with within.seconds(60):
        return MarginLoss.parse(formula).check()


@pytest.mark.parametrize("name", EXPECTED)
def test_families_have_their_shapes(name: str) -> None:
    make, outcome = EXPECTED[name]
    report = make().check()
    assert tuple(report) == PROPERTIES
    assert len(outcome) == len(PROPERTIES)
    for letter, (prop, verdict) in zip(outcome, report.items(), strict=True):
        assert letter == "?" or verdict == {"p": "proved", "r": "refuted"}[letter], f"{prop}: {verdict.reason}"


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_false_is_proved_and_nothing_true_refuted(formula: str) -> None:
    for prop, verdict in verdicts(formula).items():
        assert verdict != ("refuted" if prop in FORMULAS[formula][1] else "proved"), f"{prop}: {verdict.reason}"


@pytest.mark.parametrize("formula", HOLES)
def test_nothing_is_proved_of_a_function_with_a_hole_or_a_jump(formula: str) -> None:
    assert {prop for prop, verdict in verdicts(formula).items() if verdict == "proved"} <= HOLES[formula]


@pytest.mark.parametrize(
    ("expression", "holding"),
    [
        (sympy.Heaviside(-M), {N, S, B}),
        (1 - sympy.sign(M), {N, S, B}),
        (sympy.sign(M) - M, set()),
        (sympy.sign(M), {S, B}),
        (sympy.Heaviside(sympy.Rational(1, 2) - M) - M, {N, D}),
    ],
    ids=["step", "sign", "jump up", "plain sign", "jump down"],
)
def test_jumps_are_seen(expression: sympy.Expr, holding: set) -> None:
    report = MarginLoss(expression).check()
    assert {prop for prop, verdict in report.items() if verdict == "proved"} <= holding
    assert report[C] == "refuted"


def grid(function: Callable[[mpf], mpf]) -> list[mpf]:
    """Values on [-1, 1] at 60 digits; the points avoid the kinks of the formulas."""
    return [function(mpf(k) / 997) for k in range(-997, 998, 2)]


def holds(prop: str, function: Callable[[mpf], mpf]) -> bool:
    """Whether a property is not contradicted by brute force."""
    with mp.workdps(60):
        values = grid(function)
        slack = mpf(10) ** -50
        if prop == N:
            return all(left >= right - slack for left, right in pairwise(values))
        if prop == D:
            return all(left > right for left, right in pairwise(values))
        if prop == C:
            triples = zip(values, values[1:], values[2:], strict=False)
            return all(left + right >= 2 * middle - slack for left, middle, right in triples)
        if prop == S:
            return values[-1] == values[-2]
        if prop == B:
            return all(abs(function(mpf(place))) < 100 for place in (-1e4, -300.5, 300.5, 1e4))
        right = [mpf(k) / 500 for k in range(501)]
        f = [function(point) for point in right]
        sums = all(value + function(-point) >= 2 * f[0] - slack for point, value in zip(right, f, strict=True))
        convex = all(a + c >= 2 * b - slack for a, b, c in zip(f, f[1:], f[2:], strict=False))
        return sums and convex and f[1] < f[0] and all(a >= b - slack for a, b in pairwise(f))


@pytest.mark.parametrize("formula", FORMULAS)
def test_brute_force_never_contradicts_a_proof(formula: str) -> None:
    for prop, verdict in verdicts(formula).items():
        if verdict == "proved":
            assert holds(prop, FORMULAS[formula][0]), prop


@pytest.mark.parametrize("formula", FORMULAS)
def test_truths_written_by_hand_stand_the_brute_force(formula: str) -> None:
    """The oracle itself: what is said to hold is not contradicted, and what is said not to is."""
    function, holding = FORMULAS[formula]
    assert {prop for prop in PROPERTIES if holds(prop, function)} == holding


def refutes(prop: str, point: sympy.Expr, function: Callable[[mpf], mpf]) -> bool:
    """Whether a property fails around a point, seen by differences at 60 digits."""
    with mp.workdps(60):
        if prop == B:
            return abs(function(mpf(10) ** 4 * (1 if point is sympy.oo else -1))) > 1000
        here, step = mpf(str(sympy.N(point, 60))), mpf(10) ** -12
        low, middle, high = (function(here + side * step) for side in (-1, 0, 1))
        if prop == S:
            return here == 1 and function(1 - step) != function(mpf(1))
        if prop == C:
            return low + high < 2 * middle
        return high > low if prop == N else high >= low


@pytest.mark.parametrize("formula", FORMULAS)
def test_point_of_a_refutation_refutes(formula: str) -> None:
    function, _ = FORMULAS[formula]
    for verdict in verdicts(formula).refuted:
        if verdict.axiom != E:
            assert refutes(verdict.axiom, verdict.point, function), f"{verdict.axiom} at {verdict.point}"


def test_point_that_does_not_refute_would_be_seen() -> None:
    for prop in (N, D, C):
        assert not refutes(prop, sympy.S.Zero, lambda m: m * m / 4 - m)
    assert not refutes(B, sympy.oo, mp.tanh)
    assert not refutes(S, sympy.S.One, lambda m: mpf(0))


BROKEN = {
    N: ("1-m+m**2*(1+m)", {C}),
    D: ("max(0,1/2-m)", {N, C, S, E}),
    C: ("1-m-m**2/10", {N, D}),
    E: ("max(0,-m)", {N, C, S}),
}


@pytest.mark.parametrize("prop", BROKEN)
def test_loss_that_breaks_a_property_is_caught(prop: str) -> None:
    formula, holding = BROKEN[prop]
    report = verdicts(formula)
    assert report[prop] == "refuted"
    assert all(report[other] == "proved" for other in holding - {C} if prop != N)


def test_equal_drops_decide_needs_less_than_convexity() -> None:
    report = verdicts("1/(1+exp(3*m))")
    assert report[C] == "refuted"
    assert report[E] == "proved"
    assert "without convexity" in report[E].reason
    assert verdicts("1-m-m**2/10")[E] == "refuted"


def test_sum_of_opposite_margins_decides() -> None:
    """Convex on [0, 1] and falling, yet phi(m) + phi(-m) < 2 phi(0)."""
    report = MarginLoss.parse("exp(-m)-max(0,-m)*9/10").check()
    assert report[E] == "refuted"
    assert verdicts("max(0,1/2-m)")[E] == "proved"


def test_pair_has_what_both_have() -> None:
    report = MarginLoss(1 - M, "pair", sympy.exp(M)).check()
    assert report[N] == "refuted"
    assert report[N].reason.startswith("phi_-: ")
    assert report[C] == "proved"
    assert report[C].reason.startswith("both: ")
    assert check_shape(MarginLoss(1 - M, "one", 1 - M))[C].reason.startswith("phi''")


def test_place_of_saturation_is_told() -> None:
    assert families.hinge("1/3").check()[S].point == sympy.Rational(1, 3)
    assert STEEP.check()[S] == "refuted"
    assert _saturating(STEEP.negative.pieces).point == sympy.log(19) / 4


def test_report_is_kept() -> None:
    loss = families.focal()
    assert loss.check() is loss.check()


def test_time_of_a_check_is_short() -> None:
    """In processor time, because other processes may run beside."""
    for make in (families.focal, lambda: families.ldam((1, 100)), lambda: families.asl(0, 2, "1/10", "1/4")):
        start = time.process_time()
        make().check()
        assert time.process_time() - start < 3


def test_grid_would_see_a_wrong_proof() -> None:
    assert np.all([not holds(N, lambda m: m), not holds(C, mp.sin), not holds(D, lambda m: mpf(1))])
