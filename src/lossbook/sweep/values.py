"""The one form of a value: exact numbers as fractions in lowest terms, other numbers as ``float64``.

A number may be written as text too, ``"1/10"``. A Python float is the binary number that it is, also where an exact
number is wanted: ``0.1`` in a design file is 1/10, in Python 3602879701896397/36028797018963968. Every reader takes a
value and its setting's name, and returns what JSON can hold, or raises an error that begins with the name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from numbers import Real
from typing import Any

import numpy as np

from lossbook.arguments import MOST_PLACES, exact, shown, whole
from lossbook.sgd.settings import LARGEST_BATCH

WEIGHT_RULES = ("equal", "calibrated", "inverse frequency", "inverse square root", "effective number")
Reader = Callable[[Any, str], Any]


def entries_of(value: Any) -> Sequence[Any] | None:
    """Take a value for a list.

    Args:
        value: anything.

    Returns:
        its entries; None if it is no list, tuple, range or array of numpy.
    """
    if isinstance(value, np.ndarray):
        return list(value.tolist()) if value.ndim else None
    return value if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)) else None


def _exact(value: Any, name: str) -> str:
    return str(exact(value, name))


def _positive(value: Any, name: str) -> str:
    return str(exact(value, name, positive=True))


def _exacts(value: Any, name: str, read: Reader = _exact, least: int = 1) -> list[str]:
    entries = entries_of(value)
    if entries is None or len(entries) < least:
        raise TypeError(f"{name} must be a list of at least {least} exact numbers; got {shown(value)}")
    return [read(entry, f"{name}[{i}]") for i, entry in enumerate(entries)]


def _interval(value: Any, name: str) -> list[str]:
    cuts = _exacts(value, name, least=3)
    for low, high in pairwise(cuts):
        if not Fraction(low) < Fraction(high):
            raise ValueError(f"{name} must be a, a_1, ..., a_n, b in increasing order; got {low}, {high}")
    return cuts


def _lengths(value: Any, name: str) -> list[str]:
    return _exacts(value, name, _positive, 2)


def whole_within(low: int, high: int) -> Reader:
    """Make a reader of whole numbers; of decimal ones, as 1e6 in a file, those that are whole.

    Args:
        low: the least.
        high: the most.

    Returns:
        the reader.
    """

    def read(value: Any, name: str) -> int:
        """Read one."""
        if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < MOST_PLACES:
            value = int(value) if value == value.to_integral_value() else value
        return whole(value, name, low, high)

    return read


def _real(value: Any, name: str) -> float:
    if isinstance(value, str):
        return float(Fraction(_exact(value, name)))
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise TypeError(f"{name} must be a real number; got {shown(value)}")
    try:
        number = float(value)
    except (OverflowError, ValueError):  # beyond float64, or a signalling NaN
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite; got {shown(value)}")
    return number + 0.0  # of -0.0, 0.0


def _rate(value: Any, name: str) -> float:
    number = _real(value, name)
    if number <= 0:
        raise ValueError(f"{name} must be greater than 0; got {shown(value)}")
    return number


def _rates(value: Any, name: str) -> list[float]:
    entries = entries_of(value)
    if not entries:
        raise TypeError(f"{name} must be a list of at least one real number; got {shown(value)}")
    return [_rate(entry, f"{name}[{i}]") for i, entry in enumerate(entries)]


def _share(value: Any, name: str) -> float:
    number = _real(value, name)
    if not 0 <= number < 1:
        raise ValueError(f"{name} must be at least 0 and below 1; got {shown(value)}")
    return number


def _truth(value: Any, name: str) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be true or false; got {shown(value)}")
    return bool(value)


def text_of(value: Any, name: str) -> str:
    """Read text.

    Args:
        value: anything.
        name: what it is, for messages.

    Returns:
        the text, each run of spaces as one.

    Raises:
        TypeError: if it is none.
        ValueError: if it cannot be written in UTF-8.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text; got {shown(value)}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{name} must be text that can be written in UTF-8; got {value!a}") from error
    return " ".join(value.split())


def _weights(value: Any, name: str) -> Any:
    if isinstance(value, str) and value in WEIGHT_RULES:
        return ["1", "1"] if value == "equal" else value
    entries = entries_of(value)
    if entries is None or len(entries) != 2:
        wanted = "a pair [w_plus, w_minus], or one of " + ", ".join(map(repr, WEIGHT_RULES))
        raise ValueError(f"{name} must be {wanted}; got {shown(value)}")
    return _exacts(entries, name, _positive, 2)


def _start(value: Any, name: str) -> Any:
    if isinstance(value, str) and value == "random":
        return value
    entries = entries_of(value)
    if entries is not None:
        return [_real(entry, f"{name}[{i}]") for i, entry in enumerate(entries)]
    try:
        return _real(value, name)
    except TypeError as error:
        raise TypeError(f'{name} must be a number, a list of numbers, or "random"; got {shown(value)}') from error
    except ValueError as error:
        if not isinstance(value, str):
            raise
        raise ValueError(f'{name} must be a number, a list of numbers, or "random"; got {shown(value)}') from error


def _processes(value: Any, name: str) -> list[list[Any]]:
    entries = entries_of(value)
    if entries is None:
        raise TypeError(f"{name} must be a list of pairs [batch, momentum]; got {shown(value)}")
    found = []
    for i, entry in enumerate(entries):
        pair = entries_of(entry)
        if pair is None or len(pair) != 2:
            raise ValueError(f"{name}[{i}] must be a pair [batch, momentum]; got {shown(entry)}")
        found.append([whole(pair[0], f"{name}[{i}]", 1, LARGEST_BATCH), _share(pair[1], f"{name}[{i}]")])
    return found


READERS: dict[str, Reader] = {
    "text": text_of,
    "truth": _truth,
    "positive": _positive,
    "interval": _interval,
    "lengths": _lengths,
    "weights": _weights,
    "rate": _rate,
    "rates": _rates,
    "share": _share,
    "start": _start,
    "processes": _processes,
}
