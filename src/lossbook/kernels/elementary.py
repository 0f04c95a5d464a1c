r"""Elementary functions in ``float32``, the same bits on every processor, in code that compilers vectorise.

Libraries of mathematics differ in the last bit from machine to machine. Here each function is made of sums, products,
quotients, square roots and fused multiply-adds alone, which IEEE 754 rounds in one way. An argument is reduced to a
short interval, on which a near-minimax polynomial takes over: :data:`FITS` names its function and its interval.

The error is at most $2^{-21}\max(1,|f(x)|)$ for $|x|\le10^4$. Exponentials stop at $e^{88}$ and at $e^{-87}$, so that
nothing becomes infinite or subnormal.
"""

from __future__ import annotations

import math
from typing import Any

from lossbook.kernels.arithmetic import bits_of, f32, fma, from_bits, i32, inlined

# A Chebyshev fit each: the function in mpmath's words, the interval, and the coefficients, the constant first.
FITS: dict[str, tuple[str, tuple[str, str], tuple[float, ...]]] = {
    "exp": (
        "(exp(x) - 1 - x) / x**2",
        ("-0.357", "0.3569"),
        (0.4999999999, 0.1666656579, 0.04166654537, 0.008364989436, 0.001392794795),
    ),
    "log": (
        "(atanh(sqrt(x)) / sqrt(x) - 1) / x",
        ("1e-9", "0.0296"),
        (0.3333334267, 0.1999432697, 0.147928404),
    ),
    "atan": (
        "(atan(sqrt(x)) / sqrt(x) - 1) / x",
        ("1e-9", "0.1726"),
        (-0.3333333172, 0.1999953031, -0.1426360409, 0.1073994365, -0.06439411893),
    ),
    "tanh": (
        "(tanh(sqrt(x)) / sqrt(x) - 1) / x",
        ("1e-9", "0.4"),
        (-0.3333332843, 0.1333271885, -0.05384326317, 0.0209613291, -0.006045165091),
    ),
    "sinh": (
        "(sinh(sqrt(x)) / sqrt(x) - 1) / x",
        ("1e-9", "1"),
        (0.1666666665, 0.008333339676, 0.0001983810197, 2.806280258e-6),
    ),
    "asinh": (
        "(asinh(sqrt(x)) / sqrt(x) - 1) / x",
        ("1e-9", "0.36"),
        (-0.16666666, 0.07499866049, -0.04459853361, 0.02983347485, -0.01918038987, 0.007969926891),
    ),
    "sin": (
        "(sin(sqrt(x)) / sqrt(x) - 1) / x",
        ("1e-9", "0.627"),
        (-0.1666666456, 0.008332728939, -0.0001958374844),
    ),
    "cos": (
        "(cos(sqrt(x)) - 1 + x / 2) / x**2",
        ("1e-9", "0.627"),
        (0.04166666456, -0.001388828367, 2.454379084e-5),
    ),
    "erf": (
        "erf(sqrt(x)) / sqrt(x) - 1",
        ("1e-9", "0.81"),
        (0.1283791547, -0.376125288, 0.1128219409, -0.02678071913, 0.005014484151, -0.0006102687034),
    ),
    "erfc": (
        "-log(erfc(x)) - x**2",
        ("0.9", "4"),
        (
            *(-0.0003185396624, 1.130231055, -0.3681760819, 0.1100871665, -0.02642763715, 0.004762625833),
            *(-0.0005975857702, 4.616385863e-5, -1.643063656e-6),
        ),
    ),
}


def _coefficients(name: str) -> tuple[Any, ...]:
    return tuple(f32(coefficient) for coefficient in FITS[name][2])


_EXP, _LOG, _ATAN, _TANH, _SINH = map(_coefficients, ("exp", "log", "atan", "tanh", "sinh"))
_ASINH, _SIN, _COS, _ERF, _ERFC = map(_coefficients, ("asinh", "sin", "cos", "erf", "erfc"))
_NONE, _HALF, _ONE, _TWO = f32(0), f32(0.5), f32(1), f32(2)
_TO_WHOLE = f32(1.5 * 2**23)  # adding this number and taking it away rounds to whole numbers
_LOG2_INVERSE, _LOG2_HIGH = f32(1 / math.log(2)), f32(0.693359375)
_LOG2_LOW = f32(math.log(2) - 0.693359375)
_QUARTER_INVERSE, _QUARTER_HIGH, _QUARTER_MIDDLE = f32(2 / math.pi), f32(1.5703125), f32(0.0004837512969970703125)
_QUARTER_LOW = f32(math.pi / 2 - 1.5703125 - 0.0004837512969970703125)
_HALF_PI, _EIGHTH_PI = f32(math.pi / 2), f32(math.pi / 4)
_TAN_EIGHTH, _COTAN_EIGHTH = f32(math.tan(math.pi / 8)), f32(1 / math.tan(math.pi / 8))
_MANTISSA, _EXPONENT_OF_ONE, _SQUARE_ROOT_OF_HALF = i32(0x007FFFFF), i32(0x3F800000), i32(0x3F3504F3)


@inlined
def _whole(x):
    """Round to the nearest whole number, up to 2^22."""
    return (x + _TO_WHOLE) - _TO_WHOLE


@inlined
def _signed(size, sign):
    return -size if sign < _NONE else size


@inlined
def exp(x):
    """Give $e^x$, by $e^x=2^ke^r$ with a whole $k$ and a small $r$."""
    x = min(max(x, f32(-87)), f32(88))
    k = _whole(x * _LOG2_INVERSE)
    r = fma(-k, _LOG2_LOW, fma(-k, _LOG2_HIGH, x))
    p = fma(fma(fma(fma(_EXP[4], r, _EXP[3]), r, _EXP[2]), r, _EXP[1]), r, _EXP[0])
    return fma(p * r, r, r + _ONE) * from_bits((i32(k) << i32(23)) + _EXPONENT_OF_ONE)


@inlined
def log(x):
    r"""Give $\log x$ for a normal $x>0$, by $x=2^km$ and $\log m=2\,\mathrm{artanh}\frac{m-1}{m+1}$."""
    shifted = bits_of(x) - _SQUARE_ROOT_OF_HALF
    k = f32(shifted >> i32(23))
    m = from_bits((shifted & _MANTISSA) + _SQUARE_ROOT_OF_HALF)
    s = (m - _ONE) / (m + _ONE)
    t = s * s
    p = fma(fma(_LOG[2], t, _LOG[1]), t, _LOG[0])
    return fma(k, _LOG2_HIGH, fma(k, _LOG2_LOW, _TWO * fma(s * t, p, s)))


@inlined
def atan(x):
    r"""Give $\arctan x$, by its values at $\infty$, at 1 and at 0."""
    size = abs(x)
    far, middle = size > _COTAN_EIGHTH, size > _TAN_EIGHTH
    above = -_ONE if far else (size - _ONE if middle else size)
    below = size if far else (size + _ONE if middle else _ONE)
    start = _HALF_PI if far else (_EIGHTH_PI if middle else _NONE)
    s = above / below
    t = s * s
    p = fma(fma(fma(fma(_ATAN[4], t, _ATAN[3]), t, _ATAN[2]), t, _ATAN[1]), t, _ATAN[0])
    return _signed(start + fma(s * t, p, s), x)


@inlined
def tanh(x):
    r"""Give $\tanh x$."""
    size, t = abs(x), x * x
    e = exp(-_TWO * size)
    p = fma(fma(fma(fma(_TANH[4], t, _TANH[3]), t, _TANH[2]), t, _TANH[1]), t, _TANH[0])
    near = fma(size * t, p, size)
    return _signed(near if size < f32(0.625) else (_ONE - e) / (_ONE + e), x)


@inlined
def sinh(x):
    r"""Give $\sinh x$."""
    size, t = abs(x), x * x
    e = exp(size)
    near = fma(size * t, fma(fma(fma(_SINH[3], t, _SINH[2]), t, _SINH[1]), t, _SINH[0]), size)
    return _signed(near if size < _ONE else _HALF * e - _HALF / e, x)


@inlined
def cosh(x):
    r"""Give $\cosh x$."""
    e = exp(abs(x))
    return _HALF * e + _HALF / e


@inlined
def asinh(x):
    r"""Give $\operatorname{arsinh}x$."""
    size, t = abs(x), x * x
    p = fma(fma(fma(_ASINH[5], t, _ASINH[4]), t, _ASINH[3]), t, _ASINH[2])
    near = fma(size * t, fma(fma(p, t, _ASINH[1]), t, _ASINH[0]), size)
    return _signed(near if size < f32(0.6) else log(size + math.sqrt(fma(size, size, _ONE))), x)


@inlined
def _turned(x, quarters):
    """Give the sine of x plus so many quarter turns; that of 0 where x has no place behind the point any more."""
    x = x if abs(x) < f32(1e6) else _NONE
    k = _whole(x * _QUARTER_INVERSE)
    r = fma(-k, _QUARTER_LOW, fma(-k, _QUARTER_MIDDLE, fma(-k, _QUARTER_HIGH, x)))
    t = r * r
    sine = fma(r * t, fma(fma(_SIN[2], t, _SIN[1]), t, _SIN[0]), r)
    cosine = fma(t * t, fma(fma(_COS[2], t, _COS[1]), t, _COS[0]), fma(-_HALF, t, _ONE))
    turn = i32(k) + quarters
    size = sine if turn & i32(1) == i32(0) else cosine
    return size if turn & i32(2) == i32(0) else -size


@inlined
def sin(x):
    r"""Give $\sin x$."""
    return _turned(x, i32(0))


@inlined
def cos(x):
    r"""Give $\cos x$."""
    return _turned(x, i32(1))


@inlined
def erf(x):
    r"""Give $\operatorname{erf}x$; 1 from 4 on, where it differs from 1 by less than half a unit of the last place."""
    size = min(abs(x), f32(4))
    t = size * size
    p = fma(fma(fma(fma(fma(_ERF[5], t, _ERF[4]), t, _ERF[3]), t, _ERF[2]), t, _ERF[1]), t, _ERF[0])
    q = fma(fma(fma(fma(_ERFC[8], size, _ERFC[7]), size, _ERFC[6]), size, _ERFC[5]), size, _ERFC[4])
    q = fma(fma(fma(fma(q, size, _ERFC[3]), size, _ERFC[2]), size, _ERFC[1]), size, _ERFC[0])
    return _signed(fma(size, p, size) if size < f32(0.9) else _ONE - exp(-fma(size, size, q)), x)


@inlined
def erfc(x):
    r"""Give $1-\operatorname{erf}x$."""
    return _ONE - erf(x)


@inlined
def sqrt(x):
    r"""Give $\sqrt x$."""
    return math.sqrt(x)


@inlined
def sign(x):
    """Give -1, 0 or 1."""
    return f32(x > _NONE) - f32(x < _NONE)


FUNCTIONS: dict[str, Any] = {
    function.__name__: function
    for function in (exp, log, atan, tanh, sinh, cosh, asinh, sin, cos, erf, erfc, sqrt, sign)
}
