"""Odd sigmoids: the class, its axioms, the five families."""

from lossbook.sigmoid.axioms import AxiomReport
from lossbook.sigmoid.odd_sigmoid import OddSigmoid, checked_sigmoid
from lossbook.verdict import Verdict

__all__ = ["AxiomReport", "OddSigmoid", "Verdict", "checked_sigmoid"]
