"""Execute the chapters in place, byte-stable: twice, or on another supported Python, gives the same files.

    python -m tools.execute [--check] [NOTEBOOK ...]

Stored are the outputs and the cells' tags and `mystnb` settings; times, versions and random ids are not. A notebook
with a failing cell, or with output on stderr, is left as it was.
"""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools.chapters import ROOT, notebooks

TIMEOUT = 600
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
KEPT = ("mystnb", "tags")
FIXED = {"SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0"}


class BadCellError(Exception):
    """A chapter's cell fails, or writes to stderr."""


def normalise(book: Any) -> str:
    """Return the notebook's text without anything that differs from run to run."""
    extra = {key: book.metadata[key] for key in KEPT if key in book.metadata}
    book.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}, **extra})
    book.nbformat, book.nbformat_minor = 4, 5
    for place, cell in enumerate(book.cells, 1):
        cell.id = f"cell-{place}"
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in KEPT if key in cell.metadata})
        cell.pop("attachments", None)
    return nbformat.writes(book, indent=1) + "\n"


def complaint(book: Any) -> str | None:
    """Return what an executed notebook says on stderr, and where, or None."""
    for place, cell in enumerate(book.cells, 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return f"cell {place} fails: {output.ename}: {output.evalue}"
            if output.get("name") == "stderr":
                return f"cell {place} writes to stderr: {output.text.strip()}"
    return None


def executed(path: Path) -> str:
    """Return the text of a chapter executed from nothing, in its own folder."""
    book = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        book, timeout=TIMEOUT, kernel_name="python3", record_timing=False, coalesce_streams=True, resources=place
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise BadCellError(complaint(book) or str(error)) from None
    except (CellTimeoutError, DeadKernelError) as error:
        raise BadCellError(str(error)) from None
    if fault := complaint(book):
        raise BadCellError(fault)
    return normalise(book)


def refresh(path: Path, check: bool = False) -> bool:
    """Execute one chapter, write it unless this is a check, and tell whether it changed."""
    before, after = path.read_text("utf-8"), executed(path)
    if before != after and not check:
        draft = path.with_suffix(".partly")
        draft.write_text(after, "utf-8")
        draft.replace(path)
    return before != after


def refresh_all(paths: list[Path], check: bool, jobs: int) -> bool:
    """Execute chapters side by side, print a line for each as it ends, and tell whether all is well."""
    well = True
    with ThreadPoolExecutor(jobs) as pool:
        tasks = {pool.submit(refresh, path, check): path for path in paths}
        for count, task in enumerate(as_completed(tasks), 1):
            try:
                changed = task.result()
                word, bad = ("stale" if check else "written") if changed else "unchanged", changed and check
            except BadCellError as error:
                word, bad = str(error), True
            well = well and not bad
            print(f"[{count}/{len(paths)}] {tasks[task].name}: {word}", flush=True)
    return well


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Execute the chapters in place, byte-stable.")
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks (all of _toc.yml)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a stored notebook is stale")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks at a time (2)")
    options = parser.parse_args()
    os.environ.update(FIXED)
    os.environ.pop("MPLBACKEND", None)
    paths = [path.resolve() for path in options.paths] or notebooks(ROOT)
    print(f"{'checking' if options.check else 'executing'} {len(paths)} chapters", flush=True)
    sys.exit(not refresh_all(paths, options.check, options.jobs))


if __name__ == "__main__":
    main()
