"""Guaranteed answers for one threshold: where the gain is largest, or the risk least; and over regions of problems."""

from lossbook.certified.maximum import LocalMaximum, maximize_gain
from lossbook.certified.minimum import LocalMinimum, minimize_risk
from lossbook.certified.search import Certified

__all__ = ["Certified", "LocalMaximum", "LocalMinimum", "maximize_gain", "minimize_risk"]
