"""How the tests of the book's extensions build their small books."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from sphinx.cmd.build import build_main
from sphinx.config import Config
from sphinx.util.docutils import docutils_namespace


@contextmanager
def alone() -> Iterator[None]:
    """Keep what a build enters for its process, node classes and suffixes of sources, from the builds after it."""
    with docutils_namespace(), mock.patch.dict(Config.config_values["source_suffix"].default):
        yield


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
        alone(),
        redirect_stdout(io.StringIO()),
        redirect_stderr(said),
    ):
        return build_main(arguments), said.getvalue()
