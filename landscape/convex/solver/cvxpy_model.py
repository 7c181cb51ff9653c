"""The convex twin (2) as one reads it, in CVXPY: the reference and the fallback of the faster solvers."""

from __future__ import annotations

import contextlib
import warnings
from typing import Any

import numpy as np

from landscape.geometry.fan import Fan


def solve_by_facets(
    X: np.ndarray, y: np.ndarray, lam: float, D: np.ndarray, *, ones: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return U, V (d, P) of problem (2) over the patterns D (P, n), each cone written as (2D − I) X u ≥ 0, for any d.

    λ = 0 asks for the least norm among the best fits; ``ones`` leaves out V and the norm.
    """
    import cvxpy as cp

    gate, sign = D.T.astype(float), 2.0 * D.T - 1.0
    U = cp.Variable((X.shape[1], len(D)))
    V = np.zeros(U.shape) if ones else cp.Variable(U.shape)
    fit = cp.sum(cp.multiply(gate, X @ (U - V)), axis=1)
    cones = [cp.multiply(sign, X @ U) >= 0]
    norm: Any = 0.0
    if not ones:
        cones.append(cp.multiply(sign, X @ V) >= 0)
        norm = cp.sum(cp.norm(U, axis=0)) + cp.sum(cp.norm(V, axis=0))
    _solve(fit - y, norm, cones, lam)
    return _value(U), _value(V)


def solve_by_rays(X: np.ndarray, y: np.ndarray, lam: float, cones: Fan) -> tuple[np.ndarray, np.ndarray]:
    """Return U, V (d, S) of problem (2) over the sectors of a fan, u = a e + b e' with a, b ≥ 0 between two edges.

    Two edges stay right where rows coincide or nearly do; two inequalities per cone do not.
    """
    import cvxpy as cp

    edges, ends = cones.edges, cones.ends
    if X.shape[1] == 1:
        ends = np.zeros_like(edges)
    gate = cones.active(np.arange(cones.sectors)).T
    here, there = gate * (X @ edges.T), gate * (X @ ends.T)
    a, b, c, d = (cp.Variable(cones.sectors, nonneg=True) for _ in range(4))
    U, V = (cp.multiply(edges.T, p[None, :]) + cp.multiply(ends.T, q[None, :]) for p, q in ((a, b), (c, d)))
    norm = cp.sum(cp.norm(U, axis=0)) + cp.sum(cp.norm(V, axis=0))
    _solve(here @ (a - c) + there @ (b - d) - y, norm, [], lam)
    return _value(U), _value(V)


def _solve(misfit: Any, norm: Any, constraints: list[Any], lam: float) -> None:
    import cvxpy as cp

    if lam > 0 or isinstance(norm, float):
        program = cp.Problem(cp.Minimize(cp.sum_squares(misfit) + 2.0 * lam * norm), constraints)
    else:
        program = cp.Problem(cp.Minimize(norm), [*constraints, misfit == 0])
    with warnings.catch_warnings():  # an inaccurate answer is judged by its certificate, like any other
        warnings.simplefilter("ignore", UserWarning)
        # Named: CVXPY's own choice depends on what else is installed.
        with contextlib.suppress(cp.SolverError):  # no numbers: the caller tries the next way
            program.solve(solver=cp.CLARABEL, tol_gap_abs=1e-11, tol_gap_rel=1e-11, tol_feas=1e-11)


def _value(variable: Any) -> np.ndarray:
    """Return the numbers of a variable, NaN where the solver found none."""
    if isinstance(variable, np.ndarray):
        return variable
    return np.full(variable.shape, np.nan) if variable.value is None else np.asarray(variable.value, dtype=np.float64)
