"""The convex twin: this solver beside CVXPY + CLARABEL from scratch (and pyscnn, where it is installed).

    python benchmarks/convex_solver.py            everything but the slow models
    python benchmarks/convex_solver.py --slow     CVXPY for 50 points of two features too, which takes minutes

One line a problem: milliseconds (the median of 25, or of 5 where they are long), objective, certified relative gap,
and how many times longer CVXPY takes for the objective it reaches. Both include listing the patterns; ours includes its
proof.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads cost more than they bring on matrices this small

import numpy as np

from landscape.convex.certificate import certify
from landscape.convex.solver.cvxpy_model import solve_by_facets
from landscape.convex.twin import convex_objective, solve_convex
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.patterns import enumerate_patterns
from landscape.model.problem import Problem


def data(n: int, d: int, share: float) -> Problem:
    """A noisy wave of n points, d − 1 features and a bias, at a share of λ_max."""
    rng = np.random.default_rng(n)
    features = rng.uniform(-1, 1, (n, d - 1))
    X, y = np.c_[features, np.ones(n)], np.sin(6 * features[:, 0]) + 0.3 * rng.standard_normal(n)
    return Problem(X, y, share * lambda_max(Problem(X, y)))


def milliseconds(runs: list[Callable[[], object]], rounds: int) -> list[float]:
    """The median duration of each of several functions, in rounds of five calls each, so that all share the machine."""
    taken: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for run, durations in zip(runs, taken, strict=True):
            for _ in range(5):
                begin = time.perf_counter()
                run()
                durations.append(time.perf_counter() - begin)
    return [1e3 * median(durations) for durations in taken]


def plain_cvxpy(problem: Problem) -> float:
    """The value that the readable CVXPY model over all patterns reaches."""
    patterns = enumerate_patterns(problem.X)
    U, V = solve_by_facets(problem.X, problem.y, problem.lam, patterns.D)
    return convex_objective(problem, U, V, patterns)


def pyscnn(problem: Problem) -> float | None:
    """The value that the published library reaches, or None where it is not installed.

    It minimises ½‖·‖²/n + λ(...): hence λ/n.
    """
    try:
        from scnn.optimize import optimize_model  # type: ignore[import-not-found]
    except ImportError:
        return None
    from scnn.models import ConvexReLU  # type: ignore[import-not-found]
    from scnn.regularizers import NeuronGL1  # type: ignore[import-not-found]
    from scnn.solvers import AL  # type: ignore[import-not-found]

    X, y, n = problem.X, problem.y, problem.n
    G = np.random.default_rng(0).standard_normal((problem.d, 4 * n))
    model, _ = optimize_model(AL(ConvexReLU(G)), ConvexReLU(G), None, (X, y), (X, y), NeuronGL1(problem.lam / n))
    misfit = model(X).ravel() - y
    norms = sum(float(np.linalg.norm(block, axis=-1).sum()) for block in model.parameters)
    return float(misfit @ misfit + 2 * problem.lam * norms)


def line(problem: Problem, share: float, with_cvxpy: bool) -> str:
    """Solve one problem by every method and print times and values."""
    runs: list[Callable[[], object]] = [lambda: solve_convex(problem)]
    if with_cvxpy:
        runs.append(lambda: plain_cvxpy(problem))
    ours, *theirs = milliseconds(runs, 5 if problem.n ** (problem.d - 1) <= 400 else 1)
    found = solve_convex(problem)
    gap = certify(problem, found.network).gap / found.value
    text = f"{problem.d} {problem.n:5} {share:6g} {ours:9.2f} {found.value:12.6f} {gap:8.1e} {found.network.m:5}"
    if theirs:
        text += f" {theirs[0]:10.1f} {theirs[0] / ours:7.1f}× {plain_cvxpy(problem):12.6f}"
    other = pyscnn(problem)
    return text if other is None else f"{text}   pyscnn {other:.6f}"


def moving_point(n: int) -> float:
    """Milliseconds a solve, proof included, while one of n points moves and each solution starts the next."""
    problem = data(n, 2, 0.05)
    solution = solve_convex(problem)
    taken = []
    for step in range(200):
        X = problem.X.copy()
        X[n // 2, 0] = 0.5 * np.sin(step / 20)
        begin = time.perf_counter()
        solution = solve_convex(Problem(X, problem.y, problem.lam), near=solution)
        taken.append(time.perf_counter() - begin)
    return 1e3 * median(taken)


def main() -> None:
    """Print the table."""
    slow = "--slow" in sys.argv
    print("d     n  λ/λmax     ms ours    objective      gap     m   ms CVXPY   ratio   its objective")
    for n in (2, 5, 10, 20, 50, 200, 1000, 5000):
        for share in (0.3, 0.05, 0.01):
            print(line(data(n, 2, share), share, with_cvxpy=n <= 50 or (slow and n <= 200)), flush=True)
    print(f"a moving point, n = 10: {moving_point(10):.2f} ms a solve")
    print(f"memory so far, 5,000 points included: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for n in (5, 10, 20, 50):
        for share in (0.1, 0.01):
            print(line(data(n, 3, share), share, with_cvxpy=n <= 20 or slow), flush=True)


if __name__ == "__main__":
    main()
