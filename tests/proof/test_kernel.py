"""The checker against false proofs: each must be refused, with the step and the reason."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import sympy
from sympy.core.function import AppliedUndef, UndefinedFunction
from sympy.utilities.lambdify import implemented_function

from lossbook.proof import search
from lossbook.proof.kernel import NOTHING, Axioms, Location, Rejected, Statement, Step, Theorem, check, join, locate
from lossbook.proof.search import cases, prove
from lossbook.proof.terms import F, given, increasing, sigma, statement, u, use, v, x, y

G = sympy.Function("G")
ONE, NIL = sympy.S.One, sympy.S.Zero
P, Q = (sympy.Function(f"_{i}") for i in range(2))
RISING = Axioms(frozenset({"increasing"}))


def rises(function: Any = sigma) -> Theorem:
    return prove("rises", statement(function(v) >= function(u), u >= 0, v >= u), [increasing(u, v, function)])


# ---- what is not a polynomial in symbols and values of unknown functions has no place in a proof


@pytest.mark.parametrize(
    "strange",
    [
        sympy.Float("0.1"),
        sympy.oo,
        sympy.zoo,
        sympy.nan,
        sympy.I,
        sympy.pi,
        sympy.sqrt(2),
        sympy.sqrt(x),
        1 / x,
        2**x,
        x**y,
        sympy.sin(x),
        sympy.Max(x, y),
        sympy.Derivative(F(x), x),
        sympy.Integral(F(x), (x, 0, 1)),
        sympy.Symbol("x"),
        sympy.Dummy("x", real=True),
        sympy.Symbol("p", positive=True),
        sympy.Symbol("n", commutative=False),
        sympy.MatrixSymbol("M", 1, 1)[0, 0],
        F(x, y),
        sympy.Function("F", positive=True)(x),
        sympy.exp(2),
        sympy.E**2,
        sympy.true,
    ],
)
def test_strange_expression_is_refused(strange: Any) -> None:
    with pytest.raises(Rejected, match="polynomial"):
        statement(F(u) >= 0, u >= 0).normal(strange)


def test_plain_expression_is_accepted() -> None:
    plain = statement(F(u) >= 0, u >= 0).normal(x**2 * F(F(x) + y * (x + 1)) / 3 + 7)
    assert plain == x**2 * F(F(x) + y * x + y) / 3 + 7


def test_rounding_proves_nothing() -> None:
    tiny = sympy.Float("1e-20")
    false = Statement(x + y >= sympy.Float(1), (x >= sympy.Float(1), y >= -tiny), {})  # x = 1, y = -1e-20
    with pytest.raises(Rejected, match="polynomial"):
        check("rounded", false, [Step("given", 0), Step("given", 1)])


def test_bound_variable_catches_nothing() -> None:
    first, second = (sympy.Integral(F(place), (u, 0, 1)) for place in (v, u))
    false = Statement(first >= second, (sympy.Eq(v, u),), {F: NOTHING})  # F(v) >= the integral of F from 0 to 1
    with pytest.raises(Rejected, match="polynomial"):
        check("caught", false, [])


def test_second_argument_is_not_dropped() -> None:
    with pytest.raises(Rejected, match="polynomial"):
        check("two arguments", Statement(F(x, 1) >= F(x, 2), (), {F: NOTHING}), [])


def test_function_that_is_named_like_a_marker_keeps_its_place() -> None:
    claim = Statement(F(v) + G(u) >= F(u) + G(u), (u >= 0, v >= u), {F: RISING, G: NOTHING})
    rising = prove("F rises", claim, [increasing(u, v, F)])
    images = {F: Q, G: P}  # Q is called _1
    outer = Statement(P(v) >= P(u), (u >= 0, v >= u), {Q: RISING, P: NOTHING})
    with pytest.raises(Rejected, match="do not add up"):
        prove("P rises too", outer, [use(rising, images)])
    true = Statement(Q(v) >= Q(u), outer.where, outer.functions)
    assert prove("Q rises", true, [use(rising, images)])


def test_swapped_symbols_and_functions_are_put_at_once() -> None:
    axioms = {F: RISING, G: RISING}
    where = (u >= 0, v >= u, x >= 0)
    both = prove("both", Statement(F(v) + x * G(v) >= F(u) + x * G(u), where, axioms), [
        increasing(u, v, F), increasing(u, v, G, times=x)
    ])  # fmt: skip
    outer = Statement(G(u) + v * F(u) >= G(x) + v * F(x), (x >= 0, u >= x, v >= 0), axioms)
    assert prove("swapped", outer, [use(both, {F: G, G: F, u: x, v: u, x: v})])
    with pytest.raises(Rejected, match="do not add up"):
        prove("half", outer, [use(both, {F: G, G: G, u: x, v: u, x: v})])


# ---- theorems come out of a check alone


def test_theorem_cannot_be_made() -> None:
    true = rises()
    with pytest.raises(TypeError, match="check, join and locate"):
        Theorem("false", true.statement, (), object())
    with pytest.raises((TypeError, ValueError)):
        replace(true, statement=statement(sigma(u) > sigma(v), u >= 0, v >= u))


class Pretended(Theorem):
    def __post_init__(self, *_: Any) -> None:
        pass


@pytest.mark.parametrize("kind", [SimpleNamespace, Pretended])
def test_pretended_theorem_is_refused(kind: Any) -> None:
    false = statement(sigma(u) > sigma(v), u >= 0, v >= u)
    fields = {"name": "false", "statement": false, "parts": (), "seal": None}
    pretended = kind(**fields)
    with pytest.raises(Rejected, match=r"step 1 \(theorem\): .*not a theorem"):
        prove("used", false, [Step("theorem", pretended)])
    with pytest.raises(Rejected, match="not a theorem"):
        join("joined", false, [pretended], [])
    place = Location(sigma(u) - sigma(v), u, 0, v, (), (v >= 0,), false.functions)
    with pytest.raises(Rejected, match="not a theorem"):
        locate("located", place, [pretended], [])


def test_theorem_cannot_be_changed_afterwards() -> None:
    functions, where = {F: RISING}, [u >= 0, v >= u]
    theorem = prove("rises", Statement(F(v) >= F(u), where, functions), [increasing(u, v, F)])  # type: ignore[arg-type]
    functions[F] = NOTHING
    where.clear()
    lawless = Statement(F(-1) >= F(0), (), {F: NOTHING})
    with pytest.raises(Rejected):
        prove("lawless", lawless, [use(theorem, {u: 0, v: -1})])
    with pytest.raises(TypeError):
        theorem.statement.functions[F] = NOTHING


# ---- axioms


@pytest.mark.parametrize("names", ["increasing", {"increasing", "growing"}, ["concave", 1]])
def test_unknown_axiom_is_refused(names: Any) -> None:
    with pytest.raises(Rejected, match="axiom"):
        Axioms(names)


@pytest.mark.parametrize(
    "function",
    [
        sympy.sin,
        sympy.Max,
        sympy.Function("F", positive=True),
        sympy.Function("F", commutative=False),
        implemented_function("F", lambda u: -u),
        UndefinedFunction("F", bases=(AppliedUndef,), __dict__={"eval": classmethod(lambda cls, u: -u)}),
        F(x),
        x,
    ],
)
def test_function_of_which_sympy_knows_something_is_refused(function: Any) -> None:
    with pytest.raises(Rejected, match="plain"):
        Statement(x >= 0, (), {function: NOTHING})


# ---- covers


def test_equation_is_not_joined_from_inequalities() -> None:
    claim = statement(sympy.Eq(sigma(v), sigma(u)), u >= 0, v >= u)
    with pytest.raises(Rejected, match="equation"):
        join("flat", claim, [rises()], [])


@pytest.mark.parametrize("part", ["low", "high", "where"])
def test_interval_must_not_move_with_the_variable(part: str) -> None:
    ends = {"low": NIL, "high": ONE, "where": ()}
    ends[part] = (x > y,) if part == "where" else x + y
    with pytest.raises(Rejected, match="must not depend on x"):
        Location(-ONE, x, target=(sympy.Eq(x, 0),), functions={}, **ends).outer()


# ---- malformed certificates


TRUE = statement(sigma(v) > sigma(u), u >= 0, v > u)
GOOD = Step("increasing", sigma, (u, v), because=((NIL, ONE, NIL), (NIL, NIL, ONE)))


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "wish"},
        {"rule": None},
        {"rule": "given"},
        {"rule": "given", "source": 7},
        {"rule": "given", "source": slice(0, 2)},
        {"rule": "theorem"},
        {"rule": "theorem", "source": rises(), "arguments": (1, 2)},
        {"rule": "theorem", "source": rises(), "arguments": ((7, u),)},
        {"rule": "theorem", "source": rises(), "arguments": ((sigma, sigma),)},
        {"rule": "theorem", "source": rises(), "arguments": ((sigma, (1, [])),)},
        {"source": F},
        {"source": "sigma"},
        {"source": []},
        {"arguments": ()},
        {"arguments": (u, v, x)},
        {"arguments": ("u", "v")},
        {"arguments": (None, v)},
        {"arguments": (-sympy.oo, v)},
        {"scale": 0.5},
        {"scale": "1"},
        {"scale": None},
        {"scale": sympy.oo},
        {"scale": sympy.nan},
        {"scale": -ONE},
        {"times": (None,)},
        {"times": (sympy.oo,), "because": (*GOOD.because, (ONE, NIL, NIL))},
        {"over": (NIL,), "because": (*GOOD.because, (NIL, NIL, NIL))},
        {"because": ()},
        {"because": None},
        {"because": (None, None)},
        {"because": ((NIL, ONE, NIL), (NIL, NIL))},
        {"because": ((NIL, ONE, NIL), (NIL, NIL, 1.0))},
        {"because": ((NIL, ONE, NIL), (NIL, NIL, "1"))},
        {"because": ((NIL, ONE, NIL), (NIL, NIL, -ONE))},
        {"because": ((NIL, ONE, NIL), (NIL, NIL, sympy.nan))},
        {"because": ((NIL, ONE, NIL), (NIL, NIL, x))},
    ],
    ids="-".join,
)
def test_malformed_step_is_refused(change: dict[str, Any]) -> None:
    assert check("true", TRUE, [GOOD])
    with pytest.raises(Rejected, match=r"^malformed, step 1"):
        check("malformed", TRUE, [replace(GOOD, **change)])


@pytest.mark.parametrize("steps", [[None], [GOOD, 7]])
def test_what_is_no_step_is_refused(steps: list[Any]) -> None:
    with pytest.raises(Rejected, match=rf"^malformed, step {len(steps)}"):
        check("malformed", TRUE, steps)


@pytest.mark.parametrize("claim", [None, True, sympy.true, sympy.Ne(x, y), x, sympy.Eq(sympy.Tuple(x), sympy.Tuple(y))])
def test_what_is_no_inequality_is_refused(claim: Any) -> None:
    with pytest.raises(Rejected):
        check("claim", Statement(claim, (), {}), [])
    with pytest.raises(Rejected):
        check("fact", Statement(x >= x - 1 + y**2, (claim,), {}), [])


@pytest.mark.parametrize("reasons", [None, [None], [()], [(ONE,)], [("1", 2)]])
def test_malformed_reasons_of_a_cover_are_refused(reasons: Any) -> None:
    weak = statement(sigma(v) >= sigma(u), u >= 0)
    with pytest.raises(Rejected, match=r"^cover"):
        join("cover", weak, [rises()], reasons)


# ---- equations, nesting, keys, ends


def test_contradiction_proves_what_can_never_be_used() -> None:
    never = sympy.Eq(x, x + 1, evaluate=False)
    anything = prove("anything", statement(y <= -5, never, y <= 7), [given(never, times=12), given(y <= 7)])
    with pytest.raises(Rejected, match=r"^used, step 1 \(theorem\): -1 >= 0 does not follow"):
        prove("used", statement(y <= -5, y <= 7), [use(anything)])
    with pytest.raises(Rejected, match=r"^joined: the cover has a gap at 1 > 0"):
        cases("joined", statement(y <= -5, y <= 7), [anything])
    with pytest.raises(Rejected, match="not an inequality"):
        check("evaluated", statement(y > 0, sympy.Eq(x, x + 1)), [])


def test_equations_in_a_ring_are_read_as_they_are() -> None:
    ring = (sympy.Eq(x, y), sympy.Eq(y, x))
    assert prove("equal", statement(sympy.Eq(F(x), F(y)), *ring), [])
    with pytest.raises(Rejected, match="do not add up"):
        prove("zero", statement(sympy.Eq(F(x), 0), *ring), [])


def test_theorem_is_used_for_nested_values_where_they_are_ordered() -> None:
    theorem = rises(F)
    nested = statement(F(F(v)) >= F(F(u)), F(u) >= 0, F(v) >= F(u))
    assert prove("nested", nested, [use(theorem, {u: F(u), v: F(v)})])
    with pytest.raises(Rejected, match=r"^unordered, step 1 \(theorem\): .* does not follow"):
        prove("unordered", statement(nested.claim, F(u) >= 0), [use(theorem, {u: F(u), v: F(v)})])
    with pytest.raises(Rejected, match="do not add up"):
        prove("thrice", statement(F(F(v)) >= F(u), *nested.where), [use(theorem, {u: F(u), v: F(v)})])


def test_form_for_another_symbol_changes_nothing() -> None:
    claim = statement(sigma(v) >= sigma(u), u >= 0, v >= u)
    assert prove("same", claim, [use(rises(), {y: -7, sympy.Symbol("u"): -1})])
    with pytest.raises(Rejected, match=r"^moved, step 1 \(theorem\): -1 >= 0 does not follow"):
        prove("moved", claim, [use(rises(), {u: -1})])


SLOPED = Location(-ONE * x, x, NIL, y, (sympy.Eq(x, 0),), (y > 0,), {})


@pytest.mark.parametrize(
    ("change", "accepted"),
    [
        ({}, True),
        ({"target": ()}, True),
        ({"target": (x < y,)}, True),
        ({"target": (x > 0,)}, False),
        ({"slope": x}, False),
        ({"low": -y}, False),
        ({"where": (y >= 0,)}, True),
        ({"where": ()}, True),  # the interval has no point if y < 0
    ],
    ids=str,
)
def test_ends_of_an_interval_are_kept(change: dict[str, Any], accepted: bool) -> None:
    falls = prove("falls", Statement(-x < 0, (x > 0,), {}), [given(x > 0)])
    place = replace(SLOPED, **change)
    if accepted:
        assert search.locate("place", place, [falls])
        return
    with pytest.raises(Rejected, match=r"^place: (the cover has a gap|falls does not claim)"):
        search.locate("place", place, [falls])


def test_rising_slope_leaves_the_right_end_alone() -> None:
    rises_up = prove("up", Statement(ONE * x > 0, (x > 0,), {}), [given(x > 0)])
    rising = replace(SLOPED, slope=x, low=y / 2)
    assert search.locate("right end", replace(rising, target=(sympy.Eq(x, y),)), [rises_up])
    with pytest.raises(Rejected, match=r"^left end: the cover has a gap"):
        search.locate("left end", replace(rising, target=(sympy.Eq(x, y / 2),)), [rises_up])


def test_place_cannot_be_changed_afterwards() -> None:
    target, functions = [sympy.Eq(x, 0)], {F: NOTHING}
    place = replace(SLOPED, target=target, functions=functions)
    target.clear()
    functions.clear()
    assert place.target == SLOPED.target
    assert place.functions == {F: NOTHING}
    with pytest.raises(TypeError):
        place.functions[F] = RISING  # type: ignore[index]
