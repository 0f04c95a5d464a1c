"""Entries of the ledger: what is refused, and that the book's own are whole."""

import re
from pathlib import Path

import pytest

from lossbook.claims import OPEN, REFUTED, Claim, LedgerError, ledger
from lossbook.claims.entry import VERDICTS, parse, read

GOOD = {"says": "It rains.", "verdict": "proved", "finding": "It rains at noon.", "pages": ["a_page"]}
REQUIRED = [
    *(f"C{number}" for number in range(1, 12)),
    *("C8'", "L1", "M", "T3'", "T4'"),
    *(f"T{number}" for number in range(1, 12)),
    *(f"N{number}" for number in range(1, 7)),
]


def test_an_entry_is_read() -> None:
    claim = parse("T1", GOOD)
    assert claim == Claim("T1", "It rains.", "proved", "It rains at noon.", ("a_page",))
    assert (claim.anchor, claim.of_the_paper) == ("claim-T1", False)
    assert parse("C8'", GOOD | {"verdict": REFUTED}).anchor == "claim-C8prime"
    assert parse("C8", GOOD).of_the_paper
    assert not parse("C8'", GOOD | {"verdict": REFUTED}).of_the_paper


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"says": ""}, "T1: the field says is missing"),
        ({"pages": []}, "T1: the field pages is missing"),
        ({"page": "x"}, "T1: there is no field page, only coq, "),
        ({"tests": "x"}, "T1: tests must be a list, not 'x'"),
        ({"label": ["x"]}, "T1: label must be a text, not "),
        ({"verdict": "true"}, "T1: the verdict must be one of proved, .*, not 'true'"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(LedgerError, match=message):
        parse("T1", GOOD | change)


def test_a_prime_is_for_what_is_false() -> None:
    with pytest.raises(LedgerError, match="T1': a prime marks what is false, but the verdict is 'proved'"):
        parse("T1'", GOOD)


def test_the_ledger_has_every_claim_of_the_paper_and_every_known_statement() -> None:
    assert [name for name in REQUIRED if name not in ledger()] == []
    assert [name for name in ledger() if not re.fullmatch(r"([CLTNO]\d+|M)'?", name)] == []


def test_every_verdict_is_used_but_no_other() -> None:
    assert {claim.verdict for claim in ledger().values()} == set(VERDICTS)
    assert [name for name, claim in ledger().items() if (claim.verdict == OPEN) != name.startswith("O")] == []


def test_sentences_end_and_say_something_else_than_the_claim() -> None:
    for claim in ledger().values():
        assert claim.says.endswith("."), claim.id
        assert claim.finding.endswith("."), claim.id
        assert claim.says != claim.finding, claim.id
        assert "|" not in claim.says + claim.finding, claim.id


def test_a_ledger_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger.toml"
    path.write_text('["T1\'"]\nsays = "a."\nverdict = "refuted as stated"\nfinding = "b."\npages = ["p"]\n', "utf-8")
    assert list(read(path)) == ["T1'"]
