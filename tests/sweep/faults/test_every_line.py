"""Rows are stored whole or not at all, at whichever line the process is killed."""

import json
import sys
from pathlib import Path

from tests.sweep.faults.processes import Starter


def test_a_kill_at_any_line_leaves_whole_parts(tmp_path: Path, starter: Starter) -> None:
    process = starter.command(sys.executable, "-m", "tests.sweep.faults.every_line", tmp_path)
    assert process.ended() == 0, process.err
    found = json.loads(process.out)
    assert found["kills"] > 100
    assert found["half written"] > 20  # so the kills came at moments that matter
    assert min(found[key] for key in ("no sweep yet", "0 rows", "3 rows", "6 rows")) > 0
