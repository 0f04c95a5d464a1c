"""The record of the equations' tests: what a run says, and which runs may say it. The runs are real ones."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.chapters import ROOT
from tools.equation_record import RECORD

CONFTEST = 'pytest_plugins = ("tools.equation_record",)\n'
HEAD = "import pytest\nequation = pytest.mark.equation\n"
GOOD = """
@equation(18)
def test_slope():
    assert 2 > 1

@equation(16, 17)
def test_gain():
    pass
"""
NINE = """
@pytest.fixture
def broken():
    {fixture}

{mark}
@equation(9)
def test_nine({arguments}):
    {body}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with passing tests of three equations, and a test of none."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n", "utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text(CONFTEST, "utf-8")
    (tmp_path / "tests" / "test_other.py").write_text("def test_other():\n    pass\n", "utf-8")
    write(tmp_path, GOOD)
    return tmp_path


def write(project: Path, text: str) -> None:
    """Write the tests of the project's equations."""
    (project / "tests" / "test_equations.py").write_text(HEAD + text, "utf-8")


def run(project: Path, *options: str) -> int:
    """Run the project's tests, and return how pytest ended; no plug-ins but what is asked for: they start slowly."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", *(("-p", "xdist") if "-n" in options else ()), *options]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False).returncode


def record(project: Path) -> dict[str, Any]:
    """Return what was written down."""
    return json.loads((project / RECORD).read_text("utf-8"))


def outcomes(project: Path) -> dict[str, str]:
    """Return the outcome by equation."""
    return {number: entry["outcome"] for number, entry in record(project).items()}


@pytest.mark.parametrize("options", [(), ("-n", "2", "--dist", "loadscope"), ("-m", "equation")])
def test_whole_run_is_written_down(project: Path, options: tuple[str, ...]) -> None:
    assert run(project, *options) == 0
    assert outcomes(project) == {"16": "passed", "17": "passed", "18": "passed"}
    assert record(project)["18"]["tests"] == [{"id": "tests/test_equations.py::test_slope", "outcome": "passed"}]


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_one_failure_fails_the_equation(project: Path, options: tuple[str, ...]) -> None:
    write(
        project, GOOD + '@equation(18)\n@pytest.mark.parametrize("x", [1, 2])\ndef test_more(x):\n    assert x == 1\n'
    )
    assert run(project, *options) == 1
    assert outcomes(project) == {"16": "passed", "17": "passed", "18": "failed"}
    told = {test["id"].rpartition("::")[2]: test["outcome"] for test in record(project)["18"]["tests"]}
    assert told == {"test_slope": "passed", "test_more[1]": "passed", "test_more[2]": "failed"}


@pytest.mark.parametrize(
    ("parts", "outcome"),
    [
        ({"mark": "@pytest.mark.skip"}, "skipped"),
        ({"mark": "@pytest.mark.xfail", "body": "assert 0"}, "skipped"),
        ({"mark": "@pytest.mark.xfail"}, "skipped"),
        ({"fixture": "raise OSError", "arguments": "broken"}, "failed"),
        ({"fixture": "yield; 1 / 0", "arguments": "broken"}, "failed"),
        ({}, "passed"),
    ],
)
def test_what_is_a_pass(project: Path, parts: dict[str, str], outcome: str) -> None:
    write(project, GOOD + NINE.format(**{"fixture": "pass", "mark": "", "arguments": "", "body": "pass", **parts}))
    run(project)
    assert outcomes(project)["9"] == outcome


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_unreadable_file_fails_its_equations(project: Path, options: tuple[str, ...]) -> None:
    write(project, "import nothing_of_that_name\n" + GOOD)
    assert run(project, *options) != 0
    assert set(outcomes(project).values()) == {"failed"}


@pytest.mark.parametrize(
    "options",
    [
        ("-k", "slope"),
        ("-k", "slope", "-n", "2"),
        ("tests/test_equations.py::test_slope",),
        ("--deselect", "tests/test_equations.py::test_gain"),
        ("tests/test_other.py",),
        ("-m", "not equation"),
        ("--collect-only",),
        ("-x",),
    ],
)
def test_narrowed_run_leaves_the_record(project: Path, options: tuple[str, ...]) -> None:
    assert run(project) == 0
    before = record(project)
    write(project, GOOD.replace("2 > 1", "2 < 1"))
    run(project, *options)
    assert record(project) == before


def test_whole_run_replaces_the_record(project: Path) -> None:
    write(project, GOOD + NINE.format(fixture="pass", mark="", arguments="", body="pass"))
    run(project)
    assert "9" in record(project)
    write(project, GOOD)
    run(project)
    assert "9" not in record(project)


@pytest.mark.parametrize("number", ["0", "20", "'18'", ""])
def test_number_that_the_paper_lacks_is_refused(project: Path, number: str) -> None:
    write(project, f"@pytest.mark.equation({number})\ndef test_it():\n    pass\n")
    assert run(project) not in (0, 1)
