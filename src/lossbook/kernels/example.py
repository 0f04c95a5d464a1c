"""The functions of the paper's own model, arctan and the linear loss, as the printer writes them: a test compares."""

from lossbook.kernels.arithmetic import f32, fma, inlined
from lossbook.kernels.elementary import atan


@inlined
def value(u):
    """Evaluate 2*atan(u)/pi."""
    t0 = atan(u)
    return f32(0.6366197723675814) * t0


@inlined
def slope(u):
    """Evaluate 1/(u**2 + 1)."""
    t0 = fma(u, u, f32(1.0))
    return (f32(1.0)) / (t0)


@inlined
def drop(m, y):
    """Evaluate 1."""
    return f32(1.0)


@inlined
def pull(u, w, y):
    """Evaluate w/(u**2 + 1)."""
    t0 = fma(u, u, f32(1.0))
    return (w) / (t0)
