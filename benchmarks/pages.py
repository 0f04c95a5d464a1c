"""How soon a page of the built book can be read from disk; run it by `python -m benchmarks.pages [FOLDER] [PAGE ...]`.

Each opening has a Chromium of its own with nothing cached. Printed, in milliseconds and as medians over the rounds:
when the first words are drawn, when the page is there without its pictures, and when all its formulas are set.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from tools import browser
from tools.chapters import ROOT, pages

ROUNDS = 3
TIMES = """async () => {
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  const set = performance.now(), [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [paint ? paint.startTime : NaN, page.domContentLoadedEventEnd, set];
}"""
HEAD = ("first words", "page there", "formulas set")


def opening(playwright: Playwright, address: str) -> list[float]:
    """Open a page in a new browser; return the three times."""
    with browser.launch(playwright) as chromium, chromium.new_page(viewport=browser.SIZES["desktop"]) as page:
        page.goto(address, wait_until="load")
        return page.evaluate(TIMES)


def main() -> None:
    """Run from the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "_build" / "html").resolve()
    names = sys.argv[2:] or [name for name in pages(ROOT) if name != "index.html"]
    print(f"{'milliseconds':32}" + "".join(f"{word:>14}" for word in HEAD))
    with sync_playwright() as playwright:
        for name in names:
            rounds = [opening(playwright, (folder / name).as_uri()) for _ in range(ROUNDS)]
            medians = [statistics.median(times) for times in zip(*rounds, strict=True)]
            print(f"{name:32}" + "".join(f"{value:14.0f}" for value in medians), flush=True)


if __name__ == "__main__":
    main()
