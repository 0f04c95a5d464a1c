"""Problem, sigmoid, loss and weights from the settings of a task; what is made is kept, for many share it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lossbook import loss as losses
from lossbook.arguments import class_weights
from lossbook.loss import MarginLoss
from lossbook.problem import ThresholdProblem
from lossbook.reading import loss_from, sigmoid_from
from lossbook.sigmoid import OddSigmoid
from lossbook.sweep.measure import Values

MODEL = ("sigmoid", "scale", "interval", "lengths", "imbalance", "loss", "weights")
KEPT = 512  # objects of each kind that a process keeps


@lru_cache(KEPT)
def _problem(cuts: tuple[str, ...]) -> ThresholdProblem:
    return ThresholdProblem(cuts[0], cuts[1:-1], cuts[-1])


@lru_cache(KEPT)
def sigmoid_of(text: str, scale: str | None) -> OddSigmoid:
    """Make a sigmoid, or take the one that was made before.

    Args:
        text: a family, or a formula.
        scale: of the family; None for a formula.

    Returns:
        the sigmoid; a ``ValueError`` is raised if it is none.
    """
    return sigmoid_from(text, scale)


@lru_cache(KEPT)
def _loss(text: str, cuts: tuple[str, ...]) -> MarginLoss:
    return loss_from(text, _problem(cuts))


@lru_cache(KEPT)
def _pair(plus: str, minus: str) -> Any:
    return class_weights((plus, minus))


_RULES: dict[str, Callable[..., Any]] = {
    "calibrated": losses.calibrated_weights,
    "inverse frequency": lambda problem, sigma, loss: losses.inverse_frequency(problem),
    "inverse square root": lambda problem, sigma, loss: losses.inverse_square_root(problem),
    "effective number": lambda problem, sigma, loss: losses.effective_number(problem),
}


@lru_cache(KEPT)
def _ruled(rule: str, problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Any:
    return _RULES[rule](problem, sigma, loss)


def model(values: Values) -> dict[str, Any]:
    """Make the objects that the settings describe.

    Args:
        values: the settings of :data:`MODEL`.

    Returns:
        problem, sigmoid, loss and weights.

    Raises:
        ValueError: if they do not go together.
    """
    cuts = tuple(values["interval"])
    problem, sigma = _problem(cuts), sigmoid_of(values["sigmoid"], values["scale"])
    text = values["loss"]
    sized = text.partition(":")[0] in ("ldam", "logit_adjusted")
    loss = _loss(text, cuts if sized else ("0", "1", "2"))
    weights = values["weights"]
    if isinstance(weights, str):
        try:
            weights = _ruled(weights, problem, sigma, loss)
        except (ArithmeticError, ValueError) as error:
            raise ValueError(f"weights must be a pair here; {weights!r} cannot be computed: {error}") from error
    else:
        weights = _pair(*weights)
    return {"problem": problem, "sigmoid": sigma, "loss": loss, "weights": weights}
