"""Theorem M and its corollaries tried in worlds that are drawn, and what lacks an axiom refused."""

from random import Random
from typing import Any

import pytest
import sympy
from tests.proof import routes
from tests.proof.worlds import EXACT, ROUNDED

from lossbook.proof import equal_drops as e
from lossbook.proof import proposition as p
from lossbook.proof import record
from lossbook.proof.kernel import DROP, Axioms, Rejected, Statement
from lossbook.proof.search import locate, prove
from lossbook.proof.terms import (
    A,
    B,
    F,
    F_minus,
    F_plus,
    a,
    a_1,
    b,
    bounded,
    concave,
    eta,
    eta_plus,
    given,
    increasing,
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
)


@pytest.mark.parametrize("kinds", [EXACT, ROUNDED], ids=["exact", "rounded"])
@pytest.mark.parametrize("name", routes.certificates(e))
def test_claim_holds_in_drawn_worlds(name: str, kinds: Any) -> None:
    claim = record.CERTIFICATES[name].prove().statement
    if isinstance(claim, Statement):
        assert list(routes.counterexamples(claim, Random(1), 12, kinds)) == []
        return
    drawn = routes.settings(claim, Random(1), 4, kinds)
    assert drawn
    assert [ends for world in drawn for ends in routes.misplaced(claim, world)] == []
    assert not any(routes.loses(claim, world) for world in drawn)


FALSE = {
    "strict without a reach": statement(v * F(u) > u * F(v), u > 0, v > u),
    "subadditivity without a reach": statement(F(u) + F(v) > F(u + v), u > 0, v > 0),
    "strictly increasing": statement(F(v) > F(u), u >= 0, v > u, eta > 0),
    "bounded": statement(F(u) < 1, eta > 0),
    "odd": statement(sympy.Eq(F(-u), -F(u)), u >= 0, eta > 0),
    "reflected, swapped": statement(F(u) >= -F(-u), u >= 0, eta > 0),
    "M, right, swapped": statement(risk_slope() < e.AT_TRUTH, *p.ORDERED, *e.REACH, *p.RIGHT),
    "M, right, of equal lengths": statement(
        risk_slope() > 0, a_1 > a, sympy.Eq(b, 2 * a_1 - a), *e.REACH, theta > a_1, theta <= b
    ),
    "the ratio is more than B/A": statement(B * F(A) < A * F(B), *p.IMBALANCED, eta > 0),
    "T4 for one weight": statement(slope((w_plus, 1)) < 0, *p.ORDERED, w_plus > 0, *p.RIGHT),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_claim_has_a_counterexample(name: str) -> None:
    assert next(routes.counterexamples(FALSE[name], Random(1), 1000))


PLACES = {
    "equal lengths": e.place(-risk_slope(), (a_1 > a, sympy.Eq(b, 2 * a_1 - a), *e.REACH), sympy.Eq(theta, a_1)),
    "M on the wrong side": e.place(-risk_slope(), (*p.ORDERED, *e.REACH, F_plus(A) < F_minus(B)), theta > a_1),
    "T6 on the wrong side": p.located(theta < a_1, where=p.IMBALANCED, weights=(B, A)),
}


@pytest.mark.parametrize("name", PLACES)
def test_false_place_is_refuted_by_slope_and_by_integral(name: str) -> None:
    drawn = routes.settings(PLACES[name], Random(2), 20)
    assert any(routes.misplaced(PLACES[name], world) for world in drawn)
    assert any(routes.loses(PLACES[name], world) for world in drawn)


# ---- wrong proofs


def test_multiple_of_a_sigmoid_is_not_bounded() -> None:
    below = prove("below 1", statement(sigma(u) < 1), [bounded(u)])
    claim = statement(2 * sigma(u) < 1)
    with pytest.raises(Rejected, match=r"^double, step 1 \(theorem\): 2 times sigma need not be bounded by 1"):
        prove("double", claim, [use(below, {sigma: (sympy.Integer(2), sigma)})])


@pytest.mark.parametrize("factor", [0, -1, w_plus])
def test_factor_of_a_function_must_be_positive(factor: Any) -> None:
    factor = sympy.sympify(factor)
    claim = statement(factor * (F(u) + F(v)) >= factor * F(u + v), u > 0, v > 0)
    with pytest.raises(Rejected, match=r"^multiple, step 1 \(theorem\): "):
        prove("multiple", claim, [use(e.drop_subadditivity_at_0(), {F: (factor, F)})])


@pytest.mark.parametrize(
    ("step", "axioms"),
    [
        (increasing(u, v, F), {"zero", "concave", "reflected"}),
        (concave(u, (u + v) / 2, v, F), {"zero", "increasing", "reflected"}),
        (reflected(u, F), {"zero", "increasing", "concave"}),
        (bounded(u, F), {"zero", "increasing", "concave", "reflected"}),
    ],
)
def test_function_without_the_axiom_is_refused(step: Any, axioms: set[str]) -> None:
    claim = statement(F(v) >= F(u), u >= 0, v > u, axioms={F: Axioms(frozenset(axioms), eta)})
    with pytest.raises(
        Rejected, match=rf"^lacking, step 1 \({step.rule}\): {step.rule} with \d arguments? ?is no axiom"
    ):
        prove("lacking", claim, [step])


def test_theorem_is_not_used_for_a_function_without_its_axioms() -> None:
    claim = statement(F(u) + F(v) > F(u + v), u > 0, v > 0, eta > 0)
    with pytest.raises(Rejected, match=r"^drop, step 1 \(theorem\): F does not have the axioms of sigma"):
        prove("drop", claim, [use(p.subadditivity(), {sigma: F})])


def test_reach_is_not_exceeded() -> None:
    near = [
        concave(0, u / 2, u, F, times=2 * (v - u) / u, near=True),
        concave(u / 2, u, v, F, times=2),
    ]
    with pytest.raises(Rejected, match=r"^far, step 1 \(bent\): eta - u >= 0 does not follow"):
        prove("far", statement(v * F(u) > u * F(v), u > 0, v > u), near)
    none = {F: Axioms(DROP.names)}
    with pytest.raises(Rejected, match=r"^none, step 1 \(bent\): bent with 3 arguments is no axiom"):
        prove("none", statement(v * F(u) > u * F(v), u > 0, v > u, axioms=none), near)


@pytest.mark.parametrize("reach", [0, -1])
def test_reach_that_is_not_positive_gives_no_strictness(reach: int) -> None:
    claim = statement(F(u) + F(v) > F(u + v), u > 0, v > 0, axioms={F: Axioms(DROP.names, sympy.Integer(reach))})
    with pytest.raises(Rejected, match=r"^used, step 1"):
        prove("used", claim, [use(e.drop_subadditivity(), {eta: sympy.Integer(reach)})])
    with pytest.raises(Rejected, match=r"^another, step 1.*F does not have the axioms of F"):
        prove("another", claim, [use(e.drop_subadditivity(), {eta: sympy.S.One})])
    with pytest.raises(Rejected, match=r"^bent, step 1 \(bent\): "):
        prove("bent", claim, [concave(0, x, u + v, F, times=1 / (u + v), near=True) for x in (u, v)])


def test_linear_drop_is_not_strict() -> None:
    steps = [concave(0, x, u + v, F, times=1 / (u + v)) for x in (u, v)]
    with pytest.raises(Rejected, match=r"^strict: the claim is strict, no step is"):
        prove("strict", statement(F(u) + F(v) > F(u + v), u > 0, v > 0, eta > 0), steps)


def test_chord_without_the_far_case_has_a_gap() -> None:
    where = e.drop_chord().statement
    with pytest.raises(Rejected, match=r"^chord: the cover has a gap at -eta \+ u > 0"):
        p.cases("chord", where, [e.drop_chord_near()])


def test_equation_is_not_read_as_an_inequality_of_the_wrong_sign() -> None:
    where = (*p.ORDERED, *e.REACH, F_plus(A) < F_minus(B), *p.LEFT)
    claim = statement(risk_slope() < 0, *where)
    with pytest.raises(Rejected, match=r"^left, step 2 \(given\): the multiplier -1 is not"):
        prove("left", claim, [use(e.risk_left()), given(F_plus(A) < F_minus(B), times=-1)])
    with pytest.raises(Rejected, match=r"^left: the steps do not add up"):
        prove("left", claim, [use(e.risk_left()), given(F_plus(A) < F_minus(B))])


def test_reach_of_the_outer_function_is_asked_for() -> None:
    where = (*p.ORDERED, *e.REACH, *p.RIGHT)
    claim = statement(risk_slope() > e.AT_TRUTH, *where)
    steps = [
        use(e.drop_subadditivity(), {F: F_plus, u: A, v: t}),  # eta is not put for eta_plus
        use(e.drop_subadditivity_at_0(), {**e.MINUS, u: t, v: B - t}),
        reflected(t, F_minus),
    ]
    with pytest.raises(Rejected, match=r"^reach, step 1 \(theorem\): F_\+ does not have the axioms of F"):
        prove("reach", claim, steps)


def test_truth_is_not_forgotten() -> None:
    right = e.smaller_positive_drop().parts[0]
    with pytest.raises(Rejected, match=r"^M: the cover has a gap at .*a_1 - theta >= 0"):
        locate("M", e.smaller_positive_drop().statement, [right])


def test_side_condition_that_is_shown_weakly_is_refused() -> None:
    claim = statement(F_plus(u) + F_plus(v) > F_plus(u + v), u > 0, v > 0, eta_plus >= 0)
    with pytest.raises(Rejected, match=r"^weak, step 1 \(theorem\): eta_\+ > 0 is wanted, only >= 0 is shown"):
        prove("weak", claim, [use(e.drop_subadditivity(), e.PLUS)])


def test_theta_is_free_in_no_other_role() -> None:
    assert all(theta not in fact.free_symbols for fact in e.equal_drops().statement.where)
    assert w_minus in e.calibrated().statement.slope.free_symbols
