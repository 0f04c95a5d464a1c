"""How many tasks travel together: so many that a batch lasts, as far as the last batches tell how long a task takes."""

from __future__ import annotations

from dataclasses import dataclass

_OLD, _NEW = 0.7, 0.3  # how the seconds of a task are followed


@dataclass(frozen=True)
class Rules:
    """How long a batch should last, and what it may hold.

    Attributes:
        batch_seconds: at least.
        scheduler_seconds: for each task that is computed at once, at least: of the scheduler and the driver for a
            batch, with room.
        largest_batch: tasks at most.
    """

    batch_seconds: float = 0.5
    scheduler_seconds: float = 0.01
    largest_batch: int = 1000


RULES = Rules()


def batch_size(per_task: float, workers: int, rules: Rules = RULES) -> int:
    """Say how many tasks travel together.

    Args:
        per_task: seconds; 0 where nothing is known yet.
        workers: how many tasks are computed at once.
        rules: how long a batch should last.

    Returns:
        the number; 1 where nothing is known.
    """
    if not per_task:
        return 1
    seconds = max(rules.batch_seconds, workers * rules.scheduler_seconds)
    return max(1, min(rules.largest_batch, int(seconds / per_task)))


def followed(per_task: float, now: float) -> float:
    """Follow the seconds of a task.

    Args:
        per_task: as they were taken for so far; 0 at first.
        now: those of the last batch.

    Returns:
        seconds.
    """
    return _OLD * per_task + _NEW * now if per_task else now
