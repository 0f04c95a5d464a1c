"""The contest: all contenders learn one problem from the same starts and points, replica by replica.

So their differences are paired. Rated are thresholds after so many samples, and in the long run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossbook.comparison.contenders import BY_NAME, CONTENDERS, Contender, problem, sigmoid
from lossbook.gain import risk
from lossbook.sgd import SGD, Run, simulate
from lossbook.theory import minima

BUDGETS = (1_000, 10_000, 100_000)  # samples
STAGES = (*map(str, BUDGETS), "stationary")
REPLICAS, SEED = 10_240, 2024


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
