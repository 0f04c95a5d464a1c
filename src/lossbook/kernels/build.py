"""Kernels: the lane loops with the functions of one sigmoid and one loss, compiled once and kept on disk.

The source of a kernel is a file of its own in a cache folder, named after what it holds, so that numba can keep the
machine code beside it: the folder `LOSSBOOK_CACHE` names, or `lossbook` in the user's cache folder. Before a kernel is
used its functions are held against ball arithmetic over the distances that will occur.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import platformdirs
import sympy

from lossbook.balls import UnresolvedError, ball_function, enclose
from lossbook.kernels import arithmetic, elementary, lanes, steps
from lossbook.kernels.formulas import Formulas, formulas, unit_of
from lossbook.loss import M, MarginLoss
from lossbook.sigmoid import OddSigmoid
from lossbook.sigmoid.odd_sigmoid import U

TOLERANCE = 2.0**-18  # of the largest value
_IMPORT = "from lossbook.kernels.example import drop, pull, slope, value\n"
_POINTS = 24  # a side of 0, at which the functions are checked


@dataclass(frozen=True)
class Kernel:
    r"""The compiled loops of one sigmoid and one loss.

    Attributes:
        unit: $\delta$, the length in which positions are measured.
        formulas: what was compiled.
        code: the module with the loops.
    """

    unit: float
    formulas: Formulas
    code: ModuleType

    def check(self, reach: float) -> None:
        r"""Hold the functions against ball arithmetic.

        Args:
            reach: the largest distance $|\theta-x|$ that occurs, in units.

        A ``ValueError`` is raised if one differs by more than $2^{-18}$ of its largest value somewhere.
        """
        right = np.geomspace(min(1e-3, reach / 2), reach, _POINTS)
        points = np.concatenate([-right[::-1], [0.0], right]).astype(np.float32)
        margins = np.linspace(-1, 1, len(points)).astype(np.float32)
        found = [np.empty_like(points) for _ in range(3)]
        pulls = np.empty((2, len(points)), np.float32)
        self.code.evaluate(points, found[0], found[1], margins, found[2], pulls)
        value, slope = (_exact(f, U, points) for f in (self.formulas.value, self.formulas.value.diff(U)))
        drop = _exact(self.formulas.drop, M, margins)
        _compare("sigmoid", U, points, found[0], value)
        _compare("sigmoid's derivative", U, points, found[1] * self.formulas.slope_factor, slope)
        _compare("loss's derivative", M, margins, found[2] * self.formulas.drop_factor, drop)
        for label, pull in zip((1, -1), pulls, strict=True):
            held = np.array([_exact(self.formulas.drop, M, [label * g])[0] for g in np.clip(value, -1, 1)])
            _compare("gradient of the loss", U, points, pull * self.formulas.pull_factor, held * slope)


def _exact(expression: sympy.Expr, symbol: sympy.Symbol, points: Any) -> np.ndarray:
    """Evaluate by balls; NaN where there is no value."""
    function = ball_function(expression, symbol)

    def one(point: Any) -> float:
        """The value at one point."""
        try:
            return float(enclose(function, float(point), 40).mid())
        except UnresolvedError:
            return float("nan")

    return np.array([one(point) for point in points])


def _compare(name: str, symbol: sympy.Symbol, points: np.ndarray, found: np.ndarray, exact: np.ndarray) -> None:
    known = np.isfinite(exact)
    scale = np.max(np.abs(exact[known]), initial=0.0)
    with np.errstate(invalid="ignore"):
        wrong = known & ~(np.abs(found - exact) <= TOLERANCE * scale)
    if wrong.any() or not np.isfinite(found).all():
        at = int(np.argmax(wrong | ~np.isfinite(found)))
        raise ValueError(
            f"the {name} must be computable in single precision; at {symbol} = {points[at]:.6g} (in the sigmoid's own"
            f" unit) its formula gives {found[at]:.6g} instead of {exact[at]:.6g}: write it in a form that does not"
            " overflow or cancel"
        )


def cache_folder() -> Path:
    """Return the folder for sources and machine code; a temporary one where none can be written."""
    wanted = os.environ.get("LOSSBOOK_CACHE") or platformdirs.user_cache_dir("lossbook", appauthor=False)
    folder = Path(wanted) / "kernels"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="lossbook-"))


def source_of(parts: Formulas) -> str:
    """Write the module of a kernel.

    Args:
        parts: its functions.

    Returns:
        the lane loops with these functions in place of the example's.
    """
    text = Path(str(lanes.__file__)).read_text("utf-8")
    names = ", ".join(sorted(name for name in elementary.FUNCTIONS if f"{name}(" in parts.source))
    imports = f"from lossbook.kernels.elementary import {names}\n" if names else ""
    loops = text[text.index("from __future__") :].replace(_IMPORT, f"{imports}\n\n{parts.source}")
    under = "".join(Path(str(module.__file__)).read_text("utf-8") for module in (arithmetic, elementary, steps))
    stamp = hashlib.sha256((under + version("numba")).encode()).hexdigest()[:16]
    return f'"""Lane loops for sigma = {parts.value} and D = {parts.drop}; made by lossbook, on {stamp}."""\n\n{loops}'


def _load(text: str) -> ModuleType:
    """Import a source through its file in the cache folder."""
    name = "lossbook_kernel_" + hashlib.sha256(text.encode()).hexdigest()[:24]
    if name in sys.modules:
        return sys.modules[name]
    path = cache_folder() / f"{name}.py"
    if not path.is_file() or path.read_text("utf-8") != text:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, suffix=".partly", delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
        os.replace(file.name, path)
    description = importlib.util.spec_from_file_location(name, path)
    assert description is not None
    assert description.loader is not None
    module = importlib.util.module_from_spec(description)
    sys.modules[name] = module
    description.loader.exec_module(module)
    return module


@cache
def _kernel(unit: sympy.Expr, loss: MarginLoss) -> tuple[Formulas, ModuleType]:
    parts = formulas(unit, loss)
    return parts, _load(source_of(parts))


def kernel(sigma: OddSigmoid, loss: MarginLoss, reach: float) -> Kernel:
    r"""Make, or find, the kernel of a sigmoid and a loss.

    Args:
        sigma: the odd sigmoid.
        loss: the margin loss.
        reach: the largest distance $|\theta-x|$ that occurs, in units of $x$.

    Returns:
        the kernel, its functions checked up to that distance.
    """
    unit, length = unit_of(sigma)
    parts, code = _kernel(unit, loss)
    made = Kernel(length, parts, code)
    _checked(unit, loss, 2.0 ** np.ceil(np.log2(reach / length)), made.check)
    return made


_known: set[tuple[sympy.Expr, MarginLoss, float]] = set()


def _checked(unit: sympy.Expr, loss: MarginLoss, reach: float, check: Callable[[float], None]) -> None:
    """Check once for each order of magnitude of the distances."""
    key = (unit, loss, float(reach))
    if key not in _known:
        check(float(reach))
        _known.add(key)
