"""The recipes for clusters, on one machine: their own command lines run as processes, with stand-ins for ssh and Slurm.

There is no Kubernetes and no Slurm here. The manifests are held against the schemas of Kubernetes and against each
other; what their containers run is run. The job of Slurm is read, and a stand-in for `sbatch` runs it as it is.
"""

import os
import re
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import trustme
import yaml

from tools.chapters import ROOT

RECIPES = ROOT / "clusters"
MANIFESTS = list(yaml.safe_load_all((RECIPES / "kubernetes.yaml").read_text("utf-8")))
NAMES = [f"{one['kind']} {one['metadata']['name']}" for one in MANIFESTS]
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
DESIGN = 'measure = "optimum"\nfixed.scale = "1/10"\ngrid.imbalance = [1, 10]\n'
ALL, NONE = "2 of 2 tasks are stored in {}, 2 of them new\n", "2 of 2 tasks are stored in {}, 0 of them new\n"
SSH = '#!/usr/bin/env bash\necho "$1" >>hosts\nexec bash -c "$2"\n'
SBATCH = """#!/usr/bin/env bash
cp "$1" job.sh
setsid bash job.sh >job.log 2>&1 &
echo $! >job
echo Submitted batch job 1
"""
SCANCEL = '#!/usr/bin/env bash\necho "$@" >>cancelled\nkill -- "-$(cat job)"\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the recipes expect it: the recipes, a design, and tls/ with a certificate that vouches for itself."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "clusters").symlink_to(RECIPES)
    (folder / "design.toml").write_text(DESIGN, "utf-8")
    certify(folder / "tls")
    for name, text in (("ssh", SSH), ("sbatch", SBATCH), ("scancel", SCANCEL)):
        (folder / "bin").mkdir(exist_ok=True)
        (folder / "bin" / name).write_text(text, "utf-8")
        (folder / "bin" / name).chmod(0o755)
    return folder


def certify(folder: Path) -> None:
    """Make a certificate and a key, as certificate.sh does, without openssl."""
    folder.mkdir()
    authority = trustme.CA()
    one = authority.issue_cert("lossbook.invalid")
    (folder / "key.pem").write_bytes(one.private_key_pem.bytes())
    (folder / "cert.pem").write_bytes(one.cert_chain_pems[0].bytes() + authority.cert_pem.bytes())


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def environment(place: Path, **more: str) -> dict[str, str]:
    path = f"{place / 'bin'}{os.pathsep}{PATH}"
    return {**os.environ, "PATH": path, "DASK_CONFIG": str(RECIPES / "dask.yaml"), **more}


def ran(command: list[str], place: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    quiet: dict[str, Any] = {"capture_output": True, "text": True, "timeout": 100, "check": False}
    return subprocess.run(command, cwd=place, env=environment(place, **more), **quiet)


@contextmanager
def running(commands: list[list[str]], place: Path) -> Iterator[None]:
    """Keep processes running."""
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen(command, cwd=place, env=environment(place), **quiet) for command in commands]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


# The manifests


@pytest.mark.parametrize("manifest", MANIFESTS, ids=NAMES)
def test_a_manifest_is_one_that_kubernetes_takes(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def test_a_misspelled_key_is_noticed() -> None:
    wrong = yaml.safe_load(yaml.safe_dump(MANIFESTS[-1]).replace("backoffLimit", "backOffLimit"))
    with pytest.raises(kubernetes_validate.ValidationError, match="backOffLimit"):
        kubernetes_validate.validate(wrong, kubernetes_validate.latest_version(), strict=True)


def containers(manifests: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The container of each manifest that has one, by its name."""
    pods = [one["spec"]["template"]["spec"] for one in manifests if "template" in one["spec"]]
    return {pod["containers"][0]["name"]: {**pod["containers"][0], "volumes": pod["volumes"]} for pod in pods}


def words(container: dict[str, Any]) -> list[str]:
    return [*container["command"], *container["args"]]


def disagreements(manifests: list[dict[str, Any]]) -> list[str]:
    """What one manifest says and another does not keep."""
    services = {one["metadata"]["name"]: one["spec"] for one in manifests if one["kind"] == "Service"}
    claims = {one["metadata"]["name"] for one in manifests if one["kind"] == "PersistentVolumeClaim"}
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in manifests if "template" in one["spec"]]
    found = [
        f"nothing is selected by {spec['selector']}" for spec in services.values() if spec["selector"] not in labels
    ]
    for one in manifests:
        selector = one["spec"].get("selector", {}).get("matchLabels")
        if selector and selector != one["spec"]["template"]["metadata"]["labels"]:
            found.append(f"{selector} is not what its pods are called")
    for name, one in containers(manifests).items():
        text = " ".join(words(one))
        for host, port in re.findall(r"tls://([a-z-]+):(\d+)", text):
            if int(port) not in [entry["port"] for entry in services.get(host, {"ports": []})["ports"]]:
                found.append(f"{name}: no service {host}:{port}")
        mounted = {mount["name"]: mount["mountPath"] for mount in one["volumeMounts"]}
        if set(mounted) != {volume["name"] for volume in one["volumes"]}:
            found.append(f"{name}: what is mounted is not what there is")
        for path in re.findall(r"(/[a-z]+)/[a-z.]+", text.replace("://", ":")):
            if path not in mounted.values():
                found.append(f"{name}: nothing is mounted at {path}")
        for volume in one["volumes"]:
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim and claim not in claims:
                found.append(f"{name}: no claim {claim}")
    return found


def test_the_manifests_agree_with_each_other() -> None:
    assert disagreements(MANIFESTS) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tls://lossbook-scheduler", "tls://scheduler"),
        ("name: lossbook-results", "name: results"),
        ("mountPath: /tls", "mountPath: /certificates"),
        ("port: 8786", "port: 8785"),
        ("matchLabels:\n      app: lossbook-worker", "matchLabels:\n      app: worker"),
    ],
)
def test_a_disagreement_is_noticed(old: str, new: str) -> None:
    text = yaml.safe_dump_all(MANIFESTS)
    assert old in text
    assert disagreements(list(yaml.safe_load_all(text.replace(old, new, 1)))) != []


def test_a_worker_has_one_thread_on_one_core_and_its_memory() -> None:
    worker = containers(MANIFESTS)["worker"]
    given = dict(zip(words(worker), words(worker)[1:], strict=False))
    assert (given["--nthreads"], worker["resources"]["requests"]["cpu"]) == ("1", "1")
    assert given["--memory-limit"].removesuffix("GiB") == worker["resources"]["limits"]["memory"].removesuffix("Gi")


def here(container: dict[str, Any], ports: dict[int, int], place: Path) -> list[str]:
    """The command of a container with hosts, ports and mounts of this machine."""
    command = []
    for word in words(container):
        word = re.sub(r"tls://(lossbook-scheduler|0\.0\.0\.0)", "tls://127.0.0.1", word)
        for theirs, ours in ports.items():
            word = re.sub(rf":{theirs}\b", f":{ours}", word)
        command.append(re.sub(r"^((?:--[a-z-]+=)?)/(tls|design|results)/", rf"\1{place}/\2/", word))
    return command


def healthy(container: dict[str, Any], ports: dict[int, int]) -> bool:
    """Ask what Kubernetes would ask, for a while."""
    probe = container["livenessProbe"]["httpGet"]
    address = f"http://127.0.0.1:{ports[probe['port']]}{probe['path']}"
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.2)
    return False


def test_what_the_containers_run_computes_a_sweep(place: Path) -> None:
    (place / "design").mkdir()
    shutil.copy(place / "design.toml", place / "design")
    ports = {port: free_port() for port in (8786, 8787, 8788)}
    found = containers(MANIFESTS)
    command = {name: here(one, ports, place) for name, one in found.items()}
    with running([command["scheduler"], command["worker"]], place):
        assert healthy(found["scheduler"], ports)
        assert healthy(found["worker"], ports)
        assert ran(command["driver"], place).stdout == ALL.format(place / "results" / "sweep")
        assert ran(command["driver"], place).stdout == NONE.format(place / "results" / "sweep")  # so a Job goes on
        certify(place / "others")
        stranger = [
            word.replace(f"{place}/tls/", f"{place}/others/").replace("results", "none") for word in command["driver"]
        ]
        refused = ran(stranger, place, DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="3s")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "could not be reached" in refused.stderr


# The image


def missing_sources(text: str, root: Path) -> list[str]:
    """What a Dockerfile copies, and is not there."""
    copied = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY")]
    assert copied
    return [name for names in copied for name in names if not (root / name).exists()]


def test_the_image_is_made_of_what_there_is() -> None:
    text = (RECIPES / "Dockerfile").read_text("utf-8")
    assert missing_sources(text, ROOT) == []
    assert missing_sources(text.replace("constraints.txt ./", "constraint.txt ./"), ROOT) == ["constraint.txt"]
    assert "COPY clusters/dask.yaml /etc/dask/" in text
    assert {one["image"] for one in containers(MANIFESTS).values()} == {"lossbook"}


def test_the_settings_are_settings_that_dask_has() -> None:
    import dask
    import distributed  # noqa: F401  (it brings its settings)

    wanted = yaml.safe_load((RECIPES / "dask.yaml").read_text("utf-8"))["distributed"]["worker"]["memory"]
    assert wanted == {"target": False, "spill": False}
    assert set(wanted) <= set(dask.config.get("distributed.worker.memory"))
    assert dask.config.get("distributed.worker.memory.spill") != wanted["spill"]


# Slurm


JOB = "import sys; sys.path.append('clusters'); import slurm; print(slurm.workers(cores=4, hours=2).job_script())"


def is_bash(script: str) -> bool:
    return subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False).returncode == 0


def test_a_job_asks_for_what_the_recipe_says(place: Path) -> None:
    script = ran([sys.executable, "-c", JOB], place).stdout.strip()
    asked = dict(re.findall(r"^#SBATCH (-\w|--[\w-]+)[ =](\S+)$", script, re.M))
    assert {name: asked[name] for name in ("-n", "--cpus-per-task", "--mem", "-t")} == {
        "-n": "1", "--cpus-per-task": "4", "--mem": "8G", "-t": "2:00:00",
    }  # fmt: skip
    line = script.splitlines()[-1]
    assert re.search(r" tls://\S+ .*--nthreads 1 .*--nworkers 4 .*--lifetime 110m ", line)
    assert f"--tls-key {place / 'tls' / 'key.pem'}" in line
    assert is_bash(script)
    assert not is_bash(script.replace("#SBATCH -n 1", "if"))


def test_the_recipe_for_slurm_computes_a_sweep_where_sbatch_runs_the_job(place: Path) -> None:
    done = ran([sys.executable, "clusters/slurm.py", "design.toml", "slurm"], place)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "2 of 2 tasks are stored in slurm"), done.stderr
    assert is_bash((place / "job.sh").read_text("utf-8"))
    assert (place / "cancelled").read_text("utf-8").split()[0] == "1"


# By ssh


def test_the_recipe_for_ssh_computes_a_sweep_where_ssh_stays_here(place: Path) -> None:
    command = ["clusters/ssh.sh", "design.toml", "out", "first"]
    done = ran(command, place, SCHEDULER="127.0.0.1", PORT=str(free_port()), WORKERS="1")
    assert (done.returncode, done.stdout) == (0, ALL.format("out")), done.stderr
    assert (place / "hosts").read_text("utf-8").split() == ["first"]


@pytest.mark.parametrize("name", ["ssh.sh", "certificate.sh"])
def test_a_script_is_one_of_bash(name: str) -> None:
    text = (RECIPES / name).read_text("utf-8")
    assert is_bash(text)
    assert not is_bash(text + "if\n")
    assert os.access(RECIPES / name, os.X_OK)


# The certificate


def shake_hands(ours: Path, theirs: Path) -> bool:
    """Whether two sides with such folders trust each other, as strictly as any Python is."""

    def context(folder: Path, purpose: ssl.Purpose) -> ssl.SSLContext:
        made = ssl.create_default_context(purpose, cafile=str(folder / "cert.pem"))
        made.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        made.check_hostname, made.verify_mode = False, ssl.CERT_REQUIRED
        made.verify_flags |= ssl.VERIFY_X509_STRICT
        return made

    pipes = [ssl.MemoryBIO() for _ in range(4)]
    client = context(ours, ssl.Purpose.SERVER_AUTH).wrap_bio(pipes[0], pipes[1])
    server = context(theirs, ssl.Purpose.CLIENT_AUTH).wrap_bio(pipes[2], pipes[3], server_side=True)
    open_ends = [(client, pipes[1], pipes[2]), (server, pipes[3], pipes[0])] * 4
    done = set()
    for side, source, target in open_ends:
        try:
            side.do_handshake()
            done.add(side)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            return False
        target.write(source.read())
    return len(done) == 2


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, which makes the certificate, is not installed")
def test_the_certificate_is_trusted_by_its_own_side_alone(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        subprocess.run([RECIPES / "certificate.sh"], cwd=tmp_path / name, check=True, capture_output=True)
    one, other = (tmp_path / name / "tls" for name in ("one", "other"))
    assert stat.S_IMODE((one / "key.pem").stat().st_mode) == 0o600
    assert shake_hands(one, one)
    assert not shake_hands(one, other)
