"""What the tests against other libraries share: the points, the routes of differentiation, and the comparison."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lossbook.loss import MarginFunction, MarginLoss

TOLERANCE = 1e-12
TEMPERATURES = ("2", "1", "1/3", "1/10", "1/30")
LABELS = (1, -1)
AWAY = 1e-3  # from a kink: there the slopes of programs differ by convention, and small numbers by cancellation
LARGEST: dict[str, float] = {}

Curve = tuple[np.ndarray, np.ndarray]  # values, and derivatives by the margin


def margins(*kinks: float) -> np.ndarray:
    """Give 2000 and some margins in [-1, 1], at random, with the ends and 0, none of them next to a kink."""
    points = np.concatenate([np.random.default_rng(0).uniform(-1, 1, 2000), [-1, 0, 1], [-1e-9, 1e-9]])
    return points[np.all([np.abs(points - kink) > AWAY for kink in (*kinks, 9)], axis=0)]


def by_lossbook(side: MarginFunction, points: np.ndarray) -> Curve:
    """Evaluate one function of the margin and its derivative."""
    return side.numeric(points), side.numeric_derivative(points)


def by_jax(loss: Callable[[Any], Any], points: np.ndarray) -> Curve:
    """Evaluate a JAX function of one margin, and differentiate it."""
    import jax

    jax.config.update("jax_enable_x64", True)
    values, slopes = jax.vmap(jax.value_and_grad(loss))(points)
    assert values.dtype == slopes.dtype == np.float64
    return np.asarray(values), np.asarray(slopes)


def by_torch(loss: Callable[[Any], Any], points: np.ndarray) -> Curve:
    """Evaluate a PyTorch function of many margins, and differentiate it."""
    import torch

    inputs = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    values = loss(inputs)
    (slopes,) = torch.autograd.grad(values.sum(), inputs)
    assert values.dtype == slopes.dtype == torch.float64
    return values.detach().numpy(), slopes.numpy()


def difference(ours: Any, theirs: Any, of_largest: bool = False) -> float:
    """Give the largest difference, each relative to the larger of the two numbers, or to the largest of all."""
    ours, theirs = np.atleast_1d(ours), np.atleast_1d(theirs)
    assert ours.shape == theirs.shape
    size = np.maximum(np.abs(ours), np.abs(theirs))
    apart = np.abs(ours - theirs)
    size = np.full_like(size, size.max()) if of_largest else size
    return float(np.max(np.divide(apart, size, out=np.zeros_like(apart), where=size > 0)))


def compare(name: str, ours: Any, theirs: Any, of_largest: bool = False) -> None:
    """Note how far two columns of numbers are apart, and insist that it is not far."""
    found = difference(ours, theirs, of_largest)
    assert found <= TOLERANCE, f"{name}: {found:.2g}"
    LARGEST[name] = max(found, LARGEST.get(name, 0.0))


def compare_curves(name: str, ours: Curve, theirs: Curve) -> None:
    """Compare values, and derivatives."""
    compare(f"{name}, values", ours[0], theirs[0])
    compare(f"{name}, derivatives", ours[1], theirs[1])


def sides(loss: MarginLoss) -> list[tuple[int, MarginFunction]]:
    """Give each label with its function."""
    return list(zip(LABELS, loss.sides, strict=True))
