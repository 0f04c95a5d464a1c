"""Write the front page's picture beside the README, from the stored notebook: `python -m tools.picture`.

The README is shown on light and dark grounds that the book does not control, so the picture gets a white one.
"""

import json
import re

from tools.chapters import ROOT

NOTEBOOK = ROOT / "book" / "index.ipynb"
PICTURE = ROOT / "book" / "_static" / "front.svg"


def picture() -> str:
    """Return the first SVG among the front page's stored outputs, on a white ground."""
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    svg = "".join(next(data["image/svg+xml"] for data in outputs if "image/svg+xml" in data))
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return re.sub(r"(<svg\b[^>]*>)", lambda match: f"{match[1]}\n {ground}", svg, count=1).rstrip() + "\n"


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
