"""Open built pages in Chromium and tell what is wrong: requests, errors, mathematics, pictures, width, access."""

import functools
import http.server
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from tools import access, check_links

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
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 800}}
# How each page is opened: from where, in which colours, in which sizes, the first of which it is loaded in.
VISITS = {"http-light": ("http", "light", ("desktop", "phone")), "file-dark": ("file", "dark", ("phone", "desktop"))}
READY = "async () => { if (window.MathJax && MathJax.startup) await MathJax.startup.promise; }"
LOOK = """async () => {
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
  return faults;
}"""
# What moves or fades for a while, after a block is opened or the size has changed, is brought to its end. A change
# that starts one is seen a frame later, and may start the next.
SETTLE = """async () => {
  const passing = ({playState, effect}) => playState === "running" && effect.getComputedTiming().endTime < Infinity;
  for (let still = 0, frames = 0; still < 3 && frames < 600; frames++) {
    await new Promise(requestAnimationFrame);
    const moving = document.getAnimations().filter(passing);
    moving.forEach(animation => animation.finish());
    still = moving.length ? 0 : still + 1;
  }
}"""
# What is too wide; after a change of size the page's own scripts may take a moment.
WIDTH = """async () => {
  const page = document.documentElement;
  const faults = () => {
    const found = page.scrollWidth > page.clientWidth + 1 ? [`wider than the screen: ${page.scrollWidth} pixels`] : [];
    document.querySelectorAll("main table").forEach(table => {
      let frame = table.parentElement;
      if (!table.checkVisibility() || table.offsetWidth <= frame.clientWidth + 1) return;
      while (frame && !/auto|scroll/.test(getComputedStyle(frame).overflowX)) frame = frame.parentElement;
      if (!frame || frame.tabIndex < 0)
        found.push("a wide table does not scroll by keyboard: " + table.textContent.trim().slice(0, 40));
    });
    document.querySelectorAll("main pre, main div.math, main mjx-container, main .output").forEach(region => {
      if (region.scrollWidth > region.clientWidth + 1 && region.tabIndex < 0 && region.checkVisibility() &&
          /auto|scroll/.test(getComputedStyle(region).overflowX))
        found.push("scrolls, but not by keyboard: " + region.textContent.trim().slice(0, 40));
    });
    return found;
  };
  for (let frames = 0; frames < 2 || (frames < 60 && faults().length); frames++)
    await new Promise(requestAnimationFrame);
  return faults();
}"""
# How Chromium calls a request that it gives up because the page is left.
ABORTED = "net::ERR_ABORTED"
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
    return [path.relative_to(folder) for path in check_links.pages_of(folder)]


def listen(page: Page, base: str) -> list[str]:
    """Return a list that fills with what goes wrong while a page loads, but for what is given up by leaving it."""
    faults: list[str] = []
    inside = (base, "data:", "blob:")

    def note(text: str) -> None:
        """Keep a fault, cut to a readable length."""
        faults.append(text[:200])

    page.on("request", lambda request: request.url.startswith(inside) or note(f"leaves the machine: {request.url}"))
    page.on("requestfailed", lambda request: request.failure == ABORTED or note(f"request failed: {request.url}"))
    page.on("response", lambda response: response.status >= 400 and note(f"{response.status}: {response.url}"))
    page.on("console", lambda line: line.type in ("error", "warning") and note(f"console {line.type}: {line.text}"))
    page.on("pageerror", lambda error: note(f"script error: {error}"))
    return faults


def too_wide(page: Page) -> list[str]:
    """Return one line for each thing that is too wide, once nothing moves."""
    page.evaluate(SETTLE)
    return page.evaluate(WIDTH)


def check_page(page: Page, base: str, name: Path, folder: Path, sizes: tuple[str, ...]) -> list[str]:
    """Open one page, look at it in each size, and return its faults; contrast is looked at in the first size."""
    faults = listen(page, base)
    redirect = REDIRECT.search((folder / name).read_text("utf-8"))
    page.goto(f"{base}/{name.as_posix()}", wait_until="load")
    if redirect:
        page.wait_for_url(f"{base}/{redirect[1]}", wait_until="load")
    page.evaluate(READY)
    seen = page.evaluate(LOOK)
    for size in sizes:
        page.set_viewport_size(SIZES[size])
        seen += too_wide(page)
        if size == sizes[0]:
            access.prepare(page)
            seen += too_wide(page)
        seen += access.grave(page, colours=size == sizes[0])
    return list(dict.fromkeys(seen + faults))


def visit(browser: Browser, base: str, name: Path, folder: Path, scheme: str, sizes: tuple[str, ...]) -> list[str]:
    """Open one page with these settings (colours, sizes), the way a reader comes to it; return its faults."""
    with browser.new_context(color_scheme=scheme, viewport=SIZES[sizes[0]]) as context, context.new_page() as page:
        return check_page(page, base, name, folder, sizes)
