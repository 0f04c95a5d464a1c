"""The stored tables of the contest, and which contenders are told apart."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

from lossbook.metrics import holm


class Mean(NamedTuple):
    """The means of a contender at one stage, each with its standard error; the errors are shares that are wrong."""

    sigmoid: str
    imbalance: int
    batch: int
    momentum: float
    rate: float
    loss: str
    stage: str
    error: float
    error_error: float
    balanced: float
    balanced_error: float
    sensitivity: float
    sensitivity_error: float
    specificity: float
    specificity_error: float


class Gap(NamedTuple):
    """How far a contender is behind the best of its problem and stage, replica by replica.

    ``rates`` is ``"own"`` where each contender has its own best learning rate, ``"common"`` where all have one.
    """

    sigmoid: str
    imbalance: int
    stage: str
    measure: str
    rates: str
    loss: str
    rate: float
    mean: float
    gap: float
    gap_error: float

    @property
    def p_value(self) -> float:
        """The two-sided p-value of no gap, by the normal law; 1 for a gap that is exactly 0."""
        return math.erfc(abs(self.gap) / self.gap_error / math.sqrt(2)) if self.gap_error > 0 else 1.0


def rounded(number: float, digits: int) -> float:
    """Round to significant digits, so that sums taken in another order, or on another machine, give the same number.

    Args:
        number: any.
        digits: how many are kept.

    Returns:
        the double nearest to the rounded decimal.

    Example:
        >>> rounded(0.12345678, 3), rounded(1234567.0, 3)
        (0.123, 1230000.0)
    """
    return float(f"{number:.{digits}g}")


def read_table(path: Path, kind: Any) -> list[Any]:
    """Read a table whose columns are the fields of a kind of row.

    Args:
        path: of the file.
        kind: a named tuple with types.

    Returns:
        its rows.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if its columns are others.
    """
    if not path.is_file():
        raise FileNotFoundError(f"there is no {path}: `make results` makes it")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if tuple(rows[0]) != kind._fields:
        raise ValueError(f"{path} must have the columns {', '.join(kind._fields)}; got {', '.join(rows[0])}")
    types = get_type_hints(kind).values()
    return [kind(*(make(text) for make, text in zip(types, row, strict=True))) for row in rows[1:]]


def stored_means(folder: Path | str) -> list[Mean]:
    """Read the means that `make results` has stored.

    Args:
        folder: where the tables are; a missing one is a ``FileNotFoundError``, one with other columns a
            ``ValueError``.

    Returns:
        one row a contender, process and stage.
    """
    return read_table(Path(folder) / "losses-means.csv", Mean)


def stored_gaps(folder: Path | str) -> list[Gap]:
    """Read the gaps that `make results` has stored.

    Args:
        folder: where the tables are; a missing one is a ``FileNotFoundError``, one with other columns a
            ``ValueError``.

    Returns:
        one row a contender, problem, stage and measure.
    """
    return read_table(Path(folder) / "losses-gaps.csv", Gap)


def among(gaps: Sequence[Gap], names: Sequence[str]) -> list[Gap]:
    """Compare some of the contenders with the best of these.

    Args:
        gaps: of all contenders, to the best of all.
        names: which are compared.

    Returns:
        their gaps to the best of them. A difference of two gaps has at most the sum of their standard errors, which
        stands for its own.
    """
    cells: dict[tuple[Any, ...], list[Gap]] = {}
    for gap in gaps:
        if gap.loss in names:
            cells.setdefault(gap[:5], []).append(gap)
    found = []
    for cell in cells.values():
        best = min(cell, key=lambda gap: gap.mean)
        for gap in cell:
            error = 0.0 if gap is best else gap.gap_error + best.gap_error
            found.append(gap._replace(gap=gap.gap - best.gap, gap_error=error))
    return found


def told_apart(gaps: Sequence[Gap], level: float = 0.01) -> list[bool]:
    """Tell which contenders are shown to be worse than the best of their problem and stage.

    Args:
        gaps: all comparisons that are made.
        level: the chance that any of all these is false, by Holm's procedure.

    Returns:
        one truth value a comparison.
    """
    return [bool(one) for one in holm([gap.p_value for gap in gaps], level)]
