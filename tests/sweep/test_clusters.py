"""Clusters: what cannot be started or reached is one line; clusters that work are tested among the faults."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import dask
import distributed
import pytest

from lossbook.sweep import clusters
from lossbook.sweep.clusters import local, remote
from lossbook.sweep.errors import SweepError


def silent(line: str) -> None:
    pytest.fail(f"it said {line}")


def levels() -> list[int]:
    return [logging.getLogger(name).level for name in ("distributed", "distributed.client", "tornado.application")]


def unused_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


def test_a_scheduler_that_is_not_there_is_named() -> None:
    before, address = levels(), unused_address()
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "100ms"}),
        pytest.raises(SweepError, match=f"^the scheduler at {address} could not be reached: "),
        remote(address, {}, silent),
    ):
        pytest.fail("it connected")
    assert levels() == before


@pytest.mark.parametrize("address", ["nonsense://1", "tcp://127.0.0.1:99999999", "tls://127.0.0.1:1", ""])
def test_an_address_that_is_none_is_named(address: str) -> None:
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "100ms"}),
        pytest.raises(SweepError, match=f"^the scheduler at {address} could not be reached: "),
        remote(address, {}, silent),
    ):
        pytest.fail("it connected")


def test_files_that_are_no_certificates_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no certificate")
    tls = dict.fromkeys(("ca_file", "cert", "key"), str(tmp_path / "file"))
    line = r"^the scheduler at tls://127\.0\.0\.1:1 could not be reached: "
    with pytest.raises(SweepError, match=line), remote("tls://127.0.0.1:1", tls, silent):
        pytest.fail("it connected")


def test_workers_that_do_not_start_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**settings: object) -> None:
        assert settings["n_workers"] == 3
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
        raise RuntimeError("no more processes")

    before = levels()
    monkeypatch.setattr(distributed, "LocalCluster", fail)
    with pytest.raises(SweepError, match=r"^3 workers could not be started: 'no more processes'$"), local(3, silent):
        pytest.fail("they started")
    assert levels() == before
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    assert dask.config.get("distributed.worker.memory.spill") is not False


def test_the_settings_of_dask_stay_as_they_were() -> None:
    """Also in a process in which nobody has loaded it before."""
    code = """
import dask
from lossbook.sweep import clusters
clusters._started = lambda *given: (None, "")
with clusters.local(1, print):
    assert dask.config.get("distributed.worker.memory.spill") is False
print(dask.config.get("distributed.worker.memory.spill"), dask.config.get("distributed.comm.require-encryption"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0.7 None\n"


class Opened:
    """A cluster or a client, closed or not."""

    dashboard_link, scheduler_address = "http://here", "tcp://here"

    def __init__(self, *given: Opened, **_: object) -> None:
        self.cluster = given[0] if given else self  # of a client
        self.closed, self.wanted = False, list[int]()
        ALL.append(self)

    def scale(self, workers: int) -> None:
        self.wanted.append(workers)

    def sync(self, *_: object, **__: object) -> dict[str, int]:
        return {"total_threads": 1}

    @property
    def scheduler(self) -> Opened:
        return self

    identity = None

    def close(self, timeout: float) -> None:
        self.closed = True
        raise RuntimeError("it does not close cleanly")


ALL: list[Opened] = []


def test_what_was_started_is_closed_before_it_is_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    ALL.clear()
    said: list[str] = []
    monkeypatch.setattr(distributed, "LocalCluster", Opened)
    monkeypatch.setattr(distributed, "Client", Opened)
    with local(2, said.append) as executor:
        assert dask.config.get("distributed.worker.memory.spill") is False
        assert dask.config.get("distributed.admin.low-level-log-length") == 10
        assert os.environ["DASK_LOGGING__DISTRIBUTED"] == "critical"
        executor._renew()
        assert executor.workers == 1
        assert [one.closed for one in ALL] == [True, True, False, False]
    assert [one.closed for one in ALL] == [True] * 4
    assert "DASK_LOGGING__DISTRIBUTED" not in os.environ
    assert said == ["2 workers; dashboard: http://here"] * 2
    assert all(one.wanted == [2] for one in ALL if one.wanted)  # those that are lost are started anew
    assert ALL[2].wanted
    ALL.clear()
    with remote("tcp://here", {}, said.append) as executor:
        assert dask.config.get("distributed.admin.low-level-log-length") == 10
        executor._renew()
        assert [one.closed for one in ALL] == [True, False]
    assert [one.closed for one in ALL] == [True, True]


def test_processes_started_meanwhile_are_not_interrupted() -> None:
    """They would write tracebacks beside the one line of the run."""
    look = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    command = [sys.executable, "-c", look]
    with clusters._uninterrupted():
        inside = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    outside = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert (inside, outside) == ("True\n", "False\n")
