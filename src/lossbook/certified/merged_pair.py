r"""A merged pair of thresholds: its gain, and whether it holds together, in ball arithmetic.

The gain $G(\theta_1,\theta_2)$ is symmetric. At a *merged pair* $(c,c)$ it is, for small $s$,

$$G(c+s,c-s)=D(c)+\lambda(c)\,s^2+\beta(c)\,s^4+\dots,\qquad\lambda=\int_a^by\,(\sigma\sigma''-\sigma'^2)(c-x)\,dx,
\quad\beta=\tfrac1{12}\int_a^by\,(\sigma\sigma''''-4\sigma'\sigma'''+3\sigma''^2)(c-x)\,dx.$$

With the odd functions $K=\int_0^u\sigma^2$, $F=\sigma\sigma'-2\int_0^u\sigma'^2$ and
$Q=\sigma\sigma'''-5\sigma'\sigma''+8\int_0^u\sigma''^2$, and with
$\Delta H=H(c-a)-2H(c-a_1)+2H(c-a_2)-H(c-b)$, these are $D=\Delta K$, $\lambda=\Delta F$, $\beta=\frac1{12}\Delta Q$.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sympy
from flint import arb, ctx, fmpq

from lossbook.arguments import exact, shown
from lossbook.balls import Ball, BallFunction, UnresolvedError, ball_function, exact_rational, rational
from lossbook.problem import ThresholdProblem, checked_problem
from lossbook.series import Primitive
from lossbook.sigmoid import OddSigmoid, checked_sigmoid
from lossbook.sigmoid.calculus import half_derivative
from lossbook.sigmoid.odd_sigmoid import U

_BITS = 80
LONGEST = 2**24  # half saturations; so far the longest tail goes
_HALF = sympy.Symbol("p", positive=True)


class PairFunctions:
    """The functions K, F and Q of one sigmoid, for balls that are not negative.

    Args:
        sigma: the odd sigmoid.
    """

    def __init__(self, sigma: OddSigmoid) -> None:
        """Differentiate and integrate the formula."""
        second = half_derivative(sigma.derivative.subs(U, _HALF), _HALF)
        self.width = exact_rational(arb(sigma.half_saturation))
        self.value, self.slope = sigma.ball, sigma.ball_derivative
        self.second = ball_function(second, _HALF)
        self.third = ball_function(half_derivative(second, _HALF), _HALF)
        self.weight = Primitive(sigma.expression**2, U)
        self._energy = Primitive(sigma.derivative**2, U)
        self._strain = Primitive(second.subs(_HALF, sympy.Abs(U)) ** 2, U)

    def curvature(self, u: Ball) -> Ball:
        """F."""
        return self.value(u) * self.slope(u) - 2 * self._energy(u)

    def fall(self, u: Ball) -> Ball:
        """-F'."""
        return self.slope(u) ** 2 - self.value(u) * self.second(u)

    def quartic(self, u: Ball) -> Ball:
        """Q."""
        return self.value(u) * self.third(u) - 5 * self.slope(u) * self.second(u) + 8 * self._strain(u)

    def least(self, digits: int) -> Ball:
        """The limit of F; its tail is -2∫σ'², and ∫σ'² from x on lies between 0 and σ'(x)(1 - σ(x))."""
        far, wanted = arb(16 * self.width), arb(10) ** -digits / self.width
        while far <= LONGEST * self.width:
            rest = self.slope(far) * (1 - self.value(far))
            if abs(rest) < wanted:
                return -2 * (self._energy(far) + rest.union(arb(0)))
            far *= 2
        raise UnresolvedError(f"the tail is too heavy for {digits} digits")


@lru_cache(maxsize=32)
def pair_functions(sigma: OddSigmoid) -> PairFunctions:
    """Make, once, the functions of a sigmoid.

    Args:
        sigma: an odd sigmoid, none of whose axioms is refuted.

    Returns:
        the functions; a ``TypeError`` is raised if it is no sigmoid.
    """
    checked_sigmoid(sigma)
    sigma.unrefuted("sigma")
    return PairFunctions(sigma)


def _checked(problem: Any, place: Any) -> list[fmpq]:
    """Give the distances of a place from the four cuts."""
    checked_problem(problem)
    if problem.n != 2:
        raise ValueError(f"problem must have two thresholds; got n = {problem.n}")
    middle = (problem.a + problem.b) / 2 if place is None else exact(place, "place")
    if not problem.a <= middle <= problem.b:
        raise ValueError(f"place must lie in [{problem.a}, {problem.b}]; got {shown(place)}")
    return [rational(middle - cut) for cut in problem.cuts]


def _alternating(function: BallFunction, distances: Sequence[fmpq]) -> Ball:
    """Add up an odd function's values with the factors 1, -2, 2, -1."""
    total = arb(0)
    for factor, distance in zip((1, -2, 2, -1), distances, strict=True):
        if distance != 0:
            total += (factor if distance > 0 else -factor) * function(arb(abs(distance)))
    return total


def merged_gain(problem: ThresholdProblem, sigma: OddSigmoid, place: Any = None) -> Ball:
    r"""Enclose the gain $D(c)=G(c,c)$ of a merged pair.

    Args:
        problem: two thresholds.
        sigma: an odd sigmoid.
        place: $c$, an exact number of $[a,b]$; the middle of $(a,b)$ by default.

    Returns:
        a ball.
    """
    with ctx.workprec(_BITS):
        return _alternating(pair_functions(sigma).weight, _checked(problem, place))


def merged_curvature(problem: ThresholdProblem, sigma: OddSigmoid, place: Any = None) -> Ball:
    r"""Enclose $\lambda(c)$: a merged pair parts where it is positive.

    Args:
        problem: two thresholds.
        sigma: an odd sigmoid.
        place: $c$, an exact number of $[a,b]$; the middle of $(a,b)$ by default.

    Returns:
        a ball.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> merged_curvature(ThresholdProblem(0, [1, 2], 3), arctan()) < 0
        True
    """
    with ctx.workprec(_BITS):
        return _alternating(pair_functions(sigma).curvature, _checked(problem, place))


def merged_quartic(problem: ThresholdProblem, sigma: OddSigmoid, place: Any = None) -> Ball:
    r"""Enclose $\beta(c)$: where $\lambda=0$ in the middle of $(a,b)$, the pair parts continuously if it is negative.

    Args:
        problem: two thresholds.
        sigma: an odd sigmoid.
        place: $c$, an exact number of $[a,b]$ that is no cut; the middle of $(a,b)$ by default.

    Returns:
        a ball.
    """
    with ctx.workprec(_BITS):
        return _alternating(pair_functions(sigma).quartic, _checked(problem, place)) / 12


def outer_pull(problem: ThresholdProblem, sigma: OddSigmoid) -> Ball:
    r"""Enclose $\partial_1G(a,b)=\int_a^by\,\sigma'(x-a)\,\sigma(b-x)\,dx$.

    Where it is negative, and $\partial_2G(a,b)$ positive, the corner $(a,b)$ is a local maximum on $[a,b]^2$ at which
    both outer classes are lost. It is positive if $2\sigma(a_1-a)\ge\sigma(a_2-a)$.

    Args:
        problem: two thresholds.
        sigma: an odd sigmoid.

    Returns:
        a ball.

    Raises:
        ArithmeticError: the interval is so long, in units of the scale, that no enclosure is found.
    """
    lengths = [-distance for distance in _checked(problem, problem.a)[1:]]
    pair_functions(sigma)
    first, value = sigma.derivative.subs(U, _HALF), sigma.expression.subs(U, _HALF)
    product = first.subs(_HALF, U) * value.subs(_HALF, sympy.Rational(int(lengths[2].p), int(lengths[2].q)) - U)
    with ctx.workprec(_BITS):
        inner, outer, whole = (Primitive(product, U)(arb(length)) for length in lengths)
        pull = 2 * inner - 2 * outer + whole
    if not pull.is_finite():
        raise ArithmeticError(f"the pull on the ends of {problem} cannot be enclosed: use a shorter interval")
    return pull
