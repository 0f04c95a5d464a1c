"""What a measure is: every one in the registry has settings, columns and a pilot that fit together."""

import pytest

from lossbook.sweep.measures import MEASURES
from lossbook.sweep.settings import SETTINGS

KINDS = {"number", "whole", "text", "numbers", "place"}


def kinds(columns: dict[str, object]) -> set[object]:
    """Return the kinds of all columns, those of records too."""
    found: set[object] = set()
    for kind in columns.values():
        found |= kinds(kind) if isinstance(kind, dict) else {kind}
    return found


@pytest.mark.parametrize("name", MEASURES)
def test_measure_fits_together(name: str) -> None:
    measure = MEASURES[name]
    assert set(measure.settings) <= set(SETTINGS)
    assert set(measure.defaults) <= set(measure.settings)
    assert kinds(measure.columns) <= KINDS
    assert not {"index", "task", "error", "configuration"} & set(measure.columns)
    assert not (set(measure.columns) & set(measure.settings))
    assert (measure.samples is None) == (measure.pilot is None)


def test_a_kind_that_there_is_not_is_seen() -> None:
    assert kinds({"a": "number", "b": {"c": "complex"}}) - KINDS == {"complex"}
