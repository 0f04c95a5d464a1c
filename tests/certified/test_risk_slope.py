"""The slope of the risk in balls: its enclosures hold, also at kinks and across them."""

from itertools import pairwise

import numpy as np
import pytest
import sympy
from flint import arb, ctx, fmpq

import lossbook as lb
from lossbook.certified.risk_slope import Parts, RiskSlope
from lossbook.loss import MarginFunction
from lossbook.loss.margin_loss import M

LOSSES = {
    "logistic": lb.losses.logistic("1/4"),
    "focal": lb.losses.focal(2, "1/4"),
    "hinge": lb.losses.hinge("1/2"),
    "ramp": lb.losses.ramp(s=0),
    "ASL": lb.losses.asl(),
    "pair": lb.MarginLoss.parse("max(0, 1/2 - m)", "exp(-m) + abs(m)"),
    "rises": lb.MarginLoss.parse("(m - 1/3)**2"),
}
A, B, SHARE = fmpq(1), fmpq(3), fmpq(2, 3)


def numeric(loss: lb.MarginLoss, sigma: lb.OddSigmoid, t: np.ndarray) -> np.ndarray:
    """The slope in float64, written out."""
    a, b, p = 1.0, 3.0, 2 / 3
    plus, minus = (lambda u, side=side: side.numeric(sigma(u)) for side in loss.sides)
    return p * (plus(t) - plus(t + a)) + (1 - p) * (minus(b - t) - minus(-t))


@pytest.mark.parametrize("family", ["arctan", "softsign", "tanh"])
@pytest.mark.parametrize("name", LOSSES)
def test_enclosures_hold_values_and_slopes(name: str, family: str) -> None:
    loss, sigma = LOSSES[name], getattr(lb.sigmoids, family)("1/2")
    slope = RiskSlope(sigma, loss, (A, B), SHARE)
    places = [fmpq(k, 8) for k in range(-8, 25)]
    with ctx.workprec(80):
        for left, right in pairwise(places):
            nodes = slope.node(left), slope.node(right)
            value, rate = slope.value_on(*nodes), slope.derivative_on(*nodes)
            low, high = (int(end.p) / int(end.q) for end in (left, right))
            inner = np.linspace(low, high, 9)
            values = numeric(loss, sigma, inner)
            slack = arb(0, 1e-12)
            assert all((value + slack).contains(arb(float(v))) for v in values)
            assert all((rate + slack).contains(arb(float(r))) for r in np.diff(values) / np.diff(inner))
            assert (nodes[0].slope + slack).contains(arb(float(values[0])))
            assert not (value + slack).contains(arb(float(max(values)) + 10))


@pytest.mark.parametrize("name", LOSSES)
def test_enclosures_shrink_with_the_cell(name: str) -> None:
    slope = RiskSlope(lb.sigmoids.arctan("1/2"), LOSSES[name], (A, B), SHARE)
    widths = []
    for size in (fmpq(1, 10), fmpq(1, 1000)):
        nodes = slope.node(fmpq(7, 10)), slope.node(fmpq(7, 10) + size)
        widths.append(float(slope.value_on(*nodes).rad()))
    assert widths[1] < widths[0] / 50


def test_kink_at_0_is_passed_on_either_side() -> None:
    """The ramp is flat on one side of the margin 0 and falls on the other."""
    parts = Parts(LOSSES["ramp"].positive, signed=True)
    near = arb(0).union(arb(1) / 4)
    assert parts.on(1, near)[1] == -1
    assert parts.on(-1, -near)[1] == 0
    assert parts.on(0, near)[1].contains(0)
    assert parts.on(0, near)[1].contains(-1)
    unsigned = Parts(LOSSES["ramp"].positive, signed=False)
    assert unsigned.on(1, near)[1].contains(0)


def test_constant_loss_gives_exactly_0() -> None:
    slope = RiskSlope(lb.sigmoids.softsign(), lb.losses.ramp(s="3/5"), (fmpq(1, 3), fmpq(1, 2)), fmpq(1, 3))
    assert slope.value_on(slope.node(fmpq(0)), slope.node(fmpq(1, 2))).is_zero()
    assert slope.derivative_on(slope.node(fmpq(0)), slope.node(fmpq(1, 2))).is_zero()
    other = RiskSlope(lb.sigmoids.softsign(), lb.losses.ramp(s="1/10"), (fmpq(1, 3), fmpq(1, 2)), fmpq(1, 3))
    assert not other.value_on(other.node(fmpq(0)), other.node(fmpq(1, 2))).is_zero()


def test_hidden_jump_has_no_finite_enclosure() -> None:
    """atan(1/m) is bounded, and jumps at 0."""
    parts = Parts(MarginFunction(sympy.atan(1 / M)), signed=True)
    assert not parts.on(0, arb(0, 1) / 4)[1].is_finite()
    assert parts.on(0, arb(1) / 2)[1].is_finite()


def test_jump_at_a_kink_is_refused() -> None:
    third = sympy.Rational(1, 3)
    with pytest.raises(ValueError, match=r"^loss must be continuous; got .* not so at m = 1/3"):
        Parts(MarginFunction((M - third) / abs(M - third)), signed=True)
    assert Parts(MarginFunction(abs(M - third)), signed=True).value(arb(fmpq(1, 3))).contains(0)


def test_sigmoid_of_undecided_axioms_gives_the_same() -> None:
    known, unknown = lb.sigmoids.tanh(), lb.OddSigmoid.parse("tanh(u)*(sin(u)**2+cos(u)**2)")
    first, second = (RiskSlope(sigma, LOSSES["focal"], (A, B), SHARE) for sigma in (known, unknown))
    left, right = fmpq(1, 4), fmpq(1, 2)
    one, two = (slope.value_on(slope.node(left), slope.node(right)) for slope in (first, second))
    assert one.overlaps(two)
