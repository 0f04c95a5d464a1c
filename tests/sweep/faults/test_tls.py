"""A scheduler over TLS: it lets in whom its authority has signed, and nobody else."""

import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
from tests.sweep.examples import bits, counted, sweep, undisturbed
from tests.sweep.faults.dask_processes import Scheduler
from tests.sweep.faults.processes import Starter

EXAMPLE = sweep(40)
QUICKLY = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"}


class Files(NamedTuple):
    """An authority, and a certificate that it has signed."""

    ca: Path
    cert: Path
    key: Path

    @property
    def options(self) -> list[object]:
        return ["--tls-ca-file", self.ca, "--tls-cert", self.cert, "--tls-key", self.key]


def files(folder: Path) -> Files:
    """Make an authority with one certificate."""
    folder.mkdir()
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    made = Files(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(made.ca)
    certificate.cert_chain_pems[0].write_to_path(made.cert)
    certificate.private_key_pem.write_to_path(made.key)
    return made


class Cluster(NamedTuple):
    """A scheduler with one worker, the files by which one gets in, and those of a stranger."""

    scheduler: Scheduler
    ours: Files
    foreign: Files


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("tls")
    starter, ours, foreign = Starter(folder), files(folder / "ours"), files(folder / "foreign")
    scheduler = Scheduler(starter, folder, *ours.options)
    scheduler.worker(starter)
    yield Cluster(scheduler, ours, foreign)
    starter.close()


def test_a_client_with_a_certificate_computes(tmp_path: Path, starter: Starter, cluster: Cluster) -> None:
    words = "sweep", "run", EXAMPLE.write(tmp_path), "--out", tmp_path / "out"
    assert cluster.scheduler.address.startswith("tls://")
    process = starter.lossbook(*words, "--scheduler", cluster.scheduler.address, *cluster.ours.options)
    assert process.ended() == 0, process.err
    assert process.said == ""
    assert bits(tmp_path / "out") == undisturbed(EXAMPLE)


@pytest.mark.parametrize(
    ("spoken", "authority", "certificate"),
    [("tls", "foreign", "foreign"), ("tls", "ours", "foreign"), ("tcp", "", "")],
    ids=["foreign authority", "foreign certificate", "no TLS"],
)
def test_others_are_refused(
    tmp_path: Path, starter: Starter, cluster: Cluster, spoken: str, authority: str, certificate: str
) -> None:
    address = cluster.scheduler.address.replace("tls", spoken)
    options: list[object] = []
    if authority:
        theirs = getattr(cluster, certificate)
        options = theirs._replace(ca=getattr(cluster, authority).ca).options
    words = "sweep", "run", EXAMPLE.write(tmp_path), "--out", tmp_path / "out", "--scheduler", address
    process = starter.lossbook(*words, *options, **QUICKLY)
    assert process.ended() == 1
    assert process.out == ""
    assert re.fullmatch(rf"error: the scheduler at {address} could not be reached: [^\n]+\n", process.err)
    assert counted(tmp_path / "out", EXAMPLE).rows == 0


def answer(cluster: Cluster, *certificate: Path) -> bytes:
    """What the scheduler itself says to whom connects: no check of ours stands between."""
    host, port = cluster.scheduler.address.removeprefix("tls://").split(":")
    context = ssl.create_default_context(cafile=str(cluster.ours.ca))
    if certificate:
        context.load_cert_chain(*certificate)
    plain = socket.create_connection((host, int(port)), timeout=30)
    with plain, context.wrap_socket(plain, server_hostname=host) as wrapped:
        return wrapped.recv(1)


def test_no_certificate_is_refused_in_the_handshake(cluster: Cluster) -> None:
    assert answer(cluster, cluster.ours.cert, cluster.ours.key)
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        answer(cluster)
