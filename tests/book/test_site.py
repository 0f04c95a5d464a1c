"""The built site is small and whole: its size, that of its pages, its links, and what was left out."""

import re
from pathlib import Path

import pytest

from tools import check_links

pytestmark = pytest.mark.browser

SITE, PAGE = 15_000_000, 1_500_000  # bytes


def oversize(folder: Path, site: int = SITE, page: int = PAGE) -> list[str]:
    """Return one line for each limit that a site breaks."""
    sizes = {path.relative_to(folder): path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()}
    lines = [f"{name}: {size} bytes" for name, size in sizes.items() if name.suffix == ".html" and size >= page]
    total = sum(sizes.values())
    return lines + ([f"the site: {total} bytes"] if total >= site else [])


def test_site_and_pages_are_small(book: Path) -> None:
    assert oversize(book) == []


def test_large_pages_and_sites_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("a" * 60, "utf-8")
    (tmp_path / "picture.svg").write_text("b" * 50, "utf-8")
    assert oversize(tmp_path, 200, 100) == []
    assert oversize(tmp_path, 110, 60) == ["page.html: 60 bytes", "the site: 110 bytes"]


def test_every_link_and_anchor_leads_somewhere(book: Path) -> None:
    assert check_links.faults(book) == []


def test_every_chapter_can_be_downloaded(book: Path) -> None:
    pages = [path for path in book.glob("book/*.html") if 'href="../_sources/' in path.read_text("utf-8")]
    assert len(pages) > 20


def test_nothing_is_left_that_only_developers_load(book: Path) -> None:
    assert [path for path in book.rglob("*") if path.suffix in (".map", ".ttf", ".po", ".mo")] == []


def test_icons_stand_in_the_pages(book: Path) -> None:
    for path in book.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r'<i class="[^"]*\bfa-', text), path
        assert "fontawesome.js" not in text, path
