"""The stored results of the benchmark, as tables of Markdown: one column a case, one table a machine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Results = Mapping[str, Any]
_FEATURES = {"avx2": "AVX2", "avx512f": "AVX-512"}


def stored(folder: Path | str) -> dict[str, Results]:
    """Read the results of all machines.

    Args:
        folder: where the JSON files are.

    Returns:
        a name of the machine, made of what decides the speed, to its results; in the order of the files' names.

    Raises:
        FileNotFoundError: if there are none.
    """
    paths = sorted(Path(folder).glob("learning-*.json"))
    if not paths:
        raise FileNotFoundError("there are no results: `make bench` makes them")
    results = (json.loads(path.read_text("utf-8")) for path in paths)
    return {machine_name(found): found for found in results}


def machine_name(results: Results) -> str:
    """Name a machine by its processor and the widest instructions that it has."""
    machine = results["machine"]
    widest = [name for feature, name in _FEATURES.items() if machine[feature]]
    return ", ".join([machine["processor"], *widest[-1:]])


def number(value: float) -> str:
    """Write three significant digits without an exponent."""
    value = float(f"{value:.3g}")
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) >= 1e-3 else f"{value:.2g}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table of Markdown, its first column to the left and the others to the right."""
    head = list(head)
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _titled(results: Mapping[str, Results], write: Any) -> str:
    """Write one table for each machine, under its name."""
    return "\n\n".join(f"**{name}**\n\n{write(found)}" for name, found in results.items())


def cases(found: Results) -> dict[str, Any]:
    """Give the cases of one machine, one threshold first, by the size of the batch.

    Args:
        found: the results of the machine.

    Returns:
        case to results.
    """
    order = sorted(found["cases"], key=lambda case: (not case.startswith("batch"), int(case.split()[-1])))
    return {case: found["cases"][case] for case in order}


def _peers(found: Results) -> list[str]:
    """List the programs, the fastest at batch 1 first."""
    rates = found["cases"]["batch 1"]["rates"]
    return sorted(rates, key=lambda peer: -rates[peer])


def rates(results: Mapping[str, Results]) -> str:
    """Write the million points a second of every program in every case.

    Args:
        results: machine to results.

    Returns:
        Markdown.
    """

    def one(found: Results) -> str:
        """Write one machine's."""
        columns = cases(found)
        rows = ([peer, *(_rate(some["rates"].get(peer)) for some in columns.values())] for peer in _peers(found))
        return table(["million points a second", *columns], rows)

    return _titled(results, one)


def _rate(value: float | None) -> str:
    return "" if value is None else number(value / 1e6)


def judged(found: Results) -> dict[str, dict[str, tuple[float, float]]]:
    """Hold the ratios against those that were wanted.

    Args:
        found: the results of one machine.

    Returns:
        peer to case to the ratio and the wanted one; where one peer has several names, also for its fastest program.
    """
    verdict: dict[str, dict[str, tuple[float, float]]] = {}
    for case, some in cases(found).items():
        for peer, wanted in found["wanted"].items():
            mine = {
                name: ratio for name, ratio in some["ratios"].items() if name == peer or name.startswith(f"{peer}, ")
            }
            if case not in wanted or not mine:
                continue
            if peer in mine:
                verdict.setdefault(peer, {})[case] = (mine[peer], wanted[case])
            if len(mine) > 1:
                verdict.setdefault(f"the fastest {peer}", {})[case] = (min(mine.values()), wanted[case])
    return verdict


def ratios(results: Mapping[str, Results]) -> str:
    """Write how many times as fast the library is as every other program.

    Args:
        results: machine to results.

    Returns:
        Markdown.
    """

    def one(found: Results) -> str:
        """Write one machine's."""
        columns = cases(found)

        def cell(peer: str, ratios: Mapping[str, float]) -> str:
            """Write one ratio."""
            return number(ratios[peer]) if peer in ratios else ""

        rows = (
            [peer, *(cell(peer, some["ratios"]) for some in columns.values())]
            for peer in _peers(found)
            if peer != "lossbook"
        )
        return table(["times as fast as", *columns], rows)

    return _titled(results, one)


def verdicts(results: Mapping[str, Results]) -> str:
    """Write the ratios beside the wanted ones.

    Args:
        results: machine to results.

    Returns:
        Markdown; what was not reached says so.
    """

    def cell(ratio: float, wanted: float) -> str:
        """Write one ratio."""
        return f"{number(ratio)} of {number(wanted)}: {'reached' if ratio >= wanted else 'not reached'}"

    def one(found: Results) -> str:
        """Write one machine's."""
        verdict = judged(found)
        columns = [case for case in cases(found) if any(case in some for some in verdict.values())]
        rows = ([peer, *(cell(*some[case]) for case in columns)] for peer, some in verdict.items())
        return table(["against", *columns], rows)

    return _titled(results, one)


def chosen(results: Mapping[str, Results]) -> str:
    """Write which program of each peer was the fastest, and so the one that was timed.

    Args:
        results: machine to results.

    Returns:
        Markdown.
    """

    def one(found: Results) -> str:
        """Write one machine's."""
        columns = cases(found)
        several = [peer for peer in _peers(found) if len(columns["batch 1"]["variants"][peer]) > 1]
        rows = ([peer, *(some["chosen"].get(peer, "") for some in columns.values())] for peer in several)
        return table(["fastest of several", *columns], rows)

    return _titled(results, one)


def growth(results: Mapping[str, Results]) -> str:
    """Write how straight the lines of time against size are.

    Args:
        results: machine to results.

    Returns:
        Markdown.
    """

    def one(found: Results) -> str:
        """Write one machine's."""
        rows = (
            [name, f"{fit['x'][0]:,} to {fit['x'][-1]:,}", f"{fit['r_squared']:.4f}", f"{fit['largest_deviation']:.1%}"]
            for name, fit in found["lines"].items()
        )
        return table(["seconds against", "from", "$R^2$", "farthest from the line"], rows)

    return _titled(results, one)


def first_call(results: Mapping[str, Results]) -> str:
    """Write how long the first call takes, and what two threads gain.

    Args:
        results: machine to results.

    Returns:
        Markdown.
    """

    def one(found: Results) -> str:
        """Write one machine's."""
        times, threads = found["first_call"], found["threads"]
        named = {
            "import": times["import"],
            "first call, compiled before": times["call"],
            "both": times["import_and_call"],
            "first call of all, which compiles": times["call_without_cache"],
        }
        rows = [[name, f"{number(value)} s"] for name, value in named.items()]
        gain = [["two threads, times as fast as one", number(threads["ratio"])]] if threads else []
        return table(["in a fresh process", "median"], rows + gain)

    return _titled(results, one)


def machines(results: Mapping[str, Results]) -> str:
    """Write what the machines are.

    Args:
        results: machine to results.

    Returns:
        Markdown: one column a machine.
    """
    keys = list(dict.fromkeys(key for found in results.values() for key in found["machine"]))
    said = {True: "yes", False: "no", None: "not known or not installed"}

    def text(value: Any) -> str:
        """Write one property."""
        return said[value] if value is None or isinstance(value, bool) else str(value)

    rows = [[key, *(text(found["machine"].get(key)) for found in results.values())] for key in keys]
    skipped = [", ".join(f"{peer}: {why}" for peer, why in found["skipped"].items()) for found in results.values()]
    return table(["", *results], [*rows, ["skipped", *(words or "none" for words in skipped)]])
