"""Make `_build/peers` hold what benchmarks/peers.txt names; do nothing when it already does.

The benchmark alone sees that folder. Versions that the environment shares with it are those of constraints.txt. What
cannot be installed is skipped by the benchmark, which says so: this never fails.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.chapters import ROOT

WANTED, SHARED = ROOT / "benchmarks" / "peers.txt", ROOT / "constraints.txt"
FOLDER = ROOT / "_build" / "peers"


def stamp() -> str:
    """Return what the folder's stamp says when it is right."""
    texts = (WANTED.read_bytes(), SHARED.read_bytes(), sys.version.encode())
    return hashlib.sha256(b"\0".join(texts)).hexdigest() + "\n"


def install(folder: Path) -> bool:
    """Install into an empty folder, and tell whether that worked."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q", "--target", str(folder)]
    command += ["-r", str(WANTED), "-c", str(SHARED)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, env=environment, check=False).returncode == 0


def main() -> None:
    """Run from the command line."""
    mark, wanted = FOLDER / "lossbook.stamp", stamp()
    if mark.is_file() and mark.read_text("utf-8") == wanted:
        return
    print("installing the peers of the benchmark into _build/peers", flush=True)
    if install(FOLDER):
        mark.write_text(wanted, "utf-8")
    else:
        shutil.rmtree(FOLDER, ignore_errors=True)
        print("the peers could not be installed: the benchmark goes on without them", flush=True)


if __name__ == "__main__":
    main()
