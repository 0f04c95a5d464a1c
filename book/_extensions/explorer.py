"""Put the explorer on its page: the library that draws, the formulas as JavaScript, and the scripts, on no other page.

The formulas are printed from the library's expressions whenever the book is built. The directive `{explorer-formulas}`
shows the same expressions as mathematics.
"""

import sys
from pathlib import Path
from typing import Any

import sympy
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))

from lossbook import javascript  # noqa: E402
from lossbook.sigmoid import families  # noqa: E402
from tools import npm  # noqa: E402

PAGE = "book/use_explorer"
LIBRARY = ("jsxgraphcore.js", "LICENSE.MIT")
FORMULAS = "explorer-formulas.js"
SCRIPTS = ("model", "learner", "state", "view", "scene")


def add_scripts(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Name the scripts on the explorer's page, in the order in which they need each other."""
    if page == PAGE:
        names = ["jsxgraph/jsxgraphcore.js", FORMULAS, *(f"explorer-{name}.js" for name in SCRIPTS), "explorer.js"]
        for name in names:
            app.add_js_file(name, priority=900, loading_method="defer")


def copy(app: Sphinx, error: Exception | None) -> None:
    """Copy the library and its licence into the built book, and print the formulas."""
    if error or app.builder.format != "html" or PAGE not in app.env.found_docs:
        return
    static = Path(app.outdir) / "_static"
    folder = static / "jsxgraph"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        source = npm.package("jsxgraph")
    except npm.FetchError as problem:
        raise ExtensionError(str(problem)) from None
    for name in LIBRARY:
        (folder / name).write_bytes((source / name).read_bytes())
    (static / FORMULAS).write_text(javascript.script(), "utf-8")


def cell(content: nodes.Node) -> nodes.entry:
    """Return a cell of a table."""
    return nodes.entry("", nodes.paragraph("", "", content))


def lines() -> list[tuple[str, str]]:
    """Return the formulas that the page shows: what each is, and TeX."""
    found = []
    for family in families.ALL:
        sigma = family()
        area = sympy.latex(javascript.sigmoid_parts(sigma)["area"])
        found.append((family.__name__, rf"\sigma(u)={sympy.latex(sigma.expression)},\quad\int_0^u\!\sigma={area}"))
    for name, offer in javascript.OFFERS.items():
        value, _ = javascript.moved(offer.make(), offer.movable)
        text = sympy.latex(value).replace("m_{0}", "m_0")
        found.append((name.replace("_", " "), rf"\varphi(m)={text}"))
    return found


class ExplorerFormulas(SphinxDirective):
    """Show sigmoids (for the scale 1) and losses as a table, one formula a row."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        rows = [nodes.row("", cell(nodes.Text(name)), cell(nodes.math(tex, tex))) for name, tex in lines()]
        columns = [nodes.colspec(colwidth=1), nodes.colspec(colwidth=4)]
        return [nodes.table("", nodes.tgroup("", *columns, nodes.tbody("", *rows), cols=2))]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_directive("explorer-formulas", ExplorerFormulas)
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
