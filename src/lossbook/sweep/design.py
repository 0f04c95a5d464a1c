r"""Designs of sweeps: what is held fixed, what is varied, and all that this makes.

A design is a TOML file, or an object with the same parts:

- ``measure``: what is computed of each task (:mod:`lossbook.sweep.measures`); ``title``;
- ``fixed``: settings of all tasks;
- ``grid``: lists of values; every combination is a task;
- ``entries``: tables of settings that go together; each is combined with the whole grid;
- ``random``: ``draws`` and ``seed``, and for each setting its law (:mod:`lossbook.sweep.draws`); each draw is
  combined with the whole grid, so that points of the grid are compared on the same draws;
- ``blocks``: tables with these parts; the sweep is their union, each with the design's own parts added.

Only what differs from the defaults is written. A task that comes up twice is one task.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from lossbook.arguments import shown
from lossbook.sweep.blocks import MOST_TASKS, PARTS, Block, check_table, read_block
from lossbook.sweep.errors import DesignError
from lossbook.sweep.lines import line_of
from lossbook.sweep.measure import Measure
from lossbook.sweep.measures import MEASURES
from lossbook.sweep.settings import complete


@dataclass(frozen=True)
class Design:
    """A design; see the module for its parts.

    Args:
        title: a line for people.
        measure: what is computed of each task.
        fixed: settings of all tasks.
        grid: lists of values by setting.
        entries: tables of settings that go together.
        random: ``draws``, ``seed``, and a law by setting.
        blocks: tables with the last four parts.

    Raises:
        DesignError: a ``ValueError`` that names the place, if a part, a setting or a value is wrong.

    Example:
        >>> design = Design(fixed={"learning_rate": 0.01, "steps": 100}, grid={"imbalance": [1, 10], "batch": [1, 8]})
        >>> len(design)
        4
    """

    title: str = ""
    measure: str = "learning"
    fixed: Mapping[str, Any] = field(default_factory=dict)
    grid: Mapping[str, Any] = field(default_factory=dict)
    entries: Sequence[Mapping[str, Any]] = ()
    random: Mapping[str, Any] = field(default_factory=dict)
    blocks: Sequence[Mapping[str, Any]] = ()
    source: str = field(default="", repr=False, compare=False)
    text: str = field(default="", repr=False, compare=False)
    read_blocks: list[Block] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read all parts; see the class."""
        with self.placed():
            object.__setattr__(self, "read_blocks", self._blocks())
            if len(self) > MOST_TASKS:
                raise DesignError(f"a design must make at most {MOST_TASKS:,} tasks; got {len(self):,}: divide it")

    @classmethod
    def parse(cls, text: str, source: str = "") -> Design:
        """Read a design from TOML; decimal numbers are taken as they are written.

        Args:
            text: the document.
            source: the file's name, for messages.

        Returns:
            the design.

        Raises:
            DesignError: if it is no TOML, or no design; the message names file, line and place.
        """
        try:
            parts = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise DesignError(f"it must be a TOML file: {error}", file=f"{source or 'design'}{_at(error)}") from error
        known = ("title", "measure", *PARTS, "blocks")
        for key in parts:
            if key not in known:
                message = f"unknown key {key!r}: a design has {', '.join(known)}"
                raise DesignError(message, (key,), f"{source or 'design'}:{line_of(text, (key,))}")
        return cls(**parts, source=source, text=text)

    @classmethod
    def read(cls, path: Path | str) -> Design:
        """Read a design from a file.

        Args:
            path: of the TOML file.

        Returns:
            the design; as :meth:`parse` gives it.

        Raises:
            DesignError: if there is no such file, or it is not text.
        """
        try:
            text = Path(path).read_text("utf-8")
        except OSError as error:
            raise DesignError(f"the design must be a TOML file; {error.strerror}", file=str(path)) from error
        except UnicodeDecodeError as error:
            raise DesignError("the design must be a TOML file in UTF-8; it is not text", file=str(path)) from error
        return cls.parse(text, str(path))

    def __len__(self) -> int:
        """How many tasks it makes, each counted as often as it comes up."""
        return sum(len(block) for block in self.read_blocks)

    @property
    def definition(self) -> Measure:
        """What is computed of each task."""
        return MEASURES[self.measure]

    def placed(self) -> _Placed:
        """Give a context in which a fault of the design gets file and line.

        Returns:
            the context.
        """
        return _Placed(self)

    @property
    def parts(self) -> dict[str, Any]:
        """The design as it can be written in JSON, without what is empty."""
        names = ("title", "measure", *PARTS, "blocks")
        return {name: _plain(getattr(self, name)) for name in names if getattr(self, name)}

    def configuration(self, number: int) -> dict[str, Any]:
        """Make one task.

        Args:
            number: from 0, over all blocks.

        Returns:
            all its settings in their one form.
        """
        block, number = self._block_of(number)
        measure = self.definition
        try:
            return complete(block.given(number, measure.settings), measure.settings, measure.defaults)
        except DesignError as error:
            raise self.fault(error, number, block) from error

    def _block_of(self, number: int) -> tuple[Block, int]:
        for block in self.read_blocks:
            if number < len(block):
                return block, number
            number -= len(block)
        raise IndexError(number)

    def fault(self, error: Exception, number: int, block: Block | None = None) -> DesignError:
        """Place an error that a task's settings raise together.

        Args:
            error: it begins with a setting's name.
            number: of the task.
            block: the block that the number counts in; None for the whole design.

        Returns:
            the error, with the place of the setting, file and line, and with what varies in the task.
        """
        if block is None:
            block, number = self._block_of(number)
        message = error.message if isinstance(error, DesignError) else str(error)
        words = re.sub(r"\b(problem|thresholds)\b", "interval lengths imbalance", message)
        named = min((name for name in block.places if name and name in words), key=words.find, default="")
        given = {} if isinstance(error, DesignError) else block.given(number, self.definition.settings)
        varied = [f"{name} = {shown(given[name])}" for name in given if name not in block.fixed]
        where = f" (in the task with {', '.join(varied[:4])})" if varied else ""
        return self.located(DesignError(message + where, block.place_of(named, number)))

    def located(self, error: DesignError) -> DesignError:
        """Add file and line to an error.

        Args:
            error: with its place.

        Returns:
            the error; the same where the design has no file.
        """
        return error if error.file or not self.text else _located(error, self.text, self.source)

    def _blocks(self) -> list[Block]:
        """Bring all parts to their one form."""
        if not isinstance(self.title, str):
            raise DesignError(f"title must be text; got {shown(self.title)}", ("title",))
        if self.measure not in MEASURES:
            raise DesignError(f"measure must be one of {', '.join(MEASURES)}; got {shown(self.measure)}", ("measure",))
        common = {part: getattr(self, part) for part in PARTS}
        if isinstance(self.blocks, (str, Mapping)) or not isinstance(self.blocks, Sequence):
            raise DesignError(f"blocks must be a list of tables; got {shown(self.blocks)}", ("blocks",))
        if not self.blocks:
            return [read_block([((), common)], self.definition.settings)]
        found = []
        for i, parts in enumerate(self.blocks):
            check_table(parts, PARTS, ("blocks", i), "a block")
            found.append(read_block([((), common), (("blocks", i), parts)], self.definition.settings))
        return found


class _Placed:
    """A context that adds file and line to a fault of the design."""

    def __init__(self, design: Design) -> None:
        self.design = design

    def __enter__(self) -> None:
        """Nothing is needed."""

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        """Place the fault."""
        if isinstance(error, DesignError) and not error.file and self.design.text:
            raise self.design.located(error) from error


def _at(error: tomllib.TOMLDecodeError) -> str:
    """Give the line that an error of the parser names, as ``:7``."""
    named = re.search(r"at line (\d+)", str(error))
    return f":{named[1]}" if named else ""


def _located(error: DesignError, text: str, source: str) -> DesignError:
    return DesignError(error.message, error.place, f"{source or 'design'}:{line_of(text, error.place)}")


def _plain(value: Any) -> Any:
    """Write a part of a design in JSON's values; an exact number as text."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, (str, bool, int, float)) or value is None else str(value)
