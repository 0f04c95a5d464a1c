"""PyTorch, vectorised over replicas and batch, in place, on one thread."""

from __future__ import annotations

import math

import numpy as np
import torch

from benchmarks.learning.problem import RECORD_EVERY, Program, Setting, Statistics, joined

BLOCKS = (2**15, 2**30)  # numbers in an array that holds a batch of a block of replicas; the last: all of them at once


class _Block:
    """Some replicas side by side."""

    def __init__(self, setting: Setting, replicas: int, seed: int) -> None:
        self.setting, self.random = setting, torch.Generator().manual_seed(seed)
        shape = setting.batch, replicas
        self.place = torch.tensor(setting.starts).repeat(replicas, 1).T.contiguous()
        self.speed, self.gradient = torch.zeros_like(self.place), torch.zeros_like(self.place)
        self.first, self.second, self.work = (torch.empty_like(self.place) for _ in range(3))
        self.points, self.weights = torch.empty(shape), torch.empty(shape)
        self.positive, self.above = torch.empty(shape, dtype=torch.bool), torch.empty(shape, dtype=torch.bool)
        self.value, self.slope, self.left = (torch.empty((setting.n if setting.n > 1 else 0, *shape)) for _ in range(3))

    def weigh(self, pull: float) -> None:
        """Turn labels into signed pulls."""
        torch.where(self.positive, torch.tensor(pull), torch.tensor(-pull), out=self.weights)

    def pull_one(self) -> None:
        """Add up the pulls of a batch on the one threshold."""
        square = self.setting.width**2
        torch.lt(self.points, self.setting.cuts[0], out=self.positive)
        self.weigh(self.setting.pull * square)
        self.weights.div_(self.points.sub_(self.place[0]).square_().add_(square))
        torch.sum(self.weights, 0, out=self.gradient[0])

    def pull_several(self) -> None:
        """Add up the pulls of a batch on n thresholds, by products from the left and from the right."""
        self.positive.fill_(True)
        for cut in self.setting.cuts:
            torch.ge(self.points, cut, out=self.above)
            self.positive.logical_xor_(self.above)
        torch.sub(self.place[:, None], self.points, out=self.value)
        self.value.mul_(1 / self.setting.width)
        torch.square(self.value, out=self.slope)
        self.slope.add_(1)
        self.value.atan_().mul_(2 / math.pi)
        self.left[0] = 1
        for k in range(1, self.setting.n):
            torch.mul(self.left[k - 1], self.value[k - 1], out=self.left[k])
        self.weigh(self.setting.pull)
        for k in reversed(range(self.setting.n)):
            self.left[k].mul_(self.weights)
            self.weights.mul_(self.value[k])
        torch.sum(self.left.div_(self.slope), 1, out=self.gradient)

    def window(self, origin: torch.Tensor) -> None:
        """Take 100 steps, and add up the shifts from where the window began."""
        pulled = self.pull_one if self.setting.n == 1 else self.pull_several
        self.first.zero_()
        self.second.zero_()
        for _ in range(RECORD_EVERY):
            self.points.uniform_(0, 1, generator=self.random)
            pulled()
            self.speed.mul_(self.setting.momentum).add_(self.gradient)
            self.place.add_(self.speed).clamp_(0, 1)
            torch.sub(self.place, origin, out=self.work)
            self.first.add_(self.work)
            self.second.addcmul_(self.work, self.work)


@torch.inference_mode()
def _run(numbers: int, setting: Setting, replicas: int, steps: int, seed: int) -> Statistics:
    """Run all replicas, a block after another."""
    size = max(1, min(replicas, numbers // (setting.batch * setting.n)))
    shape = (steps // RECORD_EVERY, setting.n, replicas)
    origins, first, second, trajectory = (torch.empty(shape) for _ in range(4))
    for start in range(0, replicas, size):
        own = slice(start, min(replicas, start + size))
        block = _Block(setting, own.stop - start, seed * 1_000_003 + start)
        for row in range(len(origins)):
            origins[row, :, own] = block.place
            block.window(block.place.clone())
            first[row, :, own], second[row, :, own] = block.first, block.second
            trajectory[row, :, own] = block.place
    return joined(setting, *(np.asarray(some) for some in (origins, first, second, trajectory)))


def programs(setting: Setting) -> list[Program]:
    """List the programs."""
    torch.set_num_threads(1)

    def program(numbers: int) -> Program:
        """Make the program for blocks of so many numbers."""
        name = "all replicas at once" if numbers == max(BLOCKS) else f"blocks of {numbers}"
        return Program("PyTorch", name, lambda *order: _run(numbers, *order))

    return [program(numbers) for numbers in BLOCKS]
