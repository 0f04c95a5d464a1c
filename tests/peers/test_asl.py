"""The asymmetric loss (ASL) against its article's formulas in PyTorch, which no package has.

Once autograd goes through everything, once the focusing weight is a constant to it.
"""

from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from tests.peers.routes import by_lossbook, by_torch, compare, compare_curves, difference, margins, sides

from lossbook.loss import M, MarginFunction, asl
from lossbook.loss.stopped import stopped_asl_derivative
from lossbook.numeric import NumericFunction

pytestmark = pytest.mark.peers

TEMPERATURES = ("1", "1/3", "1/30")
SETTINGS = [("0", "4", "1/20"), ("1", "2", "1/5"), ("2", "1", "0"), ("0", "0", "1/20")]  # both gammas, clip


def sigmoid(logits: Any) -> Any:
    """Keep the digits of the derivative p (1 - p) where p is next to 1: PyTorch takes 1 - p from the rounded p."""
    return torch.where(logits > 0, 1 - torch.sigmoid(-logits), torch.sigmoid(logits))


def in_torch(points: Any, label: int, settings: tuple[float, ...], stopped: bool = False) -> Any:
    """Compute the article's loss for the logit z = y m / T: the gradient goes through the weight unless stopped."""
    plus, minus, clip, scale = settings
    logits = label * points / scale
    if label == 1:
        weight, entropy = sigmoid(-logits) ** plus, -torch.nn.functional.logsigmoid(logits)
    elif clip:
        shifted = (sigmoid(logits) - clip).clamp(min=0)
        weight, entropy = shifted**minus, -torch.log1p(-shifted)
    else:
        weight, entropy = sigmoid(logits) ** minus, -torch.nn.functional.logsigmoid(-logits)
    return (weight.detach() if stopped else weight) * entropy


def numbers(*settings: str) -> tuple[float, ...]:
    return tuple(float(Fraction(text)) for text in settings)


def points_for(side: MarginFunction) -> np.ndarray:
    """Give margins away from the kink."""
    return margins(*map(float, side.kinks))


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("setting", SETTINGS)
def test_values_and_derivatives(setting: tuple[str, ...], temperature: str) -> None:
    exact = (*setting, temperature)
    for label, side in sides(asl(*exact)):
        points = points_for(side)
        theirs = by_torch(partial(in_torch, label=label, settings=numbers(*exact)), points)
        compare_curves("ASL, PyTorch", by_lossbook(side, points), theirs)


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("setting", SETTINGS)
def test_stopped_gradient(setting: tuple[str, ...], temperature: str) -> None:
    exact = (*setting, temperature)
    for formula, (label, side) in zip(stopped_asl_derivative(*exact), sides(asl(*exact)), strict=True):
        points = points_for(side)
        _, theirs = by_torch(partial(in_torch, label=label, settings=numbers(*exact), stopped=True), points)
        compare("ASL, PyTorch, stopped gradients", NumericFunction(formula, M)(points), theirs)


def test_stopped_gradient_is_not_the_derivative() -> None:
    """It is 3 to 5 times too small for margins in [-1, 1]."""
    side, settings = asl().negative, numbers("0", "4", "1/20", "1")
    _, stopped = by_torch(partial(in_torch, label=-1, settings=settings, stopped=True), margins())
    share = stopped / side.numeric_derivative(margins())
    assert 0.22 < share.min() < 0.221
    assert 0.318 < share.max() < 0.319


@pytest.mark.parametrize("wrong", [("1", "4", "1/20"), ("4", "0", "1/20"), ("0", "5", "1/20"), ("0", "4", "1/19")])
def test_another_setting_is_refused(wrong: tuple[str, ...]) -> None:
    """Swapped exponents, others, and another clip: one class at least differs."""
    worst = 0.0
    for label, side in sides(asl()):
        theirs = by_torch(partial(in_torch, label=label, settings=numbers(*wrong, "1")), margins())
        worst = max(worst, difference(side.numeric(margins()), theirs[0]))
    assert worst > 1e-3


def test_swapped_classes_and_another_temperature_are_refused() -> None:
    ours = by_lossbook(asl().negative, margins())
    for label, scale in ((1, 1.0), (-1, 1.001)):
        theirs = by_torch(partial(in_torch, label=label, settings=(0, 4, 0.05, scale)), margins())
        with pytest.raises(AssertionError, match="values"):
            compare_curves("control", ours, theirs)
