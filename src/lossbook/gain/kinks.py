"""Where the pointwise loss of a threshold model has its kinks, so that integrals may be cut there."""

from __future__ import annotations

import numpy as np

from lossbook.gain.setting import Setting
from lossbook.loss import MarginLoss
from lossbook.sigmoid import OddSigmoid


def _sizes(loss: MarginLoss) -> list[float]:
    """The sizes of the margins, other than 0, at which a loss has a kink."""
    return sorted({abs(float(kink)) for side in loss.sides for kink in side.kinks} - {0.0})


def kinks(setting: Setting, loss: MarginLoss) -> np.ndarray | None:
    """Find where the pointwise loss has its kinks.

    Args:
        setting: of one problem.
        loss: the margin loss.

    Returns:
        places, shape ``(rows, places)``; None if there are none.
    """
    sizes = np.array(_sizes(loss))
    if setting.n == 1 or not sizes.size:
        return setting.theta - np.array(bends(setting.sigma, loss)) if sizes.size else None
    turns = _turns(setting)
    left, right = np.tile(turns[:, :-1], len(sizes)), np.tile(turns[:, 1:], len(sizes))
    level = np.repeat(sizes, turns.shape[1] - 1)
    rises = setting.height(left) < setting.height(right)
    for _ in range(60):
        middle = (left + right) / 2
        ahead = (setting.height(middle) < level) == rises
        left, right = np.where(ahead, middle, left), np.where(ahead, right, middle)
    return left


def _turns(setting: Setting) -> np.ndarray:
    """Cut the interval where the score's size turns; between two parameters once, for log σ is concave for u > 0."""
    ends = np.sort(setting.theta, axis=1)
    low, high = ends[:, :-1], ends[:, 1:]
    for _ in range(80):
        left, right = (2 * low + high) / 3, (low + 2 * high) / 3
        rises = setting.height(left) < setting.height(right)
        low, high = np.where(rises, left, low), np.where(rises, high, right)
    borders = np.broadcast_to(setting.cuts[[0, -1]], (len(ends), 2))
    return np.sort(np.clip(np.concatenate([borders, ends, low], axis=1), *setting.cuts[[0, -1]]), axis=1)


def bends(sigma: OddSigmoid, loss: MarginLoss) -> tuple[float, ...]:
    r"""Find the arguments $u$ with $\sigma(u)$ or $-\sigma(u)$ a kink of the loss.

    Args:
        sigma: the odd sigmoid.
        loss: the margin loss.

    Returns:
        $\pm\sigma^{-1}(|m|)$ for every kink $m\ne0$, as precise as $\sigma$ is there; those whose size is not between
        1e-300 and 1e300 are left out.

    Example:
        >>> from lossbook.loss import hinge
        >>> from lossbook.sigmoid.families import softsign
        >>> bends(softsign(), hinge("1/2"))
        (1.0, -1.0)
    """
    places = [_place_of(sigma, size) for size in _sizes(loss)]
    return tuple(sign * place for place in places if place is not None for sign in (1, -1))


def _place_of(sigma: OddSigmoid, size: float) -> float | None:
    """Find the argument at which a sigmoid has a value between 0 and 1."""
    from scipy.optimize import brentq  # needed by few

    def excess(u: float) -> float:
        """How much too large the value is."""
        return float(sigma.numeric.partial(np.array(u))) - size

    low = high = sigma.half_saturation
    while excess(high) < 0 and high < 1e300:
        high *= 2
    while excess(low) > 0 and low > 1e-300:
        low /= 2
    if not excess(low) <= 0 <= excess(high):
        return None
    return float(brentq(excess, low, high, xtol=1e-300)) if low < high else low
