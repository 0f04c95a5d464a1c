"""The line under a chapter's title: times, download, notation, glossary. The small books are real ones."""

import json
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tests.book.small_books import build

from tools.chapters import ROOT, notebooks

sys.path.append(str(ROOT / "book" / "_extensions"))
import chapter_facts

CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "book" / "_extensions")!r})
extensions = ["myst_nb", "chapter_facts"]
html_theme = "basic"
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath"]
exclude_patterns = ["_build"]
chapter_times = "times.json"
html_sourcelink_suffix = ""
"""
FRONT = "# Front\n\n(notation)=\n## Signs\n\n(glossary)=\n## Words\n\n```{toctree}\nchapter\npage\n```\n"


def make_book(folder: Path, seconds: dict[str, float], front: str = FRONT) -> tuple[int, str]:
    cells = [new_markdown_cell("# Chapter\n\n" + "word " * 700 + "$x$"), new_code_cell("print('code words')")]
    python = {"language_info": {"name": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=python), folder / "chapter.ipynb")
    (folder / "conf.py").write_text(CONF, "utf-8")
    (folder / "index.md").write_text(front, "utf-8")
    (folder / "page.md").write_text("# Page\n\nWords.\n", "utf-8")
    (folder / "times.json").write_text(json.dumps({"seconds": seconds}), "utf-8")
    return build(folder)


def test_a_chapter_has_its_line_and_other_pages_do_not(tmp_path: Path) -> None:
    assert make_book(tmp_path, {"chapter": 22.4}) == (0, "")
    chapter, page, front = (
        (tmp_path / "_build" / "html" / f"{name}.html").read_text("utf-8") for name in ("chapter", "page", "index")
    )
    assert "4 minutes to read, about 20 seconds to run." in chapter
    assert 'href="_sources/chapter.ipynb" download' in chapter
    assert (tmp_path / "_build" / "html" / "_sources" / "chapter.ipynb").is_file()
    assert 'href="index.html#notation"' in chapter
    assert 'href="index.html#glossary"' in chapter
    assert "chapter-facts" not in page + front


def test_a_chapter_that_was_not_timed_is_a_warning(tmp_path: Path) -> None:
    code, said = make_book(tmp_path, {"another": 1.0})
    assert code != 0
    assert "no running time of chapter was measured" in said


def test_a_book_without_glossary_is_a_warning(tmp_path: Path) -> None:
    code, said = make_book(tmp_path, {"chapter": 1.0}, FRONT.replace("(glossary)=", ""))
    assert code != 0
    assert "glossary" in said


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.3, "about 5 seconds to run"),
        (24.9, "about 20 seconds to run"),
        (26, "about 30 seconds to run"),
        (58, "about a minute to run"),
        (100, "about a minute and a half to run"),
        (130, "about 2 minutes to run"),
    ],
)
def test_running_times_are_said_in_round_numbers(seconds: float, text: str) -> None:
    assert chapter_facts.running(seconds) == text


def test_every_chapter_of_the_book_was_timed() -> None:
    times = json.loads((ROOT / "benchmarks" / "results" / "chapters.json").read_text("utf-8"))["seconds"]
    assert [path.stem for path in notebooks() if path.stem not in times] == []
