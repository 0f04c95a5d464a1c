r"""A reader's formula, from text to a sympy expression, without evaluating code.

The grammar, with the usual precedence (``**`` binds tightest and to the right, so that $-u^2=-(u^2)$):

    sum      = product (("+" | "-") product)*
    product  = signed (("*" | "/") signed)*
    signed   = ("+" | "-")* power
    power    = atom ["**" signed]
    atom     = number | variable | "pi" | function "(" sum ")" | "(" sum ")" | extremum "(" sum ("," sum)+ ")"

An extremum is ``max`` or ``min``, and is read only where the caller allows kinks.
Numbers are decimal and exact: ``0.1`` is $\frac1{10}$. Whatever is not in this grammar is refused with the place where
it stands; so are numbers, powers and nestings so large that computing with them could take long.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, NamedTuple

import sympy

from lossbook.balls import Ball, ball_function

FUNCTIONS = {
    "sqrt": sympy.sqrt,
    "exp": sympy.exp,
    "log": sympy.log,
    "atan": sympy.atan,
    "arctan": sympy.atan,
    "tanh": sympy.tanh,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "asinh": sympy.asinh,
    "erf": sympy.erf,
    "erfc": sympy.erfc,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "Abs": sympy.Abs,
    "abs": sympy.Abs,
}
EXTREMA = {"max": sympy.Max, "min": sympy.Min}
LONGEST = 1000  # characters of a formula
DEEPEST = 20  # levels of parentheses, of signs and of powers
LARGEST_POWER = 64  # size of a constant exponent
LARGEST_EXPONENT = 1000  # size of a constant that is no rational number, inside a function
LARGEST_NUMBER = 2**512  # size of numerator and denominator
_SAMPLES = {False: "u/sqrt(1+u**2)", True: "max(0, 1/2 - m)"}
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|[-+*/(),]))",
    re.A,
)


class FormulaError(ValueError):
    """A formula that the grammar refuses.

    Args:
        text: the whole formula.
        position: index of the character at which it was refused, from 0.
        reason: what is wrong there and what is wanted.

    Attributes:
        position: as given.
    """

    def __init__(self, text: str, position: int, reason: str) -> None:
        """Compose the one-line message; see the class for the arguments."""
        self.position = position
        near = (
            text[max(0, position - 20) : position]
            + "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
            + text[position : position + 20]
        )
        near = "".join(letter if letter.isprintable() else "?" for letter in near)
        super().__init__(f"formula refused at character {position + 1}: {reason} (near '{near}')")


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def _tokens(text: str) -> list[_Token]:
    found, position = [], 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            place = position + len(text[position:]) - len(text[position:].lstrip())
            hint = "; write ** for a power" if text[place] == "^" else ""
            raise FormulaError(text, place, f"unexpected character {text[place]!r}{hint}")
        kind = str(match.lastgroup)
        found.append(_Token(kind, match[kind], match.start(kind)))
        position = match.end()
    return [*found, _Token("end", "", end)]


class _Parser:
    """Recursive descent over the tokens of one formula; one method for each rule of the grammar."""

    def __init__(self, text: str, variable: sympy.Symbol, extrema: dict[str, Any]) -> None:
        self.text, self.variable, self.extrema = text, variable, extrema
        self.tokens, self.next, self.depth = _tokens(text), 0, 0

    @property
    def token(self) -> _Token:
        """The token that comes next."""
        return self.tokens[self.next]

    def refuse(self, reason: str, token: _Token | None = None) -> FormulaError:
        """Make the error that refuses the formula at a token."""
        return FormulaError(self.text, (token or self.token).position, reason)

    def take(self, *texts: str) -> _Token | None:
        """Consume the next token if it is one of these signs."""
        token = self.token
        if token.kind == "sign" and token.text in texts:
            self.next += 1
            return token
        return None

    def deeper(self) -> None:
        """Count one level down, and refuse what is too deep."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refuse(f"nested more than {DEEPEST} levels deep")

    def guarded(self, value: sympy.Expr, token: _Token) -> sympy.Expr:
        """Refuse values that are not real and finite, and those too large to compute with."""
        if value.has(sympy.zoo, sympy.nan, sympy.oo, sympy.I) or value.is_real is False:
            raise self.refuse("the value here is not a finite real number", token)
        for part in (value, *value.args, *(inner for argument in value.args for inner in argument.args)):
            if isinstance(part, sympy.Rational) and max(abs(part.p), part.q) > LARGEST_NUMBER:
                raise self.refuse("a number of more than 512 bits", token)
            if isinstance(part, sympy.Pow) and isinstance(part.exp, sympy.Rational) and abs(part.exp) > LARGEST_POWER:
                raise self.refuse(f"a power above {LARGEST_POWER}", token)
        return value

    def sum(self) -> sympy.Expr:
        """Read a sum."""
        value = self.product()
        while operator := self.take("+", "-"):
            right = self.product()
            value = self.guarded(value + right if operator.text == "+" else value - right, operator)
        return value

    def product(self) -> sympy.Expr:
        """Read a product."""
        value = self.signed()
        while operator := self.take("*", "/"):
            right = self.signed()
            if operator.text == "/" and right.is_zero:
                raise self.refuse("division by zero", operator)
            value = self.guarded(value * right if operator.text == "*" else value / right, operator)
        return value

    def signed(self) -> sympy.Expr:
        """Read signs and what they stand before."""
        operator = self.take("+", "-")
        if operator is None:
            return self.power()
        self.deeper()
        value = self.signed()
        self.depth -= 1
        return -value if operator.text == "-" else value

    def power(self) -> sympy.Expr:
        """Read an atom with or without an exponent."""
        base = self.atom()
        operator = self.take("**")
        if operator is None:
            return base
        self.deeper()
        exponent = self.signed()
        self.depth -= 1
        size = max(abs(exponent.p), exponent.q) if isinstance(exponent, sympy.Rational) else 1
        if size > LARGEST_POWER:
            raise self.refuse(f"a power above {LARGEST_POWER}", operator)
        self.refuse_explosion(exponent, LARGEST_POWER, operator)
        if isinstance(base, sympy.Rational) and max(abs(base.p), base.q) ** size > LARGEST_NUMBER:
            raise self.refuse("a number of more than 512 bits", operator)
        return self.guarded(base**exponent, operator)

    def atom(self) -> sympy.Expr:
        """Read a number, a name, a call or parentheses."""
        token = self.token
        if self.take("("):
            return self.closed(token)
        if token.kind not in ("number", "name"):
            wanted = f"wanted a number, {self.variable}, a function or ("
            raise self.refuse(f"unexpected {token.text!r}, {wanted}" if token.text else f"unexpected end, {wanted}")
        self.next += 1
        return self.number(token) if token.kind == "number" else self.named(token)

    def number(self, token: _Token) -> sympy.Expr:
        """Make the exact number of a token."""
        digits, _, exponent = token.text.lower().partition("e")
        if len(digits) > 150 or len(exponent) > 4 or abs(int(exponent or 0)) > 150:
            raise self.refuse("a number of more than 150 digits", token)
        self.refuse_call(token)
        return self.guarded(sympy.Rational(Fraction(digits) * Fraction(10) ** int(exponent or 0)), token)

    def named(self, token: _Token) -> sympy.Expr:
        """Read the variable, a constant, or a call of a function."""
        if token.text in FUNCTIONS:
            if not self.take("("):
                raise self.refuse(f"the function {token.text} wants an argument in parentheses")
            argument = self.closed(token)
            self.refuse_explosion(argument, LARGEST_EXPONENT, token)
            try:
                return self.guarded(FUNCTIONS[token.text](argument), token)
            except RecursionError as error:
                raise self.refuse("nested too deep", token) from error
        if token.text in self.extrema:
            return self.extremum(token)
        constants = {str(self.variable): self.variable, "pi": sympy.pi}
        if token.text not in constants:
            raise self.refuse(
                f"unknown name {token.text!r}, wanted {self.variable}, pi or one of"
                f" {', '.join([*FUNCTIONS, *self.extrema])}",
                token,
            )
        self.refuse_call(token)
        return constants[token.text]

    def extremum(self, token: _Token) -> sympy.Expr:
        """Read the arguments, two or more, of a maximum or minimum."""
        opening = self.take("(")
        if opening is None:
            raise self.refuse(f"{token.text} wants two or more arguments in parentheses")
        self.deeper()
        values = [self.sum()]
        while self.take(","):
            values.append(self.sum())
        if len(values) < 2 or not self.take(")"):
            raise self.refuse(f"{token.text} wants two or more arguments, with a comma between and ) behind")
        self.depth -= 1
        self.refuse_call(opening)
        return self.guarded(self.extrema[token.text](*values), token)

    def closed(self, opening: _Token) -> sympy.Expr:
        """Read what parentheses enclose, up to the closing one."""
        self.deeper()
        value = self.sum()
        if not self.take(")"):
            raise self.refuse(f"wanted ) for the ( after character {opening.position + 1}")
        self.depth -= 1
        self.refuse_call(opening)
        return value

    def refuse_explosion(self, constant: sympy.Expr, largest: int, token: _Token) -> None:
        """Refuse a constant so large that what is made of it would not fit anywhere."""
        if constant.free_symbols:
            return
        ball = ball_function(constant, self.variable)(Ball(0))
        if not ball.is_finite() or abs(ball) > largest:
            raise self.refuse(f"a constant above {largest} in an exponent or a function", token)

    def refuse_call(self, token: _Token) -> None:
        """Refuse an opening parenthesis after what is not a function."""
        if self.token.text == "(":
            raise self.refuse(f"{token.text} is not a function; write * for a product")

    def whole(self) -> sympy.Expr:
        """Read the whole formula."""
        value = self.sum()
        if self.token.kind != "end":
            raise self.refuse(f"unexpected {self.token.text!r}")
        return value


def parse_formula(text: str, variable: sympy.Symbol, *, kinks: bool = False) -> sympy.Expr:
    """Read a formula in one variable; nothing in the text is ever evaluated as code.

    Args:
        text: the formula, at most 1000 characters of the grammar at the head of this module.
        variable: the one variable; a real sympy symbol.
        kinks: whether ``max`` and ``min`` are read.

    Returns:
        the expression, with exact numbers.

    Raises:
        TypeError: if ``text`` is not a string.
        FormulaError: (a ``ValueError``) at the first place that the grammar refuses.

    Example:
        >>> parse_formula("u/sqrt(1 + 0.5*u**2)", sympy.Symbol("u", real=True))
        u/sqrt(u**2/2 + 1)
    """
    if not isinstance(text, str):
        raise TypeError(f"formula must be text such as {_SAMPLES[kinks]!r}; got {type(text).__name__}")
    if len(text) > LONGEST:
        raise FormulaError(text[:LONGEST], LONGEST - 1, f"longer than {LONGEST} characters")
    return _Parser(text, variable, EXTREMA if kinks else {}).whole()
