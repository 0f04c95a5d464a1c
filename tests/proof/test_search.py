"""The helper finds multipliers; what it cannot find it refuses with a reason, and it never decides."""

from random import Random
from typing import Any

import pytest
import sympy

from lossbook.proof import kernel, search
from lossbook.proof.kernel import Rejected
from lossbook.proof.search import cases, combination, farkas, prove
from lossbook.proof.terms import a, a_1, b, given, increasing, sigma, statement, theta, u, v, x, y

R = sympy.Rational
FACTS = [(a_1 - a, True), (b - a_1, True), (theta - a, False), (b - theta, False)]


def total(numbers: Any, parts: Any) -> sympy.Expr:
    return sympy.expand(sum(n * part for n, part in zip(numbers, parts, strict=True)))


@pytest.mark.parametrize("seed", range(20))
def test_combination_is_exact_and_not_negative(seed: int) -> None:
    random = Random(seed)
    parts = [sum(random.randint(-3, 3) * symbol for symbol in (u, v, x, y)) + random.randint(-2, 2) for _ in range(6)]
    parts = [sympy.sympify(part) for part in parts]
    wanted = total([R(random.randint(0, 5), random.randint(1, 7)) for _ in parts], parts)
    found = combination(wanted, parts)
    assert found is not None
    assert all(n.is_Rational and n >= 0 for n in found)
    assert total(found, parts) == wanted


@pytest.mark.parametrize("target", [-u, u + v, sympy.S.One, u * v, sigma(u)])
def test_combination_that_does_not_exist_is_not_found(target: Any) -> None:
    assert combination(target, [u, u - v]) is None


def test_small_multipliers_are_not_lost() -> None:
    parts = [u, R(1, 10**6) * u + v, sympy.S.One]
    wanted = total([R(0), R(10**6), R(1, 10**6)], parts)
    assert total(combination(wanted, parts), parts) == wanted


def test_preferred_candidate_is_used_where_possible() -> None:
    parts = [u, v, u + v]
    assert combination(u + v, parts, [2])[2] > 0
    assert combination(u, parts, [2]) == [1, 0, 0]


def test_multipliers_of_a_form_are_those_that_the_kernel_checks() -> None:
    for form in (b - a, 2 * b - a - theta, theta - a, b - a + 1):
        multipliers = farkas(form, FACTS)
        assert kernel.follows(form, FACTS, multipliers) is (form != theta - a)
    with pytest.raises(Rejected, match="does not follow from the facts"):
        farkas(theta - a_1, FACTS)
    with pytest.raises(Rejected, match="does not follow"):
        farkas((b - a) ** 2, FACTS)


def test_fact_that_is_not_given_is_refused() -> None:
    with pytest.raises(Rejected, match=r"^steps, step 2 \(given\): u > 0 is not among the facts"):
        prove("steps", statement(sigma(v) >= sigma(u), u >= 0, v >= u), [increasing(u, v), given(u > 0)])


def test_equation_is_used_both_ways() -> None:
    equal = sympy.Eq(sigma(u), sigma(v))
    assert prove("down", statement(sigma(u) >= sigma(v), equal), [given(equal)])
    assert prove("up", statement(sigma(v) >= sigma(u), equal), [given(equal, times=-1)])
    with pytest.raises(Rejected, match=r"^strict: the claim is strict"):
        prove("strict", statement(sigma(u) > sigma(v), equal), [given(equal)])


def test_mistake_of_the_helper_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = statement(sigma(v) > sigma(u), u >= 0, v >= u)
    monkeypatch.setattr(search, "farkas", lambda form, facts: (R(1), R(0), R(1)))
    with pytest.raises(
        Rejected, match=r"^wrong, step 1 \(increasing\): u >= 0 does not follow from the facts as claimed"
    ):
        prove("wrong", claim, [increasing(u, v)])


def test_gap_is_named() -> None:
    claim = sigma(v) >= sigma(u)
    low = prove("low", statement(claim, u >= 0, v >= u, v <= 1), [increasing(u, v)])
    high = prove("high", statement(claim, u >= 0, v >= u, v >= 2), [increasing(u, v)])
    with pytest.raises(Rejected, match=r"^both: the cover has a gap at v - 1 > 0, 2 - v > 0"):
        cases("both", statement(claim, u >= 0, v >= u), [low, high])
    middle = prove("middle", statement(claim, u >= 0, v >= u, v > 1, v < 2), [increasing(u, v)])
    assert cases("all", statement(claim, u >= 0, v >= u), [low, middle, high])
    few = {sigma: kernel.Axioms(frozenset({"increasing"}))}
    with pytest.raises(Rejected, match=r"^all: low assumes more of a function"):
        cases("all", statement(claim, u >= 0, v >= u, axioms=few), [low, middle, high])


def test_strict_claim_is_not_joined_from_weak_ones() -> None:
    weak = prove("weak", statement(sigma(v) >= sigma(u), u >= 0, v > u), [increasing(u, v)])
    with pytest.raises(Rejected, match=r"^strict: weak claims something else"):
        cases("strict", statement(sigma(v) > sigma(u), u >= 0, v > u), [weak])
