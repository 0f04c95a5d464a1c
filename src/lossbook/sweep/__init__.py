"""Sweeps: a design is described once and run here, on all cores, or on a cluster; every row can be checked."""

from lossbook.sweep.design import Design
from lossbook.sweep.errors import DesignError, SweepError
from lossbook.sweep.measure import Measure
from lossbook.sweep.measures import MEASURES
from lossbook.sweep.planning import Plan, plan
from lossbook.sweep.running import Outcome, run
from lossbook.sweep.tables import DamageWarning, Verification, load_sweep, summary, verify

__all__ = [
    "MEASURES",
    "DamageWarning",
    "Design",
    "DesignError",
    "Measure",
    "Outcome",
    "Plan",
    "SweepError",
    "Verification",
    "load_sweep",
    "plan",
    "run",
    "summary",
    "verify",
]
