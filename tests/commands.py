"""How the tests run the command `lossbook`."""

import json
import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from lossbook.cli import app

COMMAND = shutil.which("lossbook", path=str(Path(sys.executable).parent))


def run(*words: str) -> tuple[int, str, str]:
    """Run inside this process: exit status, standard output, standard error."""
    result = CliRunner().invoke(app, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def started(*words: str, **settings: Any) -> tuple[int, str, str]:
    """Run the installed command in a process of its own."""
    assert COMMAND, "the command is not installed: run `make environment`"
    environment = {**os.environ, **settings.pop("env", {})}
    done = subprocess.run(
        [COMMAND, *words], capture_output=True, text=True, encoding="utf-8", env=environment, timeout=60, **settings
    )
    return done.returncode, done.stdout, done.stderr


def answered(*words: str) -> str:
    """The line of an answer without warnings."""
    status, out, err = run(*words)
    assert (status, err) == (0, "")
    assert out.count("\n") == 1
    return out


def kept(*words: str) -> dict[str, Any]:
    """The JSON object of an answer."""
    return json.loads(answered(*words, "--json"))


def refused(*words: str) -> str:
    """The one line about wrong input."""
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert re.fullmatch(r"error: [^\n]+\n", err), err
    assert not re.search("Traceback|Usage|[╭│╰]", err)
    return err


def whole(text: str) -> Fraction:
    """The number that a text "p/q" is."""
    numerator, denominator = text.split("/")
    return Fraction(int(numerator), int(denominator))
