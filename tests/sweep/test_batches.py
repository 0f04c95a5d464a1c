"""How many tasks travel together: the rule itself, and how the seconds of a task are followed."""

import pytest

from lossbook.sweep.batches import RULES, Rules, batch_size, followed


@pytest.mark.parametrize(
    ("per_task", "cores", "size"),
    [
        (1e-9, 1, RULES.largest_batch),
        (RULES.batch_seconds / 10.5, 1, 10),
        (1.0, 1, 1),
        (1.0, int(20 / RULES.scheduler_seconds), 20),
        (1e6, 10**6, 1),
    ],
)
def test_batches_are_as_long_as_the_scheduler_needs(per_task: float, cores: int, size: int) -> None:
    assert batch_size(per_task, cores) == size
    assert batch_size(1.0, 10, Rules(5, 1)) == 10


def test_where_nothing_is_known_tasks_travel_alone() -> None:
    assert batch_size(0.0, 10**6) == 1
    assert batch_size(1e-6, 10**6) == RULES.largest_batch


def test_seconds_are_followed_from_the_first_batch_on() -> None:
    first = followed(0.0, 8.0)
    assert first == 8.0
    for _ in range(30):
        first = followed(first, 1.0)
    assert first == pytest.approx(1, abs=1e-3)
    assert followed(8.0, 1.0) > 5
