"""Make drawings lighter, moving no point by more than a hundredth of one: the site carries each of them twice.

Matplotlib writes six decimals and absolute places. Here paths are written relative to the point before, in hundredths;
the sums are of whole numbers, so that nothing drifts. Metadata and needless blanks go too, and letters get short names.
`_images` holds the drawings that pages show, `_sources` the notebooks that readers download, with the same drawings.
"""

import json
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

METADATA = re.compile(r"(?s)\s*<metadata>.*?</metadata>|<!--.*?-->")
OUTLINE = re.compile(r'(?<=\s)d="([^"]*)"')
STYLE = re.compile(r'style="[^"]*"')
PLACE = re.compile(r'(?<=\s)(x|y)="(-?\d+\.\d+)"')
SHIFT = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\)")
SHORT = {"xlink:href": "href", "DejaVuSans-": "D"}
STEP = re.compile(r"([MLQCz])([^A-Za-z]*)")
NUMBERS = {"M": 2, "L": 2, "Q": 4, "C": 6, "z": 0}
MIME = "image/svg+xml"


def short(hundredths: int) -> str:
    """Write a number of hundredths as shortly as SVG allows."""
    text = f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", text)


def rounded(number: str) -> str:
    """Write a number to the hundredth."""
    return short(round(float(number) * 100))


def joined(letter: str, steps: list[int]) -> str:
    """Write one command; a line along an axis has a shorter one of its own."""
    if letter == "l" and 0 in steps:
        letter, steps = ("v", steps[1:]) if steps[0] == 0 else ("h", steps[:1])
    words = [short(step) for step in steps]
    return letter + "".join(word if word[0] == "-" or not place else " " + word for place, word in enumerate(words))


def shorter(path: str) -> str:
    """Return a path in relative steps; one with other commands than matplotlib's stays as it is."""
    steps = [(letter, numbers.split()) for letter, numbers in STEP.findall(path)]
    if set(re.findall("[A-Za-df-z]", path)) - set(NUMBERS) or any(len(n) != NUMBERS[letter] for letter, n in steps):
        return path
    parts, here, start = [], (0, 0), (0, 0)
    for letter, numbers in steps:
        ends = [round(float(number) * 100) for number in numbers]
        parts.append(joined(letter.lower(), [end - here[place % 2] for place, end in enumerate(ends)]))
        here = (ends[-2], ends[-1]) if ends else start
        start = here if letter == "M" else start
    return "".join(parts)


def lighter(drawing: str) -> str:
    """Return a drawing that looks the same and is shorter."""
    text = METADATA.sub("", drawing)
    text = OUTLINE.sub(lambda found: f'd="{shorter(found[1])}"', text)
    text = STYLE.sub(lambda found: found[0].replace(": ", ":").replace("; ", ";"), text)
    text = SHIFT.sub(lambda found: "translate({} {})".format(*(rounded(number) for number in found.groups())), text)
    for long, name in SHORT.items():
        text = text.replace(long, name)
    text = PLACE.sub(lambda found: f'{found[1]}="{rounded(found[2])}"', text)
    return text if "<text" in text else re.sub(r">\s+<", "><", text)


def lighter_notebook(text: str) -> str:
    """Return a notebook with lighter drawings; nothing else in it changes."""
    book = json.loads(text)
    for cell in book["cells"]:
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                output["data"][MIME] = lighter("".join(output["data"][MIME]))
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


def lighten(app: Sphinx, error: Exception | None) -> None:
    """Make every drawing of the built site lighter."""
    if error or app.builder.format != "html":
        return
    for folder, pattern, change in (("_images", "*.svg", lighter), ("_sources", "*.ipynb", lighter_notebook)):
        for path in (Path(app.outdir) / folder).rglob(pattern):
            path.write_text(change(path.read_text("utf-8")), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("build-finished", lighten)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
