"""The results: numbers within their bounds, and moments of all replicas together with their standard errors."""

import numpy as np
import pytest
from tests.sgd.processes import FIELDS, STREAMS, plain_run, problem_of

import lossbook as lb


def test_results_are_numbers_within_their_bounds() -> None:
    for settings in STREAMS:
        run = plain_run(replicas=130, **settings)
        assert all(np.isfinite(getattr(run, name)).all() for name in FIELDS)
        assert (run.variance > 0).all()
        for name in ("error_rate", "sensitivity", "specificity", "balanced_accuracy"):
            assert ((getattr(run, name) >= 0) & (getattr(run, name) <= 1)).all()
        np.testing.assert_array_equal(run.balanced_accuracy, (run.sensitivity + run.specificity) / 2)
        n = run.settings.problem.n
        shape = (130,) if n == 1 else (130, n)
        assert run.mean.shape == run.variance.shape == run.final.shape == shape
        assert run.error_rate.shape == run.sensitivity.shape == run.specificity.shape == (130,)


@pytest.mark.parametrize("n", [1, 3])
def test_pooled_moments_are_those_of_all_places_together(n: int) -> None:
    small = {"problem": problem_of(n), "sigmoid": lb.sigmoids.arctan("1/10"), "burn_in": 0, "steps": 60}
    run = plain_run(**small, replicas=500, record_every=1)
    found = run.pooled()
    np.testing.assert_allclose(found.mean, run.trajectory.mean(axis=(0, 1)), rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.variance, run.trajectory.var(axis=(0, 1)), rtol=1e-5)
    assert np.shape(found.mean) == np.shape(found.variance_error) == (() if n == 1 else (n,))
    again = [plain_run(**small, replicas=200, seed=seed, start=0.8).pooled() for seed in range(60)]
    for name in ("mean", "variance"):
        told = np.mean([getattr(part, f"{name}_error") for part in again], axis=0)
        seen = np.std([getattr(part, name) for part in again], axis=0)
        assert (np.abs(seen / told - 1) < 0.4).all(), "the standard error is how much the moment varies"


def test_one_replica_has_no_standard_error() -> None:
    with pytest.raises(ValueError, match=r"^replicas must be at least 2 .*; got 1$"):
        plain_run(replicas=1).pooled()
