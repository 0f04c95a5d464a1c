"""Margin losses: values, derivative and refusals; the linear loss is the paper's (15)."""

import numpy as np
import pytest
import sympy
from mpmath import mp, mpf
from tests import reference

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
    with pytest.raises(TypeError, match=r"^expression must be a sympy expression in m; got"):
        MarginLoss(expression)


@pytest.mark.parametrize(
    "expression",
    [sympy.Integer(1), sympy.Symbol("m"), sympy.Symbol("u", real=True), M + sympy.Symbol("x")],
    ids=sympy.srepr,
)
def test_loss_with_other_symbols_is_refused(expression: sympy.Expr) -> None:
    with pytest.raises(ValueError, match=r"^expression must have exactly the one symbol m; got"):
        MarginLoss(expression)


@pytest.mark.parametrize("expression", [sympy.gamma(M), sympy.Function("f")(M), sympy.I * M, sympy.Max(0, M)], ids=str)
def test_loss_that_is_not_elementary_is_refused(expression: sympy.Expr) -> None:
    with pytest.raises(TypeError, match=r"^expression must be made of elementary functions"):
        MarginLoss(expression)
