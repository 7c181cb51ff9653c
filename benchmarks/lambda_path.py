"""The λ path: followed from event to event, beside one solve a point.

    python benchmarks/lambda_path.py            one feature with a bias, and three features
    python benchmarks/lambda_path.py --slow     1,000 points too

One line a problem: CPU seconds for a hundred points and the events between them, proof of every point included; the
share of points proven; and how many times longer a warm and a cold solve a point take, without the events.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads cost more than they bring on matrices this small

import numpy as np

from landscape.convex.lambda_path import lambda_path
from landscape.convex.twin import ConvexSolution, solve_convex
from landscape.geometry.lambda_max import lambda_max
from landscape.model.problem import Problem


def data(n: int, d: int) -> Problem:
    """A noisy wave of n points, d − 1 features and a bias."""
    rng = np.random.default_rng(n)
    features = rng.uniform(-1, 1, (n, d - 1))
    return Problem(np.c_[features, np.ones(n)], np.sin(6 * features[:, 0]) + 0.3 * rng.standard_normal(n))


def solves(problem: Problem, smallest: float, *, warm: bool) -> None:
    """Solve at a hundred λ, one after the other."""
    largest, near = lambda_max(problem), None
    for share in np.geomspace(1.0, smallest, 100):
        found: ConvexSolution = solve_convex(Problem(problem.X, problem.y, share * largest), near=near)
        near = found if warm else None


def seconds(run: Callable[[], object]) -> float:
    """CPU seconds a run takes: other work on the machine does not count."""
    begin = time.process_time()
    run()
    return time.process_time() - begin


def main() -> None:
    """Print the table."""
    print("d     n  to λ/λmax   seconds  points  neurons  events  proven  warm solves  cold solves")
    cases = [(2, 5, 1e-3), (2, 20, 1e-3), (2, 20, 1e-4), (2, 50, 1e-3), (2, 200, 1e-3), (3, 20, 1e-2)]
    lambda_path(data(5, 2))
    for d, n, smallest in cases + ([(2, 1000, 1e-2)] if "--slow" in sys.argv else []):
        problem = data(n, d)
        taken = min(seconds(partial(lambda_path, problem, smallest=smallest)) for _ in range(3 if n <= 50 else 1))
        path = lambda_path(problem, smallest=smallest)
        warm = seconds(partial(solves, problem, smallest, warm=True))
        cold = seconds(partial(solves, problem, smallest, warm=False))
        print(
            f"{d} {n:5} {smallest:10g} {taken:9.2f} {len(path):7} {path.neurons[-1]:8} {len(path.events):7} "
            f"{np.mean(path.proven):7.0%} {warm / taken:10.1f}× {cold / taken:10.1f}×",
            flush=True,
        )


if __name__ == "__main__":
    main()
