"""Losses against each other: how many labels are wrong after so many samples, and in the long run (claim C10)."""

from lossbook.comparison.contenders import BY_NAME, CONTENDERS, Contender, problem, sigmoid
from lossbook.comparison.contest import (
    BUDGETS,
    REPLICAS,
    STAGES,
    Case,
    Outcome,
    contest,
    outcomes,
    settings,
    shift_of,
    shifts_of,
)
from lossbook.comparison.prediction import Prediction, predicted
from lossbook.comparison.tables import Gap, Mean, among, stored_gaps, stored_means, told_apart

__all__ = [
    "BUDGETS",
    "BY_NAME",
    "CONTENDERS",
    "REPLICAS",
    "STAGES",
    "Case",
    "Contender",
    "Gap",
    "Mean",
    "Outcome",
    "Prediction",
    "among",
    "contest",
    "outcomes",
    "predicted",
    "problem",
    "settings",
    "shift_of",
    "shifts_of",
    "sigmoid",
    "stored_gaps",
    "stored_means",
    "told_apart",
]
