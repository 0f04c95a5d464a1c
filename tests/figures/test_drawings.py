"""All pictures, as the tests of their modules draw them: the same bytes every time, and no ground of their own."""

from collections.abc import Callable

import pytest
from matplotlib.figure import Figure
from tests.drawing import is_transparent, svg
from tests.figures import (
    test_births,
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


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_is_the_same_bytes_every_time(name: str) -> None:
    assert svg(DRAWINGS[name]()) == svg(DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_has_no_ground_of_its_own(name: str) -> None:
    assert is_transparent(DRAWINGS[name]())


def test_no_module_of_drawings_is_left_out(request: pytest.FixtureRequest) -> None:
    there = {path.stem for path in request.path.parent.glob("test_*.py") if "\nDRAWINGS" in path.read_text("utf-8")}
    assert there - {request.path.stem} == {module.__name__.rpartition(".")[2] for module in MODULES}
