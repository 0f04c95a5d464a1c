"""`python -m lossbook` is the command `lossbook`; importing the module runs nothing."""

import importlib
import subprocess
import sys

import pytest


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "lossbook", *words], capture_output=True, text=True, timeout=60)


def test_module_gives_the_answer() -> None:
    found = run("argmax", "--sigmoid", "arctan", "--interval", "0", "2", "4")
    assert (found.returncode, found.stdout) == (0, "theta* = 2 (exactly the truth); G' has signs +-\n")
    assert found.stderr == ""


def test_module_passes_the_exit_status_on() -> None:
    found = run("argmax", "--interval", "0", "2", "4")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("error: --sigmoid must be one of arctan, ")
    assert found.stderr.count("\n") == 1


def test_importing_the_module_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("lossbook.__main__")
    assert capsys.readouterr() == ("", "")
