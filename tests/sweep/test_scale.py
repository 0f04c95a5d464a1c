"""The cost of a sweep in closed form: exact where it can be counted by hand, and what is no cost is refused."""

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest

from lossbook.sweep.batches import RULES, Rules
from lossbook.sweep.scale import Cores, Costs, Work, estimate, task_seconds, with_losses

PLAIN = Costs(1e9)


def played(seconds: float, cores: Cores, rounds: int = 20_000) -> float:
    """The mean time in which a batch gets done, by throwing lives until one is long enough."""
    chance, total = random.Random(1), 0.0
    for _ in range(rounds):
        while (life := chance.expovariate(1 / cores.life)) < seconds:
            total += life + cores.restart
        total += seconds
    return total / rounds


@pytest.mark.parametrize(("seconds", "restart"), [(10, 0), (10, 30), (100, 0), (150, 20)])
def test_losses_cost_what_throwing_lives_gives(seconds: float, restart: float) -> None:
    cores = Cores(1, life=100, restart=restart)
    assert with_losses(seconds, cores) == pytest.approx(played(seconds, cores), rel=0.03)


def test_half_a_batch_a_loss_is_not_enough_for_long_batches() -> None:
    cores = Cores(1, life=100)
    assert with_losses(10, cores) == pytest.approx(10 * (1 + 10 / 2 / 100), rel=0.01)
    assert 0.8 * played(150, cores) > 150 * (1 + 150 / 2 / 100)


def test_without_losses_a_batch_takes_its_time() -> None:
    assert with_losses(10, Cores(1)) == 10
    assert with_losses(1e9, Cores(1, life=1)) == math.inf


def test_seconds_of_a_task_are_its_own_and_its_samples() -> None:
    assert task_seconds(Costs(2e9, task=0.25), Work(3, 1e9)) == 0.75


def test_other_rules_give_other_batches() -> None:
    assert estimate(PLAIN, Work(1000, 1e9), Cores(10), Rules(5, 1)).batch == 10
    assert estimate(PLAIN, Work(1000, 1e9), Cores(10)).batch == 1


def test_long_tasks_go_in_rounds() -> None:
    found = estimate(PLAIN, Work(101, 60e9), Cores(25))
    assert (found.batch, found.core_seconds, found.limit) == (1, 6060, "cores")
    assert found.wall == pytest.approx(5 * 60)  # four full rounds, and one task
    assert found.parts["cores"] + found.parts["tail"] == pytest.approx(300)
    assert found.utilisation == pytest.approx(101 / 125)


def test_the_first_batches_are_single_tasks() -> None:
    found = estimate(PLAIN, Work(10 + 20 * 4, RULES.batch_seconds / 20 * 1e9), Cores(4))
    assert found.batch == 20
    assert found.parts["cores"] == pytest.approx((10 / 20 + 4) * RULES.batch_seconds / 4)


@pytest.mark.parametrize(
    ("costs", "limit", "wall"),
    [
        ({"schedule": 2.0}, "scheduler", 200),
        ({"send": 2.0}, "driver", 200),
        ({"row": 1.5}, "driver", 150),
        ({"row_bytes": 3e8}, "driver", 300),
        ({"check": 0.5, "start": 1}, "check", 51 + 10),
        ({"start": 90}, "start", 90 + 10),
        ({}, "cores", 10),
    ],
)
def test_what_is_slowest_decides(costs: dict[str, Any], limit: str, wall: float) -> None:
    found = estimate(Costs(1e9, **costs), Work(100, 1e9), Cores(10))
    assert (found.limit, found.wall) == (limit, pytest.approx(wall))


def test_too_few_tasks_leave_cores_without_work() -> None:
    found = estimate(PLAIN, Work(30, 1e12), Cores(100))
    assert (found.limit, found.utilisation) == ("tail", pytest.approx(0.3))


def test_memory_is_of_what_is_out_and_of_what_waits() -> None:
    costs = Costs(1e9, task_memory=1000, row_memory=100, memory=7, row_bytes=11)
    found = estimate(costs, Work(1000, 1e9), Cores(10))
    assert found.memory == 7 + 1000 * 24 + 22 * 1000 + 1000 * 100
    assert found.bytes == 11_000


@pytest.mark.parametrize("cores", [1, 100, 10_000])
def test_samples_cost_the_same_however_many_cores(cores: int) -> None:
    assert estimate(PLAIN, Work(10**5, 1e10), Cores(cores)).core_seconds == 1e6


def test_costs_are_read_from_what_the_benchmark_writes(tmp_path: Path) -> None:
    path = tmp_path / "scale.json"
    path.write_text(json.dumps({"samples_per_second": {"1": 1e8, "64": 1e9}, "costs": {"task": 0.5}}), "utf-8")
    assert Costs.read(path) == Costs(1e9, task=0.5)
    assert Costs.read(path, batch=1).samples_per_second == 1e8
    with pytest.raises(ValueError, match="batch must be one of 1, 64; got 8"):
        Costs.read(path, batch=8)


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda: Costs(0), "samples_per_second must be finite and above 0; got 0"),
        (lambda: Costs(1e9, disk=0), "disk must be finite and above 0; got 0"),
        (lambda: Costs(1e9, send=-1), "send must be finite and at least 0; got -1"),
        (lambda: Costs(1e9, row=math.nan), "row must be finite and at least 0; got nan"),
        (lambda: Work(0, 1), "tasks must be at least 1; got 0"),
        (lambda: Work(1, math.nan), "samples must be at least 0; got nan"),
        (lambda: Cores(0), "count must be at least 1; got 0"),
        (lambda: Cores(1, life=0), "life must be above 0; got 0"),
        (lambda: Cores(1, restart=math.inf), "restart must be at least 0; got inf"),
        (lambda: Cores(1, slow_share=2), "slow_share must be from 0 to 1; got 2"),
        (lambda: Cores(1, slow_factor=0.5), "slow_factor must be at least 1; got 0.5"),
    ],
)
def test_what_is_no_cost_is_refused(make: Any, line: str) -> None:
    with pytest.raises(ValueError, match=line):
        make()
