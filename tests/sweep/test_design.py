"""Designs: files and objects make the same tasks; what is wrong is refused with file, line and what is wanted."""

import contextlib
import copy
import json
import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from lossbook.sweep import Design, DesignError
from lossbook.sweep.errors import Path_
from lossbook.sweep.tasks import Tasks

GOOD = "fixed = { learning_rate = 0.01, steps = 10, imbalance = 2 }\n"
OPEN = "fixed = { learning_rate = 0.01, steps = 10 }\n"  # without a problem
TOML = """\
title = "All parts"   # of a design
measure = 'learning'

fixed.steps = 100
fixed.learning_rate = 1e-2

[grid]
"batch" = [
  1, # one point
  8,
]
lengths = [[1, 9], [1.0, "9.0", 2]]

[[blocks]]
entries = [{ momentum = 0.5 }, { momentum = 0.9, nesterov = true }]
[[blocks]]
[blocks.random]
draws = 3
seed = 5
half_life = { log_uniform = [10, 100], digits = 3 }
"""
PARTS: dict[str, Any] = {
    "title": "All parts",
    "fixed": {"learning_rate": Decimal("0.01"), "steps": 100},
    "grid": {"batch": (1, 8), "lengths": [[1, Fraction(9)], [1, 9, "2"]]},
    "blocks": [
        {"entries": [{"momentum": 0.5}, {"nesterov": np.True_, "momentum": Decimal("0.9")}]},
        {"random": {"seed": 5, "draws": 3, "half_life": {"digits": 3, "log_uniform": [10, 100]}}},
    ],
}


def tasks_of(design: Design) -> list[dict[str, Any]]:
    """Return the settings of every task."""
    return [design.configuration(number) for number in range(len(design))]


def refused(text: str) -> str:
    """Return the one line about a wrong design in a file."""
    with pytest.raises(DesignError) as caught:
        Tasks(Design.parse(text, "d.toml"))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_file_and_object_make_the_same_tasks() -> None:
    made = tasks_of(Design.parse(TOML))
    assert made == tasks_of(Design(**PARTS))
    assert len(made) == 4 * 2 + 4 * 3
    assert made[0]["momentum"] == 0.5
    assert made[0]["interval"] == ["0", "1", "10"]
    assert [one["half_life"] for one in made[:8]] == [None] * 8
    assert len({one["half_life"] for one in made[8:]}) == 3


def test_decimal_numbers_are_taken_as_they_are_written() -> None:
    from_file = Design.parse(f"{OPEN}grid.lengths = [[0.1, 1]]").configuration(0)
    assert from_file["interval"] == ["0", "1/10", "11/10"]
    in_python = Design(fixed={"learning_rate": 0.01, "steps": 10}, grid={"lengths": [[0.1, 1]]}).configuration(0)
    assert in_python["interval"][1] == str(Fraction(0.1))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_file_may_come_from_any_system(end: str, mark: str, tmp_path: Path) -> None:
    path = tmp_path / "design.toml"
    path.write_bytes((mark + TOML.replace("\n", end)).encode())
    assert (
        tasks_of(Design.read(path))
        == tasks_of(Design.parse(mark + TOML.replace("\n", end)))
        == tasks_of(Design(**PARTS))
    )
    path.write_bytes((mark + TOML.replace("8,", "0,").replace("\n", end)).encode())
    with pytest.raises(DesignError, match=rf"^{re.escape(str(path))}:10: grid\.batch\[1\]: batch must be a whole"):
        Design.read(str(path))


@pytest.mark.parametrize(
    "parts",
    [
        PARTS,
        {"fixed": {"n": 3}, "measure": "fates", "grid": {"learning_rate": np.array([0.1, 1 / 3]), "seed": range(3)}},
        {"measure": "optimum", "grid": {"scale": [np.float64(0.1), 0.1, Decimal("0.10"), "1/10", sympy.Rational(1, 7)]},
         "fixed": {"imbalance": np.int64(3), "digits": np.int8(5), "weights": (Decimal("1.5"), sympy.Float(0.3))}},
        {"fixed": {"learning_rate": "1/3", "steps": 10, "imbalance": Decimal("1e2"), "start": Decimal("0.3")},
         "grid": {"momentum": {"linear": [0, "0.9", 4], "digits": 2}}},
    ],
    ids=["all", "arrays", "numbers", "range"],
)  # fmt: skip
def test_design_can_be_made_again_from_what_is_stored_of_it(parts: dict[str, Any]) -> None:
    design = Design(**parts)
    again = Design(**json.loads(json.dumps(design.parts)))
    assert Tasks(again).digest == Tasks(design).digest
    assert again.parts == design.parts
    other = json.loads(json.dumps(design.parts))
    other.setdefault("fixed", {})["weights" if parts.get("measure") == "optimum" else "replicas"] = (
        [1, 7] if parts.get("measure") == "optimum" else 7
    )
    assert Tasks(Design(**other)).digest != Tasks(design).digest


def test_what_is_left_out_is_not_stored() -> None:
    assert Design.parse(f"title = ''\n{GOOD}").parts == {
        "measure": "learning",
        "fixed": {"learning_rate": "0.01", "steps": 10, "imbalance": 2},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "d.toml:1: interval, lengths or imbalance must be given: the problem that is learned"),
        ("# nothing\n\n", "d.toml:1: interval, lengths or imbalance must be given"),
        (OPEN, "d.toml:1: interval, lengths or imbalance must be given"),
        ("\nfixed.imbalance = 1", "d.toml:1: learning_rate must be given: gamma"),
        ("measure = 'fates'", "d.toml:1: n must be given: true thresholds"),
        (f"{GOOD}title = 3", "d.toml:2: title: title must be text; got 3"),
        (f"{GOOD}measure = 'learn'", "d.toml:2: measure: measure must be one of learning, optimum, "),
        (f"{GOOD}measure = ['learning']", "d.toml:2: measure: measure must be one of learning, optimum, "),
        (f"{GOOD}mesure = 'learning'", "d.toml:2: mesure: unknown key 'mesure': a design has title, measure, fixed"),
        (f'{GOOD}"a\\nb" = 1', "d.toml:2: \"a\\nb\": unknown key 'a\\nb': a design has"),
        (f"{GOOD}source = 'x'", "d.toml:2: source: unknown key 'source'"),
        (f"{GOOD}text = 'x'", "d.toml:2: text: unknown key 'text'"),
        (f"{GOOD}\n[grid]\n", "d.toml:3: grid: grid must not be empty: leave it out, or fill it"),
        (f"{GOOD}grid.batch = []", "d.toml:2: grid.batch: batch must be a list of at least one value"),
        (f"{GOOD}entries = []", "d.toml:2: entries: entries must not be empty"),
        (f"{GOOD}entries = [{{}}]", "d.toml:2: entries[0]: an entry must name at least one setting; got {}"),
        (f"{GOOD}blocks = []", "d.toml:2: blocks: blocks must not be empty"),
        (f"{GOOD}blocks = 3", "d.toml:2: blocks: blocks must be a list of tables; got 3"),
        (f"{GOOD}[blocks]\nfixed = {{}}", "d.toml:2: blocks: blocks must be a list of tables; got {'fixed': {}}"),
        (f"{GOOD}blocks = [1]", "d.toml:2: blocks[0]: a block must be a table; got 1"),
        (
            f"{GOOD}[[blocks]]\ngird.batch = [1]",
            "d.toml:3: blocks[0].gird: unknown key 'gird': a block has fixed, grid",
        ),
        (f"{GOOD}[[blocks]]\ntitle = ''", "d.toml:3: blocks[0].title: unknown key 'title': a block has"),
        (f"{GOOD}[[blocks]]\n[[blocks]]\n\ngrid = {{}}", "d.toml:5: blocks[1].grid: grid must not be empty"),
        (f"{GOOD}[[blocks]]\n[[blocks]]\ngrid.batch = [\n1,\n0]", "d.toml:6: blocks[1].grid.batch[1]: batch must be"),
        (f"{GOOD}random = {{ seed = 3 }}\n[[blocks]]", "d.toml:2: random: random must say of at least one setting"),
    ],
    ids=lambda value: ascii(value)[:45],
)
def test_wrong_design_is_refused_with_line_and_place(text: str, message: str) -> None:
    assert refused(text).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = ", "d.toml:1: it must be a TOML file: Invalid value"),
        (f"{GOOD}fixed.batch = 1", "d.toml:2: it must be a TOML file: "),
        (f"{GOOD}grid.batch = [1]\n\ngrid.batch = [2]", "d.toml:4: it must be a TOML file: Cannot overwrite a value"),
        (f"{GOOD}grid.batch = [1,\n2\n", "d.toml:2: it must be a TOML file: Unclosed array"),
        (f"{GOOD}\n[grid]\nbatch = 1 2\n", "d.toml:4: it must be a TOML file: Expected newline or end of document"),
        (f"{GOOD}grid.seed = [\n{'1' * 5000}]", "d.toml:3: it must be a TOML file: a number is too long to be read"),
        (f"{GOOD}grid.scale = [1e{'9' * 25}]", "d.toml:2: it must be a TOML file: a number is too long to be read"),
        (f"a = {'[' * 100_000}", "d.toml: it must be a TOML file: its lists are too deep to be read"),
        ("[grid]\nbatch = 08", "d.toml:2: it must be a TOML file: "),
    ],
    ids=lambda value: ascii(value)[:45],
)
def test_what_is_no_toml_is_refused_with_its_line(text: str, message: str) -> None:
    assert refused(text).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{GOOD}grid.momentum = [0.5,\n nan]", "d.toml:3: grid.momentum[1]: momentum must be finite; got NaN"),
        (f"{GOOD}grid.momentum = [-inf]", "d.toml:2: grid.momentum[0]: momentum must be finite; got -Infinity"),
        (f"{GOOD}grid.momentum = [0.5, 1.0]", "momentum[1]: momentum must be at least 0 and below 1; got 1.0"),
        (f"{GOOD}grid.scale = [1e-99999999]", "scale[0]: scale must be 0 or of a size between 1e-300 and 1e300"),
        (f"{GOOD}grid.scale = [1979-05-27]", "scale[0]: scale must be an exact number; got datetime.date"),
        (f"{GOOD}grid.half_life = [-0.0]", "half_life[0]: half_life must be greater than 0; got -0.0"),
        (f"{GOOD}grid.batch = [1, true]", "batch[1]: batch must be a whole number; got True"),
        (f"{GOOD}grid.batch = [[1]]", "batch[0]: batch must be a whole number; got [1]"),
        (f"{GOOD}grid.seed = [0, 1{'0' * 30}]", "seed[1]: seed must be a whole number from 0 to 9223372036854775807"),
        (f"{GOOD}grid.replicas = [2, 1]", "replicas[1]: replicas must be a whole number from 2 to"),
        (f"{GOOD}grid.loss = [3]", "loss[0]: loss must be text; got 3"),
        ("measure = 'optimum'\n\n[fixed]\nsteps = 3", "d.toml:4: fixed.steps: unknown setting 'steps': this measure"),
        ("measure = 'births'\nfixed = { outer = 1, loss = 'linear' }", "fixed.loss: unknown setting 'loss'"),
    ],
    ids=lambda value: ascii(value)[:45],
)
def test_wrong_value_is_refused_where_it_stands(text: str, message: str) -> None:
    assert message in refused(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"{GOOD}grid.burn_in = [0,\n9,\n10]",
            "d.toml:4: grid.burn_in[2]: burn_in must be a whole number from 0 to 9; ",
        ),
        (
            "fixed = { learning_rate = 0.01, imbalance = 1, burn_in = 60 }\ngrid.steps = [100, 50]",
            "d.toml:1: fixed.burn_in: burn_in must be a whole number from 0 to 49; got 60 (in the task with"
            " steps = 50)",
        ),
        (
            f"{GOOD}entries = [\n {{ burn_in = 5 }},\n {{ burn_in = 10, batch = 2 }} ]",
            "d.toml:4: entries[1].burn_in: burn_in must be a whole number from 0 to 9; got 10 (in the task with burn_in"
            " = 10, batch = 2)",
        ),
        (
            f"{GOOD}grid.start = [0.5,\n7]",
            "d.toml:3: grid.start[1]: start must lie in [0, 1] while clip is True; got 7.0",
        ),
        (
            f"{GOOD}grid.start = [[0.1, 0.2]]",
            "start[0]: start must be a number, or one for each of 1 thresholds; got 2",
        ),
        (f"{GOOD}grid.sigmoid = ['arctan', 'arctn']", "sigmoid[1]: sigmoid must be one of arctan, algebraic, softsign"),
        (f"{GOOD}grid.sigmoid = ['arctan',\n'u**3']", "d.toml:3: grid.sigmoid[1]: sigmoid must be an odd sigmoid; got"),
        (f"{GOOD}grid.sigmoid = ['']", "grid.sigmoid[0]: sigmoid must be one of"),
        (
            f"{GOOD}grid.sigmoid = ['tanh(u)']\ngrid.scale = [2]",
            "d.toml:3: grid.scale[0]: scale must be left out where",
        ),
        (f"{GOOD}grid.loss = ['linear', 'hnge']", "d.toml:2: grid.loss[1]: loss must be one of linear, hinge, "),
        (f"{GOOD}grid.loss = ['hinge:margin=0']", "grid.loss[0]: loss hinge: margin must be greater than 0; got '0'"),
        (f"{GOOD}grid.loss = ['hinge:gamma=2']", "grid.loss[0]: loss hinge takes 'margin', written key=value; got"),
        (
            f"{OPEN}grid.weights = ['calibrated']\ngrid.lengths = [[1, 2], [1, 2, 3]]",
            "d.toml:2: grid.weights[0]: weights must be a pair here; 'calibrated' cannot be computed: problem must have"
            " one threshold; got 2: (1, 3) (in the task with weights = calibrated, lengths = ['1', '2', '3'])",
        ),
        (f"{OPEN}fixed.lengths = 1".replace("steps = 10 }\nfixed.lengths", "lengths"), "it must be a TOML file"),
        (f"{OPEN}grid.lengths = [{[1] * 18}]", "grid.lengths[0]: lengths must have at most 16 thresholds; got 17"),
        (f"{OPEN}grid.interval = [[0, 1, 3e6]]", "grid.interval[0]: interval must have intervals of at least 1e-06 of"),
        (
            f"{GOOD}grid.scale = [\n1,\n1e-6]",
            "d.toml:1: fixed.imbalance: imbalance must be at most 262144 units of the",
        ),
        (
            f"{GOOD}fixed.x = 1".replace("}\nfixed.x = 1", ", lengths = [1, 2] }"),
            "fixed.imbalance: imbalance must be left",
        ),
        (
            "measure = 'optimum'\ngrid.lengths = [[1, 2],\n[1, 2, 3]]",
            "d.toml:3: grid.lengths[1]: lengths must have one threshold for this measure; got 2",
        ),
        (
            f"{GOOD}random = {{ draws = 30, momentum = {{ uniform = [0.5, 1.5] }} }}",
            "d.toml:2: random.momentum: momentum must be at least 0 and below 1; got 1.",
        ),
        (
            f"{GOOD}random = {{ draws = 1, momentum = {{ uniform = [0, 0.5], count = 2 }} }}",
            "d.toml:2: random.momentum: momentum must be a real number; got [0.",
        ),
        (
            f"{GOOD}random = {{ draws = 1, batch = {{ uniform = [1, 8] }} }}",
            "d.toml:2: random.batch: batch must be a whole number; got ",
        ),
        (
            "measure = 'fates'\nfixed.n = 3\ngrid.scale = ['1',\n'1/100000']",
            "d.toml:1: interval must be at most 262144 units of the sigmoid long; got 1.6e+06 (in the task with scale",
        ),
    ],
    ids=lambda value: ascii(value)[:45],
)
def test_settings_that_do_not_go_together_are_refused_in_the_first_such_task(text: str, message: str) -> None:
    assert message in refused(text)


def test_one_wrong_task_in_a_large_grid_is_found() -> None:
    text = "fixed.learning_rate = 0.01\nfixed.imbalance = 3\n[grid]\nseed = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
    text += "steps = [100, 50, 20]\nburn_in = [\n  0,\n  10,\n  20,\n]\n"
    assert refused(text) == (
        "d.toml:9: grid.burn_in[2]: burn_in must be a whole number from 0 to 19; got 20"
        " (in the task with seed = 0, steps = 20, burn_in = 20)"
    )
    assert len(Tasks(Design.parse(text.replace("  20,\n]", "  19,\n]")))) == 90


def test_object_is_refused_without_a_file() -> None:
    with pytest.raises(DesignError, match=r"^grid\.batch\[1\]: batch must be a whole number from 1 to 65536; got 0$"):
        Design(fixed={"learning_rate": 0.01, "steps": 10, "imbalance": 2}, grid={"batch": [1, 0]})
    for wrong in ({"blocks": "x"}, {"blocks": None}, {"grid": None}, {"measure": None}, {"title": None}):
        with pytest.raises(DesignError, match=f"^{next(iter(wrong))}: "):
            Design(**wrong)
    with pytest.raises(DesignError, match=r"^title: title must be text that can be written in UTF-8"):
        Design(title="\udc80")


def test_too_many_tasks_are_refused_before_one_is_made() -> None:
    line = refused(f"{GOOD}grid = {{ seed = {{ linear = [0, 9999, 10000] }}, batch = {{ linear = [1, 1001, 1001] }} }}")
    assert line == "d.toml:1: a design must make at most 10,000,000 tasks; got 10,010,000: divide it"
    axes = {name: range(1, 10**4 + 1) for name in ("seed", "steps", "burn_in")}
    with pytest.raises(DesignError, match=r"got 1,000,000,000,000,000,000,000: divide it"):
        Design(grid={**axes, "imbalance": range(1, 10**4 + 1), "half_life": range(1, 10**5 + 1)})


@pytest.mark.parametrize("kind", ["none", "folder", "bytes", "utf-16"])
def test_what_is_no_file_of_text_is_refused_by_its_path(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "design.toml"
    if kind == "folder":
        path.mkdir()
    elif kind != "none":
        path.write_bytes(b"\xff\x00\x80" if kind == "bytes" else GOOD.encode("utf-16"))
    with pytest.raises(DesignError, match=rf"^{re.escape(str(path))}: the design must be a TOML file[ ;]"):
        Design.read(path)
    if kind not in ("none", "folder"):
        path.write_text(GOOD, "utf-8")
        assert len(Design.read(path)) == 1


PLACES: list[Path_] = [
    ("title",), ("measure",), ("fixed",), ("fixed", "steps"), ("fixed", "learning_rate"), ("fixed", "burn_in"),
    ("fixed", "loss"), ("grid",), ("grid", "batch"), ("grid", "batch", 0), ("grid", "lengths", 1), ("grid", "sigmoid"),
    ("grid", "lengths", 0, 1), ("blocks",), ("blocks", 0), ("blocks", 0, "entries"), ("blocks", 0, "entries", 1),
    ("blocks", 0, "entries", 0, "momentum"), ("blocks", 1, "random"), ("blocks", 1, "random", "draws"),
    ("blocks", 1, "random", "half_life"), ("blocks", 1, "random", "half_life", "log_uniform", 1),
]  # fmt: skip
NONSENSE = [
    None, True, 0, 1, -1, 2.5, -0.0, math.nan, math.inf, 10**30, "", "x", "random", "1/2", "1/0", b"x", "\ud800", [],
    {}, [1], [1, 2], [[1, 2], [1, 2]], (), set(), range(3), {"uniform": [0, 1]}, {"choice": [1]}, {"linear": [1, 3, 3]},
    {"draws": 2}, {1: 2}, Decimal("NaN"), Decimal("1e999999"), date(2000, 1, 1), object(), lambda: None,
]  # fmt: skip


def tasks_or_line(make: Callable[[], Design]) -> Tasks | str:
    """Return the tasks of a design, or the line about what is wrong with it; no other error is let through."""
    try:
        return Tasks(make())
    except DesignError as error:
        return str(error)


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(NONSENSE)), min_size=1, max_size=2))
def test_nonsense_is_refused_in_one_line_or_makes_tasks(changes: list[tuple[Path_, Any]]) -> None:
    parts: Any = copy.deepcopy(PARTS)
    for (*way, last), value in changes:
        inner = parts
        with contextlib.suppress(KeyError, IndexError, TypeError):  # what was there is nonsense already
            for key in way:
                inner = inner[key]
            inner[last] = value
    made = tasks_or_line(lambda: Design(**parts))
    if isinstance(made, str):
        assert re.fullmatch(".+", made)
    else:
        assert Tasks(Design(**json.loads(json.dumps(made.design.parts)))).digest == made.digest


@given(st.integers(0, len(TOML)), st.integers(0, 20), st.text("[]{}=#\"'.,\n\r\\ e0n\u2028é", max_size=4))
def test_any_change_of_a_file_is_refused_in_one_line_or_makes_tasks(start: int, count: int, text: str) -> None:
    made = tasks_or_line(lambda: Design.parse(TOML[:start] + text + TOML[start + count :], "d.toml"))
    assert re.fullmatch(r"d\.toml:\d+: .+", made) if isinstance(made, str) else len(made)


def test_numbers_of_tasks_run_through_the_blocks() -> None:
    design = Design(
        fixed={"learning_rate": 1, "steps": 1, "imbalance": 1},
        blocks=[{"grid": {"seed": range(3)}}, {}, {"grid": {"seed": [7, 8]}}],
    )
    assert [one["seed"] for one in tasks_of(design)] == [0, 1, 2, 0, 7, 8]
    with pytest.raises(IndexError):
        design.configuration(6)
