"""The audit of the reconstruction: letters are counted right, and a wrong reading is noticed."""

import pytest

from lossbook.paper import EQUATIONS, Equation, visible


def test_visible_counts_latin_letters_and_digits_only() -> None:
    counted = visible(r"\theta_{i+1}=\theta_i-\gamma_i\nabla L(\theta_i)\text{ words }\mathbb{R}")
    assert "".join(sorted(counted.elements())) == "1Liiii"


def test_every_number_of_the_paper_has_a_reading() -> None:
    assert list(EQUATIONS) == list(range(1, 20))


@pytest.mark.parametrize("number", [number for number in EQUATIONS if number != 2])
def test_reading_has_the_letters_that_are_left(number: int) -> None:
    assert EQUATIONS[number].difference == ""


def test_equation_2_lacks_the_letter_that_the_extraction_cut() -> None:
    assert EQUATIONS[2].difference == "t"


@pytest.mark.parametrize("number", EQUATIONS)
def test_a_changed_reading_is_noticed(number: int) -> None:
    equation = EQUATIONS[number]
    assert Equation(equation.left, equation.tex + "q").difference != equation.difference
