"""Slow reference implementations at 40 digits: the definitions (11) and (14)-(16) as they stand, by mpmath alone.

Nothing here comes from the library: families, labels, quadrature and differences are written a second time. Numbers
are given as exact as they are: integers, fractions, or floats taken as the binary numbers they are.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
from mpmath import mp, mpf

DIGITS = 40
Function = Callable[[mpf], mpf]

SIGMOIDS: dict[str, Callable[[mpf, mpf], mpf]] = {
    "arctan": lambda u, delta: 2 / mp.pi * mp.atan(u / delta),
    "algebraic": lambda u, delta: u / mp.sqrt(u**2 + delta),
    "softsign": lambda u, delta: u / (abs(u) + delta),
    "tanh": lambda u, delta: mp.tanh(u / delta),
    "erf": lambda u, delta: mp.erf(u / delta),
}
SLOPES: dict[str, Callable[[mpf, mpf], mpf]] = {
    "arctan": lambda u, delta: 2 / mp.pi * delta / (delta**2 + u**2),
    "algebraic": lambda u, delta: delta / (u**2 + delta) ** mpf("1.5"),
    "softsign": lambda u, delta: delta / (abs(u) + delta) ** 2,
    "tanh": lambda u, delta: mp.sech(u / delta) ** 2 / delta,
    "erf": lambda u, delta: 2 / mp.sqrt(mp.pi) * mp.exp(-((u / delta) ** 2)) / delta,
}
WIDTHS: dict[str, Callable[[mpf], mpf]] = {"algebraic": mp.sqrt}


def exact(value: Any) -> mpf:
    """Turn an exact number into an mpf, rounded at the working precision."""
    if isinstance(value, str):
        value = Fraction(value)
    numerator, denominator = (value.p, value.q) if hasattr(value, "q") else value.as_integer_ratio()
    return mpf(int(numerator)) / int(denominator)


def sigmoid(family: str, scale: Any) -> Function:
    """Return one family's function of one number."""
    return lambda u: SIGMOIDS[family](u, exact(scale))


def slope(family: str, scale: Any) -> Function:
    """Return the derivative of one family, differentiated by hand."""
    return lambda u: SLOPES[family](u, exact(scale))


def label(cuts: Sequence[Any], x: mpf) -> int:
    """Return the true label (10): +1 on the closed intervals of even number, -1 elsewhere."""
    ends = [exact(cut) for cut in cuts]
    return 1 if any(ends[i] <= x <= ends[i + 1] for i in range(0, len(ends) - 1, 2)) else -1


def pieces(low: mpf, high: mpf, centres: Sequence[mpf], width: mpf) -> list[mpf]:
    """Cut an interval at the centres and at distances that grow by 3 from each of them."""
    found = {low, high}
    for centre in centres:
        step = mpf(0)
        while abs(step) <= abs(centre - low) + abs(centre - high):
            found |= {centre - step, centre + step}
            step = 3 * step if step else width / 2
    return sorted(point for point in found if low <= point <= high)


def integral(function: Function, low: mpf, high: mpf, centres: Sequence[mpf], width: mpf) -> mpf:
    """Integrate by Gauss-Legendre rules of 48 nodes on every piece."""
    total = mpf(0)
    for left, right in pairwise(pieces(low, high, centres, width)):
        middle, half = (left + right) / 2, (right - left) / 2
        total += half * mp.fsum(weight * function(middle + half * node) for node, weight in _nodes())
    return total


_KEPT: dict[int, list[tuple[mpf, mpf]]] = {}


def _nodes() -> list[tuple[mpf, mpf]]:
    if mp.prec not in _KEPT:
        _KEPT[mp.prec] = mpmath.calculus.quadrature.GaussLegendre(mp).calc_nodes(5, mp.prec + 20)
    return _KEPT[mp.prec]


def _over_intervals(
    cuts: Sequence[Any], family: str, scale: Any, theta: Sequence[float], integrand: Callable[[int, mpf], mpf]
) -> mpf:
    """Add up the integrals over the intervals, each with its label +1, -1, +1, ... in turn."""
    delta = exact(scale)
    width = WIDTHS.get(family, lambda delta: delta)(delta)
    ends, centres = [exact(cut) for cut in cuts], [exact(part) for part in theta]
    return mp.fsum(
        integral(lambda x, y=(-1) ** j: integrand(y, x), low, high, centres, width)
        for j, (low, high) in enumerate(pairwise(ends))
    )


def gain(cuts: Sequence[Any], family: str, scale: Any, theta: Sequence[float], weights: Sequence[Any] = (1, 1)) -> mpf:
    """Integrate w y g (16)."""
    with mp.workdps(DIGITS):
        function, parameters = sigmoid(family, scale), [exact(part) for part in theta]
        factor = {1: exact(weights[0]), -1: -exact(weights[1])}
        return _over_intervals(
            cuts, family, scale, theta, lambda y, x: factor[y] * mp.fprod(function(part - x) for part in parameters)
        )


def gain_size(
    cuts: Sequence[Any], family: str, scale: Any, theta: Sequence[float], weights: Sequence[Any] = (1, 1)
) -> mpf:
    """Integrate w |g|: what errors are held against."""
    with mp.workdps(DIGITS):
        function, parameters = sigmoid(family, scale), [exact(part) for part in theta]
        factor = {1: exact(weights[0]), -1: exact(weights[1])}
        return _over_intervals(
            cuts,
            family,
            scale,
            theta,
            lambda y, x: factor[y] * abs(mp.fprod(function(part - x) for part in parameters)),
        )


def gain_partial(
    cuts: Sequence[Any], family: str, scale: Any, theta: Sequence[float], k: int, weights: Sequence[Any] = (1, 1)
) -> tuple[mpf, mpf]:
    """Integrate w y dg/dtheta_k, with k from 0, and its absolute value."""
    with mp.workdps(DIGITS):
        function, bend = sigmoid(family, scale), slope(family, scale)
        parameters = [exact(part) for part in theta]
        factor = {1: exact(weights[0]), -1: -exact(weights[1])}

        def integrand(y: int, x: mpf) -> mpf:
            others = mp.fprod(function(part - x) for i, part in enumerate(parameters) if i != k)
            return factor[y] * bend(parameters[k] - x) * others

        value = _over_intervals(cuts, family, scale, theta, integrand)
        return value, _over_intervals(cuts, family, scale, theta, lambda y, x: abs(integrand(y, x)))


def risk(
    cuts: Sequence[Any],
    family: str,
    scale: Any,
    theta: Sequence[float],
    loss: Function,
    weights: Sequence[Any] = (1, 1),
) -> mpf:
    """Integrate w phi(y g) (14)."""
    with mp.workdps(DIGITS):
        function, parameters = sigmoid(family, scale), [exact(part) for part in theta]
        factor = {1: exact(weights[0]), -1: exact(weights[1])}
        return _over_intervals(
            cuts,
            family,
            scale,
            theta,
            lambda y, x: factor[y] * loss(y * mp.fprod(function(part - x) for part in parameters)),
        )


def central_difference(function: Function, point: Any, step: Any) -> mpf:
    """Differentiate by a symmetric difference at 60 digits; the error is of the order of the step squared."""
    with mp.workdps(60):
        at, width = exact(point), exact(step)
        return (function(at + width) - function(at - width)) / (2 * width)
