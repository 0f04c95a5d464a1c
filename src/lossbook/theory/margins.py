r"""Small margins: how far the hinge's minimiser near the truth is from it.

The hinge $\varphi(m)=\max(0,m_0-m)$ hears only the points whose margin is below $m_0$. For a small $m_0$ these lie in a
*band* around each threshold, of half width about $u_k=\dfrac{m_0}{\sigma'(0)\,W_k(a_k)}$ with
$W_k=\prod_{i\ne k}|\sigma(a_i-x)|$. Let $\theta_k=a_k+s_k$ and $L=\sigma'/\sigma$. To the order $m_0^2$ the slope
$\partial L/\partial\theta_k$ of the risk has two parts. In the own band $W_k$ is not level: the band is longer on the
side where $W_k$ falls, and the pull is weaker there, which leaves $2\,\sigma'(0)W_k\,s_k-m_0u_k\,(\log W_k)'(a_k)$. In
the band of $a_i$ the score of the others turns its sign but $L(a_k-x)$ does not, which leaves $-m_0u_i\,L(a_k-a_i)$.
With $(\log W_k)'(a_k)=\sum_{i\ne k}L(a_k-a_i)$ the slope vanishes at

$$s_k\approx\frac{u_k}2\sum_{i\ne k}L(a_k-a_i)\,(u_k+u_i),$$

which is proportional to $m_0^2$ (and 0 for $n=1$). Each threshold is pushed *away* from its neighbours.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import root
from scipy.optimize.elementwise import find_root

from lossbook.arguments import exact
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid
from lossbook.theory.neighbours import Truth

_NODES, _WEIGHTS = (0.5 * part for part in np.polynomial.legendre.leggauss(20))
_THIRDS = 30  # enough to bracket the edges


class Bands:
    r"""The bands of a hinge with a small margin, and the slope of its risk, near the truth.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        margin: $m_0>0$.

    Raises:
        ValueError: if the margin is so large that two bands meet, or one reaches an end of the interval.
    """

    def __init__(self, problem: ThresholdProblem, sigma: OddSigmoid, margin: Any) -> None:
        """Measure the problem; see the class for the arguments."""
        self.truth = Truth(problem, sigma)
        self.margin = float(exact(margin, "margin", positive=True))
        self.gaps = self.truth.thresholds[:, np.newaxis] - self.truth.thresholds
        self._owners = np.repeat(np.arange(self.truth.n), 2)
        self._far = self._peaks()
        highest = float(self._heights(np.zeros(self.truth.n), self._owners, self._far).min())
        if not self.margin < highest:
            raise ValueError(
                f"margin must be below {highest:.4g}, where two bands meet or one reaches an end; got {margin}"
            )

    @cached_property
    def stiffness(self) -> np.ndarray:
        r"""$2\,\sigma'(0)\,W_k(a_k)$, the slope's own slope to leading order, shape ``(n,)``."""
        return 2 * self.truth.slope_at_0 * self.truth.own_confidence

    @property
    def widths(self) -> np.ndarray:
        r"""$u_k$, shape ``(n,)``, in units of the sigmoid's length."""
        return 2 * self.margin / self.stiffness

    @property
    def predicted(self) -> np.ndarray:
        """The bias to the order of the margin's square, shape ``(n,)``, in units of the sigmoid's length."""
        others = ~np.eye(self.truth.n, dtype=bool)
        values, slopes = self.truth.value(self.gaps), self.truth.slope(self.gaps)
        ratios = np.divide(slopes, values, out=np.zeros_like(slopes), where=others)
        return np.asarray(self.widths / 2 * (ratios * (self.widths[:, np.newaxis] + self.widths)).sum(axis=1))

    def _heights(self, bias: np.ndarray, owners: np.ndarray, offsets: np.ndarray) -> np.ndarray:
        r"""The size of the score at offsets from the parameters of given numbers."""
        steps = (self.gaps + bias[:, np.newaxis] - bias)[:, owners] - offsets
        return np.abs(np.prod(self.truth.value.fast(steps), axis=0))

    def _peaks(self) -> np.ndarray:
        """How far left and right of each true threshold the score is largest before the next one, or the end."""
        lengths, inner, bias = np.diff(self.truth.cuts), np.arange(self.truth.n - 1), np.zeros(self.truth.n)
        low, high = np.zeros(len(inner)), lengths[1:-1].copy()
        for _ in range(_THIRDS if len(inner) else 0):  # log of the size is concave there
            left, right = (2 * low + high) / 3, (low + 2 * high) / 3
            rises = self._heights(bias, inner, left) < self._heights(bias, inner, right)
            low, high = np.where(rises, left, low), np.where(rises, high, right)
        before = np.concatenate([[-lengths[0]], low - lengths[1:-1]])
        return np.stack([before, np.concatenate([low, [lengths[-1]]])], axis=1).ravel()

    def edges(self, bias: np.ndarray) -> np.ndarray:
        """Find how far left and right of each parameter the size of the score reaches the margin, shape ``(n, 2)``."""
        found = find_root(
            lambda offset, owner: self._heights(bias, owner, offset) - self.margin,
            (np.zeros_like(self._far), self._far),
            args=(self._owners,),
        )
        return np.asarray(found.x).reshape(-1, 2)

    def slope(self, bias: np.ndarray) -> np.ndarray:
        r"""Integrate the slope of the risk over the bands.

        Args:
            bias: $\theta_k-a_k$ in units of the sigmoid's length, shape ``(n,)``, inside the bands.

        Returns:
            $\partial L/\partial\theta_k$, shape ``(n,)``; within rounding of the bands' lengths.
        """
        cuts = np.sort(np.concatenate([self.edges(bias) + bias[:, np.newaxis], np.stack([0 * bias, bias], 1)], axis=1))
        spans = np.diff(cuts, axis=1)[..., np.newaxis]
        offsets = cuts[:, :-1, np.newaxis] + spans * (0.5 + _NODES)  # from the true threshold of the band
        steps = (self.gaps + bias[:, np.newaxis])[:, :, np.newaxis, np.newaxis] - offsets
        values, slopes = self.truth.value.fast(steps), self.truth.slope.fast(steps)
        labels = np.where(offsets < 0, 1.0, -1.0) * self.truth.signs[:-1, np.newaxis, np.newaxis]
        others = np.array([np.prod(np.delete(values, k, axis=0), axis=0) for k in range(self.truth.n)])
        return np.asarray(-(labels * slopes * others * spans * _WEIGHTS).sum(axis=(1, 2, 3)))


def predicted_bias(problem: ThresholdProblem, sigma: OddSigmoid, margin: Any) -> np.ndarray:
    r"""Predict the bias of the hinge with a small margin, to the order $m_0^2$ (see the module).

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        margin: $m_0>0$; so small that the bands do not meet.

    Returns:
        the predicted $\theta^*-(a_1,\dots,a_n)$.

    Example:
        >>> from lossbook.sigmoid.families import tanh
        >>> problem = ThresholdProblem(0, [1, 2], 3)
        >>> predicted_bias(problem, tanh(), "1/10") / predicted_bias(problem, tanh(), "1/20")
        array([4., 4.])
    """
    bands = Bands(problem, sigma, margin)
    return bands.truth.unit * bands.predicted


def solved_bias(problem: ThresholdProblem, sigma: OddSigmoid, margin: Any) -> np.ndarray:
    r"""Solve for the bias of the hinge with a small margin, from the truth on.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        margin: $m_0>0$; so small that the bands do not meet.

    Returns:
        $\theta^*-(a_1,\dots,a_n)$ at the critical point of the risk next to the truth.

    Raises:
        ArithmeticError: if the root finder fails.

    Example:
        >>> from lossbook.sigmoid.families import tanh
        >>> abs(solved_bias(ThresholdProblem(0, [1], 9), tanh(), "1/10"))
        array([0.])
    """
    bands = Bands(problem, sigma, margin)
    widths, pull = bands.widths, bands.widths * bands.stiffness
    found = root(  # for 1 + bias / width, so that the tolerance is relative to the width
        lambda part: bands.slope((part - 1) * widths) / pull,
        1 + bands.predicted / widths,
        jac=lambda _: np.eye(len(widths)),
        options={"xtol": 1e-15},
    )
    if not found.success and np.abs(found.fun).max() > 1e-13:
        raise ArithmeticError(f"no critical point found next to the truth for margin = {margin}: {found.message}")
    return bands.truth.unit * (found.x - 1) * widths
