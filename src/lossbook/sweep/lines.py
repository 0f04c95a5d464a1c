"""In which line of a TOML file a value stands: found by parsing ever longer beginnings of the file.

A beginning that ends inside a value does not parse. Among those that do, the value is in all from some line on; the
statement that brings it begins behind the longest beginning without it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from lossbook.sweep.errors import Path_


def _holds(document: Any, place: Path_) -> bool:
    """Tell whether a document has a value at a place."""
    for key in place:
        inside = (
            isinstance(key, int) and isinstance(document, Sequence) and not isinstance(document, str)
            and key < len(document)
        ) or (isinstance(document, Mapping) and key in document)  # fmt: skip
        if not inside:
            return False
        document = document[key]
    return True


def _parsed(lines: list[str], count: int) -> Any:
    """Parse the first lines; None if they end inside a value."""
    try:
        return tomllib.loads("\n".join(lines[:count]) + "\n")
    except tomllib.TOMLDecodeError:
        return None


def line_of(text: str, place: Path_) -> int:
    r"""Find the line in which a value begins.

    Args:
        text: a TOML document that parses.
        place: keys and positions that lead to the value; as much of it as is there counts.

    Returns:
        the line, from 1.

    Example:
        >>> line_of("[grid]\nbatch = [\n  1,\n  8,\n]\n", ("grid", "batch", 1))
        2
    """
    lines = text.splitlines()
    document = tomllib.loads(text)
    while place and not _holds(document, place):
        place = place[:-1]
    if not place:
        return 1
    before, there = 0, len(lines)  # beginnings of so many lines that parse, without the value and with it
    while True:
        middle = (before + there) // 2
        tried = middle
        while tried > before and (parsed := _parsed(lines, tried)) is None:
            tried -= 1
        if tried == before:  # nothing parses between before and middle
            tried = middle + 1
            while tried < there and (parsed := _parsed(lines, tried)) is None:
                tried += 1
            if tried >= there:
                break
        if _holds(parsed, place):
            there = tried
        else:
            before = tried
    for number in range(before, there):
        words = lines[number].strip()
        if words and not words.startswith("#"):
            return number + 1
    return there
