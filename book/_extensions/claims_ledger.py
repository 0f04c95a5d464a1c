"""Show the ledger of claims, hold it against everything that it speaks of, and write it as `claims.json`.

The directive {ledger} makes a section of each claim: what is claimed, the verdict, the sentence that says it precisely,
and links to theorem, certificates, Coq, figures and chapters; its tests open on the spot. {claims-table} is the short
table of the paper's claims. What ledger, chapters, README, tests and Coq sources do not agree on is a warning.
"""

import ast
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from coq_statements import Details, Summary
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from lossbook.claims import Claim, Sources, faults, ledger, sources
from lossbook.proof.coq_source import label_of
from lossbook.proof.evidence import Row
from lossbook.proof.numbered import NUMBERED

logger = logging.getLogger(__name__)

FILE = "claims.json"
KINDS = {
    "The paper's claims": lambda claim: claim.of_the_paper,
    "One threshold": lambda claim: claim.id[0] in "CLMT" and not claim.of_the_paper and _rank(claim) < 15,
    "Several thresholds": lambda claim: claim.id[0] == "T" and _rank(claim) >= 15,
    "Noise": lambda claim: claim.id[0] == "N",
    "Open": lambda claim: claim.id[0] == "O",
}


def _rank(claim: Claim) -> int:
    """Return the number in an id, 0 if it has none."""
    return int("".join(filter(str.isdigit, claim.id)) or 0)


@lru_cache(maxsize=1)
def known(root: Path) -> tuple[Sources, dict[str, Row]]:
    """Read once what the ledger is held against."""
    found = sources(root, ledger().values())
    return found, found.rows()


def theorem(claim: Claim) -> str:
    """Return the label of a claim's theorem block; empty if it has none."""
    return claim.label or (NUMBERED[claim.id].label if claim.id in NUMBERED else "")


def coq_statements(claim: Claim, root: Path) -> dict[str, str]:
    """Return the Coq statements behind a claim, by its id or by name, each with the label of its file."""
    found, _ = known(root)
    return {
        statement.name: label_of(statement.file)
        for statement in found.coq.statements
        if (statement.id == claim.id and statement.proof_lines) or statement.name in claim.coq
    }


def tests(claim: Claim, root: Path) -> list[str]:
    """Return the tests behind a claim as `file::name`."""
    _, rows = known(root)
    by_id = [f"tests/proof/test_statements.py::{name}" for name in rows[claim.id].tests] if claim.id in rows else []
    return [*by_id, *claim.tests]


def certificates(claim: Claim, root: Path) -> list[str]:
    """Return the names of a claim's certificates."""
    _, rows = known(root)
    return list(rows[claim.id].certificates) if claim.id in rows else []


def source_of(test: str, root: Path) -> str:
    """Return the source of a test function, with its decorators."""
    file, _, name = test.partition("::")
    text = (root / file).read_text("utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
    raise KeyError(test)


class LedgerDirective(SphinxDirective):
    """The directive {ledger}: a section for each claim."""

    @property
    def root(self) -> Path:
        """The project's folder."""
        return Path(self.env.srcdir)

    def run(self) -> list[nodes.Node]:
        """Return the sections, in groups."""
        self.env.note_dependency(str(self.root / "README.md"))
        groups = {title: [claim for claim in ledger().values() if belongs(claim)] for title, belongs in KINDS.items()}
        return [self.group(title, claims) for title, claims in groups.items()]

    def group(self, title: str, claims: list[Claim]) -> nodes.section:
        """Return the section of one kind of claim."""
        section = nodes.section("", nodes.title("", title), names=[nodes.fully_normalize_name(title)])
        self.state.document.note_implicit_target(section)
        section += [self.entry(claim) for claim in claims]
        return section

    def entry(self, claim: Claim) -> nodes.section:
        """Return one claim's section."""
        section = nodes.section("", nodes.title("", f"{claim.id}: {claim.verdict}"), names=[claim.anchor.lower()])
        self.state.document.note_explicit_target(section)
        section += self.parsed(f"*Claim.* {claim.says}", f"*Precisely.* {claim.finding}", self.evidence(claim))
        section += [self.test(test) for test in tests(claim, self.root)]
        return section

    def parsed(self, *paragraphs: str) -> list[nodes.Node]:
        """Return Markdown as nodes."""
        box = nodes.container()
        text = "\n\n".join(part for part in paragraphs if part)
        self.state.nested_parse(StringList(text.splitlines(), source="ledger"), 0, box)
        return box.children

    def evidence(self, claim: Claim) -> str:
        """Return the line of links: theorem, certificates, Coq, figures, chapters."""
        parts = []
        if label := theorem(claim):
            parts.append(f"theorem: {{prf:ref}}`{label}`")
        if names := certificates(claim, self.root):
            target = NUMBERED[claim.id].label
            parts.append("certificates: " + ", ".join(f"{{prf:ref}}`{name} <{target}>`" for name in names))
        if found := coq_statements(claim, self.root):
            parts.append("Coq: " + ", ".join(f"{{ref}}`{name} <{label}>`" for name, label in found.items()))
        if claim.figures:
            parts.append("figures: " + ", ".join(f"{{numref}}`{name}`" for name in claim.figures))
        parts.append("settled in " + ", ".join(f"{{doc}}`/book/{page}`" for page in claim.pages))
        return "*Evidence.* " + "; ".join(parts) + "."

    def test(self, test: str) -> nodes.Node:
        """Return a test as a block that opens."""
        file, _, name = test.partition("::")
        self.env.note_dependency(str(self.root / file))
        try:
            text = source_of(test, self.root)
        except (KeyError, OSError):
            return nodes.paragraph("", test)  # `faults` says that it is missing
        where = nodes.inline("", file, classes=["coq-file"])
        summary = Summary("", "Test: ", nodes.literal("", name), nodes.Text(" "), where)
        block = Details("", summary, nodes.literal_block(text, text, language="python"), classes=["coq"])
        block["ledger_test"] = test
        return block


class TableDirective(SphinxDirective):
    """The directive {claims-table}: the paper's claims, each with its verdict and the sentence that says it."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        rows = [
            f"| {{ref}}`{claim.id} <{claim.anchor}>` | {claim.says} | **{claim.verdict}**: {claim.finding} "
            f"| {', '.join(f'{{doc}}`/book/{page}`' for page in claim.pages)} |"
            for claim in ledger().values()
            if claim.of_the_paper
        ]
        text = ["| id | claim | verdict | chapter |", "|---|---|---|---|", *rows]
        box = nodes.container()
        self.state.nested_parse(StringList(text, source="ledger"), 0, box)
        return box.children


def shorten_print(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """In print a test is named and not shown."""
    if app.builder.format != "html":
        for block in list(doctree.findall(Details)):
            if test := block.get("ledger_test"):
                block.replace_self(nodes.paragraph("", "", nodes.Text("Test: "), nodes.literal("", test)))


def warn_of_faults(app: Sphinx, env: Any) -> None:
    """Warn of every disagreement, in a book that has a ledger."""
    if any(node for node in env.get_domain("std").anonlabels if node == "claim-c1"):
        found, _ = known(Path(app.srcdir))
        for fault in faults(ledger(), found):
            logger.warning("the ledger: %s", fault, type="ledger")


def places(app: Sphinx) -> dict[str, str]:
    """Return for each label of the book its address, relative to the book's root."""
    labels = app.env.get_domain("std").anonlabels
    found = {label: (page, anchor) for label, (page, anchor) in labels.items()}
    for label, node in getattr(app.env, "proof_list", {}).items():
        found[label] = (node["docname"], node["label"])
    return {
        label: app.builder.get_target_uri(page) + (f"#{anchor}" if anchor else "")
        for label, (page, anchor) in found.items()
    }


def exported(claim: Claim, root: Path, where: dict[str, str]) -> dict[str, Any]:
    """Return what `claims.json` says of one claim."""
    at = lambda label: where.get(label, where.get(label.lower(), ""))  # noqa: E731
    label = theorem(claim)
    return {
        "claim": claim.says,
        "verdict": claim.verdict,
        "sentence": claim.finding,
        "ledger": at(claim.anchor),
        "theorem": at(label) if label else None,
        "certificates": {name: at(label) for name in certificates(claim, root)},
        "coq": {name: at(label) for name, label in coq_statements(claim, root).items()},
        "tests": tests(claim, root),
        "figures": {name: at(name) for name in claim.figures},
        "pages": [f"book/{page}.html" for page in claim.pages],
    }


def write_file(app: Sphinx, error: Exception | None) -> None:
    """Write `claims.json` beside the pages."""
    where = places(app) if not error and app.builder.format == "html" else {}
    if "claim-c1" in where:
        root = Path(app.srcdir)
        text = json.dumps(
            {name: exported(claim, root, where) for name, claim in ledger().items()}, indent=1, ensure_ascii=False
        )
        (Path(app.outdir) / FILE).write_text(text + "\n", "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.setup_extension("coq_statements")
    app.add_directive("ledger", LedgerDirective)
    app.add_directive("claims-table", TableDirective)
    app.connect("env-check-consistency", warn_of_faults)
    app.connect("doctree-resolved", shorten_print, priority=400)
    app.connect("build-finished", write_file)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
