"""The paper's claims as the one table that README and front page show."""

from __future__ import annotations

from collections.abc import Mapping

from lossbook.claims.entry import Claim


def table(claims: Mapping[str, Claim]) -> str:
    """Write the paper's claims as a table.

    Args:
        claims: a ledger.

    Returns:
        Markdown, one row for each claim of the paper.
    """
    head = ["| id | claim | verdict |", "|---|---|---|"]
    rows = [
        f"| {name} | {claim.says} | **{claim.verdict}**: {claim.finding} |"
        for name, claim in claims.items()
        if claim.of_the_paper
    ]
    return "\n".join([*head, *rows])
