"""Problems of a few thresholds, drawn at random: exact cuts, all families in turn; and their integrals at 40 digits."""

from fractions import Fraction
from typing import Any

import numpy as np
from mpmath import mp, mpf
from tests import reference

import lossbook as lb

FAMILIES = ["arctan", "algebraic", "softsign", "tanh", "erf"]
_PARTS = 32  # of a half-saturation width: cuts are multiples


def random_problem(
    n: int, seed: int, widths: tuple[float, float] = (6, 12)
) -> tuple[lb.ThresholdProblem, lb.OddSigmoid, tuple[Fraction, ...]]:
    """Draw a problem whose length is so many half-saturation widths, a sigmoid and weights, equal in one of two."""
    chance = np.random.default_rng([seed, n])
    sigma = getattr(lb.sigmoids, FAMILIES[seed % len(FAMILIES)])()
    unit = Fraction(round(64 * sigma.half_saturation), 64) / _PARTS
    cells = int(chance.uniform(*widths) * _PARTS)
    inner = np.sort(chance.choice(np.arange(1, cells), n, replace=False))
    weights = (1, 1) if seed % 2 else tuple(Fraction(int(part), 4) for part in chance.integers(2, 9, n + 1))
    return lb.ThresholdProblem(0, [int(cut) * unit for cut in inner], cells * unit), sigma, tuple(weights)


def definition(family: str, cuts: list[Any], theta: list[Any], weights: tuple[Any, ...], k: int | None = None) -> mpf:
    """Integrate the gain, or its partial derivative in the k-th threshold; one weight an interval."""
    functions = [(reference.slope if i == k else reference.sigmoid)(family, 1) for i in range(len(theta))]
    with mp.workdps(reference.DIGITS):
        ends, places = ([reference.exact(part) for part in parts] for parts in (cuts, theta))

        def integrand(j: int, x: mpf) -> mpf:
            return (
                (-1) ** j
                * reference.exact(weights[j])
                * mp.fprod(f(p - x) for f, p in zip(functions, places, strict=True))
            )

        return mp.fsum(
            reference.integral(lambda x, j=j: integrand(j, x), ends[j], ends[j + 1], places, mpf(1))
            for j in range(len(weights))
        )
