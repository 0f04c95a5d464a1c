"""The learning process compiled: lane loops in plain numba, and the functions that a formula puts into them."""

from lossbook.kernels.build import Kernel, kernel

__all__ = ["Kernel", "kernel"]
