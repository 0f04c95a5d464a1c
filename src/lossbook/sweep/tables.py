"""Results as a table: read, summarised, and computed again to see that they are right."""

from __future__ import annotations

import json
import math
import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossbook.arguments import shown, whole
from lossbook.sweep.design import Design
from lossbook.sweep.errors import DesignError, SweepError
from lossbook.sweep.measures import rows
from lossbook.sweep.parts import Part, row
from lossbook.sweep.storage import ABOUT, Store
from lossbook.sweep.tasks import Task, Tasks, identity

if TYPE_CHECKING:
    import polars


class DamageWarning(UserWarning):
    """A sweep is not complete, or one of its files is not what was written."""


def _checked(store: Store) -> tuple[list[Part], list[str]]:
    """Read all parts, and list what is wrong with the others."""
    whole_parts: list[Part] = []
    damaged = []
    for part in store.parts():
        if isinstance(part, str):
            damaged.append(part)
        else:
            whole_parts.append(part)
    return whole_parts, damaged


def _table(store: Store, parts: list[Part]) -> Any:
    """Join parts into one data frame, in the order of the design."""
    import polars as pl
    import pyarrow as pa

    if not parts:
        raise SweepError(f"{store.folder} holds no results yet: run the sweep first")
    joined = pa.concat_tables([part.table.replace_schema_metadata() for part in parts])
    table = pl.from_arrow(joined)
    assert isinstance(table, pl.DataFrame)
    table = table.sort("index", maintain_order=True)
    twice = table.filter(pl.col("task").is_duplicated())
    seen: dict[str, str] = {}
    for one in twice.iter_rows(named=True):
        if seen.setdefault(one["task"], _bits(one)) != _bits(one):
            raise SweepError(f"{store.folder} holds two different rows of the task {one['task']}: compute it anew")
    return table.unique(subset="task", keep="first", maintain_order=True)


def load_sweep(folder: Path | str) -> polars.DataFrame:
    """Read the results of a sweep.

    Args:
        folder: into which it was run.

    Returns:
        a polars data frame, one row a task, in the order of the design: ``index`` and ``task`` (its identity), the
        settings, the results, ``error`` (null unless the task ended with one), and ``configuration`` (JSON, from which
        the row can be computed again). A place, such as ``mean``, is a number where every task has one threshold, else
        a list. A :class:`DamageWarning` names each file that is left out, and says how many tasks are missing; a
        :class:`SweepError` is raised if there is no sweep, or no row.

    Example:
        >>> import tempfile
        >>> from lossbook.sweep import Design, run
        >>> design = Design(measure="optimum", grid={"imbalance": [1, 10, 100]}, fixed={"scale": "1/10"})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = run(design, folder)
        ...     load_sweep(folder)["bias"].round(4).to_list()
        [0.0, -0.0868, -0.0099]
    """
    store = Store(folder)
    parts, damaged = _checked(store)
    for line in damaged:
        warnings.warn(f"left out: {line}", DamageWarning, stacklevel=2)
    table = _table(store, parts)
    if len(table) < store.tasks:
        line = f"{folder} holds {len(table):,} of {store.tasks:,} tasks: run the sweep again to complete it"
        warnings.warn(line, DamageWarning, stacklevel=2)
    return table


@dataclass
class Verification:
    """What computing rows again has shown.

    Attributes:
        rows: how many are stored.
        checked: how many were computed again.
        different: identities of those that came out otherwise, each with the first column that differs.
        damaged: a line for each file that is not what was written.
    """

    rows: int
    checked: int
    different: list[tuple[str, str]] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.different and not self.damaged


def _sample(count: int, fraction: float, seed: int) -> list[int]:
    """Choose rows, at least one."""
    return sorted(random.Random(seed).sample(range(count), max(1, math.ceil(count * fraction))))


def verify(folder: Path | str, fraction: float = 0.01, seed: int = 0) -> Verification:
    """Compute a sample of rows again, and compare every bit.

    Each must be a task of the folder's design, too, with the identity that its configuration gives it.

    Args:
        folder: of the sweep.
        fraction: of the rows, above 0 and at most 1; at least one row is computed.
        seed: of the choice.

    Returns:
        what was found; a :class:`SweepError` is raised if there is no sweep, or no row.

    Raises:
        TypeError: if the fraction is no number.
        ValueError: if it is out of range.

    Example:
        >>> import tempfile
        >>> from lossbook.sweep import run
        >>> design = Design(measure="optimum", grid={"imbalance": [1, 10, 100]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = run(design, folder)
        ...     verify(folder, 1)
        Verification(rows=3, checked=3, different=[], damaged=[])
    """
    if isinstance(fraction, bool) or not isinstance(fraction, (int, float)):
        raise TypeError(f"fraction must be a number; got {shown(fraction)}")
    if not 0 < fraction <= 1:
        raise ValueError(f"fraction must be above 0 and at most 1; got {shown(fraction)}")
    whole(seed, "seed", 0, 2**63 - 1)
    store = Store(folder)
    parts, damaged = _checked(store)
    table, tasks = _table(store, parts), _tasks(store)
    if isinstance(tasks, str):  # no row can be judged
        return Verification(len(table), 0, damaged=[*damaged, tasks])
    chosen = _sample(len(table), fraction, seed)
    found = Verification(len(table), len(chosen), damaged=damaged)
    for stored in table[chosen].iter_rows(named=True):
        if (difference := _difference(stored, store, tasks)) is not None:
            found.different.append((stored["task"], difference))
    return found


def _tasks(store: Store) -> Tasks | str:
    """Make the tasks of the folder's design anew, or say why they are not those that it names."""
    path = store.folder / ABOUT
    try:
        tasks = Tasks(Design(**store.about["design"]))
    except (DesignError, KeyError, TypeError) as error:
        return f"{path} is damaged, or of another lossbook: its design cannot be run: {error}"
    if len(tasks) != store.tasks or tasks.digest != store.about["digest"]:
        return f"{path} is damaged, or of another lossbook: its design makes other tasks than it names"
    return tasks


def _difference(stored: dict[str, Any], store: Store, tasks: Tasks) -> str | None:
    """Compute a row again, and name the first column that differs."""
    text, index = stored["configuration"], stored["index"]
    if identity(text) != stored["task"]:
        return "task"
    if index is None or not (0 <= index < len(tasks) and tasks.identity(index) == stored["task"]):
        return "index"
    again = row(Task(index, stored["task"], text), rows([text])[0], store.columns)
    return next((name for name in again if _bits(again[name]) != _bits(stored[name])), None)


def _bits(value: Any) -> str:
    """Write a value so that different bits are different text."""
    return json.dumps(value, sort_keys=True)


def summary(folder: Path | str) -> Iterator[str]:
    """Summarise a sweep.

    Args:
        folder: of the sweep.

    Yields:
        lines for people: what it is, how far it is, what was varied, and the least, mean and largest of each result.
    """
    import polars as pl

    store = Store(folder)
    parts, damaged = _checked(store)
    design, made = (dict(store.about.get(name, {})) for name in ("design", "versions"))
    yield " ".join(f"{design.get('title', 'a sweep')}: {design.get('measure', 'learning')}".split())
    rows_there = sum(part.table.num_rows for part in parts)
    size = sum(part.path.stat().st_size for part in parts)
    yield f"{rows_there:,} of {store.tasks:,} tasks in {len(parts):,} parts, {size / 1e6:,.3g} MB"
    yield f"made by {', '.join(f'{name} {number}' for name, number in made.items())}"
    yield from (f"left alone: {line}" for line in damaged)
    if not parts:
        return
    table = _table(store, parts)
    failed = table.filter(pl.col("error").is_not_null())
    if len(failed):
        yield f"{len(failed):,} tasks ended with an error; the first: {failed['error'][0]}"
    for name in table.columns[2:-2]:
        yield from _column_lines(name, table[name])


def _column_lines(name: str, values: Any) -> Iterator[str]:
    """Say what a column holds; nothing of one that is the same all over."""
    import polars as pl

    there = values.drop_nulls()
    if isinstance(values.dtype, pl.List) and values.dtype.inner == pl.Float64:
        there = there.explode().drop_nulls()
    if not len(there) or isinstance(there.dtype, (pl.List, pl.Struct)):
        return
    if there.dtype in (pl.Float64, pl.Int64):
        low, high = there.min(), there.max()
        if low != high:
            yield f"{name}: {low:.6g} to {high:.6g}, mean {there.mean():.6g}"
    elif (kinds := there.n_unique()) > 1:
        yield f"{name}: {kinds:,} different values, such as {shown(there[0])}"
