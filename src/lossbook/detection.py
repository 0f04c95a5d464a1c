r"""A made detection problem for the general model: find a disc in the unit square (equations (1)-(6), (8)).

Inputs are points $x\in\Omega=[0,1]^2$, uniform; the truth is 1 inside a disc of centre $c$ and radius $r$. The model
knows the radius and learns the centre $\theta$. Its confidence that $x$ is positive is

$$DM_\theta(x)=\frac1{1+\exp\bigl((|x-\theta|^2-r^2)/s\bigr)},$$

above $\frac12$ exactly inside the disc around $\theta$. Accuracy, sensitivity and specificity are then areas of a lens.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from lossbook.arguments import real_array, shown
from lossbook.metrics import Confusion

Sampler = Callable[[int, np.random.Generator], np.ndarray]

_ROUNDING = 1e-12  # by which a disc may touch the edge of the square


@dataclass(frozen=True)
class DiscDetection:
    """A disc to be found in the unit square.

    Args:
        centre: the true centre, a pair; the disc must lie inside the unit square.
        radius: r > 0.
        softness: s > 0, the scale of the confidence, in units of a squared length.

    Raises:
        ValueError: if the disc is not inside the unit square, or the softness is not positive.

    Example:
        >>> problem = DiscDetection(centre=(0.6, 0.5), radius=0.2)
        >>> round(problem.exact_confusion((0.6, 0.5)).accuracy, 12)
        1.0
    """

    centre: tuple[float, float] = (0.6, 0.5)
    radius: float = 0.2
    softness: float = 0.02

    def __post_init__(self) -> None:
        """Check the numbers; see the class."""
        point = real_array(self.centre, "centre")
        if point.shape != (2,):
            raise ValueError(f"centre must be a pair of numbers; got {shown(self.centre)}")
        if not 0 < self.radius < 0.5 or np.any(np.minimum(point, 1 - point) < self.radius - _ROUNDING):
            raise ValueError(
                f"the disc must lie inside the unit square; got centre {self.centre}, radius {self.radius}"
            )
        if not self.softness > 0:
            raise ValueError(f"softness must be greater than 0; got {self.softness}")

    def label(self, x: Any) -> np.ndarray:
        r"""Give the truth $y_{true}(x)\in\{0,1\}$.

        Args:
            x: points, shape ``(..., 2)``.

        Returns:
            integers, shape ``(...)``.
        """
        return (self._excess(x, self.centre) <= 0).astype(np.int64)

    def confidence(self, theta: Any, x: Any) -> np.ndarray:
        r"""Give the confidence $DM_\theta(x)\in(0,1)$ (equation (3)).

        Args:
            theta: the model's centre, a pair.
            x: points, shape ``(..., 2)``.

        Returns:
            shape ``(...)``.
        """
        return expit(-self._excess(x, theta) / self.softness)

    def predict(self, theta: Any, x: Any, threshold: float = 0.5) -> np.ndarray:
        r"""Predict $M_\theta(x)=1$ where the confidence is at least a threshold (equations (1), (2)).

        Args:
            theta: the model's centre, a pair.
            x: points, shape ``(..., 2)``.
            threshold: between 0 and 1.

        Returns:
            integers 0 or 1, shape ``(...)``.

        Raises:
            ValueError: if the threshold is not between 0 and 1.
        """
        if not 0 < threshold < 1:
            raise ValueError(f"threshold must lie between 0 and 1; got {shown(threshold)}")
        return (self.confidence(theta, x) >= threshold).astype(np.int64)

    def sample(self, count: int, seed: int) -> np.ndarray:
        """Draw test points, uniform on the unit square.

        Args:
            count: how many.
            seed: decides every bit of them.

        Returns:
            shape ``(count, 2)``.
        """
        return np.random.default_rng(seed).random((count, 2))

    def exact_confusion(self, theta: Any) -> Confusion:
        r"""Measure the model with threshold $\frac12$ exactly: areas of two discs and of their lens (equation (5)).

        Args:
            theta: the model's centre, a pair; its disc must lie inside the unit square too.

        Returns:
            the four areas.

        Raises:
            ValueError: if the model's disc leaves the unit square.
        """
        point = real_array(theta, "theta")
        if point.shape != (2,) or np.any(np.minimum(point, 1 - point) < self.radius - _ROUNDING):
            raise ValueError(
                f"theta must be the centre of a disc of radius {self.radius} inside the unit square; got {shown(theta)}"
            )
        disc = math.pi * self.radius**2
        lens = self._lens(float(np.hypot(*(point - np.asarray(self.centre)))))
        return Confusion(
            true_positive=lens,
            false_negative=disc - lens,
            true_negative=1 - 2 * disc + lens,
            false_positive=disc - lens,
        )

    def _lens(self, distance: float) -> float:
        """The area common to two discs of the same radius at a distance."""
        r, half = self.radius, distance / 2
        if half >= r:
            return 0.0
        return max(0.0, 2 * r**2 * math.acos(half / r) - 2 * half * math.sqrt(r**2 - half**2))

    def _excess(self, x: Any, centre: Any) -> np.ndarray:
        """$|x-c|^2-r^2$: negative inside the disc."""
        points, middle = real_array(x, "x"), real_array(centre, "theta")
        if points.shape[-1:] != (2,) or middle.shape != (2,):
            raise ValueError(f"x must have shape (..., 2) and theta (2,); got {points.shape} and {middle.shape}")
        return np.sum((points - middle) ** 2, axis=-1) - self.radius**2


def two_places(share: float) -> Sampler:
    r"""Make the law of inputs that come to two places of the plane, $(-2,0)$ and $(2,0)$, with a normal spread of 1/2.

    Args:
        share: the probability of the left place, between 0 and 1.

    Returns:
        a function from a count and a random generator to points of shape ``(count, 2)``.

    Raises:
        ValueError: if the share is not between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1; got {shown(share)}")

    def sample(count: int, generator: np.random.Generator) -> np.ndarray:
        """Draw points."""
        side = np.where(generator.random(count) < share, -2.0, 2.0)
        return np.stack([side, np.zeros(count)], axis=1) + generator.normal(0, 0.5, (count, 2))

    return sample
