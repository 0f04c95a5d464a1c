"""The proposition tried in worlds that are drawn, and its wrong readings refused."""

from random import Random
from typing import Any

import pytest
import sympy
from tests.proof import routes
from tests.proof.worlds import EXACT, ROUNDED

from lossbook.proof import proposition as p
from lossbook.proof import record
from lossbook.proof.kernel import Location, Rejected, Statement
from lossbook.proof.search import cases, locate, prove
from lossbook.proof.terms import (
    A,
    B,
    a,
    a_1,
    b,
    c,
    concave,
    given,
    increasing,
    k,
    sigma,
    slope,
    statement,
    t,
    theta,
    u,
    use,
    v,
    z,
)

LENGTHS = 3 * A < B


@pytest.mark.parametrize("kinds", [EXACT, ROUNDED], ids=["exact", "rounded"])
@pytest.mark.parametrize("name", routes.certificates(p))
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
    "superadditivity": statement(sigma(u) + sigma(v) < sigma(u + v), u > 0, v > 0),
    "subadditivity at 0": statement(sigma(u) + sigma(v) > sigma(u + v), u >= 0, v >= 0),
    "subadditivity anywhere": statement(sigma(u) + sigma(v) > sigma(u + v)),
    "slope at the truth, swapped": statement(slope() > sigma(A) - sigma(B), *p.ORDERED, *p.RIGHT),
    "case 2 without its condition": statement(slope() > 0, *p.IMBALANCED, sympy.Eq(theta, a)),
    "case 3 by lengths": statement(slope() < 0, *p.ORDERED, LENGTHS, theta > a, theta < a_1),
    "C8'": statement(slope() < 0, *p.ORDERED, LENGTHS, sympy.Eq(theta, a)),
    "case 3 with 2": statement(slope() < 0, *p.ORDERED, 2 * sigma(A) <= sigma(B), theta > a, theta < a_1),
    "T1 without its condition": statement(slope() > 0, *p.IMBALANCED, c > 0, theta >= a, theta <= a_1 - c),
    "T2 with A/2": statement(slope() < 0, *p.IMBALANCED, 3 * sigma(A / 2) <= sigma(b - a), theta > a, theta < a_1),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_claim_has_a_counterexample(name: str) -> None:
    assert next(routes.counterexamples(FALSE[name], Random(1), 1000))


PLACES = {
    "case 1 without balance": p.located(sympy.Eq(theta, a_1), where=p.ORDERED),
    "case 2 on the wrong side": p.located(theta > a_1, where=(*p.IMBALANCED, p.PAPER_CASE_2)),
    "case 2 without its condition": p.located(theta > (a + a_1) / 2, where=p.IMBALANCED),
    "case 3 by lengths": p.located(sympy.Eq(theta, a), where=(*p.ORDERED, LENGTHS)),
    "T1 without its condition": p.located(theta > a_1 - c, where=(*p.IMBALANCED, c > 0)),
}


@pytest.mark.parametrize("name", PLACES)
def test_false_place_is_refuted_by_slope_and_by_integral(name: str) -> None:
    place: Location = PLACES[name]
    drawn = routes.settings(place, Random(2), 40)
    assert any(routes.misplaced(place, world) for world in drawn)
    assert any(routes.loses(place, world) for world in drawn)


# ---- wrong proofs


def test_chain_of_the_paper_fails_for_lengths() -> None:
    where = (*p.ORDERED, LENGTHS, theta > a, theta < a_1)
    steps = [use(p.case_3_chain()), given(p.PAPER_CASE_3), increasing(B, B + z)]
    with pytest.raises(Rejected, match=r"^lengths, step 2 \(given\): .*not among the facts"):
        prove("lengths", statement(slope() < 0, *where), steps)
    with pytest.raises(Rejected, match=r"^lengths: the steps do not add up"):
        prove("lengths", statement(slope() < 0, *where), [use(p.case_3_chain()), given(LENGTHS), increasing(B, B + z)])


def test_concavity_is_not_used_left_of_0() -> None:
    claim = statement(v * sigma(u) > u * sigma(v), v > u)
    with pytest.raises(Rejected, match=r"^chord, step 1 \(concave\): .*does not follow from the facts"):
        prove("chord", claim, [concave(0, u, v)])
    whole_line = statement(slope() < 0, *p.ORDERED, *p.LEFT)
    steps = [concave(a_1 - b, theta - b, theta - a_1, times=1 / (b - theta)), increasing(k, A)]
    with pytest.raises(Rejected, match=r"^left, step 1 \(concave\): a_1 - b >= 0 does not follow"):
        prove("left", whole_line, steps)


def test_swapped_sign_is_refused() -> None:
    claim = statement(slope() > sigma(A) - sigma(B), *p.ORDERED, *p.RIGHT)
    with pytest.raises(Rejected, match=r"^swapped: the steps do not add up"):
        prove("swapped", claim, [use(p.slope_right(), p.UNIT)])


def test_theorem_is_not_used_outside_its_facts() -> None:
    claim = statement(sigma(A) + sigma(t) > sigma(k), *p.ORDERED, theta >= a_1)
    with pytest.raises(Rejected, match=r"^at 0, step 1 \(theorem\): a?.*theta > 0 is wanted, only >= 0 is shown"):
        prove("at 0", claim, [use(p.subadditivity(), {u: A, v: t})])
    with pytest.raises(Rejected, match=r"^outside, step 1 \(theorem\): .* does not follow"):
        prove("outside", statement(claim.claim, *p.ORDERED), [use(p.subadditivity(), {u: A, v: t})])


def test_strictness_is_not_invented() -> None:
    claim = statement(sigma(u) + sigma(v) > sigma(u + v), u >= 0, v >= 0, u + v > 0)
    with pytest.raises(Rejected, match=r"^strict: the claim is strict, no step is"):
        prove("strict", claim, [concave(0, x, u + v, times=1 / (u + v)) for x in (u, v)])


def test_divisor_must_not_vanish() -> None:
    claim = statement(sigma(u) + sigma(v) >= sigma(u + v), u >= 0, v >= 0)
    with pytest.raises(Rejected, match=r"^divided, step 1 \(concave\): u \+ v > 0 is wanted, only >= 0 is shown"):
        prove("divided", claim, [concave(0, x, u + v, times=1 / (u + v)) for x in (u, v)])


def test_jensen_without_the_equal_case_has_a_gap() -> None:
    below, equal, above = p.jensen().parts
    with pytest.raises(Rejected, match=r"^Jensen: the cover has a gap at u - v >= 0, -u \+ v >= 0"):
        cases("Jensen", p.jensen().statement, [below, above])
    assert cases("Jensen", p.jensen().statement, [above, equal, below])


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("case 1", [p.case_1_left]),
        ("case 1", [p.case_1_right]),
        ("case 2", [p.case_2_right]),
        ("case 2", [p.case_2_left_end]),
        ("case 3", [p.case_3_truth, p.case_3_middle, p.case_3_beyond]),
        ("case 3", [p.case_3_before, p.case_3_middle, p.case_3_beyond]),
        ("case 3", [p.case_3_before, p.case_3_truth, p.case_3_beyond]),
        ("case 3", [p.case_3_before, p.case_3_truth, p.case_3_middle]),
    ],
)
def test_location_with_a_part_left_out_has_a_gap(name: str, parts: list[Any]) -> None:
    place = {"case 1": p.case_1, "case 2": p.case_2, "case 3": p.case_3}[name]().statement
    with pytest.raises(Rejected, match=f"^{name}: the cover has a gap at "):
        locate(name, place, [part() for part in parts])


def test_end_point_is_not_forgotten() -> None:
    falls = p.case_2_right()
    place = p.located(theta > a, theta < a_1, where=p.IMBALANCED)  # the slope rises or falls at a
    with pytest.raises(Rejected, match=r"^ends: the cover has a gap at .*a - theta >= 0"):
        locate("ends", place, [falls])
    inner = p.located(theta < a_1, where=p.IMBALANCED)
    assert locate("ends", inner, [falls])
    rises = p.case_1_left()
    right = p.located(theta > a_1, where=(a_1 > a, p.BALANCED))  # where the slope rises up to b, b is a maximiser
    with pytest.raises(Rejected, match=r"^right: the cover has a gap"):
        locate("right", right, [rises])


def test_part_with_another_slope_is_refused() -> None:
    where = (*p.WEIGHTED, sympy.Eq(b, 2 * a_1 - a))
    place = p.located(sympy.Eq(theta, a_1), where=where, weights=p.WEIGHTS)
    with pytest.raises(Rejected, match=r"^weighted: case 1, left does not claim a sign of the slope"):
        locate("weighted", place, [p.case_1_left(), p.case_1_right()])
    weak = prove("weak", statement(slope() >= 0, a_1 > a, p.BALANCED, *p.LEFT), [use(p.case_1_left())])
    with pytest.raises(Rejected, match="weak does not claim a sign of the slope"):
        locate("weak", p.case_1().statement, [weak, p.case_1_right()])
