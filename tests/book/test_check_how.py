"""The page that says how the book is checked names targets and pages that exist, and checks that have their tests."""

import re
from pathlib import Path

from tools.chapters import ROOT

PAGE = ROOT / "book" / "check_how.md"


def unknown_targets(text: str, makefile: str) -> set[str]:
    """The commands of a text that the Makefile does not know."""
    return set(re.findall(r"`make ([a-z]+)`", text)) - set(re.findall(r"^([a-z]+):", makefile, re.M))


def unknown_pages(text: str, folder: Path) -> set[str]:
    """The pages that a text leads to and that the book does not have."""
    named = set(re.findall(r"\]\(([a-z_]+)\)", text))
    return {name for name in named if not list(folder.glob(f"{name}.*"))}


def test_commands_and_pages_exist() -> None:
    text, makefile = PAGE.read_text("utf-8"), (ROOT / "Makefile").read_text("utf-8")
    assert unknown_targets(text, makefile) == unknown_pages(text, ROOT / "book") == set()


def test_others_are_noticed() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert unknown_targets("use `make wishes`", makefile) == {"wishes"}
    assert unknown_pages("see [here](check_nowhere)", ROOT / "book") == {"check_nowhere"}


def test_every_row_of_the_table_has_its_control() -> None:
    rows = re.findall(r"^\| (?!what you read|---)(.+) \|$", PAGE.read_text("utf-8"), re.M)
    assert len(rows) >= 10
    assert [row for row in rows if len([part for part in row.split(" | ") if part.strip()]) != 4] == []
