"""Files from npm: kept only when their hash is the pinned one, whole or not at all, and fetched once."""

import hashlib
import io
import json
import re
import tarfile
from base64 import b64encode
from pathlib import Path

import pytest

from tools import npm


def archive(**files: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pin a made package, and let the registry hold it."""
    made = archive(code="a=1", other="left out")
    hash_ = "sha512-" + b64encode(hashlib.sha512(made).digest()).decode()
    path = tmp_path / "npm.json"
    path.write_text(json.dumps({"toy": {"version": "1.0", "integrity": hash_, "files": {"code": "toy.js"}}}))
    asked = []

    def answer(name: str, version: str) -> bytes:
        asked.append((name, version))
        assert len(asked) == 1, "fetched twice"
        return made

    monkeypatch.setattr(npm, "download", answer)
    return path


def test_only_what_is_wanted_is_kept_and_fetched_once(pins: Path, tmp_path: Path) -> None:
    folder = npm.package("toy", pins, tmp_path / "kept")
    assert [path.name for path in folder.iterdir()] == ["toy.js"]
    assert (folder / "toy.js").read_text() == "a=1"
    assert npm.package("toy", pins, tmp_path / "kept") == folder


def test_another_archive_is_refused_and_nothing_kept(
    pins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npm, "download", lambda *_: archive(code="a=2"))
    with pytest.raises(npm.FetchError, match="hash is not the pinned one"):
        npm.package("toy", pins, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(npm.FetchError, match="no file absent"):
        npm.extract(archive(code="a=1"), {"absent": "absent.js"})


def test_no_network_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm, "REGISTRY", "http://127.0.0.1:9")
    with pytest.raises(npm.FetchError, match=r"toy 1\.0 could not be fetched from http://127.0.0.1:9"):
        npm.download("toy", "1.0")


def test_addresses() -> None:
    assert npm.address("toy", "1.2").endswith("/toy/-/toy-1.2.tgz")
    assert npm.address("@scope/toy", "1.2").endswith("/@scope/toy/-/toy-1.2.tgz")


def test_pins_are_whole() -> None:
    for pin in json.loads(npm.PINS.read_text("utf-8")).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", pin["version"])
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", pin["integrity"])
        assert pin["files"]
