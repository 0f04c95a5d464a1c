r"""Theorem M and its corollaries T4, T5, T6, T9, T10, T11, for every pair of drop functions.

A drop function $F$ is 0 at 0, non-decreasing and concave on the half line, strictly concave on some $[0,\eta]$, and
$F(t)\le-F(-t)$ for $t\ge0$. For every convex non-increasing margin loss $\varphi$ that decreases strictly next to 0,
and every odd sigmoid, $F=\varphi(0)-\varphi\circ\sigma$ is one (proved in Coq). The risk's slope is
$L'(\theta)=F_+(\theta-a_1)-F_+(\theta-a)+F_-(b-\theta)-F_-(a_1-\theta)$.
"""

from __future__ import annotations

from typing import Any

import sympy

from lossbook.proof.kernel import Axioms, Step, Theorem
from lossbook.proof.proposition import chord, increments, increments_at_0
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
    F,
    F_minus,
    F_plus,
    a,
    a_1,
    b,
    concave,
    eta,
    eta_minus,
    eta_plus,
    given,
    h,
    increasing,
    place,
    reflected,
    risk_slope,
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
    y,
    z,
)

REACH = (eta_plus > 0, eta_minus > 0)
AT_TRUTH = F_minus(B) - F_plus(A)
EQUAL = sympy.Eq(F_plus(A), F_minus(B))
PLUS, MINUS = {F: F_plus, eta: eta_plus}, {F: F_minus, eta: eta_minus}
# The linear loss with class weights drops by w sigma; a sigmoid is strictly concave everywhere, so any reach will do.
LINEAR = {F_plus: (w_plus, sigma), F_minus: (w_minus, sigma), eta_plus: 1, eta_minus: 1}
# One loss for both classes, with class weights.
SAME = {F_plus: (w_plus, F), F_minus: (w_minus, F), eta_plus: eta, eta_minus: eta}


def _right(name: str, falling: Any, where: tuple[Any, ...], forms: dict[Any, Any], level: list[Step]) -> Theorem:
    """Show that a slope is negative right of the truth: it is less than there, which the level says is not positive."""
    return prove(f"{name}, right", statement(falling < 0, *where, *RIGHT), [use(risk_right(), forms), *level])


def _left(name: str, falling: Any, where: tuple[Any, ...], forms: dict[Any, Any], level: list[Step]) -> Theorem:
    """Show that a slope is positive left of the truth: it is more than there, which the level says is not negative."""
    return prove(f"{name}, left", statement(falling > 0, *where, *LEFT), [use(risk_left(), forms), *level])


def _only_at_truth(
    name: str, falling: Any, where: tuple[Any, ...], forms: dict[Any, Any], equal: Any | None = None
) -> Theorem:
    """Apply the two sides to drops that are equal by this fact, or by the lengths."""
    where = where if equal is None else (*where, equal)
    up, down = ([] if equal is None else [given(equal, times=sign)] for sign in (1, -1))
    sides = [_left(name, falling, where, forms, up), _right(name, falling, where, forms, down)]
    return locate(name, place(falling, where, sympy.Eq(theta, a_1)), sides)


def _below(name: str, falling: Any, where: tuple[Any, ...], forms: dict[Any, Any]) -> Theorem:
    """Apply the right side to a positive class that drops less, by the last of the facts."""
    level = [given(where[-1])]
    truth = prove(f"{name}, truth", statement(falling < 0, *where, sympy.Eq(theta, a_1)), level)
    return locate(name, place(falling, where, theta < a_1), [_right(name, falling, where, forms, level), truth])


def _rising(
    name: str, falling: Any, where: tuple[Any, ...], forms: dict[Any, Any], level: list[Step]
) -> tuple[Theorem, Theorem]:
    """Apply the left side, and the truth itself, to a negative class that drops less by a step that says so."""
    truth = prove(f"{name}, truth", statement(falling > 0, *where, sympy.Eq(theta, a_1)), level)
    return _left(name, falling, where, forms, level), truth


def _above(name: str, falling: Any, where: tuple[Any, ...], forms: dict[Any, Any], level: list[Step]) -> Theorem:
    """Locate the maximisers of what rises up to the truth."""
    return locate(name, place(falling, where, theta > a_1), _rising(name, falling, where, forms, level))


@certificate("M")
def drop_chord_near() -> Theorem:
    """Within the reach the chords from 0 to the graph of a drop function get strictly flatter."""
    steps = [
        concave(0, u / 2, u, F, times=2 * (v - u) / u, near=True),
        concave(u / 2, u, v, F, times=2),
    ]
    return prove("chord, near", statement(v * F(u) > u * F(v), u > 0, v > u, u <= eta), steps)


@certificate("M")
def drop_chord_far() -> Theorem:
    """Beyond the reach they stay below the chord that was bent near 0."""
    steps = [
        concave(0, eta / 2, eta, F, times=v * (v - u) / (eta * (v - eta / 2)), near=True),
        concave(eta / 2, u, v, F, times=v / (v - eta / 2)),
        concave(0, eta, v, F, times=(v - u) / (2 * (v - eta / 2))),
    ]
    return prove("chord, far", statement(v * F(u) > u * F(v), u > 0, v > u, eta > 0, u >= eta), steps)


@certificate("M")
def drop_chord() -> Theorem:
    """The chords from 0 to the graph of a drop function get strictly flatter."""
    claim = statement(v * F(u) > u * F(v), u > 0, v > u, eta > 0)
    return cases("chord of a drop", claim, [drop_chord_near(), drop_chord_far()])


@certificate("M")
def drop_subadditivity() -> Theorem:
    """A drop function is strictly subadditive on the half line."""
    claim = statement(F(u) + F(v) > F(u + v), u > 0, v > 0, eta > 0)
    steps = [use(drop_chord(), {u: x, v: u + v}, times=1 / (u + v)) for x in (u, v)]
    return prove("subadditivity of a drop", claim, steps)


@certificate("M")
def drop_subadditivity_at_0() -> Theorem:
    """A drop function is subadditive where one of the two arguments may be 0."""
    claim = statement(F(u) + F(v) >= F(u + v), u >= 0, v >= 0, u + v > 0)
    return prove("subadditivity of a drop, weak", claim, [concave(0, x, u + v, F, times=1 / (u + v)) for x in (u, v)])


@certificate("M")
def risk_right() -> Theorem:
    """To the right of the truth the risk's slope is greater than at the truth."""
    steps = [
        use(drop_subadditivity(), {**PLUS, u: A, v: t}),
        use(drop_subadditivity_at_0(), {**MINUS, u: t, v: B - t}),
        reflected(t, F_minus),
    ]
    return prove("M, right", statement(risk_slope() > AT_TRUTH, *ORDERED, *REACH, *RIGHT), steps)


@certificate("M")
def risk_left() -> Theorem:
    """To the left of the truth the risk's slope is less than at the truth."""
    steps = [
        use(drop_subadditivity(), {**MINUS, u: B, v: z}),
        use(drop_subadditivity_at_0(), {**PLUS, u: z, v: A - z}),
        reflected(z, F_plus),
    ]
    return prove("M, left", statement(risk_slope() < AT_TRUTH, *ORDERED, *REACH, *LEFT), steps)


@certificate("M")
def equal_drops() -> Theorem:
    """Theorem M: if both classes drop equally, the truth is the only local minimiser of the risk."""
    return _only_at_truth("Theorem M", -risk_slope(), (*ORDERED, *REACH), {}, EQUAL)


@certificate("M")
def smaller_positive_drop() -> Theorem:
    """Theorem M: if the positive class drops less, every local minimiser lies below the truth."""
    return _below("smaller positive drop", -risk_slope(), (*ORDERED, *REACH, F_plus(A) < F_minus(B)), {})


@certificate("M")
def smaller_negative_drop() -> Theorem:
    """Theorem M: if the negative class drops less, every local minimiser lies above the truth."""
    where = (*ORDERED, *REACH, F_plus(A) > F_minus(B))
    return _above("smaller negative drop", -risk_slope(), where, {}, [given(where[-1])])


@certificate("T4")
def calibrated() -> Theorem:
    """T4: calibrated weights, w+ sigma(A) = w- sigma(B), make the truth the only local maximiser of the gain."""
    equal = sympy.Eq(w_plus * sigma(A), w_minus * sigma(B))
    return _only_at_truth("T4", slope(WEIGHTS), WEIGHTED, LINEAR, equal)


@certificate("T5")
def side_of_small_positive_weight() -> Theorem:
    """T5: if w+ sigma(A) < w- sigma(B), every local maximiser of the gain lies below the truth."""
    return _below("T5, below", slope(WEIGHTS), (*WEIGHTED, w_plus * sigma(A) < w_minus * sigma(B)), LINEAR)


@certificate("T5")
def side_of_large_positive_weight() -> Theorem:
    """T5: if w+ sigma(A) > w- sigma(B), every local maximiser of the gain lies above the truth."""
    where = (*WEIGHTED, w_plus * sigma(A) > w_minus * sigma(B))
    return _above("T5, above", slope(WEIGHTS), where, LINEAR, [given(where[-1])])


@certificate("C6", "M")
def case_1_again() -> Theorem:
    """Case 1 is Theorem M for equal lengths and the linear loss."""
    return _only_at_truth("case 1 from M", slope(), (a_1 > a, BALANCED), {**LINEAR, F_plus: sigma, F_minus: sigma})


@certificate("T6")
def right_ratio() -> Theorem:
    """The right ratio of weights, F(B)/F(A), is less than B/A for A < B."""
    return prove("the ratio is less than B/A", statement(B * F(A) > A * F(B), *IMBALANCED, eta > 0), [
        use(drop_chord(), {u: A, v: B})
    ])  # fmt: skip


@certificate("T6")
def right_ratio_at_least_1() -> Theorem:
    """The right ratio of weights, F(B)/F(A), is at least 1 for A < B."""
    return prove("the ratio is at least 1", statement(F(B) >= F(A), *IMBALANCED), [increasing(A, B, F)])


@certificate("T6")
def over_corrected() -> Theorem:
    """T6 for every convex loss: with inverse-frequency weights every local minimiser lies above the truth."""
    falling = B * (F(theta - a) - F(theta - a_1)) - A * (F(b - theta) - F(a_1 - theta))
    forms = {**SAME, F_plus: (B, F), F_minus: (A, F)}
    return _above("T6, above", falling, (*IMBALANCED, eta > 0), forms, [use(right_ratio())])


@certificate("T6")
def over_corrected_by_less_than_half() -> Theorem:
    """T6: with inverse-frequency weights the gain falls from the middle of the negative class on."""
    half = (a_1 + b) / 2
    inner = prove(
        "T6, from the middle",
        statement(slope((B, A)) < 0, *IMBALANCED, theta > half, theta < b),
        [use(chord(), {u: t, v: t + A}, times=B / t), use(chord(), {u: B - t, v: t}, times=A / t)],
    )
    middle = prove(
        "T6, at the middle",
        statement(slope((B, A)) < 0, *IMBALANCED, sympy.Eq(theta, half)),
        [use(chord(), {u: B / 2, v: B / 2 + A}, times=2)],
    )
    end = prove(
        "T6, at the end",
        statement(slope((B, A)) < 0, *IMBALANCED, sympy.Eq(theta, b)),
        [use(chord(), {u: B, v: A + B})],
    )
    claim = statement(slope((B, A)) < 0, *IMBALANCED, theta >= half, theta <= b)
    return cases("T6, beyond the middle", claim, [middle, inner, end])


@certificate("T6")
def inverse_frequency() -> Theorem:
    """T6: with inverse-frequency weights every local maximiser lies between the truth and that middle."""
    falling = slope((B, A))
    forms = {**LINEAR, F_plus: (B, sigma), F_minus: (A, sigma)}
    rising = _rising("T6", falling, IMBALANCED, forms, [use(chord(), {u: A, v: B})])
    between = place(falling, IMBALANCED, theta > a_1, theta < (a_1 + b) / 2)
    return locate("T6", between, [*rising, over_corrected_by_less_than_half()])


@certificate("T6")
def slope_falls_right() -> Theorem:
    """From the truth to the middle of the negative class the slope strictly falls, so it has one zero at most."""
    later = slope(WEIGHTS).subs(theta, y)
    p, q = theta - a_1, y - a_1
    steps = [
        use(increments(), {u: p, v: q, h: A}, times=w_plus),
        use(increments_at_0(), {u: p, v: B - q, h: q - p}, times=w_minus),
    ]
    where = (*WEIGHTED, theta >= a_1, y > theta, y <= (a_1 + b) / 2)
    return prove("the slope falls", statement(later < slope(WEIGHTS), *where), steps)


@certificate("T9")
def critical_when_equal() -> Theorem:
    """T9: for any margin loss the risk's slope at the truth is the difference of the two drops, an identity."""
    claim = sympy.Eq(risk_slope().subs(theta, a_1), AT_TRUTH)
    return prove("T9", statement(claim), [])


@certificate("T10")
def calibrated_loss() -> Theorem:
    """T10: with weights such that w+ F(A) = w- F(B) the truth is the only local minimiser, for every convex loss."""
    equal = sympy.Eq(w_plus * F(A), w_minus * F(B))
    falling = w_plus * (F(theta - a) - F(theta - a_1)) - w_minus * (F(b - theta) - F(a_1 - theta))
    return _only_at_truth("T10", falling, (*WEIGHTED, eta > 0), SAME, equal)


@certificate("T11")
def small_margin() -> Theorem:
    """T11: a loss that has stopped falling before both full margins, F(A) = F(B), needs no weights."""
    falling = -risk_slope().replace(F_plus, F).replace(F_minus, F)
    forms = {**SAME, F_plus: F, F_minus: F}
    return _only_at_truth("T11", falling, (*ORDERED, eta > 0), forms, sympy.Eq(F(A), F(B)))


@certificate("T9", "C4")
def only_at_balance() -> Theorem:
    """T9: without weights and with a drop that strictly grows, the truth is not critical if the lengths differ."""
    strict = Axioms(frozenset({"increasing", "strictly increasing"}))
    claim = F(B) - F(A) > 0
    return prove("T9, unequal lengths", statement(claim, *IMBALANCED, axioms={F: strict}), [increasing(A, B, F)])
