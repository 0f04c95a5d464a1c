"""The printed book: its numbers are those of the pages, its links lead somewhere, and nothing runs off or goes missing.

Small books show the rules, and that each fault is noticed. Tests marked `pdf` read the book that `make pdf` made.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.book.small_books import build

from tools import print_book, print_faults
from tools.chapters import ROOT

CONF = """
import sys
sys.path.insert(0, {extensions!r})
extensions = ["myst_parser", "sphinx_proof", "sphinx_exercise", "paper_equations", "print_layout", "print_numbers",
    "print_tables"]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
numfig = True
html_theme = "basic"
exclude_patterns = ["_build"]
latex_engine = "xelatex"
latex_theme = "howto"
latex_documents = [("index", "book.tex", "Front", "Lê Bích Phượng", "howto")]
"""
INDEX = """# Front

The front page by Lê Bích Phượng.

## Its section

See {prf:ref}`thm-two`, {numref}`fig-two`, {ref}`ex-one` and {eq}`paper-18`.

```{toctree}
:caption: First part

zulu
```

```{toctree}
:caption: Second part

alpha
```
"""
ZULU = """# Zulu

```{prf:theorem} One
:label: thm-one

- A list comes first.
```

:::{figure} dot.png
:name: fig-one

The first dot.
:::

$$G' = 0$$ (paper-18)

```{prf:proof}
It is short.
```
"""
ALPHA = """# Alpha

:::{figure} dot.png
:name: fig-two

The second dot.
:::

```{prf:theorem} Two
:label: thm-two

Text.
```

```{prf:lemma}
:label: lem-one

Text.
```

```{exercise} Count
:label: ex-one

How many?
```

```{solution} ex-one
:label: sol-one

Three.
```

$$b = b$$ (own)
"""
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
NUMBERS = {
    "zulu:thm-one": "1",
    "alpha:thm-two": "2",
    "alpha:lem-one": "1",
    "alpha:ex-one": "1",
    "zulu:fig-one": "1",
    "alpha:fig-two": "2",
    "zulu:equation-paper-18": "18",
    "alpha:equation-own": "B1",
}
LOG = """This is XeTeX
Overfull \\hbox (3.1pt too wide) in paragraph at lines 1--2
LaTeX Warning: Label(s) may have changed. Rerun to get cross-references right.
"""
FAULTS = {
    "Missing character": "Missing character: There is no ∎ (U+220E) in font [lmroman10-regular.otf]!",
    "undefined reference": "LaTeX Warning: Reference `equation:a:b' on page 3 undefined on input line 7.",
    "undefined link": "Package hyperref Warning: Hyper reference `a:b' on page 3 undefined on input line 7.",
    "label twice": "LaTeX Warning: Label `a:b' multiply defined.",
    "off the page": "Overfull \\hbox (34.5pt too wide) in paragraph at lines 5--6",
    "error": "./book.tex:12: Package amsmath Error: \\tag not allowed here.",
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of three pages in two parts, whose order is not the alphabet's."""
    (tmp_path / "conf.py").write_text(CONF.format(extensions=str(ROOT / "book" / "_extensions")), "utf-8")
    for name, text in {"index": INDEX, "zulu": ZULU, "alpha": ALPHA}.items():
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    (tmp_path / "dot.png").write_bytes(DOT)
    return tmp_path


def written(book: Path) -> str:
    """Return the LaTeX of a small book, which must be built without a warning."""
    assert build(book, "latex") == (0, "")
    return (book / "_build" / "latex" / "book.tex").read_text("utf-8")


def numbers_in(tex: str) -> dict[str, str]:
    """Return the numbers that the LaTeX of a small book writes out, as TeX would put them beside the labels."""
    blocks = re.findall(r"\\begin\{bookblock\}\{\w+\}\{\w+\}\{(\d+)\}.*?\\label\{\\detokenize\{([^}]+)\}\}", tex)
    floats = re.findall(r"\\def\\thefigure\{(\d+)\}.*?\\label\{\\detokenize\{([^}]+)\}\}", tex, re.DOTALL)
    tags = re.findall(r"\\label\{equation:(\w+):([\w-]+)\}\s.*?\\tag\{(\w+)\}", tex, re.DOTALL)
    found = {label: number for number, label in [*blocks, *floats]}
    return found | {f"{page}:equation-{label}": number for page, label, number in tags}


def test_numbers_are_those_of_the_pages(book: Path) -> None:
    tex = written(book)
    assert build(book) == (0, "")
    pages = print_faults.page_numbers(book / "_build" / "html")
    assert pages == NUMBERS
    assert print_faults.differences(pages, numbers_in(tex)) == []


def test_number_that_differs_is_noticed(book: Path) -> None:
    tex = written(book).replace("{Theorem}{2}", "{Theorem}{7}")
    assert print_faults.differences(NUMBERS, numbers_in(tex)) == ["alpha:thm-two: 2 on its page, 7 in print"]
    assert print_faults.differences({"a:thm": "1"}, {}) == ["a:thm: 1 on its page, nothing in print"]


def test_without_the_extension_latex_would_count_otherwise(book: Path) -> None:
    path = book / "conf.py"
    path.write_text(path.read_text("utf-8").replace('"print_numbers",', ""), "utf-8")
    build(book, "latex")
    tex = (book / "_build" / "latex" / "book.tex").read_text("utf-8")
    lost = print_faults.differences(NUMBERS, numbers_in(tex))
    assert "alpha:fig-two: 2 on its page, nothing in print" in lost
    assert "alpha:thm-two: 2 on its page, nothing in print" in lost


def test_references_have_the_words_of_the_pages(book: Path) -> None:
    tex = written(book)
    assert "Theorem 2" in tex.partition("Its section")[2].partition(r"\bookpart")[0]
    assert re.search(r"\\hyperref\[\\detokenize\{alpha:fig-two\}\]\{\\sphinxcrossref\{.*?Fig\. 2", tex)
    assert re.search(r"\\hyperref\[\\detokenize\{alpha:ex-one\}\]\{\\sphinxcrossref\{.*?Exercise 1", tex)
    labels = "".join(rf"\newlabel{{{label}}}{{{{}}{{1}}}}" for label in re.findall(r"detokenize\{([^}]+)\}\}", tex))
    labels += "".join(rf"\newlabel{{{label}}}{{{{}}{{1}}}}" for label in re.findall(r"label\{(equation[^}]+)\}", tex))
    assert print_faults.broken_links(tex, labels) == []
    assert print_faults.broken_links(tex, labels.replace("thm-two", "gone")) == ["alpha:thm-two"]


def test_blocks_are_those_of_a_paper(book: Path) -> None:
    tex = written(book)
    assert r"\begin{bookblock}{slanted}{Theorem}{1}{ (One)}" in tex
    assert r"\begin{bookblock}{slanted}{Lemma}{1}{}" in tex
    assert r"\begin{bookblock}{upright}{Exercise}{1}{ (Count)}" in tex
    assert r"\begin{bookblock}{upright}{Solution}{}{ to" in tex
    assert "Three." in tex
    assert "sphinxadmonition" not in tex
    proof = tex.partition(r"\begin{bookblock}{upright}{Proof}{}")[2].partition(r"\end{bookblock}")[0]
    assert "It is short." in proof
    assert "Proof. It" not in proof


def test_parts_and_chapters_stand_in_order(book: Path) -> None:
    found = re.findall(r"\\(bookpart|section|subsection)\{([^}]*)\}", written(book))
    assert found == [
        ("section", "Front"),
        ("subsection", "Its section"),
        ("bookpart", "First part"),
        ("section", "Zulu"),
        ("bookpart", "Second part"),
        ("section", "Alpha"),
    ]


def test_vietnamese_stays_as_it_is(book: Path) -> None:
    assert written(book).count("Lê Bích Phượng") == 2


@pytest.mark.parametrize(
    ("rows", "spec"),
    [
        ("| a | b |\n|---|--:|\n| 1 | 2 |", "{@{}lr@{}}"),
        (f"| a | b |\n|---|---|\n| 1 | {'many words ' * 20} |", r"p\{0\.\d+\\linewidth\}@\{\}"),
    ],
    ids=["narrow", "wide"],
)
def test_tables_fit_the_page(book: Path, rows: str, spec: str) -> None:
    (book / "zulu.md").write_text(f"{ZULU}\n{rows}\n", "utf-8")
    tex = written(book)
    assert spec in tex or re.search(spec, tex)
    shares = [float(share) for share in re.findall(r"p\{(0\.\d+)\\linewidth\}", tex)]
    assert sum(shares) <= 1


def test_log_without_a_fault_is_silent() -> None:
    assert print_faults.log_faults(LOG) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_each_fault_in_the_log_is_noticed(fault: str) -> None:
    assert print_faults.log_faults(f"{LOG}{fault}\nmore\n") == [fault]


def test_missing_programs_are_named() -> None:
    assert print_book.missing_programs(lambda name: f"/usr/bin/{name}") is None
    line = print_book.missing_programs(lambda name: None if name == "rsvg-convert" else name)
    assert line == "rsvg-convert not found: printing needs them (Debian: apt install librsvg2-bin)"
    every = print_book.missing_programs(lambda name: None)
    assert every is not None
    assert every.startswith("xelatex, latexmk, rsvg-convert not found")
    assert "texlive-xetex" in every


@pytest.fixture(scope="module")
def printed() -> tuple[str, str, str]:
    """Return what LaTeX was given, the labels that it wrote, and its log."""
    if not print_book.PDF.is_file():
        pytest.skip("the book is not printed: run make pdf")
    base = print_book.LATEX / print_book.NAME
    tex, aux, log = (base.with_suffix(suffix) for suffix in (".tex", ".aux", ".log"))
    return tex.read_text("utf-8"), aux.read_text("utf-8"), log.read_text("utf-8", errors="replace")


@pytest.mark.pdf
def test_printed_numbers_are_those_of_the_pages(printed: tuple[str, str, str]) -> None:
    pages, found = print_faults.page_numbers(print_book.PAGES), print_faults.printed_numbers(printed[1])
    assert len(pages) > 100
    assert print_faults.differences(pages, found) == []
    assert print_faults.differences(pages, found | {next(iter(pages)): "0"}) != []


@pytest.mark.pdf
def test_printed_links_lead_somewhere(printed: tuple[str, str, str]) -> None:
    assert print_faults.broken_links(printed[0], printed[1]) == []
    assert len(print_faults.TARGET.findall(printed[0])) > 100


@pytest.mark.pdf
def test_log_of_the_print_has_no_fault(printed: tuple[str, str, str]) -> None:
    assert print_faults.log_faults(printed[2]) == []
    assert "Output written on" in printed[2]


@pytest.mark.pdf
def test_every_chapter_is_printed(printed: tuple[str, str, str]) -> None:
    outline = (print_book.LATEX / f"{print_book.NAME}.toc").read_text("utf-8")
    titles = [
        re.search(r"<h1>(.*?)<", page.read_text("utf-8"), re.DOTALL)
        for page in sorted((print_book.PAGES / "book").glob("*.html"))
    ]
    names = [re.sub(r"[’']", "", match[1].strip()) for match in titles if match]
    assert len(names) > 20
    assert [name for name in names if name not in re.sub(r"[’']", "", outline)] == []


@pytest.mark.pdf
def test_text_of_the_print_has_the_author(printed: tuple[str, str, str]) -> None:
    assert "Bích Phượng Lê" in " ".join(printed[0].split())
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (Debian: poppler-utils) is not installed")
    run = subprocess.run(["pdftotext", str(print_book.PDF), "-"], capture_output=True, check=True)
    words = " ".join(run.stdout.decode("utf-8").split())
    for name in ("Lê Bích Phượng", "Bích Phượng Lê", "hàm thất thoát"):
        assert name in words
