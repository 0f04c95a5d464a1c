"""Tables: rows in the order of the design; what is missing, damaged, doubled or forged does not go unnoticed."""

import json
import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import lossbook as lb
from lossbook.sweep import (
    DamageWarning,
    Design,
    SweepError,
    Verification,
    load_sweep,
    maps,
    run,
    summary,
    tables,
    verify,
)  # fmt: skip
from lossbook.sweep.parts import encoded, part_name, row
from lossbook.sweep.storage import ABOUT, PARTS, Store
from lossbook.sweep.tasks import Tasks, identity

FIXED: dict[str, Any] = {"learning_rate": 0.05, "steps": 50, "replicas": 4, "start": 1}
DESIGN = Design(title="A few", fixed=FIXED, grid={"imbalance": ["1/2", 10], "batch": [8, 1, 4]})
SETTINGS = {
    "sigmoid": pl.String, "scale": pl.Float64, "interval": pl.List(pl.Float64), "n": pl.Int64, "imbalance": pl.Float64,
    "loss": pl.String, "weights": pl.String, "learning_rate": pl.Float64, "half_life": pl.Float64, "batch": pl.Int64,
    "momentum": pl.Float64, "nesterov": pl.Boolean, "steps": pl.Int64, "burn_in": pl.Int64, "start": pl.String,
    "replicas": pl.Int64, "seed": pl.Int64, "clip": pl.Boolean,
}  # fmt: skip
PLACES = ("mean", "mean_error", "variance", "variance_error")
RATES = ("error_rate", "error_rate_error", "sensitivity", "sensitivity_error", "specificity", "specificity_error")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete sweep, not to be changed."""
    folder = tmp_path_factory.mktemp("sweep") / "results"
    run(DESIGN, folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "copy"))


def shown(folder: Path) -> list[str]:
    """Return the summary."""
    return list(summary(folder))


USES = [load_sweep, verify, shown]


def parts_of(folder: Path) -> list[Path]:
    """Return the files of the rows."""
    return sorted((folder / PARTS).iterdir())


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """Return all rows."""
    return [one for part in Store(folder).parts() if not isinstance(part, str) for one in part.table.to_pylist()]


def stored_anew(folder: Path, *parts: list[dict[str, Any]]) -> None:
    """Put other rows in the place of all, each part with a hash that is right."""
    for path in parts_of(folder):
        path.unlink()
    store = Store(folder)
    for rows in parts:
        content = encoded(rows, store.columns, store.text)
        (folder / PARTS / part_name(content)).write_bytes(content)


def test_frame_has_a_row_a_task_in_the_order_of_the_design(made: Path) -> None:
    frame = lb.load_sweep(made)
    tasks = list(Tasks(DESIGN))
    assert frame["index"].to_list() == list(range(6))
    assert frame["task"].to_list() == [task.identity for task in tasks]
    assert frame["configuration"].to_list() == [task.configuration for task in tasks]
    assert frame["batch"].to_list() == [8, 1, 4] * 2
    assert frame["imbalance"].to_list() == [0.5] * 3 + [10.0] * 3
    assert frame["error"].null_count() == 6


def test_columns_have_their_types(made: Path) -> None:
    frame = load_sweep(made)
    results = dict.fromkeys((*PLACES, *RATES), pl.Float64)
    text = {"error": pl.String, "configuration": pl.String}
    assert dict(frame.schema) == {"index": pl.Int64, "task": pl.String, **SETTINGS, **results, **text}
    assert list(frame.schema) == list({"index": 0, "task": 0, **SETTINGS, **results, **text})


def test_order_of_parts_does_not_matter(folder: Path, made: Path) -> None:
    rows = rows_of(folder)
    stored_anew(folder, [rows[5]], rows[3:5], [rows[0], rows[2]], [rows[1]])
    assert len(parts_of(folder)) == 4
    assert load_sweep(folder).equals(load_sweep(made))
    stored_anew(folder, [rows[1], rows[5]], rows[:1])
    with pytest.warns(DamageWarning, match="holds 3 of 6 tasks: run the sweep again to complete it"):
        assert load_sweep(folder)["index"].to_list() == [0, 1, 5]


def test_results_are_those_of_the_measure(made: Path) -> None:
    frame = load_sweep(made)
    problem = lb.ThresholdProblem(0, ["1/11"], 1)
    learned = lb.simulate(
        lb.SGD(
            problem=problem, sigmoid=lb.sigmoids.arctan(), learning_rate=0.05, steps=50, replicas=4, start=1, batch=4
        )
    )
    assert frame["mean"][5] == pytest.approx(learned.pooled().mean, rel=1e-12)
    assert frame["mean"][4] != pytest.approx(frame["mean"][5], rel=1e-9)


def test_identity_in_the_frame_recomputes(made: Path) -> None:
    for one in load_sweep(made).iter_rows(named=True):
        assert identity(one["configuration"]) == one["task"]
        values = json.loads(one["configuration"])
        measure = values.pop("measure")
        values = {name: value for name, value in values.items() if value is not None}
        (task,) = Tasks(Design(measure=measure, fixed=values))
        assert task.identity == one["task"]


def test_places_of_several_thresholds_are_lists(tmp_path: Path) -> None:
    run(Design(fixed=FIXED, grid={"lengths": [[1, 9], [1, 4, 5], [2, 3, 4, 1]]}), tmp_path)
    frame = load_sweep(tmp_path)
    assert [frame.schema[name] for name in PLACES] == [pl.List(pl.Float64)] * 4
    assert [frame.schema[name] for name in RATES] == [pl.Float64] * 6
    assert [len(places) for places in frame["mean"]] == frame["n"].to_list() == [1, 2, 3]
    assert frame["imbalance"].to_list() == [9.0, 4 / 6, 4 / 6]
    assert verify(tmp_path, 1).good


def test_task_that_diverges_is_a_row_with_its_error(tmp_path: Path) -> None:
    fixed = {**{name: FIXED[name] for name in FIXED if name != "learning_rate"}, "clip": False, "lengths": [2, 8]}
    for name in ("first", "second"):
        run(Design(fixed=fixed, grid={"learning_rate": [0.01, 1e6]}), tmp_path / name)
    frame, again = (load_sweep(tmp_path / name) for name in ("first", "second"))
    assert frame.equals(again)
    assert frame["error"][0] is None
    assert frame["error"][1].startswith("DivergedError: ")
    assert [frame[name][1] for name in (*PLACES, *RATES)] == [None] * 10
    assert all(frame[name][0] is not None for name in (*PLACES, *RATES))
    assert verify(tmp_path / "first", 1) == Verification(2, 2)
    assert "1 tasks ended with an error; the first: DivergedError: " in "\n".join(summary(tmp_path / "first"))


def test_records_are_lists_of_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "certified_phases", lambda sigma, outer: [("1/2", "split"), (str(outer), "merged")])
    run(Design(measure="phases", grid={"outer": [1, 2]}), tmp_path)
    stored_anew(tmp_path, rows_of(tmp_path), rows_of(tmp_path)[:1])
    frame = load_sweep(tmp_path)
    assert frame["points"][1].to_list() == [{"middle": "1/2", "phase": "split"}, {"middle": "2", "phase": "merged"}]
    assert list(summary(tmp_path))[3:] == ["outer: 1 to 2, mean 1.5"]


def damage(path: Path) -> None:
    """Change one bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_damaged_file_is_named_and_left_out(folder: Path) -> None:
    rows = rows_of(folder)
    stored_anew(folder, rows[:4])
    good = parts_of(folder)
    Store(folder).write(rows[4:])
    (bad,) = set(parts_of(folder)) - set(good)
    damage(bad)
    with pytest.warns(DamageWarning) as told:
        assert load_sweep(folder)["index"].to_list() == [0, 1, 2, 3]
    assert re.match(f"left out: {re.escape(str(bad))} is damaged", str(told[0].message))
    assert str(told[1].message) == f"{folder} holds 4 of 6 tasks: run the sweep again to complete it"
    found = verify(folder, 1)
    assert (found.rows, found.checked, found.different, found.good) == (4, 4, [], False)
    assert len(found.damaged) == 1
    assert str(bad) in found.damaged[0]
    assert [line for line in summary(folder) if line.startswith("left alone: ")] == [f"left alone: {found.damaged[0]}"]
    assert bad.exists()


def test_foreign_file_is_named_and_left_out(folder: Path) -> None:
    (folder / PARTS / "notes.txt").write_text("mine", "utf-8")
    with pytest.warns(DamageWarning, match=r"left out: .*notes\.txt is no part of a sweep"):
        assert len(load_sweep(folder)) == 6
    assert not verify(folder, 1).good


def test_complete_sweep_warns_of_nothing(made: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(load_sweep(made)) == 6


def test_row_that_is_stored_twice_counts_once(folder: Path, made: Path) -> None:
    rows = rows_of(folder)
    stored_anew(folder, rows, rows[2:3], rows[2:4])
    assert load_sweep(folder).equals(load_sweep(made))
    assert verify(folder, 1) == Verification(6, 6)


@pytest.mark.parametrize("use", USES)
def test_task_with_two_different_rows_is_refused(folder: Path, use: Callable[[Path], Any]) -> None:
    rows = rows_of(folder)
    stored_anew(folder, rows, [{**rows[2], "mean": rows[2]["mean"] * (1 + 2**-52)}])
    with pytest.raises(SweepError, match=f"holds two different rows of the task {rows[2]['task']}"):
        use(folder)


@pytest.mark.parametrize("use", USES)
def test_folder_without_a_sweep_is_refused(use: Callable[[Path], Any], tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(SweepError, match="holds no sweep: there is no "):
            use(folder)


def test_sweep_without_rows_has_no_table(folder: Path) -> None:
    stored_anew(folder)
    for use in (load_sweep, verify):
        with pytest.raises(SweepError, match="holds no results yet: run the sweep first"):
            use(folder)
    lines = shown(folder)
    assert lines[1] == "0 of 6 tasks in 0 parts, 0 MB"
    assert len(lines) == 3


def test_honest_sweep_is_good(made: Path) -> None:
    assert verify(made, 1) == Verification(6, 6)
    assert verify(made, 1).good
    assert verify(str(made)) == Verification(6, 1)


FORGERIES: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "last bit": (lambda one: {"mean": one["mean"] * (1 + 2**-52)}, "mean"),
    "error": (lambda one: {"error": "DivergedError: no"}, "error"),
    "no result": (lambda one: {"sensitivity": None}, "sensitivity"),
    "sign of zero": (lambda one: {"momentum": -0.0}, "momentum"),
    "setting": (lambda one: {"batch": 3}, "batch"),
    "identity": (lambda one: {"task": "0" * 32}, "task"),
    "configuration": (lambda one: {"configuration": one["configuration"].replace('"seed":0', '"seed":1')}, "task"),
    "no configuration": (lambda one: {"configuration": None}, "task"),
    "nonsense": (lambda one: {"configuration": "{}", "task": identity("{}")}, "index"),
    "index": (lambda one: {"index": 5}, "index"),
    "index out of range": (lambda one: {"index": -1}, "index"),
    "no index": (lambda one: {"index": None}, "index"),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_forged_row_is_found_with_its_column(kind: str, folder: Path) -> None:
    forge, column = FORGERIES[kind]
    rows = rows_of(folder)
    changed = {**rows[1], **forge(rows[1])}
    stored_anew(folder, [rows[0], *rows[2:]], [changed])
    found = verify(folder, 1)
    assert found.different == [(changed["task"], column)]
    assert (found.checked, found.damaged, found.good) == (6, [], False)


def test_row_of_another_design_is_found(folder: Path) -> None:
    """Its identity, its configuration and its results are right, but no such task belongs here."""
    rows = rows_of(folder)
    other = next(iter(Tasks(Design(fixed={**FIXED, "imbalance": 3}))))
    strange = row(other._replace(index=2), tables.rows([other.configuration])[0], Store(folder).columns)
    stored_anew(folder, [*rows[:2], strange, *rows[3:]])
    assert verify(folder, 1).different == [(other.identity, "index")]


@pytest.mark.parametrize("change", ["design", "digest", "tasks", "none"])
def test_description_that_contradicts_itself_is_named(change: str, folder: Path) -> None:
    path = folder / ABOUT
    about = json.loads(path.read_text("utf-8"))
    if change == "design":
        about["design"]["grid"]["batch"] = [0]
    elif change == "none":
        del about["design"]
    elif change == "tasks":
        about["tasks"] = 7
    else:
        about["design"]["fixed"]["steps"] = 60
    path.write_text(json.dumps(about), "utf-8")
    found = verify(folder, 1)
    assert (found.rows, found.checked, found.good) == (6, 0, False)
    assert found.damaged[0].startswith(f"{path} is damaged, or of another lossbook: its design ")


@pytest.mark.parametrize(
    ("count", "fraction", "checked"),
    [(6, 1, 6), (6, 0.5, 3), (6, 0.51, 4), (6, 1e-9, 1), (1000, 0.01, 10), (1, 0.01, 1)],
)
def test_fraction_of_the_rows_is_chosen(count: int, fraction: float, checked: int) -> None:
    chosen = tables._sample(count, fraction, 0)
    assert len(chosen) == len(set(chosen)) == checked
    assert chosen == sorted(chosen)
    assert set(chosen) <= set(range(count))


def test_seed_chooses_the_rows() -> None:
    samples = [tuple(tables._sample(1000, 0.01, seed)) for seed in (0, 0, 1, 2)]
    assert samples[0] == samples[1]
    assert len(set(samples)) == 3
    seen = {index for seed in range(200) for index in tables._sample(20, 0.1, seed)}
    assert seen == set(range(20))


@pytest.mark.parametrize("fraction", [0, -0.1, 1.5, 2, float("nan"), float("inf")])
def test_fraction_out_of_range_is_refused(fraction: float, made: Path) -> None:
    with pytest.raises(ValueError, match=r"^fraction must be above 0 and at most 1; got "):
        verify(made, fraction)


@pytest.mark.parametrize("fraction", [True, "1", None, [1]], ids=str)
def test_fraction_that_is_no_number_is_refused(fraction: Any, made: Path) -> None:
    with pytest.raises(TypeError, match=r"^fraction must be a number; got "):
        verify(made, fraction)


@pytest.mark.parametrize(("seed", "kind"), [(-1, ValueError), (0.5, TypeError), (True, TypeError)], ids=str)
def test_wrong_seed_is_refused(seed: Any, kind: type[Exception], made: Path) -> None:
    with pytest.raises(kind, match=r"^seed must be a whole number"):
        verify(made, 1, seed)


def test_summary_says_what_was_varied_and_what_came_out(made: Path) -> None:
    lines = [re.sub(r"[\d.]+ MB", "N MB", line) for line in summary(made)]
    lines[2] = re.sub(r"\d+(\.\d+)+", "N", lines[2])
    assert lines[:6] == [
        "A few: learning",
        "6 of 6 tasks in 1 parts, N MB",
        "made by python N, lossbook N, numpy N, numba N, llvmlite N, sympy N, scipy N, python-flint N",
        "interval: 0 to 1, mean 0.459596",
        "imbalance: 0.5 to 10, mean 5.25",
        "batch: 1 to 8, mean 4.33333",
    ]
    assert [line.partition(":")[0] for line in lines[6:]] == [*PLACES, *RATES]
    frame = load_sweep(made)
    low, high, mean = frame["mean"].min(), frame["mean"].max(), frame["mean"].mean()
    assert lines[6] == f"mean: {low:.6g} to {high:.6g}, mean {mean:.6g}"


def test_summary_counts_different_words(tmp_path: Path) -> None:
    run(Design(measure="optimum", grid={"sigmoid": ["tanh", "erf"], "imbalance": [10]}), tmp_path)
    lines = list(summary(tmp_path))
    assert lines[0] == "a sweep: optimum"
    assert "sigmoid: 2 different values, such as 'tanh'" in lines
    assert not [line for line in lines if line.startswith(("loss", "imbalance", "sign_pattern", "digits"))]
