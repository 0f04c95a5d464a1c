"""The hinge and the squared hinge against optax, PyTorch and scikit-learn.

Theirs has its edge at 1 (optax, scikit-learn): max(0, m0 - m) is m0 times theirs at m / m0. PyTorch has it twice.
HingeEmbeddingLoss is max(0, m0 - x) for the label -1, whatever the class, so x is the margin. MultiMarginLoss of the
scores (-g, g) is max(0, 2 m0 - 2 m)^p / 2 for its margin 2 m0: the hinge for p = 1, twice the squared hinge for p = 2.
"""

from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import optax
import pytest
import torch
from sklearn.metrics import hinge_loss
from tests.peers.routes import LABELS, by_jax, by_lossbook, by_torch, compare, compare_curves, margins

from lossbook.loss import hinge, squared_hinge

pytestmark = pytest.mark.peers

EDGES = ("1", "1/2", "1/5")


def in_optax(margin: Any, label: int, edge: float) -> Any:
    return edge * optax.hinge_loss(label * margin / edge, label)


def by_embedding(points: Any, edge: float) -> Any:
    return torch.nn.functional.hinge_embedding_loss(points, -torch.ones_like(points), margin=edge, reduction="none")


def by_two_scores(points: Any, label: int, edge: float, power: int) -> Any:
    scores = torch.stack([-label * points, label * points], dim=1)
    target = torch.full((len(points),), (label + 1) // 2)
    return torch.nn.functional.multi_margin_loss(scores, target, p=power, margin=2 * edge, reduction="none") / power


@pytest.mark.parametrize("margin", EDGES)
def test_values_and_derivatives(margin: str) -> None:
    edge = float(Fraction(margin))
    points = margins(edge)
    ours, square = by_lossbook(hinge(margin).positive, points), by_lossbook(squared_hinge(margin).positive, points)
    compare_curves("hinge, PyTorch, embedding", ours, by_torch(partial(by_embedding, edge=edge), points))
    for label in LABELS:
        compare_curves("hinge, optax", ours, by_jax(partial(in_optax, label=label, edge=edge), points))
        for power, mine, name in ((1, ours, "hinge"), (2, square, "squared hinge")):
            theirs = by_torch(partial(by_two_scores, label=label, edge=edge, power=power), points)
            compare_curves(f"{name}, PyTorch, two scores", mine, theirs)


@pytest.mark.parametrize("margin", EDGES)
def test_mean_of_scikit_learn(margin: str) -> None:
    edge, points = float(Fraction(margin)), margins()
    labels = np.random.default_rng(1).choice([-1, 1], len(points))
    theirs = edge * hinge_loss(labels, labels * points / edge)
    compare("hinge, scikit-learn, values", hinge(margin)(points).mean(), theirs)


def test_another_edge_and_power_are_refused() -> None:
    points = margins(0.5)
    ours = by_lossbook(hinge("1/2").positive, points)
    for wrong in (partial(by_embedding, edge=0.501), partial(by_two_scores, label=1, edge=0.5, power=2)):
        with pytest.raises(AssertionError, match="values"):
            compare_curves("control", ours, by_torch(wrong, points))
