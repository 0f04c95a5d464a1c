"""Serve MathJax from the book itself: one file of the installed package sphinx-mathjax-offline, no network."""

import sysconfig
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

NAME = "tex-svg-full.js"


def source() -> Path:
    """Return the installed MathJax: TeX in, SVG out, every TeX package in one file, no fonts to load."""
    path = Path(sysconfig.get_path("purelib"), "sphinx-mathjax-offline", "static", "mathjax", NAME)
    if not path.is_file():
        raise ExtensionError("MathJax is missing: install the package sphinx-mathjax-offline")
    return path


def configure(app: Sphinx, config: Config) -> None:
    """Point the pages at the copy. The menu's extras would be fetched from beside the script, so it is off."""
    config.mathjax_path = f"mathjax/{NAME}"
    config.mathjax3_config = {"options": {"enableMenu": False}, "svg": {"fontCache": "local"}}


def copy(app: Sphinx, error: Exception | None) -> None:
    """Copy MathJax into the built book."""
    if error is None and app.builder.format == "html":
        folder = Path(app.outdir) / "_static" / "mathjax"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / NAME).write_bytes(source().read_bytes())


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("config-inited", configure)
    app.connect("build-finished", copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
