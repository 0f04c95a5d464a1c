r"""The standings of a group of contests: the means of every contender, and how far it is behind the best.

A group is one sigmoid and one imbalance with several learning rates. Of $R$ replicas a measure has the mean $\bar v$
and its standard error $\sqrt{\sum_i(v_i-\bar v)^2/(R(R-1))}$. A gap is the mean over the replicas of the difference to
the best contender, with its own standard error: replicas are paired, so it is less than those of both means.

Sums are correctly rounded and the numbers are rounded afterwards, so that rows are the same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from lossbook.arguments import shown, whole
from lossbook.comparison.contenders import BY_NAME
from lossbook.comparison.contest import BUDGETS, REPLICAS, STAGES, Case, Outcome, contest, settings, shifts_of
from lossbook.comparison.tables import Gap, Mean, rounded
from lossbook.sigmoid import families

MEASURES = ("error", "balanced", "sensitivity", "specificity")
FEW = ("linear", "linear, calibrated", "logistic", "hinge 1/20")
MEAN_DIGITS, ERROR_DIGITS = 6, 3
_FAMILIES = tuple(family.__name__ for family in families.ALL)


@dataclass(frozen=True)
class Group:
    r"""Contests on one problem: all contenders at some learning rates, and a few of them with other processes.

    Attributes:
        sigmoid: the name of the family.
        imbalance: r.
        rates: learning rates for batches of 10 without momentum.
        common_rate: the one of them at which all contenders are compared, beside each one's best.
        processes: further pairs of batch $N$ and momentum $m$.
        effective_rate: $\frac{10\gamma}{N(1-m)}$ of these, so that all have the same noise.
        contenders: who learns at the learning rates.
        few: who learns by the further processes.
        replicas: how many.
    """

    sigmoid: str
    imbalance: int
    rates: tuple[float, ...]
    common_rate: float = 3e-4
    processes: tuple[tuple[int, float], ...] = ()
    effective_rate: float = 1e-3
    contenders: tuple[str, ...] = tuple(BY_NAME)
    few: tuple[str, ...] = FEW
    replicas: int = REPLICAS

    def __post_init__(self) -> None:
        """Refuse what cannot run: unknown names, and processes that :class:`lossbook.SGD` refuses.

        Raises:
            ValueError: if a name is unknown, the common rate is none of the rates, or a batch does not divide 1,000.
        """
        if self.sigmoid not in _FAMILIES:
            raise ValueError(f"sigmoid must be one of {', '.join(_FAMILIES)}; got {shown(self.sigmoid)}")
        if self.common_rate not in self.rates:
            raise ValueError(f"common_rate must be one of the rates {shown(self.rates)}; got {shown(self.common_rate)}")
        for attribute in ("contenders", "few"):
            unknown = [name for name in getattr(self, attribute) if name not in BY_NAME]
            if unknown:
                raise ValueError(f"{attribute} must be among {', '.join(BY_NAME)}; got {shown(unknown[0])}")
        for batch, _ in self.processes:
            if BUDGETS[0] % whole(batch, "processes", 1, BUDGETS[0]):
                raise ValueError(f"processes must have batches that divide {BUDGETS[0]}; got {shown(batch)}")
        whole(self.replicas, "replicas", 2, 10**9)
        for case in [*map(self.case, self.rates), *self.further_cases]:
            settings(BY_NAME["linear"], case, self.replicas)

    def case(self, rate: float, batch: int = 10, momentum: float = 0.0) -> Case:
        """Give the problem with a process.

        Args:
            rate: the learning rate.
            batch: points a step.
            momentum: m.

        Returns:
            both.
        """
        return Case(self.sigmoid, self.imbalance, rate, batch, momentum)

    @property
    def further_cases(self) -> list[Case]:
        """The problem with each of the further processes."""
        return [
            self.case(self.effective_rate * (1 - momentum) * batch / 10, batch, momentum)
            for batch, momentum in self.processes
        ]


def mean_and_error(values: np.ndarray) -> tuple[float, float]:
    """Average over replicas.

    Args:
        values: one a replica, at least two.

    Returns:
        the mean and its standard error, each of a correctly rounded sum.

    Example:
        >>> mean_and_error(np.array([1.0, 2.0, 3.0, 6.0]))
        (3.0, 1.0801234497346435)
    """
    mean = math.fsum(values) / len(values)
    square = math.fsum((values - mean) ** 2)
    return mean, math.sqrt(square / (len(values) - 1) / len(values))


def _rounded(values: np.ndarray) -> tuple[float, float]:
    mean, error = mean_and_error(values)
    return rounded(mean, MEAN_DIGITS), rounded(error, ERROR_DIGITS)


def mean_row(case: Case, name: str, stage: str, outcome: Outcome) -> Mean:
    """Average the measures of one contender at one stage.

    Args:
        case: the problem and the process.
        name: the contender's.
        stage: one of :data:`lossbook.comparison.STAGES`.
        outcome: how well its replicas do.

    Returns:
        a row: means to six digits, standard errors to three.
    """
    numbers = [number for measure in MEASURES for number in _rounded(getattr(outcome, measure))]
    process = case.batch, rounded(case.momentum, MEAN_DIGITS), rounded(case.rate, MEAN_DIGITS)
    return Mean(case.sigmoid, case.imbalance, *process, name, stage, *numbers)


def _gaps(group: Group, stage: str, measure: str, values: dict[tuple[str, float], np.ndarray]) -> Iterator[Gap]:
    """Compare all with the best by one measure at one stage, at the common rate, and each at its own best rate."""
    means = {key: mean_and_error(one)[0] for key, one in values.items()}
    own = {name: min((means[name, rate], rate) for rate in group.rates)[1] for name in group.contenders}
    for kind, chosen in (("common", dict.fromkeys(group.contenders, group.common_rate)), ("own", own)):
        winner = min(chosen, key=lambda name: means[name, chosen[name]])
        for name, rate in chosen.items():
            mean, gap = means[name, rate], _rounded(values[name, rate] - values[winner, chosen[winner]])
            head = group.sigmoid, group.imbalance, stage, measure, kind, name, rounded(rate, MEAN_DIGITS)
            yield Gap(*head, rounded(mean, MEAN_DIGITS), *gap)


def gap_rows(group: Group, found: dict[float, dict[str, dict[str, Outcome]]]) -> list[Gap]:
    """Compare all contenders with the best: at one common rate, and each at its own best rate.

    Args:
        group: what was run.
        found: the outcomes by learning rate, contender and stage.

    Returns:
        a row a stage, measure of error, kind of rate and contender.
    """
    rows: list[Gap] = []
    for stage, measure in product(STAGES, MEASURES[:2]):
        keys = product(group.contenders, group.rates)
        values = {(name, rate): getattr(found[rate][name][stage], measure) for name, rate in keys}
        rows += _gaps(group, stage, measure, values)
    return rows


def standings(group: Group) -> tuple[list[Mean], list[Gap]]:
    """Let all contenders of a group learn, and compare them.

    Args:
        group: what is run; with 10,240 replicas some minutes of one core a learning rate.

    Returns:
        the means of all processes, and the gaps of all contenders at the learning rates of the group.
    """
    shifts = shifts_of(group.case(group.common_rate))
    found = {rate: contest(group.case(rate), shifts, group.replicas, group.contenders) for rate in group.rates}
    learned = [(group.case(rate), outcomes) for rate, outcomes in found.items()]
    learned += [(case, contest(case, shifts, group.replicas, group.few)) for case in group.further_cases]
    means = [
        mean_row(case, name, stage, outcome)
        for case, outcomes in learned
        for name, stages in outcomes.items()
        for stage, outcome in stages.items()
    ]
    return means, gap_rows(group, found)
