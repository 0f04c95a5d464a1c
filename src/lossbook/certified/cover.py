r"""A sign cover of a slope: cells on which it has one sign or is monotone, and what follows for its zeros.

The interval is cut until on every cell the slope $h$ is shown to have one sign, or to rise or fall strictly. Three
enclosures are tried: the range of $h$ on the cell, the mean value form from either end,
$h(s)\in h(s_0)+h'(\text{cell})(s-s_0)$, and the range of $h'$. A strictly monotone stretch whose ends have opposite
signs holds exactly one zero. What stays undecided down to the smallest width is kept and said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flint import arb, fmpq

from lossbook.balls import ball_sign
from lossbook.certified.slope import Node, Place, SlopeFunction

_NONE = fmpq(0)


@dataclass(frozen=True)
class Cell:
    """A stretch between two nodes.

    Attributes:
        left: its left node.
        right: its right node.
        sign: 1 or -1 if the slope has that sign on all of it, else 0.
        trend: 1 if the slope rises strictly on it, -1 if it falls strictly, else 0; not sought where the sign is known.
        flat: whether the slope is exactly 0 on all of it.
    """

    left: Node
    right: Node
    sign: int = 0
    trend: int = 0
    flat: bool = False


@dataclass(frozen=True)
class Stretch:
    """A maximal run of cells with the same sign, or around zeros.

    Attributes:
        left: its left node.
        right: its right node.
        kind: ``"+"`` or ``"-"``: the slope's sign; ``"falls"`` or ``"rises"``: strictly, through exactly one zero, or
            from or to an end where the sign is not known; ``"?"``: undecided, or exactly 0.
        open: the width of its undecided cells, without those on which the slope is exactly 0.
    """

    left: Node
    right: Node
    kind: str
    open: Place = _NONE


def _classified(slope: SlopeFunction, left: Node, right: Node) -> Cell:
    """Find the sign on a cell, or else the trend."""
    value = slope.value_on(left, right)
    sign = ball_sign(value)
    if sign or value.is_zero():
        return Cell(left, right, sign, flat=not sign)
    derivative = slope.derivative_on(left, right)
    if derivative.is_finite():
        change = derivative * arb(right.place - left.place) * _ZERO_TO_ONE
        sign = ball_sign(left.slope + change) or ball_sign(right.slope - change)
        if sign:
            return Cell(left, right, sign)
    trend = ball_sign(derivative)
    if trend and left.sign == right.sign != 0:
        return Cell(left, right, left.sign, trend)
    return Cell(left, right, 0, trend)


_ZERO_TO_ONE = arb(0).union(arb(1))
_QUARTER = fmpq(1, 4)


def _middle(left: Node, right: Node, anchors: Sequence[Place]) -> Place:
    """Cut in the middle, but nearer to an end of the problem or to the truth, where slopes bend most."""
    width = right.place - left.place
    if (left.place in anchors) == (right.place in anchors):
        return left.place + width / 2
    return left.place + width * (_QUARTER if left.place in anchors else 3 * _QUARTER)


def cells(
    slope: SlopeFunction, places: Sequence[Place], smallest: Place, *, most: int, strict: bool = False
) -> Iterator[Cell]:
    """Cut until every cell is settled or small.

    A cell is settled if its sign is known, or its trend with the signs needed: those at the first and the last place;
    in between two neighbours that both fall, or both rise, are as good as one.

    Args:
        slope: the function.
        places: where to begin and where to end, and in between where an argument of the slope is 0.
        smallest: width below which cells are not cut.
        most: at most so many cuts; the rest is handed on as it is.
        strict: whether a cell of known trend needs known signs at all its ends.

    Yields:
        cells from left to right, without gaps; unsettled ones have sign 0, with a trend or not.
    """
    ends = places[0], places[-1]  # no set: an fmpq takes long to hash
    open_cells = list(pairwise(slope.node(place) for place in places))[::-1]
    while open_cells:
        left, right = open_cells.pop()
        cell = _classified(slope, left, right)
        if _settled(cell, ends, strict) or right.place - left.place <= smallest or most <= 0:
            yield cell
            continue
        most -= 1
        middle = slope.node(_middle(left, right, places))
        open_cells += [(middle, right), (left, middle)]


def _settled(cell: Cell, ends: tuple[Place, Place], strict: bool) -> bool:
    if cell.sign or cell.flat or not cell.trend:
        return bool(cell.sign or cell.flat)
    return all(node.sign or not (strict or node.place in ends) for node in (cell.left, cell.right))


def stretches(cover: list[Cell], zeros: frozenset[Place] = frozenset()) -> list[Stretch]:
    """Join cells to maximal stretches.

    Args:
        cover: cells from left to right, without gaps.
        zeros: nodes at which the slope is known to be exactly 0; where it falls to one of them and rises again, or the
            other way round, it has one sign on either side.

    Returns:
        stretches from left to right: between two of opposite signs lies one that falls or rises through one zero, or an
        undecided one.
    """
    found: list[Stretch] = []
    for block in _blocks(cover, zeros):
        for piece in _pieces(block, zeros):
            if found and found[-1].kind == piece.kind and piece.kind in {"+", "-"}:
                piece = Stretch(found.pop().left, piece.right, piece.kind)
            found.append(piece)
    return found


def _blocks(cover: list[Cell], zeros: frozenset[Place]) -> list[list[Cell]]:
    """Group neighbours of one sign, of one trend, or with an end between them whose sign is not known."""
    blocks: list[list[Cell]] = []
    for cell in cover:
        last = blocks[-1][-1] if blocks else None
        doubtful = cell.left.sign == 0 and not (last and last.trend and cell.trend and cell.left.place in zeros)
        same = last and last.sign == cell.sign and (cell.sign or last.trend == cell.trend or doubtful)
        if same:
            blocks[-1].append(cell)
        else:
            blocks.append([cell])
    return blocks


def _pieces(block: list[Cell], zeros: frozenset[Place]) -> Iterator[Stretch]:
    """Make stretches of one block."""
    left, right, sign = block[0].left, block[-1].right, block[0].sign
    trends = {cell.trend for cell in block}
    if sign:
        yield Stretch(left, right, "+" if sign > 0 else "-")
    elif trends in ({1}, {-1}):
        yield from _narrowed(block, trends.pop(), zeros)
    else:
        yield Stretch(left, right, "?", sum((c.right.place - c.left.place for c in block if not c.flat), _NONE))


def _narrowed(block: list[Cell], trend: int, zeros: frozenset[Place]) -> Iterator[Stretch]:
    """Cut off a monotone stretch what lies before and behind its zero with a known sign."""
    nodes = [block[0].left, *(cell.right for cell in block)]
    first = next((node for node in reversed(nodes) if node.sign == -trend), nodes[0])
    last = next((node for node in nodes if node.sign == trend), nodes[-1])
    before, behind = ("+", "-") if trend < 0 else ("-", "+")
    if first is not nodes[0]:
        yield Stretch(nodes[0], first, before)
    if first.place in zeros:
        yield Stretch(first, last, behind)
    elif last.place in zeros:
        yield Stretch(first, last, before)
    elif first is not last:
        yield Stretch(first, last, "falls" if trend < 0 else "rises")
    if last is not nodes[-1]:
        yield Stretch(last, nodes[-1], behind)
