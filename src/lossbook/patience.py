"""A limit on how long a symbolic attempt may take, so that a hard formula gives no verdict instead of no answer.

Computer algebra can run for hours on a short formula. The limit uses the operating system's interval timer, which only
the main thread of a process may set, and which Windows lacks: elsewhere the attempt runs without a limit.
"""

from __future__ import annotations

import gc
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_WEAK = {"weakref", "_weakrefset"}  # modules whose functions run when an object has gone
AGAIN = 0.25  # seconds after which an attempt that caught the interruption is interrupted once more


class OutOfPatienceError(BaseException):
    """The attempt was given up. Not an ``Exception``: computer algebra catches those by the way and goes on."""


def _swallows(frame: FrameType | None) -> bool:
    """Tell whether an exception raised here would be lost: in a destructor, a finaliser, or a collector's callback."""
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    while frame is not None:
        if frame.f_code in callbacks or frame.f_code.co_name == "__del__" or frame.f_globals.get("__name__") in _WEAK:
            return True
        frame = frame.f_back
    return False


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Give up what runs inside after some time, by an :class:`OutOfPatienceError` raised there.

    Limits nest: an outer one that ends first stays in force.

    Args:
        seconds: how long it may take.

    Yields:
        nothing.

    Example:
        >>> with patience(10):
        ...     1 + 1
        2
    """
    ended: list[bool] = []

    def give_up(number: int, frame: FrameType | None) -> None:
        """Interrupt what runs, unless it has just ended, or would swallow the interruption: then the next one does."""
        if not ended and not _swallows(frame):
            raise OutOfPatienceError(f"given up after {seconds} seconds")

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    if 0 < left <= seconds:
        yield
        return
    former, start = signal.signal(signal.SIGALRM, give_up), time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        ended.append(True)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
        if left > 0:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - start), 0.001), AGAIN)
