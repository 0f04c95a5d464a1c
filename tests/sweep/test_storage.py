"""The folder of a sweep: whose it is, what lies in it, and what is left alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sweep.examples import Counted, counted, sweep

from lossbook.sweep.errors import SweepError
from lossbook.sweep.parts import Part, part_name, row
from lossbook.sweep.storage import ABOUT, PARTS, Store, refuse_strangers

EXAMPLE, OTHER = sweep(6), sweep(8)
RESULT = json.dumps({"mean": 0.5, "error": None})


def rows(store: Store, *indices: int) -> list[dict[str, object]]:
    return [row(EXAMPLE.tasks[index], RESULT, store.columns) for index in indices]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "sweep", EXAMPLE.tasks)


def parts(store: Store) -> list[Path]:
    return sorted((store.folder / PARTS).iterdir())


def test_a_new_folder_says_what_it_is_for(store: Store) -> None:
    about = json.loads((store.folder / ABOUT).read_text())
    assert about["design"]["fixed"]["imbalance"] == 3
    assert (about["tasks"], about["digest"], about["form"]) == (6, EXAMPLE.tasks.digest, 1)
    assert {"python", "lossbook", "numpy"} <= set(about["versions"])
    assert list(about["columns"])[:2] == ["index", "task"]
    assert parts(store) == []


def test_an_old_folder_is_opened_unchanged(store: Store) -> None:
    text = (store.folder / ABOUT).read_bytes()
    store.write(rows(store, 2, 0))
    again = Store.create(store.folder, EXAMPLE.tasks)
    assert (store.folder / ABOUT).read_bytes() == text
    assert again.about == store.about
    assert counted(store.folder, EXAMPLE) == (2, 4, 0, 0)


def test_rows_are_stored_in_the_order_of_the_design(store: Store) -> None:
    store.write(rows(store, 5, 0, 3))
    (part,) = store.parts()
    assert isinstance(part, Part)
    assert part.table["index"].to_pylist() == [0, 3, 5]
    assert part.path.name == part_name(part.path.read_bytes())


def test_no_rows_make_no_part(store: Store) -> None:
    store.write([])
    assert parts(store) == []


def test_equal_rows_are_stored_once(store: Store) -> None:
    for _ in range(3):
        store.write(rows(store, 1, 2))
    assert counted(store.folder, EXAMPLE) == (2, 4, 0, 0)


@pytest.mark.parametrize("damage", ["bytes", "folder", "link"])
def test_what_has_taken_the_name_of_a_part_is_left_alone(store: Store, damage: str) -> None:
    store.write(rows(store, 1, 2))
    (path,) = parts(store)
    content = path.read_bytes()
    path.unlink()
    if damage == "bytes":
        path.write_bytes(content[:-1] + b"?")
    elif damage == "folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere")
    for _ in range(2):
        store.write(rows(store, 1, 2))
    assert [one.name for one in parts(store)] == sorted([part_name(content), part_name(content, 1)])
    assert counted(store.folder, EXAMPLE) == (2, 4, 0, 1)


def test_half_written_files_are_no_parts_and_are_cleared(store: Store) -> None:
    store.write(rows(store, 0))
    left = [store.folder / "begun-a.partly", store.folder / PARTS / "begun-b.partly"]
    for path in left:
        path.write_bytes(parts(store)[-1].read_bytes()[:100])
    assert counted(store.folder, EXAMPLE) == (1, 5, 0, 0)
    store.clear()
    assert not any(path.exists() for path in left)
    assert counted(store.folder, EXAMPLE) == (1, 5, 0, 0)


def test_other_files_are_named(store: Store) -> None:
    store.write(rows(store, 0))
    (store.folder / PARTS / "notes.txt").write_text("mine")
    named = [line for line in store.parts() if isinstance(line, str)]
    assert [line.split(" is ")[0] for line in named] == [str(store.folder / PARTS / "notes.txt")]


def test_the_other_design_is_refused(store: Store) -> None:
    with pytest.raises(SweepError, match="it holds those of another design"):
        Store.create(store.folder, OTHER.tasks)
    assert counted(store.folder, EXAMPLE).rows == 0


def test_parts_of_the_other_design_are_named(store: Store, tmp_path: Path) -> None:
    other = Store.create(tmp_path / "other", OTHER.tasks)
    other.write([row(OTHER.tasks[0], RESULT, other.columns)])
    shutil.copy(parts(other)[0], store.folder / PARTS)
    (line,) = store.parts()
    assert str(line).endswith("is a part of another sweep")


def changed(**entries: object) -> Callable[[str], str]:
    return lambda text: json.dumps({**json.loads(text), **entries})


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda text: "", "must be the description of a sweep; it is damaged"),
        (lambda text: text[: len(text) // 2], "must be the description of a sweep; it is damaged"),
        (lambda text: "[]", "must be the description of a sweep; it is damaged"),
        (lambda text: "{}", "must be the description of a sweep; it is damaged"),
        (lambda text: "\ufffd\0", "must be the description of a sweep; it is damaged"),
        (changed(tasks="many"), "must be the description of a sweep; it is damaged"),
        (changed(form=2), "must be of form 1; got 2: it was made by another lossbook"),
        (changed(versions={"lossbook": "9.9"}), "was begun by lossbook 9.9, this is "),
        (changed(versions={}), "was begun by lossbook None, this is "),
        (changed(digest="0"), "it holds those of another design"),
        (changed(columns={}), "it holds those of another design"),
    ],
    ids=[
        "empty", "half", "list", "no entries", "no text", "no number", "other form", "other version", "no version",
        "other tasks", "other columns",
    ],
)  # fmt: skip
def test_a_wrong_description_is_refused_and_left_alone(store: Store, change: Callable[[str], str], line: str) -> None:
    path = store.folder / ABOUT
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    before = path.read_bytes()
    with pytest.raises(SweepError, match=f"^{store.folder}[^\n]*{line}"):
        Store.create(store.folder, EXAMPLE.tasks)
    assert path.read_bytes() == before


def test_a_lost_description_is_made_again(store: Store) -> None:
    store.write(rows(store, 0, 1))
    (store.folder / ABOUT).unlink()
    Store.create(store.folder, EXAMPLE.tasks)
    assert counted(store.folder, EXAMPLE) == Counted(2, 4, 0, 0)


def test_no_sweep_is_named(tmp_path: Path) -> None:
    with pytest.raises(SweepError, match=f"^{tmp_path} holds no sweep: there is no {tmp_path}/sweep.json$"):
        Store(tmp_path)
    (tmp_path / ABOUT).mkdir()
    with pytest.raises(SweepError, match=r"sweep\.json could not be read: Is a directory$"):
        Store(tmp_path)


def test_strangers_are_refused(tmp_path: Path) -> None:
    assert refuse_strangers(tmp_path / "new")
    assert refuse_strangers(tmp_path)
    for name in ("sweep.lock", "begun-x.partly"):
        (tmp_path / name).touch()
    (tmp_path / PARTS).mkdir()
    assert refuse_strangers(tmp_path)
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(SweepError, match=r"must be empty or hold this design's results; it holds 'thesis.tex'"):
        refuse_strangers(tmp_path)
    with pytest.raises(SweepError, match="must be a folder; it is a file"):
        refuse_strangers(tmp_path / "thesis.tex")
    (tmp_path / ABOUT).touch()
    assert not refuse_strangers(tmp_path)
