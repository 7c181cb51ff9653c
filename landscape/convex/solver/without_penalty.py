"""The solvers for λ = 0, in the order they are tried: whatever fits best is optimal, of whatever size."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from landscape.convex.solver.atoms import Atoms, basic
from landscape.convex.solver.cell_columns import solve_by_cells
from landscape.convex.solver.least_norm import (
    CLOSE,
    as_network,
    fit_at_random,
    fit_by_corners,
    fit_in_turn,
    least_norm,
    refitted,
)
from landscape.convex.unregularised import fit_with_corners, fit_with_ones, out_of_reach
from landscape.geometry.corners import corners
from landscape.geometry.fan import Fan
from landscape.geometry.sphere import Peaks, Sphere, peaks
from landscape.geometry.support import Geometry, geometry, peaks_of_cells
from landscape.model.loss import squared_only
from landscape.model.network import Network, residual
from landscape.model.problem import LARGEST, Problem, without_underflow

FEW = 300
"""Up to this many samples λ = 0 gives the least norm for two features."""

MOST_AT_RANDOM = 600
"""Up to this many samples are fitted by random neurons."""

FOLLOWED = (1e-1, 1e-2, 1e-3, 1e-4)
"""Shares of λ_max along which the optimum is followed to λ = 0."""

Fit = Callable[[], Atoms | Network | None]
"""A solver that is ready to run; it returns None where it fails."""


def fits(problem: Problem, space: Geometry) -> list[Fit]:
    """Return functions that each try to fit the labels of a problem with λ = 0 as well as any network does.

    First those of small norm in the features as they are; then corners of the cells, which are exact; last in features
    centred and of equal scale, X M with M invertible: where weights cost nothing that changes no optimum.
    """
    squared_only(problem, "fits")
    X = problem.X
    if problem.second_layer == "ones":
        return [partial(_ones_at_corners, problem), partial(_ones_on_edges, problem, space)]
    z = out_of_reach(X, problem.y)
    y = problem.y if z is None else problem.y - z
    if not y.any() or not X.any():
        return [lambda: Atoms.none(problem.d)]
    features, M = centred(X)
    tries: list[Fit] = [*_of_small_norm(X, y, space), partial(fit_by_corners, X, y)]
    tries += [partial(_back, X, y, M, fit) for fit in _of_small_norm(features, y, None)]
    if len(y) <= MOST_AT_RANDOM:
        tries.append(partial(_back, X, y, M, partial(fit_at_random, features, y)))
    return tries


def centred(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return features X M (n, r) with orthogonal columns of size 1, and M (d, r), r the rank up to rounding.

    Where a column is constant, a bias, the middle of every other is subtracted first, which costs no digits: years
    are as good as small numbers.
    """
    from scipy.linalg import qr, solve_triangular

    size = np.abs(X).max(axis=0)
    columns = np.flatnonzero(size > 0)
    unit = np.exp2(np.rint(np.log2(size[columns])))
    Z, M = X[:, columns] / unit, np.diag(1.0 / unit)
    constant = np.flatnonzero((Z[0] == Z).all(axis=0))
    if len(constant):
        bias = int(constant[0])
        share = (Z.min(axis=0) / 2 + Z.max(axis=0) / 2) / Z[0, bias]
        share[bias] = 0.0
        Z = Z - share * Z[0, bias]
        M = M - np.outer(M[:, bias], share)
        width = np.abs(Z).max(axis=0)
        width = np.where(width > 0, width, 1.0)
        Z, M = Z / width, M / width
    Q, R, order = qr(Z, mode="economic", pivoting=True)
    height = np.abs(np.diag(R))
    rank = int(np.sum(height > 1e-13 * height[0]))
    back = np.zeros((X.shape[1], rank))
    back[columns] = M[:, order[:rank]] @ solve_triangular(R[:rank, :rank], np.eye(rank))
    root = np.sqrt(len(X))
    return Q[:, :rank] * root, back * root


def _of_small_norm(X: np.ndarray, y: np.ndarray, space: Geometry | None) -> list[Fit]:
    """Return solvers for features X in units where rows are at most 1 long and ‖y‖ = 1: the limit λ → 0, or near it."""
    length, height = float(np.sqrt((X**2).sum(axis=1).max())), float(np.linalg.norm(y))

    def scaled(solve: Callable[[np.ndarray, np.ndarray, Geometry], Atoms | None]) -> Fit:
        def fit() -> Atoms | None:
            ready = geometry(X) if space is None else space
            atoms = solve(ready.X / length, y / height, ready)
            return None if atoms is None else Atoms(ready.basis @ atoms.vectors * (height / length), atoms.sign)

        return fit

    def in_least_norm(rows: np.ndarray, labels: np.ndarray, ready: Geometry) -> Atoms | None:
        if isinstance(ready.cut, Fan):
            return least_norm(rows, labels, ready.cut) if len(labels) <= FEW and rows.shape[1] == 2 else None
        return None if ready.cut is None else _limit_of_cells(rows, labels, ready.cut)

    def in_turn(rows: np.ndarray, labels: np.ndarray, ready: Geometry) -> Atoms | None:
        return fit_in_turn(rows, labels, ready.cut) if isinstance(ready.cut, Fan) and rows.shape[1] == 2 else None

    return [scaled(in_least_norm), scaled(in_turn)]


def _limit_of_cells(X: np.ndarray, y: np.ndarray, cut: Sphere | np.ndarray) -> Atoms | None:
    """Follow the optimum as λ falls, and let the atoms of the last one fit y exactly: close to the least norm."""

    def peaks_of(z: np.ndarray, level: float) -> Peaks:
        if isinstance(cut, Sphere):
            return peaks(cut, X, z, level=level)
        return peaks_of_cells(X, z, cut, level=level)

    found = peaks_of(y, 0.0)
    largest = float(found.value[0]) if len(found.value) else 0.0
    atoms = None
    for share in FOLLOWED:
        atoms = solve_by_cells(X, y, share * largest, peaks_of, start=atoms)
    fit = basic(X, y, atoms) if atoms is not None and atoms.count else None
    return fit[0] if fit is not None and fit[1] <= CLOSE else None


def _back(X: np.ndarray, y: np.ndarray, M: np.ndarray, fit: Fit) -> Network | None:
    """Return what fits y in the features X M as a network of X: refitted where its rounded weights leave a residual."""
    found = fit()
    if found is None:
        return None
    if isinstance(found, Network):
        W, alpha = M @ found.W, found.alpha
    else:
        W, alpha = M @ found.vectors, found.sign
    network = as_network(W, alpha)
    if network is not None:
        left = residual(Problem(X, without_underflow(y)), network)
        if float(np.linalg.norm(left)) <= CLOSE * float(np.linalg.norm(y)):
            return network
    return refitted(X, y, W)


def _ones_at_corners(problem: Problem) -> Atoms | None:
    cells = corners(problem.X)
    if cells is None:
        return None
    magnitudes, _ = fit_with_corners(cells.outputs, problem.y)
    return _within_limits(cells.neurons * magnitudes)


def _ones_on_edges(problem: Problem, space: Geometry) -> Atoms | None:
    if not isinstance(space.cut, Fan):
        return None
    magnitudes, _ = fit_with_ones(space.X, problem.y, space.cut)
    return _within_limits(space.basis @ (space.cut.edges.T * magnitudes))


def _within_limits(vectors: np.ndarray) -> Atoms | None:
    if not np.all(np.abs(vectors) <= LARGEST):
        return None
    return Atoms(vectors, np.ones(vectors.shape[1])).nonzero()
