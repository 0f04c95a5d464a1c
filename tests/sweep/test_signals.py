"""Signals that end a process softly; what they do to a run is tested among the faults."""

import os
import signal
import threading

import pytest

from lossbook.sweep.signals import ending_softly


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["SIGTERM", "SIGHUP"])
def test_a_signal_becomes_an_exit_status(number: signal.Signals, status: int) -> None:
    with pytest.raises(SystemExit) as left, ending_softly():
        signal.raise_signal(number)
    assert left.value.code == status
    assert signal.getsignal(number) is signal.SIG_DFL


def test_other_handlers_stay() -> None:
    seen: list[int] = []
    former = signal.signal(signal.SIGHUP, lambda number, frame: seen.append(number))
    try:
        with ending_softly():
            os.kill(os.getpid(), signal.SIGHUP)
        assert seen == [signal.SIGHUP]
    finally:
        signal.signal(signal.SIGHUP, former)


def test_nothing_is_handled_outside_the_main_thread() -> None:
    seen: list[object] = []

    def look() -> None:
        with ending_softly():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.SIG_DFL]
