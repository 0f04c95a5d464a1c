"""The page *Use it on your own loss*: five cells, and they run with other formulas in the first."""

from typing import Any

import nbformat
import numpy as np
import pytest

import lossbook as lb
from tools.chapters import ROOT

CELLS = nbformat.read(ROOT / "book" / "use_own_loss.ipynb", as_version=4).cells


def walk() -> list[str]:
    """The code before the section on what is undecided."""
    end = next(i for i, cell in enumerate(CELLS) if "## When a verdict is" in cell.source)
    return [cell.source for cell in CELLS[:end] if cell.cell_type == "code"]


def quiet(settings: lb.SGD) -> lb.Run:
    """A made-up run that is always right: nothing is compiled for another formula."""
    nothing, one = np.zeros(settings.replicas), np.ones(settings.replicas)
    return lb.Run(settings, nothing, nothing, nothing, nothing, nothing, one, one)


def judged(loss: str, sigmoid: str, problem: str) -> lb.VerdictCard:
    """Run the five cells with another first one; give the card of the last."""
    scope: dict[str, Any] = {"lb": lb}
    exec(f"loss = lb.MarginLoss.parse({loss!r})\nsigma = lb.OddSigmoid.parse({sigmoid!r})", scope)
    exec(f"problem = lb.ThresholdProblem({problem})", scope)
    for source in walk()[1:]:
        *before, last = source.splitlines()
        exec("\n".join([*before, f"shown = {last}" if last.startswith("lb.") else last]), scope)
    card: lb.VerdictCard = scope["shown"]
    return card


def test_walk_has_five_cells_of_which_the_first_holds_the_formulas() -> None:
    first, *others = walk()
    assert len(others) == 4
    assert "MarginLoss.parse" in first
    assert not any("parse" in source or "ThresholdProblem" in source for source in others)


@pytest.mark.parametrize(
    ("loss", "sigmoid", "problem", "biased", "repaired"),
    [
        ("max(0, 1/20 - m)", "tanh(u)", "0, [1], 10", False, True),
        ("(1 - tanh(2*m))**2", "u/(1 + abs(u))", "0, [10], 11", True, True),
        ("min(11/10, 1 - m)", "2/pi*atan(u)", "0, ['1/10'], '6/10'", True, False),
        ("1 - m", "u/sqrt(1 + u**2)", "-1, [0], 1", False, True),
    ],
    ids=["small margin", "not convex", "ramp", "balanced"],
)
def test_cells_run_with_other_formulas(
    monkeypatch: pytest.MonkeyPatch, loss: str, sigmoid: str, problem: str, biased: bool, repaired: bool
) -> None:
    monkeypatch.setattr(lb, "simulate", quiet)
    card = judged(loss, sigmoid, problem)
    assert (card.biased, card.repaired) == (biased, repaired)
    assert len(card.rows) == 8


def test_what_is_no_sigmoid_stops_the_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lb, "simulate", quiet)
    with pytest.raises(ValueError, match="sigma must be an odd sigmoid"):
        judged("1 - m", "2*tanh(u)", "0, [1], 10")
