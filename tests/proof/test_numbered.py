"""The numbered statements stand on their pages, under their labels, and nowhere else."""

import json
import re

from lossbook.proof.numbered import NUMBERED
from tools.chapters import ROOT


def labels(page: str) -> list[str]:
    """Read the labels of statements off a chapter."""
    cells = json.loads((ROOT / "book" / f"{page}.ipynb").read_text("utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return re.findall(r"^:label: (statement-\w+)$", text, re.M)


def test_every_statement_stands_once_on_its_page() -> None:
    pages = {one.page for one in NUMBERED.values()}
    found = [(label, page) for page in sorted(pages) for label in labels(page)]
    assert sorted(found) == sorted((one.label, one.page) for one in NUMBERED.values())


def test_a_prime_marks_what_is_false() -> None:
    assert [one.id for one in NUMBERED.values() if not one.holds] == [name for name in NUMBERED if name.endswith("'")]
    assert NUMBERED["C8'"].slug == "C8prime"
    assert NUMBERED["C8"].holds
