"""The checker refuses every changed certificate that the judge finds wrong; an unsound checker is found out."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.proof.judge import drawn_for, fault
from tests.proof.mutants import Mutant, mutants_of
from tests.proof.mutation import chosen, is_accepted, survivors
from tests.proof.routes import theorems

from lossbook.proof import kernel
from lossbook.proof.record import CERTIFICATES


@pytest.fixture(scope="module")
def sample() -> list[Mutant]:
    return chosen(seed=1, kinds=24, each=9)


def test_wrong_certificates_are_refused(sample: list[Mutant]) -> None:
    accepted = [mutant for mutant in sample if is_accepted(mutant)]
    assert [(mutant.name, mutant.kind, fault(mutant)) for mutant in accepted if fault(mutant)] == []
    assert 2 <= len(accepted) < len(sample) / 4


def test_judge_finds_most_changes_wrong(sample: list[Mutant]) -> None:
    faults = [fault(mutant) for mutant in sample[:60]]
    assert sum(map(bool, faults)) > 40
    assert len(set(faults)) > 4


def test_unchanged_certificates_are_right() -> None:
    for theorem in theorems()[::3]:
        same = Mutant("none", theorem.name, theorem.statement, theorem.parts)
        assert is_accepted(same)
        assert len(drawn_for(same)) > 4, "the judge has nothing to go by"
        assert fault(same) == ""


def says_yes(*_: Any) -> bool:
    return True


def is_always_strict(weigh: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: (weigh(*given)[0], True)


def without_conditions(instance: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: (*instance(*given)[:2], [])


def set_in_kernel(name: str, lie: Callable[..., Any]) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(kernel, name, lie)


UNSOUND = {
    "side conditions hold": ("subadditivity", set_in_kernel("follows", says_yes)),
    "steps have no side conditions": ("subadditivity", set_in_kernel("instance", without_conditions(kernel.instance))),
    "sums are right": ("subadditivity", set_in_kernel("vanishes", says_yes)),
    "steps are strict": ("subadditivity_at_0", set_in_kernel("weigh", is_always_strict(kernel.weigh))),
    "functions have the axioms": ("drop_subadditivity", lambda patch: patch.setattr(kernel.Axioms, "imply", says_yes)),
    "covers have no gap": ("case_2", set_in_kernel("cover", lambda *_: None)),
    "parts hold everywhere": ("case_2", set_in_kernel("region", lambda *_: [])),
}


@pytest.mark.parametrize("lie", UNSOUND)
def test_unsound_checker_is_found_out(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, told = UNSOUND[lie]
    changes = [change for change in mutants_of(CERTIFICATES[name].prove()) if change.kind != "part changed"]
    told(monkeypatch)
    assert next(survivors(changes), None) is not None
