"""Every picture is tested in the book's style."""

import pytest

from lossbook import figures


@pytest.fixture(autouse=True)
def _style() -> None:
    figures.use_style()
