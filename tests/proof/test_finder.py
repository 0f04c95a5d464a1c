"""Certificates that are found, and false claims for which none is."""

from random import Random
from typing import Any

import pytest
import sympy
from tests.proof import routes
from tests.proof.test_equal_drops import FALSE as FALSE_DROPS
from tests.proof.test_proposition import FALSE

from lossbook.proof import equal_drops, finder, proposition, sharper
from lossbook.proof.finder import find
from lossbook.proof.kernel import Rejected, Theorem
from lossbook.proof.terms import (
    A,
    F,
    a,
    a_1,
    b,
    concave,
    eta,
    increasing,
    reflected,
    sigma,
    statement,
    theta,
    u,
    v,
    w_plus,
    x,
    y,
)

FOUND = [
    proposition.subadditivity,
    proposition.subadditivity_at_0,
    proposition.increments,
    proposition.increments_at_0,
    proposition.chord,
    proposition.slope_right,
    proposition.slope_left,
    proposition.case_1_right,
    proposition.case_2_right,
    proposition.case_2_left_end,
    proposition.case_3_chain,
    proposition.case_3_before,
    proposition.case_3_beyond,
    proposition.nearby_slope,
    proposition.uniform_slope,
    proposition.sharper_is_weaker,
    equal_drops.drop_subadditivity_at_0,
    equal_drops.over_corrected_by_less_than_half,
    equal_drops.slope_falls_right,
    sharper.criterion_at_a_zero,
    sharper.slope_in_proportion,
]
NOTHING = r": no certificate among \d+ candidates; that does not show that the claim is false$"


@pytest.mark.parametrize("proved", FOUND, ids=lambda proved: proved.__name__)
def test_certificate_is_found(proved: Any) -> None:
    claim = proved().statement
    theorem = find("found", claim)
    assert type(theorem) is Theorem
    assert theorem.statement is claim
    assert all(step.rule != "theorem" for step in theorem.parts)


def test_same_certificate_is_found_again() -> None:
    claim = proposition.slope_right().statement
    assert find("once", claim).parts == find("twice", claim).parts


@pytest.mark.parametrize(
    ("claim", "rules"),
    [
        (statement(sigma(v) > sigma(u), u >= 0, v > u), {"increasing"}),
        (statement(2 * sigma(u) + sigma(v) < 3), {"bounded"}),
        (statement(F(x) + F(-x) <= 0, x >= 0), {"reflected"}),
        (statement(w_plus * F(x) + w_plus * F(-x) <= 0, x >= 0, w_plus >= 0), {"reflected"}),
        (statement(sigma(x) > y, sigma(x) > 2, y < 2), {"given"}),
        (statement(sigma(x) >= sigma(y), sympy.Eq(sigma(y), sigma(x))), {"given"}),
        (statement(2 * F(u) > F(2 * u), u > 0, 2 * u <= eta), {"bent"}),
        (statement(2 * F(u) >= F(2 * u), u > 0), {"concave"}),
    ],
)
def test_rule_is_found(claim: Any, rules: set[str]) -> None:
    assert {step.rule for step in find("rule", claim).parts} == rules


def test_further_points_help() -> None:
    claim = proposition.sharper_is_imbalanced().statement
    with pytest.raises(Rejected, match="imbalanced" + NOTHING):
        find("imbalanced", claim)
    assert find("imbalanced", claim, points=[2 * A])


def test_sums_and_differences_of_points_are_tried() -> None:
    claim = proposition.nearby_slope().statement
    with pytest.raises(Rejected, match="nearby" + NOTHING):
        find("nearby", claim, size=0)


def test_reach_is_used_no_farther_than_it_goes() -> None:
    with pytest.raises(Rejected, match="far" + NOTHING):
        find("far", statement(2 * F(u) > F(2 * u), u > 0, u <= eta))


@pytest.mark.parametrize("claim", [*FALSE.values(), *FALSE_DROPS.values()], ids=[*FALSE, *FALSE_DROPS])
def test_false_claim_is_not_proved(claim: Any) -> None:
    with pytest.raises(Rejected, match=NOTHING + "|equation needs no steps"):
        find("false", claim)


@pytest.mark.parametrize(
    "claim",
    [
        statement(sigma(v) > sigma(u), u >= 0, v >= u),
        statement(sigma(v) >= sigma(u), u >= 0),
        statement(v * sigma(u) >= u * sigma(v), v >= u),
        statement(v * sigma(u) > u * sigma(v), u >= 0, v > u),
        statement(sigma(u) + sigma(v) >= sigma(u + v), u >= 0, v >= -1),
        statement(sigma(theta - a) > sigma(a_1 - a), theta > a_1 - 1, a_1 > a),
        statement(sigma(b) < 1 - x, x >= 0),
        statement(F(u) + F(-u) >= 0, u >= 0),
        statement(2 * F(u) > F(2 * u), u > 0),
    ],
    ids=str,
)
def test_false_neighbour_is_not_proved(claim: Any) -> None:
    assert next(routes.counterexamples(claim, Random(3), 2000))
    with pytest.raises(Rejected, match=NOTHING):
        find("false", claim)


def test_true_claim_may_be_missed() -> None:
    with pytest.raises(Rejected, match="Jensen" + NOTHING):
        find("Jensen", proposition.jensen().statement)


def test_mistake_of_the_finder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder, "_steps", lambda pool, more: ([concave(0, u, v), increasing(v, u), reflected(u)], 3))
    with pytest.raises(Rejected, match="wrong: no certificate among 3 candidates"):
        find("wrong", statement(sigma(u) > sigma(v), u >= 0, v > u))
