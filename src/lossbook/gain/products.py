r"""Integrals of products of sigmoids, panel by panel, with a proved bound of the truncation error.

What is integrated over every interval $[a_j,a_{j+1}]$ of the problem, for many parameters $\theta$ at once, is the
score and its partial derivatives,

$$\prod_i\sigma(\theta_i-x),\qquad\sigma'(\theta_k-x)\prod_{i\ne k}\sigma(\theta_i-x),$$

by Gauss-Legendre's rule on the panels of :mod:`lossbook.gain.panels`; :mod:`lossbook.gain.ellipses` bounds the error on
each. Where that bound is not small against the integral of the size, which has one sign on a panel, more nodes are
taken.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from flint import arb, ctx

from lossbook.balls import Ball
from lossbook.gain.ellipses import EllipseBounds, ellipse_bounds
from lossbook.gain.panels import Panels, cut
from lossbook.sigmoid import OddSigmoid

_TRUNCATION = 1e-13  # aimed at first, on each panel, of its length; of a derivative's integral, as it is
_RELATIVE = 4e-13  # aimed at in the end, of the integral of the size
_MOST_NODES = 256
_RULE_BITS = 100
_CHUNK = 60_000  # values of the sigmoid worked on at once: they stay in the cache
_MOST_LEVELS = 40  # an interval may be 2^40 widths long
_ROUNDING = 2.0**-43  # of each factor of the integrand
_FEWEST = 4  # factors whose rounding is counted: the rest is for nodes and sums


class Sums(NamedTuple):
    r"""Integrals over the intervals, and bounds of their errors.

    Attributes:
        values: of the score, shape ``(rows, n + 1)``.
        slopes: of its partial derivatives, shape ``(rows, n, n + 1)``.
        value_errors: as ``values``.
        slope_errors: as ``slopes``.
    """

    values: np.ndarray
    slopes: np.ndarray
    value_errors: np.ndarray
    slope_errors: np.ndarray


@cache
def enclosed_rule(nodes: int, bits: int) -> list[tuple[Ball, Ball]]:
    """Enclose Gauss-Legendre's nodes and weights on [0, 1], increasing, at a working precision."""
    with ctx.workprec(bits):
        pairs = [arb.legendre_p_root(nodes, k, weight=True) for k in reversed(range(nodes))]
        return [((1 + node) / 2, weight / 2) for node, weight in pairs]


@cache
def rule(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return Gauss-Legendre's nodes and weights on [0, 1], increasing; numpy's own weights are off by up to 2e-11."""
    places, weights = np.array([(float(node), float(weight)) for node, weight in enclosed_rule(nodes, _RULE_BITS)]).T
    return places, weights


def _constant(parameter: float, nodes: int) -> float:
    """The factor of the error of Gauss-Legendre's rule, of length times bound."""
    return 32 / 15 * parameter ** (-2.0 * nodes) / (1 - parameter**-2.0)


class Products:
    r"""The integrals of one problem's scores and of their derivatives.

    Args:
        sigma: the odd sigmoid.
        cuts: $a,a_1,\dots,b$ counted from $a$, shape ``(n + 2,)``.
    """

    def __init__(self, sigma: OddSigmoid, cuts: np.ndarray, bounds: EllipseBounds) -> None:
        """Fetch the bounds as far as they are needed; see the class."""
        self.sigma, self.cuts, self.n = sigma, cuts, len(cuts) - 2
        self.width, self.bounds = bounds.widths * sigma.half_saturation, bounds
        self.levels = bounds.table(1 + max(0, math.ceil(math.log2(cuts[-1] / self.width))))
        self._largest = float(self.levels.max()) ** self.n / bounds.gap

    @staticmethod
    def of(sigma: OddSigmoid, cuts: np.ndarray) -> Products | None:
        """Return the integrals, or None where no error is proved: not analytic, or too long an interval."""
        bounds = ellipse_bounds(sigma)
        if bounds is None or not cuts[-1] < sigma.half_saturation * 2.0**_MOST_LEVELS:
            return None
        products = Products(sigma, cuts, bounds)
        return products if np.isfinite(products.levels).all() else None

    def nodes_for(self, truncation: float) -> int:
        """Tell how many nodes keep every panel's error below a part of its length, derivatives' below it as it is."""
        wanted = math.log(_constant(self.bounds.inner, 1) * self._largest * self.bounds.inner**2 / truncation)
        return min(_MOST_NODES, max(4, math.ceil(wanted / (2 * math.log(self.bounds.inner)))))

    def sums(self, theta: np.ndarray, *, slopes: bool = True, errors: bool = False) -> Sums:
        """Integrate over each interval.

        Args:
            theta: shape ``(rows, n)``, counted from $a$.
            slopes: whether the partial derivatives are wanted.
            errors: whether bounds of the errors are.

        Returns:
            the integrals; with ``errors`` bounds of truncation, which is proved, and rounding together. What is not
            wanted is 0.
        """
        nodes = self.nodes_for(_TRUNCATION)
        found = self._sums(theta, nodes, slopes, errors)
        size = np.abs(found.values).sum(axis=1) / self.cuts[-1]
        if slopes:
            size = np.minimum(size, np.abs(found.slopes).sum(axis=2).min(axis=1))
        small = np.flatnonzero(size * _RELATIVE < _TRUNCATION)
        if small.size:
            least = float(size[small].min()) * _RELATIVE
            finer = self._sums(theta[small], self.nodes_for(max(least, 1e-300)), slopes, errors)
            for whole, part in zip(found, finer, strict=True):
                whole[small] = part
        return found

    def _sums(self, theta: np.ndarray, nodes: int, slopes: bool, errors: bool) -> Sums:
        """Integrate by a rule."""
        panels = cut(theta, self.cuts, self.width)
        count, partials = len(panels.row), self.n if slopes else 0
        found = np.empty((1 + partials, count))
        step = max(1, _CHUNK // (self.n * nodes))
        for start in range(0, count, step):
            part = slice(start, start + step)
            where = theta[panels.row[part]], panels.low[part], panels.length[part]
            found[:, part] = self._evaluated(*where, rule(nodes), slopes)
        bounds = self._errors(theta[panels.row], panels, found, nodes) if errors else np.zeros((1 + partials, 0))
        group = panels.row * (self.n + 1) + panels.piece
        return Sums(*self._gathered(group, len(theta), found), *self._gathered(group, len(theta), bounds))

    def _evaluated(
        self, theta: np.ndarray, low: np.ndarray, length: np.ndarray, rule: tuple[np.ndarray, np.ndarray], slopes: bool
    ) -> np.ndarray:
        """Integrate over some panels: the score, and its partial derivatives; shape (1 or n + 1, panels)."""
        nodes, weights = rule
        near = np.abs(theta - (low + 0.5 * length)[:, np.newaxis]).argmin(axis=1)
        anchor = theta[np.arange(len(theta)), near]
        offset = (low - anchor)[:, np.newaxis] + length[:, np.newaxis] * nodes
        arguments = (theta - anchor[:, np.newaxis]).T[:, :, np.newaxis] - offset
        factors = self.sigma.numeric.fast(arguments)
        found = np.empty((1 + self.n * slopes, len(low)))
        before = [np.ones_like(offset)]
        for factor in factors:
            before.append(before[-1] * factor)
        found[0] = before.pop() @ weights
        if slopes:
            derivatives, behind = self.sigma.numeric_derivative.fast(arguments), np.broadcast_to(weights, offset.shape)
            for k in reversed(range(self.n)):
                found[1 + k] = np.einsum("ij,ij,ij->i", derivatives[k], before[k], behind)
                behind = behind * factors[k]
        return found * length

    def _errors(self, theta: np.ndarray, panels: Panels, found: np.ndarray, nodes: int) -> np.ndarray:
        """Bound what each panel's integrals are off by; the integrand has one sign on a panel."""
        high = panels.low + panels.length
        distance = np.maximum(panels.low[:, np.newaxis] - theta, theta - high[:, np.newaxis])
        level = np.ceil(np.log2(np.maximum(distance, self.width)) - math.log2(self.width)).astype(np.int64)
        within = np.prod(self._sizes(level), axis=1)
        bounds = _ROUNDING * max(_FEWEST, self.n) * np.abs(found)
        bounds[0] += _constant(self.bounds.parameter, nodes) * panels.length * within
        bounds[1:] += _constant(self.bounds.inner, nodes) / self.bounds.gap * within
        return bounds

    def _sizes(self, level: np.ndarray) -> np.ndarray:
        """Look up the bounds of levels; those of thresholds far outside the interval are not in the table."""
        found = self.levels[np.minimum(level, len(self.levels) - 1)]
        far = level >= len(self.levels)
        if far.any():
            kinds, which = np.unique(level[far], return_inverse=True)
            found[far] = np.array([self.bounds(int(kind)) for kind in kinds])[which]
        return found

    def _gathered(self, group: np.ndarray, rows: int, parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add up the panels of each interval."""
        size = rows * (self.n + 1)
        found = np.zeros((len(parts), size))
        for total, part in zip(found, parts, strict=True):
            if part.size:
                total[:] = np.bincount(group, part, size)
        by_row = found.reshape(len(parts), rows, self.n + 1)
        return by_row[0], np.moveaxis(by_row[1:], 0, 1)
