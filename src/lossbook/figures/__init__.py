"""From results to figures: every picture of the book is drawn here and nothing is computed."""

from lossbook.figures.models import confidence_map, curves, front, gains, interval_strip, landscape, models
from lossbook.figures.optimum import bias, criterion, deaths, phases, shares
from lossbook.figures.style import use_style

__all__ = [
    "bias",
    "confidence_map",
    "criterion",
    "curves",
    "deaths",
    "front",
    "gains",
    "interval_strip",
    "landscape",
    "models",
    "phases",
    "shares",
    "use_style",
]
