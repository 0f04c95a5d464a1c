"""The built book in real Chromium: offline, every formula set, every picture described, nothing wider than a phone.

Each page is opened twice, over http in light colours and from disk in dark ones, and looked at in both sizes each time.
axe looks too; at contrast in light colours on a desktop and in dark ones on a phone. Small made pages show that each
kind of fault is found.
"""

import sysconfig
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tools import browser as tool
from tools.chapters import ROOT, pages

pytestmark = pytest.mark.browser

PAGES = pages(ROOT)
MATHJAX = Path(sysconfig.get_path("purelib"), "sphinx-mathjax-offline", "static", "mathjax", "tex-svg-full.js")
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

GOOD = f'<h1>A page</h1><p>A formula <span class="math">\\(x^2\\)</span>.</p><img src="{PIXEL}" alt="A dot">'
TABLE = "<table><tr>" + "<td>a cell of some width</td>" * 9 + "</tr></table>"
# Faint while it appears, too narrow for its lines while it widens, and something that never stops.
MOVING = (
    "<style>@keyframes fade { from { opacity: 0.3 } } details[open] p { animation: fade 20s }"
    "@keyframes widen { from { width: 4em } } @media (min-width: 600px) { pre { animation: widen 20s } }"
    "@keyframes turn { to { rotate: 1turn } } i { display: inline-block; animation: turn 9s infinite }</style>"
    "<details><summary>More</summary><p>A sentence that appears slowly.</p></details><i>-</i>"
    '<pre style="overflow-x: auto">a line of some length</pre>'
)
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
    "a wide table": f'<div style="overflow-x: auto">{TABLE}</div>',
    "scrolls, but not by keyboard": '<pre style="overflow-x: auto">' + "a long line " * 30 + "</pre>",
    "image-alt": f'<img src="{PIXEL}">',
    "color-contrast": '<p style="color: #999; background: #fff">A faint sentence.</p>',
    "label": '<input type="text">',
    "link-name": '<a href="#top"></a>',
    "button-name": "<button></button>",
    "scrollable-region-focusable": '<div style="overflow: auto; height: 2em">' + "<p>a line</p>" * 9 + "</div>",
    "aria-required-children": '<div role="list"><div role="button" tabindex="0">no item</div></div>',
}


def test_pages_are_those_of_the_contents(book: Path) -> None:
    assert {path.as_posix() for path in tool.pages_of(book)} == set(PAGES)


@pytest.mark.parametrize("visit", tool.VISITS)
@pytest.mark.parametrize("name", PAGES)
def test_every_page(chromium: Browser, book: Path, name: str, visit: str) -> None:
    transport, scheme, sizes = tool.VISITS[visit]
    with tool.serve(book) as address:
        base = book.as_uri() if transport == "file" else address
        assert tool.visit(chromium, base, Path(name), book, scheme, sizes) == []


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


def faults_of(chromium: Browser, folder: Path, body: str, sizes: tuple[str, ...] = ("phone",)) -> list[str]:
    """Return the faults of a made page over http, on a phone or in these sizes."""
    (folder / "mathjax.js").write_bytes(MATHJAX.read_bytes())
    head = '<meta charset="utf-8"><link rel="icon" href="data:,"><script defer src="mathjax.js"></script>'
    html = f"<head><title>A page</title>{head}</head><body><main>{body}</main></body>"
    (folder / "page.html").write_text(f'<!doctype html><html lang="en">{html}</html>', "utf-8")
    with tool.serve(folder) as base:
        return tool.visit(chromium, base, Path("page.html"), folder, "light", sizes)


def test_checker_passes_a_good_page(chromium: Browser, tmp_path: Path) -> None:
    scrolling = f'<div style="overflow-x: auto" tabindex="0">{TABLE}</div>'
    assert faults_of(chromium, tmp_path, GOOD + scrolling) == []


def test_checker_waits_until_a_page_is_still(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = ("phone", "desktop")
    assert faults_of(chromium, tmp_path, GOOD + MOVING, sizes) == []
    monkeypatch.setattr(tool, "SETTLE", "null")
    found = " ".join(faults_of(chromium, tmp_path, GOOD + MOVING, sizes))
    assert "color-contrast" in found
    assert "scrollable-region-focusable" in found


def test_only_a_request_that_fails_by_itself_is_a_fault(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('<!doctype html><title>A page</title><img src="slow.svg" alt="A dot">', "utf-8")
    (tmp_path / "next.html").write_text("<!doctype html><title>The next page</title>", "utf-8")
    base = tmp_path.as_uri()
    with chromium.new_context() as context, context.new_page() as page:
        faults = tool.listen(page, base)
        page.route("**/slow.svg", lambda route: None)
        page.goto(f"{base}/page.html", wait_until="commit")
        with page.expect_event("requestfailed"):
            page.goto(f"{base}/next.html")
        assert faults == []
        page.unroute("**/slow.svg")
        page.goto(f"{base}/page.html")
        assert faults[0] == f"request failed: {base}/slow.svg"


@pytest.mark.parametrize("fault", BAD)
def test_checker_catches(chromium: Browser, tmp_path: Path, fault: str) -> None:
    found = faults_of(chromium, tmp_path, GOOD + BAD[fault])
    assert any(word in line for line in found for word in fault.split("|")), found
