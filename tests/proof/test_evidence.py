"""The table of proofs is complete: every statement has what it needs, and every name in it exists."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from lossbook.proof import development, evidence
from lossbook.proof.evidence import BY_COQ_ALONE, Row, Table
from lossbook.proof.numbered import NUMBERED
from lossbook.proof.record import CERTIFICATES
from tools.chapters import ROOT

TESTS = ROOT / "tests" / "proof" / "test_statements.py"
FULL = Row(NUMBERED["C6"], ("case_1",), {"C6_equal_sizes": "formal-proposition"}, ("test_C6_any",))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return evidence.rows(development.read(ROOT / "formal"), evidence.tests_of(TESTS))


def test_nothing_is_missing(rows: list[Row]) -> None:
    assert [fault for row in rows for fault in row.faults()] == []
    assert [row.statement.id for row in rows] == list(NUMBERED)


def test_every_name_in_the_table_exists(rows: list[Row]) -> None:
    coq = development.read(ROOT / "formal")
    functions = set(evidence.tests_of(TESTS))
    for row in rows:
        assert set(row.certificates) <= set(CERTIFICATES)
        assert all(coq[name].proof_lines for name in row.theorems)
        assert set(row.tests) <= functions
        assert (ROOT / "book" / f"{row.statement.page}.ipynb").is_file()


def test_every_certificate_and_theorem_with_a_number_is_in_the_table(rows: list[Row]) -> None:
    others = {"C3", "C4", "C5"}  # claims on formulas, which have chapters of their own
    numbers = {one for entry in CERTIFICATES.values() for one in entry.ids}
    numbers |= {claim.id for claim in development.read(ROOT / "formal").statements if claim.id}
    assert numbers - others == {row.statement.id for row in rows} - (set(BY_COQ_ALONE) - numbers)


def shown_in_coq(page: str) -> set[str]:
    """Read the names in a chapter's blocks of Coq."""
    cells = json.loads((ROOT / "book" / f"{page}.ipynb").read_text("utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return {name for block in re.findall(r"^```\{coq\}(.*?)^```", text, re.M | re.S) for name in block.split()}


def test_every_statement_stands_beside_its_coq_theorem(rows: list[Row]) -> None:
    bare = [row.statement.id for row in rows if not set(row.theorems) & shown_in_coq(row.statement.page)]
    assert bare == []
    assert not set(FULL.theorems) & shown_in_coq("paper_source")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (replace(FULL, theorems={}), "C6: no Coq theorem"),
        (replace(FULL, tests=()), "C6: no numeric test"),
        (replace(FULL, certificates=()), "C6: no certificate"),
        (replace(FULL, statement=NUMBERED["T8"]), "T8: a certificate that is not expected"),
    ],
)
def test_what_is_missing_is_named(row: Row, fault: str) -> None:
    assert FULL.faults() == []
    assert row.faults() == [fault]


def test_the_table_links_every_statement() -> None:
    text = Table((FULL, replace(FULL, statement=NUMBERED["C8'"])))._repr_markdown_()
    assert "{prf:ref}`C6 <statement-C6>`" in text
    assert "**false**" in text.splitlines()[-1]
    assert "**false**" not in text.splitlines()[-2]


def test_test_functions_are_read_off_the_source(tmp_path: Path) -> None:
    path = tmp_path / "test_x.py"
    path.write_text("def test_a() -> None: ...\ndef helper() -> None: ...\n", "utf-8")
    assert evidence.tests_of(path) == ["test_a"]
