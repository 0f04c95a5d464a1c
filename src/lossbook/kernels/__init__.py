"""The learning process compiled: lane loops in plain numba, and the functions that a formula puts into them."""
