"""Margin losses: the pair of functions, the losses of practice, their shape, and class weights."""

from lossbook.loss.families import (
    asl,
    checked_loss,
    exponential,
    focal,
    hinge,
    ldam,
    linear,
    logistic,
    logit_adjusted,
    ramp,
    squared,
    squared_hinge,
)
from lossbook.loss.margin_loss import M, MarginFunction, MarginLoss
from lossbook.loss.shape import ShapeReport
from lossbook.loss.weights import (
    calibrated_ratio,
    calibrated_weights,
    effective_number,
    inverse_frequency,
    inverse_square_root,
    sizes_of,
)

__all__ = [
    "M",
    "MarginFunction",
    "MarginLoss",
    "ShapeReport",
    "asl",
    "calibrated_ratio",
    "calibrated_weights",
    "checked_loss",
    "effective_number",
    "exponential",
    "focal",
    "hinge",
    "inverse_frequency",
    "inverse_square_root",
    "ldam",
    "linear",
    "logistic",
    "logit_adjusted",
    "ramp",
    "sizes_of",
    "squared",
    "squared_hinge",
]
