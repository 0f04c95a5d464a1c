"""Patience ends what takes too long, leaves the rest alone, nests, and stands aside where there is no timer."""

import gc
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator

import pytest

import lossbook as lb
from lossbook.patience import OutOfPatienceError, patience


def wait(seconds: float) -> None:
    """Be busy for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_what_takes_too_long_is_given_up() -> None:
    start = time.monotonic()
    with pytest.raises(OutOfPatienceError), patience(0.05):
        wait(5)
    assert time.monotonic() < start + 2


def test_what_is_quick_is_left_alone_and_nothing_stays_behind() -> None:
    former = signal.getsignal(signal.SIGALRM)
    with patience(5):
        value = sum(range(10))
    assert value == 45
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert signal.getsignal(signal.SIGALRM) is former


def test_an_outer_limit_that_ends_first_stays_in_force() -> None:
    start = time.monotonic()
    with pytest.raises(OutOfPatienceError), patience(0.05), patience(5):
        wait(3)
    assert time.monotonic() < start + 2


def test_other_threads_run_without_a_limit() -> None:
    found = []

    def work() -> None:
        with patience(0.01):
            time.sleep(0.05)
            found.append("done")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["done"]


def test_a_formula_on_which_algebra_is_lost_still_gets_its_verdicts() -> None:
    report = lb.OddSigmoid.parse("sinh(exp(u))*log(u+pi)").check()
    assert report["odd"] == "refuted"
    assert report["limit"] in ("refuted", "undecided")


class Slow:
    """Its destructor takes longer than patience lasts."""

    def __del__(self) -> None:
        wait(0.15)


def finalised() -> None:
    """Let an object go whose finaliser takes longer than patience lasts."""
    weakref.finalize(Plain(), wait, 0.15)


class Plain:
    """Nothing but a thing that can go."""


def slow_callback(phase: str, _info: dict[str, int]) -> None:
    """Take longer than patience lasts, before a collection."""
    if phase == "start":
        wait(0.15)


@pytest.fixture
def _slow_collector() -> Iterator[None]:
    gc.callbacks.append(slow_callback)
    yield
    gc.callbacks.remove(slow_callback)


def work(first: Callable[[], object]) -> None:
    """Do something first, and go on for long."""
    first()
    wait(5)


@pytest.mark.usefixtures("_slow_collector")
@pytest.mark.parametrize("first", [Slow, finalised, gc.collect])
def test_an_interruption_is_not_lost_in_a_destructor_or_a_callback(first: Callable[[], object]) -> None:
    """Python prints what is raised there and goes on; pytest turns that into an error."""
    start = time.monotonic()
    with pytest.raises(OutOfPatienceError), patience(0.1):
        work(first)
    assert 0.15 < time.monotonic() - start < 2
