"""A Coq source read as text: comments, sentences, Sections, proofs; small sources, each with one difficulty."""

import pytest

from lossbook.proof.coq_source import SourceFile, code_of, read_source

GAIN = """(** The gain
    of a threshold (C5).

    Second paragraph. *)
From Coq Require Import Reals.
From Lossbook Require Import Calculus Sigmoid.
Require Import Lossbook.Extra.

(** * A heading *)

(** The gain,
    in two lines. *)
Definition gain (x : R) : R := x + 1.5.

(** A tame function. *)
Record tame (f : R -> R) : Prop := {
  tame_zero : f 0 = 0;
  tame_one : forall u, f u <= 1 }.

Section Tame.
Variables (f g : R -> R) (c : R).
Hypothesis f_tame : tame f.
Let f_zero := tame_zero f f_tame.

(** C8': nothing is (* lost *) at 0. *)
Theorem C8prime_lengths : f 0 = gain (- 1).
Proof.
  (* by Qed. and gain_two *)
  unfold gain.

  { rewrite f_zero. lra. }
Qed.

End Tame.

Lemma M_equal_drops (f : R -> R) : f 0 = 0. Proof. auto. Qed.
"""


def read(text: str) -> SourceFile:
    return read_source("Gain.v", text, "Lossbook")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a (* b *) c", "a         c"),
        ("a (* b (* c *) d *) e", "a                   e"),
        ("a (* b\n *) c", "a     \n    c"),
        ('a "b. (* c" d', "a           d"),
        ('a (* "*)" *) b', "a            b"),
        ("a (* open", "a        "),
        ('say "a ""b"" c" d', "say             d"),
    ],
)
def test_comments_and_strings_are_blanked(text: str, code: str) -> None:
    assert code_of(text) == code


def test_file_has_header_and_requires() -> None:
    source = read(GAIN)
    assert source.header == "The gain of a threshold (C5).\n\nSecond paragraph."
    assert source.requires == ("Calculus.v", "Sigmoid.v", "Extra.v")
    assert source.holes == ()


@pytest.mark.parametrize("text", ["", "(* plain *) Definition x := 1.", "Definition x := 1. (** late *)"])
def test_header_is_missed(text: str) -> None:
    assert read(text).header == ""


def test_statements_stand_in_order_with_their_places() -> None:
    found = [(s.kind, s.name, s.id, s.line, s.last_line) for s in read(GAIN).statements]
    assert found == [
        ("Definition", "gain", None, 13, 13),
        ("Record", "tame", None, 16, 18),
        ("Theorem", "C8prime_lengths", "C8'", 26, 32),
        ("Lemma", "M_equal_drops", "M", 36, 36),
    ]


def test_statement_stands_as_in_the_file_with_its_sentence_and_context() -> None:
    gain, tame, lengths, drops = read(GAIN).statements
    assert gain.statement == "Definition gain (x : R) : R := x + 1.5."
    assert gain.sentence == "The gain, in two lines."
    assert tame.statement.splitlines()[-1] == "  tame_one : forall u, f u <= 1 }."
    assert lengths.sentence == "C8': nothing is (* lost *) at 0."
    assert lengths.context == (
        "Variables (f g : R -> R) (c : R).",
        "Hypothesis f_tame : tame f.",
        "Let f_zero := tame_zero f f_tame.",
    )
    assert drops.context == ()
    assert drops.sentence == ""


def test_names_are_those_of_statement_proof_and_context() -> None:
    _, tame, lengths, _ = read(GAIN).statements
    assert {"f", "gain", "f_zero", "tame_zero", "f_tame", "tame", "unfold"} <= set(lengths.uses)
    assert not {"lost", "gain_two", "by"} & set(lengths.uses)
    assert tame.parts == ("Build_tame", "tame_zero", "tame_one")


def test_lines_of_a_proof_are_counted_between_its_ends() -> None:
    assert [s.proof_lines for s in read(GAIN).statements] == [0, 0, 2, 1]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Record pair : Type := make { one : nat; two : nat }.", ("make", "one", "two")),
        ("Inductive colour := red | green (n : nat).", ("red", "green")),
        ("Definition colour := 1.", ()),
    ],
)
def test_parts(text: str, parts: tuple[str, ...]) -> None:
    assert read(text).statements[0].parts == parts


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("C6_equal_sizes", "C6"),
        ("T3prime_softsign", "T3'"),
        ("M_shrunk_side", "M"),
        ("T10_calibrated", "T10"),
        ("mean_value", None),
        ("Minimum_x", None),
        ("C_x", None),
    ],
)
def test_number_of_a_name(name: str, number: str | None) -> None:
    assert read(f"Lemma {name} : True. Proof. easy. Qed.").statements[0].id == number


@pytest.mark.parametrize(
    ("proof", "count"),
    [
        ("Proof. easy. Defined.", 1),
        ("easy. Qed.", 1),
        ("Proof.\n - easy.\n - easy.\nQed.", 2),
        ("Proof. Qed.", 0),
    ],
)
def test_proof_ends_where_it_ends(proof: str, count: int) -> None:
    first, second = read(f"Lemma a : True.\n{proof}\nLemma b : True. Proof. easy. Qed.").statements
    assert (first.proof_lines, second.name) == (count, "b")


def test_definition_by_proof_has_a_proof() -> None:
    first, second = read("Definition a : nat. Proof. exact 0. Defined. Definition b := a.").statements
    assert (first.proof_lines, second.proof_lines) == (1, 0)


def test_unfinished_proof_leaves_the_next_statement_readable() -> None:
    assert [s.name for s in read("Lemma a : True. Proof. easy.\nLemma b : True. Proof. easy.").statements] == ["a", "b"]


@pytest.mark.parametrize(
    "word",
    [
        "Axiom a : True.",
        "Local Axiom a : True.",
        "Parameter a : nat.",
        "Conjecture a : True.",
        "Lemma a : True. Proof. Admitted.",
        "Lemma a : True.\nProof. admit. Qed.",
        "Lemma a : True. Proof. Abort.",
    ],
)
def test_hole_is_seen(word: str) -> None:
    assert len(read(word).holes) == 1


@pytest.mark.parametrize("kind", ["Variable", "Variables", "Hypothesis", "Hypotheses", "Context", "Let"])
def test_declaration_counts_only_outside_a_section(kind: str) -> None:
    declaration = f"{kind} x : R."
    assert read(f"Section A.\n{declaration}\nEnd A.").holes == ()
    assert read(f"Section A.\nEnd A.\n{declaration}").holes == ((3, f"{kind} outside a Section"),)
    assert read(f"Module A.\n{declaration}\nEnd A.").holes == ((2, f"{kind} outside a Section"),)


def test_word_in_a_comment_or_a_longer_name_is_no_hole() -> None:
    source = "(** No Axiom. *) (* Admitted. *) Lemma admitted_by : True. Proof. pose admit_all. easy. Qed."
    assert read(source).holes == ()
