r"""What a reader types, as exact numbers, sigmoids, problems and losses; what is wrong with it, in one line.

A loss is a family's name, with parameters or without, or a formula in the margin m.
"""

from __future__ import annotations

import re
from typing import Annotated

import sympy
import typer

from lossbook.arguments import EXACT_KINDS, exact, shown
from lossbook.certified.search import MOST_DIGITS
from lossbook.cli.program import InputError
from lossbook.loss import MarginLoss
from lossbook.problem import ThresholdProblem
from lossbook.reading import (
    FAMILIES,
    SIGMOID_FORMULA,
    listed,
    loss_from,
    sigmoid_from,
    wanted_sigmoid,
)
from lossbook.sigmoid import OddSigmoid
from lossbook.wording import Texts

SIGMOID_HELP = f"{', '.join(FAMILIES)}, or {SIGMOID_FORMULA}.  [required]"
SCALE_HELP = "The named sigmoid's scale, an exact number above 0 (algebraic: its delta).  [default: 1]"
SigmoidOption = Annotated[str | None, typer.Option(metavar="NAME", show_default=False, help=SIGMOID_HELP)]
ScaleOption = Annotated[str | None, typer.Option(metavar="NUMBER", show_default=False, help=SCALE_HELP)]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object, with every number as exact text.")]


def read_number(text: str, name: str, *, positive: bool = False) -> sympy.Rational:
    """Read one exact number of an option.

    Args:
        text: as it was typed.
        name: of the option, for messages.
        positive: whether it must be above 0.

    Returns:
        the number.

    Raises:
        InputError: if it is none.
    """
    try:
        return exact(text, name, positive=positive)
    except ValueError as error:
        raise InputError(str(error).replace(EXACT_KINDS, "an exact number")) from error


def read_digits(text: str) -> int:
    """Read a number of digits.

    Args:
        text: as it was typed.

    Returns:
        the number.

    Raises:
        InputError: if it is none from 1 to 1000.
    """
    if not re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII) or int(text) > MOST_DIGITS:
        raise InputError(f"--digits must be a whole number from 1 to {MOST_DIGITS}; got {shown(text)}")
    return int(text)


def read_sigmoid(text: str | None, scale: str | None) -> tuple[OddSigmoid, str | None]:
    """Read a sigmoid, and give the scale that is in force.

    Args:
        text: a family's name or a formula; None if it was left out.
        scale: the scale as it was typed, or None.

    Returns:
        the sigmoid, and the scale's text; None for a formula.

    Raises:
        InputError: if it is no odd sigmoid, or a formula has a scale.
    """
    if text is None:
        raise InputError(f"{wanted_sigmoid('--sigmoid')}; got nothing")
    if text in FAMILIES and scale is None:
        scale = "1"
    try:
        return sigmoid_from(text, scale, "--sigmoid", "--scale"), scale
    except ValueError as error:
        raise InputError(str(error).replace(EXACT_KINDS, "an exact number")) from error


def read_problem(interval: tuple[str, str, str] | None) -> tuple[ThresholdProblem, Texts]:
    """Read the interval and its truth, and give the three numbers as they were written.

    Args:
        interval: three words, or None if they were left out.

    Returns:
        the problem, and the three words.

    Raises:
        InputError: if they are not three exact numbers in increasing order.
    """
    if interval is None:
        raise InputError("--interval must be three exact numbers A < A1 < B, such as 0 2 100; got nothing")
    a, cut, b = (read_number(text, f"--interval {name}") for text, name in zip(interval, ("A", "A1", "B"), strict=True))
    if not a < cut < b:
        raise InputError(f"--interval must be three exact numbers A < A1 < B; got {listed(interval)}")
    return ThresholdProblem(a, [cut], b), (interval[0].strip(), interval[1].strip(), interval[2].strip())


def read_loss(text: str, sizes: ThresholdProblem) -> MarginLoss:
    """Read a loss.

    Args:
        text: a family's name, with ``:key=value,key=value`` behind it or without; or a formula.
        sizes: the problem whose lengths the families take that depend on class sizes.

    Returns:
        the loss.

    Raises:
        InputError: if it is none.
    """
    try:
        return loss_from(text, sizes, "--loss")
    except ValueError as error:
        raise InputError(str(error).replace(EXACT_KINDS, "an exact number")) from error
