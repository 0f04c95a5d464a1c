r"""Operations of the processor that numba does not name: fused multiply-add, rotation, and a float's own bits.

Each is one LLVM instruction with one correctly rounded (or exact) result, so that every processor gives the same bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

f32, f64, i32, u32, u64 = np.float32, np.float64, np.int32, np.uint32, np.uint64
COMPILED: dict[str, Any] = {"error_model": "numpy", "nogil": True, "boundscheck": False}
inlined: Any = njit(forceinline=True, **COMPILED)
_INT = ir.IntType(32)


@intrinsic
def fma(typing: Any, x: Any, y: Any, z: Any) -> Any:
    """Give x y + z in ``float32``, rounded once."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        """Emit the instruction."""
        return builder.fma(*values)

    return types.float32(types.float32, types.float32, types.float32), code


@intrinsic
def rotated(typing: Any, word: Any, places: Any) -> Any:
    """Give a word of 32 bits rotated to the left."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        """Emit the instruction."""
        shift = builder.module.declare_intrinsic("llvm.fshl", [_INT], ir.FunctionType(_INT, [_INT] * 3))
        return builder.call(shift, [values[0], values[0], values[1]])

    return types.uint32(types.uint32, types.uint32), code


@intrinsic
def bits_of(typing: Any, number: Any) -> Any:
    """Give the bits of a ``float32`` as an integer."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        """Emit the instruction."""
        return builder.bitcast(values[0], _INT)

    return types.int32(types.float32), code


@intrinsic
def from_bits(typing: Any, word: Any) -> Any:
    """Give the ``float32`` that has these bits."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        """Emit the instruction."""
        return builder.bitcast(values[0], ir.FloatType())

    return types.float32(types.int32), code
