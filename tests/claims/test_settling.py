"""Verdicts are earned: evidence that fails, or that earns another verdict, is refused."""

import numpy as np
import pytest
import sympy

import lossbook as lb
from lossbook.claims import LedgerError, checked, settle
from lossbook.claims.settling import KEY, holds
from lossbook.proof import proposition


@pytest.mark.parametrize(
    "evidence",
    [
        True,
        np.bool_(True),
        sympy.true,
        proposition.case_1(),
        lb.sigmoids.arctan().check(),
        lb.sigmoids.arctan().check()["odd"],
        [True, proposition.case_1()],
        (one for one in (True, True)),
        np.array([True, True]),
    ],
    ids=["bool", "numpy", "sympy", "theorem", "report", "verdict", "list", "generator", "array"],
)
def test_evidence_that_holds(evidence: object) -> None:
    assert holds(evidence)


@pytest.mark.parametrize(
    "evidence",
    [
        False,
        np.bool_(False),
        sympy.false,
        lb.OddSigmoid.parse("u").check(),
        [],
        [True, False],
        [[True], []],
    ],
    ids=["bool", "numpy", "sympy", "report", "nothing", "list", "nested"],
)
def test_evidence_that_does_not_hold(evidence: object) -> None:
    assert not holds(evidence)


@pytest.mark.parametrize("evidence", ["proved", 1, 1.0, None, {"a": True}, sympy.Symbol("x") > 0])
def test_what_is_no_evidence_is_refused(evidence: object) -> None:
    with pytest.raises(TypeError, match="evidence must be a theorem, a verdict, True or False, or a list of these"):
        holds(evidence)


def test_claims_are_settled_in_the_order_of_the_ledger() -> None:
    settled = settle(refuted={"C8'": True}, proved={"C6": proposition.case_1(), "L1": True})
    assert str(settled) == "C6   proved\nC8'  refuted as stated\nL1   proved"
    data, metadata = settled._repr_mimebundle_()
    assert data["text/plain"] == str(settled)
    assert metadata[KEY] == {"C6": "proved", "C8'": "refuted as stated", "L1": "proved"}
    assert "{ref}`C8' <claim-C8prime>`" in data["text/markdown"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"proved": {"C6": False}}, "C6: the evidence does not hold; the ledger says 'proved'"),
        ({"measured": {"C6": True}}, "C6: earned is 'confirmed by measurement', but the ledger says 'proved'"),
        ({"unsolved": {"C6": True}}, "C6: earned is 'open', but the ledger says 'proved'"),
        ({"proved": {"C99": True}}, "the ledger has no claim 'C99'"),
        ({"proved": {"C6": True}, "measured": {"C6": True}}, "C6 is settled twice"),
        ({}, "no claim was named"),
    ],
)
def test_what_the_ledger_does_not_say_is_refused(arguments: dict[str, dict[str, object]], message: str) -> None:
    with pytest.raises(LedgerError, match=message):
        settle(**arguments)


def test_certificates_are_found_by_the_id() -> None:
    assert {theorem.name for theorem in checked("C6")} >= {proposition.case_1().name}
    assert holds(checked("T6"))
    with pytest.raises(LedgerError, match="no certificate belongs to 'C10'"):
        checked("C10")
