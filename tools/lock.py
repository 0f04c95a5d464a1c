"""Renew requirements.lock, every version with its hashes, and constraints.txt, the same versions for conda's pip.

    python -m tools.lock

uv, which solves for every platform and Python at once, lives in a throw-away environment of its own.
"""

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tools.chapters import ROOT

UV = "uv==0.13.9"
SOLVE = [
    "pip", "compile", "pyproject.toml", "--group", "all", "--all-extras", "--universal", "--python-version", "3.11",
    "--fork-strategy", "fewest", "--generate-hashes", "--no-annotate", "--no-header", "--upgrade", "--quiet",
]  # fmt: skip
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*==[^\s\\;]+)\s*(?:;\s*([^\\]*[^\\\s]))?\s*\\?$", re.MULTILINE)


def pins(text: str) -> list[str]:
    """Return the lines `name==version` of a lock, with the platforms they are for, without hashes."""
    return [f"{pin} ; {condition}" if condition else pin for pin, condition in PIN.findall(text)]


def constraints(lock: str) -> str:
    """Return the text of constraints.txt that belongs to a lock."""
    head = "# The versions of requirements.lock without their hashes; `make lock` writes both.\n"
    return head + "".join(pin + "\n" for pin in pins(lock))


def solve(folder: Path) -> str:
    """Return the text of a new lock."""
    venv.create(folder, with_pip=True)
    python, lock = str(folder / "bin" / "python"), folder / "requirements.lock"
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q", UV]
    subprocess.run(pip, check=True)
    print("solving for all platforms and Pythons", flush=True)
    subprocess.run([python, "-m", "uv", *SOLVE, "--output-file", str(lock)], cwd=ROOT, check=True)
    return lock.read_text("utf-8")


def main() -> None:
    """Run from the command line."""
    build = ROOT / "_build"
    build.mkdir(exist_ok=True)
    print(f"installing {UV} in a folder of its own", flush=True)
    with tempfile.TemporaryDirectory(dir=build) as folder:
        try:
            lock = solve(Path(folder))
        except subprocess.CalledProcessError as error:
            sys.exit(f"The lock could not be renewed: {' '.join(error.cmd[:4])} ended with {error.returncode}")
    if "://" in lock:
        sys.exit("The lock would name the address of a registry: it was left as it is")
    (ROOT / "requirements.lock").write_text(lock, "utf-8")
    (ROOT / "constraints.txt").write_text(constraints(lock), "utf-8")
    print(f"requirements.lock and constraints.txt: {len(pins(lock))} packages", flush=True)


if __name__ == "__main__":
    main()
