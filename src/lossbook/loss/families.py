r"""The losses of practice, as functions of the margin $m=y\,g$; each is one sympy expression, or a pair of them.

Scores lie in $(-1,1)$, and so do margins. Where a loss was made for an unbounded logit $z$, the logit is $z=g/T$ with
the *temperature* $T>0$, and $p=1/(1+e^{-m/T})$ is the probability of the true class.

Losses that are no mean of a function of one point's margin, such as Tversky's (a quotient of integrals, Salehi et al.
2017), are not of this kind.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import sympy

from lossbook.arguments import exact, instance
from lossbook.loss.margin_loss import M, MarginLoss
from lossbook.loss.weights import sizes_of

_WANTED = "a MarginLoss such as lossbook.losses.linear()"


def _positive(value: Any, name: str) -> sympy.Rational:
    return exact(value, name, positive=True)


def _not_negative(value: Any, name: str) -> sympy.Rational:
    number = exact(value, name)
    if number < 0:
        raise ValueError(f"{name} must be at least 0; got {value}")
    return number


def _named(name: str, **settings: sympy.Expr) -> str:
    shown = ", ".join(f"{key} {value}" for key, value in settings.items())
    return f"{name}, {shown}" if shown else name


def linear() -> MarginLoss:
    r"""Make the paper's loss, $\varphi(m)=1-m$ (equation (15)). Convex, symmetric.

    Returns:
        the loss; its values lie in (0, 2) for margins in (-1, 1), below 1 exactly where the margin is positive.
    """
    return MarginLoss(1 - M, "linear")


def checked_loss(loss: Any) -> MarginLoss:
    """Refuse what is not a loss.

    Args:
        loss: what was given for an argument of this name; None for the paper's.

    Returns:
        the loss; a ``TypeError`` is raised if it is none.
    """
    return linear() if loss is None else instance(loss, MarginLoss, "loss", _WANTED)


def hinge(margin: Any = 1) -> MarginLoss:
    r"""Make the hinge, $\varphi(m)=\max(0,m_0-m)$. Convex, symmetric; constant from $m_0$ on.

    Args:
        margin: $m_0>0$, exact; from 1 on it is the linear loss on $[-1,1]$, but for a constant.

    Returns:
        the loss.

    References:
        C. Cortes and V. Vapnik, Support-vector networks, 1995.
    """
    edge = _positive(margin, "margin")
    return MarginLoss(sympy.Max(0, edge - M), _named("hinge", margin=edge))


def squared_hinge(margin: Any = 1) -> MarginLoss:
    r"""Make the squared hinge, $\varphi(m)=\max(0,m_0-m)^2$. Convex, symmetric, once differentiable.

    Args:
        margin: $m_0>0$, exact.

    Returns:
        the loss.

    References:
        C. Cortes and V. Vapnik, Support-vector networks, 1995.
    """
    edge = _positive(margin, "margin")
    return MarginLoss(sympy.Max(0, edge - M) ** 2, _named("squared hinge", margin=edge))


def squared() -> MarginLoss:
    r"""Make the squared loss, $\varphi(m)=(1-m)^2=(y-g)^2$. Convex, symmetric.

    Returns:
        the loss.
    """
    return MarginLoss((1 - M) ** 2, "squared")


def logistic(temperature: Any = 1) -> MarginLoss:
    r"""Make the logistic loss, or cross-entropy, $\varphi(m)=\log(1+e^{-m/T})$. Convex, symmetric.

    Args:
        temperature: $T>0$, exact.

    Returns:
        the loss.

    References:
        D. R. Cox, The regression analysis of binary sequences, 1958.
    """
    scale = _positive(temperature, "temperature")
    return MarginLoss(sympy.log(1 + sympy.exp(-M / scale)), _named("logistic", T=scale))


def exponential(temperature: Any = 1) -> MarginLoss:
    r"""Make the exponential loss, $\varphi(m)=e^{-m/T}$. Convex, symmetric.

    Args:
        temperature: $T>0$, exact.

    Returns:
        the loss.

    References:
        Y. Freund and R. E. Schapire, A decision-theoretic generalization of on-line learning and an application to
        boosting, 1997.
    """
    scale = _positive(temperature, "temperature")
    return MarginLoss(sympy.exp(-M / scale), _named("exponential", T=scale))


def ramp(margin: Any = 1, s: Any = "-1/2") -> MarginLoss:
    r"""Make the ramp, a hinge cut off above: $\varphi(m)=\min(m_0-s,\max(0,m_0-m))$. Not convex, symmetric, bounded.

    Args:
        margin: $m_0>0$, exact.
        s: the margin below which the loss no longer grows; exact, below $m_0$.

    Returns:
        the loss.

    Raises:
        ValueError: if ``s`` is not below ``margin``.

    References:
        R. Collobert, F. Sinz, J. Weston and L. Bottou, Trading convexity for scalability, 2006.
    """
    edge, floor = _positive(margin, "margin"), exact(s, "s")
    if not floor < edge:
        raise ValueError(f"s must be below margin = {edge}; got {floor}")
    expression = sympy.Min(edge - floor, sympy.Max(0, edge - M))
    return MarginLoss(expression, _named("ramp", margin=edge, s=floor))


def focal(gamma: Any = 2, temperature: Any = 1) -> MarginLoss:
    r"""Make the focal loss, $\varphi(m)=-(1-p)^\gamma\log p$ with $p=1/(1+e^{-m/T})$. Symmetric.

    Args:
        gamma: $\gamma\ge0$, exact; 0 is the logistic loss.
        temperature: $T>0$, exact.

    Returns:
        the loss.

    References:
        T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, Focal loss for dense object detection, 2017.
    """
    power, scale = _not_negative(gamma, "gamma"), _positive(temperature, "temperature")
    miss = 1 / (1 + sympy.exp(M / scale))
    return MarginLoss(miss**power * sympy.log(1 + sympy.exp(-M / scale)), _named("focal", gamma=power, T=scale))


def asl(gamma_positive: Any = 0, gamma_negative: Any = 4, clip: Any = "1/20", temperature: Any = 1) -> MarginLoss:
    r"""Make the asymmetric loss (ASL): a focal loss with another exponent for negatives, whose probability is shifted.

    With $p=1/(1+e^{-g/T})$, the probability of the positive class, and $p_c=\max(0,p-c)$, positive points cost
    $-(1-p)^{\gamma_+}\log p$ and negative points $-p_c^{\gamma_-}\log(1-p_c)$.

    Args:
        gamma_positive: $\gamma_+\ge0$, exact.
        gamma_negative: $\gamma_-\ge0$, exact.
        clip: $c$, at least 0 and below 1, exact.
        temperature: $T>0$, exact.

    Returns:
        the loss, a pair; convex only for some exponents: ask :meth:`~lossbook.MarginLoss.check`. A ``clip`` that is
        not at least 0 and below 1 raises a ``ValueError``.

    References:
        T. Ridnik, E. Ben-Baruch, N. Zamir, A. Noy, I. Friedman, M. Protter and L. Zelnik-Manor, Asymmetric loss for
        multi-label classification, 2021.
    """
    positive, negative = asl_sides(gamma_positive, gamma_negative, clip, temperature)
    shift, scale = exact(clip, "clip"), exact(temperature, "temperature")
    name = _named("ASL", gammas=f"{positive.power} {negative.power}", clip=shift, T=scale)
    first, second = (side.miss**side.power * side.entropy for side in (positive, negative))
    return MarginLoss(first, name, second)


class AslSide(NamedTuple):
    r"""The parts of one class's asymmetric loss, $s^\gamma\ell$.

    Attributes:
        power: $\gamma$.
        miss: $s$, the probability of the wrong class, shifted for negative points.
        entropy: $\ell=-\log(1-s)$.
    """

    power: sympy.Rational
    miss: sympy.Expr
    entropy: sympy.Expr


def asl_sides(gamma_positive: Any, gamma_negative: Any, clip: Any, temperature: Any) -> tuple[AslSide, AslSide]:
    """Write the parts of the asymmetric loss, with the arguments of :func:`asl`.

    Args:
        gamma_positive: as there.
        gamma_negative: as there.
        clip: as there.
        temperature: as there.

    Returns:
        the parts for positive and for negative points.

    Raises:
        ValueError: if ``clip`` is not at least 0 and below 1.
    """
    plus, minus = _not_negative(gamma_positive, "gamma_positive"), _not_negative(gamma_negative, "gamma_negative")
    shift, scale = _not_negative(clip, "clip"), _positive(temperature, "temperature")
    if not shift < 1:
        raise ValueError(f"clip must be at least 0 and below 1; got {shift}")
    miss, entropy = 1 / (1 + sympy.exp(M / scale)), sympy.log(1 + sympy.exp(-M / scale))
    positive = AslSide(plus, miss, entropy)
    if not shift:
        return positive, AslSide(minus, miss, entropy)
    shifted = sympy.Max(0, miss - shift)
    return positive, AslSide(minus, shifted, -sympy.log(1 - shifted))


def ldam(sizes: Any, max_margin: Any = "1/2", temperature: Any = "1/30") -> MarginLoss:
    r"""Make the label-distribution-aware margin loss (LDAM), $\varphi_y(m)=\log(1+e^{-(m-\Delta_y)/T})$.

    The margins are $\Delta_y\propto N_y^{-1/4}$ with the class sizes $N_\pm$. Convex; symmetric for equal sizes alone.

    Args:
        sizes: a problem, whose lengths are taken, or the pair $(N_+,N_-)$ of exact positive numbers.
        max_margin: the larger of the two margins, exact.
        temperature: $T>0$, exact; its inverse is the article's scale $s$, 30 in the authors' code.

    Returns:
        the loss, a pair.

    References:
        K. Cao, C. Wei, A. Gaidon, N. Arechiga and T. Ma, Learning imbalanced datasets with label-distribution-aware
        margin loss, 2019.
    """
    counts = sizes_of(sizes)
    largest, scale = _positive(max_margin, "max_margin"), _positive(temperature, "temperature")
    margins = [largest * (min(counts) / count) ** sympy.Rational(1, 4) for count in counts]
    pair = [sympy.log(1 + sympy.exp((margin - M) / scale)) for margin in margins]
    return MarginLoss(pair[0], _named("LDAM", margin=largest, T=scale), pair[1])


def logit_adjusted(sizes: Any, tau: Any = 1, temperature: Any = 1) -> MarginLoss:
    r"""Make the logit-adjusted loss, $\varphi_y(m)=\log\bigl(1+(N_{-y}/N_y)^\tau e^{-m/T}\bigr)$. Convex.

    Args:
        sizes: a problem, whose lengths are taken, or the pair $(N_+,N_-)$ of exact positive numbers.
        tau: $\tau\ge0$, exact; 0 is the logistic loss.
        temperature: $T>0$, exact.

    Returns:
        the loss, a pair; symmetric for equal sizes alone.

    References:
        A. K. Menon, S. Jayasumana, A. S. Rawat, H. Jain, A. Veit and S. Kumar, Long-tail learning via logit adjustment,
        2021.
    """
    plus, minus = sizes_of(sizes)
    power, scale = _not_negative(tau, "tau"), _positive(temperature, "temperature")
    pair = [
        sympy.log(1 + (other / own) ** power * sympy.exp(-M / scale)) for own, other in ((plus, minus), (minus, plus))
    ]
    return MarginLoss(pair[0], _named("logit adjusted", tau=power, T=scale), pair[1])
