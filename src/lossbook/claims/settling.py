"""Settle claims by the checks of a chapter: what is proved, sharpened, refuted or measured there, and by what.

Evidence is a theorem that the kernel has checked, a verdict or a report of verdicts, the truth value of a comparison,
or a collection of these. If it does not hold, the claim is open; if that is not what the ledger says, it is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from lossbook.claims.entry import MEASURED, OPEN, PROVED, REFUTED, SHARPER, LedgerError, ledger
from lossbook.proof import Theorem, graph
from lossbook.verdict import Report, Verdict

KEY = "lossbook_verdicts"
_SIGNS = {PROVED: "✓", SHARPER: "✓", REFUTED: "✗", MEASURED: "≈", OPEN: "?"}


def holds(evidence: Any) -> bool:
    """Tell whether evidence holds.

    Args:
        evidence: a theorem, a verdict, a report, a truth value, or a collection of these.

    Returns:
        whether all of it holds; a collection of nothing does not.

    Raises:
        TypeError: it is something else, which has no truth value of its own.
    """
    if isinstance(evidence, Theorem):
        return True  # none can be made but by the kernel's check
    if isinstance(evidence, Verdict):
        return evidence == "proved"
    if isinstance(evidence, Report):
        return evidence.proved
    if isinstance(evidence, bool | np.bool_ | sympy.logic.boolalg.BooleanAtom):
        return bool(evidence)
    if isinstance(evidence, Iterable) and not isinstance(evidence, str | Mapping):
        parts = list(evidence)
        return bool(parts) and all(holds(part) for part in parts)
    raise TypeError(f"evidence must be a theorem, a verdict, True or False, or a list of these, not {evidence!r}")


def checked(name: str) -> list[Theorem]:
    """Check every certificate of a statement, and return what it proves.

    Args:
        name: the statement's id.

    Returns:
        the theorems, at least one.

    Raises:
        LedgerError: no certificate belongs to it.
    """
    theorems = [one.prove() for one in graph.certificates() if name in one.ids]
    if not theorems:
        raise LedgerError(f"no certificate belongs to {name!r}")
    return theorems


@dataclass(frozen=True)
class Settled:
    """Claims that a chapter has settled; shows as a table.

    Attributes:
        verdicts: by the claims' ids.
    """

    verdicts: Mapping[str, str]

    def __str__(self) -> str:
        """Write one line a claim."""
        width = max(map(len, self.verdicts))
        return "\n".join(f"{name:{width}}  {verdict}" for name, verdict in self.verdicts.items())

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        """Give the table in MyST Markdown for pages, and the verdicts as metadata for the ledger."""
        rows = [
            f"| {{ref}}`{name} <{ledger()[name].anchor}>` | {_SIGNS[verdict]} {verdict} | {ledger()[name].finding} |"
            for name, verdict in self.verdicts.items()
        ]
        head = ["| claim | verdict | precisely |", "|---|---|---|"]
        return {"text/plain": str(self), "text/markdown": "\n".join([*head, *rows])}, {KEY: dict(self.verdicts)}


def settle(
    *,
    proved: Mapping[str, Any] | None = None,
    sharper: Mapping[str, Any] | None = None,
    refuted: Mapping[str, Any] | None = None,
    measured: Mapping[str, Any] | None = None,
    unsolved: Mapping[str, Any] | None = None,
) -> Settled:
    """Settle claims, each by its evidence.

    Args:
        proved: claims that are proved as stated, with the evidence.
        sharper: claims that are proved under a condition that is sharper than stated.
        refuted: claims that are false as stated, with the evidence of the counterexample.
        measured: claims that a measurement confirms.
        unsolved: claims without proof or counterexample, with what was tried and did not decide.

    Returns:
        the verdicts, in the ledger's order.

    Raises:
        LedgerError: no claim is named, or one twice, or one that the ledger lacks; evidence does not hold; or the
            ledger gives another verdict.

    Example:
        >>> print(settle(proved={"C6": True}))
        C6  proved
    """
    groups = {PROVED: proved, SHARPER: sharper, REFUTED: refuted, MEASURED: measured, OPEN: unsolved}
    earned: dict[str, str] = {}
    for verdict, group in groups.items():
        for name, evidence in (group or {}).items():
            _agree(name, verdict if holds(evidence) else None, earned)
            earned[name] = verdict
    if not earned:
        raise LedgerError("no claim was named: give at least one, as in proved={'C6': ...}")
    return Settled(dict(sorted(earned.items(), key=lambda one: list(ledger()).index(one[0]))))


def _agree(name: str, verdict: str | None, earned: Mapping[str, str]) -> None:
    """Refuse an id that the ledger lacks or that comes twice, evidence that fails, and another verdict."""
    if name not in ledger():
        raise LedgerError(f"the ledger has no claim {name!r}")
    if name in earned:
        raise LedgerError(f"{name} is settled twice")
    if verdict is None:
        raise LedgerError(f"{name}: the evidence does not hold; the ledger says {ledger()[name].verdict!r}")
    if verdict != ledger()[name].verdict:
        raise LedgerError(f"{name}: earned is {verdict!r}, but the ledger says {ledger()[name].verdict!r}")
