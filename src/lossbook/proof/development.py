"""A folder of Coq sources read as text: all statements in order, what each of them uses, and the faults of the whole.

`_CoqProject` lists the files, each after those it requires. Nothing here runs Coq: that every proof holds is for Coq to
say. The faults are what Coq lets pass: something left unproved, a name twice, a statement without words, a proof that
is too long to read.

Example:
    >>> from pathlib import Path
    >>> read(Path("formal"))["C6_equal_sizes"].uses  # doctest: +SKIP
    ('odd_sigmoid', 'gain', ...)
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from lossbook.proof.coq_source import SourceFile, Statement, read_source

PROJECT = "_CoqProject"
ALLOWED = "assumptions.txt"
LONGEST_PROOF = 40  # lines


@dataclass(frozen=True)
class Development:
    """The files of a folder in the order of `_CoqProject`, and their statements.

    Args:
        folder: where it lies.
        options: the options of `_CoqProject`, as `("-Q", ".", "Lossbook")`.
        listed: the files that `_CoqProject` names.
        files: the files that are there; those it does not name come last.
        statements: all statements, in order; `uses` names other statements only.
    """

    folder: Path
    options: tuple[str, ...]
    listed: tuple[str, ...]
    files: tuple[SourceFile, ...]
    statements: tuple[Statement, ...]

    def __getitem__(self, name: str) -> Statement:
        """Return the statement of that name.

        Args:
            name: its name.

        Returns:
            the statement.

        Raises:
            KeyError: when the development has none of that name.
        """
        for statement in self.statements:
            if statement.name == name:
                return statement
        raise KeyError(f"{self.folder.name} has no statement {name}")

    @property
    def library(self) -> str:
        """The name under which the files require each other."""
        return _library(self.options, self.folder)


def _library(options: tuple[str, ...], folder: Path) -> str:
    """Return the name that `-Q FOLDER NAME` gives, or else the folder's."""
    return options[options.index("-Q") + 2] if "-Q" in options else folder.name


def _resolved(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return the statements with their uses narrowed to names of the development, in its order."""
    listed = list(statements)
    order = {statement.name: place for place, statement in enumerate(listed)}
    owner = {part: statement.name for statement in listed for part in statement.parts}
    owner |= {name: name for name in order}
    resolved = []
    for statement in listed:
        names = {owner[word] for word in statement.uses if word in owner} - {statement.name}
        resolved.append(replace(statement, uses=tuple(sorted(names, key=order.__getitem__))))
    return tuple(resolved)


def read(folder: Path) -> Development:
    """Read the Coq sources of a folder.

    Args:
        folder: holds the files and `_CoqProject`.

    Returns:
        its files and statements, in order; a source with faults is read as far as it goes.
    """
    project = folder / PROJECT
    words = shlex.split(project.read_text("utf-8"), comments=True) if project.is_file() else []
    options = tuple(word for word in words if not word.endswith(".v"))
    listed = tuple(word for word in words if word.endswith(".v"))
    there = {path.name for path in folder.glob("*.v")}
    names = [name for name in listed if name in there] + sorted(there - set(listed))
    texts = {name: (folder / name).read_text("utf-8") for name in names}
    files = tuple(read_source(name, text, _library(options, folder)) for name, text in texts.items())
    statements = _resolved(statement for file in files for statement in file.statements)
    return Development(folder, options, listed, files, statements)


def read_allowed(folder: Path) -> dict[str, str]:
    """Read which assumptions the theorems may rest on: `assumptions.txt`, one name a line, comments before it.

    Args:
        folder: holds the file.

    Returns:
        by name, what the comment lines right before it say.
    """
    allowed: dict[str, str] = {}
    words: list[str] = []
    for line in (folder / ALLOWED).read_text("utf-8").splitlines():
        if line.startswith("#"):
            words.append(line.lstrip("# "))
        else:
            allowed |= {line.strip(): " ".join(words)} if line.strip() else {}
            words = []
    return allowed


def _where(statement: Statement) -> str:
    """Return how a fault names a statement."""
    return f"{statement.file}:{statement.line}: {statement.name}"


def holes(development: Development) -> list[str]:
    """Return one line for each word that leaves something unproved: `Admitted`, `Axiom`, `Variable` at top level...

    Args:
        development: the sources.

    Returns:
        the lines, each with file and line number.
    """
    return [f"{file.name}:{line}: {word}" for file in development.files for line, word in file.holes]


def listing_faults(development: Development) -> list[str]:
    """Return one line for each file that is in the folder or in `_CoqProject`, but not once in both.

    Args:
        development: the sources.

    Returns:
        the lines.
    """
    there, listed = {file.name for file in development.files}, Counter(development.listed)
    lines = [f"{name}: {PROJECT} does not list it" for name in sorted(there - listed.keys())]
    lines += [f"{name}: {PROJECT} lists it, but there is no such file" for name in listed if name not in there]
    return lines + [f"{name}: {PROJECT} lists it twice" for name, count in listed.items() if count > 1]


def duplicate_faults(development: Development) -> list[str]:
    """Return one line for each name that is given twice, fields and constructors included.

    Args:
        development: the sources.

    Returns:
        the lines, each at the second place.
    """
    first: dict[str, Statement] = {}
    lines = []
    for statement in development.statements:
        for name in (statement.name, *statement.parts):
            if name in first:
                lines.append(f"{_where(statement)}: the name {name} is already taken at {_where(first[name])}")
            first.setdefault(name, statement)
    return lines


def wording_faults(development: Development) -> list[str]:
    """Return one line for each file without a header and each statement without a sentence.

    Args:
        development: the sources.

    Returns:
        the lines.
    """
    lines = [f"{file.name}: no header" for file in development.files if not file.header]
    return lines + [
        f"{_where(statement)}: no sentence" for statement in development.statements if not statement.sentence
    ]


def length_faults(development: Development) -> list[str]:
    """Return one line for each proof of more than 40 lines.

    Args:
        development: the sources.

    Returns:
        the lines.
    """
    return [
        f"{_where(statement)}: a proof of {statement.proof_lines} lines, at most {LONGEST_PROOF}"
        for statement in development.statements
        if statement.proof_lines > LONGEST_PROOF
    ]


def order_faults(development: Development) -> list[str]:
    """Return one line for each file that requires, and each statement that uses, what does not come before it.

    Args:
        development: the sources.

    Returns:
        the lines.
    """
    places = {file.name: place for place, file in enumerate(development.files)}
    lines = []
    for file in development.files:
        for name in file.requires:
            if places.get(name, len(places)) >= places[file.name]:
                why = "does not come before it" if name in places else "is not there"
                lines.append(f"{file.name}: requires {name}, which {why}")
    order = {statement.name: place for place, statement in enumerate(development.statements)}
    for place, statement in enumerate(development.statements):
        lines += [
            f"{_where(statement)}: uses {name}, which comes later" for name in statement.uses if order[name] > place
        ]
    return lines


def cycle_faults(development: Development) -> list[str]:
    """Return a line for a circle of files that require, and one of statements that use, each other.

    Args:
        development: the sources.

    Returns:
        at most two lines, each with the names along a circle.
    """
    lines = []
    requires = {file.name: file.requires for file in development.files}
    uses = {statement.name: statement.uses for statement in development.statements}
    for what, graph in (("files", requires), ("statements", uses)):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            lines.append(f"a circle of {what}: {', '.join(reversed(error.args[1]))}")
    return lines


def faults(development: Development) -> list[str]:
    """Return one line for each fault of the sources.

    Args:
        development: the sources.

    Returns:
        the lines; none for sources that are as they should be.
    """
    checks = (holes, listing_faults, duplicate_faults, wording_faults, length_faults, order_faults, cycle_faults)
    return [line for check in checks for line in check(development)]
