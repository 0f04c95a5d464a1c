r"""Is a number exactly 0? No enclosure can tell; algebra can, for sums that are written with rational numbers.

A sum $\sum_kn_k\arctan x_k$ with whole $n_k$, rational $x_k$ and a value between $-\pi$ and $\pi$ is 0 exactly if the
product $\prod_k(1+ix_k)^{n_k}$ is a positive real number, because the sum is its argument.
"""

from __future__ import annotations

from contextlib import suppress
from math import lcm

import sympy

from lossbook.patience import OutOfPatienceError, patience

_PATIENCE = 1.0  # seconds
_MOST_FACTORS = 200


def is_zero(number: sympy.Expr, *, thorough: bool = False) -> bool:
    r"""Tell whether a number that is known to be very small is shown to be 0.

    Args:
        number: an expression without symbols, of size below 1e-6.
        thorough: whether to simplify, which may take a second.

    Returns:
        True if it is proved; False says nothing.

    Example:
        >>> is_zero(2 * sympy.atan(sympy.Rational(1, 2)) - sympy.atan(sympy.Rational(4, 3)), thorough=True)
        True
    """
    if number == 0:
        return True
    with suppress(OutOfPatienceError, ValueError), patience(_PATIENCE):  # sympy may fail on very long numbers
        return thorough and (_is_zero_argument(number) or sympy.simplify(number) == 0)
    return False


def _is_zero_argument(number: sympy.Expr) -> bool:
    """Tell whether a combination of arctangents, over π or not, is 0 by the product of complex numbers."""
    parts = [term.as_coeff_Mul() for term in sympy.Add.make_args(sympy.expand(number * sympy.pi))]
    if not all(isinstance(angle, sympy.atan) and angle.args[0].is_Rational for _, angle in parts):
        parts = [term.as_coeff_Mul() for term in sympy.Add.make_args(sympy.expand(number))]
    if not all(isinstance(angle, sympy.atan) and angle.args[0].is_Rational for _, angle in parts):
        return False
    common = lcm(*(int(factor.q) for factor, _ in parts))
    product, powers = sympy.Integer(1), [(int(factor * common), angle.args[0]) for factor, angle in parts]
    if sum(abs(power) for power, _ in powers) > _MOST_FACTORS:
        return False
    for power, tangent in powers:
        product = sympy.expand(product * (1 + sympy.sign(power) * sympy.I * tangent) ** abs(power))
    return bool(sympy.im(product) == 0 and sympy.re(product) > 0)
