"""Compile the Coq development from nothing, and print what each theorem of the book rests on.

    python -m tools.formal

Ends with 1 and a line that says why when Coq is missing, a proof fails, something is left unproved, or a theorem rests
on an assumption that `formal/assumptions.txt` does not allow. Nothing is written into the project.
"""

import re
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory

from lossbook.proof.coq_source import SourceFile, Statement
from lossbook.proof.development import ALLOWED, Development, holes, read, read_allowed
from tools.chapters import ROOT

FORMAL = ROOT / "formal"
JOBS = 2
PACKAGES = "coq libcoq-coquelicot libcoq-interval"
MISSING = f"Coq is needed and coqc was not found: install it (Debian: apt install {PACKAGES})"
INSTANCE = "_is_odd_sigmoid"
ERROR = re.compile(r'File "(?:\./)?([^"]+)", line (\d+), characters [^\n]*\nError:\s*(.*)', re.DOTALL)


class CoqError(Exception):
    """Coq refuses a file; the message is one line."""


def theorems(development: Development) -> list[Statement]:
    """Return the statements that the book speaks of: the numbered ones, and that each family is an odd sigmoid."""
    return [claim for claim in development.statements if claim.id or claim.name.endswith(INSTANCE)]


def reason(file: str, said: str) -> str:
    """Return Coq's complaint as one line with file and line number."""
    found = ERROR.search(said)
    place, text = (f"{found[1]}:{found[2]}", found[3]) if found else (file, said)
    return f"{place}: {textwrap.shorten(text, 300, placeholder=' ...') or 'coqc failed'}"


def coqc(folder: Path, file: str, options: Sequence[str]) -> None:
    """Compile one file in its folder, where what it requires is compiled."""
    command = ["coqc", "-q", "-w", "none", *options, file]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        raise CoqError(reason(file, result.stdout + result.stderr))


def copy_sources(development: Development, folder: Path) -> None:
    """Write the sources, and nothing that was compiled, into a folder."""
    for file in development.files:
        (folder / file.name).write_text(file.text, "utf-8")


def compile_files(folder: Path, files: Iterable[SourceFile], options: Sequence[str]) -> None:
    """Compile files in a folder, two at a time, each after those among them that it requires."""
    requires = {file.name: file.requires for file in files}
    order = TopologicalSorter({name: requires.keys() & needed for name, needed in requires.items()})
    order.prepare()
    running: dict[Future[None], str] = {}
    with ThreadPoolExecutor(JOBS) as pool:
        while order.is_active():
            running |= {pool.submit(coqc, folder, name, options): name for name in order.get_ready()}
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                if future.exception():
                    pool.shutdown(cancel_futures=True)
                future.result()
                order.done(running.pop(future))


def answered(text: str) -> list[str]:
    """Return the names in Coq's answer to `Print Assumptions`: the first word of each line that is not indented."""
    if text.startswith("Closed under the global context"):
        return []
    if not text.startswith("Axioms:\n"):
        return [text.partition("\n")[0] or "no answer"]
    return sorted({line.split()[0] for line in text.splitlines()[1:] if line.strip() and not line[0].isspace()})


def ask(folder: Path, development: Development, questions: Mapping[str, Sequence[Statement]]) -> dict[str, list[str]]:
    """Return what the claims of each question rest on together, as Coq says where the development is compiled."""
    modules = {
        claim.file: f"{development.library}.{Path(claim.file).stem}" for group in questions.values() for claim in group
    }
    lines = [f"Require {module}." for module in modules.values()]
    for name, claims in questions.items():
        together = ", ".join(f"@{modules[claim.file]}.{claim.name}" for claim in claims)
        lines += [f"Definition ask_{name} := ({together}).", f'Redirect "{name}" Print Assumptions ask_{name}.']
    file = folder / f"ask_{'_'.join(list(questions)[:1])}.v"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    coqc(folder, file.name, development.options)
    return {name: answered((folder / f"{name}.out").read_text("utf-8")) for name in questions}


def ask_each(folder: Path, development: Development, claims: Sequence[Statement]) -> dict[str, list[str]]:
    """Return what each claim rests on; Coq goes through its whole library for each, so that two ask at a time."""
    shares = [{claim.name: [claim] for claim in claims[start::JOBS]} for start in range(min(JOBS, len(claims)))]
    with ThreadPoolExecutor(JOBS) as pool:
        answers = {
            name: words
            for share in pool.map(lambda share: ask(folder, development, share), shares)
            for name, words in share.items()
        }
    return {claim.name: answers[claim.name] for claim in claims}


def refused(found: Mapping[str, Sequence[str]], allowed: Iterable[str]) -> list[str]:
    """Return a line for each theorem and assumption that is not allowed."""
    known = set(allowed)
    return [f"{name} rests on {word}" for name, words in found.items() for word in words if word not in known]


def check(development: Development) -> dict[str, list[str]]:
    """Compile the development in a fresh folder, and return what each theorem rests on."""
    claims = theorems(development)
    with TemporaryDirectory() as name:
        folder = Path(name)
        copy_sources(development, folder)
        print(f"compiling {len(development.files)} files of {development.folder.name}/", flush=True)
        compile_files(folder, development.files, development.options)
        print(f"asking what each of {len(claims)} theorems rests on", flush=True)
        return ask_each(folder, development, claims)


def main(folder: Path = FORMAL) -> None:
    """Run from the command line."""
    if shutil.which("coqc") is None:
        sys.exit(MISSING)
    start, development = time.monotonic(), read(folder)
    if unproved := holes(development):
        sys.exit(f"left unproved: {folder.name}/{unproved[0]}")
    try:
        found = check(development)
    except CycleError as error:
        sys.exit(f"files that require each other: {', '.join(error.args[1])}")
    except CoqError as error:
        hint = f" (are Debian's {PACKAGES} installed?)" if "Cannot find a physical path" in str(error) else ""
        sys.exit(f"{folder.name}/{error}{hint}")
    for name, words in found.items():
        print(name, *(f"    {word}" for word in words), sep="\n")
    if wrong := refused(found, read_allowed(folder)):
        sys.exit(f"{folder.name}/{ALLOWED} does not allow it: {wrong[0]} ({len(wrong)} in all)")
    count, seconds = len({word for words in found.values() for word in words}), time.monotonic() - start
    print(f"{len(found)} theorems proved; they rest on {count} assumptions, all allowed ({seconds:.0f} s)")


if __name__ == "__main__":
    main()
