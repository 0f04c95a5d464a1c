"""Put a line under each chapter's title: how long it takes to read and to run, and its notebook to take home.

Reading time is counted from the words of the page; running time is looked up in what `python -m benchmarks.chapters`
has measured. The line also leads to the notation and to the glossary.
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

WORDS_A_MINUTE = 200
FORMULA = 3  # words that a formula counts for
ROUND = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300)  # seconds that are said
SKIPPED = (nodes.literal_block, nodes.raw, nodes.image)
LEADS = (("notation", "Notation"), ("glossary", "Glossary"))


def hidden(node: nodes.Node) -> bool:
    """Tell whether a part of a page is closed until somebody opens it, as solutions and Coq statements are."""
    return "solution" in type(node).__name__ or type(node).__name__ == "Details"


def words(doctree: nodes.Node) -> int:
    """Count the words of a page's prose; code, outputs and what is hidden do not count."""
    count = 0
    for node in doctree.findall(nodes.Text):
        above = node.parent
        while (
            above is not None and not isinstance(above, (*SKIPPED, nodes.math, nodes.math_block)) and not hidden(above)
        ):
            above = above.parent
        if above is None:
            count += len(node.split())
        elif isinstance(above, nodes.math | nodes.math_block):
            count += FORMULA
    return count


def reading(count: int) -> str:
    """Say how long so many words take to read."""
    minutes = max(1, round(count / WORDS_A_MINUTE))
    return f"{minutes} minute{'' if minutes == 1 else 's'} to read"


def running(seconds: float) -> str:
    """Say how long a chapter takes to run, in round numbers."""
    near = min(ROUND, key=lambda one: abs(one - seconds))
    said = {60: "a minute", 90: "a minute and a half"}.get(near)
    return f"about {said or (f'{near} seconds' if near < 90 else f'{near // 60} minutes')} to run"


def measured(app: Sphinx) -> dict[str, float]:
    """Return the running times in seconds by page; none if they were not measured."""
    path = Path(app.srcdir) / app.config.chapter_times
    return json.loads(path.read_text("utf-8"))["seconds"] if path.is_file() else {}


def lead(label: str, text: str, docname: str) -> pending_xref:
    """Return a link to a label of the book."""
    inner = nodes.inline("", text)
    return pending_xref(
        "", inner, refdomain="std", reftype="ref", reftarget=label, refexplicit=True, refdoc=docname, refwarn=True
    )


def download(docname: str) -> nodes.raw:
    """Return the link that saves a page's notebook."""
    up = "../" * docname.count("/")
    link = f'<a href="{up}_sources/{docname}.ipynb" download>Download the notebook</a>'
    return nodes.raw("", link, format="html")


def facts(app: Sphinx, doctree: nodes.document, docname: str) -> nodes.paragraph:
    """Return the line of a page."""
    times = measured(app)
    page = docname.rpartition("/")[2]
    text = reading(words(doctree))
    if page in times:
        text += f", {running(times[page])}"
    elif times:
        logger.warning("no running time of %s was measured", page, location=docname, type="chapter_facts")
    line = nodes.paragraph("", f"{text}. ", classes=["chapter-facts"])
    line += [download(docname), nodes.raw("", " · ", format="html")]
    for place, (label, name) in enumerate(LEADS):
        line += [nodes.Text(" · "), lead(label, name, docname)] if place else [lead(label, name, docname)]
    return line


def add_facts(app: Sphinx, doctree: nodes.document) -> None:
    """Put the line under the title of a page that is a notebook, but for the front page."""
    docname = app.env.docname
    if docname == app.config.root_doc or not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    title = next(doctree.findall(nodes.title), None)
    if title is not None:
        title.parent.insert(title.parent.index(title) + 1, facts(app, doctree, docname))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("chapter_times", "benchmarks/results/chapters.json", "env")
    app.connect("doctree-read", add_facts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
