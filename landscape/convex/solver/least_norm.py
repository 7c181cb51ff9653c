"""Without regularisation: networks that fit the labels as well as any can, of least norm where that is affordable."""

from __future__ import annotations

import numpy as np

from landscape.convex.solver.atoms import Atoms, basic
from landscape.convex.solver.interior_point import solve_directly
from landscape.convex.unregularised import corner_outputs, edge_outputs
from landscape.geometry.fan import Fan
from landscape.geometry.sphere import Sphere

CLOSE = 1e-7
"""A fit whose residual is below this share of ‖y‖ counts as exact."""


def least_norm(X: np.ndarray, y: np.ndarray, cones: Fan) -> Atoms | None:
    """Return the atoms of least norm Σ ‖u‖ that fit y, if any do: the limit λ → 0. None where the solver fails."""
    found = solve_directly(X, y, 0.0, cones)
    fit = basic(X, y, found) if found is not None and found.count else None
    return fit[0] if fit is not None and fit[1] <= CLOSE else None


def fit_in_turn(X: np.ndarray, y: np.ndarray, cones: Fan) -> Atoms | None:
    """Return atoms that fit y, if any do, one line of data after the other, in O(n); None where rows are opposite.

    The edge after a line's own is the first on which its rows are active, and the rows of the lines before are not
    active on the later ones: a triangular system. It is not of least norm.
    """
    half = cones.sectors // 2
    rows = np.flatnonzero(cones.start >= 0)
    if np.any(cones.start[rows] >= half) and np.any(cones.start[rows] < half):
        return None
    _, first = np.unique(cones.start[rows], return_index=True)
    leaders = rows[first[::-1]]
    magnitudes, computed = np.zeros(cones.sectors), np.zeros(2)
    for i in leaders:
        edge = int(cones.start[i] + 1) % cones.sectors
        direction = cones.edges[edge]
        magnitudes[edge] = (y[i] - X[i] @ computed) / (X[i] @ direction)
        computed = computed + magnitudes[edge] * direction
    return Atoms(cones.edges.T * np.abs(magnitudes), np.where(magnitudes < 0, -1.0, 1.0)).nonzero()


def fit_by_edges(X: np.ndarray, y: np.ndarray, cones: Fan) -> Atoms:
    """Return independent atoms on edges that fit y as well as any network does: relu(X u) is linear between edges."""
    A, size = edge_outputs(X, cones)
    return _independent_fit(A[:, size > 0], y, cones.edges[size > 0].T / size[size > 0])


def fit_by_corners(X: np.ndarray, y: np.ndarray, cut: Sphere | np.ndarray) -> Atoms:
    """Return independent atoms that fit y, three features or more: on corners of the cells, else seeded Gaussian ones.

    Fewer than n random neurons in general position span what all do; the certificate shows whether these did.
    """
    gaussian = np.random.default_rng(0).standard_normal((X.shape[1], 30 * len(y)))
    neurons = cut.edges.T if isinstance(cut, Sphere) else gaussian
    A = corner_outputs(X, neurons)
    size = np.linalg.norm(A, axis=0)
    return _independent_fit(A[:, size > 0] / size[size > 0], y, neurons[:, size > 0] / size[size > 0])


def _independent_fit(A: np.ndarray, y: np.ndarray, neurons: np.ndarray) -> Atoms:
    """Return the least squares fit of y by independent columns of A (n, E), the outputs of neurons (d, E)."""
    from scipy.linalg import qr

    triangle, order = qr(A, mode="r", pivoting=True)
    height = np.abs(np.diag(triangle))
    chosen = order[: int(np.sum(height > 1e-12 * height[0]))]
    magnitudes = np.linalg.lstsq(A[:, chosen], y, rcond=None)[0]
    return Atoms(neurons[:, chosen] * np.abs(magnitudes), np.where(magnitudes < 0, -1.0, 1.0)).nonzero()
