"""How the tests of the book's extensions build their small books."""

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from sphinx.cmd.build import build_main


def build(book: Path, builder: str = "html", **environment: str) -> tuple[int, str]:
    """Build a book with warnings as errors, and return how that ended and what it said.

    Sphinx runs inside this process, as `python -m sphinx` would: each of its builds cleans up behind itself, and its
    start takes longer than a small book.
    """
    arguments = ["-b", builder, "-W", "--keep-going", "-n", "-q", str(book), str(book / "_build" / builder)]
    said = io.StringIO()
    with (
        mock.patch.dict(os.environ, {"NO_COLOR": "1", **environment}),
        mock.patch.object(sys, "path", sys.path.copy()),
        redirect_stdout(io.StringIO()),
        redirect_stderr(said),
    ):
        return build_main(arguments), said.getvalue()
