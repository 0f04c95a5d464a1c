"""The ledger agrees with chapters, theorems, figures, tests, Coq and README; each disagreement is noticed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from lossbook.claims import MEASURED, OPEN, Claim, Sources, faults, ledger, sources
from lossbook.claims.agreement import STATEMENTS
from lossbook.proof.development import Development
from tools.chapters import ROOT

Case = tuple[dict[str, Claim], Sources]


@pytest.fixture(scope="module")
def case() -> Case:
    claims = dict(ledger())
    return claims, sources(ROOT, claims.values())


def test_everything_agrees(case: Case) -> None:
    assert faults(*case) == []


def changed(name: str, **changes: object) -> Callable[[Case], Case]:
    return lambda case: (case[0] | {name: replace(case[0][name], **changes)}, case[1])


def page(name: str, verdicts: dict[str, str]) -> Callable[[Case], Case]:
    return lambda case: (case[0], replace(case[1], verdicts=dict(case[1].verdicts) | {name: verdicts}))


def without_coq(case: Case, *names: str) -> Case:
    kept = tuple(one for one in case[1].coq.statements if one.name not in names)
    coq: Development = replace(case[1].coq, statements=kept)
    return case[0], replace(case[1], coq=coq)


def without_test(case: Case, name: str) -> Case:
    left = case[1].tests[STATEMENTS] - {name}
    return case[0], replace(case[1], tests=dict(case[1].tests) | {STATEMENTS: left})


CHANGES: dict[str, Callable[[Case], Case]] = {
    "C6: 'proved' on the page paper_proposition, 'confirmed by measurement' in the ledger": changed(
        "C6", verdict=MEASURED
    ),
    "C9: not settled on the page paper_source": changed("C9", pages=("learning_noise", "paper_source")),
    "T12: no theorem with the label nowhere on its pages": changed("T12", label="nowhere"),
    "C9: no figure fig-nowhere": changed("C9", figures=("fig-nowhere",)),
    "N5: no test tests/theory/test_ulam.py::test_nothing": changed(
        "N5", tests=("tests/theory/test_ulam.py::test_nothing",)
    ),
    "N5: no test": changed("N5", tests=()),
    "N6: no Coq statement nothing": changed("N6", coq=("nothing",)),
    "T2: its theorem stands on the page optimum_sharper": changed("T2", pages=("optimum_drops",)),
    "optimum_bias: settles T2, which the ledger gives to optimum_sharper": page("optimum_bias", {"T2": "proved"}),
    "optimum_bias: settles T99, which the ledger lacks": page("optimum_bias", {"T99": "proved"}),
    "M: 'open' on the page optimum_drops, 'proved' in the ledger": page("optimum_drops", {"M": OPEN}),
    "T2: no Coq theorem": lambda case: without_coq(case, "T2_implies_imbalance", "T2_slope_left", "T2_sharper_case_3"),
    "N6: no Coq statement together_for_ever": lambda case: without_coq(case, "together_for_ever"),
    "C6: no numeric test": lambda case: without_test(case, "test_C6_equal_lengths_leave_the_truth_alone"),
    "T5: a numbered statement that the ledger lacks": lambda case: (
        {name: claim for name, claim in case[0].items() if name != "T5"},
        case[1],
    ),
    "README.md: the table of claims is not the ledger's": lambda case: (
        case[0],
        replace(case[1], readme=case[1].readme.replace("**proved**", "**open**", 1)),
    ),
}


@pytest.mark.parametrize("line", CHANGES)
def test_a_disagreement_is_noticed(case: Case, line: str) -> None:
    assert line in faults(*CHANGES[line](case))


def test_two_verdicts_in_one_chapter_are_noticed(case: Case) -> None:
    claims, found = page("paper_derivative", {"C5": "open and proved"})(case)
    assert "C5: 'open and proved' on the page paper_derivative, 'proved' in the ledger" in faults(claims, found)
