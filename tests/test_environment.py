"""One set of versions: pyproject.toml asks, requirements.lock answers, constraints.txt and environment.yml repeat."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.chapters import ROOT
from tools.lock import constraints

FILES = ("pyproject.toml", "requirements.lock", "constraints.txt", "environment.yml")


def asked(project: dict[str, Any]) -> list[Requirement]:
    """Return all that the environment needs: of the library, its extras, the build, and every group but the peers."""
    groups = [
        entry
        for name, group in project["dependency-groups"].items()
        for entry in group
        if isinstance(entry, str) and name != "peers"
    ]
    extras = [entry for extra in project["project"]["optional-dependencies"].values() for entry in extra]
    needs = project["project"]["dependencies"] + extras + groups + project["build-system"]["requires"]
    return [Requirement(line) for line in needs]


def environment_faults(root: Path) -> list[str]:
    """Return one line for each place where the four files disagree."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    lock = (root / "requirements.lock").read_text("utf-8")
    conda = yaml.safe_load((root / "environment.yml").read_text("utf-8"))
    entries = re.split(r"\n(?=\S)", lock.strip())
    versions = {canonicalize_name(name): version for name, version in re.findall(r"(?m)^([\w.-]+)==(\S+)", lock)}
    lines = [f"no hash: {entry.splitlines()[0]}" for entry in entries if "--hash=sha256:" not in entry]
    if "://" in lock:
        lines.append("the lock names an address")
    if constraints(lock) != (root / "constraints.txt").read_text("utf-8"):
        lines.append("constraints.txt is not the lock's: run `make lock`")
    for need in asked(project):
        version = versions.get(canonicalize_name(need.name))
        if version is None or not need.specifier.contains(version):
            lines.append(f"pyproject.toml asks for {need}, the lock has {version}")
    return lines + conda_faults(conda, project)


def conda_faults(conda: dict[str, Any], project: dict[str, Any]) -> list[str]:
    """Return what is wrong with environment.yml."""
    plain = [entry for entry in conda["dependencies"] if isinstance(entry, str)]
    inner = [entry["pip"] for entry in conda["dependencies"] if isinstance(entry, dict)]
    python = next((entry.partition("=")[2] for entry in plain if entry.startswith("python=")), "0")
    wanted = [["-r constraints.txt", "-e .[sweep]"]]
    lines = [] if inner == wanted else ["environment.yml does not install constraints.txt"]
    if Version(python) not in Requirement(f"python{project['project']['requires-python']}").specifier:
        lines.append(f"environment.yml: python {python} does not fit")
    if conda["name"] != project["project"]["name"]:
        lines.append("environment.yml: another name")
    return lines


def test_the_four_files_agree() -> None:
    assert environment_faults(ROOT) == []


@pytest.mark.parametrize(
    ("name", "pattern", "replacement", "fault"),
    [
        ("constraints.txt", r"numpy==\S+", "numpy==1.0", "not the lock's"),
        ("constraints.txt", r"(?m)^sphinx==.*\n", "", "not the lock's"),
        ("requirements.lock", r"sympy==\S+", "sympy==1.13.0", "asks for sympy"),
        ("requirements.lock", r"(?m)^scipy==(.*\n)+?(?=\w)", "", "asks for scipy"),
        ("requirements.lock", r"(?m)^(pytest==\S+) \\\n( .*\n)+", r"\1\n", "no hash: pytest"),
        ("pyproject.toml", r"numpy>=[^\"]*", "numpy>=99", "asks for numpy"),
        ("pyproject.toml", r"nbval==[^\"]*", "nbval==0.1", "asks for nbval"),
        ("pyproject.toml", r"pyarrow>=[^\"]*", "pyarrow>=99", "asks for pyarrow"),
        ("pyproject.toml", r"flit_core>=[^\"]*", "flit_core>=9", "asks for flit_core"),
        ("environment.yml", r"-r constraints\.txt", "numpy", "does not install constraints.txt"),
        ("environment.yml", r"python=3\.12", "python=3.10", "python 3.10 does not fit"),
    ],
)
def test_changed_pin_is_caught(tmp_path: Path, name: str, pattern: str, replacement: str, fault: str) -> None:
    for file in FILES:
        shutil.copy(ROOT / file, tmp_path / file)
    before = (tmp_path / name).read_text("utf-8")
    after = re.sub(pattern, replacement, before, count=1)
    assert after != before
    (tmp_path / name).write_text(after, "utf-8")
    assert any(fault in line for line in environment_faults(tmp_path))
