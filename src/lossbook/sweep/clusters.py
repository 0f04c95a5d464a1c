"""Dask clusters: processes of this machine, started for a run, or one that runs already."""

from __future__ import annotations

import gc
import logging
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from lossbook.arguments import shown
from lossbook.sweep.errors import SweepError
from lossbook.sweep.executors import OnDask

CLOSE_SECONDS = 20
_LEVEL = "DASK_LOGGING__DISTRIBUTED"  # workers read it when they start
_LOGGERS = ("distributed", "distributed.client", "tornado.application", "asyncio")
_LOG = {"distributed.admin.low-level-log-length": 10}  # Dask keeps so many of the last messages, with all they carry
_SETTINGS = {
    **_LOG,
    "distributed.scheduler.worker-ttl": None,  # a jump of the clock is no lost worker
    "distributed.worker.memory.target": False,  # nothing is spilled to the disk and unpickled from it
    "distributed.worker.memory.spill": False,
    "distributed.worker.profile.enabled": False,  # it would keep an hour of samples
    "distributed.worker.daemon": True,
}


@contextmanager
def local(workers: int, say: Callable[[str], None]) -> Iterator[OnDask]:
    """Compute on processes of this machine.

    Args:
        workers: how many.
        say: takes a line for people: where the dashboard is.

    Yields:
        the executor; the processes end with this one, however it ends.
    """
    import dask
    import distributed  # noqa: F401, its settings are there before ours, and so stay when ours go

    with dask.config.set(_SETTINGS), _quiet(), ExitStack() as started:

        def start() -> tuple[Any, str]:
            """Start scheduler, workers, and a client; those that ran before end."""
            started.close()
            return _started(workers, started, say)

        yield OnDask(start, lambda client: client.cluster.scale(workers))


def _started(workers: int, started: ExitStack, say: Callable[[str], None]) -> tuple[Any, str]:
    """Start processes of this machine, and give a client and the scheduler's address."""
    from distributed import Client, LocalCluster

    settings = {
        "n_workers": workers,
        "threads_per_worker": 1,
        "processes": True,
        "host": "127.0.0.1",
        "dashboard_address": "127.0.0.1:0",
        "silence_logs": logging.CRITICAL,
    }
    try:
        with _uninterrupted():
            cluster = LocalCluster(**settings)
        started.callback(_closed, cluster)
        client = Client(cluster)
        started.callback(_closed, client)
    except (OSError, RuntimeError, ValueError) as error:
        raise SweepError(f"{workers} workers could not be started: {shown(str(error))}") from error
    say(f"{workers} workers; dashboard: {cluster.dashboard_link}")
    return client, cluster.scheduler_address


@contextmanager
def remote(address: str, tls: dict[str, str], say: Callable[[str], None]) -> Iterator[OnDask]:
    """Compute on a Dask cluster that runs already; it is left as it was.

    Args:
        address: of the scheduler, such as ``tcp://10.0.0.1:8786`` or ``tls://10.0.0.1:8786``. It is waited for as long
            as Dask's setting ``distributed.comm.timeouts.connect`` says.
        tls: paths ``ca_file``, ``cert`` and ``key``, or none of them.
        say: takes a line for people: where the dashboard is.

    Yields:
        the executor.
    """
    import dask
    import distributed  # noqa: F401

    with dask.config.set(_LOG), _quiet(), ExitStack() as connected:

        def connect() -> tuple[Any, str]:
            """Connect, or raise a :class:`SweepError` that says why not."""
            connected.close()
            client = _connected(address, tls)
            connected.callback(_closed, client)
            say(f"scheduler at {address}; dashboard: {client.dashboard_link}")
            return client, address

        yield OnDask(connect)


def _connected(address: str, tls: dict[str, str]) -> Any:
    """Connect to a scheduler."""
    from distributed import Client
    from distributed.security import Security

    try:
        security = None
        if tls:
            ca, cert, key = (tls[name] for name in ("ca_file", "cert", "key"))
            security = Security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)
        return Client(address, security=security, name="lossbook")
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise SweepError(f"the scheduler at {address} could not be reached: {error}") from error


def _closed(opened: Any) -> None:
    """Close a client or a cluster; what is computed is stored by now, and stays if its end is not clean."""
    with suppress(Exception):
        opened.close(timeout=CLOSE_SECONDS)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Keep an interruption from the keyboard for later; threads and processes that are started never get one.

    Workers that are interrupted with their driver would each write why they end.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # else Python's own start of it, in a thread, lets interruptions in again
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from writing what becomes a line of ours, here and in the processes that are started."""
    import distributed  # noqa: F401, it sets the levels of its loggers

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    former, told = [logger.level for logger in loggers], os.environ.get(_LEVEL)
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    os.environ[_LEVEL] = told or "critical"
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Creating scratch directories")
            yield
    finally:
        gc.collect()  # what Dask has left behind says so when it is collected
        for logger, level in zip(loggers, former, strict=True):
            logger.setLevel(level)
        if told is None:
            del os.environ[_LEVEL]
