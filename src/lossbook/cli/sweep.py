r"""The commands `lossbook sweep plan`, `run`, `verify` and `show`: sweeps from a design file."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from lossbook.arguments import shown
from lossbook.cli.options import read_number
from lossbook.cli.program import FAILED, Command, InputError, Program, app, complain
from lossbook.sweep import Design, DesignError, SweepError, plan, run, summary, verify
from lossbook.sweep.settings import reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossbook.sweep.settings import Reference

sweep = typer.Typer(cls=Program, add_completion=False, rich_markup_mode=None, no_args_is_help=False)
app.add_typer(sweep, name="sweep")

MOST = 1024  # processes
EXTRA = ("bokeh", "dask", "distributed", "filelock", "polars", "pyarrow")  # what the extra `sweep` brings

DesignArgument = Annotated[Path, typer.Argument(metavar="DESIGN", help="The design, a TOML file.", show_default=False)]
FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a sweep.", show_default=False)]


class _PlanCommand(Command):
    """A command that lists the settings of tasks below its options."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write them."""
        with formatter.section("Settings of a task, and their defaults in the measures that take them"):
            formatter.write_dl([_told(list(rows)) for _, rows in groupby(reference(), lambda row: row.name)])


def _told(rows: list[Reference]) -> tuple[str, str]:
    """Give the name of a setting, and the line about it."""
    known = [", ".join(row.measures) + ": " + row.default for row in rows]
    return rows[0].name, f"{rows[0].meaning}  [{'; '.join(known)}]"


@sweep.callback(invoke_without_command=True)
def _sweep(context: typer.Context) -> None:
    """Run designs of many tasks, here or on a cluster.

    A design is a TOML file: what is held fixed, what is varied, what is drawn at random. A run that was stopped goes on
    when it is started again, and every row can be computed again to check it.

    Example: lossbook sweep run design.toml --out results --workers 2
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        context.exit(2)


def _say(line: str) -> None:
    """Write a line for people to standard error."""
    typer.echo(line, err=True)


def _guarded(act: Callable[[], Any]) -> Any:
    """Turn what is wrong with a design into wrong input, and what stopped a sweep into one line."""
    try:
        return act()
    except DesignError as error:
        raise InputError(str(error)) from error
    except SweepError as error:
        raise typer.Exit(complain(str(error), FAILED)) from error
    except OSError as error:
        line = f"{error.filename or 'a file'} could not be used: {error.strerror or error}"
        raise typer.Exit(complain(line, FAILED)) from error
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in EXTRA:
            raise
        line = f"sweeps need {error.name}, which is not installed: pip install 'lossbook[sweep]'"
        raise typer.Exit(complain(line, FAILED)) from error


@sweep.command("plan", cls=_PlanCommand)
def plan_command(
    design: DesignArgument,
    workers: Annotated[
        str, typer.Option(metavar="N", show_default=False, help="Say how long N such cores take.  [default: 1]")
    ] = "1",
) -> None:
    """Say what a sweep will cost: tasks, points, bytes and time.

    The design is checked whole. A few short tasks are run here to see how fast this machine is.

    Example: lossbook sweep plan design.toml --workers 2
    """
    cores = _whole(workers, "--workers", 1, 10**9)
    for line in _guarded(lambda: plan(Design.read(design))).lines(cores):
        typer.echo(line)


@sweep.command("run", cls=Command)
def run_command(
    design: DesignArgument,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the rows go.", show_default=False)],
    workers: Annotated[
        str | None,
        typer.Option(metavar="N", show_default=False, help=f"Compute on N processes of this machine, 1 to {MOST}."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", show_default=False, help="Compute on the workers of this Dask scheduler."),
    ] = None,
    tls_ca_file: Annotated[
        str | None, typer.Option(metavar="FILE", show_default=False, help="For tls://: who signs the certificates.")
    ] = None,
    tls_cert: Annotated[
        str | None, typer.Option(metavar="FILE", show_default=False, help="For tls://: this client's certificate.")
    ] = None,
    tls_key: Annotated[
        str | None, typer.Option(metavar="FILE", show_default=False, help="For tls://: this client's key.")
    ] = None,
) -> None:
    """Compute all tasks of a design that are not stored yet.

    By default this process computes; whatever stops it, the same command goes on. Rows are stored in DIR part by part,
    and do not depend on where they were computed. The exit status is 0 once every task is stored.

    Example: lossbook sweep run design.toml --out results --workers 2
    """
    files = {"ca_file": tls_ca_file, "cert": tls_cert, "key": tls_key}
    place: dict[str, Any] = {"scheduler": scheduler, "tls": _tls(files, scheduler)}
    place["workers"] = None if workers is None else _whole(workers, "--workers", 1, MOST)
    _check_place(workers, scheduler)
    outcome = _guarded(lambda: run(design, out, **place, progress=True, say=_say))
    kept = f"{outcome.before + outcome.computed:,} of {outcome.tasks:,} tasks are stored in {out}"
    failed = f"; {outcome.failed:,} of them ended with an error: see the column error" if outcome.failed else ""
    typer.echo(f"{kept}, {outcome.computed:,} of them new{failed}")
    if outcome.given_up:
        names = ", ".join(outcome.given_up[:3])
        _leave(complain(f"{len(outcome.given_up)} tasks lost every worker, such as {names}", FAILED))


def _leave(status: int) -> NoReturn:
    raise typer.Exit(status)


def _check_place(workers: str | None, scheduler: str | None) -> None:
    """Refuse two places to compute at."""
    if workers is not None and scheduler is not None:
        raise InputError(f"--workers must be left out where --scheduler is given; got {workers} and {scheduler!r}")


def _whole(text: str, name: str, low: int, high: int) -> int:
    """Read a whole number."""
    if not re.fullmatch(r"\d{1,30}", text, re.ASCII) or not low <= int(text) <= high:
        raise InputError(f"{name} must be a whole number from {low} to {high}; got {shown(text)}")
    return int(text)


def _share(text: str) -> float:
    """Read a share of the rows."""
    share = read_number(text, "--fraction", positive=True)
    if share > 1:
        raise InputError(f"--fraction must be above 0 and at most 1; got {shown(text)}")
    return float(share)


def _tls(files: dict[str, str | None], scheduler: str | None) -> dict[str, str] | None:
    """Read the three files of TLS: all or none."""
    given = {name: path for name, path in files.items() if path is not None}
    if not given and not (scheduler or "").startswith("tls://"):
        return None
    for name, path in files.items():
        option = "--tls-" + name.replace("_", "-")
        if path is None:
            raise InputError(f"{option} must be a file where TLS is used; got nothing")
        if not Path(path).is_file():
            raise InputError(f"{option} must be a file; got {path!r}")
    if scheduler is None:
        raise InputError("--scheduler must be given where the files of TLS are; got nothing")
    return given


@sweep.command("verify", cls=Command)
def verify_command(
    folder: FolderArgument,
    fraction: Annotated[str, typer.Option(metavar="SHARE", help="Of the rows, above 0, at most 1.")] = "0.01",
    seed: Annotated[str, typer.Option(metavar="N", help="Of the choice of rows.")] = "0",
) -> None:
    """Compute some rows again, and compare every bit.

    The hash of every file is checked too, and that the rows are tasks of the design. The exit status is 0 if nothing
    differs, else 1.

    Example: lossbook sweep verify results --fraction 0.05
    """
    share, chosen = _share(fraction), _whole(seed, "--seed", 0, 2**63 - 1)
    found = _guarded(lambda: verify(folder, share, chosen))
    for line in found.damaged:
        complain(line, FAILED)
    for task, column in found.different:
        complain(f"the task {task} comes out otherwise in the column {column}", FAILED)
    typer.echo(f"{found.checked:,} of {found.rows:,} rows computed again, {len(found.different):,} differ")
    _leave(0 if found.good else FAILED)


@sweep.command("show", cls=Command)
def show_command(folder: FolderArgument) -> None:
    """Summarise a sweep: how far it is, and what it holds.

    A line for each setting that was varied, and for each result: the least, the largest, and the mean.

    Example: lossbook sweep show results
    """
    for line in _guarded(lambda: list(summary(folder))):
        typer.echo(line)
