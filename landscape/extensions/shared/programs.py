"""Convex programs in CVXPY, solved by a named solver."""

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
        with warnings.catch_warnings():  # an inaccurate solution is checked by its own bound
            warnings.simplefilter("ignore", UserWarning)
            try:
                program.solve(solver=solver, **options)
            except cp.SolverError:  # the next solver is asked; without one left the caller is told
                continue
        if program.value is not None and np.isfinite(program.value):
            return True
    return False
