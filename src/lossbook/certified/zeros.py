r"""From a sign cover to local maximisers: candidates, and their enclosures by interval Newton steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flint import arb, ctx, fmpq

from lossbook.balls import UnresolvedError, exact_rational
from lossbook.certified.cover import Stretch
from lossbook.certified.slope import Node, Place, SlopeFunction

_HIGHEST = 2**15  # bits; 1,000 digits need about 3,400


@dataclass(frozen=True)
class Candidate:
    """A place, or a stretch of places, with a local maximiser.

    Attributes:
        low: left end.
        high: right end.
        certain: whether exactly one local maximiser is shown to lie in it.
        bracket: the stretch that falls through one zero, to be narrowed; None where the candidate is final.
    """

    low: Place
    high: Place
    certain: bool
    bracket: Stretch | None = None


def candidates(pieces: Sequence[Stretch], zeros: frozenset[Place] = frozenset()) -> list[Candidate]:
    """Collect the local maximisers of the function whose slope is covered.

    Args:
        pieces: as :func:`lossbook.certified.cover.stretches` makes them.
        zeros: those of the ends and the truth at which the slope is known to be exactly 0.

    Returns:
        candidates from left to right, the ends of the interval included.
    """
    found = []
    for number, piece in enumerate(pieces):
        first, last = number == 0, number == len(pieces) - 1
        left, right = piece.left, piece.right
        if first and piece.kind in {"-", "rises"} and (piece.kind == "-" or left.place not in zeros):
            found.append(Candidate(left.place, left.place, piece.kind == "-" or left.sign < 0))
        if piece.kind == "?":
            found.append(Candidate(left.place, right.place, False))
        elif piece.kind == "falls":
            exact = [zero for zero in zeros if left.place <= zero <= right.place]
            if exact:
                found.append(Candidate(exact[0], exact[0], True))
            else:
                found.append(Candidate(left.place, right.place, True, piece))
        if last and piece.kind in {"+", "rises"} and (piece.kind == "+" or right.place not in zeros):
            found.append(Candidate(right.place, right.place, piece.kind == "+" or right.sign > 0))
    return found


def sign_pattern(pieces: Sequence[Stretch], zeros: frozenset[Place] = frozenset()) -> str:
    """Write the signs of the slope from left to right, ``?`` where one is not known.

    Args:
        pieces: as :func:`lossbook.certified.cover.stretches` makes them.
        zeros: those of the ends and the truth at which the slope is known to be exactly 0.

    Returns:
        such as ``"+-"``.
    """
    signs = ""
    for number, piece in enumerate(pieces):
        if piece.kind in {"+", "-", "?"}:
            signs += piece.kind
            continue
        before, behind = ("+", "-") if piece.kind == "falls" else ("-", "+")
        if number == 0 and piece.left.sign == 0:
            before = "" if piece.left.place in zeros else "?"
        if number == len(pieces) - 1 and piece.right.sign == 0:
            behind = "" if piece.right.place in zeros else "?"
        signs += before + behind
    return "".join(sign for sign, _ in groupby(signs))


def narrowed(slope: SlopeFunction, bracket: Stretch, width: Place) -> tuple[Place, Place]:
    r"""Narrow the bracket of the one zero of a falling slope by interval Newton steps.

    From the middle $m$ of $[l,r]$ the zero lies in $m-h(m)/h'([l,r])$; where that does not halve the bracket, the sign
    of $h(m)$ does. The working precision grows when neither helps.

    Args:
        slope: the function.
        bracket: a stretch of kind ``"falls"``.
        width: the width to reach.

    Returns:
        the ends of an enclosure of at most that width.

    Raises:
        UnresolvedError: if 32,768 bits of working precision do not reach the width.
    """
    left, right, precision = bracket.left, bracket.right, ctx.prec
    while right.place - left.place > width:
        with ctx.workprec(precision):
            middle = _between(slope, left.place, right.place)
            low, high = _step(slope, left, middle, right)
            if 4 * (high - low) > 3 * (right.place - left.place):
                precision *= 2
            left = left if low == left.place else slope.node(low)
            right = right if high == right.place else slope.node(high)
        if precision > _HIGHEST:
            reached, wanted = (arb(number).str(2, radius=False) for number in (right.place - left.place, width))
            raise UnresolvedError(f"an optimum is enclosed to {reached} only, not to {wanted}")
    return left.place, right.place


def _between(slope: SlopeFunction, low: Place, high: Place) -> Node:
    """Cut at the truth, where the second derivative may have a kink, or in the middle of one side of it."""
    if not low < 0 < high:
        return slope.node((low + high) / 2)
    truth = slope.node(fmpq(0))
    return truth if truth.sign else slope.node(max(low, high, key=abs) / 2)


def _step(slope: SlopeFunction, left: Node, middle: Node, right: Node) -> tuple[Place, Place]:
    """Narrow once: by Newton's step, or by the sign in the middle if that is better."""
    low, high = left.place, right.place
    if not low < 0 < high:
        zero = arb(middle.place) - middle.slope / slope.derivative_on(left, right)
        if zero.is_finite():
            low, high = max(low, exact_rational(zero.lower())), min(high, exact_rational(zero.upper()))
    if middle.sign and 2 * (high - low) > right.place - left.place:
        return (middle.place, right.place) if middle.sign > 0 else (left.place, middle.place)
    return low, high
