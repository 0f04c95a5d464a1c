"""Keep the built site small: the icons stand in the pages, and what no page loads is left out.

The theme brings a script of 1.5 MB with two thousand icons, of which the pages show a dozen: their outlines are written
into the pages in its place. Then everything in `_static` is removed that is not reached from a page, by its links, by
style sheets, or by modules that import each other; licences stay. Fonts that browsers no longer ask for, and the
addresses of source maps, are struck out of style sheets and scripts before.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

ICONS = "_static/scripts/fontawesome.js"
ICON = re.compile(r'<(i|span) class="((?:[\w-]+\s+)*fa(?:s|-solid)\s[^"]*)"([^>]*)></\1>')
SCRIPT = re.compile(r"\s*<!-- So that users can add custom icons -->\s*<script[^>]*fontawesome\.js[^>]*></script>")
SIZES = {"fa-lg", "fa-sm", "fa-xs", "fa-solid"}
DRAWN = (
    '<svg class="svg-inline--fa {classes}"{rest} viewBox="0 0 {width} {height}" aria-hidden="true">'
    '<path fill="currentColor" d="{outline}"></path></svg>'
)
OLD_FONT = re.compile(r',url\([^)]*\.ttf\)\s*format\("truetype"\)')
SOURCE_MAP = re.compile(r"\s*(?:/\*# sourceMappingURL=\S+ ?\*/|//# sourceMappingURL=\S+)\s*$")
IN_STYLES = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""")
IN_SCRIPTS = re.compile(r"""\b(?:import|from)\s*\(?\s*["'](\.[^"']+)["']""")
ATTRIBUTES = ("href", "src", "data", "poster")


class References(HTMLParser):
    """What a page refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one tag points at."""
        self.found.update(value for name, value in attrs if value and name in ATTRIBUTES)


def outline(script: str, name: str) -> dict[str, str] | None:
    """Return the drawing of a solid icon from the theme's script, or None when it has none of that name.

    The script holds the solid icons after the outlined ones, which partly have the same names.
    """
    pattern = rf'[{{,]"?{re.escape(name)}"?:\[(?P<width>\d+),(?P<height>\d+),\[[^]]*\],"\w+","(?P<outline>[^"]+)"\]'
    found = list(re.finditer(pattern, script))
    return found[-1].groupdict() if found else None


def draw_icons(text: str, script: str) -> str:
    """Return a page with its icons drawn in it, without the script that would draw them; an unknown one stays."""

    def drawn(place: re.Match[str]) -> str:
        """Return the drawing for one place."""
        classes = place[2].split()
        names = [word for word in classes if word.startswith("fa-") and word not in SIZES]
        shape = outline(script, names[0].removeprefix("fa-")) if names else None
        if shape is None:
            return place[0]
        kept = " ".join(word for word in classes if word not in ("fas", "fa-solid"))
        mode = re.search(r'\sdata-mode="\w+"', place[3])
        return DRAWN.format(classes=kept, rest=mode[0] if mode else "", **shape)

    return SCRIPT.sub("", ICON.sub(drawn, text))


def without_extras(text: str) -> str:
    """Return a style sheet or script that names no old fonts and no source maps."""
    return SOURCE_MAP.sub("\n", OLD_FONT.sub("", text))


def references(path: Path) -> set[str]:
    """Return what a page, style sheet or script refers to."""
    if path.suffix == ".html":
        return References(path.read_text("utf-8")).found
    if path.suffix == ".css":
        return set(IN_STYLES.findall(path.read_text("utf-8")))
    return set(IN_SCRIPTS.findall(path.read_text("utf-8"))) if path.suffix in (".js", ".mjs") else set()


def reached(folder: Path) -> set[Path]:
    """Return every file of a site that its pages reach."""
    waiting = [path for path in folder.rglob("*.html") if "_static" not in path.relative_to(folder).parts]
    found = set(waiting)
    while waiting:
        path = waiting.pop()
        for reference in references(path):
            parts = urlsplit(reference)
            target = (path.parent / unquote(parts.path)).resolve()
            if parts.path and not (parts.scheme or parts.netloc) and target not in found and target.is_file():
                found.add(target)
                waiting.append(target)
    return found


def prune(folder: Path) -> int:
    """Remove the files of `_static` that no page reaches, and empty folders; return how many bytes that saved."""
    folder = folder.resolve()
    kept, saved = reached(folder), 0
    for path in sorted((folder / "_static").rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept and "LICENSE" not in path.name:
            saved += path.stat().st_size
            path.unlink()
    return saved


def rewrite(path: Path, text: str) -> None:
    """Write a file, unless it has that text already."""
    if path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def slim(app: Sphinx, error: Exception | None) -> None:
    """Make the built site smaller."""
    folder = Path(app.outdir)
    if error or app.builder.format != "html":
        return
    icons = folder / ICONS
    script = icons.read_text("utf-8") if icons.is_file() else ""
    for path in folder.rglob("*.html") if script else ():
        rewrite(path, draw_icons(path.read_text("utf-8"), script))
    for path in (folder / "_static").rglob("*"):
        if path.suffix in (".css", ".js") and path != icons:
            rewrite(path, without_extras(path.read_text("utf-8")))
    logger.info("left out %.1f MB that no page loads", prune(folder) / 1e6)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension; what others add to the site, they add before."""
    app.connect("build-finished", slim, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
