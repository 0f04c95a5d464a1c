r"""The proposition of the paper (cases 1 to 3: C6, C7, C8) and its sharper forms T1 and T2, for every odd sigmoid.

Every function here makes one certificate and has it checked. The sigmoid is unknown: what is proved holds for each
function that is odd, strictly increasing and bounded by 1, and strictly concave on the half line.
"""

from __future__ import annotations

from typing import Any

import sympy

from lossbook.proof.kernel import Location, Step, Theorem
from lossbook.proof.record import certificate
from lossbook.proof.search import cases, locate, prove
from lossbook.proof.terms import (
    BALANCED,
    IMBALANCED,
    LEFT,
    ORDERED,
    RIGHT,
    WEIGHTED,
    WEIGHTS,
    A,
    B,
    a,
    a_1,
    b,
    bounded,
    c,
    concave,
    given,
    h,
    increasing,
    k,
    place,
    sigma,
    slope,
    statement,
    t,
    theta,
    u,
    use,
    v,
    w_minus,
    w_plus,
    z,
)

UNIT = {w_plus: 1, w_minus: 1}
PAPER_CASE_2 = 2 * sigma(A) > sigma(b - a)
PAPER_CASE_3 = 3 * sigma(A) <= sigma(B)
SHARP_CASE_3 = 3 * sigma(sympy.Rational(2, 3) * A) <= sigma(b - a)
HALF = sympy.Rational(1, 2)


def located(*target: Any, where: tuple[Any, ...], weights: tuple[Any, Any] = (1, 1)) -> Location:
    """State where the local maximisers of the gain lie.

    Args:
        target: relations that every local maximiser on [a, b] satisfies.
        where: the facts.
        weights: the class weights.

    Returns:
        the statement.
    """
    return place(slope(weights), where, *target)


@certificate("L1")
def subadditivity() -> Theorem:
    """An odd sigmoid is strictly subadditive on the half line."""
    claim = statement(sigma(u) + sigma(v) > sigma(u + v), u > 0, v > 0)
    return prove("subadditivity", claim, [concave(0, x, u + v, times=1 / (u + v)) for x in (u, v)])


@certificate("L1")
def subadditivity_at_0() -> Theorem:
    """An odd sigmoid is subadditive where one of the two arguments may be 0."""
    claim = statement(sigma(u) + sigma(v) >= sigma(u + v), u >= 0, v >= 0, u + v > 0)
    return prove("subadditivity, weak", claim, [concave(0, x, u + v, times=1 / (u + v)) for x in (u, v)])


def _increments() -> list[Step]:
    """Use concavity between u and v + h, at u + h and at v."""
    return [concave(u, x, v + h, times=1 / (v + h - u)) for x in (u + h, v)]


@certificate()
def increments() -> Theorem:
    """Over a step of the same length an odd sigmoid grows less the farther it starts from 0."""
    claim = statement(sigma(u + h) - sigma(u) > sigma(v + h) - sigma(v), u >= 0, v > u, h > 0)
    return prove("decreasing increments", claim, _increments())


@certificate()
def increments_at_0() -> Theorem:
    """Over a step that may be 0 an odd sigmoid does not grow more where it starts farther from 0."""
    claim = statement(sigma(u + h) - sigma(u) >= sigma(v + h) - sigma(v), u >= 0, v >= u, h >= 0, v + h > u)
    return prove("decreasing increments, weak", claim, _increments())


@certificate()
def chord() -> Theorem:
    """The chord from 0 to the graph gets flatter: sigma(u)/u strictly decreases."""
    return prove("chord", statement(v * sigma(u) > u * sigma(v), u > 0, v > u), [concave(0, u, v)])


@certificate()
def jensen() -> Theorem:
    """The mean of one value and twice another lies below the value at the mean."""
    mean, claim = (u + 2 * v) / 3, sigma(u) + 2 * sigma(v) <= 3 * sigma((u + 2 * v) / 3)
    half_line = (u >= 0, v >= 0)
    below = prove("first below second", statement(claim, *half_line, u < v), [concave(u, mean, v, times=3 / (v - u))])
    above = prove("first above second", statement(claim, *half_line, u > v), [concave(v, mean, u, times=3 / (u - v))])
    equal = prove("both equal", statement(claim, *half_line, sympy.Eq(u, v)), [])
    return cases("Jensen", statement(claim, *half_line), [below, equal, above])


@certificate("C5")
def paper_form() -> Theorem:
    """The slope of the gain is equation (19), by oddness alone."""
    line = -2 * sigma(theta - a_1) + sigma(theta - a) - sigma(b - theta)
    return prove("equation (19)", statement(sympy.Eq(slope(), line)), [])


@certificate("L1")
def slope_right() -> Theorem:
    """To the right of the truth the slope is less than at the truth."""
    at_truth = w_plus * sigma(A) - w_minus * sigma(B)
    steps = [
        use(subadditivity(), {u: A, v: t}, times=w_plus),
        use(subadditivity_at_0(), {u: t, v: B - t}, times=w_minus),
    ]
    return prove("right of the truth", statement(slope(WEIGHTS) < at_truth, *WEIGHTED, *RIGHT), steps)


@certificate("L1")
def slope_left() -> Theorem:
    """To the left of the truth the slope is greater than at the truth."""
    at_truth = w_plus * sigma(A) - w_minus * sigma(B)
    steps = [
        use(subadditivity(), {u: B, v: z}, times=w_minus),
        use(subadditivity_at_0(), {u: z, v: A - z}, times=w_plus),
    ]
    return prove("left of the truth", statement(slope(WEIGHTS) > at_truth, *WEIGHTED, *LEFT), steps)


@certificate("C6")
def case_1_right() -> Theorem:
    """In case 1 the gain falls to the right of the truth."""
    claim = statement(slope() < 0, a_1 > a, BALANCED, *RIGHT)
    return prove("case 1, right", claim, [use(slope_right(), UNIT)])


@certificate("C6")
def case_1_left() -> Theorem:
    """In case 1 the gain rises to the left of the truth."""
    claim = statement(slope() > 0, a_1 > a, BALANCED, *LEFT)
    return prove("case 1, left", claim, [use(slope_left(), UNIT)])


@certificate("C6")
def case_1() -> Theorem:
    """Case 1: if the classes are equally long, the truth is the only local maximiser."""
    location = located(sympy.Eq(theta, a_1), where=(a_1 > a, BALANCED))
    return locate("case 1", location, [case_1_left(), case_1_right()])


@certificate("C7")
def case_2_right() -> Theorem:
    """If the negative class is longer, the gain falls from the truth on."""
    steps = [
        use(subadditivity_at_0(), {u: A, v: t}),
        use(subadditivity_at_0(), {u: t, v: B - t}),
        increasing(A, B),
    ]
    return prove("case 2, from the truth on", statement(slope() < 0, *IMBALANCED, theta >= a_1, theta <= b), steps)


@certificate("C7")
def case_2_left_end() -> Theorem:
    """In case 2 the gain rises at the left end."""
    claim = statement(slope() > 0, *IMBALANCED, PAPER_CASE_2, sympy.Eq(theta, a))
    return prove("case 2, left end", claim, [given(PAPER_CASE_2)])


@certificate("C7")
def case_2_small() -> Theorem:
    """At balance the condition of case 2 holds strictly, so it holds near balance."""
    claim = statement(2 * sigma(A) > sigma(b - a), a_1 > a, BALANCED)
    return prove("case 2 at balance", claim, [use(subadditivity(), {u: A, v: A})])


@certificate("C7")
def case_2() -> Theorem:
    """Case 2: if moreover 2 sigma(A) > sigma(b - a), every local maximiser lies strictly between a and the truth."""
    location = located(theta > a, theta < a_1, where=(*IMBALANCED, PAPER_CASE_2))
    return locate("case 2", location, [case_2_left_end(), case_2_right()])


@certificate("C8")
def case_3_chain() -> Theorem:
    """Between a and the truth each of the three values is at most sigma(A)."""
    claim = statement(sigma(k) + 2 * sigma(z) <= 3 * sigma(A), *ORDERED, theta > a, theta <= a_1)
    return prove("case 3, the chain", claim, [increasing(k, A), increasing(z, A, times=2)])


@certificate("C8")
def case_3_before() -> Theorem:
    """In case 3 the gain falls between a and the truth."""
    claim = statement(slope() < 0, *ORDERED, PAPER_CASE_3, theta > a, theta < a_1)
    return prove("case 3, before the truth", claim, [use(case_3_chain()), given(PAPER_CASE_3), increasing(B, B + z)])


@certificate("C8")
def case_3_truth() -> Theorem:
    """In case 3 the gain falls at the truth."""
    claim = statement(slope() < 0, *ORDERED, PAPER_CASE_3, sympy.Eq(theta, a_1))
    return prove("case 3, at the truth", claim, [given(PAPER_CASE_3), increasing(0, A, times=2)])


@certificate("C8")
def case_3_middle() -> Theorem:
    """Between the truth and the middle of the interval the gain falls, by monotony alone."""
    claim = statement(slope() < 0, *ORDERED, theta > a_1, theta <= (a + b) / 2)
    return prove("case 3, up to the middle", claim, [increasing(k, b - theta), increasing(0, t, times=2)])


@certificate("C8")
def case_3_beyond() -> Theorem:
    """In case 3 the gain falls beyond the middle, by subadditivity."""
    claim = statement(slope() < 0, *ORDERED, PAPER_CASE_3, theta > (a + b) / 2, theta <= b, theta > a_1)
    steps = [
        use(subadditivity(), {u: A, v: t}),
        use(subadditivity_at_0(), {u: t, v: B - t}),
        given(PAPER_CASE_3),
        increasing(0, A, times=2),
    ]
    return prove("case 3, beyond the middle", claim, steps)


@certificate("C8")
def case_3() -> Theorem:
    """Case 3: if 3 sigma(A) <= sigma(B), the left end is the only local maximiser."""
    location = located(sympy.Eq(theta, a), where=(*ORDERED, PAPER_CASE_3))
    return locate("case 3", location, [case_3_before(), case_3_truth(), case_3_middle(), case_3_beyond()])


NEARBY = sigma(2 * c + B - A) < 2 * sigma(c)


@certificate("T1")
def nearby_slope() -> Theorem:
    """The gain rises as long as the threshold is at least c below the truth."""
    gap = B - A
    steps = [
        given(NEARBY),
        use(subadditivity_at_0(), {u: A - z, v: 2 * z + gap}),
        use(increments_at_0(), {u: c, v: 2 * c + gap, h: z - c}),
        use(increments_at_0(), {u: c, v: c + gap + z, h: z - c}),
    ]
    claim = statement(slope() > 0, *IMBALANCED, c > 0, NEARBY, theta >= a, theta <= a_1 - c)
    return prove("nearby, slope", claim, steps)


@certificate("T1")
def nearby() -> Theorem:
    """T1: every c > 0 with sigma(2c + B - A) < 2 sigma(c) bounds how far the maximisers lie from the truth."""
    location = located(theta > a_1 - c, theta < a_1, where=(*IMBALANCED, c > 0, NEARBY))
    return locate("T1", location, [nearby_slope(), case_2_right()])


@certificate("T1")
def uniform_slope() -> Theorem:
    """The gain rises as long as the threshold is below the truth by a length c with sigma(c) >= 1/2."""
    claim = statement(slope() > 0, *IMBALANCED, c > 0, sigma(c) >= HALF, theta >= a, theta <= a_1 - c)
    steps = [
        given(sigma(c) >= HALF, times=2),
        increasing(c, z, times=2),
        increasing(0, A - z),
        bounded(B + z),
    ]
    return prove("uniform bound, slope", claim, steps)


@certificate("T1")
def uniform() -> Theorem:
    """T1: whatever the imbalance, no maximiser lies a length c with sigma(c) >= 1/2 below the truth."""
    location = located(theta > a_1 - c, theta < a_1, where=(*IMBALANCED, c > 0, sigma(c) >= HALF))
    return locate("T1, uniform", location, [uniform_slope(), case_2_right()])


@certificate("T1")
def kept() -> Theorem:
    """T1: if sigma(A) >= 1/2, the gain rises at the left end, which is no maximiser."""
    claim = statement(slope() > 0, *IMBALANCED, sigma(A) >= HALF, sympy.Eq(theta, a))
    return prove("T1, never given up", claim, [given(sigma(A) >= HALF, times=2), bounded(b - a)])


@certificate("T2")
def sharper_before() -> Theorem:
    """If 3 sigma(2A/3) <= sigma(b - a), the gain falls between a and the truth."""
    mean, third, far = (k + 2 * z) / 3, k / 3, b - theta
    steps = [
        given(SHARP_CASE_3),
        use(jensen(), {u: k, v: z}),
        *(use(increments(), {u: mean, v: far + n * third, h: third}) for n in range(3)),
    ]
    claim = statement(slope() < 0, *IMBALANCED, SHARP_CASE_3, theta > a, theta < a_1)
    return prove("sharper case 3, before the truth", claim, steps)


@certificate("T2")
def sharper() -> Theorem:
    """T2: if A < B and 3 sigma(2A/3) <= sigma(b - a), the left end is the only local maximiser."""
    location = located(sympy.Eq(theta, a), where=(*IMBALANCED, SHARP_CASE_3))
    return locate("T2", location, [sharper_before(), case_2_right()])


@certificate("T2")
def sharper_is_imbalanced() -> Theorem:
    """If B <= A, the condition of T2 fails: it forces the negative class to be longer."""
    part = 2 * A / 3
    claim = statement(3 * sigma(part) > sigma(b - a), *ORDERED, B <= A)
    steps = [
        increasing(A + B, 2 * A),
        use(subadditivity(), {u: part, v: 2 * part}),
        use(subadditivity(), {u: part, v: part}),
    ]
    return prove("T2 is imbalanced", claim, steps)


@certificate("C8", "T2")
def sharper_is_weaker() -> Theorem:
    """The condition of case 3 implies that of T2."""
    claim = statement(SHARP_CASE_3, *ORDERED, PAPER_CASE_3)
    steps = [given(PAPER_CASE_3), increasing(sympy.Rational(2, 3) * A, A, times=3), increasing(B, b - a)]
    return prove("case 3 implies T2", claim, steps)


@certificate("C8")
def case_3_is_imbalanced() -> Theorem:
    """The condition of case 3 forces the negative class to be longer."""
    claim = statement(sigma(B) > sigma(A), *ORDERED, PAPER_CASE_3)
    return prove("case 3 is imbalanced", claim, [given(PAPER_CASE_3), increasing(0, A, times=2)])
