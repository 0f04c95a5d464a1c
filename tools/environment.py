"""Make `.venv` hold exactly what requirements.lock names; do nothing when it already does.

Started by any Python that `make` was given, hence without imports from the project and in plain old syntax.
The stamp is written last, so an interrupted or failed set-up is done again; it names the folder, so a moved checkout
is set up again too.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "lossbook.json"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PIP = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]


def digest(name):
    """Return the SHA-256 of a file of the project."""
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def wanted():
    """Return what the stamp says when the environment is right."""
    return {"folder": str(ROOT), "lock": digest("requirements.lock"), "project": digest("pyproject.toml")}


def found(version=None):
    """Return what the stamp says now: an empty dictionary when there is none, or another Python is asked for."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
        works = subprocess.run([str(PYTHON), "-c", ""], stderr=subprocess.DEVNULL).returncode == 0
    except (OSError, ValueError):
        return {}
    python = stamp.pop("python", None)
    return stamp if works and version in (None, python) else {}


def refuse_unfit_python():
    """Stop with one line when this Python cannot make the environment."""
    if sys.version_info < OLDEST:
        needed, here = ".".join(map(str, OLDEST)), sys.version.split()[0]
        sys.exit(
            "Python {} or later is needed, this is {}: name another, as in  make book PYTHON=python3.12".format(
                needed, here
            )
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit("This Python has no venv: install it (Debian and Ubuntu: apt install python3-venv) and try again")


def install_locked():
    """Install the lock: with pip's own progress bars on a terminal, else with a line every twenty packages.

    Nothing is compiled ahead: that would take as long as the rest, and most modules are never imported.
    """
    command = [*PIP, "install", "--no-compile", "--require-hashes", "-r", str(ROOT / "requirements.lock")]
    if sys.stdout.isatty():
        subprocess.run(command, check=True)
        return
    process = subprocess.Popen(command, stdout=subprocess.PIPE, universal_newlines=True)
    collected = 0
    with process:
        for line in process.stdout:
            arrived = line.startswith(("Collecting ", "Processing "))
            collected += arrived
            if arrived and collected % 20 == 0:
                print("      {} packages found".format(collected), flush=True)
            if line.startswith("Installing collected"):
                print("      installing {} packages".format(collected), flush=True)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def make(target, present):
    """Bring the environment from what is present to the target, then stamp it."""
    say = "[{}/3] environment: {}".format
    if STAMP.exists():
        STAMP.unlink()
    if present.get("lock") != target["lock"] or present.get("folder") != target["folder"]:
        refuse_unfit_python()
        print(say(1, "a clean .venv for Python " + sys.version.split()[0]), flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        print(say(2, "the packages of requirements.lock, every hash checked"), flush=True)
        install_locked()
    print(say(3, "this project, and matplotlib's list of fonts"), flush=True)
    subprocess.run([*PIP, "install", "-q", "--no-deps", "--no-build-isolation", "-e", str(ROOT)], check=True)
    warm = (
        "import logging, platform; logging.disable(); import matplotlib.font_manager; print(platform.python_version())"
    )
    version = subprocess.run([str(PYTHON), "-c", warm], check=True, stdout=subprocess.PIPE, universal_newlines=True)
    STAMP.write_text(json.dumps(dict(target, python=version.stdout.strip())), "utf-8")


def main():
    """Check the environment, and make it anew where it is not the one that is wanted."""
    asked = sys.version.split()[0] if "--this-python" in sys.argv else None
    target, present = wanted(), found(asked)
    if present == target:
        return
    try:
        make(target, present)
    except subprocess.CalledProcessError as error:
        sys.exit("The environment could not be made: {} ended with {}".format(error.cmd[2], error.returncode))


if __name__ == "__main__":
    main()
