"""The sign cover: cells without gaps, each with what it claims; stretches in order."""

import itertools

import pytest
from flint import ctx, fmpq

from lossbook.certified.cover import Cell, Stretch, cells, stretches
from lossbook.certified.slope import Box, Node, Slope
from lossbook.sigmoid import families

SMALL = fmpq(1, 10**12)
CASES = {
    "+-": (families.arctan(), fmpq(2), fmpq(98), fmpq(1)),
    "-": (families.arctan(), fmpq(1, 10), fmpq(3), fmpq(1)),
    "+": (families.erf(), fmpq(1), fmpq(2), fmpq(2000)),
    "-+-": (families.softsign(), fmpq(1, 2), fmpq(151, 100), fmpq(1)),
}


def covered(case: str) -> tuple[Slope, list[Cell]]:
    """Cover one of the cases."""
    sigma, positive, negative, ratio = CASES[case]
    slope = Slope(sigma, Box.point(positive, negative, ratio))
    with ctx.workprec(100):
        return slope, list(cells(slope, (-positive, fmpq(0), negative), SMALL, most=1000))


@pytest.mark.parametrize("case", CASES)
def test_cells_have_no_gaps_and_keep_their_word(case: str) -> None:
    slope, cover = covered(case)
    _, positive, negative, _ = CASES[case]
    assert (cover[0].left.place, cover[-1].right.place) == (-positive, negative)
    assert all(left.right.place == right.left.place for left, right in itertools.pairwise(cover))
    for cell in cover:
        inner = [slope.node(cell.left.place + (cell.right.place - cell.left.place) * fmpq(k, 7)) for k in range(8)]
        assert cell.sign or cell.trend
        if cell.sign:
            assert {node.sign for node in inner} == {cell.sign}
        else:
            rises = [(after.slope - before.slope) * cell.trend for before, after in itertools.pairwise(inner)]
            assert all(rise > 0 for rise in rises)


@pytest.mark.parametrize("case", CASES)
def test_stretches_alternate(case: str) -> None:
    _, cover = covered(case)
    kinds = [piece.kind for piece in stretches(cover)]
    written = "".join({"falls": "+-", "rises": "-+"}.get(kind, kind) for kind in kinds)
    shortened = written[0] + "".join(b for a, b in itertools.pairwise(written) if a != b)
    assert shortened == case


def test_cuts_are_counted() -> None:
    sigma, positive, negative, ratio = CASES["-+-"]
    slope = Slope(sigma, Box.point(positive, negative, ratio))
    cover = list(cells(slope, (-positive, fmpq(0), negative), SMALL, most=3))
    assert len(cover) == 5
    assert any(not cell.sign and not cell.trend for cell in cover)
    assert "?" in {piece.kind for piece in stretches(cover)}


def test_strict_cells_know_the_signs_at_their_ends() -> None:
    slope = Slope(families.arctan(), Box.point(fmpq(3), fmpq(3), fmpq(1)))  # the slope is exactly 0 at the truth
    places = (fmpq(-3), fmpq(0), fmpq(3))
    loose, strict = (list(cells(slope, places, SMALL, most=1000, strict=strict)) for strict in (False, True))
    assert len(loose) < len(strict)
    unknown = [cell for cell in strict if not cell.sign and not (cell.left.sign and cell.right.sign)]
    assert all(cell.right.place - cell.left.place <= SMALL for cell in unknown)
    assert (
        [piece.kind for piece in stretches(loose)] == [piece.kind for piece in stretches(strict)] == ["+", "falls", "-"]
    )


def node(place: int, sign: int) -> Node:
    """Make a node whose slope has this sign."""
    from flint import arb

    return Node(fmpq(place), (), [], arb(0, 1) if sign == 0 else arb(sign))


def chain(*parts: int | tuple[int, int]) -> list[Cell]:
    """Make cells from alternating node signs and cell marks (sign, trend)."""
    nodes = [node(i, sign) for i, sign in enumerate(parts[::2])]
    return [Cell(nodes[i], nodes[i + 1], *mark) for i, mark in enumerate(parts[1::2])]


def kinds(found: list[Stretch]) -> list[tuple[str, int, int]]:
    """List kind and ends."""
    return [(piece.kind, int(piece.left.place.p), int(piece.right.place.p)) for piece in found]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((1, (1, 0), 1, (1, 0), 1), [("+", 0, 2)]),
        ((1, (0, -1), -1), [("falls", 0, 1)]),
        ((1, (0, -1), 0, (0, -1), -1), [("falls", 0, 2)]),  # an exact zero between two falling cells
        ((-1, (0, 1), 1, (0, -1), -1), [("rises", 0, 1), ("falls", 1, 2)]),
        ((-1, (0, 1), 0, (0, -1), -1), [("?", 0, 2)]),  # it may or may not reach 0 in between
        ((1, (0, -1), 1, (0, -1), -1, (-1, 0), -1), [("+", 0, 1), ("falls", 1, 2), ("-", 2, 3)]),
        ((1, (0, 0), -1), [("?", 0, 1)]),
        ((0, (0, -1), -1), [("falls", 0, 1)]),
        ((0, (0, -1), 1), [("+", 0, 1)]),
    ],
)
def test_joining(parts: tuple, expected: list[tuple[str, int, int]]) -> None:
    assert kinds(stretches(chain(*parts))) == expected
