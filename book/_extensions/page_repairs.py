"""Repair faults of the theme's pages that stand in the way of a reader who uses a screen reader.

Two buttons have labels that hide their own text, the sidebar is no landmark, and the entries of the bibliography carry
a role that is no longer one, inside a list that then has no items. All theorems of a page share one id. The page that
leads to the front page is made whole: where it names no icon, a browser asks for one that is not there.
"""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

LABELLED = re.compile(
    r'(<button class="[^"]*(?:search-button-field|theme-switch-button)[^"]*"[^>]*?)\s+aria-label="[^"]*"'
)
SIDEBAR = re.compile(r'<div (?!role=)(?=[^>]*class="bd-sidebar-primary)')
PROOF = ' id="proof-content"'  # on every theorem of a page, where an id may stand once
ENTRY = 'role="doc-biblioentry"'
REDIRECT = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<meta http-equiv="refresh" content="0; url={front}">
</head>
<body><p><a href="{front}">{title}</a></p></body>
</html>
"""


def repair(text: str) -> str:
    """Return a page without these faults."""
    text = LABELLED.sub(r"\1", text)
    text = SIDEBAR.sub('<div role="navigation" aria-label="The book" ', text)
    return text.replace(PROOF, "").replace(ENTRY, 'role="listitem"')


def lead_to_front(app: Sphinx) -> None:
    """Write an index page that leads to the front page, where that has another name."""
    config = app.config
    if config.root_doc != "index":
        text = REDIRECT.format(
            language=config.language,
            title=config.html_title,
            front=app.builder.get_target_uri(config.root_doc),
        )
        (Path(app.outdir) / "index.html").write_text(text, "utf-8")


def repair_pages(app: Sphinx, error: Exception | None) -> None:
    """Repair every page that was built."""
    if error or app.builder.format != "html":
        return
    lead_to_front(app)
    for path in Path(app.outdir).rglob("*.html"):
        before = path.read_text("utf-8")
        after = repair(before)
        if before != after:
            path.write_text(after, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("build-finished", repair_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
