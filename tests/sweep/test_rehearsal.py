"""The rehearsed run against the closed form, where both hold; and no task is lost or done twice, whatever happens."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossbook.sweep import rehearsal
from lossbook.sweep.batches import Rules
from lossbook.sweep.rehearsal import rehearse
from lossbook.sweep.scale import Cores, Costs, Estimate, Work, estimate

PLAIN = Costs(1e9)


def both(costs: Costs, work: Work, cores: Cores) -> tuple[Estimate, rehearsal.Rehearsal]:
    """Estimate a run, and play it out."""
    return estimate(costs, work, cores), rehearse(costs, work, cores)


@pytest.mark.parametrize("tasks", [1, 24, 25, 26, 101, 1000])
def test_long_tasks_take_as_many_rounds_as_were_counted(tasks: int) -> None:
    form, run = both(PLAIN, Work(tasks, 60e9), Cores(25))
    assert run.wall == pytest.approx(form.wall, rel=1e-12)
    assert run.shares["cores"] == pytest.approx(form.utilisation)


@pytest.mark.parametrize("cores", [1, 7, 200])
def test_short_tasks_take_what_was_counted_but_for_the_last_batches(cores: int) -> None:
    form, run = both(PLAIN, Work(20_000, 3e7), Cores(cores))
    assert form.wall == pytest.approx(run.wall, abs=2 * form.batch * 0.03)


@pytest.mark.parametrize(
    ("costs", "limit", "off"),
    [
        ({"schedule": 0.1}, "scheduler", 0.05),
        ({"send": 0.1}, "driver", 0.05),
        ({"row": 0.1}, "driver", 0.05),
        ({"row_bytes": 1e7}, "disk", 0.2),  # it is written in parts, the last of which nothing else waits for
    ],
    ids=["schedule", "send", "row", "disk"],
)
def test_a_process_that_there_is_once_limits_both_alike(costs: dict[str, Any], limit: str, off: float) -> None:
    form, run = both(Costs(1e9, **costs), Work(2000, 2e9), Cores(100))
    assert run.limit == limit
    assert run.wall == pytest.approx(form.wall, rel=off)
    assert run.wall > 3 * rehearse(PLAIN, Work(2000, 2e9), Cores(100)).wall  # the control: without that cost


@pytest.mark.parametrize(("life", "restart"), [(2000, 0), (300, 0), (300, 60)])
def test_losses_cost_both_alike(life: float, restart: float) -> None:
    work, cores = Work(8000, 60e9), Cores(40, life=life, restart=restart)
    form, run = both(PLAIN, work, cores)
    assert run.done == work.tasks
    assert run.losses > 100
    assert run.wall == pytest.approx(form.wall, rel=0.03)
    if life < 1000:
        assert form.wall > 1.1 * estimate(PLAIN, work, Cores(40)).wall  # the control: without losses


def test_lost_seconds_are_those_of_lives_that_were_too_short() -> None:
    run = rehearse(PLAIN, Work(8000, 60e9), Cores(40, life=300))
    assert run.lost / run.losses == pytest.approx(300 - 60 / math.expm1(60 / 300), rel=0.05)
    assert run.lost / run.losses != pytest.approx(60, rel=0.5)  # the control: not all of a batch


def test_a_task_longer_than_the_life_of_workers_is_given_up() -> None:
    run = rehearse(PLAIN, Work(40, 1000e9), Cores(10, life=100))
    assert run.given_up == 40
    assert run.done == 0


SIZES = st.tuples(st.integers(1, 300), st.floats(1e6, 1e11), st.integers(1, 40))
CHANCES = st.tuples(
    st.sampled_from([math.inf, 1000.0, 30.0, 3.0]), st.floats(0, 60), st.floats(0, 1), st.integers(0, 99)
)


def conserved(sizes: tuple[int, float, int], chances: tuple[float, float, float, int]) -> bool:
    """Whether every task is stored once, or given up."""
    (tasks, points, cores), (life, restart, slow, seed) = sizes, chances
    costs = Costs(1e9, task=1e-3, batch=2e-3, start=1, check=1e-4, row=1e-3, send=4e-3, schedule=3e-3, row_bytes=100)
    run = rehearse(costs, Work(tasks, points), Cores(cores, life, restart, slow, 3), seed)
    return run.done + run.given_up == tasks and run.wall > 0


@given(SIZES, CHANCES)
def test_every_task_is_stored_once_or_given_up(
    sizes: tuple[int, float, int], chances: tuple[float, float, float, int]
) -> None:
    assert conserved(sizes, chances)


def test_a_lost_batch_that_is_not_begun_anew_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = ((100, 1e10, 5), (100.0, 0.0, 0.0, 1))
    assert conserved(*case)
    monkeypatch.setattr(rehearsal._Play, "_blame", lambda self, batch: None)
    assert not conserved(*case)


def test_the_same_seed_plays_the_same_run() -> None:
    work, cores = Work(500, 5e9), Cores(20, life=100, restart=5, slow_share=0.2, slow_factor=2)
    assert rehearse(PLAIN, work, cores, seed=3) == rehearse(PLAIN, work, cores, seed=3)
    assert rehearse(PLAIN, work, cores, seed=3) != rehearse(PLAIN, work, cores, seed=4)


def test_slow_workers_do_less_and_end_last() -> None:
    run = rehearse(PLAIN, Work(1000, 10e9), Cores(10, slow_share=0.5, slow_factor=4))
    assert run.wall == pytest.approx(1000 * 10 / (5 + 5 / 4), abs=40)
    few = rehearse(PLAIN, Work(10, 10e9), Cores(10, slow_share=0.1, slow_factor=4))
    assert few.wall == 40


def test_longer_batches_are_fewer() -> None:
    work, cores = Work(1000, 1e9), Cores(10)
    assert rehearse(PLAIN, work, cores).batches == 1000
    assert rehearse(PLAIN, work, cores, rules=Rules(5, 1)).batches == 22 + 98  # single ones at first, then ten each


def test_memory_grows_with_what_is_out() -> None:
    costs = Costs(1e9, task_memory=1000, row_memory=100, memory=7)
    few, many = (rehearse(costs, Work(5000, 1e6), Cores(cores)).memory for cores in (1, 100))
    assert many > few > 7 + 5000 * 24
    assert many <= estimate(costs, Work(5000, 1e6), Cores(100)).memory


def test_parts_are_written_now_and_then() -> None:
    assert rehearse(PLAIN, Work(100, 1e9), Cores(1)).parts == pytest.approx(100 / 6, abs=2)
    assert rehearse(PLAIN, Work(2, 1e9), Cores(1)).parts == 1
