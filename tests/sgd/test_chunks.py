"""Replicas in chunks: the same bits however they are divided, places within the interval, divergence that is said."""

from typing import Any

import numpy as np
import pytest
import sympy
from tests.sgd.processes import NAMES, THREE_LOOPS, digest, plain_run, problem_of

import lossbook as lb
from lossbook import SGD, Run, simulate
from lossbook.sgd import chunks


def assert_same_replicas(few: Run, many: Run, first: int = 0) -> None:
    """Hold the replicas of one run against those of a larger one."""
    count = few.settings.replicas
    for name in NAMES:
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name)[first : first + count])
    np.testing.assert_array_equal(few.trajectory, many.trajectory[:, first : first + count])


@pytest.mark.parametrize("settings", THREE_LOOPS, ids=["single", "batch", "many"])
def test_replica_is_the_same_however_many_there_are(settings: dict[str, Any]) -> None:
    few, many = (plain_run(replicas=replicas, **settings) for replicas in (10, 1000))
    assert_same_replicas(few, many)
    with pytest.raises(AssertionError):
        assert_same_replicas(few, many, first=1)


def test_replica_is_the_same_among_a_hundred_thousand() -> None:
    few, many = (plain_run(replicas=replicas, steps=5, burn_in=0, record_every=1) for replicas in (10, 100_000))
    assert_same_replicas(few, many)
    assert np.unique(many.final).size > 99_000


def test_replica_with_a_start_of_its_own_is_the_same() -> None:
    starts = np.linspace(-0.9, 0.9, 1500)
    many = plain_run(replicas=1500, start=starts, record_every=1)
    assert_same_replicas(plain_run(replicas=100, start=starts[:100], record_every=1), many)
    np.testing.assert_allclose(plain_run(replicas=1500, start=starts, steps=1, burn_in=0).final, starts, atol=0.3)


@pytest.mark.parametrize("n", [1, 3])
def test_start_keeps_more_digits_than_single_precision(n: int) -> None:
    start = 0.123456789
    given: dict[str, Any] = {"problem": problem_of(n), "sigmoid": lb.sigmoids.arctan("1/3"), "steps": 3, "burn_in": 0}
    run = plain_run(**given, start=start, learning_rate=1e-14)
    assert np.abs(run.final - start).max() < 1e-10
    assert abs(float(np.float32(start)) - start) > 1e-9, "single precision alone would be seen"


def with_threads(threads: int | str, settings: dict[str, Any]) -> str:
    given = {"problem": problem_of(1), "sigmoid": lb.sigmoids.arctan("1/10"), "learning_rate": 0.02, "steps": 150}
    return digest(simulate(SGD(**(given | {"replicas": 3000, "seed": 11} | settings)), threads=threads))


@pytest.mark.parametrize("settings", THREE_LOOPS, ids=["single", "batch", "many"])
def test_threads_and_chunks_change_no_bit(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = with_threads(1, settings)
    for threads in (2, "all", 5):
        assert with_threads(threads, settings) == wanted
    for blocks, call in ((1, 2**24), (7, 2**24), (16, 2**10), (3, 77_777)):
        monkeypatch.setattr(chunks, "_BLOCKS", blocks)
        monkeypatch.setattr(chunks, "_CALL", call)
        assert with_threads(1, settings) == with_threads(3, settings) == wanted
    assert with_threads(1, settings | {"seed": 12}) != wanted


@pytest.mark.parametrize("settings", THREE_LOOPS, ids=["single", "batch", "many"])
def test_recording_changes_no_statistic(settings: dict[str, Any]) -> None:
    runs = [plain_run(replicas=70, **(settings | {"record_every": every})) for every in (None, 1, 13, 150)]
    for run in runs[1:]:
        for name in NAMES:
            np.testing.assert_array_equal(getattr(run, name), getattr(runs[0], name))
    np.testing.assert_array_equal(runs[1].trajectory[12::13], runs[2].trajectory)


@pytest.mark.parametrize("settings", THREE_LOOPS, ids=["single", "batch", "many"])
def test_path_ends_where_the_run_ends(settings: dict[str, Any]) -> None:
    run = plain_run(replicas=70, **(settings | {"record_every": 150}))
    np.testing.assert_array_equal(run.trajectory[0], run.final)


@pytest.mark.parametrize("cuts", [(0, ["1/3"], "1/10000"), (-1, ["1/3"], "1/3"), (0, [1, 2], 3)])
def test_theta_stays_within_the_interval(cuts: tuple) -> None:
    low, inner, high = (-1, ["1/30"], "1/10") if len(cuts[1]) == 1 else cuts
    problem = lb.ThresholdProblem(low, inner, high)
    run = plain_run(problem=problem, replicas=100, learning_rate=0.5, record_every=1)
    assert run.trajectory.min() == float(problem.a)
    assert run.trajectory.max() == float(problem.b)
    free = plain_run(problem=problem, replicas=100, learning_rate=0.5, record_every=1, clip=False)
    assert free.trajectory.max() > float(problem.b), "without clipping it would leave"


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("n", [1, 2])
def test_divergence_is_said_with_replica_steps_and_rate(n: int, threads: int) -> None:
    given: dict[str, Any] = {"problem": problem_of(n), "sigmoid": lb.sigmoids.arctan(), "clip": False, "replicas": 2000}
    message = (
        r"^replica \d+ diverged between steps \d+ and \d+: theta = .* a step; learning_rate = 1000000\.0 is too large$"
    )
    with pytest.raises(lb.DivergedError, match=message):
        simulate(SGD(**given, learning_rate=1e6, steps=100), threads=threads)
    fine = simulate(SGD(**given, learning_rate=0.1, steps=100), threads=threads)
    assert np.isfinite(fine.mean).all()


def test_divergence_names_the_replica_that_diverged() -> None:
    starts = np.zeros(1500)
    starts[1234] = 3000.0
    with pytest.raises(lb.DivergedError, match=r"^replica 1234 diverged between steps 0 and \d+: theta = 3e\+03"):
        plain_run(replicas=1500, clip=False, start=starts)
    starts[1234] = 1000.0
    assert plain_run(replicas=1500, clip=False, start=starts).final[1234] == pytest.approx(1000, abs=0.1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"learning_rate": 1e33}, "learning_rate and weights must keep a step between 1e-30 and 1e30"),
        ({"weights": (1, "1e-40")}, "learning_rate and weights must keep a step between 1e-30 and 1e30"),
        ({"sigmoid": lb.sigmoids.arctan("1e-6")}, "problem must be at most 262144 units of the sigmoid long"),
    ],
    ids=str,
)
def test_lengths_that_single_precision_does_not_hold_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=rf"^{message}.*; got "):
        plain_run(**changed)


def test_slope_that_sympy_writes_with_a_minus_sign_pulls_the_same_way() -> None:
    m = lb.losses.M
    written = [lb.MarginLoss(loss) for loss in ((1 - m) ** 4, sympy.expand((1 - m) ** 4))]
    one, other = (plain_run(loss=loss, learning_rate=0.002, replicas=64, start=0.8) for loss in written)
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-4)
    assert one.final.mean() < 0.75


def test_formula_that_overflows_where_an_unclipped_path_goes_is_refused() -> None:
    """One threshold far away turns the sign of the other's score; its sigmoid must be 1 there, not 0."""
    given: dict[str, Any] = {"problem": lb.ThresholdProblem(0, [2, 5], 8), "start": [3.0, 400.0], "replicas": 100}
    given |= {"learning_rate": 0.1, "clip": False}
    assert plain_run(**given, sigmoid=lb.sigmoids.tanh()).final[:, 0].std() > 0.1, "the other one must move"
    with pytest.raises(ValueError, match="must be computable in single precision"):
        plain_run(**given, sigmoid=lb.OddSigmoid.parse("sinh(u)/sqrt(1+sinh(u)**2)"))
