"""What others would use for the same problem, side by side: the objective reached, processor time, and what is proven.

    python benchmarks/peers.py                     all problems, some 25 minutes
    python benchmarks/peers.py --only "50 4"       the problems of 50 samples and 4 features
    python benchmarks/peers.py --seconds 10        the budget of ``solve_convex``

It needs ``pyscnn`` beside this package (``pip install pyscnn``, which brings PyTorch); without it, its rows are left
out. Problems are those of ``any_dimension.py``, at three λ. Everything runs in one thread of one process, and the
objective is that of the network that each ends with, problem (1), over ‖y‖²:

- *this*: ``solve_convex`` with a budget. Its bound is proven; the gap is a share of the value.
- *L-BFGS*: the best of twenty trainings of max(40, 2d) neurons, from random starts.
- *CVXPY*: problem (2) over the patterns of 300 drawn neurons, by Clarabel; over all of them where they are no more.
- *pyscnn AL*: its augmented Lagrangian method over the patterns of 1,000 drawn gates, at its own tolerances (1e-6) and
  at 1e-8. A block that leaves its cone a little is taken as the neuron that it is.
- *pyscnn RFISTA*: its proximal gradient method for gated ReLU over the same gates, at the same tolerances; each block
  is split into two neurons of its cone of the least length, as its authors do. That fits the same, at another penalty:
  the last column has the objective of the gated network itself, which is another class of functions.

None of the others proves anything: CVXPY's optimum is one over some patterns.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from any_dimension import TRAININGS, data, trained

from landscape.convex.solver.cvxpy_model import solve_by_facets
from landscape.convex.twin import solve_convex
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.patterns import sample_patterns
from landscape.model.problem import Problem

SIZES = ((30, 2), (50, 3), (50, 4), (50, 6), (100, 10))
SHARES = (0.3, 0.1, 0.02)
DRAWN, GATES = 300, 1000
NEGLIGIBLE = 1e-9
NOTHING = "nothing"


def value_of(problem: Problem, U: np.ndarray, V: np.ndarray) -> float:
    """Return the objective (1) of the network whose neurons are the blocks U, V (d, P), those of V subtracted."""
    left = np.maximum(problem.X @ U, 0.0).sum(axis=1) - np.maximum(problem.X @ V, 0.0).sum(axis=1) - problem.y
    return float(left @ left + 2.0 * problem.lam * (np.linalg.norm(U, axis=0).sum() + np.linalg.norm(V, axis=0).sum()))


def by_cvxpy(problem: Problem) -> tuple[float, str]:
    """Solve problem (2) over drawn patterns."""
    D = sample_patterns(problem.X, DRAWN, np.random.default_rng(0)).D
    return value_of(problem, *solve_by_facets(problem.X, problem.y, problem.lam, D)), NOTHING


def by_pyscnn(problem: Problem, method: str, tolerance: float) -> tuple[float, str]:
    """Solve by pyscnn, whose loss is the mean of squares over 2, so that its λ is λ / n."""
    from scnn.activations import sample_gate_vectors
    from scnn.metrics import Metrics
    from scnn.models import ConvexGatedReLU, ConvexReLU
    from scnn.optimize import optimize_model
    from scnn.regularizers import NeuronGL1
    from scnn.solvers import AL, RFISTA

    G = sample_gate_vectors(0, problem.d, GATES)
    model = (ConvexReLU if method == "AL" else ConvexGatedReLU)(G)
    solver = AL(model, tol=tolerance, constraint_tol=tolerance) if method == "AL" else RFISTA(model, tol=tolerance)
    found, _ = optimize_model(
        model,
        solver,
        Metrics(),
        problem.X,
        problem.y,
        regularizer=NeuronGL1(problem.lam / problem.n),
        return_convex=True,
        unitize_data=False,
        dtype="float64",
    )
    blocks = [np.asarray(part, dtype=float)[0].T for part in found.parameters]
    if method == "AL":
        return value_of(problem, *blocks), NOTHING
    active = problem.X @ np.asarray(found.G, dtype=float) > 0
    left = (active * (problem.X @ blocks[0])).sum(axis=1) - problem.y
    gated = float(left @ left + 2.0 * problem.lam * np.linalg.norm(blocks[0], axis=0).sum())
    own = f"{NOTHING}; gated {gated / (problem.y @ problem.y):.6f}"
    return value_of(problem, *split(problem.X, active, blocks[0])), own


def split(X: np.ndarray, active: np.ndarray, blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return v, w (d, P) of the cones of patterns (n, P), with v − w the blocks (d, P) and ‖v‖ + ‖w‖ least."""
    import cvxpy as cp

    used = np.flatnonzero(np.linalg.norm(blocks, axis=0) > NEGLIGIBLE)
    V, W = np.zeros_like(blocks), np.zeros_like(blocks)
    for k in used:
        cone = np.where(active[:, k], 1.0, -1.0)[:, None] * X
        w = cp.Variable(len(blocks))
        v = w + blocks[:, k]
        cp.Problem(cp.Minimize(cp.norm(v) + cp.norm(w)), [cone @ v >= 0, cone @ w >= 0]).solve(solver=cp.CLARABEL)
        W[:, k] = w.value
        V[:, k] = w.value + blocks[:, k]
    return V, W


def rows(problem: Problem, seconds: float, with_pyscnn: bool) -> Iterator[tuple[str, float, float, str]]:
    """Yield each method's name, value, processor time, and what it proves."""
    begun = time.process_time()
    found = solve_convex(problem, budget=seconds)
    took = time.process_time() - begun
    proof = found.certificate
    gap = proof.gap / proof.value
    yield "this", proof.value, took, "optimal" if proof.closed else f"within {100 * gap:.2g} %"
    rng = np.random.default_rng(0)
    others: list[tuple[str, Callable[[], tuple[float, str]]]] = [
        (f"L-BFGS, best of {TRAININGS}", lambda: (min(trained(problem, rng) for _ in range(TRAININGS)), NOTHING)),
        ("CVXPY, drawn patterns", lambda: by_cvxpy(problem)),
    ]
    if with_pyscnn:
        for method in ("AL", "RFISTA"):
            for tolerance in (1e-6, 1e-8):
                others.append(
                    (f"pyscnn {method} {tolerance:g}", lambda m=method, t=tolerance: by_pyscnn(problem, m, t))
                )
    for name, solve in others:
        begun = time.process_time()
        try:
            value, proven = solve()
        except Exception as error:  # another program's: its failure is its result
            yield name, np.nan, time.process_time() - begun, f"failed: {type(error).__name__}"
            continue
        yield name, value, time.process_time() - begun, proven


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description="The convex problem, by this program and by others.")
    asked.add_argument("--only", help="samples and features of the problems, as in '50 4'")
    asked.add_argument("--seconds", type=float, default=30.0, help="budget of solve_convex")
    given = asked.parse_args()
    try:
        import scnn  # noqa: F401
        import torch

        torch.set_num_threads(1)
        with_pyscnn = True
    except ImportError:
        with_pyscnn = False
        print("pyscnn is not installed: its rows are left out.")
    solve_convex(Problem(*data(30, 4, "noise"), 1.0))  # what is imported late is imported now
    print("    n   d labels   λ/λmax  method                  value/‖y‖²  above the best  CPU s  proven")
    for n, d in SIZES:
        if given.only is not None and given.only.split() != [str(n), str(d)]:
            continue
        for labels in ("teacher", "noise"):
            X, y = data(n, d, labels)
            largest = lambda_max(Problem(X, y))
            for share in SHARES:
                table = list(rows(Problem(X, y, share * largest), given.seconds, with_pyscnn))
                best = min(value for _, value, _, _ in table if np.isfinite(value))
                for name, value, took, proven in table:
                    print(
                        f"{n:5} {d:3} {labels:8} {share:5g}   {name:22} {value / (y @ y):11.6f}"
                        f" {100 * (value / best - 1.0):12.4f} % {took:8.2f}  {proven}",
                        flush=True,
                    )
                print(f"      load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
