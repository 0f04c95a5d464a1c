"""The book by keyboard, and the search without a network: each in real Chromium, each with pages where it must fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tools import access, browser

pytestmark = pytest.mark.browser

WALKED = ["book/index", "book/optimum_sharper", "book/check_formal", "search"]
LINKS = '<a href="#a">one</a><button>two</button><details open><summary>three</summary><a href="#b">four</a></details>'
TRAP = "<script>onkeydown = event => { if (event.key === 'Tab') { event.preventDefault(); turn(); } }; let at = 0;"
TRAPPED = "const turn = () => document.querySelectorAll('a, button')[1 + at++ % 2].focus();</script>"
BAD = {
    "not reached": LINKS + '<a href="#c" onfocus="this.blur()">five</a>',
    "not to be seen": LINKS + '<a href="#c" style="outline: none">five</a>',
    "jumps": LINKS + '<a href="#c" tabindex="1">five</a>',
    "does not come out": '<a href="#a">one</a><button>two</button><a href="#b">three</a>' + TRAP + TRAPPED,
}


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page on a desktop."""
    with chromium.new_context(viewport=browser.SIZES["desktop"]) as context, context.new_page() as page:
        yield page


def look_at(page: Page, book: Path, name: str, **size: int) -> None:
    """Open a page of the book from disk, when its formulas stand and nothing moves."""
    if size:
        page.set_viewport_size(size)
    page.goto(f"{book.as_uri()}/{name}.html")
    page.evaluate(browser.READY)
    page.evaluate(browser.SETTLE)


@pytest.mark.parametrize("size", browser.SIZES)
@pytest.mark.parametrize("name", WALKED)
def test_keyboard_reaches_everything_in_order_and_is_seen(page: Page, book: Path, name: str, size: str) -> None:
    look_at(page, book, name, **browser.SIZES[size])
    assert access.keyboard_faults(page) == []


@pytest.mark.parametrize("fault", BAD)
def test_walk_finds(page: Page, fault: str) -> None:
    page.set_content(LINKS)
    assert access.keyboard_faults(page) == []
    page.set_content(BAD[fault])
    assert any(fault in line for line in access.keyboard_faults(page))


def test_first_key_leads_past_the_contents(page: Page, book: Path) -> None:
    look_at(page, book, "book/index")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_search_opens_and_closes_by_keyboard(page: Page, book: Path) -> None:
    look_at(page, book, "book/index")
    dialog = page.locator("#pst-search-dialog")
    page.keyboard.press("Control+k")
    dialog.wait_for(state="visible")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")


def test_contents_open_and_close_on_a_phone(page: Page, book: Path) -> None:
    look_at(page, book, "book/index", **browser.SIZES["phone"])
    contents = page.locator("#pst-primary-sidebar-modal")
    page.locator("button.primary-toggle").focus()
    page.keyboard.press("Enter")
    contents.wait_for(state="visible")
    assert page.evaluate("document.activeElement.closest('#pst-primary-sidebar-modal') !== null")
    page.keyboard.press("Escape")
    contents.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.closest('#pst-primary-sidebar-modal') === null")


def test_formulas_are_read_aloud(page: Page, book: Path) -> None:
    look_at(page, book, "book/optimum_drops")
    read = "[...document.querySelectorAll('mjx-container')].map(it => Boolean(it.querySelector('math')?.textContent))"
    hidden = "[...document.querySelectorAll('mjx-container > svg')].every(it => it.ariaHidden === 'true')"
    formulas = page.evaluate(read)
    assert formulas
    assert all(formulas)
    assert page.evaluate(hidden)


def found(page: Page, base: str, words: str) -> tuple[list[str], list[str]]:
    """Search as a reader does from the front page; return the results' texts, and what went wrong."""
    faults = browser.listen(page, base)
    page.goto(f"{base}/book/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?*")
    page.wait_for_function(
        """() => /finished|did not/.test(document.querySelector("#search-results .search-summary")?.textContent) &&
             [...document.querySelectorAll("ul.search > li")].every(entry => entry.querySelector("p, span"))"""
    )
    return page.locator("#search-results ul.search > li").all_inner_texts(), faults


@pytest.mark.parametrize("transport", ["http", "file"])
def test_search_lists_pages_with_excerpts(page: Page, book: Path, transport: str) -> None:
    with browser.serve(book) as address:
        base = book.as_uri() if transport == "file" else address
        results, faults = found(page, base, "calibrated weights")
        assert faults == []
        assert any(text.startswith("Equal drops") for text in results)
        assert all("\n" in text and "Contents" not in text.split("\n")[-1][:20] for text in results)
        nonsense, faults = found(page, base, "xyzzy")
        assert (nonsense, faults) == ([], [])
