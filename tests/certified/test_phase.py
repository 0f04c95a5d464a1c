"""Phase diagrams: every certified cell agrees with certified single problems, and undecided ones are few."""

import numpy as np
import pytest
from flint import fmpq

import lossbook as lb
from lossbook.arguments import exact
from lossbook.certified import phase
from lossbook.certified.phase import CLASSES, Diagram, classified, classify, lengths_plane, weights_plane
from lossbook.certified.slope import Box
from lossbook.sigmoid import families

PATTERNS = {"-": "end a", "+-": "interior", "+": "end b"}


def exact_class(sigma: lb.OddSigmoid, positive: fmpq, negative: fmpq, ratio: fmpq) -> str:
    """Return the class of one problem by its certified maximum."""
    numbers = [exact(f"{x.p}/{x.q}", "x") for x in (positive, negative, ratio)]
    problem = lb.ThresholdProblem(0, numbers[:1], numbers[0] + numbers[1])
    pattern = lb.maximize_gain(problem, sigma, weights=(numbers[2], 1), digits=4).sign_pattern
    return PATTERNS.get(pattern, "bistable" if "?" not in pattern else "undecided")


def disagreements(found: Diagram, sigma: lb.OddSigmoid, count: int, seed: int = 1) -> list[tuple]:
    """Compare random points of certified cells, their corners among them, with single problems."""
    size = len(found.labels)
    edges = [phase._edges(decades, size) for decades in (found.plane.x, found.plane.y)]
    random = np.random.default_rng(seed)
    wrong = []
    for _ in range(count):
        row, column = random.integers(size, size=2)
        label = CLASSES[found.labels[row, column]]
        if label == "undecided":
            continue
        x, y = (
            edge[i] + (edge[i + 1] - edge[i]) * fmpq(int(random.integers(5)), 4)
            for edge, i in zip(edges, (int(column), int(row)), strict=True)
        )
        box = found.plane.box((x, x), (y, y))
        ratio = box.share[0] / (1 - box.share[0])
        truth = exact_class(sigma, box.positive[0], box.negative[0], ratio)
        if truth != label:
            wrong.append((row, column, label, truth))
    return wrong


@pytest.mark.parametrize("family", families.ALL)
def test_cells_of_the_lengths_agree_with_single_problems(family: object) -> None:
    sigma = family()
    found = classified(sigma, lengths_plane(), depth=7)
    assert disagreements(found, sigma, 150) == []
    assert found.share("undecided") < 0.05
    assert sum(map(found.share, CLASSES)) == pytest.approx(1)
    shifted = Diagram(found.plane, np.roll(found.labels, 40, axis=1), found.classes)
    assert disagreements(shifted, sigma, 150) != []


@pytest.mark.parametrize("family", [families.arctan, families.softsign, families.tanh])
def test_cells_of_the_weights_agree_with_single_problems(family: object) -> None:
    sigma = family()
    found = classified(sigma, weights_plane(2, (0, 3), (-1, 3)), depth=7)
    assert disagreements(found, sigma, 200) == []
    assert found.share("undecided") < 0.06
    shifted = Diagram(found.plane, np.roll(found.labels, 40, axis=0), found.classes)
    assert disagreements(shifted, sigma, 200) != []


def test_undecided_area_shrinks_with_depth() -> None:
    sigma = families.softsign()
    shares = [classified(sigma, lengths_plane(), depth=depth).share("undecided") for depth in (5, 7, 9)]
    assert shares[0] > 2 * shares[1] > 4 * shares[2]
    assert shares[2] < 0.01


def box(positive: str, negative: str, ratio: str = "1", spread: int = 1000) -> Box:
    """Make a box around one problem."""
    intervals = []
    for text in (positive, negative, ratio):
        number = exact(text, "x")
        centre = fmpq(int(number.p), int(number.q))
        intervals.append((centre, centre + centre / spread))
    return Box.around(*intervals)


@pytest.mark.parametrize(
    ("sigma", "problem", "name"),
    [
        (families.arctan(), box("2", "98"), "interior"),
        (families.arctan(), box("1/10", "98"), "end a"),
        (families.arctan(), box("98", "1/10"), "end b"),
        (families.softsign(), box("1/2", "1.53", spread=10**4), "bistable"),
        (families.softsign(), box("1/2", "1.49", spread=10), "undecided"),  # it crosses a border
        (families.arctan(), box("1/2", "20", "100", spread=10**4), "interior"),
        (families.arctan(), box("2", "2", spread=100), "interior"),  # on both sides of the balance
    ],
)
def test_class_of_a_box(sigma: lb.OddSigmoid, problem: Box, name: str) -> None:
    assert classify(sigma, problem) == name


def test_arctan_is_bistable_under_heavy_weights() -> None:
    """T7: with weights of another ratio than 1 arctan has two maxima, which it never has without."""
    found = classified(families.arctan(), weights_plane(2, (0, 3), (1, 3)), depth=8)
    assert found.share("bistable") > 0.005
    none = classified(families.tanh(), weights_plane(2, (0, 3), (1, 3)), depth=8)
    assert none.share("bistable") == 0


def test_mirror_image_is_exact() -> None:
    found = classified(families.erf(), lengths_plane(), depth=5)
    swapped = np.array([CLASSES.index({"end a": "end b", "end b": "end a"}.get(c, c)) for c in CLASSES])
    assert np.array_equal(found.labels.T, swapped[found.labels])
    plain = phase.Plane((-3, 3), (-3, 3), lengths_plane().box)
    whole = classified(families.erf(), plain, depth=5)
    both = (whole.labels > 0) & (found.labels > 0)
    assert np.array_equal(whole.labels[both], found.labels[both])
