"""The convex twin (2) as written in the papers, in CVXPY: the reference and the fallback of the faster solvers."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landscape.geometry.fan import Fan

TOLERANCE = 1e-11
"""Feasibility and gap at which the solver stops, where its arithmetic is that accurate."""


def solve_by_facets(
    X: np.ndarray, y: np.ndarray, lam: float, D: np.ndarray, *, ones: bool = False, share: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Return U, V (d, P) of problem (2) over the patterns D (P, n), each cone written as (2D − I) X u ≥ 0, for any d.

    For λ = 0 they have the least norm among the exact fits of y; NaN where there is none, or the solver fails.
    ``ones`` leaves out V and the norm. An output bias takes a ``share`` of the mean of the fit; y is ``centred``.
    """
    model = _over_facets(X, D, ones=ones).less_mean(share)
    _solve(model, y, lam, exact=lam == 0 and not ones)
    return _numbers(model.U), _numbers(model.V)


def optimal_value(X: np.ndarray, y: np.ndarray, lam: float, D: np.ndarray, *, ones: bool = False) -> float:
    """Return the least value of problem (2) over the patterns D (P, n), for any d; NaN where the solver fails.

    For λ = 0 it is that of a least-squares fit over the cones.
    """
    return _solve(_over_facets(X, D, ones=ones), y, lam, exact=False)


def solve_by_rays(
    X: np.ndarray, y: np.ndarray, lam: float, cones: Fan, *, share: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Return U, V (d, S) of problem (2) over the sectors of a fan, u = a e + b e' with a, b ≥ 0 between two edges.

    Two edges are exact where rows coincide or nearly do; two inequalities per cone are not. λ = 0 and ``share`` as for
    ``solve_by_facets``.
    """
    import cvxpy as cp

    edges, ends = cones.edges, cones.ends
    if X.shape[1] == 1:
        ends = np.zeros_like(edges)
    gate = cones.active(np.arange(cones.sectors)).T
    at_edges, at_ends = gate * (X @ edges.T), gate * (X @ ends.T)
    a, b, c, d = (cp.Variable(cones.sectors, nonneg=True) for _ in range(4))
    U, V = (cp.multiply(edges.T, p[None, :]) + cp.multiply(ends.T, q[None, :]) for p, q in ((a, b), (c, d)))
    norm = cp.sum(cp.norm(U, axis=0)) + cp.sum(cp.norm(V, axis=0))
    model = _Model(U, V, at_edges @ (a - c) + at_ends @ (b - d), norm, []).less_mean(share)
    _solve(model, y, lam, exact=lam == 0)
    return _numbers(U), _numbers(V)


@dataclass(frozen=True, eq=False)
class _Model:
    """CVXPY expressions: blocks U, V (d, P), their predictions ``fit`` (n,) and norm, and the cones they are in."""

    U: Any
    V: Any
    fit: Any
    norm: Any
    cones: list[Any]

    def less_mean(self, share: float) -> _Model:
        """Return the model with predictions less a share of their mean."""
        import cvxpy as cp

        return replace(self, fit=self.fit - share * cp.sum(self.fit) / self.fit.size) if share else self


def _over_facets(X: np.ndarray, D: np.ndarray, *, ones: bool) -> _Model:
    import cvxpy as cp

    gate, sign = D.T.astype(float), 2.0 * D.T - 1.0
    U = cp.Variable((X.shape[1], len(D)))
    V = np.zeros(U.shape) if ones else cp.Variable(U.shape)
    fit = cp.sum(cp.multiply(gate, X @ (U - V)), axis=1)
    cones = [cp.multiply(sign, X @ U) >= 0]
    if ones:
        return _Model(U, V, fit, 0.0, cones)
    cones.append(cp.multiply(sign, X @ V) >= 0)
    return _Model(U, V, fit, cp.sum(cp.norm(U, axis=0)) + cp.sum(cp.norm(V, axis=0)), cones)


def _solve(model: _Model, y: np.ndarray, lam: float, *, exact: bool) -> float:
    """Minimise ‖fit − y‖² + 2λ norm, or the norm alone of an ``exact`` fit; return the value, NaN where that fails."""
    import cvxpy as cp

    program: Any
    if exact:
        program = cp.Problem(cp.Minimize(model.norm), [*model.cones, model.fit - y == 0])
    else:
        program = cp.Problem(cp.Minimize(cp.sum_squares(model.fit - y) + 2.0 * lam * model.norm), model.cones)
    with warnings.catch_warnings():  # an inaccurate solution is certified like any other
        warnings.simplefilter("ignore", UserWarning)
        # Named: CVXPY's own choice depends on what else is installed.
        with contextlib.suppress(cp.SolverError):  # no numbers: the caller tries the next strategy
            program.solve(solver=cp.CLARABEL, tol_gap_abs=TOLERANCE, tol_gap_rel=TOLERANCE, tol_feas=TOLERANCE)
    return np.nan if program.value is None else float(program.value)


def _numbers(variable: Any) -> np.ndarray:
    """Return the numbers of a variable, NaN where the solver found none."""
    if isinstance(variable, np.ndarray):
        return variable
    return np.full(variable.shape, np.nan) if variable.value is None else np.asarray(variable.value, dtype=np.float64)
