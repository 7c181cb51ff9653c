"""The convex twin (2) with the logistic loss, as written, in CVXPY: the reference and the last of the solvers."""

from __future__ import annotations

import contextlib
import warnings
from typing import Any

import numpy as np

from landscape.convex.logistic.newton import Target

TOLERANCE = 1e-11
"""Feasibility and gap at which the solver stops, where its arithmetic is that accurate."""


def solve_by_facets(X: np.ndarray, target: Target, D: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return U, V (d, P) of problem (2) over the patterns D (P, n), each cone written as (2D − I) X u ≥ 0, for any d.

    NaN where the solver fails.
    """
    import cvxpy as cp

    gate, sign = D.T.astype(float), 2.0 * D.T - 1.0
    U, V = cp.Variable((X.shape[1], len(D))), cp.Variable((X.shape[1], len(D)))
    fit: Any = cp.sum(cp.multiply(gate, X @ (U - V)), axis=1)
    cost: Any = 2.0 * target.lam * (cp.sum(cp.norm(U, axis=0)) + cp.sum(cp.norm(V, axis=0)))
    if target.biased:
        bias = cp.Variable()
        fit, cost = fit + bias, cost + target.penalty * bias**2
    loss = cp.sum(cp.logistic(cp.multiply(-target.y, fit)))
    program: Any = cp.Problem(cp.Minimize(loss + cost), [cp.multiply(sign, X @ U) >= 0, cp.multiply(sign, X @ V) >= 0])
    with warnings.catch_warnings():  # an inaccurate solution is certified like any other
        warnings.simplefilter("ignore", UserWarning)
        with contextlib.suppress(cp.SolverError):  # no numbers: the solution is the zero network
            program.solve(solver=cp.CLARABEL, tol_gap_abs=TOLERANCE, tol_gap_rel=TOLERANCE, tol_feas=TOLERANCE)
    return _numbers(U), _numbers(V)


def _numbers(variable: Any) -> np.ndarray:
    """Return the numbers of a variable, NaN where the solver found none."""
    return np.full(variable.shape, np.nan) if variable.value is None else np.asarray(variable.value, dtype=np.float64)
