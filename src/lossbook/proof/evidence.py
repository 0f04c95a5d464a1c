"""The table of proofs: each numbered statement with its certificate, its Coq theorem, its numeric test and its page.

Certificates and Coq theorems are found by the statement's number, tests by their names; only the page is entered by
hand (:mod:`lossbook.proof.numbered`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lossbook.proof.coq_source import label_of
from lossbook.proof.development import Development
from lossbook.proof.graph import certificates
from lossbook.proof.numbered import NUMBERED, Numbered

# What a certificate cannot say, because it is about a given function, or about calculus alone.
BY_COQ_ALONE = {
    "C8'": "an example",
    "T4'": "an example",
    "M'": "an example",
    "T3'": "an example",
    "T7'": "an example",
    "T8": "given functions",
}


@dataclass(frozen=True)
class Row:
    """What stands behind one numbered statement.

    Attributes:
        statement: its number, what it says, its page.
        certificates: the names of its certificates, none for an example or a given function.
        theorems: the names of its Coq theorems, with the label under which the book shows their file.
        tests: the names of its numeric tests.
    """

    statement: Numbered
    certificates: tuple[str, ...]
    theorems: Mapping[str, str]
    tests: tuple[str, ...]

    def faults(self) -> list[str]:
        """Return one line for each way of checking that is missing, or that is there and should not be."""
        name = self.statement.id
        lines = [f"{name}: no Coq theorem"] if not self.theorems else []
        lines += [f"{name}: no numeric test"] if not self.tests else []
        if bool(self.certificates) == (name in BY_COQ_ALONE):
            lines.append(
                f"{name}: a certificate that is not expected" if self.certificates else f"{name}: no certificate"
            )
        return lines


def tests_of(path: Path) -> list[str]:
    """Read the names of a file's test functions.

    Args:
        path: of a Python file.

    Returns:
        the names, in order.
    """
    tree = ast.parse(path.read_text("utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def rows(development: Development, tests: Iterable[str]) -> list[Row]:
    """Collect what stands behind every numbered statement.

    Args:
        development: the Coq sources.
        tests: names of test functions; ``test_C8prime_lengths`` belongs to C8'.

    Returns:
        one row for each statement.
    """
    names = list(tests)
    return [
        Row(
            one,
            tuple(entry.name for entry in certificates() if one.id in entry.ids),
            {
                claim.name: label_of(claim.file)
                for claim in development.statements
                if claim.id == one.id and claim.proof_lines
            },
            tuple(name for name in names if name.startswith(f"test_{one.slug}_")),
        )
        for one in NUMBERED.values()
    ]


@dataclass(frozen=True)
class Table:
    """The rows as a table that a notebook shows."""

    rows: tuple[Row, ...]

    def _repr_markdown_(self) -> str:
        """Write the table in MyST Markdown, with a link to each statement's page."""
        head = ["| page | statement | certificates | Coq theorems | numeric tests |", "|---|---|---|---|---|"]
        return "\n".join([*head, *(self._line(row) for row in self.rows)])

    @staticmethod
    def _line(row: Row) -> str:
        one = row.statement
        verdict = one.says if one.holds else f"{one.says}: **false**"
        certificates = _listed(row.certificates) or BY_COQ_ALONE[one.id]
        link = f"{{prf:ref}}`{one.id} <{one.label}>`"
        theorems = ", ".join(f"{{ref}}`{name} <{label}>`" for name, label in row.theorems.items())
        return f"| {link} | {verdict} | {certificates} | {theorems} | {_listed(row.tests)} |"


def _listed(names: Iterable[str]) -> str:
    """Set names as code that may break at underscores."""
    return ", ".join(f"`{name}`" for name in names)
