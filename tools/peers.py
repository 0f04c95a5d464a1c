"""Make `_build/peers` hold what tools/peers.txt names; do nothing when it already does.

`make peers` and `make bench` alone see that folder. Versions that the environment shares with it are those of
constraints.txt. What cannot be installed is an error; the benchmark goes on without it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.chapters import ROOT

WANTED, SHARED = ROOT / "tools" / "peers.txt", ROOT / "constraints.txt"
FOLDER = ROOT / "_build" / "peers"


def stamp() -> str:
    """Return what the folder's stamp says when it is right."""
    texts = (WANTED.read_bytes(), SHARED.read_bytes(), sys.version.encode())
    return hashlib.sha256(b"\0".join(texts)).hexdigest() + "\n"


def install(folder: Path) -> bool:
    """Install into an empty folder, and tell whether that worked."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-compile"]
    command += ["--target", str(folder), "-r", str(WANTED), "-c", str(SHARED)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, env=environment, check=False).returncode == 0


def main() -> None:
    """Run from the command line."""
    mark, wanted = FOLDER / "lossbook.stamp", stamp()
    if mark.is_file() and mark.read_text("utf-8") == wanted:
        return
    print("installing the peers into _build/peers", flush=True)
    if not install(FOLDER):
        shutil.rmtree(FOLDER, ignore_errors=True)
        sys.exit(f"The peers could not be installed: {WANTED.name} names them")
    mark.write_text(wanted, "utf-8")


if __name__ == "__main__":
    main()
