"""The benchmark's peers: installed once for each list of versions, and left out when that fails."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools import peers


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Stand in for pip, in a folder of its own; return what it is asked."""
    asked: list[list[str]] = []

    def run(command: list[str], **settings: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        folder = Path(command[command.index("--target") + 1])
        folder.mkdir(parents=True)
        return subprocess.CompletedProcess(command, 0 if "torch" in peers.WANTED.read_text("utf-8") else 1)

    wanted = tmp_path / "peers.txt"
    wanted.write_text("torch==1\n", "utf-8")
    monkeypatch.setattr(peers, "WANTED", wanted)
    monkeypatch.setattr(peers, "FOLDER", tmp_path / "folder")
    monkeypatch.setattr(peers.subprocess, "run", run)
    return asked


def test_peers_are_installed_once_for_each_list(calls: list[list[str]]) -> None:
    peers.main()
    peers.main()
    assert len(calls) == 1
    assert {"install", "-r", str(peers.WANTED), "-c", str(peers.SHARED)} <= set(calls[0])
    peers.WANTED.write_text("torch==2\n", "utf-8")
    peers.main()
    assert len(calls) == 2


def test_failure_leaves_nothing_and_is_said(calls: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    peers.WANTED.write_text("not to be had\n", "utf-8")
    peers.main()
    assert not peers.FOLDER.exists()
    assert "could not be installed: the benchmark goes on without them" in capsys.readouterr().out
    peers.main()
    assert len(calls) == 2, "it is tried again"
