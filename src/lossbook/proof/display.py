r"""Theorems as a reader sees them: the claim, the facts, the sum that proves it, and a mark.

The forms are printed in lengths from the truth: $A=a_1-a$, $B=b-a_1$, and $t=\theta-a_1$ or $z=a_1-\theta$, whichever
makes them shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter

from lossbook.proof import terms
from lossbook.proof.kernel import Location, Rejected, Statement, Step, Theorem, instance, sides, weigh

MARK = '<span class="equation-status equation-passed">✓ checked</span>'
_LENGTHS = sympy.symbols("A B t z t'", real=True)
_REASONS = {
    "increasing": "${} increases",
    "concave": "${} is concave",
    "bent": "${} is strictly concave near 0",
    "bounded": "${} stays below 1",
    "reflected": "${} drops no faster on the right",
}
_SIGNS = {sympy.Eq: "=", sympy.Gt: ">", sympy.Ge: r"\ge", sympy.Lt: "<", sympy.Le: r"\le"}


class _Printer(LatexPrinter):
    """LaTeX with short function calls."""

    def _print_Function(self, expr: sympy.Expr, exp: str | None = None) -> str:
        name, argument = sympy.latex(sympy.Symbol(expr.func.__name__)), self.doprint(expr.args[0])
        return rf"{name}({argument})" if exp is None else rf"{name}({argument})^{{{exp}}}"

    _print_AppliedUndef = _print_Function

    def _as_ordered_terms(self, expr: sympy.Expr, order: str | None = None) -> list[sympy.Expr]:
        """Put what is added before what is subtracted."""
        terms = super()._as_ordered_terms(expr, order="lex")
        return sorted(terms, key=lambda term: bool(term.could_extract_minus_sign()))


def _in_lengths(expression: Any, left: bool) -> sympy.Expr:
    """Write an expression in A, B and t, or z to the left of the truth; t' for a second threshold."""
    length_a, length_b, right, below, second = _LENGTHS
    place = terms.a_1 - below if left else terms.a_1 + right
    forms = {
        terms.theta: place,
        terms.a: terms.a_1 - length_a,
        terms.b: terms.a_1 + length_b,
        terms.y: terms.a_1 + second,
    }
    written = sympy.sympify(expression).subs(forms, simultaneous=True)
    calls = {part: _call(part) for part in written.atoms(sympy.Function)}
    return written.subs(calls, simultaneous=True)


def _call(applied: sympy.Expr) -> sympy.Expr:
    """Write one value of a function, an odd one at an argument with more pluses than minuses."""
    # Of as many pluses as minuses, A or B gets the plus, else the letter that comes last.
    argument = sympy.expand(applied.args[0])
    signs = {str(part): 1 if part.as_coeff_Mul()[0] > 0 else -1 for part in sympy.Add.make_args(argument) if part != 0}
    letters = sorted(signs, key=lambda name: name.strip("-0123456789*/"))
    first = [name for name in letters if name.strip("-0123456789*/")[:1].isupper()] or letters[::-1]
    turned = applied.func == terms.sigma and (sum(signs.values()), *(signs[name] for name in first[:1])) < (0, 1)
    return -applied.func(sympy.together(-argument)) if turned else applied.func(sympy.together(argument))


def _linear(expression: sympy.Expr) -> sympy.Expr:
    """Expand what has no function in it."""
    return expression if expression.atoms(sympy.Function) else sympy.expand(expression)


def formula(expression: Any, left: bool = False) -> str:
    """Print an expression or a relation in LaTeX.

    Args:
        expression: in the symbols of the book.
        left: whether it speaks of thresholds below the truth.

    Returns:
        LaTeX.
    """
    if isinstance(expression, sympy.core.relational.Relational):
        low, high = (_linear(_in_lengths(side, left)) for side in expression.args)
        sign = type(expression)
        if not (low - high).has(sympy.Function):
            low, high = _tidy(low - high)
            if low == 0 or (high != 0 and sign in {sympy.Gt, sympy.Ge} and _is_running(high)):
                low, high, sign = high, low, expression.reversed.func
        return _raw(low, sign, high)
    return formula_of(_linear(_in_lengths(expression, left)))


def formula_of(expression: sympy.Expr) -> str:
    """Print an expression as it is.

    Args:
        expression: any.

    Returns:
        LaTeX.
    """
    return _Printer({"order": "lex"}).doprint(expression)


def _raw(low: sympy.Expr, sign: Any, high: sympy.Expr) -> str:
    """Print a relation as it is."""
    return f"{formula_of(low)} {_SIGNS[sign]} {formula_of(high)}"


def _listed(relations: Iterable[Any], left: bool) -> str:
    """Print relations in a row."""
    return ", ".join(f"${formula(relation, left)}$" for relation in relations)


def _tidy(difference: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Split a linear difference, without fractions, into what is added on each side."""
    whole = sympy.numer(sympy.together(difference))
    parts = sympy.Add.make_args(sympy.expand(whole))
    low = sympy.Add(*(part for part in parts if not part.could_extract_minus_sign()))
    return low, sympy.expand(low - whole)


def _is_running(side: sympy.Expr) -> bool:
    """Return whether a side is the length that runs along the interval, which is named first."""
    return side in _LENGTHS[2:]


def _relations(statement: Any) -> list[Any]:
    outer = statement.outer() if isinstance(statement, Location) else statement
    return [outer.claim, *outer.where]


def _is_left(statement: Any) -> bool:
    """Return whether the forms are shorter in z than in t."""
    lengths = [sum(len(formula(relation, left)) for relation in _relations(statement)) for left in (False, True)]
    return lengths[1] < lengths[0]


def _reason(step: Step) -> str:
    """Say why a step's difference is not negative."""
    if step.rule == "given":
        return "given"
    if step.rule == "theorem":
        return f"theorem: {step.source.name}"
    return _REASONS[step.rule].format(formula_of(sympy.Symbol(step.source.__name__)) + "$")


def _row(step: Step, statement: Statement, left: bool) -> str:
    """Write one step as a row of the table."""
    facts = statement.facts()
    value, _, _ = instance(step, statement, facts)
    _, strict = weigh(step, statement, facts)
    above, below = (sympy.Mul(*(_factor(part, left) for part in parts)) for parts in (step.times, step.over))
    multiple = formula_of(step.scale * above / below)
    difference = statement.normal(value)
    grouped = formula(sympy.collect(difference, _calls(difference)), left)
    sign = ">" if strict else r"\ge"
    return f"| ${multiple}$ | ${grouped} {sign} 0$ | {_reason(step)} |"


def _calls(expression: sympy.Expr) -> list[sympy.Expr]:
    return sorted(expression.atoms(sympy.Function), key=sympy.default_sort_key)


def _factor(form: Any, left: bool) -> sympy.Expr:
    """Write a factor in lengths."""
    return sympy.together(sympy.expand(_in_lengths(form, left)))


@dataclass(frozen=True)
class Shown:
    """A theorem that displays itself in a notebook."""

    theorem: Theorem

    def _repr_markdown_(self) -> str:
        """Write the claim, the facts and the certificate in Markdown."""
        statement = self.theorem.statement
        left = _is_left(statement)
        if isinstance(statement, Location):
            return "\n".join([_heading(self.theorem), "", *_located(self.theorem, left)])
        if isinstance(statement.claim, sympy.Eq):
            claim = f"$${_as_it_is(statement.claim)}$$"
            return "\n".join([_heading(self.theorem), "", claim, "", "An identity: nothing is added."])
        facts = _listed(statement.where, left) or "all arguments"
        lines = [_heading(self.theorem), "", f"$${formula(statement.claim, left)}$$", "", f"for {facts}."]
        if self.theorem.parts and isinstance(self.theorem.parts[0], Theorem):
            return "\n".join([*lines, "", *_cover(self.theorem.parts, statement, left)])
        rows = [_row(step, statement, left) for step in self.theorem.parts]
        table = ["| multiple | of | because |", "|---|---|---|", *rows]
        return "\n".join([*lines, "", "The difference of the two sides is the sum of", "", *table])

    def __repr__(self) -> str:
        """Name the theorem."""
        return f"checked: {self.theorem.name}"


def _heading(theorem: Theorem) -> str:
    name = theorem.name[0].upper() + theorem.name[1:]
    return f"**{name}** {MARK}"


def _added(part: Statement, where: tuple[Any, ...], left: bool) -> str:
    """Write the facts that make a part's region."""
    facts = [fact for fact in part.where if fact not in where]
    return _listed(facts, left) or "everywhere"


def _cover(parts: tuple[Theorem, ...], statement: Statement, left: bool) -> list[str]:
    """Write the regions of a proof by cases."""
    rows = [f"| {part.name} | {_added(part.statement, statement.where, left)} |" for part in parts]
    return ["The cases leave no gap:", "", "| case | where |", "|---|---|", *rows]


def _located(theorem: Theorem, left: bool) -> list[str]:
    """Write where the local maximisers lie, and the signs of the slope that leave no other place."""
    place: Location = theorem.statement
    target = ", ".join(f"${_as_it_is(relation)}$" for relation in place.target)
    ends = f"$[{formula_of(place.low)},\\,{formula_of(place.high)}]$"
    facts = _listed(place.where, left)
    rows = []
    for part in theorem.parts:
        (claimed, _), *_ = sides(part.statement.claim)
        up = place.outer().normal(claimed - place.slope) == 0
        where = _added(part.statement, place.where, left)
        rows.append(f"| {part.name} | {where} | {'rises' if up else 'falls'} |")
    return [
        "Every local maximiser of a function with the slope",
        "",
        f"$${formula(place.slope, left)}$$",
        "",
        f"on {ends} satisfies {target}, for {facts}.",
        "",
        "No other place is left:",
        "",
        "| theorem | where | there the function |",
        "|---|---|---|",
        *rows,
    ]


def _as_it_is(relation: Any) -> str:
    """Print a relation in the symbols in which it is written."""
    return _raw(relation.lhs, type(relation), relation.rhs)


def show(theorem: Theorem) -> Shown:
    """Display a theorem.

    Args:
        theorem: what the kernel has checked.

    Returns:
        an object that shows itself in a notebook; its plain form is one line.
    """
    return Shown(theorem)


def refused(attempt: Callable[[], Theorem]) -> str:
    """Return why a certificate is refused.

    Args:
        attempt: tries to prove something.

    Returns:
        the reason.

    Raises:
        AssertionError: if it is accepted.
    """
    try:
        theorem = attempt()
    except Rejected as reason:
        return f"rejected: {reason}"
    raise AssertionError(f"{theorem.name} was accepted")
