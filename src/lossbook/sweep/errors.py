"""What can be wrong with a sweep: its design, or what happened while it ran."""

from __future__ import annotations

import json
import re

Path_ = tuple[str | int, ...]
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DECIMAL = re.compile(r"Decimal\('([^']*)'\)")  # which is shown as one writes it


class DesignError(ValueError):
    """A design that cannot be run, in one line, with the place of the fault.

    Args:
        message: what is wrong, and what is wanted.
        place: the keys that lead to it, such as ``("grid", "batch", 2)``.
        file: the design's file, and the line, if it has one: ``"design.toml:7"``.
    """

    def __init__(self, message: str, place: Path_ = (), file: str = "") -> None:
        """Keep message and place; see the class."""
        self.message = _DECIMAL.sub(r"\1", " ".join(message.split()))
        self.place, self.file = place, file
        super().__init__(": ".join(part for part in (file, spelled(place), self.message) if part))


class SweepError(Exception):
    """A sweep that could not go on, or a folder that cannot be used; what is stored is complete and stays."""


def spelled(place: Path_) -> str:
    """Write a place as one reads it in a design.

    Args:
        place: keys and positions.

    Returns:
        such as ``grid.batch[2]``, counted from 0; a key with other characters than a bare one is quoted.

    Example:
        >>> spelled(("blocks", 0, "grid", "batch", 2)), spelled(("grid", "learning rate"))
        ('blocks[0].grid.batch[2]', 'grid."learning rate"')
    """
    text = ""
    for key in place:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            word = key if _BARE.fullmatch(str(key)) else json.dumps(str(key))
            text += f".{word}" if text else word
    return text
