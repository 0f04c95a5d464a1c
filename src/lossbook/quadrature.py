r"""Gauss-Legendre quadrature of many integrals at once, split where the integrand bends, with its error.

Each interval between neighbouring cuts is integrated by the rules of 12 and 20 nodes; the second is the value, the
difference of the two (plus a bound of the rounding) the stated error. Where the error of a whole integral is above the
tolerance, the intervals that hold most of it are halved, again and again.

An integrand made of $\sigma(\theta_i-x)$ bends near each $\theta_i$ on the scale $h=\sigma^{-1}(\frac12)$ and is smooth
on the scale of the distance further out. So the cuts are the $\theta_i$ themselves and $\theta_i\pm2^kh$,
$k=0,1,\dots$: on every interval between them the complex singularities stay at least three half-widths from its middle,
which 20 nodes take to full precision. Points are handed on as offsets from the nearest $\theta_i$, so that rounding is
relative to the distance and not to the position.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Integrand = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]

RELATIVE_ERROR = 1e-13  # aimed at, of the integral of the absolute value
WORST_ERROR = 1e-9  # beyond it the integral is refused
_MOST_PANELS = 20_000
_ROUNDING = 2.0**-41  # of the integrand: its factors are known to 2**-43
_LARGEST_CHUNK = 200_000  # nodes worked on at once
_COARSE, _FINE = (tuple(0.5 * part for part in np.polynomial.legendre.leggauss(nodes)) for nodes in (12, 20))


class QuadratureError(ArithmeticError):
    """An integral whose stated error stays above what is acceptable."""


def graded_cuts(centres: np.ndarray, fixed: np.ndarray, width: float, kinks: np.ndarray | None = None) -> np.ndarray:
    r"""Cut an interval at given points and, geometrically, around centres.

    Args:
        centres: $\theta$, shape ``(rows, n)``.
        fixed: increasing points, shape ``(k,)``; the first and the last are the ends of the interval.
        width: $h>0$, the finest distance from a centre.
        kinks: further places to cut at, shape ``(rows, m)``; those outside the interval count as its ends.

    Returns:
        increasing cuts, shape ``(rows, cuts)``; an interval between two may be empty.
    """
    low, high = float(fixed[0]), float(fixed[-1])
    span = high - low
    levels = int(np.clip(np.ceil(np.log2(span / width)), 0, 1100)) + 1 if width < span else 1
    with np.errstate(over="ignore"):
        offsets = np.concatenate([[0.0], width * 2.0 ** np.arange(levels)])
        offsets = np.concatenate([-offsets[:0:-1], offsets])
    around = np.clip(centres[..., np.newaxis] + offsets, low, high).reshape(
        len(centres), centres.shape[1] * len(offsets)
    )
    parts = [around, np.broadcast_to(fixed, (len(centres), len(fixed)))]
    if kinks is not None:
        parts.append(np.clip(kinks, low, high))
    return np.sort(np.concatenate(parts, axis=1), axis=1)


def _panels(
    function: Integrand, cuts: np.ndarray, centres: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each row and interval: the value, the two rules' difference, the integral of the size."""
    low, width = cuts[:, :-1], np.diff(cuts, axis=1)
    distance = np.abs((low + 0.5 * width)[..., np.newaxis] - centres[:, np.newaxis, :])
    anchor = np.take_along_axis(centres, distance.argmin(axis=-1), axis=1)
    results = []
    for nodes, weights in (_COARSE, _FINE):
        offsets = (low - anchor)[..., np.newaxis] + width[..., np.newaxis] * (0.5 + nodes)
        flat = (len(cuts), width.shape[1] * len(nodes))
        anchors = np.broadcast_to(anchor[..., np.newaxis], offsets.shape)
        values = function(anchors.reshape(flat), offsets.reshape(flat), rows)
        values = values.reshape(*values.shape[:-1], *offsets.shape[1:])
        spread = width[:, np.newaxis] if values.ndim == 4 else width
        results.append(((values @ weights) * spread, (np.abs(values) @ weights) * spread))
    (coarse, _), (fine, size) = results
    return fine, np.abs(fine - coarse), size


def integrate(function: Integrand, cuts: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Integrate one function a row, from the first to the last of the row's cuts.

    Args:
        function: maps points, given as the nearest centre and the offset from it, both of shape ``(rows, m)``, and the
            rows' numbers, shape ``(rows,)``, to values of shape ``(rows, m)`` or ``(rows, components, m)``.
        cuts: increasing, shape ``(all rows, cuts)``.
        centres: points near which the integrand bends, shape ``(all rows, n)``.

    Returns:
        the integrals, shape ``(all rows,)`` or ``(all rows, components)``, and bounds of their errors as estimated.

    Raises:
        QuadratureError: if an estimated error stays above a relative 1e-9.
    """
    chunk = max(1, _LARGEST_CHUNK // (20 * max(1, cuts.shape[1] - 1)))
    starts = range(0, max(len(cuts), 1), chunk)
    blocks = [slice(start, start + chunk) for start in starts]
    numbers = np.arange(len(cuts))
    parts = [_integrate_chunk(function, cuts[block], centres[block], numbers[block]) for block in blocks]
    value, error, size = (np.concatenate(part) for part in zip(*parts, strict=True))
    if np.any(error > WORST_ERROR * size):
        worst = float(np.max(error / np.where(size > 0, size, 1)))
        raise QuadratureError(
            f"the integral's estimated relative error stays at {worst:.1e} with {_MOST_PANELS} intervals: "
            "the integrand is not smooth enough"
        )
    return value, error


def _integrate_chunk(
    function: Integrand, cuts: np.ndarray, centres: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    value, error, size = (part.sum(axis=-1) for part in _panels(function, cuts, centres, rows))
    rough = (error > RELATIVE_ERROR * size).any(axis=tuple(range(1, error.ndim)))
    for row in np.flatnonzero(rough):
        one = slice(row, row + 1)
        value[row], error[row], size[row] = _refined(function, cuts[row], centres[one], rows[one])
    return value, error + _ROUNDING * size, size


def _refined(
    function: Integrand, cuts: np.ndarray, centres: np.ndarray, row: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Integrate one row again, halving the intervals that hold most of the error until it is small enough."""
    while True:
        value, error, size = (part[0] for part in _panels(function, cuts[np.newaxis], centres, row))
        totals = (value.sum(axis=-1), error.sum(axis=-1), size.sum(axis=-1))
        share = error / np.maximum(totals[2], np.finfo(np.float64).tiny)[..., np.newaxis]
        share = share.reshape(-1, len(cuts) - 1).max(axis=0)
        middles = (0.5 * (cuts[:-1] + cuts[1:]))[share > RELATIVE_ERROR / len(share)]
        if np.all(totals[1] <= RELATIVE_ERROR * totals[2]) or len(cuts) + len(middles) > _MOST_PANELS:
            return totals
        finer = np.unique(np.concatenate([cuts, middles]))
        if len(finer) == len(np.unique(cuts)):
            return totals
        cuts = finer


def difference(
    antiderivative: Callable[[np.ndarray], np.ndarray],
    integrand: Callable[[np.ndarray], np.ndarray],
    ends: tuple[np.ndarray, np.ndarray],
    width: float,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Evaluate $F(h)-F(l)=\int_l^hf$ without cancellation.

    Where the ends are far apart against their distance from 0, the two values are subtracted; where they are close, the
    integrand is integrated between them by 20 nodes.

    Args:
        antiderivative: $F$, vectorised; $|F|$ convex or concave from 0 on.
        integrand: $f=F'$, vectorised; smooth away from 0 on the scale of the distance from 0.
        ends: $l$ and $h$, two arrays of the same shape.
        width: $h-l$, one number: the ends may be so far from 0 that their difference is lost.

    Returns:
        the differences, and bounds of their rounding errors.
    """
    low, high = ends
    upper, lower = antiderivative(high), antiderivative(low)
    value = upper - lower
    error = 2.0**-42 * (np.abs(upper) + np.abs(lower))
    close = (np.sign(low) == np.sign(high)) & (2 * width <= np.maximum(np.abs(low), np.abs(high)))
    if np.any(close):
        nodes, weights = _FINE
        values = integrand(low[close][:, np.newaxis] + width * (0.5 + nodes))
        value[close] = (values @ weights) * width
        error[close] = 2.0**-42 * (np.abs(values) @ weights) * width
    return value, error
