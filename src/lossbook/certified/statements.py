r"""What the statements on one threshold decide, equal weights and $A<B$: where each holds, and its border.

| statement | holds where | and says |
|---|---|---|
| case 2 (C7) | $2\sigma(A)>\sigma(A+B)$ | every maximiser lies in $(a,a_1)$ |
| T1 | $\sigma(A)\ge\frac12$ | $a$ is no maximiser |
| case 3 (C8) | $3\sigma(A)\le\sigma(B)$ | $a$ is the maximiser |
| T2 | $3\sigma(\frac23A)\le\sigma(A+B)$ | $a$ is the maximiser |

The border of case 2 is that of T3 too: for a sigmoid with the criterion (C), $\phi(0)+\phi(2\beta)<2\phi(\beta)$ on
$0<\beta<\frac12$ with $\phi=\sigma'\circ\sigma^{-1}$, $a$ is the maximiser exactly where case 2 does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from lossbook.arguments import real_array
from lossbook.balls import range_on
from lossbook.certified.phase import Diagram, Plane, diagram
from lossbook.certified.slope import Box
from lossbook.sigmoid import OddSigmoid

CLASSES = ("undecided", "decided", "silent")
_BITS = 60
_STEPS = 64


@dataclass(frozen=True)
class Statement:
    r"""A sufficient condition, as the sign of a margin $\sum_kc_k\,\sigma(\alpha_kA+\beta_kB)+c_0$.

    Attributes:
        name: as the book calls it.
        formula: the condition in LaTeX.
        terms: triples $(c_k,\alpha_k,\beta_k)$ with $\alpha_k,\beta_k\ge0$.
        constant: $c_0$.
    """

    name: str
    formula: str
    terms: tuple[tuple[int, fmpq, fmpq], ...]
    constant: fmpq

    def margin(self, sigma: OddSigmoid, positive: Any, negative: Any) -> np.ndarray:
        r"""Evaluate the margin in ``float64``; the statement holds where it is positive.

        Args:
            sigma: the odd sigmoid.
            positive: $A$, any shape.
            negative: $B$, of a shape that goes with it.

        Returns:
            ``float64`` of the common shape.
        """
        first, second = real_array(positive, "positive"), real_array(negative, "negative")
        values = (c * sigma(float(alpha) * first + float(beta) * second) for c, alpha, beta in self.terms)
        return float(self.constant) + sum(values, np.zeros(()))

    def holds_on(self, sigma: OddSigmoid, box: Box) -> str:
        """Decide whether the condition holds for every problem of a box, or for none.

        Args:
            sigma: the odd sigmoid, its axioms proved.
            box: the problems; their weights are not looked at.

        Returns:
            ``"decided"``, ``"silent"`` or ``"undecided"``.
        """
        (a_low, a_high), (b_low, b_high) = box.positive, box.negative
        with ctx.workprec(_BITS):
            margin = arb(self.constant)
            for factor, alpha, beta in self.terms:
                ends = alpha * a_low + beta * b_low, alpha * a_high + beta * b_high
                margin += factor * range_on(sigma.ball, *ends, monotone=True)
        if a_high > b_low:
            return "silent" if a_low >= b_high else "undecided"
        return "decided" if margin > 0 else "silent" if margin < 0 else "undecided"

    def border(self, sigma: OddSigmoid, negative: Any) -> np.ndarray:
        r"""Find the $A$ in $(0,B)$ at which the margin changes its sign.

        Args:
            sigma: the odd sigmoid.
            negative: $B>0$, shape ``(m,)``.

        Returns:
            $A$, shape ``(m,)``, to about 15 digits of $B$; ``inf`` where the margin has one sign.
        """
        lengths = real_array(negative, "negative")
        low, high = np.zeros_like(lengths), np.ones_like(lengths)
        ends = [self.margin(sigma, lengths * end, lengths) > 0 for end in (low + 2.0**-_STEPS, high)]
        for _ in range(_STEPS):
            middle = (low + high) / 2
            before = (self.margin(sigma, lengths * middle, lengths) > 0) == ends[0]
            low, high = np.where(before, middle, low), np.where(before, high, middle)
        return np.where(ends[0] == ends[1], np.inf, lengths * high)

    def line(self, sigma: OddSigmoid, decades: tuple[float, float], points: int = 241) -> tuple[np.ndarray, np.ndarray]:
        r"""Give the border as a line to draw.

        Args:
            sigma: the odd sigmoid.
            decades: the decimal logarithms of the least and the largest $B$.
            points: how many.

        Returns:
            the decimal logarithms of $A$ and of $B$, shape ``(points,)`` each.
        """
        negative = np.logspace(*decades, points)
        return np.log10(self.border(sigma, negative)), np.log10(negative)


def domain(statement: Statement, sigma: OddSigmoid, plane: Plane, depth: int = 9) -> Diagram:
    """Find the part of a plane in which a statement's condition holds.

    Args:
        statement: the statement.
        sigma: the odd sigmoid, its axioms proved.
        plane: the problems; equal weights.
        depth: see :func:`lossbook.certified.phase.diagram`.

    Returns:
        a diagram with the classes :data:`CLASSES`.
    """
    return diagram(plane, lambda box: statement.holds_on(sigma, box), CLASSES, depth)


_ZERO, _ONE = fmpq(0), fmpq(1)
CASE_2 = Statement("case 2", r"2\sigma(A)>\sigma(A+B)", ((2, _ONE, _ZERO), (-1, _ONE, _ONE)), _ZERO)
T1 = Statement("T1", r"\sigma(A)\ge\frac{1}{2}", ((1, _ONE, _ZERO),), fmpq(-1, 2))
CASE_3 = Statement("case 3", r"3\sigma(A)\leq\sigma(B)", ((1, _ZERO, _ONE), (-3, _ONE, _ZERO)), _ZERO)
T2 = Statement("T2", r"3\sigma(\frac{2}{3}A)\leq\sigma(A+B)", ((1, _ONE, _ONE), (-3, fmpq(2, 3), _ZERO)), _ZERO)


def farthest_bias(sigma: OddSigmoid, difference: Any) -> np.ndarray:
    r"""Find the bound of T1: the least $c$ with $\sigma(2c+B-A)<2\sigma(c)$, so that $a_1-\theta^*<c$.

    Args:
        sigma: the odd sigmoid.
        difference: $B-A\ge0$, shape ``(m,)``.

    Returns:
        $c$, shape ``(m,)``; never more than $\sigma^{-1}(\frac12)$.
    """
    lengths = real_array(difference, "difference")
    low, high = np.zeros_like(lengths), inverse(sigma, np.full_like(lengths, 0.5))
    for _ in range(_STEPS):
        middle = (low + high) / 2
        bounded = sigma(2 * middle + lengths) < 2 * sigma(middle)
        low, high = np.where(bounded, low, middle), np.where(bounded, middle, high)
    return high


def curvature_of_slope(sigma: OddSigmoid, beta: Any) -> np.ndarray:
    r"""Evaluate the criterion (C), $(\phi(0)+\phi(2\beta)-2\phi(\beta))/\phi(0)$ with $\phi=\sigma'\circ\sigma^{-1}$.

    Args:
        sigma: the odd sigmoid.
        beta: values of the sigmoid, in $(0,\frac12)$, shape ``(m,)``.

    Returns:
        shape ``(m,)``; negative on all of $(0,\frac12)$ if the slope of the unweighted gain changes its sign once
        at most, whatever the lengths.

    Raises:
        ValueError: if a value lies outside.

    References:
        T3.
    """
    values = real_array(beta, "beta")
    if np.any((values <= 0) | (values >= 0.5)):
        raise ValueError(f"beta must lie between 0 and 1/2; got {values[(values <= 0) | (values >= 0.5)].flat[0]}")
    at_zero, at_beta, at_double = (
        sigma.numeric_derivative(inverse(sigma, v)) for v in (np.zeros(1), values, 2 * values)
    )
    return 1 + (at_double - 2 * at_beta) / at_zero


def inverse(sigma: OddSigmoid, values: np.ndarray) -> np.ndarray:
    r"""Find $\sigma^{-1}$ by bisection.

    Args:
        sigma: the odd sigmoid.
        values: in $[0,1)$, shape ``(m,)``.

    Returns:
        the arguments, shape ``(m,)``, to the last bits; 0 for 0.
    """
    width = sigma.half_saturation
    low, high = np.full_like(values, np.log(width) - 60), np.full_like(values, np.log(width) + 60)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        below = sigma.numeric(np.exp(middle)) < values
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(values == 0, 0.0, np.exp(low))
