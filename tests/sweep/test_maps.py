"""The measures of the book's maps: what the library computes of the same objects, and settings that do not fit."""

import json
from typing import Any

import pytest

from lossbook import comparison, sweep
from lossbook.comparison import Group
from lossbook.reading import FAMILIES
from lossbook.sweep import maps, measures
from lossbook.sweep.tasks import Tasks


def computed(measure: str, **settings: Any) -> dict[str, Any]:
    """Return what a sweep computes of one task."""
    (task,) = Tasks(sweep.Design(measure=measure, fixed=settings))
    return json.loads(measures.rows([task.configuration])[0])


CONTEST = {"imbalance": 10, "rates": [3e-4], "replicas": 64}


@pytest.fixture(scope="module")
def contest() -> dict[str, Any]:
    """A small contest."""
    return computed("contest", **CONTEST)


def test_contest_gives_the_standings_of_its_group(contest: dict[str, Any]) -> None:
    means, gaps = comparison.standings(Group("arctan", 10, (3e-4,), replicas=64))
    assert contest["means"] == [mean._asdict() for mean in means]
    assert contest["gaps"] == [gap._asdict() for gap in gaps]
    assert contest["error"] is None


def test_records_have_the_columns_that_the_measure_says(contest: dict[str, Any]) -> None:
    for name in ("means", "gaps"):
        kinds = maps.MAPS["contest"].columns[name]
        assert [set(record) for record in contest[name]] == [set(kinds)] * len(contest[name])
        for record in contest[name]:
            for column, kind in kinds.items():
                assert isinstance(record[column], {"text": str, "whole": int, "number": float}[kind])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"imbalance": None}, "imbalance must be given"),
        ({"imbalance": "5/2"}, "imbalance must be a whole number; got '5/2'"),
        ({"sigmoid": "u/sqrt(1+u**2)"}, "sigmoid must be one of arctan, .*; got 'u/sqrt"),
        ({"rates": [1e-3]}, r"common_rate must be one of the rates \(0.001,\); got 0.0003"),
        ({"rates": []}, r"rates must be a list of at least one real number; got \[\]"),
        ({"processes": [[7, 0.0]]}, "processes must have batches that divide 1000; got 7"),
        ({"processes": [[10]]}, r"processes\[0\] must be a pair \[batch, momentum\]; got \[10\]"),
        ({"processes": [[10, 1.0]]}, r"processes\[0\] must be at least 0 and below 1; got 1.0"),
        ({"steps": 10}, "unknown setting 'steps'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_contest_that_does_not_fit_is_refused(changes: dict[str, Any], message: str) -> None:
    settings = {name: value for name, value in {**CONTEST, **changes}.items() if value is not None}
    with pytest.raises(sweep.DesignError, match=message):
        Tasks(sweep.Design(measure="contest", fixed=settings))


def test_points_of_a_contest_are_those_of_all_contenders() -> None:
    settings = {**CONTEST, "rates": [1e-4, 3e-4], "processes": [[1, 0.0]]}
    learners = 2 * len(comparison.BY_NAME) + 4
    assert Tasks(sweep.Design(measure="contest", fixed=settings)).samples == learners * 64 * 100_000


def test_best_pair_is_the_librarys() -> None:
    found = computed("best pair", sigmoid="tanh", outer="1/2", middle=1)
    assert (found["first"], found["second"]) == comparison.best_pair(FAMILIES["tanh"](), "1/2", 1)
    wider = computed("best pair", sigmoid="tanh", scale=2, outer=1, middle=2)
    assert wider["first"] == pytest.approx(2 * found["first"], abs=2e-4)
    assert wider["first"] != pytest.approx(found["first"], abs=2e-4)


def test_births_and_phases_are_the_librarys(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def changes(sigma: Any, outer: Any) -> comparison.Changes:
        asked.append((sigma, outer))
        return comparison.Changes(1.0, 2.0, float("inf"), 4.0, 5.0, 6.0)

    monkeypatch.setattr(maps, "changes", changes)
    monkeypatch.setattr(maps, "certified_phases", lambda sigma, outer: [("1/2", "split")])
    found = computed("births", sigmoid="erf", outer="1/3")
    assert found == {"leaves": 1, "born": 2, "lost": float("inf"), "equal": 4, "parts": 5, "corner": 6, "error": None}
    assert asked == [(FAMILIES["erf"](), "1/3")]
    assert computed("phases", outer=1)["points"] == [{"middle": "1/2", "phase": "split"}]
