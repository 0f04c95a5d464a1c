"""Give the printed book the shape of a book: its parts, and its front page as the first chapter.

The table of contents names parts, but Sphinx drops the names when it joins the pages for LaTeX; and it would make a
chapter of each section of the front page. Short code is kept on one page, wide code within the page. Nothing here
touches any other format than LaTeX.
"""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

UNCUT = 16  # lines of code that stay together
LONG = 36  # characters of a name for which a line of text is not stretched
WIDE = 90  # characters of code that fit a line of print at the usual size


class Part(nodes.General, nodes.TextElement):
    """The title of a part."""


def parts(env: Any, root: str) -> dict[str, str]:
    """Return the first page of each part, and the part's title."""
    toctrees = env.get_doctree(root).findall(addnodes.toctree)
    return {
        tree["includefiles"][0]: tree["caption"] for tree in toctrees if tree.get("caption") and tree["includefiles"]
    }


def mark_parts(env: Any, tree: nodes.document, root: str) -> None:
    """Put the title of each part before its first page."""
    titles = parts(env, root)
    for page in list(tree.findall(addnodes.start_of_file)):
        if page["docname"] in titles:
            title = titles[page["docname"]]
            page.parent.insert(page.parent.index(page), Part(title, title))


def chapters(tree: nodes.Element) -> list[nodes.Element]:
    """Return the pages that stand below a page, but not those below them."""
    found = []
    for child in tree.children:
        if isinstance(child, addnodes.start_of_file):
            found.append(child)
        elif isinstance(child, nodes.Element):
            found += chapters(child)
    return found


def make_front_a_chapter(tree: nodes.document) -> None:
    """Gather what the front page says itself into a chapter of its own, under its own title, before all others."""
    book = next((child for child in tree.children if isinstance(child, nodes.section)), None)
    pages = chapters(book) if book is not None else []
    if book is None or not pages:
        return
    for page in pages:
        page.parent.remove(page)
    title, rest = book[0], book.children[1:]
    book.children = []
    book += [title, nodes.section("", title.deepcopy(), *rest), *pages]


def raw(text: str) -> nodes.raw:
    """Return a piece of LaTeX."""
    return nodes.raw("", text, format="latex")


def enclose(node: nodes.Element, environment: str) -> None:
    """Put a node into an environment of LaTeX."""
    place = node.parent.index(node)
    node.parent.insert(place + 1, raw(rf"\end{{{environment}}}"))
    node.parent.insert(place, raw(rf"\begin{{{environment}}}"))


def fit_code(tree: nodes.document) -> None:
    """Say before code and outputs how many lines are to stay together, if they are few; set wide ones smaller."""
    for code in list(tree.findall(nodes.literal_block)):
        lines = code.astext().splitlines()
        place = code.parent.index(code)
        if max(map(len, lines), default=0) > WIDE:
            enclose(code, "booksmall")
        if 1 < len(lines) <= UNCUT and not isinstance(code.parent, nodes.entry):
            code.parent.insert(place, raw(rf"\bookkeep{{{len(lines)}}}"))


def loosen(tree: nodes.document) -> None:
    """Let paragraphs with long names of code be ragged on the right: such a name is cut in few places only."""
    for text in list(tree.findall(nodes.paragraph)):
        if any(len(name.astext()) > LONG for name in text.findall(nodes.literal)) and not isinstance(
            text.parent, nodes.entry
        ):
            enclose(text, "bookragged")


def lay_out(app: Sphinx, tree: nodes.document, docname: str) -> None:
    """Do all this to the one tree that becomes the printed book."""
    if app.builder.format == "latex":
        make_front_a_chapter(tree)
        mark_parts(app.env, tree, docname)
        fit_code(tree)
        loosen(tree)


def open_part(translator: Any, node: Part) -> None:
    """Begin the title of a part."""
    translator.body.append("\n\n\\bookpart{")


def close_part(translator: Any, node: Part) -> None:
    """End the title of a part."""
    translator.body.append("}\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(Part, latex=(open_part, close_part))
    app.connect("doctree-resolved", lay_out, priority=500)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
