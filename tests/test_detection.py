"""The detection problem: areas against sampling and a second formula, the confidence's half level, bad input."""

import math

import numpy as np
import pytest
from mpmath import mp, mpf
from scipy import integrate

from lossbook.detection import DiscDetection
from lossbook.metrics import confusion

PROBLEM = DiscDetection(centre=(0.6, 0.5), radius=0.2)
CENTRES = [(0.6, 0.5), (0.55, 0.45), (0.4, 0.7), (0.3, 0.3), (0.8, 0.5), (0.2, 0.5), (0.21, 0.79), (0.6, 0.5 + 1e-9)]
PARTS = ("true_positive", "false_negative", "true_negative", "false_positive")


def lens(distance: float, radius: float) -> float:
    """Integrate the width of the common part of two discs along their chord."""
    if distance >= 2 * radius:
        return 0.0
    top = math.sqrt(radius**2 - distance**2 / 4)
    return integrate.quad(lambda y: 2 * math.sqrt(radius**2 - y * y) - distance, -top, top, epsabs=1e-13)[0]


@pytest.mark.parametrize("theta", CENTRES)
def test_areas_agree_with_integration(theta: tuple[float, float]) -> None:
    table = PROBLEM.exact_confusion(theta)
    common, disc = lens(math.dist(theta, PROBLEM.centre), 0.2), math.pi * 0.04
    truth = (common, disc - common, 1 - 2 * disc + common, disc - common)
    assert [getattr(table, part) for part in PARTS] == pytest.approx(truth, abs=1e-10)
    assert table.positive + table.negative == pytest.approx(1)


@pytest.mark.parametrize("theta", CENTRES)
def test_areas_agree_with_a_sample_within_five_standard_errors(theta: tuple[float, float]) -> None:
    count = 200_000
    x = PROBLEM.sample(count, seed=3)
    sampled = confusion(2 * PROBLEM.label(x) - 1, 2 * PROBLEM.predict(theta, x) - 1)
    table = PROBLEM.exact_confusion(theta)
    for part in PARTS:
        area = getattr(table, part)
        assert abs(getattr(sampled, part) / count - area) <= 5 * math.sqrt(max(area * (1 - area), 1e-12) / count)


def test_sample_would_tell_another_radius() -> None:
    x = PROBLEM.sample(200_000, seed=3)
    share = float(np.mean(DiscDetection(radius=0.21).label(x)))
    assert abs(share - math.pi * 0.04) > 5 * math.sqrt(share * (1 - share) / 200_000)


def test_right_centre_is_perfect_and_distant_centre_hits_nothing() -> None:
    assert PROBLEM.exact_confusion(PROBLEM.centre).balanced_accuracy == pytest.approx(1)
    assert PROBLEM.exact_confusion((0.2, 0.5)).sensitivity == 0


def test_prediction_at_one_half_is_the_disc() -> None:
    x = PROBLEM.sample(5000, seed=1)
    np.testing.assert_array_equal(PROBLEM.predict(PROBLEM.centre, x), PROBLEM.label(x))
    inside = np.hypot(*(x - PROBLEM.centre).T) <= 0.2
    np.testing.assert_array_equal(PROBLEM.label(x), inside)


def test_higher_threshold_predicts_less() -> None:
    x = PROBLEM.sample(5000, seed=2)
    sizes = [PROBLEM.predict((0.5, 0.5), x, threshold).sum() for threshold in (0.1, 0.5, 0.8)]
    assert sizes[0] > sizes[1] > sizes[2] > 0


@pytest.mark.parametrize("x", [(0.6, 0.5), (0.8, 0.5), (0.0, 0.0), (1.0, 1.0)])
def test_confidence_is_the_logistic_function_of_the_excess(x: tuple[float, float]) -> None:
    excess = (mpf(x[0]) - mpf(0.6)) ** 2 + (mpf(x[1]) - mpf(0.5)) ** 2 - mpf(0.2) ** 2
    assert PROBLEM.confidence((0.6, 0.5), x) == pytest.approx(float(1 / (1 + mp.exp(excess / mpf(0.02)))), rel=1e-12)


def test_confidence_of_a_hard_edge_does_not_overflow() -> None:
    hard = DiscDetection(softness=1e-9)
    assert hard.confidence(hard.centre, [[0.6, 0.5], [0.0, 0.0]]).tolist() == [1.0, 0.0]


def test_sample_depends_on_the_seed_alone() -> None:
    np.testing.assert_array_equal(PROBLEM.sample(10, seed=1), DiscDetection(radius=0.1).sample(10, seed=1))
    assert (PROBLEM.sample(10, seed=1) != PROBLEM.sample(10, seed=2)).all()
    assert PROBLEM.sample(10, seed=1).shape == (10, 2)


@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
def test_shapes_are_kept(shape: tuple[int, ...]) -> None:
    x = np.full((*shape, 2), 0.5)
    assert PROBLEM.label(x).shape == PROBLEM.confidence((0.5, 0.5), x).shape == shape


@pytest.mark.parametrize(
    "settings",
    [
        {"centre": (0.1, 0.5)},
        {"centre": (0.5, 0.9)},
        {"radius": 0.0},
        {"radius": -0.1},
        {"radius": 0.5},
        {"radius": float("nan")},
        {"softness": 0.0},
        {"softness": -1.0},
        {"softness": float("nan")},
        {"centre": (0.5,)},
        {"centre": (float("nan"), 0.5)},
    ],
    ids=str,
)
def test_wrong_problem_is_refused(settings: dict) -> None:
    with pytest.raises(ValueError, match=r"centre|disc|softness"):
        DiscDetection(**settings)


@pytest.mark.parametrize("theta", [(0.1, 0.5), (0.5, 0.95), (0.5,), (0.5, 0.5, 0.5)])
def test_model_disc_that_leaves_the_square_has_no_exact_confusion(theta: tuple) -> None:
    with pytest.raises(ValueError, match=r"^theta must be the centre of a disc"):
        PROBLEM.exact_confusion(theta)


@pytest.mark.parametrize("threshold", [0, 1, -0.5, float("nan")])
def test_wrong_threshold_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match=r"^threshold must lie"):
        PROBLEM.predict((0.5, 0.5), [0.5, 0.5], threshold)


def test_points_of_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^x must have shape \(\.\.\., 2\)"):
        PROBLEM.label([0.1, 0.2, 0.3])
