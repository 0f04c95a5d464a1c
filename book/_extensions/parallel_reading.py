"""Let the pages be read, and the chapters executed, by several processes.

One extension, which numbers sections across the parts, does not say whether that is safe, and Sphinx then reads page by
page. It is: it replaces the function that numbers all sections once all pages are read, and does nothing before.
"""

from typing import Any

from sphinx.application import Sphinx

SILENT = "sphinx_multitoc_numbering"


def declare(app: Sphinx) -> None:
    """Say it in the extension's place."""
    if SILENT in app.extensions:
        extension = app.extensions[SILENT]
        extension.parallel_read_safe = extension.parallel_write_safe = True


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", declare)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
