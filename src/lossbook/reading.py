r"""Sigmoids and losses from text: the name of a family, with parameters, or a reader's own formula.

A sigmoid is ``arctan``, with a scale beside it, or a formula in u. A loss is ``focal:gamma=2,temperature=1/4``, or a
formula in the margin m. Text is parsed, never evaluated as code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from lossbook import loss as losses
from lossbook.arguments import exact, shown
from lossbook.loss import MarginLoss
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid, families

FAMILIES: dict[str, Callable[..., OddSigmoid]] = {make.__name__: make for make in families.ALL}
LOSSES: dict[str, Callable[..., MarginLoss]] = {
    make.__name__: make
    for make in (
        losses.linear,
        losses.hinge,
        losses.squared_hinge,
        losses.squared,
        losses.logistic,
        losses.exponential,
        losses.ramp,
        losses.focal,
        losses.asl,
        losses.ldam,
        losses.logit_adjusted,
    )
}
SIGMOID_FORMULA = 'a formula in u such as "u/sqrt(1+u**2)"'
LOSS_FORMULA = 'a formula in m such as "log(1+exp(-4*m))"'


def listed(values: Iterable[str]) -> str:
    """Write what was given, for a message.

    Args:
        values: the words.

    Returns:
        them, or ``"nothing"``.
    """
    return " ".join(map(shown, values)) or "nothing"


def wanted_sigmoid(name: str) -> str:
    """Say what a sigmoid must be.

    Args:
        name: the argument's name.

    Returns:
        the first half of a message.
    """
    return f"{name} must be one of {', '.join(FAMILIES)}, or {SIGMOID_FORMULA}"


def sigmoid_from(text: str, scale: Any = None, name: str = "sigmoid", scale_name: str = "scale") -> OddSigmoid:
    """Read a sigmoid.

    Args:
        text: a family's name, or a formula in u.
        scale: the family's scale (algebraic: its delta), exact; None for 1, and for a formula.
        name: the argument's name, for messages.
        scale_name: that of the scale.

    Returns:
        the sigmoid; none of its axioms is refuted.

    Raises:
        ValueError: if it is no odd sigmoid, or a formula has a scale.

    Example:
        >>> sigmoid_from("arctan", "1/10")(0.1)
        np.float64(0.5)
    """
    if text in FAMILIES:
        return FAMILIES[text](1 if scale is None else exact(scale, scale_name, positive=True))
    try:
        sigma = OddSigmoid.parse(text)
    except (TypeError, ValueError) as error:
        reason = "" if text.isidentifier() else f": {error}"  # a single word is a name mistyped
        raise ValueError(f"{wanted_sigmoid(name)}; got {shown(text)}{reason}") from error
    if scale is not None:
        raise ValueError(
            f"{scale_name} must be left out where {name} is a formula; got {shown(scale)} with {shown(text)}"
            ": write the scale into the formula"
        )
    for verdict in sigma.check().refuted:
        raise ValueError(
            f"{name} must be an odd sigmoid; got {shown(text)}, of which the axiom {verdict.axiom!r} fails at"
            f" u = {verdict.point}: {verdict.reason}"
        )
    return sigma


def loss_from(text: str, sizes: ThresholdProblem, name: str = "loss") -> MarginLoss:
    """Read a loss.

    Args:
        text: a family's name, with ``:key=value,key=value`` behind it or without; or a formula in m.
        sizes: the problem whose lengths the families take that depend on class sizes.
        name: the argument's name, for messages.

    Returns:
        the loss.

    Raises:
        ValueError: if it is none.

    Example:
        >>> loss_from("hinge:margin=1/20", ThresholdProblem(0, [1], 2)).positive.kinks
        (1/20,)
    """
    family, colon, settings = text.partition(":")
    if family in LOSSES:
        return _of_family(family, settings if colon else None, sizes, name)
    try:
        return MarginLoss.parse(text)
    except (TypeError, ValueError) as error:
        reason = "" if family.isidentifier() else f": {error}"  # a single word is a name mistyped
        wanted = f"{name} must be one of {', '.join(LOSSES)}, or {LOSS_FORMULA}"
        raise ValueError(f"{wanted}; got {shown(text)}{reason}") from error


def _of_family(family: str, settings: str | None, sizes: ThresholdProblem, name: str) -> MarginLoss:
    """Make a loss of a family with its parameters."""
    keys = list(inspect.signature(LOSSES[family]).parameters)
    given: dict[str, Any] = {"sizes": sizes} if "sizes" in keys else {}
    for part in [] if settings is None else settings.split(","):
        key, sign, value = part.partition("=")
        if key not in keys or key == "sizes" or not sign:
            wanted = listed([key for key in keys if key != "sizes"]) if keys else "no parameters"
            raise ValueError(f"{name} {family} takes {wanted}, written key=value; got {shown(part)}")
        if key in given:
            raise ValueError(f"{name} {family} must have each parameter once; got {key} twice")
        given[key] = value
    try:
        return LOSSES[family](**given)
    except ValueError as error:
        raise ValueError(f"{name} {family}: {error}") from error
