"""A process that has the library loaded, and becomes the command `lossbook` again and again, by a fork each.

An order is a line of JSON on standard input: words of a command, its environment, where its output goes; the answer is
the process's number. Or the number of such a process: the answer is its exit status, null as long as it runs.
"""

import json
import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

HOOK = Path(__file__).with_name("hook") / "sitecustomize.py"


def hook():
    """Load the hook, by its path: some systems have a `sitecustomize` of their own, loaded long before."""
    spec = spec_from_file_location("sitecustomize", HOOK)
    sys.modules["sitecustomize"] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load():
    """Load all that a run needs, but Dask, which reads its environment when it is imported."""
    import filelock  # noqa: F401
    import polars  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import lossbook.cli  # noqa: F401

    hook().load()


def become(order):
    """Become the command; this is a child."""
    os.setsid()
    for number, (path, mode) in enumerate([(os.devnull, os.O_RDONLY), *((p, os.O_WRONLY) for p in order["files"])]):
        os.dup2(os.open(path, mode), number)
    os.environ.clear()
    os.environ.update(order["environment"])
    import sitecustomize

    sitecustomize.FAULTS = json.loads(os.environ.get("SWEEP_FAULTS", "{}"))
    sitecustomize.install()
    from lossbook.cli import main

    sys.argv = ["lossbook", *order["words"]]
    main()


def status_of(number):
    """The exit status, as `subprocess` gives it; None while the process runs."""
    ended, status = os.waitpid(number, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def serve():
    """Answer orders until there are no more."""
    load()
    for line in sys.stdin:
        order = json.loads(line)
        if isinstance(order, int):
            print(json.dumps(status_of(order)), flush=True)
            continue
        number = os.fork()
        if not number:
            become(order)
        print(number, flush=True)


if __name__ == "__main__":
    serve()
