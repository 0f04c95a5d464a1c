"""Verdicts and reports: texts that carry how they were found, and survive copies."""

import copy
import pickle
from collections.abc import Callable

import pytest
import sympy

from lossbook.verdict import Report, Verdict

VERDICTS = [
    Verdict("proved", "convex", "by hand"),
    Verdict("refuted", "bounded", "grows", sympy.oo),
    Verdict("undecided", "a long name of a property", "nothing was found"),
]
REPORT = Report({verdict.axiom: verdict for verdict in VERDICTS})
COPIES: dict[str, Callable] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda one: pickle.loads(pickle.dumps(one)),
}


def test_verdict_is_its_outcome() -> None:
    assert [str(verdict) for verdict in VERDICTS] == ["proved", "refuted", "undecided"]
    assert VERDICTS[0] == "proved" != VERDICTS[1]
    assert VERDICTS[0].point is None
    assert VERDICTS[1].point is sympy.oo
    assert {"proved": 1}[VERDICTS[0]] == 1


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("index", range(3))
def test_copy_keeps_everything(how: str, index: int) -> None:
    verdict = VERDICTS[index]
    again = COPIES[how](verdict)
    assert type(again) is Verdict
    assert (again, again.axiom, again.reason, again.point) == (verdict, verdict.axiom, verdict.reason, verdict.point)


def test_report_counts_its_refutations() -> None:
    assert REPORT.refuted == [VERDICTS[1]]
    assert not REPORT.proved
    assert Report({"convex": VERDICTS[0]}).proved
    assert Report({"convex": VERDICTS[0]}).refuted == []


def test_report_prints_one_line_a_property() -> None:
    lines = str(REPORT).splitlines()
    assert len(lines) == 3
    for line, verdict in zip(lines, VERDICTS, strict=True):
        assert line.startswith(verdict.axiom)
        assert line.endswith(verdict.reason)
        assert f" {verdict!s} " in line
    assert len({line.index(str(verdict)) for line, verdict in zip(lines, VERDICTS, strict=True)}) == 1
    assert str(Report()) == ""


def test_report_is_a_table_of_a_page() -> None:
    rows = REPORT._repr_markdown_().splitlines()
    assert rows[0] == "| property | verdict | how |"
    assert len(rows) == 5
    assert rows[3] == "| bounded | refuted | grows |"
