"""One entry of the ledger: a claim, its verdict, the sentence that says it precisely, and where it is earned."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

PROVED = "proved"
SHARPER = "proved with a sharper condition"
REFUTED = "refuted as stated"
MEASURED = "confirmed by measurement"
OPEN = "open"
VERDICTS = (PROVED, SHARPER, REFUTED, MEASURED, OPEN)

_LEDGER = Path(__file__).with_name("ledger.toml")
_LISTS = ("pages", "tests", "figures", "coq")
_NEEDED = ("says", "verdict", "finding", "pages")


class LedgerError(ValueError):
    """An entry is not what it must be, or a check does not earn the verdict that the ledger gives."""


@dataclass(frozen=True)
class Claim:
    """An entry.

    Attributes:
        id: C and a number for a claim of the paper; L, M, T, N for a statement of the book, O for an open question;
            a prime marks a statement that is false.
        says: what is claimed; with formulas between dollar signs, as `finding`.
        verdict: one of the five verdicts.
        finding: the sentence that says it precisely.
        pages: the chapters that earn the verdict, without the folder.
        tests: tests behind it, as `tests/file.py::name`, beside those that are found by the id.
        figures: names of the figures that show it.
        coq: Coq statements behind it, beside those that are found by the id.
        label: of its theorem; empty if it has none, or one that is found by the id.
    """

    id: str
    says: str
    verdict: str
    finding: str
    pages: tuple[str, ...]
    tests: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    coq: tuple[str, ...] = ()
    label: str = ""

    @property
    def slug(self) -> str:
        """The id as it stands in names: a prime becomes the word."""
        return self.id.replace("'", "prime")

    @property
    def anchor(self) -> str:
        """The label of its place in the ledger."""
        return f"claim-{self.slug}"

    @property
    def of_the_paper(self) -> bool:
        """Whether the paper makes this claim."""
        return self.id.startswith("C") and "'" not in self.id


def parse(name: str, entry: Mapping[str, Any]) -> Claim:
    """Read one entry.

    Args:
        name: its id.
        entry: its fields.

    Returns:
        the claim.

    Raises:
        LedgerError: a field is missing, unknown or of the wrong kind, the verdict is none of the five, or the prime
            and the verdict do not agree.
    """
    known = {field.name for field in fields(Claim)} - {"id"}
    for field in _NEEDED:
        if not entry.get(field):
            raise LedgerError(f"{name}: the field {field} is missing")
    for field, value in entry.items():
        if field not in known:
            raise LedgerError(f"{name}: there is no field {field}, only {', '.join(sorted(known))}")
        if not isinstance(value, list if field in _LISTS else str):
            raise LedgerError(f"{name}: {field} must be a {'list' if field in _LISTS else 'text'}, not {value!r}")
    if entry["verdict"] not in VERDICTS:
        raise LedgerError(f"{name}: the verdict must be one of {', '.join(VERDICTS)}, not {entry['verdict']!r}")
    if "'" in name and entry["verdict"] != REFUTED:
        raise LedgerError(f"{name}: a prime marks what is false, but the verdict is {entry['verdict']!r}")
    values: dict[str, Any] = {field: tuple(value) if field in _LISTS else value for field, value in entry.items()}
    return Claim(name, **values)


def read(path: Path) -> dict[str, Claim]:
    """Read a ledger.

    Args:
        path: of a TOML file with one table for each claim.

    Returns:
        the claims by id, in the order of the file; what is wrong with an entry is a `LedgerError`.
    """
    entries = tomllib.loads(path.read_text("utf-8"))
    return {name: parse(name, entry) for name, entry in entries.items()}


@cache
def ledger() -> Mapping[str, Claim]:
    """Return the book's ledger.

    Returns:
        all claims by id: those of the paper first.

    Example:
        >>> ledger()["C6"].verdict
        'proved'
    """
    return read(_LEDGER)
