"""Ask axe whether a page in Chromium can be used by everyone, and walk through it by keyboard.

axe-core checks the rules of WCAG 2.2, levels A and AA. What repeats is checked once: of a formula's drawing, which is
hidden from screen readers, the outlines are left out, of the MathML that is read instead all but a letter, of the
formulas within lines all but the first, and of a program all but one word of each kind.
"""

from functools import cache
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = ("serious", "critical")
THIN = """() => {
  document.querySelectorAll("details").forEach(block => { block.open = true; });
  document.querySelectorAll("mjx-container > svg").forEach(drawing => drawing.replaceChildren());
  document.querySelectorAll("mjx-assistive-mml > math").forEach(formula => { formula.innerHTML = "<mi>x</mi>"; });
  const within = [...document.querySelectorAll("mjx-container:not([display])")];
  within.slice(1).forEach(formula => formula.replaceChildren());
  const seen = new Set();
  document.querySelectorAll("pre").forEach(program => [...program.querySelectorAll("span")].forEach(word => {
    const kind = program.className + word.className + Boolean(program.closest(".cell_output"));
    if (seen.has(kind)) word.remove();
    seen.add(kind);
  }));
}"""
ASK = """async ([tags, rules]) => {
  const found = await axe.run(document, {runOnly: tags, rules, resultTypes: ["violations"], preload: false});
  return found.violations.map(({id, impact, help, nodes}) =>
    ({id, impact, help, places: nodes.map(node => node.target.join(" "))}));
}"""
# What a keyboard should reach, numbered in the order of the page; the wrong number of a reached one is a jump.
NUMBER = """() => {
  const wanted = "a[href], button, input, select, textarea, summary, [tabindex='0'], [contenteditable='true']";
  const seen = element => element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length &&
    !element.disabled && element.tabIndex >= 0 && !element.closest("dialog:not([open])");
  return [...document.querySelectorAll(wanted)].filter(seen).map((element, place) => {
    element.dataset.place = place;
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(element);
    element.dataset.before = [outlineStyle, outlineWidth, boxShadow];
    return (element.textContent.trim() || element.getAttribute("aria-label") || element.title || element.tagName)
      .slice(0, 40);
  });
}"""
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(element);
  const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  const shaded = boxShadow !== "none" && !(element.dataset.before || "").endsWith(boxShadow);
  return {place: element.dataset.place === undefined ? -1 : Number(element.dataset.place), seen: outlined || shaded,
          name: element.outerHTML.slice(0, 80)};
}"""


@cache
def script() -> str:
    """Return axe-core."""
    from axe_playwright_python.base import AXE_FILE_PATH

    return AXE_FILE_PATH.read_text("utf-8")


def prepare(page: Page) -> None:
    """Open what can be opened, thin out what repeats, and load axe into a page."""
    page.evaluate(THIN)
    page.evaluate(script())


def findings(page: Page, tags: list[str] | None = None, colours: bool = True) -> list[dict[str, Any]]:
    """Return what axe says of a prepared page as it is shown now: for each rule its impact and the places.

    Without colours contrast is left out, which takes half of the time.
    """
    return page.evaluate(ASK, [tags or TAGS, {} if colours else {"color-contrast": {"enabled": False}}])


def grave(page: Page, colours: bool = True) -> list[str]:
    """Return one line for each rule that a prepared page breaks seriously or critically."""
    return [
        f"axe, {one['impact']}: {one['id']}: {one['help']}, at {len(one['places'])} places, first {one['places'][0]}"
        for one in findings(page, colours=colours)
        if one["impact"] in GRAVE
    ]


def keyboard_faults(page: Page) -> list[str]:
    """Press Tab until the page ends; return one line for each element that is not reached, jumped to, or not marked."""
    names = page.evaluate(NUMBER)
    order: list[int] = []
    faults: list[str] = []
    for _ in range(2 * len(names) + 10):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if focus is None:
            break
        if not focus["seen"]:
            faults.append(f"the focus is not to be seen at {focus['name']}")
        order.append(focus["place"])
    else:
        faults.append("the keyboard does not come out of the page")
    faults += [f"not reached by keyboard: {name}" for place, name in enumerate(names) if place not in order]
    known = [place for place in order if place >= 0]
    return faults + ["the keyboard jumps"] * (known != sorted(known))
