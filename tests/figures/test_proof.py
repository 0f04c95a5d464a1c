"""Pictures of the proof: the same bytes every time, and everything that they were given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from lossbook import figures
from lossbook.proof.graph import Graph

X = np.linspace(0, 4, 41)
CASE = figures.Case(X, 1 - X, X - X**2 / 2, 2.0, 1.0)
KINDS = {"an axiom": "axiom", "C6": "statement", "T4": "statement", "lemma": "lemma"}
EDGES = frozenset({("an axiom", "C6"), ("C6", "T4"), ("lemma", "T4"), ("an axiom", "lemma")})
DRAWINGS = {
    "cases": lambda: figures.three_cases({"1": CASE, "2": CASE, "3": CASE}),
    "drops": lambda: figures.two_drops(X, {"one": (np.tanh(X), 2 * np.tanh(X)), "two": (X, X)}, (1.0, 3.0)),
    "dependencies": lambda: figures.dependencies(Graph(KINDS, EDGES), "axioms"),
}


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_every_node_is_drawn_once_and_every_edge() -> None:
    drawn = texts(DRAWINGS["dependencies"]())
    assert all(drawn.count(name) == 1 for name in KINDS)
    assert drawn.count("") == len(EDGES)  # an arrow is an annotation without words


def test_a_drop_is_drawn_at_its_height() -> None:
    axis = DRAWINGS["drops"]().axes[0]
    heights = {line.get_label(): line.get_ydata()[0] for line in axis.lines if line.get_label().startswith("$F")}
    assert heights == pytest.approx({"$F_+(A)$": np.tanh(1), "$F_-(B)$": 2 * np.tanh(3)}, rel=1e-3)
