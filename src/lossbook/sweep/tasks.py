"""The tasks of a design: each once, checked, with the identity that its full configuration gives it."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

from lossbook.sweep.design import Design
from lossbook.sweep.errors import DesignError

_VERSION = "lossbook sweep, task of form 1"
_BYTES = 16


class Task(NamedTuple):
    """One task.

    Attributes:
        index: its place in the design, from 0.
        identity: 32 hexadecimal digits, the beginning of the SHA-256 of its configuration.
        configuration: the measure and every setting, as JSON.
        samples: how many points it draws; 0 for a measure that draws none.
    """

    index: int  # type: ignore[assignment]
    identity: str
    configuration: str
    samples: int = 0


def written(measure: str, settings: dict[str, Any]) -> str:
    """Write a configuration in its one form.

    Args:
        measure: its name.
        settings: all of them, in their one form.

    Returns:
        JSON with sorted keys and no spaces.
    """
    return json.dumps({"measure": measure, **settings}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def identity(configuration: str) -> str:
    """Give the identity of a task.

    Args:
        configuration: as :func:`written` gives it.

    Returns:
        32 hexadecimal digits.

    Example:
        >>> identity(written("optimum", {"digits": 12}))
        'e887523295d01c30212f12dd73e828d6'
    """
    return hashlib.sha256(f"{_VERSION}\n{configuration}".encode()).digest()[:_BYTES].hex()


class Tasks:
    """All tasks of a design, in order; a few bytes are kept of each.

    Args:
        design: the design. A :class:`DesignError` names the first task whose settings do not go together.

    Attributes:
        design: the design.
        samples: how many points all tasks draw; 0 for a measure that draws none.
        wide: whether some task has several thresholds, so that a place is a list.
    """

    def __init__(self, design: Design) -> None:
        """Make and check every task once; see the class."""
        self.design = design
        self._numbers, self._digests = array("q"), bytearray()
        self.samples, self.wide = 0, False
        measure, seen = design.definition, set[bytes]()
        for number in range(len(design)):
            settings = design.configuration(number)
            digest = bytes.fromhex(identity(written(design.measure, settings)))
            if digest in seen:
                continue
            seen.add(digest)
            try:
                measure.prepare(settings)
            except (TypeError, ValueError) as error:
                raise design.fault(error, number) from error
            self._numbers.append(number)
            self._digests += digest
            self.samples += measure.points(settings)
            self.wide = self.wide or len(settings.get("interval", ())) > 3
        if not self._numbers:
            raise DesignError("a design must make at least one task; got none")

    def __len__(self) -> int:
        """How many there are."""
        return len(self._numbers)

    def __getitem__(self, index: int) -> Task:
        """Make one of them again."""
        settings = self.design.configuration(self._numbers[index])
        points = self.design.definition.points(settings)
        return Task(index, self.identity(index), written(self.design.measure, settings), points)

    def __iter__(self) -> Iterator[Task]:
        """Make all again, one after the other."""
        return (self[index] for index in range(len(self)))

    def identity(self, index: int) -> str:
        """Give the identity of one of them."""
        return self._digests[_BYTES * index : _BYTES * (index + 1)].hex()

    @property
    def digest(self) -> str:
        """What tells this list of tasks from any other: 64 hexadecimal digits."""
        return hashlib.sha256(self._digests).hexdigest()
