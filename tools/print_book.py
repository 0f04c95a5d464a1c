"""Print the book: one PDF of all chapters, with the outputs that are stored in the notebooks.

    python -m tools.print_book

Chapters are not executed: `make test` proves the stored outputs fresh. The tests of the paper's equations run, for
their marks. Sphinx writes LaTeX and, for comparison, the HTML of the same sources; XeLaTeX sets it. Ends with 1 when a
program is missing, a test fails, Sphinx warns, LaTeX fails, or its log speaks of a character without a glyph, a link
without a target or a line that runs off the page.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib

from tools.build_book import render, say, test_equations
from tools.chapters import ROOT
from tools.print_faults import log_faults

PRINT = ROOT / "_build" / "print"
LATEX, PAGES = PRINT / "latex", PRINT / "html"
PDF = ROOT / "_build" / "lossbook.pdf"
NAME = "lossbook"
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"  # the font of code comes with matplotlib
PROGRAMS = {
    "xelatex": "texlive-xetex texlive-latex-extra texlive-fonts-recommended lmodern",
    "latexmk": "latexmk",
    "rsvg-convert": "librsvg2-bin",
}


def missing_programs(which: Callable[[str], str | None] = shutil.which) -> str | None:
    """Return a line that names the programs that are missing and what to install, or None."""
    missing = [name for name in PROGRAMS if which(name) is None]
    if not missing:
        return None
    packages = " ".join(PROGRAMS[name] for name in missing)
    return f"{', '.join(missing)} not found: printing needs them (Debian: apt install {packages})"


def set_pages(folder: Path = LATEX) -> list[str]:
    """Run XeLaTeX as often as it takes, and return what is wrong by its log."""
    environment = {
        **os.environ,
        "OSFONTDIR": str(FONTS),
        "max_print_line": "1000",  # or TeX cuts the lines of its log
        "FORCE_SOURCE_DATE": "1",
    }
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", f"{NAME}.tex"]
    run = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    log = folder / f"{NAME}.log"
    text = log.read_text("utf-8", errors="replace") if log.is_file() else run.stdout.decode("utf-8", "replace")
    faults = log_faults(text)
    return faults or ([f"latexmk ended with {run.returncode}: see {log}"] if run.returncode else [])


def main() -> None:
    """Run from the command line."""
    if line := missing_programs():
        sys.exit(line)
    os.chdir(ROOT)
    start = time.monotonic()
    shutil.rmtree(PRINT, ignore_errors=True)
    PDF.unlink(missing_ok=True)
    say(1, "testing the paper's equations")
    faults = test_equations()
    say(2, "writing every chapter as LaTeX, and as pages to compare its numbers with")
    for builder, folder in (("latex", LATEX), ("html", PAGES)):
        if lines := render(builder, folder, execute=False, quiet=True):
            sys.exit(f"FAILED {lines[0]}")
    say(3, "setting the pages")
    faults += set_pages()
    say(4, "reading the log")
    for fault in faults:
        print(f"FAILED {fault}", file=sys.stderr, flush=True)
    if (LATEX / f"{NAME}.pdf").is_file():
        shutil.copyfile(LATEX / f"{NAME}.pdf", PDF)
        words = ", with the faults above" if faults else ""
        print(f"The book is printed{words} ({time.monotonic() - start:.0f} s):\n{PDF}", flush=True)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
