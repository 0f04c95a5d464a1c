"""Kernels on disk: found again, kept apart, refused where single precision or the sigmoid itself does not do."""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy

import lossbook as lb
from lossbook.kernels import build
from lossbook.kernels.build import cache_folder, source_of
from lossbook.kernels.formulas import Formulas, formulas, unit_of
from lossbook.loss import M
from tools.chapters import ROOT

LINEAR = lb.losses.linear()
LOGISTIC, HINGE = sympy.log(1 + sympy.exp(-4 * M)), sympy.Max(0, sympy.Rational(1, 2) - M)
PAIR = lb.MarginLoss(LOGISTIC, "logistic | hinge", HINGE)
ASKED = """
import json, sys
import lossbook as lb
from lossbook.kernels.build import kernel
made = kernel(lb.sigmoids.softsign(), lb.losses.linear())
made.check(4.0)
code = made.code
hits, misses = (sum(count.values()) for count in (code.evaluate.stats.cache_hits, code.evaluate.stats.cache_misses))
print(json.dumps({"file": code.__file__, "hits": hits, "misses": misses}))
"""


def kernel(sigma: lb.OddSigmoid, loss: lb.MarginLoss, reach: float) -> build.Kernel:
    """Make a kernel, and check it up to a distance."""
    made = build.kernel(sigma, loss)
    made.check(reach)
    return made


def ask(cache: Path) -> dict:
    """Make the kernel in a process of its own."""
    environment = os.environ | {"LOSSBOOK_CACHE": str(cache)}
    answer = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(answer.stdout)


def stamps(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_kernel_is_found_again_without_being_compiled(tmp_path: Path) -> None:
    first = ask(tmp_path)
    assert (first["hits"], first["misses"]) == (0, 1)
    assert Path(first["file"]).parent == tmp_path / "kernels"
    before = stamps(tmp_path)
    second = ask(tmp_path)
    assert second == {"file": first["file"], "hits": 1, "misses": 0}
    assert stamps(tmp_path) == before
    assert len(list((tmp_path / "kernels").glob("*.py"))) == 1


def test_damaged_source_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSBOOK_CACHE", str(tmp_path))
    text = "number = 41 + 1\n"
    first = build._load(text)
    assert build._load(text) is first
    path = Path(str(first.__file__))
    path.write_text("number = 0\n", "utf-8")
    monkeypatch.delitem(sys.modules, first.__name__)
    again = build._load(text)
    monkeypatch.delitem(sys.modules, first.__name__)
    assert (again.number, path.read_text("utf-8")) == (42, text)
    assert [other.name for other in path.parent.iterdir() if other.is_file()] == [path.name]


@pytest.fixture
def own_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_named_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSBOOK_CACHE", str(tmp_path / "new" / "one"))
    assert cache_folder() == tmp_path / "new" / "one" / "kernels"
    assert list(cache_folder().iterdir()) == []


def test_folder_of_the_user_is_used_where_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSBOOK_CACHE", "")
    monkeypatch.setattr(build.platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "user"))
    assert cache_folder() == tmp_path / "user" / "kernels"


def test_temporary_folder_is_used_where_none_can_be_written(
    tmp_path: Path, own_temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("LOSSBOOK_CACHE", str(tmp_path / "file" / "below"))
    folder = cache_folder()
    assert folder.parent == own_temporary
    (folder / "written").write_text("", "utf-8")


def parts_of(sigma: lb.OddSigmoid, loss: lb.MarginLoss = LINEAR) -> Formulas:
    return formulas(unit_of(sigma)[0], loss)


def test_other_formulas_have_other_sources_and_scales_share_one() -> None:
    m = lb.losses.M
    sources = {
        source_of(parts_of(sigma, loss))
        for sigma in (lb.sigmoids.arctan(), lb.sigmoids.tanh())
        for loss in (LINEAR, lb.MarginLoss((1 - m) ** 2))
    }
    assert len(sources) == 4
    assert source_of(parts_of(lb.sigmoids.arctan("1/10"))) in sources


def test_source_holds_the_functions_in_place_of_the_examples() -> None:
    parts = parts_of(lb.sigmoids.tanh())
    source = source_of(parts)
    assert parts.source in source
    assert "lossbook.kernels.example" not in source
    assert re.search(r"^from lossbook\.kernels\.elementary import .*\btanh\b", source, re.M)
    assert "njit" in source
    compile(source, "kernel", "exec")


def test_kernels_of_different_formulas_lie_in_different_files() -> None:
    kernels = [kernel(sigma, LINEAR, 4.0) for sigma in (lb.sigmoids.arctan(), lb.sigmoids.softsign())]
    files = {str(made.code.__file__) for made in kernels}
    assert len(files) == 2
    again = kernel(lb.sigmoids.arctan("1/3"), LINEAR, 4.0)
    assert again.code is kernels[0].code
    assert (again.unit, kernels[0].unit) == (pytest.approx(1 / 3), 1)


OVERFLOWING = lb.OddSigmoid.parse("sinh(u)/sqrt(1+sinh(u)**2)")
CLAMPED = lb.OddSigmoid.parse("(exp(3*u)-exp(-3*u))/(exp(3*u)+exp(-3*u))")


def test_formula_that_overflows_is_refused_where_it_does() -> None:
    assert kernel(OVERFLOWING, LINEAR, 8.0).unit == 0.5, "near 0 it does well"
    with pytest.raises(ValueError, match="must be computable in single precision") as refused:
        kernel(OVERFLOWING, LINEAR, 200.0)
    message = str(refused.value)
    assert message.startswith("the sigmoid must be computable in single precision; at u = -")
    assert "its formula gives -0 instead of -1" in message
    assert message.endswith("write it in a form that does not overflow or cancel")


def test_refused_formula_is_refused_again() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="computable in single precision"):
            kernel(OVERFLOWING, LINEAR, 1000.0)


def refused(sigma: lb.OddSigmoid, reach: float) -> bool:
    try:
        kernel(sigma, LINEAR, reach)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize(
    "sigma",
    [
        OVERFLOWING,
        CLAMPED,
    ],
    ids=["overflows", "stops"],
)
def test_formula_that_is_refused_stays_refused_over_longer_distances(sigma: lb.OddSigmoid) -> None:
    verdicts = [refused(sigma, 2.0**power) for power in range(1, 16)]
    assert not verdicts[0]
    assert verdicts[-1]
    assert verdicts == sorted(verdicts)


@pytest.mark.parametrize("formula", ["tanh(u) + exp(-u**2)/10", "tanh(u) - exp(-u**2)*u**2/5"])
def test_sigmoid_that_is_not_odd_is_caught(formula: str) -> None:
    with pytest.raises(ValueError, match="must be computable in single precision"):
        kernel(lb.OddSigmoid.parse(formula), LINEAR, 4.0)


def test_loss_that_single_precision_does_not_hold_is_refused_without_a_warning() -> None:
    steep = lb.MarginLoss(sympy.exp(-200 * lb.losses.M))
    with pytest.raises(ValueError, match=r"^the (loss's derivative|gradient of the loss) must be computable"):
        kernel(lb.sigmoids.arctan(), steep, 4.0)


@pytest.mark.parametrize("family", [lb.sigmoids.arctan, lb.sigmoids.tanh], ids=lambda family: family.__name__)
@pytest.mark.parametrize("loss", [lb.losses.hinge("1/20"), lb.losses.ramp(1, 0)], ids=lambda loss: loss.name)
def test_losses_with_kinks_are_held_in_single_precision(family, loss: lb.MarginLoss) -> None:
    """The hinge has its kink on a margin that is looked at, the ramp its kink at 0."""
    made = kernel(family(), loss, 4.0)
    made.check(2.0**17)
    moved = formulas(made.formulas.value, lb.losses.hinge("51/1000"))
    with pytest.raises(ValueError, match=r"^the loss's derivative must be computable"):
        build.Kernel(1.0, moved, made.code)._check(4.0)


def test_pair_whose_sides_are_swapped_is_refused() -> None:
    made = kernel(lb.sigmoids.arctan(), PAIR, 4.0)
    positive, negative = made.formulas.drops
    for drops in ((negative, positive), (positive, positive), (negative, negative)):
        with pytest.raises(ValueError, match=r"^the loss's derivative must be computable"):
            build.Kernel(1.0, replace(made.formulas, drops=drops), made.code)._check(4.0)


JUMP = -sympy.Heaviside(sympy.Rational(1, 2) - M) * (1 + M)


def off_at(place: float, value: float) -> None:
    """Compare a function with a jump at 1/2 from -3/2 to 0 with itself, but for one value."""
    margins = np.append(np.linspace(-1, 1, 200), place)
    found = np.where(margins < 0.5, -1 - margins, 0.0)
    found[-1] = value
    build._compare("function", JUMP, M, margins, found)


@pytest.mark.parametrize("place", [0.5, 0.5 - 1e-7, 0.5 + 1e-7])
@pytest.mark.parametrize(("value", "fine"), [(-1.5, True), (-0.7, True), (0.0, True), (0.01, False), (-1.51, False)])
def test_any_value_between_both_sides_will_do_at_a_jump(place: float, value: float, fine: bool) -> None:
    if fine:
        off_at(place, value)
    else:
        with pytest.raises(ValueError, match=r"^the function must be computable .*; at m = 0\.5 "):
            off_at(place, value)


@pytest.mark.parametrize(("place", "value"), [(0.5 - 1e-5, 0.0), (0.5 + 1e-5, -1.5), (0.5 + 1e-5, -0.1), (-0.5, 0.0)])
def test_other_side_is_refused_beyond_single_precision(place: float, value: float) -> None:
    with pytest.raises(ValueError, match=r"^the function must be computable"):
        off_at(place, value)


def test_smooth_function_has_no_jump_to_excuse_it() -> None:
    margins = np.linspace(-1, 1, 201)
    build._compare("function", 1 + M, M, margins, 1 + margins)
    with pytest.raises(ValueError, match=r"^the function must be computable"):
        build._compare("function", 1 + M, M, margins, 1 + margins + 1e-4 * (margins == 0.5))
