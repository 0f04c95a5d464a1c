"""JAX, compiled: a key for each step, a key for each replica, or xoshiro128++ written in `uint32` by an expert.

The last is the algorithm of this project and a peer of its own: JAX users draw from `jax.random`. Which of the others
is the fastest depends on the batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.learning.problem import RECORD_EVERY, Program, Setting, Statistics, joined

TOGETHER = 8  # points of a batch that the expert's loop takes in one go, if there is one threshold
State = tuple[Any, ...]


def _pulls(setting: Setting, distances: Sequence[Any], positive: Any) -> list[Any]:
    """Give the pulls of points on the thresholds, from distances in units of the interval."""
    square, pull = setting.width**2, setting.pull
    if setting.n == 1:
        return [jnp.where(positive, pull * square, -pull * square) / (distances[0] ** 2 + square)]
    scaled = [distance * (1 / setting.width) for distance in distances]
    values = [jnp.arctan(u) * (2 / math.pi) for u in scaled]
    left = [jnp.ones_like(values[0])]
    for value in values[:-1]:
        left.append(left[-1] * value)
    product, pulls = jnp.where(positive, pull, -pull), []
    for k in reversed(range(setting.n)):
        pulls.append(left[k] * product / (1 + scaled[k] ** 2))
        product = product * values[k]
    return pulls[::-1]


def _labels(cuts: Sequence[Any], points: Any) -> Any:
    """Tell which points are positive."""
    positive = points < cuts[0]
    for cut in cuts[1:]:
        positive = positive ^ (points >= cut)
    return positive


def _summed(setting: Setting, place: Any, points: Any) -> Any:
    """Add up the pulls of a batch whose points stand along the first axis."""
    positive = _labels(setting.cuts, points)
    pulls = _pulls(setting, [place[k] - points for k in range(setting.n)], positive)
    return jnp.stack([pull.sum(axis=0) for pull in pulls])


def _windows(setting: Setting, steps: int, start: Any, random: Any, gradient: Callable[..., Any]) -> Any:
    """Run all windows; `gradient` takes the random state, the step and the place, and returns state and gradient."""

    def step(state: State, number: Any, origin: Any) -> tuple[State, None]:
        """Take one step."""
        random, place, speed, first, second = state
        random, pull = gradient(random, number, place)
        speed = setting.momentum * speed + pull
        place = jnp.clip(place + speed, 0, 1)
        shift = place - origin
        return (random, place, speed, first + shift, second + shift * shift), None

    def window(state: State, row: Any) -> tuple[State, Any]:
        """Take 100 steps."""
        random, place, speed = state
        numbers = row * RECORD_EVERY + jnp.arange(RECORD_EVERY)
        begun = (random, place, speed, jnp.zeros_like(place), jnp.zeros_like(place))
        ended, _ = lax.scan(partial(step, origin=place), begun, numbers)
        return ended[:3], (place, ended[3], ended[4], ended[1])

    return lax.scan(window, (random, start, jnp.zeros_like(start)), jnp.arange(steps // RECORD_EVERY))[1]


def _starts(setting: Setting, replicas: int) -> Any:
    return jnp.repeat(jnp.array(setting.starts, jnp.float32)[:, None], replicas, axis=1)


@cache
def _block(generator: str, setting: Setting, replicas: int, steps: int) -> Callable[[int], Any]:
    """Compile: one key a step, from which the points of all replicas are drawn."""

    def gradient(key: Any, step: Any, place: Any) -> tuple[Any, Any]:
        """Draw and pull."""
        points = jax.random.uniform(jax.random.fold_in(key, step), (setting.batch, replicas))
        return key, _summed(setting, place, points)

    compiled = jax.jit(lambda key: _windows(setting, steps, _starts(setting, replicas), key, gradient))
    return lambda seed: compiled(jax.random.key(seed, impl=generator))


@cache
def _replica(setting: Setting, replicas: int, steps: int) -> Callable[[int], Any]:
    """Compile: one key a replica, and all replicas by `vmap`."""

    def gradient(key: Any, step: Any, place: Any) -> tuple[Any, Any]:
        """Draw and pull."""
        points = jax.random.uniform(jax.random.fold_in(key, step), (setting.batch,))
        return key, _summed(setting, place, points)

    start = jnp.array(setting.starts, jnp.float32)
    one = partial(_windows, setting, steps, start, gradient=gradient)
    compiled = jax.jit(jax.vmap(one, out_axes=2))
    return lambda seed: compiled(jax.random.split(jax.random.key(seed), replicas))


def _drawn(s: State) -> tuple[State, Any]:
    """Draw from xoshiro128++."""
    rotated = lambda word, places: (word << places) | (word >> (32 - places))  # noqa: E731
    number = rotated(s[0] + s[3], 7) + s[0]
    c, d = s[2] ^ s[0], s[3] ^ s[1]
    return (s[0] ^ d, s[1] ^ c, c ^ (s[1] << 9), rotated(d, 11)), lax.bitcast_convert_type(number, jnp.int32)


@cache
def _xoshiro(setting: Setting, replicas: int, steps: int) -> Callable[[int], Any]:
    """Compile: a stream of integers a replica."""
    n, together = setting.n, min(TOGETHER, setting.batch) if setting.n == 1 else 1
    cuts = [np.int32(round((cut - 0.5) * 2**32)) for cut in setting.cuts]

    def point(state: tuple[State, Any], middle: Any) -> tuple[State, Any]:
        """Add the pulls of one point."""
        stream, number = _drawn(state[0])
        x = number.astype(jnp.float32) * np.float32(2.0**-32)
        pulls = _pulls(setting, [middle[k] - x for k in range(n)], _labels(cuts, number))
        return stream, tuple(total + pull for total, pull in zip(state[1], pulls, strict=True))

    def gradient(stream: State, step: Any, place: Any) -> tuple[State, Any]:
        """Draw and pull."""
        middle, state = place - np.float32(0.5), (stream, (jnp.zeros(replicas, jnp.float32),) * n)

        def group(_: Any, state: tuple[State, Any]) -> tuple[State, Any]:
            """Add the pulls of some points."""
            for _ in range(together):
                state = point(state, middle)
            return state

        rounds = setting.batch // together
        stream, totals = group(0, state) if rounds == 1 else lax.fori_loop(0, rounds, group, state)
        return stream, jnp.stack(totals)

    compiled = jax.jit(lambda stream: _windows(setting, steps, _starts(setting, replicas), stream, gradient))
    return lambda seed: compiled(tuple(np.random.default_rng(seed).integers(0, 2**32, (4, replicas), np.uint32)))


def programs(setting: Setting) -> list[Program]:
    """List the programs."""
    makers = {
        "a threefry key each step": partial(_block, "threefry2x32"),
        "an rbg key each step": partial(_block, "rbg"),
        "a threefry key each replica": _replica,
        "integers in the scan": _xoshiro,
    }

    def program(name: str, maker: Callable[..., Any]) -> Program:
        """Make one program."""
        peer = "JAX, xoshiro128++" if maker is _xoshiro else "JAX"

        def run(setting: Setting, replicas: int, steps: int, seed: int) -> Statistics:
            """Run, compiled before if it is the second time."""
            return joined(setting, *(np.asarray(some) for some in maker(setting, replicas, steps)(seed)))

        return Program(peer, name, run)

    return [program(name, maker) for name, maker in makers.items()]
