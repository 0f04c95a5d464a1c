r"""Random draws of settings, the same on every machine and whatever else a design holds.

The uniform number behind a value is made from SHA-256 of the seed, the number of the draw, the setting's name and the
position in a list; further settings or draws change none of the others. Values are written with so many significant
decimal digits, by decimal arithmetic of 40 digits that is correctly rounded, logarithm and exponential too: the laws of
``low + u (high - low)`` and of ``exp(log low + u log(high/low))`` up to that rounding, which never leaves the ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from lossbook.arguments import EXACT_KINDS, exact, shown, whole
from lossbook.sweep.errors import DesignError
from lossbook.sweep.values import entries_of

DIGITS = 6


def _context(digits: int) -> Context:
    """Give an arithmetic of so many digits that no setting of the process changes."""
    return Context(digits, ROUND_HALF_EVEN, MIN_EMIN, MAX_EMAX, capitals=1, clamp=0, flags=[], traps=[])


ARITHMETIC = _context(40)
_BITS = 128
Draw = Callable[[Decimal], Any]


def unit(seed: int, draw: int, name: str, position: int = 0) -> Decimal:
    r"""Draw a uniform number.

    Args:
        seed: of the design's draws.
        draw: the number of the draw, from 0.
        name: of the setting.
        position: in a list.

    Returns:
        a number in $[0,1)$, a multiple of $2^{-128}$ to 40 digits.
    """
    text = f"lossbook draw\n{seed}\n{draw}\n{name}\n{position}".encode()
    number = int.from_bytes(hashlib.sha256(text).digest()[: _BITS // 8], "big")
    return ARITHMETIC.divide(Decimal(number), Decimal(2**_BITS))


def written(number: Decimal, digits: int) -> Decimal:
    """Round a number.

    Args:
        number: to be rounded.
        digits: how many significant ones.

    Returns:
        the nearest number with so many.
    """
    return _context(digits).plus(number)


def _pair(value: Any, name: str, wanted: str = "") -> Sequence[Any]:
    """Refuse what is no list of two."""
    pair = entries_of(value)
    if pair is None or len(pair) != 2:
        raise DesignError(f"{name} must be a pair [low, high]{wanted}; got {shown(value)}")
    return pair


def ends(value: Any, name: str, *, positive: bool) -> tuple[Decimal, Decimal]:
    """Read the ends of a law or a range.

    Args:
        value: a pair of exact numbers, increasing.
        name: what it is called, for messages.
        positive: whether both must be above 0.

    Returns:
        the pair, to 40 digits.

    Raises:
        DesignError: if it is none.
    """
    pair = _pair(value, name)
    try:
        pair = [exact(end, f"{name}[{i}]", positive=positive) for i, end in enumerate(pair)]
    except (TypeError, ValueError) as error:
        raise DesignError(str(error).replace(EXACT_KINDS, "an exact number")) from error
    low, high = (ARITHMETIC.divide(Decimal(end.p), Decimal(end.q)) for end in pair)
    if not low < high:
        raise DesignError(f"{name} must be a pair [low, high] with low < high; got {shown(value)}")
    return low, high


def _uniform(value: Any, digits: int) -> Draw:
    low, high = ends(value, "uniform", positive=False)
    length = ARITHMETIC.subtract(high, low)

    def draw(u: Decimal) -> Decimal:
        """Stretch the unit interval."""
        return min(max(written(ARITHMETIC.fma(u, length, low), digits), low), high)

    return draw


def _log_uniform(value: Any, digits: int) -> Draw:
    low, high = ends(value, "log_uniform", positive=True)
    start = ARITHMETIC.ln(low)
    length = ARITHMETIC.subtract(ARITHMETIC.ln(high), start)

    def draw(u: Decimal) -> Decimal:
        """Stretch the unit interval, and take the exponential."""
        return min(max(written(ARITHMETIC.exp(ARITHMETIC.fma(u, length, start)), digits), low), high)

    return draw


def _integers(value: Any, digits: int) -> Draw:
    pair = _pair(value, "integers", ", both included")
    try:
        low, high = (whole(end, f"integers[{i}]", -(2**63), 2**63 - 1) for i, end in enumerate(pair))
    except (TypeError, ValueError) as error:
        raise DesignError(str(error)) from error
    if low > high:
        raise DesignError(f"integers must be a pair [low, high] with low <= high; got {shown(value)}")
    return lambda u: low + int(ARITHMETIC.multiply(u, Decimal(high - low + 1)))


def _choice(value: Any, digits: int) -> Draw:
    values = entries_of(value)
    if not values:
        raise DesignError(f"choice must be a list of at least one value; got {shown(value)}")
    return lambda u: values[int(ARITHMETIC.multiply(u, Decimal(len(values))))]


LAWS = {"uniform": _uniform, "log_uniform": _log_uniform, "integers": _integers, "choice": _choice}


def read_law(name: str, value: Any) -> Callable[[int, int], Any]:
    """Read how a setting is drawn.

    Args:
        name: of the setting.
        value: a table such as ``{"log_uniform": [1, 1000]}``: one of uniform, log_uniform, integers, choice; beside it
            ``digits``, how many significant ones, 6 by default; and ``count``, for a list of so many draws.

    Returns:
        a function of seed and number of the draw that gives the value.

    Raises:
        DesignError: if the table is not like that.

    Example:
        >>> law = read_law("imbalance", {"log_uniform": [1, 1000]})
        >>> [str(law(1, draw)) for draw in range(3)]
        ['26.0931', '1.53336', '169.249']
    """
    laws = [key for key in value if key in LAWS] if isinstance(value, Mapping) else []
    if len(laws) != 1:
        raise DesignError(f"{name} must be a table with one of {', '.join(LAWS)}; got {shown(value)}")
    rest = {key: entry for key, entry in value.items() if key != laws[0]}
    for key in rest:
        if key not in ("digits", "count"):
            raise DesignError(f"unknown key {shown(key)}: {name} takes {laws[0]}, digits and count")
    try:
        digits = whole(rest.get("digits", DIGITS), "digits", 1, 30)
        count = whole(rest["count"], "count", 1, 17) if "count" in rest else None
    except (TypeError, ValueError) as error:
        raise DesignError(str(error)) from error
    draw = LAWS[laws[0]](value[laws[0]], digits)
    if count is None:
        return lambda seed, number: draw(unit(seed, number, name))
    return lambda seed, number: [draw(unit(seed, number, name, i)) for i in range(count)]
