r"""The sign of a derivative of a smooth function of the margin on a stretch: proved, or not known.

It is looked up at some points first: two signs settle that there is no one sign. Else the sign that was seen is proved
on cells, halved until each is settled, or by the signs of the formula's parts. At an end where the function is exactly
0, the sign of its derivative beside it decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from itertools import pairwise
from math import comb

import sympy
from flint import arb, arb_series, ctx, fmpq

from lossbook.balls import Ball, UnresolvedError, ball_function, ball_sign, interval_ball, rational
from lossbook.loss.margin_loss import M
from lossbook.loss.pieces import Piece, is_defined, number_sign, sign_of_ball, sorted_numbers, zeros_of
from lossbook.patience import OutOfPatienceError, patience
from lossbook.series import NotAnalyticError, series_function

_PATIENCE, _PATIENCE_FOR_ALGEBRA = 4.0, 2.0  # seconds
_SIMPLIFIED = 60  # operations of a formula that is worth simplifying
_DEEPEST = 30  # halvings of a cell
_FEW_CELLS, _MOST_CELLS = 200, 4000
_ORDERS = 4  # derivatives at an end at which the function is 0
_TERMS = 8  # of a Taylor series on a cell
_BITS = (80, 400, 2000)
_MINUS_TO_ONE = arb(-1).union(arb(1))
_SIZES = tuple(map(sympy.Rational, ("9/10", "3/4", "1/2", "1/4", "1/10", "1/100")))
_POINTS = (0, *(-size for size in _SIZES), *reversed(_SIZES))  # where the sign is looked up


def sign_at(expression: sympy.Expr, point: sympy.Expr) -> int | None:
    """Give the sign of an expression at a point; None if it is not known.

    Args:
        expression: a function of m.
        point: an exact number.

    Returns:
        1, 0, -1 or None.
    """
    with suppress(UnresolvedError):
        return number_sign(expression.subs(M, point))
    return None


class Signed:
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
        """Find the sign; see the class for the arguments."""
        self.expression, self.low, self.high, self.order = expression, low, high, order
        self.derivative = expression
        for _ in range(order):  # one at a time: sympy rearranges a higher derivative, which takes long
            self.derivative = self.derivative.diff(M)
        self._series = series_function(expression, M)
        self._end_balls = [ball_function(end, M) for end in (low, high)]
        self.sign = self._sign()

    def _sign(self) -> int | None:
        with suppress(UnresolvedError, OutOfPatienceError), patience(_PATIENCE):
            if not self.derivative.free_symbols:
                return number_sign(self.derivative)
            signs = set(self.seen.values())
            if not signs:
                return 0 if sympy.simplify(self.derivative) == 0 and self._is_defined else None
            return signs.pop() if len(signs) == 1 and self._is_proved(next(iter(signs))) else None
        return None

    @cached_property
    def seen(self) -> dict[sympy.Expr, int]:
        """The signs, none of them 0, at some exact points inside, as far as they are found."""
        function, found = ball_function(self.derivative, M), {}
        for part in _POINTS:
            place = rational((part + sympy.S.One) / 2)
            sign = sign_of_ball(function, lambda place=place: self._at(arb(place)))  # type: ignore[misc]
            if sign:
                found[self.low + (self.high - self.low) * (part + 1) / 2] = sign
        return found

    def _is_proved(self, sign: int) -> bool:
        """Prove the sign that was seen, by few cells, by the formula's parts, or by many cells."""
        with ctx.workprec(_BITS[0]):
            if self._has(sign, _FEW_CELLS):
                return True
        if sign in (self._by_factors(), self._by_algebra()) and self._is_defined:
            return True
        for bits in _BITS:
            with ctx.workprec(bits):
                if self._has(sign, _MOST_CELLS):
                    return True
        return False

    def _by_factors(self) -> int:
        """Multiply the signs of the derivative's factors, where there are several; 0 if one is not known."""
        sign = 1
        for base, power in (factor.as_base_exp() for factor in sympy.Mul.make_args(self.derivative)):
            if base == self.derivative:
                return 0
            known = number_sign(base) if base.is_number else (Signed(base, self.low, self.high).sign or 0)
            sign *= known if power.is_odd else known**2 if power.is_even else max(known, 0)
        return sign

    def _by_algebra(self) -> int:
        """Give the sign that sympy knows from the parts of the derivative, simplified or not; 0 if it knows none."""
        with suppress(OutOfPatienceError), patience(_PATIENCE_FOR_ALGEBRA):
            forms = [lambda: self.derivative]
            if self.derivative.count_ops() <= _SIMPLIFIED:
                forms += [lambda: sympy.simplify(self.derivative), lambda: sympy.factor(self.derivative)]
            for form in forms:
                known = form()
                if known.is_positive or known.is_negative:
                    return 1 if known.is_positive else -1
        return 0

    @cached_property
    def _is_defined(self) -> bool:
        """Whether function and derivative are shown to be defined, so that no simplification hid a hole."""
        return all(is_defined(part, M, self.low, self.high) for part in (self.expression, self.derivative))

    def _ends(self) -> tuple[Ball, Ball]:
        low, high = (end(arb(0)) for end in self._end_balls)
        return low, high - low

    def _at(self, place: Ball) -> Ball:
        low, length = self._ends()
        return low + place * length

    def _coefficients(self, start: fmpq, stop: fmpq, middle: bool) -> list[Ball]:
        place = arb((start + stop) / 2) if middle else interval_ball(start, stop)
        former, ctx.cap = ctx.cap, _TERMS + 1
        try:
            series = self._series(arb_series([self._at(place), 1]))
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
        reach = self._ends()[1] * arb((stop - start) / 2) * _MINUS_TO_ONE
        total = comb(_TERMS, order) * wide[_TERMS]
        for j in range(_TERMS - 1, order - 1, -1):  # Horner's scheme
            total = comb(j, order) * near[j] + reach * total
        return ball_sign(total)

    def _has(self, sign: int, most_cells: int) -> bool:
        """Prove that sign on the whole inside by cells."""
        cells, open_cells = 0, [(fmpq(0), fmpq(1))]
        while open_cells:
            start, stop = open_cells.pop()
            cells += 1
            if self._on(start, stop, self.order) == sign or self._beside_zero(sign, start, stop):
                continue
            if cells > most_cells or stop - start < fmpq(1, 2**_DEEPEST):
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
            found[end], derivative = 0, self.derivative
            while found[end] < _ORDERS and sign_at(derivative, end) == 0:
                found[end], derivative = found[end] + 1, derivative.diff(M)
        return found


def signs_of(pieces: Iterable[Piece], order: int) -> list[Signed]:
    """Find the signs of a derivative on the pieces, cut further at its zeros where that helps.

    Args:
        pieces: stretches with a smooth formula each.
        order: which derivative.

    Returns:
        the signs on stretches that cover all pieces, from left to right.
    """
    found = []
    for piece in pieces:
        whole = Signed(piece.expression, piece.low, piece.high, order)
        parts = [whole]
        if whole.sign is None and len(set(whole.seen.values())) == 1:
            cuts = sorted_numbers({piece.low, piece.high, *(zeros_of(whole.derivative, M) or ())})
            inside = [cut for cut in cuts if number_sign(cut - piece.low) >= 0 <= number_sign(piece.high - cut)]
            if len(inside) > 2:
                parts = [Signed(piece.expression, low, high, order) for low, high in pairwise(inside)]
        found += parts
    return found
