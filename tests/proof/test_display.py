"""Theorems as a reader sees them: lengths from the truth, true signs, no step hidden."""

import re

import pytest

from lossbook.proof import proposition, refused, show
from lossbook.proof.display import formula
from lossbook.proof.kernel import Theorem, weigh
from lossbook.proof.record import CERTIFICATES
from lossbook.proof.search import prove
from lossbook.proof.terms import A, B, a_1, b, c, concave, increasing, k, sigma, statement, t, theta, u, v, z


def shown(theorem: Theorem) -> str:
    return show(theorem)._repr_markdown_()


@pytest.mark.parametrize(
    ("expression", "left", "text"),
    [
        (sigma(b - theta), False, r"\sigma(B - t)"),
        (sigma(b - theta), True, r"\sigma(B + z)"),
        (sigma(theta - b), False, r"- \sigma(B - t)"),
        (sigma(-A), False, r"- \sigma(A)"),
        (sigma(2 * c + B - A), False, r"\sigma(B + 2 c - A)"),
        (sigma((u + 2 * v) / 3), False, r"\sigma(\frac{u + 2 v}{3})"),
        (theta <= (b + a_1) / 2, False, r"2 t \le B"),
        (theta > a_1, False, "t > 0"),
        (k, True, "A - z"),
    ],
)
def test_forms_are_written_in_lengths(expression: object, left: bool, text: str) -> None:
    assert formula(expression, left) == text


@pytest.mark.parametrize("name", CERTIFICATES)
def test_every_certificate_is_shown_whole(name: str) -> None:
    theorem = CERTIFICATES[name].prove()
    rows = re.findall(r"^\| (?!---|multiple|case \||theorem \|)", shown(theorem), re.M)
    assert "✓ checked" in shown(theorem)
    assert len(rows) == len(theorem.parts)


def test_a_step_is_called_positive_only_where_it_is() -> None:
    theorem = proposition.case_3_chain()
    facts = theorem.statement.facts()
    signs = [weigh(step, theorem.statement, facts)[1] for step in theorem.parts]
    rows = [line for line in shown(theorem).splitlines() if "increases" in line]
    assert ["> 0$" in row for row in rows] == signs
    assert set(signs) == {True, False}


def test_the_plain_form_is_one_line() -> None:
    assert repr(show(proposition.chord())) == "checked: chord"


def test_a_theorem_below_the_truth_is_written_in_z() -> None:
    assert "z" in shown(proposition.slope_left())
    assert "t" not in formula(proposition.slope_left().statement.claim, left=True).replace("left", "").replace(
        "right", ""
    )
    assert str(t) != str(z)


def test_refused_returns_the_reason_and_objects_to_what_is_accepted() -> None:
    claim = statement(sigma(v) >= sigma(u), u >= 0, v >= u)
    assert refused(lambda: prove("no step", claim, [])) == "rejected: no step: the steps do not add up to the claim"
    with pytest.raises(AssertionError, match="fine was accepted"):
        refused(lambda: prove("fine", claim, [increasing(u, v)]))
    with pytest.raises(AssertionError, match="chord was accepted"):
        refused(lambda: prove("chord", statement(3 * u * sigma(u) > u * sigma(3 * u), u > 0), [concave(0, u, 3 * u)]))
