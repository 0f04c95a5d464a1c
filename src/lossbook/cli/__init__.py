r"""The command `lossbook`: certified answers about one threshold, from the command line.

What a reader types is read as exact numbers; each command has a module of its name.
"""

from lossbook.cli import argmax, calibrate
from lossbook.cli.options import FAMILIES
from lossbook.cli.program import app, main

__all__ = ["FAMILIES", "app", "argmax", "calibrate", "main"]
