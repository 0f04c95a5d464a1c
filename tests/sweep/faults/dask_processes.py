"""Dask's own processes: a scheduler and workers, as one starts them on a cluster."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.sweep.faults.processes import Process, Starter

DASK = Path(sys.executable).parent / "dask"
NO_DASHBOARD = "--no-dashboard"


class Scheduler:
    """A running scheduler."""

    def __init__(self, starter: Starter, folder: Path, *tls: object) -> None:
        self.tls, self.file = tls, folder / "scheduler.json"
        self.file.unlink(missing_ok=True)
        words = "--host", "127.0.0.1", "--port", 0, NO_DASHBOARD, "--scheduler-file", self.file
        protocol = ["--protocol", "tls"] if tls else []
        self.process = starter.command(DASK, "scheduler", *words, *protocol, *tls)
        self.address = str(self.process.meets(self._address, "the scheduler says where it is"))

    def _address(self) -> str | None:
        try:
            return str(json.loads(self.file.read_text("utf-8"))["address"])
        except (OSError, ValueError):
            return None

    def worker(self, starter: Starter, faults: Mapping[str, Any] | None = None) -> Process:
        """Start a worker with one thread; the starter stops it."""
        words = self.address, "--nthreads", 1, "--no-nanny", NO_DASHBOARD
        return starter.command(DASK, "worker", *words, *self.tls, faults=faults)
