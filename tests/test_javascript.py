"""The JavaScript printer: what it writes, what it refuses, and the values, where Node.js or a browser can run them.

The page's own tests, in `tests/book/test_explorer.py`, hold the printed functions against certified numbers.
"""

import json
import math
import re
import shutil
import subprocess
from functools import cache

import mpmath
import numpy as np
import pytest
import sympy

from lossbook import MarginLoss, javascript, losses, sigmoids
from lossbook.javascript import M0, OFFERS, bends, function_source, moved
from lossbook.loss import M
from lossbook.sigmoid.odd_sigmoid import U

NODE = shutil.which("node")
PLACES = [-900.0, -31.5, -6.5, -1.0, -0.1, -1e-9, 0.0, 1e-5, 0.5, 0.999, 2.0, 5.9, 6.1, 40.0, 1000.0]
MARGINS = [-0.99, -0.51, -0.2, 0.0, 0.31, 0.74, 0.99]
EDGE = "3/4"
needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not here; the browser's tests run the same functions")


def made(name: str) -> MarginLoss:
    """The library's loss with the margin of these tests."""
    return OFFERS[name].make(EDGE) if OFFERS[name].movable else OFFERS[name].make()


script = cache(javascript.script)


def run(expression: str) -> list[float]:
    """Run the script and evaluate a list in it."""
    program = f"globalThis.window = globalThis;\n{script()}\nconsole.log(JSON.stringify({expression}));"
    result = subprocess.run([str(NODE), "-"], input=program, capture_output=True, text=True, check=True)
    return [float(number) for number in json.loads(result.stdout)]


@pytest.mark.parametrize(
    ("expression", "source"),
    [
        (sympy.erf(U), "(u) => { return erf(u); }"),
        (sympy.Max(0, 1 - U), "(u) => { return Math.max(0, 1 - u); }"),
        (sympy.Heaviside(U), "(u) => { return step(u); }"),
        (sympy.exp(U) + 1 / (1 + sympy.exp(U)), "(u) => { const t0 = Math.exp(u); return t0 + 1/(t0 + 1); }"),
    ],
    ids=["erf", "kink", "step", "common part"],
)
def test_a_function_is_written_out(expression: sympy.Expr, source: str) -> None:
    assert function_source([U], expression) == source


@pytest.mark.parametrize(
    ("expression", "fault"),
    [(U + M, "must depend on"), (sympy.zeta(U), "functions that JavaScript has"), (sympy.Integral(U, U), "JavaScript")],
    ids=["foreign symbol", "unknown function", "no closed form"],
)
def test_what_cannot_be_printed_is_refused(expression: sympy.Expr, fault: str) -> None:
    with pytest.raises(TypeError, match=fault):
        function_source([U], expression)


@pytest.mark.parametrize("name", OFFERS)
def test_a_moved_loss_is_the_one_made_with_that_margin(name: str) -> None:
    loss = made(name)
    for found, wanted in zip(
        moved(OFFERS[name].make(), OFFERS[name].movable), (loss.expression, loss.derivative), strict=True
    ):
        gaps = [(found.subs(M0, sympy.Rational(EDGE)) - wanted).subs(M, sympy.Rational(str(m))) for m in MARGINS]
        assert [abs(float(gap)) for gap in gaps] == pytest.approx([0.0] * len(gaps), abs=1e-15)


def test_a_loss_moved_the_wrong_way_is_another() -> None:
    wrong = losses.hinge().expression.subs(M, M - 1 + M0)
    assert wrong.subs(M0, sympy.Rational(EDGE)) != losses.hinge(EDGE).expression


@pytest.mark.parametrize("name", OFFERS)
def test_every_kink_is_among_the_bends(name: str) -> None:
    found = {bend.subs(M0, sympy.Rational(EDGE)) for bend in bends(moved(OFFERS[name].make(), OFFERS[name].movable)[0])}
    kinks = made(name).positive.kinks
    assert set(kinks) <= found
    assert bool(kinks) == (name in ("hinge", "squared_hinge", "ramp"))


def test_the_script_offers_every_sigmoid_and_loss_and_is_the_same_twice() -> None:
    text = script()
    keys = re.findall(r"^    (\w+): \{ ", text, re.M)
    assert keys == [*(family.__name__ for family in sigmoids.ALL), *OFFERS]
    assert text == javascript.script()
    assert 'convex: "refuted"' in text.split("ramp:")[1]
    assert text.count('convex: "proved"') == len(OFFERS) - 1


@needs_node
@pytest.mark.parametrize("family", sigmoids.ALL, ids=lambda family: family.__name__)
@pytest.mark.parametrize("part", ["value", "slope", "area"])
def test_a_sigmoid_has_the_librarys_values(family: object, part: str) -> None:
    sigma = family()  # type: ignore[operator]
    exact = javascript.sigmoid_parts(sigma)[part]
    found = run(f"{json.dumps(PLACES)}.map(lossbookFormulas.sigmoids.{family.__name__}.{part})")  # type: ignore[attr-defined]
    wanted = [float(sympy.N(exact.subs(U, sympy.Float(place, 60)), 30)) for place in PLACES]
    assert found == pytest.approx(wanted, rel=1e-14, abs=1e-15)


@needs_node
@pytest.mark.parametrize("name", OFFERS)
def test_a_loss_has_the_librarys_values_and_slopes(name: str) -> None:
    loss, margins = made(name), np.array(MARGINS)
    for part, wanted in (
        ("value", loss.positive.numeric(margins)),
        ("slope", loss.positive.numeric_derivative(margins)),
    ):
        found = run(f"{MARGINS}.map(m => lossbookFormulas.losses.{name}.{part}(m, 0.75))")
        assert found == pytest.approx(wanted.tolist(), rel=1e-14, abs=1e-15)


@needs_node
def test_erf_is_right_to_the_last_digits_and_the_check_would_see_a_wrong_one() -> None:
    places = [k / 16 for k in range(-120, 121)]
    wanted = [float(mpmath.erf(place)) for place in places]
    found = run(f"{places}.map(lossbookFormulas.erf)")
    assert found == pytest.approx(wanted, rel=2e-15)
    assert [math.tanh(1.1284 * place) for place in places] != pytest.approx(wanted, rel=1e-3)
