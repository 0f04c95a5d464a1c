"""The learning process against a plain float64 reference, its bits, and what else it promises."""

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
from tests.sgd.processes import CUTS, LOSSES, NAMES, PAIR, STREAMS, THREE_LOOPS, M, digest, plain_run, problem_of

import lossbook as lb
from lossbook import SGD, Run, decay, simulate
from tools.chapters import ROOT

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


PAIRS: dict[str, dict[str, Any]] = {
    "pair": {"loss": "pair", "learning_rate": 0.01},
    "pair, batch of 8": {"loss": "pair", "learning_rate": 0.01, "batch": 8},
    "pair, two thresholds": TWO | {"family": "arctan", "loss": "pair"},
    "ASL, batch of 3": {"loss": "ASL", "learning_rate": 0.01, "batch": 3},
}


@pytest.mark.parametrize("name", PAIRS)
def test_statistics_of_a_pair_of_losses_are_those_of_the_reference(name: str) -> None:
    case = PAIRS[name]
    run = computed(case)
    off = apart(run, referred(case))
    assert max(off.values()) < BOUND, off
    control = apart(run, referred(case | {"loss": f"{case['loss']}, swapped"}))
    assert max(control.values()) > BOUND, control


def test_weights_within_the_loss_have_the_law_of_weights_beside_it() -> None:
    """Both against the reference, which has the weights beside the loss, on streams of their own."""
    case, weights = {"loss": "ASL", "learning_rate": 0.005, "batch": 2}, (3, "1/2")
    truth = referred(case | {"weights": weights})
    within, beside = computed(case | {"loss": "ASL, weighted", "seed": 5}), computed(case | {"weights": weights})
    for run in (within, beside):
        assert max(apart(run, truth).values()) < BOUND
    assert max(apart(within, {name: getattr(beside, name) for name in NAMES}).values()) < BOUND
    control = computed(case | {"weights": weights[::-1]})
    assert max(apart(within, {name: getattr(control, name) for name in NAMES}).values()) > BOUND


def test_weights_within_the_linear_loss_give_the_same_path() -> None:
    """The same pulls but for rounding, whose errors a path of this length does not let grow."""
    given: dict[str, Any] = {
        "replicas": 70,
        "learning_rate": 0.005,
        "batch": 3,
        "start": 0.2,
        "steps": 60,
        "burn_in": 0,
    }
    linear = lb.losses.linear()
    within = plain_run(**given, loss=linear.weighted((3, "1/2")))
    beside, other = (plain_run(**given, loss=linear, weights=weights) for weights in ((3, "1/2"), (3, "501/1000")))
    np.testing.assert_allclose(within.final, beside.final, rtol=0, atol=1e-5)
    assert np.abs(within.final - other.final).max() > 1e-4


@pytest.mark.parametrize("negative", [1 - M, 2 - M], ids=["same", "higher"])
def test_pair_of_losses_with_the_same_slope_gives_the_bits_of_the_one_loss(negative: sympy.Expr) -> None:
    pair = lb.MarginLoss(1 - M, "", negative)
    for settings in THREE_LOOPS:
        wanted = digest(plain_run(**settings))
        assert digest(plain_run(**settings, loss=pair)) == wanted
    assert digest(plain_run(**THREE_LOOPS[0], loss=PAIR)) != digest(plain_run(**THREE_LOOPS[0]))


def test_stationary_law_of_the_plain_process_is_ulams() -> None:
    """Mean and variance are those of the chain's transfer matrix on ever finer grids (Ulam's method)."""
    given: dict[str, Any] = {"problem": lb.ThresholdProblem(-1, ["1/5"], 1), "sigmoid": lb.sigmoids.arctan("1/10")}
    for rate, agrees in ((0.02, True), (0.021, False)):
        run = simulate(SGD(**given, learning_rate=rate, steps=1500, burn_in=300, replicas=20_000, seed=1))
        found = run.pooled()
        assert abs(found.mean - 0.2040) < 5 * found.mean_error + 5e-5 or not agrees
        assert (abs(found.variance - 0.016797) < 5 * found.variance_error + 5e-7) == agrees


GOLDEN = (
    "fec38d469983fcc8d03c16b7b6dc761c081a1844418d9e89c9cce35c7be6feaa",
    "6e61514eaf8acb3d280dd84c9f53a736666682322aae4b6bd94f37f2fc3b61c5",
    "8cebbd7dd5cd28237c63257c80c3acfe118fd9d48df220a63bfe450400891668",
)


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
