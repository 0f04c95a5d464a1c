"""Workers of Dask for tasks that only sleep, in one process: `python -m benchmarks.sleepers SCHEDULER WORKERS THREADS`.

They cost a scheduler and a driver what workers that compute would cost them, and no cores.
"""

from __future__ import annotations

import asyncio
import sys

import dask
from distributed import Worker


async def serve(scheduler: str, count: int, threads: int) -> None:
    """Start workers, say so, and let them work until they are stopped."""
    settings = {"nthreads": threads, "memory_limit": 0, "dashboard": False}
    workers = [await Worker(scheduler, name=str(i), **settings) for i in range(count)]
    print("ready", flush=True)
    await asyncio.gather(*(worker.finished() for worker in workers))


if __name__ == "__main__":
    with dask.config.set({"distributed.worker.profile.enabled": False}):
        asyncio.run(serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
