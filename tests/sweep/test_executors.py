"""Executors on a cluster of the test's own making: batches, losses, blame, and the clock. Nothing is timed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from distributed.scheduler import KilledWorker
from tests.sweep.examples import sweep

from lossbook.sweep import executors
from lossbook.sweep.batches import RULES
from lossbook.sweep.errors import SweepError
from lossbook.sweep.executors import GIVE_UP, Answer, Done, InProcess, OnDask, compute
from lossbook.sweep.parts import versions
from lossbook.sweep.tasks import Task

Fate = Callable[[list[str]], Any]
TINY = 0.001  # seconds that a task of the made-up workers takes


def tasks(count: int) -> list[Task]:
    return [Task(index, f"{index:032x}", json.dumps({"index": index})) for index in range(count)]


def computed(texts: list[str]) -> Answer:
    """What a good worker gives back."""
    return Answer(versions(), [json.dumps({"of": text}) for text in texts], TINY * len(texts))


def killed(texts: list[str]) -> KilledWorker:
    """What Dask says of a batch that has lost several workers."""
    return KilledWorker("batch", None, 3)


class Future:
    """A batch that is out."""

    def __init__(self, key: str, found: Any) -> None:
        self.key, self.found = key, found
        self.status = "error" if isinstance(found, Exception) else found if isinstance(found, str) else "finished"

    def result(self, timeout: float) -> Any:
        if self.found is None:
            self.status = "cancelled"
            raise TimeoutError
        return self.found

    def exception(self, timeout: float) -> Exception:
        return self.found

    def add_done_callback(self, act: Callable[[Future], None]) -> None:
        if self.status != "pending":
            act(self)

    def release(self) -> None:
        self.status = "released"


class Client:
    """A cluster whose fate is given for each batch in turn; all that follow are computed."""

    status = "running"

    def __init__(self, *fates: Fate, threads: int = 2) -> None:
        self.fates, self.threads = iter(fates), threads
        self.batches: list[list[str]] = []
        self.fetched: list[int] = []
        self.scheduler = self

    def identity(self, n_workers: int) -> dict[str, Any]:
        """Asked by `sync`."""
        return {"total_threads": self.threads}

    def _gather(self, futures: list[Future]) -> list[Any]:
        """Asked by `sync`; it fails as a whole where one answer was lost on its way."""
        self.fetched.append(len(futures))
        return [future.result(timeout=1) for future in futures]

    def sync(self, act: Callable[..., Any], *words: Any, callback_timeout: float, **settings: Any) -> Any:
        return act(*words, **settings)

    def submit(self, act: Any, texts: list[str], wanted: dict[str, str], pure: bool) -> Future:
        assert (act, wanted, pure) == (compute, versions(), False)
        self.batches.append(texts)
        return Future(f"{id(self)}-{len(self.batches)}", next(self.fates, computed)(texts))


def on(*clients: Client) -> OnDask:
    waiting = iter(clients)
    return OnDask(lambda: (next(waiting), "tcp://here:1"))


def done(found: Iterator[Done | None]) -> dict[str, str | None]:
    """What became of each task; none may be done twice."""
    became: dict[str, str | None] = {}
    for one in found:
        if one is not None:
            results = one.results or [None] * len(one.tasks)
            for task, result in zip(one.tasks, results, strict=True):
                assert task.configuration not in became
                became[task.configuration] = result
    return became


def right(given: list[Task]) -> dict[str, str | None]:
    return {task.configuration: json.dumps({"of": task.configuration}) for task in given}


def test_results_are_those_of_this_process() -> None:
    given = list(sweep(6).tasks)
    here = list(InProcess().run(given))
    assert [one.tasks for one in here if one] == [[task] for task in given]
    there = compute([task.configuration for task in given], versions())
    assert there.results == [one.results[0] for one in here if one and one.results]
    assert there.versions == versions()


def test_another_version_computes_nothing() -> None:
    for name in ("lossbook", "numpy"):
        assert compute(["no configuration"], {**versions(), name: "0"}).results == []
    python = {**versions(), "python": "0"}
    assert compute([sweep(2).tasks[0].configuration], python).results != []


def test_every_task_is_done_once() -> None:
    client, given = Client(), tasks(3000)
    assert done(on(client).run(given)) == right(given)
    assert sum(map(len, client.batches)) == 3000


def test_answers_that_are_there_are_fetched_together() -> None:
    client, given = Client(threads=20), tasks(500)
    assert done(on(client).run(given)) == right(given)
    assert client.fetched
    assert min(client.fetched) > 1
    assert max(client.fetched) == 42  # all that are out


def test_an_answer_that_is_lost_on_its_way_takes_no_other_with_it() -> None:
    client, given = Client(computed, lambda texts: None, threads=20), tasks(500)
    assert done(on(client).run(given)) == right(given)
    assert sum(map(len, client.batches)) == 501  # it is sent again


def test_tiny_tasks_travel_together() -> None:
    """Of 10,000 tasks of a millisecond some twenty batches, after those that were out before one had come back."""
    client, given = Client(), tasks(10_000)
    done(on(client).run(given))
    assert max(map(len, client.batches)) == RULES.batch_seconds / TINY
    assert len(client.batches) < 30


def test_long_tasks_travel_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.sweep.test_executors.TINY", 60.0)
    client = Client()
    done(on(client).run(tasks(50)))
    assert len(client.batches) == 50


def test_many_workers_get_larger_batches_but_no_huge_ones() -> None:
    client = Client(threads=80)
    done(on(client).run(tasks(20_000)))
    assert max(map(len, client.batches)) == 80 * RULES.scheduler_seconds / TINY
    client = Client(threads=100_000)
    assert done(on(client).run(tasks(1000))) == right(tasks(1000))
    assert max(map(len, client.batches)) <= RULES.largest_batch


def test_not_more_is_sent_than_will_soon_be_computed() -> None:
    class Slow(Client):
        out = 0

        def submit(self, *given: Any, **more: Any) -> Future:
            self.out += 1
            return super().submit(*given, **more)

    client, seen = Slow(threads=3), 0
    for one in on(client).run(tasks(100)):
        seen += one is not None
        assert client.out - seen <= 2 * 3 + 2
    assert seen


@pytest.mark.parametrize(
    "fate",
    [lambda texts: "cancelled", lambda texts: "lost", lambda texts: None],
    ids=["cancelled", "lost", "timed out"],
)
def test_what_is_lost_on_its_way_is_sent_again(fate: Fate) -> None:
    client, given = Client(computed, fate, fate, fate), tasks(40)
    assert done(on(client).run(given)) == right(given)
    assert sum(map(len, client.batches)) > 40


def deadly(*names: int) -> Callable[[list[str]], Any]:
    """A fate: workers that compute certain tasks are killed."""
    marks = [json.dumps({"index": name}) for name in names]
    return lambda texts: killed(texts) if set(marks) & set(texts) else computed(texts)


def test_only_the_deadly_task_is_given_up() -> None:
    client, given = Client(*[deadly(33, 34)] * 1000), tasks(300)
    wanted = {**right(given), given[33].configuration: None, given[34].configuration: None}
    assert done(on(client).run(given)) == wanted
    alone = [texts for texts in client.batches if texts == [given[33].configuration]]
    assert len(alone) == GIVE_UP


def test_few_suspects_are_out_at_a_time() -> None:
    class Watched(Client):
        def submit(self, *given: Any, **more: Any) -> Future:
            suspects.append(sum(batch.suspect for _, batch in executor._running.values()))
            return super().submit(*given, **more)

    suspects: list[int] = []
    executor = on(Watched(*[deadly(5, 50, 51)] * 1000))
    done(executor.run(tasks(20)))
    assert max(suspects) == 1
    executor = on(Watched(*[deadly(5, 50, 51)] * 1000, threads=80))
    done(executor.run(tasks(400)))
    assert 0 < max(suspects) <= 80 // executors.SUSPECTS


def test_a_task_that_was_unlucky_a_few_times_is_computed() -> None:
    client, given = Client(killed, killed, killed, killed), tasks(4)
    assert done(on(client).run(given)) == right(given)


def test_a_worker_without_the_library_is_named() -> None:
    client = Client(*[lambda texts: ModuleNotFoundError("No module named 'lossbook'")] * 100)
    with pytest.raises(SweepError, match=r"^a worker of the scheduler at tcp://here:1 could not compute the task "
                                         r"0{32}: ModuleNotFoundError: No module named 'lossbook'$"):  # fmt: skip
        done(on(client).run(tasks(3)))


def test_a_worker_that_fails_now_and_then_is_borne() -> None:
    client, given = Client(*[lambda texts: MemoryError()] * 4), tasks(100)
    assert done(on(client).run(given)) == right(given)


def test_a_worker_with_other_packages_is_refused() -> None:
    others = {**versions(), "lossbook": "9.9", "numba": None}
    client = Client(computed, lambda texts: Answer(others, [], 0.0))
    with pytest.raises(SweepError, match=r"must have the same packages; got lossbook 9\.9 \(here \S+\), numba None"):
        done(on(client).run(tasks(3)))


@pytest.mark.parametrize("status", ["connecting", "closing", "closed"])
def test_a_scheduler_that_is_gone_is_named(status: str) -> None:
    client = Client()
    client.status = status
    with pytest.raises(SweepError, match=r"^the scheduler at tcp://here:1 is gone$"):
        done(on(client).run(tasks(3)))


def test_a_scheduler_that_does_not_answer_is_borne() -> None:
    class Silent(Client):
        def sync(self, *_: Any, **__: Any) -> dict[str, Any]:
            raise TimeoutError

    executor, given = on(Silent()), tasks(10)
    assert done(executor.run(given)) == right(given)
    assert executor.workers == 0


def set_clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the test set the clock: the number is added to it."""
    ahead, real = [0.0], time.time
    monkeypatch.setattr(time, "time", lambda: real() + ahead[0])
    return ahead


@pytest.mark.parametrize(("hours", "anew"), [(-1, True), (1, False), (-0.0001, False)], ids=["back", "ahead", "a bit"])
def test_a_clock_that_is_set_back_makes_it_begin_anew(
    monkeypatch: pytest.MonkeyPatch, hours: float, anew: bool
) -> None:
    """What is out is sent again; what comes of it from the old cluster is not counted twice."""
    clock, given = set_clock(monkeypatch), tasks(30)
    out = lambda texts: "pending"  # noqa: E731
    old, new = Client(computed, *[out] * 5 * anew), Client()
    found = on(old, new).run(given)
    first = next(found)
    clock[0] += 3600 * hours
    became = done(found)
    assert isinstance(first, Done)
    assert {**became, **done(iter([first]))} == right(given)
    assert first.tasks[0].configuration not in became
    assert bool(new.batches) == anew
    assert sum(map(len, [*old.batches, *new.batches])) == 30 + (5 if anew else 0)
