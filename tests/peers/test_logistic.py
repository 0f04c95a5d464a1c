"""The logistic loss against optax, PyTorch and scikit-learn, for each temperature and label.

They take the logit of the positive class, z = y m / T, and the label as 0 or 1.
"""

from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import optax
import pytest
import torch
from scipy.special import expit
from sklearn.metrics import log_loss
from tests.peers.routes import (
    TEMPERATURES,
    TOLERANCE,
    by_jax,
    by_lossbook,
    by_torch,
    compare,
    compare_curves,
    difference,
    margins,
    sides,
)

from lossbook.loss import logistic

pytestmark = pytest.mark.peers


def in_optax(margin: Any, label: int, scale: float) -> Any:
    return optax.sigmoid_binary_cross_entropy(label * margin / scale, (label + 1) / 2)


def in_torch(points: Any, label: int, scale: float) -> Any:
    target = torch.full_like(points, (label + 1) / 2)
    return torch.nn.functional.binary_cross_entropy_with_logits(label * points / scale, target, reduction="none")


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_values_and_derivatives(temperature: str) -> None:
    points, scale = margins(), float(Fraction(temperature))
    for label, side in sides(logistic(temperature)):
        ours = by_lossbook(side, points)
        compare_curves("logistic, optax", ours, by_jax(partial(in_optax, label=label, scale=scale), points))
        theirs = by_torch(partial(in_torch, label=label, scale=scale), points)
        compare("logistic, PyTorch, values, of the largest", ours[0], theirs[0], of_largest=True)
        compare("logistic, PyTorch, derivatives, of the largest", ours[1], theirs[1], of_largest=True)


@pytest.mark.parametrize(("label", "part"), [(-1, 0), (1, 1)])
def test_small_numbers_have_few_digits_in_torch(label: int, part: int) -> None:
    """It takes the loss of negatives as z - log p and the slope for positives as p - 1, rounded as z and 1 are.

    At the logit 30 two or three digits are left, of numbers that hardly matter; optax keeps them all.
    """
    points = np.linspace(0.9, 1, 100)
    ours = by_lossbook(logistic("1/30").positive, points)[part]
    assert difference(ours, by_jax(partial(in_optax, label=label, scale=1 / 30), points)[part]) < TOLERANCE
    assert 1e-4 < difference(ours, by_torch(partial(in_torch, label=label, scale=1 / 30), points)[part]) < 0.1


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_mean_of_scikit_learn(temperature: str) -> None:
    """It takes the probabilities of both classes: from one alone, the other would lose its digits."""
    points, scale = margins(), float(Fraction(temperature))
    labels = np.random.default_rng(1).choice([-1, 1], len(points))
    logits = labels * points / scale
    theirs = log_loss(labels, np.column_stack([expit(-logits), expit(logits)]))
    compare("logistic, scikit-learn, values", logistic(temperature)(points).mean(), theirs)


def test_another_temperature_is_refused() -> None:
    ours = by_lossbook(logistic("1/3").positive, margins())
    for wrong in (1.0, 0.333):
        with pytest.raises(AssertionError, match="values"):
            compare_curves("control", ours, by_torch(partial(in_torch, label=1, scale=wrong), margins()))


def test_float32_is_refused() -> None:
    ours = by_lossbook(logistic().positive, margins())
    with pytest.raises(AssertionError):
        compare_curves("control", ours, by_torch(lambda points: in_torch(points.float(), 1, 1.0).double(), margins()))
