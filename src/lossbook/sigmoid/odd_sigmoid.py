r"""The odd sigmoid: one sympy expression, and all that is made from it.

An *odd sigmoid* $\sigma:\mathbb R\to(-1,1)$ is odd, continuous, strictly increasing, strictly concave on $[0,\infty)$
and tends to 1 (the paper, before equation (11)). The expression is its only source: derivative, antiderivative, numeric
and ball versions are made from it by machine.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from lossbook.arguments import instance, real_array, shown
from lossbook.balls import BallFunction, UnresolvedError, ball_function
from lossbook.formula import parse_formula
from lossbook.numeric import NumericFunction
from lossbook.patience import OutOfPatienceError, patience
from lossbook.sigmoid.axioms import AxiomReport, check_axioms
from lossbook.sigmoid.calculus import PATIENCE, even_antiderivative, even_derivative, half_derivative

U = sympy.Symbol("u", real=True)


@dataclass(frozen=True)
class OddSigmoid:
    r"""An odd sigmoid given by a formula in the real symbol ``u``.

    Making one checks only that the formula is elementary and has the one symbol; :meth:`check` decides the axioms.

    Args:
        expression: a sympy expression in one symbol, of elementary functions with exact numbers.
        name: what to call it in pictures and messages.
        unit: a sigmoid $\sigma_1$ with $\sigma(u)=\sigma_1(u/\delta)$, from which this one takes its verdicts and
            balls: a change of the unit of length changes neither.
        length: $\delta>0$; 1 without a unit.

    Raises:
        TypeError: if it is not a sympy expression, or holds a function that :mod:`lossbook.formula` does not name.
        ValueError: if it does not have exactly one symbol, or holds a floating-point number.

    Example:
        >>> sigma = OddSigmoid.parse("u/sqrt(1+u**2)")
        >>> sigma.derivative
        (u**2 + 1)**(-3/2)
        >>> sigma([0, 0.75])
        array([0. , 0.6])
    """

    expression: sympy.Expr
    name: str = field(default="", compare=False)
    unit: OddSigmoid | None = field(default=None, compare=False, repr=False)
    length: sympy.Expr = field(default=sympy.S.One, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check the expression and rename its symbol to ``u``; see the class."""
        if not isinstance(self.expression, sympy.Expr):
            got = shown(self.expression)
            raise TypeError(f"expression must be a sympy expression in u (text: OddSigmoid.parse); got {got}")
        symbols = self.expression.free_symbols
        if len(symbols) != 1:
            raise ValueError(f"expression must have exactly one symbol, u; got {self.expression} with {len(symbols)}")
        if self.expression.atoms(sympy.Float):
            raise ValueError(f"expression must have exact numbers (write 1/10 for 0.1); got {self.expression}")
        expression = self.expression.subs(symbols.pop(), U)
        ball_function(expression, U)
        object.__setattr__(self, "expression", expression)
        object.__setattr__(self, "name", self.name or str(expression))

    @classmethod
    def parse(cls, formula: str, name: str = "") -> OddSigmoid:
        """Read a reader's own formula; it is parsed, never evaluated as code.

        Args:
            formula: text in ``u``, in the grammar of :mod:`lossbook.formula`.
            name: what to call it; the formula itself by default.

        Returns:
            the sigmoid; its axioms are not checked yet.

        Raises:
            ValueError: if ``u`` does not occur in it.
        """
        expression = parse_formula(formula, U)
        if not expression.has(U):
            raise ValueError(f"formula must contain u; got {shown(formula)}, which is the constant {expression}")
        return cls(expression, name or " ".join(formula.split()))

    def __repr__(self) -> str:
        """Show the formula."""
        return f"OddSigmoid({self.expression})"

    @property
    def symbol(self) -> sympy.Symbol:
        """The real symbol ``u`` of the formula."""
        return U

    @cached_property
    def derivative(self) -> sympy.Expr:
        r"""$\sigma'(u)$; even."""
        return even_derivative(self.expression, U)

    @cached_property
    def antiderivative(self) -> sympy.Expr:
        r"""$\int_0^u\sigma$; even; an unevaluated ``Integral`` where no closed form is found."""
        return even_antiderivative(self.expression, U)

    def check(self) -> AxiomReport:
        """Decide the axioms.

        Returns:
            for each of ``"odd"``, ``"increasing"``, ``"concave"``, ``"limit"`` a verdict: ``"proved"``, ``"refuted"``
            (with its ``point``) or ``"undecided"``.
        """
        return self._report

    def unrefuted(self, name: str) -> AxiomReport:
        """Decide the axioms, and refuse a formula that breaks one.

        Args:
            name: the argument's name, for the message.

        Returns:
            the verdicts, none of them ``"refuted"``.

        Raises:
            ValueError: if an axiom is refuted; the message says which, where and why.
        """
        report = self.check()
        for verdict in report.refuted:
            raise ValueError(
                f"{name} must be an odd sigmoid; {self.name} is refuted: {verdict.axiom} fails at u = {verdict.point}"
                f" ({verdict.reason})"
            )
        return report

    @cached_property
    def _report(self) -> AxiomReport:
        if self.unit is not None and self.unit.check().proved:
            return self.unit.check()
        return check_axioms(self.expression, U)

    @cached_property
    def ball(self) -> BallFunction:
        r"""$\sigma$ in ball arithmetic."""
        if self.unit is None:
            return ball_function(self.expression, U)
        unit, stretch = self.unit.ball, self._per_length
        return lambda x: unit(x * stretch(x))

    @cached_property
    def ball_derivative(self) -> BallFunction:
        r"""$\sigma'$ in ball arithmetic."""
        if self.unit is None:
            return ball_function(self.derivative, U)
        unit, stretch = self.unit.ball_derivative, self._per_length
        return lambda x: unit(x * stretch(x)) * stretch(x)

    @cached_property
    def ball_second_derivative(self) -> BallFunction | None:
        r"""$\sigma''$ on $(0,\infty)$ in ball arithmetic; None where no elementary formula is found."""
        if self.unit is None:
            half = sympy.Symbol("p", positive=True)
            with suppress(OutOfPatienceError, TypeError), patience(PATIENCE):
                return ball_function(half_derivative(self.derivative.subs(U, half), half), half)
            return None
        unit, stretch = self.unit.ball_second_derivative, self._per_length
        return unit and (lambda x: unit(x * stretch(x)) * stretch(x) * stretch(x))

    @cached_property
    def ball_antiderivative(self) -> BallFunction | None:
        r"""$\int_0^u\sigma$ in ball arithmetic; None where there is no closed form."""
        if self.unit is None:
            closed = self.antiderivative
            return None if closed.has(sympy.Integral) else ball_function(closed, U)
        unit, stretch = self.unit.ball_antiderivative, self._per_length
        return unit and (lambda x: unit(x * stretch(x)) / stretch(x))

    @cached_property
    def _per_length(self) -> BallFunction:
        r"""$1/\delta$ in ball arithmetic, whatever the argument."""
        return ball_function(1 / self.length, U)

    @cached_property
    def numeric(self) -> NumericFunction:
        """The sigmoid in ``float64``, without the argument checks of a call."""
        return NumericFunction(self.expression, U)

    @cached_property
    def numeric_derivative(self) -> NumericFunction:
        """The derivative in ``float64``."""
        return NumericFunction(self.derivative, U)

    @cached_property
    def numeric_antiderivative(self) -> NumericFunction | None:
        """The antiderivative in ``float64``; None where there is no closed form."""
        closed = self.antiderivative
        return None if closed.has(sympy.Integral) else NumericFunction(closed, U)

    def __call__(self, u: Any) -> np.ndarray:
        r"""Evaluate $\sigma(u)$.

        Args:
            u: finite real numbers, any shape.

        Returns:
            ``float64`` of the same shape (a scalar for a scalar), within a relative $2^{-43}$.
            An ``UnresolvedError`` (an ``ArithmeticError``) is raised where the formula has no finite value.
        """
        points = real_array(u, "u")
        result = self.numeric.partial(points)
        for index in np.flatnonzero(np.isnan(result)):
            result.flat[index] = self._saturated(float(points.flat[index]))
        return result[()]

    def _saturated(self, u: float) -> float:
        """The value where even balls overflow: ±1 if it is ±1.0 nearer to 0 already and the axioms are proved."""
        nearer = u
        while abs(nearer) > 1:
            nearer /= 16
            value = self.numeric.exactly(nearer)
            if not np.isnan(value):
                break
        else:
            raise UnresolvedError(f"{self.expression} has no finite value at u = {u}")
        if abs(value) == 1 and self._report.proved:
            return value
        raise UnresolvedError(f"{self.expression} is too large or cancels too much to be evaluated at u = {u}")

    @cached_property
    def half_saturation(self) -> float:
        r"""The width $\sigma^{-1}(\frac12)$ to about 1%; nan where there is none between 1e-300 and 1e300."""
        if self.unit is not None:
            return self.unit.half_saturation * float(self.length)
        decades = 10.0 ** np.arange(-300, 301)
        above = np.flatnonzero(self.numeric.partial(decades) >= 0.5)
        if above.size == 0 or above[0] == 0:
            return float("nan")
        fine = np.geomspace(decades[above[0] - 1], decades[above[0]], 232)
        return float(fine[np.flatnonzero(self.numeric.partial(fine) >= 0.5)[0]])


def checked_sigmoid(sigma: Any) -> OddSigmoid:
    """Refuse what is not a sigmoid.

    Args:
        sigma: what was given for an argument of this name.

    Returns:
        the same; a ``TypeError`` is raised if it is none.
    """
    return instance(sigma, OddSigmoid, "sigma", "an OddSigmoid such as lossbook.sigmoids.arctan()")
