"""Certificates with one thing changed: a number, a form, a rule, a fact, an axiom, a region, a target."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

import sympy
from tests.proof.routes import theorems

from lossbook.proof import kernel, search
from lossbook.proof.kernel import Location, Statement, Step, Theorem
from lossbook.proof.terms import A, B, t, theta

SMALL = sympy.Rational(1, 97)
HALF = sympy.Rational(1, 2)


def is_strict(relation: Any) -> bool:
    """Return whether a relation is a strict inequality."""
    return isinstance(relation, (sympy.Lt, sympy.Gt))


@dataclass(frozen=True)
class Mutant:
    """A changed certificate: steps, or parts that cover, with the reasons of the cover if they are given.

    Attributes:
        kind: what was changed.
        name: of the theorem.
        statement: a Statement or a Location.
        parts: steps or theorems.
        reasons: of the cover; looked for if there are none.
        open: the number of the step whose side conditions need new multipliers; -1 for all steps.
        broken: a fact that was taken away: it fails in some of the worlds.
    """

    kind: str
    name: str
    statement: Any
    parts: tuple[Any, ...]
    reasons: tuple[Any, ...] | None = None
    open: int | None = None
    broken: Any = None

    @property
    def outer(self) -> Statement:
        """The statement, that of the whole interval for a location."""
        return self.statement.outer() if isinstance(self.statement, Location) else self.statement

    @property
    def covers(self) -> bool:
        """Whether the parts are theorems on regions."""
        return isinstance(self.statement, Location) or any(isinstance(part, Theorem) for part in self.parts)


def regions_of(mutant: Mutant) -> list[Any]:
    """Return the regions of a cover as the checker reads them.

    Args:
        mutant: parts that cover.

    Returns:
        the regions, the target last.
    """
    with kernel.blaming(mutant.name):
        if not isinstance(mutant.statement, Location):
            return [kernel.region(part, mutant.statement) for part in mutant.parts]
        regions = [mutant.statement.without(part) for part in mutant.parts]
        return [*regions, mutant.outer.facts(mutant.statement.target)]


def gaps_closed(mutant: Mutant) -> tuple[Any, ...]:
    """Give every gap of a cover multipliers, wrong ones where it cannot be closed.

    Args:
        mutant: parts that cover.

    Returns:
        one tuple of multipliers for each gap.
    """
    reasons = []
    for gap in kernel.gaps(regions_of(mutant)):
        facts = [*mutant.outer.facts(), *gap]
        strict = [0, *(i for i, (_, strictly) in enumerate(facts, 1) if strictly)]
        parts = [sympy.S.One, *(part for part, _ in facts)]
        reasons.append(tuple(search.combination(sympy.S.Zero, parts, strict) or [1] + [0] * len(facts)))
    return tuple(reasons)


def _shifts(statement: Statement) -> list[Any]:
    """Return by what a form is shifted."""
    symbols = sorted({s for part in (statement.claim, *statement.where) for s in part.free_symbols}, key=str)
    lengths = [A, B, t] if theta in symbols else symbols[:3]
    return [sympy.S.One, -sympy.S.One, *lengths]


def _forms(form: Any, statement: Statement) -> Iterator[Any]:
    """Change a form."""
    yield from (form + shift for shift in _shifts(statement))
    yield 2 * form
    yield sympy.S.Zero
    yield form + SMALL


def _arguments(step: Step, statement: Statement) -> Iterator[tuple[str, Step]]:
    """Change the arguments of an axiom."""
    for order in permutations(step.arguments):
        if order != step.arguments:
            yield "arguments permuted", replace(step, arguments=order)
    for i, form in enumerate(step.arguments):
        for other in _forms(form, statement):
            yield "argument moved", replace(step, arguments=(*step.arguments[:i], other, *step.arguments[i + 1 :]))


def _pairs(step: Step, statement: Statement) -> Iterator[tuple[str, Step]]:
    """Change what a theorem is applied to."""
    pairs = step.arguments
    for i, (key, form) in enumerate(pairs):
        rest = (pairs[:i], pairs[i + 1 :])

        def put(new: Any, key: Any = key, rest: Any = rest) -> Step:
            return replace(step, arguments=(*rest[0], (key, new), *rest[1]))

        yield "form left out", replace(step, arguments=rest[0] + rest[1])
        if isinstance(form, tuple):
            factor, function = form
            others = [other for other in statement.functions if other != function]
            yield from (("function changed", put((factor, other))) for other in others)
            yield from (("factor of a function changed", put((n * factor, function))) for n in (2, HALF, -1, 0))
            continue
        yield from (("form changed", put(other)) for other in _forms(form, statement))
        for other_key, other_form in pairs[i + 1 :]:
            if not isinstance(other_form, tuple):
                swapped = {**dict(pairs), key: other_form, other_key: form}
                yield "forms swapped", replace(step, arguments=tuple(swapped.items()))


def _rules(step: Step, statement: Statement) -> Iterator[tuple[str, Step]]:
    """Change the rule, the function, the fact or the theorem."""
    if step.rule == "given":
        count = len(statement.facts())
        yield from (("fact changed", replace(step, source=i)) for i in range(count) if i != step.source)
    elif step.rule == "theorem":
        for other in theorems():
            inner, outer = other.statement, step.source.statement
            alike = isinstance(inner, Statement) and set(inner.functions) == set(outer.functions)
            if alike and other is not step.source and inner.claim.free_symbols == outer.claim.free_symbols:
                yield "theorem changed", replace(step, source=other)
    else:
        rules = {2: ["increasing"], 3: ["concave", "bent"], 1: ["bounded", "reflected"]}[len(step.arguments)]
        yield from (("rule changed", replace(step, rule=rule)) for rule in rules if rule != step.rule)
        others = [function for function in statement.functions if function != step.source]
        yield from (("function changed", replace(step, source=other)) for other in others)


def _factors(step: Step, statement: Statement) -> Iterator[tuple[str, Step]]:
    """Add and remove factors and divisors."""
    for i in range(len(step.times)):
        yield "factor removed", replace(step, times=step.times[:i] + step.times[i + 1 :])
    for i in range(len(step.over)):
        yield "divisor removed", replace(step, over=step.over[:i] + step.over[i + 1 :])
    for form in _shifts(statement)[1:]:
        yield "factor added", replace(step, times=(*step.times, form))
        yield "divisor added", replace(step, over=(*step.over, form))


def _scales(step: Step) -> Iterator[tuple[str, Step]]:
    """Change the number before a step."""
    for scale in (2 * step.scale, step.scale / 2, step.scale + SMALL, -step.scale, sympy.S.Zero):
        yield "scale changed", replace(step, scale=scale)


def _multipliers(reason: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Change one multiplier of a side condition."""
    for i, number in enumerate(reason):
        changed = {number + 1, -number, sympy.S.Zero, number / 2} - {number}
        yield from ((*reason[:i], new, *reason[i + 1 :]) for new in sorted(changed))
    for i in range(len(reason) - 1):
        if reason[i] != reason[i + 1]:
            yield (*reason[:i], reason[i + 1], reason[i], *reason[i + 2 :])


def _reasons(step: Step) -> Iterator[Step]:
    for i, reason in enumerate(step.because):
        for other in _multipliers(reason):
            yield replace(step, because=(*step.because[:i], other, *step.because[i + 1 :]))


def _claims(claim: Any) -> Iterator[tuple[str, Any]]:
    """Change a claim."""
    if isinstance(claim, sympy.Eq):
        return
    low, high = claim.lts, claim.gts
    yield "claim made strict or weak", sympy.Ge(high, low) if is_strict(claim) else sympy.Gt(high, low)
    yield "claim turned round", claim.func(*reversed(claim.args))
    yield "claim sharpened", sympy.Gt(high, low + SMALL)
    yield "claim weakened", claim.func(claim.lhs * 2, claim.rhs * 2)
    yield "claim changed", sympy.Gt(high, 2 * low + high / 2)


def _wheres(statement: Any) -> Iterator[tuple[str, Any, Any]]:
    """Take away or weaken a fact; yield the statement and the former fact."""
    for i, fact in enumerate(statement.where):
        rest = (statement.where[:i], statement.where[i + 1 :])
        yield "fact removed", replace(statement, where=rest[0] + rest[1]), fact
        if is_strict(fact):
            weak = sympy.Ge(fact.gts, fact.lts)
            yield "fact weakened", replace(statement, where=(*rest[0], weak, *rest[1])), fact


def _axioms(statement: Any) -> Iterator[tuple[str, Any]]:
    """Take an axiom away."""
    for function, axioms in statement.functions.items():
        for name in sorted(axioms.names):
            less = replace(axioms, names=axioms.names - {name})
            yield "axiom removed", replace(statement, functions={**statement.functions, function: less})
        if axioms.reach is not None:
            none = replace(axioms, reach=None)
            yield "reach removed", replace(statement, functions={**statement.functions, function: none})


def _renumbered(steps: Sequence[Step], old: Any, new: Any) -> tuple[Step, ...] | None:
    """Give the used facts their numbers in another list of facts; nothing if one is gone."""
    before, after, numbered = old.facts(), new.facts(), []
    for step in steps:
        if step.rule == "given":
            places = [i for i, (part, _) in enumerate(after) if part == before[step.source][0]]
            if not places:
                return None
            step = replace(step, source=places[0])
        numbered.append(step)
    return tuple(numbered)


def _of_steps(theorem: Theorem) -> Iterator[Mutant]:
    """Change a theorem that is proved by steps."""
    name, statement, steps = theorem.name, theorem.statement, theorem.parts
    for i, step in enumerate(steps):
        rest = (steps[:i], steps[i + 1 :])
        yield Mutant("step dropped", name, statement, rest[0] + rest[1])
        yield Mutant("step repeated", name, statement, (*steps, step))
        for kind, other in _scales(step):
            yield Mutant(kind, name, statement, (*rest[0], other, *rest[1]))
        for other in _reasons(step):
            yield Mutant("reason changed", name, statement, (*rest[0], other, *rest[1]))
        inner = _pairs if step.rule == "theorem" else _arguments if step.rule != "given" else lambda *_: iter(())
        for change in (inner, _rules, _factors):
            for kind, other in change(step, statement):
                yield Mutant(kind, name, statement, (*rest[0], other, *rest[1]), open=i)
    for kind, claim in _claims(statement.claim):
        yield Mutant(kind, name, replace(statement, claim=claim), steps)
    for kind, weaker, former in _wheres(statement):
        renumbered = _renumbered(steps, statement, weaker)
        if renumbered is not None:
            yield Mutant(kind, name, weaker, renumbered, open=-1, broken=former)
    for kind, weaker in _axioms(statement):
        yield Mutant(kind, name, weaker, steps, open=-1)


def _narrowed(theorem: Theorem, i: int) -> Theorem | None:
    """Prove a part on a smaller region: one weak fact made strict."""
    statement, fact = theorem.statement, theorem.statement.where[i]
    if isinstance(fact, sympy.Eq) or is_strict(fact) or any(isinstance(part, Theorem) for part in theorem.parts):
        return None
    strict = sympy.Gt(fact.gts, fact.lts)
    where = (*statement.where[:i], strict, *statement.where[i + 1 :])
    smaller = replace(statement, where=where)
    return search.prove(f"{theorem.name}, smaller", smaller, _renumbered(theorem.parts, statement, smaller) or ())


def _shrunk(theorem: Theorem, length: Any) -> Theorem | None:
    """Prove a part on a smaller region: away from one end."""
    statement = theorem.statement
    if any(isinstance(part, Theorem) for part in theorem.parts) or theta not in statement.claim.free_symbols:
        return None
    smaller = replace(statement, where=(*statement.where, length))
    return search.prove(f"{theorem.name}, shrunk", smaller, _renumbered(theorem.parts, statement, smaller) or ())


def _targets(place: Location) -> Iterator[tuple[str, Location]]:
    """Change where the maximisers are said to lie, on which interval, and for which slope."""
    for i, relation in enumerate(place.target):
        rest = (place.target[:i], place.target[i + 1 :])

        def put(new: Any, rest: Any = rest) -> Location:
            return replace(place, target=(*rest[0], new, *rest[1]))

        yield "target without a relation", replace(place, target=rest[0] + rest[1])
        for shift in (A / 4, -A / 4, B / 4, -B / 4, SMALL, -SMALL):
            yield "target moved", put(relation.func(relation.lhs, relation.rhs + shift))
        yield "target turned round", put(relation.func(relation.rhs, relation.lhs) if _is_open(relation) else theta > B)
        if _is_open(relation) and not is_strict(relation):
            yield "target made open", put(sympy.Gt(relation.gts, relation.lts))
        yield "target narrowed", replace(place, target=(*place.target, theta > place.low + A / 2))
    yield "slope turned round", replace(place, slope=-place.slope)
    yield "slope doubled", replace(place, slope=2 * place.slope)
    yield "interval longer", replace(place, low=place.low - 1)
    yield "interval longer", replace(place, high=place.high + 1)
    yield "interval shorter", replace(place, low=place.low + A / 2)


def _is_open(relation: Any) -> bool:
    return not isinstance(relation, sympy.Eq)


def _of_cover(theorem: Theorem) -> Iterator[Mutant]:
    """Change a theorem that is proved by parts on regions."""
    name, statement, parts = theorem.name, theorem.statement, theorem.parts
    place = isinstance(statement, Location)
    outer = statement.outer() if place else statement
    yield Mutant("parts reversed", name, statement, parts[::-1])
    for i, part in enumerate(parts):
        rest = (parts[:i], parts[i + 1 :])
        yield Mutant("part removed", name, statement, rest[0] + rest[1])
        yield Mutant("part repeated", name, statement, (*parts, part))
        smaller = [_narrowed(part, k) for k in range(len(part.statement.where))]
        cuts = [theta < (outer.where[-1].lts + outer.where[-1].gts) / 2] if place else []
        smaller += [_shrunk(part, cut) for cut in (*cuts, theta > A / 2, theta <= B)]
        for other in smaller:
            if other is not None:
                yield Mutant("region of a part changed", name, statement, (*rest[0], other, *rest[1]))
        for other in theorems():
            if isinstance(other.statement, Statement) and theta in other.statement.claim.free_symbols:
                yield Mutant("part changed", name, statement, (*rest[0], other, *rest[1]))
    for kind, weaker, former in _wheres(statement):
        yield Mutant(kind, name, weaker, parts, broken=former)
    for kind, weaker in _axioms(statement):
        yield Mutant(kind, name, weaker, parts)
    if place:
        yield from (Mutant(kind, name, other, parts) for kind, other in _targets(statement))
    else:
        yield from (Mutant(kind, name, replace(statement, claim=c), parts) for kind, c in _claims(statement.claim))
    reasons = gaps_closed(Mutant("none", name, statement, parts))
    yield Mutant("reason dropped", name, statement, parts, tuple(reasons[1:]))
    for i, reason in enumerate(reasons[:4]):
        for other in _multipliers(tuple(reason)):
            yield Mutant("reason changed", name, statement, parts, (*reasons[:i], other, *reasons[i + 1 :]))


def mutants_of(theorem: Theorem) -> Iterator[Mutant]:
    """Return every change of a theorem's certificate, always in the same order.

    Args:
        theorem: what the checker has accepted.

    Returns:
        the mutants.
    """
    whole = Mutant("none", theorem.name, theorem.statement, theorem.parts)
    return _of_cover(theorem) if whole.covers else _of_steps(theorem)


def mutants() -> Iterator[Mutant]:
    """Yield every change of every theorem that the book's certificates are made from.

    Yields:
        the mutants.
    """
    for theorem in theorems():
        yield from mutants_of(theorem)
