"""The verdict card: what it says is what theorems and certified minimisers say, and it says how it knows."""

import math
import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import lossbook as lb
from lossbook import card as module
from lossbook.balls import UnresolvedError
from lossbook.card import Place, VerdictCard, locate, verdict_card

PROBLEM = lb.ThresholdProblem(0, [2], 10)
ARCTAN = lb.sigmoids.arctan()
LINEAR = lb.losses.linear()


def answers(card: VerdictCard) -> dict[str, tuple[str, str]]:
    """Answer and status by the question's first three words."""
    return {" ".join(row.question.split()[:3]): (row.answer, row.status) for row in card.rows}


def run(**settings: Any) -> lb.Run:
    """A short run of the linear loss."""
    common = {
        "problem": PROBLEM,
        "sigmoid": ARCTAN,
        "learning_rate": 0.05,
        "steps": 400,
        "burn_in": 200,
        "replicas": 32,
    }
    return lb.simulate(lb.SGD(**{**common, **settings}), progress=False)


@pytest.fixture(scope="module")
def linear() -> VerdictCard:
    """The card of the paper's loss."""
    return verdict_card(PROBLEM, ARCTAN, LINEAR)


def test_linear_loss_has_the_bias_of_the_closed_form(linear: VerdictCard) -> None:
    """T8: theta* = a_1 - delta (E - sqrt(E^2 - 1)) with E = A B / (delta (B - A))."""
    ratio = 2 * 8 / 6
    low, high = linear.places["unweighted"].farthest
    expected = -(ratio - math.sqrt(ratio**2 - 1))
    assert float(low) - 1e-9 <= expected <= float(high) + 1e-9
    assert linear.biased is True
    said = answers(linear)["Is it biased,"]
    assert said == ("yes: the optimum lies 0.1946 towards a; 90.27 % of the positives are found", "proved")
    assert f"{-expected:.4f}" in said[0]


def test_linear_loss_is_repaired_by_the_ratio_of_saturations(linear: VerdictCard) -> None:
    """T4: w+ sigma(A) = w- sigma(B)."""
    assert linear.ratio is not None
    assert [float(end) for end in linear.ratio] == pytest.approx([math.atan(8) / math.atan(2)] * 2, rel=1e-15)
    assert linear.repaired
    answer, status = answers(linear)["Which weights repair"]
    assert answer == "w+ : w- = 1.306 : 1; the truth is then the only minimum (Theorem M)"
    assert status == "proved"


def test_inverse_frequencies_over_correct(linear: VerdictCard) -> None:
    """T6: the optimum lies between the truth and the middle of the negative class."""
    low, high = linear.places["inverse frequency"].farthest
    assert 0 < low <= high < 4
    assert re.fullmatch(
        r"w\+ : w- = 4 : 1; the optimum lies [\d.]+ towards b; .*", answers(linear)["And inverse frequencies?"][0]
    )


def test_another_scale_has_another_card(linear: VerdictCard) -> None:
    other = verdict_card(PROBLEM, lb.sigmoids.arctan("1/2"), LINEAR)
    assert other.places["unweighted"].farthest != linear.places["unweighted"].farthest
    assert other.rows != linear.rows


def test_small_margin_needs_no_weights() -> None:
    """T11."""
    card = verdict_card(PROBLEM, ARCTAN, lb.losses.hinge("1/10"))
    assert card.biased is False
    assert answers(card)["Is it biased,"] == ("no: the truth is the optimum", "proved")
    assert "that is, none are needed" in answers(card)["Which weights repair"][0]
    made = run()
    made = replace(made, settings=replace(made.settings, loss=lb.losses.hinge("1/10")))
    named = verdict_card(PROBLEM, ARCTAN, lb.losses.hinge("1/10"), [made]).rows[5].question
    assert named == "What does noise cost, unweighted and calibrated?"
    wide = verdict_card(PROBLEM, ARCTAN, lb.losses.hinge(1))
    assert wide.biased is True
    assert "none are needed" not in answers(wide)["Which weights repair"][0]


def test_lost_class_is_named() -> None:
    card = verdict_card(lb.ThresholdProblem(0, ["1/10"], 10), ARCTAN, LINEAR)
    assert answers(card)["Is it biased,"][0] == "yes: the positive class is given up, the optimum is the end a"
    mirrored = verdict_card(lb.ThresholdProblem(0, ["99/10"], 10), ARCTAN, LINEAR)
    assert answers(mirrored)["Is it biased,"][0] == "yes: the negative class is given up, the optimum is the end b"


def test_weights_do_not_repair_every_ramp() -> None:
    """With calibrated weights the end b is lower for the ramp that is cut off soon, not for the late one."""
    problem = lb.ThresholdProblem(0, ["1/10"], "6/10")
    soon, late = (verdict_card(problem, ARCTAN, lb.losses.ramp(1, s)) for s in ("-1/10", "-1/2"))
    assert not soon.repaired
    assert answers(soon)["Which weights repair"][0].endswith("makes the truth critical, but the optimum is elsewhere")
    assert late.repaired
    assert answers(late)["Which weights repair"][0].endswith("the truth is then the optimum, at this imbalance")
    assert answers(late)["Do equal drops"][1] == "refuted"


def test_flat_risk_is_left_undecided() -> None:
    card = verdict_card(PROBLEM, lb.sigmoids.tanh(), lb.MarginLoss.parse("max(0, -1/2 - m)"))
    assert card.biased is None
    assert card.ratio is None
    assert not card.repaired
    assert answers(card)["Is it biased,"] == ("not decided: every optimum lies within 0.5493 of the truth", "undecided")
    assert answers(card)["Which weights repair"][1] == "undecided"
    assert math.isclose(0.5493, math.atanh(0.5), abs_tol=1e-4)


def test_search_takes_over_where_nothing_is_enclosed(monkeypatch: pytest.MonkeyPatch) -> None:
    proved = locate(PROBLEM, ARCTAN, LINEAR)
    monkeypatch.setattr(module, "minimize_risk", unresolved)
    found = locate(PROBLEM, ARCTAN, LINEAR)
    assert (proved.status, found.status) == ("proved", "searched")
    assert float(found.farthest[0]) == pytest.approx(float(proved.farthest[0]), abs=1e-6)
    card = verdict_card(PROBLEM, ARCTAN, LINEAR)
    assert answers(card)["Is it biased,"][1] == "searched"
    assert card.repaired


def unresolved(*_: Any) -> None:
    """Enclose nothing."""
    raise UnresolvedError("not enclosed")


def test_undecided_axiom_takes_the_theorem_away(monkeypatch: pytest.MonkeyPatch) -> None:
    sigma = lb.OddSigmoid(ARCTAN.expression)
    report = dict(sigma.check())
    report["concave"] = lb.Verdict("undecided", "concave", "made up")
    monkeypatch.setattr(lb.OddSigmoid, "check", lambda _: lb.AxiomReport(report))
    said = answers(verdict_card(PROBLEM, sigma, LINEAR))
    assert said["Is it an"] == ("not decided: concave", "undecided")
    assert said["Which weights repair"][0].endswith("the truth is then the optimum, at this imbalance")


def test_noise_is_what_the_run_has_beyond_the_optimum(linear: VerdictCard) -> None:
    found = run()
    card = verdict_card(PROBLEM, ARCTAN, LINEAR, [found, run(weights=(3, 1))])
    assert card.rows[:5] == linear.rows
    first, second = card.rows[5:]
    assert (first.question, second.question) == (
        "What does noise cost, unweighted?",
        "What does noise cost, w+ : w- = 3 : 1?",
    )
    assert first.status == "measured, 32 replicas"
    rate, _, least, change, percent = (float(number) for number in re.findall(r"\d\S*\d", first.answer))
    assert percent == pytest.approx(100 * found.sensitivity.mean(), abs=0.06)
    assert rate == pytest.approx(found.error_rate.mean(), rel=1e-2)
    assert least == pytest.approx(0.19460 / 10, rel=1e-2)
    assert "noise adds" in first.answer
    assert change == pytest.approx(abs(found.error_rate.mean() - 0.019460), rel=0.1)


def test_runs_with_the_weights_of_the_card_are_called_by_their_names() -> None:
    weights = {
        "calibrated": lb.losses.calibrated_weights(PROBLEM, ARCTAN, LINEAR),
        "inverse frequency": lb.losses.inverse_frequency(PROBLEM),
    }
    card = verdict_card(PROBLEM, ARCTAN, LINEAR, [run(weights=pair) for pair in weights.values()])
    assert [row.question for row in card.rows[5:]] == [f"What does noise cost, {name}?" for name in weights]
    assert ["wrong, 0 at the optimum" in row.answer for row in card.rows[5:]] == [True, False]


def test_made_up_runs_are_held_against_the_optimum() -> None:
    made = [replace(run(), error_rate=rates) for rates in (np.zeros(32), np.linspace(0, 0.03892, 32), np.full(32, 0.1))]
    card = verdict_card(PROBLEM, ARCTAN, LINEAR, made)
    ends = ("fewer than the 0.0195 at the optimum", "the same within the error", "noise adds 0.081")
    assert all(f"{end}; " in row.answer for row, end in zip(card.rows[5:], ends, strict=True))


def test_tiny_bias_is_a_bias() -> None:
    """A bias far below anything that matters, but certainly not 0, is not taken for none; rounded weights repair it."""
    problem = lb.ThresholdProblem(0, [1], 101)
    card = verdict_card(problem, lb.OddSigmoid.parse("erf(3*u)"), lb.losses.exponential("1/4"))
    low, high = card.places["unweighted"].farthest
    assert -1e-7 < low <= high < -1e-8
    assert card.biased is True
    assert card.repaired
    assert "none are needed" not in answers(card)["Which weights repair"][0]
    low, high = card.places["calibrated"].farthest
    assert max(abs(low), abs(high)) < 1e-9


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"problem": lb.ThresholdProblem(0, [3], 10)}, "problem"),
        ({"sigmoid": lb.sigmoids.tanh()}, "sigmoid"),
        ({"loss": lb.losses.squared()}, "loss"),
    ],
    ids=["problem", "sigmoid", "loss"],
)
def test_run_of_something_else_is_refused(change: dict[str, Any], name: str) -> None:
    other = run()
    other = replace(other, settings=replace(other.settings, **change))
    with pytest.raises(ValueError, match=rf"runs\[0\] must have the {name} of the card"):
        verdict_card(PROBLEM, ARCTAN, LINEAR, [other])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((1, ARCTAN, LINEAR), TypeError, "problem must be"),
        ((PROBLEM, 1, LINEAR), TypeError, "sigma must be"),
        ((PROBLEM, ARCTAN, 1), TypeError, "loss must be"),
        ((PROBLEM, ARCTAN, None), TypeError, "loss must be"),
        ((PROBLEM, ARCTAN, LINEAR, [1]), TypeError, r"runs\[0\] must be a Run"),
        ((lb.ThresholdProblem(0, [1, 2], 3), ARCTAN, LINEAR), ValueError, "problem must have one threshold"),
        ((PROBLEM, lb.OddSigmoid.parse("2*tanh(u)"), LINEAR), ValueError, "limit fails"),
        (
            (PROBLEM, ARCTAN, lb.MarginLoss(-sympy.sign(lb.losses.linear().symbol))),
            ValueError,
            "loss must be continuous",
        ),
    ],
    ids=["problem", "sigma", "loss", "no loss", "run", "thresholds", "axiom", "jump"],
)
def test_what_is_no_argument_is_refused(arguments: tuple[Any, ...], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        verdict_card(*arguments)


def test_card_prints_as_text_and_as_a_table(linear: VerdictCard) -> None:
    text, table = str(linear), linear._repr_markdown_()
    assert repr(linear) == text
    assert text.splitlines()[0] == "`linear` with `arctan`, positives : negatives = 1 : 4"
    assert all(row.answer in text and f"[{row.status}]" in text for row in linear.rows)
    assert table.splitlines()[2:4] == ["| question | answer | how known |", "| --- | --- | --- |"]
    assert len(table.splitlines()) == 4 + len(linear.rows)
    assert all(line.count("|") - line.count(r"\|") == 4 for line in table.splitlines()[2:])


def test_table_escapes_what_markdown_would_read(linear: VerdictCard) -> None:
    row = linear.rows[0]._replace(answer="a|b*c_d")
    assert r"a\|b\*c\_d" in replace(linear, rows=(row,))._repr_markdown_()


def test_several_minima_are_counted(linear: VerdictCard) -> None:
    two = Place((1, 1), ((Fraction(-1), Fraction(-1)), (Fraction(-1, 2), Fraction(-1, 2))), 2, "proved")
    assert two.farthest == (Fraction(-1), Fraction(-1))
    assert module._where(two, PROBLEM).endswith("50.00 % of the positives are found; there are 2 local minima")
    assert "local minima" not in answers(linear)["Is it biased,"][0]
