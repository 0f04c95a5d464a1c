"""The stored tables: some contenders among themselves."""

import pytest

from lossbook import comparison
from lossbook.comparison import Gap


def test_some_contenders_are_compared_among_themselves() -> None:
    row = Gap("arctan", 10, "1000", "error", "own", "a", 1e-3, 1.0, 0.0, 0.0)
    gaps = [row, row._replace(loss="b", mean=3.0, gap=2.0, gap_error=0.3)]
    gaps += [row._replace(loss="c", mean=1.5, gap=0.5, gap_error=0.1), row._replace(stage="10000", loss="b", mean=9.0)]
    found = {(gap.stage, gap.loss): (gap.gap, gap.gap_error) for gap in comparison.among(gaps, ["b", "c"])}
    assert found["1000", "c"] == (0, 0)
    assert found["1000", "b"] == pytest.approx((1.5, 0.4))
    assert found["10000", "b"] == (0, 0)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("number", "digits", "found"), [(0.1234567, 3, 0.123), (9.9999999, 6, 10), (-4.56e-9, 2, -4.6e-9)]
)
def test_numbers_are_rounded_to_significant_digits(number: float, digits: int, found: float) -> None:
    assert comparison.rounded(number, digits) == found
    assert comparison.rounded(float("inf"), digits) == float("inf")


def test_told_apart_keeps_its_level_over_all_comparisons() -> None:
    row = Gap("arctan", 10, "1000", "error", "own", "a", 1e-3, 1.0, 0.0, 1.0)
    sizes = (0.0, 2.6, 3.1, 9.0)
    alone = [comparison.told_apart([row._replace(gap=size)]) for size in sizes]
    assert alone == [[False], [True], [True], [True]]
    assert comparison.told_apart([row._replace(gap=size) for size in sizes]) == [False, False, True, True]
    assert comparison.told_apart([row._replace(gap=3.1)] * 40 + [row._replace(gap=9.0)]) == [False] * 40 + [True]
