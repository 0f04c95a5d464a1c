"""What rests on what: edges are those of the proofs, and cycles, orphans and unfounded statements are noticed."""

import pytest

from lossbook.proof import development, graph
from lossbook.proof.graph import Graph
from tools.chapters import ROOT

KINDS = {"axiom": "axiom", "lemma": "lemma", "C1": "statement", "C2": "statement"}
SOUND = Graph(KINDS, frozenset({("axiom", "lemma"), ("lemma", "C1"), ("C1", "C2"), ("axiom", "C1")}))


def test_a_sound_graph_has_no_fault() -> None:
    assert SOUND.faults() == []
    assert SOUND.layers() == [["axiom"], ["lemma"], ["C1"], ["C2"]]


@pytest.mark.parametrize(
    ("removed", "added", "fault"),
    [
        (set(), {("C2", "lemma")}, "a cycle: "),
        ({("axiom", "lemma"), ("axiom", "C1")}, set(), "axiom: an axiom that nothing uses"),
        ({("lemma", "C1")}, set(), "lemma: a lemma that nothing uses"),
        ({("C1", "C2")}, set(), "C2: rests on nothing"),
        ({("axiom", "lemma")}, set(), "lemma: rests on nothing"),
    ],
)
def test_a_fault_is_noticed(removed: set[tuple[str, str]], added: set[tuple[str, str]], fault: str) -> None:
    assert any(line.startswith(fault) for line in Graph(KINDS, (SOUND.edges - removed) | added).faults())


def test_shortcuts_are_left_out_and_nothing_else() -> None:
    assert SOUND.without_shortcuts().edges == SOUND.edges - {("axiom", "C1")}


def test_the_certificates_have_no_fault() -> None:
    assert graph.of_certificates().faults() == []


def test_edges_are_those_of_the_certificates() -> None:
    edges = graph.of_certificates().edges
    assert {("L1", "C6"), ("M", "T4"), ("jensen", "T2"), ("σ < 1", "T1"), ("M", "C6")} <= edges
    assert not {source for source, target in edges if target == "L1"} - {"σ is concave"}
    assert {target for source, target in edges if source == "σ < 1"} == {"T1"}


def test_the_coq_development_has_no_fault() -> None:
    formal = graph.of_coq(development.read(ROOT / "formal"))
    assert formal.faults() == []
    assert {("L1", "C6"), ("arctan", "C8'"), ("T2", "C8")} <= formal.edges
