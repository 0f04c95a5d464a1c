"""Guaranteed answers: where the gain is largest, or the risk least, for one threshold or a few, and over regions."""

from lossbook.certified.global_maximum import GlobalMaximum, enclose_maximum
from lossbook.certified.maximum import LocalMaximum, maximize_gain
from lossbook.certified.minimum import LocalMinimum, minimize_risk
from lossbook.certified.points import enclose_gradient
from lossbook.certified.search import Certified

__all__ = [
    "Certified",
    "GlobalMaximum",
    "LocalMaximum",
    "LocalMinimum",
    "enclose_gradient",
    "enclose_maximum",
    "maximize_gain",
    "minimize_risk",
]
