"""Tests of the paper's numbered equations."""

import pytest


@pytest.mark.equation(18)
def test_equation_18_slope() -> None:
    assert 1 + 1 == 2


@pytest.mark.equation(9, 10, 16, 17)
def test_equation_17_gain() -> None:
    assert 2 + 2 == 4
