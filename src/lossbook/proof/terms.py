r"""The words in which proofs are written: symbols, unknown functions, and the steps of a certificate.

Nothing here is trusted: :mod:`lossbook.proof.kernel` checks what comes out. The symbols are those of the book:
$A=a_1-a$, $B=b-a_1$, $t=\theta-a_1$ to the right of the truth, $z=a_1-\theta$ and $k=\theta-a$ to its left.
"""

from __future__ import annotations

from typing import Any

import sympy

from lossbook.gain.symbolic import slope_formula, symbols
from lossbook.proof.kernel import DROP, SIGMOID, Axioms, Location, Statement, Step, Theorem

(a, a_1, b), (theta,) = symbols(1).cuts, symbols(1).parameters
A, B = a_1 - a, b - a_1
t, z, k = theta - a_1, a_1 - theta, theta - a
w_plus, w_minus = sympy.symbols("w_+ w_-", real=True)
u, v, h, c, x, m, y, eta = sympy.symbols("u v h c x m y eta", real=True)
eta_plus, eta_minus = sympy.symbols("eta_+ eta_-", real=True)

sigma = sympy.Function("sigma")
F, F_plus, F_minus = (sympy.Function(name) for name in ("F", "F_+", "F_-"))

ORDERED = (a_1 > a, b > a_1)
IMBALANCED = (a_1 > a, b - a_1 > a_1 - a)
BALANCED = sympy.Eq(b, 2 * a_1 - a)
RIGHT, LEFT = (theta > a_1, theta <= b), (theta >= a, theta < a_1)
WEIGHTS = (w_plus, w_minus)
WEIGHTED = (*ORDERED, w_plus > 0, w_minus > 0)


def drop(reach: Any) -> Axioms:
    r"""Return the axioms of a drop function that is strictly concave on $[0,\eta]$.

    Args:
        reach: $\eta$.

    Returns:
        $F(0)=0$, non-decreasing and concave on the half line, $F(t)\le-F(-t)$.
    """
    return Axioms(DROP.names, reach)


AXIOMS = {sigma: SIGMOID, F: drop(eta), F_plus: drop(eta_plus), F_minus: drop(eta_minus)}


def statement(claim: Any, *where: Any, axioms: dict[Any, Axioms] | None = None) -> Statement:
    """Make a statement; the book's unknown functions bring their axioms.

    Args:
        claim: an inequality or an equation in sympy.
        where: the facts under which it is made.
        axioms: those of functions of the reader's own.

    Returns:
        the statement, not yet proved.
    """
    known = {**AXIOMS, **(axioms or {})}
    found = {part.func for relation in (claim, *where) for part in sympy.sympify(relation).atoms(sympy.Function)}
    return Statement(claim, tuple(where), {function: known[function] for function in known if function in found})


def place(falling: Any, where: tuple[Any, ...], *target: Any) -> Location:
    """State where the local maximisers lie of a function with this slope.

    Args:
        falling: the slope; that of a risk with a minus sign.
        where: the facts.
        target: relations that every local maximiser on [a, b] satisfies.

    Returns:
        the statement, not yet proved.
    """
    functions = {part.func: AXIOMS[part.func] for part in falling.atoms(sympy.Function)}
    return Location(falling, theta, a, b, target, where, functions)


def slope(weights: Any = (1, 1)) -> sympy.Expr:
    r"""Write $G_w'(\theta)$ for the unknown sigmoid.

    Args:
        weights: $(w_+,w_-)$, numbers or forms.

    Returns:
        equation (18) with weights.
    """
    return slope_formula(sigma, weights)


def risk_slope() -> sympy.Expr:
    r"""Write the slope of the risk of a pair of margin losses in drop functions.

    Returns:
        $L'(\theta)=F_+(\theta-a_1)-F_+(\theta-a)+F_-(b-\theta)-F_-(a_1-\theta)$.
    """
    return F_plus(theta - a_1) - F_plus(theta - a) + F_minus(b - theta) - F_minus(a_1 - theta)


def _step(rule: str, source: Any, arguments: tuple[Any, ...], times: Any) -> Step:
    """Split a multiplier into its number, its factors and its divisors."""
    above, below = sympy.fraction(sympy.sympify(times))
    number, factors = above.as_coeff_mul()
    divisor, divisors = below.as_coeff_mul()

    def listed(parts: tuple[sympy.Expr, ...]) -> tuple[sympy.Expr, ...]:
        """Write powers out."""
        return tuple(base for part in parts for base, n in [part.as_base_exp()] for _ in range(int(n)))

    return Step(rule, source, arguments, sympy.Rational(number, divisor), listed(factors), listed(divisors))


def increasing(low: Any, high: Any, function: Any = sigma, times: Any = 1) -> Step:
    """Use monotony: F(high) - F(low) >= 0.

    Args:
        low: the smaller argument, not negative.
        high: the larger.
        function: the unknown function.
        times: the multiplier.

    Returns:
        the step, its side conditions open.
    """
    return _step("increasing", function, (sympy.sympify(low), sympy.sympify(high)), times)


def concave(low: Any, middle: Any, high: Any, function: Any = sigma, times: Any = 1, near: bool = False) -> Step:
    """Use concavity: the middle value lies above the chord.

    Args:
        low: the smallest of three arguments, not negative.
        middle: the next.
        high: the largest.
        function: the unknown function.
        times: the multiplier.
        near: whether to use strict concavity up to the function's reach.

    Returns:
        the step, its side conditions open.
    """
    points = tuple(sympy.sympify(point) for point in (low, middle, high))
    return _step("bent" if near else "concave", function, points, times)


def bounded(argument: Any, function: Any = sigma, times: Any = 1) -> Step:
    """Use the bound: 1 - F(argument) > 0.

    Args:
        argument: any form.
        function: the unknown function.
        times: the multiplier.

    Returns:
        the step.
    """
    return _step("bounded", function, (sympy.sympify(argument),), times)


def reflected(argument: Any, function: Any = F, times: Any = 1) -> Step:
    """Use the reflection: -F(-t) - F(t) >= 0.

    Args:
        argument: t, not negative.
        function: the unknown function.
        times: the multiplier.

    Returns:
        the step, its side condition open.
    """
    return _step("reflected", function, (sympy.sympify(argument),), times)


def given(relation: Any, times: Any = 1) -> Step:
    """Use a fact of the statement.

    Args:
        relation: the fact, as it stands in the statement.
        times: the multiplier; negative for an equation read the other way.

    Returns:
        the step; the fact's number is filled in when the statement is known.
    """
    return _step("given", relation, (), times)


def use(theorem: Theorem, forms: dict[Any, Any] | None = None, times: Any = 1) -> Step:
    """Use a theorem that is already checked.

    Args:
        theorem: the theorem.
        forms: for its symbols the forms to put in; for its functions a function, or a pair (factor, function).
        times: the multiplier.

    Returns:
        the step, its side conditions open.
    """
    functions = theorem.statement.functions
    pairs = [
        (key, (form if isinstance(form, tuple) else (sympy.S.One, form)) if key in functions else sympy.sympify(form))
        for key, form in (forms or {}).items()
    ]
    return _step("theorem", theorem, tuple(pairs), times)
