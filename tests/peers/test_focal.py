"""The focal loss against optax, with and without its class weights alpha and 1 - alpha.

PyTorch has no focal loss: that of torchvision is not looked at.
"""

from fractions import Fraction
from functools import partial
from typing import Any

import optax
import pytest
from tests.peers.routes import by_jax, by_lossbook, compare_curves, margins, sides

from lossbook.loss import focal

pytestmark = pytest.mark.peers


def in_optax(margin: Any, label: int, scale: float, gamma: float, alpha: float | None = None) -> Any:
    return optax.sigmoid_focal_loss(label * margin / scale, (label + 1) / 2, alpha=alpha, gamma=gamma)


@pytest.mark.parametrize("temperature", ["2", "1/3", "1/30"])
@pytest.mark.parametrize("gamma", ["0", "1/2", "2", "5"])
def test_values_and_derivatives(gamma: str, temperature: str) -> None:
    points, scale, power = margins(), float(Fraction(temperature)), float(Fraction(gamma))
    for label, side in sides(focal(gamma, temperature)):
        theirs = by_jax(partial(in_optax, label=label, scale=scale, gamma=power), points)
        compare_curves("focal, optax", by_lossbook(side, points), theirs)


@pytest.mark.parametrize("alpha", ["1/4", "9/10"])
def test_class_weights(alpha: str) -> None:
    share = Fraction(alpha)
    for label, side in sides(focal().weighted((share, 1 - share))):
        theirs = by_jax(partial(in_optax, label=label, scale=1.0, gamma=2.0, alpha=float(share)), margins())
        compare_curves("focal, weighted, optax", by_lossbook(side, margins()), theirs)


def test_another_exponent_temperature_and_weight_are_refused() -> None:
    points, right = margins(), {"label": 1, "scale": 1.0, "gamma": 2.0}
    ours = by_lossbook(focal().positive, points)
    for wrong in ({"gamma": 2.001}, {"scale": 1.001}, {"alpha": 0.5}):
        with pytest.raises(AssertionError, match="values"):
            compare_curves("control", ours, by_jax(partial(in_optax, **{**right, **wrong}), points))
