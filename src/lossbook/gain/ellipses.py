r"""How large a sigmoid is on the ellipses round the panels of a quadrature: the constants of its proved error.

Gauss-Legendre quadrature with $N$ nodes on a panel of length $\ell$ has an error of at most

$$\frac{32}{15}\,\ell\,\frac{\varrho^{-2N}}{1-\varrho^{-2}}\,M,$$

if the integrand is analytic and at most $M$ in size within the panel's Bernstein ellipse of parameter $\varrho>1$: the
foci are the panel's ends, the semi-axes add up to $\varrho\,\ell/2$ (Trefethen 2008, theorem 4.5). A product of
sigmoids is at most the product of their bounds. A derivative within the smaller ellipse of $\varrho'<\varrho$ is at
most $M/d$ by Cauchy's estimate, where $d=\frac\ell4(\varrho+\frac1\varrho-\varrho'-\frac1{\varrho'})$ is the least
distance between the two.

Panels are such that, seen from each threshold, one that begins at a distance $u$ is no longer than $\max(h,u)$, with
$h$ a few times $\sigma^{-1}(\frac12)$. Ellipses of shorter panels with the same near end lie within that of the
longest. So it is enough to bound $\sigma$ on the ellipses of $[u,u+\max(h,u)]$, level by level: $u\le h$ is level 0,
and $2^{k-1}h\le u\le2^kh$ level $k$; all a little longer, for panels are rounded. Complex balls prove the bounds
(:mod:`lossbook.complex_balls`), on each half line for a function of its own: a sigmoid need not be smooth at 0.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np
import sympy
from flint import ctx, fmpq

from lossbook.complex_balls import ComplexBallFunction, complex_ball_function, rectangle
from lossbook.sigmoid import OddSigmoid
from lossbook.sigmoid.odd_sigmoid import U

_PARAMETERS = tuple(fmpq(k, 4) for k in (18, 16, 14, 12, 10, 8, 6))
_SHRUNK = fmpq(7, 8)  # of the distance from 1: both parameters are doubles
_WIDTHS = (1, 2, 4)
_TYPICAL = 8  # half-saturation widths from a threshold to the middle of its interval
_GOOD, _LARGEST = 2.5, 4.0  # bounds that are looked at no closer; above the second they are of no use
_STRIPS, _STARTS = 6, 6
# Of length and distance: places of 53 bits, up to 2^40 widths away, are off by 2^-13 widths each.
_SPARE = fmpq(1, 1024)
_LEVELS = 8  # that must have useful bounds
_MOST_BOXES = 1_000  # looked at, a level and half line
_FINEST = 100  # so small a part of its distance is the height of a box that is cut no more
_BITS = 40

Box = tuple[fmpq, fmpq, fmpq, fmpq]  # left, right, bottom, top


class EllipseBounds:
    r"""Bounds of one sigmoid of unit scale, level by level.

    Args:
        sigma: the sigmoid, of which the formula and the half-saturation width $h$ are used.
        parameter: $\varrho$.
        widths: $h$ over the half-saturation width.

    Attributes:
        parameter: $\varrho$.
        widths: as given.
        inner: $\varrho'$.
        gap: $d/\ell$, the least distance between the two ellipses in units of the panel's length, rounded down.
    """

    def __init__(self, sigma: OddSigmoid, parameter: fmpq, widths: int = 1) -> None:
        """Compile the half lines; see the class."""
        inner = 1 + (parameter - 1) * _SHRUNK
        self.parameter, self.inner = float(Fraction(str(parameter))), float(Fraction(str(inner)))
        self.gap = float(Fraction(str((parameter + 1 / parameter - inner - 1 / inner) / 4))) * (1 - 2.0**-50)
        self._radii = (parameter + 1 / parameter) / 4, (parameter - 1 / parameter) / 4
        self.widths, self._width = widths, widths * fmpq(*sigma.half_saturation.as_integer_ratio())
        half = sympy.Symbol("p", positive=True)
        signs = (1,) if sigma.check()["odd"] == "proved" else (1, -1)
        self._halves = [complex_ball_function(sigma.expression.subs(U, sign * half), half) for sign in signs]
        self._known: dict[int, float] = {}

    def __call__(self, level: int) -> float:
        r"""Bound $|\sigma|$ on all ellipses of a level.

        Args:
            level: from 0 on.

        Returns:
            the bound, at least 1; infinite where none is proved.
        """
        if level not in self._known:
            boxes = list(self._cover(level))
            with ctx.workprec(_BITS):
                self._known[level] = max(1.0, *(_bound(function, boxes) for function in self._halves))
        return self._known[level]

    @property
    def cost(self) -> float:
        """The nodes that an interval of some widths needs, up to a factor."""
        return (1 + math.log2(_TYPICAL / self.widths)) / math.log(self.inner)

    def table(self, levels: int) -> np.ndarray:
        """Return the bounds of levels 0 to ``levels``, shape ``(levels + 1,)``."""
        return np.array([self(level) for level in range(levels + 1)])

    def _cover(self, level: int) -> Iterator[Box]:
        """Cover the upper halves of the ellipses of a level by rectangles; the lower halves mirror them."""
        unit, longer = self._width, 1 + _SPARE
        starts = [-_SPARE, *(fmpq(i, _STARTS) for i in range(1, _STARTS)), longer]
        for left, right, top in _half_ellipse(longer / 2, *(longer * radius for radius in self._radii)):
            for low, high in pairwise(starts):
                if level == 0:
                    yield unit * (left + low), unit * (right + high), fmpq(0), unit * top
                    continue
                near, far = (unit * (1 + part) * 2 ** (level - 1) for part in (low, high))
                yield min(near * (1 + left), far * (1 + left)), far * (1 + right), fmpq(0), far * top


def _half_ellipse(middle: fmpq, width: fmpq, height: fmpq) -> Iterator[tuple[fmpq, fmpq, fmpq]]:
    """Cover the upper half of an ellipse by strips: left, right and top of each."""
    ends = [middle + width * fmpq(2 * i - _STRIPS, _STRIPS) for i in range(_STRIPS + 1)]
    for i, (left, right) in enumerate(pairwise(ends)):
        nearest = max(abs(2 * i + 1 - _STRIPS) - 1, 0) / _STRIPS  # to the middle, in the unit of the width
        top = height * (fmpq(*((1 - nearest**2) ** 0.5).as_integer_ratio()) + fmpq(1, 10**9))
        yield left, right, top


def _bound(function: ComplexBallFunction, boxes: list[Box]) -> float:
    """Bound a function on rectangles, where a bound is not good on quarters; infinite unless it is of use."""
    largest, todo = 0.0, deque(boxes)
    for _ in range(_MOST_BOXES):
        if not todo or largest > _LARGEST:
            break
        left, right, bottom, top = todo.popleft()
        size = abs(function(rectangle((left, right), (bottom, top))))
        upper = float(np.nextafter(float(size.upper()), np.inf)) if size.is_finite() else np.inf
        if upper <= _GOOD or (top - bottom < (right + top) / _FINEST and np.isfinite(upper)):
            largest = max(largest, upper)
            continue
        middle, level = (left + right) / 2, (bottom + top) / 2
        todo.extend(
            (*sides, *heights)
            for sides in ((left, middle), (middle, right))
            for heights in ((bottom, level), (level, top))
        )
    return largest if not todo and largest <= _LARGEST else np.inf


@cache
def _of_unit(sigma: OddSigmoid) -> EllipseBounds | None:
    """Find the width of the panels at a threshold, and the parameter, that need the fewest nodes."""
    if not 0 < sigma.half_saturation < np.inf:
        return None
    found = [bounds for widths in _WIDTHS if (bounds := _widest(sigma, widths))]
    return min(found, key=lambda bounds: bounds.cost, default=None)


def _widest(sigma: OddSigmoid, widths: int) -> EllipseBounds | None:
    """Find the largest parameter at which the first levels have useful bounds."""
    for parameter in _PARAMETERS:
        bounds = EllipseBounds(sigma, parameter, widths)
        if all(bounds(level) <= _LARGEST for level in range(_LEVELS)):
            return bounds
    return None


def ellipse_bounds(sigma: OddSigmoid) -> EllipseBounds | None:
    """Return the bounds of a sigmoid, found once for all scales of a family.

    Args:
        sigma: the odd sigmoid.

    Returns:
        its bounds; None where no ellipse is found on which it is analytic.
    """
    return _of_unit(sigma.unit or sigma)
