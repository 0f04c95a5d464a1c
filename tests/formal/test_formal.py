"""The Coq development, compiled by real Coq: it rests on what is allowed, and uses what the reader of its text says."""

import os
import re
import shutil
from pathlib import Path

import pytest

from lossbook.proof.coq_source import Statement
from lossbook.proof.development import PROJECT, Development, holes, read, read_allowed
from tools import formal

REFERENCE = re.compile(r"R\d+:\d+ (\S+) \S+ (\S+) (\w+)")
DEFINITION = re.compile(r"(\w+) \d+:\d+ (\S+) (\S+)")
SMALL = """(** A small file. *)
Require Import Classical.
Section Small.
Variable n : nat.

(** T1: zero is neutral. *)
Theorem T1_neutral : n + 0 = n.
Proof. induction n; simpl; auto. Qed.
End Small.

(** T2: every statement is true or false. *)
Theorem T2_classical (statement : Prop) : statement \\/ ~ statement.
Proof. apply classic. Qed.

(** An instance. *)
Lemma small_is_odd_sigmoid : 0 = 0.
Proof. reflexivity. Qed.

(** A helper. *)
Lemma helper : 0 = 0.
Proof. reflexivity. Qed.
"""


def need_coq() -> None:
    """Skip a test where Coq is missing; on the machine that decides, fail."""
    if shutil.which("coqc") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(formal.MISSING)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Development:
    """The real development, compiled from nothing in a folder of its own."""
    need_coq()
    folder = tmp_path_factory.mktemp("formal")
    shutil.copy(formal.FORMAL / PROJECT, folder)
    formal.copy_sources(read(formal.FORMAL), folder)
    development = read(folder)
    formal.compile_files(folder, development.files, development.options)
    return development


def test_theorems_rest_on_the_allowed_assumptions_and_on_all_of_them(compiled: Development) -> None:
    found = formal.ask(compiled.folder, compiled, {"everything": formal.theorems(compiled)})
    assert found == {"everything": sorted(read_allowed(formal.FORMAL))}


def test_every_allowed_assumption_is_explained() -> None:
    allowed = read_allowed(formal.FORMAL)
    assert allowed
    assert all(allowed.values())


def coq_references(development: Development) -> dict[str, set[str]]:
    """What Coq noted in its .glob files: references by statement, or by `library:section.name` of a declaration."""
    owner = {name: claim.name for claim in development.statements for name in (claim.name, *claim.parts)}
    found: dict[str, set[str]] = {}
    for file in development.files:
        library, current, declaring = f"{development.library}.{Path(file.name).stem}", [], False
        for line in (development.folder / file.name).with_suffix(".glob").read_text("utf-8").splitlines():
            if reference := REFERENCE.match(line):
                home, name, kind = reference.groups()
                target = f"{home}:{name}" if kind == "var" else owner.get(name)
                if target and home.startswith(development.library + "."):
                    for place in current:
                        found.setdefault(place, set()).add(target)
                declaring = False
            elif (definition := DEFINITION.match(line)) and definition[1] not in ("binder", "proj", "constr"):
                kind, section, name = definition.groups()
                before = current if declaring else []
                declaring = kind == "var"
                current = [*before, f"{library}:{section}.{name}"] if declaring else [name]
    return found


def references_of(name: str, references: dict[str, set[str]]) -> set[str]:
    """Statements that one refers to, itself or by what its context declares."""
    reached, rest = {name}, [name]
    while rest:
        new = references.get(rest.pop(), set()) - reached
        reached |= new
        rest += [target for target in new if ":" in target]
    return {target for target in reached - {name} if ":" not in target}


def differences(development: Development) -> list[str]:
    """Statements whose uses are not what Coq noted."""
    references = coq_references(development)
    return [claim.name for claim in development.statements if set(claim.uses) != references_of(claim.name, references)]


def test_uses_are_what_coq_noted(compiled: Development) -> None:
    assert any(claim.uses for claim in compiled.statements)
    assert differences(compiled) == []


def first_theorem(development: Development) -> Statement:
    """The first numbered statement outside all Sections."""
    return next(claim for claim in formal.theorems(development) if not claim.context)


def with_proof(compiled: Development, folder: Path, before: str, proof: str) -> tuple[Development, Statement]:
    """Copy the development; in one file the first theorem gets another proof, and nothing follows it."""
    shutil.copytree(compiled.folder, folder, dirs_exist_ok=True)
    claim = first_theorem(compiled)
    path = folder / claim.file
    text = path.read_text("utf-8")
    kept = text[: text.index(claim.statement)]
    path.write_text(f"{kept}{before}{claim.statement}\n{proof}\n", "utf-8")
    development = read(folder)
    return development, development[claim.name]


def compile_one(development: Development, name: str) -> None:
    """Compile one file again."""
    files = [file for file in development.files if file.name == name]
    formal.compile_files(development.folder, files, development.options)


@pytest.mark.parametrize(
    ("before", "proof", "word"),
    [
        ("", "Admitted.", "Admitted"),
        ("", "Proof. admit. Admitted.", "admit"),
        ("Axiom easy_way : False.\n", "Proof. destruct easy_way. Qed.", "Axiom"),
    ],
)
def test_hole_is_caught_by_text_and_by_coq(
    compiled: Development, tmp_path: Path, before: str, proof: str, word: str
) -> None:
    development, claim = with_proof(compiled, tmp_path, before, proof)
    assert holes(development)[0].startswith(f"{claim.file}:")
    assert holes(development)[0].endswith(word)
    compile_one(development, claim.file)
    found = formal.ask(tmp_path, development, {claim.name: [claim]})
    assert formal.refused(found, read_allowed(formal.FORMAL))


def test_broken_proof_is_reported_with_file_and_line(compiled: Development, tmp_path: Path) -> None:
    development, claim = with_proof(compiled, tmp_path, "", "Proof.\n  exact I.\nQed.")
    line = claim.line + claim.statement.count("\n") + 2
    with pytest.raises(formal.CoqError, match=rf"^{re.escape(claim.file)}:{line}: [^\n]+$"):
        compile_one(development, claim.file)


def test_changed_use_is_noticed(compiled: Development, tmp_path: Path) -> None:
    claim = first_theorem(compiled)
    development, _ = with_proof(compiled, tmp_path, "", f"Proof. (* {compiled.statements[0].name} *) Admitted.")
    assert claim.name in differences(development), "Coq's notes are still those of the real proof"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A development of one small file."""
    (tmp_path / "Small.v").write_text(SMALL, "utf-8")
    (tmp_path / PROJECT).write_text("-Q . Small\nSmall.v\n", "utf-8")
    (tmp_path / "assumptions.txt").write_text("# Classical logic.\nClassical_Prop.classic\n", "utf-8")
    return tmp_path


def test_report_names_each_theorem_with_what_it_rests_on(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need_coq()
    formal.main(small)
    *said, last = capsys.readouterr().out.splitlines()
    assert said[2:] == ["T1_neutral", "T2_classical", "    Classical_Prop.classic", "small_is_odd_sigmoid"]
    assert re.fullmatch(r"3 theorems proved; they rest on 1 assumptions?, all allowed \(\d+ s\)", last)
    assert sorted(path.name for path in small.iterdir()) == sorted([PROJECT, "Small.v", "assumptions.txt"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("apply classic.", "exact I.", r"/Small\.v:13: .*The term "),
        (
            "Require Import Classical.",
            "Require Import Nowhere.",
            r"/Small\.v:2: .*Nowhere.* libcoq-coquelicot .*installed\?",
        ),
        ("Require Import Classical.", "Require Import Small.Other.", r"/Small\.v:2: "),
        (
            "Require Import Classical.",
            "Require Import Small.Small.",
            r"files that require each other: Small\.v, Small\.v",
        ),
        ("apply classic.", "admit.", r"left unproved: .*/Small\.v:13: admit"),
        (
            "Section Small.",
            "Require Import FunctionalExtensionality.\n"
            "Theorem T0_same (f : nat -> nat) : f = (fun n => f n + 0).\n"
            "Proof. apply functional_extensionality. auto. Qed.\nSection Small.",
            r"assumptions\.txt does not allow it: T0_same rests on FunctionalExtensionality\..*\(1 in all\)",
        ),
        (
            "Section Small.",
            "Unset Guard Checking. Fixpoint T0_loop (n : nat) : False := T0_loop n.\nSection Small.",
            r"does not allow it: T0_loop rests on Small\.T0_loop",
        ),
    ],
)
def test_fault_ends_with_one_line(small: Path, old: str, new: str, words: str) -> None:
    need_coq()
    (small / "Small.v").write_text(SMALL.replace(old, new, 1), "utf-8")
    with pytest.raises(SystemExit, match=words) as end:
        formal.main(small)
    assert isinstance(end.value.code, str)
    assert "\n" not in end.value.code


def test_missing_coq_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match=r"^Coq is needed .*Debian: apt install coq libcoq-coquelicot"):
        formal.main()


def test_missing_coq_skips_but_fails_where_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Coq is needed"):
        need_coq()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Coq is needed"):
        need_coq()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Closed under the global context\n", []),
        ("Axioms:\nA.b : True\nC.d\n  : forall x,\n    x\n", ["A.b", "C.d"]),
        ("Axioms:\nloop is assumed to be guarded.\n", ["loop"]),
        ("Section Variables:\nx : nat\n", ["Section Variables:"]),
        ("", ["no answer"]),
    ],
)
def test_answer_of_coq_is_read(text: str, names: list[str]) -> None:
    assert formal.answered(text) == names
