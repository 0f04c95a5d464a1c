"""The learning process of equation (9): stochastic gradient with momentum on batches, over many replicas."""

from lossbook.sgd.settings import SGD, Decay, decay
from lossbook.sgd.simulation import DivergedError, Run, simulate

__all__ = ["SGD", "Decay", "DivergedError", "Run", "decay", "simulate"]
