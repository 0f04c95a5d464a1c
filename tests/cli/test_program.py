"""The command itself: every failure is one line with its exit status, and help shows what it should."""

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.commands import COMMAND, answered, refused, run, started

import lossbook as lb
from lossbook.balls import UnresolvedError
from tools.chapters import ROOT

ARCTAN = ("argmax", "--sigmoid", "arctan", "--interval", "0", "2", "100")
ANSWER = "theta* = 1.738334113607819 +/- 1e-15 (truth 2, pulled 0.2617 towards a); G' has signs +-\n"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["argmx"], "No such command 'argmx'. Did you mean 'argmax'?; see "),
        (["--bogus"], "No such option: --bogus"),
        ([""], "No such command ''"),
        (["argmax"], "--sigmoid must be one of"),
        (["argmax", "5"], "extra argument"),
        (["argmax", "-x"], "No such option: -x; see "),
    ],
    ids=str,
)
def test_wrong_command_is_refused_in_one_line(words: list[str], part: str) -> None:
    assert part in refused(*words)


def test_installed_command_refuses_in_one_line() -> None:
    status, out, err = started(*ARCTAN, "--bogus", env={"FORCE_COLOR": "1", "COLUMNS": "20"})
    assert (status, out, err) == (2, "", "error: No such option: --bogus; see lossbook argmax --help\n")


def test_width_that_is_not_reached_is_no_wrong_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object) -> None:
        raise UnresolvedError("a maximiser is enclosed\nto 1.0e-03 only")

    monkeypatch.setattr("lossbook.cli.argmax.maximize_gain", give_up)
    line = "error: the answer was not resolved: a maximiser is enclosed to 1.0e-03 only\n"
    assert run(*ARCTAN) == (1, "", line)
    monkeypatch.undo()
    assert run(*ARCTAN) == (0, ANSWER, "")


def test_fault_of_the_program_is_not_taken_for_wrong_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr("lossbook.cli.argmax.maximize_gain", fail)
    with pytest.raises(ValueError, match="a fault"):
        run(*ARCTAN)


def test_interruption_ends_with_130_and_no_traceback() -> None:
    code = (
        "import signal, sys, lossbook.cli as cli\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
        "cli.argmax.maximize_gain = lambda *_: signal.raise_signal(signal.SIGINT)\n"
        f"sys.argv = ['lossbook', *{ARCTAN!r}]\n"
        "cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGINT, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_full_disk_is_one_line() -> None:
    assert COMMAND
    with open("/dev/full", "w") as full:
        done = subprocess.run([COMMAND, *ARCTAN], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1
    assert re.fullmatch("error: the answer could not be written: [^\n]+\n", done.stderr)


def test_help_has_no_colours_and_no_boxes() -> None:
    for env in ({"FORCE_COLOR": "1"}, {"NO_COLOR": "1"}):
        status, out, err = started("argmax", "--help", env={**env, "PYTHONIOENCODING": "ascii"})
        assert (status, err) == (0, "")
        assert out.isascii()
        assert "\x1b" not in out


def test_no_words_give_the_help_and_status_2() -> None:
    assert run() == (2, "", run("--help")[1])


def test_version_is_that_of_the_library() -> None:
    assert run("--version") == (0, f"lossbook {lb.__version__}\n", "")


def test_readme_shows_what_the_command_prints() -> None:
    shown = re.findall(r"^\$ lossbook (.+)\n(theta.+\n)", (ROOT / "README.md").read_text("utf-8"), re.M)
    assert shown
    for words, line in shown:
        assert answered(*shlex.split(words)) == line
