r"""Losses against each other: how many labels are wrong after so many samples, and in the long run (claim C10).

A *contender* is a loss with class weights, or with a decision threshold that is moved after training. All contenders of
a problem get the same points and the same starts, replica by replica, so that their differences are paired. The
problem is $[0,1]$ with the truth at $1/(1+r)$, where $r$ is the imbalance, and a sigmoid of scale 1/100.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np
import sympy

from lossbook import loss as losses
from lossbook.arguments import exact
from lossbook.gain import risk
from lossbook.loss import MarginLoss
from lossbook.metrics import holm
from lossbook.problem import ThresholdProblem
from lossbook.sgd import SGD, Run, simulate
from lossbook.sigmoid import OddSigmoid, families
from lossbook.theory import linearise, minima

SCALE = sympy.Rational(1, 100)
TEMPERATURE = sympy.Rational(1, 4)  # of every loss that is made for logits
BUDGETS = (1_000, 10_000, 100_000)  # samples
STAGES = (*map(str, BUDGETS), "stationary")
REPLICAS, SEED = 10_240, 2024
Weights = tuple[Any, Any]


@dataclass(frozen=True)
class Contender:
    """A loss with its class weights, or with a threshold moved after training.

    Attributes:
        name: what the tables call it.
        loss: makes the loss for a problem; some depend on the class sizes.
        weights: makes the class weights for a problem, a sigmoid and the loss.
        moved: whether the decision threshold is moved so that the optimum lands on the truth.
    """

    name: str
    loss: Callable[[ThresholdProblem], MarginLoss]
    weights: Callable[[ThresholdProblem, OddSigmoid, MarginLoss], Weights] = lambda problem, sigma, loss: (1, 1)
    moved: bool = False


def _inverse(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Weights:
    return losses.inverse_frequency(problem)


def _root(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Weights:
    return losses.inverse_square_root(problem)


def _effective(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Weights:
    return losses.effective_number(problem)


def _linear(problem: ThresholdProblem) -> MarginLoss:
    return losses.linear()


def _logistic(problem: ThresholdProblem) -> MarginLoss:
    return losses.logistic(TEMPERATURE)


def _focal(problem: ThresholdProblem) -> MarginLoss:
    return losses.focal(2, TEMPERATURE)


def _asl(problem: ThresholdProblem) -> MarginLoss:
    return losses.asl(temperature=TEMPERATURE)


CONTENDERS = (
    Contender("linear", _linear),
    Contender("linear, calibrated", _linear, losses.calibrated_weights),
    Contender("linear, inverse frequency", _linear, _inverse),
    Contender("linear, square root", _linear, _root),
    Contender("linear, effective number", _linear, _effective),
    Contender("linear, threshold moved", _linear, moved=True),
    Contender("squared", lambda problem: losses.squared()),
    Contender("logistic", _logistic),
    Contender("logistic, calibrated", _logistic, losses.calibrated_weights),
    Contender("logistic, inverse frequency", _logistic, _inverse),
    Contender("logistic, threshold moved", _logistic, moved=True),
    Contender("exponential", lambda problem: losses.exponential(TEMPERATURE)),
    Contender("hinge 1/2", lambda problem: losses.hinge("1/2")),
    Contender("hinge 1/20", lambda problem: losses.hinge("1/20")),
    Contender("squared hinge 1/2", lambda problem: losses.squared_hinge("1/2")),
    Contender("ramp", lambda problem: losses.ramp()),
    Contender("focal", _focal),
    Contender("focal, calibrated", _focal, losses.calibrated_weights),
    Contender("ASL", _asl),
    Contender("ASL, calibrated", _asl, losses.calibrated_weights),
    Contender("LDAM", lambda problem: losses.ldam(problem, temperature=TEMPERATURE)),
    Contender("logit adjusted", lambda problem: losses.logit_adjusted(problem, temperature=TEMPERATURE)),
)
BY_NAME = {contender.name: contender for contender in CONTENDERS}


def sigmoid(name: str) -> OddSigmoid:
    """Make the sigmoid of a family whose length is 1/100.

    Args:
        name: of the family.

    Returns:
        the sigmoid.
    """
    made: OddSigmoid = getattr(families, name)(SCALE**2 if name == "algebraic" else SCALE)
    return made


def problem(imbalance: Any) -> ThresholdProblem:
    r"""Make the problem of an imbalance.

    Args:
        imbalance: $r=B/A$, exact.

    Returns:
        the interval [0, 1] with the truth at $1/(1+r)$.
    """
    return ThresholdProblem(0, [1 / (1 + exact(imbalance, "imbalance", positive=True))], 1)


@dataclass(frozen=True)
class Case:
    """One learning problem and process, the same for all contenders.

    Attributes:
        sigmoid: the name of the family.
        imbalance: r.
        rate: the learning rate.
        batch: points a step; divides 1,000.
        momentum: m.
    """

    sigmoid: str
    imbalance: int
    rate: float
    batch: int = 10
    momentum: float = 0.0


@dataclass(frozen=True, eq=False)
class Outcome:
    """How well the replicas of one contender do at one stage; arrays of one number a replica.

    Attributes:
        sensitivity: the share of the positives that is predicted right.
        specificity: the share of the negatives that is predicted right.
        error: the share of all points that gets the wrong label.
    """

    sensitivity: np.ndarray
    specificity: np.ndarray
    error: np.ndarray

    @property
    def balanced(self) -> np.ndarray:
        """One less the balanced accuracy: the mean of both classes' shares that are predicted wrong."""
        return 1 - (self.sensitivity + self.specificity) / 2


def settings(contender: Contender, case: Case, replicas: int = REPLICAS) -> SGD:
    """Write down the learning process of a contender.

    Args:
        contender: the contender.
        case: the problem and the process.
        replicas: how many.

    Returns:
        the settings; their second half of steps counts for the long run.
    """
    place, sigma = problem(case.imbalance), sigmoid(case.sigmoid)
    chosen = contender.loss(place)
    steps = BUDGETS[-1] // case.batch
    return SGD(
        problem=place,
        sigmoid=sigma,
        loss=chosen,
        weights=contender.weights(place, sigma, chosen),
        learning_rate=case.rate,
        batch=case.batch,
        momentum=case.momentum,
        steps=steps,
        burn_in=steps // 2,
        record_every=BUDGETS[0] // case.batch,
        replicas=replicas,
        seed=SEED,
    )


def _rated(theta: np.ndarray, truth: float) -> Outcome:
    """Rate thresholds on [0, 1]; of several rows the mean."""
    places = np.atleast_2d(np.clip(theta, 0.0, 1.0))
    missed, extra = np.maximum(truth - places, 0).mean(axis=0), np.maximum(places - truth, 0).mean(axis=0)
    return Outcome(1 - missed / truth, 1 - extra / (1 - truth), missed + extra)


def outcomes(run: Run, shift: float = 0.0) -> dict[str, Outcome]:
    """Rate a run at every stage.

    Args:
        run: of settings as :func:`settings` writes them.
        shift: how far the decision threshold is moved after training.

    Returns:
        the outcome at each of :data:`STAGES`.
    """
    truth = float(run.settings.problem.thresholds[0])
    rows = run.trajectory + shift
    found = {str(budget): _rated(rows[budget // BUDGETS[0] - 1], truth) for budget in BUDGETS}
    if shift == 0:
        found["stationary"] = Outcome(run.sensitivity, run.specificity, run.error_rate)
    else:
        found["stationary"] = _rated(rows[len(rows) // 2 :], truth)
    return found


def contest(
    case: Case, shifts: dict[str, float], replicas: int = REPLICAS, names: tuple[str, ...] = tuple(BY_NAME)
) -> dict[str, dict[str, Outcome]]:
    """Let contenders learn the same problem from the same points.

    Args:
        case: the problem and the process.
        shifts: by contender: how far the threshold is moved, for those whose is.
        replicas: how many.
        names: which contenders.

    Returns:
        the outcomes by contender and stage.
    """
    found: dict[str, dict[str, Outcome]] = {}
    runs: dict[tuple[Any, ...], Run] = {}
    for name in names:
        contender = BY_NAME[name]
        made = settings(contender, case, replicas)
        key = made.loss, made.weights
        if key not in runs:  # equal classes have equal weights, and a moved threshold needs no run of its own
            runs[key] = simulate(made)
        found[name] = outcomes(runs[key], shifts[name] if contender.moved else 0.0)
    return found


def shift_of(contender: Contender, case: Case) -> float:
    r"""Find how far the optimum lies from the truth, to move the decision threshold by.

    Args:
        contender: the contender.
        case: the problem; its process does not matter.

    Returns:
        $a_1-\theta^*$; where the risk has no minimum inside, $\theta^*$ is the end at which it is less.
    """
    made = settings(contender, case, 1)
    places = [*minima(made), 0.0, 1.0]
    heights = risk(made.problem, made.sigmoid, np.array(places)[:, np.newaxis], made.loss, made.weights)
    return float(made.problem.thresholds[0]) - places[int(np.argmin(heights))]


def shifts_of(case: Case) -> dict[str, float]:
    """Find the shifts of all contenders whose threshold is moved.

    Args:
        case: the problem.

    Returns:
        by name.
    """
    return {one.name: shift_of(one, case) for one in CONTENDERS if one.moved}


class Mean(NamedTuple):
    """The means of a contender at one stage, each with its standard error; the errors are shares that are wrong."""

    sigmoid: str
    imbalance: int
    batch: int
    momentum: float
    rate: float
    loss: str
    stage: str
    error: float
    error_error: float
    balanced: float
    balanced_error: float
    sensitivity: float
    sensitivity_error: float
    specificity: float
    specificity_error: float


class Gap(NamedTuple):
    """How far a contender is behind the best of its problem and stage, replica by replica.

    ``rates`` is ``"own"`` where each contender has its own best learning rate, ``"common"`` where all have one.
    """

    sigmoid: str
    imbalance: int
    stage: str
    measure: str
    rates: str
    loss: str
    rate: float
    mean: float
    gap: float
    gap_error: float

    @property
    def p_value(self) -> float:
        """The two-sided p-value of no gap, by the normal law; 1 for a gap that is exactly 0."""
        return math.erfc(abs(self.gap) / self.gap_error / math.sqrt(2)) if self.gap_error > 0 else 1.0


def _table(path: Path, kind: Any) -> list[Any]:
    """Read a table whose columns are the fields of a kind of row."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no {path}: `make results` makes it")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if tuple(rows[0]) != kind._fields:
        raise ValueError(f"{path} must have the columns {', '.join(kind._fields)}; got {', '.join(rows[0])}")
    types = get_type_hints(kind).values()
    return [kind(*(make(text) for make, text in zip(types, row, strict=True))) for row in rows[1:]]


def stored_means(folder: Path | str) -> list[Mean]:
    """Read the means that `make results` has stored.

    Args:
        folder: where the tables are; a missing one is a ``FileNotFoundError``, one with other columns a
            ``ValueError``.

    Returns:
        one row a contender, process and stage.
    """
    return _table(Path(folder) / "losses-means.csv", Mean)


def stored_gaps(folder: Path | str) -> list[Gap]:
    """Read the gaps that `make results` has stored.

    Args:
        folder: where the tables are; a missing one is a ``FileNotFoundError``, one with other columns a
            ``ValueError``.

    Returns:
        one row a contender, problem, stage and measure.
    """
    return _table(Path(folder) / "losses-gaps.csv", Gap)


def among(gaps: Sequence[Gap], names: Sequence[str]) -> list[Gap]:
    """Compare some of the contenders with the best of these.

    Args:
        gaps: of all contenders, to the best of all.
        names: which are compared.

    Returns:
        their gaps to the best of them. A difference of two gaps has at most the sum of their standard errors, which
        stands for its own.
    """
    cells: dict[tuple[Any, ...], list[Gap]] = {}
    for gap in gaps:
        if gap.loss in names:
            cells.setdefault(gap[:5], []).append(gap)
    found = []
    for cell in cells.values():
        best = min(cell, key=lambda gap: gap.mean)
        for gap in cell:
            error = 0.0 if gap is best else gap.gap_error + best.gap_error
            found.append(gap._replace(gap=gap.gap - best.gap, gap_error=error))
    return found


def told_apart(gaps: Sequence[Gap], level: float = 0.01) -> list[bool]:
    """Tell which contenders are shown to be worse than the best of their problem and stage.

    Args:
        gaps: all comparisons that are made.
        level: the chance that any of all these is false, by Holm's procedure.

    Returns:
        one truth value a comparison.
    """
    return [bool(one) for one in holm([gap.p_value for gap in gaps], level)]


class Prediction(NamedTuple):
    r"""What theory says of a contender in the long run.

    Attributes:
        bias: $\theta^*-a_1$, of a moved threshold 0.
        shift: the mean shift by the noise (N3).
        deviation: the standard deviation (N2).
        error: the error rate of a normal law with this mean and deviation.
    """

    bias: float
    shift: float
    deviation: float
    error: float


def predicted(contender: Contender, case: Case) -> Prediction | None:
    r"""Predict the error rate in the long run: bias, and noise around it.

    For $X$ normal with mean $\mu=\theta^*-a_1+\text{shift}$ and deviation $s$,
    $\operatorname{E}|X|=s\sqrt{2/\pi}\,e^{-\mu^2/2s^2}+\mu\operatorname{erf}(\mu/s\sqrt2)$.

    Args:
        contender: the contender.
        case: the problem and the process.

    Returns:
        the prediction; None where the risk has no minimum inside the interval, or more than one.
    """
    made = settings(contender, case, 1)
    places = minima(made)
    if len(places) != 1:
        return None
    local = linearise(made, places[0])
    bias = 0.0 if contender.moved else places[0] - float(made.problem.thresholds[0])
    mean, spread = bias + local.mean_shift, math.sqrt(local.variance)
    error = spread * math.sqrt(2 / math.pi) * math.exp(-(mean**2) / (2 * spread**2))
    error += mean * math.erf(mean / spread / math.sqrt(2))
    return Prediction(bias, local.mean_shift, spread, error)
