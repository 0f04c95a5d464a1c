r"""Margin losses: $\ell=\varphi(y\,g)$ for the label $y=\pm1$ and the score $g\in(-1,1)$ (equation (15)).

A loss is written once, as a sympy expression in the margin $m=y\,g$; its derivative and its numeric version are made
from it. The paper's loss is the linear one, $\varphi(m)=1-m$.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from lossbook.arguments import real_array, shown
from lossbook.balls import ball_function
from lossbook.numeric import NumericFunction

M = sympy.Symbol("m", real=True)


@dataclass(frozen=True)
class MarginLoss:
    r"""A symmetric margin loss $\varphi(m)$, the same for both classes.

    Args:
        expression: a sympy expression in the real symbol ``m``, of elementary functions with exact numbers.
        name: what to call it in pictures and messages.

    Raises:
        TypeError: if it is not a sympy expression.
        ValueError: if it has a symbol other than m.

    Example:
        >>> linear().derivative
        -1
        >>> linear()([-1, 0, 1])
        array([2., 1., 0.])
    """

    expression: sympy.Expr
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Check the expression."""
        if not isinstance(self.expression, sympy.Expr):
            raise TypeError(f"expression must be a sympy expression in m; got {shown(self.expression)}")
        if self.expression.free_symbols != {M}:
            raise ValueError(f"expression must have exactly the one symbol m; got {self.expression}")
        ball_function(self.expression, M)
        object.__setattr__(self, "name", self.name or str(self.expression))

    @property
    def symbol(self) -> sympy.Symbol:
        """The real symbol ``m`` of the formula."""
        return M

    @cached_property
    def derivative(self) -> sympy.Expr:
        r"""$\varphi'(m)$."""
        return sympy.simplify(self.expression.diff(M))

    @cached_property
    def numeric(self) -> NumericFunction:
        """The loss in ``float64``, without the argument checks of a call."""
        return NumericFunction(self.expression, M)

    def __call__(self, margin: Any) -> np.ndarray:
        r"""Evaluate $\varphi(m)$.

        Args:
            margin: $m=y\,g\in[-1,1]$, any shape.

        Returns:
            ``float64`` of the same shape, a scalar for a scalar.

        Raises:
            ValueError: if a margin lies outside [-1, 1].
        """
        margins = real_array(margin, "margin")
        if np.any(np.abs(margins) > 1):
            raise ValueError(f"margin must lie in [-1, 1]; got {margins[np.abs(margins) > 1].flat[0]}")
        return self.numeric(margins)[()]


def linear() -> MarginLoss:
    r"""Make the paper's loss, $\varphi(m)=1-m$ (equation (15)).

    Returns:
        the loss; its values lie in (0, 2) for margins in (-1, 1), below 1 exactly where the margin is positive.
    """
    return MarginLoss(1 - M, "linear")
