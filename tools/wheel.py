"""Build the package, install it into an environment of its own, and use the command as its readers would.

    python -m tools.wheel

The wheel is built without a network; its dependencies are fetched, in the versions of constraints.txt.
"""

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tools.chapters import ROOT

DESIGN = """title = "Bias against imbalance"
[fixed]
learning_rate = 0.01
steps = 200
replicas = 4
[grid]
imbalance = [1, 10]
"""
USES = (
    (["--help"], "argmax"),
    (["argmax", "--sigmoid", "arctan", "--interval", "0", "2", "100"], "theta* = 1.738334113607819"),
    (["calibrate", "--positive-length", "1", "--negative-length", "50", "--sigmoid", "arctan"], "w+/w- = "),
    (["sweep", "plan", "design.toml"], "2 tasks"),
    (["sweep", "run", "design.toml", "--out", "kept"], ""),
    (["sweep", "verify", "kept"], ""),
    (["sweep", "show", "kept"], "imbalance"),
)


class UseError(Exception):
    """The installed command does not do what it should."""


def build(folder: Path) -> Path:
    """Build the wheel into a folder and return its path."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "-q", "--no-deps"]
    subprocess.run([*command, "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (path,) = folder.glob("lossbook-*.whl")
    return path


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel with the extra for sweeps into a new environment, and return the command's path."""
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-compile"]
    subprocess.run([*pip, "-c", str(ROOT / "constraints.txt"), f"lossbook[sweep] @ {wheel.as_uri()}"], check=True)
    return folder / "bin" / "lossbook"


def use(command: Path, folder: Path, arguments: list[str], wanted: str) -> None:
    """Run the command once, in a folder, and check how it ends and that it says what is wanted."""
    result = subprocess.run(
        [str(command), *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    said = result.stdout + result.stderr
    if result.returncode or wanted not in said:
        raise UseError(f"lossbook {' '.join(arguments)} ended with {result.returncode} and said: {said.strip()}")


def main() -> None:
    """Run from the command line."""
    folder = Path(tempfile.mkdtemp(prefix="lossbook wheel "))
    try:
        wheel = build(folder)
        print(f"built {wheel.name}; installing it with its dependencies", flush=True)
        command = install(wheel, folder / "environment")
        (folder / "design.toml").write_text(DESIGN, "utf-8")
        for arguments, wanted in USES:
            use(command, folder, arguments, wanted)
            print(f"lossbook {' '.join(arguments)}: as it should be", flush=True)
    except (subprocess.CalledProcessError, UseError) as error:
        sys.exit(f"The wheel does not work: {error}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
