"""The command `lossbook calibrate`: the ratio of both drops, and what Theorem M makes of it."""

import json
import re
import shlex
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from tests.commands import answered, kept, refused, run, started, whole

import lossbook as lb
from lossbook.reading import LOSSES

GOOD = {
    "--positive-length": ["1"],
    "--negative-length": ["50"],
    "--sigmoid": ["arctan"],
    "--scale": ["0.1"],
    "--loss": ["logistic"],
}
UNDECIDED_LIMIT = "tanh(u)*(sin(u)**2+cos(u)**2)"


def words_with(changes: dict[str, list[str] | None]) -> list[str]:
    """The words of a good command with some options changed, added or, for None, left out."""
    options = {**GOOD, **changes}
    return ["calibrate", *(word for name, values in options.items() if values is not None for word in [name, *values])]


def ratio(line: str) -> tuple[Fraction, Fraction]:
    """The enclosure of the ratio."""
    match = re.match(r"w\+/w- = (\S+) \+/- (\S+) \(inverse frequency: ", line)
    assert match, line
    middle, radius = Fraction(match[1]), Fraction(match[2])
    return middle - radius, middle + radius


def test_answer_is_one_line() -> None:
    assert answered(*words_with({"--loss": None})) == (
        "w+/w- = 1.066390332303447 +/- 1e-15 (inverse frequency: 50); weights of mean 1: 1.0650039408223555"
        " 0.998699921183553; the truth is then the unique minimiser (Theorem M)\n"
    )


def test_installed_command_gives_it_too() -> None:
    words = words_with({"--loss": ["hinge:margin=1/2"]})
    assert started(*words) == (0, answered(*words), "")


@pytest.mark.parametrize(
    ("loss", "phi"),
    [
        ("linear", lambda m: -m),
        ("logistic:temperature=1/4", lambda m: mpmath.log(1 + mpmath.exp(-4 * m))),
        ("exp(-m)+m**2/4", lambda m: mpmath.exp(-m) + m**2 / 4),
    ],
)
def test_ratio_is_that_of_both_drops(loss: str, phi: Any) -> None:
    """Another route: the drops at 40 digits."""
    with mpmath.workdps(40):
        drops = [phi(mpmath.mpf(0)) - phi(2 / mpmath.pi * mpmath.atan(10 * size)) for size in (1, 50)]
        truth = Fraction(mpmath.nstr(drops[1] / drops[0], 35))
    low, high = ratio(answered(*words_with({"--loss": [loss]})))
    assert low < truth < high < low + Fraction(1, 10**14)
    other, _ = ratio(answered(*words_with({"--loss": [loss], "--scale": ["0.11"]})))
    assert not low < other < high


def test_weights_are_those_of_the_library_and_put_the_minimum_at_the_truth() -> None:
    record = kept(*words_with({}))
    problem, sigma, loss = lb.ThresholdProblem(0, [1], 51), lb.sigmoids.arctan("1/10"), lb.losses.logistic()
    weights = [float(text) for text in record["weights"]["decimal"]]
    assert tuple(weights) == lb.losses.calibrated_weights(problem, sigma, loss)
    assert [float(whole(text)) for text in record["weights"]["exact"]] == weights
    ((low, high),) = lb.minimize_risk(problem, sigma, loss, weights).points
    assert 1 - Fraction(1, 10**9) < low <= high < 1 + Fraction(1, 10**9)


def test_json_loses_nothing() -> None:
    record = kept(*words_with({"--loss": ["hinge:margin=3/4"]}))
    low, high = map(whole, record["ratio"]["exact"])
    left, right = map(Fraction, record["ratio"]["decimal"])
    assert left <= low <= high <= right <= left + Fraction(2, 10**15)
    assert high - low < Fraction(1, 10**18)
    assert record["inverse_frequency"]["exact"] == ["50/1", "50/1"]
    assert record["unique_minimiser"]["verdict"] == "proved"
    assert record["warnings"] == []
    assert record["input"] == {
        "positive_length": "1",
        "negative_length": "50",
        "sigmoid": "arctan",
        "scale": "0.1",
        "loss": "hinge:margin=3/4",
    }


def test_small_margins_need_no_weights() -> None:
    """T11."""
    low, high = ratio(answered(*words_with({"--loss": ["max(0, 1/2 - m)"]})))
    assert low <= 1 <= high
    record = kept(*words_with({"--loss": ["max(0, 1/2 - m)"]}))
    assert record["weights"]["decimal"] == ["1.0", "1.0"]


@pytest.mark.parametrize("loss", ["ldam", "logit_adjusted"])
def test_losses_with_sizes_take_both_lengths(loss: str) -> None:
    found = lb.losses.calibrated_ratio(
        lb.ThresholdProblem(0, [1], 51), lb.sigmoids.arctan("1/10"), LOSSES[loss]((1, 50))
    )
    low, high = ratio(answered(*words_with({"--loss": [loss]})))
    assert low <= Fraction(float(found.mid())) <= high


def test_what_theorem_m_does_not_cover_is_said() -> None:
    line = answered(*words_with({"--loss": ["ramp"]}))
    assert re.search(r"; that the truth is then the unique minimiser is not proved \(refuted: phi\(m\) \+ ", line)
    assert kept(*words_with({"--loss": ["ramp"]}))["unique_minimiser"]["verdict"] == "refuted"


def test_undecided_axiom_is_a_warning_and_leaves_theorem_m_open() -> None:
    words = words_with({"--sigmoid": [UNDECIDED_LIMIT], "--scale": None, "--positive-length": ["1/2"]})
    status, out, err = run(*words, "--json")
    record = json.loads(out)
    assert (status, record["unique_minimiser"]["verdict"]) == (0, "undecided")
    assert err == "".join(f"warning: {warning}\n" for warning in record["warnings"])
    assert "'limit'" in err


@pytest.mark.parametrize(
    ("name", "values", "parts"),
    [
        ("--positive-length", None, ["must be an exact number above 0", "got nothing"]),
        ("--negative-length", None, ["must be an exact number above 0", "got nothing"]),
        ("--positive-length", [], ["must be followed by NUMBER", "got nothing"]),
        ("--positive-length", ["0"], ["must be greater than 0", "got '0'"]),
        ("--negative-length", ["-2"], ["must be greater than 0", "got '-2'"]),
        ("--negative-length", ["long"], ["must be an exact number", "'long'"]),
        ("--sigmoid", None, ["must be one of arctan, ", "got nothing"]),
        ("--sigmoid", ["artcan"], ["must be one of arctan, ", "got 'artcan'\n"]),
        ("--scale", ["0"], ["must be greater than 0", "got '0'"]),
        ("--loss", ["bogus"], ["must be one of linear, hinge, ", "or a formula in m such as", "got 'bogus'\n"]),
        ("--loss", ["hinge:gamma=2"], ["--loss hinge takes 'margin', written key=value; got 'gamma=2'\n"]),
        ("--loss", ["1+m"], ["must fall from the margin 0", "1+m drops by -0.937 on the positive class"]),
        ("--loss", ["linear", "hinge"], ["must be followed by NAME", "got 'linear' 'hinge'"]),
        ("--json", ["yes"], ["must be followed by no value", "got 'yes'"]),
        ("--losss", ["1"], ["No such option: --losss", "calibrate --help"]),
    ],
    ids=ascii,
)
def test_wrong_option_is_refused_in_one_line(name: str, values: list[str] | None, parts: list[str]) -> None:
    line = refused(*words_with({name: values}))
    assert [part for part in [name, *parts] if part not in line] == []


def test_fault_of_the_program_is_not_taken_for_wrong_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr("lossbook.cli.calibrate.calibrated_ratio", fail)
    with pytest.raises(ValueError, match="a fault"):
        run(*words_with({}))


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_has_an_example_that_runs(word: str) -> None:
    status, out, err = run("calibrate", word)
    assert (status, err) == (0, "")
    example = re.search(r"Example: lossbook ([^\n]+(?:\n {2}\S[^\n]*)*)", out)
    assert example
    assert answered(*shlex.split(example[1])).startswith("w+/w- = ")
    options = ["--positive-length", "--negative-length", "--sigmoid", "--scale", "--loss", "--json"]
    assert [name for name in options if f"\n  {name} " not in out] == []
    assert out.count("[required]") == 3
