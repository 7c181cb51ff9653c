"""The optimum of the convex twin by a plain CVXPY model, which shares no code with the package."""

from __future__ import annotations

import cvxpy as cp
import numpy as np


def plain_value(X: np.ndarray, y: np.ndarray, lam: float, output_bias: str, loss: str) -> float:
    """The optimum of (2) over the patterns of 20,000 directions: of few samples all. With two classes y = ±1."""
    gates = np.random.default_rng(1).standard_normal((X.shape[1], 20_000))
    outputs: list[cp.Expression] = []
    norms: list[cp.Expression] = []
    rules: list[cp.Constraint] = []
    for pattern in np.unique(X @ gates > 0, axis=1).T:
        for sign in (1.0, -1.0):
            u = cp.Variable(X.shape[1])
            outputs.append(sign * cp.multiply(pattern, X @ u))
            norms.append(cp.norm(u))
            rules.append(cp.multiply(2.0 * pattern - 1.0, X @ u) >= 0)
    b = cp.Variable()
    if output_bias == "none":
        rules.append(b == 0)
    f = sum(outputs) + b
    error = cp.sum(cp.logistic(-cp.multiply(y, f))) if loss == "logistic" else cp.sum_squares(f - y)
    penalty = 2.0 * sum(norms) + (cp.square(b) if output_bias == "penalised" else 0.0)
    return float(cp.Problem(cp.Minimize(error + lam * penalty), rules).solve(solver="CLARABEL"))
