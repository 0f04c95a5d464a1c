"""Build the book from nothing: test its equations, execute and render every chapter, check the links.

    python -m tools.build_book

Ends with 1 when an equation's test does not pass, a cell fails or writes to stderr, a reference or citation is broken,
or anything else is worth a warning. A failing test of an equation does not stop the rendering: its mark is red.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from jupyter_book.sphinx import build_sphinx
from sphinx.util.console import nocolor

from tools import check_links
from tools.chapters import ROOT
from tools.equation_record import RECORD, equation_files

BUILD = ROOT / "_build"
FRONT = BUILD / "html" / "index.html"
FORMER = ("html", ".doctrees", "jupyter_execute", ".jupyter_cache", RECORD.name)


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def say(step: int, text: str) -> None:
    """Print the heading of a step."""
    print(f"[{step}/4] {text}", flush=True)


def remove_former() -> None:
    """Remove what a former build left, so that nothing stale can be shown or hide a fault."""
    for name in FORMER:
        path = BUILD / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)


def test_equations() -> list[str]:
    """Run the tests of the paper's equations, and return one line for each that did not pass."""
    files = equation_files()
    command = [sys.executable, "-m", "pytest", "-q", "-m", "equation", *files]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode if files else 0
    path = ROOT / RECORD
    record = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    lines = [
        f"equation ({number}): {test['outcome']}: {test['id']}"
        for number, entry in record.items()
        for test in entry["tests"]
        if test["outcome"] != "passed"
    ]
    return lines or ([f"the tests of the equations ended with {code}"] if code else [])


def render(builder: str, folder: Path, *, execute: bool, **arguments: Any) -> list[str]:
    """Render every chapter with warnings as errors, and return a line when that failed.

    `builder` is Sphinx's name of the format; `arguments` are more of those of `build_sphinx`. Without `execute` the
    pages show the stored outputs.
    """
    if not sys.stdout.isatty():
        nocolor()
    settings = {"external_toc_path": "_toc.yml", "latex_individualpages": False, "nitpicky": True}
    result = build_sphinx(
        str(ROOT),
        str(folder),
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides=settings if execute else {**settings, "nb_execution_mode": "off"},
        builder=builder,
        warningiserror=True,
        keep_going=True,
        **arguments,
    )
    if isinstance(result, Exception):
        return [f"rendering as {builder} failed: {result}\n{result.__cause__ or ''}".strip()]
    return [f"rendering as {builder} failed: see the warnings above"] if result else []


def main() -> None:
    """Run from the command line."""
    os.chdir(ROOT)
    say(1, "removing the former book")
    remove_former()
    say(2, "testing the paper's equations")
    faults = test_equations()
    say(3, "executing and rendering every chapter")
    faults += render("html", BUILD / "html", execute=True, jobs=min(4, available_cores()))
    if not faults and not FRONT.is_file():
        faults.append(f"there is no {FRONT}")
    say(4, "checking links")
    faults += check_links.faults(BUILD / "html") if FRONT.is_file() else []
    for fault in faults:
        print(f"FAILED {fault}", file=sys.stderr, flush=True)
    if FRONT.is_file():
        print(f"The book is built{', with the faults above' if faults else ''}. Open this page:\n{FRONT}", flush=True)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
