"""Lossbook: the small library under the book on loss functions and class imbalance.

The public names. A sigmoid is one sympy expression; problems, losses, gains and metrics are made from it.
"""

from lossbook import loss as losses
from lossbook import metrics, sweep
from lossbook.card import VerdictCard, verdict_card
from lossbook.certified import enclose_gradient, enclose_maximum, maximize_gain, minimize_risk
from lossbook.gain import gain, gain_and_gradient, gain_gradient, interval_gradients, risk, risk_gradient
from lossbook.loss import MarginLoss
from lossbook.multistart import search_maximum
from lossbook.problem import ThresholdProblem, predict
from lossbook.sgd import SGD, DivergedError, Run, decay, simulate
from lossbook.sigmoid import AxiomReport, OddSigmoid, Verdict
from lossbook.sigmoid import families as sigmoids
from lossbook.sweep import load_sweep

__version__ = "0.1.0"

__all__ = [
    "SGD",
    "AxiomReport",
    "DivergedError",
    "MarginLoss",
    "OddSigmoid",
    "Run",
    "ThresholdProblem",
    "Verdict",
    "VerdictCard",
    "decay",
    "enclose_gradient",
    "enclose_maximum",
    "gain",
    "gain_and_gradient",
    "gain_gradient",
    "interval_gradients",
    "load_sweep",
    "losses",
    "maximize_gain",
    "metrics",
    "minimize_risk",
    "predict",
    "risk",
    "risk_gradient",
    "search_maximum",
    "sigmoids",
    "simulate",
    "sweep",
    "verdict_card",
]
