"""What rests on what: read off the certificates and off the Coq sources, and what is wrong with it.

A graph's nodes are axioms, lemmas and numbered statements; an edge leads from what is used to what uses it. Nothing is
entered by hand: the edges of certificates are the steps and parts that the kernel checked, those of Coq the names that
occur in a statement or its proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from lossbook.proof import equal_drops, proposition, sharper
from lossbook.proof.coq_source import Statement as CoqStatement
from lossbook.proof.development import Development
from lossbook.proof.kernel import Theorem
from lossbook.proof.record import CERTIFICATES, Certificate

_SOURCES = (proposition, equal_drops, sharper)  # importing them fills the record
_RULES = {
    "increasing": "{} increases",
    "concave": "{} is concave",
    "bent": "{} bends near 0",
    "bounded": "{} < 1",
    "reflected": "{}(t) ≤ -{}(-t)",
}
_LETTERS = {"sigma": "σ", "F": "F", "F_+": "F", "F_-": "F", "psi": "ψ"}
_HYPOTHESES = ("odd_sigmoid", "margin_loss", "drop_function", "criterion_C", "log_concave")


@dataclass(frozen=True)
class Graph:
    """What rests on what.

    Attributes:
        kinds: node to kind: ``axiom``, ``lemma`` or ``statement``.
        edges: pairs (what is used, what uses it).
    """

    kinds: Mapping[str, str]
    edges: frozenset[tuple[str, str]]

    def used_by(self) -> dict[str, set[str]]:
        """Return for each node what it uses."""
        found: dict[str, set[str]] = {node: set() for node in self.kinds}
        for source, target in self.edges:
            found[target].add(source)
        return found

    def layers(self) -> list[list[str]]:
        """Return the nodes in layers, each node after all that it rests on.

        Returns:
            names in order in each layer, T9 before T10; for a cycle ``graphlib`` raises ``CycleError``.
        """
        depth: dict[str, int] = {}
        used = self.used_by()
        for node in TopologicalSorter(used).static_order():
            depth[node] = 1 + max((depth[source] for source in used[node]), default=-1)
        count = 1 + max(depth.values())
        return [sorted((node for node in depth if depth[node] == layer), key=_natural) for layer in range(count)]

    def without_shortcuts(self) -> Graph:
        """Return the graph without the edges that a longer way makes needless."""
        used, reach = self.used_by(), dict[str, set[str]]()
        for node in TopologicalSorter(used).static_order():
            reach[node] = used[node].union(*(reach[source] for source in used[node]))
        kept = {
            (source, target)
            for source, target in self.edges
            if not any(source in reach[other] for other in used[target] - {source})
        }
        return Graph(self.kinds, frozenset(kept))

    def faults(self) -> list[str]:
        """Return one line for a cycle, each orphan, and each statement that rests on nothing."""
        try:
            self.layers()
        except CycleError as cycle:
            return ["a cycle: " + " -> ".join(cycle.args[1])]
        used, sources = self.used_by(), {source for source, _ in self.edges}
        lines = [f"{node}: an axiom that nothing uses" for node in self._of("axiom") if node not in sources]
        lines += [f"{node}: a lemma that nothing uses" for node in self._of("lemma") if node not in sources]
        return lines + [f"{node}: rests on nothing" for node in self._of("statement", "lemma") if not used[node]]

    def _of(self, *kinds: str) -> list[str]:
        """Return the nodes of some kinds."""
        return [node for node, kind in self.kinds.items() if kind in kinds]


def _natural(name: str) -> list[tuple[str, int]]:
    """Order names as people do: T9 before T10."""
    return [(word, int(number or 0)) for word, number in re.findall(r"(\D+)(\d*)", name)]


def _label(one: Certificate) -> str:
    """Name a certificate's node: the statement it belongs to, or its own name."""
    return one.ids[0] if one.ids else one.name.replace("_", " ")


def _rests(theorem: Theorem, known: Mapping[int, Certificate]) -> Iterator[tuple[str, str]]:
    """Yield the nodes that a theorem uses, with their kinds; a theorem without an entry of its own is part of it."""
    for part in theorem.parts:
        inner = part if isinstance(part, Theorem) else part.source if part.rule == "theorem" else None
        if inner is not None and id(inner) in known:
            one = known[id(inner)]
            yield _label(one), "statement" if one.ids else "lemma"
        elif inner is not None:
            yield from _rests(inner, known)
        elif part.rule != "given":
            yield _RULES[part.rule].replace("{}", _LETTERS[part.source.__name__]), "axiom"


def _bottom(theorem: Theorem) -> tuple[str, str]:
    """Return what a theorem rests on that uses no axiom by name."""
    return ("its own facts" if theorem.parts else "oddness, F(0) = 0"), "axiom"


def certificates() -> list[Certificate]:
    """Return the record, whole.

    Returns:
        all certificates: those of this module's sources are entered when it is imported.
    """
    return list(CERTIFICATES.values())


def of_certificates() -> Graph:
    """Read the graph off the certificates.

    Returns:
        numbered statements with all that belongs to them as one node each, lemmas, and the axioms used.
    """
    known = {id(one.prove()): one for one in certificates()}
    kinds = {_label(one): "statement" if one.ids else "lemma" for one in certificates()}
    edges = set()
    for one in certificates():
        for node, kind in [*_rests(one.prove(), known)] or [_bottom(one.prove())]:
            kinds[node] = kind
            edges |= {(node, _label(one))} - {(node, node)}
    return Graph(kinds, frozenset(edges))


def _shown(statement: CoqStatement) -> tuple[str, str] | None:
    """Return the node of a Coq statement and its kind, or None if it is a step on the way."""
    if statement.id is not None:
        return statement.id, "statement"
    if statement.name.endswith("_is_odd_sigmoid"):
        return statement.name.removesuffix("_is_odd_sigmoid"), "lemma"
    return (statement.name, "axiom") if statement.name in _HYPOTHESES else None


def of_coq(development: Development) -> Graph:
    """Read the graph off the Coq sources.

    Args:
        development: the sources.

    Returns:
        numbered statements, the families that are shown to be odd sigmoids, and what is assumed of a function.
    """
    named = {statement.name: statement for statement in development.statements}
    below: dict[str, set[tuple[str, str]]] = {}
    for statement in development.statements:
        reached: set[tuple[str, str]] = set()
        for name in statement.uses:
            node = _shown(named[name])
            reached |= below.get(name, set()) if node is None else {node}
        below[statement.name] = reached
    shown = [(node, below[statement.name]) for statement in named.values() if (node := _shown(statement))]
    kinds = {node: kind for (node, kind), _ in shown}
    edges = {(source, node) for (node, _), reached in shown for source, _ in reached if source != node}
    return Graph(kinds, frozenset(edges))
