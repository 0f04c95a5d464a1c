"""Every built page is valid HTML by the Nu Html Checker, and the checker finds what is not."""

import shutil
from pathlib import Path

import pytest

from tools import npm, validate

pytestmark = pytest.mark.browser

PAGE = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A</title></head><body>{}</body></html>'
BAD = {
    "Duplicate ID": '<p id="a">one</p><p id="a">two</p>',
    "Unclosed element": "<div><b>bold</div>",
    "“alt” attribute": '<img src="p.svg">',
    "not allowed as child": "<ul><p>no item</p></ul>",
    "Bad value": '<a href="a b">a blank</a>',
    "Attribute “colour” not allowed": '<p colour="red">red</p>',
}


@pytest.fixture(scope="module", autouse=True)
def _ready() -> None:
    """Fail at once, and say what is missing, where the checker cannot run."""
    try:
        validate.command()
    except (validate.NoValidatorError, npm.FetchError) as error:
        pytest.fail(str(error), pytrace=False)


def test_every_page_is_valid(book: Path) -> None:
    assert validate.faults(book) == []


def test_each_kind_of_fault_is_found_and_a_good_page_passes(tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text(PAGE.format("<h1>A</h1><p>Good.</p>"), "utf-8")
    for place, body in enumerate(BAD.values()):
        (tmp_path / f"bad{place}.html").write_text(PAGE.format(body), "utf-8")
    found = validate.faults(tmp_path)
    assert not any(line.startswith("good") for line in found)
    for place, word in enumerate(BAD):
        assert any(line.startswith(f"bad{place}.html:1:") and word in line for line in found), (word, found)


def test_no_pages_are_a_fault(tmp_path: Path) -> None:
    assert validate.faults(tmp_path) == [f"{tmp_path.resolve()}: no pages"]


def test_without_java_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(validate.NoValidatorError, match="install default-jre-headless"):
        validate.command()


def test_a_checker_that_breaks_is_no_pass(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(validate, "command", lambda: ["false"])
    with pytest.raises(validate.NoValidatorError, match="ended with 1"):
        validate.messages([tmp_path])
