"""The slope in ball arithmetic: at points, on cells and over boxes of problems."""

import mpmath
import pytest
from flint import arb, ctx, fmpq

from lossbook.certified.slope import Box, Slope
from lossbook.sigmoid import OddSigmoid, families

THIRD, TWO, SEVEN = fmpq(1, 3), fmpq(2), fmpq(7)


def exact_slope(place: fmpq, positive: fmpq, negative: fmpq, ratio: fmpq) -> mpmath.mpf:
    """Return the slope of the arctan gain by its definition, in mpmath."""
    with mpmath.workdps(40):
        theta, a1, b, rho = (
            mpmath.mpf(int(x.p)) / int(x.q)
            for x in (
                place * positive if place <= 1 else positive + (place - 1) * negative,
                positive,
                positive + negative,
                ratio,
            )
        )
        sigma = [2 / mpmath.pi * mpmath.atan(theta - cut) for cut in (0, b, a1)]
        return (rho * sigma[0] + sigma[1]) / (1 + rho) - sigma[2]


def holds(ball: arb, number: mpmath.mpf) -> bool:
    """Tell whether a ball contains a number known to 30 digits."""
    return bool(abs(ball - arb(mpmath.nstr(number, 35))) < arb("1e-18") + 2 * arb(ball.rad()))


def ball_holds(ball: arb, number: mpmath.mpf) -> bool:
    """Tell whether a wide ball contains a number."""
    return bool(ball.overlaps(arb(mpmath.nstr(number, 35))))


@pytest.mark.parametrize("place", [fmpq(0), fmpq(1, 5), fmpq(1), fmpq(3, 2), fmpq(2)])
def test_node_is_the_slope(place: fmpq) -> None:
    slope = Slope(families.arctan(), Box.point(TWO, SEVEN, THIRD))
    with ctx.workprec(80), mpmath.workdps(40):
        node = slope.node(place)
        truth = exact_slope(place, TWO, SEVEN, THIRD)
        assert holds(node.slope, truth)
        assert not holds(node.slope, truth + mpmath.mpf(10) ** -15)
    assert node.sign == (1 if truth > 0 else -1)


@pytest.mark.parametrize("formula", ["2/pi*atan(u)", "2/pi*atan(u) + 0*u"])
@pytest.mark.parametrize(("low", "high"), [(fmpq(0), fmpq(1)), (fmpq(1), fmpq(2)), (fmpq(5, 4), fmpq(3, 2))])
def test_cell_holds_values_and_derivatives(formula: str, low: fmpq, high: fmpq) -> None:
    slope = Slope(OddSigmoid.parse(formula), Box.point(TWO, SEVEN, THIRD))
    left, right = slope.node(low), slope.node(high)
    values, derivatives = slope.value_on(left, right), slope.derivative_on(left, right)
    side = slope.distance(left, right)
    for k in range(11):
        place = low + (high - low) * fmpq(k, 10)
        here = exact_slope(place, TWO, SEVEN, THIRD)
        assert ball_holds(values, here)
        if k:
            before = exact_slope(low, TWO, SEVEN, THIRD)
            part = (here - before) / mpmath.mpf(float(side.mid())) * 10 / k
            assert ball_holds(derivatives, part)  # a mean slope is one of the derivatives in between
    assert not ball_holds(values, here + 3)


def test_without_axioms_the_formula_itself_is_used() -> None:
    plain = Slope(OddSigmoid.parse("tanh(u+u**3/10)"), Box.point(TWO, SEVEN, THIRD))
    assert not plain.unimodal
    left, right = plain.node(fmpq(0)), plain.node(fmpq(1, 2))
    middle = plain.node(fmpq(1, 4))
    assert plain.value_on(left, right).contains(middle.slope)
    assert plain.derivative_on(left, right).contains(plain.derivative_on(middle, middle))


def test_box_holds_each_of_its_problems() -> None:
    box = Box.around((TWO, fmpq(5, 2)), (SEVEN, fmpq(8)), (THIRD, fmpq(1, 2)))
    slope = Slope(families.arctan(), box)
    for place in (fmpq(0), fmpq(2, 3), fmpq(1), fmpq(7, 4), fmpq(2)):
        node = slope.node(place)
        for positive in (TWO, fmpq(9, 4), fmpq(5, 2)):
            for negative in (SEVEN, fmpq(8)):
                for ratio in (THIRD, fmpq(2, 5), fmpq(1, 2)):
                    assert ball_holds(node.slope, exact_slope(place, positive, negative, ratio))
        assert not ball_holds(node.slope, exact_slope(place, TWO, SEVEN, THIRD) + 1)


def test_threshold_counts_from_the_left_end() -> None:
    slope = Slope(families.tanh(), Box.point(TWO, SEVEN, THIRD))
    assert [slope.threshold(place) for place in (fmpq(0), fmpq(1, 2), fmpq(1), fmpq(2))] == [0, 1, 2, 9]
