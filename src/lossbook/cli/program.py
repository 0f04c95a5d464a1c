r"""The command `lossbook` itself: how every failure becomes one line, and with which exit status.

An answer is one line (or one JSON object) on standard output. What the answer rests on without proof, and what was
wrong with the input, is one line each on standard error. The exit status is 0 for an answer, 1 where the wanted width
cannot be reached, 2 for wrong input, 130 after an interruption.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version
from itertools import takewhile
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from lossbook.balls import UnresolvedError
from lossbook.reading import listed

FAILED, WRONG_INPUT = 1, 2


class InputError(typer.TyperException):
    """Wrong input, with the one line that says what is wanted."""

    exit_code = WRONG_INPUT


class Program(TyperGroup):
    """A program that puts every failure into one line."""

    def main(self, *arguments: Any, **settings: Any) -> NoReturn:
        """Run, and leave the process with the exit status."""
        settings["standalone_mode"] = False  # else typer writes the usage above the error
        try:
            status = super().main(*arguments, **settings)
        except typer.TyperException as error:
            status = complain(error.format_message().rstrip(".") + _hint(error), error.exit_code)
        except UnresolvedError as error:
            status = complain(f"the answer was not resolved: {error}", FAILED)
        except OSError as error:
            status = complain(f"the answer could not be written: {error.strerror}", FAILED)
            _let_go_of_output()
        sys.exit(status or 0)


def _let_go_of_output() -> None:
    """Point standard output to nothing: what its buffer still holds would fail once more, with another status."""
    with suppress(OSError, ValueError):  # it may be no file
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


class Command(TyperCommand):
    """A command that counts the values of its options before it reads them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse an option with too few values, which would take the next option for one, or with too many."""
        options = [option for option in self.params if option.param_type_name == "option"]
        most = len(args) if len(options) < len(self.params) else 0  # words of the command's own may follow
        for option in options:
            wanted, count = (option.metavar, option.nargs) if option.metavar else ("no value", 0)
            for place, word in enumerate(args):
                name, sign, attached = word.partition("=")
                values = [*([attached] if sign else []), *takewhile(_is_value, args[place + 1 :])]
                if name in option.opts and not count <= len(values) <= count + most:
                    raise InputError(f"{name} must be followed by {wanted}; got {listed(values)}")
        return super().parse_args(ctx, args)


def complain(message: str, status: int) -> int:
    """Write one line about what went wrong to standard error.

    Args:
        message: what it was.
        status: the exit status that belongs to it.

    Returns:
        the status.
    """
    typer.echo("error: " + " ".join(message.split()), err=True)
    return status


def warn(warnings: Iterable[str]) -> None:
    """Write what an answer rests on without proof to standard error.

    Args:
        warnings: one line each.
    """
    for warning in warnings:
        typer.echo("warning: " + " ".join(warning.split()), err=True)


def _hint(error: typer.TyperException) -> str:
    """Say where help is, for what typer itself found wrong."""
    context = getattr(error, "ctx", None)
    return f"; see {context.command_path} --help" if context else ""


def _is_value(word: str) -> bool:
    return not re.match(r"-h$|--[a-z]", word)


app = typer.Typer(
    cls=Program,
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
    """Certified answers about one threshold under class imbalance, and sweeps.

    Example: lossbook argmax --sigmoid arctan --interval 0 2 100
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        context.exit(WRONG_INPUT)


def main() -> None:
    """Run the command of this process; it ends with the exit status."""
    app()
