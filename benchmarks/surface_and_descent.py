"""Loss grids and many starts, beside the usual code for the same."""

from __future__ import annotations

import timeit
from collections.abc import Callable

import numpy as np

from landscape.loss.surface import loss_surface
from landscape.model.problem import Problem
from landscape.training.descent import descend_many

PROBLEM = Problem([[-1.0], [1.0]], [1.0, 2.0], second_layer="ones")


def seconds(task: Callable[[], object], number: int, repeat: int = 5) -> float:
    """Return the best time of one call."""
    return min(timeit.repeat(task, number=number, repeat=repeat)) / number


def meshgrid_formula(w: np.ndarray) -> np.ndarray:
    """The loss of two neurons as it is usually written over a meshgrid."""
    W1, W2 = np.meshgrid(w, w)
    points = zip(PROBLEM.X[:, 0], PROBLEM.y, strict=True)
    return sum((np.maximum(0, x * W1) + np.maximum(0, x * W2) - y) ** 2 for x, y in points)


def filled(w: np.ndarray) -> np.ndarray:
    """The least that writing such a grid costs."""
    grid = np.empty((len(w), len(w)))
    grid.fill(1.0)
    return grid


def loop_over_starts(W: np.ndarray, step: float, n_steps: int) -> np.ndarray:
    """Plain gradient descent, one start after the other, each step in a few array operations."""
    X, y, ends = PROBLEM.X, PROBLEM.y, np.empty_like(W)
    for b, start in enumerate(W):
        w = start
        for _ in range(n_steps):
            pre = X @ w
            residual = np.maximum(pre, 0).sum(axis=1) - y
            w = w - step * 2 * X.T @ ((pre > 0) * residual[:, None])
        ends[b] = w
    return ends


def main() -> None:
    """Print both comparisons as ratios measured side by side."""
    w = np.linspace(-4, 4, 401)
    ways = (filled, lambda w: loss_surface(PROBLEM, w, w), meshgrid_formula)
    fill, grid, mesh = (seconds(lambda f=f: f(w), number=20, repeat=20) for f in ways)
    print("401 × 401 loss grid, float64")
    print(f"  filling the array   {1e3 * fill:9.3f} ms")
    print(f"  loss_surface        {1e3 * grid:9.3f} ms   {grid / fill:6.1f} × filling")
    print(f"  meshgrid formula    {1e3 * mesh:9.3f} ms   {mesh / grid:6.1f} × loss_surface")

    starts = np.random.default_rng(0).uniform(-4, 4, (1000, 1, 2))
    step, n_steps = 0.001, 500  # so small that no run stops early: both do all the steps
    many = seconds(lambda: descend_many(PROBLEM, starts, step=step, n_steps=n_steps, keep=2), number=1, repeat=3)
    loop = seconds(lambda: loop_over_starts(starts, step, n_steps), number=1, repeat=1)
    same = np.abs(
        descend_many(PROBLEM, starts, step=step, n_steps=n_steps).W[:, -1] - loop_over_starts(starts, step, n_steps)
    )
    print("1,000 starts × 500 steps, two neurons")
    print(f"  descend_many        {1e3 * many:9.1f} ms")
    print(f"  loop over starts    {1e3 * loop:9.1f} ms   {loop / many:6.1f} × descend_many")
    print(f"  largest difference  {same.max():9.1e}")


if __name__ == "__main__":
    main()
