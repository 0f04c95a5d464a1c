"""The ledger of claims: what is claimed, what was found, and what the finding rests on.

The entries stand in `ledger.toml`. A chapter earns the verdict of an entry by a check of its own (:func:`settle`), and
what does not agree, in ledger, chapters, README or Coq development, is a fault (:func:`faults`).
"""

from lossbook.claims.agreement import Sources, faults, sources
from lossbook.claims.entry import MEASURED, OPEN, PROVED, REFUTED, SHARPER, VERDICTS, Claim, LedgerError, ledger
from lossbook.claims.papers import table
from lossbook.claims.settling import Settled, checked, settle

__all__ = [
    "MEASURED",
    "OPEN",
    "PROVED",
    "REFUTED",
    "SHARPER",
    "VERDICTS",
    "Claim",
    "LedgerError",
    "Settled",
    "Sources",
    "checked",
    "faults",
    "ledger",
    "settle",
    "sources",
    "table",
]
