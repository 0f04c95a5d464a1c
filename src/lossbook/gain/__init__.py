"""Gain, risk and their gradients: symbolic for an unknown sigmoid, numeric for a given one."""

from lossbook.gain.numeric import gain, gain_and_gradient, gain_gradient, interval_gradients
from lossbook.gain.risks import risk, risk_gradient

__all__ = ["gain", "gain_and_gradient", "gain_gradient", "interval_gradients", "risk", "risk_gradient"]
