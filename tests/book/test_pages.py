"""The checker of links, and the repairs of the theme's pages: each fault of a made-up book is caught or mended."""

import sys
from pathlib import Path

import pytest

from tools.chapters import ROOT
from tools.check_links import faults

sys.path.append(str(ROOT / "book" / "_extensions"))
from page_repairs import repair

GOOD = '<h1 id="top">A</h1><a href="#top">up</a><a href="b.html#x%20y">b</a><img src="p.svg"><a href="https://x.invalid">out</a>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pages and a picture, without a fault."""
    (tmp_path / "b.html").write_text('<p id="x y">B</p>', "utf-8")
    (tmp_path / "p.svg").write_text("<svg/>", "utf-8")
    (tmp_path / "a.html").write_text(GOOD, "utf-8")
    return tmp_path


def test_good_pages_pass(folder: Path) -> None:
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("addition", "fault"),
    [
        ('<a href="c.html">c</a>', "no such file: c.html"),
        ('<a href="b.html#nowhere">b</a>', "no such place: b.html#nowhere"),
        ('<a href="#nowhere">x</a>', "no such place: #nowhere"),
        ('<img src="q.svg">', "no such file: q.svg"),
        ('<p id="top">again</p>', "the id top stands twice"),
        ('<script src="https://cdn.invalid/x.js"></script>', "loads from outside: https://cdn.invalid/x.js"),
        ('<link rel="stylesheet" href="//cdn.invalid/x.css">', "loads from outside: //cdn.invalid/x.css"),
    ],
)
def test_fault_is_caught(folder: Path, addition: str, fault: str) -> None:
    (folder / "a.html").write_text(GOOD + addition, "utf-8")
    assert faults(folder) == [f"a.html: {fault}"]


def test_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == [f"{tmp_path.resolve()}: no pages"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<section class="theorem-content" id="proof-content">', '<section class="theorem-content">'),
        (
            '<button class="btn search-button-field" title="Search" aria-label="Search" x>Search</button>',
            '<button class="btn search-button-field" title="Search" x>Search</button>',
        ),
        ('<section class="solution-content" id="solution-content">', '<section class="solution-content">'),
        ('<b></b>\n  <script src="../searchindex.js"></script>', "<b></b>"),
        ('<script src="searchindex.js"></script>', '<script src="searchindex.js"></script>'),
        (
            '<p class="admonition-title">Solution to<a href="#ex"> Exercise 1</a>',
            '<p class="admonition-title">Solution to <a href="#ex">Exercise 1</a>',
        ),
        ('<div class="proof admonition" id="proof">', '<div class="proof admonition">'),
        (
            '<summary aria-label="Toggle hidden content">\n<p class="collapsed admonition-title">Show</p>\n</summary>',
            '<summary>\n<span class="collapsed admonition-title">Show</span>\n</summary>',
        ),
        (
            '<button class="btn theme-switch-button" aria-label="Mode">',
            '<button class="btn theme-switch-button" aria-label="Mode">',
        ),
        (
            '<div id="pst-primary-sidebar" class="bd-sidebar-primary">',
            '<div role="navigation" aria-label="The book" id="pst-primary-sidebar" class="bd-sidebar-primary">',
        ),
        ('<div role="doc-biblioentry">', '<div role="listitem">'),
        ('<button aria-label="Other">', '<button aria-label="Other">'),
    ],
)
def test_page_is_repaired(before: str, after: str) -> None:
    assert repair(before) == after
    assert repair(after) == after


def program(text: str, language: str = "python") -> str:
    """A highlighted program, as it stands in a page."""
    return f'<div class="highlight-{language} notranslate"><div class="highlight"><pre>{text}</pre></div>'


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("python", '<span class="n">a</span><span class="w"> </span><span class="p">(</span>', "a ("),
        ("python", '<span class="k">if</span> <span class="k">not</span>', '<span class="k">if not</span>'),
        (
            "python",
            '<span class="o">+</span><span class="k">x</span>',
            '<span class="o">+</span><span class="k">x</span>',
        ),
        ("coq", '<span class="k">forall</span><span class="o">(</span>', '<span class="k">forall</span>('),
    ],
)
def test_programs_have_fewer_marks(language: str, before: str, after: str) -> None:
    assert repair(program(before, language)) == program(after, language)
    assert repair(before) == before, "outside of programs nothing changes"
