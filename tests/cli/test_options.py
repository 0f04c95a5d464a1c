"""What a reader types: losses by name, with parameters, or as a formula."""

import re

import pytest

import lossbook as lb
from lossbook.cli.options import read_loss, read_number
from lossbook.cli.program import InputError
from lossbook.reading import LOSSES

PROBLEM = lb.ThresholdProblem(-1, [0], 50)


@pytest.mark.parametrize(
    ("text", "loss"),
    [
        ("linear", lb.losses.linear()),
        ("hinge", lb.losses.hinge()),
        ("hinge:margin=1/2", lb.losses.hinge("1/2")),
        ("focal:gamma=3,temperature=1/4", lb.losses.focal(3, "1/4")),
        ("focal:temperature=0.25,gamma=3", lb.losses.focal(3, "1/4")),
        ("ramp:s=-1", lb.losses.ramp(s=-1)),
        ("asl:clip=0", lb.losses.asl(clip=0)),
        ("ldam", lb.losses.ldam(PROBLEM)),
        ("logit_adjusted:tau=2", lb.losses.logit_adjusted((1, 50), 2)),
        ("max(0, 1/2 - m)", lb.losses.hinge("1/2")),
        ("1-m", lb.losses.linear()),
    ],
)
def test_loss_is_read(text: str, loss: lb.MarginLoss) -> None:
    assert read_loss(text, PROBLEM) == loss
    assert read_loss(text, PROBLEM) != lb.losses.exponential("1/7")


def test_every_family_has_its_name_and_its_defaults() -> None:
    assert [name for name in LOSSES if LOSSES[name] is not getattr(lb.losses, name)] == []
    assert all(read_loss(name, PROBLEM).check()["non-increasing"] == "proved" for name in LOSSES if name != "squared")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bogus", "--loss must be one of linear, hinge, .*formula in m such as .*; got 'bogus'$"),
        ("bogus:x=1", "must be one of .*; got 'bogus:x=1'$"),
        ("Hinge", "got 'Hinge'$"),
        ("", "got '': .*unexpected end"),
        ("u**2+1", "got 'u[*][*]2[+]1': .*unknown name 'u'"),
        ("3", "must be one of .*; got '3': .*must"),
        ("hinge:", "--loss hinge takes 'margin', written key=value; got ''$"),
        ("hinge:margin", "takes 'margin', written key=value; got 'margin'$"),
        ("hinge:gamma=2", "takes 'margin', written key=value; got 'gamma=2'$"),
        ("linear:margin=2", "--loss linear takes no parameters, written key=value; got 'margin=2'$"),
        ("ldam:sizes=3", "takes 'max_margin' 'temperature', written key=value; got 'sizes=3'$"),
        ("asl:clip=0,clip=0", "--loss asl must have each parameter once; got clip twice$"),
        ("hinge:margin=0", "--loss hinge: margin must be greater than 0; got '0'$"),
        ("hinge:margin=wide", "--loss hinge: margin must be an exact number; got the text 'wide'"),
        ("ramp:s=2", "--loss ramp: s must be below margin = 1; got 2$"),
    ],
    ids=ascii,
)
def test_wrong_loss_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_loss(text, PROBLEM)
    assert re.search(message, caught.value.format_message())


def test_number_is_exact() -> None:
    assert read_number("0.1", "--scale") == lb.losses.hinge("1/10").positive.kinks[0]
    with pytest.raises(InputError, match=r"--scale must be an exact number; got"):
        read_number("x", "--scale")
