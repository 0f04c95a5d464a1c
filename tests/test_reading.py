"""Sigmoids and losses from text: names, parameters and formulas read as what the library makes of them."""

import re

import pytest

import lossbook as lb
from lossbook.reading import FAMILIES, LOSSES, loss_from, sigmoid_from

PROBLEM = lb.ThresholdProblem(-1, [0], 50)


@pytest.mark.parametrize("name", FAMILIES)
def test_family_is_read_with_its_scale(name: str) -> None:
    make = getattr(lb.sigmoids, name)
    assert sigmoid_from(name) == make(1)
    assert sigmoid_from(name, "1/10") == make("1/10")
    assert sigmoid_from(name, "1/10") != make("1/5")


def test_formula_is_read() -> None:
    assert sigmoid_from("u/sqrt(1+u**2)") == lb.sigmoids.algebraic()


@pytest.mark.parametrize(
    ("text", "scale", "message"),
    [
        ("arctn", None, "shape must be one of arctan, .*; got 'arctn'$"),
        ("u+", None, "shape must be one of .*; got 'u[+]': "),
        ("arctan", "0", "width must be greater than 0; got '0'$"),
        ("arctan", "wide", "width must be an exact number"),
        ("tanh(u)", "1/10", "width must be left out where shape is a formula; got '1/10' with 'tanh"),
        ("u", None, "shape must be an odd sigmoid; got 'u', of which the axiom 'concave' fails at u = "),
    ],
)
def test_wrong_sigmoid_is_refused_by_its_name(text: str, scale: str | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sigmoid_from(text, scale, "shape", "width")


@pytest.mark.parametrize("text", ["hinge:margin=1/2", "max(0, 1/2 - m)"])
def test_loss_is_read(text: str) -> None:
    assert loss_from(text, PROBLEM) == lb.losses.hinge("1/2")
    assert loss_from(text, PROBLEM) != lb.losses.hinge("1/3")


def test_losses_that_depend_on_class_sizes_take_them_from_the_problem() -> None:
    assert loss_from("ldam", PROBLEM) == lb.losses.ldam((1, 50)) != lb.losses.ldam((1, 2))
    assert LOSSES["ldam"] is lb.losses.ldam


def test_wrong_loss_is_refused_by_its_name() -> None:
    for text, message in (("bogus", "cost must be one of linear"), ("hinge:wide=1", "cost hinge takes 'margin'")):
        with pytest.raises(ValueError, match=re.escape(message)):
            loss_from(text, PROBLEM, "cost")
