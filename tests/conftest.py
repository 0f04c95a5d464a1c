"""What all tests share: the record of the equations, and examples that are the same in every run."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ("tools.equation_record",)

settings.register_profile(
    "fixed", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("random", deadline=None)
settings.load_profile(os.environ.get("LOSSBOOK_HYPOTHESIS", "fixed"))
