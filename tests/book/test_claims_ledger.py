"""The ledger in the book: a build fails on a disagreement, and `claims.json` leads to what it names."""

import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pytest
from tests.book.small_books import build

from lossbook.claims import ledger
from lossbook.claims.entry import VERDICTS
from tools.chapters import ROOT
from tools.check_links import Page, missing

sys.path.append(str(ROOT / "book" / "_extensions"))
import claims_ledger

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "book" / "_extensions")!r})
extensions = ["myst_parser", "claims_ledger"]
html_theme = "basic"
exclude_patterns = ["_build", "book", "tests", "formal", "README.md"]
"""
BUILT = ROOT / "_build" / "html"


def make_book(folder: Path, readme: str) -> tuple[int, str]:
    """Build a book with a ledger beside this project's chapters, tests and Coq sources."""
    for name in ("book", "tests", "formal"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "README.md").write_text(readme, "utf-8")
    (folder / "conf.py").write_text(CONF, "utf-8")
    (folder / "index.md").write_text("# Front\n\n(claim-c1)=\n## C1\n\nA claim.\n", "utf-8")
    claims_ledger.known.cache_clear()
    return build(folder)


def test_a_build_passes_where_all_agree_and_writes_the_file(tmp_path: Path) -> None:
    assert make_book(tmp_path, (ROOT / "README.md").read_text("utf-8")) == (0, "")
    found = json.loads((tmp_path / "_build" / "html" / "claims.json").read_text("utf-8"))
    assert list(found) == list(ledger())
    assert found["C1"]["ledger"] == "index.html#claim-c1"


def test_a_build_fails_on_a_disagreement(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8").replace("**proved**", "**open**", 1)
    code, said = make_book(tmp_path, readme)
    assert code != 0
    assert "the ledger: README.md: the table of claims is not the ledger's" in said


def test_every_claim_is_in_one_group() -> None:
    for claim in ledger().values():
        assert len([title for title, belongs in claims_ledger.KINDS.items() if belongs(claim)]) == 1, claim.id


def test_a_test_is_shown_with_its_decorators() -> None:
    name = "test_evidence_that_holds"
    text = claims_ledger.source_of(f"tests/claims/test_settling.py::{name}", ROOT)
    assert text.startswith("@pytest.mark.parametrize(")
    assert text.rstrip().endswith("assert holds(evidence)")
    with pytest.raises(KeyError):
        claims_ledger.source_of("tests/claims/test_settling.py::test_nothing", ROOT)


def dead(addresses: list[str], folder: Path) -> list[str]:
    """The addresses, relative to a built book, that lead nowhere."""
    pages = {folder / path: Page((folder / path).read_text("utf-8")) for path in named(addresses, folder)}
    return [address for address in addresses if missing(folder / "claims.json", address, pages)]


def named(addresses: list[str], folder: Path) -> set[str]:
    """The pages that addresses name and that are there."""
    return {path for path, _ in map(urldefrag, addresses) if (folder / path).is_file()}


def addresses(entry: dict[str, Any]) -> list[str]:
    """All addresses of an entry of `claims.json`."""
    named = [place for kind in ("certificates", "coq", "figures") for place in entry[kind].values()]
    return [entry["ledger"], *filter(None, [entry["theorem"]]), *named, *entry["pages"]]


@pytest.mark.browser
def test_the_built_file_leads_to_theorems_proofs_figures_and_chapters() -> None:
    found = json.loads((BUILT / "claims.json").read_text("utf-8"))
    assert list(found) == list(ledger())
    for name, entry in found.items():
        assert entry["verdict"] in VERDICTS
        assert entry["sentence"]
        assert dead(addresses(entry), BUILT) == [], name
        assert [test for test in entry["tests"] if not (ROOT / test.partition("::")[0]).is_file()] == []


@pytest.mark.browser
def test_dead_addresses_are_noticed() -> None:
    wrong = ["book/nowhere.html", "book/check_ledger.html#claim-c99"]
    assert dead([*wrong, "book/check_ledger.html#claim-c1"], BUILT) == wrong


@pytest.mark.browser
def test_the_page_shows_every_claim_with_its_verdict() -> None:
    text = (BUILT / "book" / "check_ledger.html").read_text("utf-8")
    headings = dict(re.findall(r"<h3>([CLMTNO]\d*(?:’|')?): ([a-z ]+)<a", text))
    assert {name.replace("’", "'"): verdict for name, verdict in headings.items()} == {
        name: claim.verdict for name, claim in ledger().items()
    }
