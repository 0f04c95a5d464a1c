r"""The command `lossbook`: certified answers about one threshold, and sweeps, from the command line.

What a reader types is read as exact numbers; each command has a module of its name.
"""

from lossbook.cli import argmax, calibrate, sweep
from lossbook.cli.program import app, main
from lossbook.reading import FAMILIES

__all__ = ["FAMILIES", "app", "argmax", "calibrate", "main", "sweep"]
