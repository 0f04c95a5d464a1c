"""Show the Coq development as it stands in its sources, without running Coq.

The directive {coq} shows statements by name, each in a block that opens: what it states in English, the statement, and
a link to its file. {coq-files} makes one section of each file, with its header and its whole source; {coq-assumptions}
lists what the theorems may rest on. A name that the sources lack is a warning.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from lossbook.proof.coq_source import SourceFile, Statement, label_of
from lossbook.proof.development import ALLOWED, PROJECT, Development, read, read_allowed

logger = logging.getLogger(__name__)

CODE = re.compile(r"\[([^][,]+)\]")  # [m] is code in a Coq comment; [a, b] is an interval


class Details(nodes.General, nodes.Element):
    """A block that opens; its first child is its summary."""


class Summary(nodes.General, nodes.TextElement):
    """The line of a block that opens which is always seen."""


@lru_cache(maxsize=1)
def read_once(folder: Path, stamp: tuple[tuple[str, int], ...]) -> Development:
    """Read the development, unless its files are those of the last time."""
    return read(folder)


def worded(text: str) -> list[nodes.Node]:
    """Return the words of a Coq comment, what stands in brackets as code."""
    parts = CODE.split(text)
    return [nodes.literal("", part) if place % 2 else nodes.Text(part) for place, part in enumerate(parts) if part]


def source_block(text: str) -> nodes.literal_block:
    """Return Coq text, highlighted; a word that the highlighter does not know is no fault."""
    return nodes.literal_block(text, text, language="coq", force=True)


class CoqDirective(SphinxDirective):
    """What the three directives share: the development, and the files that a page depends on."""

    @property
    def folder(self) -> Path:
        """Where the sources lie."""
        return Path(self.env.srcdir) / self.config.coq_folder

    def development(self) -> Development:
        """Return the development as it is now."""
        paths = [self.folder / PROJECT, *self.folder.glob("*.v")]
        stamp = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in paths if path.is_file()))
        return read_once(self.folder, stamp)

    def depend_on(self, *names: str) -> None:
        """Let the page be made anew when one of these files changes."""
        for name in names:
            self.env.note_dependency(str(self.folder / name))

    def warn(self, text: str, *words: object) -> None:
        """Warn of a fault at this directive."""
        logger.warning(text, *words, location=self.get_location(), type="coq")


class StatementsDirective(CoqDirective):
    """The directive {coq}: statements by name."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a block for each name."""
        names = " ".join([*self.arguments, *self.content]).split()
        if not names:
            self.warn("this coq block names no statement")
        return [block for name in names for block in self.block(name)]

    def block(self, name: str) -> list[nodes.Node]:
        """Return the block of one statement; of none, the files that might get it."""
        development = self.development()
        try:
            claim = development[name]
        except KeyError:
            self.depend_on(PROJECT, *(file.name for file in development.files))
            self.warn("%s/ has no statement %s", self.config.coq_folder, name)
            return []
        self.depend_on(claim.file)
        text = "\n\n".join(part for part in ("\n".join(claim.context), claim.statement) if part)
        words = [nodes.paragraph("", "", *worded(claim.sentence))] if claim.sentence else []
        return [Details("", summary_of(claim), *words, source_block(text), self.link(claim))]

    def link(self, claim: Statement) -> nodes.paragraph:
        """Return the line that leads to the whole file, where the book has a page that shows it."""
        reference = pending_xref(
            "",
            nodes.inline("", claim.file),
            refdomain="std",
            reftype="ref",
            reftarget=label_of(claim.file),
            refexplicit=True,
            refdoc=self.env.docname,
            from_coq=True,
        )
        words = nodes.Text("The proof is in " if claim.proof_lines else "It stands in ")
        return nodes.paragraph("", "", words, reference, nodes.Text(f", line {claim.line}."))


def summary_of(claim: Statement) -> Summary:
    """Return the line that names a statement and its file."""
    file = nodes.inline("", claim.file, classes=["coq-file"])
    return Summary("", "In Coq: ", nodes.literal("", claim.name), nodes.Text(" "), file)


class FilesDirective(CoqDirective):
    """The directive {coq-files}: a section for each file, in the order of the development."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        files = self.development().files
        self.depend_on(PROJECT, *(file.name for file in files))
        if not files:
            self.warn("%s/ holds no Coq sources", self.config.coq_folder)
        return [self.section(file) for file in files]

    def section(self, file: SourceFile) -> nodes.section:
        """Return a file's header and its whole source."""
        section = nodes.section("", nodes.title("", file.name), names=[label_of(file.name)])
        self.state.document.note_explicit_target(section)
        section += [nodes.paragraph("", "", *worded(part)) for part in file.header.split("\n\n") if part]
        count = len(file.statements)
        summary = Summary("", f"The source: {count} statement{'' if count == 1 else 's'}")
        section += Details("", summary, source_block(file.text), whole=file.name)
        return section


class AssumptionsDirective(CoqDirective):
    """The directive {coq-assumptions}: what the theorems may rest on."""

    def run(self) -> list[nodes.Node]:
        """Return a list of names with their meanings."""
        self.depend_on(ALLOWED)
        names = nodes.definition_list(classes=["coq-names"])
        for name, words in read_allowed(self.folder).items():
            meaning = nodes.definition("", nodes.paragraph("", words))
            names += nodes.definition_list_item("", nodes.term("", "", nodes.literal("", name)), meaning)
        return [names]


def leave_as_text(app: Sphinx, env: Any, node: pending_xref, content: nodes.Node) -> nodes.Node | None:
    """Leave the name of a file as it is where no page shows the files."""
    return content if node.get("from_coq") else None


def unfold(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Show everything where nothing can be opened: in any format but HTML; LaTeX leaves whole files out."""
    if app.builder.format != "html":
        for block in list(doctree.findall(Details)) if app.builder.format == "latex" else []:
            if block.get("whole"):
                path = nodes.literal("", f"{app.config.coq_folder}/{block['whole']}")
                block.children = [nodes.paragraph("", "", *block[0].children, nodes.Text(", in the file "), path)]
        for file in doctree.findall(lambda node: isinstance(node, nodes.inline) and node["classes"] == ["coq-file"]):
            file.children = [nodes.Text(f"({file.astext()})")]
        for summary in list(doctree.findall(Summary)):
            summary.replace_self(nodes.paragraph("", "", *summary.children))
        for block in list(doctree.findall(Details)):
            block.replace_self(block.children)


def open_details(translator: Any, node: Details) -> None:
    """Begin a block that opens."""
    translator.body.append(translator.starttag(node, "details", CLASS="coq"))


def close_details(translator: Any, node: Details) -> None:
    """End a block that opens."""
    translator.body.append("</details>\n")


def open_summary(translator: Any, node: Summary) -> None:
    """Begin a summary."""
    translator.body.append(translator.starttag(node, "summary", suffix=""))


def close_summary(translator: Any, node: Summary) -> None:
    """End a summary."""
    translator.body.append("</summary>\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("coq_folder", "formal", "env")
    app.add_node(Details, html=(open_details, close_details))
    app.add_node(Summary, html=(open_summary, close_summary))
    app.add_directive("coq", StatementsDirective)
    app.add_directive("coq-files", FilesDirective)
    app.add_directive("coq-assumptions", AssumptionsDirective)
    app.connect("missing-reference", leave_as_text)
    app.connect("doctree-resolved", unfold)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
