"""These tests are collected for `make peers` alone, since they import what the environment lacks."""

from pathlib import Path

import pytest
from tests.peers.routes import LARGEST


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave this folder out unless its mark is asked for."""
    return None if config.getoption("markexpr") == "peers" else True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how far the values and derivatives are apart."""
    if LARGEST:
        terminalreporter.section("largest relative differences")
    for name, difference in sorted(LARGEST.items()):
        terminalreporter.write_line(f"{name:48} {difference:.1e}")
