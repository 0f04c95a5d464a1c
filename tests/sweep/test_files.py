"""Files are there whole or not at all, and what half-written ones are called."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lossbook.sweep.errors import SweepError
from lossbook.sweep.files import clear, is_partly, is_plain, named, write_whole


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"first", b"second, which is longer", b""):
        write_whole(path, content)
        assert path.read_bytes() == content
        assert os.listdir(tmp_path) == ["file"]


def test_a_file_has_the_rights_of_any_other(tmp_path: Path) -> None:
    write_whole(tmp_path / "ours", b"")
    (tmp_path / "other").touch()
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_what_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, step, fail)
        with pytest.raises(OSError, match="No space left"):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_bytes_are_on_the_disk_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    def noted(name: str, real: Callable[..., None]) -> Callable[..., None]:
        return lambda *given: (steps.append(name), real(*given))[1]

    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, noted(name, getattr(os, name)))
    write_whole(tmp_path / "file", b"content")
    assert steps == ["fsync", "replace", "fsync"]


def test_only_what_a_killed_process_left_is_cleared(tmp_path: Path) -> None:
    kept = ["mine.partly", "begun-x", "file"]
    for name in [*kept, "begun-x.partly"]:
        (tmp_path / name).touch()
    (tmp_path / "begun-folder.partly").mkdir()
    (tmp_path / "begun-link.partly").symlink_to(tmp_path / "file")
    clear(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted([*kept, "begun-folder.partly", "begun-link.partly"])


def test_a_file_that_is_being_written_has_such_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = os.replace
    monkeypatch.setattr(os, "replace", lambda *given: (seen.extend(os.listdir(tmp_path)), real(*given)))
    write_whole(tmp_path / "file", b"content")
    assert len(seen) == 1
    assert is_partly(seen[0])
    assert not is_partly("file")


def test_plain_files_are_told_from_others(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    assert {path.name: is_plain(path) for path in tmp_path.iterdir()} == {"file": True, "link": False, "pipe": False}
    assert not is_plain(tmp_path)


def test_the_refused_place_is_named() -> None:
    with pytest.raises(SweepError, match=r"^results could not be used: No space left on device$"), named("results"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(SweepError, match=r"^results could not be used: timed out$"), named("results"):
        raise TimeoutError("timed out")
    with pytest.raises(KeyError), named("results"):
        raise KeyError
