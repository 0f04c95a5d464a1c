"""Numpy as an expert writes it: float32, SFC64, no temporary arrays, and replicas in blocks that stay in the cache."""

from __future__ import annotations

import numpy as np

from benchmarks.learning.problem import RECORD_EVERY, Program, Setting, Statistics, joined

f32 = np.float32
BLOCKS = (2**13, 2**15)  # numbers in an array that holds a batch of a block of replicas


class _Block:
    """Some replicas side by side."""

    def __init__(self, setting: Setting, replicas: int, seed: tuple[int, int]) -> None:
        self.setting, self.random = setting, np.random.Generator(np.random.SFC64(seed))
        n, shape = setting.n, (setting.batch, replicas)
        self.place = np.repeat(f32(setting.starts)[:, np.newaxis], replicas, axis=1)
        self.speed, self.gradient = np.zeros_like(self.place), np.zeros_like(self.place)
        self.first, self.second, self.work = (np.empty_like(self.place) for _ in range(3))
        self.points, self.weights = np.empty(shape, f32), np.empty(shape, f32)
        self.positive, self.below = np.empty(shape, bool), np.empty(shape, bool)
        self.value, self.slope, self.left = (np.empty((n if n > 1 else 0, *shape), f32) for _ in range(3))

    def pull_one(self) -> None:
        """Add up the pulls of a batch on the one threshold."""
        points, weights, pull = self.points, self.weights, f32(self.setting.pull * self.setting.width**2)
        np.less(points, f32(self.setting.cuts[0]), out=self.positive)
        np.multiply(self.positive, f32(2) * pull, out=weights)
        np.subtract(weights, pull, out=weights)
        np.subtract(points, self.place[0], out=points)
        np.multiply(points, points, out=points)
        np.add(points, f32(self.setting.width**2), out=points)
        np.divide(weights, points, out=weights)
        np.add.reduce(weights, axis=0, out=self.gradient[0])

    def pull_several(self) -> None:
        """Add up the pulls of a batch on n thresholds, by products from the left and from the right."""
        points, product, pull = self.points, self.weights, f32(self.setting.pull)
        self.positive[:] = True
        for cut in self.setting.cuts:
            np.greater_equal(points, f32(cut), out=self.below)
            np.logical_xor(self.positive, self.below, out=self.positive)
        np.subtract(self.place[:, np.newaxis], points, out=self.value)
        np.multiply(self.value, f32(1 / self.setting.width), out=self.value)
        np.multiply(self.value, self.value, out=self.slope)
        np.add(self.slope, f32(1), out=self.slope)
        np.arctan(self.value, out=self.value)
        np.multiply(self.value, f32(2 / np.pi), out=self.value)
        self.left[0] = 1
        for k in range(1, self.setting.n):
            np.multiply(self.left[k - 1], self.value[k - 1], out=self.left[k])
        np.multiply(self.positive, f32(2) * pull, out=product)
        np.subtract(product, pull, out=product)
        for k in reversed(range(self.setting.n)):
            np.multiply(self.left[k], product, out=self.left[k])
            np.multiply(product, self.value[k], out=product)
        np.divide(self.left, self.slope, out=self.left)
        np.add.reduce(self.left, axis=1, out=self.gradient)

    def window(self, origin: np.ndarray) -> None:
        """Take 100 steps, and add up the shifts from where the window began."""
        pulled = self.pull_one if self.setting.n == 1 else self.pull_several
        momentum, work = f32(self.setting.momentum), self.work
        self.first[:] = self.second[:] = 0
        for _ in range(RECORD_EVERY):
            self.random.random(out=self.points, dtype=f32)
            pulled()
            np.multiply(self.speed, momentum, out=self.speed)
            np.add(self.speed, self.gradient, out=self.speed)
            np.add(self.place, self.speed, out=self.place)
            np.maximum(self.place, f32(0), out=self.place)
            np.minimum(self.place, f32(1), out=self.place)
            np.subtract(self.place, origin, out=work)
            np.add(self.first, work, out=self.first)
            np.multiply(work, work, out=work)
            np.add(self.second, work, out=self.second)


def _run(numbers: int, setting: Setting, replicas: int, steps: int, seed: int) -> Statistics:
    """Run all replicas, a block after another."""
    size = max(1, min(replicas, numbers // (setting.batch * setting.n)))
    shape = (steps // RECORD_EVERY, setting.n, replicas)
    origins, first, second, trajectory = (np.empty(shape, f32) for _ in range(4))
    for start in range(0, replicas, size):
        own = slice(start, min(replicas, start + size))
        block = _Block(setting, own.stop - start, (seed, start))
        for row in range(len(origins)):
            origins[row, :, own] = block.place
            block.window(block.place.copy())
            first[row, :, own], second[row, :, own] = block.first, block.second
            trajectory[row, :, own] = block.place
    return joined(setting, origins, first, second, trajectory)


def programs(setting: Setting) -> list[Program]:
    """List the programs."""

    def program(numbers: int) -> Program:
        """Make the program for blocks of so many numbers."""
        return Program("numpy, tuned", f"blocks of {numbers}", lambda *order: _run(numbers, *order))

    return [program(numbers) for numbers in BLOCKS]
