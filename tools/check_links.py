"""Check the built pages: every internal link leads somewhere, no id stands twice, nothing loads from outside.

python -m tools.check_links [FOLDER]
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools.chapters import ROOT

LOADED = {
    "img": "src",
    "script": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "object": "data",
}
LOADED_LINKS = {"stylesheet", "preload", "prefetch", "icon", "shortcut icon", "preconnect", "modulepreload"}


class Page(HTMLParser):
    """The ids and references of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.twice: set[str] = set()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one tag names and what it points at."""
        values = {name: value for name, value in attrs if value}
        if identifier := values.get("id"):
            (self.twice if identifier in self.ids else self.ids).add(identifier)
        if tag == "a" and "name" in values:
            self.ids.add(values["name"])
        if tag in ("a", "link") and "href" in values:
            loaded = tag == "link" and values.get("rel", "").lower() in LOADED_LINKS
            (self.loads if loaded else self.links).add(values["href"])
        if tag in LOADED and LOADED[tag] in values:
            self.loads.add(values[LOADED[tag]])


def outside(reference: str) -> bool:
    """Tell whether a reference leaves the book."""
    parts = urlsplit(reference)
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def missing(path: Path, reference: str, pages: dict[Path, Page]) -> str | None:
    """Return what is wrong with a reference into the book, or None."""
    parts = urlsplit(reference)
    if parts.scheme == "data":
        return None
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.exists():
        return f"no such file: {reference}"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
        return f"no such place: {reference}"
    return None


def pages_of(folder: Path) -> list[Path]:
    """Return every page of a built book; what the theme keeps in `_static` is none."""
    return [path for path in sorted(folder.rglob("*.html")) if "_static" not in path.relative_to(folder).parts]


def faults(folder: Path) -> list[str]:
    """Return one line for each fault of the pages in a folder."""
    folder = folder.resolve()
    pages = {path: Page(path.read_text("utf-8")) for path in pages_of(folder)}
    lines = [] if pages else [f"{folder}: no pages"]
    for path, page in pages.items():
        name = path.relative_to(folder)
        lines += [f"{name}: the id {identifier} stands twice" for identifier in sorted(page.twice)]
        lines += [f"{name}: loads from outside: {reference}" for reference in sorted(page.loads) if outside(reference)]
        inside = sorted(reference for reference in page.links | page.loads if not outside(reference))
        lines += [f"{name}: {fault}" for reference in inside if (fault := missing(path, reference, pages))]
    return lines


def main() -> None:
    """Run from the command line."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "html"
    lines = faults(folder)
    for line in lines:
        print(line, file=sys.stderr)
    sys.exit(bool(lines))


if __name__ == "__main__":
    main()
