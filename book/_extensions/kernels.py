"""Give the chapters' kernels the same surroundings everywhere, and let no error of theirs pass.

Dates in figures are fixed, hashes too, and matplotlib's list of fonts is made before a kernel could remark on it. An
error while a figure is drawn ends up in the output of a cell that counts as executed: here it becomes a warning. What
a cell prints arrives in pieces, cut anywhere when the machine is busy: here they are joined as they were printed.
"""

import logging
import os
from typing import Any

from docutils import nodes
from myst_nb.core import render
from myst_nb.core.utils import coalesce_streams
from sphinx.application import Sphinx
from sphinx.util import logging as sphinx_logging

logger = sphinx_logging.getLogger(__name__)


def prepare(app: Sphinx) -> None:
    """Set the variables that kernels inherit, and make matplotlib's list of fonts."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    os.environ.setdefault("PYTHONHASHSEED", "0")
    os.environ.pop("MPLBACKEND", None)
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    import matplotlib.font_manager  # noqa: F401


def warn_of_errors(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each error among the outputs of a page's cells."""
    for block in doctree.findall(nodes.literal_block):
        if "traceback" in block["classes"]:
            last = block.astext().strip().splitlines()[-1]
            logger.warning("a cell's output is an error: %s", last, location=block, type="cell")


def joined_streams(outputs: list[Any]) -> list[Any]:
    """Join the pieces of each stream, then do what myst-nb does, which alone puts a line's end behind each piece."""
    kept: list[Any] = []
    streams: dict[str, Any] = {}
    for output in outputs:
        name = output.get("name") if output["output_type"] == "stream" else None
        if name in streams:
            streams[name]["text"] += output["text"]
            continue
        if name:
            streams[name] = output
        kept.append(output)
    return coalesce_streams(kept)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    render.coalesce_streams = joined_streams
    app.connect("builder-inited", prepare)
    app.connect("doctree-read", warn_of_errors)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
