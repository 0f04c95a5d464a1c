"""Margin losses: values, slopes, pairs, weights, parsing, copies and refusals; the linear loss is the paper's (15)."""

import copy
import pickle
from collections.abc import Callable

import numpy as np
import pytest
import sympy
from mpmath import mp, mpf
from tests import reference

from lossbook.balls import Ball
from lossbook.formula import FormulaError
from lossbook.loss import MarginLoss, linear

M = sympy.Symbol("m", real=True)
LOSSES = {
    "linear": (1 - M, lambda m: 1 - m),
    "squared": ((1 - M) ** 2, lambda m: (1 - m) ** 2),
    "logistic": (sympy.log(1 + sympy.exp(-M)), lambda m: mp.log(1 + mp.exp(-m))),
    "exponential": (sympy.exp(-M), lambda m: mp.exp(-m)),
    "steep": (sympy.log(1 + sympy.exp(-1000 * M)), lambda m: mp.log(1 + mp.exp(-1000 * m))),
}


@pytest.mark.parametrize("name", LOSSES)
def test_values_are_right_to_twelve_digits(name: str) -> None:
    expression, truth = LOSSES[name]
    margins = np.concatenate([np.linspace(-1, 1, 41), [1e-300, -1e-17, 1e-9]])
    found = MarginLoss(expression)(margins)
    with mp.workdps(500):
        for margin, value in zip(margins, found, strict=True):
            assert mp.almosteq(
                truth(mpf(float(margin))), mpf(float(value)), rel_eps=mpf("1e-12"), abs_eps=mpf("1e-300")
            )


@pytest.mark.parametrize("name", LOSSES)
def test_derivative_agrees_with_differences(name: str) -> None:
    expression, truth = LOSSES[name]
    slope = sympy.lambdify(M, MarginLoss(expression).derivative, "mpmath")
    for point in (-0.75, 0.0, 0.3, 1.0):
        with mp.workdps(60):
            difference = reference.central_difference(truth, point, 1e-20)
            assert abs(slope(mpf(point)) - difference) < mpf("1e-25") * (1 + abs(difference))


def test_linear_loss_lies_between_0_and_2_and_below_1_where_the_margin_is_positive() -> None:
    margins = np.linspace(-0.999, 0.999, 1001)
    values = linear()(margins)
    assert ((values > 0) & (values < 2)).all()
    np.testing.assert_array_equal(values < 1, margins > 0)
    np.testing.assert_array_equal(linear()([-1, 0, 1]), [2, 1, 0])
    assert sympy.simplify(linear().derivative + 1) == 0


def test_losses_compare_by_formula_not_by_name() -> None:
    assert linear() == MarginLoss(1 - M, "another name") != MarginLoss(1 - 2 * M)
    assert linear().symbol == M
    assert MarginLoss(2 - M).name


@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_shape_is_kept(shape: tuple[int, ...]) -> None:
    assert np.shape(linear()(np.zeros(shape))) == shape


@pytest.mark.parametrize("margin", [1.0000001, -2, [0, 1.5]])
def test_margin_out_of_range_is_refused(margin: object) -> None:
    with pytest.raises(ValueError, match=r"^margin must lie in \[-1, 1\]; got"):
        linear()(margin)


@pytest.mark.parametrize(
    ("margin", "kind"), [(float("nan"), ValueError), ("0", TypeError), (None, TypeError), (1j, TypeError)]
)
def test_margin_that_is_no_number_is_refused_by_name(margin: object, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^margin must"):
        linear()(margin)


@pytest.mark.parametrize("expression", [None, "1 - m", 1, M < 0, [M]], ids=str)
def test_loss_that_is_no_expression_is_refused(expression: object) -> None:
    with pytest.raises(TypeError, match=r"^expression must be a sympy expression in m \(text: MarginLoss.parse\); got"):
        MarginLoss(expression)
    if expression is not None:
        with pytest.raises(TypeError, match=r"^negative_expression must be a sympy expression in m"):
            MarginLoss(1 - M, "", expression)


@pytest.mark.parametrize(
    "expression",
    [sympy.Integer(1), sympy.Symbol("m"), sympy.Symbol("u", real=True), M + sympy.Symbol("x")],
    ids=sympy.srepr,
)
def test_loss_with_other_symbols_is_refused(expression: sympy.Expr) -> None:
    with pytest.raises(ValueError, match=r"^expression must have exactly the one symbol m; got"):
        MarginLoss(expression)


@pytest.mark.parametrize("expression", [sympy.gamma(M), sympy.Function("f")(M), sympy.I * M, sympy.tan(M)], ids=str)
def test_loss_that_is_not_elementary_is_refused(expression: sympy.Expr) -> None:
    with pytest.raises(TypeError, match=r"^expression must be made of elementary functions"):
        MarginLoss(expression)
    with pytest.raises(TypeError, match=r"^negative_expression must be made of elementary functions"):
        MarginLoss(1 - M, "", expression)


@pytest.mark.parametrize("expression", [1 - M / 2.0, sympy.Float(0.5) * M, sympy.exp(-1.5 * M)], ids=["a", "b", "c"])
def test_loss_with_a_float_is_refused(expression: sympy.Expr) -> None:
    with pytest.raises(ValueError, match=r"^expression must have exact numbers \(write 1/10 for 0.1\); got"):
        MarginLoss(expression)


def test_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^name must be text, and negative_expression comes after it; got 2 - m"):
        MarginLoss(1 - M, 2 - M)


PAIR = MarginLoss(1 - M, "pair", sympy.Max(0, sympy.Rational(1, 2) - M))
THREE = np.array([-1.0, 0.0, 1.0])


def test_pair_takes_the_function_of_the_label() -> None:
    assert not PAIR.symmetric
    np.testing.assert_array_equal(PAIR(THREE, 1), [2, 1, 0])
    np.testing.assert_array_equal(PAIR(THREE, -1), [1.5, 0.5, 0])
    np.testing.assert_array_equal(PAIR(THREE, [1, -1, 1]), [2, 0.5, 0])
    np.testing.assert_array_equal(PAIR(THREE[:, None], [1.0, -1.0]), np.column_stack([PAIR(THREE, 1), PAIR(THREE, -1)]))
    assert PAIR(0.25, -1) == 0.25
    assert np.ndim(PAIR(0.25, -1)) == 0
    assert PAIR.sides == (PAIR.positive, PAIR.negative)
    assert PAIR.negative.kinks == (sympy.Rational(1, 2),)
    assert PAIR.positive.kinks == ()


@pytest.mark.parametrize("label", [0, 2, -0.5, [1, 0], [[1], [3]]], ids=str)
@pytest.mark.parametrize("loss", [linear(), PAIR], ids=["symmetric", "pair"])
def test_label_that_is_no_sign_is_refused(loss: MarginLoss, label: object) -> None:
    with pytest.raises(ValueError, match=r"^label must be 1 or -1; got"):
        loss(0.5, label)


@pytest.mark.parametrize("label", ["1", True, 1j, [None]], ids=str)
def test_label_that_is_no_number_is_refused(label: object) -> None:
    with pytest.raises(TypeError, match=r"^label must be a real number"):
        PAIR(0.5, label)


def test_pair_without_a_label_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match=r"^label must be 1 or -1 for pair, which is a pair of losses; got None"):
        PAIR(0.5)
    with pytest.raises(ValueError, match=r"^pair is a pair of losses: take positive.derivative or negative.derivative"):
        _ = PAIR.derivative


def test_symmetric_loss_takes_a_label_too() -> None:
    for label in (None, 1, -1, [1, -1, 1]):
        np.testing.assert_array_equal(linear()(THREE, label), [2, 1, 0])


def test_pair_of_the_same_functions_is_symmetric() -> None:
    same = MarginLoss(1 - M, "twice", 1 - M)
    assert same.symmetric
    assert same.negative_expression is None
    assert same == linear()
    assert hash(same) == hash(linear())
    assert same.negative is same.positive
    assert MarginLoss(PAIR.negative_expression, "pair", PAIR.expression) != PAIR
    assert len({linear(), same, PAIR, MarginLoss(1 - M, "other", PAIR.negative_expression)}) == 2


@pytest.mark.parametrize("weights", [(3, "1/2"), (1, 1), (0.1, 7), (sympy.Rational(1, 3), 2)], ids=str)
def test_weights_multiply_both_functions(weights: tuple) -> None:
    loss = PAIR.weighted(weights)
    for label, weight in zip((1, -1), weights, strict=True):
        exact_weight = sympy.Rational(weight)
        side, plain = (one.positive if label == 1 else one.negative for one in (loss, PAIR))
        assert sympy.expand(side.expression - exact_weight * plain.expression) == 0
        np.testing.assert_allclose(loss(THREE, label), float(exact_weight) * PAIR(THREE, label), rtol=1e-15)
    assert "pair, weights" in loss.name


def test_equal_weights_keep_a_loss_symmetric() -> None:
    assert linear().weighted((1, 1)) == linear()
    assert linear().weighted((2, 2)).symmetric
    assert not linear().weighted((2, 1)).symmetric


@pytest.mark.parametrize(
    ("weights", "kind"), [((1, 0), ValueError), ((1, -1), ValueError), (3, TypeError), ((1, 2, 3), TypeError)], ids=str
)
def test_wrong_weights_are_refused(weights: object, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^weights"):
        PAIR.weighted(weights)


@pytest.mark.parametrize(
    ("formula", "expression"),
    [
        ("1 - m", 1 - M),
        ("max(0, 1/2 - m)", sympy.Max(0, sympy.Rational(1, 2) - M)),
        ("min(1, max(0, 0.5 - m), 3)", sympy.Min(1, sympy.Max(0, sympy.Rational(1, 2) - M))),
        ("log(1 + exp(-m/0.1))", sympy.log(1 + sympy.exp(-10 * M))),
        ("abs(m - 1)**3", abs(M - 1) ** 3),
    ],
)
def test_readers_formula_is_read(formula: str, expression: sympy.Expr) -> None:
    loss = MarginLoss.parse(formula)
    assert loss == MarginLoss(expression)
    assert loss.name == formula
    assert MarginLoss.parse(formula, name="mine").name == "mine"
    assert MarginLoss.parse(formula, formula).symmetric


def test_readers_pair_is_read() -> None:
    loss = MarginLoss.parse("1 - m", "max(0,  1/2 - m)")
    assert loss == PAIR
    assert loss.name == "1 - m | max(0, 1/2 - m)"


@pytest.mark.parametrize("formula", ["1 - x", "1 - u", "max(0)", "1 -", "m, m", "1/0", "__import__('os')", ""])
def test_formula_outside_the_grammar_is_refused(formula: str) -> None:
    for texts in ((formula,), ("1 - m", formula)):
        with pytest.raises(FormulaError, match=r"^formula refused at character \d+: "):
            MarginLoss.parse(*texts)


def test_constant_formula_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^expression must have exactly the one symbol m; got 2"):
        MarginLoss.parse("2")
    with pytest.raises(ValueError, match=r"^negative_expression must have exactly the one symbol m; got 0"):
        MarginLoss.parse("1 - m", "0")


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))],
    ids=["copy", "deepcopy", "pickle"],
)
@pytest.mark.parametrize("loss", [linear(), PAIR], ids=["symmetric", "pair"])
def test_used_loss_survives_a_copy(loss: MarginLoss, copied: Callable[[MarginLoss], MarginLoss]) -> None:
    report, value = loss.check(), loss(0.25, -1)
    assert loss.negative.ball(Ball(0)) > 0
    again = copied(loss)
    assert again == loss
    assert hash(again) == hash(loss)
    assert (again.name, again.symmetric) == (loss.name, loss.symmetric)
    assert again(0.25, -1) == value
    assert again.check() == report
    side = copied(loss.negative)
    assert side == loss.negative
    assert side.kinks == loss.negative.kinks


@pytest.mark.parametrize(
    ("expression", "point", "slope"),
    [
        (sympy.Max(0, sympy.Rational(1, 2) - M), "1/2", sympy.Rational(-1, 2)),
        (abs(M), "0", 0),
        (sympy.Min(1, sympy.Max(0, 1 - 2 * M)), "0", -1),
        (sympy.Max(0, -M) ** 2, "0", 0),
    ],
    ids=["hinge", "absolute", "ramp", "squared hinge"],
)
def test_derivative_at_a_kink_is_the_mean_of_both_sides(expression: sympy.Expr, point: str, slope: sympy.Expr) -> None:
    assert MarginLoss(expression).derivative.subs(M, sympy.Rational(point)) == slope


@pytest.mark.parametrize("power", ["1/2", "1", "3/2", "2", "5/2"])
def test_derivatives_exist_on_both_sides_of_a_positive_part(power: str) -> None:
    """max(0, x)^p with p < 2: no derivative divides by 0 where the function is 0."""
    exponent = sympy.Rational(power)
    side = MarginLoss(sympy.Max(0, sympy.Rational(1, 4) - M) ** exponent).positive
    points = np.array([-1.0, 0.0, 0.75, 1.0])
    gap = np.maximum(0.25 - points, 0)
    p, left = float(exponent), gap > 0
    for function, factor, rest in (
        (side.numeric_derivative, -p, p - 1),
        (side.numeric_second_derivative, p * (p - 1), p - 2),
    ):
        expected = np.zeros(4)
        expected[left] = factor * gap[left] ** rest
        np.testing.assert_allclose(function(points), expected, rtol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_numeric_derivative_is_that_of_the_formula(name: str) -> None:
    expression, truth = LOSSES[name]
    margins = np.array([[-1.0, -0.3, 0.0], [1e-9, 0.25, 1.0]])
    found = MarginLoss(expression).numeric_derivative(margins, margins > 0)
    assert found.shape == margins.shape
    with mp.workdps(500):
        slopes = [float(mp.diff(truth, mpf(float(margin)))) for margin in margins.ravel()]
    np.testing.assert_allclose(found.ravel(), slopes, rtol=1e-11, atol=1e-300)


def test_numeric_derivative_of_a_pair_takes_the_function_of_the_class() -> None:
    pair = MarginLoss(sympy.Max(0, sympy.Rational(1, 2) - M), "", (1 - M) ** 2)
    margins, positive = np.array([0.25, 0.25, 0.75, 0.5, -1.0]), np.array([True, False, True, True, False])
    assert pair.numeric_derivative(margins, positive).tolist() == [-1, -1.5, 0, -0.5, -4]
    assert pair.numeric_derivative(margins, ~positive).tolist() == [-1.5, -1, -0.5, -1, -1]
    assert pair.numeric_derivative(margins, positive).tolist() != pair.numeric(margins, positive).tolist()
