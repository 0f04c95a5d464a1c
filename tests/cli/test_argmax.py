"""The command `lossbook argmax`: its answers are the library's, and wrong input is one line."""

import json
import re
import shlex
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.commands import answered, kept, refused, run, started, whole

import lossbook as lb
from lossbook.certified.search import MOST_DIGITS
from lossbook.cli import FAMILIES

ARCTAN = ("argmax", "--sigmoid", "arctan", "--interval", "0", "2", "100")
BISTABLE = ("argmax", "--sigmoid", "softsign", "--scale", "1/10", "--interval", "0", "0.1", "5.1")
UNDECIDED_LIMIT = "tanh(u)*(sin(u)**2+cos(u)**2)"
ANSWER = "theta* = 1.738334113607819 +/- 1e-15 (truth 2, pulled 0.2617 towards a); G' has signs +-\n"


def place(line: str) -> tuple[Fraction, Fraction]:
    """The enclosure that the first decimal number of a line stands for; an exact number stands for itself."""
    match = re.match(r"theta\* = (\S+)(?: \+/- (\S+))? \(", line)
    assert match, line
    middle, radius = Fraction(match[1]), Fraction(match[2] or 0)
    return middle - radius, middle + radius


def test_installed_command_answers_in_one_line() -> None:
    assert started(*ARCTAN) == (0, ANSWER, "")


def test_another_interval_gives_another_answer() -> None:
    assert answered(*ARCTAN) == ANSWER != answered(*ARCTAN[:-1], "101")


@pytest.mark.parametrize("name", FAMILIES)
def test_answer_is_where_the_slope_changes_its_sign(name: str) -> None:
    """Another route: the gradient in floating point falls through 0 there, and does not elsewhere."""
    low, high = place(answered("argmax", "--sigmoid", name, "--scale", "1/2", "--interval", "0", "2", "100"))
    problem, sigma = lb.ThresholdProblem(0, [2], 100), getattr(lb.sigmoids, name)("1/2")
    left, right = (
        lb.gain_gradient(problem, sigma, float(x))[0] for x in (low - Fraction("1e-6"), high + Fraction("1e-6"))
    )
    assert left > 0 > right
    assert lb.gain_gradient(problem, sigma, float(high) + 0.01)[0] < 0


NUMBERS = st.fractions(min_value="0.05", max_value=20, max_denominator=1000).map(str)


@settings(max_examples=40)
@given(
    st.sampled_from(["arctan", "softsign", "algebraic"]),
    st.lists(st.fractions(-50, 50, max_denominator=100), min_size=3, max_size=3, unique=True).map(sorted),
    st.tuples(NUMBERS, NUMBERS, NUMBERS),
    st.integers(1, 30),
)
def test_decimal_line_encloses_the_exact_answer(
    name: str, cuts: list[Fraction], sizes: tuple[str, str, str], digits: int
) -> None:
    words = ["argmax", "--sigmoid", name, "--scale", sizes[0], "--interval", *map(str, cuts)]
    words += ["--weights", *sizes[1:], "--digits", str(digits)]
    found = lb.maximize_gain(
        lb.ThresholdProblem(cuts[0], [cuts[1]], cuts[2]), FAMILIES[name](sizes[0]), sizes[1:], digits
    )
    assert [[whole(text) for text in point["exact"]] for point in kept(*words)["points"]] == [
        [*p] for p in found.points
    ]
    if len(found.points) == 1:
        left, right = place(answered(*words))
        low, high = found.points[0]
        assert left <= low <= high <= right
        assert not left <= high + 3 * max(right - left, 1) <= right


def test_json_loses_nothing() -> None:
    words = (*BISTABLE, "--weights", "9/10", "1", "--digits", "30")
    found = lb.maximize_gain(lb.ThresholdProblem(0, ["0.1"], "5.1"), lb.sigmoids.softsign("1/10"), ("0.9", 1), 30)
    record = kept(*words)
    assert record["input"] == {
        "sigmoid": "softsign",
        "scale": "1/10",
        "interval": ["0", "0.1", "5.1"],
        "weights": ["9/10", "1"],
        "digits": 30,
    }
    assert [tuple(map(whole, point["exact"])) for point in record["points"]] == found.points
    for one, local in zip(record["local"], found.local, strict=True):
        assert tuple(map(whole, one["interval"]["exact"])) == local.interval
        assert tuple(map(whole, one["gain"]["exact"])) == local.gain
        assert one["certain"] is local.certain
        left, right = map(Fraction, one["interval"]["decimal"])
        assert left <= local.interval[0] <= local.interval[1] <= right <= left + Fraction(2, 10**30)
    assert (record["sign_pattern"], record["warnings"]) == (found.sign_pattern, [])
    assert record["points"] != kept(*words[:-1], "29")["points"]


def test_json_of_a_formula_has_its_text_and_no_scale() -> None:
    record = kept("argmax", "--sigmoid", "u/(1+abs(u))", "--interval", "0", "2", "4")
    assert (record["input"]["sigmoid"], record["input"]["scale"]) == ("u/(1+abs(u))", None)
    assert record["points"] == [{"exact": ["2/1", "2/1"], "decimal": ["2.000000000000000", "2.000000000000000"]}]


def test_most_digits_are_the_librarys() -> None:
    assert len(answered(*ARCTAN, "--digits", str(MOST_DIGITS))) > MOST_DIGITS
    with pytest.raises(ValueError, match="digits"):
        lb.maximize_gain(lb.ThresholdProblem(0, [2], 100), lb.sigmoids.arctan(), digits=MOST_DIGITS + 1)


def test_own_formula_and_family_agree() -> None:
    own = answered("argmax", "--sigmoid", "u/sqrt(1+u**2)", "--interval", "0", "2", "100")
    assert own == answered("argmax", "--sigmoid", "algebraic", "--interval", "0", "2", "100")
    assert own != answered("argmax", "--sigmoid", "algebraic", "--scale", "2", "--interval", "0", "2", "100")


@pytest.mark.parametrize(
    "words",
    [
        ("--interval", "-1", "0.2", "1"),
        ("--interval=-1", "0.2", "1"),
        ("--interval", "-1/1", "2e-1", " +1 "),
    ],
    ids=str,
)
def test_negative_number_is_no_option(words: tuple[str, ...]) -> None:
    line = answered("argmax", *words, "--sigmoid", "tanh", "--scale=1/20", "--digits", "6")
    assert line.startswith("theta* = 0.200000 +/- 0.000001 (the truth ")
    assert line != answered("argmax", "--interval", "-1", "0.3", "1", "--sigmoid", "tanh", "--scale", "1/20")


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        (("--interval", "0", "2", "4"), "theta* = 2 (exactly the truth)", "+-"),
        (("--interval", "0", "2", "100", "--weights", "1", "3"), "theta* = 0 (the end a: the positive class is", "-"),
        (("--interval", "0", "1", "2", "--weights", "10", "1"), "theta* = 2 (the end b: the negative class is", "+"),
    ],
    ids=str,
)
def test_exact_answers_are_exact(words: tuple[str, ...], start: str, end: str) -> None:
    line = answered("argmax", "--sigmoid", "arctan", *words)
    assert line.startswith(start)
    assert line.endswith(f"; G' has signs {end}\n")


@pytest.mark.parametrize(
    ("weight", "parts"),
    [
        ("0.9", ["theta* = 0.0355665", "; a lower local maximum at 0 (the end a"]),
        ("0.893", ["theta* = 0 (the end a", "; a lower local maximum at 0.0332236"]),
    ],
    ids=str,
)
def test_two_maxima_are_both_named(weight: str, parts: list[str]) -> None:
    line = answered(*BISTABLE, "--weights", weight, "1")
    assert [part for part in parts if part not in line] == []
    assert line.endswith("G' has signs -+-\n")


def test_two_maxima_that_are_not_told_apart_are_both_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    words = (*BISTABLE, "--weights", "0.9", "1")
    assert len(kept(*words)["points"]) == 1
    found = lb.maximize_gain(lb.ThresholdProblem(0, ["0.1"], "5.1"), lb.sigmoids.softsign("1/10"), ("0.9", 1))
    tie = replace(found, points=[one.interval for one in found.local])
    monkeypatch.setattr("lossbook.cli.argmax.maximize_gain", lambda *_: tie)
    assert answered(*words).startswith("theta* is one of 0 (the end a: the positive class is given up) or 0.0355665")
    assert len(kept(*words)["points"]) == 2


def test_warnings_go_to_standard_error() -> None:
    status, out, err = run("argmax", "--sigmoid", UNDECIDED_LIMIT, "--interval", "0", "2", "100", "--json")
    record = json.loads(out)
    assert status == 0
    assert err == "".join(f"warning: {warning}\n" for warning in record["warnings"])
    assert len(record["warnings"]) == 1
    assert "'limit'" in err
    assert UNDECIDED_LIMIT in err


GOOD = {"--sigmoid": ["arctan"], "--interval": ["0", "2", "100"], "--weights": ["3", "1"], "--digits": ["5"]}


def words_with(changes: dict[str, list[str] | None]) -> list[str]:
    """The words of a good command with some options changed, added or, for None, left out."""
    options = {**GOOD, **changes}
    return ["argmax", *(word for name, values in options.items() if values is not None for word in [name, *values])]


def test_unchanged_words_are_good() -> None:
    assert answered(*words_with({})).startswith("theta* = ")


@pytest.mark.parametrize(
    ("name", "values", "parts"),
    [
        (
            "--sigmoid",
            None,
            ["must be one of arctan, algebraic, softsign, tanh, erf, or a formula in u", "got nothing"],
        ),
        ("--sigmoid", [], ["must be followed by NAME", "got nothing"]),
        ("--sigmoid", ["artcan"], ["must be one of arctan, ", "or a formula in u such as", "got 'artcan'\n"]),
        ("--sigmoid", ["Arctan"], ["must be one of arctan, ", "got 'Arctan'\n"]),
        ("--sigmoid", [""], ["must be one of arctan, ", "got ''", "unexpected end"]),
        ("--sigmoid", ["u*v"], ["or a formula in u", "got 'u*v'", "character 3", "unknown name 'v'"]),
        ("--sigmoid", ["1"], ["or a formula in u", "got '1'", "must contain u"]),
        ("--sigmoid", ["u\n+\n"], ["or a formula in u", "unexpected end"]),
        ("--sigmoid", ["\udcff"], ["or a formula in u", "unexpected character"]),
        ("--sigmoid", ["__import__('os')"], ["or a formula in u", "unexpected character"]),
        ("--sigmoid", ["u**3"], ["must be an odd sigmoid", "got 'u**3'", "'concave' fails at u = 1"]),
        ("--sigmoid", ["sin(u)"], ["must be an odd sigmoid", "got 'sin(u)'", "'increasing' fails at u = 2"]),
        ("--sigmoid", ["exp(u)"], ["must be an odd sigmoid", "got 'exp(u)'", "'odd' fails at u = "]),
        ("--sigmoid", ["arctan", "tanh"], ["must be followed by NAME", "got 'arctan' 'tanh'"]),
        ("--scale", [], ["must be followed by NUMBER", "got nothing"]),
        ("--scale", ["0"], ["must be greater than 0", "got '0'"]),
        ("--scale", ["-1"], ["must be greater than 0", "got '-1'"]),
        ("--scale", ["wide"], ["must be an exact number", "'wide'", '"1/10"']),
        ("--scale", ["1e301"], ["between 1e-300 and 1e300", "'1e301'"]),
        ("--interval", None, ["must be three exact numbers A < A1 < B", "0 2 100", "got nothing"]),
        ("--interval", ["0", "2"], ["must be followed by A A1 B", "got '0' '2'"]),
        ("--interval", ["0", "2", "3", "100"], ["must be followed by A A1 B", "got '0' '2' '3' '100'"]),
        ("--interval", ["0", "nan", "100"], ["--interval A1 must be an exact number", "'nan'"]),
        ("--interval", ["-inf", "2", "100"], ["--interval A must be an exact number", "'-inf'"]),
        ("--interval", ["0", "2", "1/0"], ["--interval B must be a finite number", "'1/0'", "divides by zero"]),
        ("--interval", ["0", "2", ""], ["--interval B must be an exact number", "''"]),
        ("--interval", ["2", "2", "100"], ["must be three exact numbers A < A1 < B", "got '2' '2' '100'"]),
        ("--interval", ["0", "2", "-1"], ["must be three exact numbers A < A1 < B", "got '0' '2' '-1'"]),
        ("--weights", ["1"], ["must be followed by W_PLUS W_MINUS", "got '1'"]),
        ("--weights", ["1", "2", "3"], ["must be followed by W_PLUS W_MINUS", "got '1' '2' '3'"]),
        ("--weights", ["0", "1"], ["--weights W_PLUS must be greater than 0", "got '0'"]),
        ("--weights", ["1", "-1/2"], ["--weights W_MINUS must be greater than 0", "got '-1/2'"]),
        ("--weights", ["1", "x"], ["--weights W_MINUS must be an exact number", "'x'"]),
        ("--digits", [], ["must be followed by COUNT", "got nothing"]),
        ("--digits", ["0"], ["must be a whole number from 1 to 1000", "got '0'"]),
        ("--digits", ["1001"], ["must be a whole number from 1 to 1000", "got '1001'"]),
        ("--digits", ["-5"], ["must be a whole number from 1 to 1000", "got '-5'"]),
        ("--digits", ["abc"], ["must be a whole number from 1 to 1000", "got 'abc'"]),
        ("--digits", ["1.5"], ["must be a whole number from 1 to 1000", "got '1.5'"]),
        ("--digits", ["1_0"], ["must be a whole number from 1 to 1000", "got '1_0'"]),
        ("--json", ["yes"], ["must be followed by no value", "got 'yes'"]),
        ("--json=yes", [], ["--json must be followed by no value", "got 'yes'"]),
        ("--bogus", ["1"], ["No such option: --bogus", "see ", "argmax --help"]),
        ("--digit", ["1"], ["No such option: --digit", "--digits"]),
    ],
    ids=ascii,
)
def test_wrong_option_is_refused_in_one_line(name: str, values: list[str] | None, parts: list[str]) -> None:
    line = refused(*words_with({name: values}))
    assert [part for part in [name.partition("=")[0], *parts] if part not in line] == []


def test_scale_of_a_formula_is_refused() -> None:
    line = refused(*words_with({"--sigmoid": ["tanh(u)"], "--scale": ["1"]}))
    assert line.startswith("error: --scale must be left out where --sigmoid is a formula; got '1' with 'tanh(u)'")
    assert answered(*words_with({"--sigmoid": ["tanh(u)"]})) == answered(*words_with({"--sigmoid": ["tanh"]}))


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["argmax", "--help"], ["argmax", "-h"]], ids=" ".join)
def test_help_has_an_example_that_runs(words: list[str]) -> None:
    status, out, err = run(*words)
    assert (status, err) == (0, "")
    example = re.search(r"Example: lossbook ([^\n]+(?:\n {2}\S[^\n]*)*)", out)
    assert example
    assert answered(*shlex.split(example[1])).startswith("theta* = ")


def test_help_names_every_option_and_its_default() -> None:
    out = run("argmax", "--help")[1]
    options = ["--sigmoid", "--interval", "--scale", "--weights", "--digits", "--json"]
    assert [name for name in options if f"\n  {name} " not in out] == []
    assert out.count("[required]") == 2
    assert {"1", "1 1", "15"} == {" ".join(text.split()) for text in re.findall(r"\[default:\s+([^]]+)\]", out)}
