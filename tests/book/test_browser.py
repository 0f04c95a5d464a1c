"""The built book in real Chromium: offline, every formula set, every picture described, nothing wider than a phone."""

import sysconfig
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tools import browser as tool
from tools.chapters import ROOT

pytestmark = pytest.mark.browser

BOOK = ROOT / "_build" / "html"
MATHJAX = Path(sysconfig.get_path("purelib"), "sphinx-mathjax-offline", "static", "mathjax", "tex-svg-full.js")
LOOKS = list(product(("http", "file"), ("light", "dark"), tool.SIZES))
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

GOOD = f'<p>A formula <span class="math">\\(x^2\\)</span>.</p><img src="{PIXEL}" alt="A dot">'
BAD = {
    "leaves the machine": '<script src="https://cdn.invalid/library.js"></script>',
    "broken picture": '<img src="missing.svg" alt="A picture">',
    "request failed|404": '<img src="missing.svg" alt="A picture">',
    "console error": '<script>console.error("oh")</script>',
    "script error": "<script>undefinedName()</script>",
    "TeX error": r'<span class="math">\(\frac{1}\)</span>',
    "mathematics not set": '<span class="math">x</span>',
    "raw TeX": r"<p>and then \begin{aligned} stays</p>",
    "no alternative text": f'<img src="{PIXEL}">',
    "wider than the screen": '<div style="width: 2000px">wide</div>',
}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(tool.CHROMIUM).exists():
        pytest.fail(f"Chromium is needed and {tool.CHROMIUM} is not there: set CHROMIUM to its path", pytrace=False)
    with sync_playwright() as playwright:
        instance = tool.launch(playwright)
        yield instance
        instance.close()


@pytest.fixture(scope="session")
def book() -> Path:
    if not (BOOK / "index.html").is_file():
        pytest.fail("there is no built book to open: run `make book` first", pytrace=False)
    return BOOK


def look(scheme: str, size: str) -> dict[str, Any]:
    return {"color_scheme": scheme, "viewport": tool.SIZES[size]}


@pytest.mark.parametrize(("transport", "scheme", "size"), LOOKS)
def test_every_page(chromium: Browser, book: Path, transport: str, scheme: str, size: str) -> None:
    with tool.serve(book) as address:
        base = book.as_uri() if transport == "file" else address
        assert tool.check_folder(chromium, base, book, look(scheme, size)) == []


def test_index_leads_to_the_front_page(chromium: Browser, book: Path) -> None:
    page = chromium.new_page()
    page.goto((book / "index.html").as_uri())
    page.wait_for_url("**/html/book/index.html")
    assert page.title()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_follow_the_readers_colour_scheme(chromium: Browser, book: Path, scheme: str) -> None:
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto((book / "index.html").as_uri())
    page.wait_for_url("**/book/index.html")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    context.close()


def faults_of(chromium: Browser, folder: Path, body: str) -> list[str]:
    """Return the faults of a made page over http, at phone width."""
    (folder / "mathjax.js").write_bytes(MATHJAX.read_bytes())
    head = '<meta charset="utf-8"><link rel="icon" href="data:,"><script defer src="mathjax.js"></script>'
    html = f"<head><title>A page</title>{head}</head><body><main>{body}</main></body>"
    (folder / "page.html").write_text(f'<!doctype html><html lang="en">{html}</html>', "utf-8")
    with tool.serve(folder) as base:
        return tool.check_folder(chromium, base, folder, look("light", "phone"))


def test_checker_passes_a_good_page(chromium: Browser, tmp_path: Path) -> None:
    assert faults_of(chromium, tmp_path, GOOD) == []


@pytest.mark.parametrize("fault", BAD)
def test_checker_catches(chromium: Browser, tmp_path: Path, fault: str) -> None:
    found = faults_of(chromium, tmp_path, GOOD + BAD[fault])
    assert any(word in line for line in found for word in fault.split("|")), found
