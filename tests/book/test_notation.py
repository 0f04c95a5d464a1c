"""The page *Notation and glossary*: its symbols stand where it says, its terms are those of the book and the source.

What is checked of a symbol is its place: it occurs in the mathematics of the chapter that the table names, and in no
chapter before, unless another row says what it means there. That its meaning is right is for readers.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

import nbformat
import pytest
import yaml

from tools.chapters import ROOT, toc_entries

PAGES = [entry.removeprefix("book/") for entry in toc_entries(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8")))]
QUOTING = {"index", "paper_source"}  # they show formulas before anything is introduced
OWN_LETTERS = {"use_at_scale", "check_kernel"}
TOKEN = re.compile(
    r"\\(?:operatorname|text|mathrm|mathbf|mathbb|mathsf)\{[^}]*\}|\\[A-Za-z]+|\{[A-Za-z]{2,}\}|[A-Za-z]|\d+|\S"
)
ROW = re.compile(r"^\| (\$.+?) \| (.+?) \|(?: (.*?) ?\|)? (\[.+?\]\(.+?\)) \|$", re.M)
LINK = re.compile(r"\]\((\w+)\)")
ENTRY = re.compile(r"^(\S[^\n]*)\n  ((?:\*[^*]+\*†?(?:, )?)+)\. (.+?)$", re.M)
VIETNAMESE = re.compile(r"\*([^*]+)\*(†?)")
IN_THE_SOURCE = {  # words of the paper that the table of its terms leaves out
    "ngưỡng",
    "sự thật",
    "mức độ tin cậy",
    "tỉ lệ lỗi",
    "tỉ lệ dương đúng",
    "tỉ lệ âm đúng",
    "luồng gradient ngẫu nhiên",
    "hàm thất thoát không đối xứng",
    "phân loại nhị phân",
    "điểm cực đại",
    "cực tiểu toàn cục",
}


@cache
def markdown(page: str) -> str:
    """The text of a page without its code; nothing for a page that is not there yet."""
    notebook, text = ROOT / "book" / f"{page}.ipynb", ROOT / "book" / f"{page}.md"
    if notebook.is_file():
        cells = nbformat.read(notebook, as_version=4).cells
        return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return text.read_text("utf-8") if text.is_file() else ""


def mathematics(text: str) -> list[list[str]]:
    """The formulas of a text before its exercises, each as a list of tokens."""
    body = text.split("## Exercises")[0]
    body = re.sub(r"(`+)[^`].*?\1(?!`)", lambda part: part[0] if "\n" in part[0] else " ", body)
    return [TOKEN.findall(long or short) for long, short in re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", body, re.S)]


def has(formulas: Iterable[list[str]], symbol: str) -> bool:
    """Tell whether a symbol occurs as it stands, not as the beginning of one with an index."""
    wanted = TOKEN.findall(symbol)
    size = len(wanted)
    return any(
        tokens[i : i + size] == wanted and (tokens[i + size : i + size + 1] != ["_"] or "_" in wanted)
        for tokens in formulas
        for i in range(len(tokens) - size + 1)
    )


def symbols(cell: str) -> list[str]:
    """The symbols of a table's first cell."""
    return re.findall(r"\$(.+?)\$", cell)


def rows(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Each symbol with the page that introduces it; each letter with a page where it means something else."""
    tables, borrowed = text.split("### Letters with another meaning")
    introduced = [(symbol, LINK.findall(cells[3])[0]) for cells in ROW.findall(tables) for symbol in symbols(cells[0])]
    elsewhere = [
        (symbol, page)
        for line in borrowed.split("(glossary)=")[0].splitlines()
        if line.startswith("| $")
        for symbol in symbols(line.split(" | ")[0])
        for page in LINK.findall(line.split(" | ")[-1])
    ]
    return introduced, elsewhere


def notation_faults(text: str) -> list[str]:
    """One line for each symbol that is not where the tables say, or is somewhere before."""
    introduced, elsewhere = rows(text)
    read = [page for page in PAGES if page not in QUOTING | OWN_LETTERS]
    formulas = {page: mathematics(markdown(page)) for page in read}
    lines = [f"{symbol} is not in {page}" for symbol, page in introduced + elsewhere if not has(formulas[page], symbol)]
    for symbol in dict.fromkeys(symbol for symbol, _ in introduced):
        first = min(read.index(page) for other, page in introduced if other == symbol)
        told = {page for letter, page in elsewhere if letter == symbol}
        lines += [
            f"{symbol} is in {page}, before {read[first]}"
            for page in read[:first]
            if page not in told and has(formulas[page], symbol)
        ]
    return lines


def terms(text: str) -> dict[str, list[tuple[str, bool]]]:
    """Each term of the glossary with its Vietnamese terms, and whether each is marked as ours."""
    inside = text.split("```{glossary}")[1].split("\n```")[0]
    return {
        term: [(word, mark == "†") for word, mark in VIETNAMESE.findall(found)]
        for term, found, _ in ENTRY.findall(inside)
    }


def source_terms() -> dict[str, list[str]]:
    """The table of terms on the page about the source: English to Vietnamese."""
    table = markdown("paper_source").split("| English | Vietnamese |")[1].split("\n\n")[0]
    lines = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return {line[0]: re.split(r", ", line[1]) for line in lines}


def foreign(found: dict[str, list[tuple[str, bool]]]) -> list[str]:
    """The Vietnamese words that are marked wrongly: as ours, though the source has them, or the other way round."""
    known = {word for words in source_terms().values() for word in words} | IN_THE_SOURCE
    return [word for words in found.values() for word, ours in words if ours == (word in known)]


def dead_terms(texts: Iterable[str], known: Iterable[str]) -> list[str]:
    """The terms that a text links to and the glossary does not have."""
    lower = {term.lower() for term in known}
    named = [
        part.rsplit("<", 1)[-1].rstrip(">").strip() for text in texts for part in re.findall(r"\{term\}`([^`]+)`", text)
    ]
    return [name for name in named if name.lower() not in lower]


PAGE = markdown("notation")


def test_every_symbol_is_introduced_where_the_table_says() -> None:
    introduced, elsewhere = rows(PAGE)
    assert len(introduced) > 60
    assert len(elsewhere) > 20
    assert notation_faults(PAGE) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        (r"| $\Lambda$ |", r"| $\Xi$ |", r"\Xi is not in learning_many_runs"),
        (
            "[The general model](paper_general_model) |\n| $\\ell$",
            "[Noise](learning_noise) |\n| $\\ell$",
            "S is not in learning_noise",
        ),
        (
            "| $g$ | score | $(-1,1)$ | [The imbalance model](paper_imbalance_model)",
            "| $g$ | x | y | [Equal drops](optimum_drops)",
            "g is in paper_imbalance_model, before optimum_drops",
        ),
        ("| $H$, $K$ |", "| $K$ |", "H is in optimum_drops, before learning_many"),
    ],
    ids=["unknown symbol", "wrong chapter", "too late", "second meaning not told"],
)
def test_a_wrong_row_is_noticed(right: str, wrong: str, fault: str) -> None:
    assert right in PAGE
    assert fault in notation_faults(PAGE.replace(right, wrong))


def test_symbols_are_told_apart() -> None:
    formulas = mathematics(r"Let $\varphi_+(m)\le\theta^*_1$ and $w_{y}$, not `$k$`." + "\n## Exercises\n$h$")
    assert [has(formulas, one) for one in (r"\varphi_+", r"\theta^*", "w_{y}", "m")] == [True, False, True, True]
    assert [has(formulas, one) for one in (r"\varphi", "k", "h", r"\theta", "w")] == [False, False, False, True, False]


def test_glossary_is_sorted_and_every_entry_has_its_parts() -> None:
    found = terms(PAGE)
    inside = PAGE.split("```{glossary}")[1].split("\n```")[0]
    heads = [line for line in inside.splitlines() if line and not line.startswith(" ")]
    assert heads == list(found)
    assert heads == sorted(heads, key=str.casefold)
    assert len(found) > 70
    bodies = [body for _, _, body in ENTRY.findall(inside)]
    assert [body for body in bodies if not re.fullmatch(r"[A-Z$].+\. \(\[.+\]\(\w+\)\)", body)] == []
    assert {page for body in bodies for page in LINK.findall(body)} <= set(PAGES)


def test_an_entry_without_its_parts_is_noticed() -> None:
    broken = PAGE.replace("  *độ chính xác*. The", "  The", 1)
    assert broken != PAGE
    assert len(terms(broken)) == len(terms(PAGE)) - 1


def test_vietnamese_terms_of_the_source_are_there_and_marked() -> None:
    found = terms(PAGE)
    words = {word for pairs in found.values() for word, _ in pairs}
    assert [word for known in source_terms().values() for word in known if word not in words] == []
    assert words >= IN_THE_SOURCE
    assert foreign(found) == []


def test_a_wrong_mark_is_noticed() -> None:
    assert foreign(terms(PAGE.replace("*độ chính xác*.", "*độ chính xác*†.", 1))) == ["độ chính xác"]
    assert foreign(terms(PAGE.replace("*lề*†", "*lề*", 1))) == ["lề"]


def test_every_term_that_a_page_names_is_in_the_glossary() -> None:
    assert dead_terms(map(markdown, PAGES), terms(PAGE)) == []


def test_a_term_that_is_not_there_is_noticed() -> None:
    texts = ["a {term}`margin`, a {term}`loss <margin loss>` and a {term}`whim`"]
    assert dead_terms(texts, terms(PAGE)) == ["whim"]


def test_page_has_the_labels_that_every_head_links_to() -> None:
    assert re.findall(r"^\((\w+)\)=\n## ", PAGE, re.M) == ["notation", "glossary"]
    places = [PAGE.index(part) for part in ("(notation)=", "### Letters", "(glossary)=", "```{glossary}")]
    assert all(first < second for first, second in pairwise(places))
