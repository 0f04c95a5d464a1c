r"""The verdict card: what is known of one loss with one sigmoid at one imbalance, in six lines.

The card asks whether the formula is an odd sigmoid; whether equal drops decide for the loss (Theorem M); where the
optimum of one threshold lies, unweighted, with calibrated weights ($\rho^*=F_-(B)/F_+(A)$, T10) and with those of
inverse frequency; and what noise adds in simulated runs. Each line says how it is known: proved (by ball arithmetic or
a theorem), refuted, undecided, searched (by a numeric search alone) or measured.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from flint import ctx

from lossbook.arguments import class_weights, fraction, instance, shown
from lossbook.balls import UnresolvedError
from lossbook.certified import minimize_risk
from lossbook.certified.search import Bounds, bounds_of
from lossbook.loss import MarginLoss, calibrated_ratio, calibrated_weights, inverse_frequency
from lossbook.multistart import search_maximum
from lossbook.problem import ThresholdProblem, checked_problem
from lossbook.sgd import Run
from lossbook.sigmoid import OddSigmoid, checked_sigmoid
from lossbook.wording import shared_digits

ENCLOSED = Fraction(1, 10**11)  # of the interval: wider than an enclosure, and than what rounded weights move it
SEARCHED = Fraction(1, 10**5)  # of the interval: what a search without proof can tell from the truth
_BITS = 100  # more than the ratio has
_STARTS = 16
_MARKDOWN = re.compile(r"[|*_<$]")
_HEAD = ("question", "answer", "how known")


class Row(NamedTuple):
    """One line of the card."""

    question: str
    answer: str
    status: str


@dataclass(frozen=True)
class Place:
    r"""Where the risk with some class weights is least.

    Attributes:
        weights: $(w_+,w_-)$.
        biases: bounds of $\theta^*-a_1$ for each global minimiser.
        minima: how many local minimisers there are; 0 if a search alone has looked.
        status: ``"proved"``, ``"undecided"`` (the risk is flat there to all digits tried), or ``"searched"``.
    """

    weights: tuple[Any, Any]
    biases: tuple[Bounds, ...]
    minima: int
    status: str

    @property
    def farthest(self) -> Bounds:
        """The bias of the minimiser that lies farthest from the truth."""
        return max(self.biases, key=lambda bias: abs(bias[0] + bias[1]))


@dataclass(frozen=True, repr=False)
class VerdictCard:
    r"""What is known of a loss, with a sigmoid and at an imbalance; prints as text and, in a notebook, as a table.

    Attributes:
        title: what is judged.
        rows: the lines, each with its question, answer and status.
        places: where the optimum lies with the weights ``"unweighted"``, ``"inverse frequency"`` and, where they exist,
            ``"calibrated"``.
        biased: whether the unweighted optimum is off the truth; None if that is not decided.
        ratio: bounds of $\rho^*=w_+/w_-$; None if a class does not drop.
        repaired: whether the truth is the optimum with calibrated weights.
    """

    title: str
    rows: tuple[Row, ...]
    places: dict[str, Place]
    biased: bool | None
    ratio: Bounds | None
    repaired: bool

    def __repr__(self) -> str:
        """Write the title, and two lines a row."""
        lines = [f"{row.question}  [{row.status}]\n    {row.answer}" for row in self.rows]
        return "\n".join([self.title, *lines])

    def _repr_markdown_(self) -> str:
        rows = [[_MARKDOWN.sub(r"\\\g<0>", part) for part in row] for row in self.rows]
        lines = [f"| {' | '.join(row)} |" for row in (_HEAD, ["---"] * len(_HEAD), *rows)]
        return "\n".join([f"**{self.title}**", "", *lines])


def verdict_card(
    problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss, runs: Sequence[Run] = ()
) -> VerdictCard:
    r"""Judge a loss: is it biased at this imbalance, what repairs it, how is that known, and what does noise cost?

    Args:
        problem: the interval and its one true threshold.
        sigma: the odd sigmoid.
        loss: the margin loss, a pair too.
        runs: simulations of the same problem, sigmoid and loss, with any weights; the card says what noise adds.

    Returns:
        the card. A ``TypeError`` or ``ValueError`` names the argument that is not of its kind, or of a wrong value: a
        problem of several thresholds, a sigmoid of which an axiom is refuted, a loss that jumps, a run of another
        problem, sigmoid or loss.

    Example:
        >>> from lossbook.loss.families import hinge
        >>> from lossbook.sigmoid.families import arctan
        >>> card = verdict_card(ThresholdProblem(0, [2], 100), arctan(), hinge("1/2"))
        >>> card.biased, card.rows[2].answer, card.rows[2].status
        (False, 'no: the truth is the optimum', 'proved')

    References:
        T5, T6, T10, T11 and Theorem M of this book.
    """
    _check(problem, sigma, loss, runs)
    ratio = _ratio(problem, sigma, loss)
    weights: dict[str, Any] = {"unweighted": (1, 1), "inverse frequency": inverse_frequency(problem)}
    if ratio:
        weights["calibrated"] = calibrated_weights(problem, sigma, loss)
    places = {name: locate(problem, sigma, loss, pair) for name, pair in weights.items()}
    repaired = ratio is not None and _off(places["calibrated"], problem, rounded=True) is False
    drops = loss.check()["equal drops decide"]
    rows = [
        _axioms(sigma),
        Row("Do equal drops decide?", f"{_YES_NO[str(drops)]}: {drops.reason}", str(drops)),
        _bias(places["unweighted"], problem),
        _repair(problem, sigma, loss, places, ratio),
        _frequency(places["inverse frequency"], problem),
        *_noise(problem, sigma, loss, places, runs),
    ]
    title = f"`{loss.name}` with `{sigma.name}`, positives : negatives = 1 : {_short(problem.imbalance)}"
    return VerdictCard(title, tuple(rows), places, _off(places["unweighted"], problem), ratio, repaired)


_YES_NO = {"proved": "yes", "refuted": "no", "undecided": "not decided"}


def _check(problem: Any, sigma: Any, loss: Any, runs: Any) -> None:
    """Refuse what the card cannot judge."""
    checked_problem(problem)
    if problem.n != 1:
        raise ValueError(f"problem must have one threshold; got {problem.n}: {shown(problem.thresholds)}")
    checked_sigmoid(sigma).unrefuted("sigma")
    instance(loss, MarginLoss, "loss", "a MarginLoss such as lossbook.losses.linear()")
    for number, run in enumerate(runs):
        made = instance(run, Run, f"runs[{number}]", "a Run, as lossbook.simulate gives it").settings
        for name, wanted, got in (
            ("problem", problem, made.problem),
            ("sigmoid", sigma, made.sigmoid),
            ("loss", loss, made.loss),
        ):
            if wanted != got:
                raise ValueError(f"runs[{number}] must have the {name} of the card; got {shown(got)}")


def locate(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss, weights: Any = (1, 1)) -> Place:
    """Find where the risk is least: enclosed, or where that fails, by a numeric search.

    Args:
        problem: the interval and its one true threshold.
        sigma: the odd sigmoid.
        loss: the margin loss.
        weights: class weights.

    Returns:
        the place, and whether it is proved.
    """
    pair, truth = class_weights(weights), fraction(problem.thresholds[0])
    try:
        best = minimize_risk(problem, sigma, loss, pair)
    except UnresolvedError:
        found = search_maximum(problem, sigma, pair, loss=loss, starts=_STARTS)
        bias = Fraction(float(found.theta[0])) - truth
        return Place(pair, ((bias, bias),), 0, "searched")
    status = "proved" if all(one.certain for one in best.local) else "undecided"
    return Place(pair, tuple((low - truth, high - truth) for low, high in best.points), len(best.local), status)


def _ratio(problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss) -> Bounds | None:
    """Enclose the calibrated ratio; None where a class does not drop, or has no finite drop."""
    try:
        ratio = calibrated_ratio(problem, sigma, loss)
    except (UnresolvedError, ValueError):
        return None
    with ctx.workprec(_BITS):
        return bounds_of(ratio)


def _off(place: Place, problem: ThresholdProblem, *, rounded: bool = False) -> bool | None:
    """Tell whether an optimum is off the truth; None if bounds leave it open. Rounded weights meet it to rounding."""
    near = fraction(problem.length) * (SEARCHED if place.status == "searched" else ENCLOSED)
    close = all(max(-low, high) <= near for low, high in place.biases)
    apart = any(low > 0 or high < 0 for low, high in place.biases)
    if close and (rounded or place.status == "searched" or not apart):
        return False
    return True if apart else None


def _axioms(sigma: OddSigmoid) -> Row:
    """Say whether the formula is an odd sigmoid."""
    open_ones = [name for name, verdict in sigma.check().items() if verdict != "proved"]
    if open_ones:
        return Row("Is it an odd sigmoid?", f"not decided: {', '.join(open_ones)}", "undecided")
    return Row("Is it an odd sigmoid?", "yes: odd, increasing, concave, with limit 1", "proved")


def _bias(place: Place, problem: ThresholdProblem) -> Row:
    """Say whether the unweighted optimum is off the truth."""
    beginning = {True: "yes: ", False: "no: ", None: ""}[_off(place, problem)]
    return Row("Is it biased, unweighted?", beginning + _where(place, problem), place.status)


def _where(place: Place, problem: ThresholdProblem) -> str:
    """Say where an optimum lies, and whom it costs."""
    off, (low, high) = _off(place, problem), place.farthest
    if off is False:
        return "the truth is the optimum"
    if off is None:
        return f"not decided: every optimum lies within {_short(max(-low, high))} of the truth"
    name, end, side = (
        ("positive", "a", problem.positive_length) if high < 0 else ("negative", "b", problem.negative_length)
    )
    near, far = (-high, -low) if high < 0 else (low, high)
    many = f"; there are {place.minima} local minima" if place.minima > 1 else ""
    size = fraction(side)
    if near == size:
        return f"the {name} class is given up, the optimum is the end {end}{many}"
    kept = 100 * float(1 - (near + far) / 2 / size)
    return f"the optimum lies {shared_digits(near, far)} towards {end}; {kept:.2f} % of the {name}s are found{many}"


def _repair(problem: Any, sigma: Any, loss: Any, places: dict[str, Place], ratio: Bounds | None) -> Row:
    """Say which weights put the optimum on the truth."""
    question = "Which weights repair it?"
    if ratio is None:
        lacking = "the loss does not fall from the margin 0 to the largest margin of each class"
        return Row(question, f"none are computed: {lacking}", "undecided")
    place, number = places["calibrated"], f"w+ : w- = {_short((ratio[0] + ratio[1]) / 2)} : 1"
    if _off(places["unweighted"], problem) is False:
        number += ", that is, none are needed"
    if _off(place, problem, rounded=True) is not False:
        return Row(question, f"{number} makes the truth critical, but the optimum is elsewhere", place.status)
    if sigma.check().proved and loss.check()["equal drops decide"] == "proved":
        return Row(question, f"{number}; the truth is then the only minimum (Theorem M)", "proved")
    return Row(question, f"{number}; the truth is then the optimum, at this imbalance", place.status)


def _frequency(place: Place, problem: ThresholdProblem) -> Row:
    """Say where weights of inverse frequency lead."""
    ratio = f"w+ : w- = {_short(problem.imbalance)} : 1"
    return Row("And inverse frequencies?", f"{ratio}; {_where(place, problem)}", place.status)


def _noise(
    problem: ThresholdProblem, sigma: OddSigmoid, loss: MarginLoss, places: dict[str, Place], runs: Sequence[Run]
) -> Iterator[Row]:
    """Say of each run how many labels are wrong, and how many of these the optimum has too."""
    for run in runs:
        pair, rate, count = class_weights(run.settings.weights), float(run.error_rate.mean()), run.settings.replicas
        alike = [name for name, place in places.items() if _same(place.weights, pair)]
        place = places[alike[-1]] if alike else locate(problem, sigma, loss, pair)
        low, high = place.farthest
        least = abs(float(low + high)) / 2 / float(problem.length) if _off(place, problem, rounded=True) else 0.0
        error = float(run.error_rate.std(ddof=1)) / math.sqrt(count) if count > 1 else 0.0
        name = " and ".join(alike) or f"w+ : w- = {_short(pair[0] / pair[1])} : 1"
        rare, found = ("positive", run.sensitivity) if problem.imbalance > 1 else ("negative", run.specificity)
        wrong = f"{rate:.3g}{f' +/- {error:.1g}' if error else ''} of the labels are wrong"
        answer = f"{wrong}, {_beside(rate, least, error)}; {100 * float(found.mean()):.1f} % of the {rare}s are found"
        yield Row(f"What does noise cost, {name}?", answer, f"measured, {count} replicas")


def _beside(rate: float, least: float, error: float) -> str:
    """Hold an error rate against that of the optimum."""
    if abs(rate - least) <= 2 * error:
        return f"{least:.3g} at the optimum: the same within the error"
    if rate < least:
        return f"fewer than the {least:.3g} at the optimum"
    return f"{least:.3g} at the optimum: noise adds {rate - least:.2g}"


def _same(first: Any, second: Any) -> bool:
    """Tell whether two pairs of weights have the same ratio, to rounding."""
    return bool(abs(first[0] * second[1] / (first[1] * second[0]) - 1) < 1e-12)


def _short(number: Any) -> str:
    """Write four digits."""
    return f"{float(number):.4g}"
