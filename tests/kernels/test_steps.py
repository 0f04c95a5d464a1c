"""What every lane loop does: draws, moves and pauses against plain Python, and windows against the whole path."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from lossbook.kernels import steps, stream
from lossbook.kernels.arithmetic import COMPILED, f32, u32

LANES, WINDOW = 64, 64
F32 = st.floats(-8, 8, width=32)


@njit(**COMPILED)
def draw(words: Any) -> Any:
    number, words[0], words[1], words[2], words[3] = steps.drawn(words[0], words[1], words[2], words[3])
    return number


@njit(**COMPILED)
def move(position: Any, velocity: Any, rest: Any, gradient: Any, rate: Any, motion: Any) -> Any:
    return steps.moved(position, velocity, rest, gradient, rate, motion)


@njit(**COMPILED)
def pause_after(step: Any, stop: Any, burn_in: Any, record_every: Any) -> Any:
    return steps.next_pause(step, stop, burn_in, record_every)


@njit(**COMPILED)
def follow(path: Any, state: Any, totals: Any, n: Any, span: Any, motion: Any, scale: Any, trajectory: Any) -> None:
    """Put the lanes where a path says, step by step, and keep the sums as the lane loops do."""
    step = 0
    for k in range(n * 64):
        state[5 * n * 64 + k] = path[0, k]
        state[k] = path[0, k]
    while step < span[0]:
        ahead = steps.next_pause(step, span[0], span[1], span[2])
        while step < ahead:
            step += 1
            for k in range(n * 64):
                state[k] = path[step, k]
                shift = state[k] - state[5 * n * 64 + k]
                state[3 * n * 64 + k] += shift
                state[4 * n * 64 + k] += shift * shift
            for lane in range(64):
                state[6 * n * 64 + lane] += f32(1)
                state[(6 * n + 1) * 64 + lane] += f32(0.25) * state[lane]
        steps.pause(state, totals, n, step, span, motion, False, scale, trajectory, 0)


def as_motion(momentum: float, low: float = -4, high: float = 4) -> tuple[np.float32, ...]:
    return tuple(map(f32, (momentum, 0, low, high, low, high, 0)))


def test_draws_are_those_of_the_stream() -> None:
    states = stream.first_states(3, range(50))
    ones = states.copy()
    for _ in range(40):
        numbers = stream.drawn(states)
        found = []
        for replica in range(50):
            words = np.ascontiguousarray(ones[:, replica])
            found.append(draw(words))
            ones[:, replica] = words
        assert found == numbers.tolist()
    np.testing.assert_array_equal(ones, states)
    changed = np.ascontiguousarray(ones[:, 0]) ^ np.array([1, 0, 0, 0], u32)
    assert draw(changed) != int(stream.drawn(states)[0])


@given(F32, F32, F32, st.floats(0, 0.9375, width=32), st.floats(0, 1, width=32))
def test_move_is_the_formula_within_the_last_place(
    position: float, velocity: float, gradient: float, momentum: float, rate: float
) -> None:
    arguments = map(f32, (position, velocity, 0, gradient, rate))
    place, speed, rest = move(*arguments, as_motion(momentum))
    wanted_speed = momentum * velocity + rate * gradient
    wanted = min(max(position + wanted_speed, -4), 4)
    assert speed == pytest.approx(wanted_speed, abs=2e-6)
    assert float(place) + float(rest) == pytest.approx(wanted, abs=4e-6)
    assert -4 <= place <= 4
    if abs(wanted) == 4 and abs(position + wanted_speed) > 4.001:
        assert rest == 0, "at the edge nothing is carried on"


def test_steps_below_the_last_place_are_not_lost() -> None:
    place, rest, plain = f32(3), f32(0), f32(3)
    for _ in range(10_000):
        place, _, rest = (f32(x) for x in move(place, f32(0), rest, f32(1), f32(1e-8), as_motion(0)))
        plain = f32(plain + f32(1e-8))
    assert float(place) + float(rest) == pytest.approx(3 + 1e-4, abs=1e-9)
    assert plain == 3, "without what is carried, nothing would move"


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 300), st.integers(0, 100))
def test_next_pause_is_the_first_step_at_which_something_is_due(
    step: int, more: int, burn_in: int, record_every: int
) -> None:
    stop = step + more
    wanted = next(
        k
        for k in range(step + 1, stop + 1)
        if k == stop or (k - burn_in) % WINDOW == 0 or (record_every and k % record_every == 0)
    )
    assert pause_after(step, stop, burn_in, record_every) == wanted


@pytest.mark.parametrize(
    ("n", "last", "burn_in", "record_every"),
    [
        (1, 1, 0, 0),
        (1, 64, 0, 1),
        (1, 100, 0, 7),
        (2, 333, 10, 0),
        (3, 333, 65, 50),
        (1, 200, 128, 3),
        (2, 130, 129, 2),
    ],
)
def test_windows_join_to_the_statistics_of_the_whole_path(n: int, last: int, burn_in: int, record_every: int) -> None:
    random = np.random.default_rng(last)
    path = np.cumsum(random.normal(0, 0.1, (last + 1, n * LANES)), axis=0).astype(np.float32)
    rows = last // record_every if record_every else 0
    state, totals = np.zeros((13 * n + 5) * LANES, np.float32), np.zeros((2 * n + 2) * LANES)
    trajectory = np.zeros((rows, LANES, n))
    follow(path, state, totals, n, (last, burn_in, record_every), as_motion(0), (10.0, 2.0, 2.0, 18.0), trajectory)
    kept = path[burn_in + 1 :].astype(np.float64)
    mean, square = totals[: n * LANES], totals[n * LANES : 2 * n * LANES]
    np.testing.assert_allclose(mean, kept.mean(axis=0), rtol=0, atol=2e-7)
    np.testing.assert_allclose(square, kept.var(axis=0) * len(kept), rtol=2e-5, atol=1e-6)
    np.testing.assert_array_equal(totals[2 * n * LANES : (2 * n + 1) * LANES], last - burn_in)
    np.testing.assert_allclose(totals[(2 * n + 1) * LANES :], 0.25 * kept[:, :LANES].sum(axis=0), rtol=1e-5, atol=1e-4)
    assert np.abs(mean - path[burn_in:].astype(np.float64).mean(axis=0)).max() > 1e-6, "one step more would be seen"
    if record_every:
        wanted = path[record_every::record_every].reshape(rows, n, LANES).transpose(0, 2, 1)
        np.testing.assert_allclose(trajectory, 10 + 2 * wanted.astype(np.float64), rtol=1e-12)
