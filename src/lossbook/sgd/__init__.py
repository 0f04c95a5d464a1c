"""The learning process of equation (9): stochastic gradient with momentum on batches, over many replicas."""

from lossbook.sgd.chunks import DivergedError
from lossbook.sgd.results import Pooled, Run
from lossbook.sgd.settings import SGD, Decay, decay
from lossbook.sgd.simulation import simulate

__all__ = ["SGD", "Decay", "DivergedError", "Pooled", "Run", "decay", "simulate"]
