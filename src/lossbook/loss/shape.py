r"""What shape has a margin loss? Verdicts on $[-1,1]$, each proved in ball arithmetic or refuted at an exact point.

- *non-increasing*, and *decreasing*, which is strictly;
- *convex*;
- *saturating*: constant from some margin $m_0<1$ on;
- *bounded*: on the whole line;
- *equal drops decide*: the loss meets what the proof of Theorem M uses, which is less than convexity. It is
  non-increasing and convex on $[0,1]$, strictly decreasing next to 0 on the right, and
  $\varphi(m)+\varphi(-m)\ge2\varphi(0)$. Then for every odd sigmoid and every imbalance the truth is the unique
  minimiser of the risk on $[a,b]$ exactly when both classes drop equally.

A function with kinks is cut into smooth pieces, on which :mod:`lossbook.loss.signs` finds the signs of derivatives. If
it jumps, or is not shown to be continuous at its kinks, neither a fall nor convexity is proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

import sympy

from lossbook.balls import UnresolvedError
from lossbook.loss.margin_loss import M, MarginFunction, MarginLoss
from lossbook.loss.pieces import Piece, number_sign, sorted_numbers
from lossbook.loss.signs import Signed, sign_at, signs_of
from lossbook.patience import OutOfPatienceError, patience
from lossbook.verdict import Report, Verdict

PROPERTIES = ("non-increasing", "decreasing", "convex", "saturating", "bounded", "equal drops decide")
_PATIENCE = 3.0  # seconds
_NO_LIMIT = (OutOfPatienceError, NotImplementedError, ValueError, TypeError, AttributeError, RecursionError)


class ShapeReport(Report):
    """The verdicts on a loss by property; prints as a table."""


def _wrong_point(signed: Sequence[Signed], wrong: Sequence[int]) -> sympy.Expr | None:
    """Find an exact point inside a stretch at which the function has a sign that it must not have."""
    for part in signed:
        if part.sign == 0 and 0 in wrong:
            return (part.low + part.high) / 2
        for point, sign in part.seen.items():
            if sign in wrong:
                return point
    return None


def _verdict(name: str, signed: Sequence[Signed], wanted: Sequence[int], what: str) -> Verdict:
    """Judge a derivative whose sign must be one of some on every piece."""
    if all(part.sign in wanted for part in signed):
        return Verdict("proved", name, f"{what} on every piece, by ball arithmetic")
    point = _wrong_point(signed, [sign for sign in (1, 0, -1) if sign not in wanted])
    if point is not None:
        return Verdict("refuted", name, f"not so around m = {point}", point)
    return Verdict("undecided", name, f"neither a proof nor a counterexample of: {what}")


def _falls(slopes: Sequence[Signed], *, strictly: bool) -> Verdict:
    name, wanted = ("decreasing", (-1,)) if strictly else ("non-increasing", (-1, 0))
    return _verdict(name, slopes, wanted, "phi' < 0" if strictly else "phi' <= 0")


def _convex(pieces: Sequence[Piece]) -> Verdict:
    """Judge convexity: the second derivative on the pieces, and the jump of the first at every kink."""
    inside = _verdict("convex", signs_of(pieces, 2), (1, 0), "phi'' >= 0")
    for left, right in pairwise(pieces):
        jump = sign_at((right.expression - left.expression).diff(M), right.low)
        if jump is None and inside == "proved":
            inside = Verdict("undecided", "convex", f"the slopes on either side of m = {right.low} are not told apart")
        if jump == -1:
            return Verdict("refuted", "convex", f"the slope falls at the kink m = {right.low}", right.low)
    return inside


def _jump(expression: sympy.Expr, pieces: Sequence[Piece]) -> tuple[sympy.Expr, int | None] | None:
    """Find where the function jumps, and its sign; the sign is None where it is not shown not to jump."""
    for left, right in pairwise(pieces):
        value = expression.subs(M, right.low)
        gaps = [sign_at(value - left.expression, right.low), sign_at(right.expression - value, right.low)]
        if gaps != [0, 0]:
            return right.low, sign_at(right.expression - left.expression, right.low)
    return None


def _across(verdict: Verdict, place: sympy.Expr, jump: int | None) -> Verdict:
    """Carry a verdict on the pieces over to a function that jumps."""
    known = {"convex": (1, -1), "saturating": (), "equal drops decide": ()}.get(verdict.axiom, (1,))
    if jump in known and verdict != "refuted":
        return Verdict("refuted", verdict.axiom, f"phi jumps at m = {place}", place)
    if verdict != "proved" or verdict.axiom == "saturating":
        return verdict
    return Verdict("undecided", verdict.axiom, f"phi is not shown to be continuous at m = {place}")


def _saturating(pieces: Sequence[Piece]) -> Verdict:
    """Judge whether the last piece is constant; the point is where it begins, or else m = 1."""
    last = pieces[-1]
    slope = last.expression.diff(M)
    if slope == 0:
        return Verdict("proved", "saturating", f"constant from m = {last.low} on", last.low)
    if sign_at(slope, last.high - (last.high - last.low) / 1000):
        return Verdict("refuted", "saturating", "phi' is not 0 next to m = 1", sympy.S.One)
    return Verdict("undecided", "saturating", "no constant piece found up to m = 1")


def _is_continuous(expression: sympy.Expr) -> bool:
    """Tell whether the formula is seen to be defined and continuous on the whole line."""
    for part in sympy.preorder_traversal(expression):
        if isinstance(part, sympy.Pow) and part.exp.free_symbols and not part.base.is_positive:
            return False
        if isinstance(part, sympy.Pow) and part.base.free_symbols:
            if not part.exp.is_nonnegative and not part.base.is_positive:
                return False
            if not part.exp.is_integer and not part.base.is_nonnegative:
                return False
        if isinstance(part, sympy.log) and not part.args[0].is_positive:
            return False
        if isinstance(part, (sympy.sign, sympy.Heaviside)):
            return False
    return True


def _limit(expression: sympy.Expr, end: sympy.Expr) -> sympy.Expr | None:
    """Find the limit at an end of the line, through maxima and minima; None if it is not found."""
    if isinstance(expression, (sympy.Max, sympy.Min)):
        limits = [_limit(part, end) for part in expression.args]
        return None if None in limits else expression.func(*limits)
    if isinstance(expression, sympy.Abs):
        inner = _limit(expression.args[0], end)
        return None if inner is None else abs(inner)
    kinked = [part for part in expression.args if part.has(sympy.Max, sympy.Min, sympy.Abs)]
    if not kinked:
        return sympy.limit(expression, M, end)
    limits = [_limit(part, end) for part in expression.args]
    if None in limits:
        return None
    slot = sympy.Dummy("slot", real=True)
    if len(kinked) == 1 and not any(part.free_symbols for part in expression.args if part != kinked[0]):
        outer = expression.func(*(slot if part == kinked[0] else part for part in expression.args))
        return sympy.limit(outer, slot, limits[expression.args.index(kinked[0])])
    if isinstance(expression, sympy.Pow) and expression.exp.free_symbols:
        return None  # sympy takes oo**0 and 0**0 for 1
    value = expression.func(*limits)
    return None if value.has(sympy.nan, sympy.zoo) else value


def _bounded(function: MarginFunction) -> Verdict:
    """Judge boundedness on the whole line by the limits."""
    with suppress(*_NO_LIMIT), patience(_PATIENCE):
        for end in (-sympy.oo, sympy.oo):
            limit = _limit(function.expression, end)
            if limit in (sympy.oo, -sympy.oo):
                return Verdict("refuted", "bounded", f"phi tends to {limit} as m tends to {end}", end)
            if limit is None or limit.is_finite is not True:
                return Verdict("undecided", "bounded", f"the limit for m to {end} is not found")
        if _is_continuous(function.expression):
            return Verdict("proved", "bounded", "continuous with finite limits on both sides")
    return Verdict("undecided", "bounded", "not seen to be continuous with finite limits")


def _restricted(pieces: Sequence[Piece]) -> list[Piece]:
    """Give the pieces on [0, 1]."""
    return [
        Piece(sympy.S.Zero if number_sign(piece.low) < 0 else piece.low, piece.high, piece.expression)
        for piece in pieces
        if number_sign(piece.high) > 0
    ]


def _decided(pieces: Sequence[Piece], falls: Verdict, convex: Verdict) -> Verdict:
    """Judge what Theorem M needs, when falling and convexity on all of [-1, 1] are judged."""
    name, right = "equal drops decide", _restricted(pieces)
    slopes = signs_of(right[:1] if falls == "proved" else right, 1)
    if slopes[0].sign == 0:
        return Verdict("refuted", name, "phi is constant next to 0 on the right", sympy.S.Zero)
    if falls == convex == "proved":
        return Verdict("proved", name, "convex and non-increasing: Theorem M")
    here = (
        falls if falls == "proved" else _falls(slopes, strictly=False),
        convex if convex == "proved" else _convex(right),
    )
    for part, what in zip(here, ("non-increasing", "convex"), strict=True):
        if part != "proved":
            return Verdict(str(part), name, f"{what} on [0, 1]? {part.reason}", part.point)
    return _midpoint(pieces, right, name)


def _midpoint(pieces: Sequence[Piece], right: Sequence[Piece], name: str) -> Verdict:
    r"""Judge $\varphi(m)+\varphi(-m)\ge2\varphi(0)$ on [0, 1]."""
    mirrored = {-piece.low for piece in pieces if number_sign(piece.low) < 0}
    cuts = sorted_numbers({piece.low for piece in right} | mirrored | {sympy.S.One})
    start = right[0].expression.subs(M, 0)
    signed = []
    for low, high in pairwise(cuts):
        middle = (low + high) / 2
        above, below = (_at(pieces, point) for point in (middle, -middle))
        signed.append(Signed(above + below.subs(M, -M) - 2 * start, low, high))
    what = "phi(m) + phi(-m) >= 2 phi(0)"
    verdict = _verdict(name, signed, (1, 0), what)
    reason = f"convex on [0, 1], and {what}: Theorem M, without convexity on [-1, 0]"
    return Verdict(str(verdict), name, reason if verdict == "proved" else f"{what}? {verdict.reason}", verdict.point)


def _at(pieces: Sequence[Piece], point: sympy.Expr) -> sympy.Expr:
    """Give the formula that holds at a point that is no kink."""
    return next(piece.expression for piece in pieces if number_sign(piece.high - point) > 0)


def shape_of(function: MarginFunction) -> ShapeReport:
    """Decide the shape of one function of the margin.

    Args:
        function: the function.

    Returns:
        a verdict for each of :data:`PROPERTIES`.
    """
    pieces, report = function.pieces, {}
    with suppress(UnresolvedError):
        if pieces is not None:
            report = _on_pieces(pieces)
            jump = _jump(function.expression, pieces)
            report = {name: _across(verdict, *jump) if jump else verdict for name, verdict in report.items()}
    for name in PROPERTIES:
        report.setdefault(name, Verdict("undecided", name, "the kinks are not found exactly"))
    report["bounded"] = _bounded(function)
    return ShapeReport({name: report[name] for name in PROPERTIES})


def _on_pieces(pieces: Sequence[Piece]) -> dict[str, Verdict]:
    """Judge what is seen on the pieces and at the kinks."""
    slopes = signs_of(pieces, 1)
    falls, convex = _falls(slopes, strictly=False), _convex(pieces)
    verdicts = [falls, _falls(slopes, strictly=True), convex, _saturating(pieces), _decided(pieces, falls, convex)]
    return {verdict.axiom: verdict for verdict in verdicts}


def check_shape(loss: MarginLoss) -> ShapeReport:
    """Decide the shape of a loss: of both functions, if it is a pair.

    Args:
        loss: the margin loss.

    Returns:
        a verdict for each of :data:`PROPERTIES`: refuted if it is for one class, proved if it is for both.
    """
    first = shape_of(loss.positive)
    if loss.symmetric:
        return first
    second = shape_of(loss.negative)
    return ShapeReport({name: _joined(first[name], second[name]) for name in first})


def _joined(first: Verdict, second: Verdict) -> Verdict:
    """Take the worse of two verdicts, with the class that it belongs to."""
    order = ("proved", "undecided", "refuted")
    worse, label = max((first, "phi_+"), (second, "phi_-"), key=lambda pair: order.index(str(pair[0])))
    who = "both" if worse == "proved" else label
    return Verdict(str(worse), worse.axiom, f"{who}: {worse.reason}", worse.point)
