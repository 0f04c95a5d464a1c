"""In which line of a TOML file a value stands: found by parsing ever longer beginnings of the file.

A file can be cut behind every line that does not end inside a text of several lines: closing the brackets that are
open there makes a document again. The value is in all beginnings from some cut on, and it begins behind the cut before.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lossbook.sweep.errors import Path_

_TOKEN = re.compile(
    r"""
    "{3} (?: \\. | [^\\] )*? "{3,5} | '{3} .*? '{3,5} | " (?: \\. | [^"\\\n] )* " | ' [^'\n]* '  # text
    | \#[^\n]* | [\[\]{}\n]
    """,
    re.DOTALL | re.VERBOSE,
)
_CLOSING = {"[": "]", "{": "}"}


class _Cut(NamedTuple):
    """A place to cut: so many characters, so many lines, and what closes the brackets that are open."""

    characters: int
    lines: int
    closing: str


def _cuts(text: str) -> list[_Cut]:
    """List the places at which a document can be cut, the beginning and the end among them."""
    cuts, lines, closing = [_Cut(0, 0, "")], 0, ""
    for token in _TOKEN.finditer(text):
        mark = token[0]
        lines += mark.count("\n")
        if mark in _CLOSING:
            closing = _CLOSING[mark] + closing
        elif mark in ("]", "}"):
            closing = closing[1:]
        elif mark == "\n":
            cuts.append(_Cut(token.end(), lines, closing))
    return [*cuts, _Cut(len(text), lines + 1, closing)]


def _holds(document: Any, place: Path_) -> bool:
    """Tell whether a document has a value at a place."""
    for key in place:
        if isinstance(document, Mapping):
            inside = key in document
        else:
            listed = isinstance(document, Sequence) and not isinstance(document, str)
            inside = listed and isinstance(key, int) and key < len(document)
        if not inside:
            return False
        document = document[key]
    return True


def _first_words(text: str, first: int, stop: int) -> int:
    """Find the first of some lines, counted from 1, that is neither empty nor a comment; 0 if none is."""
    for number, line in enumerate(text.split("\n")[first:stop], first + 1):
        words = line.strip()
        if words and not words.startswith("#"):
            return number
    return 0


def line_of(text: str, place: Path_) -> int:
    r"""Find the line in which a value begins.

    Args:
        text: a TOML document that parses.
        place: keys and positions that lead to the value; as much of it as is there counts.

    Returns:
        the line, from 1.

    Example:
        >>> line_of("[grid]\nbatch = [\n  1,\n  8,\n]\n", ("grid", "batch", 1))
        4
    """
    document = tomllib.loads(text)
    while place and not _holds(document, place):
        place = place[:-1]
    if not place:
        return 1
    cuts = _cuts(text)
    before, there = 0, len(cuts) - 1  # cuts without the value, and with it
    while there - before > 1:
        middle = (before + there) // 2
        cut = cuts[middle]
        if _holds(tomllib.loads(text[: cut.characters] + cut.closing), place):
            there = middle
        else:
            before = middle
    return _first_words(text, cuts[before].lines, cuts[there].lines)


def last_statement(text: str) -> int:
    r"""Find the line in which the last statement begins, such as one that is not closed.

    Args:
        text: a TOML document, which may be broken.

    Returns:
        the line, from 1.

    Example:
        >>> last_statement("measure = 'learning'\nbatch = [1,\n2\n")
        2
    """
    total = text.count("\n") + 1
    lines = (_first_words(text, cut.lines, total) for cut in reversed(_cuts(text)[:-1]) if not cut.closing)
    return next(filter(None, lines), 1)
