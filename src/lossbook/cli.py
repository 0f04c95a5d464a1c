r"""The command `lossbook`: certified answers about one threshold, from the command line.

What a reader types is read as exact numbers. An answer is one line (or one JSON object) on standard output. What the
answer rests on without proof, and what was wrong with the input, is one line each on standard error. The exit status is
0 for an answer, 1 where the wanted width cannot be reached, 2 for wrong input, 130 after an interruption.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import version
from itertools import takewhile
from typing import Annotated, Any, NoReturn

import sympy
import typer
from typer.core import TyperCommand, TyperGroup

from lossbook.arguments import EXACT_KINDS, exact, shown
from lossbook.balls import UnresolvedError
from lossbook.certified import maximize_gain
from lossbook.certified.search import MOST_DIGITS
from lossbook.problem import ThresholdProblem
from lossbook.sigmoid import OddSigmoid, families
from lossbook.wording import Texts, answer, decimal_places, record

FAMILIES = {make.__name__: make for make in families.ALL}
FAILED, WRONG_INPUT = 1, 2
_A_FORMULA = 'a formula in u such as "u/sqrt(1+u**2)"'


class _InputError(typer.TyperException):
    """Wrong input, with the one line that says what is wanted."""

    exit_code = WRONG_INPUT


class _Program(TyperGroup):
    """A program that puts every failure into one line."""

    def main(self, *arguments: Any, **settings: Any) -> NoReturn:
        """Run, and leave the process with the exit status."""
        settings["standalone_mode"] = False  # else typer writes the usage above the error
        try:
            status = super().main(*arguments, **settings)
        except typer.TyperException as error:
            status = _complain(error.format_message().rstrip(".") + _hint(error), error.exit_code)
        except UnresolvedError as error:
            status = _complain(f"the answer was not resolved: {error}", FAILED)
        except OSError as error:
            status = _complain(f"the answer could not be written: {error.strerror}", FAILED)
        sys.exit(status or 0)


class _Command(TyperCommand):
    """A command that counts the values of its options before it reads them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse an option with too few values, which would take the next option for one, or with too many."""
        for option in self.params:
            wanted, count = (option.metavar, option.nargs) if option.metavar else ("no value", 0)
            for place, word in enumerate(args):
                name, sign, attached = word.partition("=")
                values = [*([attached] if sign else []), *takewhile(_is_value, args[place + 1 :])]
                if name in option.opts and len(values) != count:
                    raise _InputError(f"{name} must be followed by {wanted}; got {_listed(values)}")
        return super().parse_args(ctx, args)


def _complain(message: str, status: int) -> int:
    typer.echo("error: " + " ".join(message.split()), err=True)
    return status


def _hint(error: typer.TyperException) -> str:
    """Say where help is, for what typer itself found wrong."""
    context = getattr(error, "ctx", None)
    return f"; see {context.command_path} --help" if context else ""


def _is_value(word: str) -> bool:
    return not re.match(r"-h$|--[a-z]", word)


def _listed(values: list[str]) -> str:
    return " ".join(map(shown, values)) or "nothing"


app = typer.Typer(
    cls=_Program,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lossbook {version('lossbook')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _program(
    context: typer.Context,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Certified answers about one threshold under class imbalance.

    Example: lossbook argmax --sigmoid arctan --interval 0 2 100
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        context.exit(WRONG_INPUT)


@app.command(cls=_Command)
def argmax(
    sigmoid: Annotated[
        str | None,
        typer.Option(metavar="NAME", show_default=False, help=f"{', '.join(FAMILIES)}, or {_A_FORMULA}.  [required]"),
    ] = None,
    interval: Annotated[
        tuple[str, str, str] | None,
        typer.Option(
            metavar="A A1 B",
            show_default=False,
            help="Exact numbers A < A1 < B, such as -1 0.2 7/2: the truth is positive on [A, A1], negative on (A1, B]."
            "  [required]",
        ),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER",
            show_default=False,
            help="The named sigmoid's scale, an exact number above 0 (algebraic: its delta).  [default: 1]",
        ),
    ] = None,
    weights: Annotated[
        tuple[str, str],
        typer.Option(
            metavar="W_PLUS W_MINUS",
            show_default=False,
            help="Class weights, exact numbers above 0.  [default: 1 1]",
        ),
    ] = ("1", "1"),
    digits: Annotated[
        str,
        typer.Option(
            metavar="COUNT",
            help=f"Certain digits behind the point, 1 to {MOST_DIGITS}; more on an interval shorter than 1.",
        ),
    ] = "15",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, with every number as exact text.")
    ] = False,
) -> None:
    """Enclose the threshold at which the gain is largest.

    The gain of the threshold theta on [A, B] is W_PLUS times the integral of sigma(theta - x) over [A, A1], minus
    W_MINUS times that over [A1, B]. The answer is proved: "1.5 +/- 1e-15" contains the maximiser. Without --json it is
    one line: where the maximum is, how far from the truth A1, and the signs of the gain's slope G' from A to B.

    Example: lossbook argmax --sigmoid "u/sqrt(1+u**2)" --interval -1 0.2 1 --weights 3 1
    """
    sigma, scale = _sigmoid(sigmoid, scale)
    problem, cuts = _problem(interval)
    for text, name in zip(weights, ("W_PLUS", "W_MINUS"), strict=True):
        _number(text, f"--weights {name}", positive=True)
    count = _count(digits)
    result = maximize_gain(problem, sigma, weights, count)
    for warning in result.warnings:
        typer.echo("warning: " + " ".join(warning.split()), err=True)
    places = decimal_places(problem, count)
    if as_json:
        given = {"sigmoid": sigmoid, "scale": scale, "interval": interval, "weights": weights, "digits": count}
        typer.echo(json.dumps({**record(result, places), "input": given}))
    else:
        typer.echo(answer(result, problem, cuts, places))


def _number(text: str, name: str, *, positive: bool = False) -> sympy.Rational:
    """Read one exact number of an option."""
    try:
        return exact(text, name, positive=positive)
    except ValueError as error:
        raise _InputError(str(error).replace(EXACT_KINDS, "an exact number")) from error


def _count(text: str) -> int:
    """Read a number of digits."""
    if not re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII) or int(text) > MOST_DIGITS:
        raise _InputError(f"--digits must be a whole number from 1 to {MOST_DIGITS}; got {shown(text)}")
    return int(text)


def _sigmoid(text: str | None, scale: str | None) -> tuple[OddSigmoid, str | None]:
    """Read a sigmoid, and give the scale that is in force."""
    wanted = f"--sigmoid must be one of {', '.join(FAMILIES)}, or {_A_FORMULA}"
    if text is None:
        raise _InputError(f"{wanted}; got nothing")
    if text in FAMILIES:
        scale = "1" if scale is None else scale
        return FAMILIES[text](_number(scale, "--scale", positive=True)), scale
    try:
        sigma = OddSigmoid.parse(text)
    except (TypeError, ValueError) as error:
        reason = "" if text.isidentifier() else f": {error}"  # a single word is a name mistyped
        raise _InputError(f"{wanted}; got {shown(text)}{reason}") from error
    if scale is not None:
        raise _InputError(
            f"--scale must be left out where --sigmoid is a formula; got {shown(scale)} with {shown(text)}"
            ": write the scale into the formula"
        )
    for verdict in sigma.check().refuted:
        raise _InputError(
            f"--sigmoid must be an odd sigmoid; got {shown(text)}, of which the axiom {verdict.axiom!r} fails at"
            f" u = {verdict.point}: {verdict.reason}"
        )
    return sigma, None


def _problem(interval: tuple[str, str, str] | None) -> tuple[ThresholdProblem, Texts]:
    """Read the interval and its truth, and give the three numbers as they were written."""
    if interval is None:
        raise _InputError("--interval must be three exact numbers A < A1 < B, such as 0 2 100; got nothing")
    a, cut, b = (_number(text, f"--interval {name}") for text, name in zip(interval, ("A", "A1", "B"), strict=True))
    if not a < cut < b:
        raise _InputError(f"--interval must be three exact numbers A < A1 < B; got {_listed(list(interval))}")
    return ThresholdProblem(a, [cut], b), (interval[0].strip(), interval[1].strip(), interval[2].strip())


def main() -> None:
    """Run the command of this process; it ends with the exit status."""
    app()
