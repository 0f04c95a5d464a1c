"""What is wrong with a design is one line: the file, the place as one writes it, and what is wanted."""

import pickle
import tomllib
from decimal import Decimal
from typing import Any

import pytest

from lossbook.sweep.errors import DesignError, Path_, SweepError, spelled


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ((), ""),
        (("grid",), "grid"),
        (("grid", "batch", 2), "grid.batch[2]"),
        (("blocks", 0, "entries", 10, "learning_rate"), "blocks[0].entries[10].learning_rate"),
        (("random", "momentum", "choice", 1, 0), "random.momentum.choice[1][0]"),
        (("grid", "a-b", "1"), "grid.a-b.1"),
        (("grid", "learning rate"), 'grid."learning rate"'),
        (("a.b", ""), '"a.b".""'),
        (("grid", 'a"\n'), 'grid."a\\"\\n"'),
    ],
    ids=str,
)
def test_place_is_spelled_as_in_a_design(place: Path_, text: str) -> None:
    assert spelled(place) == text
    if place and not any(isinstance(key, int) for key in place):
        document: Any = tomllib.loads(f"{text} = 7")
        for key in place:
            document = document[key]
        assert document == 7


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DesignError("must not be"), "must not be"),
        (DesignError("must not be", ("grid", "batch", 0)), "grid.batch[0]: must not be"),
        (DesignError("must not be", ("grid",), "d.toml:7"), "d.toml:7: grid: must not be"),
        (DesignError("must not be", (), "d.toml:1"), "d.toml:1: must not be"),
        (DesignError("two\n  lines", ("a\nb",)), '"a\\nb": two lines'),
        (DesignError(f"got {[Decimal('0.10'), Decimal('NaN')]}"), "got [0.10, NaN]"),
    ],
    ids=str,
)
def test_error_is_one_line(error: DesignError, text: str) -> None:
    assert str(error) == text


def test_wrong_design_is_a_wrong_value_and_a_stopped_sweep_is_none() -> None:
    assert issubclass(DesignError, ValueError)
    assert not issubclass(SweepError, (ValueError, OSError))


def test_error_comes_whole_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(DesignError("must not be", ("grid", 0), "d.toml:7")))
    assert str(error) == "d.toml:7: grid[0]: must not be"
    assert (error.message, error.place, error.file) == ("must not be", ("grid", 0), "d.toml:7")
