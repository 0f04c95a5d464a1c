r"""The settings of a task: their names, their defaults, and the one form in which each value is written.

A value has one form (:mod:`lossbook.sweep.values`), so that the same task always has the same identity. The interval
may be given as ``lengths`` of its parts, or by the ``imbalance`` $r=B/A$ of [0, 1]; it is kept as ``interval``,
$a,a_1,\dots,a_n,b$. So that a number and a list of equal numbers are one start, it is kept as the number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, NamedTuple

from lossbook.arguments import EXACT_KINDS, shown
from lossbook.certified.search import MOST_DIGITS
from lossbook.reading import FAMILIES
from lossbook.sgd import SGD
from lossbook.sgd.settings import LARGEST_BATCH, MOST_STEPS
from lossbook.sweep.errors import DesignError
from lossbook.sweep.values import READERS, WEIGHT_RULES, Reader, whole_within

REQUIRED = object()
PROBLEMS = ("interval", "lengths", "imbalance")
_LEARNING = {field.name: field.default for field in fields(SGD)}


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        read: brings a value to its one form, or raises an error that begins with the setting's name.
        kind: of its column in the table: ``"number"``, ``"numbers"``, ``"whole"``, ``"truth"`` or ``"text"``.
        default: the value where none is given; ``REQUIRED`` for none.
        meaning: one line for the reader.
    """

    read: Reader
    kind: str
    default: Any
    meaning: str


SETTINGS: dict[str, Setting] = {
    "sigmoid": Setting(READERS["text"], "text", "arctan", "a family, or a formula in u"),
    "scale": Setting(READERS["positive"], "number", None, "the family's scale, 1 by default; left out for a formula"),
    "interval": Setting(
        READERS["interval"], "numbers", REQUIRED, "a, a_1, ..., a_n, b, increasing; or one of the next two"
    ),
    "lengths": Setting(READERS["lengths"], "numbers", None, "instead of interval: the lengths of its parts, from 0"),
    "imbalance": Setting(
        READERS["positive"], "number", None, "instead of interval: r, for [0, 1] with its truth at 1/(1+r)"
    ),
    "loss": Setting(READERS["text"], "text", "linear", "a family such as focal:gamma=2, or a formula in m"),
    "weights": Setting(READERS["weights"], "text", ["1", "1"], f"a pair, or one of {', '.join(WEIGHT_RULES)}"),
    "learning_rate": Setting(READERS["rate"], "number", REQUIRED, "gamma, per unit of the risk's slope"),
    "half_life": Setting(
        READERS["rate"], "number", None, "steps after which a decaying rate is half; none: it is constant"
    ),
    "batch": Setting(whole_within(1, LARGEST_BATCH), "whole", _LEARNING["batch"], "points a step"),
    "momentum": Setting(READERS["share"], "number", _LEARNING["momentum"], "m, at least 0 and below 1"),
    "nesterov": Setting(READERS["truth"], "truth", _LEARNING["nesterov"], "whether the gradient is taken ahead"),
    "steps": Setting(whole_within(1, MOST_STEPS), "whole", REQUIRED, "steps of each replica"),
    "burn_in": Setting(whole_within(0, MOST_STEPS), "whole", _LEARNING["burn_in"], "so many first steps do not count"),
    "start": Setting(READERS["start"], "text", _LEARNING["start"], 'a number, one a threshold, or "random"'),
    "replicas": Setting(whole_within(2, 2**40), "whole", 1024, "independent runs, at least 2"),
    "seed": Setting(whole_within(0, 2**63 - 1), "whole", _LEARNING["seed"], "of the random numbers"),
    "clip": Setting(READERS["truth"], "truth", _LEARNING["clip"], "whether theta is kept within the interval"),
    "digits": Setting(whole_within(1, MOST_DIGITS), "whole", 12, "certain digits behind the point"),
    "n": Setting(whole_within(1, 16), "whole", REQUIRED, "true thresholds, of equal intervals"),
    "outer": Setting(READERS["positive"], "number", REQUIRED, "the length of both outer intervals"),
    "middle": Setting(READERS["positive"], "number", REQUIRED, "the length of the middle interval"),
    "rates": Setting(READERS["rates"], "numbers", REQUIRED, "learning rates among which each loss has its best"),
    "common_rate": Setting(READERS["rate"], "number", 3e-4, "the one of them at which all losses are compared"),
    "processes": Setting(READERS["processes"], "text", [], "further pairs [batch, momentum] for a few losses"),
}


def read_value(name: str, value: Any, known: Sequence[str]) -> Any:
    """Bring one value to its one form.

    Args:
        name: of the setting.
        value: as it was given.
        known: the settings that the measure takes.

    Returns:
        the value, as JSON can hold it.

    Raises:
        DesignError: if there is no such setting, or the value is wrong.

    Example:
        >>> read_value("scale", "0.10", ["scale"]), read_value("learning_rate", 1, ["learning_rate"])
        ('1/10', 1.0)
    """
    if name not in known:
        raise DesignError(f"unknown setting {shown(name)}: this measure takes {', '.join(known)}")
    try:
        return SETTINGS[name].read(value, name)
    except (TypeError, ValueError) as error:
        raise DesignError(str(error).replace(EXACT_KINDS, "an exact number")) from error


def complete(given: Mapping[str, Any], known: Sequence[str], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Complete the settings of a task by defaults, and write the problem in its one form.

    Args:
        given: values in their one form.
        known: the settings that the measure takes.
        defaults: the measure's own, where they differ.

    Returns:
        every setting of the measure, in the order of :data:`SETTINGS`; ``lengths`` and ``imbalance`` have become
        ``interval`` where the measure takes that.

    Raises:
        DesignError: if a required setting is missing, or the problem is given twice.
    """
    values = dict(given)
    if "interval" in known:
        _write_interval(values)
    found = {}
    for name, setting in SETTINGS.items():
        if name not in known or ("interval" in known and name in PROBLEMS[1:]):
            continue
        found[name] = values.get(name, defaults.get(name, setting.default))
        if found[name] is REQUIRED:
            raise DesignError(f"{name} must be given: {setting.meaning}")
    if found.get("scale", 0) is None and found["sigmoid"] in FAMILIES:
        found["scale"] = "1"
    start = found.get("start")
    if isinstance(start, list) and len(start) == len(found["interval"]) - 2 and len(set(start)) == 1:
        found["start"] = start[0]
    return found


def _write_interval(values: dict[str, Any]) -> None:
    """Replace lengths or an imbalance by the interval."""
    ways = [way for way in PROBLEMS if way in values]
    if len(ways) > 1:
        raise DesignError(f"{ways[1]} must be left out where {ways[0]} is given")
    if not ways:
        raise DesignError("interval, lengths or imbalance must be given: the problem that is learned")
    if ways == ["lengths"]:
        ends = [Fraction(0)]
        for length in values.pop("lengths"):
            ends.append(ends[-1] + Fraction(length))
        values["interval"] = [str(end) for end in ends]
    elif ways == ["imbalance"]:
        values["interval"] = ["0", str(1 / (1 + Fraction(values.pop("imbalance")))), "1"]


def column(name: str, value: Any) -> Any:
    """Give the value of a setting as the table shows it.

    Args:
        name: of the setting.
        value: in its one form.

    Returns:
        a number (the nearest double), a list of them, a whole number, a truth value, or text.
    """
    kind = SETTINGS[name].kind
    if value is None:
        return None
    if kind == "number":
        return float(Fraction(value)) if isinstance(value, str) else value
    if kind == "numbers":
        return [float(Fraction(entry)) if isinstance(entry, str) else entry for entry in value]
    return value if kind != "text" or isinstance(value, str) else json.dumps(value)


class Reference(NamedTuple):
    """What a reader may want to know of a setting: its default as one writes it, and the measures that take it so."""

    name: str
    default: str
    meaning: str
    measures: tuple[str, ...]


def reference() -> list[Reference]:
    """List all settings, in the order of :data:`SETTINGS`.

    Returns:
        a row a setting; two where measures differ in its default. One of interval, lengths and imbalance is required.

    Example:
        >>> [(row.default, row.measures) for row in reference() if row.name == "steps"]
        [('required', ('learning',)), ('2000', ('fates',))]
    """
    from lossbook.sweep.measures import MEASURES  # which is made from the settings

    rows = []
    for name, setting in SETTINGS.items():
        taken: dict[str, list[str]] = {}
        for measure, definition in MEASURES.items():
            if name in definition.settings:
                taken.setdefault(_spelled(definition.defaults.get(name, setting.default)), []).append(measure)
        rows += [Reference(name, default, setting.meaning, tuple(measures)) for default, measures in taken.items()]
    return rows


def _spelled(default: Any) -> str:
    """Write a default as one writes it in a design."""
    if default is REQUIRED:
        return "required"
    if isinstance(default, list):
        return f"[{', '.join(map(str, default))}]"
    return "none" if default is None else default if isinstance(default, str) else json.dumps(default)
