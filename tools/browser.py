"""Open built pages in Chromium and tell what is wrong: requests, errors, mathematics, pictures, width."""

import functools
import http.server
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
LOOK = """async () => {
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  document.querySelectorAll("img[loading=lazy]").forEach(image => { image.loading = "eager"; });
  await Promise.all([...document.images].map(image => image.decode().catch(() => null)));
  const faults = [], all = selector => [...document.querySelectorAll(selector)];
  const formulas = all(".math"), set = all("mjx-container");
  const unset = formulas.filter(formula => !formula.querySelector("mjx-container"));
  unset.forEach(formula => faults.push("mathematics not set: " + formula.textContent.trim().slice(0, 60)));
  if (!unset.length && formulas.length !== set.length)
    faults.push(`${formulas.length} formulas, but ${set.length} set`);
  all("mjx-merror, [data-mjx-error]").forEach(error => faults.push("TeX error: " +
    (error.getAttribute("data-mjx-error") || error.textContent).slice(0, 60)));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.closest("script, style, pre, code, .math, mjx-container") &&
        /\\\\[([]|\\$\\$|\\\\(begin|frac|int|sigma|theta)\\b/.test(text.data))
      faults.push("raw TeX: " + text.data.trim().slice(0, 60));
  }
  all("article img, main img").filter((image, place, list) => list.indexOf(image) === place).forEach(image => {
    const name = image.getAttribute("src").split("/").pop();
    if (!(image.getAttribute("alt") || "").trim()) faults.push("no alternative text: " + name);
    if (!image.naturalWidth) faults.push("broken picture: " + name);
  });
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth + 1) faults.push(`wider than the screen: ${page.scrollWidth} pixels`);
  return faults;
}"""
REDIRECT = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"', re.IGNORECASE)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that does not talk."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine alone, at a free port; yields the address."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def launch(playwright: Playwright) -> Browser:
    """Start Chromium, headless."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def pages_of(folder: Path) -> list[Path]:
    """Return every page below a folder, relative to it."""
    return [path.relative_to(folder) for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts]


def listen(page: Page, base: str) -> list[str]:
    """Return a list that fills with what goes wrong while a page loads."""
    faults: list[str] = []
    inside = (base, "data:", "blob:")

    def note(text: str) -> None:
        """Keep a fault, cut to a readable length."""
        faults.append(text[:200])

    page.on("request", lambda request: request.url.startswith(inside) or note(f"leaves the machine: {request.url}"))
    page.on("requestfailed", lambda request: note(f"request failed: {request.url}"))
    page.on("response", lambda response: response.status >= 400 and note(f"{response.status}: {response.url}"))
    page.on("console", lambda line: line.type in ("error", "warning") and note(f"console {line.type}: {line.text}"))
    page.on("pageerror", lambda error: note(f"script error: {error}"))
    return faults


def check_page(page: Page, base: str, name: Path, folder: Path) -> list[str]:
    """Open one page and return its faults."""
    faults = listen(page, base)
    redirect = REDIRECT.search((folder / name).read_text("utf-8"))
    page.goto(f"{base}/{name.as_posix()}", wait_until="load")
    if redirect:
        page.wait_for_url(f"{base}/{redirect[1]}", wait_until="load")
    return page.evaluate(LOOK) + faults


def check_folder(browser: Browser, base: str, folder: Path, look: dict[str, Any]) -> list[str]:
    """Open every page below a folder with these settings (colours, size); return all faults, each with its page."""
    lines: list[str] = []
    with browser.new_context(**look) as context:
        for name in pages_of(folder):
            with context.new_page() as page:
                lines += [f"{name}: {fault}" for fault in dict.fromkeys(check_page(page, base, name, folder))]
    return lines
