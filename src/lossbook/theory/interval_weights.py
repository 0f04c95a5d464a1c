r"""Weights that make the truth of a many-threshold model critical: one an interval always, one a class seldom.

Let $P=\prod_i|\sigma(a_i-x)|$, $L=\sigma'/\sigma$, and let $m(x)\ge0$ be the density of the points times
$-\varphi'(P)$ of the margin loss. At the truth the $k$-th partial derivative of the risk, its sign turned, is
$\sum_jw_jC_{kj}$ with $C_{kj}=\int_{I_j}m\,P\,L(a_k-x)\,dx$. Set $C_{0j}=C_{n+1,j}=0$ and take differences of
neighbouring rows,

$$q_{jk}=C_{kj}-C_{k+1,j}=\int_{I_j}m\,P\,\bigl[L(a_k-x)-L(a_{k+1}-x)\bigr]\,dx,\qquad k=0,\dots,n,$$

where $L(a_0-x)$ and $L(a_{n+1}-x)$ count as 0. $L$ is odd, and positive and strictly decreasing on $(0,\infty)$: so
$q_{jk}>0$ for $k\ne j$. And $\sum_kq_{jk}=0$. Hence $q$ holds the rates of an irreducible Markov chain on the $n+1$
intervals, and $\sum_jw_jC_{kj}=0$ for all $k$ says that $w$ is stationary, $wq=0$. By Perron and Frobenius such a $w$
is unique but for a factor, and *positive*: for every odd sigmoid, every density, every non-increasing margin loss that
still falls somewhere in each interval, and every n.

The stationary law is found by elimination without any subtraction (Grassmann, Taksar and Heyman): each weight, a
quotient of sums of products of $n$ rates, is as precise as the rates.

*Is the truth then a maximum?* With the curvature kernel
$$K(u,v)=L(v-u)\,\bigl[L(u)-L(v)\bigr]-L(u)\,L(v),\qquad K(u,u)=-\sigma''(u)/\sigma(u),$$
and $u_k=a_k-x$ the Hessian of the gain under critical weights has $-y^\top Hy=\int wP\sum_{kl}y_ky_lK(u_k,u_l)dx$, for
what $K$ adds to $-L(u_k)L(u_l)$ has the integral $L(a_l-a_k)\,(0-0)$. So the truth is a strict local maximum for
every problem and every n if $K$ is positive definite. It is so

- for tanh: at $\delta=2$ it is $1\bigm/\bigl(2\cosh\frac u2\cosh\frac v2\cosh\frac{v-u}2\bigr)$, and $1/\cosh$ is the
  Fourier transform of a positive function;
- for every mixture $L(u)=\operatorname{E}\dfrac{Z^2}{u\,(u^2+Z^2)}$ over a random $Z>0$. With $\delta=1$ algebraic has
  $Z=1$, softsign the absolute value of a Cauchy variable, and arctan $Z=\coth h$ where $h>0$ has the density
  $1/(\frac{\pi^2}4+h^2)$.

For mixtures $uv\,K$ is the mean, over two independent copies $x,y$ of $Z$, of $x^2y^2uv\,N/2$ over
$(u^2+x^2)(u^2+y^2)(v^2+x^2)(v^2+y^2)$, where with $t=v-u$ and $D=y^2-x^2$

$$N=3(x^2+y^2)+\frac{2Dx^2}{t^2+x^2}-\frac{2Dy^2}{t^2+y^2}+uv\Bigl[\frac{5x^2+y^2}{t^2+x^2}+\frac{x^2+5y^2}{t^2+y^2}\Bigr]
+u^2v^2\Bigl[\frac3{t^2+x^2}+\frac3{t^2+y^2}\Bigr].$$

The chapter proves that $N$ is positive definite. For erf $K$ is not, from four points on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import ctx

from lossbook.arguments import real_array, shown
from lossbook.balls import exact_ball
from lossbook.loss import MarginLoss, checked_loss, linear
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid
from lossbook.theory.neighbours import Truth, interval_slopes

_RATIO = 2.0**-41  # of a logarithmic slope: so far it is known
_STEP = 2.0**-52
_PRECISION = 300  # bits, for what cancels in the kernel


@dataclass(frozen=True)
class IntervalWeights:
    """Weights that make the truth critical.

    Attributes:
        weights: one an interval, shape ``(n + 1,)``; their mean is 1.
        error: a bound of the relative error of each, from the estimated errors of the rates.
        rates: $q_{jk}$, shape ``(n + 1, n + 1)``, with rows that sum to 0.
    """

    weights: np.ndarray
    error: float
    rates: np.ndarray

    @property
    def by_class(self) -> bool:
        """Whether all intervals of a class have the same weight, within twice the error."""
        spread = max(float(np.ptp(part) / part.max()) for part in (self.weights[::2], self.weights[1::2]))
        return spread <= 2 * self.error


def stationary(rates: np.ndarray) -> np.ndarray:
    r"""Find the stationary law of an irreducible Markov chain in continuous time, without subtracting.

    Args:
        rates: $q_{jk}\ge0$ from state $j$ to state $k\ne j$, shape ``(states, states)``; the diagonal is not read.

    Returns:
        the law $w>0$ with $wq=0$, its sum 1.

    Raises:
        ValueError: if ``rates`` is not square, has a negative rate, or leaves a state without a way out.

    Example:
        >>> stationary([[0, 1], [3, 0]])
        array([0.75, 0.25])

    References:
        W. K. Grassmann, M. I. Taksar and D. P. Heyman, Regenerative analysis and steady state distributions for Markov
        chains, 1985.
    """
    left = real_array(rates, "rates").copy()
    if left.ndim != 2 or left.shape[0] != left.shape[1]:
        raise ValueError(f"rates must be a square matrix; got shape {left.shape}")
    np.fill_diagonal(left, 0)
    if np.any(left < 0):
        raise ValueError(f"rates must not be negative; got {left.min()}")
    for last in range(len(left) - 1, 0, -1):
        total = left[last, :last].sum()
        if not total > 0:
            raise ValueError(f"rates must lead from every state to every other; got none from state {last} downwards")
        left[:last, last] /= total
        left[:last, :last] += np.outer(left[:last, last], left[last, :last])
        np.fill_diagonal(left, 0)
    law = np.ones(len(left))
    for state in range(1, len(law)):
        law[state] = law[:state] @ left[:state, state]
    return law / law.sum()


def _rates(truth: Truth, loss: MarginLoss) -> tuple[np.ndarray, np.ndarray]:
    """Integrate the rates, and bound their errors; the diagonals are without meaning."""
    plain, sides = loss == linear(), loss.sides

    def integrand(size: np.ndarray, ratios: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The rates, and what they are differences of."""
        falls = np.ones_like(size)
        for parity, side in enumerate(() if plain else sides):
            mine = rows % 2 == parity
            falls[mine] = -side.numeric_derivative(size[mine])
        ends = np.pad(ratios, ((1, 1), (0, 0), (0, 0)))
        both = np.concatenate([ends[:-1] - ends[1:], np.abs(ends[:-1]) + np.abs(ends[1:])])
        return np.moveaxis(falls * size * both, 0, 1)

    values, errors = truth.integrals(integrand)
    count = truth.n + 1
    return values[:, :count], errors[:, :count] + _RATIO * np.abs(values[:, count:])


def critical_weights(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss | None = None) -> IntervalWeights:
    r"""Find the weights, one an interval, that make the truth critical: all positive, and unique but for a factor.

    Args:
        problem: the interval and its true thresholds, n at least 1.
        sigma: the odd sigmoid.
        loss: a non-increasing margin loss that falls somewhere in each interval; the linear one by default.

    Returns:
        the weights with a bound of their error, and the rates behind them; a ``TypeError`` is raised if ``loss`` is
        not a margin loss.

    Raises:
        ValueError: if a rate is not positive beyond its error: the loss rises, or falls nowhere in an interval, or the
            intervals are so long against the scale that ``float64`` does not hold the rates.

    Example:
        >>> from lossbook.sigmoid.families import softsign
        >>> critical_weights(ThresholdProblem(0, [1, 2], 3), softsign()).weights.round(4)
        array([0.8956, 1.2089, 0.8956])
    """
    loss = checked_loss(loss)
    truth = Truth(problem, sigma)
    rates, errors = _rates(truth, loss)
    apart = ~np.eye(len(rates), dtype=bool)
    if not np.all(rates[apart] > errors[apart]):
        raise ValueError(
            f"loss and sigma must give positive rates between all intervals; the smallest, for {loss.name} and"
            f" {sigma.name}, is {rates[apart].min():.3g}, known to {errors[apart].max():.1g}"
        )
    relative = float((errors[apart] / rates[apart]).max()) + len(rates) ** 2 * _STEP
    law = stationary(np.where(apart, rates, 0.0))
    np.fill_diagonal(rates, 0)
    rates -= np.diag(rates.sum(axis=1))
    error = ((1 + relative) / (1 - relative)) ** (2 * problem.n) - 1 if relative < 1 else float("inf")
    return IntervalWeights(law * len(law), error, rates / truth.unit)


def curvature_kernel(sigma: OddSigmoid, points: Any) -> np.ndarray:
    r"""Evaluate the curvature kernel $K$ at pairs of points (see the module).

    Args:
        sigma: the odd sigmoid.
        points: distinct numbers other than 0, shape ``(m,)``.

    Returns:
        $K(u_i,u_j)$, shape ``(m, m)``, symmetric; computed in ball arithmetic and rounded.

    Raises:
        ValueError: if two points are equal or one is 0.
        TypeError: if no second derivative of the sigmoid is found.

    Example:
        >>> from lossbook.sigmoid.families import algebraic
        >>> curvature_kernel(algebraic(), [1, -1])
        array([[0.75, 0.15],
               [0.15, 0.75]])
    """
    places = real_array(points, "points")
    if places.ndim != 1 or len(set(places.tolist())) < places.size or np.any(places == 0):
        raise ValueError(f"points must be a list of distinct numbers other than 0; got {shown(points)}")
    second = sigma.ball_second_derivative
    if second is None:
        raise TypeError(f"sigma must have an elementary second derivative; got {sigma.name}")
    result = np.empty((places.size, places.size))
    with ctx.workprec(_PRECISION):
        balls = [exact_ball(place) for place in places]
        ratios = [sigma.ball_derivative(ball) / sigma.ball(ball) for ball in balls]
        for i, one in enumerate(balls):
            result[i, i] = float((-second(abs(one)) / sigma.ball(abs(one))).mid())
            for j in range(i):
                gap = one - balls[j]
                across = sigma.ball_derivative(gap) / sigma.ball(gap)
                value = across * (ratios[j] - ratios[i]) - ratios[i] * ratios[j]
                result[i, j] = result[j, i] = float(value.mid())
    return result


@dataclass(frozen=True)
class ClassWeights:
    r"""The best that one weight a class can do near the truth.

    Attributes:
        weights: $(w_+,w_-)$ with mean 1, the least squares of the first-order shifts.
        equal: the first-order shifts under equal weights, shape ``(n,)``.
        left: those under ``weights``.
    """

    weights: tuple[float, float]
    equal: np.ndarray
    left: np.ndarray

    @property
    def share(self) -> float:
        """How much of the shift is left: the quotient of the two lengths; 0 where there was none."""
        before = float(np.linalg.norm(self.equal))
        return float(np.linalg.norm(self.left)) / before if before > 0 else 0.0


def best_class_weights(problem: ThresholdProblem, sigma: OddSigmoid) -> ClassWeights:
    r"""Fit two class weights to the first-order shift.

    Each threshold has a positive interval on one side and a negative one on the other. So with $w_\pm=1\pm t$ the
    first-order shift is linear in $t$: with $G_\pm$ for the two classes' shares of the gain,

    $$s_k(t)=\frac{\partial_kG_++\partial_kG_-+t\,(\partial_kG_+-\partial_kG_-)}{2\,\sigma'(0)\,W_k(a_k)}.$$

    Args:
        problem: the interval and its true thresholds.
        sigma: the odd sigmoid.

    Returns:
        the weights with the smallest sum of $s_k^2$, and the shifts before and after.

    Raises:
        ValueError: if these weights are not both positive.

    Example:
        >>> from lossbook.sigmoid.families import arctan
        >>> found = best_class_weights(ThresholdProblem(0, [4, 8, 12], 16), arctan())
        >>> round(found.weights[0], 9), round(found.share, 9)
        (1.0, 1.0)
    """
    truth = Truth(problem, sigma)
    parts = interval_slopes(truth)[0] / (2 * truth.slope_at_0 * truth.own_confidence)[:, np.newaxis]
    equal, turn = truth.unit * parts.sum(axis=1), truth.unit * (parts @ truth.signs)
    lean = -float(equal @ turn) / float(turn @ turn)
    if not abs(lean) < 1:
        raise ValueError(
            f"problem must have a best pair of positive class weights; got 1 + t and 1 - t with t = {lean}"
        )
    return ClassWeights((1 + lean, 1 - lean), equal, equal + lean * turn)
