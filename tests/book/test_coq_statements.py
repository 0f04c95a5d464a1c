"""Pages show Coq statements as their sources have them; an unknown one is a fault. The small books are real ones."""

import html
import re
from pathlib import Path

import pytest
from tests.book import small_books

from tools.chapters import ROOT

CONF = """
import sys
sys.path.insert(0, {extensions!r})
extensions = ["myst_parser", "coq_statements"]
html_theme = "basic"
exclude_patterns = ["_build"]
"""
INDEX = """# Front

```{coq} C6_double
```

```{coq}
tame
C8prime_half
```

```{toctree}
other
```
"""
OTHER = "# Other\n\n```{coq-assumptions}\n```\n\n```{coq-files}\n```\n"
FIRST = """(** The first file.

    Its second paragraph has a name, [double]. *)

(** Twice [x], for x in [0, 9]. *)
Definition double (x : nat) := x + x.

(** A tame number. *)
Record tame (x : nat) : Prop := {
  tame_small : x < 9 }.
"""
SECOND = """(** The second file. *)
From Lossbook Require Import First.

Section Second.
Variable x : nat.

(** C6: doubling <adds>. *)
Theorem C6_double : double x = x + x.
Proof. reflexivity. Qed.
End Second.

(** C8': one half. *)
Theorem C8prime_half (m' : nat) : m' = m'.
Proof. reflexivity. Qed.
"""


def write(book: Path) -> Path:
    """Write a book of two pages about two Coq files."""
    formal = book / "formal"
    formal.mkdir()
    (formal / "First.v").write_text(FIRST, "utf-8")
    (formal / "Second.v").write_text(SECOND, "utf-8")
    (formal / "_CoqProject").write_text("-Q . Lossbook\nFirst.v\nSecond.v\n", "utf-8")
    (formal / "assumptions.txt").write_text("# Either it holds\n# or not.\nLogic.classic\n", "utf-8")
    (book / "conf.py").write_text(CONF.format(extensions=str(ROOT / "book" / "_extensions")), "utf-8")
    (book / "index.md").write_text(INDEX, "utf-8")
    (book / "other.md").write_text(OTHER, "utf-8")
    return book


def build(book: Path, builder: str = "html") -> tuple[int, str]:
    """Build the book where no command is found, Coq's neither."""
    return small_books.build(book, builder, PATH="/nowhere")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book to change."""
    return write(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same book, built once, to look at."""
    book = write(tmp_path_factory.mktemp("coq"))
    assert build(book) == (0, "")
    return book


def page(book: Path, name: str = "index") -> str:
    """Return the text of a built page."""
    return (book / "_build" / "html" / f"{name}.html").read_text("utf-8")


def blocks(text: str) -> list[str]:
    """Return the blocks of a page that open."""
    return re.findall(r'<details class="coq">.*?</details>', text, re.DOTALL)


def plain(text: str) -> str:
    """Return what a reader sees of a piece of a page."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def code(text: str) -> str:
    """Return what a reader sees of the first piece of code."""
    found = re.search(r"<pre>(.*?)</pre>", text, re.DOTALL)
    assert found is not None
    return plain(found[1]).strip()


def test_statements_stand_as_in_the_sources_without_coq(built: Path) -> None:
    double, tame, half = blocks(page(built))
    assert plain(double).split("\n")[1] == "In Coq: C6_double Second.v"
    assert "C6: doubling <adds>." in plain(double)
    assert code(double) == "Variable x : nat.\n\nTheorem C6_double : double x = x + x."
    assert code(tame) == "Record tame (x : nat) : Prop := {\n  tame_small : x < 9 }."
    assert code(half) == "Theorem C8prime_half (m' : nat) : m' = m'."


def test_blocks_are_closed_and_highlighted(built: Path) -> None:
    double = blocks(page(built))[0]
    assert re.match(r'<details class="coq">\s*<summary>', double), "closed, and its first child says what it is"
    assert 'class="highlight-coq' in double
    assert '<span class="kn">Theorem</span>' in double


def test_statement_leads_to_its_file(built: Path) -> None:
    double, tame, _ = blocks(page(built))
    assert 'href="other.html#formal-second"' in double
    assert "The proof is in Second.v, line 8." in plain(double)
    assert 'href="other.html#formal-first"' in tame
    assert "It stands in First.v, line 9." in plain(tame)
    assert re.findall(r'<section id="(formal-[^"]*)">', page(built, "other")) == ["formal-first", "formal-second"]


def test_every_file_has_a_section_with_header_and_source(built: Path) -> None:
    text = page(built, "other")
    first, second = blocks(text)
    assert plain(first).split("\n")[1] == "The source: 2 statements"
    assert code(first) == FIRST.strip()
    assert code(second) == SECOND.strip()
    assert "<p>The first file.</p>" in text
    assert re.search(r"<p>Its second paragraph has a name, <code[^>]*><span[^>]*>double</span></code>\.</p>", text)


def test_brackets_are_code_unless_they_are_an_interval(book: Path) -> None:
    (book / "index.md").write_text(INDEX.replace("C6_double", "double"), "utf-8")
    build(book)
    assert re.search(r"Twice <code[^>]*><span[^>]*>x</span></code>, for x in \[0, 9\]\.", blocks(page(book))[0])


def test_assumptions_are_listed_with_their_meaning(built: Path) -> None:
    text = page(built, "other")
    assert re.search(r"Logic\.classic</span></code></dt>\s*<dd>\s*<p>Either it holds or not\.</p>", text)


def test_without_a_page_of_files_the_name_stands_alone(book: Path) -> None:
    (book / "other.md").write_text("# Other\n", "utf-8")
    assert build(book) == (0, "")
    assert "The proof is in Second.v, line 8." in plain(blocks(page(book))[0])
    assert "formal-second" not in page(book)


@pytest.mark.parametrize(
    ("page_text", "fault"),
    [
        ("# A\n\n```{coq} C7_missing\n```\n", "formal/ has no statement C7_missing"),
        ("# A\n\n```{coq}\nC6_double\nC7_missing\n```\n", "formal/ has no statement C7_missing"),
        ("# A\n\n```{coq} tame_small\n```\n", "formal/ has no statement tame_small"),
        ("# A\n\n```{coq}\n```\n", "this coq block names no statement"),
    ],
)
def test_fault_of_a_page_is_a_warning(book: Path, page_text: str, fault: str) -> None:
    (book / "other.md").write_text(page_text, "utf-8")
    ended, said = build(book)
    assert ended == 1
    assert "other.md" in said
    assert fault in said


def test_missing_sources_are_a_warning(book: Path) -> None:
    for path in (book / "formal").glob("*.v"):
        path.unlink()
    ended, said = build(book)
    assert ended == 1
    assert "formal/ holds no Coq sources" in said


def test_changed_source_changes_pages_that_were_built_before(book: Path) -> None:
    build(book)
    path = book / "formal" / "Second.v"
    path.write_text(SECOND.replace("double x = x + x", "x + x = double x"), "utf-8")
    assert build(book) == (0, "")
    assert "Theorem C6_double : x + x = double x." in code(blocks(page(book))[0])
    assert "x + x = double x" in code(blocks(page(book, "other"))[1])


def test_new_file_appears_by_itself(book: Path) -> None:
    build(book)
    (book / "formal" / "Third.v").write_text("(** The third file. *)\n", "utf-8")
    with (book / "formal" / "_CoqProject").open("a", encoding="utf-8") as project:
        project.write("Third.v\n")
    assert build(book) == (0, "")
    assert 'id="formal-third"' in page(book, "other")


def test_other_formats_show_everything(book: Path) -> None:
    assert build(book, "text") == (0, "")
    text = (book / "_build" / "text" / "index.txt").read_text("utf-8")
    assert 'In Coq: "C6_double" (Second.v)' in text
    assert "Theorem C6_double : double x = x + x." in text
    assert build(book, "latex") == (0, "")
