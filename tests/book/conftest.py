"""What the browser's tests share: one Chromium, and the built book."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tools import browser as tool
from tools.chapters import ROOT

BOOK = ROOT / "_build" / "html"


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
