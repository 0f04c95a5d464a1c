"""Give equations the paper's numbers, and print beside each of them what its tests said.

A block labelled `paper-N` is equation (N), wherever it stands; every other labelled block is (B1), (B2), ... in the
order of the table of contents. Below each paper equation, and where the role {status}`N` stands, comes a mark made from
the record of the last test run, a JSON file `{"18": {"outcome": "passed", "tests": [{"id": ..., "outcome": ...}]}}`.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.math import MathDomain
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

logger = logging.getLogger(__name__)

PREFIX = "paper-"
NUMBERS = range(1, 20)
SIGNS = {"passed": "✓", "failed": "✗", "skipped": "✗", "missing": "?"}
WORDS = {"passed": "checked by", "failed": "failed:", "skipped": "not passed:", "missing": "not run"}


def paper_number(label: str) -> int | None:
    """Return the N of `paper-N`, or None for any other label or an N that the paper does not have."""
    digits = label.removeprefix(PREFIX)
    known = label.startswith(PREFIX) and digits.isdecimal() and str(int(digits)) == digits
    return int(digits) if known and int(digits) in NUMBERS else None


class PaperMathDomain(MathDomain):
    """Sphinx's domain of equations, with the paper's numbers."""

    def note_equation(self, docname: str, labelid: str, location: Any = None) -> None:
        """Register an equation; the numbers of those that are not the paper's are given once all pages are read."""
        super().note_equation(docname, labelid, location)
        if not labelid.startswith(PREFIX):
            return
        if paper_number(labelid) is None:
            logger.warning(
                "the paper has no equation %s, only (1) to (%d)", labelid, max(NUMBERS), location=location, type="paper"
            )
        self.equations[labelid] = (docname, labelid.removeprefix(PREFIX))

    def renumber(self, order: list[str]) -> bool:
        """Number the book's own equations in the order of the pages, and tell whether a number changed."""
        before, count = dict(self.equations), 0
        for docname in order:
            for label, (home, _) in before.items():
                if home == docname and not label.startswith(PREFIX):
                    count += 1
                    self.equations[label] = (home, f"B{count}")
        return before != self.equations


def reading_order(env: Any) -> list[str]:
    """Return the pages in the order of the table of contents, then those outside it."""
    order: list[str] = []

    def visit(docname: str) -> None:
        """Take a page, then the pages below it."""
        if docname not in order:
            order.append(docname)
            for child in env.toctree_includes.get(docname, []):
                visit(child)

    visit(env.config.root_doc)
    return order + sorted(set(env.found_docs) - set(order))


def number_equations(app: Sphinx, env: Any) -> list[str]:
    """Number everything after the pages are read; where a number moved, every page is written anew."""
    return sorted(env.found_docs) if env.get_domain("math").renumber(reading_order(env)) else []


class Mark(nodes.Inline, nodes.TextElement):
    """Where the status of one equation goes."""


class StatusRole(SphinxRole):
    """The role {status}`18`: the mark of equation (18) inside a sentence or a table."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Put a mark here, or refuse a number that the paper does not have."""
        if paper_number(PREFIX + self.text) is None:
            logger.warning("the paper has no equation (%s)", self.text, location=self.get_location(), type="paper")
        return [Mark(number=self.text)], []


def record_path(app: Sphinx) -> Path:
    """Return where the record of the test run lies."""
    return Path(app.srcdir) / app.config.equation_record


def read_record(app: Sphinx) -> dict[str, Any] | None:
    """Return the record, or None when there is none."""
    path = record_path(app)
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def function_name(test_id: str) -> str:
    """Return the name of a test's function from its pytest id."""
    return test_id.rpartition("::")[2].partition("[")[0]


def describe(entry: dict[str, Any] | None) -> tuple[str, str, list[str]]:
    """Return the outcome, the words and the tests' ids of one equation's entry in the record."""
    if not entry or not entry["tests"]:
        return "missing", WORDS["missing"], []
    outcome = entry["outcome"]
    told = [test["id"] for test in entry["tests"] if (outcome == "passed") == (test["outcome"] == "passed")]
    names = ", ".join(dict.fromkeys(map(function_name, told)))
    return outcome, f"{WORDS[outcome]} {names}", told


def make_mark(app: Sphinx, entry: dict[str, Any] | None) -> nodes.Inline:
    """Return the mark: sign and words, with the tests' ids as its title in HTML; plain text elsewhere.

    In HTML a long name may be cut after each underscore.
    """
    outcome, words, ids = describe(entry)
    if app.builder.format != "html":
        return nodes.inline("", f"[{words}]", classes=["bookmark"])
    mark = nodes.inline("", SIGNS[outcome] + " ", classes=["equation-status", "equation-" + outcome])
    for place, part in enumerate(words.split("_")):
        mark += [nodes.raw("", "_<wbr>", format="html"), nodes.Text(part)] if place else [nodes.Text(part)]
    return nodes.abbreviation("", "", mark, explanation="\n".join(ids)) if ids else mark


def tagged(text: str, label: str, number: str) -> str:
    """Return a display in LaTeX with its own number, which may not stand inside `split`, where Sphinx puts it."""
    lines = f"\\begin{{split}}{text.strip()}\\end{{split}}" if r"\\" in text or "&" in text else text.strip()
    return f"\n\\begin{{equation}}\\label{{{label}}}\n{lines}\\tag{{{number}}}\n\\end{{equation}}\n"


def set_marks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the numbers into the page's equations, and fill in every mark."""
    record, domain = read_record(app), app.env.get_domain("math")
    for block in list(doctree.findall(nodes.math_block)):
        label = block.get("label")
        if not label or label not in domain.equations:
            continue
        block["number"] = domain.get_equation_number_for(label)
        if paper_number(label) is not None:
            mark = Mark(number=str(block["number"]))
            near = nodes.raw("", r"\bookunderequation", format="latex")
            line = nodes.paragraph("", "", mark, classes=["equation-line"])
            block.parent.insert(block.parent.index(block) + 1, [near, line])
        if app.builder.format == "latex":
            label = f"equation:{block['docname']}:{label}"
            block.children = [nodes.Text(tagged(block.astext(), label, str(block["number"])))]
            block["nowrap"], block["label"] = True, None
    for mark in list(doctree.findall(Mark)):
        number = mark["number"]
        if record is not None and number not in record:
            logger.warning("no test checks equation (%s)", number, location=docname, type="paper", subtype="untested")
        mark.replace_self(make_mark(app, (record or {}).get(number)))


def outdated_marks(app: Sphinx, env: Any, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Read every page again when the record is another than the one that the pages were made with."""
    path = record_path(app)
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    moved = getattr(env, "equation_record_digest", digest) != digest
    env.equation_record_digest = digest
    return sorted(env.found_docs) if moved else []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_domain(PaperMathDomain, override=True)
    app.add_config_value("equation_record", "_build/equations.json", "")
    app.add_node(Mark)
    app.add_role("status", StatusRole())
    app.connect("config-inited", lambda app, config: setattr(config, "math_numfig", False))
    app.connect("env-updated", number_equations)
    app.connect("env-get-outdated", outdated_marks)
    app.connect("doctree-resolved", set_marks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
