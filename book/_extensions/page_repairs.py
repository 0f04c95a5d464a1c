"""Small repairs of the theme's pages."""

from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
