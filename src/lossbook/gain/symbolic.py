r"""Gain, loss and their derivatives for an *unknown* sigmoid, as sympy expressions, for any number of thresholds.

The unknown sigmoid is a function symbol. :class:`sigma` has oddness built in: $\sigma(-u)$ becomes $-\sigma(u)$ and
$\sigma(0)$ becomes 0, so that two expressions that are equal by oddness are the same expression; its derivative
:class:`slope` is even. A plain ``sympy.Function("sigma")`` serves where a page wants to show the use of oddness as a
step of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy

from lossbook.arguments import class_weights
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid


class _Parity(sympy.Function):
    """A function symbol of one argument with a parity built in."""

    nargs = 1
    sign = 1
    glyph = ""

    @classmethod
    def eval(cls, argument: sympy.Expr) -> sympy.Expr | None:
        """Bring the argument's sign to a normal form; sympy calls this."""
        if argument.is_zero:
            return sympy.S.Zero if cls.sign < 0 else None
        if argument.could_extract_minus_sign():
            return cls.sign * cls(-argument)
        return None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = rf"{self.glyph}\left({printer._print(self.args[0])}\right)"
        return text if exp is None else rf"{text}^{{{exp}}}"


class slope(_Parity):  # named as it prints
    r"""The derivative $\sigma'$ of an unknown odd sigmoid: even."""

    sign, glyph = 1, r"\sigma'"


class sigma(_Parity):  # named as it prints
    r"""An unknown odd sigmoid: $\sigma(-u)=-\sigma(u)$ and $\sigma(0)=0$ are built in, nothing else.

    Example:
        >>> u, v = sympy.symbols("u v")
        >>> sigma(u - v) + sigma(v - u), sigma(0)
        (0, 0)
    """

    sign, glyph = -1, r"\sigma"

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Differentiate by the argument."""
        return slope(self.args[0])


@dataclass(frozen=True)
class Symbols:
    r"""The symbols of the imbalance model.

    Args:
        cuts: $a,a_1,\dots,a_n,b$.
        parameters: $\theta_1,\dots,\theta_n$ ($\theta$ for one).
        x: the input.
    """

    cuts: tuple[sympy.Symbol, ...]
    parameters: tuple[sympy.Symbol, ...]
    x: sympy.Symbol


def symbols(n: int) -> Symbols:
    r"""Make the symbols of the model with n thresholds.

    Args:
        n: how many thresholds, at least 1.

    Returns:
        $a,a_1,\dots,a_n,b$, the parameters and $x$, all real.

    Raises:
        ValueError: if n is not a positive integer.
    """
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        raise ValueError(f"n must be a positive integer; got {n!r}")
    cuts = [sympy.Symbol(name, real=True) for name in ("a", *(f"a_{i}" for i in range(1, n + 1)), "b")]
    names = ["theta"] if n == 1 else [f"theta_{i}" for i in range(1, n + 1)]
    return Symbols(tuple(cuts), tuple(sympy.Symbol(name, real=True) for name in names), sympy.Symbol("x", real=True))


def score(n: int, function: Any = sigma) -> sympy.Expr:
    r"""Write the score $g(x)=\prod_{i=1}^n\sigma(\theta_i-x)$ (equation (11)).

    Args:
        n: how many thresholds.
        function: the function symbol that stands for $\sigma$.

    Returns:
        the product.
    """
    names = symbols(n)
    return sympy.Mul(*[function(theta - names.x) for theta in names.parameters])


def gain_integral(n: int, function: Any = sigma, weights: Any = (1, 1)) -> sympy.Expr:
    r"""Write the gain as integrals over the intervals of one label (equation (16); (17) for n = 1).

    Args:
        n: how many thresholds.
        function: the function symbol that stands for $\sigma$.
        weights: $(w_+,w_-)$: exact numbers, or sympy symbols.

    Returns:
        $\sum_{j=0}^n\pm w_\pm\int_{a_j}^{a_{j+1}}g(x)\,dx$.

    Example:
        >>> gain_integral(1)
        Integral(sigma(theta - x), (x, a, a_1)) - Integral(sigma(theta - x), (x, a_1, b))
    """
    names, integrand = symbols(n), score(n, function)
    pieces = [sympy.Integral(integrand, (names.x, low, high)) for low, high in pairwise(names.cuts)]
    return sympy.Add(*[(-1) ** j * weights[j % 2] * piece for j, piece in enumerate(pieces)])


def loss_integral(n: int, function: Any = sigma) -> sympy.Expr:
    r"""Write the loss (14) with the pointwise loss (15), interval by interval.

    Args:
        n: how many thresholds.
        function: the function symbol that stands for $\sigma$.

    Returns:
        $\sum_j\int_{a_j}^{a_{j+1}}(1\mp g(x))\,dx$.
    """
    names, integrand = symbols(n), score(n, function)
    pieces = [
        sympy.Integral(1 - (-1) ** j * integrand, (names.x, low, high))
        for j, (low, high) in enumerate(pairwise(names.cuts))
    ]
    return sympy.Add(*pieces)


def gain_partial(n: int, k: int, function: Any = sigma, weights: Any = (1, 1)) -> sympy.Expr:
    r"""Differentiate the gain by $\theta_k$ under the integral sign (Leibniz's rule; the limits do not move).

    Args:
        n: how many thresholds.
        k: which parameter, from 1 to n.
        function: the function symbol that stands for $\sigma$.
        weights: $(w_+,w_-)$: exact numbers, or sympy symbols.

    Returns:
        $\sum_j\pm w_\pm\int_{a_j}^{a_{j+1}}\sigma'(\theta_k-x)\prod_{i\ne k}\sigma(\theta_i-x)\,dx$.

    Raises:
        ValueError: if k is not between 1 and n.
    """
    names = symbols(n)
    if k not in range(1, n + 1):
        raise ValueError(f"k must be an integer from 1 to {n}; got {k!r}")
    return gain_integral(n, function, weights).diff(names.parameters[k - 1])


def shift_variable(integrals: sympy.Expr, variable: sympy.Symbol | None = None) -> sympy.Expr:
    r"""Substitute $u=\theta-x$ in the integrals of one threshold, so that $\theta$ stands in the limits alone.

    Args:
        integrals: a combination of integrals over x of functions of $\theta-x$.
        variable: the new variable, ``u`` by default.

    Returns:
        the same combination of integrals over u, from $\theta-a_{j+1}$ to $\theta-a_j$.
    """
    new = variable or sympy.Symbol("u", real=True)
    theta = symbols(1).parameters[0]

    def substituted(integral: sympy.Integral) -> sympy.Integral:
        """Change the variable of one integral."""
        old, low, high = integral.limits[0]
        return sympy.Integral(integral.function.subs(old, theta - new), (new, theta - high, theta - low))

    return integrals.replace(lambda part: isinstance(part, sympy.Integral), substituted)


def slope_formula(function: Any = sigma, weights: Any = (1, 1)) -> sympy.Expr:
    r"""Write $G_w'$ for one threshold (equation (18), with weights).

    Args:
        function: the function symbol that stands for $\sigma$.
        weights: $(w_+,w_-)$: exact numbers, or sympy symbols.

    Returns:
        $w_+\sigma(\theta-a)+w_-\sigma(\theta-b)-(w_++w_-)\sigma(\theta-a_1)$.
    """
    names = symbols(1)
    (a, a_1, b), theta = names.cuts, names.parameters[0]
    return (
        weights[0] * function(theta - a)
        + weights[1] * function(theta - b)
        - (weights[0] + weights[1]) * function(theta - a_1)
    )


def _given(
    problem: ThresholdProblem, weights: Any
) -> tuple[sympy.Symbol, tuple[sympy.Rational, ...], tuple[sympy.Rational, sympy.Rational]]:
    if problem.n != 1:
        raise ValueError(f"problem must have one threshold for a closed form; got n = {problem.n}")
    return symbols(1).parameters[0], problem.cuts, class_weights(weights)


def closed_gain(problem: ThresholdProblem, sigmoid: OddSigmoid, weights: Any = (1, 1)) -> sympy.Expr:
    r"""Write the gain of one threshold in closed form, through the antiderivative $S(u)=\int_0^u\sigma$.

    Args:
        problem: an interval with one threshold.
        sigmoid: a given odd sigmoid.
        weights: class weights, exact.

    Returns:
        $w_+S(\theta-a)-(w_++w_-)S(\theta-a_1)+w_-S(\theta-b)$ in the symbol ``theta``.
    """
    theta, (a, a_1, b), (positive, negative) = _given(problem, weights)
    factors = {a: positive, a_1: -(positive + negative), b: negative}
    parts = [factor * sigmoid.antiderivative.subs(sigmoid.symbol, theta - cut) for cut, factor in factors.items()]
    return sympy.Add(*parts)


def closed_slope(problem: ThresholdProblem, sigmoid: OddSigmoid, weights: Any = (1, 1)) -> sympy.Expr:
    r"""Write $G_w'$ of one threshold for a given sigmoid (equation (18)).

    Args:
        problem: an interval with one threshold.
        sigmoid: a given odd sigmoid.
        weights: class weights, exact.

    Returns:
        the formula in the symbol ``theta``.
    """
    _, cuts, pair = _given(problem, weights)
    values = dict(zip(symbols(1).cuts, cuts, strict=True))
    return slope_formula(lambda u: sigmoid.expression.subs(sigmoid.symbol, u), pair).subs(values)
