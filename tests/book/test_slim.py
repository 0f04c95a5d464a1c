"""The site is made smaller without losing what a page shows: icons, drawings, files, and the words of the search."""

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tools.chapters import ROOT

sys.path.append(str(ROOT / "book" / "_extensions"))
import light_drawings
import search_texts
import slim

OUTLINED = '{sun:[512,512,[9728],"f185","M1 1z"]}'
SOLID = '{sun:[512,500,[9728],"f185","M2 2z"],"arrow-up":[384,512,[],"f062","M3 3z"]}'
ICONS = f"p={OUTLINED};p={SOLID}"


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def application(folder: Path, **more: Any) -> Any:
    """What the extensions ask of Sphinx."""
    return SimpleNamespace(outdir=str(folder), builder=SimpleNamespace(format="html", **more))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<i class="fas fa-arrow-up"></i>', 'class="svg-inline--fa fa-arrow-up" viewBox="0 0 384 512"'),
        (
            '<span class="fa-solid fa-sun fa-lg" data-mode="light" title="Light"></span>',
            'fa-lg" data-mode="light" view',
        ),
        ('<i class="fas fa-sun"></i>', 'd="M2 2z"'),
    ],
)
def test_icons_are_drawn_in_the_page(before: str, after: str) -> None:
    drawn = slim.draw_icons(f"<p>{before}</p>", ICONS)
    assert after in drawn
    assert drawn.startswith("<p><svg ")
    assert 'aria-hidden="true"' in drawn


@pytest.mark.parametrize("text", ['<i class="fas fa-unknown"></i>', '<i class="fab fa-github"></i>', "<i>far</i>"])
def test_what_is_no_known_icon_stays(text: str) -> None:
    assert slim.draw_icons(text, ICONS) == text


def test_only_what_no_page_reaches_is_left_out(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        {
            "book/page.html": '<link href="../_static/a.css?v=1"><script type="module" src="../_static/a.js"></script>',
            "_static/a.css": '@import "b.css"; p { background: url(p.png) }',
            "_static/b.css": "q { src: url('f/x.woff2') format('woff2'),url(f/x.ttf) format(\"truetype\") }",
            "_static/a.js": 'import "./c.js";\n//# sourceMappingURL=a.js.map',
            "_static/c.js": "",
            "_static/p.png": "",
            "_static/f/x.woff2": "",
            "_static/f/x.ttf": "old",
            "_static/a.js.map": "map",
            "_static/a.js.LICENSE.txt": "",
            "_static/locales/de/x.mo": "words",
            "_sources/page.ipynb": "",
        },
    )
    slim.slim(application(folder), None)
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    gone = {"_static/f/x.ttf", "_static/a.js.map", "_static/locales/de/x.mo"}
    kept = {"a.css", "b.css", "a.js", "c.js", "p.png", "f/x.woff2", "a.js.LICENSE.txt"}
    assert left == {"book/page.html", "_sources/page.ipynb"} | {f"_static/{name}" for name in kept}
    assert not left & gone
    assert not (folder / "_static" / "locales").exists()


def test_a_failed_build_is_left_as_it_is(tmp_path: Path) -> None:
    folder = write(tmp_path, {"_static/unused.js": ""})
    slim.slim(application(folder), ValueError("no"))
    assert (folder / "_static" / "unused.js").is_file()


PATHS = [
    "M 351.500951 135.831011 L 351.839074 135.831011 L 351.839074 135.718304 L 352.1 135.6 z M 1 2 L 0.004 2.5",
    "M 794 531 L 1825 531 Q 100.5 -200.25 3 4 C 1 2 3 4 5.5 6.125 z",
    "M 0 0 " + " ".join(f"L {k * 0.123456:.6f} {k * k * 0.001:.6f}" for k in range(1, 500)),
]


def ends(path: str) -> list[tuple[float, float]]:
    """Where each step of a path ends, by a reader of its own for absolute and relative commands."""
    found, here, start = [], (0.0, 0.0), (0.0, 0.0)
    for letter, text in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        base = here if letter.islower() else (0.0, 0.0)
        if letter in "zZ":
            here = start
        elif letter in "hv":
            here = (here[0] + numbers[0], here[1]) if letter == "h" else (here[0], here[1] + numbers[0])
        else:
            here = (base[0] + numbers[-2], base[1] + numbers[-1])
        start = here if letter in "mM" else start
        found.append(here)
    return found


@pytest.mark.parametrize("path", PATHS, ids=["lines", "curves", "many"])
def test_a_lighter_path_ends_where_the_path_ends(path: str) -> None:
    light = light_drawings.shorter(path)
    assert len(light) < len(path)
    far = [abs(p - q) for a, b in zip(ends(path), ends(light), strict=True) for p, q in zip(a, b, strict=True)]
    assert max(far) <= 0.0051
    assert light_drawings.shorter(light) == light


def test_a_path_with_other_commands_stays() -> None:
    assert light_drawings.shorter("M 1 1 A 1 1 0 0 0 2 2.123456") == "M 1 1 A 1 1 0 0 0 2 2.123456"
    assert light_drawings.shorter("M 1 1 L 2 2 3 3") == "M 1 1 L 2 2 3 3"


def test_scales_and_words_of_a_drawing_stay() -> None:
    group = '<g transform="translate({}) scale(0.015625)"> <text>a  b</text></g></svg>'
    drawing = "<svg><metadata>x</metadata>\n " + group.format("1.23456 -2")
    assert light_drawings.lighter(drawing) == "<svg>\n " + group.format("1.23 -2")


def test_a_lighter_notebook_differs_in_its_drawings_alone() -> None:
    output = {"data": {"image/svg+xml": ["<svg>\n", ' <path d="M 1 1 L 2 1"/></svg>'], "text/plain": ["a"]}}
    book = {"cells": [{"cell_type": "code", "outputs": [output]}, {"cell_type": "markdown", "source": ["M 1 1 é"]}]}
    light = json.loads(light_drawings.lighter_notebook(json.dumps(book)))
    assert light["cells"][0]["outputs"][0]["data"] == {
        "image/svg+xml": '<svg><path d="m1 1h1"/></svg>',
        "text/plain": ["a"],
    }
    assert light["cells"][1] == book["cells"][1]


def test_the_search_reads_the_words_of_an_article_and_its_places() -> None:
    page = (
        "<h1>menu</h1><article><section id='a&b'><h1>Drops<a class='headerlink' href='#a'>#</a></h1><p>One<br>two &lt;3"
        "<img src='x'></p><pre>code <b>x</b></pre><div id='t'>three</div></section></article><p>footer</p>"
    )
    expected = '<div role="main"><div id="a&amp;b">DropsOnetwo &lt;3<div id="t">three</div></div></div>'
    assert search_texts.words(page) == expected


def test_the_search_page_loads_the_words(tmp_path: Path) -> None:
    search = '<script src="searchindex.js"></script>'
    folder = write(tmp_path, {"search.html": search, "a.html": "<article>word</article>", "_static/x": ""})
    app = application(folder, get_target_uri=lambda name: f"{name}.html")
    app.env = SimpleNamespace(found_docs={"a", "missing"})
    search_texts.write_texts(app, None)
    search_texts.write_texts(app, None)
    assert (folder / "search.html").read_text("utf-8").count(search_texts.NAME) == 1
    script = (folder / "_static" / search_texts.NAME).read_text("utf-8")
    assert '"a.html": "<div role=\\"main\\">word</div>"' in script
    assert "missing" not in script
