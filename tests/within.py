"""A limit of time for one step of a test: what runs longer is stopped, and fails."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest


class _Overrun(BaseException):  # not an Exception, so that no handler in the code under test keeps it
    pass


@contextmanager
def seconds(limit: float) -> Iterator[None]:
    """Fail, by interrupting it again and again, what takes longer than a number of seconds."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _Overrun

    former = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit, 0.2)
    overrun = False
    try:
        yield
    except _Overrun:
        overrun = True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
    if overrun:
        pytest.fail(f"took more than {limit} s")
