"""Files that are there whole or not at all, whatever ends the process, and what the disk says when it takes none."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lossbook.sweep.errors import SweepError

_BEGIN, _END = "begun-", ".partly"


def is_partly(name: str) -> bool:
    """Tell whether a name is that of a file that is being written, or of one that a killed process left.

    Args:
        name: of a file, without its folder.

    Returns:
        whether it is.

    Example:
        >>> is_partly("begun-1f0d2a.partly"), is_partly("mine.partly")
        (True, False)
    """
    return name.startswith(_BEGIN) and name.endswith(_END)


def clear(folder: Path) -> None:
    """Remove what killed processes left half written.

    Args:
        folder: in which no process writes now.
    """
    for path in folder.iterdir():
        if is_partly(path.name) and is_plain(path):
            path.unlink()


def is_plain(path: Path) -> bool:
    """Tell whether a path is a plain file: no folder, no link, nothing that can be waited at.

    Args:
        path: of something that is there; an ``OSError`` says why it cannot be seen.

    Returns:
        whether it is.
    """
    return stat.S_ISREG(path.lstat().st_mode)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all, and bring it to the disk.

    It is written under another name, and renamed when its bytes are on the disk.

    Args:
        path: its place; what is there is replaced. An ``OSError`` says why it could not be written.
        content: its bytes.
    """
    handle, partly = tempfile.mkstemp(prefix=_BEGIN, suffix=_END, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(partly, 0o666 & ~_umask())
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
def named(place: Path | str) -> Iterator[None]:
    """Say in one line where the disk refused something, and why.

    Args:
        place: what to name.

    Yields:
        nothing; an ``OSError`` becomes a :class:`SweepError`.

    Raises:
        SweepError: if there is one.
    """
    try:
        yield
    except OSError as error:
        raise SweepError(f"{place} could not be used: {error.strerror or error}") from error
