"""The lock of a sweep's folder: one run writes, and every other is kept out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lossbook.sweep.errors import SweepError
from lossbook.sweep.files import named

LOCK = "sweep.lock"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep every other run out of a folder; the system lets go of it when this process ends, however it ends.

    Args:
        folder: of the sweep; it is made if it is not there.

    Yields:
        nothing.

    Raises:
        SweepError: if another run holds it, or it cannot be held.
    """
    from filelock import FileLock, Timeout

    with named(folder):
        if folder.exists() and not folder.is_dir():
            raise SweepError(f"{folder} must be a folder; it is a file")
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, fallback_to_soft=False)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise SweepError(f"another run writes into {folder}: wait for its end, or name another folder") from error
        except NotImplementedError as error:
            raise SweepError(f"{folder} must be on a disk that knows locks (flock); this one does not") from error
    try:
        yield
    finally:
        lock.release()
