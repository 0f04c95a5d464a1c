"""Blocks of a design: what is held fixed, varied together, varied in all combinations, and drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

from lossbook.arguments import shown, whole
from lossbook.sweep.draws import read_law
from lossbook.sweep.errors import DesignError, Path_, spelled
from lossbook.sweep.ranges import read_range
from lossbook.sweep.settings import read_value
from lossbook.sweep.values import entries_of

PARTS = ("fixed", "grid", "entries", "random")
MOST_TASKS = 10_000_000
Given = dict[str, Any]


class Position(NamedTuple):
    """Where a task stands in its block: the number of its entry, of its value on each axis, and of its draw."""

    entry: int
    axes: dict[str, int]
    draw: int


@dataclass(frozen=True)
class Block:
    """A part of a design in its one form: its tasks are all combinations of entries, grid and draws.

    Attributes:
        fixed: settings of all its tasks.
        axes: the grid, by setting.
        entries: settings that go together; one empty entry if there are none.
        laws: how settings are drawn.
        draws: how many times; 1 without laws.
        seed: of the draws.
        places: where each setting stands in the design; under ``""`` where the block does.
    """

    fixed: Given
    axes: dict[str, list[Any]]
    entries: list[Given]
    laws: dict[str, Callable[[int, int], Any]]
    draws: int
    seed: int
    places: dict[str, Path_]

    @property
    def count(self) -> int:
        """How many tasks it makes, each counted as often as it comes up."""
        return len(self.entries) * prod(map(len, self.axes.values())) * self.draws

    def position(self, number: int) -> Position:
        """Say where a task stands.

        Args:
            number: from 0; draws change first, then the last axis of the grid, and entries last.

        Returns:
            the numbers that make it.
        """
        number, draw = divmod(number, self.draws)
        axes = {}
        for name, values in reversed(self.axes.items()):
            number, axes[name] = divmod(number, len(values))
        return Position(number, axes, draw)

    def varied(self, number: int, known: Sequence[str]) -> Given:
        """Give the settings of one task that the whole block does not share.

        Args:
            number: from 0, as for :meth:`position`.
            known: the settings that the measure takes.

        Returns:
            values in their one form.
        """
        entry, axes, draw = self.position(number)
        chosen = {name: self.axes[name][place] for name, place in reversed(axes.items())}
        drawn = {name: read_value(name, law(self.seed, draw), known) for name, law in self.laws.items()}
        return {**self.entries[entry], **chosen, **drawn}

    def given(self, number: int, known: Sequence[str]) -> Given:
        """Give the settings of one task that the design names.

        Args:
            number: from 0, as for :meth:`position`.
            known: the settings that the measure takes.

        Returns:
            values in their one form.
        """
        return {**self.fixed, **self.varied(number, known)}

    def place_of(self, name: str, number: int) -> Path_:
        """Say where a setting of a task stands.

        Args:
            name: of the setting.
            number: of the task.

        Returns:
            the place in the design; that of the block if the setting stands nowhere.
        """
        place = self.places.get(name, self.places[""])
        entry, axes, _ = self.position(number)
        if name in axes:
            return (*place, axes[name])
        return (*place, entry, name) if place[-1:] == ("entries",) else place


def check_table(value: Any, known: Sequence[str] | None, place: Path_, what: str) -> None:
    """Refuse what is no table, or has other keys.

    Args:
        value: what was given.
        known: the keys that there are; None for any.
        place: where it stands.
        what: what to call it.

    Raises:
        DesignError: if it is none, or a key is unknown.
    """
    if not isinstance(value, Mapping):
        raise DesignError(f"{what} must be a table; got {shown(value)}", place)
    for key in value:
        if known is not None and key not in known:
            raise DesignError(f"unknown key {shown(key)}: {what} has {', '.join(known)}", (*place, key))


def is_empty(value: Any) -> bool:
    """Tell whether a part of a design holds nothing.

    Args:
        value: the part.

    Returns:
        whether it is a table or a list without entries.
    """
    return (isinstance(value, Mapping) or entries_of(value) is not None) and not len(value)


def check_filled(parts: Mapping[str, Any], place: Path_) -> None:
    """Refuse an empty part where it could be left out.

    Args:
        parts: by name.
        place: where they stand.

    Raises:
        DesignError: if one is an empty table or list.
    """
    for name, part in parts.items():
        if is_empty(part):
            raise DesignError(f"{name} must not be empty: leave it out, or fill it", (*place, name))


class _Reader:
    """Reads the parts of a block, the design's own first."""

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known
        self.block = Block({}, {}, [{}], {}, 1, 0, {"": ()})
        self.numbers: dict[str, int] = {}  # of the draws

    def value(self, name: str, value: Any, place: Path_) -> Any:
        """Read one value."""
        try:
            return read_value(name, value, self.known)
        except DesignError as error:
            raise DesignError(error.message, place) from error

    def claim(self, name: str, place: Path_) -> None:
        """Remember where a setting stands; only what is fixed in the whole design may be given anew in a block."""
        there = self.block.places.get(name)
        if there is not None and not (there[:1] == ("fixed",) and place[:1] == ("blocks",)):
            raise DesignError(f"{shown(name)} must be given once; it stands in {spelled(there)} too", place)
        self.block.places[name] = place

    def fixed(self, part: Any, place: Path_) -> None:
        """Read what is held fixed."""
        check_table(part, None, place, "fixed")
        for name, value in part.items():
            self.block.fixed[name] = self.value(name, value, (*place, name))
            self.claim(name, (*place, name))

    def grid(self, part: Any, place: Path_) -> None:
        """Read the grid."""
        check_table(part, None, place, "grid")
        for name, values in part.items():
            here = (*place, name)
            if name not in self.known:
                self.value(name, values, here)
            listed = self.range(name, values, here) if isinstance(values, Mapping) else entries_of(values)
            if not listed or len(listed) > MOST_TASKS:
                message = f"{name} must be a list of at least one value, and at most {MOST_TASKS:,}, or a range"
                raise DesignError(f"{message}; got {shown(values)}", here)
            self.block.axes[name] = [self.value(name, value, (*here, i)) for i, value in enumerate(listed)]
            self.claim(name, here)

    @staticmethod
    def range(name: str, values: Mapping[str, Any], place: Path_) -> Sequence[Any]:
        """Read a range of the grid."""
        try:
            return read_range(name, values)
        except DesignError as error:
            raise DesignError(error.message, place) from error

    def entries(self, part: Any, place: Path_) -> None:
        """Read the settings that go together."""
        listed = entries_of(part)
        if listed is None:
            raise DesignError(f"entries must be a list of tables; got {shown(part)}", place)
        if self.block.entries != [{}]:
            raise DesignError("entries must stand in the whole design or in its blocks; they stand in both", place)
        read = []
        for i, entry in enumerate(listed):
            check_table(entry, None, (*place, i), "an entry")
            if not entry:
                raise DesignError("an entry must name at least one setting; got {}", (*place, i))
            read.append({name: self.value(name, value, (*place, i, name)) for name, value in entry.items()})
        for name in dict.fromkeys(name for entry in read for name in entry):
            self.claim(name, place)
        self.block.entries[:] = read

    def random(self, part: Any, place: Path_) -> None:
        """Read what is drawn; ``draws`` and ``seed`` are of the draws, unless they are laws of settings."""
        check_table(part, None, place, "random")
        for name, law in part.items():
            here = (*place, name)
            if name in ("draws", "seed") and not isinstance(law, Mapping):
                try:
                    self.numbers[name] = whole(law, name, *((1, MOST_TASKS) if name == "draws" else (0, 2**63 - 1)))
                except (TypeError, ValueError) as error:
                    raise DesignError(str(error), here) from error
            else:
                self.law(name, law, here)

    def law(self, name: str, law: Any, place: Path_) -> None:
        """Read how one setting is drawn; everything that may be chosen must be right, whether it is or not."""
        if name not in self.known:
            self.value(name, law, place)
        try:
            self.block.laws[name] = read_law(name, law)
        except DesignError as error:
            raise DesignError(error.message, place) from error
        for i, choice in enumerate(law.get("choice", ()) if "count" not in law else ()):
            self.value(name, choice, (*place, "choice", i))
        self.claim(name, place)

    def finished(self) -> Block:
        """Put draws and laws together."""
        block, numbers = self.block, self.numbers
        if block.laws and "draws" not in numbers:
            place = next(iter(block.places[name] for name in block.laws))[:-1]
            raise DesignError("draws must be given: how many times the settings are drawn", place)
        draws = numbers["draws"] if block.laws else 1
        return Block(**{**vars(block), "draws": draws, "seed": numbers.get("seed", 0)})


def read_block(parts: Sequence[tuple[Path_, Mapping[str, Any]]], known: Sequence[str]) -> Block:
    """Read a block.

    Args:
        parts: the tables that make it, each with its place: the design's own first.
        known: the settings that the measure takes.

    Returns:
        the block in its one form.

    Raises:
        DesignError: if something is wrong, or draws are wanted and nothing is drawn.
    """
    reader = _Reader(known)
    for place, given in parts:
        reader.block.places[""] = place
        for part in PARTS:
            if part in given and not is_empty(given[part]):
                getattr(reader, part)(given[part], (*place, part))
    block = reader.finished()
    place, given = parts[-1]
    if not block.laws and not is_empty(given.get("random", {})):
        raise DesignError("random must say of at least one setting how it is drawn", (*place, "random"))
    return block
