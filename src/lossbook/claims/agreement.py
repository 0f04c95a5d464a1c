"""Where ledger, chapters, README, tests and Coq development disagree.

Everything is read off the files: the verdicts from the stored outputs of the chapters, the Coq statements from their
sources, the tests from theirs. So what the ledger names and is not there is a fault, and what is there and the ledger
does not name.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossbook.claims.entry import Claim
from lossbook.claims.papers import table
from lossbook.claims.settling import KEY
from lossbook.proof import development, evidence
from lossbook.proof.numbered import NUMBERED

STATEMENTS = "tests/proof/test_statements.py"
_LABEL = re.compile(r"^:label: (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Sources:
    """What the ledger is held against.

    Attributes:
        verdicts: by page, the verdicts that its stored outputs hold, by claim.
        labels: the labels of theorems on each page.
        figures: the names of all figures.
        tests: the tests by file.
        coq: the Coq development.
        readme: the text of README.md.
    """

    verdicts: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, frozenset[str]]
    figures: frozenset[str]
    tests: Mapping[str, frozenset[str]]
    coq: development.Development
    readme: str

    def rows(self) -> dict[str, evidence.Row]:
        """Return what stands behind each numbered statement, by id."""
        names = self.tests.get(STATEMENTS, frozenset())
        return {row.statement.id: row for row in evidence.rows(self.coq, sorted(names))}


def sources(root: Path, claims: Iterable[Claim]) -> Sources:
    """Read a checkout.

    Args:
        root: its folder.
        claims: those whose tests are looked up.

    Returns:
        what the ledger is held against.
    """
    pages = {path.stem: json.loads(path.read_text("utf-8"))["cells"] for path in (root / "book").glob("*.ipynb")}
    files = {STATEMENTS} | {test.partition("::")[0] for claim in claims for test in claim.tests}
    return Sources(
        {page: dict(_verdicts(cells)) for page, cells in pages.items()},
        {page: frozenset(_LABEL.findall("\n".join(map(_text, cells)))) for page, cells in pages.items()},
        frozenset(name for cells in pages.values() for cell in cells for name in _figure(cell)),
        {file: frozenset(evidence.tests_of(root / file)) for file in sorted(files) if (root / file).is_file()},
        development.read(root / "formal"),
        (root / "README.md").read_text("utf-8"),
    )


def faults(claims: Mapping[str, Claim], found: Sources) -> list[str]:
    """Hold a ledger against what there is.

    Args:
        claims: the ledger.
        found: what there is.

    Returns:
        one line for each disagreement; none if all agree.
    """
    lines = [line for claim in claims.values() for line in _claim_faults(claim, found)]
    lines += [
        f"{page}: settles {name}, which the ledger gives to {', '.join(claims[name].pages)}"
        if name in claims
        else f"{page}: settles {name}, which the ledger lacks"
        for page, verdicts in found.verdicts.items()
        for name in verdicts
        if name not in claims or page not in claims[name].pages
    ]
    lines += [f"{name}: a numbered statement that the ledger lacks" for name in NUMBERED if name not in claims]
    lines += [line for row in found.rows().values() for line in row.faults()]
    if table(claims) not in found.readme:
        lines.append("README.md: the table of claims is not the ledger's")
    return lines


def _claim_faults(claim: Claim, found: Sources) -> Iterator[str]:
    """Yield what is wrong with one claim."""
    for page in claim.pages:
        verdict = found.verdicts.get(page, {}).get(claim.id)
        if verdict is None:
            yield f"{claim.id}: not settled on the page {page}"
        elif verdict != claim.verdict:
            yield f"{claim.id}: {verdict!r} on the page {page}, {claim.verdict!r} in the ledger"
    if claim.label and not any(claim.label in found.labels.get(page, ()) for page in claim.pages):
        yield f"{claim.id}: no theorem with the label {claim.label} on its pages"
    yield from (f"{claim.id}: no figure {name}" for name in claim.figures if name not in found.figures)
    for test in claim.tests:
        file, _, name = test.partition("::")
        if name not in found.tests.get(file, ()):
            yield f"{claim.id}: no test {test}"
    known = {statement.name for statement in found.coq.statements}
    yield from (f"{claim.id}: no Coq statement {name}" for name in claim.coq if name not in known)
    if claim.id in NUMBERED and NUMBERED[claim.id].page not in claim.pages:
        yield f"{claim.id}: its theorem stands on the page {NUMBERED[claim.id].page}"
    if claim.id not in NUMBERED and not claim.tests:
        yield f"{claim.id}: no test"


def _verdicts(cells: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the claims that a notebook's stored outputs settle."""
    by_claim: dict[str, set[str]] = defaultdict(set)
    for cell in cells:
        for output in cell.get("outputs", []):
            for name, verdict in output.get("metadata", {}).get(KEY, {}).items():
                by_claim[name].add(verdict)
    yield from ((name, " and ".join(sorted(verdicts))) for name, verdicts in by_claim.items())


def _text(cell: Mapping[str, Any]) -> str:
    """Return the source of a Markdown cell."""
    return "".join(cell["source"]) if cell["cell_type"] == "markdown" else ""


def _figure(cell: Mapping[str, Any]) -> Iterator[str]:
    """Yield the name of a cell's figure, if it has one."""
    name = cell["metadata"].get("mystnb", {}).get("figure", {}).get("name")
    if name:
        yield name
