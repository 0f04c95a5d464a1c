"""The search of the whole square: against the library's gain, random pairs, and a certificate."""

from fractions import Fraction

import numpy as np
import pytest

import lossbook as lb
from lossbook.comparison import Square, best_pair
from lossbook.comparison.whole_square import signed_rule
from lossbook.sigmoid import families


@pytest.mark.parametrize("family", [families.softsign, families.tanh])
def test_gains_are_the_librarys(family: object) -> None:
    first, second = np.array([0.9, 2.0]), np.array([3.5, 3.6, 4.0])
    found = Square(family(), 0.7, 3.0).gains(first, second)
    problem = lb.ThresholdProblem(0, [0.7, 3.7], 0.7 + 3.0 + 0.7)
    pairs = np.stack(np.meshgrid(first, second, indexing="ij"), axis=-1)
    np.testing.assert_allclose(found, lb.gain(problem, family(), pairs), atol=2e-4)
    assert np.abs(found - lb.gain(problem, family(), pairs + np.array([0, 0.1]))).max() > 1e-2  # the control


def test_the_rule_is_exact_for_polynomials_and_signed() -> None:
    x, weights = signed_rule(0.7, 3.0)
    cuts = np.array([0, 0.7, 3.7, 4.4])
    for degree in (0, 1, 15):
        pieces = np.diff(cuts ** (degree + 1)) / (degree + 1)
        assert weights @ x**degree == pytest.approx(pieces @ [1, -1, 1], rel=1e-12)
    assert weights @ np.ones_like(x) != pytest.approx(4.4)


def test_best_pair_beats_random_pairs() -> None:
    random = np.random.default_rng(5)
    for outer, middle in 10 ** random.uniform(-1, 1, (4, 2)):
        square = Square(families.arctan(), outer, middle)
        first, second = square.best()
        others = square.gains(*random.uniform(0, square.whole, (2, 100)))
        assert square.gains(np.array([first]), np.array([second]))[0, 0] >= others.max()
        assert others.max() > 0.8 * square.gains(np.array([first]), np.array([second]))[0, 0]


@pytest.mark.parametrize("middle", ["1/4", "17/20", "3/2"])
def test_best_pair_is_a_certified_one(middle: str) -> None:
    sigma, cut = families.tanh(), 1 + Fraction(middle)
    found = np.array(best_pair(sigma, 1, middle))
    ends = np.array(lb.enclose_maximum(lb.ThresholdProblem(0, [1, cut], 1 + cut), sigma).points, dtype=float)
    apart = lambda pair: np.min(np.abs(ends - pair[:, np.newaxis]).max(axis=(1, 2)))  # noqa: E731
    assert apart(found) < 6e-4
    assert apart(found + 1e-2) > 6e-4


def test_of_two_best_ends_the_left_one_is_given() -> None:
    for outer, middle in (("3/10", "7/40"), (30, 2), (1, "1/10")):
        assert best_pair(families.softsign(), outer, middle) == (0, 0)
    assert best_pair(families.softsign(), 1, 3) != (0, 0)


def test_a_pair_half_way_between_two_written_places_is_rounded_up() -> None:
    assert best_pair(families.tanh(), "0.3", "0.4125") == (0.5063, 0.5063)  # merged in the middle, at 0.50625
    assert round(0.3 + 0.4125 / 2, 4) == 0.5062  # the control: a double lies below or above by chance


def test_what_is_no_problem_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^sigma must be an OddSigmoid such as .*; got 'tanh'"):
        best_pair("tanh", 1, 1)
    with pytest.raises(ValueError, match=r"^outer must be greater than 0; got 0"):
        best_pair(families.tanh(), 0, 1)
    with pytest.raises(ValueError, match=r"^middle must be"):
        best_pair(families.tanh(), 1, "x")


class Rough:
    """A sigmoid whose values differ in the last bit, as another machine's may."""

    def __init__(self, sigma: lb.OddSigmoid) -> None:
        self.exactly, self.random = sigma.numeric, np.random.default_rng(1)

    def numeric(self, places: np.ndarray) -> np.ndarray:
        values = self.exactly(places)
        return values * (1 + 2.0**-52 * self.random.integers(-1, 2, values.shape))


@pytest.mark.parametrize(("outer", "middle"), [(1.0, 0.1), (1.0, 1.3), (0.3, 0.175)])
def test_last_bits_do_not_show(outer: float, middle: float, monkeypatch: pytest.MonkeyPatch) -> None:
    sigma = families.arctan()
    exact, rough = best_pair(sigma, outer, middle), Rough(sigma)
    monkeypatch.setattr("lossbook.comparison.whole_square.checked_sigmoid", lambda given: given)
    assert best_pair(rough, outer, middle) == exact
    places = np.linspace(0, 2 * outer + middle, 9)
    assert np.any(
        Square(rough, outer, middle).gains(places, places) != Square(sigma, outer, middle).gains(places, places)
    )
