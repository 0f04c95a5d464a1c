r"""The risk of one threshold as a learner meets it: its slope, its bends, its minima, and the noise of its gradient.

With $H_\pm=\varphi_\pm\circ\sigma$ one point's gradient is $\pm(b-a)\,w_\pm H_\pm'(\pm(\theta-x))$. So all that is
needed are values of $H_\pm'$ and $H_\pm''$ at the distances from $\theta$ to $a$, $a_1$ and $b$, and one integral of
$H_\pm'^2$ for the variance $V$.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import sympy

from lossbook.arguments import real_array, shown
from lossbook.gain.kinks import bends
from lossbook.loss import M, MarginFunction
from lossbook.numeric import NumericFunction
from lossbook.quadrature import graded_cuts, integrate
from lossbook.sgd import SGD
from lossbook.sigmoid.odd_sigmoid import U

_ROUNDING = 2.0**-43  # of what the force is a difference of: so far it is known


class Landscape:
    r"""The risk of one threshold and the noise of its gradient, for any sigmoid and margin loss.

    Args:
        settings: of which problem, sigmoid, loss and weights are used.

    Raises:
        TypeError: if ``settings`` is not an SGD.
        ValueError: if the problem has several thresholds.
    """

    def __init__(self, settings: SGD) -> None:
        """Derive $H'$ and $H''$; see the class for the arguments."""
        if not isinstance(settings, SGD):
            raise TypeError(f"settings must be an SGD; got {shown(settings)}")
        if settings.problem.n != 1:
            raise ValueError(f"settings must be of a problem with one threshold; got n = {settings.problem.n}")
        self.settings = settings
        self.cuts = np.array([float(cut) for cut in settings.problem.cuts])
        self.plus, self.minus = map(float, settings.weights)
        self._sigma, self._loss = settings.sigmoid, settings.loss
        self._slopes = [self._slope_of(side) for side in self._loss.sides]

    def _slope_of(self, side: MarginFunction) -> NumericFunction:
        """Derive $H'$ of one class."""
        return NumericFunction(side.derivative.subs(M, self._sigma.expression) * self._sigma.derivative, U)

    @cached_property
    def _bends(self) -> list[NumericFunction]:
        r"""$H''$ of both classes; not everywhere defined, for a sigmoid that is not smooth at 0."""
        chain = [slope.expression.diff(U) for slope in self._slopes]
        return [NumericFunction(bend.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero), U) for bend in chain]

    @cached_property
    def kinks(self) -> np.ndarray:
        r"""The arguments $u$ at which $H_+$ or $H_-$ has a kink, of either sign."""
        return np.array(bends(self._sigma, self._loss))

    def slope(self, u: np.ndarray, positive: Any) -> np.ndarray:
        r"""Give $H_+'$ or $H_-'$.

        Args:
            u: arguments, any shape.
            positive: whether of the positive class; one truth value, or one for each argument.

        Returns:
            the slopes, shape of ``u``.
        """
        if self._loss.symmetric:
            return self._slopes[0](u)
        result, wanted = np.empty(u.shape), np.broadcast_to(positive, u.shape)
        for slope, there in zip(self._slopes, (wanted, ~wanted), strict=True):
            result[there] = slope(u[there])
        return result

    def _ends(self, theta: Any) -> tuple[np.ndarray, np.ndarray]:
        """The distances to the ends of each class's interval: positives from theta, negatives to theta."""
        a, middle, b = self.cuts
        return np.array([theta - a, theta - middle]), np.array([b - theta, middle - theta])

    def _combined(self, functions: Iterable[NumericFunction], theta: float, sign: int) -> float:
        """Add up the differences over both classes, with their weights."""
        plus, minus = (function(ends) for function, ends in zip(functions, self._ends(theta), strict=True))
        return float(self.plus * (plus[0] - plus[1]) + sign * self.minus * (minus[0] - minus[1]))

    def force(self, theta: float) -> float:
        r"""Give $-L'(\theta)$, the mean of the gradient that the process follows.

        Args:
            theta: the threshold.

        Returns:
            $w_+(H_+(\theta-a_1)-H_+(\theta-a))+w_-(H_-(b-\theta)-H_-(a_1-\theta))$.
        """
        return float(self.balance(theta)[0])

    def balance(self, theta: Any) -> tuple[np.ndarray, np.ndarray]:
        r"""Give $-L'(\theta)$ with the size of what it is the difference of.

        Args:
            theta: thresholds, any shape.

        Returns:
            the forces, and the sums of the sizes of their four terms: a force is rounded in relation to that.
        """
        heights = [
            side.numeric(self._sigma.numeric(ends))
            for side, ends in zip(self._loss.sides, self._ends(theta), strict=True)
        ]
        (plus_far, plus_near), (minus_far, minus_near) = heights
        force = self.plus * (plus_near - plus_far) + self.minus * (minus_far - minus_near)
        sizes = [np.abs(ends).sum(axis=0) for ends in heights]
        return force, self.plus * sizes[0] + self.minus * sizes[1]

    def curvature(self, theta: float) -> float:
        r"""Give $L''(\theta)$.

        Args:
            theta: the threshold.

        Returns:
            the curvature of the risk.
        """
        return self._combined(self._slopes, theta, 1)

    def third(self, theta: float) -> float:
        r"""Give $L'''(\theta)$.

        Args:
            theta: the threshold.

        Returns:
            the third derivative; an ``UnresolvedError`` is raised where there is none.
        """
        return self._combined(self._bends, theta, -1)

    def noise(self, theta: Any) -> Any:
        r"""Give $V(\theta)$, the variance of one point's gradient.

        Args:
            theta: thresholds, any shape.

        Returns:
            $(b-a)\bigl(w_+^2\int_a^{a_1}H_+'(\theta-x)^2dx+w_-^2\int_{a_1}^bH_-'(x-\theta)^2dx\bigr)-L'(\theta)^2$.
        """
        places = real_array(theta, "theta")
        centres = places.reshape(-1, 1)
        width = self._sigma.half_saturation
        span = self.cuts[-1] - self.cuts[0]
        cuts = graded_cuts(centres, self.cuts, min(width, span) if width > 0 else span, centres - self.kinks)

        def integrand(anchor: np.ndarray, offset: np.ndarray, rows: np.ndarray) -> np.ndarray:
            """The square of one point's gradient, without the length."""
            u = (centres[rows] - anchor) - offset
            positive = anchor + offset <= self.cuts[1]
            return np.where(positive, self.plus, self.minus) ** 2 * self.slope(np.where(positive, u, -u), positive) ** 2

        squares, _ = integrate(integrand, cuts, centres)
        means, _ = self.balance(places)
        return (span * squares.reshape(places.shape) - means**2)[()]


def minima(settings: SGD, count: int = 4001) -> Sequence[float]:
    r"""Find the minima of the risk inside the interval, in ``float64``.

    Where the risk is flat at its lowest, as it may be with a loss that is constant in places, the middle of the flat
    stretch stands for it.

    Args:
        settings: the process, with one threshold.
        count: on how many places the slope is looked at.

    Returns:
        the zeros of $L'$ at which it rises, to about 1e-14 of the length, in increasing order.
    """
    land = Landscape(settings)
    grid = np.linspace(land.cuts[0], land.cuts[-1], count)
    signs = np.sign(_seen(land, grid))
    falls = [(i, j) for i, j in pairwise(np.flatnonzero(signs)) if signs[i] > 0 > signs[j]]
    return [_minimum(land, grid[i : j + 1]) for i, j in falls]


def _seen(land: Landscape, theta: Any) -> np.ndarray:
    """The force; 0 where it may be nothing but a rounding error."""
    force, size = land.balance(theta)
    return np.where(np.abs(force) > _ROUNDING * size, force, 0.0)


def _minimum(land: Landscape, places: np.ndarray) -> float:
    """Find a minimum between places: the force is above 0 at the first, below at the last, and 0 at all others."""
    from scipy.optimize import brentq  # needed by few

    precision = 1e-14 * float(land.cuts[-1] - land.cuts[0])
    if len(places) == 2:
        return float(brentq(land.force, *places, xtol=precision))
    ends = []
    for sloping, flat in (places[:2], places[:-3:-1]):
        while abs(flat - sloping) > precision:
            middle = (flat + sloping) / 2
            sloping, flat = (middle, flat) if _seen(land, middle) else (sloping, middle)
        ends.append(flat)
    return float(sum(ends) / 2)
