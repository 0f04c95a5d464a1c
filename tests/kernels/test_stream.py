"""Random streams: published outputs, a second implementation by whole numbers, and the independence of replicas."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from scipy import stats

from lossbook.kernels.stream import drawn, first_states, mixed, rotated, splitmix

MASK32, MASK64 = 2**32 - 1, 2**64 - 1
SEEDS = [0, 1, 2**64 - 1]
REPLICAS, DRAWS = 2**15, 32
CERTAIN = 1e-6  # the chance, over all tests of a run together, that good streams are refused


def split_mix(seed: int) -> Iterator[int]:
    """Yield the outputs of SplitMix64 one after the other."""
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & MASK64
        z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
        yield z ^ (z >> 31)


def turned(word: int, places: int) -> int:
    return (word << places | word >> (32 - places)) & MASK32


def xoshiro(words: list[int]) -> Iterator[int]:
    """Yield the outputs of xoshiro128++ one after the other."""
    s = list(words)
    while True:
        yield (turned((s[0] + s[3]) & MASK32, 7) + s[0]) & MASK32
        t = (s[1] << 9) & MASK32
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = turned(s[3], 11)


def numbers(words: np.ndarray, draws: int) -> np.ndarray:
    """Draw from every stream: ``uint32`` of shape (draws, replicas)."""
    words = words.copy()
    return np.stack([drawn(words) for _ in range(draws)]).view(np.uint32)


def test_splitmix_gives_the_published_outputs() -> None:
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    found = splitmix(1234567, np.arange(4, dtype=np.uint64))
    assert found.tolist() == published
    assert splitmix(1234568, np.arange(4, dtype=np.uint64)).tolist() != published


def test_xoshiro_gives_the_published_outputs() -> None:
    """Those that D. Blackman and S. Vigna's own C code gives from the state 1, 2, 3, 4."""
    published = [641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295]
    assert numbers(np.array([[1], [2], [3], [4]], np.uint32), 8)[:, 0].tolist() == published
    assert numbers(np.array([[1], [2], [4], [3]], np.uint32), 8)[:, 0].tolist() != published


@pytest.mark.parametrize("seed", SEEDS)
def test_outputs_by_their_numbers_are_those_in_turn(seed: int) -> None:
    in_turn = split_mix(seed)
    assert splitmix(seed, np.arange(100, dtype=np.uint64)).tolist() == [next(in_turn) for _ in range(100)]


@pytest.mark.parametrize("seed", SEEDS)
def test_streams_are_those_of_whole_numbers(seed: int) -> None:
    outputs = split_mix(next(split_mix(seed)))
    found = numbers(first_states(seed, range(20)), 50)
    for replica in range(20):
        low, high = next(outputs), next(outputs)
        stream = xoshiro([low & MASK32, low >> 32, high & MASK32, high >> 32])
        assert found[:, replica].tolist() == [next(stream) for _ in range(50)]


def test_mixing_and_rotation_lose_nothing() -> None:
    states = np.arange(200_000, dtype=np.uint64) * np.uint64(2**40 + 1)
    assert np.unique(mixed(states)).size == states.size
    words = np.array([1, 2**31, 0xDEADBEEF], np.uint32)
    assert rotated(words, 7).tolist() == [turned(int(word), 7) for word in words]


@pytest.mark.parametrize("seed", SEEDS)
def test_state_of_a_replica_does_not_depend_on_the_others(seed: int) -> None:
    together = first_states(seed, range(1000))
    assert together.dtype == np.uint32
    np.testing.assert_array_equal(first_states(seed, range(10)), together[:, :10])
    np.testing.assert_array_equal(first_states(seed, range(300, 400)), together[:, 300:400])
    far = first_states(seed, range(2**40, 2**40 + 3))
    np.testing.assert_array_equal(first_states(seed, range(2**40 + 2, 2**40 + 3))[:, 0], far[:, 2])
    assert (first_states((seed + 1) % 2**64, range(10)) != together[:, :10]).any(axis=0).all()


def test_draws_move_the_streams_on_in_place() -> None:
    words = first_states(0, range(5))
    before = words.copy()
    first = drawn(words)
    assert first.dtype == np.int32
    assert (words != before).any(axis=0).all()
    assert (drawn(words) != first).any()


def duplicates(words: np.ndarray) -> int:
    """Count states that occurred before."""
    pairs = words.astype(np.uint64)
    low, high = pairs[0] | pairs[1] << np.uint64(32), pairs[2] | pairs[3] << np.uint64(32)
    order = np.lexsort((high, low))
    return int(np.sum((np.diff(low[order]) == 0) & (np.diff(high[order]) == 0)))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_of_a_million_replicas_start_alike(seed: int) -> None:
    words = first_states(seed, range(1_000_000))
    assert duplicates(words) == 0
    assert words.any(axis=0).all()
    words[:, 123_456] = words[:, 123_457]
    assert duplicates(words) == 1, "two neighbours with the same state must be seen"


def both_sides(law: object, value: float) -> float:
    """Give the chance of a value so far out, on either side."""
    return float(2 * min(law.cdf(value), law.sf(value)))  # type: ignore[attr-defined]


def correlations(x: np.ndarray) -> Iterator[tuple[str, float]]:
    """Hold replicas against others whose numbers differ by a power of two, their draws shifted by -3 to 3."""
    draws, replicas = x.shape
    for power in range(13):
        apart = 2**power
        for lag in range(-3, 4):
            left, right = x[max(0, -lag) : draws - max(0, lag)], x[max(0, lag) : draws - max(0, -lag)]
            product = left[:, : replicas - apart] * right[:, apart:]
            z = float(product.sum() / np.sqrt(product.size))
            yield f"correlation at {apart}, lag {lag}: z = {z:.1f}", 2 * float(stats.norm.sf(abs(z)))


def pairs_of(parts: np.ndarray) -> Iterator[tuple[str, float]]:
    """Count pairs of numbers below 16 on a grid of 16 x 16."""
    halves = parts.shape[0] // 2 * 2, parts.shape[1] // 2 * 2
    parts = parts[: halves[0], : halves[1]]
    for name, left, right in (
        ("neighbours", parts[:, ::2], parts[:, 1::2]),
        ("draws", parts[::2], parts[1::2]),
    ):
        counts = np.bincount((16 * left + right).astype(np.int64).ravel(), minlength=256)
        wanted = left.size / 256
        square = float(((counts - wanted) ** 2).sum() / wanted)
        yield f"chi-square of pairs of {name}: {square:.0f}", both_sides(stats.chi2(255), square)


def means(x: np.ndarray) -> tuple[str, float]:
    """Hold the mean over all replicas of each draw against its variance 1 / R."""
    square = float(x.shape[1] * (x.mean(axis=1) ** 2).sum())
    return f"means over replicas: {square:.0f}", both_sides(stats.chi2(len(x)), square)


def faults(words: np.ndarray) -> list[str]:
    """List what independent uniform streams would show with a chance of less than CERTAIN over all tests."""
    whole = numbers(words, DRAWS)
    x = (whole.view(np.int32) + 0.5) / 2**31 * np.sqrt(3)
    tests = [*correlations(x), *pairs_of(whole >> np.uint32(28)), *pairs_of(whole & np.uint32(15)), means(x)]
    return [name for name, chance in tests if chance < CERTAIN / len(tests)]


@pytest.mark.parametrize("seed", [*SEEDS, 2**32])
def test_replicas_are_independent(seed: int) -> None:
    assert faults(first_states(seed, range(REPLICAS))) == []


def test_distant_replicas_are_independent() -> None:
    assert faults(first_states(5, range(2**32 - 100, 2**32 - 100 + REPLICAS))) == []


def unmixed() -> np.ndarray:
    """Start from the replica's number as it is."""
    return np.stack([np.arange(1, REPLICAS + 1), *np.zeros((3, REPLICAS))]).astype(np.uint32)


def one_draw_later() -> np.ndarray:
    """Start each replica where its neighbour is after one draw."""
    words, found = first_states(0, range(1)), []
    for _ in range(REPLICAS):
        found.append(words[:, 0].copy())
        drawn(words)
    return np.stack(found, axis=1)


def twins() -> np.ndarray:
    """Start two neighbours alike."""
    return np.repeat(first_states(0, range(REPLICAS // 2)), 2, axis=1)


def far_twins() -> np.ndarray:
    """Start replica r and replica r + 1024 alike."""
    return np.tile(first_states(0, range(1024)), REPLICAS // 1024)


def narrow_words() -> np.ndarray:
    """Leave each word eight random bits."""
    return first_states(0, range(REPLICAS)) & np.uint32(0xFF)


def few_states() -> np.ndarray:
    """Choose the states at random, but from 256 of them."""
    return first_states(0, range(256))[:, np.random.default_rng(0).integers(0, 256, REPLICAS)]


def next_seeds() -> np.ndarray:
    """Start from the plain sequence of states of SplitMix64, before they are mixed."""
    states = np.arange(2 * REPLICAS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    pairs = states.reshape(REPLICAS, 2).T
    low, high = pairs & np.uint64(MASK32), pairs >> np.uint64(32)
    return np.stack([low[0], high[0], low[1], high[1]]).astype(np.uint32)


@pytest.mark.parametrize(
    ("seeding", "shown"),
    [
        (unmixed, "chi-square"),
        (one_draw_later, "correlation at 1, lag"),
        (twins, "correlation at 1, lag 0"),
        (far_twins, "correlation at 1024, lag 0"),
        (narrow_words, "chi-square of pairs of neighbours"),
        (few_states, "means over replicas"),
        (next_seeds, "correlation at 1, lag 0"),
    ],
)
def test_correlated_seeding_is_caught(seeding: Callable[[], np.ndarray], shown: str) -> None:
    assert any(fault.startswith(shown) for fault in faults(seeding()))
