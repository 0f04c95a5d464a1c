"""Verdicts on properties of a formula: proved, refuted with a point, or undecided."""

from __future__ import annotations

from typing import Any

import sympy


class Verdict(str):
    """The verdict on one property; equal to the text ``"proved"``, ``"refuted"`` or ``"undecided"``.

    Attributes:
        axiom: the name of the property.
        point: where it fails: an exact number (``oo`` for a limit), or where what is proved begins; else None.
        reason: one sentence that says how it was decided.
    """

    axiom: str
    point: sympy.Expr | None
    reason: str

    def __new__(cls, outcome: str, axiom: str, reason: str, point: sympy.Expr | None = None) -> Verdict:
        """Make a verdict from its outcome, axiom, reason and point."""
        verdict = super().__new__(cls, outcome)
        verdict.axiom, verdict.point, verdict.reason = axiom, point, reason
        return verdict

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Give what a copy is made from; a text alone would be taken for the outcome without its axiom."""
        return str(self), self.axiom, self.reason, self.point


class Report(dict[str, Verdict]):
    """The verdicts by the name of the property; prints as a table."""

    kind = "property"

    @property
    def proved(self) -> bool:
        """Whether every property is proved."""
        return all(verdict == "proved" for verdict in self.values())

    @property
    def refuted(self) -> list[Verdict]:
        """The verdicts that are refutations."""
        return [verdict for verdict in self.values() if verdict == "refuted"]

    def __str__(self) -> str:
        """Write one line a property."""
        width = max(10, *map(len, self)) if self else 10
        return "\n".join(f"{name:{width}} {verdict!s:9} {verdict.reason}" for name, verdict in self.items())

    def _repr_markdown_(self) -> str:
        rows = [f"| {name} | {verdict!s} | {verdict.reason} |" for name, verdict in self.items()]
        return "\n".join([f"| {self.kind} | verdict | how |", "|---|---|---|", *rows])
