"""What the statements decide: where they speak they are right, and their borders are theirs."""

import numpy as np
import pytest

from lossbook.certified import statements
from lossbook.certified.phase import CLASSES, classified, lengths_plane
from lossbook.certified.statements import CASE_2, CASE_3, T1, T2, curvature_of_slope, domain, inverse
from lossbook.sigmoid import families

ENDS_AT_A = (CASE_3, T2)


@pytest.mark.parametrize("family", families.ALL)
def test_statements_agree_with_the_diagram(family: object) -> None:
    sigma = family()
    truth = classified(sigma, lengths_plane(), depth=7)
    above = np.tri(len(truth.labels), k=-1, dtype=bool)
    for statement in (CASE_2, T1, CASE_3, T2):
        said = domain(statement, sigma, lengths_plane(), depth=7)
        spoken = above & (said.labels == statements.CLASSES.index("decided")) & (truth.labels > 0)
        names = {CLASSES[label] for label in np.unique(truth.labels[spoken])}
        allowed = {"end a"} if statement in ENDS_AT_A else {"interior", "bistable"}
        assert names
        assert names <= allowed, statement.name
        assert 0 < said.share("decided") < 1


@pytest.mark.parametrize("family", families.ALL)
def test_statements_are_ordered_by_strength(family: object) -> None:
    sigma = family()
    share = {
        statement.name: domain(statement, sigma, lengths_plane(), depth=7).share("decided")
        for statement in (CASE_2, T1, CASE_3, T2)
    }
    assert share["case 3"] < share["T2"]
    assert share["T1"] < share["case 2"]
    assert share["case 2"] + share["T2"] < 1


@pytest.mark.parametrize("statement", [CASE_2, CASE_3, T2], ids=lambda s: s.name)
@pytest.mark.parametrize("family", families.ALL)
def test_margin_changes_its_sign_at_the_border(statement: statements.Statement, family: object) -> None:
    sigma, lengths = family(), np.array([0.1, 0.5, 3.0, 100.0])
    border = statement.border(sigma, lengths)
    before, behind = (np.sign(statement.margin(sigma, border * shift, lengths)) for shift in (0.999, 1.001))
    assert np.array_equal(before, -behind)
    assert np.all((border > 0) & (border < lengths))


def test_line_is_the_border_in_decades() -> None:
    x, y = T2.line(families.tanh(), (-1, 1), points=3)
    assert list(y) == pytest.approx([-1, 0, 1])
    assert 10**x == pytest.approx(T2.border(families.tanh(), np.array([0.1, 1, 10])))


def test_a_statement_without_border_says_so() -> None:
    always = statements.Statement("always", "1>0", ((1, statements._ZERO, statements._ONE),), statements._ZERO)
    assert np.isinf(always.border(families.arctan(), np.array([1.0]))).all()


def test_figures_of_mathematics_hold() -> None:
    """For arctan and A = 0.1, T2 holds from B = 0.1024 on, the paper's case 3 from 0.308, and the border is 0.1020."""
    lengths = np.array([0.1020, 0.1021, 0.1023, 0.1025, 0.3082, 0.3084])
    tenth = np.full_like(lengths, 0.1)
    sigma = families.arctan()
    assert list(CASE_2.margin(sigma, tenth, lengths) > 0) == [True, False, False, False, False, False]
    assert list(T2.margin(sigma, tenth, lengths) > 0) == [False, False, False, True, True, True]
    assert list(CASE_3.margin(sigma, tenth, lengths) > 0) == [False, False, False, False, False, True]


BETA = np.linspace(0.01, 0.49, 49)
SLOPES_OF_VALUES = {
    "arctan": lambda v: np.cos(np.pi * v / 2) ** 2,
    "algebraic": lambda v: (1 - v**2) ** 1.5,
    "softsign": lambda v: (1 - v) ** 2,
    "tanh": lambda v: 1 - v**2,
}


@pytest.mark.parametrize("name", SLOPES_OF_VALUES)
def test_criterion_by_closed_forms(name: str) -> None:
    phi = SLOPES_OF_VALUES[name]
    sigma = getattr(families, name)()
    expected = 1 + phi(2 * BETA) - 2 * phi(BETA)
    assert curvature_of_slope(sigma, BETA) == pytest.approx(expected, abs=1e-9)
    assert curvature_of_slope(sigma, BETA) != pytest.approx(expected + 1e-6, abs=1e-9)


def test_only_softsign_violates_the_criterion() -> None:
    signs = {family.__name__: set(np.sign(curvature_of_slope(family(), BETA))) for family in families.ALL}
    assert signs == {"arctan": {-1}, "algebraic": {-1}, "softsign": {1}, "tanh": {-1}, "erf": {-1}}


def test_criterion_does_not_depend_on_the_scale() -> None:
    narrow, wide = (curvature_of_slope(families.erf(scale=scale), BETA) for scale in ("1/1000", 1000))
    assert narrow == pytest.approx(wide, abs=1e-9)


@pytest.mark.parametrize("bad", [0.0, 0.5, -0.1, 0.7])
def test_criterion_refuses_what_lies_outside(bad: float) -> None:
    with pytest.raises(ValueError, match=f"beta must lie between 0 and 1/2; got {bad}"):
        curvature_of_slope(families.tanh(), np.array([0.1, bad]))


@pytest.mark.parametrize("family", families.ALL)
def test_inverse(family: object) -> None:
    sigma, values = family("1/7"), np.array([0.0, 1e-9, 0.3, 0.9, 0.999])
    found = inverse(sigma, values)
    assert sigma(found) == pytest.approx(values, rel=1e-12)
    assert sigma(found * 1.001)[1:] != pytest.approx(values[1:], rel=1e-9)
