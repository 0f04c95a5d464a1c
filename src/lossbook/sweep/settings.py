r"""The settings of a task: their names, their defaults, and the one form in which each value is written.

A value has one form, so that the same task always has the same identity: exact numbers are fractions in lowest terms
as text, other numbers ``float64``. The interval may be given as ``lengths`` of its parts, or by the ``imbalance``
$r=B/A$ of [0, 1]; it is kept as ``interval``, $a,a_1,\dots,a_n,b$.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from numbers import Real
from typing import Any

from lossbook.arguments import exact, shown, whole
from lossbook.certified.search import MOST_DIGITS
from lossbook.sgd import SGD
from lossbook.sgd.settings import LARGEST_BATCH, MOST_STEPS
from lossbook.sweep.errors import DesignError

REQUIRED = object()
WEIGHT_RULES = ("equal", "calibrated", "inverse frequency", "inverse square root", "effective number")
_LEARNING = {field.name: field.default for field in fields(SGD)}
Reader = Callable[[Any, str], Any]


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


def _exact(value: Any, name: str) -> str:
    return str(exact(value, name))


def _positive(value: Any, name: str) -> str:
    return str(exact(value, name, positive=True))


def _exacts(value: Any, name: str, read: Reader = _exact, least: int = 1) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) < least:
        raise TypeError(f"{name} must be a list of at least {least} exact numbers; got {shown(value)}")
    return [read(entry, f"{name}[{i}]") for i, entry in enumerate(value)]


def _interval(value: Any, name: str) -> list[str]:
    cuts = _exacts(value, name, least=3)
    for low, high in pairwise(cuts):
        if not Fraction(low) < Fraction(high):
            raise ValueError(f"{name} must be a, a_1, ..., a_n, b in increasing order; got {low}, {high}")
    return cuts


def _lengths(value: Any, name: str) -> list[str]:
    return _exacts(value, name, _positive, 2)


def _whole(low: int, high: int) -> Reader:
    return lambda value, name: whole(value, name, low, high)


def _real(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise TypeError(f"{name} must be a real number; got {shown(value)}")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite; got {shown(value)}")
    return number


def _rate(value: Any, name: str) -> float:
    number = _real(value, name)
    if number <= 0:
        raise ValueError(f"{name} must be greater than 0; got {shown(value)}")
    return number


def _rates(value: Any, name: str) -> list[float]:
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise TypeError(f"{name} must be a list of at least one real number; got {shown(value)}")
    return [_rate(entry, f"{name}[{i}]") for i, entry in enumerate(value)]


def _share(value: Any, name: str) -> float:
    number = _real(value, name)
    if not 0 <= number < 1:
        raise ValueError(f"{name} must be at least 0 and below 1; got {shown(value)}")
    return number


def _truth(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be true or false; got {shown(value)}")
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text; got {shown(value)}")
    return " ".join(value.split())


def _weights(value: Any, name: str) -> Any:
    if isinstance(value, str) and value in WEIGHT_RULES:
        return ["1", "1"] if value == "equal" else value
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 2:
        wanted = "a pair [w_plus, w_minus], or one of " + ", ".join(map(repr, WEIGHT_RULES))
        raise ValueError(f"{name} must be {wanted}; got {shown(value)}")
    return _exacts(value, name, _positive, 2)


def _start(value: Any, name: str) -> Any:
    if value == "random":
        return value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_real(entry, f"{name}[{i}]") for i, entry in enumerate(value)]
    if isinstance(value, str):
        raise ValueError(f'{name} must be a number, a list of numbers, or "random"; got {shown(value)}')
    return _real(value, name)


SETTINGS: dict[str, Setting] = {
    "sigmoid": Setting(_text, "text", "arctan", "a family, or a formula in u"),
    "scale": Setting(_positive, "number", None, "the family's scale, 1 by default; left out for a formula"),
    "interval": Setting(_interval, "numbers", REQUIRED, "a, a_1, ..., a_n, b, increasing"),
    "lengths": Setting(_lengths, "numbers", None, "instead of interval: the lengths of its parts, from 0"),
    "imbalance": Setting(_positive, "number", None, "instead of interval: r, for [0, 1] with its truth at 1/(1+r)"),
    "loss": Setting(_text, "text", "linear", "a family such as focal:gamma=2, or a formula in m"),
    "weights": Setting(_weights, "text", ["1", "1"], f"a pair, or one of {', '.join(WEIGHT_RULES)}"),
    "learning_rate": Setting(_rate, "number", REQUIRED, "gamma, per unit of the risk's slope"),
    "half_life": Setting(_rate, "number", None, "steps after which a decaying rate is half; none: it is constant"),
    "batch": Setting(_whole(1, LARGEST_BATCH), "whole", _LEARNING["batch"], "points a step"),
    "momentum": Setting(_share, "number", _LEARNING["momentum"], "m, at least 0 and below 1"),
    "nesterov": Setting(_truth, "truth", _LEARNING["nesterov"], "whether the gradient is taken ahead"),
    "steps": Setting(_whole(1, MOST_STEPS), "whole", REQUIRED, "steps of each replica"),
    "burn_in": Setting(_whole(0, MOST_STEPS), "whole", _LEARNING["burn_in"], "so many first steps do not count"),
    "start": Setting(_start, "text", _LEARNING["start"], 'a number, one a threshold, or "random"'),
    "replicas": Setting(_whole(2, 2**40), "whole", 1024, "independent runs, at least 2"),
    "seed": Setting(_whole(0, 2**63 - 1), "whole", _LEARNING["seed"], "of the random numbers"),
    "clip": Setting(_truth, "truth", _LEARNING["clip"], "whether theta is kept within the interval"),
    "digits": Setting(_whole(1, MOST_DIGITS), "whole", 12, "certain digits behind the point"),
    "n": Setting(_whole(1, 16), "whole", REQUIRED, "true thresholds, of equal intervals"),
    "outer": Setting(_positive, "number", REQUIRED, "the length of both outer intervals"),
    "middle": Setting(_positive, "number", REQUIRED, "the length of the middle interval"),
    "rates": Setting(_rates, "numbers", REQUIRED, "learning rates among which each loss has its best"),
}
_PROBLEMS = ("interval", "lengths", "imbalance")


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
    """
    if name not in known:
        raise DesignError(f"unknown setting {name!r}: this measure takes {', '.join(known)}")
    try:
        return SETTINGS[name].read(value, name)
    except (TypeError, ValueError) as error:
        raise DesignError(str(error)) from error


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
        if name not in known or ("interval" in known and name in _PROBLEMS[1:]):
            continue
        found[name] = values.get(name, defaults.get(name, setting.default))
        if found[name] is REQUIRED:
            raise DesignError(f"{name} must be given: {setting.meaning}")
    if found.get("scale", 0) is None and str(found["sigmoid"]).isidentifier():
        found["scale"] = "1"
    return found


def _write_interval(values: dict[str, Any]) -> None:
    """Replace lengths or an imbalance by the interval."""
    ways = [way for way in _PROBLEMS if way in values]
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
