r"""Rational bounds of $\arctan$ and $\pi$, by alternating series: fractions alone, no rounding.

For $0\le x\le1$ the partial sums of $\sum_k(-1)^kx^{2k+1}/(2k+1)$ lie on both sides of $\arctan x$ in turn. Larger $x$
come down by $\arctan x=\frac\pi4+\arctan\frac{x-1}{x+1}$, with $\frac\pi4=4\arctan\frac15-\arctan\frac1{239}$
(Machin).
"""

from __future__ import annotations

from fractions import Fraction

Bounds = tuple[Fraction, Fraction]


def _series(x: Fraction, terms: int) -> Bounds:
    """Bound arctan x for 0 <= x <= 1 by two partial sums in a row."""
    total, power = Fraction(0), x
    for k in range(terms):
        before, total = total, total + power / (2 * k + 1) * (-1) ** k
        power *= x * x
    return min(before, total), max(before, total)


def pi_bounds(terms: int = 12) -> Bounds:
    r"""Bound $\pi$.

    Args:
        terms: of each series.

    Returns:
        fractions below and above.

    Example:
        >>> low, high = pi_bounds()
        >>> low < high, high - low < Fraction(1, 10**15)
        (True, True)
    """
    (low, high), (less, more) = _series(Fraction(1, 5), terms), _series(Fraction(1, 239), terms)
    return 16 * low - 4 * more, 16 * high - 4 * less


def arctan_bounds(x: Fraction | int, terms: int = 40) -> Bounds:
    r"""Bound $\arctan x$.

    Args:
        x: an exact number.
        terms: of the series.

    Returns:
        fractions below and above.

    Raises:
        TypeError: if x is not an exact number.

    Example:
        >>> low, high = arctan_bounds(100)
        >>> float(low), float(high)
        (1.5607966601082315, 1.5607966601082315)
    """
    if not isinstance(x, (int, Fraction)) or isinstance(x, bool):
        raise TypeError(f"x must be an int or a Fraction; got {x!r}")
    x = Fraction(x)
    if x < 0:
        low, high = arctan_bounds(-x, terms)
        return -high, -low
    if x <= Fraction(1, 2):
        return _series(x, terms)
    quarter = [bound / 4 for bound in pi_bounds(terms)]
    low, high = arctan_bounds((x - 1) / (1 + x), terms)
    return quarter[0] + low, quarter[1] + high


def slope_bounds(theta: Fraction | int, a: int, a_1: int, b: int) -> Bounds:
    r"""Bound $\frac\pi2G'(\theta)$ for $\sigma=\frac2\pi\arctan$.

    Args:
        theta: the threshold.
        a: the left end.
        a_1: the truth.
        b: the right end.

    Returns:
        fractions below and above $\arctan(\theta-a)-\arctan(b-\theta)-2\arctan(\theta-a_1)$.
    """
    first, second, third = (arctan_bounds(Fraction(x)) for x in (theta - a, b - theta, theta - a_1))
    return first[0] - second[1] - 2 * third[1], first[1] - second[0] - 2 * third[0]
