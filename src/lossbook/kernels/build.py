"""Kernels: the lane loops with the functions of one sigmoid and one loss, compiled once and kept on disk.

The source of a kernel is a file of its own in a cache folder, named after what it holds, so that numba can keep the
machine code beside it: the folder `LOSSBOOK_CACHE` names, or `lossbook` in the user's cache folder. Before a kernel is
used its functions are held against ball arithmetic over the distances that will occur.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
import os
import sys
import tempfile
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
_DENSE, _BALLS = 1000, 12  # points a side of 0 at which the functions are checked, and of these by balls in any case
_NEAREST = 1e-3
_NEIGHBOUR = 1e-6  # how far from a jump, in relation to the place or to 1, single precision may see its other side


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
        r"""Hold the functions against ``float64``, and against ball arithmetic wherever the two differ.

        Args:
            reach: the largest distance $|\theta-x|$ that occurs, in units; checked once for each power of 2.

        A ``ValueError`` is raised if one differs by more than $2^{-18}$ of its largest value somewhere.
        """
        power = max(0, math.ceil(math.log2(reach)))
        if power not in _checked.setdefault(self.code.__name__, set()):
            self._check(2.0**power)
            _checked[self.code.__name__].add(power)

    def _check(self, reach: float) -> None:
        right = np.geomspace(_NEAREST, reach, _DENSE)
        points = np.concatenate([-right[::-1], [0.0], right]).astype(np.float32)
        margins = np.linspace(-1, 1, len(points)).astype(np.float32)
        value, slope = np.empty_like(points), np.empty_like(points)
        drops, pulls = (np.empty((2, len(points)), np.float32) for _ in range(2))
        self.code.evaluate(points, value, slope, margins, drops, pulls)
        parts = self.formulas
        _compare("sigmoid", parts.value, U, points, value)
        _compare("sigmoid's derivative", parts.value.diff(U), U, points, slope, parts.slope_factor)
        for label, exact, drop, pull in zip((1, -1), parts.drops, drops, pulls, strict=True):
            _compare("loss's derivative", exact, M, margins, drop, parts.drop_factor)
            whole = exact.subs(M, label * parts.value) * parts.value.diff(U)
            _compare("gradient of the loss", whole, U, points, pull, parts.pull_factor)


_checked: dict[str, set[int]] = {}


def _exact(expression: sympy.Expr, symbol: sympy.Symbol, points: np.ndarray) -> np.ndarray:
    """Evaluate by balls; NaN where there is no value."""
    function = ball_function(expression, symbol)

    def one(point: Any) -> float:
        """The value at one point."""
        try:
            return float(enclose(function, float(point), 40).mid())
        except UnresolvedError:
            return float("nan")

    return np.array([one(point) for point in points])


def _compare(
    name: str, expression: sympy.Expr, symbol: sympy.Symbol, points: np.ndarray, found: np.ndarray, factor: float = 1.0
) -> None:
    """Refuse a function that is wrong somewhere; where balls have no value it only must be finite."""
    with np.errstate(all="ignore"):
        values = found * np.float64(factor)
        exact = sympy.lambdify(symbol, expression, ["scipy", "numpy"])(points.astype(np.float64))
        exact = np.array(np.broadcast_to(exact, points.shape), dtype=np.float64)
        scale = np.max(np.abs(exact), where=np.isfinite(exact), initial=0.0)
        doubtful = ~(np.abs(values - exact) <= TOLERANCE * scale)
        doubtful[:: len(points) // (2 * _BALLS)] = True
        exact[doubtful] = _exact(expression, symbol, points[doubtful])
        scale = np.max(np.abs(exact), where=np.isfinite(exact), initial=0.0)
        wrong = ~np.isfinite(values) | (np.isfinite(exact) & ~(np.abs(values - exact) <= TOLERANCE * scale))
    if wrong.any() and expression.has(sympy.Heaviside, sympy.sign):  # at a jump any value between both sides will do
        sides = [_exact(expression, symbol, points[wrong] * np.float64(1 + side * _NEIGHBOUR)) for side in (-1, 1)]
        sides += [_exact(expression, symbol, points[wrong] + side * _NEIGHBOUR) for side in (-1, 1)]
        low, high = np.min(sides, axis=0) - TOLERANCE * scale, np.max(sides, axis=0) + TOLERANCE * scale
        wrong[wrong] = ~((low <= values[wrong]) & (values[wrong] <= high))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise ValueError(
            f"the {name} must be computable in single precision; at {symbol} = {points[at]:.6g} (in the sigmoid's own"
            f" unit) its formula gives {values[at]:.6g} instead of {exact[at]:.6g}: write it in a form that does not"
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
    shown_drops = ", ".join(map(str, dict.fromkeys(parts.drops)))
    stamp = hashlib.sha256((under + version("numba")).encode()).hexdigest()[:16]
    return f'"""Lane loops for sigma = {parts.value} and D = {shown_drops}; made by lossbook, on {stamp}."""\n\n{loops}'


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


def kernel(sigma: OddSigmoid, loss: MarginLoss) -> Kernel:
    r"""Make, or find, the kernel of a sigmoid and a loss; :meth:`Kernel.check` is still to be called.

    Args:
        sigma: the odd sigmoid.
        loss: the margin loss.

    Returns:
        the kernel.
    """
    unit, length = unit_of(sigma)
    return Kernel(length, *_kernel(unit, loss))
