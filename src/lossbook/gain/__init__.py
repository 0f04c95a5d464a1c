"""Gain, risk and gradient: symbolic for an unknown sigmoid, numeric for a given one."""

from lossbook.gain.numeric import gain, gain_gradient, risk

__all__ = ["gain", "gain_gradient", "risk"]
