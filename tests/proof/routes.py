"""The second route: what a theorem says, tried in drawn worlds, without a look at its certificate."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import sympy
from tests.proof.worlds import EXACT, ROUNDED, World, difference, holds, value, worlds

from lossbook.proof import equal_drops, proposition, record, sharper
from lossbook.proof.kernel import Location, Theorem

MODULES = (proposition, equal_drops, sharper)
ERROR = 1e-9  # of floats, counted in favour of a claim; facts hold by much more
POINTS = 161


def certificates(module: Any) -> list[str]:
    """Return the names of a module's certificates."""
    return [name for name, entry in record.CERTIFICATES.items() if entry.prove.__module__ == module.__name__]


@cache
def theorems() -> tuple[Theorem, ...]:
    """Return every theorem that the record's certificates are made from, each once, those that are used first."""
    found: dict[int, Theorem] = {}

    def walk(theorem: Theorem) -> None:
        if id(theorem) in found:
            return
        for part in theorem.parts:
            inner = part if isinstance(part, Theorem) else part.source
            if isinstance(inner, Theorem):
                walk(inner)
        found[id(theorem)] = theorem

    for entry in record.CERTIFICATES.values():
        walk(entry.prove())
    return tuple(found.values())


def counterexamples(statement: Any, random: Random, count: int, kinds: Sequence[Any] = EXACT) -> Iterator[World]:
    """Draw worlds in which the facts hold, and yield those in which the claim does not."""
    error, drawn = ERROR if kinds is ROUNDED else 0, 0
    for world in worlds(statement.where, statement.functions, [statement.claim], random, count, 500, kinds, error):
        drawn += 1
        if not holds(statement.claim, world, error):
            yield world
    assert drawn, "no world satisfies the facts"


def settings(place: Location, random: Random, count: int, kinds: Sequence[Any] = ROUNDED) -> list[World]:
    """Draw worlds with continuous curves in which a location's facts hold."""
    wanted = [place.slope, place.low, place.high, *place.target]
    error = ERROR if kinds is ROUNDED else 0
    drawn = worlds(place.where, place.functions, wanted, random, count, 500, kinds, error)
    return [world for world in drawn if all(curve.continuous for curve in world.curves.values())]


def _thresholds(place: Location, world: World) -> list[Any]:
    low, high = value(place.low, world), value(place.high, world)
    return [low + (high - low) * k / (POINTS - 1) for k in range(POINTS)]


def peaks(place: Location, world: World) -> Iterator[tuple[Any, Any]]:
    """Yield bounds of local maximisers: where the slope falls through 0, and ends that it falls away from."""
    name, thetas = place.variable.name, _thresholds(place, world)
    slopes = [value(place.slope, world.at(**{name: theta})) for theta in thetas]
    sure = [(theta, slope) for theta, slope in zip(thetas, slopes, strict=True) if abs(slope) > ERROR]
    if sure and sure[0][0] == thetas[0] and sure[0][1] < 0:
        yield thetas[0], thetas[0]
    if sure and sure[-1][0] == thetas[-1] and sure[-1][1] > 0:
        yield thetas[-1], thetas[-1]
    yield from ((left, right) for (left, up), (right, down) in pairwise(sure) if up > 0 > down)


def reachable(target: Sequence[Any], name: str, world: World, low: Any, high: Any) -> bool:
    """Return whether some place between low and high may satisfy the relations, linear in the variable."""

    def met(relation: Any) -> bool:
        ends = [difference(relation, world.at(**{name: theta})) for theta in (low, high)]
        if isinstance(relation, sympy.Eq):
            return bool(min(ends) <= ERROR and max(ends) >= -ERROR)
        strict = isinstance(relation, (sympy.Lt, sympy.Gt)) and low == high
        return bool(max(ends) > 0 if strict else max(ends) >= -ERROR)

    return all(met(relation) for relation in target)


def misplaced(place: Location, world: World) -> list[tuple[Any, Any]]:
    """Return the local maximisers outside the target."""
    name = place.variable.name
    return [ends for ends in peaks(place, world) if not reachable(place.target, name, world, *ends)]


def loses(place: Location, world: World) -> bool:
    """Return whether the slope's integral is larger somewhere than everywhere near the target, on a grid."""
    name, thetas = place.variable.name, [float(theta) for theta in _thresholds(place, world)]
    slopes = np.array([float(value(place.slope, world.at(**{name: theta}))) for theta in thetas])
    step = thetas[1] - thetas[0]
    gains = np.concatenate([[0.0], np.cumsum((slopes[1:] + slopes[:-1]) / 2 * step)])
    near = np.array([
        reachable(place.target, name, world, max(theta - step, thetas[0]), min(theta + step, thetas[-1]))
        for theta in thetas
    ])  # fmt: skip
    size = float(np.abs(slopes).max()) * step
    return bool(gains.max() > gains[near].max(initial=-np.inf) + 2 * size * step + ERROR)
