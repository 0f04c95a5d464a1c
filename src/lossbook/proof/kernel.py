r"""The trusted checker: inequalities that hold for *every* function with stated axioms.

A statement is a claim (an inequality in symbols and unknown functions) and the facts under which it is made. Its
certificate writes the claim's difference as a sum of non-negative multiples of axioms, facts and theorems checked
before.
What has to be believed is this module, sympy's exact arithmetic of polynomials, and Python. The module searches for
nothing: the multipliers behind every side condition stand in the certificate and are only added up here.

The axioms of an unknown function $F$, by name; all but the last three speak of the half line $u\ge0$ alone:

| name | axiom |
|---|---|
| ``zero`` | $F(0)=0$ |
| ``increasing`` | $F(u)\le F(v)$ for $0\le u\le v$; ``strictly increasing``: $<$ for $u<v$ |
| ``concave`` | $(y-x)F(m)\ge(y-m)F(x)+(m-x)F(y)$ for $0\le x\le m\le y$; ``strictly concave``: $>$ for $x<m<y$ |
| ``odd`` | $F(-u)=-F(u)$ |
| ``reflected`` | $F(t)\le-F(-t)$ for $t\ge0$ |
| ``bounded`` | $F(u)<1$ |

A *reach* $\eta$ says that $F$ is strictly concave on $[0,\eta]$ at least.

Every expression is a polynomial with rational coefficients in real symbols and in values of unknown functions, so that
nothing is ever undefined or rounded; a step alone may divide, by what is positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import InitVar, dataclass, replace
from itertools import product
from types import MappingProxyType
from typing import Any, ClassVar

import sympy
from sympy.core.function import UndefinedFunction

NAMES = {"zero", "increasing", "concave", "odd", "reflected", "bounded", "strictly increasing", "strictly concave"}
Fact = tuple[sympy.Expr, bool]  # an expression known to be >= 0, and whether it is known to be > 0
Instance = tuple[Any, bool, list[tuple[Any, int]]]  # a difference, whether it can be strict, its side conditions
WEAK, DECIDES, MUST = range(3)  # a side condition holds with >=; with > it makes the step strict; it must hold with >
_SEAL = object()


class Rejected(ValueError):
    """A certificate does not prove its statement; the message names the step and the reason."""


@contextmanager
def blaming(place: str) -> Iterator[None]:
    """Reject whatever goes wrong, malformed input too, and name the place."""
    try:
        yield
    except Exception as fault:
        raise Rejected(f"{place}: {fault}") from None


@dataclass(frozen=True)
class Axioms:
    """What is known of an unknown function: names of axioms (the table above), and its reach if it has one."""

    names: frozenset[str]
    reach: Any = None

    def __post_init__(self) -> None:
        """Refuse names that are not in the table."""
        if not isinstance(self.names, frozenset) or not self.names <= NAMES:
            raise Rejected(f"{self.names} is not a frozenset of names of axioms")

    def imply(self, other: Axioms) -> bool:
        """Return whether a function with these axioms has those of the other."""
        bent = other.reach in {None, self.reach} or "strictly concave" in self.names
        return other.names <= self.names and bent


NOTHING = Axioms(frozenset())
DROP = Axioms(frozenset({"zero", "increasing", "concave", "reflected"}), sympy.Symbol("eta", real=True))
SIGMOID = Axioms(DROP.names | {"odd", "strictly increasing", "strictly concave", "bounded"})


def freeze(record: Any, *lists: str) -> None:
    """Keep lists and axioms from changing after they were checked."""
    for name in lists:
        object.__setattr__(record, name, tuple(getattr(record, name)))
    object.__setattr__(record, "functions", MappingProxyType(dict(record.functions)))


@dataclass(frozen=True)
class Statement:
    """A claim, the facts under which it is made, and the axioms of its unknown functions.

    An equation ``Eq(symbol, form)`` among the facts is substituted everywhere.
    """

    claim: Any
    where: tuple[Any, ...]
    functions: Mapping[Any, Axioms]

    def __post_init__(self) -> None:
        """Keep the facts and axioms from changing; refuse functions of which sympy knows something."""
        freeze(self, "where")
        for function in self.functions:
            if not isinstance(function, UndefinedFunction) or function != sympy.Function(function.__name__):
                raise Rejected(f"{function}: an unknown function must be a plain sympy.Function(name)")

    def is_plain(self, part: Any) -> bool:
        """Return whether a node of an expression is one of a polynomial in real symbols and unknown functions."""
        if part.is_Symbol:
            return part == sympy.Symbol(part.name, real=True)
        if part.is_Pow:
            return part.exp.is_Integer and part.exp > 0
        return part.is_Add or part.is_Mul or part.is_Rational or (part.func in self.functions and len(part.args) == 1)

    def normal(self, expression: Any) -> sympy.Expr:
        """Substitute the equations, expand the arguments, use oddness and F(0) = 0, and expand the rest."""
        equations = [fact for fact in self.where if isinstance(fact, sympy.Eq) and fact.lhs.is_Symbol]
        whole = sympy.sympify(expression, strict=True)
        for part in sympy.preorder_traversal(whole):
            if not self.is_plain(part):
                raise Rejected(f"{part}: only polynomials in real symbols and in functions with axioms have a meaning")

        def rewritten(applied: sympy.Expr) -> sympy.Expr:
            """Apply F(0) = 0 and oddness to one value."""
            names, argument = self.functions[applied.func].names, sympy.expand(applied.args[0])
            if argument == 0 and "zero" in names:
                return sympy.S.Zero
            flip = "odd" in names and argument.could_extract_minus_sign()
            return -applied.func(sympy.expand(-argument)) if flip else applied.func(argument)

        whole = whole.subs([(fact.lhs, fact.rhs) for fact in equations])
        return sympy.expand(whole.replace(lambda part: part.func in self.functions, rewritten))

    def facts(self, relations: Iterable[Any] | None = None) -> list[Fact]:
        """Return the facts (or the given relations) as differences that are not negative."""
        chosen = self.where if relations is None else relations
        return [(self.normal(part), strict) for relation in chosen for part, strict in sides(relation)]


@dataclass(frozen=True)
class Theorem:
    """What this module has checked, and from what; nothing else makes one."""

    name: str
    statement: Any  # a Statement or a Location
    parts: tuple[Any, ...]
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse what did not come out of a check."""
        if seal is not _SEAL:
            raise TypeError("a Theorem is made by check, join and locate alone")


@dataclass(frozen=True)
class Step:
    """A non-negative multiple of one instance: scale * product(times) / product(over) * instance.

    The rule is ``increasing``, ``concave``, ``bent`` (concave within the reach), ``bounded`` or ``reflected``, with a
    function as source and its arguments; ``given`` with the number of a fact; or ``theorem`` with a theorem and pairs
    (its symbol, form) and (its function, (factor, function)). For each side condition, ``because`` holds multipliers:
    the condition is the first one plus the sum of the others times the facts.
    """

    rule: str
    source: Any
    arguments: tuple[Any, ...] = ()
    scale: sympy.Rational = sympy.S.One
    times: tuple[sympy.Expr, ...] = ()
    over: tuple[sympy.Expr, ...] = ()
    because: tuple[tuple[sympy.Rational, ...], ...] = ()


def sides(relation: Any) -> list[Fact]:
    """Write an inequality as one difference that is not negative, an equation as two."""
    if isinstance(relation, sympy.Eq):
        return [(relation.lhs - relation.rhs, False), (relation.rhs - relation.lhs, False)]
    if not isinstance(relation, (sympy.Gt, sympy.Ge, sympy.Lt, sympy.Le)):
        raise Rejected(f"{relation} is not an inequality or an equation")
    return [(relation.gts - relation.lts, isinstance(relation, (sympy.Gt, sympy.Lt)))]


def vanishes(expression: Any) -> bool:
    """Return whether an expression is 0 as a fraction of polynomials in its symbols and applied functions."""
    return sympy.expand(sympy.numer(sympy.together(expression))) == 0


def follows(form: Any, facts: Sequence[Fact], multipliers: Sequence[Any]) -> bool:
    """Check that form >= 0 follows from the facts by the multipliers, and return whether form > 0 does."""
    if len(multipliers) != len(facts) + 1 or not all(isinstance(n, (int, sympy.Rational)) for n in multipliers):
        raise Rejected(f"{form} >= 0: one rational multiplier for each of {len(facts)} facts is wanted")
    if any(n < 0 for n in multipliers):
        raise Rejected(f"{form} >= 0: negative multiplier")
    used = [(n, part, strict) for n, (part, strict) in zip(multipliers[1:], facts, strict=True) if n]
    if not vanishes(form - multipliers[0] - sum(n * part for n, part, _ in used)):
        raise Rejected(f"{form} >= 0 does not follow from the facts as claimed")
    return bool(multipliers[0] > 0 or any(strict for _, _, strict in used))


def axiom(rule: str, function: Any, axioms: Axioms, arguments: Sequence[Any]) -> Instance:
    """Return an axiom's difference, whether it can be strict, and its side conditions."""
    match rule, arguments:
        case "increasing", (u, v) if rule in axioms.names:
            return function(v) - function(u), "strictly increasing" in axioms.names, [(u, WEAK), (v - u, DECIDES)]
        case "concave" | "bent", (x, m, y) if "concave" in axioms.names and (rule == "concave" or axioms.reach):
            value = (y - x) * function(m) - (y - m) * function(x) - (m - x) * function(y)
            near = [(axioms.reach - y, WEAK)] if rule == "bent" else []
            conditions = [(x, WEAK), (m - x, DECIDES), (y - m, DECIDES), *near]
            return value, bool(near) or "strictly concave" in axioms.names, conditions
        case "bounded", (u,) if rule in axioms.names:
            return 1 - function(u), True, []
        case "reflected", (t,) if rule in axioms.names:
            return -function(-t) - function(t), False, [(t, WEAK)]
    raise Rejected(f"{rule} with {len(arguments)} arguments is no axiom of {function}")


def put(expression: Any, forms: Mapping[Any, Any], functions: Mapping[Any, Any]) -> Any:
    """Put forms for symbols, and multiples of functions for functions, all at once."""
    parts = [put(part, forms, functions) for part in expression.args]
    if expression.func in functions:
        factor, function = functions[expression.func]
        return factor * function(*parts)
    return forms.get(expression, expression.func(*parts) if parts else expression)


def genuine(theorem: Any) -> Theorem:
    """Refuse what this module has not checked."""
    if type(theorem) is not Theorem:
        raise Rejected(f"{theorem!r} is not a theorem")
    return theorem


def lemma(theorem: Theorem, pairs: Sequence[Any], outer: Statement) -> Instance:
    """Return a theorem's difference, whether it is strict, and its side conditions, for given forms and functions."""
    inner, given = genuine(theorem).statement, dict(pairs)
    functions = {key: given.pop(key, (sympy.S.One, key)) for key in inner.functions}
    if not all(isinstance(key, sympy.Symbol) for key in given):
        raise Rejected(f"{theorem.name} can be applied to forms for its symbols and functions alone")
    conditions = [(part, MUST if strict else WEAK) for fact in inner.where for part, strict in sides(fact)]
    conditions = [(put(part, given, functions), need) for part, need in conditions]
    for key, (factor, function) in functions.items():
        axioms = inner.functions[key]
        wanted = replace(axioms, reach=None if axioms.reach is None else put(axioms.reach, given, functions))
        if not outer.functions.get(function, NOTHING).imply(wanted):
            raise Rejected(f"{function} does not have the axioms of {key}")
        if "bounded" in axioms.names and factor != 1:
            raise Rejected(f"{factor} times {function} need not be bounded by 1")
        conditions.append((factor, MUST))
    (difference, strict), *more = sides(inner.claim)
    if more:
        raise Rejected(f"{theorem.name} is an equation")
    return put(difference, given, functions), strict, conditions


def instance(step: Step, statement: Statement, facts: Sequence[Fact]) -> Instance:
    """Return a step's difference, whether it can be strict, and every side condition, those of its multiplier too."""
    conditions: list[tuple[Any, int]] = []
    if step.rule == "given":
        value, strict = facts[step.source]
    elif step.rule == "theorem":
        value, strict, conditions = lemma(step.source, step.arguments, statement)
    elif step.source in statement.functions:
        value, strict, conditions = axiom(step.rule, step.source, statement.functions[step.source], step.arguments)
    else:
        raise Rejected(f"{step.source} has no axioms here")
    times, over = [(part, DECIDES) for part in step.times], [(part, MUST) for part in step.over]
    return value, strict, [*conditions, *times, *over]


def weigh(step: Step, statement: Statement, facts: Sequence[Fact]) -> tuple[sympy.Expr, bool]:
    """Check one step; return its value, which is not negative, and whether it is positive."""
    value, strict, conditions = instance(step, statement, facts)
    if not isinstance(step.scale, (int, sympy.Rational)) or step.scale < 0:
        raise Rejected(f"the multiplier {step.scale} is not a rational number >= 0")
    if len(step.because) != len(conditions):
        raise Rejected(f"{len(conditions)} side conditions, {len(step.because)} reasons")
    for (part, need), reason in zip(conditions, step.because, strict=True):
        holds = follows(statement.normal(part), facts, reason)
        if need == MUST and not holds:
            raise Rejected(f"{part} > 0 is wanted, only >= 0 is shown")
        strict = strict and (holds or need == WEAK)
    above, below = (statement.normal(sympy.Mul(*parts)) for parts in (step.times, step.over))
    return step.scale * above / below * statement.normal(value), bool(strict and step.scale > 0)


def check(name: str, statement: Statement, steps: Sequence[Step]) -> Theorem:
    """Check that the claim's difference is exactly the sum of the steps; an equation holds without any."""
    total, positive = sympy.S.Zero, False
    with blaming(name):
        facts = statement.facts()
    for number, step in enumerate(steps, 1):
        with blaming(f"{name}, step {number} ({getattr(step, 'rule', step)})"):
            value, strictly = weigh(step, statement, facts)
        total, positive = total + value, positive or strictly
    with blaming(name):
        (difference, strict), *more = sides(statement.claim)
        if more and steps:
            raise Rejected("an equation is checked as an identity, without steps")
        if not vanishes(statement.normal(difference) - total):
            raise Rejected("the steps do not add up to the claim")
        if strict and not positive:
            raise Rejected("the claim is strict, no step is")
        return Theorem(name, statement, tuple(steps), _SEAL)


def region(part: Theorem, outer: Statement) -> list[Fact]:
    """Return the facts that a part adds to those of the outer statement; its functions must be the same."""
    inner = genuine(part).statement
    if any(not outer.functions.get(key, NOTHING).imply(axioms) for key, axioms in inner.functions.items()):
        raise Rejected(f"{part.name} assumes more of a function")
    held = {(fact, weaker) for fact, strict in outer.facts() for weaker in (False, strict)}
    return [fact for fact in outer.facts(inner.where) if fact not in held]


def gaps(regions: Sequence[Sequence[Fact]]) -> list[list[Fact]]:
    """Return every way to stay outside all regions: the negation of one fact of each."""
    return [list(choice) for choice in product(*([(-part, not strict) for part, strict in r] for r in regions))]


def cover(outer: Statement, regions: Sequence[Sequence[Fact]], reasons: Sequence[Sequence[Any]]) -> None:
    """Check that the regions leave no gap: to stay outside all of them contradicts the facts (0 > 0 follows)."""
    outside, facts = gaps(regions), outer.facts()
    if len(reasons) != len(outside):
        raise Rejected(f"{len(outside)} gaps to close, {len(reasons)} reasons")
    for negated, reason in zip(outside, reasons, strict=True):
        gap = ", ".join(f"{part} {'>' if strict else '>='} 0" for part, strict in negated)
        with blaming(f"the cover has a gap at {gap}"):
            if not follows(sympy.S.Zero, [*facts, *negated], reason):
                raise Rejected("no contradiction is shown")


def join(name: str, statement: Statement, parts: Sequence[Theorem], reasons: Sequence[Sequence[Any]]) -> Theorem:
    """Check that theorems with one claim, each on its region, prove the claim where the regions cover."""
    with blaming(name):
        regions = [region(part, statement) for part in parts]
        (difference, strict), *equation = sides(statement.claim)
        for part in parts:
            (claimed, strictly), *more = sides(part.statement.claim)
            if equation or more or not vanishes(statement.normal(claimed - difference)) or strict > strictly:
                raise Rejected(f"{part.name} claims something else, or an equation")
        cover(statement, regions, reasons)
        return Theorem(name, statement, tuple(parts), _SEAL)


@dataclass(frozen=True)
class Location:
    """Every local maximiser on [low, high] of a function with this slope lies in the target."""

    slope: Any
    variable: sympy.Symbol
    low: Any
    high: Any
    target: tuple[Any, ...]
    where: tuple[Any, ...]
    functions: Mapping[Any, Axioms]
    claim: ClassVar[None] = None

    def __post_init__(self) -> None:
        """Keep the target, the facts and the axioms from changing."""
        freeze(self, "target", "where")

    def outer(self) -> Statement:
        """Return a statement with the facts that hold on the whole interval."""
        fixed = (self.low, self.high, *self.where)
        if any(self.variable in sympy.sympify(part).free_symbols for part in fixed):
            raise Rejected(f"the interval and the facts must not depend on {self.variable}")
        ends = (self.variable >= self.low, self.variable <= self.high)
        return Statement(self.slope > 0, (*self.where, *ends), self.functions)

    def without(self, part: Theorem) -> list[Fact]:
        """Return where a sign of the slope leaves no local maximiser: up, only the right end is one; down, the left."""
        outer, ((claimed, strict), *_) = self.outer(), sides(genuine(part).statement.claim)
        up, down = (vanishes(outer.normal(claimed - sign * self.slope)) for sign in (1, -1))
        if not strict or not (up or down):
            raise Rejected(f"{part.name} does not claim a sign of the slope")
        end = self.high - self.variable if up else self.variable - self.low
        return [*region(part, outer), (outer.normal(end), True)]


def locate(name: str, location: Location, parts: Sequence[Theorem], reasons: Sequence[Sequence[Any]]) -> Theorem:
    """Check that the signs of the slope leave no place for a local maximiser but the target."""
    with blaming(name):
        regions = [location.without(part) for part in parts]
        cover(location.outer(), [*regions, location.outer().facts(location.target)], reasons)
        return Theorem(name, location, tuple(parts), _SEAL)
