r"""From a sympy expression to the source of a ``float32`` function for the lane loops.

Every rounding is written out, so that no compiler may choose: a product that is added becomes a fused multiply-add, a
half-integer power becomes square roots and products, and what is divided by stands in one denominator. Common parts
are computed once. The functions are those of :mod:`lossbook.kernels.elementary`; absolute values, minima, maxima and
steps are selections; so is a choice between two values by the sign of a symbol.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import sympy
from sympy.core.sorting import default_sort_key

from lossbook.kernels.elementary import FUNCTIONS

_LARGEST, _SMALLEST = 3e38, 2e-38  # what float32 holds with all its digits


class _Printer:
    """Writes one function, line by line; a method for each kind of expression gives the text of its value."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[sympy.Expr, str] = {}

    def value(self, expression: sympy.Expr) -> str:
        """Return text that stands for an expression, safe inside any operation."""
        if not expression.free_symbols:
            return self.constant(expression)
        if isinstance(expression, sympy.Symbol):
            return expression.name
        if expression not in self.names:
            text = self.operation(expression)
            self.names[expression] = f"t{len(self.names)}"
            self.lines.append(f"{self.names[expression]} = {text}")
        return self.names[expression]

    def constant(self, expression: sympy.Expr) -> str:
        """Return a number, rounded once."""
        number = float(sympy.N(expression, 30))
        if number != 0 and not _SMALLEST <= abs(number) <= _LARGEST:
            raise ValueError(f"a number in a formula must have a size of {_SMALLEST} to {_LARGEST}; got {expression}")
        return f"f32({number!r})"

    def operation(self, expression: sympy.Expr) -> str:
        """Return the text of one operation on named values."""
        if isinstance(expression, sympy.Add):
            return self.sum(expression)
        if isinstance(expression, (sympy.Mul, sympy.Pow)):
            return self.product(expression)
        if isinstance(expression, sympy.Abs):
            return f"abs({self.value(expression.args[0])})"
        if isinstance(expression, (sympy.Max, sympy.Min)):
            kind = "max" if isinstance(expression, sympy.Max) else "min"
            return reduce(lambda left, right: f"{kind}({left}, {right})", map(self.value, self.ordered(expression)))
        if isinstance(expression, sympy.Heaviside):
            return f"(f32(1.0) if {self.value(expression.args[0])} > f32(0.0) else f32(0.0))"
        if isinstance(expression, sympy.Piecewise):
            return self.selection(expression)
        name = type(expression).__name__
        if name not in FUNCTIONS:
            raise TypeError(f"a formula must be made of {', '.join(FUNCTIONS)} and powers; got {name} in it")
        return f"{name}({self.value(expression.args[0])})"

    def selection(self, expression: sympy.Piecewise) -> str:
        """Select one of two values, both computed, by whether a symbol is above 0."""
        (first, choice), *others = expression.args
        by_symbol = isinstance(choice, sympy.StrictGreaterThan) and choice.lhs.is_Symbol and choice.rhs == 0
        if not by_symbol or [condition for _, condition in others] != [True]:
            raise TypeError(f"a selection must be between two values, by a symbol above 0; got {expression}")
        chosen, other = self.value(first), self.value(others[0].expr)
        return f"({chosen} if {choice.lhs} > f32(0.0) else {other})"

    def ordered(self, expression: sympy.Expr) -> list[sympy.Expr]:
        """Return the arguments in an order that does not depend on the session."""
        return sorted(expression.args, key=default_sort_key)

    def sum(self, expression: sympy.Expr) -> str:
        """Add up, products by fused multiply-adds."""
        terms = self.ordered(expression)
        products = [term for term in terms if _factors(term) is not None]
        rest = [self.value(term) for term in terms if term not in products]
        total = reduce(lambda left, right: f"({left} + {right})", rest) if rest else None
        for term in products:
            left, right = _factors(term) or (term, sympy.S.One)
            pair = f"{self.value(left)}, {self.value(right)}"
            total = f"fma({pair}, {total})" if total else pair.replace(", ", " * ")
        return str(total)

    def product(self, expression: sympy.Expr) -> str:
        """Multiply; what has a negative exponent goes into one denominator."""
        constant, rest = expression.as_independent(*expression.free_symbols, as_Add=False)
        above = [] if abs(constant) == 1 else [self.value(abs(constant))]
        below = []
        for factor in self.ordered(rest) if isinstance(rest, sympy.Mul) else [rest]:
            base, exponent = factor.args if isinstance(factor, sympy.Pow) else (factor, sympy.S.One)
            if isinstance(exponent, sympy.Rational) and exponent < 0:
                below.append(self.power(base, -exponent))
            else:
                above.append(self.power(base, exponent))
        numerator = " * ".join(above) or "f32(1.0)"
        quotient = f"({numerator}) / ({' * '.join(below)})" if below else numerator
        return f"-({quotient})" if constant.is_negative else quotient

    def power(self, base: sympy.Expr, exponent: sympy.Expr) -> str:
        """Raise a value that is not constant to a power; not negative if it is a number."""
        name = self.value(base)
        if not isinstance(exponent, sympy.Rational) or exponent.q > 2:
            return f"exp({self.value(exponent)} * log({name}))"
        root = [f"sqrt({name})"] if exponent.q == 2 else []
        return " * ".join([*self.repeated(base, int(exponent)), *root])

    def repeated(self, base: sympy.Expr, times: int) -> list[str]:
        """Return the factors of a whole power, by squaring."""
        if times < 4:
            return [self.value(base)] * times
        half = self.value(base ** (times // 2))
        return [half, half, *[self.value(base)] * (times % 2)]


def _factors(term: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr] | None:
    """Split a product without denominator in two factors, of which the second is one factor; None for other terms."""
    if isinstance(term, sympy.Pow) and term.exp == 2:
        return term.base, term.base
    if not isinstance(term, sympy.Mul) or any(isinstance(f, sympy.Pow) and f.exp.is_negative for f in term.args):
        return None
    *first, last = sorted(term.args, key=default_sort_key)
    return sympy.Mul(*first), last


def _cut(text: str) -> str:
    return text if len(text) <= 90 else text[:87] + "..."


def function_source(name: str, arguments: Sequence[sympy.Symbol], expression: sympy.Expr) -> str:
    r"""Write a ``float32`` function.

    Args:
        name: what it is called.
        arguments: its arguments in order.
        expression: its value, in these arguments alone.

    Returns:
        the source of an inlined numba function.

    Raises:
        TypeError: if the expression holds a function that the kernels do not know, or another symbol.

    Example:
        >>> u, w = sympy.symbols("u w", real=True)
        >>> function_source("pull", (u, w), w / (u**2 + 1)).splitlines()[3:]
        ['    t0 = fma(u, u, f32(1.0))', '    return (w) / (t0)']
    """
    foreign = expression.free_symbols - set(arguments)
    if foreign:
        raise TypeError(f"expression must depend on {list(arguments)} alone; got {sorted(map(str, foreign))} in it")
    printer = _Printer()
    if expression.free_symbols and not isinstance(expression, sympy.Symbol):
        result = printer.operation(expression)
    else:
        result = printer.value(expression)
    head = f"@inlined\ndef {name}({', '.join(symbol.name for symbol in arguments)}):"
    says = f'"""Evaluate {_cut(str(expression))}."""'
    return "\n    ".join([head, says, *printer.lines, f"return {result}"]) + "\n"
