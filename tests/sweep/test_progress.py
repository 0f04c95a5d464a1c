"""Progress: what is said of rate, time left and workers, and when. The clock is the test's own."""

import io
import sys

import pytest
from tests.sweep.examples import sweep

from lossbook.sweep import progress
from lossbook.sweep.progress import progress_bar, spoken

TASKS = sweep(20).tasks  # the first ten of 2 * 4 * 1 points
ALL = list(TASKS)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which the test sets."""
    time = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: time[0])
    return time


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3599, "59 min 59 s"), (3600, "1 h 0 min"),
        (86399, "23 h 59 min"), (86400, "1 d 0 h"), (3e9, "95 years"), (1e13, "316,881 years"),
    ],
)  # fmt: skip
def test_times_are_spoken(seconds: float, words: str) -> None:
    assert spoken(seconds) == words


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_lines_are_written_now_and_then(now: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(TASKS, bytearray(20), True) as bar:
        for index in range(20):
            bar.advance([ALL[index]])
            bar.note(2)
            now[0] += 4
    said = lines(capsys)
    assert len(said) == 6
    assert said[0] == "4 of 20 tasks, 0.25 tasks/s, 2e-06 million points/s, 1 min 4 s left"
    assert [line.split(" of ")[0] for line in said] == ["4", "7", "10", "13", "16", "19"]


def test_the_start_is_not_taken_for_slowness(now: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    """Ten minutes of starting, then a task a second."""
    with progress_bar(TASKS, bytearray(20), True) as bar:
        now[0] += 600
        bar.note(2)
        bar.advance(ALL[:1])
        now[0] += 5
        bar.advance(ALL[1:6])
        now[0] += 6
        bar.note(2)
    first, second = lines(capsys)
    assert first == "0 of 20 tasks, starting"
    assert second == "6 of 20 tasks, 0.455 tasks/s, 3.64e-06 million points/s, 31 s left"


def test_stored_tasks_count_as_done_but_not_for_the_rate(now: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(TASKS, bytearray([1] * 10 + [0] * 10), True) as bar:
        bar.advance(ALL[10:11])
        now[0] += 11
        bar.advance(ALL[11:12])
        bar.note(1)
    assert [line.split(", ")[:2] for line in lines(capsys)] == [["12 of 20 tasks", "0.0909 tasks/s"]]


def test_it_is_said_at_once_when_workers_come_and_go(now: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(TASKS, bytearray(20), True) as bar:
        for workers in (0, 0, 3, 3, 0, 0, 1):
            bar.note(workers)
            if workers:
                bar.advance(ALL[:1])
            now[0] += 1
    said = lines(capsys)
    assert said[0] == "0 of 20 tasks, no worker yet: waiting for one"
    assert said[1] == "0 of 20 tasks, starting"
    assert said[2] == "2 of 20 tasks, no worker left: waiting for one"
    assert said[3].startswith("2 of 20 tasks, 0.25 tasks/s")
    assert len(said) == 4


def test_a_reader_who_has_gone_stops_nothing(now: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            tried.append(text)
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    with progress_bar(TASKS, bytearray(20), True) as bar:
        bar.note(0)
        monkeypatch.setattr(sys, "stderr", io.StringIO())
        sys.stderr.close()
        bar.note(1)
    assert len(tried) == 1


@pytest.mark.parametrize("wanted", [None, False])
def test_nothing_is_shown_unless_asked_for(wanted: bool | None, capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(TASKS, bytearray(20), wanted) as bar:
        bar.advance(ALL)
        bar.note(0)
    assert lines(capsys) == []


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar(now: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar(TASKS, bytearray([1] * 5 + [0] * 15), None) as bar:
        for task in ALL[5:]:
            bar.advance([task])
            bar.note(1)
            now[0] += 1
        moves = []
        monkeypatch.setattr(bar.bar, "update", lambda *given, **told: moves.append(told["completed"]))
        for _ in range(100):
            now[0] += 0.01
            bar.note(1)
    shown = sys.stderr.getvalue()
    assert "20/20" in shown
    assert "1 s left" in shown
    assert moves == [20] * 100  # at its end it moves at once


def test_a_bar_moves_a_few_times_a_second(now: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(TASKS, bytearray(20), True) as bar:
        moves = []
        monkeypatch.setattr(bar.bar, "update", lambda *given, **told: moves.append(told["completed"]))
        for _ in range(100):
            bar.note(1)
            now[0] += 0.01
        bar.note(0)
        bar.note(0)
    assert len(moves) == 6
