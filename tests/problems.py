"""Problems of a few thresholds, drawn at random for tests: exact cuts, all families in turn."""

from fractions import Fraction

import numpy as np

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
