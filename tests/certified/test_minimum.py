"""The certified minimum: agreement with quadrature and with the gain, the book's theorems, refusals."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from scipy import optimize, special
from tests import within

import lossbook as lb
from lossbook.balls import UnresolvedError

Q = Fraction
Number = Any
SIGMOIDS: dict[str, Callable[[Number, float], Number]] = {
    "arctan": lambda u, s: 2 / np.pi * np.arctan(u / s),
    "algebraic": lambda u, s: u / np.sqrt(u * u + s),
    "softsign": lambda u, s: u / (abs(u) + s),
    "tanh": lambda u, s: np.tanh(u / s),
    "erf": lambda u, s: special.erf(u / s),
}


def miss(m: Number, t: float = 1) -> Number:
    """The probability of the wrong class."""
    return special.expit(-m / t)


def softplus(z: Number) -> Number:
    return np.logaddexp(0, z)


def asl_negative(m: Number) -> Number:
    shifted = np.maximum(0, miss(m) - 0.05)
    return -(shifted**4) * np.log1p(-shifted)


PAIRS = {
    "ASL": (lambda: lb.losses.asl(), (lambda m: softplus(-m), asl_negative)),
    "LDAM": (
        lambda: lb.losses.ldam((1, 16)),
        (lambda m: softplus(30 * (0.5 - m)), lambda m: softplus(30 * (0.25 - m))),
    ),
    "logit adjusted": (
        lambda: lb.losses.logit_adjusted((1, 4)),
        (lambda m: np.log1p(4 * np.exp(-m)), lambda m: np.log1p(np.exp(-m) / 4)),
    ),
    "hinges": (
        lambda: lb.MarginLoss.parse("max(0, 1/2 - m)", "2*max(0, 3/4 - m)"),
        (lambda m: np.maximum(0, 0.5 - m), lambda m: 2 * np.maximum(0, 0.75 - m)),
    ),
}
SINGLE: dict[str, tuple[Callable[[], lb.MarginLoss], Callable[[Number], Number]]] = {
    "hinge": (lambda: lb.losses.hinge("1/2"), lambda m: np.maximum(0, 0.5 - m)),
    "squared hinge": (lambda: lb.losses.squared_hinge("3/4"), lambda m: np.maximum(0, 0.75 - m) ** 2),
    "squared": (lambda: lb.losses.squared(), lambda m: (1 - m) ** 2),
    "logistic": (lambda: lb.losses.logistic("1/4"), lambda m: softplus(-4 * m)),
    "exponential": (lambda: lb.losses.exponential("1/2"), lambda m: np.exp(-2 * m)),
    "focal": (lambda: lb.losses.focal(2, "1/4"), lambda m: miss(m, 0.25) ** 2 * softplus(-4 * m)),
    "ramp": (lambda: lb.losses.ramp(s="-1/2"), lambda m: np.minimum(1.5, np.maximum(0, 1 - m))),
    "ramp at 0": (lambda: lb.losses.ramp(s=0), lambda m: np.minimum(1, np.maximum(0, 1 - m))),
    "bent": (lambda: lb.MarginLoss.parse("exp(-m) + abs(m - 1/3)"), lambda m: np.exp(-m) + abs(m - 1 / 3)),
}
LOSSES = {name: (make, (phi, phi)) for name, (make, phi) in SINGLE.items()} | PAIRS
KINKS = {
    "hinge": [0.5],
    "squared hinge": [0.75],
    "ramp": [-0.5],
    "ramp at 0": [0.0],
    "bent": [1 / 3],
    "hinges": [0.5, 0.75],
    "ASL": [np.log(19)],
}


def solved(
    lengths: tuple[Any, Any], family: str, scale: Any, loss: Any, weights: tuple[Any, Any] = (1, 1), digits: int = 12
) -> Any:
    """The library's answer with the truth at 0."""
    problem = lb.ThresholdProblem(-Q(lengths[0]), [0], Q(lengths[1]))
    return lb.minimize_risk(problem, getattr(lb.sigmoids, family)(scale), loss, weights, digits)


class Quadrature:
    """The risk as an integral over the points, in float64, with formulas of its own."""

    def __init__(
        self, name: str, family: str, scale: float, lengths: tuple[float, float], weights: tuple[float, float]
    ):
        self.pair, self.lengths, self.weights = LOSSES[name][1], lengths, weights
        self.sigma = lambda u: SIGMOIDS[family](u, scale)
        reach = [optimize.brentq(lambda u, k=k: self.sigma(u) - k, -1e3, 1e3) for k in KINKS.get(name, []) if k < 0.99]
        steps = scale * np.geomspace(1 / 30, 1e4, 30)
        self.bends = np.concatenate([[0.0], reach, steps, -steps])

    def risks(self, places: np.ndarray) -> np.ndarray:
        """Integrate over the points of either class between all bends; shape (m,) in, (m,) out."""
        nodes, factors = np.polynomial.legendre.leggauss(24)
        total = np.zeros(places.shape)
        for sign, phi, weight, (low, high) in zip(
            (1, -1), self.pair, self.weights, ((-self.lengths[0], 0.0), (0.0, self.lengths[1])), strict=True
        ):
            inner = np.sort(np.clip(places[:, np.newaxis] - sign * self.bends, low, high), axis=1)
            ends = np.concatenate([np.full((len(places), 1), low), inner, np.full((len(places), 1), high)], axis=1)
            half, middle = np.diff(ends) / 2, (ends[:, 1:] + ends[:, :-1]) / 2
            x = middle[..., np.newaxis] + half[..., np.newaxis] * nodes
            values = phi(self.sigma(sign * (places[:, np.newaxis, np.newaxis] - x)))
            total += weight * np.sum(half * (values @ factors), axis=1)
        return total

    def risk(self, t: float) -> float:
        return float(self.risks(np.array([t]))[0])

    def minima(self) -> list[float]:
        """Find local minima on a grid that crowds at the truth and at the ends, and look ever closer."""
        a, b = -self.lengths[0], self.lengths[1]
        steps = np.concatenate([np.geomspace(1e-6, 0.1, 20), np.linspace(0.12, 0.88, 20)])
        inner = [end * x for end in (a, b) for step in steps for x in (step, 1 - step)]
        grid = np.unique(np.round([a, 0.0, b, *inner], 12))  # no two that differ by rounding alone
        values = np.concatenate([[np.inf], self.risks(grid), [np.inf]])
        dips = np.flatnonzero((values[1:-1] < values[:-2]) & (values[1:-1] < values[2:]))
        return [self.closer(grid[max(i - 1, 0)], grid[min(i + 1, len(grid) - 1)]) for i in dips]

    def closer(self, low: float, high: float) -> float:
        """Refine one minimum; what float64 does not tell apart is a stretch, whose middle is taken."""
        for _ in range(5):
            grid = np.linspace(low, high, 17)
            best = int(np.argmin(self.risks(grid)))
            place, low, high = float(grid[best]), float(grid[max(best - 1, 0)]), float(grid[min(best + 1, 16)])
        return place


def test_quadrature_is_right_where_the_risk_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The linear loss's risk by the gain; other weights give another risk."""
    monkeypatch.setitem(LOSSES, "linear", (lb.losses.linear, (lambda m: 1 - m, lambda m: 1 - m)))
    made = Quadrature("linear", "arctan", 0.1, (1.0, 5.0), (2.0, 1.0))
    problem, sigma = lb.ThresholdProblem(-1, [0], 5), lb.sigmoids.arctan("1/10")
    for t in (-1.0, -0.3, 0.0, 2.0):
        assert made.risk(t) == pytest.approx(7 - lb.gain(problem, sigma, t, (2, 1)), rel=1e-12)
        assert made.risk(t) != pytest.approx(7 - lb.gain(problem, sigma, t, (3, 1)), rel=1e-3)


def disagreements(best: Any, made: Quadrature) -> list[str]:
    """List every way in which a certified minimum disagrees with quadrature; nothing if it does not."""
    searched = made.minima()
    middles = [float(sum(one.interval)) / 2 for one in best.local]
    if len(middles) != len(searched):
        return [f"{len(middles)} local minima at {middles}, not {searched}"]
    found = []
    for one, middle, place in zip(best.local, middles, searched, strict=True):
        low, high = map(float, one.risk)
        if abs(middle - place) > 1e-5:
            found.append(f"a local minimum at {middle}, not {place}")
        if not low * (1 - 1e-10) <= made.risk(middle) <= high * (1 + 1e-10) or high - low > 1e-9 * high:
            found.append(f"risk {low} to {high}, not {made.risk(middle)}")
        if not one.certain:
            found.append(f"an uncertain minimum at {middle}")
    winner = min(searched, key=made.risk)
    if all(abs(float(low) - winner) > 1e-5 for low, _ in best.points):
        found.append(f"no point at {winner}")
    pattern = "-+" * len(middles)
    pattern = pattern[middles[0] == -made.lengths[0] : len(pattern) - (middles[-1] == made.lengths[1])]
    return found if best.sign_pattern == pattern else [*found, f"signs {best.sign_pattern}, not {pattern}"]


CASES = [
    ("arctan", "1/10", (1, 5), (1, 1)),
    ("softsign", "1/5", (1, 20), (7, 2)),
    ("tanh", "1/2", (2, 1), (1, 3)),
    ("algebraic", "1/4", ("1/2", 3), (6, 1)),
    ("erf", "1", (1, 2), ("1/3", 1)),
]


def compared(name: str, case: tuple[str, str, Any, Any], *, against: str = "") -> list[str]:
    """Hold the library's answer against quadrature, of another loss if it is named."""
    family, scale, lengths, weights = case
    numbers = [tuple(float(Q(x)) for x in pair) for pair in (lengths, weights)]
    made = Quadrature(against or name, family, float(Q(scale)), *numbers)
    return disagreements(solved(lengths, family, scale, LOSSES[name][0](), weights), made)


@pytest.mark.parametrize("number", [0, 1], ids=["one", "two"])
@pytest.mark.parametrize("name", LOSSES)
def test_minimum_agrees_with_quadrature(name: str, number: int) -> None:
    """Each loss with two of the sigmoids, imbalances and weights."""
    place = list(LOSSES).index(name)
    assert compared(name, CASES[(place + number * 2) % len(CASES)]) == []


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_every_sigmoid_agrees_for_a_loss_with_two_kinks(case: Any) -> None:
    assert compared("ramp", case) == []


def test_another_loss_is_told_apart() -> None:
    assert compared("hinge", CASES[0], against="squared hinge")
    assert compared("ramp", CASES[2], against="bent")


# Delegation, theorems, exceptions.


@pytest.mark.parametrize(
    ("loss", "start", "slopes"),
    [
        (None, (1, 1), (1, 1)),
        (lb.losses.linear(), (1, 1), (1, 1)),
        (lb.losses.hinge(2), (2, 2), (1, 1)),
        (lb.MarginLoss.parse("3 - m/2", "1 - 4*m"), (3, 1), (Q(1, 2), 4)),
    ],
    ids=["default", "linear", "hinge", "pair"],
)
def test_linear_loss_is_the_gain_turned_over(loss: Any, start: Any, slopes: Any) -> None:
    problem, sigma, weights = lb.ThresholdProblem(0, ["0.1"], "5.1"), lb.sigmoids.softsign("1/10"), (Q(9, 10), 1)
    best = lb.minimize_risk(problem, sigma, loss, weights, 20)
    other = lb.maximize_gain(problem, sigma, [w * s for w, s in zip(weights, slopes, strict=True)], 20)
    total = weights[0] * start[0] * Q(1, 10) + weights[1] * start[1] * 5
    assert best.points == other.points
    assert best.sign_pattern == other.sign_pattern.translate(str.maketrans("+-", "-+"))
    assert [one.interval for one in best.local] == [one.interval for one in other.local]
    assert [one.risk for one in best.local] == [(total - one.gain[1], total - one.gain[0]) for one in other.local]
    assert best != lb.minimize_risk(problem, sigma, loss, (1, 1), 20)


@pytest.mark.parametrize("family", SIGMOIDS)
@pytest.mark.parametrize("ratio", [50, 1000])
def test_t11_small_margins_need_no_weights(family: str, ratio: int) -> None:
    """The hinge that has stopped falling before the short class's full margin; with a larger margin the truth moves."""
    best = solved((1, ratio), family, "1/10", lb.losses.hinge("1/2"))
    assert best.points == [(0, 0)]
    assert (best.sign_pattern, [one.certain for one in best.local]) == ("-+", [True])
    ((_, high),) = solved((1, ratio), family, "10", lb.losses.hinge("1/2")).points
    assert high < 0


CONVEX = ["hinge", "squared hinge", "squared", "logistic", "exponential", "LDAM", "logit adjusted", "hinges"]


@pytest.mark.parametrize("family", SIGMOIDS)
@pytest.mark.parametrize("name", CONVEX)
def test_theorem_m_calibrated_weights_put_the_minimum_at_the_truth(name: str, family: str) -> None:
    loss, lengths = LOSSES[name][0](), (Q(1, 5), Q(3))
    problem, sigma = lb.ThresholdProblem(-lengths[0], [0], lengths[1]), getattr(lb.sigmoids, family)("1/2")
    plus, minus = lb.losses.calibrated_weights(problem, sigma, loss)
    best = lb.minimize_risk(problem, sigma, loss, (plus, minus))
    ((low, high),) = best.points
    assert -Q(1, 10**9) < low <= high < Q(1, 10**9)
    assert (best.sign_pattern, len(best.local)) == ("-+", 1)
    ((low, _),) = lb.minimize_risk(problem, sigma, loss, (plus * 1.001, minus)).points
    assert low > Q(1, 10**9)


@pytest.mark.parametrize("family", SIGMOIDS)
@pytest.mark.parametrize("name", ["squared", "logistic", "exponential"])
def test_theorem_m_unweighted_shrinks_the_rare_class_and_inverse_frequency_the_other(name: str, family: str) -> None:
    loss = LOSSES[name][0]()
    for weights, side in (((1, 1), -1), ((4, 1), 1)):
        best = solved((1, 4), family, 1, loss, weights)
        assert all(side * end > 0 for one in best.local for end in one.interval)


@pytest.mark.parametrize("name", ["logistic", "focal", "hinge", "ramp"])
def test_equal_classes_have_their_minimum_exactly_at_the_truth(name: str) -> None:
    best = solved((Q(4, 3), Q(4, 3)), "arctan", "1/3", LOSSES[name][0](), ("7/3", "7/3"))
    assert (best.points, best.sign_pattern) == ([(0, 0)], "-+")
    assert solved((Q(4, 3), Q(4, 3)), "arctan", "1/3", LOSSES[name][0](), ("7/3", "2")).points != [(0, 0)]


def rational(u: Fraction) -> Fraction:
    """The softsign of scale 1."""
    return u / (1 + u)


def test_ramp_at_0_with_calibrated_weights_has_no_minimum_at_the_truth() -> None:
    """Theorem M needs phi(m) + phi(-m) >= 2 phi(0): softsign, A = 1/10, B = 1/2, both classes drop equally."""
    lengths = Q(1, 10), Q(1, 2)
    weights = rational(lengths[1]), rational(lengths[0])
    best = solved(lengths, "softsign", 1, lb.losses.ramp(s=0), weights)
    assert best.sign_pattern == "+-"
    assert [(one.interval, one.certain) for one in best.local] == [((-Q(1, 10),) * 2, True), ((Q(1, 2),) * 2, True)]
    assert best.points == [(Q(1, 2), Q(1, 2))]
    assert lb.losses.ramp(s=0).check()["equal drops decide"] == "refuted"
    kept = solved(lengths, "softsign", 1, lb.losses.hinge(1), weights)  # the same without the cut
    assert (kept.points, kept.sign_pattern) == ([(0, 0)], "-+")


@pytest.mark.parametrize(
    ("lengths", "pattern", "winner"), [((Q(1, 10), Q(1, 2)), "-+-", 1), ((Q(1, 2), Q(5)), "+-+", 0)], ids=str
)
def test_ramp_below_0_with_calibrated_weights_keeps_the_truth_as_a_local_minimum_alone(
    lengths: tuple[Fraction, Fraction], pattern: str, winner: int
) -> None:
    """tanh, s = -1/10: the global minimum is at an end."""
    problem, sigma, loss = (
        lb.ThresholdProblem(-lengths[0], [0], lengths[1]),
        lb.sigmoids.tanh(),
        lb.losses.ramp(s="-0.1"),
    )
    best = lb.minimize_risk(problem, sigma, loss, lb.losses.calibrated_weights(problem, sigma, loss))
    assert (best.sign_pattern, [one.certain for one in best.local]) == (pattern, [True, True])
    assert best.points == [best.local[winner].interval] == [([-lengths[0], lengths[1]][winner],) * 2]
    low, high = best.local[1 - winner].interval
    assert -Q(1, 10**12) < low <= high < Q(1, 10**12)
    assert best.local[winner].risk[1] < best.local[1 - winner].risk[0]


def test_mirrored_minima_are_a_tie() -> None:
    best = solved(("1/2", "1/2"), "tanh", 1, lb.losses.ramp(s="-1/10"))
    assert best.sign_pattern == "+-+-"
    assert best.points == [(-Q(1, 2),) * 2, (Q(1, 2),) * 2]
    assert best.local[1].interval == (0, 0)
    assert len(solved(("1/2", "1/2"), "tanh", 1, lb.losses.ramp(s="-1/10"), (1, "1.0001")).points) == 1


# Where the slope vanishes on a stretch.


def test_constant_stretches_are_given_whole_and_not_certain() -> None:
    """Up to the margin 1/4 this ramp is constant, and from 1/2 on; so is the risk up to 1/3 from either end."""
    best = solved((10, 10), "softsign", 1, lb.losses.ramp(margin="1/2", s="1/4"), (1, 2))
    left, middle, right = best.local
    assert [one.certain for one in best.local] == [False, True, False]
    assert best.points == [middle.interval]
    assert best.sign_pattern == "?-+?"
    for one, end, inner in ((left, 0, 1), (right, 1, 0)):
        assert abs(one.interval[end]) == 10
        assert abs(abs(one.interval[inner]) - Q(29, 3)) < Q(1, 10**12)  # softsign is 1/4 at 1/3
    assert left.risk[0] <= Q(5, 2) <= left.risk[1] < right.risk[0] <= 5 <= right.risk[1]


def test_risk_that_is_constant_everywhere_has_no_certain_minimum() -> None:
    best = solved(("1/10", "1/10"), "softsign", 1, lb.losses.ramp(s="1/2"))
    assert [(one.interval, one.certain) for one in best.local] == [((-Q(1, 10), Q(1, 10)), False)]
    assert best.sign_pattern == "?"


def test_slope_that_is_small_on_a_stretch_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossbook.certified.search._CUTS", (60, 60, 60))
    loss = lb.MarginLoss.parse("abs(m + 1/4) + abs(m - 1/4) + exp(-10**9*(m+2))")
    with pytest.raises(UnresolvedError, match=r"^digits = 12 cannot be reached: around theta = "):
        solved(("1/10", "1/10"), "tanh", 1, loss, (1, 2))


def test_extremum_that_is_none_on_the_margins_costs_no_cells() -> None:
    """The ramp of margin 1 has the switch 1 - sigma(u), which is all but 0 on most of a long interval."""
    with within.seconds(5):
        best = solved((1, 1000), "algebraic", "1/100", lb.losses.ramp(s="-1/2"), (1000, 1))
    assert best.sign_pattern == "-+"
    (one,) = best.local
    assert one.risk[1] - one.risk[0] < Q(1, 10**10)


# Digits and refusals.


@pytest.mark.parametrize("name", ["logistic", "hinge", "ASL"])
@pytest.mark.parametrize("digits", [1, 30])
def test_enclosures_are_as_narrow_as_asked_and_hold_the_finer_ones(name: str, digits: int) -> None:
    best, finer = (solved((1, 20), "arctan", "1/10", LOSSES[name][0](), (3, 1), n) for n in (digits, digits + 10))
    ((low, high),), ((inner_low, inner_high),) = best.points, finer.points
    assert 0 < high - low <= Q(1, 10**digits)
    assert inner_high - inner_low <= Q(1, 10 ** (digits + 10))
    assert low <= inner_high
    assert inner_low <= high
    assert all(type(bound) is Fraction for one in best.local for bound in (*one.interval, *one.risk))
    assert best.local[0].risk[0] <= finer.local[0].risk[1]
    assert finer.local[0].risk[0] <= best.local[0].risk[1]


PROBLEM, TANH, HINGE = lb.ThresholdProblem(0, [2], 10), lb.sigmoids.tanh(), lb.losses.hinge("1/2")
M = lb.losses.M


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ((None, TANH, HINGE), TypeError, r"^problem must be a ThresholdProblem; got None"),
        ((lb.ThresholdProblem(0, [1, 2], 3), TANH, HINGE), ValueError, r"^problem must have one threshold; got 2"),
        ((PROBLEM, "tanh(u)", HINGE), TypeError, r"^sigma must be an OddSigmoid"),
        ((PROBLEM, lb.OddSigmoid.parse("sin(u)"), HINGE), ValueError, r"^sigma must be an odd sigmoid.*increasing"),
        ((PROBLEM, TANH, "hinge"), TypeError, r"^loss must be a MarginLoss"),
        ((PROBLEM, TANH, lb.losses.hinge), TypeError, r"^loss must be a MarginLoss"),
        ((PROBLEM, TANH, lb.MarginLoss(1 - sympy.sign(M))), ValueError, r"^loss must be continuous; got 1 - sign"),
        (
            (PROBLEM, TANH, lb.MarginLoss(-(M - 1) / abs(M - 1) + (2 * M - 1) / abs(2 * M - 1))),
            ValueError,
            "not so at m",
        ),
        ((PROBLEM, TANH, HINGE, 1), TypeError, r"^weights must be a pair"),
        ((PROBLEM, TANH, HINGE, (1, -1)), ValueError, r"^weights\[1\] must be greater than 0"),
        ((PROBLEM, TANH, HINGE, (1, 1), 0), ValueError, r"^digits must be from 1 to 1000; got 0"),
        ((PROBLEM, TANH, HINGE, (1, 1), 1001), ValueError, r"^digits must be from 1 to 1000; got 1001"),
        ((PROBLEM, TANH, HINGE, (1, 1), True), TypeError, r"^digits must be an integer; got True"),
        ((PROBLEM, TANH, None, (0, 1)), ValueError, r"^weights\[0\] must be greater than 0"),
    ],
)
def test_wrong_argument_is_refused_by_name(arguments: tuple, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        lb.minimize_risk(*arguments)


def test_names_and_defaults_of_the_arguments() -> None:
    plain = lb.minimize_risk(PROBLEM, TANH, HINGE)
    assert plain == lb.minimize_risk(problem=PROBLEM, sigma=TANH, loss=HINGE, weights=(1, 1), digits=12)
    other = lb.minimize_risk(PROBLEM, TANH, lb.losses.logistic())
    assert other.points != lb.minimize_risk(PROBLEM, TANH, lb.losses.logistic(), digits=30).points


def test_undecided_axiom_is_a_warning() -> None:
    sigma = lb.OddSigmoid.parse("tanh(u)*(sin(u)**2+cos(u)**2)")
    best = lb.minimize_risk(PROBLEM, sigma, lb.losses.logistic())
    assert [line for line in best.warnings if "'limit'" in line] == list(best.warnings) != []
    assert best.sign_pattern == "-+"
    assert lb.minimize_risk(PROBLEM, TANH, lb.losses.logistic()).warnings == ()
