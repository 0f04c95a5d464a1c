"""The stored notebooks: those of the table of contents, executed, in their normal form.

`make test` runs nbval over them, which executes each and compares all outputs: together that shows that they would be
the same bytes when executed again. The second half of this file shows that each kind of fault is caught.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import execute
from tools.chapters import ROOT, chapter_faults, notebook_faults, notebooks, picture_faults, shape_faults, toc_faults

CHAPTERS = notebooks(ROOT)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0"}


def run(*command: str, folder: Path = ROOT, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a module of this Python in a folder."""
    arguments, environment = [sys.executable, "-m", *command], ENVIRONMENT | extra
    return subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_notebooks_are_those_of_the_toc() -> None:
    assert toc_faults(ROOT) == []


def test_nbval_collects_every_chapter(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("nbval"):
        collected = {item.path for item in request.session.items if item.path.suffix == ".ipynb"}
        assert collected == {path for path in CHAPTERS if has_code(path)}
    assert len(CHAPTERS) == len(set(CHAPTERS)) > 0


def has_code(path: Path) -> bool:
    """Tell whether a notebook has any code cell: nbval makes one test of each."""
    return any(cell.cell_type == "code" for cell in nbformat.read(path, as_version=4).cells)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_stored_notebook_has_no_fault(path: Path) -> None:
    assert notebook_faults(path) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_has_head_summary_and_solved_exercises(path: Path) -> None:
    assert chapter_faults(path) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_stored_notebook_has_its_normal_form(path: Path) -> None:
    # nbval executes it and compares every output; with this, executing it again would give the same bytes
    assert execute.normalise(nbformat.read(path, as_version=4)) == path.read_text("utf-8")


def chapter(*sources: str) -> Any:
    """Return an unexecuted notebook with these code cells."""
    cells = [cell for source in sources for cell in (new_markdown_cell("Some prose."), new_code_cell(source))]
    return new_notebook(cells=cells)


def write(path: Path, book: Any) -> Path:
    """Write a notebook in its normal form."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(execute.normalise(book), "utf-8")
    return path


@pytest.fixture(scope="module")
def executed_once(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of a chapter, executed."""
    path = write(tmp_path_factory.mktemp("executed") / "one.ipynb", chapter("1 + 1", "print('seen')"))
    assert execute.refresh(path)
    return path.read_text("utf-8")


@pytest.fixture
def small(tmp_path: Path, executed_once: str) -> Path:
    """A small book of one chapter, executed."""
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/one\n", "utf-8")
    path = tmp_path / "book" / "one.ipynb"
    path.parent.mkdir()
    path.write_text(executed_once, "utf-8")
    return path


def nbval(path: Path) -> subprocess.CompletedProcess[str]:
    """Run nbval over a notebook as `make test` does; no other plug-in, since each takes its time to start."""
    options = ("-rA", "-p", "no:cacheprovider", "-p", "nbval.plugin", "--nbval", "--nbval-current-env")
    return run("pytest", *options, str(path), folder=path.parent, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")


def alter(path: Path, change: Any) -> None:
    """Change a stored notebook."""
    book = nbformat.read(path, as_version=4)
    change(book)
    nbformat.write(book, path)


def test_executed_notebook_is_clean_and_stays_as_it_is(small: Path) -> None:
    assert toc_faults(small.parent.parent) == notebook_faults(small) == []
    before = small.read_bytes()
    assert not execute.refresh(small)
    assert small.read_bytes() == before
    assert nbval(small).returncode == 0


def test_cells_keep_their_settings_and_nothing_else(small: Path) -> None:
    setting = {"mystnb": {"image": {"alt": "A line"}}, "tags": ["hide-input"]}
    alter(small, lambda book: book.cells[1].metadata.update({**setting, "scrolled": True}))
    execute.refresh(small)
    assert nbformat.read(small, as_version=4).cells[1].metadata == setting


def test_another_form_is_caught(small: Path) -> None:
    test_stored_notebook_has_its_normal_form(small)
    small.write_text(small.read_text("utf-8").replace("\n ", "\n  "), "utf-8")
    with pytest.raises(AssertionError):
        test_stored_notebook_has_its_normal_form(small)


def test_altered_output_is_caught(small: Path) -> None:
    alter(small, lambda book: book.cells[1].outputs[0].data.update({"text/plain": "3"}))
    assert nbval(small).returncode == 1
    assert run("tools.execute", "--check", str(small)).returncode == 1


MIMES = ["image/svg+xml", "text/latex", "text/html", "application/pdf", "text/markdown"]
SHOWN = "from IPython.display import display\ndisplay({{'{}': '<b>x</b>', 'text/plain': 'x'}}, raw=True)"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """What nbval says of a cell for each kind of output and of one more: as executed, and with all but that altered."""
    path = write(tmp_path_factory.mktemp("shown") / "shown.ipynb", chapter(*map(SHOWN.format, [*MIMES, MIMES[0]])))
    execute.refresh(path)
    before = nbval(path).stdout
    for place, mime in enumerate(MIMES):
        alter(path, lambda book, at=2 * place + 1, mime=mime: book.cells[at].outputs[0].data.update({mime: "<b>y</b>"}))
    said = re.compile(r"(?m)^(PASSED|FAILED) shown\.ipynb::Cell (\d+)")
    return [{cell: word for word, cell in said.findall(text)} for text in (before, nbval(path).stdout)]


@pytest.mark.parametrize("mime", MIMES)
def test_nbval_compares_what_the_book_shows(compared: list[dict[str, str]], mime: str) -> None:
    before, after = compared
    cell, untouched = str(MIMES.index(mime)), str(len(MIMES))
    assert (before[cell], after[cell]) == ("PASSED", "FAILED")
    assert (before[untouched], after[untouched]) == ("PASSED", "PASSED")


def test_unexecuted_notebook_passes_nbval_but_is_caught(tmp_path: Path) -> None:
    path = write(tmp_path / "one.ipynb", chapter("x = 1"))
    assert nbval(path).returncode == 0
    assert any("not executed" in fault for fault in notebook_faults(path))


def test_notebook_outside_the_toc_is_caught(small: Path) -> None:
    write(small.with_name("two.ipynb"), chapter("1"))
    assert toc_faults(small.parent.parent) == ["book/two.ipynb: not in _toc.yml"]


def test_missing_chapter_is_caught(small: Path) -> None:
    small.unlink()
    assert toc_faults(small.parent.parent) == ["book/one.ipynb: in _toc.yml, but there is no such file"]


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        (new_output("error", ename="ValueError", evalue="no", traceback=[]), "ValueError is stored"),
        (new_output("stream", name="stderr", text="careful"), "stderr is stored"),
        (new_output("display_data", data={"image/png": "AAAA"}), "picture of pixels"),
    ],
)
def test_bad_output_is_caught(small: Path, output: Any, fault: str) -> None:
    alter(small, lambda book: book.cells[1].outputs.append(output))
    assert any(fault in line for line in notebook_faults(small))


@pytest.mark.parametrize("change", [{"source": "# NBVAL_SKIP\n1"}, {"metadata": {"tags": ["nbval-ignore-output"]}}])
def test_cell_that_escapes_checking_is_caught(small: Path, change: dict[str, Any]) -> None:
    alter(small, lambda book: book.cells[1].update(nbformat.from_dict(change)))
    assert any("asks not to be checked" in line for line in notebook_faults(small))


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("\n".join(["x = 1"] * 11), "11 lines of code, at most 10"),
        ("x = '" + "a" * 80 + "'", "a line of 86 characters"),
        ("def f():\n    return 1", "a definition of several lines"),
    ],
)
def test_overlong_cell_is_caught(small: Path, source: str, fault: str) -> None:
    alter(small, lambda book: book.cells[1].update(source=source))
    assert any(fault in line for line in notebook_faults(small))


WORDS = {"figure": {"caption": "A line.", "name": "fig-line"}, "image": {"alt": "A rising line."}}


@pytest.mark.parametrize(
    ("part", "key", "fault"),
    [("figure", "caption", "a caption"), ("figure", "name", "a name"), ("image", "alt", "alternative text")],
)
def test_figure_without_words_is_caught(small: Path, part: str, key: str, fault: str) -> None:
    def show(words: dict[str, Any]) -> list[str]:
        """Let the first cell show a figure with these words; return the faults."""
        figure = [new_output("display_data", data={"image/svg+xml": "<svg/>"})]
        alter(small, lambda book: book.cells[1].update(outputs=figure, metadata={"mystnb": words}))
        return notebook_faults(small)

    assert show(WORDS) == []
    for empty in ({}, {key: " "}):
        kept = {name: value for name, value in WORDS[part].items() if name != key}
        assert any(f"cell 2: a figure without {fault}" in line for line in show({**WORDS, part: {**kept, **empty}}))


def test_pictures_of_pages_have_alternative_text() -> None:
    pages = sorted((ROOT / "book").glob("*.md"))
    assert pages
    assert {path.name: picture_faults(path.read_text("utf-8")) for path in pages} == {path.name: [] for path in pages}


@pytest.mark.parametrize(
    "page",
    [
        "text ![](a.svg) text",
        "```{figure} a.svg\n:name: fig-a\n\nA caption.\n```",
        ":::{image} a.svg\n:alt:\n:::",
        "```{figure} a.svg\n---\nname: fig-a\n---\nA caption.\n```",
    ],
)
def test_picture_without_alternative_text_is_caught(page: str) -> None:
    assert picture_faults(page) == ["a picture without alternative text: a.svg"]


@pytest.mark.parametrize(
    "page", ["![a line](a.svg)", "```{figure} a.svg\n:alt: a line\n```", "```{image} a.svg\n---\nalt: a line\n---\n```"]
)
def test_picture_with_alternative_text_passes(page: str) -> None:
    assert picture_faults(page) == []


def test_code_without_prose_between_is_caught(small: Path) -> None:
    alter(small, lambda book: book.cells.pop(2))
    assert any("no prose between" in line for line in notebook_faults(small))


def test_last_semicolon_is_caught(small: Path) -> None:
    alter(small, lambda book: book.cells[1].update(source="1 + 1;"))
    assert nbval(small).returncode == 0, "nbval shows the value all the same"
    assert any("does not hide an output" in line for line in notebook_faults(small))


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("1 / 0", "cell 2 fails: ZeroDivisionError"),
        ("import sys\nprint('careful', file=sys.stderr)", "cell 2 writes to stderr: careful"),
        ("import warnings\nwarnings.warn('careful')", "cell 2 writes to stderr"),
    ],
)
def test_failing_cell_ends_execution_and_leaves_the_file(tmp_path: Path, source: str, word: str) -> None:
    path = write(tmp_path / "bad.ipynb", chapter(source))
    before = path.read_bytes()
    result = run("tools.execute", str(path))
    assert result.returncode == 1
    assert f"bad.ipynb: {word}" in result.stdout
    assert path.read_bytes() == before
    assert json.loads(before)["cells"][1]["execution_count"] is None


WHOLE = """# A chapter

It shows one thing. It decides nothing.

## What was found

Nothing. And that at once.

## Exercises

```{exercise} One
:label: ex-one

Why?
```

```{solution-start} ex-one
:class: dropdown
```

Because.

```{solution-end}
```
"""


def test_a_whole_chapter_has_no_fault() -> None:
    assert list(shape_faults(WHOLE)) == []


@pytest.mark.parametrize(
    ("part", "instead", "fault"),
    [
        (" It decides nothing.", "", "no title followed by 2 sentences"),
        ("What was found", "Summary", "no summary"),
        ("{exercise}", "{note}", "no exercises"),
        ("{solution-start} ex-one", "{solution-start} ex-two", "the exercise ex-one has no solution"),
        ("{solution-start} ex-one", "{solution-start} ex-two", "a solution of no exercise: ex-two"),
        (":class: dropdown\n", "", "the solution of ex-one is not hidden"),
        ("{solution-end}", "{note}", "begun and not ended"),
    ],
)
def test_what_a_chapter_lacks_is_noticed(part: str, instead: str, fault: str) -> None:
    assert any(fault in line for line in shape_faults(WHOLE.replace(part, instead)))
