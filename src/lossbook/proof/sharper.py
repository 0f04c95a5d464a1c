r"""The inequalities behind T3 and T7: when the slope of the gain has one sign change.

What calculus adds to them (a function whose slope is negative at each of its zeros has one; a function that decreases
up to a point and increases after it is smallest there) is proved in Coq.

At a zero of the slope to the left of the truth, $\sigma(b-\theta)=P+2Z$ with $P=\sigma(\theta-a)$ and
$Z=\sigma(a_1-\theta)$. With $\psi=-\phi$ and $\phi=\sigma'\circ\sigma^{-1}$ the second derivative is then
$2\psi(Z)-\psi(P)-\psi(P+2Z)$, and $\psi$ does not decrease because $\sigma'$ does not increase.

For two thresholds $\theta<\theta'$ and $q=\sigma'(\theta'-a_1)/\sigma'(\theta-a_1)$, a strictly log-concave $\sigma'$
makes $q\,\sigma(x)-\sigma(x+\theta'-\theta)$ smallest at $x=\theta-a_1$.
"""

from __future__ import annotations

import sympy

from lossbook.proof.kernel import Axioms, Theorem
from lossbook.proof.record import certificate
from lossbook.proof.search import prove
from lossbook.proof.terms import (
    WEIGHTED,
    WEIGHTS,
    A,
    B,
    given,
    increasing,
    sigma,
    slope,
    statement,
    t,
    theta,
    w_minus,
    w_plus,
    y,
)

psi = sympy.Function("psi")
P, Z, q = sympy.symbols("P Z q", real=True)
INCREASING = {psi: Axioms(frozenset({"increasing"}))}


@certificate("T3")
def criterion_at_a_zero() -> Theorem:
    """T3: criterion (C) makes the second derivative of the gain negative at every zero of the slope."""
    criterion = 2 * psi(Z) < psi(0) + psi(2 * Z)
    claim = statement(2 * psi(Z) - psi(P) - psi(P + 2 * Z) < 0, P >= 0, Z > 0, criterion, axioms=INCREASING)
    steps = [given(criterion), increasing(0, P, psi), increasing(2 * Z, P + 2 * Z, psi)]
    return prove("T3, at a zero", claim, steps)


@certificate("T7")
def slope_in_proportion() -> Theorem:
    """T7: the slope at a later threshold is less than a positive multiple of the slope at the earlier one."""
    shift = y - theta
    rises = q * sigma(t) - sigma(t + shift) < q * sigma(t + A) - sigma(t + A + shift)
    falls = q * sigma(t) - sigma(t + shift) < q * sigma(t - B) - sigma(t - B + shift)
    claim = statement(slope(WEIGHTS).subs(theta, y) < q * slope(WEIGHTS), *WEIGHTED, rises, falls)
    return prove("T7, in proportion", claim, [given(rises, times=w_plus), given(falls, times=w_minus)])
