"""A judge of changed certificates, by fractions in drawn worlds: rules, steps and regions are read a second time.

If in a world where the facts hold the steps do not add up, a side condition fails, a multiplier is negative, a place is
in no region or the claim is false, the change must be refused. For the reasons of a cover alone the judge takes the
list of gaps from the checker.
"""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Any

import sympy
from tests.proof.mutants import Mutant, is_strict, regions_of
from tests.proof.worlds import World, difference, has_axioms, holds, value, worlds

from lossbook.proof import kernel
from lossbook.proof.kernel import Location, Statement, Step

WORLDS, TRIES = 12, 1200


@cache
def _pool(key: Any, count: int) -> tuple[World, ...]:
    return tuple(_drawn(*key, count))


def _drawn(where: Any, functions: Any, symbols: Any, tight: Any, broken: Any, count: int) -> Iterator[World]:
    drawn = worlds(where, dict(functions), symbols, Random(5), count, TRIES // count, tight=tight)
    if broken is None:
        yield from drawn
        return
    more = worlds(where, dict(functions), symbols, Random(6), TRIES, 1, tight=tight)
    outside = (world for world in more if not holds(broken, world))
    for _ in range(count // 2):
        yield from (world for world in (next(drawn, None), next(outside, None)) if world is not None)


def drawn_for(mutant: Mutant) -> tuple[World, ...]:
    """Return worlds in which the facts of a mutant hold, the same for every change of one statement's parts.

    Args:
        mutant: a changed certificate.

    Returns:
        some worlds, more of them for a cover, whose regions are thin.
    """
    outer, tight = mutant.outer, list(getattr(mutant.statement, "target", ()))
    if mutant.covers and mutant.kind != "part changed":  # the places where regions end
        tight = list(dict.fromkeys([*tight, *(fact for part in mutant.parts for fact in part.statement.where)]))
    named = [outer.claim, *outer.where, *tight, *([] if mutant.broken is None else [mutant.broken])]
    symbols = {symbol for part in named for symbol in part.free_symbols}
    for part in mutant.parts:
        symbols |= _symbols_of(part.statement) if mutant.covers else _symbols_of_step(part)
    key = (outer.where, tuple(outer.functions.items()), tuple(sorted(symbols, key=str)), tuple(tight), mutant.broken)
    return _pool(key, 3 * WORLDS if mutant.covers else WORLDS)


def _symbols_of(statement: Any) -> set[Any]:
    """Return the symbols of a statement, its functions' reaches included."""
    outer = statement.outer() if isinstance(statement, Location) else statement
    reaches = [axioms.reach for axioms in outer.functions.values() if axioms.reach is not None]
    return {symbol for part in (outer.claim, *outer.where, *reaches) for symbol in part.free_symbols}


def _symbols_of_step(step: Step) -> set[Any]:
    forms = [sympy.sympify(part) for part in (*step.times, *step.over)]
    if step.rule == "theorem":
        forms += [sympy.sympify(form[0] if isinstance(form, tuple) else form) for _, form in step.arguments]
        forms += sorted(_symbols_of(step.source.statement), key=str)
    elif step.rule != "given":
        forms += [sympy.sympify(part) for part in step.arguments]
    return {symbol for form in forms for symbol in form.free_symbols}


def _facts(where: Sequence[Any], world: World) -> list[Any]:
    """Evaluate what is known not to be negative: one number for an inequality, two for an equation."""
    found = []
    for relation in where:
        gap = difference(relation, world)
        found += [(gap, False), (-gap, False)] if isinstance(relation, sympy.Eq) else [(gap, is_strict(relation))]
    return found


class _Faulty(Exception):
    """A step that means nothing here, or something false."""


def _axiom(step: Step, world: World, axioms: Any) -> tuple[Any, list[Any]]:
    curve, points = world.curves[step.source].value, [value(part, world) for part in step.arguments]
    needed = "concave" if step.rule == "bent" else step.rule
    if needed not in axioms.names or len(points) != {"increasing": 2, "concave": 3}.get(needed, 1):
        raise _Faulty(f"{step.rule} is no axiom of {step.source}")
    if needed == "increasing":
        low, high = points
        return curve(high) - curve(low), [(low, False), (high - low, False)]
    if needed == "concave":
        x, m, y = points
        if step.rule == "bent" and axioms.reach is None:
            raise _Faulty(f"{step.source} has no reach")
        near = [(value(axioms.reach, world) - y, False)] if step.rule == "bent" else []
        gap = (y - x) * curve(m) - (y - m) * curve(x) - (m - x) * curve(y)
        return gap, [(x, False), (m - x, False), (y - m, False), *near]
    if needed == "bounded":
        return 1 - curve(points[0]), []
    return -curve(-points[0]) - curve(points[0]), [(points[0], False)]


def _theorem(step: Step, world: World) -> tuple[Any, list[Any]]:
    inner = step.source.statement
    if not isinstance(inner, Statement) or isinstance(inner.claim, sympy.Eq):
        raise _Faulty("no inequality")
    forms, numbers, curves, factors = dict(step.arguments), dict(world.numbers), {}, []
    for function in inner.functions:
        factor, image = forms.pop(function, (1, function))
        if image not in world.curves:
            raise _Faulty(f"{image} is unknown")
        factors.append((value(factor, world), True))
        if factors[-1][0] <= 0:
            raise _Faulty("factor")
        curves[function] = world.curves[image].times(factors[-1][0]) if factor != 1 else world.curves[image]
    numbers.update({symbol: value(form, world) for symbol, form in forms.items()})
    inside = World(numbers, curves)
    if not all(has_axioms(curves[function], axioms, inside) for function, axioms in inner.functions.items()):
        raise _Faulty("a function lacks an axiom")
    return difference(inner.claim, inside), [*_facts(inner.where, inside), *factors]


def _fault_of_step(step: Step, mutant: Mutant, world: World) -> Any:
    """Return what a step contributes in a world; raise if it may not."""
    facts = _facts(mutant.outer.where, world)
    if step.rule == "given":
        gap, conditions = facts[step.source][0], []
    elif step.rule == "theorem":
        gap, conditions = _theorem(step, world)
    else:
        gap, conditions = _axiom(step, world, mutant.outer.functions[step.source])
    times, over = (
        [(value(part, world), strict) for part in parts] for parts, strict in ((step.times, 0), (step.over, 1))
    )
    conditions = [*conditions, *times, *over]
    if step.scale < 0 or any(number < 0 or (strict and number == 0) for number, strict in conditions):
        raise _Faulty("a side condition fails")
    if mutant.kind.startswith("reason"):
        for (number, _), reason in zip(conditions, step.because, strict=True):
            known = [1, *(fact for fact, _ in facts)]
            if min(reason) < 0 or number != sum(value(n, world) * fact for n, fact in zip(reason, known, strict=True)):
                raise _Faulty("a reason is wrong")
    factor = value(step.scale, world) * math.prod(n for n, _ in times)
    return factor * gap / math.prod(n for n, _ in over)


def _fault_of_cover(mutant: Mutant, world: World) -> str:
    """Return what is wrong with a cover in a world."""
    place = mutant.statement if isinstance(mutant.statement, Location) else None
    target = difference(mutant.outer.claim, world)
    here = place is not None and all(holds(relation, world) for relation in place.target)
    for part in mutant.parts:
        inner = part.statement
        if not isinstance(inner, Statement):
            return "a part says nothing here"
        if any(function not in world.curves for function in inner.functions):
            return "a part speaks of another function"
        if not all(has_axioms(world.curves[f], axioms, world) for f, axioms in inner.functions.items()):
            return "a part assumes more of a function"
        gap, region = difference(inner.claim, world), all(holds(fact, world) for fact in inner.where)
        if gap not in ({target, -target} if place else {target}):
            return "a part claims something else"
        if place and not is_strict(inner.claim):
            return "a part claims no sign"
        here |= region and (place is None or _is_no_maximiser(place, world, gap))
    return "" if here else "a gap"


def _is_no_maximiser(place: Location, world: World, slope: Any) -> bool:
    """Return whether the point is not the end towards which a function with a positive slope rises."""
    up = slope == value(place.slope, world)
    return bool(world.numbers[place.variable] != value(place.high if up else place.low, world))


def fault(mutant: Mutant) -> str:
    """Return why a mutant must be refused, if there is a world that shows it.

    Args:
        mutant: a changed certificate.

    Returns:
        the reason; nothing for a mutant that is harmless as far as can be seen.
    """
    for world in drawn_for(mutant):
        if not isinstance(mutant.statement, Location) and not holds(mutant.statement.claim, world):
            return "the claim is false"
        if mutant.covers:
            if found := _fault_of_cover(mutant, world):
                return found
            continue
        try:
            total = sum((_fault_of_step(step, mutant, world) for step in mutant.parts), 0)
        except _Faulty as reason:
            return str(reason)
        if total != difference(mutant.statement.claim, world):
            return "the steps do not add up"
    if mutant.covers and isinstance(mutant.reasons, tuple):
        return _fault_of_reasons(mutant)
    return ""


def _fault_of_reasons(mutant: Mutant) -> str:
    """Return whether the reasons of a cover are no contradiction: a positive number is claimed to be 0."""
    gaps = kernel.gaps(regions_of(mutant))
    if len(gaps) != len(mutant.reasons or ()):
        return "a gap has no reason"
    for gap, reason in zip(gaps, mutant.reasons or (), strict=True):
        known = [sympy.S.One, *(part for part, _ in [*mutant.outer.facts(), *gap])]
        sure = [True, *(strict for _, strict in [*mutant.outer.facts(), *gap])]
        total = sympy.expand(sum(n * part for n, part in zip(reason, known, strict=True)))
        if min(reason) < 0 or total != 0 or not any(n and strict for n, strict in zip(reason, sure, strict=True)):
            return "a reason is wrong"
    return ""
