"""Which chapters the book has, by its table of contents, and what is wrong with the notebooks as they are stored."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import yaml

ROOT = Path(__file__).resolve().parent.parent
ESCAPES = ("NBVAL_IGNORE_OUTPUT", "NBVAL_SKIP", "NBVAL_RAISES_EXCEPTION")
NO_CHAPTERS = {"index", "check_ledger"}
MIN_LEAD = 2  # sentences at the head of a chapter
MOST_LINES, WIDEST = 10, 80  # of a code cell: what a page shows without scrolling
ESCAPE_TAGS = {name.lower().replace("_", "-") for name in ESCAPES} | {"raises-exception", "skip-execution"}


def toc_entries(node: Any) -> Iterator[str]:
    """Yield every page that a table of contents names, in order."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("root", "file"):
                yield value
            else:
                yield from toc_entries(value)
    elif isinstance(node, list):
        for entry in node:
            yield from toc_entries(entry)


def notebooks(root: Path = ROOT) -> list[Path]:
    """Return the notebooks of `_toc.yml`, in order; a page that is a Markdown file is not one."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    pages = [root / entry.removesuffix(".ipynb") for entry in toc_entries(toc)]
    return [page.with_name(page.name + ".ipynb") for page in pages if not page.with_name(page.name + ".md").is_file()]


def pages(root: Path = ROOT) -> list[str]:
    """Return the pages that the book is built into: those of `_toc.yml`, in order, the way to the first, the search."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    return [f"{entry}.html" for entry in toc_entries(toc)] + ["index.html", "search.html"]


def toc_faults(root: Path = ROOT) -> list[str]:
    """Return one line for each notebook that is in `book/` or in `_toc.yml`, but not in both."""
    named = set(notebooks(root))
    there = {path for path in (root / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts}
    lines = [f"{path.relative_to(root)}: not in _toc.yml" for path in sorted(there - named)]
    return lines + [
        f"{path.relative_to(root)}: in _toc.yml, but there is no such file" for path in sorted(named - there)
    ]


def cell_faults(cell: Any, count: int) -> Iterator[str]:
    """Yield what is wrong with a stored code cell, the `count`-th of its notebook."""
    if not cell.source.strip():
        yield "an empty code cell"
    elif cell.execution_count != count:
        yield f"not executed in order (its number is {cell.execution_count}, not {count}): run `make notebooks`"
    if ESCAPE_TAGS & set(cell.metadata.get("tags", [])) or any(name in cell.source for name in ESCAPES):
        yield "it asks not to be checked"
    if cell.source.rstrip().endswith(";"):
        yield "a last `;` does not hide an output from nbval: give the value a name"
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"the error {output.ename} is stored"
        elif output.get("name") == "stderr":
            yield "output on stderr is stored"
        elif {"image/png", "image/jpeg"} & set(output.get("data", {})):
            yield "a picture of pixels is stored, which nothing compares: draw it as SVG"


def figure_faults(cell: Any) -> Iterator[str]:
    """Yield what a code cell that shows a figure lacks: words for those who do not see it, a caption, a name."""
    if not any("image/svg+xml" in output.get("data", {}) for output in cell.outputs):
        return
    figure, image = (cell.metadata.get("mystnb", {}).get(part, {}) for part in ("figure", "image"))
    wanted = {"a caption": figure.get("caption"), "a name": figure.get("name"), "alternative text": image.get("alt")}
    yield from (f"a figure without {what}" for what, words in wanted.items() if not (words or "").strip())


def picture_faults(text: str) -> list[str]:
    """Return one line for each picture of a Markdown page that has no alternative text."""
    lines = [f"a picture without alternative text: {path}" for path in re.findall(r"!\[\s*\]\(([^)\s]+)", text)]
    blocks = re.findall(r"(?ms)^(`{3,}|:{3,})\{(?:figure|image)\} *(\S+)\n(.*?)^\1", text)
    return lines + [
        f"a picture without alternative text: {path}"
        for _, path, content in blocks
        if not re.search(r"(?m)^:?alt: *\S", content)
    ]


def shape_faults(text: str) -> Iterator[str]:
    """Yield what a chapter's words lack: a head, a summary, exercises, and for each exercise a hidden solution.

    A solution that holds code stands between `solution-start` and `solution-end`.
    """
    head = re.match(r"# .+\n\n(?P<lead>(?:(?!```|#)[^\n]+\n?)+)", text)
    if head is None or len(re.findall(r"[.?!](?:\s|$)", head["lead"])) < MIN_LEAD:
        yield f"no title followed by {MIN_LEAD} sentences that say what it shows"
    if "## What was found\n" not in text:
        yield "no summary: a section `What was found`"
    exercises = re.findall(r"```\{exercise\}[^\n]*\n:label: (\S+)", text)
    solutions = dict(re.findall(r"```\{solution(?:-start)?\} (\S+)\n((?::\w+:[^\n]*\n)*)", text))
    if not exercises:
        yield "no exercises"
    for name in exercises:
        if name not in solutions:
            yield f"the exercise {name} has no solution"
        elif "dropdown" not in solutions[name]:
            yield f"the solution of {name} is not hidden: give it the class dropdown"
    yield from (f"a solution of no exercise: {name}" for name in solutions if name not in exercises)
    if text.count("```{solution-start}") != text.count("```{solution-end}"):
        yield "a solution that is begun and not ended, or ended and not begun"


def chapter_faults(path: Path) -> list[str]:
    """Return one line for each fault of a chapter as a whole; front page and ledger are no chapters."""
    if path.stem in NO_CHAPTERS:
        return []
    cells = nbformat.read(path, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return [f"{path.name}: {fault}" for fault in shape_faults(text)]


def style_faults(cell: Any) -> Iterator[str]:
    """Yield where a code cell is longer or wider than a page takes, or hides work that should have a name in `src`."""
    lines = [line for line in cell.source.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        yield f"{len(lines)} lines of code, at most {MOST_LINES}: give a part a name in src"
    for line in lines:
        if len(line) > WIDEST:
            yield f"a line of {len(line)} characters, at most {WIDEST}: {line.strip()[:40]}..."
        if line.lstrip().startswith(("def ", "class ", "async def ")) and line.rstrip().endswith(":"):
            yield f"a definition of several lines, which belongs in src: {line.strip()}"


def notebook_faults(path: Path) -> list[str]:
    """Return one line for each fault of a stored notebook."""
    book = nbformat.read(path, as_version=4)
    code = [(place, cell) for place, cell in enumerate(book.cells, 1) if cell.cell_type == "code"]
    style = [f"{path.name}, cell {place}: {fault}" for place, cell in code for fault in style_faults(cell)]
    style += [
        f"{path.name}, cell {place}: no prose between it and the code cell before"
        for (before, _), (place, _) in pairwise(code)
        if place == before + 1
    ]
    return style + [
        f"{path.name}, cell {place}: {fault}"
        for count, (place, cell) in enumerate(code, 1)
        for fault in (*cell_faults(cell, count), *figure_faults(cell))
    ]
