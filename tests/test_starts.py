"""The stored table of random starts: complete, consistent, and the same when a part is computed again."""

from pathlib import Path

import pytest

from lossbook import comparison
from lossbook.comparison import Share, Trial
from tools import starts

ROWS = comparison.stored_shares(starts.TABLE.parent)
SAMPLE = [Trial(2, rate=0.3, batch=1), Trial(4, rate=0.3, batch=1)]


def test_every_trial_is_there_once() -> None:
    assert [row.trial for row in ROWS] == starts.trials()
    assert len(set(starts.trials())) == len(starts.trials())


def test_every_replica_ends_in_one_way() -> None:
    for row in ROWS:
        assert row.replicas == starts.REPLICAS == sum(row[7:])
        assert min(row[7:]) >= 0


@pytest.mark.parametrize("trial", SAMPLE, ids=lambda trial: f"n={trial.n}")
def test_a_part_computed_again_is_the_same(trial: Trial) -> None:
    (stored,) = (row for row in ROWS if row.trial == trial)
    assert comparison.share(trial, starts.REPLICAS) == stored
    assert comparison.share(trial, starts.REPLICAS, seed=2) != stored  # the control


def test_one_threshold_is_always_found_and_more_of_them_more_seldom() -> None:
    found = [row.found for row in ROWS if row.trial in {Trial(n) for n in range(1, 9)}]
    assert found[0] == starts.REPLICAS
    assert found == sorted(found, reverse=True)
    assert len(found) == 8


def test_an_interrupted_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Trial] = []

    def share(trial: Trial, replicas: int) -> Share:
        if len(made) == 1 and trial != made[0]:
            made.append(trial)
            raise KeyboardInterrupt
        made.append(trial)
        return Share(*trial, replicas, replicas, 0, 0, 0, 0, 0)

    monkeypatch.setattr(starts, "TABLE", tmp_path / "starts.csv")
    monkeypatch.setattr(starts, "trials", lambda: [Trial(1), Trial(2), Trial(3)])
    monkeypatch.setattr(starts, "share", share)
    with pytest.raises(KeyboardInterrupt):
        starts.main()
    starts.main()
    assert made == [Trial(1), Trial(2), Trial(2), Trial(3)]  # the first is not made again
    assert [row.n for row in comparison.stored_shares(tmp_path)] == [1, 2, 3]
    assert not list(tmp_path.glob("*.partly"))
