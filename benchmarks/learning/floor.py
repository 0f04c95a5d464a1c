"""The C program of the same algorithm: what the processor can do, the measure for all others."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.learning.problem import BURN_IN, RECORD_EVERY, Program, Setting, Statistics
from lossbook.kernels.network import comparisons
from lossbook.kernels.stream import first_states

SOURCE = Path(__file__).with_name("floor.c")
FLAGS = ("-O2", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC", "-Wno-psabi")
VECTORS = (1, 2, 4)  # side by side: more of them hide latencies, until the registers run out


@cache
def _library(batch: int, n: int, vectors: int) -> ctypes.CDLL:
    """Compile for constants, and load."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "floor.so"
        constants = [f"-DBATCH={batch}", f"-DN={n}", f"-DVECTORS={vectors}"]
        subprocess.run(["gcc", *FLAGS, *constants, str(SOURCE), "-o", str(target)], check=True)
        return ctypes.CDLL(str(target))


class _Plan(ctypes.Structure):
    """The structure `Plan` of the C program."""

    _fields_ = [(name, ctypes.c_long) for name in ("steps", "burn_in", "record_every", "pairs", "sorting", "replicas")]
    _fields_ += [("pair", ctypes.c_void_p)]


def _law(setting: Setting) -> np.ndarray:
    """Fill the structure `Law`: lengths in units of the sigmoid, from the middle of the interval."""
    edge, middle = setting.length / 2 / setting.scale, sum(setting.interval) / 2
    places = (np.array(setting.thresholds) - middle) / (setting.length / 2)
    pull = setting.length * setting.pull / setting.learning_rate / setting.scale
    positive = -np.cumsum((-1.0) ** np.arange(setting.n) * -places)[-1] + (1 if setting.n % 2 else 2)
    truth = places[0] if setting.n == 1 else positive
    numbers = [-edge / 2**31, pull, -pull, setting.momentum, edge, truth * edge, setting.learning_rate]
    cuts = np.round(places * 2**31).astype(np.int32)
    return np.concatenate([np.float32(numbers).view(np.int32), cuts, np.float32(places * edge).view(np.int32)])


def _run(vectors: int, setting: Setting, replicas: int, steps: int, seed: int) -> Statistics:
    """Run the C program of so many vectors."""
    code, n = _library(setting.batch, setting.n, vectors), setting.n
    law, streams = _law(setting), first_states(seed, range(replicas))
    start = np.float32((np.array(setting.start) - sum(setting.interval) / 2) / setting.scale)
    pairs, sorting = comparisons(n)
    plan = _Plan(steps, BURN_IN, RECORD_EVERY, len(pairs), sorting, replicas, pairs.ctypes.data)
    mean, spread, errors = np.empty((n, replicas)), np.empty((n, replicas)), np.empty((2, replicas))
    trajectory = np.empty((steps // RECORD_EVERY, n, replicas))
    arrays = (law, streams, start, mean, spread, errors, trajectory)
    if replicas % code.lanes():
        raise ValueError(f"replicas must be a multiple of {code.lanes()}; got {replicas}")
    places = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
    code.run(places[0], ctypes.byref(plan), *places[1:])
    middle = sum(setting.interval) / 2
    variance = setting.scale**2 * spread.T / (steps - BURN_IN)
    return Statistics(middle + setting.scale * mean.T, variance, middle + setting.scale * trajectory)


def programs(setting: Setting) -> list[Program]:
    """List the programs; an ``ImportError`` says that there is no compiler."""
    if shutil.which("gcc") is None:
        raise ImportError("gcc was not found")

    def program(vectors: int) -> Program:
        """Make the program of so many vectors."""
        return Program("C floor", f"{vectors} vector{'s' * (vectors > 1)}", lambda *order: _run(vectors, *order))

    return [program(vectors) for vectors in VECTORS]
