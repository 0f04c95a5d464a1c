"""What theory says in the long run, against the normal law and a simulation."""

from dataclasses import replace

import numpy as np
import pytest

from lossbook import comparison
from lossbook.comparison import BY_NAME, Case

CASE = Case("arctan", 10, 3e-3)


def test_prediction_is_that_of_a_normal_law_around_the_optimum() -> None:
    case = replace(CASE, rate=3e-4)
    found = comparison.predicted(BY_NAME["linear"], case)
    assert found is not None
    law = np.random.default_rng(1).normal(found.bias + found.shift, found.deviation, 400_000)
    assert np.abs(law).mean() == pytest.approx(found.error, rel=5e-3)
    moved = comparison.predicted(BY_NAME["linear, threshold moved"], case)
    assert moved is not None
    assert (moved.bias, moved.deviation) == (0, found.deviation)
    assert moved.error < found.error


def test_prediction_agrees_with_a_simulation_at_a_small_rate() -> None:
    case = replace(CASE, rate=1e-4)
    found = comparison.predicted(BY_NAME["linear, calibrated"], case)
    error = comparison.contest(case, {}, 256, ("linear, calibrated",))["linear, calibrated"]["stationary"].error
    assert found is not None
    assert error.mean() == pytest.approx(found.error, rel=0.03)
    assert error.mean() != pytest.approx(1.1 * found.error, rel=0.03)


def test_nothing_is_predicted_where_the_class_is_lost() -> None:
    assert comparison.predicted(BY_NAME["linear"], replace(CASE, imbalance=1000)) is None
