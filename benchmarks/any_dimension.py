"""Data whose patterns are too many to visit: this search beside the best of twenty trainings by L-BFGS.

    python benchmarks/any_dimension.py                     all sizes, which takes a quarter of an hour
    python benchmarks/any_dimension.py --most 200          up to so many samples
    python benchmarks/any_dimension.py --shares 0.1        this λ alone
    python benchmarks/any_dimension.py --seconds 5         the search takes no longer than this

One line a problem: the objective over ‖y‖² that the search reaches and the best that the trainings do, by how much the
first is above the second (below where negative), how many of the trainings end within a thousandth of the search's
value, and the seconds of each; the search is given no longer than the trainings took together. Features are normal,
with a column of ones; labels are those of four random neurons with noise (*teacher*), or normal (*noise*). λ is a share
of λ_max, estimated from sampled neurons.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads cost more than they bring on matrices this small

import numpy as np
from scipy.optimize import minimize

from landscape.convex.sampled import best_over_samples
from landscape.geometry.lambda_max import lambda_max
from landscape.model.problem import Problem

SIZES = ((50, 4), (50, 6), (100, 10), (200, 20), (1000, 30))
EXTRA = ((22, 4), (20, 30), (100, 4))
SHARES = (0.1, 0.05, 0.01)
TRAININGS = 20


def data(n: int, d: int, labels: str) -> tuple[np.ndarray, np.ndarray]:
    """Features and a column of ones (n, d), and labels (n,) of four neurons and noise, or of noise alone."""
    rng = np.random.default_rng(n + d)
    X = np.c_[rng.standard_normal((n, d - 1)), np.ones(n)]
    if labels == "noise":
        return X, rng.standard_normal(n)
    W, alpha = rng.standard_normal((d, 4)), rng.standard_normal(4)
    return X, np.maximum(X @ W, 0.0) @ alpha + 0.3 * rng.standard_normal(n)


def trained(problem: Problem, rng: np.random.Generator) -> float:
    """The objective (1) that L-BFGS reaches from a random network of max(40, 2d) neurons."""
    X, y, lam, d, m = problem.X, problem.y, problem.lam, problem.d, max(40, 2 * problem.d)

    def objective(p: np.ndarray) -> tuple[float, np.ndarray]:
        W, alpha = p[: d * m].reshape(d, m), p[d * m :]
        pre = X @ W
        outputs = np.maximum(pre, 0.0)
        residual = outputs @ alpha - y
        to_W = X.T @ ((pre > 0) * (residual[:, None] * alpha))
        slope = np.concatenate([to_W.ravel(), outputs.T @ residual]) + lam * p
        return float(residual @ residual + lam * (p @ p)), 2.0 * slope

    start = np.concatenate([rng.standard_normal(d * m) / np.sqrt(d), rng.standard_normal(m) / np.sqrt(m)])
    options = {"maxiter": 15_000, "maxfun": 30_000, "ftol": 1e-10, "gtol": 1e-8}
    return float(minimize(objective, start, jac=True, method="L-BFGS-B", options=options).fun)


def lines(n: int, d: int, shares: Sequence[float], most: float) -> Iterator[str]:
    """Solve the problems of one size both ways."""
    for labels in ("teacher", "noise"):
        X, y = data(n, d, labels)
        largest = lambda_max(Problem(X, y))
        for share in shares:
            problem = Problem(X, y, share * largest)
            rng = np.random.default_rng(0)
            begun = time.perf_counter()
            theirs = np.array([trained(problem, rng) for _ in range(TRAININGS)])
            took = time.perf_counter() - begun
            begun = time.perf_counter()
            found = best_over_samples(problem, seconds=min(took, most))
            searched = time.perf_counter() - begun
            above = found.value / theirs.min() - 1.0
            near = int(np.sum(theirs <= 1.001 * found.value))
            yield (
                f"{n:5} {d:3} {labels:8} {share:6g} {found.value / (y @ y):10.6f} {theirs.min() / (y @ y):10.6f} "
                f"{100 * above:+8.3f} % {near:4} {searched:9.2f} {took:9.2f} {found.network.m:5}"
                f"   load {os.getloadavg()[0]:.1f}"
            )


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description="Data of any dimension: the search beside twenty trainings.")
    asked.add_argument("--least", type=int, default=1, help="samples of the smallest problems")
    asked.add_argument("--most", type=int, default=1000, help="samples of the largest problems")
    asked.add_argument("--shares", type=float, nargs="+", default=SHARES, help="of λ_max")
    asked.add_argument("--seconds", type=float, default=30.0, help="most that the search takes")
    given = asked.parse_args()
    best_over_samples(Problem(np.eye(3), np.ones(3), 0.1), seconds=1.0)  # what is imported late is imported now
    print("    n   d labels    λ/λmax     search   trained     above  near  s search s trained     m")
    for n, d in SIZES + EXTRA:
        if given.least <= n <= given.most:
            for line in lines(n, d, given.shares, given.seconds):
                print(line, flush=True)


if __name__ == "__main__":
    main()
