"""Guaranteed answers for one threshold: where the gain is largest, and over whole regions of problems."""

from lossbook.certified.maximum import Certified, LocalMaximum, maximize_gain

__all__ = ["Certified", "LocalMaximum", "maximize_gain"]
