r"""Ranges of a grid: so many numbers at equal distances, or in equal ratios, written with few digits.

They are computed in decimal arithmetic and rounded, so that they are the same on every machine and can be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lossbook.arguments import shown, whole
from lossbook.sweep.draws import ARITHMETIC, DIGITS, ends, written
from lossbook.sweep.errors import DesignError

RANGES = ("linear", "geometric")
_MOST = 1_000_000


def read_range(name: str, value: Mapping[str, Any]) -> list[Decimal]:
    """Read a range.

    Args:
        name: of the setting.
        value: a table ``{"linear": [low, high, count]}`` or ``{"geometric": [low, high, count]}``, both ends
            included; beside it ``digits``, how many significant ones, 6 by default.

    Returns:
        the numbers, increasing.

    Raises:
        DesignError: if the table is not like that, or two numbers are rounded to the same.

    Example:
        >>> [float(number) for number in read_range("imbalance", {"geometric": [1, 1000, 4], "digits": 3})]
        [1.0, 10.0, 100.0, 1000.0]
    """
    kinds = [key for key in value if key in RANGES]
    wanted = f"{name} must be a list, or a table with one of {', '.join(RANGES)}"
    if len(kinds) != 1 or set(value) - {kinds[0], "digits"}:
        raise DesignError(f"{wanted}, and digits if wanted; got {shown(value)}")
    three = value[kinds[0]]
    if isinstance(three, str) or not isinstance(three, Sequence) or len(three) != 3:
        raise DesignError(f"{kinds[0]} must be [low, high, count]; got {shown(three)}")
    try:
        count = whole(three[2], f"{kinds[0]}[2]", 2, _MOST)
        digits = whole(value.get("digits", DIGITS), "digits", 1, 30)
    except (TypeError, ValueError) as error:
        raise DesignError(str(error)) from error
    low, high = ends(three[:2], kinds[0], positive=kinds[0] == "geometric")
    numbers = [written(_at(kinds[0], low, high, ARITHMETIC.divide(i, count - 1)), digits) for i in range(count)]
    if len(set(numbers)) < count:
        raise DesignError(f"digits must be enough to tell the {count} numbers of {name} apart; got {digits}")
    return numbers


def _at(kind: str, low: Decimal, high: Decimal, share: Decimal) -> Decimal:
    """Give the number at a share of the way."""
    if kind == "linear":
        return ARITHMETIC.fma(share, ARITHMETIC.subtract(high, low), low)
    start, stop = ARITHMETIC.ln(low), ARITHMETIC.ln(high)
    return ARITHMETIC.exp(ARITHMETIC.fma(share, ARITHMETIC.subtract(stop, start), start))
