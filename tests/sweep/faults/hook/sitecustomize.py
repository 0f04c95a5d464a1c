"""Faults for the processes of a test: Python imports this module at its start if its folder is on PYTHONPATH.

The variable SWEEP_FAULTS is a JSON object:

- ``folder``: for each task (by its identity) a file ``bomb-*`` kills the process that computes it, once; ``poison-*``
  kills every such process; ``hold-*`` keeps it waiting until the file is gone, and ``held-*`` tells that it waits;
- ``clock``: a file that holds how many hours the clock of all these processes is ahead;
- ``version``: which version of lossbook this process has;
- ``part_seconds``, ``batch_seconds``: after which a part is written, which a batch takes;
- ``largest_file``: no file grows beyond so many bytes;
- ``no_return``: Dask does not start a worker again where one was killed.
"""

import hashlib
import importlib.abc
import importlib.metadata
import importlib.util
import json
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

FAULTS = json.loads(os.environ.get("SWEEP_FAULTS", "{}"))
real_time, real_version = time.time, importlib.metadata.version
ahead = [0.0, float("-inf")]  # seconds, and when they were read


def set_time():
    """The clock as it is set at the moment; looked up a hundred times a second."""
    now = time.monotonic()
    if now - ahead[1] > 0.01:
        ahead[:] = 3600 * float(Path(FAULTS["clock"]).read_text() or 0), now
    return real_time() + ahead[0]


def other_version(name):
    return FAULTS["version"] if name == "lossbook" else real_version(name)


def identity(text):
    return hashlib.sha256(f"lossbook sweep, task of form 1\n{text}".encode()).hexdigest()[:32]


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def meet(folder, name):
    """Do what is planned for a task."""
    bomb, poison, hold = (Path(folder, f"{kind}-{name}") for kind in ("bomb", "poison", "hold"))
    if bomb.exists():
        bomb.rename(bomb.with_name(f"exploded-{name}"))
        die()
    if poison.exists():
        with poison.open("a") as file:
            file.write("x")
        die()
    while hold.exists():
        hold.with_name(f"held-{name}").touch()
        time.sleep(0.01)


def patch_measures(module):
    results = module.results

    def faulty(text):
        meet(FAULTS["folder"], identity(text))
        return results(text)

    if "folder" in FAULTS:
        module.results = faulty


def patch_running(module):
    if "part_seconds" in FAULTS:
        module.PART_SECONDS, module.PART_SHARE = FAULTS["part_seconds"], 0


def patch_executors(module):
    module.RULES = replace(module.RULES, batch_seconds=FAULTS.get("batch_seconds", module.RULES.batch_seconds))


def patch_nanny(module):
    instantiate = module.Nanny.instantiate

    async def once(nanny):
        if vars(nanny).get("has_started"):
            raise RuntimeError("no worker comes back")
        nanny.has_started = True
        return await instantiate(nanny)

    if "no_return" in FAULTS:
        module.Nanny.instantiate = once


PATCHES = {
    "distributed.nanny": patch_nanny,
    "lossbook.sweep.measures": patch_measures,
    "lossbook.sweep.running": patch_running,
    "lossbook.sweep.executors": patch_executors,
}


class Patching(importlib.abc.MetaPathFinder):
    """Patches modules when they are imported."""

    def find_spec(self, name, path, target=None):
        if name not in PATCHES:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        sys.meta_path.insert(0, self)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            PATCHES[name](module)

        spec.loader.exec_module = exec_module
        return spec


def install():
    """Bring about all faults, in modules that are loaded and in those to come."""
    if "clock" in FAULTS:
        time.time = set_time
    if "version" in FAULTS:
        importlib.metadata.version = other_version
    if "largest_file" in FAULTS:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (FAULTS["largest_file"],) * 2)
    for name, patch in PATCHES.items():
        if name in sys.modules:
            patch(sys.modules[name])
    sys.meta_path.insert(0, Patching())


def load():
    """Load what a task needs, so that the processes forked from this one start quickly."""
    from lossbook.sweep import Design
    from lossbook.sweep.measures import results
    from lossbook.sweep.tasks import Tasks

    design = Design(fixed={"imbalance": 3, "learning_rate": 0.01, "steps": 4, "replicas": 2})
    assert results(Tasks(design)[0].configuration)["error"] is None


if FAULTS:
    install()
    if any("multiprocessing.forkserver" in word for word in sys.orig_argv):
        load()
