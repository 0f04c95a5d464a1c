"""The table of the paper's claims."""

from lossbook.claims import ledger, table


def test_one_row_for_each_claim_of_the_paper() -> None:
    rows = table(ledger()).splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == [f"| C{number}" for number in range(1, 12)]
    assert all(row.count(" | ") == 2 for row in rows)
    assert "| **refuted as stated**: " in rows[3]
