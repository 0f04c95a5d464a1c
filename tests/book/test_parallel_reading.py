"""Pages read by several processes: theorems of all of them are found, and a label that stands twice is noticed."""

import sys
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from tests.book.small_books import alone

from tools.chapters import ROOT

CONF = """
import sys
sys.path.append({extensions!r})
extensions = ["myst_parser", "sphinx_proof", "parallel_reading"]
"""
PAGE = """# Page {number}

```{{prf:theorem}} One
:label: {label}

Text.
```

See {{prf:ref}}`thm-1` and {{prf:ref}}`thm-3`.
"""
PAGES = 12  # enough for two processes


def built(folder: Path, labels: list[str]) -> tuple[str, str]:
    """Build pages in two processes; return the warnings and the last page."""
    source = folder / "source"
    source.mkdir()
    (source / "conf.py").write_text(CONF.format(extensions=str(ROOT / "book" / "_extensions")), "utf-8")
    names = [f"page{number:02}" for number in range(PAGES)]
    (source / "index.md").write_text("# Index\n\n```{toctree}\n" + "\n".join(names) + "\n```\n", "utf-8")
    for number, (name, label) in enumerate(zip(names, labels, strict=True)):
        (source / f"{name}.md").write_text(PAGE.format(number=number, label=label), "utf-8")
    log = folder / "warnings.txt"
    status_file = folder / "status.txt"
    with alone(), log.open("w", encoding="utf-8") as warnings, status_file.open("w", encoding="utf-8") as status:
        app = Sphinx(source, source, folder / "out", folder / "trees", "html", None, status, warnings, parallel=2)
        app.build(force_all=True)
    assert "serial read" not in log.read_text("utf-8")
    return log.read_text("utf-8"), (folder / "out" / f"{names[-1]}.html").read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Sphinx reads in parallel where processes are forked")
def test_theorems_of_all_pages_are_found(tmp_path: Path) -> None:
    warnings, page = built(tmp_path, [f"thm-{number}" for number in range(PAGES)])
    assert not warnings
    assert 'href="page01.html#thm-1"' in page
    assert 'href="page03.html#thm-3"' in page


@pytest.mark.skipif(sys.platform == "win32", reason="Sphinx reads in parallel where processes are forked")
def test_label_on_two_pages_is_noticed(tmp_path: Path) -> None:
    warnings, _ = built(tmp_path, [f"thm-{number}" for number in range(PAGES - 1)] + ["thm-1"])
    assert "duplicate label thm-1" in warnings
