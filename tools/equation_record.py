"""A pytest plugin that writes down what the tests said of each numbered equation: `_build/equations.json`.

A test marked `@pytest.mark.equation(18)` checks equation (18) of the paper. The record is replaced as a whole, and only
by a run of every such test: one narrowed to some of them leaves the record as it was. Works under pytest-xdist too.
"""

import ast
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.chapters import ROOT

RECORD = Path("_build", "equations.json")
NARROWING = ("lf", "stepwise", "collectonly")
RANK = {"passed": 0, "skipped": 1, "failed": 2}
NUMBERS = range(1, 20)


def marked_numbers(function: ast.AST) -> list[int]:
    """Return the equation numbers in a function's decorators."""
    calls = [node for node in getattr(function, "decorator_list", []) if isinstance(node, ast.Call)]
    marks = [call for call in calls if ast.unparse(call.func).rpartition(".")[2] == "equation"]
    return [ast.literal_eval(argument) for mark in marks for argument in mark.args]


def expected_tests(root: Path = ROOT) -> dict[tuple[str, str], list[int]]:
    """Return file and name of every test function marked with equations, with their numbers, as the sources have it."""
    sources = {path: path.read_text("utf-8") for path in sorted((root / "tests").rglob("test_*.py"))}
    return {
        (path.relative_to(root).as_posix(), node.name): numbers
        for path, source in sources.items()
        if "equation(" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and (numbers := marked_numbers(node))
    }


def equation_files(root: Path = ROOT) -> list[str]:
    """Return the test files that hold tests of equations, relative to the project."""
    return sorted({path for path, _ in expected_tests(root)})


def function_key(test_id: str) -> tuple[str, str]:
    """Return file and function name of a pytest id."""
    return test_id.partition("::")[0], test_id.rpartition("::")[2].partition("[")[0]


def outcome_of(report: pytest.TestReport) -> str:
    """Return passed, skipped or failed; a test that is expected to fail has not passed, whatever it did."""
    return "skipped" if hasattr(report, "wasxfail") else report.outcome


class EquationRecord:
    """Collects outcomes in the process that reports, and writes them when the run was whole."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.narrowed = any(config.getoption(name, None) for name in NARROWING) or any("::" in a for a in config.args)
        self.outcomes: dict[str, str] = {}
        self.numbers: dict[str, list[int]] = {}
        self.broken: set[str] = set()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Iterator[None]:
        """Note each test's equations on its reports, and notice when some of these tests are deselected."""
        marked = [item for item in items if item.get_closest_marker("equation")]
        for item in marked:
            for mark in item.iter_markers("equation"):
                if not mark.args or any(number not in NUMBERS for number in mark.args):
                    raise pytest.UsageError(f"{item.nodeid}: an equation's number is from 1 to {max(NUMBERS)}")
                item.user_properties += [("equation", number) for number in mark.args]
        result = yield
        self.narrowed = self.narrowed or not set(marked) <= set(items)
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["equations_narrowed"] = self.narrowed
        return result

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Learn from a worker of pytest-xdist whether it was narrowed."""
        self.narrowed = self.narrowed or getattr(node, "workeroutput", {}).get("equations_narrowed", False)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Notice a test file that cannot be read."""
        if report.failed:
            self.broken.add(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst outcome of a test's phases."""
        numbers = [value for name, value in report.user_properties if name == "equation"]
        if numbers:
            worst = max(self.outcomes.get(report.nodeid, "passed"), outcome_of(report), key=RANK.__getitem__)
            self.outcomes[report.nodeid] = worst
            self.numbers[report.nodeid] = numbers

    def add_broken(self, expected: dict[tuple[str, str], list[int]]) -> None:
        """Count every test in a file that could not be read as failed."""
        for (path, name), numbers in expected.items():
            if path in self.broken:
                self.outcomes[f"{path}::{name}"] = "failed"
                self.numbers[f"{path}::{name}"] = numbers

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the record, unless tests of equations were left out."""
        if hasattr(self.config, "workerinput") or self.narrowed:
            return
        expected = expected_tests(self.config.rootpath)
        self.add_broken(expected)
        if (session.shouldstop and not self.broken) or not expected.keys() <= set(map(function_key, self.outcomes)):
            return
        if self.outcomes:
            write_record(self.config.rootpath / RECORD, self.outcomes, self.numbers)


def write_record(path: Path, outcomes: dict[str, str], numbers: dict[str, list[int]]) -> None:
    """Write outcomes by equation; an equation has passed when all its tests have."""
    tests: dict[int, list[dict[str, str]]] = defaultdict(list)
    for test_id in sorted(outcomes):
        for number in numbers[test_id]:
            tests[number].append({"id": test_id, "outcome": outcomes[test_id]})
    record = {
        str(number): {
            "outcome": max((test["outcome"] for test in tests[number]), key=RANK.__getitem__),
            "tests": tests[number],
        }
        for number in sorted(tests)
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".partly")
    draft.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    draft.replace(path)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the record."""
    config.addinivalue_line("markers", "equation(number): checks this numbered equation of the paper")
    config.pluginmanager.register(EquationRecord(config), "equation-record")
