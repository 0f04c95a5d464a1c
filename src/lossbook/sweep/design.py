r"""Designs of sweeps: what is held fixed, what is varied, and all that this makes.

A design is a TOML file, or an object with the same parts:

- ``measure``: what is computed of each task (:mod:`lossbook.sweep.measures`); ``title``;
- ``fixed``: settings of all tasks;
- ``grid``: lists of values, or ranges (:mod:`lossbook.sweep.ranges`); every combination is a task;
- ``entries``: tables of settings that go together; each is combined with the whole grid;
- ``random``: ``draws`` and ``seed``, and for each setting its law (:mod:`lossbook.sweep.draws`); each draw is
  combined with the whole grid, so that points of the grid are compared on the same draws;
- ``blocks``: tables with these parts; the sweep is their union, each with the design's own parts added.

Only what differs from the defaults is written (:func:`lossbook.sweep.settings.reference` lists them). A task that comes
up twice is one task. In a block a setting may replace one that is ``fixed`` for the whole design; any other setting
stands once. A part that is left out is empty; one that is written down must not be.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from numbers import Integral, Rational
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from lossbook.arguments import shown
from lossbook.sweep.blocks import MOST_TASKS, PARTS, Block, check_filled, check_table, is_empty, read_block
from lossbook.sweep.errors import DesignError
from lossbook.sweep.lines import last_statement, line_of
from lossbook.sweep.measure import Measure
from lossbook.sweep.measures import MEASURES
from lossbook.sweep.settings import PROBLEMS, complete
from lossbook.sweep.values import entries_of, text_of

KEYS = ("title", "measure", *PARTS, "blocks")
_LONG_NUMBER = re.compile(r"[0-9_]{4300,}|[eE][-+]?[0-9_]{10,}")  # which Python does not read


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
    _stops: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read all parts; see the class."""
        try:
            object.__setattr__(self, "read_blocks", self._blocks())
            object.__setattr__(self, "_stops", list(accumulate(block.count for block in self.read_blocks)))
            if self._stops[-1] > MOST_TASKS:
                message = f"a design must make at most {MOST_TASKS:,} tasks; got {self._stops[-1]:,}: divide it"
                raise DesignError(message)
        except DesignError as error:
            raise self.located(error) from error

    @classmethod
    def parse(cls, text: str, source: str = "design") -> Design:
        r"""Read a design from TOML; decimal numbers are taken as they are written.

        Args:
            text: the document.
            source: the file's name, for messages.

        Returns:
            the design.

        Raises:
            DesignError: if it is no TOML, or no design; the message names file, line and place.

        Example:
            >>> design = Design.parse("fixed = { learning_rate = 0.01, steps = 100 }\ngrid.imbalance = [1, 10]")
            >>> design.configuration(1)["interval"]
            ['0', '1/11', '1']
        """
        text = text.removeprefix("\ufeff")
        parts = _document(text, source)
        try:
            check_table(parts, KEYS, (), "a design")
            check_filled({name: part for name, part in parts.items() if name in (*PARTS, "blocks")}, ())
        except DesignError as error:
            raise DesignError(error.message, error.place, f"{source}:{line_of(text, error.place)}") from error
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
        return self._stops[-1]

    @property
    def definition(self) -> Measure:
        """What is computed of each task."""
        return MEASURES[self.measure]

    @property
    def parts(self) -> dict[str, Any]:
        """The design as it can be written in JSON, without what is empty."""
        given = {name: getattr(self, name) for name in KEYS}
        return {name: _plain(part) for name, part in given.items() if part != "" and not is_empty(part)}

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
        place = bisect_right(self._stops, number)
        return self.read_blocks[place], number - (self._stops[place - 1] if place else 0)

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
        way = next((name for name in PROBLEMS if name in block.places), PROBLEMS[0])
        message = error.message if isinstance(error, DesignError) else str(error)
        message = re.sub(r"^(problem|thresholds(\[\d+\])?|interval)(?= must)", way, message)
        varied = {} if isinstance(error, DesignError) else block.varied(number, self.definition.settings)
        named = _first_named(message, block.places)
        words = [f"{name} = {value if isinstance(value, str) else shown(value)}" for name, value in varied.items()]
        where = f" (in the task with {', '.join(words[:4])})" if set(varied) - {named} else ""
        return self.located(DesignError(message + where, block.place_of(named, number)))

    def located(self, error: DesignError) -> DesignError:
        """Add file and line to an error.

        Args:
            error: with its place.

        Returns:
            the error; the same where the design has no file.
        """
        if error.file or not self.source:
            return error
        return DesignError(error.message, error.place, f"{self.source}:{line_of(self.text, error.place)}")

    def _blocks(self) -> list[Block]:
        """Bring all parts to their one form."""
        try:
            text_of(self.title, "title")
        except (TypeError, ValueError) as error:
            raise DesignError(str(error), ("title",)) from error
        if not isinstance(self.measure, str) or self.measure not in MEASURES:
            raise DesignError(f"measure must be one of {', '.join(MEASURES)}; got {shown(self.measure)}", ("measure",))
        blocks, known = entries_of(self.blocks), self.definition.settings
        if blocks is None:
            raise DesignError(f"blocks must be a list of tables; got {shown(self.blocks)}", ("blocks",))
        common: tuple[Any, Any] = (), {part: getattr(self, part) for part in PARTS}
        if not blocks:
            return [read_block([common], known)]
        found = []
        for i, parts in enumerate(blocks):
            check_table(parts, PARTS, ("blocks", i), "a block")
            check_filled(parts, ("blocks", i))
            found.append(read_block([common, (("blocks", i), parts)], known))
        if not is_empty(self.random) and not any(block.laws for block in found):
            raise DesignError("random must say of at least one setting how it is drawn", ("random",))
        return found


def _first_named(message: str, names: Iterable[str]) -> str:
    """Find the name that a message has first; no text if it has none."""
    words = {name: re.search(rf"(?<!\w){re.escape(str(name))}(?!\w)", message) for name in names if name}
    places = {name: found.start() for name, found in words.items() if found}
    return min(places, key=lambda name: places[name], default="")


def _document(text: str, source: str) -> dict[str, Any]:
    """Parse TOML."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        named = re.search(r"at line (\d+)", str(error))
        file = f"{source}:{named[1] if named else last_statement(text)}"
        raise DesignError(f"it must be a TOML file: {error}", file=file) from error
    except (ValueError, ArithmeticError) as error:
        number = _LONG_NUMBER.search(text)
        file = f"{source}:{text.count(chr(10), 0, number.start()) + 1}" if number else source
        raise DesignError("it must be a TOML file: a number is too long to be read", file=file) from error
    except RecursionError as error:
        raise DesignError("it must be a TOML file: its lists are too deep to be read", file=source) from error


def _plain(value: Any) -> Any:
    """Write a part of a design in JSON's values, from which the same design can be made; an exact number as text."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if (entries := entries_of(value)) is not None:
        return [_plain(entry) for entry in entries]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Integral):
        return int(value)
    return str(sympy.Rational(value) if isinstance(value, (Rational, sympy.Float)) else value)
