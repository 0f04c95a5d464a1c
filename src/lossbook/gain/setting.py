"""One problem, sigmoid, weights and many parameters, as the float64 integrals of gain and risk take them."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any

import numpy as np

from lossbook.arguments import exact, interval_weights, parameter_array
from lossbook.gain.products import Products
from lossbook.problem import ThresholdProblem, checked_problem
from lossbook.quadrature import graded_cuts, integrate
from lossbook.sigmoid import OddSigmoid, checked_sigmoid

Result = Any  # a float or an array of the leading shape of theta; with its error a pair of them


class Setting:
    """Lengths are measured from the left end, with the exact cuts rounded once.

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.
        theta: parameters, shape ``(n,)`` or ``(..., n)``; for n = 1 a single number too.
        weights: class weights, or one weight an interval.

    Raises:
        TypeError: if an argument is not of its kind.
        ValueError: if theta has another shape, or a weight is not positive.
    """

    def __init__(self, problem: ThresholdProblem, sigma: OddSigmoid, theta: Any, weights: Any) -> None:
        """Check the arguments, and move the origin; see the class."""
        checked_problem(problem)
        checked_sigmoid(sigma)
        parameters = parameter_array(theta, problem.n)
        start = float(problem.a)
        rest = float(problem.a - exact(start, "a"))
        self.sigma, self.n, self.shape = sigma, problem.n, parameters.shape[:-1]
        self.theta = ((parameters - start) - rest).reshape(-1, problem.n)
        self.cuts = np.array([float(cut - problem.a) for cut in problem.cuts])
        self.lengths = [float(length) for length in problem.lengths]
        self.signs = np.array(problem.signs, dtype=np.float64)
        self.weights = np.array([float(weight) for weight in interval_weights(weights, problem.n)])

    def at(self, theta: np.ndarray) -> Setting:
        """Take other parameters, counted from the left end and not checked: shape ``(rows, n)``."""
        other = copy(self)
        other.theta, other.shape = theta, (len(theta),)
        return other

    @cached_property
    def products(self) -> Products | None:
        """The integrals of scores with proved errors, where they are."""
        return Products.of(self.sigma, self.cuts)

    def pieces(self, x: np.ndarray) -> np.ndarray:
        """Give the number of the interval that holds each point."""
        return np.searchsorted(self.cuts[1:-1], x, side="left")

    def height(self, x: np.ndarray) -> np.ndarray:
        """Give the size of the score, of each row at places of its own: shape of x, (rows, places)."""
        return np.abs(np.prod(self.sigma.numeric(self.theta[:, :, np.newaxis] - x[:, np.newaxis, :]), axis=1))

    def partials(self, arguments: np.ndarray) -> np.ndarray:
        """Give the score's partial derivatives from all θ_i - x: shape of the arguments, (n, ...)."""
        values, slopes = self.sigma.numeric(arguments), self.sigma.numeric_derivative(arguments)
        others = np.array([np.prod(np.delete(values, k, axis=0), axis=0) for k in range(self.n)])
        return np.asarray(slopes * others)

    def integral(
        self, function: Callable[[np.ndarray, np.ndarray], np.ndarray], kinks: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Integrate a function, with kinks at places, of the interval's number and of all θ_i - x (n, rows, points)."""
        span = self.cuts[-1]
        width = self.sigma.half_saturation
        width = span if not width > 0 else max(width, 1e-280)
        cuts = graded_cuts(self.theta, self.cuts, min(width, span), kinks)

        def integrand(anchor: np.ndarray, offset: np.ndarray, rows: np.ndarray) -> np.ndarray:
            """Hand on where a point lies and how far each parameter is from it."""
            arguments = (self.theta[rows].T[..., np.newaxis] - anchor) - offset
            return function(self.pieces(anchor + offset), arguments)

        return integrate(integrand, cuts, self.theta)

    def shaped(self, rows: np.ndarray) -> Any:
        """Give results the leading shape of theta."""
        return rows.reshape(self.shape + rows.shape[1:])[()]

    def result(self, value: np.ndarray, error: np.ndarray, with_error: bool) -> Result:
        """Give results the leading shape of theta, with or without the error."""
        return (self.shaped(value), self.shaped(error)) if with_error else self.shaped(value)
