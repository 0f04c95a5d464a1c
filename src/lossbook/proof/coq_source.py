"""A Coq source file read as text: its statements in order, its header, what it requires, what it leaves unproved.

Coq itself is not needed. The file is cut into sentences, which end with a period; comments, which nest, and strings are
blanked first, so that no word in them counts. A statement is a sentence that defines or claims a name; the `(** *)`
comment right before it says in English what it states. Inside a Section it also depends on the variables and hypotheses
declared there: they are its context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_NAME = r"[A-Za-z_][\w']*"
_IDENTIFIER = re.compile(rf"(?<![\w']){_NAME}")
_TOKEN = re.compile(r'\(\*|\*\)|"(?:[^"]|"")*"')
_END = re.compile(r"(?:(?<!\.)\.|\.\.\.)(?=\s|\Z)")
_LEAD = re.compile(r"[\s{}+*-]*")  # space, bullets and braces before a sentence
_CLAIMED = ("Theorem", "Lemma", "Corollary", "Proposition", "Fact", "Remark", "Example")
_DEFINED = ("Definition", "Fixpoint", "Inductive", "Variant", "Record", "Structure", "Class", "Instance")
_HEAD = re.compile(rf"(?:#\[[^\]]*\]\s*)?(?:(?:Local|Global|Program)\s+)*({'|'.join(_CLAIMED + _DEFINED)})\s+({_NAME})")
_QED = re.compile(r"(?:Qed|Defined|Admitted|Abort|Save)\b")
_PROOF = re.compile(r"Proof\b")
_LOCAL = re.compile(r"(Variables?|Hypothes[ie]s|Context|Let)\s+(.*)", re.DOTALL)
_BLOCK = re.compile(rf"(Section|Module)\s+(?:Type\s+)?{_NAME}\s*\Z")
_REQUIRE = re.compile(r"(?:From\s+(\S+)\s+)?Require(?:\s+(?:Import|Export))?\s+(.*)", re.DOTALL)
_HOLE = re.compile(r"\b(?:Admitted|admit|Admit|give_up|Abort|Axioms?|Parameters?|Conjectures?|bypass_check)\b")
_NUMBERED = re.compile(r"(?:([A-Z]\d+)|M)(prime)?_")


def label_of(file: str) -> str:
    """Return the label under which the book shows a file.

    Args:
        file: its name, as `Gain.v`.

    Returns:
        the label, as `formal-gain`.
    """
    return f"formal-{file.removesuffix('.v').lower()}"


@dataclass(frozen=True)
class Statement:
    """A definition or a claim.

    Args:
        name: its name.
        kind: the word that introduces it, as `Theorem` or `Definition`.
        file: the name of its file.
        line: the line where it begins, from 1.
        last_line: the line where it ends, with its proof.
        sentence: what it states in English; empty where the source does not say.
        context: the declarations of the open Sections, as they stand in the file.
        statement: from the keyword to the closing period, as it stands in the file.
        proof_lines: how many lines that are not empty lie between `Proof.` and `Qed.`; 0 without a proof.
        uses: the names that occur in it, in its proof, and in what it takes from its context; in a
            :class:`~lossbook.proof.development.Development` only those of other statements, in order.
        parts: the names it brings along: fields of a record, constructors.
    """

    name: str
    kind: str
    file: str
    line: int
    last_line: int
    sentence: str
    context: tuple[str, ...]
    statement: str
    proof_lines: int
    uses: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def id(self) -> str | None:
        """The number that the name begins with, as C6, C8' or M, or None."""
        found = _NUMBERED.match(self.name)
        return (found[1] or "M") + ("'" if found[2] else "") if found else None


@dataclass(frozen=True)
class SourceFile:
    """A file of a development.

    Args:
        name: its name, as `Gain.v`.
        text: what it holds.
        header: what the comment says that it opens with, paragraphs apart; empty where it has none.
        requires: the files of the same library that it requires.
        holes: words that leave something unproved, each behind its line.
        statements: its definitions and claims, in order.
    """

    name: str
    text: str
    header: str
    requires: tuple[str, ...]
    holes: tuple[tuple[int, str], ...]
    statements: tuple[Statement, ...]


@dataclass
class _Block:
    """An open Section or Module: what it is, and each of its declarations with the names that it introduces."""

    kind: str
    declarations: list[tuple[str, list[str]]] = field(default_factory=list)


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each outermost comment begins and ends; an open one ends with the text."""
    depth = start = 0
    for token in _TOKEN.finditer(text):
        if token[0] == "(*":
            start = start if depth else token.start()
            depth += 1
        elif token[0] == "*)" and depth:
            depth -= 1
            if depth == 0:
                yield start, token.end()
    if depth:
        yield start, len(text)


def _blank(text: str) -> str:
    """Return as many spaces, on as many lines."""
    return re.sub(r"[^\n]", " ", text)


def code_of(text: str) -> str:
    """Return a source with comments and strings blanked; every other character keeps its place.

    Args:
        text: the source.

    Returns:
        a text of the same length.

    Example:
        >>> code_of("x (* a (* b *) *) y")
        'x                 y'
    """
    for start, end in _comments(text):
        text = text[:start] + _blank(text[start:end]) + text[end:]
    return _TOKEN.sub(lambda token: _blank(token[0]) if token[0].startswith('"') else token[0], text)


def _sentences(code: str) -> list[tuple[int, int]]:
    """Return where each sentence begins, behind bullets and braces, and ends, with its period."""
    ends = [match.end() for match in _END.finditer(code)]
    starts = [match.end() for end in [0, *ends] if (match := _LEAD.match(code, end))]
    return list(zip(starts, ends, strict=False))


def _inside(comment: str) -> str:
    """Return what a `(** *)` comment says; nothing for another comment."""
    return comment.removeprefix("(**").removesuffix("*)").strip() if comment.startswith("(**") else ""


def _declared(kind: str, body: str) -> list[str]:
    """Return the names that a declaration in a Section introduces."""
    if kind == "Let":
        return re.findall(_NAME, body)[:1]
    bracketed = body[0] in "({[`"
    groups = re.findall(r"[({\[]([^(){}\[\]:]*):", body) if bracketed else [body.partition(":")[0]]
    return [name for group in groups for name in re.findall(_NAME, group)]


def _parts(kind: str, name: str, code: str) -> tuple[str, ...]:
    """Return a record's constructor and fields, or the constructors of an inductive type."""
    if kind in ("Record", "Structure", "Class"):
        maker = re.search(rf":=\s*({_NAME})\s*\{{", code)
        return (maker[1] if maker else f"Build_{name}", *re.findall(rf"[{{;]\s*({_NAME})\s*[:({{]", code))
    return tuple(re.findall(rf"(?::=|\|)\s*({_NAME})", code)) if kind in ("Inductive", "Variant") else ()


class _Reader:
    """Reads one file, sentence by sentence."""

    def __init__(self, name: str, text: str, library: str) -> None:
        self.name, self.text, self.library = name, text, library
        self.code = code_of(text)
        self.comments = list(_comments(text))
        self.sentences = _sentences(self.code)
        self.blocks: list[_Block] = []
        self.requires: list[str] = []
        self.holes = [(self.line(hole.start()), hole[0]) for hole in _HOLE.finditer(self.code)]

    def line(self, place: int) -> int:
        """Return the line of a place in the text, from 1."""
        return self.text.count("\n", 0, place) + 1

    def header(self) -> str:
        """Return what the opening comment says, a line between paragraphs."""
        start, end = self.comments[0] if self.comments else (0, 0)
        inside = "" if self.text[:start].strip() else _inside(self.text[start:end])
        return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", inside) if part)

    def sentence(self, place: int) -> str:
        """Return what the comment right before a place says, unless it is the header or a heading."""
        for start, end in self.comments:
            if end <= place and not self.text[end:place].strip() and self.text[:start].strip():
                inside = _inside(self.text[start:end])
                return "" if inside.startswith("*") else " ".join(inside.split())
        return ""

    def statements(self) -> Iterator[Statement]:
        """Go through the sentences, keep the open Sections, and yield the statements."""
        behind = 0
        for place, (start, end) in enumerate(self.sentences):
            if place < behind:
                continue
            if head := _HEAD.match(self.code, start, end):
                last = self.proof_end(place, head[1])
                yield self.statement(head[1], head[2], place, last)
                behind = last + 1
            else:
                self.note(start, end)

    def proof_end(self, place: int, kind: str) -> int:
        """Return the sentence that ends the proof of the statement at a sentence, itself where it has no proof."""
        following = self.sentences[place + 1 :]
        if kind in _DEFINED and not (following and _PROOF.match(self.code, *following[0])):
            return place
        for index, (start, end) in enumerate(following, place + 1):
            if _QED.match(self.code, start, end):
                return index
            if _HEAD.match(self.code, start, end):
                return index - 1
        return len(self.sentences) - 1

    def proof_lines(self, place: int, last: int) -> int:
        """Return how many lines that are not empty lie between `Proof.` and `Qed.`."""
        inner = self.sentences[place + 1 : last]
        inner = inner[1:] if inner and _PROOF.match(self.code, *inner[0]) else inner
        text = self.text[inner[0][0] : inner[-1][1]] if inner else ""
        return sum(bool(line.strip()) for line in text.splitlines())

    def names(self, code: str) -> tuple[str, ...]:
        """Return the names in a piece of code, and those in the declarations of each that the context declares."""
        local = {word: text for block in self.blocks for text, words in block.declarations for word in words}
        found: dict[str, None] = {}
        rest = _IDENTIFIER.findall(code)
        while rest:
            word = rest.pop()
            if word not in found:
                found[word] = None
                rest += _IDENTIFIER.findall(code_of(local.get(word, "")))
        return tuple(found)

    def statement(self, kind: str, name: str, place: int, last: int) -> Statement:
        """Return the statement at a sentence, whose proof ends with another."""
        (start, end), stop = self.sentences[place], self.sentences[last][1]
        return Statement(
            name=name,
            kind=kind,
            file=self.name,
            line=self.line(start),
            last_line=self.line(stop - 1),
            sentence=self.sentence(start),
            context=tuple(text for block in self.blocks for text, _ in block.declarations),
            statement=self.text[start:end],
            proof_lines=self.proof_lines(place, last),
            uses=self.names(self.code[start:stop]),
            parts=_parts(kind, name, self.code[start:end]),
        )

    def note(self, start: int, end: int) -> None:
        """Take in a sentence that is no statement."""
        code = self.code[start : end - 1]
        if block := _BLOCK.match(code):
            self.blocks.append(_Block(block[1]))
        elif self.blocks and re.match(rf"End\s+{_NAME}\s*\Z", code):
            self.blocks.pop()
        elif local := _LOCAL.match(code):
            if self.blocks and self.blocks[-1].kind == "Section":
                self.blocks[-1].declarations.append((self.text[start:end], _declared(local[1], local[2])))
            else:
                self.holes.append((self.line(start), f"{local[1]} outside a Section"))
        elif required := _REQUIRE.match(code):
            names = [f"{required[1]}.{name}" if required[1] else name for name in required[2].split()]
            own = f"{self.library}."
            self.requires += [name.removeprefix(own) + ".v" for name in names if name.startswith(own)]


def read_source(name: str, text: str, library: str) -> SourceFile:
    """Read one file.

    Args:
        name: its name, as `Gain.v`.
        text: what it holds.
        library: the name under which the files of the development require each other, as `Lossbook`.

    Returns:
        the file, read as far as it goes where it has faults.

    Example:
        >>> source = read_source("One.v", "Lemma one : 1 = 1. Proof. easy. Qed.", "Lossbook")
        >>> source.statements[0].statement
        'Lemma one : 1 = 1.'
    """
    reader = _Reader(name, text, library)
    statements = tuple(reader.statements())
    return SourceFile(
        name,
        text,
        reader.header(),
        tuple(reader.requires),
        tuple(sorted(reader.holes, key=lambda hole: hole[0])),
        statements,
    )
