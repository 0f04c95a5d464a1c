r"""A sweep on disk: a folder with the design, and one Parquet file for each part of the rows.

    FOLDER/sweep.json               the design, the versions, the columns, the number of tasks and their digest
    FOLDER/parts/part-*.parquet     rows; each file carries the design and the versions, and its hash as its name
    FOLDER/sweep.lock               held while a run writes

A part is written beside its place, brought to the disk, and renamed: it is there whole or not at all. Each is checked
whenever it is read: what is not a part of this sweep, or has other bytes than were written, is named and left alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lossbook.arguments import shown
from lossbook.sweep.errors import SweepError
from lossbook.sweep.files import clear, is_partly, is_plain, named, write_whole
from lossbook.sweep.lock import LOCK
from lossbook.sweep.parts import Part, columns_of, encoded, part_name, read_part, versions
from lossbook.sweep.tasks import Tasks

FORM = 1
ABOUT, PARTS = "sweep.json", "parts"


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
            the store. A :class:`SweepError` is raised if the folder holds another sweep, or something else, or cannot
            be written.
        """
        about = {
            "form": FORM,
            "design": tasks.design.parts,
            "tasks": len(tasks),
            "digest": tasks.digest,
            "columns": columns_of(tasks),
            "versions": versions(),
        }
        with named(folder):
            if refuse_strangers(folder):
                (folder / PARTS).mkdir(parents=True, exist_ok=True)
                write_whole(folder / ABOUT, json.dumps(about, indent=1, ensure_ascii=False).encode() + b"\n")
            store = cls(folder)
            store.refuse_others(about)
            (folder / PARTS).mkdir(exist_ok=True)
        return store

    def refuse_others(self, about: dict[str, Any]) -> None:
        """Refuse a folder that another design, or another lossbook, has begun.

        Args:
            about: what this design's folder would say of itself.

        Raises:
            SweepError: if it is not this design's.
        """
        if self.about.get("digest") != about["digest"] or self.columns != about["columns"]:
            raise SweepError(
                f"{self.folder} must be empty or hold this design's results; it holds those of another design"
            )
        theirs, ours = dict(self.about.get("versions", {})).get("lossbook"), about["versions"]["lossbook"]
        if theirs != ours:
            line = f"{self.folder} was begun by lossbook {theirs}, this is {ours}: name another folder, or use that"
            raise SweepError(line)

    def clear(self) -> None:
        """Remove what a killed run has left half written; to be called by the one run that holds the folder."""
        with named(self.folder):
            clear(self.folder)
            clear(self.folder / PARTS)

    def write(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store rows as one more part, whole or not at all; a part that is there already is not stored twice.

        Args:
            rows: as :func:`lossbook.sweep.parts.row` makes them. A :class:`SweepError` says why they could not be
                stored.
        """
        if not rows:
            return
        content = encoded(sorted(rows, key=lambda one: int(one["index"])), self.columns, self.text)
        count = 0
        with named(self.folder):
            while os.path.lexists(path := self.folder / PARTS / part_name(content, count)):
                if is_plain(path) and path.read_bytes() == content:
                    return
                count += 1  # a damaged file has the name, and is left alone
            write_whole(path, content)

    def parts(self) -> Iterator[Part | str]:
        """Read all parts.

        Yields:
            each part that is whole; for each other file a line that names it and says what is wrong.
        """
        with named(self.folder / PARTS):
            paths = sorted((self.folder / PARTS).iterdir())
        for path in paths:
            if not is_partly(path.name):
                yield read_part(path, self.columns, self.about["digest"])


def refuse_strangers(folder: Path) -> bool:
    """Refuse a folder that holds something else than what a sweep leaves.

    Args:
        folder: where a sweep is to be.

    Returns:
        whether there is no sweep yet.

    Raises:
        SweepError: if there is something else.
    """
    if not folder.exists():
        return True
    if not folder.is_dir():
        raise SweepError(f"{folder} must be a folder; it is a file")
    there = {path.name for path in folder.iterdir()}
    if ABOUT in there:
        return False
    if foreign := sorted(name for name in there - {PARTS, LOCK} if not is_partly(name)):
        raise SweepError(f"{folder} must be empty or hold this design's results; it holds {shown(foreign[0])}")
    return True
