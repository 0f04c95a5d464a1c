"""The lock of a folder; other processes are tested among the faults."""

import errno
from pathlib import Path

import filelock
import pytest

from lossbook.sweep.errors import SweepError
from lossbook.sweep.lock import LOCK, held


def test_a_folder_is_held_once_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "folder"
    for _ in range(2):
        with held(folder), pytest.raises(SweepError, match=f"^another run writes into {folder}: wait"), held(folder):
            pytest.fail("it was held twice")
    with held(folder), held(tmp_path / "other"):
        assert (folder / LOCK).exists()


def test_a_failure_lets_go(tmp_path: Path) -> None:
    with pytest.raises(KeyError), held(tmp_path):
        raise KeyError
    with held(tmp_path):
        pass


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SweepError, match="must be a folder; it is a file"), held(tmp_path / "file"):
        pytest.fail("it was held")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(errno.ENOLCK, "No locks available"), "could not be used: No locks available"),
        (NotImplementedError("flock"), r"must be on a disk that knows locks \(flock\)"),
    ],
    ids=["no locks", "no flock"],
)
def test_a_disk_without_locks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, line: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(filelock.FileLock, "acquire", fail)
    with pytest.raises(SweepError, match=line), held(tmp_path):
        pytest.fail("it was held")
