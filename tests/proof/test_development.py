"""The Coq development read as text: what uses what, and each fault caught in a small one; the real one has none."""

from pathlib import Path

import pytest

from lossbook.proof.development import ALLOWED, PROJECT, Development, faults, read, read_allowed
from tools.chapters import ROOT

FIRST = """(** First file. *)

(** Twice a number. *)
Definition double (x : nat) := x + x.

(** A tame number. *)
Record tame (x : nat) : Prop := { tame_small : x < 9 }.
"""
SECOND = """(** Second file. *)
From Lossbook Require Import First.

Section Second.
Variable x : nat.
Hypothesis x_tame : tame x.

(** C6: doubling adds. *)
Theorem C6_double : double x = x + x.
Proof. reflexivity. Qed.

(** A tame number is small. *)
Lemma below_nine : x < 9.
Proof. exact (tame_small x x_tame). Qed.
End Second.
"""
LISTED = "-Q . Lossbook\nFirst.v # the first\nSecond.v\n"


def write(folder: Path, **files: str) -> Path:
    """Write a small development, some of its files replaced."""
    for name, text in ({"First": FIRST, "Second": SECOND} | files).items():
        (folder / f"{name}.v").write_text(text, "utf-8")
    if not (folder / PROJECT).exists():
        (folder / PROJECT).write_text(LISTED, "utf-8")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Development:
    """Two files without a fault."""
    return read(write(tmp_path))


def test_small_development_is_read_without_a_fault(small: Development) -> None:
    assert faults(small) == []
    assert small.options == ("-Q", ".", "Lossbook")
    assert [file.name for file in small.files] == ["First.v", "Second.v"]
    assert [statement.name for statement in small.statements] == ["double", "tame", "C6_double", "below_nine"]


def test_uses_are_names_of_the_development(small: Development) -> None:
    assert small["double"].uses == ()
    assert small["C6_double"].uses == ("double",)
    assert small["below_nine"].uses == ("tame",), "by a field, and by the type of a hypothesis"


def test_unknown_name_is_a_key_error(small: Development) -> None:
    with pytest.raises(KeyError, match="no statement C7"):
        small["C7"]


def test_files_stand_in_the_order_of_the_project(tmp_path: Path) -> None:
    write(tmp_path, A="(** Listed last. *)\n")
    (tmp_path / PROJECT).write_text(LISTED + "A.v\n", "utf-8")
    assert [file.name for file in read(tmp_path).files] == ["First.v", "Second.v", "A.v"]
    assert faults(read(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Proof. reflexivity. Qed.", "Proof. Admitted.", "Second.v:10: Admitted"),
        ("reflexivity.", "admit.", "Second.v:10: admit"),
        ("Section Second.", "Axiom a : False. Section Second.", "Second.v:4: Axiom"),
        ("Section Second.\n", "Section Second.\nParameter p : nat.\n", "Second.v:5: Parameter"),
        ("Section Second.\n", "Variable y : nat.\nSection Second.\n", "Second.v:4: Variable outside a Section"),
        ("(** Second file. *)\n", "", "Second.v: no header"),
        ("(** A tame number is small. *)\n", "", "Second.v:12: below_nine: no sentence"),
        ("(** A tame number is small. *)", "(** * Small numbers *)", "Second.v:13: below_nine: no sentence"),
        ("(** A tame", "(* A tame", "Second.v:13: below_nine: no sentence"),
        (
            "below_nine",
            "tame_small",
            "Second.v:13: tame_small: the name tame_small is already taken at First.v:7: tame",
        ),
        (
            "below_nine",
            "C6_double",
            "Second.v:13: C6_double: the name C6_double is already taken at Second.v:9: C6_double",
        ),
        (" reflexivity.", "\n  idtac." * 41, "Second.v:9: C6_double: a proof of 41 lines, at most 40"),
        ("reflexivity.", "apply below_nine.", "Second.v:9: C6_double: uses below_nine, which comes later"),
        ("Import First", "Import First Third", "Second.v: requires Third.v, which is not there"),
        ("Import First", "Import First Second", "Second.v: requires Second.v, which does not come before it"),
    ],
)
def test_fault_is_caught(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert SECOND.count(old) >= 1
    assert fault in faults(read(write(tmp_path, Second=SECOND.replace(old, new))))


def test_longest_proof_passes(tmp_path: Path) -> None:
    assert faults(read(write(tmp_path, Second=SECOND.replace(" reflexivity.", "\n  idtac." * 40)))) == []


def test_circle_of_files_is_caught(tmp_path: Path) -> None:
    found = faults(read(write(tmp_path, First=FIRST + "From Lossbook Require Import Second.\n")))
    assert found[0] == "First.v: requires Second.v, which does not come before it"
    assert found[1].startswith("a circle of files: ")
    assert sorted(found[1].removeprefix("a circle of files: ").split(", ")[1:]) == ["First.v", "Second.v"]


def test_circle_of_statements_is_caught(tmp_path: Path) -> None:
    found = faults(read(write(tmp_path, First=FIRST.replace("x + x", "C6_double"))))
    assert "a circle of statements: " in found[-1]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("listed", "fault"),
    [
        ("-Q . Lossbook\nFirst.v\n", "Second.v: _CoqProject does not list it"),
        (LISTED + "Third.v\n", "Third.v: _CoqProject lists it, but there is no such file"),
        (LISTED + "First.v\n", "First.v: _CoqProject lists it twice"),
        ("-Q . Lossbook\nSecond.v First.v\n", "Second.v: requires First.v, which does not come before it"),
    ],
)
def test_wrong_list_is_caught(tmp_path: Path, listed: str, fault: str) -> None:
    write(tmp_path)
    (tmp_path / PROJECT).write_text(listed, "utf-8")
    assert fault in faults(read(tmp_path))


def test_allowed_assumptions_are_read_with_the_comments_before_them(tmp_path: Path) -> None:
    text = "# About the file.\n\n# One,\n# in two lines.\nA.one\nB.two\n\n# Three.\n  C.three\n"
    (tmp_path / ALLOWED).write_text(text, "utf-8")
    assert read_allowed(tmp_path) == {"A.one": "One, in two lines.", "B.two": "", "C.three": "Three."}


def test_the_real_development_has_no_fault() -> None:
    development = read(ROOT / "formal")
    assert development.statements
    assert faults(development) == []
