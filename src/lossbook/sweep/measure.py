"""What a measure is: settings in, a row of results out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]
Compute = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Measure:
    """Something that is computed of a task.

    Attributes:
        prepare: checks all settings together and gives the computation; a ``ValueError`` or ``TypeError`` begins with
            the name of the setting that is wrong.
        settings: those that it takes.
        columns: what it gives: by name ``"number"``, ``"whole"``, ``"text"``, ``"numbers"`` (a list),
            ``"place"`` (a number for one threshold, a list for several) or ``{...}`` for a list of records.
        samples: how many points a task draws; the measure of its work. None: every task is taken for equally long.
        pilot: settings of a short task that runs as fast per sample; None: a task is run as it is.
        defaults: of settings, where they are not those of :mod:`lossbook.sweep.settings`.
    """

    prepare: Callable[[Values], Compute]
    settings: tuple[str, ...]
    columns: dict[str, Any]
    samples: Callable[[Values], int] | None = None
    pilot: Callable[[Values], dict[str, Any]] | None = None
    defaults: dict[str, Any] = field(default_factory=dict)

    def points(self, values: Values) -> int:
        """Count the points that a task draws.

        Args:
            values: its settings.

        Returns:
            the number; 0 for a measure that draws none.
        """
        return self.samples(values) if self.samples else 0
