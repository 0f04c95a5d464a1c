r"""A sign cover of a slope: cells on which it has one sign or is monotone, and what follows for its zeros.

The interval is cut until on every cell the slope $h$ is shown to have one sign, or to rise or fall strictly. Three
enclosures are tried: the range of $h$ on the cell, the mean value form from either end,
$h(s)\in h(s_0)+h'(\text{cell})(s-s_0)$, and the range of $h'$. A strictly monotone stretch whose ends have opposite
signs holds exactly one zero. What stays undecided down to the smallest width is kept and said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import arb, fmpq

from lossbook.certified.slope import Node, Place, Slope

CELLS = 20_000  # more are not cut


@dataclass(frozen=True)
class Cell:
    """A stretch between two nodes.

    Attributes:
        left: its left node.
        right: its right node.
        sign: 1 or -1 if the slope has that sign on all of it, else 0.
        trend: 1 if the slope rises strictly on it, -1 if it falls strictly, else 0; not sought where the sign is known.
    """

    left: Node
    right: Node
    sign: int = 0
    trend: int = 0


@dataclass(frozen=True)
class Stretch:
    """A maximal run of cells with the same sign, or around zeros.

    Attributes:
        left: its left node.
        right: its right node.
        kind: ``"+"`` or ``"-"``: the slope's sign; ``"falls"`` or ``"rises"``: strictly, through exactly one zero, or
            from or to an end where the sign is not known; ``"?"``: undecided.
    """

    left: Node
    right: Node
    kind: str


def _sign(ball: arb) -> int:
    return 1 if ball > 0 else -1 if ball < 0 else 0


def _classified(slope: Slope, left: Node, right: Node) -> Cell:
    """Find the sign on a cell, or else the trend."""
    sign = _sign(slope.value_on(left, right))
    if sign:
        return Cell(left, right, sign)
    derivative = slope.derivative_on(left, right)
    if derivative.is_finite():
        change = derivative * slope.distance(left, right) * _ZERO_TO_ONE
        sign = _sign(left.slope + change) or _sign(right.slope - change)
        if sign:
            return Cell(left, right, sign)
    trend = _sign(derivative)
    if trend and left.sign == right.sign != 0:
        return Cell(left, right, left.sign, trend)
    return Cell(left, right, 0, trend)


_ZERO_TO_ONE = arb(0).union(arb(1))
_QUARTER = fmpq(1, 4)


def _middle(left: Node, right: Node) -> Place:
    """Cut in the middle, but nearer to an end of the problem or to the truth, where slopes bend most."""
    width = right.place - left.place
    if width < 1 and left.place in {0, 1}:
        return left.place + width * _QUARTER
    if width < 1 and right.place in {1, 2}:
        return right.place - width * _QUARTER
    return (left.place + right.place) / 2


def settled(slope: Slope, cell: Cell) -> bool:
    """Tell whether a cell need not be cut.

    Args:
        slope: the function.
        cell: one of its cells.

    Returns:
        True if its sign is known, or its trend and the signs at its ends; at the truth the sign may be unknown, because
        the slope of an odd sigmoid falls through its value there (L1).
    """
    free = 1 if slope.grows and slope.unimodal else None
    ends = (node.sign or node.place == free for node in (cell.left, cell.right))
    return bool(cell.sign or (cell.trend and all(ends)))


def cells(slope: Slope, smallest: tuple[Place, Place], most: int = CELLS) -> Iterator[Cell]:
    """Cut until every cell is settled or small.

    Args:
        slope: the function.
        smallest: widths, in places, below which cells are not cut: left and right of the truth.
        most: at most so many cuts; the rest is handed on as it is.

    Yields:
        cells from left to right, without gaps; unsettled ones have sign 0 and perhaps a trend.
    """
    truth, left_end, right_end = slope.node(fmpq(1)), slope.node(fmpq(0)), slope.node(fmpq(2))
    open_cells = [(truth, right_end), (left_end, truth)]
    while open_cells:
        left, right = open_cells.pop()
        cell = _classified(slope, left, right)
        limit = smallest[0] if right.place <= 1 else smallest[1]
        if settled(slope, cell) or right.place - left.place <= limit or most <= 0:
            yield cell
            continue
        most -= 1
        middle = slope.node(_middle(left, right))
        open_cells += [(middle, right), (left, middle)]


def stretches(cover: list[Cell]) -> list[Stretch]:
    """Join cells to maximal stretches.

    Args:
        cover: cells from left to right, without gaps.

    Returns:
        stretches from left to right: between two of opposite signs lies one that falls or rises through one zero, or an
        undecided one.
    """
    found: list[Stretch] = []
    for block in _blocks(cover):
        for piece in _pieces(block):
            if found and found[-1].kind == piece.kind and piece.kind in {"+", "-"}:
                piece = Stretch(found.pop().left, piece.right, piece.kind)
            found.append(piece)
    return found


def _blocks(cover: list[Cell]) -> list[list[Cell]]:
    """Group neighbours of one sign, of one trend, or with an end between them whose sign is not known."""
    blocks: list[list[Cell]] = []
    for cell in cover:
        last = blocks[-1][-1] if blocks else None
        same = last and last.sign == cell.sign and (cell.sign or last.trend == cell.trend or cell.left.sign == 0)
        if same:
            blocks[-1].append(cell)
        else:
            blocks.append([cell])
    return blocks


def _pieces(block: list[Cell]) -> Iterator[Stretch]:
    """Make stretches of one block."""
    left, right, sign = block[0].left, block[-1].right, block[0].sign
    trends = {cell.trend for cell in block}
    if sign:
        yield Stretch(left, right, "+" if sign > 0 else "-")
    elif trends in ({1}, {-1}):
        yield from _narrowed(block, trends.pop())
    else:
        yield Stretch(left, right, "?")


def _narrowed(block: list[Cell], trend: int) -> Iterator[Stretch]:
    """Cut off a monotone stretch what lies before and behind its zero with a known sign."""
    nodes = [block[0].left, *(cell.right for cell in block)]
    first = next((node for node in reversed(nodes) if node.sign == -trend), nodes[0])
    last = next((node for node in nodes if node.sign == trend), nodes[-1])
    before, behind = ("+", "-") if trend < 0 else ("-", "+")
    if first is not nodes[0]:
        yield Stretch(nodes[0], first, before)
    if first is not last:
        yield Stretch(first, last, "falls" if trend < 0 else "rises")
    if last is not nodes[-1]:
        yield Stretch(last, nodes[-1], behind)
