"""Small sweeps for the tests, and what a folder holds."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyarrow.parquet as pq

from lossbook.sweep import Design, load_sweep, run
from lossbook.sweep.storage import Store
from lossbook.sweep.tasks import Tasks

TOML = """\
measure = "learning"
[fixed]
imbalance = 3
learning_rate = 0.01
steps = {steps}
replicas = 2
[grid]
batch = [1, 2]
seed = {seeds}
"""


class Sweep(NamedTuple):
    """A design, as text and as its tasks."""

    text: str
    tasks: Tasks

    def write(self, folder: Path) -> Path:
        """Write the design as a file."""
        path = folder / "design.toml"
        path.write_text(self.text, "utf-8")
        return path

    @property
    def names(self) -> list[str]:
        """The identities of the tasks."""
        return [self.tasks.identity(index) for index in range(len(self.tasks))]


@cache
def sweep(count: int, steps: int = 4) -> Sweep:
    """A sweep of so many tiny tasks."""
    text = TOML.format(steps=steps, seeds=list(range(count // 2)))
    made = Sweep(text, Tasks(Design.parse(text)))
    assert len(made.tasks) == count
    return made


def bits(folder: Path) -> list[str]:
    """The rows of a folder, each as text that differs where a bit differs."""
    return [json.dumps(one, sort_keys=True) for one in load_sweep(folder).iter_rows(named=True)]


@cache
def undisturbed(example: Sweep) -> list[str]:
    """The rows as one process computes them from end to end."""
    with TemporaryDirectory() as folder:
        assert run(Design.parse(example.text), folder).complete
        return bits(Path(folder))


class Counted(NamedTuple):
    """How many rows there are, lost, doubled; and how many files are no parts."""

    rows: int
    lost: int
    doubled: int
    foreign: int


def counted(folder: Path, example: Sweep) -> Counted:
    """Count what the files of a folder hold, one by one."""
    names, foreign = [], 0
    for part in Store(folder).parts():
        if isinstance(part, str):
            foreign += 1
        else:
            names += pq.read_table(part.path)["task"].to_pylist()
    lost = set(example.names) - set(names)
    return Counted(len(names), len(lost), len(names) - len(set(names)), foreign)
