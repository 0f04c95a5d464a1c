r"""The command `lossbook calibrate`: the class weights with which both classes drop equally (T10, Theorem M)."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from flint import ctx

from lossbook.arguments import fraction
from lossbook.certified.search import Bounds, bounds_of, sigmoid_warnings
from lossbook.cli.options import (
    JsonOption,
    ScaleOption,
    SigmoidOption,
    read_loss,
    read_number,
    read_sigmoid,
)
from lossbook.cli.program import Command, InputError, app, warn
from lossbook.loss import MarginLoss, calibrated_ratio, calibrated_weights
from lossbook.problem import ThresholdProblem
from lossbook.reading import LOSS_FORMULA, LOSSES
from lossbook.sigmoid import OddSigmoid
from lossbook.wording import calibration, calibration_record

_BITS = 100  # more than the ratio has
_LENGTH = {"metavar": "NUMBER", "show_default": False}


@app.command(cls=Command)
def calibrate(
    positive_length: Annotated[
        str | None,
        typer.Option(**_LENGTH, help="The length A of the positive class, an exact number above 0.  [required]"),
    ] = None,
    negative_length: Annotated[
        str | None,
        typer.Option(**_LENGTH, help="The length B of the negative class, an exact number above 0.  [required]"),
    ] = None,
    sigmoid: SigmoidOption = None,
    scale: ScaleOption = None,
    loss: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help=f"{', '.join(LOSSES)}, with parameters such as focal:gamma=2,temperature=1/4; or {LOSS_FORMULA}.",
        ),
    ] = "linear",
    as_json: JsonOption = False,
) -> None:
    """Give the class weights that put the optimum at the truth.

    The class of length A drops by F(A) = phi(0) - phi(sigma(A)); with the ratio w+/w- = F(B)/F(A) both classes drop
    equally, and the truth is critical. The answer is proved: "1.5 +/- 1e-15" contains the ratio. Without --json it is
    one line: the ratio, that of the inverse frequencies, the weights of mean 1, and whether Theorem M shows that the
    truth is then the unique minimiser of the risk.

    Example: lossbook calibrate --positive-length 1 --negative-length 50 --sigmoid arctan --scale 0.1
    """
    lengths = {"--positive-length": positive_length, "--negative-length": negative_length}
    positive, negative = (_length(text, name) for name, text in lengths.items())
    sigma, scale = read_sigmoid(sigmoid, scale)
    problem = ThresholdProblem(-positive, [0], negative)
    margin_loss = read_loss(loss, problem)
    ratio = _ratio(problem, sigma, margin_loss)
    weights = calibrated_weights(problem, sigma, margin_loss)
    warnings = sigmoid_warnings(sigma)
    verdict = margin_loss.check()["equal drops decide"]
    outcome, reason = (str(verdict), verdict.reason) if not warnings else ("undecided", warnings[0])
    warn(warnings)
    frequency = fraction(negative / positive)
    if as_json:
        given = {"positive_length": positive_length, "negative_length": negative_length, "sigmoid": sigmoid}
        kept = calibration_record(ratio, weights, frequency, (outcome, reason))
        kept |= {"warnings": list(warnings), "input": {**given, "scale": scale, "loss": loss}}
        typer.echo(json.dumps(kept))
    else:
        typer.echo(calibration(ratio, weights, frequency, (outcome, reason)))


def _length(text: str | None, name: str) -> Any:
    """Read the length of one class."""
    if text is None:
        raise InputError(f"{name} must be an exact number above 0; got nothing")
    return read_number(text, name, positive=True)


def _ratio(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Bounds:
    """Enclose the calibrated ratio."""
    try:
        ratio = calibrated_ratio(problem, sigma, loss)
    except ValueError as error:
        if not str(error).startswith("loss must"):
            raise
        raise InputError(f"--{error}") from error
    with ctx.workprec(_BITS):
        return bounds_of(ratio)
