"""The contenders: distinct, and made for every problem."""

import pytest

import lossbook as lb
from lossbook import comparison
from lossbook.comparison import BY_NAME, CONTENDERS


def test_names_are_distinct_and_every_loss_and_weight_is_made() -> None:
    assert len(BY_NAME) == len(CONTENDERS)
    place, sigma = comparison.problem(1000), comparison.sigmoid("arctan")
    for contender in CONTENDERS:
        loss = contender.loss(place)
        plus, minus = contender.weights(place, sigma, loss)
        assert plus > 0 < minus


@pytest.mark.parametrize("name", ["arctan", "algebraic", "softsign", "tanh", "erf"])
def test_sigmoids_have_the_length_of_a_hundredth(name: str) -> None:
    sigma = comparison.sigmoid(name)
    unit = getattr(lb.sigmoids, name)()
    assert float(sigma(0.005)) == pytest.approx(float(unit(0.5)))


def test_the_truth_lies_where_the_imbalance_says() -> None:
    place = comparison.problem("7/2")
    assert float(place.imbalance) == 3.5
    assert place.length == 1
