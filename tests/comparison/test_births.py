"""Births of an interval: phases in order, the search and the proofs of one another's changes, and points between."""

import math
from fractions import Fraction

import pytest

from lossbook.balls import UnresolvedError
from lossbook.certified import merging
from lossbook.comparison import (
    Changes,
    Square,
    births,
    certified_phase,
    certified_phases,
    changes,
    middles_between,
    proved_changes,
    searched_changes,
    searched_phase,
)
from lossbook.sigmoid import families


def test_phases_are_those_of_the_certificates() -> None:
    assert set(births.PHASES) < set(merging.PHASES)
    assert len(set(births.PHASES)) == 4


def test_search_and_proof_find_the_same_changes() -> None:
    found = changes(families.tanh(), "0.229")
    assert isinstance(found, Changes)
    assert found[:3] == pytest.approx(found[3:], rel=3e-4)
    assert found.leaves < found.born < found.lost
    assert found.born != pytest.approx(found.equal, rel=3e-4)  # the control


def test_numbers_have_the_digits_that_they_are_known_to() -> None:
    for number in proved_changes(families.softsign(), "1/3"):
        assert number == float(f"{number:.8g}")
    low, high = merging.critical_middle(families.softsign(), "1/3", digits=12)
    assert proved_changes(families.softsign(), "1/3")[1] == pytest.approx(float(low), rel=2e-8)
    assert proved_changes(families.softsign(), "1/3")[1] != pytest.approx(float(high), rel=1e-11)


def test_where_the_outer_classes_stay_the_change_is_infinite() -> None:
    assert proved_changes(families.tanh(), 1)[2] == math.inf
    assert proved_changes(families.tanh(), "1/2")[2] < math.inf
    assert searched_phase(families.tanh(), 1, 40) == "split"


@pytest.mark.parametrize(
    ("best", "phase"),
    [
        ((0.0, 0.0), "merged at an end"),
        ((2.99995, 3.0), "merged at an end"),
        ((1.4, 1.405), "merged"),
        ((1.4, 1.42), "split"),
        ((0.0, 3.0), "both outer classes lost"),
    ],
)
def test_a_pair_has_one_phase(best: tuple[float, float], phase: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Square, "best", lambda square: best)
    assert searched_phase(families.tanh(), 1, 1) == phase


@pytest.mark.parametrize("best", [(0.0, 1.0), (2.0, 3.0)])
def test_one_lost_class_of_two_is_refused(best: tuple[float, float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Square, "best", lambda square: best)
    with pytest.raises(ArithmeticError, match="one outer class of two is lost at L = 1, M = 1"):
        searched_phase(families.tanh(), 1, 1)


def test_phases_out_of_order_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    phases = births.PHASES
    monkeypatch.setattr(births, "searched_phase", lambda sigma, outer, middle: phases[2 if middle < 1 else 1])
    with pytest.raises(ArithmeticError, match="do not follow each other at L = 1"):
        searched_changes(families.tanh(), 1)


def test_changes_are_bisected(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = (0.4567891, math.pi / 2)
    phase = lambda sigma, outer, middle: births.PHASES[sum(middle >= end for end in ends)]  # noqa: E731
    monkeypatch.setattr(births, "searched_phase", phase)
    leaves, born, lost = searched_changes(families.tanh(), 1)
    assert (leaves, born) == pytest.approx(ends, rel=2e-5)
    assert lost == math.inf
    assert (leaves, born) == tuple(float(f"{number:.5g}") for number in (leaves, born))


def test_points_lie_between_the_changes() -> None:
    chosen = [float(Fraction(middle)) for middle in middles_between(families.tanh(), "1/2")]
    equal, parts, corner = proved_changes(families.tanh(), "1/2")
    assert chosen[0] < equal < chosen[1] < parts < chosen[2] < chosen[3] < corner < chosen[4]
    assert len(middles_between(families.tanh(), "1")) == 4


def test_points_are_certified_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(births, "middles_between", lambda sigma, outer: ["1/4", "3/2"])
    assert certified_phases(families.tanh(), "1") == [("1/4", "merged at an end"), ("3/2", "split")]
    for middle, phase in certified_phases(families.tanh(), "1"):
        assert searched_phase(families.tanh(), "1", middle) == phase


def test_what_is_not_resolved_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(problem: object, sigma: object) -> None:
        raise UnresolvedError("too many boxes")

    monkeypatch.setattr(births, "enclose_maximum", give_up)
    assert certified_phase(families.tanh(), 1, 1) == "undecided"


def test_lengths_that_are_none_are_refused() -> None:
    for function in (changes, middles_between, proved_changes, certified_phases):
        with pytest.raises(ValueError, match=r"^outer must be greater than 0; got -1"):
            function(families.tanh(), -1)
    with pytest.raises(TypeError, match=r"^sigma must be an OddSigmoid"):
        changes("tanh", 1)
