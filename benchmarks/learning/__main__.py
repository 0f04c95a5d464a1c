"""Start the benchmark: one core and one thread first, then the libraries."""

from benchmarks.learning.machine import one_core


def start() -> None:
    """Pin, import, run."""
    available = one_core()
    from benchmarks.learning.run import main

    main(available)


if __name__ == "__main__":
    start()
