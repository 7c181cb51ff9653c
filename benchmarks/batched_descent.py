"""Gradient descent from many starts in one call, beside a loop over the starts and PyTorch's automatic gradient.

All three do the same steps in float64, both layers trained. PyTorch is optional: where it is missing, its column is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from landscape.model.problem import Problem
from landscape.training.descent import descend_many

B = 1000
"""Starts."""

STEP = 1e-6
"""So small that no run stops early: every method takes all the steps."""

SIZES = ((2, 2, 5), (2, 10, 10), (2, 10, 100), (2, 100, 10), (2, 50, 50), (2, 100, 100), (10, 100, 100))
"""Features d, samples n, neurons m."""


def loop_over_starts(problem: Problem, W: np.ndarray, alpha: np.ndarray, n_steps: int) -> np.ndarray:
    """Plain gradient descent in a few array operations a step, one start after the other; returns the last losses."""
    X, y, losses = problem.X, problem.y, np.empty(len(W))
    for b in range(len(W)):
        w, a = W[b], alpha[b]
        for _ in range(n_steps):
            pre = X @ w
            hidden = np.maximum(pre, 0)
            residual = hidden @ a - y
            back = np.outer(residual, a)
            w, a = w - STEP * 2 * (X.T @ ((pre > 0) * back)), a - STEP * 2 * (hidden.T @ residual)
        losses[b] = np.sum((np.maximum(X @ w, 0) @ a - y) ** 2)
    return losses


def torch_batch(problem: Problem, W: np.ndarray, alpha: np.ndarray, n_steps: int) -> np.ndarray:
    """The same with PyTorch: one batched forward pass, automatic gradient, and its own SGD; returns the last losses."""
    import torch

    X, y = torch.tensor(problem.X), torch.tensor(problem.y)
    w, a = torch.tensor(W, requires_grad=True), torch.tensor(alpha[:, :, None], requires_grad=True)
    optimiser = torch.optim.SGD([w, a], lr=STEP)

    def losses() -> torch.Tensor:
        return ((torch.relu(X @ w) @ a)[:, :, 0] - y).square().sum(dim=1)

    for _ in range(n_steps):
        optimiser.zero_grad()
        losses().sum().backward()
        optimiser.step()
    return losses().detach().numpy()


def ours(problem: Problem, W: np.ndarray, alpha: np.ndarray, n_steps: int) -> np.ndarray:
    """All starts in one call; returns the last losses."""
    return descend_many(problem, W, alpha, step=STEP, n_steps=n_steps, keep=2).objective[:, -1]


def seconds(tasks: list[Callable[[], object]], repeat: int) -> list[float]:
    """Return the best time of one call of each task, in turns, so that other work on the machine slows all alike."""
    best = [float("inf")] * len(tasks)
    for _ in range(repeat):
        for k, task in enumerate(tasks):
            begun = time.perf_counter()
            task()
            best[k] = min(best[k], time.perf_counter() - begun)
    return best


def matrix_rate() -> float:
    """Return the float64 rate of this machine's matrix product, in GFLOP/s."""
    A = np.random.default_rng(0).standard_normal((1000, 1000))
    return 2e-9 * 1000**3 / seconds([lambda: A @ A], 10)[0]


def main() -> None:
    """Print every size as times and ratios, measured one after the other."""
    try:
        import torch

        note = f"PyTorch {torch.__version__} on {torch.get_num_threads()} threads"
    except ImportError:
        torch, note = None, "PyTorch is not installed: its column is left out"
    rate = matrix_rate()
    print(f"{B} starts, float64, {os.cpu_count()} cores, matrix product {rate:.0f} GFLOP/s; {note}")
    print("   d    n    m   ours ms/step   loop/ours   PyTorch/ours   GFLOP/s   of matrix product")
    for d, n, m in SIZES:
        rng = np.random.default_rng(0)
        problem = Problem(rng.normal(size=(n, d)), rng.normal(size=n))
        W, alpha = rng.normal(size=(B, d, m)), rng.normal(size=(B, m))
        n_steps = int(max(5, min(100, 5e7 / (B * m * n))))
        ways = [ours, loop_over_starts, torch_batch][: 3 if torch is not None else 2]
        tasks = [partial(way, problem, W, alpha, n_steps) for way in ways]
        ends = [task() for task in tasks]
        assert all(np.allclose(end, ends[0], rtol=1e-9) for end in ends)
        mine, loop, *others = (taken / n_steps for taken in seconds(tasks, 4))
        other = f"{others[0] / mine:.1f}" if others else "-"
        flops = B * n * m * (4 * d + 8)  # two products with X, two with alpha, the ReLU, its mask and the loss
        reached = 1e-9 * flops / mine
        ratios = f"{loop / mine:11.1f} {other:>14} {reached:9.2f} {reached / rate:18.1%}"
        print(f"{d:4} {n:4} {m:4} {1e3 * mine:14.3f} {ratios}")


if __name__ == "__main__":
    main()
