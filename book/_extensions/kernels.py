"""Give the chapters' kernels the same surroundings everywhere, and let no error of theirs pass.

Dates in figures are fixed, hashes too, and matplotlib's list of fonts is made before a kernel could remark on it. An
error while a figure is drawn ends up in the output of a cell that counts as executed: here it becomes a warning.
"""

import logging
import os
from typing import Any

from docutils import nodes
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


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", prepare)
    app.connect("doctree-read", warn_of_errors)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
