"""What can be wrong with a sweep: its design, or what happened while it ran."""

from __future__ import annotations

Path_ = tuple[str | int, ...]


class DesignError(ValueError):
    """A design that cannot be run, with the place of the fault.

    Args:
        message: what is wrong, and what is wanted.
        place: the keys that lead to it, such as ``("grid", "batch", 2)``.
        file: the design's file, and the line, if it has one: ``"design.toml:7"``.
    """

    def __init__(self, message: str, place: Path_ = (), file: str = "") -> None:
        """Keep message and place; see the class."""
        self.message, self.place, self.file = message, place, file
        super().__init__(": ".join(part for part in (file, spelled(place), message) if part))


class SweepError(Exception):
    """A sweep that could not go on, or a folder that cannot be used; what is stored is complete and stays."""


def spelled(place: Path_) -> str:
    """Write a place as one reads it in a design.

    Args:
        place: keys and positions.

    Returns:
        such as ``grid.batch[2]``, counted from 0.
    """
    text = ""
    for key in place:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text
