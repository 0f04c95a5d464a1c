"""Blocks: all combinations in a known order, each value at its place; what contradicts itself is refused there."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossbook.sweep.blocks import MOST_TASKS, Block, check_filled, is_empty, read_block
from lossbook.sweep.draws import read_law
from lossbook.sweep.errors import DesignError, Path_
from lossbook.sweep.measures import MEASURES

KNOWN = MEASURES["learning"].settings
GRID = {"batch": [1, 8, 64], "imbalance": [1, "1/10"]}
ENTRIES = [{"momentum": 0.5, "nesterov": True}, {"momentum": 0}]
RANDOM = {"draws": 3, "seed": 7, "learning_rate": {"log_uniform": [0.001, 1]}}


def block(own: dict[str, Any], common: dict[str, Any] | None = None) -> Block:
    """Read a block: the whole design, or the first of its blocks beside what all have in common."""
    return read_block([((), own)] if common is None else [((), common), (("blocks", 0), own)], KNOWN)


def all_given(made: Block) -> list[dict[str, Any]]:
    """Return the settings of every task."""
    return [made.given(number, KNOWN) for number in range(made.count)]


def test_tasks_are_all_combinations_draws_first_and_entries_last() -> None:
    law = read_law("learning_rate", RANDOM["learning_rate"])
    made = block({"fixed": {"steps": 9}, "grid": GRID, "entries": ENTRIES, "random": RANDOM})
    wanted = [
        {"steps": 9, **entry, "batch": batch, "imbalance": imbalance, "learning_rate": float(law(7, draw))}
        for entry, batch, imbalance, draw in product(
            [{"momentum": 0.5, "nesterov": True}, {"momentum": 0.0}], [1, 8, 64], ["1", "1/10"], range(3)
        )
    ]
    assert made.count == len(wanted) == 36
    assert all_given(made) == wanted
    assert [made.varied(number, KNOWN) for number in range(36)] == [
        {name: value for name, value in one.items() if name != "steps"} for one in wanted
    ]


@given(st.lists(st.integers(1, 4), max_size=4), st.integers(1, 3), st.integers(1, 3))
def test_every_number_has_a_position_of_its_own(sizes: list[int], entries: int, draws: int) -> None:
    axes = {str(i): list(range(size)) for i, size in enumerate(sizes)}
    made = Block({}, axes, [{}] * entries, {}, draws, 0, {"": ()})
    positions = [made.position(number) for number in range(made.count)]
    found = [(at.entry, *(at.axes[name] for name in axes), at.draw) for at in positions]
    assert found == list(product(range(entries), *map(range, sizes), range(draws)))


def test_nothing_is_one_task() -> None:
    assert all_given(block({})) == [{}]
    assert block({"random": {}}).draws == 1


def test_all_points_of_the_grid_have_the_same_draws() -> None:
    made = all_given(block({"grid": {"batch": [1, 8]}, "random": RANDOM}))
    rates = [one["learning_rate"] for one in made]
    assert rates[:3] == rates[3:]
    assert len(set(rates)) == 3


@pytest.mark.parametrize(
    "further",
    [
        {"fixed": {"steps": 1}},
        {"grid": {"seed": [1, 2]}},
        {"entries": ENTRIES},
        {"random": {**RANDOM, "draws": 5}},
        {"random": {**RANDOM, "momentum": {"uniform": [0, 0.5]}}},
        {"random": {"momentum": {"uniform": [0, 0.5]}, **RANDOM}},
    ],
    ids=lambda further: "-".join(f"{part}-{'-'.join(map(str, names))}" for part, names in further.items())[:40],
)
def test_further_settings_and_draws_change_no_draw(further: dict[str, Any]) -> None:
    first = all_given(block({"random": RANDOM}))
    more = all_given(block({"random": RANDOM, **further}))
    rates = list(dict.fromkeys(one["learning_rate"] for one in more))
    assert rates[:3] == [one["learning_rate"] for one in first]
    assert rates[:3] != [one["learning_rate"] for one in all_given(block({"random": {**RANDOM, "seed": 8}}))]


def test_lists_ranges_and_arrays_make_the_same_axis() -> None:
    ways = [[1, 2, 3], (1, 2, 3), range(1, 4), np.arange(1, 4), {"linear": [1, 3, 3]}]
    assert [block({"grid": {"batch": way}}).axes["batch"] for way in ways] == [[1, 2, 3]] * len(ways)
    lengths = block({"grid": {"lengths": np.array([[1, 2], [3, 4]])}})
    assert lengths.axes["lengths"] == [["1", "2"], ["3", "4"]]


def test_block_replaces_what_is_fixed_for_all() -> None:
    common = {"fixed": {"steps": 9, "batch": 2, "momentum": 0.5, "seed": 3}}
    own = {
        "fixed": {"steps": 10},
        "grid": {"batch": [4]},
        "entries": [{"momentum": 0.0}, {"clip": False}],
        "random": {"draws": 1, "seed": {"integers": [5, 5]}},
    }
    assert all_given(block(own, common)) == [
        {"steps": 10, "batch": 4, "momentum": 0.0, "seed": 5},
        {"steps": 10, "batch": 4, "momentum": 0.5, "clip": False, "seed": 5},  # where the entry says nothing
    ]
    assert all_given(block({}, common)) == [{"steps": 9, "batch": 2, "momentum": 0.5, "seed": 3}]


def test_numbers_of_the_draws_may_stand_in_the_whole_design() -> None:
    law = {"momentum": {"uniform": [0, 0.5]}}
    together = all_given(block({"random": {"draws": 4, "seed": 5, **law}}))
    assert all_given(block({"random": law}, {"random": {"draws": 4, "seed": 5}})) == together
    assert all_given(block({"random": {"draws": 2}}, {"random": {"draws": 4, "seed": 5, **law}})) == together[:2]
    assert block({"grid": {"seed": [1]}}, {"random": {"draws": 4, "seed": 5}}).count == 1


@pytest.mark.parametrize(
    ("name", "number", "place"),
    [
        ("steps", 0, ("fixed", "steps")),
        ("seed", 5, ("blocks", 0, "fixed", "seed")),
        ("batch", 0, ("blocks", 0, "grid", "batch", 0)),
        ("batch", 5, ("blocks", 0, "grid", "batch", 2)),
        ("batch", 6, ("blocks", 0, "grid", "batch", 0)),
        ("momentum", 5, ("blocks", 0, "entries", 0, "momentum")),
        ("momentum", 6, ("blocks", 0, "entries", 1, "momentum")),
        ("half_life", 3, ("blocks", 0, "random", "half_life")),
        ("clip", 0, ("blocks", 0)),
    ],
    ids=str,
)
def test_place_of_a_setting(name: str, number: int, place: Path_) -> None:
    own = {
        "fixed": {"seed": 1},
        "grid": {"batch": [1, 8, 64]},
        "entries": ENTRIES,
        "random": {"draws": 2, "half_life": {"uniform": [1, 2]}},
    }
    assert block(own, {"fixed": {"steps": 9, "seed": 0}}).place_of(name, number) == place


LAW = {"uniform": [0, "1/2"]}


@pytest.mark.parametrize(
    ("own", "common", "message"),
    [
        ({"fixed": 1}, None, "fixed: fixed must be a table; got 1"),
        ({"fixed": {"stpes": 1}}, None, "fixed.stpes: unknown setting 'stpes': this measure takes sigmoid"),
        ({"fixed": {"digits": 1}}, None, "fixed.digits: unknown setting 'digits': this measure takes"),
        ({"fixed": {1: 1}}, None, "fixed[1]: unknown setting 1: this measure takes"),
        ({"fixed": {"batch": True}}, None, "fixed.batch: batch must be a whole number; got True"),
        ({"grid": [1]}, None, "grid: grid must be a table; got [1]"),
        ({"grid": {"batch": []}}, None, "grid.batch: batch must be a list of at least one value, and at most 10,0"),
        ({"grid": {"batch": 8}}, None, "grid.batch: batch must be a list of at least one value"),
        ({"grid": {"sigmoid": "arctan"}}, None, "grid.sigmoid: sigmoid must be a list of at least one value"),
        ({"grid": {"batch": {1, 2}}}, None, "grid.batch: batch must be a list of at least one value"),
        ({"grid": {"batch": b"\x01"}}, None, "grid.batch: batch must be a list of at least one value"),
        ({"grid": {"seed": range(10**12)}}, None, "grid.seed: seed must be a list of at least one value, and at most"),
        ({"grid": {"batch": [1, 0]}}, None, "grid.batch[1]: batch must be a whole number from 1 to 65536; got 0"),
        ({"grid": {"batch": {"linear": [1, 2, 3]}}}, None, "grid.batch[1]: batch must be a whole number; got 1.5"),
        ({"grid": {"batch": {"linaer": [1, 2, 3]}}}, None, "grid.batch: batch must be a list, or a table with one of"),
        ({"grid": {"stpes": 1}}, None, "grid.stpes: unknown setting 'stpes'"),
        ({"entries": {"batch": 1}}, None, "entries: entries must be a list of tables; got {'batch': 1}"),
        ({"entries": "batch"}, None, "entries: entries must be a list of tables; got 'batch'"),
        ({"entries": [1]}, None, "entries[0]: an entry must be a table; got 1"),
        ({"entries": [{"batch": 1}, {}]}, None, "entries[1]: an entry must name at least one setting; got {}"),
        ({"entries": [{"batch": 1}, {"batch": 0}]}, None, "entries[1].batch: batch must be a whole number from 1"),
        ({"random": 3}, None, "random: random must be a table; got 3"),
        ({"random": {"draws": 3}}, None, "random: random must say of at least one setting how it is drawn"),
        ({"random": {"seed": 3}}, {"fixed": {"batch": 1}}, "blocks[0].random: random must say of at least one setting"),
        ({"random": {"momentum": LAW}}, None, "random: draws must be given: how many times the settings are drawn"),
        ({"random": {"draws": 0, "momentum": LAW}}, None, "random.draws: draws must be a whole number from 1 to 1"),
        ({"random": {"draws": 1, "seed": -1}}, None, "random.seed: seed must be a whole number from 0 to"),
        ({"random": {"draws": 1, "seed": "a"}}, None, "random.seed: seed must be a whole number; got 'a'"),
        ({"random": {"draws": 1, "momentum": 0.5}}, None, "random.momentum: momentum must be a table with one of"),
        ({"random": {"draws": 1, "momentun": LAW}}, None, "random.momentun: unknown setting 'momentun'"),
        ({"random": {"draws": {"uniform": [0, 1]}}}, None, "random.draws: unknown setting 'draws'"),
        (
            {"random": {"draws": 1, "sigmoid": {"choice": ["arctan"] * 9 + [3]}}},
            None,
            "random.sigmoid.choice[9]: sigmoid must be text; got 3",
        ),
        (
            {"entries": [{"batch": 1}]},
            {"entries": [{"momentum": 0}]},
            "blocks[0].entries: entries must stand in the whole design or in its blocks; they stand in both",
        ),
    ],
    ids=lambda value: ascii(value)[:50],
)
def test_wrong_part_is_refused_at_its_place(own: dict[str, Any], common: Any, message: str) -> None:
    with pytest.raises(DesignError) as caught:
        block(own, common)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("own", "common", "place", "there"),
    [
        ({"fixed": {"batch": 1}, "grid": {"batch": [1]}}, None, "grid.batch", "fixed.batch"),
        ({"grid": {"batch": [1]}, "entries": [{"batch": 1}]}, None, "entries", "grid.batch"),
        (
            {"entries": [{"batch": 1}], "random": {"draws": 1, "batch": {"integers": [1, 2]}}},
            None,
            "random.batch",
            "entries",
        ),
        ({"grid": {"batch": [1]}}, {"grid": {"batch": [2]}}, "blocks[0].grid.batch", "grid.batch"),
        ({"fixed": {"batch": 1}}, {"grid": {"batch": [2]}}, "blocks[0].fixed.batch", "grid.batch"),
    ],
)
def test_setting_stands_once(own: dict[str, Any], common: Any, place: str, there: str) -> None:
    with pytest.raises(DesignError) as caught:
        block(own, common)
    assert str(caught.value) == f"{place}: 'batch' must be given once; it stands in {there} too"


def test_law_that_gives_a_wrong_value_is_refused_at_the_draw() -> None:
    made = block({"random": {"draws": 2, "momentum": {"uniform": [0, 0.5], "count": 2}}})
    with pytest.raises(DesignError, match=r"momentum must be a real number; got \[0\.\d+, 0\.\d+\]"):
        made.given(1, KNOWN)


def test_huge_grids_are_counted_without_making_them() -> None:
    assert block({"grid": {name: range(2, 1000) for name in ("seed", "batch", "steps", "replicas")}}).count == 998**4
    assert MOST_TASKS < 998**4


@pytest.mark.parametrize("part", [{}, [], (), np.array([])], ids=repr)
def test_part_that_holds_nothing_is_empty(part: Any) -> None:
    assert is_empty(part)
    with pytest.raises(DesignError, match=r"^blocks\[1\]\.grid: grid must not be empty: leave it out, or fill it$"):
        check_filled({"grid": part}, ("blocks", 1))


@pytest.mark.parametrize("part", [{"a": 1}, [0], "", 0, None, False], ids=repr)
def test_other_part_is_not_empty(part: Any) -> None:
    assert not is_empty(part)
    check_filled({"grid": part}, ())
