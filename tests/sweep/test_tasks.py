"""Tasks: each once, with an identity that its full configuration gives it and nothing else."""

import hashlib
import json
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossbook.sweep import MEASURES, Design, DesignError
from lossbook.sweep.tasks import Task, Tasks, identity, written

BASE: dict[str, Any] = {"learning_rate": 0.01, "steps": 10, "interval": [0, 2, 10]}


def only(**parts: Any) -> Task:
    """Return the one task of a design."""
    (task,) = Tasks(Design(**parts))
    return task


def name_of(**changes: Any) -> str:
    """Return the identity of the base task with changes."""
    return only(fixed={**BASE, **changes}).identity


def test_stored_identities_never_change() -> None:
    assert only(fixed=BASE).configuration == (
        '{"batch":1,"burn_in":0,"clip":true,"half_life":null,"interval":["0","2","10"],"learning_rate":0.01,'
        '"loss":"linear","measure":"learning","momentum":0.0,"nesterov":false,"replicas":1024,"scale":"1","seed":0,'
        '"sigmoid":"arctan","start":"random","steps":10,"weights":["1","1"]}'
    )
    assert only(fixed=BASE).identity == "fb0ad81f94462ef8203cc6f0b0eb639f"
    assert only(measure="optimum", fixed={"imbalance": 10}).identity == "a51c3e61698f0d7714ac7697cbadd776"
    assert only(measure="fates", fixed={"n": 3}).identity == "bc37c5ba1aad0e871ec18927c56651c6"


def test_identity_is_the_hash_of_the_configuration() -> None:
    task = only(fixed=BASE)
    whole = hashlib.sha256(f"lossbook sweep, task of form 1\n{task.configuration}".encode()).hexdigest()
    assert task.identity == identity(task.configuration) == whole[:32]
    values = json.loads(task.configuration)
    assert written(values.pop("measure"), values) == task.configuration


@pytest.mark.parametrize(
    "changes",
    [
        {"learning_rate": "0.01"},
        {"learning_rate": "1/100"},
        {"learning_rate": Decimal("1e-2")},
        {"learning_rate": Fraction(1, 100)},
        {"interval": (Decimal("0.0"), "2.0", "20/2")},
        {"interval": [-0.0, 2.0, 10.0]},
        {"batch": 1, "momentum": 0, "nesterov": False, "weights": "equal", "sigmoid": " arctan ", "scale": "2/2"},
        {"momentum": -0.0},
        {"steps": Decimal("1e1")},
        {"start": "random", "seed": 0, "clip": True, "loss": "linear", "replicas": 1024},
    ],
    ids=str,
)
def test_same_task_has_the_same_identity_however_it_is_written(changes: dict[str, Any]) -> None:
    assert name_of(**changes) == name_of()


@pytest.mark.parametrize(
    "changes",
    [
        {"learning_rate": 0.010000000000000002},
        {"interval": [0, 2.0000000000000004, 10]},
        {"interval": [1, 3, 11]},
        {"sigmoid": "tanh"},
        {"scale": 2},
        {"loss": "hinge"},
        {"weights": [2, 2]},
        {"weights": "inverse frequency"},
        {"half_life": 1},
        {"batch": 2},
        {"momentum": 0.5},
        {"nesterov": True},
        {"steps": 11},
        {"burn_in": 1},
        {"start": 0},
        {"replicas": 1025},
        {"seed": 1},
        {"clip": False},
    ],
    ids=str,
)
def test_every_setting_is_part_of_the_identity(changes: dict[str, Any]) -> None:
    assert name_of(**changes) != name_of()


def test_measures_tell_tasks_apart() -> None:
    names = {name for name, measure in MEASURES.items() if set(measure.settings) >= {"sigmoid", "outer"}}
    made = {only(measure=name, fixed={"outer": 1, **({"middle": 1} if name == "best pair" else {})}) for name in names}
    assert len({task.identity for task in made}) == len(names) > 1


@settings(max_examples=40)
@given(
    st.lists(st.fractions(min_value=Fraction(1, 40), max_value=9, max_denominator=40), min_size=2, max_size=5),
    st.randoms(use_true_random=False),
)
def test_identity_depends_neither_on_the_order_of_keys_nor_on_the_way_of_the_problem(
    lengths: list[Fraction], chance: random.Random
) -> None:
    ends = [str(sum(lengths[:i], Fraction(0))) for i in range(len(lengths) + 1)]
    ways: list[dict[str, Any]] = [{"interval": ends}, {"lengths": lengths}, {"lengths": list(map(str, lengths))}]
    if len(lengths) == 2:
        unit = [length / sum(lengths) for length in lengths]
        ways = [{"lengths": unit}, {"imbalance": unit[1] / unit[0]}, {"interval": ["0", unit[0], 1]}]
    found = set()
    for way in ways:
        given_values = [*{**BASE, **way, "batch": 4}.items()]
        given_values = [(name, value) for name, value in given_values if name != "interval" or name in way]
        chance.shuffle(given_values)
        cut = chance.randrange(len(given_values))
        fixed, grid = dict(given_values[:cut]), {name: [value] for name, value in given_values[cut:]}
        found.add(only(fixed=fixed, grid=grid).identity)
        found.add(only(entries=[dict(given_values)]).identity)
    assert len(found) == 1
    assert only(fixed={**dict(BASE), "batch": 5}).identity not in found


def test_task_that_comes_up_twice_is_one_task() -> None:
    grid = {"batch": [1, 8, Decimal(1), 1], "half_life": [1, 1.0, "1", 2]}
    tasks = Tasks(Design(fixed=BASE, grid=grid, blocks=[{}, {"fixed": {"momentum": 0.0}}, {"fixed": {"seed": 1}}]))
    found = [json.loads(task.configuration) for task in tasks]
    assert [(one["seed"], one["batch"], one["half_life"]) for one in found] == [
        (seed, batch, life) for seed in (0, 1) for batch in (1, 8) for life in (1.0, 2.0)
    ]
    assert [task.index for task in tasks] == list(range(8))
    assert len({task.identity for task in tasks}) == 8


def test_tasks_are_made_again_one_by_one() -> None:
    tasks = Tasks(Design(fixed=BASE, grid={"batch": [1, 2, 4], "seed": range(5)}))
    assert [tasks[index] for index in range(len(tasks))] == list(tasks)
    assert [tasks.identity(index) for index in (14, 0)] == [tasks[14].identity, tasks[0].identity]
    assert all(identity(task.configuration) == task.identity for task in tasks)


def test_digest_tells_lists_of_tasks_apart() -> None:
    lists = [[1, 2, 3], [1, 2], [3, 2, 1], [1, 2, 4]]
    digests = [Tasks(Design(fixed=BASE, grid={"batch": batches})).digest for batches in lists]
    assert len(set(digests)) == len(lists)
    assert Tasks(Design(title="other", entries=[{**BASE, "batch": i} for i in (1, 2, 3)])).digest == digests[0]


def test_points_are_counted_exactly() -> None:
    fixed = {name: value for name, value in BASE.items() if name != "steps"}
    design = Design(fixed=fixed, grid={"batch": [1, 8, 8], "replicas": [2, 2**40], "steps": [10, 2**40]})
    assert Tasks(design).samples == (1 + 8) * (2 + 2**40) * (10 + 2**40)
    assert Tasks(Design(measure="optimum", grid={"imbalance": [1, 2]})).samples == 0


@pytest.mark.parametrize(("interval", "wide"), [([[0, 1, 2]], False), ([[0, 1, 2], [0, 1, 2, 3]], True)])
def test_places_are_lists_where_a_task_has_several_thresholds(interval: list[list[int]], wide: bool) -> None:
    values = {name: value for name, value in BASE.items() if name != "interval"}
    assert Tasks(Design(fixed=values, grid={"interval": interval})).wide is wide


def test_first_task_that_cannot_be_is_named() -> None:
    fixed, blocks = {**BASE, "burn_in": 9}, [{}, {"fixed": {"steps": 9}}]
    with pytest.raises(DesignError) as caught:
        Tasks(Design(fixed=fixed, grid={"seed": [5, 6]}, blocks=blocks))
    assert str(caught.value) == (
        "fixed.burn_in: burn_in must be a whole number from 0 to 8; got 9 (in the task with seed = 5)"
    )
