"""From results to figures: every picture of the book is drawn here and nothing is computed."""

from lossbook.figures.births import birth_planes, partings
from lossbook.figures.explorer import explorer
from lossbook.figures.learners import exponents, learning_paths, success_shares
from lossbook.figures.losses import biases, loss_curves, risks, standings, winners
from lossbook.figures.models import confidence_map, curves, front, gains, interval_strip, landscape, models
from lossbook.figures.noise import Series, noisy_paths, on_theory, stationary_laws
from lossbook.figures.optimum import bias, criterion, deaths, phases, shares
from lossbook.figures.proof import Case, dependencies, three_cases, two_drops
from lossbook.figures.style import use_style
from lossbook.figures.thresholds import interval_weights, margin_biases, shift_laws

__all__ = [
    "Case",
    "Series",
    "bias",
    "biases",
    "birth_planes",
    "confidence_map",
    "criterion",
    "curves",
    "deaths",
    "dependencies",
    "explorer",
    "exponents",
    "front",
    "gains",
    "interval_strip",
    "interval_weights",
    "landscape",
    "learning_paths",
    "loss_curves",
    "margin_biases",
    "models",
    "noisy_paths",
    "on_theory",
    "partings",
    "phases",
    "risks",
    "shares",
    "shift_laws",
    "standings",
    "stationary_laws",
    "success_shares",
    "three_cases",
    "two_drops",
    "use_style",
    "winners",
]
