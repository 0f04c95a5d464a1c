"""A limit on how long a symbolic attempt may take, so that a hard formula gives no verdict instead of no answer.

Computer algebra can run for hours on a short formula. The limit uses the operating system's interval timer, which only
the main thread of a process may set, and which Windows lacks: elsewhere the attempt runs without a limit.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class OutOfPatienceError(RuntimeError):
    """The attempt was given up."""


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

    def give_up(number: int, frame: Any) -> None:
        """Interrupt what runs."""
        raise OutOfPatienceError(f"given up after {seconds} seconds")

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    if 0 < left <= seconds:
        yield
        return
    former = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
        if left > 0:
            signal.setitimer(signal.ITIMER_REAL, left)
