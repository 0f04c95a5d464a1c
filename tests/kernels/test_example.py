"""The example that the lane loops are written around holds what the printer writes for the paper's own model."""

from pathlib import Path

import lossbook.kernels.example as example
from lossbook.kernels.formulas import formulas, unit_of
from lossbook.loss import linear
from lossbook.sigmoid.families import arctan, tanh

IMPORTS = """from lossbook.kernels.arithmetic import f32, fma, inlined
from lossbook.kernels.elementary import atan


"""


def functions() -> str:
    """Return the example's functions as they stand."""
    text = Path(str(example.__file__)).read_text("utf-8")
    return text[text.index(IMPORTS) + len(IMPORTS) :]


def test_example_is_what_is_written_for_arctan_and_the_linear_loss() -> None:
    assert functions() == formulas(unit_of(arctan("1/10"))[0], linear()).source


def test_another_sigmoid_is_written_in_another_way() -> None:
    assert functions() != formulas(unit_of(tanh())[0], linear()).source
