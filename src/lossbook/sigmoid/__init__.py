"""Odd sigmoids: the class, its axioms, the five families."""

from lossbook.sigmoid.axioms import AxiomReport, Verdict
from lossbook.sigmoid.odd_sigmoid import OddSigmoid

__all__ = ["AxiomReport", "OddSigmoid", "Verdict"]
