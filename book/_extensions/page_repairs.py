"""Repair faults of the theme's pages that stand in the way of a reader who uses a screen reader.

Two buttons have labels that hide their own text, the sidebar is no landmark, and the entries of the bibliography carry
a role that is no longer one, inside a list that then has no items.
"""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

LABELLED = re.compile(
    r'(<button class="[^"]*(?:search-button-field|theme-switch-button)[^"]*"[^>]*?)\s+aria-label="[^"]*"'
)
SIDEBAR = re.compile(r'<div (?!role=)(?=[^>]*class="bd-sidebar-primary)')
ENTRY = 'role="doc-biblioentry"'


def repair(text: str) -> str:
    """Return a page without these faults."""
    text = LABELLED.sub(r"\1", text)
    text = SIDEBAR.sub('<div role="navigation" aria-label="The book" ', text)
    return text.replace(ENTRY, 'role="listitem"')


def repair_pages(app: Sphinx, error: Exception | None) -> None:
    """Repair every page that was built."""
    if error or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        before = path.read_text("utf-8")
        after = repair(before)
        if before != after:
            path.write_text(after, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("build-finished", repair_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
