"""Births and deaths of an interval: against closed forms, a search of the whole square, and each other."""

from fractions import Fraction
from functools import cache, partial

import numpy as np
import pytest
import sympy
from flint import arb, fmpq

import lossbook as lb
from lossbook.balls import UnresolvedError
from lossbook.certified import merging
from lossbook.certified.merged_pair import merged_curvature, merged_gain, merged_quartic
from lossbook.certified.merging import (
    centred_middle,
    critical_middle,
    critical_outer,
    longest_critical_middle,
    losing_middle,
    meeting_outer,
    phase_of,
)
from lossbook.sigmoid import families
from tools import results

V = sympy.Symbol("v", positive=True)
CLOSED = {  # F and K on the half line; erf's K and arctan's have none of these functions
    "arctan": (4 / sympy.pi**2 * ((sympy.atan(V) - V) / (1 + V**2) - sympy.atan(V)), None),
    "algebraic": (
        V / (2 * (1 + V**2) ** 2) - 3 * V / (4 * (1 + V**2)) - 3 * sympy.atan(V) / 4,
        V - sympy.atan(V),
    ),
    "softsign": (
        V / (1 + V) ** 3 - sympy.Rational(2, 3) * (1 - 1 / (1 + V) ** 3),
        V - 2 * sympy.log(1 + V) + 1 - 1 / (1 + V),
    ),
    "tanh": (-sympy.tanh(V) - sympy.tanh(V) ** 3 / 3, V - sympy.tanh(V)),
    "erf": (
        2 / sympy.sqrt(sympy.pi) * sympy.exp(-(V**2)) * sympy.erf(V)
        - 2 * sympy.sqrt(2 / sympy.pi) * sympy.erf(sympy.sqrt(2) * V),
        None,
    ),
}
LIMITS = {  # of F
    "arctan": -2 / sympy.pi,
    "algebraic": -3 * sympy.pi / 8,
    "softsign": -sympy.Rational(2, 3),
    "tanh": -sympy.Rational(4, 3),
    "erf": -2 * sympy.sqrt(2 / sympy.pi),
}
JUMPS = {"arctan": 11.569, "softsign": 2.0468}  # outer lengths beyond which the class between is born by a jump


def stored() -> list[tuple[str, str, tuple[float, ...]]]:
    """Return the rows of the table: sigmoid, outer length and the middle lengths, three searched and three proved."""
    return [(name, outer, tuple(map(float, numbers))) for name, outer, *numbers in results.read("births.csv")]


SOME = [row for row in stored()[1::9] if float(row[1]) < 5]  # certificates of long intervals take their time


def certified_points() -> list[list[str]]:
    """Return the rows of the certified points."""
    return results.read("births-points.csv")


def sigmoid(name: str) -> lb.OddSigmoid:
    """Return the family's member of scale 1."""
    return next(family() for family in families.ALL if family.__name__ == name)


@cache
def proved(name: str, outer: str) -> tuple[merging.Bounds | None, ...]:
    """Return the certified changes to a few digits."""
    return tuple(
        function(sigmoid(name), outer, digits=3) for function in (centred_middle, critical_middle, losing_middle)
    )


def signs(expression: sympy.Expr, bounds: tuple[Fraction, Fraction]) -> list[int]:
    """Return an expression's signs at both ends, to 40 digits."""
    return [int(sympy.sign(expression.subs(V, sympy.Rational(*end.as_integer_ratio())).evalf(40))) for end in bounds]


@pytest.mark.parametrize("name", CLOSED)
def test_closed_forms_are_those_of_the_sigmoid(name: str) -> None:
    value = sigmoid(name).expression.subs(sigmoid(name).symbol, V)
    bend, square = CLOSED[name]
    wanted = value * value.diff(V, 2) - value.diff(V) ** 2
    for place in (sympy.Rational(1, 3), sympy.Integer(2)):
        assert (bend.diff(V) - wanted).subs(V, place).evalf(30, chop=True) == 0
        assert square is None or (square.diff(V) - value**2).subs(V, place).evalf(30, chop=True) == 0
        assert (bend.diff(V) + wanted).subs(V, place).evalf(30, chop=True) != 0
    assert bend.subs(V, 0) == 0


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("outer", ["1/100", "3/2"])
def test_births_solve_the_closed_equation(name: str, outer: str) -> None:
    bend, length = CLOSED[name][0], sympy.Rational(outer)
    excess = bend.subs(V, length + V / 2) - 2 * bend.subs(V, V / 2)
    low, high = critical_middle(sigmoid(name), outer)
    assert 0 < high - low < Fraction(1, 10**15) * high
    assert signs(excess, (low, high)) == [-1, 1]
    assert signs(excess, (low + (high - low) * 2, high * 2)) == [1, 1]
    assert high <= 2 * Fraction(outer)


@pytest.mark.parametrize("name", ["algebraic", "softsign", "tanh"])
def test_centring_solves_the_closed_equation(name: str) -> None:
    square, length = CLOSED[name][1], sympy.Rational(2, 3)
    end = 2 * square.subs(V, length) - 2 * square.subs(V, length + V) + square.subs(V, 2 * length + V)
    low, high = centred_middle(sigmoid(name), length)
    assert signs(2 * square.subs(V, length + V / 2) - 4 * square.subs(V, V / 2) - end, (low, high)) == [-1, 1]
    problem = lb.ThresholdProblem(0, [length, length + low], 2 * length + low)
    assert merged_gain(problem, sigmoid(name)) < merged_gain(problem, sigmoid(name), 0)
    assert not merged_gain(problem, sigmoid(name)) > merged_gain(problem, sigmoid(name), 0)


@pytest.mark.parametrize("name", ["arctan", "tanh", "erf"])
def test_longest_critical_middle_solves_the_equation_of_the_limit(name: str) -> None:
    low, high = longest_critical_middle(sigmoid(name), digits=9)
    assert high - low < Fraction(1, 10**9) * high
    assert signs(LIMITS[name] - 2 * CLOSED[name][0].subs(V, V / 2), (low, high)) == [-1, 1]
    assert critical_middle(sigmoid(name), 2, digits=9)[1] < low
    with pytest.raises(ValueError, match="middle"):
        critical_outer(sigmoid(name), high)


@pytest.mark.parametrize("name", ["arctan", "erf"])
def test_critical_outer_is_the_inverse(name: str) -> None:
    low, high = critical_middle(sigmoid(name), "3/4")
    assert critical_outer(sigmoid(name), low)[0] < Fraction(3, 4) < critical_outer(sigmoid(name), high)[1]
    assert critical_outer(sigmoid(name), high + (high - low))[0] > Fraction(3, 4)


def test_scale_is_the_unit_of_length() -> None:
    for function in (critical_middle, centred_middle, losing_middle):
        (low, high), (left, right) = function(lb.sigmoids.arctan(), "1/4"), function(lb.sigmoids.arctan("1/10"), "1/40")
        assert low <= 10 * right
        assert 10 * left <= high


def test_every_row_is_there_once_and_in_order() -> None:
    table = stored()
    outers = [f"{outer:.3g}" for outer in np.geomspace(0.05, 30, 22)]
    assert [row[:2] for row in table] == [(family.__name__, outer) for family in families.ALL for outer in outers]
    for _, _, (leaves, born, lost, equal, parts, corner) in table:
        assert 0 < leaves <= born < lost
        assert equal > 0
        assert 0 < parts < corner
    assert not all(row[2][0] < row[2][1] for row in table)


@pytest.mark.parametrize("row", SOME, ids=lambda row: f"{row[0]}-{row[1]}")
def test_rows_are_proved_again(row: tuple[str, str, tuple[float, ...]]) -> None:
    name, outer, (*_, equal, parts, corner) = row
    for number, function in ((equal, centred_middle), (parts, critical_middle), (corner, losing_middle)):
        bounds = function(sigmoid(name), outer, digits=6)
        assert (bounds is None) == np.isinf(number)
        assert bounds is None or float(bounds[0]) == pytest.approx(number, rel=2e-6)


@pytest.mark.parametrize("name", CLOSED)
def test_search_of_the_square_finds_the_same_changes(name: str) -> None:
    near, kinds = partial(pytest.approx, rel=3e-4), set()
    for _, outer, (leaves, born, lost, equal, parts, corner) in (row for row in stored() if row[0] == name):
        jumps = float(outer) > JUMPS.get(name, np.inf)
        kinds.add(jumps)
        assert leaves == born > 1.001 * parts if jumps else (leaves, born) == (near(equal), near(parts))
        if np.isfinite(lost) and name == "softsign":
            assert lost > 1.001 * corner
        elif np.isfinite(lost):
            assert lost == pytest.approx(corner, rel=2e-3)
        else:
            assert corner > 20 * min(float(outer), 2)
    assert kinds == ({False, True} if name in JUMPS else {False})


def test_certified_points_lie_in_the_phases_of_the_curves() -> None:
    seen = set()
    for name, outer, middle, phase in certified_points():
        if phase == "undecided" or (name, outer) == ("softsign", "4"):  # there the class between is born by a jump
            continue
        equal, parts, corner = (float(bounds[0]) if bounds else np.inf for bounds in proved(name, outer))
        changes = [equal, parts, corner * (1.1 if name == "softsign" else 1)]  # softsign jumps later
        order = ["merged at an end", "merged", "split", "both outer classes lost"]
        assert order[sum(Fraction(middle) > change for change in changes)] == phase
        seen.add(phase)
    assert len(seen) == 4


@pytest.mark.parametrize(("name", "low", "high"), [("arctan", "23/2", "35/3"), ("softsign", 2, "21/10")])
def test_beyond_the_meeting_the_end_is_better(name: str, low: object, high: object) -> None:
    first, last = meeting_outer(sigmoid(name), low, high, digits=4)
    assert float(first) == pytest.approx(JUMPS[name], rel=1e-4)
    for outer, sign in ((first, 1), (last, -1)):
        middle = critical_middle(sigmoid(name), outer, digits=9)[0]
        problem = lb.ThresholdProblem(0, [outer, outer + middle], 2 * outer + middle)
        assert (merged_gain(problem, sigmoid(name)) - merged_gain(problem, sigmoid(name), 0)) * sign > 0
    with pytest.raises(UnresolvedError, match="sign"):
        meeting_outer(sigmoid(name), 1, 2, digits=4)


@pytest.mark.parametrize("name", CLOSED)
def test_pair_parts_continuously_along_the_curve(name: str) -> None:
    sigma = sigmoid(name)
    for outer in (Fraction(1, 20), Fraction(3, 2)):
        for middle, sign in zip(critical_middle(sigma, outer, digits=9), (-1, 1), strict=True):
            problem = lb.ThresholdProblem(0, [outer, outer + middle], 2 * outer + middle)
            assert merged_curvature(problem, sigma) * sign > 0
            assert merged_quartic(problem, sigma) < 0
    short = lb.ThresholdProblem(0, [1, "21/20"], "41/20")  # away from the curve the coefficient has the other sign
    assert (merged_quartic(short, sigma) > 0) == (name != "softsign")


@pytest.mark.parametrize(
    ("intervals", "phase"),
    [
        ([(1, 1), (2, 2)], "split"),
        ([("3/2", "8/5")] * 2, "merged"),
        ([("3/2", "8/5"), ("3/2", "9/5")], "undecided"),
        ([(0, 0)] * 2, "merged at an end"),
        ([(3, 3)] * 2, "merged at an end"),
        ([(0, 0), (1, 2)], "an outer class lost"),
        ([(1, 2), (3, 3)], "an outer class lost"),
        ([(0, 0), (3, 3)], "both outer classes lost"),
        ([(0, "1/10"), (2, 2)], "undecided"),
        ([(1, 2), ("29/10", 3)], "undecided"),
    ],
)
def test_phases_are_named(intervals: list, phase: str) -> None:
    assert phase_of(lb.ThresholdProblem(0, [1, 2], 3), intervals) == phase
    assert phase in merging.PHASES


def test_wrong_values_are_named() -> None:
    with pytest.raises(ValueError, match="outer"):
        critical_middle(lb.sigmoids.tanh(), 0)
    with pytest.raises(ValueError, match="digits"):
        critical_middle(lb.sigmoids.tanh(), 1, digits=0)
    with pytest.raises(TypeError, match="sigma"):
        critical_middle("tanh", 1)
    with pytest.raises(ValueError, match="two thresholds"):
        phase_of(lb.ThresholdProblem(0, [1], 3), [(1, 1)])


def test_two_zeros_are_not_taken_for_one() -> None:
    with pytest.raises(UnresolvedError, match="only one"):
        merging._one_zero(lambda x: (x - 1) * (x - 2), lambda x: 2 * x - 3, fmpq(0), fmpq(3))
    merging._one_zero(lambda x: (x - 1) * (x + 2), lambda x: 2 * x + 1, fmpq(0), fmpq(3))


def test_zero_is_bracketed_to_the_digits_asked_for() -> None:
    low, high = merging._zero(lambda x: arb(x) ** 3 - 2, fmpq(1), fmpq(2), 12)
    assert low**3 < 2 < high**3
    assert high - low <= high / 10**12
    with pytest.raises(UnresolvedError, match="sign"):
        merging._zero(lambda x: arb(x) ** 3 + 2, fmpq(1), fmpq(2), 12)
    with pytest.raises(UnresolvedError, match="digits"):
        merging._zero(lambda x: arb(x) ** 3 - arb(2, 1e-6), fmpq(1), fmpq(2), 12)


def test_arctan_example_is_merged_in_the_middle() -> None:
    problem, sigma = lb.ThresholdProblem(0, [1, 2], 3), lb.sigmoids.arctan()
    assert merged_curvature(problem, sigma) < 0
    assert merged_gain(problem, sigma) > merged_gain(problem, sigma, 0)
    assert merged_curvature(problem, lb.sigmoids.softsign()) > 0
