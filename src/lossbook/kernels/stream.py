r"""Random streams: xoshiro128++, one for each replica, seeded by SplitMix64.

Replica $r$ of seed $s$ starts from the outputs $2r$ and $2r+1$ of the SplitMix64 generator whose own state is the mixed
seed, 128 bits in all. SplitMix64 gives each of its $2^{64}$ outputs once, so that no two replicas of one seed start
alike, and a replica's stream does not depend on how many others there are.

Sources: D. Blackman and S. Vigna (2021) for xoshiro128++ and its seeding by SplitMix64; G. L. Steele, D. Lea and
C. H. Flood (2014) for SplitMix64.
"""

from __future__ import annotations

import numpy as np

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = 2**64 - 1


def mixed(state: np.ndarray) -> np.ndarray:
    """Give SplitMix64's output for a state.

    Args:
        state: ``uint64``, any shape.

    Returns:
        ``uint64`` of the same shape; a bijection.
    """
    z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def splitmix(seed: int, outputs: np.ndarray) -> np.ndarray:
    """Give outputs of the SplitMix64 generator by their numbers.

    Args:
        seed: the generator's first state.
        outputs: which outputs, from 0; ``uint64``, any shape.

    Returns:
        ``uint64`` of the same shape.

    Example:
        >>> [hex(word) for word in splitmix(0, np.arange(2, dtype=np.uint64)).tolist()]
        ['0xe220a8397b1dcdaf', '0x6e789e6aa1b965f4']
    """
    return mixed(np.uint64(seed & _MASK) + (outputs + np.uint64(1)) * np.uint64(_GOLDEN))


def first_states(seed: int, replicas: range) -> np.ndarray:
    """Give the states from which replicas start.

    Args:
        seed: from 0 to 2^64 - 1.
        replicas: their numbers.

    Returns:
        four words of 32 bits a replica: ``uint32``, shape ``(4, len(replicas))``, none of them all 0.
    """
    own = int(splitmix(seed, np.zeros(1, np.uint64))[0])
    numbers = np.arange(replicas.start, replicas.stop, dtype=np.uint64)
    pairs = np.stack([splitmix(own, 2 * numbers), splitmix(own, 2 * numbers + np.uint64(1))])
    low, high = pairs & np.uint64(0xFFFFFFFF), pairs >> np.uint64(32)
    words = np.stack([low[0], high[0], low[1], high[1]]).astype(np.uint32)
    words[0] |= (words == 0).all(axis=0)  # the one state that xoshiro128++ never leaves
    return words


def rotated(words: np.ndarray, places: int) -> np.ndarray:
    """Rotate words of 32 bits to the left.

    Args:
        words: ``uint32``, any shape.
        places: 1 to 31.

    Returns:
        the same shape.
    """
    return (words << np.uint32(places)) | (words >> np.uint32(32 - places))


def drawn(words: np.ndarray) -> np.ndarray:
    """Draw one number from every stream, and move the streams on.

    Args:
        words: the states, shape ``(4, m)``; changed in place.

    Returns:
        ``int32``, uniform on all its values, shape ``(m,)``.
    """
    a, b, c, d = words
    result = rotated(a + d, 7) + a
    c, d = c ^ a, d ^ b
    words[:] = a ^ d, b ^ c, c ^ (b << np.uint32(9)), rotated(d, 11)
    return result.view(np.int32)
