"""Equations carry the paper's numbers, and beside each stands what its tests said. The small books are real ones."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.book.small_books import build

from tools.chapters import ROOT
from tools.equation_record import RECORD

CONF = """
import sys
sys.path.insert(0, {extensions!r})
extensions = ["myst_parser", "paper_equations"]
myst_enable_extensions = ["dollarmath", "amsmath"]
html_theme = "basic"
exclude_patterns = ["_build", "tests"]
"""
INDEX = """# Front

$$a = a$$ (first)

See {eq}`paper-18`, {eq}`paper-3`, {eq}`first`, {eq}`second` and {eq}`third`.

| equation | state |
|---|---|
| (18) | {status}`18` |

```{toctree}
zulu
alpha
```
"""
ZULU = "# Zulu\n\n$$G' = 0$$ (paper-18)\n\n$$b = b$$ (second)\n"
ALPHA = "# Alpha\n\n$$c = c$$ (third)\n\n$$DM = 1$$ (paper-3)\n\n$$\\begin{aligned}x&=1\\\\y&=2\\end{aligned}$$\n"
TESTS = """
import pytest

@pytest.mark.equation(18)
def test_slope():
    assert {}

@pytest.mark.equation(3)
def test_three():
    pass
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of three pages, whose order is not the alphabet's."""
    (tmp_path / "conf.py").write_text(CONF.format(extensions=str(ROOT / "book" / "_extensions")), "utf-8")
    for name, text in {"index": INDEX, "zulu": ZULU, "alpha": ALPHA}.items():
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    return tmp_path


def page(book: Path, name: str) -> str:
    """Return the text of a built page, without the places where a long name may be cut."""
    return (book / "_build" / "html" / f"{name}.html").read_text("utf-8").replace("<wbr>", "")


def entry(*outcomes: str) -> dict[str, Any]:
    """Return the record of an equation whose tests ended so."""
    tests = [{"id": f"tests/t.py::test_it_{place}[case]", "outcome": word} for place, word in enumerate(outcomes)]
    worst = next((word for word in ("failed", "skipped") if word in outcomes), "passed")
    return {"outcome": worst, "tests": tests}


def write_record(book: Path, record: dict[str, Any]) -> None:
    """Write a record of tests for the book."""
    (book / RECORD).parent.mkdir(exist_ok=True)
    (book / RECORD).write_text(json.dumps(record), "utf-8")


def equation_numbers(text: str) -> list[str]:
    """Return the numbers beside a page's equations."""
    return re.findall(r'<span class="eqno">\(([^)]*)\)', text)


def test_numbers_and_references(book: Path) -> None:
    assert build(book) == (0, "")
    assert equation_numbers(page(book, "index")) == ["B1"]
    assert equation_numbers(page(book, "zulu")) == ["18", "B2"]
    assert equation_numbers(page(book, "alpha")) == ["B3", "3"]
    references = re.findall(r'href="([^"]*#equation-[^"]*)">(\([^)]*\))</a>', page(book, "index"))
    assert references == [
        ("zulu.html#equation-paper-18", "(18)"),
        ("alpha.html#equation-paper-3", "(3)"),
        ("#equation-first", "(B1)"),
        ("zulu.html#equation-second", "(B2)"),
        ("alpha.html#equation-third", "(B3)"),
    ]


def test_numbers_follow_a_changed_order(book: Path) -> None:
    build(book)
    (book / "index.md").write_text(INDEX.replace("zulu\nalpha", "alpha\nzulu"), "utf-8")
    assert build(book) == (0, "")
    assert equation_numbers(page(book, "alpha")) == ["B2", "3"]
    assert equation_numbers(page(book, "zulu")) == ["18", "B3"]


def test_latex_has_the_same_numbers_and_plain_marks(book: Path) -> None:
    write_record(book, {"18": entry("passed"), "3": entry("passed")})
    assert build(book, "latex") == (0, "")
    text = next((book / "_build" / "latex").glob("*.tex")).read_text("utf-8")
    assert re.findall(r"\\tag\{([^}]*)\}", text) == ["B1", "18", "B2", "B3", "3"]
    assert "checked by test\\_it\\_0" in text
    assert "✓" not in text


@pytest.mark.parametrize("label", ["paper-0", "paper-20", "paper-x", "paper-03", "paper-"])
def test_equation_that_the_paper_lacks_is_a_warning(book: Path, label: str) -> None:
    (book / "alpha.md").write_text(f"{ALPHA}\n$$d$$ ({label})\n", "utf-8")
    code, said = build(book)
    assert code == 1
    assert f"the paper has no equation {label}" in said


def test_equation_twice_is_a_warning(book: Path) -> None:
    (book / "alpha.md").write_text(ALPHA + "\n$$d$$ (paper-18)\n", "utf-8")
    code, said = build(book)
    assert code == 1
    assert "duplicate label of equation paper-18" in said


def test_status_of_no_equation_is_a_warning(book: Path) -> None:
    (book / "alpha.md").write_text(ALPHA + "\n{status}`21`\n", "utf-8")
    code, said = build(book)
    assert code == 1
    assert "the paper has no equation (21)" in said


@pytest.mark.parametrize(
    ("outcomes", "name", "words"),
    [
        (("passed",), "passed", "checked by test_it_0"),
        (("passed", "passed"), "passed", "checked by test_it_0, test_it_1"),
        (("passed", "failed"), "failed", "failed: test_it_1"),
        (("skipped", "passed"), "skipped", "not passed: test_it_0"),
    ],
)
def test_mark_says_what_the_record_says(book: Path, outcomes: tuple[str, ...], name: str, words: str) -> None:
    write_record(book, {"18": entry(*outcomes), "3": entry("passed")})
    assert build(book) == (0, "")
    for text in (page(book, "zulu"), page(book, "index")):
        assert f'class="equation-status equation-{name}"' in text
        assert words in text
        assert 'title="tests/t.py::test_it' in text
    assert "equation-passed" in page(book, "alpha")


def test_without_a_record_nothing_was_run(book: Path) -> None:
    assert build(book) == (0, "")
    assert "equation-missing" in page(book, "zulu")
    assert "not run" in page(book, "index")


def test_equation_that_the_record_lacks_is_a_warning(book: Path) -> None:
    write_record(book, {"18": entry("passed")})
    code, said = build(book)
    assert code == 1
    assert "no test checks equation (3)" in said
    assert "equation-missing" in page(book, "alpha")


def test_new_record_changes_pages_that_were_built_before(book: Path) -> None:
    write_record(book, {"18": entry("passed"), "3": entry("passed")})
    build(book)
    write_record(book, {"18": entry("failed"), "3": entry("passed")})
    assert build(book) == (0, "")
    assert "equation-failed" in page(book, "zulu")


def test_failing_test_turns_the_mark_red(book: Path) -> None:
    tests = book / "tests"
    tests.mkdir()
    (book / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (tests / "conftest.py").write_text('pytest_plugins = ("tools.equation_record",)\n', "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for holds, name in ((True, "passed"), (False, "failed")):
        (tests / "test_equations.py").write_text(TESTS.format(holds), "utf-8")
        run = subprocess.run(command, cwd=book, env=environment, check=False)
        assert run.returncode == (0 if holds else 1)
        assert build(book) == (0, "")
        assert re.findall("equation-(passed|failed)", page(book, "zulu")) == [name]
        assert re.findall("equation-(passed|failed)", page(book, "alpha")) == ["passed"]
