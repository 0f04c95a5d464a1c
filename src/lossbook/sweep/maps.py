"""The measures behind the heavy maps of the book: the contest of losses, and the births of an interval.

A task of the contest is a whole group, one sigmoid and one imbalance, for its contenders are compared replica by
replica; its results are two lists of records. The others have a sigmoid and lengths of intervals.
"""

from __future__ import annotations

from typing import Any, get_type_hints

from lossbook.arguments import whole
from lossbook.comparison import Changes, Gap, Group, Mean, best_pair, certified_phases, changes, standings
from lossbook.comparison.contest import REPLICAS
from lossbook.sweep.measure import Compute, Measure, Values
from lossbook.sweep.model import sigmoid_of
from lossbook.sweep.settings import REQUIRED

_KINDS = {str: "text", int: "whole", float: "number"}


def _record(row: Any) -> dict[str, str]:
    """Give the kinds of the columns that a named tuple has."""
    return {name: _KINDS[kind] for name, kind in get_type_hints(row).items()}


def group(values: Values) -> Group:
    """Make the group that settings describe.

    Args:
        values: the settings of the measure ``contest``.

    Returns:
        the group; an ``imbalance`` that is no whole number is a ``ValueError``.
    """
    imbalance = values["imbalance"]
    return Group(
        values["sigmoid"],
        whole(int(imbalance) if imbalance.isdigit() else imbalance, "imbalance", 1, 10**6),
        tuple(values["rates"]),
        values["common_rate"],
        tuple((batch, momentum) for batch, momentum in values["processes"]),
        replicas=values["replicas"],
    )


def _contest(values: Values) -> Compute:
    made = group(values)

    def compute() -> dict[str, Any]:
        """Let all contenders learn."""
        means, gaps = standings(made)
        return {"means": [row._asdict() for row in means], "gaps": [row._asdict() for row in gaps]}

    return compute


def _births(values: Values) -> Compute:
    sigma = sigmoid_of(values["sigmoid"], values["scale"])
    return lambda: changes(sigma, values["outer"])._asdict()


def _best_pair(values: Values) -> Compute:
    sigma = sigmoid_of(values["sigmoid"], values["scale"])
    return lambda: dict(zip(("first", "second"), best_pair(sigma, values["outer"], values["middle"]), strict=True))


def _phases(values: Values) -> Compute:
    sigma = sigmoid_of(values["sigmoid"], values["scale"])
    return lambda: {
        "points": [{"middle": middle, "phase": phase} for middle, phase in certified_phases(sigma, values["outer"])]
    }


def _short_contest(values: Values) -> dict[str, Any]:
    return {**values, "replicas": 64, "rates": [values["common_rate"]], "processes": []}


def _contest_points(values: Values) -> int:
    """Count the points that the contenders draw: each has the largest budget at every rate."""
    made = group(values)
    learners = len(made.contenders) * len(made.rates) + len(made.few) * len(made.processes)
    return learners * made.replicas * 100_000


MAPS = {
    "contest": Measure(
        prepare=_contest,
        settings=("sigmoid", "imbalance", "rates", "common_rate", "processes", "replicas"),
        columns={"means": _record(Mean), "gaps": _record(Gap)},
        samples=_contest_points,
        pilot=_short_contest,
        defaults={"replicas": REPLICAS, "imbalance": REQUIRED},
    ),
    "births": Measure(
        prepare=_births, settings=("sigmoid", "scale", "outer"), columns=dict.fromkeys(Changes._fields, "number")
    ),
    "best pair": Measure(
        prepare=_best_pair,
        settings=("sigmoid", "scale", "outer", "middle"),
        columns={"first": "number", "second": "number"},
    ),
    "phases": Measure(
        prepare=_phases,
        settings=("sigmoid", "scale", "outer"),
        columns={"points": {"middle": "text", "phase": "text"}},
    ),
}
