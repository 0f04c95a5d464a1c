"""The style: it works anywhere and says nothing; its colours are seen on light and dark pages, and by the colour-blind.

Colour blindness is simulated by the matrices for full severity of Machado, Oliveira and Fernandes, *A
physiologically-based model for simulation of color vision deficiency*, IEEE TVCG 15 (2009), doi 10.1109/TVCG.2009.113,
on linear light. How far apart two colours look is their distance in CIE Lab; 2.3 is just noticeable.
"""

import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest

from lossbook.figures import births, losses, optimum, style

LIGHT, DARK = "#FFFFFF", "#121212"  # what is behind figures, by the theme
INKS = {"blue": style.BLUE, "orange": style.ORANGE, "green": style.GREEN, "purple": style.PURPLE, "grey": style.GREY}
VISIONS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
APART = 10.0
# hue-rotate(180deg) of CSS filters, which in the dark follows invert(1)
TURN = np.array([[-0.574, 1.430, 0.144], [0.426, 0.430, 0.144], [0.426, 1.430, -0.856]])
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]])


def channels(colour: str) -> np.ndarray:
    """Red, green and blue in [0, 1]."""
    return np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])


def in_the_dark(colour: np.ndarray) -> np.ndarray:
    """A figure's colour as a dark page shows it."""
    return np.clip(TURN @ (1 - colour), 0, 1)


def linear(colour: np.ndarray) -> np.ndarray:
    """Linear light."""
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def contrast(first: np.ndarray, second: np.ndarray) -> float:
    """The contrast ratio of WCAG."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    """CIE Lab of linear light."""
    ratio = XYZ @ np.clip(light, 0, 1) / np.array([0.95047, 1, 1.08883])
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), 841 / 108 * ratio + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def nearest(colours: dict[str, str], vision: str, dark: bool) -> tuple[float, str]:
    """The least distance between two colours as this vision has them, and which they are."""
    shown = {name: channels(colour) for name, colour in colours.items()}
    seen = {name: lab(VISIONS[vision] @ linear(in_the_dark(c) if dark else c)) for name, c in shown.items()}
    return min((float(np.linalg.norm(seen[a] - seen[b])), f"{a} and {b}") for a, b in combinations(colours, 2))


def test_the_style_works_without_a_notebook_and_says_nothing() -> None:
    command = "from lossbook import figures; figures.use_style(); figures.use_style()"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_contrast_and_lab_are_those_of_their_definitions() -> None:
    assert contrast(channels("#000000"), channels("#FFFFFF")) == pytest.approx(21)
    assert contrast(channels("#777777"), channels("#FFFFFF")) == pytest.approx(4.48, abs=0.01)
    assert lab(np.ones(3)) == pytest.approx([100, 0, 0], abs=0.01)
    assert lab(linear(channels("#FF0000"))) == pytest.approx([53.24, 80.09, 67.2], abs=0.05)
    assert in_the_dark(channels("#000000")) == pytest.approx([1, 1, 1])


@pytest.mark.parametrize("name", INKS)
def test_lines_stand_out_on_light_and_dark_pages(name: str) -> None:
    colour = channels(INKS[name])
    assert contrast(colour, channels(LIGHT)) >= 3
    assert contrast(in_the_dark(colour), channels(DARK)) >= 3


@pytest.mark.parametrize("name", INKS)
def test_words_in_these_colours_are_read_on_light_and_dark_pages(name: str) -> None:
    colour = channels(INKS[name])
    assert contrast(colour, channels(LIGHT)) >= 4.5
    assert contrast(in_the_dark(colour), channels(DARK)) >= 4.5


def test_a_faint_line_and_faint_words_are_noticed() -> None:
    assert contrast(channels("#E69F00"), channels(LIGHT)) < 3
    assert 3 < contrast(channels("#D55E00"), channels(LIGHT)) < 4.5


def test_each_look_has_a_colour_and_a_dash_of_its_own() -> None:
    assert len({colour for colour, _ in style.LOOKS}) == len({dash for _, dash in style.LOOKS}) == len(style.LOOKS)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_the_colour_blind_tell_the_looks_apart(vision: str, dark: bool) -> None:
    colours = {colour: colour for colour, _ in style.LOOKS}
    distance, pair = nearest(colours, vision, dark)
    assert distance >= APART, pair


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_colours_that_the_colour_blind_confuse_are_noticed(dark: bool) -> None:
    assert nearest({"green": style.GREEN, "grey": style.GREY}, "deuteranopia", dark)[0] < APART


REGIONS = {"phases": optimum.FILLS, "births": {colour: colour for colour in births._FILLS}}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", REGIONS)
def test_regions_that_lines_also_part_are_told_apart(name: str, vision: str, dark: bool) -> None:
    distance, pair = nearest(REGIONS[name], vision, dark)
    assert distance > 2.3, pair


@pytest.mark.parametrize("tint", losses._TINTS)
def test_names_are_read_on_their_tints(tint: str) -> None:
    black = np.zeros(3)
    assert contrast(black, channels(tint)) >= 7
    assert contrast(in_the_dark(black), in_the_dark(channels(tint))) >= 7
