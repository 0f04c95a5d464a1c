"""How many frames a second the explorer draws, and what its parts take, in Chromium without a graphics card.

    python -m benchmarks.explorer [FOLDER]

Opens the page of the built book (`make book`), drags the truth by mouse while the learner runs, and prints the frame
rate: the median, and what 95 of 100 frames reach. Other work on the machine makes it lower; what does not depend on
that is the processor time of the page's main thread a frame, printed beside it.
"""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright

from tools import browser as tool
from tools.chapters import ROOT

SETTINGS = {
    "arctan, linear, 10 steps a frame": "#a1=2",
    "erf, focal, 100 steps a frame": "#sigmoid=erf&loss=focal&a1=2&delta=0.3&pace=100",
    "tanh, hinge, around the truth": "#sigmoid=tanh&loss=hinge&a1=2&delta=0.3&view=near",
}
COUNT = """() => {
  window.times = [];
  const tick = time => { times.push(time); requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""
PARTS = """() => {
  const setting = lossbookExplorer.state(), spent = {};
  const clock = (name, act) => {
    const start = performance.now();
    for (let k = 0; k < 50; k++) act(k);
    spent[name] = (performance.now() - start) / 50;
  };
  clock("optimum", k => lossbookModel.make({...setting, a1: 2 + k / 100}).optimum());
  clock("all numbers and curves", k => lossbookScene.problem({...setting, a1: 2 + k / 100}));
  clock("a whole frame", k => { lossbookExplorer.set({a1: 2 + k / 100}); lossbookExplorer.frame(); });
  return spent;
}"""


def rates(times: list[float]) -> tuple[int, float, float]:
    """Return how many frames there were, the median rate, and the rate that 95 of 100 frames reach."""
    gaps = np.diff(times)
    return len(gaps), 1000 / float(np.median(gaps)), 1000 / float(np.quantile(gaps, 0.95))


def drag(page: Page) -> list[float]:
    """Drag the truth to and fro for some seconds, and return when frames began."""
    board = page.locator("#explorer-board-score")
    board.scroll_into_view_if_needed()
    handle = page.locator("#explorer-board-score ellipse").first.bounding_box()
    assert handle is not None
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(COUNT)
    for k in range(150):
        page.mouse.move(x + 40 * np.sin(k / 12), y)
        page.wait_for_timeout(16)
    times: list[float] = page.evaluate("times.slice()")
    page.mouse.up()
    return times


def spent(wire: CDPSession) -> float:
    """Return the processor time of the page's main thread so far, in milliseconds."""
    metrics = wire.send("Performance.getMetrics")["metrics"]
    return 1000 * next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def measure(page: Page, wire: CDPSession, address: str) -> dict[str, Any]:
    """Return frame rates and processor times while dragging and while only the learner runs, and parts of a frame."""
    page.goto("about:blank")
    page.goto(address, wait_until="load")
    page.wait_for_timeout(500)
    start = spent(wire)
    dragging = rates(drag(page))
    middle = spent(wire)
    page.evaluate("times.length = 0")
    page.wait_for_timeout(2000)
    alone = rates(page.evaluate("times.slice()"))
    end = spent(wire)
    return {
        "dragging": (*dragging, (middle - start) / dragging[0]),
        "learner alone": (*alone, (end - middle) / alone[0]),
        "parts": page.evaluate(PARTS),
    }


def main() -> None:
    """Run from the command line."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "html"
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores; other work before: {load:.1f} processes")
    with sync_playwright() as playwright:
        chromium = tool.launch(playwright)
        page = chromium.new_page(viewport=tool.SIZES["desktop"])
        wire = page.context.new_cdp_session(page)
        wire.send("Performance.enable", {"timeDomain": "threadTicks"})
        for name, address in SETTINGS.items():
            found = measure(page, wire, f"{(folder / 'book' / 'use_explorer.html').resolve().as_uri()}{address}")
            for what in ("dragging", "learner alone"):
                frames, median, low, each = found[what]
                rate = f"{median:.0f} a second, 95% above {low:.0f}"
                print(f"{name}; {what}: {frames} frames, {rate}, {each:.1f} ms of processor time a frame")
            print(f"{name}; " + ", ".join(f"{part} {time:.1f} ms" for part, time in found["parts"].items()))
        chromium.close()


if __name__ == "__main__":
    main()
