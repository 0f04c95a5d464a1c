"""Changed certificates are offered to the checker, and a judge says which of them it must refuse.

A changed step gets new multipliers for its side conditions where some can be found, so that only what is wrong with it
can make the checker refuse it. ``python -m tests.proof.mutation`` tries all changes and prints how many there are of
each sort.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import sympy
from tests.proof.judge import fault
from tests.proof.mutants import Mutant, gaps_closed, mutants, mutants_of
from tests.proof.routes import theorems

from lossbook.proof import kernel, search
from lossbook.proof.kernel import Location, Rejected, Statement, Step, Theorem


def _attempted(form: sympy.Expr, facts: Sequence[Any], former: Any) -> Any:
    """Look for multipliers; if there are none, offer the former ones, or none at all, to see them refused."""
    try:
        return search.farkas(form, facts)
    except Rejected:
        return former if former is not None and len(former) == len(facts) + 1 else (0,) * (len(facts) + 1)


def _closed(step: Step, statement: Statement, facts: Sequence[Any]) -> Step:
    """Give a step new multipliers for its side conditions."""
    try:
        conditions = kernel.instance(step, statement, facts)[2]
        forms = [statement.normal(part) for part, _ in conditions]
    except Exception:  # the checker has to refuse it itself
        return step
    former = [*step.because, *[None] * len(forms)]
    return replace(step, because=tuple(_attempted(form, facts, old) for form, old in zip(forms, former, strict=False)))


def offered(mutant: Mutant) -> Theorem:
    """Have a mutant checked.

    Args:
        mutant: a changed certificate.

    Returns:
        the theorem, if it is accepted.
    """
    name, statement, parts = mutant.name, mutant.statement, mutant.parts
    if not mutant.covers:
        facts = statement.facts()
        wanted = {mutant.open} if mutant.open != -1 else set(range(len(parts)))
        closed = [_closed(step, statement, facts) if i in wanted else step for i, step in enumerate(parts)]
        return kernel.check(name, statement, closed)
    place = isinstance(statement, Location)
    reasons = gaps_closed(mutant) if mutant.reasons is None else mutant.reasons
    return (kernel.locate if place else kernel.join)(name, statement, parts, reasons)


def is_accepted(mutant: Mutant) -> bool:
    """Return whether the checker accepts a mutant.

    Args:
        mutant: a changed certificate.

    Returns:
        whether it does; anything but a refusal that it raises goes on.
    """
    try:
        return bool(offered(mutant))
    except Rejected:
        return False


def chosen(seed: int, kinds: int, each: int) -> list[Mutant]:
    """Draw changes of some theorems.

    Args:
        seed: of the draw.
        kinds: how many theorems.
        each: how many changes of each.

    Returns:
        the mutants.
    """
    random, found = Random(seed), []
    for theorem in random.sample(theorems(), kinds):
        changes = list(mutants_of(theorem))
        found += random.sample(changes, min(each, len(changes)))
    return found


def survivors(offers: Sequence[Mutant]) -> Iterator[tuple[Mutant, str]]:
    """Yield what is accepted though the judge finds a fault.

    Args:
        offers: changed certificates.

    Yields:
        the mutant and the fault.
    """
    for mutant in offers:
        if is_accepted(mutant) and (reason := fault(mutant)):
            yield mutant, reason


def main() -> int:
    """Try all mutants, print the counts and every mutant that is accepted though it must not be."""
    start, counts, kinds = time.monotonic(), Counter[tuple[bool, bool]](), Counter[tuple[str, bool, bool]]()
    for mutant in mutants():
        reason, accepted = fault(mutant), is_accepted(mutant)
        counts[bool(reason), accepted] += 1
        kinds[mutant.kind, bool(reason), accepted] += 1
        if reason and accepted:
            print(f"ACCEPTED: {mutant.name}: {mutant.kind}: {reason}: {mutant.statement} {mutant.parts}")
    for kind in sorted({kind for kind, _, _ in kinds}):
        row = [
            kinds[kind, bad, accepted] for bad, accepted in ((True, False), (True, True), (False, True), (False, False))
        ]
        print(f"{kind:32}" + "".join(f"{number:7}" for number in row))
    print(f"mutants {counts.total()}; changing the meaning {counts[True, False] + counts[True, True]}:")
    print(f"  rejected {counts[True, False]}, accepted {counts[True, True]};")
    print(
        f"harmless: accepted {counts[False, True]}, rejected {counts[False, False]}; {time.monotonic() - start:.0f} s"
    )
    return int(counts[True, True] > 0)


if __name__ == "__main__":
    sys.exit(main())
