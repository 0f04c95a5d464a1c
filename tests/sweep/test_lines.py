"""The line of a value in a TOML file, held against documents that are built together with their lines."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossbook.sweep.errors import Path_
from lossbook.sweep.lines import last_statement, line_of

Statement = tuple[list[str], list[tuple[Path_, int]]]  # lines, and of each value its place and its line among them

SINGLE = [
    "1", "-2.5e-3", "nan", "true", "1979-05-27", '"x"', "'[#'", r'"a\"]#\\"', "[1, [2, 3]]", "[]",
    '{ a = "}", b = [1] }', '""', "''", "'''one'''", '"""a""b"""', '"""""two quotes at both ends"""""',
]  # fmt: skip
SEVERAL = ['"""', "'''"]
CONTENTS = ["", "]", "x = 1", "# no comment", "[table]", "''", '""', "{", "\N{LINE SEPARATOR}a\x85"]
FILLERS = ["", "  ", "# a comment = 1", "\t# [x] ''' \"\"\""]


def array(key: str, elements: list[str], fillers: list[str]) -> Statement:
    """An array over several lines."""
    lines, places = [f"{key} = [ # ]"], [((), 0)]
    for i, element in enumerate(elements):
        lines += fillers
        places.append(((i,), len(lines)))
        lines += (f"  {element}," + "  # ['").split("\n")
    return [*lines, "] # end"], places


@st.composite
def values(draw: st.DrawFn, key: str) -> Statement:
    """A statement that gives a key a value."""
    kind = draw(st.sampled_from(["single", "text", "array", "nested"]))
    if kind == "single":
        return [f"{key} = {draw(st.sampled_from(SINGLE))}"], [((), 0)]
    if kind == "text":
        mark, lines = draw(st.sampled_from(SEVERAL)), draw(st.lists(st.sampled_from(CONTENTS), min_size=1, max_size=4))
        lines = [line for line in lines if mark[0] * 2 not in line] or ["x"]
        # quotes may stand at the end of the text
        end = mark[0] * draw(st.integers(0, 2)) + draw(st.sampled_from(["", ' # "[', " # '["]))
        return [f"{key} = {mark}{lines[0]}", *lines[1:], f"x{mark}{end}"], [((), 0)]
    fillers = draw(st.lists(st.sampled_from(FILLERS), max_size=2))
    elements = st.sampled_from([*SINGLE, '"""\n]\n"""', "'''\nx = 1'''"])
    if kind == "array":
        return array(key, draw(st.lists(elements, max_size=4)), fillers)
    lines, places = array("inner", draw(st.lists(elements, min_size=1, max_size=2)), fillers)
    lines[0], lines[-1] = f"{key} = {{ {lines[0]}", "] }"
    return lines, [((), 0), *((("inner", *place), line) for place, line in places)]


KEYS = [("k{}", ("k{}",)), ("t.u.k{}", ("t", "u", "k{}")), ("'k {}'", ("k {}",)), (r'"k\"{}"."]"', ('k"{}', "]"))]
HEADERS = [(None, ()), ("[t{}]", ("t{}",)), ("[ a.'b c'.t{} ] # [", ("a", "b c", "t{}")), ("[[arr]]", ("arr", "{}"))]


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[Path_, int]]:
    """A document, and the line of each value in it."""
    lines, found, arrays = list(draw(st.lists(st.sampled_from(FILLERS), max_size=2))), dict[Path_, int](), 0
    for table in range(draw(st.integers(1, 4))):
        header, place = HEADERS[0] if not table else draw(st.sampled_from(HEADERS[1:]))
        under: Path_ = tuple(word.format(table) for word in place)
        if header == "[[arr]]":
            under, arrays = ("arr", arrays), arrays + 1
        if header:
            lines.append(header.format(table))
            found[under] = len(lines)
        for number in range(draw(st.integers(0, 3))):
            key, words = draw(st.sampled_from(KEYS))
            statement, places = draw(values(key.format(number)))
            start = (*under, *(word.format(number) for word in words))
            found |= {(*start, *inner): len(lines) + line + 1 for inner, line in places}
            lines += [*statement, *draw(st.lists(st.sampled_from(FILLERS), max_size=2))]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(lines) + draw(st.sampled_from(["", end])), found


@given(documents())
def test_line_is_that_in_which_the_value_was_written(document: tuple[str, dict[Path_, int]]) -> None:
    text, found = document
    assert {place: line_of(text, place) for place in found} == found
    assert {place: line_of("# one more\n" + text, place) - 1 for place in found} == found


@settings(max_examples=30)
@given(documents())
def test_values_that_are_not_there_are_where_their_table_is(document: tuple[str, dict[Path_, int]]) -> None:
    text, found = document
    for place, line in found.items():
        assert line_of(text, (*place, "no such key")) == line_of(text, (*place, 99)) == line
    assert line_of(text, ("no such key",)) == line_of(text, ()) == 1


def test_every_part_of_a_design_is_found() -> None:
    text = (
        'measure = "learning"\n# how\nfixed = { steps = 10,  momentum = 0.5 }\n'
        "grid.batch = [\n  1,\n\n  # few\n  8,\n]\n"
        'grid."half_life" = [1]\n\n[[blocks]]\n[blocks.random.lengths]\nuniform = [1, 2]\n[[blocks]]\n'
        "entries = [\n  { steps = 1 },\n  { steps = 2, batch = 3 },\n]\n"
    )
    lines = {
        ("fixed", "momentum"): 3,
        ("grid",): 4,
        ("grid", "batch"): 4,
        ("grid", "batch", 0): 5,
        ("grid", "batch", 1): 8,
        ("grid", "half_life", 0): 10,
        ("blocks",): 12,
        ("blocks", 0, "random"): 13,
        ("blocks", 0, "random", "lengths", "uniform", 1): 14,
        ("blocks", 1): 15,
        ("blocks", 1, "entries"): 16,
        ("blocks", 1, "entries", 0, "steps"): 17,
        ("blocks", 1, "entries", 1, "batch"): 18,
    }
    assert tomllib.loads(text)
    assert {place: line_of(text, place) for place in lines} == lines


def test_long_list_is_searched_in_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed, loads = [], tomllib.loads

    def count(text: str, **settings: Any) -> Any:
        parsed.append(len(text))
        return loads(text, **settings)

    monkeypatch.setattr(tomllib, "loads", count)
    text = "grid.seed = [\n" + "".join(f"  {i},\n" for i in range(4000)) + "]\n"
    assert line_of(text, ("grid", "seed", 2999)) == 3001
    assert len(parsed) < 20


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("a = 1", 1),
        ("a = 1\n# end\n\n", 1),
        ("a = 1\n\nb = [1,\n2\n", 3),
        ("a = 1\nb = '''x\ny\n", 3),  # the text is not closed: its last line is taken
        ("a = [\n1]\nb = 2\nb = 3", 4),
        ("\n\n  [t\n", 3),
    ],
)
def test_last_statement(text: str, line: int) -> None:
    assert last_statement(text) == line
