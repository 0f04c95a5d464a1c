"""Ends that are asked for: by a batch system, a closing terminal, a system that shuts down."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

_NAMES = ("SIGTERM", "SIGHUP")


@contextmanager
def ending_softly() -> Iterator[None]:
    """Let these signals end the process as an exception does: with the exit status 128 plus the signal's number.

    What is open is closed on the way. A signal that is ignored, or has another handler, stays as it is; so do all
    outside the main thread, where none can be handled.

    Yields:
        nothing.
    """

    def leave(number: int, frame: object) -> NoReturn:
        """Leave the process."""
        raise SystemExit(128 + number)

    former = {}
    if threading.current_thread() is threading.main_thread():
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                former[number] = signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
