"""Readers' formulas: the accepted grammar against independent evaluation; hostile text refused, at once, by place."""

import os
import re
import subprocess
import sys
import time
from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from tests import within

from lossbook.formula import DEEPEST, FUNCTIONS, LARGEST_POWER, LONGEST, FormulaError, parse_formula

U = sympy.Symbol("u", real=True)
PLACE = re.compile(r"^formula refused at character (\d+): ")

FOREIGN_WORDS = [
    "__import__('os').system('echo broken')",
    "eval('u')",
    "exec('u')",
    "open('/etc/passwd')",
    "u.__class__",
    "u.real",
    "(u).subs",
    "().__class__.__bases__[0].__subclasses__()",
    "u.__init__.__globals__['os']",
    "tanh.__call__(u)",
    "__name__",
    "__builtins__",
    "_",
    "os",
    "lambda: u",
    "(lambda u: u)(u)",
    "lambda u: tanh(u)",
    "import os",
    "from os import system",
    "[u for u in (1,2)]",
    "(u for u in u)",
    "{u: u}",
    "{u}",
    "[u]",
    "(u, u)",
    "u, u",
    "u if u else u",
    "u and u",
    "not u",
    "u or 1",
    "u == u",
    "u < 1",
    "u != 1",
    "u := 1",
    "u = 1",
    "yield u",
    "await u",
    "print(u)",
    "'u'",
    '"u"',
    "'u'.join(u)",
    "f'{u}'",
    'f"{__import__(1)}"',
    "b'u'",
    "`u`",
    "u; u",
    "u\n;import os",
    "u # comment",
    "u\\",
    "$u",
    "u!",
    "u?",
    "@u",
    "~u",
    "u^2",
    "u % 2",
    "u // 2",
    "u & 1",
    "u | 1",
    "u << 9",
    "u >> 1",
    "u[0]",
    "*u",
    "**u",
    "I",
    "E",
    "oo",
    "nan",
    "zoo",
    "inf",
    "True",
    "None",
    "v",
    "U",
    "x",
    "uu",
    "gamma(u)",
    "Symbol(u)",
    "Function(u)",
    "factorial(10)",
    "S(u)",
    "sympify(u)",
    "TANH(u)",
    "Tanh(u)",
    "tan(u)",
]
FOREIGN_LETTERS = [
    "\N{CYRILLIC SMALL LETTER I}",
    "\N{GREEK SMALL LETTER UPSILON}",
    "\N{FULLWIDTH LATIN SMALL LETTER U}",
    "\N{MATHEMATICAL ITALIC SMALL U}",
    "tanh(\N{LATIN SMALL LETTER U WITH DIAERESIS})",
    "t\N{CYRILLIC SMALL LETTER A}nh(u)",
    "tanh\N{FULLWIDTH LEFT PARENTHESIS}u\N{FULLWIDTH RIGHT PARENTHESIS}",
    "u \N{MINUS SIGN} 1",
    "u \N{MULTIPLICATION SIGN} 2",
    "u\N{SUPERSCRIPT TWO}",
    "\N{ARABIC-INDIC DIGIT THREE}*u",
    "\N{FULLWIDTH DIGIT ONE}",
    "u\N{ZERO WIDTH SPACE}+1",
    "u\N{RIGHT-TO-LEFT OVERRIDE}+1",
    "u\x00",
    "\x00",
    "u+\x001",
    "\ud800",
    "\x1b[31mu",
    "\N{GREEK SMALL LETTER PI}",
]
BROKEN = [
    "",
    " ",
    "\t\n",
    "(",
    ")",
    "()",
    "u)",
    "(u",
    "((u)",
    "u+",
    "u*",
    "u**",
    "u***2",
    "u u",
    "u 2",
    "2u",
    "2(u)",
    "u(2)",
    "u(u)",
    "(u)(u)",
    "(u)u",
    "pi(u)",
    "tanh",
    "tanh u",
    "tanh()",
    "tanh(u, u)",
    "tanh(tanh)",
    "tanh(u)(u)",
    "tanh(u)(u)(u)",
    "tanh(u",
    "1.2.3",
    "1..2",
    "1e",
    "1e+",
    ".",
    "1_000",
    "0x10",
    "0b1",
    "1j",
    "u.5",
    "5u",
    "+",
    "-",
    "/u",
    "u,",
]
TOO_LARGE = [
    "u" * (LONGEST + 1),
    "(" * 50_000 + "u" + ")" * 50_000,
    "u+" * 50_000 + "u",
    "-" * 100_000 + "u",
    "9" * 100_000,
    " " * 100_000 + "u",
    "tanh(" * 20_000,
    "(" * (DEEPEST + 1) + "u" + ")" * (DEEPEST + 1),
    "-" * (DEEPEST + 1) + "u",
    "sin(" * (DEEPEST + 1) + "u" + ")" * (DEEPEST + 1),
    "u" + "**2" * (DEEPEST + 1),
    "2**" * 100 + "u",
    "9**9**9",
    "9**9**9**9**9",
    "(9**9)**(9**9)",
    "10**1000*u",
    "2**65",
    "u**65",
    "u**-65",
    "u**(1/65)",
    "u**1e9",
    "(u**64)**64",
    "(((u**8)**8)**8)",
    "1e99999",
    "1e999999999999",
    "1e-99999",
    "1e151",
    "9" * 151,
    "0." + "0" * 150 + "1",
    "1e150*1e150",
    "1e-150*1e-150",
    "(2**64)**64",
    "sqrt(2)**64*1e150",
]
EXPLOSIVE = [  # constants whose value has more digits than there is memory
    "exp(10**9*log(3))",
    "exp(-10**9*log(3))",
    "exp(10**9*log(10**40))*u",
    "2**(10**9*log(3)/log(2))",
    "exp(exp(exp(exp(9))))-1",
    "1/(exp(exp(exp(exp(9))))-1)",
    "sqrt(exp(exp(exp(20)))-1)",
    "Abs(sin(exp(exp(exp(9))))-1)",
    "tanh(exp(exp(exp(exp(9)))))*u",
    "log(sin(exp(exp(exp(3)))))",
    "sqrt(1-sin(exp(exp(exp(9)))))",
    "sinh(sinh(sinh(sinh(9))))-1",
]
NOT_REAL = [
    "1/0",
    "u/0",
    "0/0",
    "1/(1-1)",
    "1/(u-u)",
    "u/(2*3-6)",
    "1/0.0",
    "0**-1",
    "0**(-1)",
    "(u-u)**(-2)",
    "log(0)",
    "log(u-u)",
    "log(-1)",
    "log(-2*exp(u))",
    "sqrt(-1)",
    "sqrt(-1-u**2)",
    "(-1)**0.5",
    "(-8)**(1/3)",
    "(-2)**0.1",
    "tanh(sqrt(-1))",
    "asinh(1/0)",
    "atan(1/0)",
    "exp(1/0)",
    "log(log(1/2))",
]
HOSTILE = [*FOREIGN_WORDS, *FOREIGN_LETTERS, *BROKEN, *TOO_LARGE, *NOT_REAL]


def refused(text: str) -> FormulaError:
    """Parse what must be refused within a second, and return the error."""
    with within.seconds(1), pytest.raises(FormulaError) as caught:
        parse_formula(text, U)
    return caught.value


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_text_is_refused_at_once_with_its_place(text: str) -> None:
    error = refused(text)
    place = PLACE.match(str(error))
    assert place is not None
    assert error.position == int(place[1]) - 1 <= len(text)
    assert str(error).isprintable()
    assert len(str(error)) < 400
    assert isinstance(error, ValueError)


CHILD = """
import resource, sys, time, sympy
from lossbook.formula import FormulaError, parse_formula
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
start = time.process_time()
position = 0
try:
    parse_formula(sys.argv[1], sympy.Symbol("u", real=True))
except FormulaError as error:
    position = error.position
print(position, time.process_time() - start)
"""


@pytest.mark.parametrize("text", EXPLOSIVE)
def test_explosive_constant_is_read_or_refused_at_once(text: str) -> None:
    """In a process of its own, because what hangs inside one long multiplication cannot be interrupted."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, text], capture_output=True, text=True, timeout=30, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.fail("still parsing after 30 s")
    assert done.returncode == 0, done.stderr[-300:]
    position, elapsed = done.stdout.split()
    assert 0 <= int(position) <= len(text)
    assert float(elapsed) < 1


def test_hostile_inputs_are_many_and_distinct() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) > 150


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("u + v", 4),
        ("  u^2", 3),
        ("tanh(u", 6),
        ("u.real", 1),
        ("1 + (u", 6),
        ("u/(2-2)", 1),
        ("u + 'a'", 4),
        ("tanh(u)(u)", 7),
        ("u*\x00", 2),
        ("2*u**65", 3),
        ("", 0),
    ],
)
def test_place_is_that_of_the_first_character_refused(text: str, position: int) -> None:
    assert refused(text).position == position


@pytest.mark.parametrize("text", [None, 1, b"u", ["u"], U, 1.5])
def test_formula_that_is_no_text_is_refused_by_type(text: object) -> None:
    with pytest.raises(TypeError, match="formula must be text"):
        parse_formula(text, U)


def test_nothing_is_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No code object is made from text, no module found, no file opened, no command run."""
    seen: list[str] = []
    armed = [True]

    def watch(event: str, _arguments: tuple) -> None:
        if armed[0] and (event in {"compile", "exec", "open", "import"} or event.startswith(("os.", "subprocess."))):
            seen.append(event)

    for text in HOSTILE:  # sympy imports parts of itself when first used
        refused(text)
    sys.addaudithook(watch)
    try:
        for text in [*FOREIGN_WORDS, *FOREIGN_LETTERS]:
            refused(text)
        innocent = list(seen)
        eval("1")
        os.listdir(".")
    finally:
        armed[0] = False
    assert innocent == []
    assert {"compile", "os.listdir"} <= set(seen)


ACCEPTED = {
    "u": lambda u: u,
    "-u**2": lambda u: -(u * u),
    "(-u)**2": lambda u: u * u,
    "--u": lambda u: u,
    "-+-u": lambda u: u,
    "2**-1*u": lambda u: u / 2,
    "2**3**2*u": lambda u: 512 * u,
    "(2**3)**2*u": lambda u: 64 * u,
    "-2**2*u": lambda u: -4 * u,
    "1-2-3+u": lambda u: u - 4,
    "64/4/2*u": lambda u: 8 * u,
    "64/4*2*u": lambda u: 32 * u,
    "2+3*4*u": lambda u: 2 + 12 * u,
    "(2+3)*4*u": lambda u: 20 * u,
    "6/-3*u": lambda u: -2 * u,
    "6*-u": lambda u: -6 * u,
    "u--1": lambda u: u + 1,
    "0.1*u": lambda u: Fraction(1, 10) * u,
    ".5*u": lambda u: Fraction(1, 2) * u,
    "5.*u": lambda u: 5 * u,
    "1e-3*u": lambda u: Fraction(1, 1000) * u,
    "1.5E+2*u": lambda u: 150 * u,
    "0.3-0.1-0.2+u": lambda u: u,
    " ( ( u ) ) ": lambda u: u,
    "u\n+\t1": lambda u: u + 1,
    "Abs(u-2)+abs(u)": lambda u: abs(u - 2) + abs(u),
    "u**-2": lambda u: 1 / (u * u),
    "u**2**-1*0+u": lambda u: u,
}


@pytest.mark.parametrize("text", ACCEPTED)
@pytest.mark.parametrize("point", [Fraction(3, 7), Fraction(5)])
def test_precedence_and_decimals_are_exact(text: str, point: Fraction) -> None:
    value = parse_formula(text, U).subs(U, sympy.Rational(point))
    assert value == sympy.Rational(Fraction(ACCEPTED[text](point)))


def test_wrong_precedence_would_be_seen() -> None:
    assert parse_formula("-u**2", U) != parse_formula("(-u)**2", U)
    assert parse_formula("2**3**2*u", U) != parse_formula("(2**3)**2*u", U)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_sympys_of_that_meaning(name: str) -> None:
    meaning = {"arctan": "atan", "abs": "Abs", "Abs": "Abs"}.get(name, name)
    expression = parse_formula(f"{name}(u + 1)", U)
    assert expression == getattr(sympy, meaning)(U + 1)
    assert sympy.N(expression.subs(U, sympy.Rational(1, 3)), 30) != 0


def test_limits_of_size_are_inclusive() -> None:
    assert parse_formula(f"u**{LARGEST_POWER}", U) == U**LARGEST_POWER
    assert parse_formula("(" * DEEPEST + "u" + ")" * DEEPEST, U) == U
    assert parse_formula("u" + " " * (LONGEST - 1), U) == U
    assert parse_formula("2**64*u", U) == 2**64 * U


def test_other_variable_than_u_is_named_in_the_message() -> None:
    with pytest.raises(FormulaError, match="wanted m, pi"):
        parse_formula("u", sympy.Symbol("m", real=True))


@settings(max_examples=400)
@given(st.text(alphabet="u01259.eE+-*/() \tpiasqrtnhlogxbA^_,'\0\N{GREEK SMALL LETTER PI}", max_size=40))
@example("u" * 2000)
@example("0**u")
def test_random_text_gives_an_expression_or_a_value_error_at_once(text: str) -> None:
    expression, message = U, ""
    with within.seconds(1):
        try:
            expression = parse_formula(text, U)
        except ValueError as error:
            message = str(error)
    assert not message or PLACE.match(message)
    assert isinstance(expression, sympy.Expr)
    assert expression.free_symbols <= {U}
    assert not expression.has(sympy.nan, sympy.zoo, sympy.oo, sympy.Float)


PARTS = st.sampled_from(
    [*FUNCTIONS, "u", "pi", "(", ")", "+", "-", "*", "/", "**", "9", "0", "0.5", "1e9", "64", "1e-99"]
)


@settings(max_examples=400)
@given(st.lists(PARTS, max_size=30))
def test_random_words_give_an_expression_or_a_value_error_at_once(parts: list[str]) -> None:
    with within.seconds(1):
        try:
            expression = parse_formula(" ".join(parts), U)
        except ValueError:
            return
    assert isinstance(expression, sympy.Expr)


with mp.workdps(40):
    POINT = mpf(2) / 3
    NUMBERS = {"1": mpf(1), "2": mpf(2), "0.5": mpf("0.5"), "7": mpf(7), "3e-1": mpf(3) / 10, "pi": +mp.pi}
VALUES = {
    "sqrt": mp.sqrt,
    "exp": mp.exp,
    "log": mp.log,
    "atan": mp.atan,
    "arctan": mp.atan,
    "tanh": mp.tanh,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "asinh": mp.asinh,
    "erf": mp.erf,
    "erfc": mp.erfc,
    "sin": mp.sin,
    "cos": mp.cos,
    "Abs": abs,
    "abs": abs,
}
Pair = tuple[str, mpf]


def _leaves() -> st.SearchStrategy[Pair]:
    return st.one_of(st.just(("u", POINT)), st.sampled_from(list(NUMBERS)).map(lambda text: (text, NUMBERS[text])))


def _called(name: str, inner: Pair) -> Pair:
    with mp.workdps(40):
        value = inner[1]
        in_domain = value > 0 if name in ("sqrt", "log") else abs(value) < 20
        return f"{name}({inner[0]})", VALUES[name](value) if in_domain else mp.nan


def _joined(left: Pair, sign: str, right: Pair) -> Pair:
    with mp.workdps(40):
        value = {
            "+": lambda a, b: a + b,
            "-": lambda a, b: a - b,
            "*": lambda a, b: a * b,
            "/": lambda a, b: a / b if abs(b) > 1e-6 else mp.nan,
        }[sign](left[1], right[1])
        return f"({left[0]}) {sign} ({right[0]})", value


def _raised(inner: Pair, power: int) -> Pair:
    with mp.workdps(40):
        return f"({inner[0]})**{power}", inner[1] ** power


def _grown(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return st.one_of(
        st.builds(_called, st.sampled_from(list(VALUES)), inner),
        st.builds(_joined, inner, st.sampled_from("+-*/"), inner),
        st.builds(lambda pair: _joined(("0", mpf(0)), "-", pair), inner),
        st.builds(_raised, inner, st.integers(1, 4)),
    )


@settings(max_examples=250)
@given(st.recursive(_leaves(), _grown, max_leaves=8))
def test_random_valid_formula_has_the_value_of_an_independent_evaluation(pair: Pair) -> None:
    text, value = pair
    assume(mp.isfinite(value) and 1e-6 < abs(value) < 1e6 and len(text) < LONGEST)
    with within.seconds(1):
        expression = parse_formula(text, U)
    with mp.workdps(40):
        found = mpf(sympy.N(expression.subs(U, sympy.Rational(2, 3)), 30))
        assert abs(found - value) < mpf(10) ** -20 * (1 + abs(value))


def test_slow_step_would_be_seen() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"more than 0\.05 s"), within.seconds(0.05):
        time.sleep(1)


M = sympy.Symbol("m", real=True)
KINKED = {
    "max(0, 1/2 - m)": sympy.Max(0, sympy.Rational(1, 2) - M),
    "min(1,max(0,0.5-m),2)": sympy.Min(1, sympy.Max(0, sympy.Rational(1, 2) - M)),
    "2*max(m, -m)**2 + 1": 2 * sympy.Max(M, -M) ** 2 + 1,
    "exp(-max(m, 0))": sympy.exp(-sympy.Max(0, M)),
    "-max(m, 1) ** 2": -(sympy.Max(1, M) ** 2),
    "max(1, 2)": sympy.Integer(2),
}
WRONG_EXTREMA = {
    "max(m)": "max wants two or more arguments, with a comma between and \\) behind",
    "max()": "unexpected '\\)'",
    "max": "max wants two or more arguments in parentheses",
    "min m": "min wants two or more arguments in parentheses",
    "max(m, )": "unexpected '\\)'",
    "max(, m)": "unexpected ','",
    "max(m, 1": "max wants two or more arguments, with a comma between",
    "max(m; 1)": "unexpected character ';'",
    "max(m, 1)(2)": "is not a function",
    "exp(m, 1)": "wanted \\) for the \\(",
    "(m, 1)": "wanted \\) for the \\(",
    "m, 1": "unexpected ','",
    "max(m, n)": "unknown name 'n', wanted m, pi or one of .*max, min",
    "max(m, 1/0)": "division by zero",
    "max" * 3 + "(m, 1)": "unknown name",
    "max(m," * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1): "nested too deep|levels",
}


@pytest.mark.parametrize("text", KINKED)
def test_extrema_are_read_where_kinks_are_allowed(text: str) -> None:
    assert parse_formula(text, M, kinks=True) == KINKED[text]


@pytest.mark.parametrize("text", ["max(0, m)", "min(0, m)", "max(m)", "1 + max(0, 1 - m)"])
def test_extrema_are_unknown_elsewhere(text: str) -> None:
    with pytest.raises(FormulaError, match=r"unknown name '(max|min)', wanted m, pi or one of"):
        parse_formula(text, M)


@pytest.mark.parametrize("number", range(len(WRONG_EXTREMA)))
def test_wrong_extrema_are_refused_with_what_is_wanted(number: int) -> None:
    text, words = list(WRONG_EXTREMA.items())[number]
    with within.seconds(1), pytest.raises(FormulaError, match=words):
        parse_formula(text, M, kinks=True)


def test_formula_without_kinks_is_the_same_either_way() -> None:
    for text in ("1 - m", "log(1 + exp(-m))", "abs(m)"):
        assert parse_formula(text, M, kinks=True) == parse_formula(text, M)


def test_text_that_is_none_names_a_sample_with_kinks() -> None:
    with pytest.raises(TypeError, match=r"formula must be text such as 'max\(0, 1/2 - m\)'; got int"):
        parse_formula(3, M, kinks=True)
