"""The house's papers agree with each other and with the book: claims, picture, commands, citation, changelog."""

import json
import re
from pathlib import Path

import pytest
import yaml

from lossbook.claims import ledger, table
from tools.chapters import ROOT
from tools.picture import PICTURE, picture


def front_page() -> str:
    cells = json.loads((ROOT / "book" / "index.ipynb").read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def dead_links(text: str, folder: Path) -> list[str]:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    return [target for target in targets if not (folder / target).exists()]


def test_readme_and_front_page_show_the_ledgers_table() -> None:
    assert table(ledger()) in (ROOT / "README.md").read_text("utf-8")
    assert "```{claims-table}\n```" in front_page()


def test_a_changed_verdict_is_noticed() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert table(ledger()) not in text.replace("**proved**", "**open**", 1)


def test_the_picture_of_the_readme_is_that_of_the_front_page() -> None:
    assert PICTURE.read_text("utf-8") == picture()
    assert "book/_static/front.svg" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_into_the_project_leads_somewhere(name: str) -> None:
    assert dead_links((ROOT / name).read_text("utf-8"), ROOT) == []


def test_a_dead_link_is_noticed() -> None:
    assert dead_links("see [here](nowhere.md)", ROOT) == ["nowhere.md"]


def test_the_readme_names_only_targets_that_the_makefile_has() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    assert {"book", "test"} <= named <= targets


def test_the_citation_names_title_version_and_the_paper() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert version is not None
    assert citation["version"] == version[1]
    assert citation["references"][0]["year"] == 2024
    assert {"cff-version", "message", "title", "authors", "license"} <= set(citation)


def test_the_changelog_keeps_its_form() -> None:
    headings = re.findall(r"^(#+ .+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    kinds = {"### Added", "### Changed", "### Deprecated", "### Removed", "### Fixed", "### Security"}
    assert headings[0] == "# Changelog"
    assert headings[1] == "## [Unreleased]"
    assert all(heading in kinds for heading in headings if heading.startswith("###"))


def test_contributing_gives_each_dependency_its_reason() -> None:
    reasons = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    named = re.findall(r'^\s+"([A-Za-z][\w-]*)[=<>]', project, re.M)
    assert named
    assert [name for name in named if name.lower() not in reasons.lower()] == []


OWN_LOOK = {
    "draws by itself": r"\bmatplotlib\b|\bplt\.|\bpyplot\b|\bplotly\b|\bseaborn\b",
    "has a style of its own": r"<style|\bstyle\s*=\s*[\"']|rcParams",
}


def own_looks(text: str) -> list[str]:
    """How a cell or page departs from the one style sheet and the one style of figures."""
    return [what for what, pattern in OWN_LOOK.items() if re.search(pattern, text)]


def sources(path: Path) -> str:
    """What an author wrote in a page: all cells of a notebook, or the text."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def test_every_figure_and_page_has_the_one_style() -> None:
    pages = sorted([*(ROOT / "book").glob("*.ipynb"), *(ROOT / "book").glob("*.md")])
    assert pages
    assert {path.name: looks for path in pages if (looks := own_looks(sources(path)))} == {}


@pytest.mark.parametrize(
    "text",
    ["import matplotlib.pyplot as plt", "plt.plot(x)", "<style>p {}</style>", '<p style="color: red">', "rcParams[1]"],
)
def test_a_look_of_its_own_is_noticed(text: str) -> None:
    assert own_looks(text)
    assert not own_looks("from lossbook import figures; figures.use_style()")
