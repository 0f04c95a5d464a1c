"""The peers: installed once for each list of versions, those that pyproject.toml allows; failure is an error."""

import re
import subprocess
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from packaging.requirements import Requirement
from tests.peers import conftest

from tools import peers
from tools.chapters import ROOT


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


def test_failure_leaves_nothing_and_is_an_error(calls: list[list[str]]) -> None:
    peers.WANTED.write_text("not to be had\n", "utf-8")
    for _ in range(2):
        with pytest.raises(SystemExit, match="could not be installed"):
            peers.main()
        assert not peers.FOLDER.exists()
    assert len(calls) == 2, "it is tried again"


def version_faults(project: str, pinned: str) -> list[str]:
    """Return one line for each peer whose version is not pinned, or not among those that the group allows."""
    group = tomllib.loads(project)["dependency-groups"]["peers"]
    pins = dict(re.findall(r"(?m)^([\w-]+)==(\S+)$", pinned))
    needs = [Requirement(line) for line in group]
    return [str(need) for need in needs if not need.specifier.contains(pins.get(need.name, "0"))]


def test_pinned_versions_are_among_those_that_the_group_allows() -> None:
    project, pinned = (ROOT / "pyproject.toml").read_text("utf-8"), peers.WANTED.read_text("utf-8")
    assert version_faults(project, pinned) == []
    assert version_faults(project, pinned.replace("optax==0", "optax==9")) != []
    assert version_faults(project, pinned.replace("torch==", "# torch==")) != []


def test_peers_are_in_no_default_installation() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert {"include-group": "peers"} not in project["dependency-groups"]["all"]
    assert not re.findall(r"(?m)^(torch|jax|jaxlib|optax|scikit-learn)==", lock)


@pytest.mark.parametrize(
    ("chosen", "left_out"), [("not browser and not peers", True), ("browser", True), ("peers", None)]
)
def test_their_tests_are_collected_for_the_mark_alone(chosen: str, left_out: bool | None) -> None:
    config: Any = SimpleNamespace(getoption={"markexpr": chosen}.__getitem__)
    assert conftest.pytest_ignore_collect(ROOT / "tests" / "peers", config) is left_out
