"""Small margins: the bias of the hinge near the truth, solved and predicted."""

import numpy as np
import pytest

import lossbook as lb
from lossbook.gain import risk_gradient
from lossbook.theory import margins
from lossbook.theory.margins import Bands

SIGMAS = {family.__name__: family() for family in lb.sigmoids.ALL}
FAMILIES = [pytest.param(sigma, id=name) for name, sigma in SIGMAS.items()]
UNEVEN = lb.ThresholdProblem(0, [2, 5, 7, 10], 12)


def alternating(n: int) -> lb.ThresholdProblem:
    """Lengths 2, 3, 2, 3, ..."""
    cuts = np.cumsum([2 + j % 2 for j in range(n + 1)])
    return lb.ThresholdProblem(0, [int(cut) for cut in cuts[:-1]], int(cuts[-1]))


@pytest.mark.parametrize("sigma", FAMILIES)
def test_slope_is_the_gradient_of_the_risk(sigma) -> None:
    bands, bias = Bands(UNEVEN, sigma, "1/20"), np.array([0.01, -0.02, 0.005, 0.03])
    wanted = risk_gradient(UNEVEN, sigma, np.array([2, 5, 7, 10]) + bias, lb.losses.hinge("1/20"))
    found = bands.slope(bias)
    np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-10)
    assert not np.allclose(bands.slope(-bias), wanted, rtol=0.1)


@pytest.mark.parametrize("sigma", FAMILIES)
def test_bias_falls_with_the_square_of_the_margin(sigma) -> None:
    sizes = []
    for margin in ("1/50", "1/200"):
        solved, predicted = (f(UNEVEN, sigma, margin) for f in (margins.solved_bias, margins.predicted_bias))
        sizes.append(np.abs(solved).max())
        # the next order: margin for softsign, whose slope has a kink, else its square
        relative = 0.15 if sigma.name == "softsign" else 0.01
        assert np.abs(solved - predicted).max() < relative * np.abs(predicted).max()
        assert np.abs(solved - predicted / 2).max() > 0.3 * np.abs(predicted).max()
    assert np.log(sizes[0] / sizes[1]) / np.log(4) == pytest.approx(2, abs=0.06)


@pytest.mark.parametrize("n", range(1, 9))
def test_every_number_of_thresholds(n) -> None:
    solved, predicted = (
        f(alternating(n), SIGMAS["tanh"], "1/100") for f in (margins.solved_bias, margins.predicted_bias)
    )
    if n == 1:
        assert np.abs(solved).max() < 1e-15
        np.testing.assert_array_equal(predicted, 0)
    else:
        assert np.abs(solved).max() > 1e-7
        assert np.abs(solved - predicted).max() < 1e-3 * np.abs(predicted).max()


def test_the_neighbours_bands_count_as_much_as_the_own() -> None:
    """With equal widths the own band alone would give half the bias."""
    problem, sigma = lb.ThresholdProblem(0, [2, 4], 6), SIGMAS["tanh"]
    bands = Bands(problem, sigma, "1/1000")
    own = bands.widths**2 / 2 * np.array([-1, 1]) * 2 / np.sinh(4)
    assert margins.solved_bias(problem, sigma, "1/1000") == pytest.approx(2 * own, rel=1e-5)
    assert margins.solved_bias(problem, sigma, "1/1000") != pytest.approx(own, rel=0.1)


def test_solution_is_a_minimum_of_the_risk() -> None:
    sigma, loss = SIGMAS["algebraic"], lb.losses.hinge("1/5")
    best = np.array([2, 5, 7, 10]) + margins.solved_bias(UNEVEN, sigma, "1/5")
    moves = 1e-2 * np.concatenate([np.zeros((1, 4)), np.eye(4), -np.eye(4), [[1, -1, 0, 0], [1, 1, 1, 1]]])
    risks = lb.risk(UNEVEN, sigma, best + moves, loss)
    assert np.argmin(risks) == 0


@pytest.mark.parametrize("sigma", FAMILIES)
def test_outer_thresholds_go_outwards(sigma) -> None:
    bias = margins.solved_bias(alternating(5), sigma, "1/20")
    assert bias[0] < 0 < bias[-1]


def test_edges_lie_where_the_score_has_the_size_of_the_margin() -> None:
    bands = Bands(UNEVEN, SIGMAS["softsign"], "1/20")
    edges = bands.edges(np.zeros(4))
    assert np.all((edges[:, 0] < 0) & (edges[:, 1] > 0))
    for k, start in enumerate([2, 5, 7, 10]):
        for edge in edges[k]:
            assert abs(np.prod(SIGMAS["softsign"](np.array([2, 5, 7, 10]) - start - edge))) == pytest.approx(0.05)


def test_units_do_not_matter() -> None:
    half = lb.ThresholdProblem(-3, [-2, "-1/2", "1/2", 2], 3)
    one = margins.solved_bias(UNEVEN, SIGMAS["arctan"], "1/30")
    two = margins.solved_bias(half, lb.sigmoids.arctan("1/2"), "1/30")
    np.testing.assert_allclose(2 * two, one, rtol=1e-9)


@pytest.mark.parametrize("margin", [0, "9/10"])
def test_margin_must_be_small(margin) -> None:
    with pytest.raises(ValueError, match=r"margin must be (greater than 0|below 0\.\d+, where two bands meet)"):
        margins.solved_bias(UNEVEN, SIGMAS["softsign"], margin)
