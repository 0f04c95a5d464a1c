"""What the tests of faults share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sweep.faults.processes import Starter


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    starter = Starter(tmp_path_factory.mktemp("output"))
    yield starter
    starter.close()


@pytest.fixture
def starter(loaded: Starter) -> Iterator[Starter]:
    """What starts processes; what still runs at the end of a test is stopped."""
    yield loaded
    loaded.stop()


@pytest.fixture
def faults(tmp_path: Path) -> Path:
    """The folder with what is planned for tasks."""
    folder = tmp_path / "faults"
    folder.mkdir()
    return folder
