"""Worlds to test theorems in: numbers for the symbols and concrete functions with the axioms, drawn at random.

Nothing here comes from the checker: axioms, steps and relations are read a second time. Exact worlds have fractions and
functions with rational values, so that a comparison is never in doubt; rounded worlds have floats and the families of
the book.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import sympy

Number = Any  # a Fraction, or a float in a rounded world
HALF_LINE = frozenset({"zero", "increasing", "concave"})
DROPS = HALF_LINE | {"reflected"}
SIGMOIDS = DROPS | {"odd", "bounded", "strictly increasing", "strictly concave"}
LESS, EQUAL_OR_LESS = (sympy.Lt, sympy.Gt), (sympy.Le, sympy.Ge)


@dataclass(frozen=True)
class Curve:
    """A concrete function: which axioms it has, how far it is strictly concave, and what it stays below."""

    name: str
    value: Callable[[Number], Number]
    axioms: frozenset[str]
    reach: Number = math.inf
    top: Number = math.inf
    continuous: bool = True

    def times(self, factor: Number) -> "Curve":
        """Return a positive multiple."""
        top = self.top * factor
        axioms = self.axioms | {"bounded"} if top <= 1 else self.axioms - {"bounded"}
        inner = self.value
        return replace(self, name=f"{factor} {self.name}", value=lambda u: factor * inner(u), axioms=axioms, top=top)

    def flat_from(self, place: Number) -> "Curve":
        """Return the function that stops growing at a place on the half line."""
        inner, axioms = self.value, self.axioms - {"odd", "strictly increasing", "strictly concave"}
        flat = replace(self, value=lambda u: inner(min(u, place)), axioms=axioms, reach=min(self.reach, place))
        return replace(flat, name=f"{self.name} to {place}")

    def has(self, axioms: frozenset[str], reach: Number | None = None) -> bool:
        """Return whether the function has these axioms and this reach."""
        return axioms <= self.axioms and (reach is None or reach <= self.reach)


@dataclass(frozen=True)
class World:
    """Numbers for symbols, curves for unknown functions."""

    numbers: Mapping[Any, Number]
    curves: Mapping[Any, Curve]

    def at(self, **places: Number) -> "World":
        """Return the world with other numbers, by the symbols' names."""
        return replace(self, numbers={key: places.get(key.name, value) for key, value in self.numbers.items()})


@cache
def _compiled(expression: Any) -> Callable[[World], Number]:
    """Turn a polynomial in symbols and functions into a Python function."""
    if expression.is_Rational:
        number = Fraction(int(expression.p), int(expression.q))
        return lambda world: number
    if expression.is_Symbol:
        return lambda world: world.numbers[expression]
    parts = [_compiled(part) for part in expression.args]
    if expression.is_Add:
        return lambda world: sum(part(world) for part in parts)
    if expression.is_Mul:
        return lambda world: math.prod(part(world) for part in parts)
    if expression.is_Pow:
        power = int(expression.exp)
        return lambda world: parts[0](world) ** power
    return lambda world: world.curves[expression.func].value(parts[0](world))


@cache
def _calls(relation: Any) -> bool:
    """Return whether a relation speaks of function values."""
    return bool(relation.atoms(sympy.Function))


def value(expression: Any, world: World) -> Number:
    """Evaluate a polynomial in symbols and functions."""
    return _compiled(sympy.sympify(expression))(world)


def difference(relation: Any, world: World) -> Number:
    """Evaluate what the relation says is not negative, or 0 for an equation."""
    left, right = (value(side, world) for side in relation.args)
    return right - left if isinstance(relation, (sympy.Lt, sympy.Le)) else left - right


def holds(relation: Any, world: World, slack: float = 0) -> bool:
    """Return whether a relation is true, up to a rounding error that is counted in its favour."""
    gap = difference(relation, world)
    if isinstance(relation, sympy.Eq):
        return bool(abs(gap) <= slack)
    return bool(gap > -slack if isinstance(relation, LESS) else gap >= -slack)


# ---- concrete functions


def _odd(positive: Callable[[Number], Number]) -> Callable[[Number], Number]:
    """Extend a function on the half line by oddness; it is 0 at 0."""
    return lambda u: positive(u) if u > 0 else -positive(-u) if u < 0 else Fraction(0)


def _sigmoid(name: str, positive: Callable[[Number], Number], continuous: bool = True) -> Curve:
    return Curve(name, _odd(positive), SIGMOIDS, top=1, continuous=continuous)


def _drop(name: str, curve: Curve, loss: Callable[[Number], Number], reach: Number = math.inf) -> Curve:
    """Return phi(0) - phi(sigma(u)) for a convex non-increasing loss."""
    axioms = DROPS | ({"strictly increasing", "strictly concave"} if reach == math.inf else set())
    start = loss(Fraction(0))
    return Curve(f"{name} of {curve.name}", lambda u: start - loss(curve.value(u)), axioms, reach)


def hinge(curve: Curve, place: Number, power: int = 1) -> Curve:
    """Return the drop of a hinge that has stopped falling from a place on."""
    margin = curve.value(place)
    return _drop(f"hinge {power} to {place}", curve, lambda m: max(margin - m, Fraction(0)) ** power, place)


def exact_sigmoid(random: Random) -> Curve:
    """Draw a sigmoid with rational values; some jump at 0, which no axiom forbids."""
    d = Fraction(random.randint(1, 20), random.randint(1, 20))
    drawn = random.choice([
        _sigmoid(f"softsign {d}", lambda u: u / (u + d)),
        _sigmoid(f"square {d}", lambda u: 1 - 1 / (1 + u / d) ** 2),
        _sigmoid(f"mixed {d}", lambda u: u / (u + d) / 2 + u / (u + 9) / 2),
        _sigmoid(f"cubic {d}", lambda u: 1 - 1 / (1 + u / d) ** 3),
        _sigmoid(f"jump {d}", lambda u: Fraction(1, 3) + 2 * u / (u + d) / 3, continuous=False),
    ])  # fmt: skip
    return drawn if random.random() < 0.8 else drawn.times(Fraction(random.randint(1, 9), 10))


def exact_drop(random: Random) -> Curve:
    """Draw a drop function with rational values."""
    sigmoid, e = exact_sigmoid(random), Fraction(random.randint(1, 30), random.randint(1, 20))
    drawn = random.choice([
        hinge(sigmoid, e),
        hinge(sigmoid, e / 20),
        hinge(sigmoid, e, 2),
        _drop("squared", sigmoid, lambda m: (1 - m) ** 2),
        _drop("linear", sigmoid, lambda m: -m),
        Curve("line", lambda u: u, DROPS | {"odd", "strictly increasing"}, Fraction(0)),
        Curve(f"cap {e}", lambda u: min(u, e) - min(u, e) ** 2 / (2 * e) if u > 0 else 2 * u, DROPS, e),
        Curve(f"late {e}", lambda u: _late(u, e) if u > 0 else -3 * _late(-u, e) / 2, DROPS, e),
    ])  # fmt: skip
    return drawn.times(Fraction(random.randint(1, 30), 10))


def _late(u: Number, e: Number) -> Number:
    """Bend until e, then go on straight."""
    bent = min(u, e)
    return bent - bent**2 / (4 * e) + (u - bent) / 2


def exact_other(random: Random) -> Curve:
    """Draw a function with few axioms."""
    rising = frozenset({"increasing"})
    steep = rising | {"strictly increasing"}
    shift = Fraction(random.randint(-5, 5))
    return random.choice([
        Curve("square", lambda u: u**2 + shift, steep),
        Curve("cube", lambda u: abs(u) ** 3 + shift, steep),
        Curve("step", lambda u: Fraction(math.floor(u)) + shift, rising),
        Curve("wild", lambda u: (7 * u * u - 3 * u) * (-1) ** math.floor(u) + shift, frozenset()),
    ])  # fmt: skip


def exact_odd_one(random: Random) -> Curve:
    """Draw a function that lacks one axiom or some, and has the others."""
    e, full = Fraction(random.randint(1, 30), random.randint(10, 20)), SIGMOIDS
    left, soft = random.choice([Fraction(1, 2), Fraction(2)]), lambda u: u / (u + e)
    straight, flat = {"strictly concave", "bounded"}, {"strictly concave", "strictly increasing"}
    return random.choice([
        _sigmoid("large", soft).times(Fraction(3)),
        Curve(
            f"tilted {left}",
            lambda u: soft(u) if u > 0 else -left * soft(-u),
            full - {"odd"} - ({"reflected"} if left < 1 else set()),
        ),
        Curve("raised", lambda u: (1 + soft(u)) / 2 if u >= 0 else -soft(-u), full - {"zero", "odd", "reflected"}),
        Curve("late", _odd(lambda u: u**3 / (1 + u**3)), full - {"concave", "strictly concave"}),
        Curve("ramp", _odd(lambda u: min(u, e) / e / 2), full - flat, Fraction(0)),
        Curve("broken", _odd(lambda u: u + min(u, e)), full - straight, Fraction(0)),
        Curve("fading", lambda u: u - u * u / 2 if u > 0 else u, full - {"odd", "increasing", "strictly increasing"}),
    ])  # fmt: skip


def rounded_sigmoid(random: Random) -> Curve:
    """Draw a family of the book."""
    d = random.choice([0.05, 0.3, 1.0, 4.0])
    return random.choice([
        _sigmoid(f"arctan {d}", lambda u: 2 / math.pi * math.atan(u / d)),
        _sigmoid(f"tanh {d}", lambda u: math.tanh(u / d)),
        _sigmoid(f"erf {d}", lambda u: math.erf(u / d)),
        _sigmoid(f"softsign {d}", lambda u: u / (u + d)),
        _sigmoid(f"algebraic {d}", lambda u: u / math.sqrt(u * u + d)),
    ])  # fmt: skip


def rounded_drop(random: Random) -> Curve:
    """Draw a loss and a family of the book."""
    sigmoid, e, k = rounded_sigmoid(random), random.choice([0.02, 0.5, 3.0]), random.choice([0.5, 1.0, 3.0])
    return random.choice([
        hinge(sigmoid, e),
        hinge(sigmoid, e, 2),
        _drop(f"logistic {k}", sigmoid, lambda m: math.log1p(math.exp(-k * m))),
        _drop(f"exponential {k}", sigmoid, lambda m: math.exp(-k * m)),
        _drop("linear", sigmoid, lambda m: -m),
    ]).times(random.choice([0.2, 1.0, 5.0]))  # fmt: skip


EXACT = (exact_sigmoid, exact_drop, exact_other)
ROUNDED = (rounded_sigmoid, rounded_drop, exact_other)


# ---- drawing worlds


def _length(random: Random) -> Fraction:
    size = random.choice([Fraction(1, 30), Fraction(1, 5), 1, 1, 5, 30])
    return Fraction(random.randint(1, 40), random.randint(1, 12)) * size


def _numbers(symbols: Sequence[Any], random: Random) -> dict[Any, Fraction]:
    """Draw numbers: mostly a < a_1 < b with thresholds between and the rest positive; sometimes anything."""
    if random.random() < 0.15:
        return {symbol: _length(random) - _length(random) for symbol in symbols}
    first, second = _length(random), _length(random)
    start = random.choice([Fraction(0), _length(random), -_length(random)])
    cuts = {"a": start, "a_1": start + first, "b": start + first + second}
    part = Fraction(1) if random.random() < 0.5 else Fraction(1, random.randint(2, 50))

    def place(name: str) -> Fraction:
        if name in cuts:
            return cuts[name]
        share = Fraction(random.randint(0, 20), 20)
        if name in {"theta", "y"}:
            low, high = random.choice([(start, cuts["a_1"]), (cuts["a_1"], cuts["b"]), (start, cuts["b"])])
            return low + share * (high - low)
        kinds = [_length(random)] * 8 + [first * share * part, Fraction(0), -_length(random)]
        return random.choice(kinds)

    return {symbol: place(symbol.name) for symbol in symbols}


def _solved(relation: Any, world: World, random: Random) -> World:
    """Change one number, or scale one function, so that the two sides become equal, if that is simple."""
    for symbol in random.sample(sorted(relation.free_symbols, key=str), len(relation.free_symbols)):
        there = [difference(relation, world.at(**{symbol.name: Fraction(k)})) for k in (0, 1, 2, -3)]
        rise = there[1] - there[0]
        if rise and all(there[i] == there[0] + k * rise for i, k in ((2, 2), (3, -3))):
            return world.at(**{symbol.name: -there[0] / rise})
    left, right = relation.args
    if left.func in world.curves and right.func in world.curves and left.func != right.func:
        sizes = [value(side, world) for side in (left, right)]
        if min(sizes) > 0:
            scaled = world.curves[right.func].times(sizes[0] / sizes[1])
            return replace(world, curves={**world.curves, right.func: scaled})
    if left.func in world.curves and left.func == right.func:
        places = [value(side.args[0], world) for side in (left, right)]
        if min(places) > 0:
            return replace(world, curves={**world.curves, left.func: world.curves[left.func].flat_from(min(places))})
    return world


def _curves(functions: Mapping[Any, Any], random: Random, kinds: Sequence[Any]) -> dict[Any, Curve] | None:
    """Draw a curve for each unknown function."""
    drawn = {}
    for function, axioms in functions.items():
        usual = {SIGMOIDS: kinds[:1], DROPS: kinds[:2]}
        drawn[function] = random.choice(usual.get(axioms.names, (*kinds, exact_odd_one)))(random)
        if not drawn[function].has(axioms.names):
            return None
    return drawn


def world_of(
    where: Sequence[Any],
    functions: Mapping[Any, Any],
    symbols: Sequence[Any],
    random: Random,
    kinds: Sequence[Any] = EXACT,
    slack: float = 0,
    tight: Sequence[Any] = (),
) -> World | None:
    """Draw once; return a world in which the facts hold, or nothing."""
    world = World(_numbers(symbols, random), {})
    if kinds is ROUNDED:
        world = replace(world, numbers={key: float(number) for key, number in world.numbers.items()})
    plain, other = ([fact for fact in where if _calls(fact) == called] for called in (False, True))
    edges = [*plain, *(relation for relation in tight if not _calls(relation))]
    if edges and random.random() < 0.5:  # often one fact is tight
        world = _solved(random.choice(edges), world, random)
    world = _with_equations(plain, world, random)
    if not all(holds(fact, world, slack * isinstance(fact, sympy.Eq)) for fact in plain):
        return None
    curves = _curves(functions, random, kinds)
    if curves is None:
        return None
    world = _with_equations(other, replace(world, curves=curves), random)
    if not all(holds(fact, world, slack * isinstance(fact, sympy.Eq)) for fact in where):
        return None
    return world if all(has_axioms(world.curves[f], axioms, world) for f, axioms in functions.items()) else None


def _with_equations(facts: Sequence[Any], world: World, random: Random) -> World:
    for fact in facts:
        if isinstance(fact, sympy.Eq) and not holds(fact, world):
            world = _solved(fact, world, random)
    return world


def has_axioms(curve: Curve, axioms: Any, world: World) -> bool:
    """Return whether a curve has the axioms that are asked of an unknown function."""
    return curve.has(axioms.names, None if axioms.reach is None else value(axioms.reach, world))


def symbols_of(*parts: Any) -> list[Any]:
    """Return all symbols of expressions, relations and axioms, by name."""
    found = {symbol for part in parts for symbol in sympy.sympify(part).free_symbols}
    return sorted(found, key=str)


def worlds(
    where: Sequence[Any],
    functions: Mapping[Any, Any],
    more: Sequence[Any],
    random: Random,
    count: int,
    tries: int = 200,
    kinds: Sequence[Any] = EXACT,
    slack: float = 0,
    tight: Sequence[Any] = (),
) -> Iterator[World]:
    """Draw worlds in which the facts hold: up to a count, from a limited number of tries for each."""
    reaches = [axioms.reach for axioms in functions.values() if axioms.reach is not None]
    symbols = symbols_of(*where, *more, *reaches)
    found = 0
    for _ in range(count * tries):
        world = world_of(where, functions, symbols, random, kinds, slack, tight)
        if world is not None:
            found += 1
            yield world
        if found == count:
            return
