"""Do what a newcomer does: clone, `make book`, `make test`, with no cache, another user, and a path that is not plain.

    python3 tools/newcomer.py [TARGET ...]

Nothing of the present user's settings is seen. As root the commands run as another user of the system. Printed is how
long each took, which README.md says.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "Đọc thử/sách của Phượng"
STRANGER = "nobody"  # a user that every system has


def stranger() -> dict[str, object]:
    """Return how to run a command as another user; nothing but this user's own if that is not allowed."""
    return {"user": STRANGER, "group": pwd.getpwnam(STRANGER).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}


def surroundings(home: Path) -> dict[str, str]:
    """Return the environment of somebody who has just logged in."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_proxy")}
    name = STRANGER if os.geteuid() == 0 else "newcomer"
    return {**kept, "PATH": os.environ["PATH"], "HOME": str(home), "USER": name, "LOGNAME": name}


def hand_over(folder: Path) -> None:
    """Give a folder and all in it to the other user."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", STRANGER, str(folder)], check=True)


def main() -> None:
    """Run from the command line."""
    targets = sys.argv[1:] or ["book", "test"]
    base = Path(tempfile.mkdtemp(prefix="newcomer "))
    base.chmod(0o755)
    try:
        home, clone = base / "home", base / FOLDER
        home.mkdir()
        clone.parent.mkdir(parents=True)
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        hand_over(base)
        for target in targets:
            start = time.monotonic()
            subprocess.run(["make", target], cwd=clone, env=surroundings(home), check=True, **stranger())  # type: ignore[call-overload]
            print(f"== newcomer: make {target} took {(time.monotonic() - start) / 60:.1f} minutes", flush=True)
    except subprocess.CalledProcessError as error:
        sys.exit(f"The newcomer is stopped: {error}")
    finally:
        shutil.rmtree(base)


if __name__ == "__main__":
    main()
