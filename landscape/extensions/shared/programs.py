"""Convex programs solved by a named solver, and what their solutions are reduced to: few units, and a proven bound."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np


def solve_program(program: Any) -> bool:
    """Solve a CVXPY program by CLARABEL, by SCS where that fails; return whether it now holds finite values.

    The solvers are named: CVXPY's own choice depends on what else is installed.
    """
    import cvxpy as cp

    attempts: tuple[tuple[str, dict[str, float]], ...] = (
        (cp.CLARABEL, {"tol_gap_abs": 1e-10, "tol_gap_rel": 1e-10, "tol_feas": 1e-10}),
        (cp.SCS, {"eps_abs": 1e-8, "eps_rel": 1e-8, "max_iters": 20_000}),
    )
    for solver, options in attempts:
        with warnings.catch_warnings():  # an inaccurate answer is judged by its own bound
            warnings.simplefilter("ignore", UserWarning)
            try:
                program.solve(solver=solver, **options)
            except cp.SolverError:
                continue
        if program.value is not None and np.isfinite(program.value):
            return True
    return False


def independent_magnitudes(outputs: np.ndarray, norms: np.ndarray) -> np.ndarray:
    """Return magnitudes (K,) ≥ 0, at most n of them positive, with the predictions of all ones and no larger norm.

    While the outputs (n, K) of the units kept are linearly dependent, moving their magnitudes along a null vector
    changes no prediction; in one direction the norm Σ magnitude·norm does not grow, and the first to reach 0 leaves
    (Mishkin & Pilanci, 2023).
    """
    size = np.linalg.norm(outputs, axis=0)
    magnitude: np.ndarray = (size > 0).astype(float)
    while True:
        kept = np.flatnonzero(magnitude)
        if len(kept) < 2:
            return magnitude
        _, values, right = np.linalg.svd(outputs[:, kept] / size[kept])
        if len(values) == len(kept) and values[-1] > 1e-11 * values[0]:
            return magnitude
        change = right[-1] / size[kept]
        cost = float(change @ norms[kept])
        if cost > 0 or (cost == 0 and np.min(change) >= 0):
            change = -change
        if np.min(change) >= 0:
            return magnitude
        steps = np.full(len(kept), np.inf)
        steps[change < 0] = magnitude[kept][change < 0] / -change[change < 0]
        leaving, step = int(np.argmin(steps)), float(np.min(steps))
        moved = np.maximum(magnitude[kept] + step * change, 0.0)
        moved[leaving] = 0.0
        magnitude[kept] = np.where(moved > 1e-13 * np.max(magnitude), moved, 0.0)


def dual_value(Y: np.ndarray, Z: np.ndarray, lam: float, support: float) -> float:
    """Return ‖Y‖² − ‖Y − cZ‖² for the best feasible multiple of a residual Z (the shape of Y) of a given support."""
    square, along = float(np.sum(Z**2)), float(np.sum(Z * Y))
    if square == 0.0:
        return 0.0
    scale = min(max(along / square, 0.0), lam / support if support > 0 else np.inf)
    return scale * (2.0 * along - scale * square)
