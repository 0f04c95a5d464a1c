"""From a cover to candidates and their enclosures."""

import pytest
from flint import arb, ctx, fmpq

from lossbook.balls import UnresolvedError
from lossbook.certified import zeros
from lossbook.certified.cover import Stretch, cells, stretches
from lossbook.certified.slope import Box, Node, Slope
from lossbook.certified.zeros import candidates, narrowed, sign_pattern
from lossbook.sigmoid import families


def node(place: int, sign: int) -> Node:
    """Make a node whose slope has this sign, or an unknown one."""
    return Node(fmpq(place), (), [], arb(0, 1) if sign == 0 else arb(sign))


def pieces(*marks: str, ends: tuple[int, int] = (0, 0)) -> list[Stretch]:
    """Make stretches of these kinds, between nodes 0, 1, 2, ... with known signs at the ends."""
    nodes = [node(i, 1) for i in range(len(marks) + 1)]
    nodes[0], nodes[-1] = node(0, ends[0]), node(len(marks), ends[1])
    return [Stretch(nodes[i], nodes[i + 1], kind) for i, kind in enumerate(marks)]


def listed(found: list[zeros.Candidate]) -> list[tuple[int, int, bool]]:
    """List ends and certainty."""
    return [(int(one.low.p), int(one.high.p), one.certain) for one in found]


@pytest.mark.parametrize(
    ("marks", "ends", "exact", "expected", "pattern"),
    [
        (["+", "falls", "-"], (1, -1), [], [(1, 2, True)], "+-"),
        (["-"], (-1, -1), [], [(0, 0, True)], "-"),
        (["+"], (1, 1), [], [(1, 1, True)], "+"),
        (["-", "rises", "+", "falls", "-"], (-1, -1), [], [(0, 0, True), (3, 4, True)], "-+-"),
        (["rises", "falls"], (-1, -1), [], [(0, 0, True), (1, 2, True)], "-+-"),
        (["falls", "-"], (0, -1), [], [(0, 1, True)], "?-"),
        (["rises", "+"], (0, 1), [], [(0, 0, False), (2, 2, True)], "?+"),
        (["rises", "+"], (0, 1), [0], [(2, 2, True)], "+"),
        (["falls", "-"], (0, -1), [0], [(0, 0, True)], "-"),
        (["+", "falls"], (1, 0), [], [(1, 2, True)], "+?"),
        (["+", "falls"], (1, 0), [2], [(2, 2, True)], "+"),
        (["-", "rises"], (-1, 0), [2], [(0, 0, True)], "-"),
        (["+", "?", "-"], (1, -1), [], [(1, 2, False)], "+?-"),
    ],
)
def test_candidates(
    marks: list[str], ends: tuple[int, int], exact: list[int], expected: list[tuple], pattern: str
) -> None:
    found, zeros = pieces(*marks, ends=ends), frozenset(map(fmpq, exact))
    assert listed(candidates(found, zeros)) == expected
    assert sign_pattern(found, zeros) == pattern


def falling() -> tuple[Slope, Stretch]:
    """Return a slope and the bracket of its zero 2 - 0.261665886...."""
    slope = Slope(families.arctan(), Box.point(fmpq(2), fmpq(98), fmpq(1)))
    found = stretches(list(cells(slope, (fmpq(-2), fmpq(0), fmpq(98)), fmpq(1, 1000), most=1000)))
    return slope, next(piece for piece in found if piece.kind == "falls")


@pytest.mark.parametrize("digits", [1, 15, 60, 300])
def test_narrowing(digits: int) -> None:
    slope, bracket = falling()
    width = fmpq(1, 10**digits)
    low, high = narrowed(slope, bracket, width)
    assert high - low <= width
    with ctx.workprec(1200):
        ratio = arb(196) / 96  # E = A B / (delta (B - A)), T8
        truth = (ratio**2 - 1).sqrt() - ratio
        enclosure = arb(low).union(arb(high))
        assert enclosure.overlaps(truth)
        assert not enclosure.overlaps(truth + arb(width))


def test_a_zero_within_reach_of_the_truth() -> None:
    slope = Slope(families.tanh(), Box.point(fmpq(200), fmpq(300), fmpq(1)))  # the slope there is about exp(-400)
    bracket = Stretch(slope.node(fmpq(-100)), slope.node(fmpq(100)), "falls")
    low, high = narrowed(slope, bracket, fmpq(1, 10**9))
    assert low <= 0 <= high
    assert high - low <= fmpq(1, 10**9)


def test_an_exact_zero_has_no_sign() -> None:
    slope = Slope(families.arctan(), Box.point(fmpq(3), fmpq(3), fmpq(1)))
    bracket = Stretch(slope.node(fmpq(-1)), slope.node(fmpq(1)), "falls")
    low, high = narrowed(slope, bracket, fmpq(1, 10**9))
    assert low <= 0 <= high


def test_unreached_width_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zeros, "_HIGHEST", 100)
    slope, bracket = falling()
    with pytest.raises(UnresolvedError, match=r"enclosed to \d\.\de-\d+ only, not to 1.0e-90"):
        narrowed(slope, bracket, fmpq(1, 10**90))
