r"""A sweep on disk: a folder with the design, and one Parquet file for each part of the rows.

    FOLDER/sweep.json               the design, the versions, the columns, the number of tasks and their digest
    FOLDER/parts/part-*.parquet     rows; each file carries the design, the versions and a hash of its rows
    FOLDER/sweep.lock               held while a run writes

A part is written beside its place, brought to the disk, and renamed: it is there whole or not at all. Each is checked
whenever it is read: what is not a part of this sweep, or has other rows than its hash says, is named and left alone.
Nothing is unpickled: Parquet and JSON hold plain values.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from lossbook.arguments import shown
from lossbook.sweep.errors import SweepError
from lossbook.sweep.settings import SETTINGS, column
from lossbook.sweep.tasks import Task, Tasks

FORM = 1
ABOUT, PARTS, LOCK = "sweep.json", "parts", "sweep.lock"
_NAME, _PARTLY = "part-{}.parquet", ".partly"
_ROWS_HASH, _ABOUT_KEY = b"lossbook.rows", b"lossbook.sweep"


class Part(NamedTuple):
    """A part that was read and found whole.

    Attributes:
        path: of the file.
        table: an Arrow table.
    """

    path: Path
    table: Any


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


def _arrow(kind: Any) -> Any:
    """Give Arrow's type of a column."""
    import pyarrow as pa

    if isinstance(kind, dict):
        return pa.list_(pa.struct([(name, _arrow(inner)) for name, inner in kind.items()]))
    simple = {"number": pa.float64(), "numbers": pa.list_(pa.float64()), "whole": pa.int64(), "text": pa.string()}
    return simple[kind] if kind != "truth" else pa.bool_()


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


def _digest(rows: Sequence[dict[str, Any]]) -> str:
    """Hash rows, every bit of every number."""
    total = hashlib.sha256()
    for one in rows:
        total.update(json.dumps(one, sort_keys=True).encode() + b"\n")
    return total.hexdigest()


def _parquet(rows: Sequence[dict[str, Any]], columns: dict[str, Any], marks: dict[bytes, bytes]) -> bytes:
    """Write rows as a Parquet file in memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _arrow(kind)) for name, kind in columns.items()])
    target = pa.BufferOutputStream()
    table = pa.Table.from_pylist(list(rows), schema=schema.with_metadata(marks))
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
    return len(_parquet(rows, columns, {}))


class Store:
    """The folder of one sweep.

    Args:
        folder: where it is. A :class:`SweepError` is raised if it holds no sweep, or one of another form.
    """

    def __init__(self, folder: Path | str) -> None:
        """Read what the folder says of itself; see the class."""
        self.folder = Path(folder)
        path = self.folder / ABOUT
        try:
            self.text = path.read_text("utf-8")
            self.about: dict[str, Any] = json.loads(self.text)
            self.columns, self.tasks = self.about["columns"], int(self.about["tasks"])
            form = self.about["form"]
        except FileNotFoundError as error:
            raise SweepError(f"{self.folder} holds no sweep: there is no {path}") from error
        except OSError as error:
            raise SweepError(f"{path} could not be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise SweepError(
                f"{path} must be the description of a sweep; it is damaged: {shown(str(error))}"
            ) from error
        if form != FORM:
            raise SweepError(f"{path} must be of form {FORM}; got {shown(form)}: it was made by another lossbook")

    @classmethod
    def create(cls, folder: Path, tasks: Tasks) -> Store:
        """Open the folder of a design, and make it if it is not there.

        Args:
            folder: where it is to be.
            tasks: of the design.

        Returns:
            the store.

        Raises:
            SweepError: if the folder holds another sweep, or something else.
        """
        about = {
            "form": FORM,
            "design": tasks.design.parts,
            "tasks": len(tasks),
            "digest": tasks.digest,
            "columns": columns_of(tasks),
            "versions": versions(),
        }
        if not (folder / ABOUT).exists():
            _refuse_strangers(folder)
            (folder / PARTS).mkdir(parents=True, exist_ok=True)
            _write(folder / ABOUT, json.dumps(about, indent=1, ensure_ascii=False).encode() + b"\n")
        store = cls(folder)
        if store.about.get("digest") != about["digest"] or store.columns != about["columns"]:
            raise SweepError(f"{folder} must be empty or hold this design's results; it holds those of another design")
        theirs, ours = store.about["versions"]["lossbook"], versions()["lossbook"]
        if theirs != ours:
            raise SweepError(
                f"{folder} was begun by lossbook {theirs}, this is {ours}: name another folder, or use that"
            )
        (folder / PARTS).mkdir(exist_ok=True)
        return store

    def clear(self) -> None:
        """Remove what a killed run has left half written; to be called by the one run that holds the folder."""
        for path in (*(self.folder / PARTS).glob(f"*{_PARTLY}"), *self.folder.glob(f"*{_PARTLY}")):
            path.unlink()

    def write(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store rows as one more part, whole or not at all.

        Args:
            rows: as :func:`row` makes them; an ``OSError`` says why they could not be stored.
        """
        if not rows:
            return
        ordered = sorted(rows, key=lambda one: int(one["index"]))
        digest = _digest(ordered)
        name = hashlib.sha256("".join(one["task"] for one in ordered).encode()).hexdigest()[:24]
        path = self.folder / PARTS / _NAME.format(name)
        count = 0
        while path.exists():  # a damaged one, which is left alone
            count += 1
            path = path.with_name(_NAME.format(f"{name}-{count}"))
        marks = {_ABOUT_KEY: self.text.encode(), _ROWS_HASH: digest.encode()}
        _write(path, _parquet(ordered, self.columns, marks))

    def parts(self) -> Iterator[Part | str]:
        """Read all parts.

        Yields:
            each part that is whole; for each other file a line that names it and says what is wrong.
        """
        for path in sorted((self.folder / PARTS).iterdir()):
            if path.name.endswith(_PARTLY):
                continue
            yield self._part(path)

    def _part(self, path: Path) -> Part | str:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(path, page_checksum_verification=True, partitioning=None)
        except (OSError, pa.ArrowException, ValueError) as error:
            return f"{path} is damaged or no part of a sweep: {shown(str(error))}"
        marks = table.schema.metadata or {}
        try:
            digest = json.loads(marks[_ABOUT_KEY])["digest"]
        except (KeyError, ValueError, TypeError):
            return f"{path} is no part of a sweep: it does not say of which"
        if digest != self.about["digest"]:
            return f"{path} is a part of another sweep"
        if table.schema.names != list(self.columns):
            return f"{path} is damaged: it has other columns"
        if _digest(table.to_pylist()).encode() != marks.get(_ROWS_HASH):
            return f"{path} is damaged: its rows are not those that were written"
        return Part(path, table)


def _refuse_strangers(folder: Path) -> None:
    """Refuse a place that holds something else than what a sweep leaves."""
    if folder.exists() and not folder.is_dir():
        raise SweepError(f"{folder} must be a folder; it is a file")
    mine = {PARTS, LOCK}
    there = [path.name for path in folder.iterdir()] if folder.exists() else []
    foreign = sorted(name for name in there if name not in mine and not name.endswith(_PARTLY))
    if foreign:
        raise SweepError(f"{folder} must be empty or hold this design's results; it holds {shown(foreign[0])}")


def _write(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all, and bring it to the disk."""
    handle, partly = tempfile.mkstemp(suffix=_PARTLY, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(partly).chmod(0o666 & ~_umask())
        os.replace(partly, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(partly)
        raise
    with suppress(OSError):  # some systems cannot open a folder; the name then comes to the disk a little later
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _umask() -> int:
    """Give the process's mask of rights."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep every other run out of a folder; the system lets go of it when this process ends, however it ends.

    Args:
        folder: of the sweep.

    Yields:
        nothing.

    Raises:
        SweepError: if another run holds it.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, fallback_to_soft=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise SweepError(f"another run writes into {folder}: wait for its end, or name another folder") from error
    try:
        yield
    finally:
        lock.release()
