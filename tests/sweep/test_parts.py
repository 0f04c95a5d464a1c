"""Parts: what one holds, and that no bit of it can change, and no other file take its place, unseen."""

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.sweep.examples import sweep

from lossbook.sweep import Design
from lossbook.sweep.parts import Part, bytes_of, columns_of, encoded, part_name, read_part, row, versions
from lossbook.sweep.tasks import Tasks

EXAMPLE = sweep(6)
COLUMNS = columns_of(EXAMPLE.tasks)
RESULT = json.dumps({"mean": 0.1, "variance": 1e-300, "error": None})
ROWS = [row(task, RESULT, COLUMNS) for task in EXAMPLE.tasks]
ABOUT = json.dumps({"digest": EXAMPLE.tasks.digest})
CONTENT = encoded(ROWS, COLUMNS, ABOUT)


def stored(folder: Path, content: bytes = CONTENT, name: str = "") -> Path:
    path = folder / (name or part_name(content))
    path.write_bytes(content)
    return path


def read(path: Path) -> Part | str:
    return read_part(path, COLUMNS, EXAMPLE.tasks.digest)


def test_a_part_gives_back_its_rows(tmp_path: Path) -> None:
    path = stored(tmp_path)
    found = read(path)
    assert isinstance(found, Part)
    assert found.path == path
    assert found.table.to_pylist() == ROWS


def test_a_part_carries_design_and_versions() -> None:
    marks = pq.read_schema(pa.BufferReader(CONTENT)).metadata
    assert marks[b"lossbook.sweep"].decode() == ABOUT
    assert json.loads(marks[b"lossbook.versions"]) == versions()
    assert {"python", "lossbook", "numpy", "numba"} <= set(versions())


def test_equal_rows_are_equal_bytes() -> None:
    assert encoded(ROWS, COLUMNS, ABOUT) == CONTENT
    other = [{**one, "mean": 0.1 + 2**-55} for one in ROWS]
    assert encoded(other, COLUMNS, ABOUT) != CONTENT


def test_a_bit_that_flips_anywhere_is_seen(tmp_path: Path) -> None:
    """In every byte one bit: head, pages, statistics, schema, metadata, footer, tail."""
    path = stored(tmp_path)
    line = f"{path} is damaged or no part of a sweep: its bytes are not those that were written"
    with path.open("r+b", buffering=0) as file:
        for place, byte in enumerate(CONTENT):
            os.pwrite(file.fileno(), bytes([byte ^ 1 << place % 8]), place)
            assert read(path) == line
            os.pwrite(file.fileno(), bytes([byte]), place)
    assert isinstance(read(path), Part)


def test_parquet_alone_would_not_see_all() -> None:
    """Why the name is a hash: some bits may flip, and the file is still read."""
    place = CONTENT.index(b"parquet-cpp-arrow")
    flipped = bytearray(CONTENT)
    flipped[place] ^= 1
    assert pq.read_table(pa.BufferReader(bytes(flipped)), page_checksum_verification=True).to_pylist() == ROWS


@pytest.mark.parametrize(
    "content",
    [CONTENT[:-1], CONTENT[: len(CONTENT) // 2], b"", CONTENT + b"\0", b"some text\n", pickle.dumps(ROWS)],
    ids=["cut by a byte", "cut in half", "empty", "longer", "text", "pickle"],
)
def test_other_bytes_are_named(tmp_path: Path, content: bytes) -> None:
    path = stored(tmp_path, content, part_name(CONTENT))
    assert str(read(path)).startswith(f"{path} is damaged or no part of a sweep")


def table_file(**columns: list[Any]) -> bytes:
    target = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), target)
    return bytes(target.getvalue())


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"some text\n", "is no part of a sweep: "),
        (pickle.dumps(ROWS), "is no part of a sweep: "),
        (CONTENT[: len(CONTENT) // 2], "is no part of a sweep: "),
        (table_file(task=["a"]), "is no part of a sweep: "),
        (encoded(ROWS, COLUMNS, "[]"), "is no part of a sweep: "),
        (encoded(ROWS, COLUMNS, "{"), "is no part of a sweep: "),
        (encoded(ROWS, COLUMNS, json.dumps({"digest": "0"})), "is a part of another sweep"),
        (encoded(ROWS, {**COLUMNS, "more": "number"}, ABOUT), "is no part of this sweep: it has other columns"),
        (encoded([], {**COLUMNS, "mean": "text"}, ABOUT), "is no part of this sweep: it has other columns"),
    ],
    ids=[
        "text", "pickle", "half", "foreign table", "no description", "broken description", "other sweep",
        "more columns", "other kind of column",
    ],
)  # fmt: skip
def test_a_right_hash_does_not_make_a_part(tmp_path: Path, content: bytes, line: str) -> None:
    path = stored(tmp_path, content)
    assert str(read(path)).startswith(f"{path} {line}")


@pytest.mark.parametrize("name", ["rows.parquet", "part-1.parquet", "PART.parquet", ".hidden", part_name(b"")[:-1]])
def test_other_names_are_no_parts(tmp_path: Path, name: str) -> None:
    path = stored(tmp_path, name=name)
    assert str(read(path)).startswith(f"{path} is no part of a sweep: ")


def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    real = stored(tmp_path)
    places = [tmp_path / part_name(CONTENT, number) for number in range(1, 5)]
    places[0].mkdir()
    places[1].symlink_to(real)
    places[2].symlink_to(tmp_path / "nowhere")
    os.mkfifo(places[3])  # to open it would wait for ever
    for place in places:
        assert str(read(place)).startswith(f"{place} is no part of a sweep: those are plain files")
    assert isinstance(read(real), Part)


def test_a_vanished_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / part_name(CONTENT)
    assert read(path) == f"{path} could not be read: No such file or directory"


class Trap:
    """Something that leaves a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Path.touch, (self.path,)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    trap = pickle.dumps(Trap(tmp_path / "sprung"))
    for path in (stored(tmp_path, trap), stored(tmp_path, trap, part_name(CONTENT))):
        assert isinstance(read(path), str)
    assert not (tmp_path / "sprung").exists()
    pickle.loads(trap)
    assert (tmp_path / "sprung").exists()


def test_numbers_keep_every_bit(tmp_path: Path) -> None:
    numbers = [5e-324, -0.0, 0.1 + 0.2, 1.7976931348623157e308, float("inf")]
    results = [json.dumps({"mean": number, "error": None}) for number in numbers]
    rows = [row(task, result, COLUMNS) for task, result in zip(EXAMPLE.tasks, results, strict=False)]
    found = read(stored(tmp_path, encoded(rows, COLUMNS, ABOUT)))
    assert isinstance(found, Part)
    assert [number.hex() for number in found.table["mean"].to_pylist()] == [number.hex() for number in numbers]


def test_a_row_holds_settings_results_and_the_problem() -> None:
    task = EXAMPLE.tasks[3]
    found = row(task, RESULT, COLUMNS)
    assert list(found) == list(COLUMNS)
    assert (found["index"], found["task"], found["configuration"]) == task[:3]
    assert (found["interval"], found["n"], found["imbalance"]) == ([0.0, 0.25, 1.0], 1, 3.0)
    assert (found["mean"], found["variance"], found["error"], found["error_rate"]) == (0.1, 1e-300, None, None)


def test_a_failed_task_has_its_error_and_no_results() -> None:
    found = row(EXAMPLE.tasks[0], json.dumps({"error": "DivergedError: far away"}), COLUMNS)
    assert (found["error"], found["mean"]) == ("DivergedError: far away", None)


def test_places_are_lists_where_a_task_has_several_thresholds() -> None:
    fixed = {"learning_rate": 0.01, "steps": 4, "replicas": 2}
    entries = [{"interval": [0, 1, 2]}, {"interval": [0, 1, 2, 3]}]
    tasks = Tasks(Design(fixed=fixed, entries=entries))
    columns = columns_of(tasks)
    assert columns["mean"] == "numbers"
    assert row(tasks[0], '{"mean": 1.0}', columns)["mean"] == [1.0]
    assert row(tasks[1], '{"mean": [1.0, 2.0]}', columns)["mean"] == [1.0, 2.0]


def test_bytes_are_those_of_the_file() -> None:
    assert bytes_of(ROWS, COLUMNS) == len(encoded(ROWS, COLUMNS, ""))
    assert bytes_of(ROWS[:1], COLUMNS) < bytes_of(ROWS * 100, COLUMNS)
