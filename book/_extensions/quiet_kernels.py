"""Give the chapters' kernels the same surroundings everywhere, so that they say the same things.

Dates in figures are fixed, hashes too, and matplotlib's list of fonts is made before a kernel could remark on it.
"""

import logging
import os
from typing import Any

from sphinx.application import Sphinx


def prepare(app: Sphinx) -> None:
    """Set the variables that kernels inherit, and make matplotlib's list of fonts."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    os.environ.setdefault("PYTHONHASHSEED", "0")
    os.environ.pop("MPLBACKEND", None)
    logger = logging.getLogger("matplotlib.font_manager")
    logger.setLevel(logging.ERROR)
    import matplotlib.font_manager  # noqa: F401, PLC0415


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", prepare)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
