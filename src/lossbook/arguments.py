r"""What the public functions accept, and the errors that they give for anything else.

Parameters are *exact* rational numbers, so that proofs and certified numerics start from the number that the reader
wrote: an ``int``, a ``fractions.Fraction``, a ``decimal.Decimal``, a sympy ``Rational``, text such as ``"1/10"``,
``"0.1"`` or ``"1e-3"`` (read as decimal fractions), or a ``float``, which is taken as the binary number $m\,2^e$ that
it is. Arguments of vectorised functions are arrays of finite ``float64``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from typing import Any, TypeVar

import numpy as np
import sympy

EXACT_KINDS = 'an exact number: int, Fraction, Decimal, sympy Rational, float, or text such as "1/10"'
_Kind = TypeVar("_Kind")
MOST_PLACES = 400  # of a decimal number before or behind the point: more are not written out to be refused
_OUT_OF_RANGE = "{name} must be 0 or of a size between 1e-300 and 1e300; got {value}"
_TEXT = re.compile(
    r"\s*([+-]?)(?:(\d{1,400})/(\d{1,400})|(\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE]([+-]?\d{1,3}))?)\s*", re.A
)


def shown(value: object) -> str:
    """Give a short one-line picture of a value for an error message.

    Args:
        value: anything.

    Returns:
        its ``repr`` with line ends folded, cut at 80 characters.
    """
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # an integer of more digits than Python writes
        return "a number of thousands of digits"
    return text if len(text) <= 80 else text[:77] + "..."


def _from_text(value: str, name: str) -> sympy.Rational:
    match = _TEXT.fullmatch(value)
    if match is None:
        raise ValueError(
            f'{name} must be {EXACT_KINDS}; got the text {shown(value)}, wanted one such as "1/10" or "0.1"'
        )
    sign, numerator, denominator, decimal, exponent = match.groups()
    if decimal is not None:
        size = Fraction(decimal) * Fraction(10) ** int(exponent or 0)
    elif int(denominator) == 0:
        raise ValueError(f"{name} must be a finite number; got {shown(value)}, which divides by zero")
    else:
        size = Fraction(int(numerator), int(denominator))
    return sympy.Rational(-size if sign == "-" else size)


def _converted(value: Any, name: str) -> sympy.Rational:
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be {EXACT_KINDS}; got the truth value {value}")
    if isinstance(value, str):
        return _from_text(value, name)
    if isinstance(value, sympy.Rational):
        return value
    if isinstance(value, sympy.Float):
        return sympy.Rational(value)
    if isinstance(value, Integral):
        return sympy.Integer(int(value))
    if isinstance(value, (np.floating, np.integer)):
        value = value.item()
    if isinstance(value, (Fraction, Decimal, float)):
        if not (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)):
            raise ValueError(f"{name} must be finite; got {shown(value)}")
        if isinstance(value, Decimal) and value and abs(value.adjusted()) > MOST_PLACES:
            raise ValueError(_OUT_OF_RANGE.format(name=name, value=shown(value)))
        return sympy.Rational(*value.as_integer_ratio())
    raise TypeError(f"{name} must be {EXACT_KINDS}; got {shown(value)} of type {type(value).__name__}")


def instance(value: Any, kind: type[_Kind], name: str, wanted: str) -> _Kind:
    """Refuse what is not of a kind.

    Args:
        value: anything.
        kind: what it must be an instance of.
        name: the argument's name, for messages.
        wanted: what it must be, in words, such as ``"a ThresholdProblem"``.

    Returns:
        the value.

    Raises:
        TypeError: if it is of another kind.

    Example:
        >>> instance(Fraction(1, 2), Fraction, "share", "a Fraction")
        Fraction(1, 2)
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be {wanted}; got {shown(value)}")
    return value


def exact(value: Any, name: str, *, positive: bool = False) -> sympy.Rational:
    """Read one exact rational number.

    Args:
        value: an int, Fraction, Decimal, sympy Rational, float (taken as the binary number it is), or text such as
            ``"1/10"``.
        name: the argument's name, for messages.
        positive: whether the number must be greater than 0.

    Returns:
        the number, unrounded.

    Raises:
        ValueError: if it is not finite, not positive where it must be, or beyond the range of ``float64``.

    Example:
        >>> exact("0.1", "scale"), exact(0.5, "scale")
        (1/10, 1/2)
    """
    number = _converted(value, name)
    if positive and number <= 0:
        raise ValueError(f"{name} must be greater than 0; got {shown(value)}")
    try:
        size = abs(number.p / number.q)
    except OverflowError:
        size = math.inf
    if number != 0 and not 1e-300 <= size <= 1e300:
        raise ValueError(_OUT_OF_RANGE.format(name=name, value=shown(value)))
    return number


def whole(value: Any, name: str, low: int, high: int) -> int:
    """Read a whole number within bounds.

    Args:
        value: an ``int``, or one of numpy's; no truth value.
        name: the argument's name, for messages.
        low: the least that is accepted.
        high: the most.

    Returns:
        the number.

    Raises:
        TypeError: if it is not a whole number.
        ValueError: if it is out of bounds.

    Example:
        >>> whole(np.int64(7), "batch", 1, 10)
        7
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number; got {shown(value)}")
    if not low <= int(value) <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}; got {shown(value)}")
    return int(value)


def fraction(number: Any) -> Fraction:
    """Give an exact number as the standard library's fraction.

    Args:
        number: a sympy Rational, or flint's ``fmpq``.

    Returns:
        the same number.
    """
    return Fraction(int(number.p), int(number.q))


def class_weights(weights: Any) -> tuple[sympy.Rational, sympy.Rational]:
    """Read the class weights $(w_+, w_-)$.

    Args:
        weights: a pair of exact positive numbers.

    Returns:
        the pair, unrounded.

    Raises:
        TypeError: if it is not a pair.

    Example:
        >>> class_weights((3, "1/2"))
        (3, 1/2)
    """
    if isinstance(weights, str) or not isinstance(weights, (Sequence, np.ndarray)) or len(weights) != 2:
        raise TypeError(f"weights must be a pair (w_plus, w_minus) of positive numbers; got {shown(weights)}")
    return exact(weights[0], "weights[0]", positive=True), exact(weights[1], "weights[1]", positive=True)


def interval_weights(weights: Any, n: int) -> tuple[sympy.Rational, ...]:
    """Read the weights of the n + 1 intervals, whose labels are +1 and -1 in turn.

    Args:
        weights: class weights $(w_+,w_-)$, or n + 1 exact positive numbers, one an interval.
        n: the number of thresholds.

    Returns:
        the weight of each interval, unrounded.

    Raises:
        TypeError: if it is no list of 2 or n + 1.

    Example:
        >>> interval_weights((3, "1/2"), 2), interval_weights((3, 1, 2), 2)
        ((3, 1/2, 3), (3, 1, 2))
    """
    many = not isinstance(weights, str) and isinstance(weights, (Sequence, np.ndarray))
    if n == 1 or (many and len(weights) == 2):
        pair = class_weights(weights)
        return tuple(pair[j % 2] for j in range(n + 1))
    if not many or len(weights) != n + 1:
        raise TypeError(
            f"weights must be a pair (w_plus, w_minus) of positive numbers, or {n + 1} of them, one an interval;"
            f" got {shown(weights)}"
        )
    return tuple(exact(weight, f"weights[{j}]", positive=True) for j, weight in enumerate(weights))


def real_array(values: Any, name: str) -> np.ndarray:
    """Read an array of finite real numbers.

    Args:
        values: a number or a (nested) sequence or array of numbers, any shape.
        name: the argument's name, for messages.

    Returns:
        a ``float64`` array of the same shape.

    Raises:
        TypeError: if an element is not a real number.
        ValueError: if the rows differ in length, or an element is infinite or not a number.

    Example:
        >>> real_array([1, 2.5], "u")
        array([1. , 2.5])
    """
    try:
        array = np.asarray(values)
        if array.dtype.kind == "O" and all(isinstance(x, (Real, sympy.Rational, Decimal)) for x in array.flat):
            array = array.astype(np.float64)
    except ValueError as error:
        raise ValueError(
            f"{name} must be an array of real numbers; got {shown(values)}: rows of different length"
        ) from error
    except OverflowError as error:
        raise ValueError(f"{name} must hold numbers within the range of float64; got {shown(values)}") from error
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be a real number or an array of real numbers; got {shown(values)}")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        worst = array[~np.isfinite(array)].flat[0]
        raise ValueError(f"{name} must hold finite numbers only; got {worst}")
    return array


def parameter_array(theta: Any, n: int) -> np.ndarray:
    r"""Read model parameters $\theta=(\theta_1,\dots,\theta_n)$, one point or many.

    Args:
        theta: shape ``(n,)`` or ``(..., n)``; for $n=1$ a single number too.
        n: how many thresholds the model has.

    Returns:
        a ``float64`` array of shape ``(n,)`` or ``(..., n)``.

    Raises:
        ValueError: if the last axis does not have length n.

    Example:
        >>> parameter_array([[0.5], [1.5]], 1).shape
        (2, 1)
    """
    array = real_array(theta, "theta")
    if array.ndim == 0 and n == 1:
        return array.reshape(1)
    if array.ndim == 0 or array.shape[-1] != n:
        hint = "; for many values of one threshold write theta[:, None]" if n == 1 else ""
        raise ValueError(f"theta must have shape ({n},) or (..., {n}); got shape {array.shape}{hint}")
    return array
