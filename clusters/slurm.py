"""Run a sweep on a Slurm cluster: the scheduler and the driver here, on a login node; the workers in jobs.

    python clusters/slurm.py DESIGN DIR --jobs 10 --cores 32 --hours 4

It needs dask-jobqueue, and in this folder tls/, as certificate.sh makes it, on a disk that all nodes share.
"""

import argparse
import os
import shlex
import sys
from pathlib import Path

os.environ.setdefault("DASK_CONFIG", str(Path(__file__).with_name("dask.yaml")))

from dask_jobqueue import SLURMCluster
from distributed.security import Security

from lossbook import sweep

CERT, KEY = (str(Path("tls", name).resolve()) for name in ("cert.pem", "key.pem"))


def workers(cores: int, hours: int) -> SLURMCluster:
    """Describe a job: a worker for each of its cores, which leaves before Slurm ends the job."""
    roles = {f"tls_{role}_{kind}": path for role in ("client", "scheduler", "worker")
             for kind, path in (("cert", CERT), ("key", KEY))}  # fmt: skip
    return SLURMCluster(
        cores=cores,
        processes=cores,  # one thread a process
        memory=f"{2 * cores}GiB",
        walltime=f"{hours}:00:00",
        protocol="tls://",
        python=shlex.quote(sys.executable),  # it goes into the job's script as it is
        security=Security(tls_ca_file=CERT, require_encryption=True, **roles),
        worker_extra_args=["--lifetime", f"{60 * hours - 10}m", "--lifetime-stagger", "5m"],
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Run a sweep on a Slurm cluster.")
    parser.add_argument("design", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cores", type=int, default=1, help="of each job (1)")
    parser.add_argument("--hours", type=int, default=1, help="that a job lasts (1)")
    options = parser.parse_args()
    tls = {"ca_file": CERT, "cert": CERT, "key": KEY}
    with workers(options.cores, options.hours) as cluster:
        cluster.adapt(minimum_jobs=options.jobs, maximum_jobs=options.jobs)  # a job that has ended is replaced
        address = cluster.scheduler_address
        outcome = sweep.run(options.design, options.out, scheduler=address, tls=tls, progress=True, say=print)
    print(f"{outcome.before + outcome.computed:,} of {outcome.tasks:,} tasks are stored in {options.out}")
    sys.exit(not outcome.complete)


if __name__ == "__main__":
    main()
