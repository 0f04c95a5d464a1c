"""The rows of a sweep, and the Parquet files that hold them.

A part's name is the hash of its bytes, so that no bit of it can change unseen. A file is read only if it is a plain one
of that kind; what is none, or damaged, is named and left alone. Parquet holds plain values: nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from lossbook.arguments import shown
from lossbook.sweep.files import is_plain
from lossbook.sweep.settings import SETTINGS, column
from lossbook.sweep.tasks import Task, Tasks

_NAME = re.compile(r"part-([0-9a-f]{32})(?:-\d+)?\.parquet")
_ABOUT, _VERSIONS = b"lossbook.sweep", b"lossbook.versions"


class Part(NamedTuple):
    """A part that was read and found whole.

    Attributes:
        path: of the file.
        table: an Arrow table.
    """

    path: Path
    table: Any


@cache
def versions() -> dict[str, str]:
    """Say with what results are made.

    Returns:
        the versions of Python and of the packages that compute.
    """
    names = ("lossbook", "numpy", "numba", "llvmlite", "sympy", "scipy", "python-flint")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def columns_of(tasks: Tasks) -> dict[str, Any]:
    """Say which columns a sweep has.

    Args:
        tasks: of the design.

    Returns:
        by name the kind: index and identity, settings, results, error, configuration.
    """
    design = tasks.design
    settings = {}
    for name in design.configuration(0):
        settings[name] = SETTINGS[name].kind
        settings |= {"n": "whole", "imbalance": "number"} if name == "interval" else {}
    place = "numbers" if tasks.wide else "number"
    results = {name: place if kind == "place" else kind for name, kind in design.definition.columns.items()}
    return {"index": "whole", "task": "text", **settings, **results, "error": "text", "configuration": "text"}


def row(task: Task, results: str, columns: dict[str, Any]) -> dict[str, Any]:
    """Make a row of the table.

    Args:
        task: what was computed.
        results: the results, as JSON.
        columns: of the sweep.

    Returns:
        a value for each column, None where there is none.
    """
    settings = json.loads(task.configuration)
    found = {name: column(name, value) for name, value in settings.items() if name != "measure"}
    if "interval" in settings:
        lengths = [high - low for low, high in pairwise(map(Fraction, settings["interval"]))]
        found |= {"n": len(lengths) - 1, "imbalance": float(sum(lengths[1::2]) / sum(lengths[::2]))}
    found |= json.loads(results)
    found |= {"index": task.index, "task": task.identity, "configuration": task.configuration}
    for name, kind in columns.items():
        if kind == "numbers" and isinstance(found.get(name), float):
            found[name] = [found[name]]
    return {name: found.get(name) for name in columns}


def _arrow(kind: Any) -> Any:
    """Give Arrow's type of a column."""
    import pyarrow as pa

    if isinstance(kind, dict):
        return pa.list_(pa.struct([(name, _arrow(inner)) for name, inner in kind.items()]))
    simple = {"number": pa.float64(), "numbers": pa.list_(pa.float64()), "whole": pa.int64(), "text": pa.string()}
    return simple[kind] if kind != "truth" else pa.bool_()


def _schema(columns: dict[str, Any]) -> Any:
    """Give Arrow's form of a sweep's table."""
    import pyarrow as pa

    return pa.schema([(name, _arrow(kind)) for name, kind in columns.items()])


def encoded(rows: Sequence[dict[str, Any]], columns: dict[str, Any], about: str) -> bytes:
    """Write rows as a Parquet file in memory.

    Args:
        rows: as :func:`row` makes them.
        columns: of the sweep.
        about: what the sweep's folder says of itself, as JSON.

    Returns:
        the file, with this and the versions of the packages at work.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    marks = {_ABOUT: about.encode(), _VERSIONS: json.dumps(versions()).encode()}
    target = pa.BufferOutputStream()
    table = pa.Table.from_pylist(list(rows), schema=_schema(columns).with_metadata(marks))
    pq.write_table(table, target, compression="zstd", write_page_checksum=True)
    return bytes(target.getvalue())


def bytes_of(rows: Sequence[dict[str, Any]], columns: dict[str, Any]) -> int:
    """Say how many bytes rows take in a file of their own.

    Args:
        rows: as :func:`row` makes them.
        columns: of the sweep.

    Returns:
        the number, without what the file says of the sweep.
    """
    return len(encoded(rows, columns, ""))


def part_name(content: bytes, count: int = 0) -> str:
    """Name a part.

    Args:
        content: its bytes.
        count: how many other files have taken that name.

    Returns:
        the name, without a folder.

    Example:
        >>> part_name(b"", 1)
        'part-e3b0c44298fc1c149afbf4c8996fb924-1.parquet'
    """
    hashed = hashlib.sha256(content).hexdigest()[:32]
    return f"part-{hashed}-{count}.parquet" if count else f"part-{hashed}.parquet"


def read_part(path: Path, columns: dict[str, Any], digest: str) -> Part | str:
    """Read a part, and check it.

    Args:
        path: of the file.
        columns: of the sweep.
        digest: of the sweep's tasks.

    Returns:
        the part, or a line that names the file and says what is wrong.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    named = _NAME.fullmatch(path.name)
    try:
        if named is None or not is_plain(path):
            return f"{path} is no part of a sweep: those are plain files that are named by their hash"
        content = path.read_bytes()
    except OSError as error:
        return f"{path} could not be read: {error.strerror or error}"
    if named[1] not in part_name(content):
        return f"{path} is damaged or no part of a sweep: its bytes are not those that were written"
    try:
        table = pq.read_table(pa.BufferReader(content), page_checksum_verification=True)
        theirs = json.loads(table.schema.metadata[_ABOUT])["digest"]
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError) as error:
        return f"{path} is no part of a sweep: {shown(str(error))}"
    if theirs != digest:
        return f"{path} is a part of another sweep"
    if not table.schema.remove_metadata().equals(_schema(columns)):
        return f"{path} is no part of this sweep: it has other columns"
    return Part(path, table)
