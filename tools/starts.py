"""Make `results/starts.csv`: how random starts end, against n, scale, momentum and noise; ten minutes of one core.

Rows are written as they are found, so that an interrupted run goes on where it stopped.
"""

from lossbook.comparison import Share, Trial, share, stored_shares
from tools.chapters import ROOT
from tools.results import write

TABLE = ROOT / "results" / "starts.csv"
REPLICAS = 10_240
MOMENTA = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
NOISES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)  # gamma/(N (1 - m))


def trials() -> list[Trial]:
    """Return all trials, each once."""
    many = [Trial(n) for n in range(1, 9)]
    scales = [
        Trial(n, scale, 0.05, steps=4000) for scale in ("1/10", "1/5", "1/2", "1", "2", "3", "7/2", "4") for n in (2, 4)
    ]
    quiet = [Trial(n, rate=0.1, batch=64, momentum=m) for m in MOMENTA for n in (2, 4)]
    loud = [Trial(n, rate=noise, batch=1, steps=steps(noise)) for noise in NOISES for n in (2, 4)]
    batches = [Trial(4, rate=16 * noise, batch=16, steps=steps(16 * noise)) for noise in NOISES[:5]]
    heavy = [Trial(4, rate=noise / 10, batch=1, momentum=0.9, steps=steps(noise)) for noise in NOISES]
    return list(dict.fromkeys([*many, *scales, *quiet, *loud, *batches, *heavy]))


def steps(rate: float) -> int:
    """Return how many steps a rate needs to arrive, and at least 2,000."""
    return max(2000, round(200 / rate))


def main() -> None:
    """Run from the command line."""
    there = {row.trial: row for row in stored_shares(TABLE.parent)} if TABLE.is_file() else {}
    rows: list[Share] = []
    for trial in trials():
        rows.append(there.get(trial) or share(trial, REPLICAS))
        if trial not in there:
            write(TABLE, Share._fields, rows)
            print(*trial, flush=True)
    write(TABLE, Share._fields, rows)


if __name__ == "__main__":
    main()
