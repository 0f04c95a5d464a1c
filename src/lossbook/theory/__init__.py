"""Predictions to hold simulations against: the linearised process and the exact stationary law of one threshold."""

from lossbook.theory.landscape import Landscape, minima
from lossbook.theory.linear import Linearised, linearise, settled
from lossbook.theory.ulam import StationaryLaw, stationary_law

__all__ = ["Landscape", "Linearised", "StationaryLaw", "linearise", "minima", "settled", "stationary_law"]
