"""Blocks of a design: what is held fixed, varied together, varied in all combinations, and drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from lossbook.arguments import shown, whole
from lossbook.sweep.draws import read_law
from lossbook.sweep.errors import DesignError, Path_
from lossbook.sweep.ranges import read_range
from lossbook.sweep.settings import read_value

PARTS = ("fixed", "grid", "entries", "random")
MOST_TASKS = 10_000_000
Given = dict[str, Any]


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
        places: where each setting stands in the design.
    """

    fixed: Given
    axes: dict[str, list[Any]]
    entries: list[Given]
    laws: dict[str, Callable[[int, int], Any]]
    draws: int
    seed: int
    places: dict[str, Path_]

    def __len__(self) -> int:
        """How many tasks it makes, each counted as often as it comes up."""
        return len(self.entries) * prod(map(len, self.axes.values())) * self.draws

    def given(self, number: int, known: Sequence[str]) -> Given:
        """Give the settings of one task that the design names.

        Args:
            number: from 0; draws change first, then the last axis of the grid, and entries last.
            known: the settings that the measure takes.

        Returns:
            values in their one form.
        """
        number, draw = divmod(number, self.draws)
        chosen = {}
        for name, values in reversed(self.axes.items()):
            number, place = divmod(number, len(values))
            chosen[name] = values[place]
        drawn = {name: read_value(name, law(self.seed, draw), known) for name, law in self.laws.items()}
        return {**self.fixed, **self.entries[number], **chosen, **drawn}

    def place_of(self, name: str, number: int) -> Path_:
        """Say where a setting of a task stands.

        Args:
            name: of the setting.
            number: of the task.

        Returns:
            the place in the design; that of the block if the setting stands nowhere.
        """
        place = self.places.get(name, self.places[""])
        if "entries" in place:
            entry = number // (len(self) // len(self.entries))
            place = (*place, entry, name)
        return place


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
            raise DesignError(f"unknown key {key!r}: {what} has {', '.join(known)}", (*place, key))


class _Reader:
    """Reads the parts of a block, the design's own first."""

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known
        self.block = Block({}, {}, [{}], {}, 1, 0, {"": ()})

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
            raise DesignError(f"{name} must be given once; it stands in {'.'.join(map(str, there[:-1]))} too", place)
        self.block.fixed.pop(name, None)
        self.block.places[name] = place

    def fixed(self, part: Any, place: Path_) -> None:
        """Read what is held fixed."""
        check_table(part, None, place, "fixed")
        for name, value in part.items():
            read = self.value(name, value, (*place, name))
            self.claim(name, (*place, name))
            self.block.fixed[name] = read

    def grid(self, part: Any, place: Path_) -> None:
        """Read the grid."""
        check_table(part, None, place, "grid")
        for name, values in part.items():
            here = (*place, name)
            if name not in self.known:
                self.value(name, values, here)
            if isinstance(values, Mapping):
                values = self.range(name, values, here)
            if isinstance(values, str) or not isinstance(values, Sequence) or not values:
                raise DesignError(f"{name} must be a list of at least one value; got {shown(values)}", here)
            read = [self.value(name, value, (*here, i)) for i, value in enumerate(values)]
            self.claim(name, here)
            self.block.axes[name] = read

    @staticmethod
    def range(name: str, values: Mapping[str, Any], place: Path_) -> list[Any]:
        """Read a range of the grid."""
        try:
            return list(read_range(name, values))
        except DesignError as error:
            raise DesignError(error.message, place) from error

    def entries(self, part: Any, place: Path_) -> None:
        """Read the settings that go together."""
        if not part and isinstance(part, Sequence):
            return
        if isinstance(part, (str, Mapping)) or not isinstance(part, Sequence):
            raise DesignError(f"entries must be a list of tables; got {shown(part)}", place)
        read = []
        for i, entry in enumerate(part):
            check_table(entry, None, (*place, i), "an entry")
            read.append({name: self.value(name, value, (*place, i, name)) for name, value in entry.items()})
        for name in dict.fromkeys(name for entry in read for name in entry):
            self.claim(name, place)
        self.block.entries[:] = read

    def random(self, part: Any, place: Path_) -> None:
        """Read what is drawn."""
        check_table(part, None, place, "random")
        if not part:
            return
        own = {key: part[key] for key in ("draws", "seed") if not isinstance(part.get(key, {}), Mapping)}
        numbers = {}
        for key, value, low, high in (("draws", None, 1, MOST_TASKS), ("seed", 0, 0, 2**63 - 1)):
            try:
                numbers[key] = whole(own.get(key, value), key, low, high)
            except (TypeError, ValueError) as error:
                raise DesignError(str(error), (*place, key)) from error
        for name, law in part.items():
            if name in own:
                continue
            here = (*place, name)
            if name not in self.known:
                self.value(name, law, here)
            try:
                self.block.laws[name] = read_law(name, law)
            except DesignError as error:
                raise DesignError(error.message, here) from error
            self.claim(name, here)
        self.block = Block(**{**vars(self.block), **numbers})


def read_block(parts: Sequence[tuple[Path_, Mapping[str, Any]]], known: Sequence[str]) -> Block:
    """Read a block.

    Args:
        parts: the tables that make it, each with its place: the design's own first.
        known: the settings that the measure takes.

    Returns:
        the block in its one form.
    """
    reader = _Reader(known)
    for place, given in parts:
        reader.block.places[""] = place
        for part in PARTS:
            if part in given:
                getattr(reader, part)(given[part], (*place, part))
    return reader.block
