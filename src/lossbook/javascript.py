r"""The sigmoids and losses as JavaScript, for the page on which a reader moves them.

Each family is printed for the scale 1, $\sigma(u)=\sigma_1(u/\delta)$: value, slope and area, $\int_0^u\sigma_1$. Each
loss is printed as a function of the margin $m$ and of the point $m_0$ from which it may vanish: a loss that has such a
point is written for 1 and moved, $\varphi(m)=\varphi_1(m+1-m_0)$. Nothing is typed a second time: the expressions are
those from which proofs, enclosures and kernels are made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from typing import NamedTuple

import sympy
from sympy.printing.jscode import JavascriptCodePrinter

from lossbook import loss as losses
from lossbook.loss import M, MarginLoss
from lossbook.sigmoid import families
from lossbook.sigmoid.calculus import even_antiderivative, even_derivative
from lossbook.sigmoid.odd_sigmoid import OddSigmoid, U

M0 = sympy.Symbol("m0", real=True)
LONG = 300.0  # seconds for a derivative or an integral, which take a fraction of one
_EXTREMA = (sympy.Max, sympy.Min)
HELPERS = """\
// The integral of exp(-t^2) as a series of positive terms, which cancels nothing; from 6 on it is 1 to the last bit.
const erf = (x) => {
  const square = x * x;
  if (square > 36) return Math.sign(x);
  let term = x, sum = x;
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
    term *= (2 * square) / n;
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
};
const step = (x) => (x > 0 ? 1 : x < 0 ? 0 : 0.5);
"""


class Offer(NamedTuple):
    """A loss that the page offers.

    Attributes:
        make: makes it, with its usual settings.
        movable: whether its margin can be moved.
    """

    make: Callable[..., MarginLoss]
    movable: bool = False


OFFERS = {
    "linear": Offer(losses.linear),
    "hinge": Offer(losses.hinge, True),
    "squared_hinge": Offer(losses.squared_hinge, True),
    "squared": Offer(losses.squared),
    "logistic": Offer(losses.logistic),
    "exponential": Offer(losses.exponential),
    "focal": Offer(losses.focal),
    "ramp": Offer(losses.ramp),
}


class _Printer(JavascriptCodePrinter):
    """Prints what sympy's own printer does not know, and refuses the rest."""

    def _print_erf(self, expression: sympy.Expr) -> str:
        return f"erf({self._print(expression.args[0])})"

    def _print_Heaviside(self, expression: sympy.Expr) -> str:
        return f"step({self._print(expression.args[0])})"


def function_source(arguments: Sequence[sympy.Symbol], expression: sympy.Expr) -> str:
    """Write a JavaScript function; common parts are computed once.

    Args:
        arguments: its arguments in order.
        expression: its value, in these arguments alone.

    Returns:
        the source of an arrow function.

    Raises:
        TypeError: if the expression holds another symbol, or a function that cannot be printed.

    Example:
        >>> function_source([U], 2 / sympy.pi * sympy.atan(U))
        '(u) => { return 2*Math.atan(u)/Math.PI; }'
    """
    foreign = expression.free_symbols - set(arguments)
    if foreign:
        raise TypeError(f"expression must depend on {list(arguments)} alone; got {sorted(map(str, foreign))} in it")
    printer = _Printer({"strict": True})
    parts, (rest,) = sympy.cse([expression], symbols=sympy.numbered_symbols("t"))
    try:
        lines = [f"const {name} = {printer.doprint(part)};" for name, part in parts]
        lines.append(f"return {printer.doprint(rest)};")
    except NotImplementedError as error:  # sympy's own error for what it cannot print
        raise TypeError(f"expression must be made of functions that JavaScript has; got {expression}") from error
    return f"({', '.join(symbol.name for symbol in arguments)}) => {{ {' '.join(lines)} }}"


def _branches(expression: sympy.Expr) -> Iterator[sympy.Expr]:
    """Yield an expression with each of its extrema replaced by one of the arguments, in every way."""
    extrema = [part for part in expression.atoms(*_EXTREMA) if not part.atoms(*_EXTREMA) - {part}]
    if not extrema:
        yield expression
        return
    for choice in product(*(part.args for part in extrema)):
        yield from _branches(expression.xreplace(dict(zip(extrema, choice, strict=True))))


def bends(expression: sympy.Expr) -> list[sympy.Expr]:
    r"""Find where a function of the margin may have a kink, for any $m_0$.

    Args:
        expression: in $m$ and $m_0$; the arguments of its extrema are linear in $m$.

    Returns:
        the margins at which two arguments of an extremum meet, and perhaps more; sorted by their text.

    Example:
        >>> bends(sympy.Min(1, sympy.Max(0, M0 - M)))
        [m0, m0 - 1]
    """
    found = set()
    for part in expression.atoms(*_EXTREMA):
        for one, other in combinations(part.args, 2):
            for left, right in product(_branches(one), _branches(other)):
                found |= set(sympy.solve(left - right, M)) if (left - right).has(M) else set()
    return sorted(found, key=str)


def moved(loss: MarginLoss, movable: bool) -> tuple[sympy.Expr, sympy.Expr]:
    r"""Write a loss and its derivative with the margin as a symbol.

    Args:
        loss: a symmetric loss, written for the margin 1 if it can be moved.
        movable: whether it can.

    Returns:
        $\varphi$ and $\varphi'$, in $m$ and, if it is movable, $m_0$.
    """
    shift = M + 1 - M0 if movable else M
    return loss.expression.subs(M, shift), loss.derivative.subs(M, shift)


def _record(entries: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{name}: {text}" for name, text in entries.items()) + " }"


def sigmoid_parts(sigma: OddSigmoid) -> dict[str, sympy.Expr]:
    r"""Make what a page needs of a sigmoid, however busy the machine: a build must not give up a closed form.

    Args:
        sigma: any odd sigmoid.

    Returns:
        ``value``, ``slope`` and ``area``, $\int_0^u\sigma$, in closed form where there is one.
    """
    formula = sigma.expression
    slope, area = even_derivative(formula, U, LONG), even_antiderivative(formula, U, LONG)
    return {"value": formula, "slope": slope, "area": area}


def sigmoid_sources() -> dict[str, str]:
    """Write every family for the scale 1.

    Returns:
        for each family an object of the functions ``value``, ``slope`` and ``area``.
    """
    found = {}
    for family in families.ALL:
        parts = sigmoid_parts(family())
        found[family.__name__] = _record({name: function_source([U], part) for name, part in parts.items()})
    return found


def loss_sources() -> dict[str, str]:
    """Write every loss that the page offers.

    Returns:
        for each loss an object: its ``name``, whether it is ``movable``, the verdict on ``convex``, and the functions
        ``value``, ``slope`` and ``kinks``, of $m$ and $m_0$.
    """
    found = {}
    for key, offer in OFFERS.items():
        loss = offer.make()
        value, slope = moved(loss, offer.movable)
        kinks = ", ".join(_Printer().doprint(kink) for kink in bends(value))
        found[key] = _record(
            {
                "movable": json.dumps(offer.movable),
                "convex": json.dumps(str(loss.check()["convex"])),
                "value": function_source([M, M0], value),
                "slope": function_source([M, M0], slope),
                "kinks": f"(m0) => [{kinks}]",
            }
        )
    return found


def script() -> str:
    """Write the whole script, which defines the one name ``lossbookFormulas``.

    Returns:
        its text, the same on every machine.
    """
    groups = {"sigmoids": sigmoid_sources(), "losses": loss_sources()}
    lines = ["// Printed by sympy from the formulas of the library: change those, not this file.", '"use strict";']
    lines += ["window.lossbookFormulas = (() => {", HELPERS.rstrip(), "return {"]
    for group, sources in groups.items():
        lines += [f"  {group}: {{", *(f"    {name}: {source}," for name, source in sources.items()), "  },"]
    return "\n".join([*lines, "  erf,", "};", "})();"]) + "\n"
