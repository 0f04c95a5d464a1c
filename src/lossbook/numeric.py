r"""Fast ``float64`` functions from sympy expressions, each held against ball arithmetic before it is trusted.

sympy writes the numpy code, after rewritings that avoid overflow and cancellation ($\log(1+x)$ by ``log1p``,
$\log(c+ke^x)$ by ``logaddexp``, $e^x-1$ by ``expm1``, $(k x^2+c)^{p/2}$ by ``hypot``). When the function is first
called, it is compared with enclosures at four points a decade, $10^{-300}\le|x|\le10^{300}$. Where all points nearby
agree to a relative $2^{-43}$ the code is trusted; elsewhere each value is computed in ball arithmetic: correct to the
last bit, but some microseconds each.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import sympy
from sympy.codegen.cfunctions import expm1, log1p
from sympy.codegen.rewriting import ReplaceOptim, optimize
from sympy.printing.numpy import SciPyPrinter

from lossbook.balls import UnresolvedError, ball_function, enclose

TOLERANCE = 2.0**-43
_SMALLEST = 1e-307  # below it float64 has no full precision
_POSITIVE_PROBES = 10.0 ** (np.arange(-300, 300.1, 0.25) + 0.0371)  # no round numbers: those round too well
_AROUND = 6  # probes on either side of a gap that must agree before it is trusted
_PROBES = np.concatenate([-_POSITIVE_PROBES[::-1], [0.0], _POSITIVE_PROBES])


class _hypot(sympy.Function):  # the generated code calls it by this name
    nargs = 2


class _logaddexp(sympy.Function):  # so too
    nargs = 2


def _as_hypot(power: sympy.Expr) -> sympy.Expr:
    """Write $(k x^{2j}+c)^{p/2}$ with $k,c>0$ as a power of a hypot."""
    constant, rest = power.base.as_independent(*power.base.free_symbols, as_Add=True)
    factor, square = rest.as_independent(*rest.free_symbols, as_Add=False)
    if not (constant.is_positive and factor.is_positive and isinstance(square, sympy.Pow) and square.exp.is_even):
        return power
    return _hypot(sympy.sqrt(factor) * square.base ** (square.exp / 2), sympy.sqrt(constant)) ** (2 * power.exp)


def _as_log1p(logarithm: sympy.Expr) -> sympy.Expr:
    r"""Write $\log(c+x)$ with a number $c>0$ as $\log c+\operatorname{log1p}(x/c)$, or $\log(c+ke^z)$ by logaddexp."""
    inner = logarithm.args[0]
    constant, rest = inner.as_independent(*inner.free_symbols, as_Add=True)
    factor, power = rest.as_independent(*inner.free_symbols, as_Add=False)
    if constant.is_positive and factor.is_positive and isinstance(power, sympy.exp):
        return _logaddexp(sympy.log(constant), sympy.log(factor) + power.args[0])
    return sympy.log(constant) + log1p(rest / constant) if constant.is_positive and rest != 0 else logarithm


def _as_expm1(total: sympy.Add) -> sympy.Expr:
    """Write $c e^x-c+r$ as $c$ times ``expm1``(x) plus $r$."""
    constant = total.as_independent(*total.free_symbols, as_Add=True)[0]
    for term in total.args:
        factor, power = term.as_independent(*total.free_symbols, as_Add=False)
        if isinstance(power, sympy.exp) and factor == -constant:
            return total - term - constant + factor * expm1(power.args[0])
    return total


_REWRITINGS = [
    ReplaceOptim(lambda e: isinstance(e, sympy.Pow) and isinstance(e.exp, sympy.Rational) and e.exp.q == 2, _as_hypot),
    ReplaceOptim(lambda e: isinstance(e, sympy.log) and isinstance(e.args[0], sympy.Add), _as_log1p),
    ReplaceOptim(lambda e: isinstance(e, sympy.Add), _as_expm1),
]


class _PowerPrinter(SciPyPrinter):
    """Writes whole and half powers as products, quotients and roots, which take a tenth of the time of a power."""

    def _print_Pow(self, expr: sympy.Pow, **settings: Any) -> str:
        exponent = expr.exp
        if not (isinstance(exponent, sympy.Rational) and exponent.q <= 2 and abs(exponent) <= 4):
            return str(super()._print_Pow(expr, **settings))
        base, whole = f"({self._print(expr.base)})", int(abs(exponent))
        factors = [f"square({base})"] * (whole // 2) + [base] * (whole % 2)
        factors += [f"sqrt({base})"] * (exponent.q == 2)
        product = "*".join(factors)
        return f"({product})" if exponent > 0 else f"(1/({product}))"


class NumericFunction:
    r"""A vectorised ``float64`` function made from one expression.

    Args:
        expression: a sympy expression as :func:`lossbook.balls.ball_function` takes it.
        symbol: its variable; real.

    Example:
        >>> u = sympy.Symbol("u", real=True)
        >>> NumericFunction(u / sympy.sqrt(u**2 + 1), u)([1e-300, 1e300])
        array([1.e-300, 1.e+000])
    """

    def __init__(self, expression: sympy.Expr, symbol: sympy.Symbol) -> None:
        """Compile the expression twice, to numpy and to balls; see the class for the arguments."""
        self.expression, self.symbol = expression, symbol
        self._balls = ball_function(expression, symbol)
        code = optimize(expression, _REWRITINGS)
        self._quick = sympy.lambdify(
            symbol, code, modules=[{"_hypot": np.hypot, "_logaddexp": np.logaddexp}, "scipy", "numpy"]
        )

    def quick(self, values: np.ndarray) -> np.ndarray:
        """Evaluate the numpy code without any check.

        Args:
            values: any shape.

        Returns:
            the values, same shape; wrong or not finite where the code is not trusted.
        """
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(self._quick(values), dtype=np.float64), values.shape)

    @cached_property
    def _plain(self) -> Any:
        """The numpy code without the rewritings: faster, and wrong far out where a square overflows."""
        names = [{"square": np.square, "sqrt": np.sqrt}, "scipy", "numpy"]
        return sympy.lambdify(self.symbol, self.expression, modules=names, printer=_PowerPrinter, cse=True)

    @cached_property
    def _reach(self) -> float:
        """How far on both sides of 0 the plain code agrees with the enclosures at all probes."""
        truth = self._truth
        with np.errstate(all="ignore"):
            plain = np.broadcast_to(np.asarray(self._plain(_PROBES), dtype=np.float64), _PROBES.shape)
            agree = np.isfinite(plain) & (np.abs(plain - truth) <= TOLERANCE * np.abs(truth) + _SMALLEST)
        wrong = np.sort(np.abs(_PROBES[~agree]))
        nearer = _POSITIVE_PROBES[wrong[0] > _POSITIVE_PROBES] if wrong.size else _POSITIVE_PROBES
        return float(nearer[-_AROUND]) if len(nearer) >= _AROUND else 0.0

    def fast(self, values: np.ndarray) -> np.ndarray:
        """Evaluate many numbers, by plain code if all are so near to 0 that it is trusted.

        Args:
            values: finite real numbers, any shape, at least one.

        Returns:
            as a call gives them.
        """
        if max(-values.min(), values.max()) <= self._reach:
            with np.errstate(all="ignore"):
                return np.broadcast_to(np.asarray(self._plain(values), dtype=np.float64), values.shape)
        return self(values)

    def exactly(self, value: float) -> float:
        """Evaluate at one point in ball arithmetic.

        Args:
            value: a finite number.

        Returns:
            the double nearest to the midpoint of an enclosure of 60 bits; NaN where there is none.
        """
        try:
            found = float(enclose(self._balls, value).mid())
        except UnresolvedError:
            return np.nan
        return found if np.isfinite(found) else np.nan

    @cached_property
    def _trusted(self) -> np.ndarray:
        """For each gap between probes: whether the probes around it agree with the enclosures."""
        truth = self._truth
        quick = self.quick(_PROBES)
        with np.errstate(all="ignore"):
            agree = np.isfinite(quick) & (np.abs(quick - truth) <= TOLERANCE * np.abs(truth) + _SMALLEST)
        padded = np.concatenate([np.full(_AROUND, True), agree, np.full(_AROUND, True)])
        return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 2).all(axis=1))

    @cached_property
    def _truth(self) -> np.ndarray:
        """The values at the probes by balls; on one side only if the expression is written as even or odd."""
        mirrored = self.expression.subs(self.symbol, -self.symbol)
        right = np.array([self.exactly(float(x)) for x in (0.0, *_POSITIVE_PROBES)])
        for sign in (1, -1):
            if mirrored == sign * self.expression:
                return np.concatenate([sign * right[:0:-1], right])
        return np.concatenate([[self.exactly(float(-x)) for x in _POSITIVE_PROBES[::-1]], right])

    def partial(self, values: Any) -> np.ndarray:
        """Evaluate, with NaN where there is no value.

        Args:
            values: finite real numbers, any shape.

        Returns:
            ``float64`` of the same shape.
        """
        points = np.asarray(values, dtype=np.float64)
        result = np.array(self.quick(points))
        gap = np.searchsorted(_PROBES, points.ravel(), side="right") - 1
        inside = (gap >= 0) & (gap < len(_PROBES) - 1)
        trusted = inside & self._trusted[np.clip(gap, 0, len(_PROBES) - 2)] & np.isfinite(result.ravel())
        for index in np.flatnonzero(~trusted):
            result.flat[index] = self.exactly(float(points.flat[index]))
        return result

    def __call__(self, values: Any) -> np.ndarray:
        """Evaluate.

        Args:
            values: finite real numbers, any shape.

        Returns:
            ``float64`` of the same shape, each within a relative $2^{-43}$ (or $10^{-307}$), or correctly rounded.

        Raises:
            UnresolvedError: if the expression has no finite value at one of them.
        """
        result = self.partial(values)
        if np.isnan(result).any():
            worst = np.asarray(values, dtype=np.float64).flat[int(np.isnan(result).argmax())]
            raise UnresolvedError(f"{self.expression} has no finite value at {self.symbol} = {worst}")
        return result
