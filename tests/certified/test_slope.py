"""The slope in ball arithmetic: at points, on cells and over boxes of problems."""

import itertools

import mpmath
import pytest
from flint import arb, ctx, fmpq

from lossbook.certified.slope import Box, PairedSlope, Slope
from lossbook.sigmoid import OddSigmoid, families

THIRD, TWO, SEVEN = fmpq(1, 3), fmpq(2), fmpq(7)


def exact_slope(place: fmpq, positive: fmpq, negative: fmpq, ratio: fmpq) -> mpmath.mpf:
    """Return the slope of the arctan gain by its definition, in mpmath."""
    with mpmath.workdps(40):
        theta, a1, b, rho = (
            mpmath.mpf(int(x.p)) / int(x.q) for x in (positive + place, positive, positive + negative, ratio)
        )
        sigma = [2 / mpmath.pi * mpmath.atan(theta - cut) for cut in (0, b, a1)]
        return (rho * sigma[0] + sigma[1]) / (1 + rho) - sigma[2]


def holds(ball: arb, number: mpmath.mpf) -> bool:
    """Tell whether a ball contains a number known to 30 digits."""
    return bool(abs(ball - arb(mpmath.nstr(number, 35))) < arb("1e-18") + 2 * arb(ball.rad()))


def ball_holds(ball: arb, number: mpmath.mpf) -> bool:
    """Tell whether a wide ball contains a number."""
    return bool(ball.overlaps(arb(mpmath.nstr(number, 35))))


@pytest.mark.parametrize("place", [fmpq(-2), fmpq(-1, 5), fmpq(0), fmpq(3, 2), fmpq(7)])
def test_node_is_the_slope(place: fmpq) -> None:
    slope = Slope(families.arctan(), Box.point(TWO, SEVEN, THIRD))
    with ctx.workprec(80), mpmath.workdps(40):
        node = slope.node(place)
        truth = exact_slope(place, TWO, SEVEN, THIRD)
        assert holds(node.slope, truth)
        assert not holds(node.slope, truth + mpmath.mpf(10) ** -15)
    assert node.sign == (1 if truth > 0 else -1)


@pytest.mark.parametrize("formula", ["2/pi*atan(u)", "2/pi*atan(u) + 0*u"])
@pytest.mark.parametrize(("low", "high"), [(fmpq(-2), fmpq(0)), (fmpq(0), fmpq(7)), (fmpq(5, 4), fmpq(3, 2))])
def test_cell_holds_values_and_derivatives(formula: str, low: fmpq, high: fmpq) -> None:
    slope = Slope(OddSigmoid.parse(formula), Box.point(TWO, SEVEN, THIRD))
    left, right = slope.node(low), slope.node(high)
    values, derivatives = slope.value_on(left, right), slope.derivative_on(left, right)
    for k in range(11):
        place = low + (high - low) * fmpq(k, 10)
        here = exact_slope(place, TWO, SEVEN, THIRD)
        assert ball_holds(values, here)
        if k:
            before = exact_slope(low, TWO, SEVEN, THIRD)
            part = (here - before) / mpmath.mpf(float((high - low) * fmpq(k, 10)))
            assert ball_holds(derivatives, part)  # a mean slope is one of the derivatives in between
    assert not ball_holds(values, here + 3)


def test_without_axioms_the_formula_itself_is_used() -> None:
    plain = Slope(OddSigmoid.parse("tanh(u+u**3/10)"), Box.point(TWO, SEVEN, THIRD))
    assert not plain.unimodal
    left, right = plain.node(fmpq(1)), plain.node(fmpq(3, 2))
    middle = plain.node(fmpq(5, 4))
    assert plain.value_on(left, right).contains(middle.slope)
    assert plain.derivative_on(left, right).contains(plain.derivative_on(middle, middle))


LENGTHS = ((TWO, fmpq(9, 4)), (SEVEN, fmpq(15, 2)))
RATIOS = (THIRD, fmpq(1, 2))


def counted(frame: str, place: fmpq, positive: fmpq, negative: fmpq) -> fmpq:
    """Count a place from the truth."""
    return {"a": place - positive, "truth": place, "b": negative + place}[frame]


@pytest.mark.parametrize("kind", [Slope, PairedSlope])
@pytest.mark.parametrize(
    ("frame", "low", "high"),
    [
        ("a", fmpq(0), fmpq(1, 3)),
        ("truth", fmpq(-1), fmpq(0)),
        ("truth", fmpq(0), fmpq(3)),
        ("b", fmpq(-2), fmpq(-1, 2)),
    ],
)
def test_box_holds_each_of_its_problems(kind: type[Slope], frame: str, low: fmpq, high: fmpq) -> None:
    slope = kind(families.arctan(), Box.around(*LENGTHS, RATIOS), frame)
    left, right = slope.node(low), slope.node(high)
    values, derivatives = slope.value_on(left, right), slope.derivative_on(left, right)
    step = fmpq(1, 10**6)
    for problem in itertools.product(*LENGTHS, RATIOS):
        for k in range(6):
            place = counted(frame, low + (high - low) * fmpq(k, 5), *problem[:2])
            here, ahead = (exact_slope(x, *problem) for x in (place, place + step))
            assert ball_holds(values, here)
            assert not ball_holds(values, here + 2)
            assert ball_holds(derivatives, (ahead - here) * 10**6)
            if k in {0, 5}:
                assert ball_holds((left if k == 0 else right).slope, here)


def test_pairing_sharpens_where_terms_cancel() -> None:
    box = Box.around((TWO, TWO), (fmpq(200), fmpq(204)), (fmpq(46_000), fmpq(46_000)))
    plain, paired = (kind(families.arctan(), box, "b") for kind in (Slope, PairedSlope))
    widths = [slope.node(fmpq(-30)).slope.rad() for slope in (plain, paired)]
    assert widths[1] < widths[0] / 3


def test_share_of_the_weights() -> None:
    assert Box.point(TWO, SEVEN, fmpq(3)).share == (fmpq(3, 4), fmpq(3, 4))
