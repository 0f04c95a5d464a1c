"""The style: one that works anywhere and says nothing."""

import subprocess
import sys


def test_the_style_works_without_a_notebook_and_says_nothing() -> None:
    command = "from lossbook import figures; figures.use_style(); figures.use_style()"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
