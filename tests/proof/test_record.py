"""The record of certificates: every one proves, and says in one sentence what it belongs to."""

import re

import pytest
from tests.proof import routes

from lossbook.proof import record
from lossbook.proof.kernel import Location, Rejected, Statement, Theorem
from lossbook.proof.search import prove
from lossbook.proof.terms import sigma, statement, u

NAMES = sorted(record.CERTIFICATES)
NUMBERED = {"M", "L1", *(f"C{k}" for k in range(1, 12)), *(f"T{k}" for k in range(1, 12))}
IN_WORDS = {"case 1": "C6", "case 2": "C7", "case 3": "C8", "Theorem M": "M"}


def named_ids(text: str) -> set[str]:
    """Return the numbered statements that a text speaks of."""
    text = re.sub("sharper case 3", "T2", text)
    words = {number for phrase, number in IN_WORDS.items() if phrase.lower() in text.lower()}
    return words | set(re.findall(r"\b(?:T|C|L)\d+\b", text))


def test_record_is_filled_by_its_modules() -> None:
    assert sum(len(routes.certificates(module)) for module in routes.MODULES) == len(NAMES) >= 58


@pytest.mark.parametrize("name", NAMES)
def test_certificate_proves_once_and_says_what(name: str) -> None:
    entry = record.CERTIFICATES[name]
    theorem = entry.prove()
    assert entry.name == name
    assert type(theorem) is Theorem
    assert isinstance(theorem.statement, (Statement, Location))
    assert entry.prove() is theorem
    assert re.fullmatch(r"[A-Z].*[A-Za-z0-9)]\.", entry.sentence), "a sentence"
    assert ". " not in entry.sentence, "one sentence"
    assert set(entry.ids) <= NUMBERED
    assert named_ids(f"{theorem.name}. {entry.sentence}") <= set(entry.ids)


def test_names_of_theorems_differ() -> None:
    names = [entry.prove().name for entry in record.CERTIFICATES.values()]
    assert len(set(names)) == len(names)


def test_statements_differ() -> None:
    facts = [
        (tuple(map(str, theorem.statement.where)), str(getattr(theorem.statement, "slope", theorem.statement.claim)))
        for theorem in (entry.prove() for entry in record.CERTIFICATES.values())
    ]
    assert len(set(facts)) >= len(facts) - 1  # Theorem M proves case 1 again


@pytest.mark.parametrize("sentence", ["T4: so it is.", "Case 2 again.", "By Theorem M."])
def test_number_in_words_is_seen(sentence: str) -> None:
    assert named_ids(sentence)


def test_false_certificate_is_entered_but_does_not_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "CERTIFICATES", {})

    @record.certificate("C6")
    def false() -> Theorem:
        """It is false."""
        return prove("false", statement(sigma(u) < 0, u > 0), [])

    assert record.CERTIFICATES["false"].sentence == "It is false."
    with pytest.raises(Rejected, match=r"^false: the steps do not add up"):
        record.CERTIFICATES["false"].prove()
