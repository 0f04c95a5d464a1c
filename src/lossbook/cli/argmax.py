r"""The command `lossbook argmax`: the threshold at which the gain is largest."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from lossbook.certified import maximize_gain
from lossbook.certified.search import MOST_DIGITS
from lossbook.cli.options import (
    JsonOption,
    ScaleOption,
    SigmoidOption,
    read_digits,
    read_number,
    read_problem,
    read_sigmoid,
)
from lossbook.cli.program import Command, app, warn
from lossbook.wording import answer, decimal_places, record


@app.command(cls=Command)
def argmax(
    sigmoid: SigmoidOption = None,
    interval: Annotated[
        tuple[str, str, str] | None,
        typer.Option(
            metavar="A A1 B",
            show_default=False,
            help="Exact numbers A < A1 < B, such as -1 0.2 7/2: the truth is positive on [A, A1], negative on (A1, B]."
            "  [required]",
        ),
    ] = None,
    scale: ScaleOption = None,
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
    as_json: JsonOption = False,
) -> None:
    """Enclose the threshold at which the gain is largest.

    The gain of the threshold theta on [A, B] is W_PLUS times the integral of sigma(theta - x) over [A, A1], minus
    W_MINUS times that over [A1, B]. The answer is proved: "1.5 +/- 1e-15" contains the maximiser. Without --json it is
    one line: where the maximum is, how far from the truth A1, and the signs of the gain's slope G' from A to B.

    Example: lossbook argmax --sigmoid "u/sqrt(1+u**2)" --interval -1 0.2 1 --weights 3 1
    """
    sigma, scale = read_sigmoid(sigmoid, scale)
    problem, cuts = read_problem(interval)
    for text, name in zip(weights, ("W_PLUS", "W_MINUS"), strict=True):
        read_number(text, f"--weights {name}", positive=True)
    count = read_digits(digits)
    result = maximize_gain(problem, sigma, weights, count)
    warn(result.warnings)
    places = decimal_places(problem, count)
    if as_json:
        given = {"sigmoid": sigmoid, "scale": scale, "interval": interval, "weights": weights, "digits": count}
        typer.echo(json.dumps({**record(result, places), "input": given}))
    else:
        typer.echo(answer(result, problem, cuts, places))
