"""The inequalities behind T3 and T7 tried in worlds that are drawn."""

from random import Random
from typing import Any

import pytest
from tests.proof import routes
from tests.proof.worlds import EXACT, ROUNDED

from lossbook.proof import record, sharper
from lossbook.proof.kernel import Rejected, Statement
from lossbook.proof.search import prove
from lossbook.proof.sharper import INCREASING, P, Z, psi
from lossbook.proof.terms import given, increasing, statement

SECOND = 2 * psi(Z) - psi(P) - psi(P + 2 * Z) < 0
CRITERION = 2 * psi(Z) < psi(0) + psi(2 * Z)


@pytest.mark.parametrize("kinds", [EXACT, ROUNDED], ids=["exact", "rounded"])
@pytest.mark.parametrize("name", routes.certificates(sharper))
def test_claim_holds_in_drawn_worlds(name: str, kinds: Any) -> None:
    claim = record.CERTIFICATES[name].prove().statement
    assert isinstance(claim, Statement)
    assert list(routes.counterexamples(claim, Random(1), 12, kinds)) == []


def test_without_the_criterion_there_is_a_counterexample() -> None:
    assert next(routes.counterexamples(statement(SECOND, P >= 0, Z > 0, axioms=INCREASING), Random(1), 1000))


def test_criterion_at_another_place_is_refused() -> None:
    claim = statement(SECOND, P >= 0, Z >= 0, CRITERION.subs(Z, P), axioms=INCREASING)
    steps = [given(CRITERION.subs(Z, P)), increasing(0, P, psi), increasing(2 * Z, P + 2 * Z, psi)]
    with pytest.raises(Rejected, match=r"^T3: the steps do not add up"):
        prove("T3", claim, steps)
