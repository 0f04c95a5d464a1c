"""The learning process against a plain float64 reference, its bits, and what else it promises."""

import hashlib
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from tests import reference

import lossbook as lb
from lossbook import SGD, Run, decay, simulate
from lossbook.sgd import simulation
from tools.chapters import ROOT

M = lb.losses.M
LOSSES = {
    "linear": (lb.losses.linear(), np.ones_like),
    "logistic": (lb.MarginLoss(sympy.log(1 + sympy.exp(-4 * M))), lambda m: 4 / (1 + np.exp(4 * m))),
    "squared": (lb.MarginLoss((1 - M) ** 2), lambda m: 2 * (1 - m)),
}
CUTS = {
    1: (-1.0, 0.25, 1.0),
    2: (0.0, 1.0, 3.0, 5.0),
    3: (0.0, 4.0, 8.0, 12.0, 16.0),
    5: (0.0, 1.0, 2.0, 4.0, 5.0, 8.0, 10.0),
}
NAMES = ("mean", "variance", "final", "error_rate", "sensitivity", "specificity")
BOUND = 5.0  # standard errors

PLAIN: dict[str, Any] = {
    "n": 1,
    "family": "arctan",
    "scale": "1/10",
    "loss": "linear",
    "learning_rate": 0.02,
    "steps": 60,
    "burn_in": 10,
    "start": 0.8,
}
TWO = {"n": 2, "family": "tanh", "scale": 1, "learning_rate": 0.1, "batch": 3, "start": [0.5, 3.5]}
THREE = {"n": 3, "scale": 1, "learning_rate": 0.2, "batch": 3, "start": [5.0, 8.5, 11.0]}
FIVE = {"n": 5, "scale": "1/2", "learning_rate": 0.1, "batch": 2, "start": [1.2, 2.5, 3.5, 5.5, 7.0]}

# What is run, and what is slightly wrong in it for the control.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plain": ({}, {"learning_rate": 0.021}),
    "batch of 3": ({"batch": 3}, {"batch": 4}),
    "batch of 8": ({"batch": 8}, {"batch": 9}),
    "batch of 20": ({"batch": 20}, {"batch": 23}),
    "algebraic": ({"family": "algebraic", "scale": "1/100", "batch": 2}, {"scale": "1/90"}),
    "softsign": ({"family": "softsign", "batch": 2}, {"scale": "1/9"}),
    "tanh": ({"family": "tanh", "batch": 2}, {"scale": "1/9"}),
    "erf": ({"family": "erf", "batch": 2}, {"scale": "1/9"}),
    "logistic": ({"loss": "logistic", "batch": 2, "learning_rate": 0.01}, {"learning_rate": 0.0105}),
    "squared": ({"loss": "squared", "batch": 2}, {"loss": "linear"}),
    "weights": ({"weights": (2, 1)}, {"weights": (1, 2)}),
    "decaying rate": ({"learning_rate": decay(0.1, 20)}, {"learning_rate": decay(0.1, 22)}),
    "heavy ball": ({"momentum": 0.9, "learning_rate": 0.005}, {"momentum": 0.85}),
    "Nesterov": ({"momentum": 0.9, "nesterov": True, "batch": 4, "learning_rate": 0.01}, {"nesterov": False}),
    "random start": ({"start": "random"}, {"start": 0.0}),
    "many starts": ({"start": (-0.9, 0.9), "steps": 10, "burn_in": 0}, {"start": (-0.9, 0.95)}),
    "not clipped": ({"clip": False, "learning_rate": 0.1}, {"clip": True}),
    "clipped": ({"learning_rate": 0.1}, {"clip": False}),
    "clipped, heavy ball": ({"learning_rate": 0.05, "momentum": 0.8}, {"momentum": 0.76}),
    "clipped, Nesterov": ({"learning_rate": 0.05, "momentum": 0.8, "nesterov": True}, {"nesterov": False}),
    "two thresholds": (TWO, {"learning_rate": 0.105}),
    "two, heavy ball": (TWO | {"momentum": 0.8, "learning_rate": 0.05}, {"momentum": 0.75}),
    "two, weights": (TWO | {"weights": ("3/2", 1)}, {"weights": (1, "3/2")}),
    "two, random start": (TWO | {"start": "random"}, {"start": [0.5, 3.5]}),
    "two, logistic": (TWO | {"family": "arctan", "loss": "logistic"}, {"learning_rate": 0.105}),
    "three thresholds": (THREE, {"learning_rate": 0.21}),
    "three, not clipped": (THREE | {"clip": False, "learning_rate": 2.0}, {"clip": True}),
    "three, Nesterov": (THREE | {"momentum": 0.8, "nesterov": True, "learning_rate": 1.0}, {"nesterov": False}),
    "five thresholds": (FIVE, {"learning_rate": 0.105}),
    "five, decaying rate": (FIVE | {"learning_rate": decay(0.5, 20), "batch": 4}, {"learning_rate": decay(0.5, 22)}),
}


def problem_of(n: int) -> lb.ThresholdProblem:
    low, *inner, high = CUTS[n]
    return lb.ThresholdProblem(low, inner, high)


def computed(case: dict[str, Any], replicas: int = 40_000) -> Run:
    """Ask the library."""
    given = PLAIN | case
    sigmoid = getattr(lb.sigmoids, given.pop("family"))(given.pop("scale"))
    given |= {"problem": problem_of(given.pop("n")), "sigmoid": sigmoid, "loss": LOSSES[given["loss"]][0]}
    if isinstance(given["start"], tuple):
        given["start"] = np.linspace(*given["start"], replicas)
    return simulate(SGD(**({"replicas": replicas, "seed": 3} | given)))


def referred(case: dict[str, Any], replicas: int = 8_000) -> dict[str, np.ndarray]:
    """Ask the reference."""
    given = PLAIN | case
    n, steps, rate, start = given.pop("n"), given.pop("steps"), given.pop("learning_rate"), given.pop("start")
    shape = reference.curve(given.pop("family"), given.pop("scale"))
    rates = rate.initial / (1 + np.arange(steps) / rate.half_life) if isinstance(rate, lb.sgd.Decay) else [rate] * steps
    if isinstance(start, str):
        places = np.random.default_rng(1).uniform(CUTS[n][0], CUTS[n][-1], (replicas, n))
    elif isinstance(start, tuple):
        places = np.linspace(*start, replicas)[:, np.newaxis]
    else:
        places = np.broadcast_to(start, (replicas, n))
    given["weights"] = tuple(float(sympy.Rational(weight)) for weight in given.get("weights", (1, 1)))
    return reference.learning(CUTS[n], shape, LOSSES[given.pop("loss")][1], np.array(rates), places, **given)


def apart(run: Run, truth: dict[str, np.ndarray]) -> dict[str, float]:
    """Give how far each statistic is off, in standard errors."""
    found = {}
    for name in NAMES:
        ours, theirs = (part.reshape(len(part), -1) for part in (getattr(run, name), truth[name]))
        error = np.sqrt(ours.var(axis=0) / len(ours) + theirs.var(axis=0) / len(theirs)) + 1e-7
        found[name] = float(np.max(np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) / error))
    return found


@pytest.mark.parametrize("name", CASES)
def test_statistics_are_those_of_the_reference(name: str) -> None:
    case, wrong = CASES[name]
    truth = referred(case)
    off = apart(computed(case), truth)
    assert max(off.values()) < BOUND, off
    control = apart(computed(case | wrong), truth)
    assert max(control.values()) > BOUND, control


def test_stationary_law_of_the_plain_process_is_ulams() -> None:
    """Mean and variance are those of the chain's transfer matrix on ever finer grids (Ulam's method)."""
    given: dict[str, Any] = {"problem": lb.ThresholdProblem(-1, ["1/5"], 1), "sigmoid": lb.sigmoids.arctan("1/10")}
    for rate, agrees in ((0.02, True), (0.021, False)):
        run = simulate(SGD(**given, learning_rate=rate, steps=1500, burn_in=300, replicas=20_000, seed=1))
        found = run.pooled()
        assert abs(found.mean - 0.2040) < 5 * found.mean_error + 5e-5 or not agrees
        assert (abs(found.variance - 0.016797) < 5 * found.variance_error + 5e-7) == agrees


@pytest.mark.parametrize("n", [1, 3])
def test_pooled_moments_are_those_of_all_places_together(n: int) -> None:
    run = computed(PLAIN | {"n": n, "burn_in": 0, "record_every": 1, "start": "random"}, replicas=500)
    found = run.pooled()
    np.testing.assert_allclose(found.mean, run.trajectory.mean(axis=(0, 1)), rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.variance, run.trajectory.var(axis=(0, 1)), rtol=1e-5)
    assert np.shape(found.mean) == np.shape(found.variance_error) == (() if n == 1 else (n,))
    again = [computed(PLAIN | {"n": n, "burn_in": 0, "seed": seed}, replicas=200).pooled() for seed in range(60)]
    for name in ("mean", "variance"):
        told = np.mean([getattr(part, f"{name}_error") for part in again], axis=0)
        seen = np.std([getattr(part, name) for part in again], axis=0)
        assert (np.abs(seen / told - 1) < 0.4).all(), "the standard error is how much the moment varies"


def test_one_replica_has_no_standard_error() -> None:
    with pytest.raises(ValueError, match=r"^replicas must be at least 2 .*; got 1$"):
        plain_run(replicas=1).pooled()


FIELDS = (*NAMES, "trajectory")


def digest(run: Run) -> str:
    """Hash every bit of the results."""
    parts = [np.ascontiguousarray(getattr(run, name), dtype="<f8").tobytes() for name in FIELDS]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def plain_run(**changed: Any) -> Run:
    given: dict[str, Any] = {"problem": problem_of(1), "sigmoid": lb.sigmoids.arctan("1/10"), "learning_rate": 0.02}
    return simulate(SGD(**(given | {"steps": 150, "burn_in": 20, "seed": 11} | changed)))


THREE_LOOPS: list[dict[str, Any]] = [
    {"record_every": 7},
    {"record_every": 50, "batch": 11, "momentum": 0.5},
    {"record_every": 7, "problem": problem_of(3), "sigmoid": lb.sigmoids.arctan(), "learning_rate": 0.2, "batch": 3},
]


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
        monkeypatch.setattr(simulation, "_BLOCKS", blocks)
        monkeypatch.setattr(simulation, "_CALL", call)
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


GOLDEN = (
    "fec38d469983fcc8d03c16b7b6dc761c081a1844418d9e89c9cce35c7be6feaa",
    "6e61514eaf8acb3d280dd84c9f53a736666682322aae4b6bd94f37f2fc3b61c5",
    "8cebbd7dd5cd28237c63257c80c3acfe118fd9d48df220a63bfe450400891668",
)
STREAMS: list[dict[str, Any]] = [
    {"record_every": 10},
    {
        "sigmoid": lb.sigmoids.tanh("1/5"),
        "loss": LOSSES["logistic"][0],
        "batch": 20,
        "momentum": 0.5,
        "nesterov": True,
        "learning_rate": decay(0.05, 100),
        "weights": (2, 1),
    },
    {"problem": problem_of(3), "sigmoid": lb.sigmoids.erf(2), "learning_rate": 0.5, "batch": 2, "start": [5, 8, 11]},
]


def golden(seed: int = 11) -> tuple[str, ...]:
    """Hash the results of three small runs, one for each of the loops."""
    return tuple(digest(plain_run(replicas=70, seed=seed, **settings)) for settings in STREAMS)


def test_bits_are_the_same_on_every_machine() -> None:
    assert golden() == GOLDEN
    assert not set(golden(seed=12)) & set(GOLDEN)


def has_avx512() -> bool:
    path = Path("/proc/cpuinfo")
    return path.is_file() and "avx512f" in path.read_text("utf-8")


OTHER = [
    "generic",
    "haswell",
    pytest.param("skylake-avx512", marks=pytest.mark.skipif(not has_avx512(), reason="this processor has no AVX-512")),
]


def child(code: str, cache: Path | None = None, **environment: str) -> list[str]:
    """Run code in a process of its own; return the lines that it prints."""
    extra = environment | ({"LOSSBOOK_CACHE": str(cache)} if cache else {})
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | extra, capture_output=True, text=True, check=True
    )
    return answer.stdout.split()


@pytest.mark.parametrize("processor", OTHER)
def test_bits_are_the_same_on_another_processor(processor: str, tmp_path: Path) -> None:
    features = {"NUMBA_CPU_FEATURES": ""} if processor == "generic" else {}
    asked = "from tests.sgd.test_simulation import golden; print(*golden())"
    assert tuple(child(asked, tmp_path, NUMBA_CPU_NAME=processor, **features)) == GOLDEN


def test_results_are_numbers_within_their_bounds() -> None:
    for settings in STREAMS:
        run = plain_run(replicas=130, **settings)
        assert all(np.isfinite(getattr(run, name)).all() for name in FIELDS)
        assert (run.variance > 0).all()
        for name in ("error_rate", "sensitivity", "specificity", "balanced_accuracy"):
            assert ((getattr(run, name) >= 0) & (getattr(run, name) <= 1)).all()
        np.testing.assert_array_equal(run.balanced_accuracy, (run.sensitivity + run.specificity) / 2)
        n = run.settings.problem.n
        shape = (130,) if n == 1 else (130, n)
        assert run.mean.shape == run.variance.shape == run.final.shape == shape
        assert run.error_rate.shape == run.sensitivity.shape == run.specificity.shape == (130,)


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
    ("settings", "threads", "kind", "message"),
    [
        (None, 1, TypeError, "settings must be an SGD; got None"),
        ({"steps": 5}, 1, TypeError, "settings must be an SGD; got {'steps': 5}"),
        ("fine", 0, ValueError, 'threads must be a whole number from 1 to 1024, or "all"; got 0'),
        ("fine", 1025, ValueError, 'threads must be a whole number from 1 to 1024, or "all"; got 1025'),
        ("fine", 1.0, TypeError, 'threads must be a whole number or "all"; got 1.0'),
        ("fine", True, TypeError, 'threads must be a whole number or "all"; got True'),
        ("fine", "many", TypeError, "threads must be a whole number or \"all\"; got 'many'"),
    ],
    ids=str,
)
def test_wrong_argument_is_refused_by_name(settings: Any, threads: Any, kind: type[Exception], message: str) -> None:
    if settings == "fine":
        settings = SGD(problem=problem_of(1), sigmoid=lb.sigmoids.arctan(), learning_rate=0.1, steps=1)
    with pytest.raises(kind, match=rf"^{re.escape(message)}$"):
        simulate(settings, threads=threads)


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


def test_formula_that_overflows_where_an_unclipped_path_goes_is_refused() -> None:
    """One threshold far away turns the sign of the other's score; its sigmoid must be 1 there, not 0."""
    given: dict[str, Any] = {"problem": lb.ThresholdProblem(0, [2, 5], 8), "start": [3.0, 400.0], "replicas": 100}
    given |= {"learning_rate": 0.1, "clip": False}
    assert plain_run(**given, sigmoid=lb.sigmoids.tanh()).final[:, 0].std() > 0.1, "the other one must move"
    with pytest.raises(ValueError, match="must be computable in single precision"):
        plain_run(**given, sigmoid=lb.OddSigmoid.parse("sinh(u)/sqrt(1+sinh(u)**2)"))


GIVEN = """
import lossbook as lb
from lossbook import SGD, simulate

given = {"problem": lb.ThresholdProblem(-1, ["1/4"], 1), "sigmoid": lb.sigmoids.arctan(), "learning_rate": 0.1}
"""
LONG = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
simulate(SGD(**given, steps=10))
print("ready", flush=True)
simulate(SGD(**given, replicas=4096, steps=2**36), threads=int(sys.argv[1]))
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_interruption_is_heeded_within_a_second_or_two(threads: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", GIVEN + LONG, str(threads)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(1.0)
            assert process.poll() is None, "it must still run"
            sent = time.perf_counter()
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=20)
            took = time.perf_counter() - sent
        finally:
            process.kill()
    assert complaint.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode in (-signal.SIGINT, 130, 1)
    assert took < 2


MEMORY = """
from pathlib import Path

def peak():
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1000

simulate(SGD(**given, steps=10))
before = peak()
run = simulate(SGD(**given, replicas=50_000, steps=500, record_every=1), threads=2)
print(before, peak(), run.trajectory.nbytes / 1e6)
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="peaks of memory are read from /proc")
def test_memory_beyond_the_results_is_bounded() -> None:
    before, peak, results = map(float, child(GIVEN + MEMORY))
    assert results == 200
    assert peak - before > 0.9 * results, "the results themselves must be seen"
    assert peak - before < results + 300


SHOWN = """
from lossbook.sgd import simulation

simulation._LONG = %d
simulate(SGD(**given, steps=10), progress=%s)
"""


def on_terminal(progress: str, long: int) -> str:
    """Return what is written to standard error where that is a terminal."""
    main, end = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    command = [sys.executable, "-c", GIVEN + SHOWN % (long, progress)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=end) as process:
        os.close(end)
        written = b""
        while True:
            try:
                part = os.read(main, 4096)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            written += part
        assert process.stdout is not None
        assert process.stdout.read() == b""
    os.close(main)
    assert process.returncode == 0
    return written.decode("utf-8")


@pytest.mark.parametrize(
    ("progress", "long", "shown"),
    [("True", 2**34, True), ("None", 0, True), ("None", 2**34, False), ("False", 0, False)],
)
def test_terminal_shows_a_bar_where_one_is_wanted_or_the_run_is_long(progress: str, long: int, shown: bool) -> None:
    written = on_terminal(progress, long)
    assert ("simulating" in written and "%" in written) == shown
    assert shown or written == ""


def test_pipe_gets_nothing() -> None:
    command = [sys.executable, "-c", GIVEN + SHOWN % (0, "True")]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert (answer.stdout, answer.stderr) == (b"", b"")
