"""Repair faults of the theme's pages that stand in the way of readers, most of them of those who use a screen reader.

A button has a label that hides its own text, the sidebar is no landmark, and the entries of the bibliography carry a
role that is no longer one, inside a list that then has no items. All theorems of a page share one id, all exercises,
and all proofs; the line that opens hidden code has a label for its words, and paragraphs; the blank before an
exercise's name is part of a link. Every page loads the index of the search before it shows, and only the search uses
it. The page that leads to the front page is made whole: where it names no icon, a browser asks for one that is not
there. Pieces of programs in the colour of plain text lose their marks, and neighbours in one colour share one: that
halves the longest pages.
"""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

LABELLED = re.compile(r'(<button class="[^"]*search-button-field[^"]*"[^>]*?)\s+aria-label="[^"]*"')
SIDEBAR = re.compile(r'<div (?!role=)(?=[^>]*class="bd-sidebar-primary)')
UNNUMBERED = 'class="proof admonition" id="proof"'
SUMMARY = re.compile(r'<summary aria-label="Toggle hidden content">(.*?)</summary>', re.DOTALL)
HEADING = re.compile(r'<p (class="(?:collapsed|expanded) admonition-title")>(.*?)</p>')
SEARCH = re.compile(r'\s*<script src="\.\./(?:_static/(?:searchtools|language_data)|searchindex)\.js"></script>')
SOLUTION = re.compile(r'(<p class="admonition-title">Solution to)(<a [^>]*>) ')
TWICE = re.compile(r' id="(?:proof|exercise|solution)-content"')  # on every one of a page, where an id may stand once
ENTRY = 'role="doc-biblioentry"'
PLAIN = re.compile(
    r'<span class="(?:n|nn|nx|p|w)">([^<]*)</span>'
)  # names, punctuation, blanks: in no colour of their own
NEIGHBOURS = re.compile(r'(<span class="(\w+)">[^<]*)</span>( *)<span class="\2">(?=[^<]*</span>)')
OPERATOR = re.compile(r'<span class="o">([^<]*)</span>')  # in Coq every parenthesis is one: a third of its words
PROGRAM = re.compile(r'(?s)(<div class="highlight-(\w+)[^>]*><div class="highlight"><pre[^>]*>)(.*?)(</pre></div>)')
REDIRECT = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<meta http-equiv="refresh" content="0; url={front}">
</head>
<body><p><a href="{front}">{title}</a></p></body>
</html>
"""


def fewer_marks(program: re.Match[str]) -> str:
    """Return a highlighted program that looks the same with fewer marks."""
    text = PLAIN.sub(r"\1", program[3])
    if program[2] == "coq":
        text = OPERATOR.sub(r"\1", text)
    while (shorter := NEIGHBOURS.sub(r"\1\3", text)) != text:
        text = shorter
    return program[1] + text + program[4]


def plain_summary(found: re.Match[str]) -> str:
    """Return the line that opens hidden code: named by its words, and without paragraphs, which may not stand there."""
    return "<summary>" + HEADING.sub(r"<span \1>\2</span>", found[1]) + "</summary>"


def repair(text: str) -> str:
    """Return a page without these faults."""
    text = LABELLED.sub(r"\1", text)
    text = PROGRAM.sub(fewer_marks, text)
    text = SIDEBAR.sub('<div role="navigation" aria-label="The book" ', text)
    text = SUMMARY.sub(plain_summary, text).replace(UNNUMBERED, UNNUMBERED.removesuffix(' id="proof"'))
    text = SEARCH.sub("", text)
    text = SOLUTION.sub(r"\1 \2", text)
    return TWICE.sub("", text).replace(ENTRY, 'role="listitem"')


def lead_to_front(app: Sphinx) -> None:
    """Write an index page that leads to the front page, where that has another name."""
    config = app.config
    if config.root_doc != "index":
        text = REDIRECT.format(
            language=config.language,
            title=config.html_title,
            front=app.builder.get_target_uri(config.root_doc),
        )
        (Path(app.outdir) / "index.html").write_text(text, "utf-8")


def repair_pages(app: Sphinx, error: Exception | None) -> None:
    """Repair every page that was built."""
    if error or app.builder.format != "html":
        return
    lead_to_front(app)
    for path in Path(app.outdir).rglob("*.html"):
        before = path.read_text("utf-8")
        after = repair(before)
        if before != after:
            path.write_text(after, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("build-finished", repair_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
