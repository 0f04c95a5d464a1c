"""Let the search show excerpts from disk, where a page may not fetch another, and let them hold nothing but the text.

The search page fetches each page it lists to cut an excerpt from it. From `file://` browsers refuse that with an error;
over http the excerpt may come from the page's menus. Here the words of all articles, with the places that links lead
to but without programs, stand in one script that only the search page loads, and that answers in the pages' place.
"""

import json
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

NAME = "search-texts.js"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT = {"pre", "script", "style", "svg", "button"}
BEFORE = '<script src="searchindex.js'
SCRIPT = """(() => {{
  const texts = {texts};
  const root = document.documentElement.dataset.content_root;
  const elsewhere = window.fetch;
  window.fetch = (address, ...settings) => {{
    const text = texts[String(address).slice(root.length)];
    return text === undefined ? elsewhere(address, ...settings) : Promise.resolve(new Response(text));
  }};
}})();
"""


class Article(HTMLParser):
    """The words of a page's article, inside elements that keep their ids and nothing else."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.open: list[tuple[str, bool, bool]] = []  # tag, whether it is written, whether it is silent
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element; the article is the first that counts."""
        values = dict(attrs)
        if tag in VOID or not (self.open or tag == "article"):
            return
        silent = tag in SILENT or "headerlink" in (values.get("class") or "")
        name = values.get("id")
        if name:
            self.parts.append(f'<div id="{escape(name)}">')
        self.open.append((tag, bool(name), silent))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and those within it that were left open."""
        while tag in [name for name, *_ in self.open]:
            name, written, _ = self.open.pop()
            self.parts += ["</div>"] * written
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        """Keep words."""
        if self.open and not any(silent for *_, silent in self.open):
            self.parts.append(re.sub(r"\s+", " ", escape(data, quote=False)))


def words(page: str) -> str:
    """Return the words of a page's article, as the search page reads them."""
    return f'<div role="main">{"".join(Article(page).parts)}</div>'


def write_texts(app: Sphinx, error: Exception | None) -> None:
    """Write the script, and name it in the search page."""
    folder = Path(app.outdir)
    search = folder / "search.html"
    if error or app.builder.format != "html" or not search.is_file():
        return
    names = [app.builder.get_target_uri(name) for name in sorted(app.env.found_docs)]
    texts = {name: words((folder / name).read_text("utf-8")) for name in names if (folder / name).is_file()}
    script = SCRIPT.format(texts=json.dumps(texts, ensure_ascii=False, indent=0))
    (folder / "_static" / NAME).write_text(script, "utf-8")
    page = search.read_text("utf-8")
    if NAME not in page:
        search.write_text(page.replace(BEFORE, f'<script src="_static/{NAME}"></script>\n  {BEFORE}', 1), "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("build-finished", write_texts, priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
