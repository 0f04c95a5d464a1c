r"""What shape has a margin loss? Verdicts on $[-1,1]$, each proved in ball arithmetic or refuted at an exact point.

- *non-increasing*, and *decreasing*, which is strictly;
- *convex*;
- *saturating*: constant from some margin $m_0<1$ on;
- *bounded*: on the whole line;
- *equal drops decide*: the loss meets what the proof of Theorem M uses, which is less than convexity. It is
  non-increasing and convex on $[0,1]$, strictly decreasing next to 0 on the right, and
  $\varphi(m)+\varphi(-m)\ge2\varphi(0)$. Then for every odd sigmoid and every imbalance the truth is the unique
  minimiser of the risk on $[a,b]$ exactly when both classes drop equally.

A function with kinks is cut into smooth pieces. On a piece a sign is proved on cells, halved until each is settled; at
an end where the function is exactly 0, by the sign of its derivative beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import pairwise
from math import comb

import sympy
from flint import arb, arb_series, ctx, fmpq

from lossbook.balls import Ball, UnresolvedError, ball_function, ball_sign, interval_ball
from lossbook.loss.margin_loss import M, MarginFunction, MarginLoss
from lossbook.loss.pieces import Piece, number_sign, sorted_numbers, zeros_of
from lossbook.patience import OutOfPatienceError, patience
from lossbook.series import NotAnalyticError, series_function
from lossbook.verdict import Report, Verdict

PROPERTIES = ("non-increasing", "decreasing", "convex", "saturating", "bounded", "equal drops decide")
_PATIENCE = 3.0  # seconds
_NO_LIMIT = (OutOfPatienceError, NotImplementedError, ValueError, TypeError, AttributeError, RecursionError)
_SIMPLIFIED = 60  # operations of a formula that is worth simplifying
_DEEPEST = 30  # halvings of a cell
_MOST_CELLS = 4000
_ORDERS = 4  # derivatives at an end at which the function is 0
_TERMS = 8  # of a Taylor series on a cell
_BITS = (80, 400, 2000)
_MINUS_TO_ONE = arb(-1).union(arb(1))
_SIZES = tuple(map(sympy.Rational, ("9/10", "3/4", "1/2", "1/4", "1/10", "1/100")))
_POINTS = (*(-size for size in _SIZES), *reversed(_SIZES))  # where a counterexample is looked for


class ShapeReport(Report):
    """The verdicts on a loss by property; prints as a table."""


class _Signed:
    r"""The sign of a derivative $f^{(k)}$ of a smooth function on the inside of a stretch.

    On a cell with middle $c$ and half width $r$, with the Taylor coefficients $f_j$ at $c$ and an enclosure $F_n$ of
    the $n$-th on the whole cell, $f^{(k)}/k!$ lies in

    $$\sum_{k\le j<n}\binom jkf_j[-r,r]^{j-k}+\binom nkF_n[-r,r]^{n-k}.$$

    Args:
        expression: $f$.
        low: left end, an exact number.
        high: right end.
        order: $k$.

    Attributes:
        sign: 1 or -1 on all of it, 0 if it is 0 on all of it, None if it is not known, or not one sign.
    """

    def __init__(self, expression: sympy.Expr, low: sympy.Expr, high: sympy.Expr, order: int = 0) -> None:
        self.expression, self.low, self.high, self.order = expression, low, high, order
        self.derivative = expression.diff(M, order)
        self._series = series_function(expression, M)
        self.sign = self._sign()

    def _sign(self) -> int | None:
        with suppress(UnresolvedError, OutOfPatienceError), patience(_PATIENCE):
            if not self.derivative.free_symbols:
                return number_sign(self.derivative)
            sign = _sign_at(self.derivative, (self.low + self.high) / 2)
            if sign == 0:
                return 0 if sympy.simplify(self.derivative) == 0 else None
            for bits in _BITS:
                with ctx.workprec(bits):
                    if self._has(sign):
                        return sign
            return self._by_algebra()
        return None

    def _by_algebra(self) -> int | None:
        """Simplify the derivative, and see the sign of its factors."""
        if self.derivative.count_ops() > _SIMPLIFIED:
            return None
        simple = sympy.factor(sympy.simplify(self.derivative))
        return 1 if simple.is_positive else -1 if simple.is_negative else None

    @cached_property
    def _ends(self) -> tuple[Ball, Ball]:
        low, high = (ball_function(end, M)(arb(0)) for end in (self.low, self.high))
        return low, high - low

    def _coefficients(self, start: fmpq, stop: fmpq, middle: bool) -> list[Ball]:
        low, length = self._ends
        place = arb((start + stop) / 2) if middle else interval_ball(start, stop)
        former, ctx.cap = ctx.cap, _TERMS + 1
        try:
            series = self._series(arb_series([low + place * length, 1]))
            return [series[j] for j in range(_TERMS + 1)]
        except (NotAnalyticError, ValueError):  # flint's word for a series that begins with a 0 where it must not
            return [arb(0).neg_inf().union(arb(0).pos_inf())] * (_TERMS + 1)
        finally:
            ctx.cap = former

    def _on(self, start: fmpq, stop: fmpq, order: int) -> int:
        """Give the sign of the derivative of that order on a cell; 0 if it is not seen."""
        wide = self._coefficients(start, stop, middle=False)
        if ball_sign(wide[order]):
            return ball_sign(wide[order])
        near = self._coefficients(start, stop, middle=True)
        reach = self._ends[1] * arb((stop - start) / 2) * _MINUS_TO_ONE
        total = comb(_TERMS, order) * wide[_TERMS]
        for j in range(_TERMS - 1, order - 1, -1):  # Horner's scheme
            total = comb(j, order) * near[j] + reach * total
        return ball_sign(total)

    def _has(self, sign: int) -> bool:
        """Prove that sign on the whole inside by cells."""
        cells, open_cells = 0, [(fmpq(0), fmpq(1))]
        while open_cells:
            start, stop = open_cells.pop()
            cells += 1
            if self._on(start, stop, self.order) == sign or self._beside_zero(sign, start, stop):
                continue
            if cells > _MOST_CELLS or stop - start < fmpq(1, 2**_DEEPEST):
                return False
            middle = (start + stop) / 2
            open_cells += [(middle, stop), (start, middle)]
        return True

    def _beside_zero(self, sign: int, start: fmpq, stop: fmpq) -> bool:
        """Prove the sign beside an end at which the derivative and some after it are exactly 0."""
        for here, end, inward in ((start == 0, self.low, 1), (stop == 1, self.high, -1)):
            if not here or (start == 0 and stop == 1):
                continue
            more = self._zeros_at[end]
            if more and self._on(start, stop, self.order + more) == sign * inward**more:
                return True
        return False

    @cached_property
    def _zeros_at(self) -> dict[sympy.Expr, int]:
        """For either end: how many derivatives, from the wanted one on, are exactly 0 there."""
        found = {}
        for end in (self.low, self.high):
            found[end] = 0
            while found[end] < _ORDERS and _sign_at(self.expression.diff(M, self.order + found[end]), end) == 0:
                found[end] += 1
        return found


def _sign_at(expression: sympy.Expr, point: sympy.Expr) -> int:
    return number_sign(expression.subs(M, point))


def _signs(pieces: Iterable[Piece], order: int) -> list[_Signed]:
    """Find the signs of a derivative on the pieces, cut further at its zeros where that helps."""
    found = []
    for piece in pieces:
        whole = _Signed(piece.expression, piece.low, piece.high, order)
        parts = [whole]
        if whole.sign is None:
            cuts = sorted_numbers({piece.low, piece.high, *(zeros_of(whole.derivative, M) or ())})
            inside = [cut for cut in cuts if number_sign(cut - piece.low) >= 0 <= number_sign(piece.high - cut)]
            if len(inside) > 2:
                parts = [_Signed(piece.expression, low, high, order) for low, high in pairwise(inside)]
        found += parts
    return found


def _exactly(expression: sympy.Expr, point: sympy.Expr) -> int:
    """Give the sign of an expression at a point; 0 if it is not known."""
    with suppress(UnresolvedError, OutOfPatienceError), patience(_PATIENCE / 5):
        return number_sign(expression.subs(M, point))
    return 0


def _wrong_point(signed: Sequence[_Signed], wrong: Sequence[int]) -> sympy.Expr | None:
    """Find an exact point inside a stretch at which the function has a sign that it must not have."""
    for part in signed:
        if part.sign is not None:
            if part.sign in wrong:
                return (part.low + part.high) / 2
            continue
        inner = [part.low + (part.high - part.low) * (point + 1) / 2 for point in _POINTS]
        for point in inner:
            sign = _exactly(part.derivative, point)
            if sign and sign in wrong:
                return point
    return None


def _verdict(name: str, signed: Sequence[_Signed], wanted: Sequence[int], what: str) -> Verdict:
    """Judge a derivative whose sign must be one of some on every piece."""
    if all(part.sign in wanted for part in signed):
        return Verdict("proved", name, f"{what} on every piece, by ball arithmetic")
    point = _wrong_point(signed, [sign for sign in (1, 0, -1) if sign not in wanted])
    if point is not None:
        return Verdict("refuted", name, f"not so around m = {point}", point)
    return Verdict("undecided", name, f"neither a proof nor a counterexample of: {what}")


def _falls(pieces: Sequence[Piece], *, strictly: bool) -> Verdict:
    name, wanted = ("decreasing", (-1,)) if strictly else ("non-increasing", (-1, 0))
    return _verdict(name, _signs(pieces, 1), wanted, "phi' < 0" if strictly else "phi' <= 0")


def _convex(pieces: Sequence[Piece]) -> Verdict:
    """Judge convexity: the second derivative on the pieces, and the jump of the first at every kink."""
    inside = _verdict("convex", _signs(pieces, 2), (1, 0), "phi'' >= 0")
    for left, right in pairwise(pieces):
        jump = (right.expression - left.expression).diff(M).subs(M, right.low)
        try:
            sign = number_sign(jump)
        except UnresolvedError:
            return Verdict("undecided", "convex", f"the slopes on either side of m = {right.low} are not told apart")
        if sign < 0:
            return Verdict("refuted", "convex", f"the slope falls at the kink m = {right.low}", right.low)
    return inside


def _saturating(pieces: Sequence[Piece]) -> Verdict:
    """Judge whether the last piece is constant; the point is where it begins."""
    last = pieces[-1]
    if last.expression.diff(M) == 0:
        verdict = Verdict("proved", "saturating", f"constant from m = {last.low} on")
        verdict.point = last.low
        return verdict
    near = sympy.Rational(999, 1000)
    if _exactly(last.expression.diff(M), near) or _exactly(last.expression.diff(M), near + sympy.Rational(1, 2000)):
        return Verdict("refuted", "saturating", "phi' is not 0 next to m = 1", sympy.S.One)
    return Verdict("undecided", "saturating", "no constant piece found up to m = 1")


def _is_continuous(expression: sympy.Expr) -> bool:
    """Tell whether the formula is seen to be defined and continuous on the whole line."""
    for part in sympy.preorder_traversal(expression):
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
    value = expression.func(*limits)
    return value if value.is_finite else None


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


def _decided(pieces: Sequence[Piece], convex: Verdict, falls: Verdict) -> Verdict:
    """Judge what Theorem M needs."""
    name, right = "equal drops decide", _restricted(pieces)
    first = _signs(right[:1], 1)[0]
    if first.sign == 0:
        return Verdict("refuted", name, "phi is constant next to 0 on the right", sympy.S.Zero)
    parts = [_falls(right, strictly=False), _convex(right)]
    for part, what in zip(parts, ("non-increasing", "convex"), strict=True):
        if part != "proved":
            return Verdict(str(part), name, f"{what} on [0, 1]? {part.reason}", part.point)
    if convex == falls == "proved":
        return Verdict("proved", name, "convex and non-increasing: Theorem M")
    return _midpoint(pieces, right, name)


def _midpoint(pieces: Sequence[Piece], right: Sequence[Piece], name: str) -> Verdict:
    r"""Judge $\varphi(m)+\varphi(-m)\ge2\varphi(0)$ on [0, 1]."""
    ends = (
        {piece.low for piece in right} | {-piece.low for piece in pieces if number_sign(piece.low) < 0} | {sympy.S.One}
    )
    cuts = sorted(ends, key=lambda end: float(sympy.N(end, 30)))
    start = right[0].expression.subs(M, 0)
    signed = []
    for low, high in pairwise(cuts):
        middle = (low + high) / 2
        above, below = (_at(pieces, point) for point in (middle, -middle))
        signed.append(_Signed(above + below.subs(M, -M) - 2 * start, low, high))
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
    pieces = function.pieces
    if pieces is None:
        names = [name for name in PROPERTIES if name != "bounded"]
        report = {name: Verdict("undecided", name, "the kinks are not found exactly") for name in names}
        return ShapeReport({**report, "bounded": _bounded(function)})
    falls, convex = _falls(pieces, strictly=False), _convex(pieces)
    verdicts = [
        falls,
        _falls(pieces, strictly=True),
        convex,
        _saturating(pieces),
        _bounded(function),
        _decided(pieces, convex, falls),
    ]
    return ShapeReport({verdict.axiom: verdict for verdict in verdicts})


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
