"""Processes of the tests: started, watched, stopped; nothing waits for a time, all for a condition."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from tests.commands import COMMAND

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
LONGEST = 180.0  # seconds that a condition may take on the slowest machine
QUICK = {"DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": "forkserver"}  # workers start from a loaded process
DASHBOARD = re.compile(r"(\d+ workers|scheduler at \S+?); dashboard: \S+\n")
FAR = re.compile(r"[\d,]+ of [\d,]+ tasks, .*\n")


def until(met: Callable[[], Any], what: str) -> Any:
    """Wait until something is true; give it."""
    end = time.monotonic() + LONGEST
    while not (found := met()):
        assert time.monotonic() < end, f"this did not happen: {what}"
        time.sleep(0.005)
    return found


def alive(pid: int) -> bool:
    """Whether a process is there, and no mere entry that nobody has collected."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def environment(faults: Mapping[str, Any] | None = None, **more: str) -> dict[str, str]:
    """The environment of a process with faults."""
    path = os.pathsep.join(filter(None, [str(HERE / "hook"), str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "SWEEP_FAULTS": json.dumps(faults or {}), **more}


class Process:
    """A process of its own session, with its output in files."""

    def __init__(self, pid: int, files: Sequence[Path], poll: Callable[[], int | None]) -> None:
        self.pid, self.files, self.poll = pid, files, poll

    @property
    def out(self) -> str:
        return self.files[0].read_text("utf-8")

    @property
    def err(self) -> str:
        return self.files[1].read_text("utf-8")

    @property
    def said(self) -> str:
        """What stands on standard error, but for the address of the dashboard and for lines of progress."""
        return FAR.sub("", DASHBOARD.sub("", self.err))

    def send(self, number: signal.Signals, *, group: bool = False) -> None:
        (os.killpg if group else os.kill)(self.pid, number)

    def ended(self) -> int:
        """Wait for the end; give the exit status."""
        status = until(lambda: [found] if (found := self.poll()) is not None else [], f"end of {self.pid}: {self.err}")
        return int(status[0])

    def meets(self, met: Callable[[], Any], what: str) -> Any:
        """Wait until something is true, while the process runs."""

        def met_or_ended() -> Any:
            found = met()
            assert found or self.poll() is None, f"it ended before this: {what}\n{self.out}{self.err}"
            return found

        return until(met_or_ended, f"{what}; {self.err}")

    def workers(self) -> set[int]:
        """The processes of its workers; those that help to start them are none."""
        found = set()
        try:
            for child in psutil.Process(self.pid).children(recursive=True):
                words = " ".join(child.cmdline())
                forked = "multiprocessing.forkserver" in words and child.ppid() != self.pid
                if "spawn_main" in words or forked:
                    found.add(child.pid)
        except psutil.NoSuchProcess:
            pass
        return set(filter(alive, found))

    def stop(self) -> None:
        """End it and all that belongs to it."""
        numbers = {self.pid, *self.workers()}
        for number in numbers:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.ended()


class Starter:
    """Starts processes, and stops at the end what still runs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.started: list[Process] = []
        self._loaded: subprocess.Popen[str] | None = None

    def _files(self) -> list[Path]:
        self.count += 1
        files = [self.folder / f"{self.count}.{kind}" for kind in ("out", "err")]
        for file in files:
            file.touch()
        return files

    def _answer(self, order: Any) -> Any:
        if self._loaded is None:
            words = [sys.executable, str(HERE / "loaded.py")]
            pipe = subprocess.PIPE
            self._loaded = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, encoding="utf-8")
        assert self._loaded.stdin
        assert self._loaded.stdout
        self._loaded.stdin.write(json.dumps(order) + "\n")
        self._loaded.stdin.flush()
        return json.loads(self._loaded.stdout.readline())

    def lossbook(self, *words: Any, faults: Mapping[str, Any] | None = None, **more: str) -> Process:
        """The command `lossbook`, in a process that has the library loaded."""
        files = self._files()
        order = {"words": [str(word) for word in words], "environment": environment(faults, **more)}
        pid = self._answer({**order, "files": [str(file) for file in files]})
        status: list[int] = []

        def poll() -> int | None:
            if not status and (found := self._answer(pid)) is not None:
                status.append(found)
            return status[0] if status else None

        self.started.append(Process(pid, files, poll))
        return self.started[-1]

    def command(self, *words: Any, faults: Mapping[str, Any] | None = None, **more: str) -> Process:
        """Any command, in a process of its own."""
        files = self._files()
        with files[0].open("w") as out, files[1].open("w") as err:
            process = subprocess.Popen(
                [str(word) for word in words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment(faults, **more),
                start_new_session=True,
            )
        self.started.append(Process(process.pid, files, process.poll))
        return self.started[-1]

    def installed(
        self, *words: Any, before: Sequence[str] = (), faults: Mapping[str, Any] | None = None, **more: str
    ) -> Process:
        """The command `lossbook` as it is installed; `before` is a command that runs it."""
        assert COMMAND, "the command is not installed: run `make environment`"
        return self.command(*before, COMMAND, *words, faults=faults, **more)

    def stop(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.stop()
        self.started.clear()

    def close(self) -> None:
        self.stop()
        if self._loaded is not None:
            self._loaded.communicate()
