"""All pictures, as the tests of their modules draw them: the same bytes every time, and no ground of their own."""

from collections.abc import Callable
from functools import cache

import pytest
from matplotlib.figure import Figure
from tests.drawing import is_transparent, svg
from tests.figures import (
    test_births,
    test_explorer,
    test_learners,
    test_losses,
    test_models,
    test_noise,
    test_optimum,
    test_proof,
    test_scale,
    test_speed,
    test_thresholds,
)

MODULES = (
    test_births,
    test_explorer,
    test_learners,
    test_losses,
    test_models,
    test_noise,
    test_optimum,
    test_proof,
    test_scale,
    test_speed,
    test_thresholds,
)
DRAWINGS: dict[str, Callable[[], Figure]] = {
    f"{module.__name__.rpartition('_')[2]}, {name}": draw
    for module in MODULES
    for name, draw in module.DRAWINGS.items()
}


@cache
def first(name: str) -> tuple[str, bool]:
    """Draw a figure for the first time: its bytes, and whether it has no ground of its own."""
    figure = DRAWINGS[name]()
    return svg(figure), is_transparent(figure)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_is_the_same_bytes_every_time(name: str) -> None:
    assert first(name)[0] == svg(DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_has_no_ground_of_its_own(name: str) -> None:
    assert first(name)[1]


def test_no_module_of_drawings_is_left_out(request: pytest.FixtureRequest) -> None:
    there = {path.stem for path in request.path.parent.glob("test_*.py") if "\nDRAWINGS" in path.read_text("utf-8")}
    assert there - {request.path.stem} == {module.__name__.rpartition(".")[2] for module in MODULES}
