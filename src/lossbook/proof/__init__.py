"""Proofs that a machine checks: certificates for unknown functions, and what rests on what.

The checker is :mod:`lossbook.proof.kernel`; nothing else is trusted.
"""

from lossbook.proof.display import refused, show
from lossbook.proof.finder import find
from lossbook.proof.kernel import Rejected, Theorem
from lossbook.proof.search import prove
from lossbook.proof.terms import statement

__all__ = ["Rejected", "Theorem", "find", "prove", "refused", "show", "statement"]
