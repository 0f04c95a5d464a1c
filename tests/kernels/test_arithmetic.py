"""The processor's operations: fused multiply-add against exact fractions, rotation and bits against whole numbers."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from lossbook.kernels import arithmetic
from lossbook.kernels.arithmetic import COMPILED, f32, i32, u32

floats = st.floats(-(2.0**40), 2.0**40, width=32)
words = st.integers(0, 2**32 - 1)


@njit(**COMPILED)
def operations(x: Any, y: Any, z: Any, word: Any, places: Any) -> Any:
    bits = arithmetic.bits_of(x)
    return arithmetic.fma(x, y, z), arithmetic.rotated(word, places), bits, arithmetic.from_bits(bits)


def fma(x: float, y: float, z: float) -> np.float32:
    return np.float32(operations(f32(x), f32(y), f32(z), u32(0), u32(0))[0])


def nearest(number: Fraction) -> np.float32:
    """Round an exact number to float32, ties to even."""
    guess = f32(float(number))
    around = [np.nextafter(guess, f32(-np.inf)), guess, np.nextafter(guess, f32(np.inf))]
    return min(around, key=lambda near: (abs(Fraction(float(near)) - number), int(near.view(np.uint32)) & 1))


@pytest.mark.parametrize(
    ("x", "y", "z", "twice"),
    [
        (1 + 2.0**-12, 1 + 2.0**-12, -1 - 2.0**-11, 0.0),
        (1 + 2.0**-23, 1 - 2.0**-23, -1.0, 0.0),
        (3.0, float(f32(1 / 3)), -1.0, 0.0),
        (float(f32(0.1)), 10.0, -1.0, 0.0),
    ],
)
def test_product_is_not_rounded_before_the_sum(x: float, y: float, z: float, twice: float) -> None:
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    assert fma(x, y, z) == nearest(exact) != 0
    assert f32(f32(x) * f32(y)) + f32(z) == twice, "two roundings must differ, or the case shows nothing"


@given(floats, floats, floats)
def test_fma_is_the_exact_number_rounded_once(x: float, y: float, z: float) -> None:
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    if exact == 0 or abs(exact) > Fraction(1, 2**120):
        assert fma(x, y, z) == nearest(exact)


@given(words, st.integers(1, 31))
def test_rotation_is_that_of_whole_numbers(word: int, places: int) -> None:
    found = int(operations(f32(0), f32(0), f32(0), u32(word), u32(places))[1])
    assert found == (word << places | word >> (32 - places)) % 2**32
    if word not in (0, 2**32 - 1) and found != word:
        assert found != (word << places) % 2**32 or word >> (32 - places) == 0, "a shift would be seen"


@given(st.integers(-(2**31), 2**31 - 1).map(lambda bits: np.int32(bits).view(np.float32)).filter(np.isfinite))
def test_bits_are_those_in_memory_and_come_back(number: np.float32) -> None:
    _, _, bits, back = operations(number, f32(0), f32(0), u32(0), u32(0))
    assert bits == number.view(np.int32)
    assert f32(back).view(np.int32) == number.view(np.int32)


def test_bits_of_one_and_of_minus_zero() -> None:
    assert operations(f32(1), f32(0), f32(0), u32(0), u32(0))[2] == 0x3F800000
    assert operations(f32(-0.0), f32(0), f32(0), u32(0), u32(0))[2] == i32(-(2**31))
