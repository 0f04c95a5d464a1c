r"""What can be computed of a task: each measure takes settings and gives a row of results.

A measure is pure: its results depend on the settings alone, to the last bit. Where numbers of many replicas are added,
``math.fsum`` rounds once, whatever the processor and the order. What cannot be computed for good (a path that diverges,
an answer that is not resolved) is a result too: it stands in the column ``error``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lossbook.certified import minimize_risk
from lossbook.comparison import FATES, Trial, fates, trial_settings
from lossbook.comparison.standings import mean_and_error
from lossbook.sgd import SGD, decay, simulate
from lossbook.sgd.settings import LONGEST
from lossbook.sigmoid import OddSigmoid
from lossbook.sweep.maps import MAPS
from lossbook.sweep.measure import Compute, Measure, Values
from lossbook.sweep.model import KEPT, MODEL, model

PROCESS = (
    "learning_rate", "half_life", "batch", "momentum", "nesterov", "steps", "burn_in", "start", "replicas", "seed",
    "clip",
)  # fmt: skip


def check_length(settings: SGD) -> None:
    """Refuse an interval that is too long for positions of 24 bits, before anything runs.

    Args:
        settings: of the learning process.

    Raises:
        ValueError: if half of it is longer than :data:`lossbook.sgd.settings.LONGEST` units of the sigmoid.
    """
    length = float(settings.problem.length) / _unit(settings.sigmoid)
    if length > 2 * LONGEST:
        raise ValueError(f"problem must be at most {2 * LONGEST:.0f} units of the sigmoid long; got {length:.4g}")


@lru_cache(KEPT)
def _unit(sigma: OddSigmoid) -> float:
    from lossbook.kernels.formulas import unit_of  # numba takes half a second to load

    return unit_of(sigma)[1]


def _learning(values: Values) -> Compute:
    rate = values["learning_rate"]
    if values["half_life"] is not None:
        rate = decay(rate, values["half_life"])
    others = {name: values[name] for name in PROCESS if name not in ("learning_rate", "half_life")}
    thresholds, start = len(values["interval"]) - 2, values["start"]
    if isinstance(start, list) and len(start) != thresholds:
        raise ValueError(f"start must be a number, or one for each of {thresholds} thresholds; got {len(start)}")
    settings = SGD(**model(values), learning_rate=rate, **others)
    check_length(settings)

    def compute() -> dict[str, Any]:
        """Let the replicas learn, and put them together."""
        run = simulate(settings, progress=False)
        places, spreads = (part.reshape(settings.replicas, -1).T for part in (run.mean, run.variance))
        means = [mean_and_error(place) for place in places]
        pooled = [mean_and_error(spreads[k] + (places[k] - means[k][0]) ** 2) for k in range(len(means))]
        found: dict[str, Any] = {}
        for name, pairs in (("mean", means), ("variance", pooled)):
            for suffix, column in (("", 0), ("_error", 1)):
                listed = [pair[column] for pair in pairs]
                found[name + suffix] = listed if len(listed) > 1 else listed[0]
        for name in ("error_rate", "sensitivity", "specificity"):
            found[name], found[name + "_error"] = mean_and_error(getattr(run, name))
        return found

    return compute


def _optimum(values: Values) -> Compute:
    made = model(values)
    if made["problem"].n != 1:
        raise ValueError(f"interval must have one threshold for this measure; got {made['problem'].n}")

    def compute() -> dict[str, Any]:
        """Enclose the minimisers of the risk."""
        best = minimize_risk(made["problem"], made["sigmoid"], made["loss"], made["weights"], values["digits"])
        low, high = best.points[0]
        truth = Fraction(values["interval"][1])
        middle = (low + high) / 2
        return {
            "theta": float(middle),
            "bias": float(middle - truth),
            "low": str(low),
            "high": str(high),
            "minimisers": len(best.points),
            "local_minimisers": len(best.local),
            "sign_pattern": best.sign_pattern,
        }

    return compute


def _trial(values: Values) -> Trial:
    names = {"rate": "learning_rate"}
    return Trial(**{name: values[names.get(name, name)] for name in Trial._fields})


def _fates(values: Values) -> Compute:
    settings = trial_settings(_trial(values), values["replicas"], values["seed"])
    check_length(settings)
    names = [name.replace(" ", "_") for name in FATES]
    return lambda: dict(zip(names, fates(simulate(settings, progress=False)).values(), strict=True))


def _points(values: Values) -> int:
    return int(values["replicas"] * values["steps"] * values["batch"])


def _shortened(values: Values) -> dict[str, Any]:
    """Let fewer replicas take fewer steps."""
    replicas = min(values["replicas"], 1024)
    steps = max(1, min(values["steps"], 2**24 // (replicas * values["batch"])))
    short = {**values, "replicas": replicas, "steps": steps}
    return short | ({"burn_in": min(values["burn_in"], steps - 1)} if "burn_in" in values else {})


MEASURES = {
    "learning": Measure(
        prepare=_learning,
        settings=(*MODEL, *PROCESS),
        columns={
            **dict.fromkeys(("mean", "mean_error", "variance", "variance_error"), "place"),
            **{name + end: "number" for name in ("error_rate", "sensitivity", "specificity") for end in ("", "_error")},
        },
        samples=_points,
        pilot=_shortened,
    ),
    "optimum": Measure(
        prepare=_optimum,
        settings=(*MODEL, "digits"),
        columns={
            "theta": "number",
            "bias": "number",
            "low": "text",
            "high": "text",
            "minimisers": "whole",
            "local_minimisers": "whole",
            "sign_pattern": "text",
        },
    ),
    "fates": Measure(
        prepare=_fates,
        settings=("n", "scale", "learning_rate", "batch", "momentum", "steps", "replicas", "seed"),
        columns=dict.fromkeys((name.replace(" ", "_") for name in FATES), "whole"),
        samples=_points,
        pilot=_shortened,
        defaults={
            "learning_rate": Trial(1).rate,
            "batch": Trial(1).batch,
            "momentum": Trial(1).momentum,
            "steps": Trial(1).steps,
            "scale": "1",
            "seed": 1,
        },
    ),
    **MAPS,
}
FAILURES = (ArithmeticError, ValueError)  # what a task may end with for good


def read_configuration(text: str) -> tuple[Measure, dict[str, Any]]:
    """Read the configuration of a task.

    Args:
        text: JSON, the measure's name and all settings.

    Returns:
        the measure, and the settings.
    """
    values = json.loads(text)
    return MEASURES[values.pop("measure")], values


def _refuse_nan(found: Mapping[str, Any]) -> None:
    for name, value in found.items():
        numbers = value if isinstance(value, list) else [value]
        if any(isinstance(number, float) and math.isnan(number) for number in numbers):
            raise ArithmeticError(f"{name} is not a number")


def results(text: str) -> dict[str, Any]:
    """Compute one task.

    Args:
        text: its configuration.

    Returns:
        the results by column, or none but ``error``: what went wrong, in one line.
    """
    measure, values = read_configuration(text)
    try:
        found = measure.prepare(values)()
        _refuse_nan(found)
        return {**found, "error": None}
    except FAILURES as error:
        return {"error": " ".join(f"{type(error).__name__}: {error}".split())}


def rows(texts: Sequence[str]) -> list[str]:
    """Compute tasks, on whatever machine this runs.

    Args:
        texts: their configurations.

    Returns:
        their results as JSON.
    """
    return [json.dumps(results(text)) for text in texts]
