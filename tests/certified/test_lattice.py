"""The tables against the sigmoid itself, and the bounds of slopes and values against random places."""

import numpy as np
import pytest
from flint import fmpq
from tests.problems import FAMILIES

import lossbook as lb
from lossbook.certified.lattice import Lattice

ON, OFF = [fmpq(1), fmpq(2), fmpq(4), fmpq(5)], [fmpq(1), fmpq(23, 10), fmpq(13, 3), fmpq(5)]  # cells of 1/2
FACTORS = [fmpq(2), fmpq(-1), fmpq(3, 2)]


def lattice_of(family: str, cuts: list[fmpq], cells: int = 8) -> Lattice:
    return Lattice(getattr(lb.sigmoids, family)("1/2"), cuts, FACTORS, cells)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("cuts", [ON, OFF], ids=["cuts on the lattice", "cuts off it"])
def test_tables_are_the_sigmoid_s_values(family: str, cuts: list[fmpq]) -> None:
    lattice, sigma = lattice_of(family, cuts), getattr(lb.sigmoids, family)("1/2")
    assert float(fmpq(lattice.radius).p) / float(lattice.radius.q) == 0.25
    arguments = 0.25 * np.arange(17)[:, np.newaxis] - lattice.ends
    np.testing.assert_allclose(lattice.values, sigma(arguments), atol=1e-15)
    np.testing.assert_allclose(lattice.slopes, sigma.numeric_derivative(arguments), rtol=1e-13, atol=1e-16)
    assert lattice.steep == pytest.approx(float(sigma.numeric_derivative(np.array(0.0))), rel=1e-14)
    assert not np.allclose(lattice.values[1:], sigma(arguments[:-1]), atol=1e-3)


@pytest.mark.parametrize("cuts", [ON, OFF], ids=["cuts on the lattice", "cuts off it"])
def test_panels_have_the_weights_of_their_intervals(cuts: list[fmpq]) -> None:
    lattice, inner = lattice_of("tanh", cuts), [float(cut.p) / float(cut.q) - 1 for cut in cuts[1:-1]]
    assert np.all(lattice.lengths >= 0)
    assert lattice.lengths.sum() == 4
    np.testing.assert_allclose(lattice.ends[lattice.columns], [0, *inner, 4], rtol=1e-15)
    middles, real = (lattice.ends[1:] + lattice.ends[:-1]) / 2, lattice.lengths > 0
    wanted = np.select([middles < inner[0], middles < inner[1]], [2, -1], 1.5)
    np.testing.assert_array_equal(lattice.factors[real], wanted[real])
    assert (~real).sum() == (2 if cuts is ON else 0)
    assert lattice.steps.tolist() == [2, 3, 2.5, 1.5]
    assert set(0.25 * np.arange(17)) <= set(lattice.ends)


@pytest.mark.parametrize("family", FAMILIES)
def test_steepest_and_highest_are_bounds_and_no_loose_ones(family: str) -> None:
    lattice, sigma = lattice_of(family, OFF), getattr(lb.sigmoids, family)("1/2")
    chance, cuts = np.random.default_rng(1), lattice.ends[lattice.columns]
    for reach in (0, 1):
        slopes, at_cuts, heights = [], [], []
        for _ in range(200):
            theta = 0.25 * (np.arange(17) + reach * chance.uniform(-1, 1, 17))[:, np.newaxis]
            x = lattice.ends[:-1] + chance.random(len(lattice.lengths)) * lattice.lengths
            slopes.append(sigma.numeric_derivative(theta - x))
            at_cuts.append(sigma.numeric_derivative(theta - cuts))
            heights.append(np.abs(sigma(theta - cuts)))
        inner = slice(reach, 17 - reach)  # a cell does not stick out of the interval
        bounds = (lattice.steepest, lattice.steepest_at_cuts, lattice.highest_at_cuts)
        for bound, found in zip(bounds, (slopes, at_cuts, heights), strict=True):
            largest = np.max(found, axis=0)[inner]
            assert np.all(largest <= bound[reach][inner] * (1 + 1e-12))
            assert np.mean(largest >= 0.9 * bound[reach][inner]) > 0.4
            assert not np.all(largest <= 0.99 * bound[reach][inner])


def test_finer_lattices_bound_more_sharply() -> None:
    coarse, fine = lattice_of("arctan", OFF, 4), lattice_of("arctan", OFF, 16)
    assert np.all(fine.steepest_at_cuts[1, 4::8] <= coarse.steepest_at_cuts[1, 1::2] + 1e-15)
    sums = [(lattice.steepest[1, lattice.cells | 1] * lattice.lengths).sum() for lattice in (coarse, fine)]
    assert sums[1] < sums[0]
