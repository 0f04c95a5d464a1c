"""A program that is killed at every line of the code that stores rows, one process after the other.

It makes the folder of a sweep, then writes a second part beside a first. After each kill the folder is looked at, and
the same is done again. It writes what it has found as JSON.
"""

import json
import os
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path

from tests.sweep.examples import counted, sweep

from lossbook.sweep import files, storage
from lossbook.sweep.parts import Part, row
from lossbook.sweep.storage import PARTS, Store

EXAMPLE = sweep(6)
WATCHED = {module.__file__ for module in (files, storage)}
RESULT = json.dumps({"mean": 0.5, "error": None})


def store(folder):
    """Make or open the folder, clear it, and store what is not stored."""
    opened = Store.create(folder, EXAMPLE.tasks)
    opened.clear()
    stored = {name for part in opened.parts() for name in part.table["task"].to_pylist()}
    for indices in ([0, 1, 2], [3, 4, 5]):
        tasks = [EXAMPLE.tasks[index] for index in indices]
        if not stored & {task.identity for task in tasks}:
            opened.write([row(task, RESULT, opened.columns) for task in tasks])


def act_and_die(folder, number):
    """Store; be killed at the line of that number."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    store(folder)
    os._exit(0)


def killed(folder, number):
    """Whether a process was killed at that line; it was not if it came to its end."""
    child = os.fork()
    if not child:
        act_and_die(folder, number)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0


def look(folder, found):
    """What a kill has left: whole parts only, each task once; perhaps a file that is no part."""
    partly = [path.name for path in folder.glob("**/*.partly")] if folder.exists() else []
    found["half written"] += bool(partly)
    if not (folder / "sweep.json").exists():
        found["no sweep yet"] += 1
        return
    if (folder / PARTS).exists():
        assert all(isinstance(part, Part) for part in Store(folder).parts())
        left = counted(folder, EXAMPLE)
        assert left.rows in (0, 3, 6)
        assert (left.doubled, left.foreign) == (0, 0)
        found[f"{left.rows} rows"] += 1


def main():
    """Kill at one line after the other until there are no more."""
    place, found = Path(sys.argv[1]), Counter()
    store(place / "whole")
    number = 1
    while killed(folder := place / "killed", number):
        look(folder, found)
        store(folder)
        assert counted(folder, EXAMPLE) == (6, 0, 0, 0)
        assert not list(folder.glob("**/*.partly"))
        contents = [sorted(path.read_bytes() for path in one.glob("parts/*")) for one in (folder, place / "whole")]
        assert contents[0] == contents[1]
        shutil.rmtree(folder)
        number += 1
    print(json.dumps({"kills": number - 1, **found}))


if __name__ == "__main__":
    main()
