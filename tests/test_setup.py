"""The set-up of the environment: when it is done again, and what it says when it cannot be done."""

import json
import sys
from pathlib import Path

import pytest

from tools import environment


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with an environment that is right."""
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name, "utf-8")
    (tmp_path / "stamp.json").write_text(json.dumps({**environment.wanted(), "python": "3.12.1"}), "utf-8")
    return tmp_path


def test_environment_that_is_right_is_kept(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.found() == environment.found("3.12.1") == environment.wanted()
    monkeypatch.setattr(environment, "make", lambda *_: pytest.fail("made again"))
    monkeypatch.setattr(sys, "argv", ["environment.py"])
    environment.main()
    assert (checkout / "stamp.json").is_file()


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_changed_file_is_noticed(checkout: Path, name: str) -> None:
    (checkout / name).write_text("changed", "utf-8")
    assert environment.found() != environment.wanted()


def test_moved_checkout_is_noticed(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    present = environment.found()
    monkeypatch.setattr(environment, "ROOT", checkout / ".." / checkout.name)
    assert present != environment.wanted()


@pytest.mark.parametrize("stamp", ["", "{", None])
def test_interrupted_set_up_is_noticed(checkout: Path, stamp: str | None) -> None:
    path = checkout / "stamp.json"
    path.unlink() if stamp is None else path.write_text(stamp, "utf-8")
    assert environment.found() == {}


def test_another_python_that_is_asked_for_is_noticed(checkout: Path) -> None:
    assert environment.found("3.13.0") == {}


def test_broken_python_is_noticed(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "PYTHON", checkout / "no" / "python")
    assert environment.found() == {}


def test_old_python_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit, match=r"^Python 3\.11 or later is needed, this is .*$"):
        environment.refuse_unfit_python()


@pytest.mark.parametrize("name", ["ensurepip", "venv"])
def test_python_without_venv_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SystemExit, match=r"^This Python has no venv: install it .*$"):
        environment.refuse_unfit_python()
