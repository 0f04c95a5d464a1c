"""The machine: one core and one thread for everything, and a description that names nobody."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

CPUINFO = Path("/proc/cpuinfo")
PACKAGES = ("numpy", "numba", "torch", "jax", "jaxlib")
ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NPROC")
WIDE = "--xla_cpu_prefer_vector_width=512"  # XLA takes 256 bits by itself


def processor() -> dict[str, str]:
    """Read what the system says of its first processor; nothing where it does not say it."""
    if not CPUINFO.is_file():
        return {}
    lines = CPUINFO.read_text("utf-8").split("\n\n")[0].splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def has(flag: str) -> bool:
    """Tell whether the processor has a feature."""
    return flag in processor().get("flags", "").split()


def cores() -> set[int]:
    """Return the cores that this process may use."""
    return set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))


def use_cores(wanted: set[int]) -> None:
    """Let this process use some cores and no others, where the system can do so."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, wanted)


def one_core() -> set[int]:
    """Pin this process to one core, with one thread in every library.

    Libraries read these settings when they are loaded: call this before any of them is imported.

    Returns:
        the cores that the process could use before.
    """
    before = cores()
    use_cores({max(before)})
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"), JAX_PLATFORMS="cpu")
    if has("avx512f"):
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {WIDE}".strip()
    return before


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _gcc() -> str | None:
    if shutil.which("gcc") is None:
        return None
    command = ["gcc", "-dumpfullversion"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or None


def description(available: set[int]) -> dict[str, Any]:
    """Describe the machine and the versions.

    Args:
        available: the cores that the process could use.

    Returns:
        what JSON can hold; None stands for what is not there, or not known.
    """
    said = processor()
    speed = said.get("cpu MHz")
    return {
        "processor": said.get("model name") or platform.machine(),
        "family and model": f"{said['cpu family']}, {said['model']}" if "cpu family" in said else None,
        "avx2": has("avx2"),
        "avx512f": has("avx512f"),
        "cores": len(available),
        "megahertz": round(float(speed)) if speed else None,
        "system": platform.system(),
        "python": platform.python_version(),
        "gcc": _gcc(),
    } | {package: _version(package) for package in PACKAGES}


def name() -> str:
    """Name the kind of machine for its file of results."""
    return next((flag for flag in ("avx512f", "avx2") if has(flag)), "other").removesuffix("f")
