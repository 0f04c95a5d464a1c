"""The commands of sweeps: plan, run, verify, show; every failure is one line with its exit status."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.commands import answered, refused, run, started

import lossbook.cli.sweep as command
from lossbook.cli.sweep import EXTRA
from lossbook.sweep import Outcome, SweepError, Verification, load_sweep
from lossbook.sweep.settings import SETTINGS

DESIGN = """\
title = "A few"
fixed = { learning_rate = 0.05, steps = 50, replicas = 4, imbalance = 10 }
grid.batch = [1, 8]
grid.momentum = [
  0,
  0.5,
  0.9,
]
"""
NEW = Outcome(Path("new"), 2, 0, 2)
WORDS = {"plan": ["DESIGN"], "run": ["DESIGN", "--out", "DIR"], "verify": ["DIR"], "show": ["DIR"]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a design, and with its complete sweep in `results`."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "design.toml").write_text(DESIGN, "utf-8")
    first = folder.with_name("compiled")  # what is computed while kernels compile may fill more than one part
    assert run("sweep", "run", str(folder / "design.toml"), "--out", str(first))[0] == 0
    status, out, err = run("sweep", "run", str(folder / "design.toml"), "--out", str(folder / "results"))
    assert (status, err) == (0, "")
    assert out == f"6 of 6 tasks are stored in {folder / 'results'}, 6 of them new\n"
    return folder


@pytest.fixture
def here(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, and the working directory."""
    folder = Path(shutil.copytree(home, tmp_path / "here"))
    monkeypatch.chdir(folder)
    return folder


def failed(*words: str) -> str:
    """Return the one line about what stopped a command."""
    status, out, err = run("sweep", *words)
    assert (status, out) == (1, "")
    assert re.fullmatch(r"error: [^\n]+\n", err), err
    return err


def test_plan_says_what_it_will_cost(here: Path) -> None:
    status, out, err = run("sweep", "plan", "design.toml")
    assert (status, err) == (0, "")
    tasks, points, size, time = out.splitlines()
    assert tasks == "6 tasks"
    assert points == "5,400 samples, points drawn (5.4e+03)"
    assert re.fullmatch(r"about \d+(\.\d+)? kB of results", size)
    assert re.fullmatch(r"about \d+ s on one core, as fast as this one", time)
    assert "on 2,000 cores, as fast as this one" in run("sweep", "plan", "design.toml", "--workers", "2000")[1]
    assert sorted(path.name for path in here.iterdir()) == ["design.toml", "results"]


def test_run_again_has_nothing_to_do(here: Path) -> None:
    before = {path: path.read_bytes() for path in here.rglob("*.parquet")}
    assert answered("sweep", "run", "design.toml", "--out", "results") == (
        "6 of 6 tasks are stored in results, 0 of them new\n"
    )
    assert {path: path.read_bytes() for path in here.rglob("*.parquet")} == before


def test_run_goes_on_where_rows_are_missing(here: Path) -> None:
    (path,) = (here / "results" / "parts").iterdir()
    path.unlink()
    assert answered("sweep", "run", "design.toml", "--out", "results").endswith(", 6 of them new\n")
    assert load_sweep("results")["batch"].to_list() == [1, 1, 1, 8, 8, 8]


@pytest.mark.parametrize(
    "words",
    [
        ["run", "design.toml", "--out", "new"],
        ["run", "--out", "new", "design.toml"],
        ["run", "--out=new", "design.toml"],
        ["run", "--workers=1", "--out", "new", "design.toml"],
    ],
    ids=" ".join,
)
def test_options_stand_before_the_design_or_behind_it(words: list[str], here: Path, monkeypatch: Any) -> None:
    asked = []
    monkeypatch.setattr(
        command, "run", lambda *things, **settings: asked.append((things, settings)) or Outcome(Path("new"), 2, 0, 2)
    )
    assert answered("sweep", *words) == "2 of 2 tasks are stored in new, 2 of them new\n"
    ((things, settings),) = asked
    assert things == (Path("design.toml"), Path("new"))
    assert settings["workers"] == (1 if "--workers=1" in words else None)


@pytest.mark.parametrize("name", ["design", "folder", "out", "workers"])
def test_file_may_have_the_name_of_an_argument(name: str, here: Path) -> None:
    (here / "design.toml").rename(here / f"{name}-file")
    (here / f"{name}-file").rename(here / name)
    assert answered("sweep", "run", name, "--out", "results").startswith("6 of 6 tasks")
    (here / name).unlink()
    (here / "results").rename(here / name)
    assert run("sweep", "show", name)[1].startswith("A few: learning\n")
    assert answered("sweep", "verify", name) == "1 of 6 rows computed again, 0 differ\n"


def test_progress_is_told_in_lines_where_there_is_no_terminal(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossbook.sweep.progress.LINE_SECONDS", -1.0)
    status, _, err = run("sweep", "run", "design.toml", "--out", "new")
    assert status == 0
    assert [line for line in err.splitlines() if not re.fullmatch(r"\d of 6 tasks, .+", line)] == []
    assert "6 of 6 tasks, " in err
    assert not re.search("[━\x1b\r]", err)


def test_failed_tasks_are_counted(here: Path) -> None:
    (here / "wild.toml").write_text("fixed = { steps = 50, replicas = 4, imbalance = 10, clip = false }\n"
                                    "grid.learning_rate = [0.01, 1e6]\n", "utf-8")  # fmt: skip
    assert answered("sweep", "run", "wild.toml", "--out", "wild") == (
        "2 of 2 tasks are stored in wild, 2 of them new; 1 of them ended with an error: see the column error\n"
    )


@pytest.mark.parametrize("name", ["plan", "run"])
def test_wrong_design_is_refused_before_anything_runs(name: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossbook.sweep.measures.simulate", lambda *_, **__: pytest.fail("a task was run"))
    (here / "design.toml").write_text(DESIGN.replace("  0.9,", "  1.0,"), "utf-8")
    words = [word.replace("DESIGN", "design.toml").replace("DIR", "new") for word in WORDS[name]]
    line = refused("sweep", name, *words)
    assert line == ("error: design.toml:7: grid.momentum[2]: momentum must be at least 0 and below 1; got 1.0\n")
    assert not (here / "new").exists()
    (here / "design.toml").write_text(DESIGN.replace("steps = 50", "steps = 50, burn_in = 50"), "utf-8")
    assert refused("sweep", name, *words).startswith("error: design.toml:2: fixed.burn_in: burn_in must be a whole")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["plan", "none.toml"], "none.toml: the design must be a TOML file; No such file or directory"),
        (["plan", "."], ".: the design must be a TOML file; Is a directory"),
        (["run", "empty.toml", "--out", "x"], "empty.toml:1: interval, lengths or imbalance must be given"),
        (["plan"], "Missing argument 'DESIGN'; see "),
        (["plan", "a", "b"], "unexpected extra argument"),
        (["run", "design.toml"], "Missing option '--out'"),
        (["run", "design.toml", "--out"], "--out must be followed by DIR; got nothing"),
        (["run", "design.toml", "--out", "--workers", "2"], "--out must be followed by DIR; got nothing"),
        (
            ["run", "design.toml", "--out", "x", "--workers", "0"],
            "--workers must be a whole number from 1 to 1024; got '0'",
        ),
        (
            ["run", "design.toml", "--out", "x", "--workers", "two"],
            "--workers must be a whole number from 1 to 1024; got 'two'",
        ),
        (["run", "design.toml", "--out", "x", "--wokers", "2"], "No such option: --wokers"),
        (
            ["run", "design.toml", "--out", "x", "--workers", "2", "--scheduler", "tcp://h:1"],
            "--workers must be left out where --scheduler is given; got 2 and 'tcp://h:1'",
        ),
        (
            ["run", "design.toml", "--out", "x", "--tls-cert", "c"],
            "--tls-ca-file must be a file where TLS is used; got nothing",
        ),
        (
            ["run", "design.toml", "--out", "x", "--scheduler", "tls://h:1"],
            "--tls-ca-file must be a file where TLS is used; got nothing",
        ),
        (
            ["run", "design.toml", "--out", "x", "--scheduler", "tls://h:1", "--tls-ca-file", "none.pem"],
            "--tls-ca-file must be a file; got 'none.pem'",
        ),
        (
            ["run", "design.toml", "--out", "x", "--tls-ca-file", "f", "--tls-cert", "f", "--tls-key", "f"],
            "--scheduler must be given where the files of TLS are; got nothing",
        ),
        (
            ["plan", "design.toml", "--workers", "1.5"],
            "--workers must be a whole number from 1 to 1000000",
        ),
        (["verify", "results", "--fraction", "0"], "--fraction must be greater than 0; got '0'"),
        (["verify", "results", "--fraction", "2"], "--fraction must be above 0 and at most 1; got '2'"),
        (["verify", "results", "--fraction", "nan"], "--fraction must be an exact number; got the text 'nan'"),
        (["verify", "results", "--fraction", "half"], "--fraction must be an exact number; got the text 'half'"),
        (
            ["verify", "results", "--seed", "-1"],
            "--seed must be a whole number from 0 to 9223372036854775807",
        ),
        (["sho", "results"], "No such command 'sho'. Did you mean 'show'?; see "),
        (["--bogus"], "No such option: --bogus"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_words_are_refused_in_one_line(words: list[str], line: str, here: Path) -> None:
    (here / "empty.toml").touch()
    (here / "f").touch()
    assert line in refused("sweep", *words)
    assert not (here / "x").exists()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["run", "design.toml", "--out", "design.toml"], "design.toml must be a folder; it is a file"),
        (["run", "design.toml", "--out", "."], ". must be empty or hold this design's results; it holds 'design.toml'"),
        (
            ["run", "other.toml", "--out", "results"],
            "results must be empty or hold this design's results; it holds those of",
        ),
        (["verify", "none"], "none holds no sweep: there is no none/sweep.json"),
        (["show", "."], ". holds no sweep: there is no sweep.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_folder_that_cannot_be_used_is_one_line(words: list[str], line: str, here: Path) -> None:
    (here / "other.toml").write_text(DESIGN.replace("[1, 8]", "[1, 9]"), "utf-8")
    assert line in failed(*words)


@pytest.mark.parametrize("name", WORDS)
def test_stopped_sweep_and_full_disk_are_one_line(name: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [word.replace("DESIGN", "design.toml").replace("DIR", "results") for word in WORDS[name]]
    inner = "summary" if name == "show" else name
    for error, line in (
        (SweepError("the scheduler\nis gone"), "error: the scheduler is gone\n"),
        (
            OSError(28, "No space left on device", "results/x"),
            "error: results/x could not be used: No space left on device\n",
        ),
        (OSError("odd"), "error: a file could not be used: odd\n"),
    ):

        def fail(*_: object, error: Exception = error, **__: object) -> Any:
            raise error

        monkeypatch.setattr(command, inner, fail)
        assert failed(name, *words) == line


def test_fault_of_the_program_is_not_taken_for_wrong_input(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr(command, "verify", fail)
    with pytest.raises(ValueError, match="a fault"):
        run("sweep", "verify", "results")


@pytest.mark.parametrize(
    ("name", "missing"), [("plan", "pyarrow"), ("run", "filelock"), ("verify", "polars"), ("show", "polars")]
)
def test_missing_package_is_one_line(name: str, missing: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    words = [word.replace("DESIGN", "design.toml").replace("DIR", "results") for word in WORDS[name]]
    line = failed(name, *words)
    assert line == f"error: sweeps need {missing}, which is not installed: pip install 'lossbook[sweep]'\n"
    monkeypatch.undo()
    monkeypatch.chdir(here)
    assert run("sweep", name, *words)[0] == 0


def test_other_missing_module_is_a_fault(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'lossbook.swep'", name="lossbook.swep")

    monkeypatch.setattr(command, "verify", fail)
    with pytest.raises(ModuleNotFoundError, match="swep"):
        run("sweep", "verify", "results")
    assert "lossbook" not in EXTRA


def test_library_is_imported_without_the_packages_of_sweeps() -> None:
    code = f"import sys\nfor name in {EXTRA!r}: sys.modules[name] = None\nimport lossbook.cli\nlossbook.load_sweep"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_tasks_that_lost_every_worker_are_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = Outcome(Path("results"), 6, 1, 2, given_up=["a" * 32, "b" * 32, "c" * 32, "d" * 32])
    monkeypatch.setattr(command, "run", lambda *_, **__: outcome)
    status, out, err = run("sweep", "run", "design.toml", "--out", "results")
    assert (status, out) == (1, "3 of 6 tasks are stored in results, 2 of them new\n")
    assert err == f"error: 4 tasks lost every worker, such as {'a' * 32}, {'b' * 32}, {'c' * 32}\n"


def test_place_to_compute_is_passed_on(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(command, "run", lambda *_, **settings: asked.append(settings) or Outcome(Path("x"), 6, 0, 6))
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (here / name).touch()
    files = ["--tls-ca-file", "ca.pem", "--tls-cert", "cert.pem", "--tls-key", "key.pem"]
    for words in (["--workers", "3"], ["--scheduler", "tcp://h:1"], ["--scheduler", "tls://h:1", *files]):
        answered("sweep", "run", "design.toml", "--out", "x", *words)
    tls = {"ca_file": "ca.pem", "cert": "cert.pem", "key": "key.pem"}
    places = [(settings["workers"], settings["scheduler"], settings["tls"]) for settings in asked]
    assert places == [(3, None, None), (None, "tcp://h:1", None), (None, "tls://h:1", tls)]
    assert all(settings["progress"] for settings in asked)


def test_verify_computes_a_sample_again(here: Path) -> None:
    assert answered("sweep", "verify", "results") == "1 of 6 rows computed again, 0 differ\n"
    assert answered("sweep", "verify", "results", "--fraction", "0.5") == "3 of 6 rows computed again, 0 differ\n"
    assert answered("sweep", "verify", "--seed", "5", "--fraction", "1", "results").startswith("6 of 6 rows")


def test_verify_passes_on_what_was_asked(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(command, "verify", lambda *given: asked.append(given) or Verification(6, 2))
    answered("sweep", "verify", "results", "--fraction", "0.25", "--seed", "7")
    assert asked == [(Path("results"), 0.25, 7)]


def test_verify_names_what_differs(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Verification(6, 2, [("a" * 32, "mean")], ["results/parts/x is damaged"])
    monkeypatch.setattr(command, "verify", lambda *_: found)
    status, out, err = run("sweep", "verify", "results")
    assert (status, out) == (1, "2 of 6 rows computed again, 1 differ\n")
    assert err == (
        f"error: results/parts/x is damaged\nerror: the task {'a' * 32} comes out otherwise in the column mean\n"
    )


def test_forged_row_is_found_by_the_command(here: Path) -> None:
    from lossbook.sweep.storage import Store

    store = Store("results")
    (part,) = store.parts()
    assert not isinstance(part, str)
    rows = part.table.to_pylist()
    part.path.unlink()
    store.write([{**one, "variance": one["variance"] * (1 + 2**-50)} if one["index"] == 4 else one for one in rows])
    status, out, err = run("sweep", "verify", "results", "--fraction", "1")
    assert (status, out) == (1, "6 of 6 rows computed again, 1 differ\n")
    assert err == f"error: the task {rows[4]['task']} comes out otherwise in the column variance\n"


GOLDEN = """\
A few: learning
6 of 6 tasks in 1 parts, N MB
made by python N, lossbook N, numpy N, numba N, llvmlite N, sympy N, scipy N, python-flint N
interval: 0 to 1, mean 0.363636
batch: 1 to 8, mean 4.5
momentum: 0 to 0.9, mean 0.466667
"""


def test_show_summarises(here: Path) -> None:
    status, out, err = run("sweep", "show", "results")
    assert (status, err) == (0, "")
    masked = re.sub(r"[\d.]+ MB", "N MB", out)
    masked = re.sub(r"(?m)^made by .*$", lambda line: re.sub(r"\d+(\.\d+)+", "N", line[0]), masked)
    assert masked.startswith(GOLDEN)
    for line in masked[len(GOLDEN) :].splitlines():
        assert re.fullmatch(r"[a-z_]+: \S+ to \S+, mean \S+", line), line


def test_no_command_gives_the_help_and_status_2() -> None:
    assert run("sweep") == (2, "", run("sweep", "--help")[1])


@pytest.mark.parametrize("words", [[], ["plan"], ["run"], ["verify"], ["show"]], ids=" ".join)
@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_fits_80_columns_and_is_cut_nowhere(words: list[str], word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    status, out, err = run("sweep", *words, word)
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "..." not in out.replace("COMMAND [ARGS]...", "").replace("a, a_1, ..., a_n, b", "")
    assert out.isascii()


def test_summary_of_sweeps_is_cut_nowhere() -> None:
    assert "\n  sweep      Run designs of many tasks, here or on a cluster.\n" in run("--help")[1]


@pytest.mark.parametrize("name", WORDS)
def test_help_has_an_example_that_runs_and_every_option(name: str, here: Path) -> None:
    _, out, _ = run("sweep", name, "--help")
    example = re.search(r"Example: lossbook ([^\n]+)", out)
    assert example
    words = shlex.split(example[1])
    if "--workers" in words:
        words[-2:] = []  # processes have tests of their own
    assert run(*words)[0] == 0
    options = {
        "plan": ["--workers"],
        "run": ["--out", "--workers", "--scheduler", "--tls-ca-file", "--tls-cert", "--tls-key"],
        "verify": ["--fraction", "--seed"],
        "show": [],
    }
    assert [option for option in options[name] if f"\n  {option} " not in out] == []


def test_help_of_plan_lists_every_setting() -> None:
    _, out, _ = run("sweep", "plan", "--help")
    assert [name for name in SETTINGS if f"\n  {name} " not in out] == []
    assert "learning: required" in " ".join(out.split())


def test_interruption_ends_with_130_and_no_traceback(here: Path) -> None:
    code = (
        "import signal, sys, lossbook.cli.sweep as sweep, lossbook.cli as cli\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
        "sweep.run = lambda *_, **__: signal.raise_signal(signal.SIGINT)\n"
        "sys.argv = ['lossbook', 'sweep', 'run', 'design.toml', '--out', 'results']\n"
        "cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env={**os.environ})
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGINT, "", "")


def test_installed_command_runs_a_sweep(here: Path) -> None:
    assert started("sweep", "run", "design.toml", "--out", "new", cwd=here) == (
        0,
        "6 of 6 tasks are stored in new, 6 of them new\n",
        "",
    )
    assert load_sweep(here / "new").equals(load_sweep(here / "results"))
    about = json.loads((here / "new" / "sweep.json").read_text("utf-8"))
    assert about["design"]["grid"] == {"batch": [1, 8], "momentum": [0, "0.5", "0.9"]}
