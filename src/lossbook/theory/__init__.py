"""Predictions for simulations: the linearised process, the stationary law of one threshold, how two of them part."""

from lossbook.theory.landscape import Landscape, minima
from lossbook.theory.linear import Linearised, linearise, settled
from lossbook.theory.parting import Parting, parting, parting_curvature
from lossbook.theory.ulam import StationaryLaw, stationary_law

__all__ = [
    "Landscape",
    "Linearised",
    "Parting",
    "StationaryLaw",
    "linearise",
    "minima",
    "parting",
    "parting_curvature",
    "settled",
    "stationary_law",
]
