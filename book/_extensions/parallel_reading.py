"""Let the pages be read, and the chapters executed, by several processes.

Two extensions stand in the way. The one that numbers sections across the parts does not say whether reading in parallel
is safe: it is, for it replaces the function that numbers all sections once all pages are read, and does nothing before.
The one for theorems says so, but its domain lacks the function that joins what the processes found: the domain holds
nothing, all labels are in a list that is joined elsewhere. There two pages with one label must be noticed.

Sphinx deals pages out by the dozen, but one chapter may take longer to execute than ten others: here each is a task.
"""

from collections.abc import Sequence
from typing import Any

from sphinx import builders
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx_proof.domain import ProofDomain

SILENT = "sphinx_multitoc_numbering"


def declare(app: Sphinx) -> None:
    """Say in the extension's place that it may be used by several processes."""
    if SILENT in app.extensions:
        extension = app.extensions[SILENT]
        extension.parallel_read_safe = extension.parallel_write_safe = True


def join_nothing(self: ProofDomain, docnames: Any, other: dict[str, Any]) -> None:
    """Join the domain's data of two processes: there is none."""


def one_by_one(pages: Sequence[Any], *_: int) -> list[list[Any]]:
    """Make a task of each page, whatever the number of processes."""
    return [[page] for page in pages]


def notice_duplicates(app: Sphinx, env: BuildEnvironment, docnames: Any, other: BuildEnvironment) -> None:
    """Warn of a label that two theorems of different pages have."""
    known, found = getattr(env, "proof_list", {}), getattr(other, "proof_list", {})
    for label in sorted(known.keys() & found.keys()):
        pages = known[label]["docname"], found[label]["docname"]
        if pages[0] != pages[1]:
            logging.getLogger(__name__).warning("duplicate label %s, in %s and %s", label, *pages)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    if "merge_domaindata" not in vars(ProofDomain):
        ProofDomain.merge_domaindata = join_nothing
    builders.make_chunks = one_by_one
    app.connect("builder-inited", declare)
    app.connect("env-merge-info", notice_duplicates, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
