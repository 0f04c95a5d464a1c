r"""Margin losses: $\ell=\varphi_y(y\,g)$ for the label $y=\pm1$ and the score $g\in(-1,1)$ (equation (15)).

A loss is written once, as one or two sympy expressions in the margin $m=y\,g$: $\varphi_+$ for positive and $\varphi_-$
for negative points. It is *symmetric* if they are the same. Derivatives, numeric versions and compiled kernels are made
from the expressions. The paper's loss is the linear one, $\varphi(m)=1-m$.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from lossbook.arguments import class_weights, real_array, shown
from lossbook.balls import BallFunction, ball_function
from lossbook.formula import parse_formula
from lossbook.loss.pieces import Piece, pieces_of
from lossbook.numeric import NumericFunction

M = sympy.Symbol("m", real=True)
_SIMPLIFIED = 60  # operations: a longer derivative is taken as it is, lest simplifying it take minutes


def _divides_by_positive_part(part: sympy.Basic) -> bool:
    """Tell whether a term is max(0, x) to a negative power: undefined below 0 even where a step takes it away."""
    if not isinstance(part, sympy.Pow) or not part.exp.is_negative:
        return False
    return isinstance(part.base, sympy.Max) and len(part.base.args) == 2 and sympy.S.Zero in part.base.args


def derivative_of(expression: sympy.Expr) -> sympy.Expr:
    """Differentiate by m, away from kinks.

    Args:
        expression: a function of m.

    Returns:
        the derivative; at a kink the mean of both sides.
    """
    found = expression.diff(M).replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
    if not any(_divides_by_positive_part(part) for part in expression.atoms(sympy.Pow)):
        found = found.replace(_divides_by_positive_part, lambda power: abs(sympy.Add(*power.base.args)) ** power.exp)
    plain = not found.has(sympy.Heaviside, sympy.Max, sympy.Min, sympy.sign)
    return sympy.simplify(found) if plain and found.count_ops() <= _SIMPLIFIED else found


class _Kept:
    """What keeps results that cannot be pickled: a copy starts without them."""

    def __getstate__(self) -> dict[str, Any]:
        """Give the fields alone."""
        return {part.name: getattr(self, part.name) for part in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True)
class MarginFunction(_Kept):
    r"""One function $\varphi$ of the margin, for the points of one class.

    Args:
        expression: a sympy expression in the real symbol ``m``.
    """

    expression: sympy.Expr

    @cached_property
    def derivative(self) -> sympy.Expr:
        r"""$\varphi'(m)$; at a kink the mean of both sides."""
        return derivative_of(self.expression)

    @cached_property
    def second_derivative(self) -> sympy.Expr:
        r"""$\varphi''(m)$ away from kinks."""
        return derivative_of(self.derivative)

    @cached_property
    def pieces(self) -> tuple[Piece, ...] | None:
        """The smooth pieces of [-1, 1], from left to right; None where the kinks are not found exactly."""
        return pieces_of(self.expression, M)

    @cached_property
    def kinks(self) -> tuple[sympy.Expr, ...]:
        """The margins inside (-1, 1) at which two pieces meet, increasing; empty too if they are not found."""
        return tuple(piece.low for piece in (self.pieces or ())[1:])

    @cached_property
    def ball(self) -> BallFunction:
        r"""$\varphi$ in ball arithmetic."""
        return ball_function(self.expression, M)

    @cached_property
    def ball_derivative(self) -> BallFunction:
        r"""$\varphi'$ in ball arithmetic; at a kink all slopes between those of both sides."""
        return ball_function(self.derivative, M)

    @cached_property
    def numeric(self) -> NumericFunction:
        r"""$\varphi$ in ``float64``, without the argument checks of a call."""
        return NumericFunction(self.expression, M)

    @cached_property
    def numeric_derivative(self) -> NumericFunction:
        r"""$\varphi'$ in ``float64``."""
        return NumericFunction(self.derivative, M)

    @cached_property
    def numeric_second_derivative(self) -> NumericFunction:
        r"""$\varphi''$ in ``float64``, away from kinks."""
        return NumericFunction(self.second_derivative, M)


@dataclass(frozen=True)
class MarginLoss(_Kept):
    r"""A margin loss: one function $\varphi$ of the margin, or a pair $\varphi_+,\varphi_-$.

    Args:
        expression: $\varphi_+$, a sympy expression in the real symbol ``m``, of elementary functions with exact
            numbers; kinks are written with ``Max``, ``Min`` or ``Abs``.
        name: what to call it in pictures and messages.
        negative_expression: $\varphi_-$; None if it is the same.

    Raises:
        TypeError: if an expression is not of sympy, or not elementary, or if the name is no text.
        ValueError: if it has a symbol other than m, or holds a floating-point number.

    Example:
        >>> hinge = MarginLoss(sympy.Max(0, sympy.Rational(1, 2) - M))
        >>> hinge.derivative, hinge.positive.kinks
        (-Heaviside(1/2 - m), (1/2,))
        >>> hinge([-1, 0, 1])
        array([1.5, 0.5, 0. ])
    """

    expression: sympy.Expr
    name: str = field(default="", compare=False)
    negative_expression: sympy.Expr | None = None

    def __post_init__(self) -> None:
        """Check the expressions."""
        if not isinstance(self.name, str):
            raise TypeError(f"name must be text, and negative_expression comes after it; got {shown(self.name)}")
        _check(self.expression, "expression")
        if self.negative_expression is not None:
            _check(self.negative_expression, "negative_expression")
        if self.negative_expression == self.expression:
            object.__setattr__(self, "negative_expression", None)
        pair = [self.expression, *([] if self.symmetric else [self.negative_expression])]
        object.__setattr__(self, "name", self.name or " | ".join(map(str, pair)))

    @classmethod
    def parse(cls, formula: str, negative: str | None = None, name: str = "") -> MarginLoss:
        """Read a reader's own loss; it is parsed, never evaluated as code.

        Args:
            formula: text in ``m``, in the grammar of :mod:`lossbook.formula`, ``max`` and ``min`` included.
            negative: the same for negative points, if they have another one.
            name: what to call it; the formula itself by default.

        Returns:
            the loss; :meth:`check` says what shape it has. A formula that the grammar refuses raises a
            ``FormulaError``, which says where.

        Example:
            >>> MarginLoss.parse("max(0, 1/2 - m)").check()["convex"]
            'proved'
        """
        texts = [formula] if negative is None else [formula, negative]
        read = [parse_formula(text, M, kinks=True) for text in texts]
        return cls(read[0], name or " | ".join(" ".join(text.split()) for text in texts), (*read, None)[1])

    @property
    def symbol(self) -> sympy.Symbol:
        """The real symbol ``m`` of the formula."""
        return M

    @property
    def symmetric(self) -> bool:
        """Whether both classes have the same function."""
        return self.negative_expression is None

    @cached_property
    def positive(self) -> MarginFunction:
        r"""$\varphi_+$."""
        return MarginFunction(self.expression)

    @cached_property
    def negative(self) -> MarginFunction:
        r"""$\varphi_-$."""
        return self.positive if self.negative_expression is None else MarginFunction(self.negative_expression)

    @property
    def sides(self) -> tuple[MarginFunction, MarginFunction]:
        r"""$\varphi_+$ and $\varphi_-$."""
        return self.positive, self.negative

    @property
    def derivative(self) -> sympy.Expr:
        r"""$\varphi'(m)$ of a symmetric loss.

        Raises:
            ValueError: if the loss is not symmetric.
        """
        if not self.symmetric:
            raise ValueError(f"{self.name} is a pair of losses: take positive.derivative or negative.derivative")
        return self.positive.derivative

    def weighted(self, weights: Any) -> MarginLoss:
        r"""Put class weights into the loss.

        Args:
            weights: $(w_+,w_-)$, exact positive numbers.

        Returns:
            the pair $w_+\varphi_+,w_-\varphi_-$.

        Example:
            >>> MarginLoss(1 - M).weighted((3, "1/2")).negative.derivative
            -1/2
        """
        plus, minus = class_weights(weights)
        pair = (plus * self.positive.expression, minus * self.negative.expression)
        return MarginLoss(pair[0], f"{self.name}, weights {plus}, {minus}", pair[1])

    def check(self) -> Any:
        """Decide what shape the loss has on [-1, 1]; see :func:`lossbook.loss.shape.check_shape`.

        Returns:
            a verdict for each property, such as ``"convex"``: ``"proved"``, ``"refuted"`` or ``"undecided"``.
        """
        return self._report

    @cached_property
    def _report(self) -> Any:
        from lossbook.loss.shape import check_shape  # it needs this module

        return check_shape(self)

    def numeric(self, margins: np.ndarray, positive: np.ndarray) -> np.ndarray:
        r"""Evaluate $\varphi_y(m)$ in ``float64``, without the argument checks of a call.

        Args:
            margins: any shape.
            positive: which are of positive points, same shape.

        Returns:
            the values, same shape.
        """
        return self._by_side([side.numeric for side in self.sides], margins, positive)

    def numeric_derivative(self, margins: np.ndarray, positive: np.ndarray) -> np.ndarray:
        r"""Evaluate $\varphi_y'(m)$ in ``float64``, without the argument checks of a call.

        Args:
            margins: any shape.
            positive: which are of positive points, same shape.

        Returns:
            the values, same shape.
        """
        return self._by_side([side.numeric_derivative for side in self.sides], margins, positive)

    def _by_side(self, functions: list[NumericFunction], margins: np.ndarray, positive: np.ndarray) -> np.ndarray:
        """Evaluate the function of each point's class."""
        if self.symmetric:
            return functions[0](margins)
        result = np.empty(margins.shape)
        for function, there in zip(functions, (positive, ~positive), strict=True):
            result[there] = function(margins[there])
        return result

    def __call__(self, margin: Any, label: Any = None) -> np.ndarray:
        r"""Evaluate $\varphi_y(m)$.

        Args:
            margin: $m=y\,g\in[-1,1]$, any shape.
            label: $y$, 1 or -1, of a shape that broadcasts; may be left out for a symmetric loss.

        Returns:
            ``float64`` of the same shape, a scalar for a scalar.

        Raises:
            ValueError: if a margin lies outside [-1, 1], a label is neither 1 nor -1, or an asymmetric loss has none.
        """
        margins = real_array(margin, "margin")
        if np.any(np.abs(margins) > 1):
            raise ValueError(f"margin must lie in [-1, 1]; got {margins[np.abs(margins) > 1].flat[0]}")
        if label is None:
            if not self.symmetric:
                raise ValueError(f"label must be 1 or -1 for {self.name}, which is a pair of losses; got None")
            return self.positive.numeric(margins)[()]
        labels = real_array(label, "label")
        foreign = labels[np.abs(labels) != 1]
        if foreign.size:
            raise ValueError(f"label must be 1 or -1; got {foreign.flat[0]:g}")
        margins, labels = np.broadcast_arrays(margins, labels)
        return self.numeric(margins, labels > 0)[()]


def _check(expression: Any, name: str) -> None:
    """Refuse what is not a formula in m."""
    if not isinstance(expression, sympy.Expr):
        raise TypeError(f"{name} must be a sympy expression in m (text: MarginLoss.parse); got {shown(expression)}")
    if expression.free_symbols != {M}:
        raise ValueError(f"{name} must have exactly the one symbol m; got {expression}")
    if expression.atoms(sympy.Float):
        raise ValueError(f"{name} must have exact numbers (write 1/10 for 0.1); got {expression}")
    try:
        ball_function(expression, M)
    except TypeError as error:
        raise TypeError(str(error).replace("expression", name, 1)) from error
